//! Rows as their columns' values.

use super::{Describe, NoOwner};
use crate::listing::{Joined, RowKind};
use crate::report::records::mark::Mark;
use crate::report::records::value::Value;
use crate::tables::{Namespace, Reach};

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

    /// Returns why nobody owns the row, or `None` if somebody does, nobody was looked for, or nobody
    /// reads it. The values of its columns do not depend on that.
    fn no_owner(&self) -> Option<NoOwner> {
        None
    }

    /// Returns from where a socket can be reached, or `None` if that is not known.
    fn reach(&self) -> Option<Reach> {
        None
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
    /// Whether it is for people, who are told why nobody owns it.
    pub is_for_people: bool,
}

impl<L: RowKind, D: Describe<L>> Record for RowRecord<'_, '_, '_, L, D> {
    fn value(&mut self, index: usize) -> Value<'_> {
        self.listing.value(index, self.row, self.joined)
    }

    fn namespace(&self) -> Namespace {
        self.joined.namespace
    }

    fn no_owner(&self) -> Option<NoOwner> {
        let why = self
            .is_for_people
            .then(|| self.listing.no_owner(self.row, self.joined));
        why.flatten()
    }

    fn reach(&self) -> Option<Reach> {
        L::reach(self.row)
    }
}
