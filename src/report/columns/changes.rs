//! The columns of changes of sockets: some of their own, and those of the sockets.

use super::sockets::SOCKETS;
use super::{Column, Describe, Get, NoOwner};
use crate::changes::{ChangeRow, ChangeRows, SocketEvent};
use crate::listing::Joined;
use crate::report::records::value::Value;
use crate::report::text;
use std::borrow::Cow;

/// The listing of changes.
pub struct ChangeColumns;

/// The columns that stand before those of the socket.
const OWN: &[(Column, Get<ChangeRows>)] = &[
    (Column::new("time", "Time"), |change, _| {
        Value::Text(Cow::Owned(text::time(change.time).into_bytes()))
    }),
    (Column::new("change", "Change"), |change, _| {
        Value::word(Some(change.event.word()))
    }),
    (Column::new("seen_seconds", "Seen"), |change, _| {
        match change.event {
            // At most 584 million years.
            SocketEvent::Closed { seen } => seen.map_or(Value::Null, |seen| {
                Value::Hundredths((seen.as_millis() / 10) as u64)
            }),
            SocketEvent::Opened | SocketEvent::Changed { .. } => Value::Null,
        }
    }),
    (
        Column::new("state_before", "Before"),
        |change, _| match change.event {
            SocketEvent::Changed { before } => Value::state(before),
            SocketEvent::Opened | SocketEvent::Closed { .. } => Value::Null,
        },
    ),
];

/// The columns whose last value is told when a socket closes.
const LAST: [&str; 3] = ["bytes_sent", "bytes_acked", "bytes_received"];

/// Has a column in JSON if its last value is told.
fn with_last(column: Column) -> Column {
    match LAST.contains(&column.name) {
        true => column.always_in_json(),
        false => column,
    }
}

impl Describe<ChangeRows> for ChangeColumns {
    fn columns(&self) -> Vec<Column> {
        let own = OWN.iter().map(|(column, _)| *column);
        let of_sockets = SOCKETS.columns().into_iter();
        own.chain(of_sockets.map(with_last)).collect()
    }

    fn value<'r>(
        &self,
        index: usize,
        row: &'r ChangeRow<'_>,
        joined: &'r mut Joined<'_>,
    ) -> Value<'r> {
        match OWN.get(index) {
            Some((_, get)) => get(row, joined),
            None => SOCKETS.value(index - OWN.len(), &row.socket, joined),
        }
    }

    fn no_owner(&self, row: &ChangeRow<'_>, joined: &Joined<'_>) -> Option<NoOwner> {
        (SOCKETS.no_owner)(&row.socket, joined)
    }
}
