//! DDP's routing table, which has no title.

use super::push_text;
use crate::report::classic::route::{FIRST_LETTERS, LETTERS, push_letters};
use crate::tables::rare::ddp::Route;

/// Adds the header.
pub fn push_title(out: &mut Vec<u8>) {
    out.extend_from_slice(b"Destination     Gateway         Device          Flags\n");
}

/// Adds a route's row.
pub fn push_route(out: &mut Vec<u8>, route: &Route<'_>) {
    for word in [route.target, route.router, route.device] {
        push_text(out, word, 16);
    }
    push_letters(out, route.flags, FIRST_LETTERS);
    push_letters(out, route.flags, LETTERS);
    out.push(b'\n');
}
