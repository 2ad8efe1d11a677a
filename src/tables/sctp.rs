//! SCTP endpoints and associations: /proc/net/sctp/eps and /proc/net/sctp/assocs, which procfs has
//! no readers for. net-tools also looks for them in /proc/net/sctp6, which no kernel has: the tables
//! hold IPv4 and IPv6 addresses.
//!
//! The columns (net/sctp/proc.c, `sctp_eps_seq_show` and `sctp_assocs_seq_show`):
//!
//! ```text
//!  ENDPT     SOCK   STY SST HBKT LPORT   UID INODE LADDRS
//!  ASSOC     SOCK   STY SST ST HBKT ASSOC-ID TX_QUEUE RX_QUEUE UID INODE LPORT RPORT LADDRS <-> RADDRS HBINT …
//! ```
//!
//! The foreign addresses end at a tab, after which newer kernels print counters. The first kernels
//! with SCTP lacked the columns from ASSOC-ID to INODE. net-tools ignores the header and prints the
//! addresses of such rows as numbers. So does this reader, with a warning.

use super::fields::{Base, Fields};
use super::inet::{Family, tcp_state_name};
use super::sctp_address::Addresses;
use super::{Lines, Net, ReadAhead, ReadError, Reader};
use std::io;

/// One of the two tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// Endpoints, which are sockets.
    Endpoints,
    /// Associations, SCTP's connections.
    Associations,
}

/// An endpoint or association.
///
/// Numbers are parsed like C's `strtol`, because net-tools prints even malformed ones: a number that
/// overflows its type is truncated to its low bits, and a word that is not a number is 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Row<'a> {
    /// The socket's state (column SST), one of TCP's (include/net/tcp_states.h).
    pub state: i32,
    /// The local port, in host byte order.
    pub local_port: u16,
    /// The local addresses.
    pub local: Addresses<'a>,
    /// The columns that only associations have.
    pub association: Option<Association<'a>>,
    /// The ID of the user who created the socket.
    pub uid: u32,
    /// The inode number.
    pub inode: u64,
    /// Whether one of the numbers is missing or has trailing bytes.
    has_bad_number: bool,
}

/// The foreign side of an association, and its queues.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Association<'a> {
    /// The foreign port, in host byte order.
    pub foreign_port: u16,
    /// The foreign addresses.
    pub foreign: Addresses<'a>,
    /// The number of bytes that are not sent or not acknowledged.
    pub send_queue: u32,
    /// The number of received bytes that the process has not read.
    pub receive_queue: u32,
}

impl<'a> Row<'a> {
    /// Parses a line of `part`'s table. Returns `None` if it ends before the addresses.
    pub fn from_line(part: Part, line: &'a [u8]) -> Option<Row<'a>> {
        let mut words = Words { rest: line };
        let mut numbers = Numbers::default();
        let [_, _, _, state] = words.take()?;
        let (port, uid, inode, local, association) = match part {
            Part::Endpoints => {
                let [_, port, uid, inode] = words.take()?;
                let local = words.until(|byte| byte == b'\t').unwrap_or_default();
                (port, uid, inode, Addresses::of_endpoint(local), None)
            }
            Part::Associations => {
                let [_, _, _, tx, rx] = words.take()?;
                let [uid, inode, port, foreign_port] = words.take()?;
                let ends = |byte| matches!(byte, b'<' | b'-' | b'>' | b'\t');
                let [local, foreign] = [(); 2]
                    .map(|()| Addresses::of_association(words.until(ends).unwrap_or_default()));
                let association = Association {
                    foreign_port: numbers.signed(foreign_port) as u16,
                    foreign,
                    send_queue: numbers.signed(tx) as u32,
                    receive_queue: numbers.signed(rx) as u32,
                };
                (port, uid, inode, local, Some(association))
            }
        };
        Some(Row {
            state: numbers.signed(state) as i32,
            local_port: numbers.signed(port) as u16,
            local,
            association,
            uid: numbers.signed(uid) as u32,
            inode: numbers.inode(inode),
            has_bad_number: numbers.has_bad,
        })
    }

    /// Returns net-tools' name for the state, without the number that it appends to UNKNOWN. `None`
    /// for 0.
    pub fn state_name(&self) -> Option<&'static str> {
        match u8::try_from(self.state) {
            Ok(known @ 0..=11) => tcp_state_name(known),
            _ => Some("UNKNOWN"),
        }
    }

    /// Describes how the row differs from what the kernel writes, or returns `None` if it does not.
    pub fn oddity(&self) -> Option<&'static str> {
        let foreign = self.association.map(|it| it.foreign);
        let mut sides = [Some(self.local), foreign].into_iter().flatten();
        if self.has_bad_number {
            Some("a number cannot be read")
        } else if sides.clone().any(|side| side.iter().any(|it| it.is_odd)) {
            Some("an address cannot be read")
        } else if sides.any(|side| side.iter().next().is_none()) {
            Some("no addresses")
        } else {
            None
        }
    }
}

/// The rest of a line.
struct Words<'a> {
    rest: &'a [u8],
}

impl<'a> Words<'a> {
    /// Skips bytes that match `ends`, and takes all bytes up to the next that does.
    fn until(&mut self, ends: fn(u8) -> bool) -> Option<&'a [u8]> {
        let start = self.rest.iter().position(|byte| !ends(*byte))?;
        let word = &self.rest[start..];
        let end = word.iter().position(|byte| ends(*byte));
        let (word, rest) = word.split_at(end.unwrap_or(word.len()));
        self.rest = rest.get(1..).unwrap_or_default();
        Some(word)
    }

    /// Takes `COUNT` words, or returns `None` if there are fewer.
    fn take<const COUNT: usize>(&mut self) -> Option<[&'a [u8]; COUNT]> {
        let mut words = [&b""[..]; COUNT];
        for word in &mut words {
            *word = self.until(|byte| matches!(byte, b' ' | b'\t'))?;
        }
        Some(words)
    }
}

/// Parses the numbers of one line.
#[derive(Default)]
struct Numbers {
    /// Whether one was missing or had trailing bytes.
    has_bad: bool,
}

impl Numbers {
    fn signed(&mut self, word: &[u8]) -> i64 {
        self.number(word, |fields| fields.c_signed())
    }

    /// Parses an inode number, which net-tools also accepts in octal and hexadecimal.
    fn inode(&mut self, word: &[u8]) -> u64 {
        self.number(word, |fields| fields.c_unsigned(Base::Prefixed))
    }

    fn number<T: Default>(&mut self, word: &[u8], read: fn(&mut Fields<'_>) -> Option<T>) -> T {
        let mut fields = Fields::new(word);
        let number = read(&mut fields);
        self.has_bad |= number.is_none() || !fields.rest().is_empty();
        number.unwrap_or_default()
    }
}

/// An open table.
#[derive(Debug)]
pub struct Table {
    lines: Lines,
    part: Part,
}

impl Table {
    /// Opens the table of `part` and `family`.
    ///
    /// # Errors
    /// Fails if the file can't be opened, as on a kernel without SCTP.
    pub fn open(net: &Net, part: Part, family: Family) -> io::Result<Table> {
        Ok(Table {
            lines: Lines::open(net, file_name(part, family), ReadAhead::Near)?,
            part,
        })
    }
}

impl Reader for Table {
    type Row<'a> = Row<'a>;

    fn next_row(&mut self) -> Result<Option<Row<'_>>, ReadError> {
        if self.lines.number() == 0 {
            self.lines.advance()?;
        }
        let part = self.part;
        self.lines.next_row(|line| Row::from_line(part, line))
    }

    fn place(&self) -> String {
        self.lines.place()
    }
}

/// Returns the name of the table's file in the `net` folder.
pub fn file_name(part: Part, family: Family) -> &'static str {
    match (part, family) {
        (Part::Endpoints, Family::V4) => "sctp/eps",
        (Part::Endpoints, Family::V6) => "sctp6/eps",
        (Part::Associations, Family::V4) => "sctp/assocs",
        (Part::Associations, Family::V6) => "sctp6/assocs",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::net::IpAddr;

    fn ips(addresses: Addresses<'_>) -> Vec<Option<IpAddr>> {
        addresses.iter().map(|address| address.ip).collect()
    }

    #[test]
    fn malformed_numbers_are_parsed_like_net_tools() {
        let read = |sst: &str, inode: &str| {
            let line = format!("f f 2 {sst} 25 5000 1000 {inode} 10.0.0.1 ");
            let row = Row::from_line(Part::Endpoints, line.as_bytes()).expect("a row");
            (row.state, row.inode, row.oddity().is_some())
        };
        // Each was compared with net-tools 2.10.
        let cases = [
            ("10", "40001", (10, 40001, false)),
            ("+7", "40001", (7, 40001, false)),
            ("5x", "40001", (5, 40001, true)),
            ("x", "x", (0, 0, true)),
            ("99999999999", "0x10", (1_215_752_191, 16, false)),
            ("-99999999999999999999", "010", (0, 8, false)),
            ("1", "-1", (1, u64::MAX, false)),
        ];
        for (sst, inode, expected) in cases {
            assert_eq!(read(sst, inode), expected, "{sst} {inode}");
        }
    }

    #[test]
    fn truncated_rows_lack_addresses() {
        let whole = "f f 2 1 4 1234 7 100 200 1000 40003 5000 6000 10.0.0.1 10.0.0.2 <-> *10.0.0.3 \t 30000";
        let words: Vec<&str> = whole.split(' ').collect();
        let cases = [
            (12, None),
            (13, Some((0, 0))),
            (15, Some((2, 0))),
            (16, Some((2, 0))),
            (17, Some((2, 1))),
        ];
        for (length, counts) in cases {
            let line = words[..length].join(" ");
            let row = Row::from_line(Part::Associations, line.as_bytes());
            let found = row.as_ref().map(|row| {
                let association = row.association.as_ref().expect("one");
                (ips(row.local).len(), ips(association.foreign).len())
            });
            assert_eq!(found, counts, "{line}");
            let is_odd = row.is_some_and(|row| row.oddity().is_some());
            assert_eq!(is_odd, (13..17).contains(&length), "{line}");
        }
        assert_eq!(
            Row::from_line(Part::Endpoints, b"f f 2 10 25 5000 1000"),
            None
        );
    }

    proptest! {
        #[test]
        fn rows_in_the_kernels_format_are_read_back(
            (state, uid, inode) in (0..12i32, any::<u32>(), any::<u64>()),
            ports in any::<[u16; 2]>(),
            queues in any::<[u32; 2]>(),
            addresses in any::<[Vec<IpAddr>; 2]>(),
        ) {
            let written = |addresses: &[IpAddr], primary| {
                let mut text = String::new();
                for (index, address) in addresses.iter().enumerate() {
                    let groups = |it: &std::net::Ipv6Addr| it.segments().map(|it| format!("{it:04x}")).join(":");
                    let address = match address {
                        IpAddr::V4(address) => address.to_string(),
                        IpAddr::V6(address) => groups(address),
                    };
                    text += if primary && index == 0 { "*" } else { "" };
                    text += &(address + " ");
                }
                text
            };
            let read = |side: &[IpAddr]| side.iter().map(|it| Some(*it)).collect::<Vec<_>>();
            let [local, foreign] = &addresses;
            let line = format!(
                "ffff8880 ffff8881 2   {state:<3} {:<4} {:<5} {uid:5} {inode:5} {}",
                25, ports[0], written(local, false),
            );
            let row = Row::from_line(Part::Endpoints, line.as_bytes()).expect("a row");
            prop_assert_eq!((row.state, row.local_port), (state, ports[0]));
            prop_assert_eq!((row.uid, row.inode), (uid, inode));
            prop_assert_eq!(ips(row.local), read(local));
            prop_assert_eq!(row.oddity().is_some(), local.is_empty());

            let line = format!(
                "ffff8881 ffff8882 2   {state:<3} {:<2} {:<4} {:4} {:8} {:8} {uid:7} {inode:5} {:<5} {:5} \
                 {}<-> {}\t   30000    10    10   10    0    0        3        1        2     4096     8192",
                4, 1234, 7, queues[0], queues[1], ports[0], ports[1],
                written(local, true), written(foreign, true),
            );
            let row = Row::from_line(Part::Associations, line.as_bytes()).expect("a row");
            prop_assert_eq!((row.state, row.local_port), (state, ports[0]));
            prop_assert_eq!((row.uid, row.inode), (uid, inode));
            let association = row.association.expect("an association");
            prop_assert_eq!(association.foreign_port, ports[1]);
            prop_assert_eq!([association.send_queue, association.receive_queue], queues);
            if !local.is_empty() {
                prop_assert_eq!(ips(row.local), read(local));
                prop_assert_eq!(ips(association.foreign), read(foreign));
            }
        }

        #[test]
        fn arbitrary_bytes_are_parsed_or_rejected(line in any::<Vec<u8>>(), words in "([0-9a-f<>:*-]{0,9}[\t ]){0,30}") {
            for line in [&line, words.as_bytes()] {
                for part in [Part::Endpoints, Part::Associations] {
                    let _ = Row::from_line(part, line).map(|row| row.oddity());
                }
            }
        }
    }
}
