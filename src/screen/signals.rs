//! The signals that matter while a program has the terminal.

use super::Shared;
use crate::exit;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::signal::{SigSet, Signal, raise};
use nix::sys::signalfd::SignalFd;
use procfs::process::Process;
use std::os::fd::AsFd;
use std::time::Duration;

/// Those that are left alone: by default they end nothing, and the screen has no use for them. A
/// terminal stops a process in the background by TTIN and TTOU; Rust's programs ignore PIPE.
///
/// All others are waited for: those that end the process, stop it and continue it, and the one for
/// a new size of the terminal. Those of faults are among them, because others can send them; the
/// kernel ends a process by a fault of its own whatever is blocked.
const UNWANTED: [Signal; 5] = [
    Signal::SIGCHLD,
    Signal::SIGURG,
    Signal::SIGTTIN,
    Signal::SIGTTOU,
    Signal::SIGPIPE,
];

/// How long the first listing may take before that is shown.
const LONG: Duration = Duration::from_millis(500);

/// Signals that are blocked and waited for.
pub struct Signals {
    set: SigSet,
    descriptor: SignalFd,
    ignored: Ignored,
}

impl Signals {
    /// Blocks the signals in this thread and those that it starts. Signals that the parent ignores
    /// (as with `nohup`) stay ignored.
    ///
    /// # Errors
    /// Those of the system; nothing is blocked then.
    pub fn block() -> nix::Result<Signals> {
        let ignored = Ignored::of_this_process();
        // With the real-time signals, and without the two that the C library keeps for itself.
        let mut set = SigSet::all();
        for signal in Signal::iterator() {
            if UNWANTED.contains(&signal) || ignored.has(signal as i32) {
                set.remove(signal);
            }
        }
        let descriptor = SignalFd::new(&set)?;
        set.thread_block()?;
        Ok(Signals {
            set,
            descriptor,
            ignored,
        })
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
            let Some(found) = self.descriptor.read_signal().ok().flatten() else {
                continue;
            };
            let number = found.ssi_signo as i32;
            match Signal::try_from(number) {
                Ok(Signal::SIGWINCH) => shared.redraw(),
                Ok(Signal::SIGCONT) => shared.resume(),
                Ok(Signal::SIGTSTP) => {
                    shared.stop();
                    take(Signal::SIGTSTP);
                    // Here the process continues; without job control it never stopped.
                    shared.resume();
                }
                // What is blocked comes although it is ignored; nix can't leave out a real-time
                // signal.
                _ if self.ignored.has(number) => {}
                Ok(_) | Err(_) => {
                    shared.end();
                    exit::by_signal(number);
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

/// Lets a blocked signal that stops the process do so, so that a shell sees just that.
fn take(signal: Signal) {
    let set = SigSet::from(signal);
    let _ = set.thread_unblock();
    let _ = raise(signal);
    let _ = set.thread_block();
}

/// The signals that this process ignores, the lowest bit being signal 1.
struct Ignored(u64);

impl Ignored {
    /// Returns them; none if /proc is missing.
    fn of_this_process() -> Ignored {
        let status = Process::myself().and_then(|it| it.status());
        Ignored(status.map_or(0, |status| status.sigign))
    }

    fn has(&self, number: i32) -> bool {
        self.0 >> (number - 1) & 1 == 1
    }
}
