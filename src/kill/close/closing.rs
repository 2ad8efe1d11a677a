//! Orders to the kernel to close sockets, and what becomes of these.

use super::shown::{Handle, Key, Remaining, Shown};
use crate::kill::{Place, shown, wait};
use crate::notice;
use crate::tables::diag::Destroyer;
use crate::tables::inet::Protocol;
use nix::libc;
use std::collections::HashSet;
use std::io;
use std::ops::RangeInclusive;
use std::thread;
use std::time::{Duration, Instant};

/// The foreign ports from which sockets are looked for that share their ends with others. Of 128
/// sockets, one is missed by all of them once in ten million times.
const FOREIGN_PORTS: RangeInclusive<u16> = 1..=2048;

/// A socket that is to be closed, and by what.
type Target<'a> = (&'a Shown, &'a Handle);

/// The closing of some sockets.
pub struct Closing<'a> {
    place: Place<'a>,
    /// What closes the sockets of one namespace, by its index, or why nothing does.
    destroyer: Option<(usize, Result<Destroyer, String>)>,
    /// Those that were closed.
    closed: Vec<Target<'a>>,
    has_failed: bool,
}

/// What the kernel has done to a socket.
enum Answer {
    /// It has closed it, or, if it is UDP's, its connection.
    Closed,
    /// It has found none, or another one.
    NotFound,
    /// It has not closed it.
    Failed(String),
}

impl<'a> Closing<'a> {
    /// Begins to close sockets that were shown in `place`.
    pub fn new(place: Place<'a>) -> Closing<'a> {
        Closing {
            place,
            destroyer: None,
            closed: Vec::new(),
            has_failed: false,
        }
    }

    /// Returns whether all sockets have gone or been closed so far.
    pub fn is_done(&self) -> bool {
        !self.has_failed
    }

    /// Closes the sockets, and reports the result for each.
    pub fn close_all(&mut self, targets: &[Target<'a>]) {
        let mut lost = Vec::new();
        let mut ended = Vec::new();
        for &(socket, handle) in targets {
            match self.close(socket, handle) {
                Answer::Closed => self.note_closed((socket, handle), &mut ended),
                Answer::NotFound => lost.push((socket, handle)),
                Answer::Failed(why) => self.fail(socket, &why),
            }
        }
        self.find(&lost, &mut ended);
        self.check(&ended);
    }

    /// Gives the order to close a socket.
    fn close(&mut self, socket: &Shown, handle: &Handle) -> Answer {
        self.close_from(socket, handle, None)
    }

    /// Gives the order to close a socket that the kernel finds from a foreign port.
    fn close_from(&mut self, socket: &Shown, handle: &Handle, port: Option<u16>) -> Answer {
        let destroyer = match self.destroyer(socket.net) {
            Ok(destroyer) => destroyer,
            Err(why) => return Answer::Failed(format!("not closed: {why}")),
        };
        let destroyed = match port {
            None => destroyer.destroy(&handle.identity),
            Some(port) => destroyer.destroy(&handle.identity.seen_from(port)),
        };
        match destroyed {
            Ok(()) => Answer::Closed,
            Err(error) => Answer::of(&error, handle.protocol),
        }
    }

    /// Returns what closes the sockets of a namespace. Sockets come one namespace after another.
    fn destroyer(&mut self, net: usize) -> Result<&mut Destroyer, &str> {
        if self.destroyer.as_ref().is_none_or(|(it, _)| *it != net) {
            let opened = match self.place.nets.get(net) {
                Some(net) => Destroyer::open(net),
                None => Err(io::ErrorKind::NotFound.into()),
            };
            let opened = opened.map_err(|error| format!("cannot ask the kernel: {error}"));
            self.destroyer = Some((net, opened));
        }
        match &mut self.destroyer {
            Some((_, Ok(destroyer))) => Ok(destroyer),
            Some((_, Err(why))) => Err(why),
            None => Err("cannot ask the kernel"),
        }
    }

    fn note_closed(&mut self, target: Target<'a>, ended: &mut Vec<Target<'a>>) {
        match target.1.protocol {
            Protocol::Tcp => self.tell_closed(target),
            // What that means is known only by the tables.
            _ => ended.push(target),
        }
    }

    fn tell_closed(&mut self, target: Target<'a>) {
        notice::say(format_args!("{}: closed", target.0));
        self.closed.push(target);
    }

    fn fail(&mut self, socket: &Shown, why: &str) {
        notice::say(format_args!("{socket}: {why}"));
        self.has_failed = true;
    }

    /// Closes those that the kernel has not found, but still lists.
    fn find(&mut self, lost: &[Target<'a>], ended: &mut Vec<Target<'a>>) {
        let Some(left) = self.still_listed(lost) else {
            return;
        };
        for &(socket, handle) in lost {
            if !left.contains(&handle.key) {
                notice::say(format_args!("{socket}: gone"));
                continue;
            }
            match self.find_one(socket, handle) {
                Answer::Closed => self.note_closed((socket, handle), ended),
                Answer::NotFound => self.fail(
                    socket,
                    "not closed: the kernel finds another socket in its place",
                ),
                Answer::Failed(why) => self.fail(socket, &why),
            }
        }
    }

    /// Closes a socket that shares its ends with others.
    fn find_one(&mut self, socket: &Shown, handle: &Handle) -> Answer {
        // The other one may be closed by now.
        let ports = FOREIGN_PORTS.filter(|_| handle.has_one_end).map(Some);
        for port in std::iter::once(None).chain(ports) {
            match self.close_from(socket, handle, port) {
                Answer::NotFound => {}
                answer => return answer,
            }
        }
        Answer::NotFound
    }

    /// Tells of UDP sockets what they have lost. One that its program has bound to a port stays.
    fn check(&mut self, ended: &[Target<'a>]) {
        let Some(left) = self.still_listed(ended) else {
            return;
        };
        for &(socket, handle) in ended {
            match left.contains(&handle.key) {
                false => self.tell_closed((socket, handle)),
                true => self.fail(
                    socket,
                    "aborted (ECONNABORTED) but not closed: a bound UDP socket keeps its port",
                ),
            }
        }
    }

    /// Waits at most `limit` until those that were closed are no longer listed, and reports the rest.
    pub fn wait(&mut self, limit: Duration) {
        let start = Instant::now();
        loop {
            let looked = Instant::now();
            let closed = std::mem::take(&mut self.closed);
            let Some(left) = self.still_listed(&closed) else {
                return;
            };
            self.closed = closed;
            self.closed.retain(|(_, handle)| left.contains(&handle.key));
            let time = limit.saturating_sub(start.elapsed());
            if self.closed.is_empty() || time.is_zero() {
                break;
            }
            thread::sleep(wait::pause(looked.elapsed(), time));
        }
        for (socket, _) in std::mem::take(&mut self.closed) {
            self.fail(socket, "still there");
        }
    }

    /// Returns which of the sockets the tables still have, or `None` if that is not known, which is
    /// reported.
    fn still_listed(&mut self, sockets: &[Target<'a>]) -> Option<HashSet<Key>> {
        if sockets.is_empty() {
            return Some(HashSet::new());
        }
        let wanted = sockets.iter().map(|(_, handle)| handle.key).collect();
        let mut sink = Remaining::of(&wanted);
        let is_whole = shown::look_again(self.place, &mut sink);
        if is_whole && !sink.is_vague {
            return Some(sink.found);
        }
        for (socket, _) in sockets {
            self.fail(
                socket,
                "may still be open: the tables could not be read again",
            );
        }
        None
    }
}

impl Answer {
    fn of(error: &io::Error, protocol: Protocol) -> Answer {
        Answer::Failed(match error.raw_os_error() {
            Some(libc::ENOENT) => return Answer::NotFound,
            Some(libc::EPERM) => "not permitted: needs CAP_NET_ADMIN".to_owned(),
            Some(libc::EOPNOTSUPP) if protocol == Protocol::Udplite => {
                "not closed: this kernel cannot close UDP-Lite sockets".to_owned()
            }
            Some(libc::EOPNOTSUPP) => {
                "not closed: this kernel was built without INET_DIAG_DESTROY".to_owned()
            }
            _ => format!("not closed: {error}"),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_kernel_says_is_told_in_words() {
        use Protocol::{Tcp, Udp, Udplite};
        for (errno, protocol, expected) in [
            (libc::ENOENT, Tcp, None),
            (libc::EPERM, Udp, Some("CAP_NET_ADMIN")),
            (libc::EOPNOTSUPP, Tcp, Some("INET_DIAG_DESTROY")),
            (libc::EOPNOTSUPP, Udplite, Some("UDP-Lite")),
            (libc::EAGAIN, Tcp, Some("unavailable")),
        ] {
            let answer = Answer::of(&io::Error::from_raw_os_error(errno), protocol);
            match (answer, expected) {
                (Answer::NotFound, None) => {}
                (Answer::Failed(why), Some(word)) => assert!(why.contains(word), "{why}"),
                _ => panic!("{errno}"),
            }
        }
    }
}
