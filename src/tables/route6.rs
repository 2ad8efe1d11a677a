//! IPv6 routes: /proc/net/ipv6_route, which procfs has no reader for.

use super::fields::{Fields, hex_address};
use super::{InterfaceName, Lines, Net, ReadAhead, ReadError, Reader};
use std::io;
use std::net::Ipv6Addr;

/// The name of the table's file in the `net` folder.
pub const FILE_NAME: &str = "ipv6_route";

/// `RTF_CACHE`: the route is a cached clone (include/uapi/linux/ipv6_route.h).
pub const FLAG_CACHE: u32 = 0x0100_0000;

/// A route (net/ipv6/route.c, `rt6_info_route`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The destination network or host.
    pub destination: Ipv6Addr,
    /// The number of leading bits of the destination that are significant.
    pub prefix_length: u8,
    /// The next hop, `::` if the destination is on the link.
    pub next_hop: Ipv6Addr,
    /// The priority. Routes with smaller metrics are preferred.
    pub metric: u32,
    /// The number of references to the route.
    pub references: u32,
    /// The number of lookups of the route.
    pub uses: u32,
    /// The kernel's route flags (`RTF_…`, include/uapi/linux/{route,ipv6_route}.h).
    pub flags: u32,
    /// The outgoing interface.
    pub interface: InterfaceName,
}

impl Row {
    /// Parses a line of the table.
    pub fn from_line(line: &[u8]) -> Option<Row> {
        let mut fields = Fields::new(line);
        let destination = hex_address(&mut fields)?;
        let prefix_length = fields.hex()?;
        let _source = hex_address(&mut fields)?;
        let _source_length: u8 = fields.hex()?;
        Some(Row {
            destination,
            prefix_length,
            next_hop: hex_address(&mut fields)?,
            metric: fields.hex()?,
            references: fields.hex()?,
            uses: fields.hex()?,
            flags: fields.hex()?,
            // net-tools truncates longer names too.
            interface: InterfaceName::cut(fields.word()?),
        })
    }
}

/// The open table. It has no header.
#[derive(Debug)]
pub struct Table {
    lines: Lines,
}

impl Table {
    /// Opens the table.
    ///
    /// # Errors
    /// Fails if the file can't be opened, as on a kernel without IPv6.
    pub fn open(net: &Net) -> io::Result<Table> {
        Ok(Table {
            lines: Lines::open_headless(net, FILE_NAME, ReadAhead::Near)?,
        })
    }
}

impl Reader for Table {
    type Row<'a> = Row;

    fn next_row(&mut self) -> Result<Option<Row>, ReadError> {
        self.lines.next_row(Row::from_line)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn long_interface_names_are_truncated() {
        let zeros = "0".repeat(32);
        let line = format!("{zeros} 00 {zeros} 00 {zeros} 1 1 0 1 abcdefghijklmnopqrstuvwxyz");
        let row = Row::from_line(line.as_bytes()).expect("a row");
        // As net-tools 2.10 prints it.
        assert_eq!(&*row.interface, b"abcdefghijklmno");
    }

    proptest! {
        #[test]
        fn a_row_in_the_kernels_format_is_read_back(
            (destination, next_hop) in any::<(u128, u128)>(),
            prefix_length in 0u8..=128,
            (metric, references, uses, flags) in any::<(u32, u32, u32, u32)>(),
            interface in "[a-z0-9.:@-]{1,15}",
        ) {
            // net/ipv6/route.c, `rt6_info_route`.
            let line = format!(
                "{destination:032x} {prefix_length:02x} {:032x} 00 {next_hop:032x} {metric:08x} \
                 {references:08x} {uses:08x} {flags:08x} {interface:>8}",
                0,
            );
            let row = Row {
                destination: destination.into(),
                prefix_length,
                next_hop: next_hop.into(),
                metric, references, uses, flags,
                interface: InterfaceName::cut(interface.as_bytes()),
            };
            prop_assert_eq!(Row::from_line(line.as_bytes()), Some(row));
        }

        #[test]
        fn arbitrary_bytes_are_parsed_or_rejected(line in any::<Vec<u8>>(), hex in "[0-9a-f ]{0,200}") {
            let _ = Row::from_line(&line);
            let _ = Row::from_line(hex.as_bytes());
        }
    }
}
