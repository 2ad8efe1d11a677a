//! Waiting for sockets to close.

use super::shown::still_there;
use super::target::{Label, Target, Unsent};
use super::{Place, pidfd};
use crate::notice::{self, count};
use crate::owners::{Owners, Scope};
use crate::request::Kill;
use crate::signal::Signal;
use std::collections::{BTreeMap, HashSet};
use std::thread;
use std::time::{Duration, Instant};

/// How long killed processes may take: none can refuse, but one that waits for a device may take a
/// while.
const KILLED_WAIT: Duration = Duration::from_secs(5);

/// How long processes that have closed their sockets may take to end before they count as alive.
const ENDING: Duration = Duration::from_millis(300);

/// The time between two reads of descriptors and tables.
const PAUSE: Duration = Duration::from_millis(50);

/// The least ratio of a pause to the duration of the read before it.
const IDLE_PER_LOOK: u32 = 4;

/// Returns how long to pause after a look that took `look`, while there is time `left`.
pub fn pause(look: Duration, left: Duration) -> Duration {
    PAUSE.max(look * IDLE_PER_LOOK).min(left)
}

/// The processes that were signalled, and the sockets that should close.
pub struct Wait<'a> {
    /// Where the sockets are.
    pub place: Place<'a>,
    /// The request.
    pub kill: &'a Kill,
    /// Signalled processes that may still hold sockets.
    pub holding: Vec<&'a Target>,
    /// Signalled processes that hold none any more, and may be about to end.
    pub let_go: Vec<&'a Target>,
    /// The inodes of the sockets whose known owners have all been signalled.
    pub freed: HashSet<u64>,
    /// The inodes of all sockets that were to be closed.
    pub wanted: HashSet<u64>,
}

impl Wait<'_> {
    /// Waits at most `limit`, kills the processes that still hold sockets if that is asked for, and
    /// reports the rest. Returns whether all sockets are gone.
    pub fn run(mut self, limit: Duration) -> bool {
        self.settle(limit);
        if self.kill.force && !self.holding.is_empty() {
            self.force(limit);
            self.settle(KILLED_WAIT);
        }
        self.tell_let_go();
        self.tell_rest()
    }

    /// Waits at most `limit` until no process holds a socket and the sockets are gone.
    fn settle(&mut self, limit: Duration) {
        let start = Instant::now();
        loop {
            let looked = Instant::now();
            self.look();
            if self.holding.is_empty() && self.have_gone() {
                return;
            }
            let left = limit.saturating_sub(start.elapsed());
            if left.is_zero() {
                return;
            }
            let pause = pause(looked.elapsed(), left);
            let processes: Vec<_> = self.holding.iter().map(|it| it.process()).collect();
            if processes.is_empty() || pidfd::wait_for_one(&processes, pause).is_err() {
                thread::sleep(pause);
            }
        }
    }

    /// Updates which processes still hold sockets. A process of which that is not known counts as
    /// holding them.
    fn look(&mut self) {
        self.holding
            .retain(|target| match target.must_hold(self.place.scene.host) {
                Ok(()) | Err(Unsent::NotPermitted | Unsent::Failed(_)) => true,
                Err(Unsent::Gone) => {
                    notice::say(format_args!("{}: ended", target.label));
                    false
                }
                Err(Unsent::NoOwner) => {
                    self.let_go.push(target);
                    false
                }
            });
    }

    /// Returns whether the sockets that should close are gone: the kernel may take a moment.
    fn have_gone(&self) -> bool {
        let left = still_there(self.place, &self.freed);
        left.is_none_or(|left| left.is_empty())
    }

    /// Kills the processes that still hold sockets.
    fn force(&self, limit: Duration) {
        let seconds = limit.as_secs_f64();
        for target in &self.holding {
            let label = &target.label;
            match target.signal(self.place.scene.host, Signal::KILL) {
                Ok(()) => notice::say(format_args!(
                    "{label}: still an owner after {seconds} s, signalled (KILL)"
                )),
                // The next read will show it.
                Err(Unsent::Gone | Unsent::NoOwner) => {}
                Err(why) => notice::say(format_args!("{label}: {why}")),
            }
        }
    }

    /// Reports what became of processes that hold no socket any more: a process closes its sockets
    /// a moment before it has ended.
    fn tell_let_go(&self) {
        let start = Instant::now();
        for target in &self.let_go {
            let left = ENDING.saturating_sub(start.elapsed());
            let what = match pidfd::wait_for_one(&[target.process()], left) {
                Ok(true) => "ended",
                _ => "no longer an owner",
            };
            notice::say(format_args!("{}: {what}", target.label));
        }
    }

    /// Reports who holds what is left. Returns whether nothing is.
    fn tell_rest(self) -> bool {
        let Some(left) = still_there(self.place, &self.wanted) else {
            return false;
        };
        if left.is_empty() {
            return true;
        }
        let everybody = Scope {
            all: true,
            ..Scope::default()
        };
        let owners = Owners::scan(self.place.scene.host, &everybody);
        let mut holders = BTreeMap::new();
        let mut unseen = 0;
        for inode in &left {
            let mut is_seen = false;
            for (owner, _) in owners.all_of(*inode) {
                is_seen = true;
                holders.insert(owner.pid, Label::new(owner.pid, &owner.name()));
            }
            unseen += usize::from(!is_seen);
        }
        for label in holders.values() {
            notice::say(format_args!("{label}: still an owner"));
        }
        if unseen > 0 {
            let sockets = count(unseen, "socket");
            notice::say(format_args!("still open, and no owner found: {sockets}"));
        }
        false
    }
}
