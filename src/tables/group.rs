//! Multicast group memberships: /proc/net/igmp (net/ipv4/igmp.c, `igmp_mc_seq_show`), with a line for
//! each interface followed by a line for each of its groups, which starts with a tab; and
//! /proc/net/igmp6 (net/ipv6/mcast.c, `igmp6_mc_seq_show`), without a header. procfs has no readers
//! for them.
//!
//! ```text
//! Idx\tDevice    : Count Querier\tGroup    Users Timer\tReporter
//! 2\teth0      :     1      V3
//! \t\t\t\t010000E0     1 0:00000000\t\t0
//!
//! 2    eth0            ff020000000000000000000000000001     1 0000000C 0
//! ```

use super::fields::{Fields, hex_value, is_blank};
use super::inet::Family;
use super::interface_name::LONGEST as MAX_NAME_LEN;
use super::{Lines, Net, ReadAhead, ReadError, Reader};
use crate::host::ByteOrder;
use memchr::memmem;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// The number of digits of an IPv6 address that net-tools needs: enough for each of its four words to
/// have one.
const MIN_DIGITS: usize = 25;

/// An interface's membership in a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row<'a> {
    /// The interface's name. In the IPv4 table, it comes from the last line that names an interface;
    /// empty if there was none.
    pub interface: &'a [u8],
    /// The number of sockets that have joined the group. A number that overflows is truncated to its
    /// low bits.
    pub users: i32,
    /// The group's address.
    pub group: IpAddr,
}

/// The format of the lines that name an interface in the IPv4 table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Naming {
    /// The name follows the interface's number. Older kernels lack the querier, which is not read.
    Numbered,
    /// The name starts the line, as on the oldest kernels.
    Bare,
}

impl Naming {
    /// Returns the format that the table's first line announces, or `None` if that is not a header.
    fn from_header(line: &[u8]) -> Option<Naming> {
        memmem::find(line, b"Device").map(|_| match line.starts_with(b"Idx") {
            true => Naming::Numbered,
            false => Naming::Bare,
        })
    }

    /// Returns the name in a line that names an interface. It ends at the last colon within its
    /// width, because it may contain colons.
    fn name(self, line: &[u8]) -> Option<&[u8]> {
        let mut fields = Fields::new(line);
        if self == Naming::Numbered {
            fields.c_signed()?;
            fields.skip_blanks();
        }
        let name = fields.rest();
        let name = &name[..name.len().min(MAX_NAME_LEN)];
        let end = name.iter().rposition(|&byte| byte == b':');
        let name = &name[..end.unwrap_or(name.len())];
        let blanks = name.iter().rev().take_while(|byte| is_blank(byte)).count();
        (!fields.rest().is_empty()).then(|| &name[..name.len() - blanks])
    }
}

/// Parses a group and its users from a line of the IPv4 table that starts with a tab. The address is
/// a hexadecimal 32-bit word in the machine's byte order.
fn ipv4_group(order: ByteOrder, line: &[u8]) -> Option<(Ipv4Addr, i32)> {
    let mut fields = Fields::new(line);
    let word = hex_value(fields.hex_digits_up_to(8)?)? as u32;
    Some((Ipv4Addr::from(order.bytes(word)), fields.c_signed()? as i32))
}

/// Parses a line of the IPv6 table: the interface's number and name, the address as 32 digits in
/// network byte order, and the users. The rest is not read.
fn ipv6_row(line: &[u8]) -> Option<Row<'_>> {
    let mut fields = Fields::new(line);
    fields.c_signed()?;
    let interface = fields.word_up_to(MAX_NAME_LEN)?;
    let digits = fields.hex_digits_up_to(64)?;
    let users = fields.c_signed()? as i32;
    if digits.len() < MIN_DIGITS {
        return None;
    }
    // If digits are missing, the last word is shorter.
    let mut words = [0u32; 4];
    for (word, digits) in words.iter_mut().zip(digits.chunks(8)) {
        *word = hex_value(digits)? as u32;
    }
    let bits = words
        .iter()
        .fold(0, |bits, word| bits << 32 | u128::from(*word));
    Some(Row {
        interface,
        users,
        group: IpAddr::V6(Ipv6Addr::from(bits)),
    })
}

/// An open table.
#[derive(Debug)]
pub struct Table {
    lines: Lines,
    family: Family,
    /// The order of the bytes in IPv4 addresses.
    order: ByteOrder,
    naming: Naming,
    /// The last interface named by the IPv4 table.
    interface: Vec<u8>,
}

impl Table {
    /// Opens the table of `family`.
    ///
    /// # Errors
    /// Fails if the file can't be opened, as on a kernel without multicast or IPv6.
    pub fn open(net: &Net, family: Family) -> io::Result<Table> {
        Ok(Table {
            lines: match family {
                Family::V4 => Lines::open(net, file_name(family), ReadAhead::Near)?,
                Family::V6 => Lines::open_headless(net, file_name(family), ReadAhead::Near)?,
            },
            family,
            order: net.byte_order(),
            naming: Naming::Numbered,
            interface: Vec::with_capacity(MAX_NAME_LEN),
        })
    }

    fn next_ipv4_row(&mut self) -> Result<Option<Row<'_>>, ReadError> {
        while self.lines.advance()? {
            let line = self.lines.line();
            if self.lines.number() == 1
                && let Some(naming) = Naming::from_header(line)
            {
                self.naming = naming;
                continue;
            }
            if line.first() != Some(&b'\t') {
                let name = self.naming.name(line);
                let name = name.ok_or_else(|| self.lines.malformed())?;
                self.interface.clear();
                self.interface.extend_from_slice(name);
                continue;
            }
            let (group, users) =
                ipv4_group(self.order, line).ok_or_else(|| self.lines.malformed())?;
            return Ok(Some(Row {
                interface: &self.interface,
                users,
                group: IpAddr::V4(group),
            }));
        }
        Ok(None)
    }
}

impl Reader for Table {
    type Row<'a> = Row<'a>;

    /// Reads the next membership.
    ///
    /// # Errors
    /// As [`Reader::next_row`]. Rows after a malformed line that should have named an interface have
    /// the previous interface's name.
    fn next_row(&mut self) -> Result<Option<Row<'_>>, ReadError> {
        match self.family {
            Family::V4 => self.next_ipv4_row(),
            Family::V6 => self.lines.next_row(ipv6_row),
        }
    }
}

/// Returns the name of the table's file in the `net` folder.
pub fn file_name(family: Family) -> &'static str {
    match family {
        Family::V4 => "igmp",
        Family::V6 => "igmp6",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Naming::{Bare, Numbered};
    use proptest::prelude::*;

    #[test]
    fn the_header_decides_where_interfaces_are_named() {
        let old = b"Device    : Count\tGroup    Users Timer";
        let new = b"Idx\tDevice    : Count Querier\tGroup    Users Timer\tReporter";
        assert_eq!(Naming::from_header(old), Some(Bare));
        assert_eq!(Naming::from_header(new), Some(Numbered));
        assert_eq!(Naming::from_header(b"1\tlo        :     1      V3"), None);
        // As net-tools 2.10 prints them for a group after this line.
        let cases = [
            (Numbered, "1\tlo        :     1      V3", Some("lo")),
            (Numbered, "1\tlo        :     1", Some("lo")),
            (
                Numbered,
                "12\tabcdefghijklmno:     1",
                Some("abcdefghijklmno"),
            ),
            (
                Numbered,
                "12\tabcdefghijklmnop:     1",
                Some("abcdefghijklmno"),
            ),
            (Numbered, "3 eth0:1    :     1      V3", Some("eth0:1")),
            (Numbered, "3\te h 0     :     1      V3", Some("e h 0")),
            (Numbered, "-3 eth0 : 1", Some("eth0")),
            (Numbered, "lo        :     1      V3", None),
            (Numbered, "12\t", None),
            (Numbered, "", None),
            (Bare, "lo        :     1", Some("lo")),
            (Bare, "", None),
        ];
        for (naming, line, name) in cases {
            let found = naming.name(line.as_bytes());
            assert_eq!(found, name.map(str::as_bytes), "{line:?}");
        }
    }

    #[test]
    fn malformed_groups_are_parsed_like_net_tools() {
        // Each was compared with net-tools 2.10.
        let cases = [
            (
                "\t\t\t\t010000E0     1 0:00000000\t\t0",
                Some(([224, 0, 0, 1], 1)),
            ),
            ("\t010000e0 5", Some(([224, 0, 0, 1], 5))),
            ("\t 010000E0+3", Some(([224, 0, 0, 1], 3))),
            ("\tE0     7", Some(([224, 0, 0, 0], 7))),
            ("\t123456789 4", Some(([120, 86, 52, 18], 9))),
            ("\t010000E0 -5", Some(([224, 0, 0, 1], -5))),
            (
                "\t010000E0 99999999999",
                Some(([224, 0, 0, 1], 1_215_752_191)),
            ),
            (
                "\t010000E0 18446744073709551616",
                Some(([224, 0, 0, 1], -1)),
            ),
            ("\t010000E0", None),
            ("\t010000E0 x", None),
            ("\t0x10000E0 5", None),
            ("\t", None),
        ];
        for (line, row) in cases {
            let row = row.map(|(group, users)| (Ipv4Addr::from(group), users));
            assert_eq!(
                ipv4_group(ByteOrder::Little, line.as_bytes()),
                row,
                "{line:?}"
            );
        }
    }

    #[test]
    fn ipv6_addresses_may_lack_digits_of_their_last_word() {
        let address = |digits: &str| {
            let line = format!("1 lo {digits} 1 0000000C 0");
            ipv6_row(line.as_bytes()).map(|row| row.group.to_string())
        };
        assert_eq!(
            address(&format!("ff02{}1", "0".repeat(20))).as_deref(),
            Some("ff02::1")
        );
        assert_eq!(address(&"f".repeat(24)), None);
        let longer = format!("ff02{}1{}", "0".repeat(27), "9".repeat(8));
        assert_eq!(address(&longer).as_deref(), Some("ff02::1"));
        assert_eq!(
            address(&"1".repeat(64)).as_deref(),
            Some("1111:1111:1111:1111:1111:1111:1111:1111")
        );
        // Digits beyond the 64th are the users.
        assert_eq!(
            ipv6_row(format!("1 lo {}7", "1".repeat(64)).as_bytes()).map(|row| row.users),
            Some(7)
        );
    }

    proptest! {
        #[test]
        fn rows_in_the_kernels_format_are_read_back(
            interface in "[a-z0-9.@-]{1,15}",
            (index, users) in (1i32.., 0i32..),
            (v4, v6) in any::<([u8; 4], u128)>(),
            (flags, timer) in any::<(u32, u32)>(),
        ) {
            let line = format!("{index}\t{interface:<10}: {:5} {:>7}", 1, "V3");
            prop_assert_eq!(Numbered.name(line.as_bytes()), Some(interface.as_bytes()));
            let line = format!("\t\t\t\t{:08X} {users:5} 1:{timer:08X}\t\t0", u32::from_be_bytes(v4));
            prop_assert_eq!(ipv4_group(ByteOrder::Big, line.as_bytes()), Some((v4.into(), users)));
            let line = format!("{index:<4} {interface:<15} {v6:032x} {users:5} {flags:08X} {timer}");
            let row = Row {
                interface: interface.as_bytes(),
                users,
                group: IpAddr::V6(v6.into()),
            };
            prop_assert_eq!(ipv6_row(line.as_bytes()), Some(row));
        }

        #[test]
        fn arbitrary_bytes_are_parsed_or_rejected(line in any::<Vec<u8>>(), words in "([0-9A-Fa-f:]{0,40}[\t ]){0,6}") {
            for line in [&line, words.as_bytes()] {
                let _ = (Numbered.name(line), Bare.name(line));
                let _ = (ipv4_group(ByteOrder::NATIVE, line), ipv6_row(line), Naming::from_header(line));
            }
        }
    }
}
