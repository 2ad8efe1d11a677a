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

use super::records::value::Value;

/// A field, as the formats know it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Field {
    /// Its name in JSON and CSV, and on the command line.
    pub name: &'static str,
    /// Its title in tables.
    pub title: &'static str,
    /// What it takes to know it.
    pub cost: Cost,
    /// What a table can do with it where there is no room.
    pub shrink: Shrink,
    /// When a table leaves it out before it wraps others: the highest first; those with 0 stay.
    pub drop_before_wrap: u8,
    /// When a table leaves it out before it wraps addresses so narrowly that none is whole: the
    /// highest first; those with 0 stay, and go from the last to the first where that is not enough
    /// either.
    pub drop_after_wrap: u8,
    /// The field that tables show in its place where that is known.
    pub named_by: Option<&'static str>,
    /// Whether it was asked for by its name: tables show it even if no row has it, and leave it out
    /// behind all others.
    pub is_chosen: bool,
}

/// What it takes to know a field, beyond what the kernel's table of these rows tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cost {
    /// Nothing.
    Nothing,
    /// A name must be looked up.
    Name,
    /// The owners of sockets must be looked for.
    Owners,
    /// Each interface must be asked for its hardware and addresses.
    Details,
}

/// What a table can do with a field where there is no room.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shrink {
    /// It wraps no more than the title, if it can help it.
    Hard,
    /// It holds lists of addresses, which are wrapped first, between their items.
    List,
    /// It holds a share with its bar, which becomes shorter.
    Bar,
    /// It is wrapped.
    Text,
    /// It is wrapped where wrapping texts is not enough.
    Address,
}

impl Field {
    /// A field that the kernel's table tells, which a table for people leaves out late, and shows
    /// on one line as long as it can.
    pub const fn new(name: &'static str, title: &'static str) -> Field {
        Field {
            name,
            title,
            cost: Cost::Nothing,
            shrink: Shrink::Hard,
            drop_before_wrap: 0,
            drop_after_wrap: 0,
            named_by: None,
            is_chosen: false,
        }
    }

    /// The same, with what it takes to know it.
    pub const fn cost(self, cost: Cost) -> Field {
        Field { cost, ..self }
    }

    /// The same, with what a table can do with it.
    pub const fn shrink(self, shrink: Shrink) -> Field {
        Field { shrink, ..self }
    }

    /// The same, left out of tables where there is no room; see [`Field::drop_before_wrap`].
    pub const fn drop_before_wrap(self, when: u8) -> Field {
        Field {
            drop_before_wrap: when,
            ..self
        }
    }

    /// The same, left out where wrapping is not enough; see [`Field::drop_after_wrap`].
    pub const fn drop_after_wrap(self, when: u8) -> Field {
        Field {
            drop_after_wrap: when,
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

    /// The same, asked for by its name: nothing is shown in its place, or in place of others.
    pub const fn chosen(self) -> Field {
        Field {
            drop_before_wrap: 0,
            drop_after_wrap: 0,
            named_by: None,
            is_chosen: true,
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
    pub fallback_key: Option<(&'static str, &'static str)>,
    /// The fields of which it is worth telling that they have changed.
    pub changes: &'static [&'static str],
}

impl Identity {
    /// All rows are alike.
    pub const NONE: Identity = Identity {
        by: &[],
        fallback_key: None,
        changes: &[],
    };
}

/// The row at hand.
pub trait Record {
    /// What the field at `place` in the listing's fields holds; null where there is no such field.
    fn value(&mut self, place: usize) -> Value<'_>;
}

/// Whether it takes `what` to know the field at `place` of a listing's table of fields.
fn takes<G>(fields: &[(Field, G)], place: usize, what: Cost) -> bool {
    let field = fields.get(place);
    field.is_some_and(|(field, _)| field.cost == what)
}

/// The fields of a listing's table of fields and how each is had.
fn definitions<G>(fields: &[(Field, G)]) -> Vec<Field> {
    fields.iter().map(|(field, _)| *field).collect()
}
