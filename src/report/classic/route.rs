//! "Kernel IP routing table" and "Kernel IP routing cache": IPv4 routes in three layouts.

use super::{push_end, push_host};
use crate::names::Names;
use crate::report::text::{self, Decimal};
use crate::request::RouteDetail;
use crate::sanitize;
use crate::tables::route::{
    CacheRow, Common, FLAG_GATEWAY, FLAG_HOST, FLAG_REJECT, FLAG_UP, Kind, Row,
};
use std::net::IpAddr;

/// The width of an address column, in bytes; in the routing table longer names are cut.
const ADDRESS_WIDTH: usize = 15;

/// The letters that come first in AppleTalk's routing table; IPv4's treats them in its own way.
pub(super) const FIRST_LETTERS: &[(u32, &str)] =
    &[(FLAG_UP, "U"), (FLAG_GATEWAY, "G"), (FLAG_REJECT, "!")];

/// The letters of the routing table, in their order.
pub(super) const LETTERS: &[(u32, &str)] = &[
    (FLAG_HOST, "H"),
    (0x8, "R"),
    (0x10, "D"),
    (0x20, "M"),
    (0x0001_0000, "d"),
    (0x0002_0000, "a"),
    (0x0004_0000, "c"),
    (0x0020_0000, "o"),
    (0x0040_0000, "e"),
    (0x0100_0000, "c"),
    (0x0200_0000, "f"),
    (0x0400_0000, "p"),
    (0x8000_0000, "l"),
    (0x40, "u"),
    (0x80, "w"),
    (0x100, "i"),
    (0x400, "n"),
];

/// The letters of the routing cache, in their order.
const CACHE_LETTERS: &[(u32, &str)] = &[
    (0x8, "R"),
    (0x10, "D"),
    (0x20, "M"),
    (0x1, "-"),
    (0x4, "o"),
    (0x0001_0000, "n"),
    (0x0002_0000, "d"),
    (0x0008_0000, "t"),
    (0x0020_0000, "f"),
    (0x0040_0000, "q"),
    (0x0080_0000, "Ns"),
    (0x0100_0000, "r"),
    (0x0400_0000, "i"),
    (0x0800_0000, "Nd"),
    (0x1000_0000, "b"),
    (0x2000_0000, "m"),
    (0x4000_0000, "#"),
    (0x8000_0000, "l"),
];

/// Adds the title and the header.
pub fn push_title(out: &mut Vec<u8>, kind: Kind, detail: RouteDetail) {
    out.extend_from_slice(match kind {
        Kind::Fib => b"Kernel IP routing table\n",
        Kind::Cache => b"Kernel IP routing cache\n",
    });
    push_header(out, kind, detail);
}

/// Adds the header alone.
pub fn push_header(out: &mut Vec<u8>, kind: Kind, detail: RouteDetail) {
    out.extend_from_slice(match kind {
        Kind::Fib => b"Destination     Gateway         Genmask         ",
        Kind::Cache => b"Source          Destination     Gateway         ",
    });
    out.extend_from_slice(match detail {
        RouteDetail::Plain => b"Flags   MSS Window  irtt Iface",
        RouteDetail::Extended | RouteDetail::Full => b"Flags Metric Ref    Use Iface",
    });
    if detail == RouteDetail::Full {
        out.extend_from_slice(b"    MSS   Window irtt");
        if kind == Kind::Cache {
            out.extend_from_slice(b"  TOS HHRef HHUptod     SpecDst");
        }
    }
    out.push(b'\n');
}

/// Adds a route's row.
pub fn push_row(out: &mut Vec<u8>, names: &mut Names, row: &Row, detail: RouteDetail) {
    let route = &row.common;
    let rejects = route.flags & FLAG_REJECT != 0;
    let start = out.len();
    push_destination(out, names, row);
    cut_and_pad(out, start);
    let start = out.len();
    match rejects {
        true => out.push(b'-'),
        false => push_host(out, names, IpAddr::V4(route.gateway)),
    }
    cut_and_pad(out, start);
    let start = out.len();
    text::push_ipv4(out, row.mask);
    cut_and_pad(out, start);
    let start = out.len();
    push_flags(out, route.flags);
    text::pad(out, start, 5);
    out.push(b' ');
    push_numbers(out, route, detail, rejects);
    out.push(b'\n');
}

/// Adds a cached route's row.
pub fn push_cache_row(out: &mut Vec<u8>, names: &mut Names, row: &CacheRow, detail: RouteDetail) {
    let route = &row.common;
    for address in [row.source, route.destination, route.gateway] {
        let start = out.len();
        push_end(out, names, IpAddr::V4(address));
        text::pad(out, start, ADDRESS_WIDTH);
        out.push(b' ');
    }
    let start = out.len();
    push_cache_flags(out, route.flags);
    text::pad(out, start, 5);
    out.push(b' ');
    push_numbers(out, route, detail, false);
    if detail == RouteDetail::Full {
        // The last column of the routing table is one in the middle here.
        let last = Decimal::new(route.irtt).bytes().len();
        text::pad(out, out.len() - last, 5);
        out.push(b' ');
        push_left(out, row.tos, 3);
        push_left(out, row.header_references, 3);
        out.extend_from_slice(b"  ");
        push_left(out, row.header_up_to_date, 3);
        let mut name = Vec::with_capacity(ADDRESS_WIDTH);
        push_end(&mut name, names, IpAddr::V4(row.specific_destination));
        text::right(out, &name, ADDRESS_WIDTH);
    }
    out.push(b'\n');
}

/// Adds the destination: the default route's own word, a network's name or a host's, or numbers.
fn push_destination(out: &mut Vec<u8>, names: &mut Names, row: &Row) {
    let (address, mask) = (row.common.destination, row.mask);
    if address.is_unspecified() {
        let is_default = mask.is_unspecified() && names.resolves_hosts();
        return match is_default {
            true => out.extend_from_slice(b"default"),
            false => text::push_ipv4(out, address),
        };
    }
    let name = match leads_to_network(row) {
        true => names.network(address),
        false => names.host(IpAddr::V4(address)),
    };
    match name {
        Some(name) => out.extend_from_slice(name),
        None => text::push_ipv4(out, address),
    }
}

/// Returns whether the destination has the name of a network, and not of a host.
pub fn leads_to_network(row: &Row) -> bool {
    let host_bits = row.common.destination.to_bits() & !row.mask.to_bits();
    row.common.flags & FLAG_HOST == 0 && host_bits == 0
}

/// Adds the numbers and the interface. A route that refuses has no interface, and most of its
/// numbers mean nothing.
fn push_numbers(out: &mut Vec<u8>, route: &Common, detail: RouteDetail, rejects: bool) {
    let number = |number: i32| match rejects {
        true => Decimal::dash(),
        false => Decimal::new(number),
    };
    let (mtu, window, irtt) = (
        number(route.mtu_column),
        number(route.window),
        number(route.irtt),
    );
    let interface: &[u8] = if rejects { b"-" } else { &route.interface };
    if detail == RouteDetail::Plain {
        text::right(out, mtu.bytes(), 5);
        out.push(b' ');
        text::left(out, window.bytes(), 5);
        out.push(b' ');
        text::right(out, irtt.bytes(), 6);
        out.push(b' ');
        return sanitize::push_printable(out, interface);
    }
    push_left(out, route.metric, 6);
    let (references_width, uses_width) = match detail {
        RouteDetail::Full if !rejects => (3, 6),
        _ => (2, 7),
    };
    text::left(out, number(route.references).bytes(), references_width);
    out.push(b' ');
    text::right(out, Decimal::new(route.uses).bytes(), uses_width);
    out.push(b' ');
    let start = out.len();
    sanitize::push_printable(out, interface);
    if detail == RouteDetail::Full {
        out.truncate(out.len().min(start + 6));
        text::pad(out, start, 9);
        text::left(out, mtu.bytes(), 5);
        out.push(b' ');
        text::left(out, window.bytes(), 6);
        out.push(b' ');
        out.extend_from_slice(irtt.bytes());
    }
}

/// Adds a number, padded on its right to `width` bytes, and a blank.
fn push_left(out: &mut Vec<u8>, number: i32, width: usize) {
    text::left(out, Decimal::new(number).bytes(), width);
    out.push(b' ');
}

/// Adds the flags of a route that is up, as letters.
pub fn push_flags(out: &mut Vec<u8>, flags: u32) {
    let rejects = flags & FLAG_REJECT != 0;
    out.push(if rejects { b'!' } else { b'U' });
    if flags & FLAG_GATEWAY != 0 && !rejects {
        out.push(b'G');
    }
    push_letters(out, flags, LETTERS);
}

/// Adds the flags of a cached route, as letters.
pub fn push_cache_flags(out: &mut Vec<u8>, flags: u32) {
    if flags & FLAG_REJECT != 0 {
        out.push(b'!');
    } else if flags & FLAG_GATEWAY != 0 {
        out.push(b'G');
    }
    push_letters(out, flags, CACHE_LETTERS);
}

/// Adds the letters of the flags that are set.
pub(super) fn push_letters(out: &mut Vec<u8>, flags: u32, letters: &[(u32, &str)]) {
    for (flag, letter) in letters {
        if flags & flag != 0 {
            out.extend_from_slice(letter.as_bytes());
        }
    }
}

/// Returns the flags that [`push_flags`] writes as these letters.
pub fn flags(letters: &[u8]) -> u32 {
    let mut letters = letters;
    let first = take_letters(&mut letters, FIRST_LETTERS);
    first | take_letters(&mut letters, LETTERS)
}

/// Returns the flags that [`push_cache_flags`] writes as these letters.
pub fn cache_flags(letters: &[u8]) -> u32 {
    let mut letters = letters;
    let first = take_letters(&mut letters, FIRST_LETTERS);
    first | take_letters(&mut letters, CACHE_LETTERS)
}

/// Takes the letters of flags, which stand in the order of the table, and returns these flags. Of two flags
/// with one letter it is the first: they look the same.
pub(super) fn take_letters(letters: &mut &[u8], table: &[(u32, &str)]) -> u32 {
    let mut flags = 0;
    for (flag, letter) in table {
        if let Some(rest) = letters.strip_prefix(letter.as_bytes()) {
            *letters = rest;
            flags |= flag;
        }
    }
    flags
}

/// Cuts or pads what `out` has from `start` on to the width of an address column, and adds a blank.
fn cut_and_pad(out: &mut Vec<u8>, start: usize) {
    out.truncate(out.len().min(start + ADDRESS_WIDTH));
    text::pad(out, start, ADDRESS_WIDTH);
    out.push(b' ');
}
