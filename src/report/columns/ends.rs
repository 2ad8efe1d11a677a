//! The two ends of a socket, whatever they are: what fields of addresses and ports show.

use super::sockets::Row;
use crate::report::classic::rare::ipx;
use crate::report::records::value::Value;
use crate::sanitize;
use crate::tables::rare::{self, Circuit};
use crate::tables::sctp_address::{Address, Addresses};
use std::borrow::Cow;
use std::net::{IpAddr, SocketAddr};

/// One end of a socket.
#[derive(Debug, Clone, Copy)]
pub enum End<'a> {
    /// Such a socket has none, or none yet.
    None,
    /// An IP address and a port, 0 where there is none.
    Ip(SocketAddr),
    /// Addresses that are in use together, and the port.
    Several(Addresses<'a>, u16),
    /// The words for the station and its user, of which one may be a `*`.
    Station(&'a [u8], &'a [u8]),
    /// IPX's network, node and socket.
    Ipx(crate::tables::rare::ipx::End),
}

/// What the kernel writes where there is no address.
const NOBODY: &[u8] = b"*";

impl<'a> Row<'a> {
    /// The local end.
    pub fn local(&self) -> End<'a> {
        match *self {
            Row::Inet(row) => End::Ip(row.local),
            Row::Sctp(row) => End::Several(row.local, row.local_port),
            Row::Unix(_) => End::None,
            Row::Rare(socket) => match socket {
                rare::Socket::Ax25(circuit) => End::station(circuit.source, b""),
                rare::Socket::Ipx(socket) => End::Ipx(socket.local),
                rare::Socket::Netrom(socket) => End::station(socket.circuit.source, socket.user),
                rare::Socket::Rose(socket) => End::station(socket.source, socket.source_call),
                rare::Socket::X25(socket) => End::station(socket.circuit.source, b""),
            },
        }
    }

    /// The foreign end.
    pub fn foreign(&self) -> End<'a> {
        let circuit = |circuit: &Circuit<'a>| End::station(circuit.destination, b"");
        match *self {
            Row::Inet(row) => End::Ip(row.foreign),
            Row::Sctp(row) => match &row.association {
                Some(it) => End::Several(it.foreign, it.foreign_port),
                None => End::None,
            },
            Row::Unix(_) => End::None,
            Row::Rare(socket) => match socket {
                rare::Socket::Ax25(it) => circuit(it),
                rare::Socket::Ipx(socket) => socket.foreign.map_or(End::None, End::Ipx),
                rare::Socket::Netrom(socket) => circuit(&socket.circuit),
                rare::Socket::Rose(it) => End::station(it.destination, it.destination_call),
                rare::Socket::X25(socket) => circuit(&socket.circuit),
            },
        }
    }
}

impl<'a> End<'a> {
    fn station(station: &'a [u8], user: &'a [u8]) -> End<'a> {
        let (station, user) = (station.trim_ascii(), user.trim_ascii());
        let is_nobody = |word: &[u8]| word.is_empty() || word == NOBODY;
        match is_nobody(station) && is_nobody(user) {
            true => End::None,
            false => End::Station(station, user),
        }
    }

    /// The address; of several, the first.
    pub fn address(self) -> Value<'static> {
        match self {
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

    /// All addresses, where there can be several.
    pub fn addresses(self) -> Value<'static> {
        match self {
            End::Several(addresses, _) => Value::List(addresses.iter().map(shown).collect()),
            _ => Value::Null,
        }
    }

    /// The address that may have a name.
    pub fn ip(self) -> Option<IpAddr> {
        let ip = match self {
            End::Ip(end) => Some(end.ip()),
            End::Several(addresses, _) => addresses.iter().next()?.ip,
            _ => None,
        };
        ip.filter(|it| !it.is_unspecified())
    }

    /// The port; none where there is none, which the kernel shows as 0.
    pub fn port(self) -> Option<u16> {
        let port = match self {
            End::Ip(end) => end.port(),
            End::Several(_, port) => port,
            _ => 0,
        };
        Some(port).filter(|port| *port != 0)
    }
}

/// An address, or its text where it can't be read.
fn shown(address: Address<'_>) -> Value<'static> {
    match address.ip {
        Some(ip) => Value::address(ip),
        None => text(address.text.to_vec()),
    }
}

fn text(text: Vec<u8>) -> Value<'static> {
    Value::Text(Cow::Owned(sanitize::printable(text)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tables::{rare, sctp};

    fn cell(value: Value<'_>) -> String {
        let mut out = Vec::new();
        value.push_cell(&mut out);
        String::from_utf8(out).expect("text")
    }

    #[test]
    fn of_several_addresses_the_first_is_the_one() {
        let line = b"f f 2 1 3 1 7 0 0 0 1 3868 0 *10.0.0.1 1::x <-> 10.0.0.4 *10.1.0.4 \t 1";
        let row = sctp::Row::from_line(sctp::Part::Associations, line).expect("a row");
        let row = Row::Sctp(&row);
        let (local, foreign) = (row.local(), row.foreign());
        assert_eq!(cell(local.address()), "10.0.0.1");
        assert_eq!(cell(local.addresses()), "10.0.0.1, 1::x");
        assert_eq!(cell(foreign.address()), "10.0.0.4");
        assert_eq!(cell(foreign.addresses()), "10.0.0.4, 10.1.0.4");
        assert_eq!((local.port(), foreign.port()), (Some(3868), None));
    }

    #[test]
    fn stations_are_texts_and_nobody_is_null() {
        let rose = |line: &str| {
            let row = rare::rose::Socket::from_line(line.as_bytes()).expect("a row");
            let socket = rare::Socket::Rose(row);
            let row = Row::Rare(&socket);
            (row.local().address(), row.foreign().address())
        };
        let (local, foreign) = rose("* * 12 SRC-1 rose0 1 2 3");
        assert_eq!((cell(local), foreign), ("12 SRC-1".to_owned(), Value::Null));
        let (local, foreign) = rose("34 DEST-2 * S\x1b rose0 1 2 3");
        assert_eq!(cell(local), "* S?");
        assert_eq!(cell(foreign), "34 DEST-2");
        let ipx = b"00000001:000000000001:0451 Not_Connected 10 20 7 0";
        let socket = rare::Socket::Ipx(rare::ipx::Socket::from_line(ipx).expect("a row"));
        let row = Row::Rare(&socket);
        assert_eq!(cell(row.local().address()), "00000001:000000000001:5104");
        assert_eq!(row.foreign().address(), Value::Null);
        assert_eq!((row.local().port(), row.local().ip()), (None, None));
    }
}
