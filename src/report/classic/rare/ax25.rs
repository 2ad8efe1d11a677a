//! "Active AX.25 sockets" and "Kernel AX.25 routing table".

use super::{push_circuit_numbers, push_text, state};
use crate::report::text::{self, Decimal};
use crate::tables::rare::Circuit;
use crate::tables::rare::ax25::{Layout, Route};

/// net-tools' names of the states.
const STATES: &[&str] = &[
    "LISTENING",
    "SABM SENT",
    "DISC SENT",
    "ESTABLISHED",
    "RECOVERY",
    // net-tools says so of the numbers behind its last name.
    "(null)",
    "(null)",
    "(null)",
];

/// Adds the title and the header of the sockets.
pub fn push_sockets_title(out: &mut Vec<u8>) {
    out.extend_from_slice(
        b"Active AX.25 sockets\n\
          Dest       Source     Device  State        Vr/Vs    Send-Q  Recv-Q\n",
    );
}

/// Returns what replaces a socket that could not be read.
pub fn problem(layout: Layout) -> &'static str {
    match layout {
        Layout::Old => "Problem reading data from /proc/net/ax25\n",
        Layout::New => "problem reading data from /proc/net/ax25\n",
    }
}

/// Adds a socket's row.
pub fn push_socket(out: &mut Vec<u8>, socket: &Circuit<'_>) {
    push_stations(out, socket, state(STATES, socket.state));
}

/// Adds what rows of AX.25 and NET/ROM have in common.
pub(super) fn push_stations(out: &mut Vec<u8>, circuit: &Circuit<'_>, state: &str) {
    push_text(out, circuit.destination, 9);
    out.extend_from_slice(b"  ");
    push_text(out, circuit.source, 9);
    out.extend_from_slice(b"  ");
    push_text(out, circuit.device, 6);
    out.extend_from_slice(b"  ");
    text::left(out, state.as_bytes(), 11);
    out.extend_from_slice(b"  ");
    push_circuit_numbers(out, circuit, 3);
    out.push(b'\n');
}

/// Adds the title and the header of the routes.
pub fn push_routes_title(out: &mut Vec<u8>) {
    out.extend_from_slice(b"Kernel AX.25 routing table\nDestination  Iface    Use\n");
}

/// Adds a route's row.
pub fn push_route(out: &mut Vec<u8>, route: &Route<'_>) {
    push_text(out, route.destination, 9);
    out.extend_from_slice(b"    ");
    push_text(out, route.device, 5);
    out.extend_from_slice(b"  ");
    text::right(out, Decimal::new(route.uses).bytes(), 5);
    out.push(b'\n');
}
