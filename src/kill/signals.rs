//! Signals to the owners of the sockets that a listing shows (`--kill`).
//!
//! A process is signalled only if it was seen to own one of the rows, and never by its PID alone,
//! which may be another process's a moment later. Right after the listing, before any question,
//! each owner is opened as a pidfd; then its descriptors are read; then it is checked whether it
//! still runs. If so, /proc/PID described this very process, and it owns the socket. A process that
//! reuses the PID later is not what the pidfd refers to. Descriptors are read again before the
//! signal is sent.

use super::plan::Plan;
use super::shown::{Collector, Holder, Shown};
use super::target::{self, Sent, Target};
use super::wait::Wait;
use super::{Place, Scene, outcome_with, preflight, question};
use crate::host::Host;
use crate::limits;
use crate::listing::{self, Outcome, Sources, Warnings, places};
use crate::names::Names;
use crate::notice::{self, count};
use crate::report;
use crate::request::{Kill, Resolve};
use crate::signal::Signal;
use crate::tables::Net;
use crate::terminal;
use std::collections::HashSet;
use std::io::{self, Write};
use std::ops::ControlFlow;

/// What is said where nothing is done.
const IDLE: &str = "no process was signalled";

/// Prints the listing to `out`, and does to the owners of its sockets what `kill` asks for.
///
/// It fails unless every owner was signalled or, if their end was waited for, all sockets with an
/// owner are gone.
///
/// # Errors
/// Only those of `out`; no process was signalled then.
pub fn run(scene: Scene<'_>, kill: &Kill, out: &mut dyn Write) -> io::Result<Outcome> {
    if let Some(why) = preflight::obstacle(scene.host) {
        notice::say(format_args!("no process can be signalled: {why}"));
        return Ok(Outcome::Failed);
    }
    let mut collector = Collector::default();
    let outcome = match scene.show(&mut collector, IDLE, out)? {
        ControlFlow::Continue(outcome) => outcome,
        ControlFlow::Break(outcome) => return Ok(outcome),
    };
    let Collector { shown, nets, .. } = collector;
    let place = Place { scene, nets: &nets };
    let is_done = act(place, kill, &shown) && !has_others(place, kill, &shown);
    Ok(outcome_with(outcome, is_done))
}

/// Signals the owners of what was shown. Returns whether everything was done.
fn act(place: Place<'_>, kill: &Kill, shown: &Shown) -> bool {
    let Scene { host, sockets, .. } = place.scene;
    if shown.holders.is_empty() && shown.unseen == 0 {
        let waiting = shown.unaccepted;
        if waiting > 0 {
            notice::say(format_args!(
                "no process to signal: {} not accepted yet; the listener's owner may still accept \
                 it",
                count(waiting, "connection")
            ));
            return false;
        }
        notice::say(format_args!("none of these sockets has an owner"));
        return true;
    }
    // One for each process stays open until the end.
    limits::allow_many_files();
    let plan = Plan::make(host, kill, shown, &sockets.filter.pids());
    if kill.dry_run || kill.ask {
        for target in &plan.targets {
            let what = what(kill);
            notice::say(format_args!("{}: would be sent {what}", target.label));
        }
    }
    if kill.dry_run {
        // Those who know ss take --kill for that.
        if !plan.targets.is_empty() && shown.has_inet && terminal::is_read() {
            notice::say(format_args!(
                "to close the sockets and leave the processes running, type --close instead"
            ));
        }
        return plan.extent == Sent::ToAll;
    }
    let processes = count(plan.targets.len(), "process");
    if kill.ask
        && !plan.targets.is_empty()
        && !question::ask(&format!("send {} to {processes}", what(kill)))
    {
        notice::say(format_args!("{IDLE}"));
        return false;
    }
    let (signalled, sent) = signal(host, kill.signal, &plan.targets);
    let sent = sent.max(plan.extent);
    let Some(limit) = kill.wait else {
        return sent == Sent::ToAll;
    };
    let have_gone = wait(place, kill, shown, signalled).run(limit);
    have_gone && sent != Sent::NotToSome
}

/// Returns whether sockets fit now that were not shown: a process that was signalled, or started in
/// its place, may have opened them. Searched for only if the end of the others was waited for.
fn has_others(place: Place<'_>, kill: &Kill, shown: &Shown) -> bool {
    let Scene {
        request,
        host,
        sockets,
    } = place.scene;
    if kill.wait.is_none() || kill.dry_run {
        return false;
    }
    let mut collector = Collector::default();
    let mut warnings = Warnings::silent();
    let mut names = Names::new(host, Resolve::NUMBERS);
    // A service may come back in a namespace of its own.
    let mut nets = places::quietly(request, host);
    let is_new = |net: &&Net| !nets.iter().any(|it| it.namespace() == net.namespace());
    let before: Vec<Net> = place.nets.iter().filter(is_new).cloned().collect();
    nets.extend(before);
    let conditions = report::conditions(&sockets.filter);
    let sources = Sources {
        conditions: &conditions,
        ..Sources::new(host, &nets, &mut names, &mut warnings)
    };
    let walked = listing::sockets::walk(sockets, sources, &mut collector);
    let now = walked.map_or_else(|_| Shown::default(), |_| collector.shown);
    let mut has_others = false;
    for holder in now.holders.iter().filter(|holder| holder.fits) {
        if !holder.inodes.is_subset(&shown.inodes) {
            let label = target::Label::new(holder.pid, &holder.name);
            notice::say(format_args!("{label}: has another matching socket"));
            has_others = true;
        }
    }
    has_others
}

/// Signals the targets and reports the result for each. Returns those that were signalled.
fn signal<'a>(host: &Host, signal: Signal, targets: &'a [Target]) -> (Vec<&'a Target>, Sent) {
    let mut signalled = Vec::with_capacity(targets.len());
    let mut sent = Sent::ToAll;
    for target in targets {
        let label = &target.label;
        match target.signal(host, signal) {
            Ok(()) => {
                notice::say(format_args!("{label}: signalled ({signal})"));
                signalled.push(target);
            }
            Err(why) => {
                notice::say(format_args!("{label}: {why}"));
                sent = sent.max(why.extent());
            }
        }
    }
    (signalled, sent)
}

/// Returns what there is to wait for.
fn wait<'a>(
    place: Place<'a>,
    kill: &'a Kill,
    shown: &Shown,
    signalled: Vec<&'a Target>,
) -> Wait<'a> {
    let all_of = |holders: &mut dyn Iterator<Item = &Holder>| -> HashSet<u64> {
        holders.flat_map(|it| it.inodes.iter().copied()).collect()
    };
    let wanted = all_of(&mut shown.holders.iter().filter(|holder| holder.fits));
    // Sockets that are also held by a process that was not signalled are not waited for.
    let pids: HashSet<i32> = signalled.iter().map(|target| target.pid).collect();
    let is_other = |holder: &&Holder| !pids.contains(&holder.pid);
    let kept = all_of(&mut shown.holders.iter().filter(is_other));
    Wait {
        place,
        kill,
        holding: signalled,
        let_go: Vec::new(),
        freed: wanted.difference(&kept).copied().collect(),
        wanted,
    }
}

/// Returns what is sent to each process, as text.
fn what(kill: &Kill) -> String {
    let signal = kill.signal;
    match kill.wait.filter(|_| kill.force) {
        Some(wait) => {
            let seconds = wait.as_secs_f64();
            format!("{signal} (and KILL if it is still an owner after {seconds} s)")
        }
        None => signal.to_string(),
    }
}
