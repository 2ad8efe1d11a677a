//! "Kernel Interface table": interfaces, a row each.

use super::route::push_letters;
use crate::report::text::{self, Decimal};
use crate::sanitize;
use crate::tables::interface::{Counters, Link, Name};

/// The title.
pub const TITLE: &[u8] = b"Kernel Interface table\n";

/// The width of a name, in bytes.
pub const NAME_WIDTH: usize = 15;

/// Replaces counters that are not known.
const NO_COUNTERS: &[u8] = b"      - no statistics available -                       ";

/// The letters of the flags, in their order (include/uapi/linux/if.h).
const LETTERS: &[(u32, &str)] = &[
    (0x200, "A"),
    (0x2, "B"),
    (0x4, "D"),
    (0x8, "L"),
    (0x1000, "M"),
    (0x8000, "d"),
    (0x100, "P"),
    (0x20, "N"),
    (0x80, "O"),
    (0x10, "P"),
    (0x800, "s"),
    (0x400, "m"),
    (0x40, "R"),
    (0x1, "U"),
];

/// Adds the header.
pub fn push_header(out: &mut Vec<u8>) {
    out.extend_from_slice(
        b"Iface             MTU    RX-OK RX-ERR RX-DRP RX-OVR    TX-OK TX-ERR TX-DRP TX-OVR Flg\n",
    );
}

/// Adds an interface's row; the MTU and the flags are `-` where they are not known.
pub fn push_row(out: &mut Vec<u8>, name: &Name, link: &Link, counters: Option<&Counters>) {
    push_name(out, name);
    out.push(b' ');
    let mtu = link.mtu.map_or_else(Decimal::dash, Decimal::new);
    text::right(out, mtu.bytes(), 5);
    match counters {
        Some(counters) => push_counters(out, counters),
        None => out.extend_from_slice(NO_COUNTERS),
    }
    out.push(b' ');
    match link.flags {
        None => out.push(b'-'),
        Some(0) => out.extend_from_slice(b"[NO FLAGS]"),
        Some(flags) => push_flags(out, flags),
    }
    out.push(b'\n');
}

/// Adds the flags as letters.
pub fn push_flags(out: &mut Vec<u8>, flags: u16) {
    push_letters(out, flags.into(), LETTERS);
}

/// Adds a name in its column.
pub fn push_name(out: &mut Vec<u8>, name: &Name) {
    let start = out.len();
    sanitize::push_printable(out, name.bytes());
    text::pad(out, start, NAME_WIDTH);
}

fn push_counters(out: &mut Vec<u8>, counters: &Counters) {
    let Counters { received, sent, .. } = counters;
    push_right(out, received.packets, 8);
    push_right(out, received.errors, 6);
    push_right(out, received.dropped, 6);
    out.push(b' ');
    // net-tools' own slip: this one column is on the left.
    text::left(out, Decimal::new(received.overruns).bytes(), 6);
    push_right(out, sent.packets, 8);
    push_right(out, sent.errors, 6);
    push_right(out, sent.dropped, 6);
    push_right(out, sent.overruns, 6);
}

/// Adds a blank and a number, padded on its left to `width` bytes.
fn push_right(out: &mut Vec<u8>, number: u64, width: usize) {
    out.push(b' ');
    text::right(out, Decimal::new(number).bytes(), width);
}
