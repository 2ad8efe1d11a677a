//! The fields of each listing's rows, each described once: its name in JSON and CSV, its title in
//! tables, what it means, and how it is had from a row.

pub mod changes;
mod ends;
pub mod groups;
pub mod interfaces;
pub mod masquerade;
pub mod routes;
pub mod sockets;
pub mod statistics;

use super::value::Value;

/// A field, as the formats know it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Field {
    /// Its name in JSON and CSV, and on the command line.
    pub name: &'static str,
    /// Its title in tables.
    pub title: &'static str,
    /// When a table leaves it out because there is no room: the highest first, those with 0 never.
    pub dispensable: u8,
    /// When a table leaves it out because wrapping makes no room either: the highest first; those
    /// with 0 follow, from the last to the first.
    pub yields: u8,
    /// The field that tables show in its place where that is known.
    pub named_by: Option<&'static str>,
}

impl Field {
    /// A field that tables never leave out.
    pub const fn new(name: &'static str, title: &'static str) -> Field {
        Field {
            name,
            title,
            dispensable: 0,
            yields: 0,
            named_by: None,
        }
    }

    /// The same, left out of tables where there is no room; see [`Field::dispensable`].
    pub const fn dispensable(self, when: u8) -> Field {
        Field {
            dispensable: when,
            ..self
        }
    }

    /// The same, left out where wrapping is not enough; see [`Field::yields`].
    pub const fn yields(self, when: u8) -> Field {
        Field {
            yields: when,
            ..self
        }
    }

    /// The same, with the field that tables show in its place.
    pub const fn named_by(self, field: &'static str) -> Field {
        Field {
            named_by: Some(field),
            ..self
        }
    }
}

/// How rows of a listing are told from each other, so that one can be found again in the next
/// listing.
#[derive(Debug, Clone, Copy)]
pub struct Identity {
    /// The names of the fields by which a row is told from others.
    pub by: &'static [&'static str],
    /// Where the first of these two fields is null, it takes the second one, too.
    pub lacking: Option<(&'static str, &'static str)>,
    /// The fields of which it is worth telling that they have changed.
    pub changes: &'static [&'static str],
}

impl Identity {
    /// All rows are alike.
    pub const NONE: Identity = Identity {
        by: &[],
        lacking: None,
        changes: &[],
    };
}

/// The row at hand.
pub trait Record {
    /// What the field at `place` in the listing's fields holds; null where there is no such field.
    fn value(&mut self, place: usize) -> Value<'_>;
}

/// The fields of a listing's table of fields and how each is had.
fn names_of<G>(fields: &[(Field, G)]) -> Vec<Field> {
    fields.iter().map(|(field, _)| *field).collect()
}
