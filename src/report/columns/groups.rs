//! The fields of multicast groups.

use super::{Cost, Field, Identity, Record, Shrink};
use crate::names::Names;
use crate::report::records::value::Value;
use crate::sanitize;
use crate::tables::group::Row;
use std::borrow::Cow;

/// A group of an interface, and what its fields are made with.
pub struct Group<'a> {
    /// Its row.
    pub row: &'a Row<'a>,
    /// Names for its address.
    pub names: &'a mut Names,
}

type Get = for<'r, 'a> fn(&'r mut Group<'a>) -> Value<'r>;

const FIELDS: [(Field, Get); 4] = [
    (Field::new("interface", "Interface"), |it| {
        Value::Text(Cow::Owned(sanitize::printable(it.row.interface.to_vec())))
    }),
    (Field::new("users", "RefCnt").drop_after_wrap(1), |it| {
        Value::number(Some(it.row.users))
    }),
    (
        Field::new("group", "Group")
            .shrink(Shrink::Address)
            .named_by("group_host"),
        |it| Value::address(it.row.group),
    ),
    (
        Field::new("group_host", "Group's host")
            .cost(Cost::Name)
            .shrink(Shrink::Text),
        |it| Value::text(it.names.host(it.row.group)),
    ),
];

/// A group that more or fewer have joined has changed.
pub const IDENTITY: Identity = Identity {
    by: &["interface", "group"],
    fallback_key: None,
    changes: &["users"],
};

/// The fields of groups.
pub fn fields() -> Vec<Field> {
    super::definitions(&FIELDS)
}

impl Record for Group<'_> {
    fn value(&mut self, place: usize) -> Value<'_> {
        match FIELDS.get(place) {
            Some((_, get)) => get(self),
            None => Value::Null,
        }
    }
}
