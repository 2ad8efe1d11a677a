//! Rows that the kernel repeats while sockets come and go.
//!
//! A table is written page by page. Between two pages, the kernel remembers its place in the table as
//! a number of sockets (of TCP and unix sockets: within one bucket of a hash table), and sockets that
//! are added before that place shift rows that have been written behind it. So a repeated row stands a
//! few rows behind the first, and the last rows are all that have to be remembered.

use crate::tables::Socket;
use std::net::SocketAddr;

/// The number of rows that are remembered: more than sockets are added between two pages.
const REMEMBERED: usize = 32;

/// The last rows of a table.
#[derive(Debug)]
pub struct Repeats {
    /// What tells most rows apart, for a quick look: an inode or, without one, both ports.
    keys: [u64; REMEMBERED],
    /// Both ends of the same rows; unix sockets have none.
    ends: [Option<(SocketAddr, SocketAddr)>; REMEMBERED],
    next: usize,
}

impl Repeats {
    /// Remembers nothing yet.
    pub fn new() -> Repeats {
        Repeats {
            keys: [0; REMEMBERED],
            ends: [None; REMEMBERED],
            next: 0,
        }
    }

    /// Returns whether one of the last rows was of the same socket, with the same inode and ends, and
    /// remembers the row otherwise.
    pub fn has(&mut self, socket: &Socket<'_>) -> bool {
        let inode = socket.held_inode();
        match socket {
            Socket::Inet(row) => {
                let ports = u64::from(row.local.port()) << 16 | u64::from(row.foreign.port());
                // No inode is as large, and no key is 0.
                let key = inode.unwrap_or(1 << 63 | ports);
                self.has_row(key, Some((row.local, row.foreign)))
            }
            // One without an inode waits to be accepted, and nothing tells it from others.
            Socket::Unix(_) => inode.is_some_and(|inode| self.has_row(inode, None)),
            Socket::Sctp(_) | Socket::Rare(_) => false,
        }
    }

    fn has_row(&mut self, key: u64, ends: Option<(SocketAddr, SocketAddr)>) -> bool {
        if self.keys.contains(&key) {
            let mut known = self.keys.iter().zip(&self.ends);
            if known.any(|it| it == (&key, &ends)) {
                return true;
            }
        }
        self.keys[self.next] = key;
        self.ends[self.next] = ends;
        self.next = (self.next + 1) % REMEMBERED;
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tables::inet::{Family, Protocol, Row};
    use crate::tables::unix;

    fn row(inode: u64, foreign: &str) -> Row {
        Row {
            protocol: Protocol::Tcp,
            family: Family::V4,
            local: "127.0.0.1:80".parse().expect("an address"),
            foreign: foreign.parse().expect("an address"),
            state: 6,
            send_queue: 0,
            receive_queue: 0,
            timer: 0,
            timer_ticks: 0,
            retransmits: None,
            uid: None,
            probes: None,
            inode: Some(inode),
        }
    }

    #[test]
    fn a_row_is_repeated_if_one_of_the_last_was_of_the_same_socket() {
        let mut repeats = Repeats::new();
        for (inode, foreign, expected) in [
            (5, "192.0.2.1:1000", false),
            (5, "192.0.2.1:1000", true),
            (5, "192.0.2.2:1001", false),
            (6, "192.0.2.1:1000", false),
            (0, "192.0.2.1:1000", false),
            (0, "192.0.2.1:1000", true),
            // The same ports, but another address.
            (0, "192.0.2.2:1000", false),
            (0, "192.0.2.2:1001", false),
        ] {
            let row = row(inode, foreign);
            let found = repeats.has(&Socket::Inet(&row));
            assert_eq!(found, expected, "{inode} {foreign}");
        }
        for inode in 100..100 + REMEMBERED as u64 {
            assert!(!repeats.has(&Socket::Inet(&row(inode, "192.0.2.9:1"))));
        }
        assert!(!repeats.has(&Socket::Inet(&row(5, "192.0.2.1:1000"))));
    }

    #[test]
    fn unix_sockets_that_wait_to_be_accepted_are_all_shown() {
        let mut repeats = Repeats::new();
        for (inode, expected) in [(0, false), (0, false), (7, false), (7, true)] {
            let line = format!("0: 00000002 00000000 00000000 0001 03 {inode}");
            let row = unix::Row::from_line(true, line.as_bytes()).expect("a row");
            assert_eq!(repeats.has(&Socket::Unix(row)), expected, "{inode}");
        }
    }
}
