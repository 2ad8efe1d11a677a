//! The fields of counters.

use super::{Field, Identity, Record, Shrink};
use crate::report::records::value::Value;
use crate::sanitize;
use std::borrow::Cow;

/// One counter.
pub struct Counter<'a> {
    /// The title of its section.
    pub section: &'a [u8],
    /// Its name.
    pub name: &'a [u8],
    /// The count.
    pub value: u64,
}

type Get = for<'r, 'a> fn(&'r mut Counter<'a>) -> Value<'r>;

const FIELDS: [(Field, Get); 3] = [
    (Field::new("section", "Section").drop_after_wrap(1), |it| {
        text(it.section)
    }),
    (Field::new("name", "Counter").shrink(Shrink::Text), |it| {
        text(it.name)
    }),
    (Field::new("value", "Value"), |it| {
        Value::number(Some(it.value))
    }),
];

/// A counter that has counted has changed.
pub const IDENTITY: Identity = Identity {
    by: &["section", "name"],
    fallback_key: None,
    changes: &["value"],
};

/// The fields of counters.
pub fn fields() -> Vec<Field> {
    super::definitions(&FIELDS)
}

impl Record for Counter<'_> {
    fn value(&mut self, place: usize) -> Value<'_> {
        match FIELDS.get(place) {
            Some((_, get)) => get(self),
            None => Value::Null,
        }
    }
}

fn text(text: &[u8]) -> Value<'static> {
    Value::Text(Cow::Owned(sanitize::printable(text.to_vec())))
}
