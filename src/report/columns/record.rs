//! Rows as their columns' values.

use super::Describe;
use crate::listing::{Joined, RowKind};
use crate::report::records::mark::Mark;
use crate::report::records::value::Value;
use crate::tables::Namespace;

/// The values of a row.
pub trait Record {
    /// Returns the value of the column at `index`; null if there is none.
    fn value(&mut self, index: usize) -> Value<'_>;

    /// Returns what became of the row since the listing before.
    fn mark(&self) -> Mark {
        Mark::Same
    }

    /// Returns the network namespace that the row belongs to.
    fn namespace(&self) -> Namespace {
        Namespace::default()
    }
}

/// The values of a listing's current row.
pub struct RowRecord<'r, 'a, 'j, L: RowKind, D> {
    /// The columns.
    pub listing: &'r D,
    /// The row.
    pub row: &'r L::Row<'a>,
    /// What is joined to it.
    pub joined: &'r mut Joined<'j>,
    /// The indexes of columns that say so if there is no owner.
    pub of_owners: &'r [usize],
}

impl<L: RowKind, D: Describe<L>> Record for RowRecord<'_, '_, '_, L, D> {
    fn value(&mut self, index: usize) -> Value<'_> {
        if self.of_owners.contains(&index)
            && let Some(why) = self.listing.no_owner(self.row, self.joined)
        {
            return Value::word(Some(why.word()));
        }
        self.listing.value(index, self.row, self.joined)
    }

    fn namespace(&self) -> Namespace {
        self.joined.namespace
    }
}
