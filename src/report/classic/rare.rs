//! net-tools' layouts of the rare families, a file for each, and what it prints if their tables are
//! missing.

pub mod ax25;
pub mod ddp;
pub mod ipx;
pub mod netrom;
pub mod rose;
pub mod x25;

use super::{Context, quirks};
use crate::report::text::{self, Decimal};
use crate::request::Columns;
use crate::sanitize;
use crate::tables::rare::ax25::Layout;
use crate::tables::rare::{Circuit, Rare, Route, Socket};
use std::io::Write;

/// Adds the title and the header of the family's sockets, if it has any.
pub fn push_sockets_title(out: &mut Vec<u8>, family: Rare, columns: Columns) {
    match family {
        Rare::Ax25 => ax25::push_sockets_title(out),
        Rare::Ipx => ipx::push_sockets_title(out, columns),
        Rare::Netrom => netrom::push_sockets_title(out),
        Rare::Rose => rose::push_sockets_title(out),
        Rare::X25 => x25::push_sockets_title(out),
        Rare::Ddp | Rare::Bluetooth => {}
    }
}

/// Adds a socket's row; `like_net_tools` with what net-tools 2.10 makes of ROSE's.
pub fn push_socket(
    out: &mut Vec<u8>,
    context: &mut Context<'_>,
    socket: &Socket<'_>,
    like_net_tools: bool,
) {
    match socket {
        Socket::Ax25(circuit) => ax25::push_socket(out, circuit),
        Socket::Ipx(socket) => ipx::push_socket(out, context.columns, context.names, socket),
        Socket::Netrom(socket) => netrom::push_socket(out, socket),
        Socket::Rose(socket) if like_net_tools => quirks::push_crowded_socket(out, socket),
        Socket::Rose(socket) => rose::push_socket(out, socket),
        Socket::X25(socket) => x25::push_socket(out, socket),
    }
}

/// Returns what replaces a socket that could not be read; `layout` is that of AX.25's table.
pub fn problem(family: Rare, layout: Option<Layout>) -> &'static str {
    match (family, layout) {
        (Rare::Ax25, Some(layout)) => ax25::problem(layout),
        (Rare::Netrom, _) => netrom::PROBLEM,
        (Rare::Rose, _) => rose::PROBLEM,
        _ => "",
    }
}

/// What net-tools prints if a family's routes are missing.
pub enum MissingRoutes {
    /// The text on stdout; rnetstat adds the reason on stderr.
    OnStdout(&'static str),
    /// The text on stdout alone.
    OnStdoutOnly(&'static str),
    /// The text on stderr.
    OnStderr(&'static str),
}

/// Returns what net-tools prints if this family's routes are missing.
pub fn missing_routes(family: Rare) -> MissingRoutes {
    use MissingRoutes::{OnStderr, OnStdout, OnStdoutOnly};
    match family {
        Rare::Ipx => {
            OnStdout("IPX routing not in file /proc/net/ipx/route or /proc/net/ipx_route found.\n")
        }
        Rare::Ax25 => OnStdout("AX.25 not configured in this system.\n"),
        Rare::X25 => OnStdoutOnly("X.25 not configured in this system.\n"),
        Rare::Netrom => OnStdout("NET/ROM not configured in this system.\n"),
        Rare::Rose => OnStderr("ROSE not configured in this system."),
        Rare::Ddp => OnStderr("DDP (AppleTalk) not configured on this system."),
        // The walk reports that it has no routes.
        Rare::Bluetooth => OnStdoutOnly(""),
    }
}

/// Adds the title and the header of a family's routes.
pub fn push_routes_title(out: &mut Vec<u8>, family: Rare) {
    match family {
        Rare::Ax25 => ax25::push_routes_title(out),
        Rare::Ipx => ipx::push_routes_title(out),
        Rare::X25 => x25::push_routes_title(out),
        Rare::Ddp => ddp::push_title(out),
        Rare::Netrom => netrom::push_routes_title(out),
        Rare::Rose => rose::push_routes_title(out),
        Rare::Bluetooth => {}
    }
}

/// Adds a route's row.
pub fn push_route(out: &mut Vec<u8>, route: &Route<'_>) {
    match route {
        Route::Ax25(route) => ax25::push_route(out, route),
        Route::Ipx(route) => ipx::push_route(out, route),
        Route::X25(route) => x25::push_route(out, route),
        Route::Ddp(route) => ddp::push_route(out, route),
        Route::Netrom(node, neighbour) => netrom::push_node(out, node, *neighbour),
        Route::Rose(node, neighbours) => rose::push_node(out, node, neighbours),
    }
}

/// Returns the name of a state, or `UNKNOWN`, as in net-tools' manual, for a number without one.
fn state(names: &[&'static str], number: i32) -> &'static str {
    let name = usize::try_from(number).ok().and_then(|it| names.get(it));
    name.copied().unwrap_or("UNKNOWN")
}

/// Adds a word of the kernel, padded on its right to `width` bytes.
fn push_text(out: &mut Vec<u8>, word: &[u8], width: usize) {
    let start = out.len();
    sanitize::push_printable(out, word);
    text::pad(out, start, width);
}

/// Adds `V(R)/V(S)`, each with `width` digits, and the queues.
fn push_circuit_numbers(out: &mut Vec<u8>, circuit: &Circuit<'_>, width: usize) {
    push_zero_padded(out, circuit.receive_number, width);
    out.push(b'/');
    push_zero_padded(out, circuit.send_number, width);
    out.extend_from_slice(b"  ");
    text::left(out, Decimal::new(circuit.send_queue).bytes(), 6);
    out.extend_from_slice(b"  ");
    text::left(out, Decimal::new(circuit.receive_queue).bytes(), 6);
}

/// Adds a number with zeros in front, `width` bytes with its sign.
fn push_zero_padded(out: &mut Vec<u8>, number: i32, width: usize) {
    // Writing to a Vec can't fail.
    let _ = write!(out, "{number:0width$}");
}
