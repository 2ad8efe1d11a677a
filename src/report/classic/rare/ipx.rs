//! "Active IPX sockets" and "Kernel IPX routing table".

use crate::names::Names;
use crate::report::classic::push_user;
use crate::report::text::{self, Decimal};
use crate::request::Columns;
use crate::tables::rare::ipx::{End, Node, Route, Socket};
use std::io::Write;

/// The width of a side of a connection, in bytes.
const END_WIDTH: usize = 26;

/// Adds the title and the header of the sockets.
pub fn push_sockets_title(out: &mut Vec<u8>, columns: Columns) {
    out.extend_from_slice(
        b"Active IPX sockets\n\
          Proto Recv-Q Send-Q Local Address              Foreign Address            State",
    );
    if columns.extended {
        out.extend_from_slice(b" User");
    }
    out.push(b'\n');
}

/// Adds a socket's row.
pub fn push_socket(out: &mut Vec<u8>, columns: Columns, names: &mut Names, socket: &Socket) {
    out.extend_from_slice(b"IPX   ");
    // net-tools has the queues under each other's titles.
    for queue in [socket.send_queue, socket.receive_queue] {
        text::right(out, Decimal::new(queue).bytes(), 6);
        out.push(b' ');
    }
    for end in [Some(socket.local), socket.foreign] {
        let start = out.len();
        match end {
            Some(end) => push_end(out, end),
            None => out.push(b'-'),
        }
        text::pad(out, start, END_WIDTH);
        out.push(b' ');
    }
    let state: &[u8] = match socket.state {
        1 => b"ESTAB",
        7 => b"",
        _ => b"UNK.",
    };
    text::left(out, state, 5);
    if columns.extended {
        out.push(b' ');
        push_user(out, names, socket.uid);
    }
    out.push(b'\n');
}

/// Adds `NETWORK:NODE:PORT`, without the parts that are zero.
pub fn push_end(out: &mut Vec<u8>, end: End) {
    push_network(out, end.network);
    if end.network != 0 && end.node != Node::default() {
        out.push(b':');
        push_node(out, &end.node);
    }
    // net-tools takes the port for one in network byte order, which it is not. Writing to a Vec
    // can't fail.
    let _ = write!(out, ":{:04X}", end.port.swap_bytes());
}

fn push_network(out: &mut Vec<u8>, network: u32) {
    if network != 0 {
        let _ = write!(out, "{network:08X}");
    }
}

fn push_node(out: &mut Vec<u8>, node: &Node) {
    if *node != Node::default() {
        for byte in node {
            let _ = write!(out, "{byte:02X}");
        }
    }
}

/// Adds the title and the header of the routes.
pub fn push_routes_title(out: &mut Vec<u8>) {
    out.extend_from_slice(
        b"Kernel IPX routing table\n\
          Destination               Router Net                Router Node\n",
    );
}

/// Adds a route's row.
pub fn push_route(out: &mut Vec<u8>, route: &Route) {
    const WIDTH: usize = 25;
    for network in [route.network, route.router_network] {
        let start = out.len();
        push_network(out, network);
        text::pad(out, start, WIDTH);
        out.push(b' ');
    }
    let start = out.len();
    push_node(out, &route.router_node);
    text::pad(out, start, WIDTH);
    out.push(b'\n');
}
