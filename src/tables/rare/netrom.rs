//! Amateur radio NET/ROM: sockets in /proc/net/nr, routes in /proc/net/nr_nodes, which refers to
//! each node's neighbours by the numbers in /proc/net/nr_neigh. procfs has no reader.

use super::circuit::{Circuit, column, skip_numbers, skip_pair};
use crate::tables::fields::{Base, Fields, atoi};

/// The table of sockets, in the `net` folder.
pub const SOCKETS: &[&str] = &["nr"];
/// The table of nodes, in the `net` folder.
pub const NODES: &[&str] = &["nr_nodes"];
/// The table of neighbours, in the `net` folder.
pub const NEIGHBOURS: &[&str] = &["nr_neigh"];
/// The width of an interface in the table of neighbours, as far as net-tools reads it, in bytes.
pub const NEIGHBOUR_DEVICE: usize = 4;

/// One socket (net/netrom/af_netrom.c, `nr_info_show`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Socket<'a> {
    /// The user's own station.
    pub user: &'a [u8],
    /// The fields that sockets of other families have, too.
    pub circuit: Circuit<'a>,
}

impl<'a> Socket<'a> {
    /// Parses a line.
    pub fn from_line(line: &'a [u8]) -> Option<Socket<'a>> {
        let user = column(line, 0, 9)?;
        let destination = column(line, 10, 9)?;
        let source = column(line, 20, 9)?;
        let mut fields = Fields::new(line.get(30..)?);
        let device = fields.word()?;
        // The numbers of the circuit here and there.
        skip_pair(&mut fields, Base::Hexadecimal)?;
        skip_pair(&mut fields, Base::Hexadecimal)?;
        let circuit = Circuit::read(destination, source, device, &mut fields)?;
        // V(A), five timers, and the window.
        skip_numbers(&mut fields, 1)?;
        (0..5).try_for_each(|_| skip_pair(&mut fields, Base::Decimal))?;
        skip_numbers(&mut fields, 1)?;
        Some(Socket {
            user,
            circuit: circuit.with_queues(&mut fields)?,
        })
    }
}

/// One node (net/netrom/nr_route.c, `nr_node_show`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node<'a> {
    /// The node's station.
    pub callsign: &'a [u8],
    /// The node's other name, or `*`.
    pub mnemonic: &'a [u8],
    /// The route to it that is in use, or `None` if the line has none.
    pub way: Option<Way>,
}

/// A route to a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Way {
    /// Its quality, 255 being the best.
    pub quality: i32,
    /// The number of the neighbour that it uses.
    pub neighbour: i32,
}

impl<'a> Node<'a> {
    /// Parses a line.
    pub fn from_line(line: &'a [u8]) -> Option<Node<'a>> {
        Some(Node {
            callsign: column(line, 0, 9)?,
            mnemonic: column(line, 10, 7)?,
            way: Way::from_line(line, atoi(line.get(19..)?)),
        })
    }
}

impl Way {
    /// Parses route number `which`, from 1 on. Each takes 15 bytes: quality, obsolescence,
    /// neighbour.
    pub fn from_line(line: &[u8], which: i32) -> Option<Way> {
        let start = usize::try_from(which.checked_sub(1)?)
            .ok()?
            .checked_mul(15)?;
        Some(Way {
            quality: atoi(column(line, start.checked_add(24)?, 3)?),
            neighbour: atoi(line.get(start.checked_add(32)?..)?),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_row_in_the_kernels_format_is_read_back(
            (user, destination, source) in ("[A-Z0-9]{1,6}-[0-9]", "[A-Z0-9]{1,6}-[0-9]", "[A-Z0-9]{1,6}-[0-9]"),
            device in "[a-z0-9]{1,15}",
            (state, sent, received) in any::<(u8, u8, u8)>(),
            (send_queue, receive_queue) in any::<(i32, i32)>(),
        ) {
            // net/netrom/af_netrom.c, `nr_info_show`.
            let line = format!(
                "{user:<9} {destination:<9} {source:<9} {device:<3}  0A/FF 03/04 {state:2} {sent:3} {received:3} \
                 {sent:3} {:3}/{:03} {:2}/{:02} {:3}/{:03} {:3}/{:03} {:2}/{:02} {:3} {send_queue:5} {receive_queue:5} 77",
                1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11,
            );
            let row = Socket::from_line(line.as_bytes()).expect("a row");
            let [user, destination, source] = [user, destination, source].map(|it| format!("{it:<9}"));
            prop_assert_eq!(row.user, user.as_bytes());
            prop_assert_eq!(row.circuit, Circuit {
                destination: destination.as_bytes(),
                source: source.as_bytes(),
                device: device.as_bytes(),
                state: state.into(),
                send_number: sent.into(),
                receive_number: received.into(),
                send_queue,
                receive_queue,
                inode: Some(77),
            });
        }

        #[test]
        fn any_bytes_come_to_an_end(line in any::<Vec<u8>>(), words in "([0-9A-F/]{0,9} ){0,30}") {
            for line in [&line[..], words.as_bytes()] {
                let _ = Socket::from_line(line);
                let _ = Node::from_line(line);
            }
        }
    }

    #[test]
    fn the_way_in_use_is_told_by_its_place() {
        let way = |which: &str| {
            let line = format!("DEST-1    ALIAS    {which} 2  192   6 00001  100   5 00012");
            let node = Node::from_line(line.as_bytes()).map(|node| node.way);
            node.expect("a node")
                .map(|way| (way.quality, way.neighbour))
        };
        assert_eq!(way("1"), Some((192, 1)));
        assert_eq!(way("2"), Some((100, 12)));
        for beyond in ["3", "0", "-", "99999999999999999999"] {
            assert_eq!(way(beyond), None, "{beyond}");
        }
        assert_eq!(Node::from_line(b"DEST-1    ALIAS"), None);
    }
}
