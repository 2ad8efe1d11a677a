//! Listings that repeat.

use crate::clock;
use crate::host::Host;
use crate::listing::Outcome;
use crate::names::Names;
use crate::notice;
use crate::report::{self, Past};
use crate::request::{Repeat, Request};
use crate::screen::{Frame, Screen, Waited};
use crate::terminal;
use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use std::io::{self, Write};
use std::mem;
use std::os::fd::AsFd;
use std::thread;
use std::time::{Duration, Instant};

/// How often it is heard what happens between two listings. Without `CAP_NET_ADMIN`, the kernel may
/// remember no more than some hundred sockets that have closed.
const HEARING_INTERVAL: Duration = Duration::from_millis(50);

/// How long a wait is that ends only by a key, until it begins again.
const PAUSED_INTERVAL: Duration = Duration::from_secs(3600);

/// Prints the listing once, or again and again until something that it asks for is missing.
///
/// Each listing is flushed. Tables and owners are read anew for each; for names see
/// [`Names::renew`].
///
/// # Errors
/// Only those of `out`.
pub fn run(request: &Request, out: &mut dyn Write) -> io::Result<Outcome> {
    let host = Host::new(request.root.clone()).with_byte_order(request.byte_order);
    if let Some(why) = host.obstacle() {
        notice::say(format_args!("cannot read anything: {why}"));
        return Ok(Outcome::Failed);
    }
    if let Some(repeat) = request.repeat
        && is_drawn(request, &repeat)
    {
        match Screen::start() {
            Ok(screen) => return draw(request, repeat, &host, screen, out),
            Err(error) => notice::say(format_args!("cannot redraw the table: {error}")),
        }
    }
    let mut names = Names::new(&host, request.resolve);
    let mut past = Past::default();
    let mut pace = request
        .repeat
        .map(|repeat| Pace::new(repeat, request.changes));
    if let Some(time) = until_first(request, pace.as_ref()) {
        let outcome = past.look(request, &host)?;
        if outcome == Outcome::Misused || !wait(time, &mut past) {
            return Ok(outcome);
        }
    }
    loop {
        let outcome = report::print(request, &host, &mut names, &mut past, None, out)?;
        out.flush()?;
        names.warn_late();
        match pace.as_mut().and_then(Pace::until_next) {
            Some(time) if outcome.may_repeat() && wait(time, &mut past) => {}
            _ => {
                // The process ends: its threads need no end, and its memory is not freed.
                mem::forget(names);
                return Ok(outcome);
            }
        }
        names = names.renew(&host);
    }
}

/// Returns whether listings are drawn in place of each other.
fn is_drawn(request: &Request, repeat: &Repeat) -> bool {
    let is_one = repeat.times == Some(1);
    request.output.is_table() && !request.changes && !is_one && terminal::can_be_drawn_on()
}

/// As [`run`], but draws each listing in place of the previous one, with marks on what has changed.
/// The last one, if it is known to be the last, is printed as if it were the only one, so that it
/// stays when the terminal is restored.
fn draw(
    request: &Request,
    repeat: Repeat,
    host: &Host,
    mut screen: Screen,
    out: &mut dyn Write,
) -> io::Result<Outcome> {
    let mut names = Names::new(host, request.resolve);
    let mut past = Past::default();
    let mut pace = Pace::new(repeat, false);
    if let Some(time) = until_first(request, Some(&pace)) {
        let outcome = past.look(request, host)?;
        if outcome == Outcome::Misused || !wait_on(&mut screen, time, &mut past) {
            screen.tell();
            return Ok(outcome);
        }
    }
    loop {
        let (outcome, buffer) = report::fill(request, host, &mut names, &mut past)?;
        names.warn_late();
        let next = pace.until_next().filter(|_| outcome.may_repeat());
        let Some(time) = next else {
            screen.leave();
            if let Some(buffer) = buffer {
                buffer.write(out)?;
                out.flush()?;
            }
            screen.tell();
            mem::forget(names);
            return Ok(outcome);
        };
        screen.show(Frame {
            interval: repeat.interval,
            time: clock::now().strftime("%H:%M:%S").to_string(),
            buffer,
            notice: None,
        })?;
        if !wait_on(&mut screen, time, &mut past) {
            screen.tell();
            mem::forget(names);
            return Ok(outcome);
        }
        names = names.renew(host);
    }
}

/// Returns the time from a first look that is not shown to the first listing, or `None` if there is no
/// such look.
fn until_first(request: &Request, pace: Option<&Pace>) -> Option<Duration> {
    let time = request.rates_after?;
    let all = pace.and_then(|pace| pace.repeat.time);
    Some(all.map_or(time, |all| all.min(time)))
}

/// Waits for `time` while the screen is on. Returns false when it is over for good.
fn wait_on(screen: &mut Screen, time: Duration, past: &mut Past) -> bool {
    let start = Instant::now();
    loop {
        let is_paused = screen.is_paused();
        let left = match is_paused {
            true => PAUSED_INTERVAL,
            false => time.saturating_sub(start.elapsed()),
        };
        match screen.wait(until_heard(left, past)) {
            Waited::Elapsed if is_paused || start.elapsed() < time => past.hear(),
            Waited::Elapsed => return true,
            Waited::Turned => {}
            Waited::Quit | Waited::Closed => return false,
        }
    }
}

/// Returns how long to wait of what is left: what can be heard meanwhile must not become too much.
fn until_heard(left: Duration, past: &Past) -> Duration {
    match past.can_hear() {
        true => left.min(HEARING_INTERVAL),
        false => left,
    }
}

/// The times at which listings follow each other.
#[derive(Debug)]
struct Pace {
    repeat: Repeat,
    /// Whether listings begin in a steady rhythm, however long they take. net-tools leaves the
    /// interval between them.
    is_steady: bool,
    start: Instant,
    /// The number of listings so far.
    done: u64,
}

impl Pace {
    fn new(repeat: Repeat, is_steady: bool) -> Pace {
        Pace {
            repeat,
            is_steady,
            start: Instant::now(),
            done: 0,
        }
    }

    /// Returns the time from the listing that has just ended to the next one, or `None` if it was
    /// the last.
    fn until_next(&mut self) -> Option<Duration> {
        self.done += 1;
        if self.repeat.times.is_some_and(|times| self.done >= times) {
            return None;
        }
        let elapsed = self.start.elapsed();
        let interval = match self.is_steady {
            true => until_beat(elapsed, self.repeat.interval),
            false => self.repeat.interval,
        };
        let Some(time) = self.repeat.time else {
            return Some(interval);
        };
        let left = time.saturating_sub(elapsed);
        (!left.is_zero()).then(|| left.min(interval))
    }
}

/// Returns the time until a whole number of intervals has passed.
fn until_beat(elapsed: Duration, interval: Duration) -> Duration {
    let over = elapsed.as_nanos() % interval.as_nanos().max(1);
    let over = Duration::from_nanos(over.try_into().unwrap_or(u64::MAX));
    interval.saturating_sub(over)
}

/// Waits for `interval`. Returns false, and at once, when stdout has no reader any more.
fn wait(interval: Duration, past: &mut Past) -> bool {
    let start = Instant::now();
    loop {
        let left = interval.saturating_sub(start.elapsed());
        if left.is_zero() {
            return true;
        }
        let slice = until_heard(left, past);
        let stdout = io::stdout();
        let mut watched = [PollFd::new(stdout.as_fd(), PollFlags::empty())];
        match poll(
            &mut watched,
            PollTimeout::try_from(slice).unwrap_or(PollTimeout::MAX),
        ) {
            Ok(0) | Err(Errno::EINTR) => past.hear(),
            Ok(_) => return false,
            Err(_) => thread::sleep(slice),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn beats_come_in_time() {
        let seconds = Duration::from_secs_f64;
        for (elapsed, interval, expected) in [
            (0.0, 1.0, 1.0),
            (0.25, 1.0, 0.75),
            (7.75, 0.5, 0.25),
            (1.0, 1.0, 1.0),
            (3.5, 10.0, 6.5),
        ] {
            let found = until_beat(seconds(elapsed), seconds(interval));
            assert_eq!(found, seconds(expected), "{elapsed} {interval}");
        }
    }
}
