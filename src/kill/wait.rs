//! Waiting for sockets to go.

use super::count;
use super::pidfd;
use super::shown::still_there;
use super::target::{Label, Target, Unsent};
use crate::host::Host;
use crate::notice;
use crate::owners::{Owners, Scope};
use crate::request::{Kill, Sockets};
use crate::signal::Signal;
use std::collections::{BTreeMap, HashSet};
use std::thread;
use std::time::{Duration, Instant};

/// How long to wait for those that were killed: no process can refuse to be, but one that waits for
/// a device may take its time.
const KILLED_WAIT: Duration = Duration::from_secs(5);

/// How long those that have closed their sockets are given to end, before they are said to live on.
const ENDING: Duration = Duration::from_millis(300);

/// The time between two looks at descriptors and tables.
const PAUSE: Duration = Duration::from_millis(50);

/// How many times as long as a look took is the pause behind it, at least.
const IDLE_PER_LOOK: u32 = 4;

/// Those that were signalled, and the sockets that should go.
pub struct Wait<'a> {
    /// The system.
    pub host: &'a Host,
    /// The listing that has shown the sockets.
    pub sockets: &'a Sockets,
    /// What was asked for.
    pub kill: &'a Kill,
    /// Whoever was signalled and may hold sockets still.
    pub holding: Vec<&'a Target>,
    /// Whoever holds none any more, and may be about to end.
    pub let_go: Vec<&'a Target>,
    /// The inodes of the sockets whose owners, as far as they were seen, have all been signalled.
    pub freed: HashSet<u64>,
    /// The inodes of all sockets that were to be freed.
    pub wanted: HashSet<u64>,
}

impl Wait<'_> {
    /// Waits as long as was asked for, kills what then holds sockets if that was asked for, and
    /// tells who still does; whether all sockets have gone.
    pub fn run(mut self, limit: Duration) -> bool {
        self.settle(limit);
        if self.kill.force && !self.holding.is_empty() {
            self.force(limit);
            self.settle(KILLED_WAIT);
        }
        self.tell_let_go();
        self.tell_rest()
    }

    /// Waits until none of the processes holds a socket and the sockets have gone, but no longer
    /// than `limit`.
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
            let pause = PAUSE.max(looked.elapsed() * IDLE_PER_LOOK).min(left);
            let processes: Vec<_> = self.holding.iter().map(|it| it.process()).collect();
            if processes.is_empty() || pidfd::wait_for_one(&processes, pause).is_err() {
                thread::sleep(pause);
            }
        }
    }

    /// Sees who still holds sockets. Where that can't be told, it counts as holding them.
    fn look(&mut self) {
        self.holding
            .retain(|target| match target.must_hold(self.host) {
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

    /// Whether the sockets have gone that should have: the kernel can take a moment.
    fn have_gone(&self) -> bool {
        let left = still_there(self.sockets, self.host, &self.freed);
        left.is_none_or(|left| left.is_empty())
    }

    /// Kills those that still hold sockets.
    fn force(&self, limit: Duration) {
        let seconds = limit.as_secs_f64();
        for target in &self.holding {
            let label = &target.label;
            match target.signal(self.host, Signal::KILL) {
                Ok(()) => notice::say(format_args!(
                    "{label}: still an owner after {seconds} s, signalled (KILL)"
                )),
                // It will be seen when it is looked at again.
                Err(Unsent::Gone | Unsent::NoOwner) => {}
                Err(why) => notice::say(format_args!("{label}: {why}")),
            }
        }
    }

    /// Says what became of those that hold nothing any more: a process closes its sockets a moment
    /// before it has ended.
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

    /// Says who holds what is still there; whether nothing is.
    fn tell_rest(self) -> bool {
        let Some(left) = still_there(self.sockets, self.host, &self.wanted) else {
            return false;
        };
        if left.is_empty() {
            return true;
        }
        let everybody = Scope {
            all: true,
            pids: None,
        };
        let owners = Owners::scan(self.host, &everybody);
        let mut holders = BTreeMap::new();
        let mut unseen = 0;
        for inode in &left {
            let mut is_seen = false;
            for (owner, _) in owners.all_of(*inode) {
                is_seen = true;
                holders.insert(owner.pid, Label::new(owner.pid, &owner.program));
            }
            unseen += usize::from(!is_seen);
        }
        for label in holders.values() {
            notice::say(format_args!("{label}: still an owner"));
        }
        if unseen > 0 {
            let sockets = count(unseen, "socket");
            notice::say(format_args!(
                "still there, and nobody seen to hold it: {sockets}"
            ));
        }
        false
    }
}
