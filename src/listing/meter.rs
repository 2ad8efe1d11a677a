//! How fast TCP connections send and receive: what their counters have grown between two looks.
//!
//! A look is one reading of a table. A connection is recognized by its cookie, in its namespace, so that
//! another one with the same ends counts for itself. One that the look before lacks has opened in
//! between, and counts with all that it has moved; one that only the look before has counts if the kernel
//! has told of its end (see [`Closings`]). A connection of which nothing is known for certain, as in a
//! namespace's first look, has no rates.

use super::{Closings, DELAY, Warnings};
use crate::owners::Owners;
use crate::request::Table;
use crate::tables::diag::TcpInfo;
use crate::tables::diag::notifications::Destroyed;
use crate::tables::inet::{Family, Protocol, Row};
use crate::tables::{Namespace, Net, Socket};
use std::collections::{HashMap, HashSet};
use std::time::{Duration, Instant};

/// Bytes per second.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rates {
    /// What was received.
    pub received: u64,
    /// What was sent, and acknowledged by the foreign side.
    pub sent: u64,
}

/// What is remembered from one listing to the next.
#[derive(Debug, Default)]
pub struct Meter {
    /// What has closed, if that can be heard.
    pub closings: Closings,
    tables: HashMap<(Namespace, Family), Looks>,
    /// The table that is being read.
    current: Option<(Namespace, Family)>,
    /// The owners of the last listing: what has closed has none in the current one.
    owners: Option<Owners>,
}

/// The last two looks at a table.
#[derive(Debug)]
struct Looks {
    before: Option<Look>,
    now: Look,
}

/// What a look has seen, by cookie.
#[derive(Debug)]
struct Look {
    at: Instant,
    seen: HashMap<u64, Seen>,
    /// What it lacked of those before though nothing is known of an end, and when it was last seen: a
    /// table is read in parts, and may lack a socket that is there; and the kernel may tell late of an
    /// end.
    missed: HashMap<u64, (Seen, Instant)>,
}

/// A connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Seen {
    counters: Counters,
    inode: u64,
    uid: Option<u32>,
}

/// The bytes that a connection has moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Counters {
    received: u64,
    acknowledged: u64,
}

impl Counters {
    fn of(info: TcpInfo<'_>) -> Option<Counters> {
        Some(Counters {
            received: info.bytes_received()?,
            acknowledged: info.bytes_acked()?,
        })
    }

    /// Returns what these are per second since `before`, or `None` if they started over.
    fn rates(self, before: Counters, time: Duration) -> Option<Rates> {
        Some(Rates {
            received: per_second(self.received.checked_sub(before.received)?, time),
            sent: per_second(self.acknowledged.checked_sub(before.acknowledged)?, time),
        })
    }
}

/// Returns a number of bytes per second, rounded.
fn per_second(bytes: u64, time: Duration) -> u64 {
    let nanoseconds = time.as_nanos().max(1);
    let rate = (u128::from(bytes) * 1_000_000_000 + nanoseconds / 2) / nanoseconds;
    u64::try_from(rate).unwrap_or(u64::MAX)
}

impl Look {
    fn new(at: Instant) -> Look {
        Look {
            at,
            seen: HashMap::new(),
            missed: HashMap::new(),
        }
    }

    /// Returns what was last known of a connection, and when.
    fn find(&self, cookie: u64) -> Option<(&Seen, Instant)> {
        let seen = self.seen.get(&cookie).map(|it| (it, self.at));
        seen.or_else(|| self.missed.get(&cookie).map(|(it, at)| (it, *at)))
    }
}

impl Meter {
    /// Begins a listing of `tables` in `nets`.
    pub fn begin(&mut self, nets: &[Net], tables: &[Table], warnings: &mut Warnings) {
        self.closings.listen(nets, tables, warnings);
        let is_listed = |namespace: Namespace| nets.iter().any(|it| it.namespace() == namespace);
        self.tables
            .retain(|(namespace, _), _| is_listed(*namespace));
        self.current = None;
    }

    /// Begins a look at a table, which was asked for `at` that time.
    pub fn begin_table(&mut self, namespace: Namespace, family: Family, at: Instant) {
        let key = (namespace, family);
        let before = self.tables.remove(&key).map(|looks| looks.now);
        let now = Look::new(at);
        self.tables.insert(key, Looks { before, now });
        self.current = Some(key);
    }

    /// Takes note of a socket of the table that is being read, whether it is listed or not.
    pub fn see(&mut self, socket: &Socket<'_>) {
        let looks = self.current.and_then(|key| self.tables.get_mut(&key));
        if let Some(looks) = looks
            && let Some(row) = socket.inet()
            && let Some((cookie, counters)) = counted(socket)
        {
            let seen = Seen {
                counters,
                inode: row.inode.unwrap_or(0),
                uid: row.uid,
            };
            looks.now.seen.insert(cookie, seen);
        }
    }

    /// Ends the look at the table that is being read, and returns the connections that have closed since
    /// the look before, with the user and the inode that they had. Those that are in the table count in
    /// the next look: they have closed since.
    pub fn end_table(&mut self) -> Vec<Destroyed> {
        let Some((namespace, family)) = self.current.take() else {
            return Vec::new();
        };
        let heard = self.closings.take(namespace, Protocol::Tcp, family);
        let Some(Looks { before, now }) = self.tables.get_mut(&(namespace, family)) else {
            return Vec::new();
        };
        let cookie = |it: &Destroyed| it.internals.internals().cookie();
        let is_in_table = |it: &Destroyed| cookie(it).is_some_and(|it| now.seen.contains_key(&it));
        let (later, mut closed): (Vec<_>, Vec<_>) = heard.into_iter().partition(is_in_table);
        self.closings.give_back(namespace, later);
        let Some(before) = before else {
            return Vec::new();
        };
        let ended: HashSet<u64> = closed.iter().filter_map(cookie).collect();
        let seen = before.seen.iter();
        let seen = seen.map(|(cookie, seen)| (*cookie, (*seen, before.at)));
        let missed = before.missed.iter().map(|(cookie, it)| (*cookie, *it));
        let is_missed = |(cookie, (_, at)): &(u64, (Seen, Instant))| {
            !now.seen.contains_key(cookie)
                && !ended.contains(cookie)
                && (*at == before.at || now.at.saturating_duration_since(*at) < DELAY)
        };
        now.missed = seen.chain(missed).filter(is_missed).collect();
        for destroyed in &mut closed {
            let known = cookie(destroyed).and_then(|it| before.find(it));
            if let Some((seen, _)) = known {
                destroyed.row.inode = Some(seen.inode);
                destroyed.row.uid = seen.uid;
            }
        }
        closed
    }

    /// Returns how fast a connection in a namespace is, or `None` if that is not known.
    pub fn rates(&self, namespace: Namespace, socket: &Socket<'_>) -> Option<Rates> {
        let Row { family, .. } = socket.inet()?;
        let (cookie, counters) = counted(socket)?;
        let Looks { before, now } = self.tables.get(&(namespace, *family))?;
        let before = before.as_ref()?;
        match before.find(cookie) {
            Some((seen, at)) => {
                let time = now.at.saturating_duration_since(at);
                counters.rates(seen.counters, time)
            }
            None => {
                let none = Counters {
                    received: 0,
                    acknowledged: 0,
                };
                counters.rates(none, now.at.saturating_duration_since(before.at))
            }
        }
    }

    /// Takes the owners of the last listing.
    pub fn take_owners(&mut self) -> Option<Owners> {
        self.owners.take()
    }

    /// Keeps the owners of this listing for the next.
    pub fn keep_owners(&mut self, owners: Option<Owners>) {
        self.owners = owners;
    }
}

/// Returns the cookie and the counters of a TCP connection.
fn counted(socket: &Socket<'_>) -> Option<(u64, Counters)> {
    socket.inet().filter(|it| it.protocol == Protocol::Tcp)?;
    let internals = socket.internals()?;
    Some((internals.cookie()?, Counters::of(internals.tcp()?)?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tables::diag::{Internals, made};

    const HERE: Namespace = Namespace(1);
    const ESTABLISHED: u8 = 1;

    /// A connection with this cookie that has received and sent so many bytes.
    fn connection(cookie: u32, received: u64, sent: u64) -> Vec<u8> {
        let mut info = vec![0; 232];
        info[120..128].copy_from_slice(&sent.to_ne_bytes());
        info[128..136].copy_from_slice(&received.to_ne_bytes());
        let attributes = [(2, &info[..]), (10, &[6])];
        let mut message = made::message(ESTABLISHED, (0, 0), &attributes);
        message[44..48].copy_from_slice(&cookie.to_ne_bytes());
        message
    }

    /// Looks at these connections `millis` after `start`, while others have closed. Returns what is found
    /// of all of them, those that have closed with their inode, in the order of their cookies.
    fn look(
        meter: &mut Meter,
        (start, millis): (Instant, u64),
        rows: &[(u32, u64, u64)],
        closed: &[(u32, u64, u64)],
    ) -> Vec<String> {
        let destroyed = |message: &Vec<u8>| Destroyed::of(message).expect("a socket");
        let messages = |rows: &[(u32, u64, u64)]| -> Vec<_> {
            let rows = rows.iter();
            rows.map(|(cookie, received, sent)| connection(*cookie, *received, *sent))
                .collect()
        };
        meter.begin_table(HERE, Family::V4, start + Duration::from_millis(millis));
        let mut found = Vec::new();
        let told = |meter: &Meter, socket: &Socket<'_>| {
            let cookie = socket.internals().and_then(Internals::cookie).unwrap_or(0) as u32;
            match meter.rates(HERE, socket) {
                Some(Rates { received, sent }) => format!("{cookie}: {received} {sent}"),
                None => format!("{cookie}: -"),
            }
        };
        for message in messages(rows) {
            let row = Row {
                inode: Some(4711),
                ..destroyed(&message).row
            };
            let socket = Socket::Inet(&row, Some(Internals::of(&message)));
            meter.see(&socket);
            found.push(told(meter, &socket));
        }
        let closed = messages(closed).iter().map(destroyed).collect();
        meter.closings.tell(HERE, closed);
        for closed in meter.end_table() {
            let socket = Socket::Inet(&closed.row, Some(closed.internals.internals()));
            let inode = closed.row.inode.unwrap_or(0);
            found.push(format!("{}, inode {inode}", told(meter, &socket)));
        }
        found.sort();
        found
    }

    #[test]
    fn rates_are_what_counters_have_grown_by_between_two_looks() {
        let mut meter = Meter::default();
        let start = Instant::now();
        let mut at =
            |millis, rows: &[_], closed: &[_]| look(&mut meter, (start, millis), rows, closed);
        let first = at(0, &[(1, 100, 1_000_000), (2, 0, 0)], &[(9, 5, 5)]);
        assert_eq!(first, ["1: -", "2: -"]);
        // 3 has opened in between, 4 has come and gone.
        let second = at(
            2000,
            &[(1, 300, 1_000_000), (2, 5, 0), (3, 50, 7)],
            &[(4, 8, 10)],
        );
        assert_eq!(second, ["1: 100 0", "2: 3 0", "3: 25 4", "4: 4 5, inode 0"]);
        // 1 has closed; 2 is still listed, and closes only then.
        let third = at(
            2500,
            &[(2, 5, 0), (3, 50, 7)],
            &[(1, 350, 1_000_001), (2, 6, 0)],
        );
        assert_eq!(third, ["1: 100 2, inode 4711", "2: 0 0", "3: 0 0"]);
        let fourth = at(3500, &[(3, 50, 1007)], &[]);
        assert_eq!(fourth, ["2: 1 0, inode 4711", "3: 0 1000"]);
    }

    #[test]
    fn a_connection_that_a_look_lacked_has_not_opened_anew() {
        let mut meter = Meter::default();
        let start = Instant::now();
        let mut at = |millis, rows: &[_]| look(&mut meter, (start, millis), rows, &[]);
        at(0, &[(1, 1_000_000, 0)]);
        assert!(at(1000, &[]).is_empty());
        assert_eq!(at(2000, &[(1, 1_000_100, 0)]), ["1: 50 0"]);
        // Counters only grow.
        assert_eq!(at(3000, &[(1, 5, 0)]), ["1: -"]);
    }

    #[test]
    fn only_tcp_has_such_counters() {
        let mut meter = Meter::default();
        let message = connection(1, 5, 5);
        let row = Row {
            protocol: Protocol::Udp,
            ..Destroyed::of(&message).expect("a socket").row
        };
        let socket = Socket::Inet(&row, Some(Internals::of(&message)));
        for _ in 0..2 {
            meter.begin_table(HERE, Family::V4, Instant::now());
            meter.see(&socket);
            assert_eq!(meter.rates(HERE, &socket), None);
        }
    }
}
