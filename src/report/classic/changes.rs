//! Changes of sockets: the columns that rnetstat puts in front of net-tools' rows.

use super::{inet, unix};
use crate::changes::{ChangeRow, SocketEvent};
use crate::report::text;
use crate::request::{Columns, Sockets, TableKind};
use std::time::Duration;

/// The widths of the columns, in bytes: every time has this length.
const TIME_WIDTH: usize = 29;
const CHANGE_WIDTH: usize = 7;
const SEEN_WIDTH: usize = 9;
const BEFORE_WIDTH: usize = 13;

/// Adds the header of changes of IP sockets, if these are asked for, and that of unix sockets.
pub fn push_headers(out: &mut Vec<u8>, request: &Sockets) {
    let (tables, columns) = (&request.tables, request.columns);
    let has_inet = tables.iter().any(|it| it.kind.is_internet());
    let has_unix =
        !request.filter.excludes_unix() && tables.iter().any(|it| it.kind == TableKind::Unix);
    for (is_there, push) in [
        (has_inet, inet::push_header as fn(&mut Vec<u8>, Columns)),
        (has_unix, unix::push_header),
    ] {
        if is_there {
            push_front_titles(out);
            push(out, columns);
        }
    }
}

/// Adds the titles of the columns in front of a row.
pub fn push_front_titles(out: &mut Vec<u8>) {
    text::left(out, b"Time", TIME_WIDTH);
    out.push(b' ');
    text::left(out, b"Change", CHANGE_WIDTH);
    out.push(b' ');
    text::right(out, b"Seen", SEEN_WIDTH);
    out.push(b' ');
    text::left(out, b"Before", BEFORE_WIDTH);
    out.push(b' ');
}

/// What stands in front of a row.
#[derive(Debug, Clone, Copy)]
pub struct Front<'a> {
    /// When the change was seen, as text.
    pub time: &'a [u8],
    /// The word for what happened.
    pub change: &'a [u8],
    /// The time for which a socket was seen that is gone, if that is known.
    pub seen: Option<Duration>,
    /// The state before, if it is another one.
    pub before: Option<&'a [u8]>,
}

/// Adds the columns in front of the row of a change.
pub fn push_event(out: &mut Vec<u8>, change: &ChangeRow<'_>) {
    let (seen, before) = match change.event {
        SocketEvent::Opened => (None, None),
        SocketEvent::Changed { before } => (None, before),
        SocketEvent::Closed { seen } => (seen, None),
    };
    let time = text::time(change.time);
    let front = Front {
        time: time.as_bytes(),
        change: change.event.word().as_bytes(),
        seen,
        before: before.map(str::as_bytes),
    };
    push_front(out, &front);
}

/// Adds the columns in front of a row.
pub fn push_front(out: &mut Vec<u8>, front: &Front<'_>) {
    let seen = front.seen.map(|it| format!("{:.2}", it.as_secs_f64()));
    text::left(out, front.time, TIME_WIDTH);
    out.push(b' ');
    text::left(out, front.change, CHANGE_WIDTH);
    out.push(b' ');
    text::right(out, seen.as_deref().unwrap_or("-").as_bytes(), SEEN_WIDTH);
    out.push(b' ');
    text::left(out, front.before.unwrap_or(b"-"), BEFORE_WIDTH);
    out.push(b' ');
}
