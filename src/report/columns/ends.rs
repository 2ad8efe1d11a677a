//! What the columns of addresses show of a socket's ends.

use crate::report::classic::rare::ipx;
use crate::report::records::value::Value;
use crate::sanitize;
use crate::tables::End;
use crate::tables::sctp_address::Address;
use std::borrow::Cow;

/// Returns the address; of several, the first.
pub fn address(end: End<'_>) -> Value<'static> {
    match end {
        End::None => Value::Null,
        End::Ip(end) => Value::address(end.ip()),
        End::Several(addresses, _) => {
            let first = addresses.iter().next();
            first.map_or(Value::Null, shown)
        }
        End::Station(station, b"") => text(station.to_vec()),
        End::Station(station, user) => text([station, b" ", user].concat()),
        End::Ipx(end) => {
            let mut out = Vec::new();
            ipx::push_end(&mut out, end);
            text(out)
        }
    }
}

/// Returns all addresses, or null if the end can't have several.
pub fn addresses(end: End<'_>) -> Value<'static> {
    match end {
        End::Several(addresses, _) => Value::List(addresses.iter().map(shown).collect()),
        _ => Value::Null,
    }
}

/// Returns an address, or its text if it can't be parsed.
fn shown(address: Address<'_>) -> Value<'static> {
    match address.ip {
        Some(ip) => Value::address(ip),
        None => text(address.text.to_vec()),
    }
}

fn text(text: Vec<u8>) -> Value<'static> {
    Value::Text(Cow::Owned(sanitize::without_controls(text)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tables::{Socket, rare, sctp};

    fn cell(value: Value<'_>) -> String {
        let mut out = Vec::new();
        value.push_cell(&mut out);
        String::from_utf8(out).expect("text")
    }

    #[test]
    fn of_several_addresses_the_first_is_the_one() {
        let line = b"f f 2 1 3 1 7 0 0 0 1 3868 0 *10.0.0.1 1::x <-> 10.0.0.4 *10.1.0.4 \t 1";
        let row = sctp::Row::from_line(sctp::Part::Associations, line).expect("a row");
        let socket = Socket::Sctp(row);
        let (local, foreign) = (socket.local(), socket.foreign());
        assert_eq!(cell(address(local)), "10.0.0.1");
        assert_eq!(cell(addresses(local)), "10.0.0.1, 1::x");
        assert_eq!(cell(address(foreign)), "10.0.0.4");
        assert_eq!(cell(addresses(foreign)), "10.0.0.4, 10.1.0.4");
        assert_eq!((local.port(), foreign.port()), (Some(3868), None));
    }

    #[test]
    fn stations_are_texts_and_nobody_is_null() {
        let rose = |line: &str| {
            let row = rare::rose::Socket::from_line(line.as_bytes()).expect("a row");
            let socket = rare::Socket::Rose(row);
            let socket = Socket::Rare(socket);
            (address(socket.local()), address(socket.foreign()))
        };
        let (local, foreign) = rose("* * 12 SRC-1 rose0 1 2 3");
        assert_eq!((cell(local), foreign), ("12 SRC-1".to_owned(), Value::Null));
        let (local, foreign) = rose("34 DEST-2 * S\x1b rose0 1 2 3");
        assert_eq!(cell(local), "* S?");
        assert_eq!(cell(foreign), "34 DEST-2");
        let ipx = b"00000001:000000000001:0451 Not_Connected 10 20 7 0";
        let socket = rare::Socket::Ipx(rare::ipx::Socket::from_line(ipx).expect("a row"));
        let socket = Socket::Rare(socket);
        assert_eq!(cell(address(socket.local())), "00000001:000000000001:5104");
        assert_eq!(address(socket.foreign()), Value::Null);
        assert_eq!((socket.local().port(), socket.local().ip()), (None, None));
    }
}
