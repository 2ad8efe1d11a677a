//! SCTP's endpoints and associations: /proc/net/sctp/eps and /proc/net/sctp/assocs, and the same in
//! /proc/net/sctp6, which net-tools looks for and no kernel has: IPv6 addresses stand among the
//! others. The procfs crate does not read them.
//!
//! The columns are those of net/sctp/proc.c (`sctp_eps_seq_show`, `sctp_assocs_seq_show`):
//!
//! ```text
//!  ENDPT     SOCK   STY SST HBKT LPORT   UID INODE LADDRS
//!  ASSOC     SOCK   STY SST ST HBKT ASSOC-ID TX_QUEUE RX_QUEUE UID INODE LPORT RPORT LADDRS <-> RADDRS HBINT …
//! ```
//!
//! The foreign addresses end at a tab, behind which newer kernels have counters. The first kernels
//! with SCTP lacked the columns from ASSOC-ID to INODE. net-tools does not look at the header: of
//! such rows, it shows addresses as numbers, and so do we, with a warning.

use super::fields::{Base, Fields};
use super::inet::{Family, tcp_state_name};
use super::sctp_address::Addresses;
use super::{Lines, ReadAhead, ReadError};
use crate::tables::Net;
use std::io;

/// One of SCTP's tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// Endpoints: sockets.
    Endpoints,
    /// Associations: what TCP calls connections.
    Associations,
}

/// One endpoint or association.
///
/// Numbers are read as C's `strtol` reads them, because net-tools prints even odd ones: of those
/// that need more bits these are the low ones, and what is no number is 0.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row<'a> {
    /// The kernel's number of the socket's state (SST), one of TCP's (include/net/tcp_states.h).
    pub state: i32,
    /// The local port, in host byte order.
    pub local_port: u16,
    /// The local addresses.
    pub local: Addresses<'a>,
    /// What an association alone has.
    pub association: Option<Association<'a>>,
    /// The user who made the socket.
    pub uid: u32,
    /// The socket's inode.
    pub inode: u64,
    /// Whether one of the numbers is none, or has something behind it.
    has_odd_number: bool,
}

/// The foreign side of an association, and what is on its way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Association<'a> {
    /// The foreign port, in host byte order.
    pub foreign_port: u16,
    /// The foreign addresses.
    pub foreign: Addresses<'a>,
    /// Bytes that wait to be sent or acknowledged.
    pub send_queue: u32,
    /// Bytes that the process has not read.
    pub receive_queue: u32,
}

impl<'a> Row<'a> {
    /// Reads a row from a line of `part`'s table; none where it ends before its addresses.
    pub fn from_line(part: Part, line: &'a [u8]) -> Option<Row<'a>> {
        match part {
            Part::Endpoints => Row::endpoint(line),
            Part::Associations => Row::association(line),
        }
    }

    fn endpoint(line: &'a [u8]) -> Option<Row<'a>> {
        let mut words = Words::new(line);
        let [_, _, _, state, _, port, uid, inode] = words.take()?;
        let local = words.until(|byte| byte == b'\t');
        let mut numbers = Numbers::default();
        Some(Row {
            state: numbers.signed(state) as i32,
            local_port: numbers.signed(port) as u16,
            local: Addresses::of_endpoint(local.unwrap_or_default()),
            association: None,
            uid: numbers.signed(uid) as u32,
            inode: numbers.inode(inode),
            has_odd_number: numbers.are_odd,
        })
    }

    fn association(line: &'a [u8]) -> Option<Row<'a>> {
        let mut words = Words::new(line);
        let [
            _,
            _,
            _,
            state,
            _,
            _,
            _,
            tx,
            rx,
            uid,
            inode,
            port,
            foreign_port,
        ] = words.take()?;
        let ends = |byte| matches!(byte, b'<' | b'-' | b'>' | b'\t');
        let local = words.until(ends);
        let foreign = words.until(ends);
        let mut numbers = Numbers::default();
        Some(Row {
            state: numbers.signed(state) as i32,
            local_port: numbers.signed(port) as u16,
            local: Addresses::of_association(local.unwrap_or_default()),
            association: Some(Association {
                foreign_port: numbers.signed(foreign_port) as u16,
                foreign: Addresses::of_association(foreign.unwrap_or_default()),
                send_queue: numbers.signed(tx) as u32,
                receive_queue: numbers.signed(rx) as u32,
            }),
            uid: numbers.signed(uid) as u32,
            inode: numbers.inode(inode),
            has_odd_number: numbers.are_odd,
        })
    }

    /// net-tools' name of the state, without the number that it adds to UNKNOWN; none for 0.
    pub fn state_name(&self) -> Option<&'static str> {
        match u8::try_from(self.state) {
            Ok(known @ 0..=11) => tcp_state_name(known),
            _ => Some("UNKNOWN"),
        }
    }

    /// What is not as the kernel writes it, for people; none where all is.
    pub fn oddity(&self) -> Option<&'static str> {
        let foreign = self.association.as_ref().map(|it| it.foreign);
        let sides = [Some(self.local), foreign];
        let is_odd = |side: Addresses<'_>| side.iter().any(|it| it.is_odd);
        let lacks = |side: Addresses<'_>| side.iter().next().is_none();
        if self.has_odd_number {
            Some("one of its numbers can't be read")
        } else if sides.into_iter().flatten().any(is_odd) {
            Some("one of its addresses can't be read")
        } else if sides.into_iter().flatten().any(lacks) {
            Some("it lacks addresses")
        } else {
            None
        }
    }
}

/// The words of a line.
struct Words<'a> {
    rest: &'a [u8],
}

impl<'a> Words<'a> {
    fn new(line: &'a [u8]) -> Words<'a> {
        Words { rest: line }
    }

    /// Passes over bytes that `ends` names, and takes all up to the next one.
    fn until(&mut self, ends: fn(u8) -> bool) -> Option<&'a [u8]> {
        let start = self.rest.iter().position(|byte| !ends(*byte))?;
        let word = &self.rest[start..];
        let end = word.iter().position(|byte| ends(*byte));
        let (word, rest) = word.split_at(end.unwrap_or(word.len()));
        self.rest = rest.get(1..).unwrap_or_default();
        Some(word)
    }

    /// Takes so many words; none where there are fewer.
    fn take<const COUNT: usize>(&mut self) -> Option<[&'a [u8]; COUNT]> {
        let mut words = [&b""[..]; COUNT];
        for word in &mut words {
            *word = self.until(|byte| matches!(byte, b' ' | b'\t'))?;
        }
        Some(words)
    }
}

/// Reads the numbers of one line.
#[derive(Default)]
struct Numbers {
    are_odd: bool,
}

impl Numbers {
    fn signed(&mut self, word: &[u8]) -> i64 {
        self.number(word, |fields| fields.c_signed())
    }

    /// As net-tools has it, an inode may be written in another base.
    fn inode(&mut self, word: &[u8]) -> u64 {
        self.number(word, |fields| fields.c_unsigned(Base::Told))
    }

    fn number<T: Default>(&mut self, word: &[u8], read: fn(&mut Fields<'_>) -> Option<T>) -> T {
        let mut fields = Fields::new(word);
        let number = read(&mut fields);
        self.are_odd |= number.is_none() || !fields.rest().is_empty();
        number.unwrap_or_default()
    }
}

/// One of the tables, opened.
#[derive(Debug)]
pub struct Table {
    lines: Lines,
    part: Part,
}

impl Table {
    /// Opens the table of `part` and `family`.
    ///
    /// # Errors
    /// The file can't be opened: the kernel may lack SCTP.
    pub fn open(net: &Net, part: Part, family: Family) -> io::Result<Table> {
        Ok(Table {
            lines: Lines::open(net, file_name(part, family), ReadAhead::Near)?,
            part,
        })
    }

    /// Where the row that was read last stands, for people.
    pub fn place(&self) -> String {
        self.lines.place()
    }

    /// The next endpoint or association, none at the table's end.
    ///
    /// # Errors
    /// A line that is no row (more rows may follow), or a file that can't be read on.
    pub fn next_row(&mut self) -> Result<Option<Row<'_>>, ReadError> {
        if self.lines.number() == 0 && !self.lines.advance()? {
            return Ok(None);
        }
        if !self.lines.advance()? {
            return Ok(None);
        }
        Row::from_line(self.part, self.lines.line())
            .map(Some)
            .ok_or_else(|| self.lines.malformed())
    }
}

/// The table's file in the `net` folder.
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
    fn odd_numbers_are_read_as_net_tools_reads_them() {
        let read = |sst: &str, inode: &str| {
            let line = format!("f f 2 {sst} 25 5000 1000 {inode} 10.0.0.1 ");
            let row = Row::from_line(Part::Endpoints, line.as_bytes()).expect("a row");
            (row.state, row.inode, row.oddity().is_some())
        };
        // Each was tried on net-tools 2.10's own netstat.
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
    fn cut_rows_lack_addresses_and_make_none_up() {
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
            let association = row.association.clone().expect("an association");
            prop_assert_eq!(association.foreign_port, ports[1]);
            prop_assert_eq!([association.send_queue, association.receive_queue], queues);
            if !local.is_empty() {
                prop_assert_eq!(ips(row.local), read(local));
                prop_assert_eq!(ips(association.foreign), read(foreign));
            }
        }

        #[test]
        fn any_bytes_come_to_an_end(line in any::<Vec<u8>>(), words in "([0-9a-f<>:*-]{0,9}[\t ]){0,30}") {
            for line in [&line, words.as_bytes()] {
                for part in [Part::Endpoints, Part::Associations] {
                    let _ = Row::from_line(part, line).map(|row| row.oddity());
                }
            }
        }
    }
}
