//! "Kernel IPv6 routing table" and "Kernel IPv6 routing cache".

use super::push_host;
use super::route::{push_letters, take_letters};
use crate::names::Names;
use crate::report::text::{self, Decimal};
use crate::sanitize;
use crate::tables::route::Kind;
use crate::tables::route6::Row;
use std::net::IpAddr;

/// The letters of the flags, in their order.
const LETTERS: &[(u32, &str)] = &[
    (0x1, "U"),
    (0x200, "!"),
    (0x2, "G"),
    (0x4, "H"),
    (0x0001_0000, "D"),
    (0x0004_0000, "A"),
    (0x0100_0000, "C"),
    (0x0002_0000, "a"),
    (0x0040_0000, "e"),
    (0x20, "m"),
    (0x0020_0000, "n"),
    (0x0200_0000, "f"),
];

/// Adds the title and the header.
pub fn push_title(out: &mut Vec<u8>, kind: Kind) {
    out.extend_from_slice(match kind {
        Kind::Fib => b"Kernel IPv6 routing table\n",
        Kind::Cache => b"Kernel IPv6 routing cache\n",
    });
    push_header(out);
}

/// Adds the header alone.
pub fn push_header(out: &mut Vec<u8>) {
    out.extend_from_slice(
        b"Destination                    Next Hop                   Flag Met Ref  Use If\n",
    );
}

/// Adds a route's row.
pub fn push_row(out: &mut Vec<u8>, names: &mut Names, row: &Row) {
    let start = out.len();
    push_host(out, names, IpAddr::V6(row.destination));
    out.push(b'/');
    text::push_decimal(out, row.prefix_length);
    text::pad(out, start, 30);
    out.push(b' ');
    let start = out.len();
    push_host(out, names, IpAddr::V6(row.next_hop));
    text::pad(out, start, 26);
    out.push(b' ');
    let start = out.len();
    push_flags(out, row.flags);
    text::pad(out, start, 4);
    out.push(b' ');
    // net-tools prints all three as signed numbers.
    text::left(out, Decimal::new(row.metric as i32).bytes(), 3);
    out.push(b' ');
    text::push_decimal(out, row.references as i32);
    out.push(b' ');
    text::right(out, Decimal::new(row.uses as i32).bytes(), 6);
    out.push(b' ');
    sanitize::push_printable(out, &row.interface);
    out.push(b'\n');
}

/// Adds the flags as letters.
pub fn push_flags(out: &mut Vec<u8>, flags: u32) {
    push_letters(out, flags, LETTERS);
}

/// Returns the flags that [`push_flags`] writes as these letters.
pub fn flags(letters: &[u8]) -> u32 {
    let mut letters = letters;
    take_letters(&mut letters, LETTERS)
}
