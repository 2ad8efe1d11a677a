//! "IP masquerading entries": masqueraded connections.

use super::{port_text, push_end};
use crate::names::{Names, Transport};
use crate::report::text::{self, Decimal};
use crate::request::Masquerade;
use crate::tables::masquerade::{Protocol, Row};
use std::net::{IpAddr, Ipv4Addr};

/// The width of a host, in bytes; longer names are not cut.
const HOST_WIDTH: usize = 20;

/// Adds the title and the header.
pub fn push_title(out: &mut Vec<u8>, request: Masquerade) {
    out.extend_from_slice(b"IP masquerading entries\n");
    push_header(out, request);
}

/// Adds the header alone.
pub fn push_header(out: &mut Vec<u8>, request: Masquerade) {
    out.extend_from_slice(b"prot   expire ");
    if request.extended {
        out.extend_from_slice(b"   initseq delta prevd ");
    }
    out.extend_from_slice(b"source               destination          ports\n");
}

/// Adds a connection's row.
pub fn push_row(out: &mut Vec<u8>, names: &mut Names, row: &Row, request: Masquerade) {
    let transport = match row.protocol {
        Protocol::Tcp => Some(Transport::Tcp),
        Protocol::Udp => Some(Transport::Udp),
        Protocol::Icmp | Protocol::Gre | Protocol::Esp => None,
    };
    text::left(out, row.protocol.name().as_bytes(), 4);
    push_minutes(out, row.expires);
    if request.extended {
        text::right(out, Decimal::new(row.initial_sequence).bytes(), 10);
        out.push(b' ');
        text::right(out, Decimal::new(i32::from(row.delta)).bytes(), 5);
        out.push(b' ');
        let previous = row.previous_delta.map(i32::from);
        let previous = previous.map_or_else(Decimal::dash, Decimal::new);
        text::right(out, previous.bytes(), 5);
        out.push(b' ');
    }
    push_host(out, names, row.source);
    push_host(out, names, row.destination);
    push_port(out, names, transport, row.source_port);
    out.extend_from_slice(b" -> ");
    push_port(out, names, transport, row.destination_port);
    out.extend_from_slice(b" (");
    push_port(out, names, transport, row.masquerade_port);
    out.extend_from_slice(b")\n");
}

/// Adds clock ticks (1/100 s) as minutes, seconds and hundredths.
fn push_minutes(out: &mut Vec<u8>, ticks: u64) {
    text::right(out, Decimal::new(ticks / 6000).bytes(), 3);
    for (mark, number) in [(b':', ticks / 100 % 60), (b'.', ticks % 100)] {
        out.push(mark);
        out.push(b'0' + (number / 10) as u8);
        out.push(b'0' + (number % 10) as u8);
    }
    out.push(b' ');
}

fn push_host(out: &mut Vec<u8>, names: &mut Names, address: Ipv4Addr) {
    let start = out.len();
    push_end(out, names, IpAddr::V4(address));
    text::pad(out, start, HOST_WIDTH);
    out.push(b' ');
}

fn push_port(out: &mut Vec<u8>, names: &mut Names, transport: Option<Transport>, port: u16) {
    out.extend_from_slice(port_text(names, transport, port, &mut None));
}
