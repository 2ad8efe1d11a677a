//! What a comparison with a saved listing needs of both, and the columns that it has.

use crate::listing::RowKind;
use crate::report::columns::since::{self, CHANGE, COUNTER, DIFFERENCE, Shape};
use crate::report::columns::{Column, Listing};
use jiff::Timestamp;
use std::time::Duration;

/// What is known of the saved listing.
#[derive(Debug, Clone, Copy)]
pub struct Circumstances {
    /// When it was made.
    pub time: Timestamp,
    /// The time from it to the current one, or `None` if the clock has been set back.
    pub elapsed: Option<Duration>,
    /// Whether it is of another system, or of another run of it: numbers that the kernel gives out
    /// mean nothing then.
    pub is_elsewhere: bool,
    /// Whether namespaces are told apart.
    pub has_namespaces: bool,
}

/// The columns of a comparison, and what it needs of both listings.
#[derive(Debug)]
pub struct Plan {
    /// The listing's columns.
    pub(super) listed: Vec<Column>,
    pub(super) shape: Shape,
    /// The indexes of the columns that identify a row.
    by: Vec<usize>,
    /// The indexes of the columns that say whose the values are, where values are compared.
    pub(super) names: Vec<usize>,
    /// The indexes of the columns by which rows are kept together: those of the namespace and the section.
    pub(super) together: Vec<usize>,
    /// The column that has to be null for the second one to identify a row, too.
    fallback_key: Option<(usize, usize)>,
    /// The column of numbers that tell two rows apart though all that identifies them is the same, if
    /// both have one.
    pub(super) told_apart_by: Option<usize>,
    /// The indexes of the columns whose change is shown.
    changes: Vec<usize>,
    pub(super) circumstances: Circumstances,
}

impl Plan {
    /// Plans the comparison of a listing with these columns.
    pub fn new<L: RowKind>(
        listing: &Listing<L>,
        listed: Vec<Column>,
        circumstances: Circumstances,
    ) -> Plan {
        let index = |name: &str| listed.iter().position(|column| column.name == name);
        let identity = &listing.identity;
        let mut by: Vec<_> = identity.by.iter().filter_map(|name| index(name)).collect();
        if circumstances.has_namespaces {
            let namespace = match circumstances.is_elsewhere {
                true => "netns",
                false => "netns_id",
            };
            by.extend(index(namespace));
        }
        let is_shared = |index: &&usize| {
            let column = listed.get(**index);
            column.is_some_and(|it| since::is_of_namespace(it) || it.name == "section")
        };
        // The namespace first.
        let mut together: Vec<usize> = by.iter().filter(is_shared).copied().collect();
        together.reverse();
        let fallback_key = identity.fallback_key.and_then(|(key, instead)| {
            // Only a path means the same elsewhere.
            let instead = match circumstances.is_elsewhere {
                true => "path",
                false => instead,
            };
            index(key).zip(index(instead))
        });
        let told_apart_by = fallback_key.filter(|_| !circumstances.is_elsewhere);
        let changes = identity.changes.iter().filter_map(|name| index(name));
        Plan {
            shape: since::shape(listing, &listed),
            names: names(&listed, &by),
            together,
            changes: changes.collect(),
            by,
            fallback_key,
            told_apart_by: told_apart_by.map(|(_, instead)| instead),
            listed,
            circumstances,
        }
    }

    /// Returns the columns of the comparison.
    pub fn columns(&self) -> Vec<Column> {
        let at = |index: &usize| self.listed.get(*index).copied();
        let mut columns = vec![CHANGE];
        match &self.shape {
            Shape::Row(before) => {
                let before = before.iter().filter_map(at);
                columns.extend(before.filter_map(|column| since::before(column.name)));
                columns.extend(&self.listed);
            }
            Shape::Values(_, has_names) => {
                columns.extend(self.names.iter().filter_map(at));
                columns.extend(has_names.then_some(COUNTER));
                columns.extend(DIFFERENCE);
            }
        }
        columns
    }

    /// Returns the names of the columns that a table has, if it has `usual` of the listing.
    pub fn usual(&self, usual: &[&'static str]) -> Vec<&'static str> {
        let columns = self.columns();
        match &self.shape {
            Shape::Row(before) => {
                let own = columns
                    .iter()
                    .take(1 + before.len())
                    .map(|column| column.name);
                own.chain(usual.iter().copied()).collect()
            }
            Shape::Values(..) => {
                let is_usual =
                    |it: &&Column| self.circumstances.has_namespaces || !since::is_of_namespace(it);
                let columns = columns.iter().filter(is_usual);
                columns.map(|column| column.name).collect()
            }
        }
    }

    /// Returns the indexes of the listing's columns that are needed, if those of the comparison at
    /// `read` are.
    pub fn needed(&self, read: &[usize]) -> Vec<usize> {
        let mut needed: Vec<usize> = self.by.iter().chain(&self.changes).copied().collect();
        if let Some((key, instead)) = self.fallback_key {
            needed.extend([key, instead]);
        }
        match &self.shape {
            Shape::Row(before) => {
                let own = before.len() + 1;
                needed.extend(read.iter().filter_map(|index| index.checked_sub(own)));
            }
            Shape::Values(values, _) => {
                needed.extend(values);
                needed.extend(&self.names);
            }
        }
        needed.sort_unstable();
        needed.dedup();
        needed
    }

    /// Returns the indexes of the columns in which rows are compared.
    pub(super) fn compared(&self) -> &[usize] {
        match &self.shape {
            Shape::Row(_) => &self.changes,
            Shape::Values(values, _) => values,
        }
    }

    /// Adds what identifies a row: the same for a row that was saved and for one of a table. `push` adds
    /// the value of the column at an index.
    pub(super) fn push_key(&self, key: &mut Vec<u8>, mut push: impl FnMut(usize, &mut Vec<u8>)) {
        for index in &self.by {
            push(*index, key);
        }
        if let Some((fallback_key, instead)) = self.fallback_key {
            let start = key.len();
            push(fallback_key, key);
            if key.get(start..) == Some(&NULL) {
                push(instead, key);
            }
        }
    }
}

/// Returns the indexes of the columns that say whose the values are: the namespace, and those that
/// identify the row.
fn names(listed: &[Column], by: &[usize]) -> Vec<usize> {
    let is_of_namespace = |index: &usize| listed.get(*index).is_some_and(since::is_of_namespace);
    let namespaces = (0..listed.len()).filter(is_of_namespace);
    let others = by.iter().copied().filter(|index| !is_of_namespace(index));
    namespaces.chain(others).collect()
}

/// What stands for a value that is not known where values are compared.
pub(super) const NULL: [u8; 1] = [0];
