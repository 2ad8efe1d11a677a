//! The fields of changes of sockets: some of their own, and those of the sockets.

use super::sockets::{self, Socket};
use super::{Field, Record};
use crate::changes::Occurrence;
use crate::report::records::value::Value;

/// A change, and the socket that it happened to.
pub struct Change<'a> {
    /// When, what, and how it was before.
    pub told: Occurrence<'a>,
    /// The socket as it is now, or was last.
    pub socket: Socket<'a>,
}

/// The fields that stand before those of the socket.
const OWN: [Field; 4] = [
    Field::new("time", "Time"),
    Field::new("change", "Change"),
    Field::new("seen_seconds", "Seen"),
    Field::new("state_before", "Before"),
];

/// The fields of changes.
pub fn fields() -> Vec<Field> {
    OWN.into_iter().chain(sockets::fields()).collect()
}

/// Whether the field at `place` is a name that has to be looked up.
pub fn is_name(place: usize) -> bool {
    place.checked_sub(OWN.len()).is_some_and(sockets::is_name)
}

impl Record for Change<'_> {
    fn value(&mut self, place: usize) -> Value<'_> {
        let told = &self.told;
        match place {
            0 => Value::text(Some(told.time.as_bytes())),
            1 => Value::word(Some(told.change)),
            // At most 584 million years.
            2 => told.seen.map_or(Value::Null, |seen| {
                Value::Hundredths((seen.as_millis() / 10) as u64)
            }),
            3 => Value::word(told.before),
            _ => self.socket.value(place - OWN.len()),
        }
    }
}
