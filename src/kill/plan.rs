//! Which processes are signalled, which are not, and why.

use super::preflight::Ancestors;
use super::shown::{Holder, Shown};
use super::target::{Label, Sent, Target};
use crate::host::Host;
use crate::notice::{self, count};
use crate::request::Kill;
use std::process;

/// The processes to be signalled, and what is known of the others.
#[derive(Debug)]
pub struct Plan {
    /// They are open.
    pub targets: Vec<Target>,
    /// How many of the owners they are.
    pub extent: Sent,
}

impl Plan {
    /// Opens the processes that a listing has shown, and reports those that can't be signalled.
    /// `named` are the PIDs that the request names: a named process is always meant.
    pub fn make(host: &Host, kill: &Kill, shown: &Shown, named: &[i32]) -> Plan {
        let ancestors = Ancestors::find(host);
        let mut plan = Plan {
            targets: Vec::with_capacity(shown.holders.len()),
            extent: match shown.unseen {
                0 => Sent::ToAll,
                _ => Sent::NotToSome,
            },
        };
        for holder in &shown.holders {
            let label = Label::new(holder.pid, &holder.name);
            if !holder.fits {
                notice::say(format_args!(
                    "{label}: not signalled: it shares a socket but does not match"
                ));
                continue;
            }
            let refusal = match named.contains(&holder.pid) {
                true => None,
                false => refusal(holder, &ancestors),
            };
            if let Some(why) = refusal {
                notice::say(format_args!(
                    "{label}: refused unless --pid names it: {why}"
                ));
                plan.extent = Sent::NotToSome;
                continue;
            }
            let target = Target::open(host, holder).and_then(|target| {
                target.must_be_permitted(kill.signal)?;
                Ok(target)
            });
            match target {
                Ok(target) => plan.targets.push(target),
                Err(why) => {
                    notice::say(format_args!("{label}: {why}"));
                    plan.extent = plan.extent.max(why.extent());
                }
            }
        }
        if shown.unseen > 0 {
            let sockets = count(shown.unseen, "socket");
            notice::say(format_args!("no owner found: {sockets}"));
        }
        // If this process is to be signalled too, the others come first.
        let ours = process::id().cast_signed();
        plan.targets.sort_by_key(|target| target.pid == ours);
        plan
    }
}

/// Returns why a process is not signalled unless it is named.
fn refusal(holder: &Holder, ancestors: &Ancestors) -> Option<&'static str> {
    match holder.pid {
        1 => Some("it is PID 1"),
        pid => ancestors.tie_to(pid),
    }
}
