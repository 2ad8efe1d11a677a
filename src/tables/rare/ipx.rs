//! Novell IPX, which Linux had until 4.17: sockets in /proc/net/ipx/socket, routes in
//! /proc/net/ipx/route or, before 2.4, /proc/net/ipx_route. procfs has no reader.

use crate::tables::fields::{Base, Fields};

/// The table of sockets, in the `net` folder.
pub const SOCKETS: &[&str] = &["ipx/socket"];
/// The table of routes, in the `net` folder, by its new name and its old one.
pub const ROUTES: &[&str] = &["ipx/route", "ipx_route"];

/// The kernel's word for a socket without a foreign side.
const NOT_CONNECTED: &[u8] = b"Not_Connected";

/// The number of a host in its network, in network byte order; all zero if there is none.
pub type Node = [u8; 6];

/// One end of a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct End {
    /// The network; 0 if there is none.
    pub network: u32,
    /// The host.
    pub node: Node,
    /// The IPX socket number, with its bytes in the order in which the kernel prints them.
    pub port: u16,
}

impl End {
    /// Parses `NETWORK:NODE:PORT` or `NETWORK:PORT`.
    fn from_word(word: &[u8]) -> Option<End> {
        let (host, port) = word.split_at(word.iter().rposition(|byte| *byte == b':')?);
        let mut fields = Fields::new(host);
        let network = network(&mut fields);
        let node = match fields.take_byte(b':') {
            Some(()) => node(fields.rest()),
            None => Node::default(),
        };
        let port = Fields::new(&port[1..]).c_unsigned(Base::Hexadecimal)?;
        Some(End {
            network,
            node,
            // What does not fit loses its upper part, as in C.
            port: port as u16,
        })
    }
}

/// Parses a network's number: 0 if there is none, or if it is the one that C takes for an error.
fn network(fields: &mut Fields<'_>) -> u32 {
    match fields.c_unsigned(Base::Hexadecimal) {
        None | Some(0xffff_ffff) => 0,
        Some(number) => number as u32,
    }
}

/// Parses a node's hexadecimal digits, two for each byte, up to the first that is none. Missing
/// bytes and halves are zero.
fn node(digits: &[u8]) -> Node {
    let mut node = Node::default();
    let values = digits
        .iter()
        .map_while(|byte| char::from(*byte).to_digit(16));
    for (place, value) in values.take(2 * node.len()).enumerate() {
        node[place / 2] |= (value << if place % 2 == 0 { 4 } else { 0 }) as u8;
    }
    node
}

/// One socket (net/ipx/ipx_proc.c, `ipx_seq_socket_show`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Socket {
    /// The local side.
    pub local: End,
    /// The foreign side, or `None` if it is not connected.
    pub foreign: Option<End>,
    /// Bytes that wait to be sent.
    pub send_queue: i64,
    /// Bytes that the process has not read.
    pub receive_queue: i64,
    /// The kernel's number of the state, one of TCP's: 1 is connected, 7 is not.
    pub state: u32,
    /// The user who made the socket, or `None` if the line ends before.
    pub uid: Option<u32>,
}

impl Socket {
    /// Parses a line.
    pub fn from_line(line: &[u8]) -> Option<Socket> {
        let mut fields = Fields::new(line);
        let local = End::from_word(fields.word()?)?;
        let foreign = match fields.word()? {
            NOT_CONNECTED => None,
            word => Some(End::from_word(word)?),
        };
        Some(Socket {
            local,
            foreign,
            // net-tools shows both as signed numbers.
            send_queue: fields.c_unsigned(Base::Hexadecimal)? as i64,
            receive_queue: fields.c_unsigned(Base::Hexadecimal)? as i64,
            // The kernel writes the state in hexadecimal, net-tools reads decimal digits.
            state: fields.c_unsigned(Base::Decimal)? as u32,
            uid: fields.c_unsigned(Base::Decimal).map(|uid| uid as u32),
        })
    }
}

/// One route (net/ipx/ipx_proc.c, `ipx_seq_route_show`).
///
/// For a network on the link the kernel writes `Directly Connected`, which net-tools parses as the
/// hexadecimal numbers at the start of these words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Route {
    /// The network that the route leads to.
    pub network: u32,
    /// The router's network.
    pub router_network: u32,
    /// The router.
    pub router_node: Node,
}

impl Route {
    /// Parses a line.
    pub fn from_line(line: &[u8]) -> Option<Route> {
        let mut fields = Fields::new(line);
        Some(Route {
            network: network(&mut Fields::new(fields.word()?)),
            router_network: network(&mut Fields::new(fields.word()?)),
            router_node: node(fields.word()?),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn sides_are_read_as_net_tools_reads_them() {
        // Each was seen in what net-tools 2.10 printed for it.
        let end = |network, node: [u8; 6], port| {
            Some(End {
                network,
                node,
                port,
            })
        };
        let cases = [
            ("00000001:0451", end(1, [0; 6], 0x451)),
            (
                "DEADBEEF:0123456789AB:FFFF",
                end(0xdead_beef, [0x01, 0x23, 0x45, 0x67, 0x89, 0xab], 0xffff),
            ),
            ("FFFFFFFF:FFFFFFFFFFFF:4003", end(0, [0xff; 6], 0x4003)),
            ("-1:1:1", end(0xffff_ffff, [0x10, 0, 0, 0, 0, 0], 1)),
            ("5G:01:1", end(5, [0; 6], 1)),
            ("1:0A0B1G0D0E0F:1", end(1, [0x0a, 0x0b, 0x10, 0, 0, 0], 1)),
            (
                "1:0A0B0C0D0E0F11:1",
                end(1, [0x0a, 0x0b, 0x0c, 0x0d, 0x0e, 0x0f], 1),
            ),
            ("xyz:01:12345", end(0, [0; 6], 0x2345)),
            ("1:2:", None),
            ("1:2:x", None),
            ("0451", None),
            ("", None),
        ];
        for (word, expected) in cases {
            assert_eq!(End::from_word(word.as_bytes()), expected, "{word}");
        }
    }

    #[test]
    fn a_row_may_lack_its_user_and_nothing_else() {
        let line = "00000001:0451  Not_Connected               00000010  00000020  07     000";
        let row = Socket::from_line(line.as_bytes()).expect("a row");
        assert_eq!((row.send_queue, row.receive_queue), (16, 32));
        assert_eq!((row.foreign, row.state, row.uid), (None, 7, Some(0)));
        let row = Socket::from_line(&line.as_bytes()[..line.len() - 3]).expect("a row");
        assert_eq!(row.uid, None);
        for end in [0, 13, 20, 50, 60] {
            assert_eq!(Socket::from_line(&line.as_bytes()[..end]), None, "{end}");
        }
    }

    #[test]
    fn networks_on_the_link_have_the_numbers_that_net_tools_makes_of_words() {
        let route = Route::from_line(b"00000004   Directly     Connected").expect("a route");
        assert_eq!((route.network, route.router_network), (4, 0xd));
        assert_eq!(route.router_node, [0xc0, 0, 0, 0, 0, 0]);
        assert_eq!(Route::from_line(b"00000004   Directly"), None);
    }

    proptest! {
        #[test]
        fn any_bytes_come_to_an_end(line in any::<Vec<u8>>(), words in "([0-9A-F:x-]{0,14} ){0,8}") {
            for line in [&line[..], words.as_bytes()] {
                let _ = Socket::from_line(line);
                let _ = Route::from_line(line);
            }
        }
    }
}
