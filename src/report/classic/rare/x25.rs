//! "Active X.25 sockets" and "Kernel X.25 routing table".

use super::{push_circuit_numbers, push_text, state};
use crate::report::text;
use crate::tables::rare::x25::{Route, Socket};
use std::io::Write;

/// net-tools' names of the states.
const STATES: &[&str] = &[
    "LISTENING",
    "SABM_SENT",
    "DISC_SENT",
    "ESTABLISHED",
    "RECOVERY",
    // net-tools says so of the numbers behind its last name, of which the kernel has one.
    "(null)",
    "(null)",
    "(null)",
];

/// Adds the title and the header of the sockets.
pub fn push_sockets_title(out: &mut Vec<u8>) {
    out.extend_from_slice(
        b"Active X.25 sockets\n\
          Dest         Source          Device  LCI  State        Vr/Vs  Send-Q  Recv-Q\n",
    );
}

/// Adds a socket's row. The channel has the kernel's hexadecimal digits; where one is a letter,
/// net-tools prints the channel up to there, and what lies in its memory behind it.
pub fn push_socket(out: &mut Vec<u8>, socket: &Socket<'_>) {
    let circuit = &socket.circuit;
    push_text(out, circuit.destination, 15);
    out.push(b' ');
    push_text(out, circuit.source, 15);
    out.push(b' ');
    push_text(out, circuit.device, 7);
    // Writing to a Vec can't fail.
    let _ = write!(out, " {:<3X}  ", socket.channel);
    text::left(out, state(STATES, circuit.state).as_bytes(), 11);
    out.extend_from_slice(b"  ");
    push_circuit_numbers(out, circuit, 2);
    out.push(b'\n');
}

/// Adds the title and the header of the routes.
pub fn push_routes_title(out: &mut Vec<u8>) {
    out.extend_from_slice(b"Kernel X.25 routing table\nDestination          Iface\n");
}

/// Adds a route's row: as many of the address's digits as count, and their number.
pub fn push_route(out: &mut Vec<u8>, route: &Route<'_>) {
    const WIDTH: usize = 21;
    let start = out.len();
    if route.digits == 0 {
        out.push(b'*');
    } else {
        let digits = route.address.len().min(usize::from(route.digits));
        push_text(out, &route.address[..digits], 0);
        out.push(b'/');
        text::push_decimal(out, route.digits);
    }
    text::pad(out, start, WIDTH);
    push_text(out, route.device, 5);
    out.push(b'\n');
}
