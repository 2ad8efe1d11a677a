//! The counters of interfaces: /proc/net/dev. procfs's `DeviceStatus` loses the order, gives up at
//! the first bad line and lacks the columns of old kernels.

use super::{Counters, Name};
use crate::tables::Net;
use crate::tables::fields::{Fields, is_blank};
use crate::tables::{Lines, ReadAhead, ReadError, Reader};
use memchr::memmem;
use std::io;

/// The table's file in the `net` folder.
pub const FILE_NAME: &str = "dev";

/// The lines of the header.
const HEADER_LINES: u64 = 2;

/// One interface's line (net/core/net-procfs.c, `dev_seq_printf_stats`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Row {
    /// The interface.
    pub name: Name,
    /// Its counters. Those that can't be read, and all after them, are 0.
    pub counters: Counters,
    /// Whether the line has all its counters, and they are numbers that fit.
    pub is_whole: bool,
}

/// Which columns a table has: kernels before 2.2 have fewer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Columns {
    /// Packets and what was wrong with them.
    Packets,
    /// Bytes, too.
    Bytes,
    /// Compressed and multicast packets, too.
    Compressed,
}

impl Columns {
    /// Returns the columns that the second line of the header names.
    fn from_header(line: &[u8]) -> Columns {
        let has = |word: &str| memmem::find(line, word.as_bytes()).is_some();
        match (has("compressed"), has("bytes")) {
            (true, _) => Columns::Compressed,
            (false, true) => Columns::Bytes,
            (false, false) => Columns::Packets,
        }
    }
}

impl Row {
    /// Parses a line, or returns `None` if it has no name, or one that is too long.
    fn from_line(columns: Columns, line: &[u8]) -> Option<Row> {
        let (name, rest) = split_name(line);
        let mut counters = Counters::default();
        let is_whole = read_counters(rest, columns, &mut counters).is_some();
        Some(Row {
            name: Name::new(name)?,
            counters,
            is_whole,
        })
    }
}

/// Returns what follows the leading blanks.
fn without_blanks(line: &[u8]) -> &[u8] {
    let mut fields = Fields::new(line);
    fields.skip_blanks();
    fields.rest()
}

/// Splits a line into its name and the counters. A colon or a blank separates the two; a number
/// between two colons is part of the name: old kernels list `eth0:1:`.
fn split_name(line: &[u8]) -> (&[u8], &[u8]) {
    let line = without_blanks(line);
    let Some(end) = line.iter().position(|byte| *byte == b':' || is_blank(byte)) else {
        return (line, b"");
    };
    let (name, rest) = line.split_at(end);
    let digits = rest[1..]
        .iter()
        .take_while(|byte| byte.is_ascii_digit())
        .count();
    match (rest[0], rest.get(1 + digits)) {
        (b':', Some(b':')) => (&line[..end + 1 + digits], &rest[2 + digits..]),
        _ => (name, &rest[1..]),
    }
}

/// Parses the counters in the order of the line, up to the first that is no number. Returns `None`
/// if one is missing, or is not a number of 64 bits.
fn read_counters(mut rest: &[u8], columns: Columns, counters: &mut Counters) -> Option<()> {
    let Counters {
        received,
        sent,
        is_signed,
    } = counters;
    let has_bytes = columns != Columns::Packets;
    let has_compressed = columns == Columns::Compressed;
    let mut fit = true;
    for (is_there, counter) in [
        (has_bytes, &mut received.bytes),
        (true, &mut received.packets),
        (true, &mut received.errors),
        (true, &mut received.dropped),
        (true, &mut received.overruns),
        (true, &mut received.frame),
        (has_compressed, &mut received.compressed),
        (has_compressed, &mut received.multicast),
        (has_bytes, &mut sent.bytes),
        (true, &mut sent.packets),
        (true, &mut sent.errors),
        (true, &mut sent.dropped),
        (true, &mut sent.overruns),
        (true, &mut sent.collisions),
        (true, &mut sent.carrier),
        (has_compressed, &mut sent.compressed),
    ] {
        if is_there {
            let fits;
            *is_signed |= without_blanks(rest).starts_with(b"-");
            (*counter, fits, rest) = take_counter(rest)?;
            fit &= fits;
        }
    }
    fit.then_some(())
}

/// Parses a number as C's `scanf` parses an unsigned one: one too large becomes the largest, and
/// one with a minus is subtracted from 2^64. Returns whether it was neither, and the rest.
fn take_counter(rest: &[u8]) -> Option<(u64, bool, &[u8])> {
    let rest = without_blanks(rest);
    let (is_negative, digits) = match rest.split_first()? {
        (b'-', digits) => (true, digits),
        (b'+', digits) => (false, digits),
        _ => (false, rest),
    };
    let length = digits
        .iter()
        .take_while(|byte| byte.is_ascii_digit())
        .count();
    if length == 0 {
        return None;
    }
    let (digits, rest) = digits.split_at(length);
    let value = digits.iter().try_fold(0u64, |value, digit| {
        value.checked_mul(10)?.checked_add(u64::from(digit - b'0'))
    });
    Some(match value {
        None => (u64::MAX, false, rest),
        Some(value) if is_negative => (value.wrapping_neg(), false, rest),
        Some(value) => (value, true, rest),
    })
}

/// /proc/net/dev, opened.
#[derive(Debug)]
pub struct Table {
    lines: Lines,
    columns: Columns,
}

impl Table {
    /// Opens the table.
    ///
    /// # Errors
    /// The file can't be opened.
    pub fn open(net: &Net) -> io::Result<Table> {
        Ok(Table {
            lines: Lines::open(net, FILE_NAME, ReadAhead::Near)?,
            columns: Columns::Compressed,
        })
    }

    /// Returns where the current row stands.
    pub fn place(&self) -> String {
        self.lines.place()
    }

    /// Returns the next interface, or `None` at the table's end.
    ///
    /// # Errors
    /// A line that is no row (more rows may follow), or a file that can't be read on.
    pub fn next_row(&mut self) -> Result<Option<Row>, ReadError> {
        while self.lines.number() < HEADER_LINES {
            if !self.lines.advance()? {
                return Ok(None);
            }
            self.columns = Columns::from_header(self.lines.line());
        }
        let columns = self.columns;
        self.lines.next_row(|line| Row::from_line(columns, line))
    }
}

impl Reader for Table {
    type Row<'a> = Row;

    fn next_row(&mut self) -> Result<Option<Row>, ReadError> {
        Table::next_row(self)
    }

    fn place(&self) -> String {
        Table::place(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Returns the counters in the order of a current kernel's line.
    fn numbers(counters: &Counters) -> [u64; 16] {
        let Counters { received, sent, .. } = counters;
        [
            received.bytes,
            received.packets,
            received.errors,
            received.dropped,
            received.overruns,
            received.frame,
            received.compressed,
            received.multicast,
            sent.bytes,
            sent.packets,
            sent.errors,
            sent.dropped,
            sent.overruns,
            sent.collisions,
            sent.carrier,
            sent.compressed,
        ]
    }

    fn row(columns: Columns, line: &str) -> Row {
        Row::from_line(columns, line.as_bytes()).expect("a row")
    }

    #[test]
    fn the_header_tells_the_columns() {
        let cases = [
            (
                " face |bytes    packets errs drop fifo frame compressed multicast|bytes packets",
                Columns::Compressed,
            ),
            (
                " face |bytes    packets errs drop fifo frame|bytes    packets errs drop fifo colls carrier",
                Columns::Bytes,
            ),
            (
                " face |packets errs drop fifo frame|packets errs drop fifo colls carrier",
                Columns::Packets,
            ),
            ("", Columns::Packets),
        ];
        for (header, columns) in cases {
            assert_eq!(Columns::from_header(header.as_bytes()), columns, "{header}");
        }
        let line = "eth0: 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16";
        let cases = [
            (
                Columns::Compressed,
                [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16],
            ),
            (
                Columns::Bytes,
                [1, 2, 3, 4, 5, 6, 0, 0, 7, 8, 9, 10, 11, 12, 13, 0],
            ),
            (
                Columns::Packets,
                [0, 1, 2, 3, 4, 5, 0, 0, 0, 6, 7, 8, 9, 10, 11, 0],
            ),
        ];
        for (columns, expected) in cases {
            let row = row(columns, line);
            assert_eq!(numbers(&row.counters), expected);
            assert!(row.is_whole);
        }
    }

    #[test]
    fn names_and_counters_are_parted_as_net_tools_parts_them() {
        // Each was tried on net-tools 2.10's own netstat: the name, and the first two numbers.
        let cases = [
            ("  eth0:7 8", "eth0", 7, 8),
            ("eth0:1:7 8", "eth0:1", 7, 8),
            ("eth0:1: 7 8", "eth0:1", 7, 8),
            ("eth0:x: 7 8", "eth0", 0, 0),
            ("eth0:1:2: 7 8", "eth0:1", 2, 0),
            ("eth0 7 8", "eth0", 7, 8),
            ("eth0 : 7 8", "eth0", 0, 0),
            ("eth0", "eth0", 0, 0),
            ("eth0:", "eth0", 0, 0),
            ("a::", "a:", 0, 0),
            ("a: 7 x 8", "a", 7, 0),
            ("a: 7x 8", "a", 7, 0),
            ("a:\t+7\t010", "a", 7, 10),
            ("a: -1 18446744073709551615", "a", u64::MAX, u64::MAX),
            (
                "a: -99999999999999999999 99999999999999999999",
                "a",
                u64::MAX,
                u64::MAX,
            ),
            ("b c: 7", "b", 0, 0),
        ];
        for (line, name, bytes, packets) in cases {
            let row = row(Columns::Compressed, line);
            assert_eq!(row.name.bytes(), name.as_bytes(), "{line}");
            let received = row.counters.received;
            assert_eq!(
                (received.bytes, received.packets),
                (bytes, packets),
                "{line}"
            );
            assert!(!row.is_whole, "{line}");
        }
        for bad in ["", "  ", " : 1 2", "sixteen-bytes-no: 1 2"] {
            assert_eq!(
                Row::from_line(Columns::Compressed, bad.as_bytes()),
                None,
                "{bad}"
            );
        }
    }

    proptest! {
        #[test]
        fn a_row_in_the_kernels_format_is_read_back(
            name in "[!-.0-9;-~]{1,15}",
            counters in any::<[u64; 16]>(),
        ) {
            let list: Vec<String> = counters.iter().map(|it| format!("{it:8}")).collect();
            let row = row(Columns::Compressed, &format!("{name:>6}: {}", list.join(" ")));
            prop_assert_eq!(row.name.bytes(), name.as_bytes());
            prop_assert_eq!(numbers(&row.counters), counters);
            prop_assert!(row.is_whole);
        }

        #[test]
        fn any_bytes_come_to_an_end(line in any::<Vec<u8>>(), text in "[a:0-9 -]{0,60}") {
            for columns in [Columns::Packets, Columns::Bytes, Columns::Compressed] {
                let _ = Row::from_line(columns, &line);
                let _ = Row::from_line(columns, text.as_bytes());
            }
        }
    }
}
