//! "Active NET/ROM sockets" and "Kernel NET/ROM routing table".

use super::ax25::push_stations;
use super::{push_text, state};
use crate::report::text::{self, Decimal};
use crate::sanitize;
use crate::tables::rare::neighbours::Neighbour;
use crate::tables::rare::netrom::{Node, Socket};

/// net-tools' names of the states.
const STATES: &[&str] = &["LISTENING", "CONN SENT", "DISC SENT", "ESTABLISHED"];

/// Replaces a socket that could not be read.
pub const PROBLEM: &str = "Problem reading data from /proc/net/nr\n";

/// Adds the title and the header of the sockets.
pub fn push_sockets_title(out: &mut Vec<u8>) {
    out.extend_from_slice(
        b"Active NET/ROM sockets\n\
          User       Dest       Source     Device  State        Vr/Vs    Send-Q  Recv-Q\n",
    );
}

/// Adds a socket's row.
pub fn push_socket(out: &mut Vec<u8>, socket: &Socket<'_>) {
    push_text(out, socket.user, 9);
    out.extend_from_slice(b"  ");
    push_stations(out, &socket.circuit, state(STATES, socket.circuit.state));
}

/// Adds the title and the header of the routes.
pub fn push_routes_title(out: &mut Vec<u8>) {
    out.extend_from_slice(
        b"Kernel NET/ROM routing table\n\
          Destination  Mnemonic  Quality  Neighbour  Iface\n",
    );
}

/// Adds a node's row. Where its neighbour is not known, the row ends in its middle, without an
/// end of line, as in net-tools.
pub fn push_node(out: &mut Vec<u8>, node: &Node<'_>, neighbour: Option<&Neighbour>) {
    push_text(out, node.callsign, 9);
    out.extend_from_slice(b"    ");
    push_text(out, node.mnemonic, 7);
    out.extend_from_slice(b"   ");
    if let (Some(way), Some(neighbour)) = (node.way, neighbour) {
        text::right(out, Decimal::new(way.quality).bytes(), 3);
        out.extend_from_slice(b"      ");
        push_text(out, &neighbour.callsign, 9);
        out.extend_from_slice(b"  ");
        sanitize::push_printable(out, &neighbour.device);
        out.push(b'\n');
    }
}
