//! The signals that matter while a program has the terminal.

use super::Shared;
use crate::exit;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::signal::{SigSet, Signal, raise};
use nix::sys::signalfd::SignalFd;
use procfs::process::Process;
use std::os::fd::AsFd;
use std::time::Duration;

/// Those that end the process, stop it and continue it, and the one for a new size of the terminal.
const WANTED: [Signal; 7] = [
    Signal::SIGINT,
    Signal::SIGTERM,
    Signal::SIGHUP,
    Signal::SIGQUIT,
    Signal::SIGTSTP,
    Signal::SIGCONT,
    Signal::SIGWINCH,
];

/// How long the first listing may take before that is shown.
const LONG: Duration = Duration::from_millis(500);

/// Signals that are blocked and waited for.
pub struct Signals {
    set: SigSet,
    descriptor: SignalFd,
}

impl Signals {
    /// Blocks the signals in this thread and those that it starts. Signals that the parent ignores
    /// (as with `nohup`) stay ignored.
    ///
    /// # Errors
    /// Those of the system; nothing is blocked then.
    pub fn block() -> nix::Result<Signals> {
        let ignored = ignored();
        let is_ignored = |signal: &Signal| ignored >> (*signal as i32 - 1) & 1 == 1;
        let set: SigSet = WANTED.into_iter().filter(|it| !is_ignored(it)).collect();
        let descriptor = SignalFd::new(&set)?;
        set.thread_block()?;
        Ok(Signals { set, descriptor })
    }

    /// Returns the blocked signals.
    pub fn set(&self) -> SigSet {
        self.set
    }

    /// Handles signals until one ends the process.
    pub fn attend(&self, shared: &Shared) {
        if !self.is_there_one(Some(LONG)) {
            shared.show_wait();
        }
        loop {
            if !self.is_there_one(None) {
                continue;
            }
            let found = self.descriptor.read_signal().ok().flatten();
            match found.and_then(|it| Signal::try_from(it.ssi_signo as i32).ok()) {
                None => {}
                Some(Signal::SIGWINCH) => shared.redraw(),
                Some(Signal::SIGCONT) => shared.resume(),
                Some(Signal::SIGTSTP) => {
                    shared.stop();
                    take(Signal::SIGTSTP);
                    // Here the process continues; without job control it never stopped.
                    shared.resume();
                }
                Some(signal) => {
                    shared.end();
                    take(signal);
                    exit::now(128 + signal as u8);
                }
            }
        }
    }

    /// Waits at most `time` for a signal, if there is a limit.
    fn is_there_one(&self, time: Option<Duration>) -> bool {
        let time = time.and_then(|time| PollTimeout::try_from(time).ok());
        let mut watched = [PollFd::new(self.descriptor.as_fd(), PollFlags::POLLIN)];
        matches!(
            poll(&mut watched, time.unwrap_or(PollTimeout::NONE)),
            Ok(1..)
        )
    }
}

/// Lets a blocked signal take its default action, so that a shell sees just that.
fn take(signal: Signal) {
    let set = SigSet::from(signal);
    let _ = set.thread_unblock();
    let _ = raise(signal);
    let _ = set.thread_block();
}

/// Returns the signals that this process ignores, the lowest bit being signal 1; empty if /proc is
/// missing.
fn ignored() -> u64 {
    let status = Process::myself().and_then(|it| it.status());
    status.map_or(0, |status| status.sigign)
}
