//! SCTP's part of "Active Internet connections": endpoints and associations. Each takes a line for
//! its first addresses, and one more for each further pair; the columns after the state stand in
//! the last of them.

use super::inet::{ADDRESS_WIDTH, STATE_WIDTH, details_width, push_details};
use super::{Context, port_text, push_end, push_pid};
use crate::report::text::{self, Decimal};
use crate::sanitize;
use crate::tables::inet::tcp_state_name;
use crate::tables::sctp::{Association, Row};
use crate::tables::sctp_address::Address;
use std::iter;
use std::net::{IpAddr, Ipv4Addr};

/// The bytes of a host that net-tools shows here.
const HOST_CUT: usize = 63;
/// The width of the protocol and the queues, in bytes.
const HEAD_WIDTH: usize = 20;

/// A local and a foreign address that share a line.
type Pair<'a> = (Option<Address<'a>>, Option<Address<'a>>);

/// Adds the lines of an endpoint or association.
///
/// One without any address has a line that lacks everything up to the state, as in net-tools. The
/// PID of rnetstat's `-o` stands in each line, so that none is without its owner.
pub fn push_row(out: &mut Vec<u8>, context: &mut Context<'_>, row: &Row<'_>) {
    let mut locals = row.local.iter();
    let foreign = row.association.as_ref().map(|it| it.foreign.iter());
    let mut foreigners = foreign.into_iter().flatten();
    let mut pairs = iter::from_fn(|| match (locals.next(), foreigners.next()) {
        (None, None) => None,
        pair => Some(pair),
    })
    .peekable();
    let mut is_first = true;
    while let Some(pair) = pairs.next() {
        push_head(out, row.association.as_ref().filter(|_| is_first), is_first);
        match &row.association {
            None => push_endpoint(out, context, pair, row.local_port),
            Some(association) => {
                let ports = [row.local_port, association.foreign_port];
                push_pair(out, context, pair, is_first.then_some(ports));
            }
        }
        push_state(out, row.state, is_first);
        if pairs.peek().is_some() {
            if context.columns.pid {
                text::left(out, b"", details_width(context.columns));
                push_pid(out, context.owner(row.inode));
            }
            out.push(b'\n');
        }
        is_first = false;
    }
    push_details(out, context, Some(row.uid), Some(row.inode), |_| {});
    out.push(b'\n');
}

/// Adds the protocol and, of an association, the queues; blanks in a line that is not the first.
fn push_head(out: &mut Vec<u8>, association: Option<&Association<'_>>, is_first: bool) {
    let start = out.len();
    if is_first {
        out.extend_from_slice(b"sctp");
    }
    if let Some(association) = association {
        out.extend_from_slice(b"  ");
        text::right(out, Decimal::new(association.receive_queue).bytes(), 6);
        out.push(b' ');
        text::right(out, Decimal::new(association.send_queue).bytes(), 6);
        out.push(b' ');
    }
    text::pad(out, start, HEAD_WIDTH);
}

/// Adds an endpoint's local address, which has the room of both.
fn push_endpoint(out: &mut Vec<u8>, context: &mut Context<'_>, pair: Pair<'_>, port: u16) {
    let start = out.len();
    push_address(out, context, pair.0, Some(port));
    text::pad(out, start, 2 * ADDRESS_WIDTH + 1);
}

/// Adds an association's local and foreign address; only the first ones have ports.
fn push_pair(
    out: &mut Vec<u8>,
    context: &mut Context<'_>,
    pair: Pair<'_>,
    ports: Option<[u16; 2]>,
) {
    let [local, foreign] = ports.map_or([None; 2], |ports| ports.map(Some));
    let start = out.len();
    push_address(out, context, pair.0, local);
    text::pad(out, start, ADDRESS_WIDTH);
    out.push(b' ');
    let start = out.len();
    push_address(out, context, pair.1, foreign);
    text::pad(out, start, ADDRESS_WIDTH);
}

/// Adds an address, and behind it the port if it has one. net-tools knows no names of SCTP's ports.
fn push_address(
    out: &mut Vec<u8>,
    context: &mut Context<'_>,
    address: Option<Address<'_>>,
    port: Option<u16>,
) {
    let Some(address) = address else { return };
    let start = out.len();
    let ip = match address.ip {
        // net-tools prints what lies in its memory.
        None if address.text.contains(&b':') => None,
        ip => Some(ip.unwrap_or(IpAddr::V4(Ipv4Addr::BROADCAST))),
    };
    match ip {
        None => sanitize::push_printable(out, address.text),
        Some(ip) if context.columns.sctp_numbers => text::push_address(out, ip),
        Some(ip) => push_end(out, context.names, ip),
    }
    out.truncate(out.len().min(start + HOST_CUT));
    if let Some(port) = port {
        out.push(b':');
        out.extend_from_slice(port_text(context.names, None, port, &mut None));
    }
}

fn push_state(out: &mut Vec<u8>, number: i32, is_first: bool) {
    out.push(b' ');
    let start = out.len();
    if is_first {
        match u8::try_from(number) {
            Ok(known @ 0..=11) => {
                let name = tcp_state_name(known).unwrap_or_default();
                out.extend_from_slice(name.as_bytes());
            }
            _ => {
                out.extend_from_slice(b"UNKNOWN(");
                text::push_decimal(out, number);
                out.push(b')');
            }
        }
    }
    text::pad(out, start, STATE_WIDTH);
}
