//! The IPv6 addresses of interfaces: /proc/net/if_inet6. The procfs crate does not read them.

use super::Name;
use crate::tables::Net;
use crate::tables::fields::{Fields, hex_address};
use crate::tables::{Lines, ReadAhead, ReadError, Reader};
use std::io;
use std::net::Ipv6Addr;

/// The table's file in the `net` folder.
pub const FILE_NAME: &str = "if_inet6";

/// One address of an interface (net/ipv6/addrconf.c, `if6_seq_show`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Row {
    /// The address.
    pub address: Ipv6Addr,
    /// The number of its bits that are the network's.
    pub prefix_length: u8,
    /// The scope of the address (`IPV6_ADDR_…`, include/net/ipv6.h): bits.
    pub scope: u8,
    /// The interface.
    pub name: Name,
}

impl Row {
    /// Parses a line.
    fn from_line(line: &[u8]) -> Option<Row> {
        let mut fields = Fields::new(line);
        let address = hex_address(&mut fields)?;
        let _index: u32 = fields.hex()?;
        let prefix_length = fields.hex()?;
        let scope = fields.hex()?;
        let _flags: u32 = fields.hex()?;
        Some(Row {
            address,
            prefix_length,
            scope,
            name: fields.word().and_then(Name::new)?,
        })
    }
}

/// /proc/net/if_inet6, opened. It has no header.
#[derive(Debug)]
pub struct Table {
    lines: Lines,
}

impl Table {
    /// Opens the table.
    ///
    /// # Errors
    /// The file can't be opened: the kernel may lack IPv6.
    pub fn open(net: &Net) -> io::Result<Table> {
        Ok(Table {
            lines: Lines::open_headless(net, FILE_NAME, ReadAhead::Near)?,
        })
    }

    /// Returns the next address, or `None` at the table's end.
    ///
    /// # Errors
    /// A line that is no row (more rows may follow), or a file that can't be read on.
    pub fn next_row(&mut self) -> Result<Option<Row>, ReadError> {
        self.lines.next_row(Row::from_line)
    }
}

impl Reader for Table {
    type Row<'a> = Row;

    fn next_row(&mut self) -> Result<Option<Row>, ReadError> {
        Table::next_row(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_row_in_the_kernels_format_is_read_back(
            address in any::<u128>(),
            index in any::<u32>(),
            (prefix_length, scope, flags) in any::<(u8, u8, u8)>(),
            name in "[!-.0-~]{1,15}",
        ) {
            let line = format!(
                "{address:032x} {index:02x} {prefix_length:02x} {scope:02x} {flags:02x} {name:>8}"
            );
            let row = Row {
                address: address.into(),
                prefix_length,
                scope,
                name: Name::new(name.as_bytes()).expect("a name"),
            };
            prop_assert_eq!(Row::from_line(line.as_bytes()), Some(row));
        }

        #[test]
        fn any_bytes_come_to_an_end(line in any::<Vec<u8>>(), hex in "[0-9a-f ]{0,80}") {
            let _ = Row::from_line(&line);
            let _ = Row::from_line(hex.as_bytes());
        }
    }

    #[test]
    fn a_cut_line_is_no_row() {
        let whole = "fe800000000000000000000000000001 02 40 20 80     eth0";
        assert!(Row::from_line(whole.as_bytes()).is_some());
        for length in 0..whole.len() - "eth0".len() {
            assert_eq!(
                Row::from_line(&whole.as_bytes()[..length]),
                None,
                "{length}"
            );
        }
        for bad in [
            "fe8000000000000000000000000001 02 40 20 80 eth0",
            "fe800000000000000000000000000001 02 140 20 80 eth0",
            "fe800000000000000000000000000001 02 40 20 80 sixteen-bytes-no",
        ] {
            assert_eq!(Row::from_line(bad.as_bytes()), None, "{bad}");
        }
    }
}
