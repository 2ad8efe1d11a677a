//! CCITT X.25: sockets in /proc/net/x25/socket, routes in /proc/net/x25/route; before Linux 2.6
//! they were in /proc/net/x25 and /proc/net/x25_routes. procfs has no reader.

use super::circuit::{Circuit, column, skip_numbers};
use crate::tables::Net;
use crate::tables::fields::{Fields, atoi};

/// The table of sockets, in the `net` folder, by its new name and its old one.
pub const SOCKETS: &[&str] = &["x25/socket", OLD_SOCKETS];
/// The table of sockets by its old name, which is that of a folder now.
const OLD_SOCKETS: &str = "x25";
/// The table of routes, in the `net` folder, by its new name and its old one.
pub const ROUTES: &[&str] = &["x25/route", "x25_routes"];

/// Returns whether the kernel has a folder in place of the old table of sockets.
pub fn has_folder(net: &Net) -> bool {
    net.has_folder(OLD_SOCKETS)
}

/// One socket (net/x25/x25_proc.c, `x25_seq_socket_show`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Socket<'a> {
    /// The fields that sockets of other families have, too.
    pub circuit: Circuit<'a>,
    /// The logical channel.
    pub channel: u32,
}

impl<'a> Socket<'a> {
    /// Parses a line by columns, as net-tools does. Long addresses push these to the right; a line
    /// that is no row then is parsed word by word.
    pub fn from_line(line: &'a [u8]) -> Option<Socket<'a>> {
        Socket::from_columns(line).or_else(|| {
            let mut fields = Fields::new(line);
            let destination = fields.word()?;
            let source = fields.word()?;
            Socket::from_fields(destination, source, fields)
        })
    }

    fn from_columns(line: &'a [u8]) -> Option<Socket<'a>> {
        // net-tools shows nine of the source's ten bytes.
        let (destination, source) = (column(line, 0, 10)?, column(line, 11, 9)?);
        Socket::from_fields(destination, source, Fields::new(line.get(22..)?))
    }

    /// Parses the fields after the addresses.
    fn from_fields(
        destination: &'a [u8],
        source: &'a [u8],
        mut fields: Fields<'a>,
    ) -> Option<Socket<'a>> {
        let device = fields.word()?;
        let channel = fields.hex()?;
        let circuit = Circuit::read(destination, source, device, &mut fields)?;
        // V(A) and five timers.
        skip_numbers(&mut fields, 6)?;
        Some(Socket {
            circuit: circuit.with_queues(&mut fields)?,
            channel,
        })
    }
}

/// One route (net/x25/x25_proc.c, `x25_seq_route_show`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route<'a> {
    /// The address's column: its digits, followed by blanks.
    pub address: &'a [u8],
    /// The number of the address's digits that count: at most 15, and 0 for the default route.
    pub digits: u8,
    /// The interface, as far as net-tools reads it.
    pub device: &'a [u8],
}

impl<'a> Route<'a> {
    /// Parses a line.
    pub fn from_line(line: &'a [u8]) -> Option<Route<'a>> {
        const MOST_DIGITS: u8 = 15;
        let digits = u8::try_from(atoi(column(line, 17, 7)?));
        Some(Route {
            address: column(line, 0, usize::from(MOST_DIGITS))?,
            digits: digits.map_or(MOST_DIGITS, |digits| digits.min(MOST_DIGITS)),
            device: column(line, 25, 10)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn line(destination: &str, source: &str, channel: &str) -> String {
        // net/x25/x25_proc.c, `x25_seq_socket_show`.
        format!(
            "{destination:<10} {source:<10} x25   {channel}  3  1  2  3   1   2   3   4   5    10    20 1234"
        )
    }

    #[test]
    fn addresses_are_read_by_columns_where_that_makes_a_row() {
        let cases = [
            // As net-tools shows them.
            ("12345", "67890", "12345     ", "67890    "),
            ("*", "*", "*         ", "*        "),
            ("1234567890", "1234567890", "1234567890", "123456789"),
            ("123456789012345", "67890", "1234567890", "2345 6789"),
            // As they are, for net-tools prints what lies in its memory.
            ("12345", "123456789012345", "12345", "123456789012345"),
            (
                "123456789012345",
                "123456789012345",
                "123456789012345",
                "123456789012345",
            ),
        ];
        for (destination, source, shown_destination, shown_source) in cases {
            let line = line(destination, source, "012");
            let row = Socket::from_line(line.as_bytes()).expect("a row");
            assert_eq!(
                row.circuit.destination,
                shown_destination.as_bytes(),
                "{line}"
            );
            assert_eq!(row.circuit.source, shown_source.as_bytes(), "{line}");
            assert_eq!((row.channel, row.circuit.state), (0x12, 3), "{line}");
            let queues = (row.circuit.send_queue, row.circuit.receive_queue);
            assert_eq!(queues, (10, 20), "{line}");
        }
        let row = line("1", "2", "FAB");
        assert_eq!(
            Socket::from_line(row.as_bytes()).map(|it| it.channel),
            Some(0xfab)
        );
        let row = line("1", "2", "012");
        assert_eq!(Socket::from_line(&row.as_bytes()[..60]), None);
    }

    #[test]
    fn a_route_has_as_many_digits_as_an_address_can_have() {
        let digits = |digits: &str| {
            let line = format!("12345            {digits:<6}  x25device0123");
            let route = Route::from_line(line.as_bytes()).expect("a route");
            assert_eq!(route.device, b"x25device0");
            route.digits
        };
        let cases = [
            ("0", 0),
            ("5", 5),
            ("15", 15),
            ("16", 15),
            ("999999", 15),
            ("-1", 15),
            ("x", 0),
        ];
        for (text, expected) in cases {
            assert_eq!(digits(text), expected, "{text}");
        }
        assert_eq!(Route::from_line(b"12345            5"), None);
    }

    proptest! {
        #[test]
        fn any_bytes_come_to_an_end(line in any::<Vec<u8>>(), words in "([0-9a-f]{0,10} ){0,20}") {
            for line in [&line[..], words.as_bytes()] {
                let _ = Socket::from_line(line);
                let _ = Route::from_line(line);
            }
        }
    }
}
