//! Changes of sockets: the columns that rnetstat puts in front of net-tools' rows.

use super::{inet, unix};
use crate::changes::{ChangeRow, SocketEvent};
use crate::report::text;
use crate::request::Columns;

/// The widths of the columns, in bytes: every time has this length.
const TIME_WIDTH: usize = 29;
const CHANGE_WIDTH: usize = 7;
const SEEN_WIDTH: usize = 9;
const BEFORE_WIDTH: usize = 13;

/// Adds the header of changes of IP sockets, if these are watched, and that of unix sockets.
pub fn push_header(out: &mut Vec<u8>, columns: Columns, has_inet: bool, has_unix: bool) {
    for (is_there, push) in [
        (has_inet, inet::push_header as fn(&mut Vec<u8>, Columns)),
        (has_unix, unix::push_header),
    ] {
        if is_there {
            text::left(out, b"Time", TIME_WIDTH);
            out.push(b' ');
            text::left(out, b"Change", CHANGE_WIDTH);
            out.push(b' ');
            text::right(out, b"Seen", SEEN_WIDTH);
            out.push(b' ');
            text::left(out, b"Before", BEFORE_WIDTH);
            out.push(b' ');
            push(out, columns);
        }
    }
}

/// Adds the columns in front of a row; the time for which a socket was seen is in seconds.
pub fn push_event(out: &mut Vec<u8>, change: &ChangeRow<'_>) {
    let (seen, before) = match change.event {
        SocketEvent::Opened => (None, None),
        SocketEvent::Changed { before } => (None, before),
        SocketEvent::Closed { seen } => (seen.map(|it| format!("{:.2}", it.as_secs_f64())), None),
    };
    text::left(out, text::time(change.time).as_bytes(), TIME_WIDTH);
    out.push(b' ');
    text::left(out, change.event.word().as_bytes(), CHANGE_WIDTH);
    out.push(b' ');
    text::right(out, seen.as_deref().unwrap_or("-").as_bytes(), SEEN_WIDTH);
    out.push(b' ');
    text::left(out, before.unwrap_or("-").as_bytes(), BEFORE_WIDTH);
    out.push(b' ');
}
