//! IPv4 routes: /proc/net/route, and the route cache of kernels before 3.6, /proc/net/rt_cache.
//!
//! procfs's reader takes the columns by position, fails at the first bad line, and lacks the cache.

use super::fields::{Fields, hex_value};
use super::{InterfaceName, Lines, Net, ReadAhead, ReadError, Reader, Route, interface_name};
use crate::host::ByteOrder;
use std::io::{self, ErrorKind};
use std::net::Ipv4Addr;

/// `RTF_UP`: the route is usable (include/uapi/linux/route.h, like the flags below).
pub const FLAG_UP: u32 = 0x1;
/// `RTF_GATEWAY`: the gateway is the next hop.
pub const FLAG_GATEWAY: u32 = 0x2;
/// `RTF_HOST`: the destination is a host, regardless of the mask.
pub const FLAG_HOST: u32 = 0x4;
/// `RTF_REJECT`: packets are rejected.
pub const FLAG_REJECT: u32 = 0x200;

/// What the kernel adds to the maximum TCP segment size: the headers of IPv4 and TCP, in bytes.
const HEADERS: i32 = 40;

/// The columns that both tables have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Common {
    /// The outgoing interface, `*` if there is none.
    pub interface: InterfaceName,
    /// The destination network or host.
    pub destination: Ipv4Addr,
    /// The next hop, 0.0.0.0 if the destination is on the link.
    pub gateway: Ipv4Addr,
    /// The kernel's route flags (`RTF_…`, include/uapi/linux/route.h).
    pub flags: u32,
    /// The number of references to the route, 0 on current kernels.
    pub references: i32,
    /// The number of lookups of the route, 0 on current kernels.
    pub uses: i32,
    /// The priority. Routes with smaller metrics are preferred. The kernel prints its unsigned
    /// number as a signed one.
    pub metric: i32,
    /// The column `MTU`, which is none: the advertised maximum TCP segment size plus 40 for the
    /// headers, in bytes; 0 if unset. Kernels before 2.4 wrote the path MTU in the cache's column,
    /// which no file tells from the other.
    pub mtu_column: i32,
    /// The largest TCP window, in bytes; 0 for the default.
    pub window: i32,
    /// The initial round-trip time, in milliseconds; 0 for the default.
    pub irtt: i32,
}

/// A route (`man 5 proc`, /proc/net/route; net/ipv4/fib_trie.c).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The columns that both tables have.
    pub common: Common,
    /// The netmask of the destination.
    pub mask: Ipv4Addr,
}

/// A cached route (net/ipv4/route.c of kernels before 3.6).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CacheRow {
    /// The columns that both tables have.
    pub common: Common,
    /// The source address that the route was looked up for.
    pub source: Ipv4Addr,
    /// The type of service that the route was looked up for, up to its first non-decimal digit.
    pub tos: i32,
    /// The number of references to the cached link-layer header, -1 if there is none.
    pub header_references: i32,
    /// Whether the cached link-layer header is up to date.
    pub header_up_to_date: i32,
    /// The preferred source address.
    pub specific_destination: Ipv4Addr,
}

/// One of the two tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The forwarding information base.
    Fib,
    /// The route cache.
    Cache,
}

impl Kind {
    /// Returns the name of the table's file in the `net` folder.
    pub fn file_name(self) -> &'static str {
        match self {
            Kind::Fib => "route",
            Kind::Cache => "rt_cache",
        }
    }

    /// Returns the titles of the columns that are read, in order. Other columns may come between
    /// them.
    fn columns(self) -> impl Iterator<Item = &'static str> {
        let titles = match self {
            Kind::Fib => "Iface Destination Gateway Flags RefCnt Use Metric Mask MTU Window IRTT",
            Kind::Cache => {
                "Iface Destination Gateway Flags RefCnt Use Metric Source MTU Window IRTT \
                 TOS HHRef HHUptod SpecDst"
            }
        };
        titles.split(' ')
    }
}

/// The number of fields that a line needs. Missing fields after them count as zero.
const MIN_FIELDS: usize = 10;
/// The largest number of fields that are read from a line.
const MAX_FIELDS: usize = 15;

/// The positions of a table's columns.
#[derive(Debug, Clone)]
struct Columns {
    kind: Kind,
    /// The order of the bytes in addresses.
    order: ByteOrder,
    /// For each column of [`Kind::columns`], its word's index in a line.
    indices: Vec<usize>,
}

impl Columns {
    /// Finds the columns in a table's header. The error is the title of the first missing column.
    fn find(kind: Kind, order: ByteOrder, header: &[u8]) -> Result<Columns, &'static str> {
        let mut indices = Vec::with_capacity(MAX_FIELDS);
        let mut titles = header
            .split(u8::is_ascii_whitespace)
            .filter(|title| !title.is_empty())
            .enumerate();
        for wanted in kind.columns() {
            match titles.find(|(_, title)| *title == wanted.as_bytes()) {
                Some((index, _)) => indices.push(index),
                None => return Err(wanted),
            }
        }
        Ok(Columns {
            kind,
            order,
            indices,
        })
    }

    /// Returns the words of a line in these columns. Columns after the end of the line are empty.
    fn words<'a>(&self, line: &'a [u8]) -> Option<[&'a [u8]; MAX_FIELDS]> {
        let mut words = [&b""[..]; MAX_FIELDS];
        let mut fields = Fields::new(line);
        let mut next = 0;
        for (column, &index) in self.indices.iter().enumerate() {
            let word = (next..=index).fold(None, |_, _| fields.word());
            next = index + 1;
            match word {
                Some(word) => words[column] = word,
                None if column < MIN_FIELDS => return None,
                None => break,
            }
        }
        Some(words)
    }

    /// Parses an address: a 32-bit word in the machine's byte order, in hexadecimal.
    fn address(&self, word: &[u8]) -> Option<Ipv4Addr> {
        let digits = Fields::new(word).hex_digits()?;
        let value = u32::try_from(hex_value(digits)?).ok()?;
        Some(Ipv4Addr::from(self.order.bytes(value)))
    }

    fn common(&self, words: &[&[u8]; MAX_FIELDS]) -> Option<Common> {
        if words[0].len() > interface_name::LONGEST {
            return None;
        }
        Some(Common {
            interface: InterfaceName::cut(words[0]),
            destination: self.address(words[1])?,
            gateway: self.address(words[2])?,
            flags: Fields::new(words[3]).hex()?,
            references: number(words[4])?,
            uses: number(words[5])?,
            metric: number(words[6])?,
            mtu_column: number(words[8])?,
            window: number(words[9])?,
            irtt: number(words[10]).unwrap_or(0),
        })
    }
}

impl Common {
    /// Returns the advertised maximum TCP segment size, in bytes, or `None` for the system's.
    pub fn advmss(&self) -> Option<i32> {
        self.mtu_column
            .checked_sub(HEADERS)
            .filter(|size| *size > 0)
    }

    /// Returns the column `MTU` of a route with this advertised maximum TCP segment size, in bytes.
    pub fn mtu_column_of(advmss: Option<i32>) -> i32 {
        advmss.map_or(0, |size| size.saturating_add(HEADERS))
    }
}

impl Row {
    fn from_line(columns: &Columns, line: &[u8]) -> Option<Row> {
        let words = columns.words(line)?;
        Some(Row {
            common: columns.common(&words)?,
            mask: columns.address(words[7])?,
        })
    }
}

impl CacheRow {
    fn from_line(columns: &Columns, line: &[u8]) -> Option<CacheRow> {
        let words = columns.words(line)?;
        Some(CacheRow {
            common: columns.common(&words)?,
            source: columns.address(words[7])?,
            // net-tools parses these hexadecimal digits as decimal, and needs at least one.
            tos: number(words[11])?,
            header_references: number(words[12]).unwrap_or(0),
            header_up_to_date: number(words[13]).unwrap_or(0),
            specific_destination: columns.address(words[14]).unwrap_or(Ipv4Addr::UNSPECIFIED),
        })
    }
}

/// Parses a number that some kernels print as signed and others as unsigned.
fn number(word: &[u8]) -> Option<i32> {
    Fields::new(word).signed().map(|number| number as i32)
}

/// An open table, its header read.
#[derive(Debug)]
pub struct Table {
    lines: Lines,
    columns: Columns,
    /// Whether it is an empty copy, which has not been reported yet.
    is_blank_copy: bool,
}

impl Table {
    /// Returns whether the file has not even a header, as in a new namespace, which has no routing
    /// table.
    pub fn is_blank(&self) -> bool {
        self.columns.indices.is_empty()
    }
}

impl Table {
    /// Opens the table of this kind.
    ///
    /// # Errors
    /// Fails if the file can't be opened or read, and with [`ErrorKind::InvalidData`] if its header
    /// lacks a column.
    pub fn open(net: &Net, kind: Kind) -> io::Result<Table> {
        let file = kind.file_name();
        let mut lines = Lines::open_headless(net, file, ReadAhead::Near)?;
        if !lines.try_advance()? {
            // A new namespace has no routing table, and then no header either.
            let is_blank_copy = !lines.is_kernels();
            let columns = Columns {
                kind,
                order: net.byte_order(),
                indices: Vec::new(),
            };
            return Ok(Table {
                lines,
                columns,
                is_blank_copy,
            });
        }
        let columns = Columns::find(kind, net.byte_order(), lines.line()).map_err(|title| {
            let path = net.path(file);
            let path = path.display();
            let text = format!("warning: {path} does not contain required field {title}");
            io::Error::new(ErrorKind::InvalidData, text)
        })?;
        Ok(Table {
            lines,
            columns,
            is_blank_copy: false,
        })
    }
}

impl Reader for Table {
    type Row<'a> = Route<'a>;

    fn next_row(&mut self) -> Result<Option<Route<'_>>, ReadError> {
        if std::mem::take(&mut self.is_blank_copy) {
            return Err(self.lines.blank());
        }
        let columns = &self.columns;
        self.lines.next_row(|line| match columns.kind {
            Kind::Fib => Row::from_line(columns, line).map(Route::V4),
            Kind::Cache => CacheRow::from_line(columns, line).map(Route::V4Cached),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const HEADER: &[u8] =
        b"Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT   ";

    fn columns(header: &[u8]) -> Columns {
        Columns::find(Kind::Fib, ByteOrder::NATIVE, header).expect("all columns")
    }

    #[test]
    fn the_first_missing_column_is_reported() {
        let missing = |header: &[u8]| Columns::find(Kind::Fib, ByteOrder::NATIVE, header).err();
        assert_eq!(missing(b""), Some("Iface"));
        assert_eq!(
            missing(b"Iface Destination Gateway Flags RefCnt Use Metric MTU"),
            Some("Mask")
        );
        assert_eq!(
            missing(b"Destination Iface Gateway Flags"),
            Some("Destination")
        );
        assert_eq!(missing(HEADER), None);
    }

    #[test]
    fn columns_are_found_by_their_titles() {
        let header =
            b"Iface New Destination Gateway Flags RefCnt Use Metric Mask Newer MTU Window IRTT";
        let line = b"eth0 x 0000000A 0100000A 0003 1 2 3 000000FF y 4 5 6";
        let columns = columns(header);
        let row = Row::from_line(&columns, line).expect("a row");
        assert_eq!(row.common.destination, Ipv4Addr::new(10, 0, 0, 0));
        assert_eq!(row.mask, Ipv4Addr::new(255, 0, 0, 0));
        let common = row.common;
        assert_eq!(
            (common.metric, common.mtu_column, common.window, common.irtt),
            (3, 4, 5, 6)
        );
        assert!(
            Row::from_line(
                &columns,
                b"eth0 x 0000000A 0100000A 0003 1 2 3 000000FF y 4"
            )
            .is_none()
        );
    }

    proptest! {
        #[test]
        fn a_row_in_the_kernels_format_is_read_back(
            interface in "[a-z0-9.:@-]{1,15}",
            (destination, gateway, mask) in any::<([u8; 4], [u8; 4], [u8; 4])>(),
            (flags, uses, window, irtt) in any::<(u32, i32, i32, i32)>(),
            (references, metric, mtu_column) in any::<(i32, i32, i32)>(),
        ) {
            // net/ipv4/fib_trie.c, `fib_route_seq_show`.
            let line = format!(
                "{interface}\t{:08X}\t{:08X}\t{flags:04X}\t{references}\t{uses}\t{metric}\t{:08X}\t{mtu_column}\t\
                 {window}\t{irtt}     ",
                u32::from_ne_bytes(destination), u32::from_ne_bytes(gateway), u32::from_ne_bytes(mask),
            );
            let row = Row {
                common: Common {
                    interface: InterfaceName::cut(interface.as_bytes()),
                    destination: destination.into(),
                    gateway: gateway.into(),
                    flags, references, uses, metric, mtu_column, window, irtt,
                },
                mask: mask.into(),
            };
            prop_assert_eq!(Row::from_line(&columns(HEADER), line.as_bytes()), Some(row));
        }

        #[test]
        fn arbitrary_bytes_are_parsed_or_rejected(line in any::<Vec<u8>>(), words in "([0-9A-F]{0,9}[\t ]){0,20}") {
            let columns = columns(HEADER);
            let _ = Row::from_line(&columns, &line);
            let _ = Row::from_line(&columns, words.as_bytes());
            let _ = Columns::find(Kind::Cache, ByteOrder::NATIVE, &line);
            let cache = b"Iface Destination Gateway Flags RefCnt Use Metric Source MTU Window IRTT TOS HHRef HHUptod SpecDst";
            let cache = Columns::find(Kind::Cache, ByteOrder::NATIVE, cache).expect("all columns");
            let _ = CacheRow::from_line(&cache, &line);
            let _ = CacheRow::from_line(&cache, words.as_bytes());
        }
    }
}
