//! "IPv6/IPv4 Group Memberships": multicast groups.

use super::push_end;
use crate::names::Names;
use crate::report::text::{self, Decimal};
use crate::sanitize;
use crate::tables::group::Row;

/// The width of an interface's name, in bytes.
const INTERFACE_WIDTH: usize = 15;

/// Adds the title and the header.
pub fn push_title(out: &mut Vec<u8>) {
    out.extend_from_slice(b"IPv6/IPv4 Group Memberships\n");
    push_header(out);
    out.extend_from_slice(b"--------------- ------ ---------------------\n");
}

/// Adds the header alone.
pub fn push_header(out: &mut Vec<u8>) {
    out.extend_from_slice(b"Interface       RefCnt Group\n");
}

/// Adds a group's row.
pub fn push_row(out: &mut Vec<u8>, names: &mut Names, row: &Row<'_>) {
    let start = out.len();
    sanitize::push_printable(out, row.interface);
    text::pad(out, start, INTERFACE_WIDTH);
    out.push(b' ');
    text::left(out, Decimal::new(row.users).bytes(), 6);
    out.push(b' ');
    push_end(out, names, row.group);
    out.push(b'\n');
}
