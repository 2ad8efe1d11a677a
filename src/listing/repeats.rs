//! Rows that the kernel repeats while sockets come and go.
//!
//! A table is written page by page. Between two pages, the kernel remembers its place in the table as
//! a number of sockets (of TCP and unix sockets: within one bucket of a hash table), and sockets that
//! are added before that place shift rows that have been written behind it. So a repeated row stands a
//! few rows behind the first, and the last rows are all that have to be remembered.

use crate::tables::Socket;
use std::hash::{BuildHasher, RandomState};
use std::net::SocketAddr;

/// The number of rows that are remembered: more than sockets are added between two pages, unless this
/// process is stopped meanwhile.
const REMEMBERED: usize = 8192;

/// The number of places at which a row is looked for. Each leads to the last row that belongs there, and
/// that to the one before.
const PLACES: usize = 4 * REMEMBERED;

/// The most rows of one place that are looked at. Few have more than one.
const LOOKS: usize = 8;

/// The last rows of a table.
#[derive(Debug)]
pub struct Repeats {
    /// They, in turn. Memory for them comes with the rows.
    rows: Vec<Remembered>,
    next: usize,
    /// For each place, an index in `rows`. Memory that is never used costs nothing.
    places: Vec<u16>,
    /// For paths, whose hashes nobody can foresee.
    hasher: RandomState,
}

/// A row, and an index in the same list: of the row before it at the same place, or of any other.
#[derive(Debug, Clone, Copy)]
struct Remembered {
    key: Key,
    before: u16,
}

/// What tells a row from all others of its table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Key {
    inode: u64,
    /// Unix sockets have none.
    ends: Option<(SocketAddr, SocketAddr)>,
    /// What tells others apart: the kernel's address of one without an inode, or a hash of the path of a
    /// unix socket.
    more: u64,
}

impl Repeats {
    /// Remembers nothing yet.
    pub fn new() -> Repeats {
        Repeats {
            rows: Vec::new(),
            next: 0,
            places: vec![0; PLACES],
            hasher: RandomState::new(),
        }
    }

    /// Returns whether one of the last rows was of the same socket, with the same inode and ends, and
    /// remembers the row otherwise.
    pub fn has(&mut self, socket: &Socket<'_>) -> bool {
        let inode = socket.held_inode().unwrap_or(0);
        let (ends, more) = match socket {
            // Two may have the same ends, on two links or in two VRFs.
            Socket::Inet(row, _) if inode == 0 && row.kernel_address == 0 => return false,
            Socket::Inet(row, _) => (Some((row.local, row.foreign)), row.kernel_address),
            // One without an inode waits to be accepted, and nothing tells it from others.
            Socket::Unix(row) if inode != 0 => (None, self.hasher.hash_one(row.path)),
            _ => return false,
        };
        let key = Key { inode, ends, more };
        let Some(place) = self.places.get_mut(key.place()) else {
            return false;
        };
        let last = *place;
        let mut index = last;
        for _ in 0..LOOKS {
            match self.rows.get(usize::from(index)) {
                Some(row) if row.key == key => return true,
                Some(row) if row.before != index => index = row.before,
                _ => break,
            }
        }
        let row = Remembered { key, before: last };
        match self.rows.get_mut(self.next) {
            Some(oldest) => *oldest = row,
            None => self.rows.push(row),
        }
        *place = self.next as u16;
        self.next = (self.next + 1) % REMEMBERED;
        false
    }
}

impl Key {
    /// Returns the place of this row, which it shares with few others.
    fn place(self) -> usize {
        let (local, foreign) = self
            .ends
            .map_or((0, 0), |(local, foreign)| (local.port(), foreign.port()));
        let number = self.inode ^ u64::from(local) << 48 ^ u64::from(foreign) << 32;
        // The upper bits of the product depend on all bits of the number.
        let product = number.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        (product >> 32) as usize % PLACES
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tables::inet::{Protocol, Row};
    use crate::tables::unix;

    fn row(inode: u64, foreign: &str, kernel_address: u64) -> Row {
        Row {
            inode: Some(inode),
            kernel_address,
            ..Row::made_up(Protocol::Tcp, "127.0.0.1:80", foreign, 6)
        }
    }

    #[test]
    fn a_row_is_repeated_if_one_of_the_last_was_of_the_same_socket() {
        let mut repeats = Repeats::new();
        for (inode, foreign, address, expected) in [
            (5, "192.0.2.1:1000", 0, false),
            (5, "192.0.2.1:1000", 0, true),
            (5, "192.0.2.2:1001", 0, false),
            (6, "192.0.2.1:1000", 0, false),
            (0, "192.0.2.1:1000", 7, false),
            (0, "192.0.2.1:1000", 7, true),
            // The same ends on another link.
            (0, "192.0.2.1:1000", 8, false),
            // The same ports, but another address.
            (0, "192.0.2.2:1000", 7, false),
            // Nothing tells two sockets from one.
            (0, "192.0.2.2:1001", 0, false),
            (0, "192.0.2.2:1001", 0, false),
        ] {
            let row = row(inode, foreign, address);
            let found = repeats.has(&Socket::Inet(&row, None));
            assert_eq!(found, expected, "{inode} {foreign} {address}");
        }
        for inode in 100..100 + REMEMBERED as u64 {
            assert!(!repeats.has(&Socket::Inet(&row(inode, "192.0.2.9:1", 0), None)));
        }
        assert!(!repeats.has(&Socket::Inet(&row(5, "192.0.2.1:1000", 0), None)));
    }

    #[test]
    fn unix_sockets_that_wait_to_be_accepted_are_all_shown() {
        let mut repeats = Repeats::new();
        for (end, expected) in [
            ("0", false),
            ("0", false),
            ("7", false),
            ("7", true),
            // A copied table may be forged.
            ("7 /run/a", false),
            ("7 /run/a", true),
        ] {
            let line = format!("0: 00000002 00000000 00000000 0001 03 {end}");
            let row = unix::Row::from_line(true, line.as_bytes()).expect("a row");
            assert_eq!(repeats.has(&Socket::Unix(row)), expected, "{end}");
        }
    }
}
