//! Owners that can't be seen: what is reported.

use super::Warnings;
use crate::host::Host;
use crate::notice::{self, count};
use crate::owners::hidden::{self, Hidden};
use crate::owners::{Access, Owners, Unread};
use crate::request::{Columns, Sockets};
use nix::unistd::geteuid;
use std::io;

/// Reports what a scan could not read, for any other reason than that access is denied.
pub fn report_failures(owners: &Owners, host: &Host) {
    let unread = owners.unread();
    let proc = host.proc();
    let proc = proc.display();
    let error = io::Error::from_raw_os_error;
    if unread.unlisted != 0 {
        let error = error(unread.unlisted);
        notice::say(format_args!(
            "not all owners could be found: {proc}: {error}"
        ));
    }
    if unread.failed > 0 {
        let (processes, error) = (count(unread.failed, "process"), error(unread.errno));
        notice::say(format_args!(
            "not all owners could be found: {proc}: {processes} could not be read: {error}"
        ));
    }
}

/// Reports, as net-tools does, that access to processes is denied.
pub fn report_denied_like_net_tools(owners: &Owners, request: &Sockets) {
    let flag = match request.columns {
        Columns { programs: true, .. } => "-p",
        Columns { timers: true, .. } => "-o",
        _ => "owners",
    };
    match owners.access() {
        Access::Whole => {}
        Access::None => notice::say(format_args!(
            "(No info could be read for \"{flag}\": geteuid()={} but you should be root.)",
            geteuid()
        )),
        Access::Partial => notice::say_lines(
            "rnetstat: (Not all processes could be identified, non-owned process info\n \
             will not be shown, you would have to be root to see it all.)\n",
        ),
    }
}

/// Owners that a listing has missed.
pub struct Unseen<'a> {
    /// The number of sockets without an owner that was seen, while not all processes could be
    /// searched.
    pub sockets: usize,
    /// The number of sockets whose other end may have an owner that was not seen, likewise.
    pub peers: usize,
    /// The only processes that were searched; empty if all were.
    pub pids: &'a [i32],
    /// Whether it has been reported that access to processes is denied.
    pub denial_is_reported: bool,
}

impl Unseen<'_> {
    /// Reports why owners are not known, and what would help. Returns whether some are not.
    pub fn report(&self, owners: &Owners, host: &Host, warnings: &mut Warnings) -> bool {
        let what = match (self.pids, self.sockets, self.peers) {
            ([], 0, 0) => return false,
            ([], 1, _) => "the owner of 1 socket is unknown".to_owned(),
            ([], 0, 1) => "the owner of the peer of 1 socket is unknown".to_owned(),
            ([], 0, peers) => {
                format!("the owners of the peers of {peers} sockets are unknown")
            }
            ([], sockets, _) => format!("the owners of {sockets} sockets are unknown"),
            _ => "sockets of the requested processes may be missing".to_owned(),
        };
        let is_listed = |pid: &i32| host.process(*pid).is_ok();
        let hidden = match !self.pids.is_empty() && self.pids.iter().all(is_listed) {
            true => &[],
            false => owners.hidden(host),
        };
        let unread = owners.unread();
        let is_whole = unread == Unread::default() && hidden.is_empty();
        let told = match self.denial_is_reported {
            true => Unread {
                denied: 0,
                ..unread
            },
            false => unread,
        };
        let reasons = reasons(told, hidden, host);
        if !reasons.is_empty() {
            warnings.say(format!("{what}: {}", reasons.join("; ")));
        }
        !is_whole
    }
}

/// Returns why owners may be missing, and what would help.
fn reasons(unread: Unread, hidden: &[Hidden], host: &Host) -> Vec<String> {
    let proc = host.proc();
    let proc = proc.display();
    let mut reasons = Vec::new();
    if unread.denied > 0 {
        let processes = count(unread.denied, "process");
        reasons.push(match geteuid().is_root() {
            true if hidden::can_trace_all() => {
                format!("{proc}: {processes} cannot be read: permission denied")
            }
            true => format!(
                "{proc}: {processes} cannot be read without CAP_SYS_PTRACE in the host's user \
                 namespace"
            ),
            false => format!("{proc}: only root can read {processes}"),
        });
    }
    if unread.sealed > 0 {
        let processes = count(unread.sealed, "process");
        let what = format!("the descriptors of {processes} in {proc}");
        reasons.push(match (hidden::can_trace_all(), geteuid().is_root()) {
            // It has more rights, or a security module denies it.
            (true, true) => format!("even root cannot read {what}"),
            (true, false) => format!("{what} cannot be read, even with CAP_SYS_PTRACE"),
            (false, _) => format!("{what} cannot be read without CAP_SYS_PTRACE"),
        });
    }
    if unread.failed > 0 || unread.unlisted != 0 {
        reasons.push(format!("{proc}: not all processes could be read"));
    }
    reasons.extend(hidden.iter().map(|reason| format!("{proc}: {reason}")));
    reasons
}
