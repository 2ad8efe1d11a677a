//! "Active Internet connections": TCP, UDP, UDP-Lite and raw sockets.

use super::{
    Context, NAME_CUT, known, port_text, push_end, push_owner_title, push_pid, push_user, sides,
};
use crate::names::{Names, Transport};
use crate::report::text;
use crate::request::{Columns, Sides};
use crate::tables::inet::{Protocol, Row};
use std::io::Write;
use std::net::SocketAddr;

/// The width of the two address columns, in bytes.
pub(super) const ADDRESS_WIDTH: usize = 23;
/// The width of the state, in bytes.
pub(super) const STATE_WIDTH: usize = 11;
/// The width of the user, in bytes.
const USER_WIDTH: usize = 10;
/// The width of the inode, in bytes.
const INODE_WIDTH: usize = 10;
/// The most bytes of the port in an address column, so that some of the host is left.
const PORT_CUT: usize = 18;
/// The width of the timer if the PID follows it, in bytes; most timers fit.
const TIMER_WIDTH: usize = 23;

/// Adds the title and the header.
pub fn push_title(out: &mut Vec<u8>, columns: Columns, which: Sides) {
    out.extend_from_slice(b"Active Internet connections ");
    out.extend_from_slice(sides(which));
    push_header(out, columns);
}

/// Adds the header alone.
pub fn push_header(out: &mut Vec<u8>, columns: Columns) {
    out.extend_from_slice(
        b"Proto Recv-Q Send-Q Local Address           Foreign Address         State      ",
    );
    if columns.extended {
        out.extend_from_slice(b" User       Inode     ");
    }
    if columns.programs {
        out.push(b' ');
        push_owner_title(out, columns);
    }
    if columns.timers {
        out.extend_from_slice(b" Timer");
    }
    if columns.pid {
        text::left(out, b"", TIMER_WIDTH - "Timer".len());
        out.extend_from_slice(b" PID");
    }
    out.push(b'\n');
}

/// Adds a socket's row.
pub fn push_row(out: &mut Vec<u8>, context: &mut Context<'_>, row: &Row) {
    text::left(out, row.protocol_name().as_bytes(), 5);
    out.push(b' ');
    push_queue(out, row.receive_queue);
    push_queue(out, row.send_queue);
    let wide = context.columns.wide;
    push_socket_address(out, context.names, row.protocol, row.local, wide);
    push_socket_address(out, context.names, row.protocol, row.foreign, wide);
    push_state(out, row);
    push_details(out, context, row.uid, row.inode, |out| push_timer(out, row));
    out.push(b'\n');
}

/// Adds the columns behind the state, as many as are wanted; `push_timer` adds the timer.
pub(super) fn push_details(
    out: &mut Vec<u8>,
    context: &mut Context<'_>,
    uid: Option<u32>,
    inode: Option<u64>,
    push_timer: impl FnOnce(&mut Vec<u8>),
) {
    if context.columns.extended {
        out.push(b' ');
        push_user(out, context.names, uid);
        out.push(b' ');
        text::left(out, known(inode).bytes(), INODE_WIDTH);
    }
    let owner = inode.and_then(|inode| context.owner(inode));
    if context.columns.programs {
        out.push(b' ');
        context.push_owner(out, owner);
    }
    if context.columns.timers {
        out.push(b' ');
        let start = out.len();
        push_timer(out);
        if context.columns.pid {
            text::pad(out, start, TIMER_WIDTH);
            out.push(b' ');
            push_pid(out, owner);
        }
    }
}

/// Returns the width of what [`push_details`] adds before the PID of rnetstat's `-o`, in bytes,
/// unless something is too long for its column.
pub(super) fn details_width(columns: Columns) -> usize {
    let extended = match columns.extended {
        true => 1 + USER_WIDTH + 1 + INODE_WIDTH,
        false => 0,
    };
    extended + 1 + TIMER_WIDTH + 1
}

fn push_queue(out: &mut Vec<u8>, bytes: u32) {
    text::right(out, text::Decimal::new(bytes).bytes(), 6);
    out.push(b' ');
}

/// Adds `HOST:PORT` and a blank. Unless it is wide, the host is cut so that the port fits.
fn push_socket_address(
    out: &mut Vec<u8>,
    names: &mut Names,
    protocol: Protocol,
    address: SocketAddr,
    wide: bool,
) {
    let start = out.len();
    push_end(out, names, address.ip());
    let mut decimal = None;
    let transport = Some(transport(protocol));
    let mut port = port_text(names, transport, address.port(), &mut decimal);
    if !wide && out.len() - start + port.len() > ADDRESS_WIDTH - 1 {
        port = &port[..port.len().min(PORT_CUT)];
        let room = ADDRESS_WIDTH - 1 - port.len();
        out.truncate(out.len().min(start + room));
    }
    out.push(b':');
    out.extend_from_slice(port);
    // With -W, net-tools holds host and port in the room of a host.
    out.truncate(out.len().min(start + NAME_CUT));
    text::pad(out, start, ADDRESS_WIDTH);
    out.push(b' ');
}

/// Returns the transport whose service names a protocol's ports have.
fn transport(protocol: Protocol) -> Transport {
    match protocol {
        Protocol::Tcp => Transport::Tcp,
        Protocol::Udp | Protocol::Udplite => Transport::Udp,
        Protocol::Raw => Transport::Raw,
    }
}

fn push_state(out: &mut Vec<u8>, row: &Row) {
    match row.protocol {
        Protocol::Raw => text::left(out, text::Decimal::new(row.state).bytes(), STATE_WIDTH),
        _ => text::left(
            out,
            row.state_name().unwrap_or_default().as_bytes(),
            STATE_WIDTH,
        ),
    }
}

/// Adds `NAME (SECONDS/RETRANSMISSIONS/PROBES)`.
fn push_timer(out: &mut Vec<u8>, row: &Row) {
    match row.timer_name() {
        Some(name) => out.extend_from_slice(name.as_bytes()),
        None => {
            out.extend_from_slice(b"unkn-");
            text::push_decimal(out, row.timer);
        }
    }
    out.extend_from_slice(b" (");
    push_seconds(out, if row.timer == 0 { 0 } else { row.timer_ticks });
    out.push(b'/');
    out.extend_from_slice(known(row.counted_retransmits()).bytes());
    out.push(b'/');
    out.extend_from_slice(known(row.probes).bytes());
    out.push(b')');
}

/// Adds clock ticks (USER_HZ, which is 100 on every Linux of today) as seconds with two decimals.
fn push_seconds(out: &mut Vec<u8>, ticks: u64) {
    if ticks >= 1 << 44 {
        // net-tools divides in floating point, which shows here. Writing to a Vec can't fail.
        let _ = write!(out, "{:.2}", ticks as f64 / 100.0);
        return;
    }
    text::push_decimal(out, ticks / 100);
    out.push(b'.');
    out.push(b'0' + (ticks / 10 % 10) as u8);
    out.push(b'0' + (ticks % 10) as u8);
}
