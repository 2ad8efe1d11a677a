//! The same request again, every interval.

use crate::host::Host;
use crate::listing::{self, Outcome, Past};
use crate::names::Names;
use crate::request::{Repeat, Request};
use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use std::io::{self, Write};
use std::mem;
use std::os::fd::AsFd;
use std::thread;
use std::time::{Duration, Instant};

/// Prints the listing once, or again and again until something that it asks for can't be had.
///
/// Each listing is flushed. Tables and owners are read anew for each; for names see
/// [`Names::renew`].
///
/// # Errors
/// Only those of `out`.
pub fn run(request: &Request, out: &mut dyn Write) -> io::Result<Outcome> {
    let host = Host::new(request.root.clone());
    let mut names = Names::new(&host, request.resolve);
    let mut past = Past::default();
    let mut pace = request.repeat.map(Pace::new);
    loop {
        let outcome = listing::print(request, &host, &mut names, &mut past, out)?;
        out.flush()?;
        names.say_late();
        match pace.as_mut().and_then(Pace::until_next) {
            Some(time) if outcome.may_repeat() && wait(time) => {}
            _ => {
                // The process ends: its threads need not be told, nor its memory freed.
                mem::forget(names);
                return Ok(outcome);
            }
        }
        names = names.renew(&host);
    }
}

/// When listings follow each other.
#[derive(Debug)]
struct Pace {
    repeat: Repeat,
    start: Instant,
    /// How many listings there have been.
    done: u64,
}

impl Pace {
    fn new(repeat: Repeat) -> Pace {
        Pace {
            repeat,
            start: Instant::now(),
            done: 0,
        }
    }

    /// The time from the listing that has just ended to the next one; none if it was the last.
    fn until_next(&mut self) -> Option<Duration> {
        self.done += 1;
        if self.repeat.times.is_some_and(|times| self.done >= times) {
            return None;
        }
        let Some(time) = self.repeat.time else {
            return Some(self.repeat.interval);
        };
        let left = time.saturating_sub(self.start.elapsed());
        (!left.is_zero()).then(|| left.min(self.repeat.interval))
    }
}

/// Waits for `interval`; false, and at once, when nobody reads stdout any more.
fn wait(interval: Duration) -> bool {
    let start = Instant::now();
    loop {
        let left = interval.saturating_sub(start.elapsed());
        if left.is_zero() {
            return true;
        }
        let stdout = io::stdout();
        let mut watched = [PollFd::new(stdout.as_fd(), PollFlags::empty())];
        match poll(
            &mut watched,
            PollTimeout::try_from(left).unwrap_or(PollTimeout::MAX),
        ) {
            Ok(0) | Err(Errno::EINTR) => {}
            Ok(_) => return false,
            Err(_) => thread::sleep(left),
        }
    }
}
