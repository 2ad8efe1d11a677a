//! "Active ROSE sockets" and "Kernel ROSE routing table".

use super::{push_text, push_zero_padded, state};
use crate::report::text::{self, Decimal};
use crate::tables::rare::neighbours::Neighbours;
use crate::tables::rare::rose::{Node, Socket};

/// net-tools' names of the states. The kernel has two more, for which net-tools prints random
/// memory.
const STATES: &[&str] = &["LISTENING", "CONN SENT", "DISC SENT", "ESTABLISHED"];

/// Replaces a socket that could not be read.
pub const PROBLEM: &str = "Problem reading data from /proc/net/rose\n";

/// Adds the title and the header of the sockets.
pub fn push_sockets_title(out: &mut Vec<u8>) {
    out.extend_from_slice(
        b"Active ROSE sockets\n\
          dest_addr   dest_call  src_addr    src_call  dev   lci neigh   state\n",
    );
}

/// Adds a socket's row.
pub fn push_socket(out: &mut Vec<u8>, socket: &Socket<'_>) {
    push_text(out, socket.destination, 10);
    out.extend_from_slice(b"  ");
    push_text(out, socket.destination_call, 9);
    out.extend_from_slice(b"  ");
    push_text(out, socket.source, 10);
    out.extend_from_slice(b"  ");
    push_text(out, socket.source_call, 9);
    out.push(b' ');
    push_text(out, socket.device, 5);
    out.push(b' ');
    text::right(out, Decimal::new(socket.channel).bytes(), 3);
    out.push(b' ');
    text::right(out, Decimal::new(socket.neighbour).bytes(), 5);
    out.extend_from_slice(b"   ");
    out.extend_from_slice(state(STATES, socket.state).as_bytes());
    out.push(b'\n');
}

/// Adds the title and the header of the routes.
pub fn push_routes_title(out: &mut Vec<u8>) {
    out.extend_from_slice(
        b"Kernel ROSE routing table\n\
          Destination  neigh1 callsign  device  neigh2 callsign  device  neigh3 callsign  device\n",
    );
}

/// Adds a node's row.
pub fn push_node(out: &mut Vec<u8>, node: &Node<'_>, neighbours: &Neighbours) {
    push_text(out, node.address, 10);
    out.extend_from_slice(b"   ");
    for number in node.neighbours() {
        push_zero_padded(out, number, 5);
        out.extend_from_slice(b"  ");
        for neighbour in neighbours.numbered(number) {
            push_text(out, &neighbour.callsign, 10);
            out.extend_from_slice(b"   ");
            push_text(out, &neighbour.device, 4);
        }
    }
    out.push(b'\n');
}
