//! The signals that matter to whoever has the terminal.

use super::Shared;
use crate::exit;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::signal::{SigSet, Signal, raise};
use nix::sys::signalfd::SignalFd;
use procfs::process::Process;
use std::os::fd::AsFd;
use std::time::Duration;

/// Those that end the process, those that stop it and let it go on, and the one that tells that the
/// terminal has another size.
const WANTED: [Signal; 7] = [
    Signal::SIGINT,
    Signal::SIGTERM,
    Signal::SIGHUP,
    Signal::SIGQUIT,
    Signal::SIGTSTP,
    Signal::SIGCONT,
    Signal::SIGWINCH,
];

/// How long the first listing may take before it is shown that it does.
const LONG: Duration = Duration::from_millis(500);

/// Signals that are blocked, and wait until they are asked for.
pub struct Signals {
    set: SigSet,
    descriptor: SignalFd,
}

impl Signals {
    /// Blocks the signals in this thread, and in those that it will start. Those that whoever
    /// started us lets us ignore (`nohup` does so), are ignored still.
    ///
    /// # Errors
    /// Those of the system; then nothing is blocked.
    pub fn block() -> nix::Result<Signals> {
        let ignored = ignored();
        let is_ignored = |signal: &Signal| ignored >> (*signal as i32 - 1) & 1 == 1;
        let set: SigSet = WANTED.into_iter().filter(|it| !is_ignored(it)).collect();
        let descriptor = SignalFd::new(&set)?;
        set.thread_block()?;
        Ok(Signals { set, descriptor })
    }

    /// Those that are blocked.
    pub fn set(&self) -> SigSet {
        self.set
    }

    /// Does what signals are for, until one of them ends the process.
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
                    // Here it goes on, or where no shell could ever let it go on, has not stopped.
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

    /// Waits for a signal, but no longer than `time`, if any is told.
    fn is_there_one(&self, time: Option<Duration>) -> bool {
        let time = time.and_then(|time| PollTimeout::try_from(time).ok());
        let mut watched = [PollFd::new(self.descriptor.as_fd(), PollFlags::POLLIN)];
        matches!(
            poll(&mut watched, time.unwrap_or(PollTimeout::NONE)),
            Ok(1..)
        )
    }
}

/// Lets a signal that is blocked do what it does by itself, so that a shell sees just that.
fn take(signal: Signal) {
    let set = SigSet::from(signal);
    let _ = set.thread_unblock();
    let _ = raise(signal);
    let _ = set.thread_block();
}

/// The signals that this process ignores, the lowest bit being signal 1; none are known without
/// /proc.
fn ignored() -> u64 {
    let status = Process::myself().and_then(|it| it.status());
    status.map_or(0, |status| status.sigign)
}
