//! The columns of a comparison with a saved listing.
//!
//! Most listings show what came, went or changed: their own columns behind some of the comparison's.
//! Counters and interfaces show each number that differs, as a row of its own.

use super::{Column, Cost, Describe, Listing, NAMESPACE, Shrink};
use crate::listing::RowKind;

/// What a row of a comparison shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Shape {
    /// The row of the listing, behind the former values of the columns at these indexes.
    Row(Vec<usize>),
    /// A value of the row, then and now: those of the columns at these indexes are compared. Whether
    /// the name of that column is shown.
    Values(Vec<usize>, bool),
}

/// What happened to a row.
pub const CHANGE: Column = Column::new("change", "Change");

/// The columns behind those that identify the row, where values are compared.
pub const DIFFERENCE: [Column; 4] = [
    Column::new("value_before", "Before").drop_after_wrap(1),
    Column::new("value", "Now"),
    Column::new("difference", "Difference"),
    Column::new("per_second", "Per second").drop_after_wrap(2),
];

/// The name of the value, where a row has several.
pub const COUNTER: Column = Column::new("counter", "Counter").shrink(Shrink::Text);

/// The former values of columns that can change, by the names of these.
const BEFORE: [(&str, Column); 6] = [
    ("state", Column::new("state_before", "Before")),
    ("flags", Column::new("flags_before", "Flags before")),
    ("users", Column::new("users_before", "Before")),
    ("advmss", Column::new("advmss_before", "AdvMSS before")),
    ("window", Column::new("window_before", "Window before")),
    ("irtt", Column::new("irtt_before", "irtt before")),
];

/// Returns the column with the former value of the column called `name`.
pub fn before(name: &str) -> Option<Column> {
    let mut all = BEFORE.into_iter();
    all.find(|(it, _)| *it == name).map(|(_, column)| column)
}

/// Returns all columns that comparisons add to those of listings.
pub fn all() -> Vec<Column> {
    let before = BEFORE.into_iter().map(|(_, column)| column);
    let own = [CHANGE].into_iter().chain(before).chain([COUNTER]);
    own.chain(DIFFERENCE).collect()
}

/// Returns what the rows of a comparison show of a listing with these `columns`.
pub fn shape<L: RowKind>(listing: &Listing<L>, columns: &[Column]) -> Shape {
    let index = |name: &&str| columns.iter().position(|column| column.name == *name);
    let changes = listing.identity.changes.iter();
    let is_measured = |name: &str| name == "value" || is_counter_of_interfaces(name);
    let measured = columns.iter().enumerate();
    let measured = measured.filter(|(_, column)| is_measured(column.name));
    let mut measured: Vec<usize> = measured.map(|(index, _)| index).collect();
    match measured.as_slice() {
        [] => Shape::Row(changes.filter_map(index).collect()),
        [_] => Shape::Values(measured, false),
        _ => {
            measured.extend(changes.filter_map(index));
            Shape::Values(measured, true)
        }
    }
}

/// Returns whether a column holds one of the counters of an interface.
fn is_counter_of_interfaces(name: &str) -> bool {
    name.starts_with("rx_") || name.starts_with("tx_")
}

/// Returns the names of the columns that are saved of a listing: all that its JSON has, but for names
/// that others have for its numbers, and for what takes a question for each row.
pub fn saved<L: RowKind>(listing: &Listing<L>) -> Vec<&'static str> {
    let columns = listing.columns().into_iter();
    let is_saved = |column: &Column| {
        let is_cheap = matches!(column.cost, Cost::Nothing | Cost::Timers | Cost::Owners);
        is_cheap && (!column.is_on_request || column.is_always_in_json)
    };
    columns.filter(is_saved).map(|it| it.name).collect()
}

/// Returns whether a column tells of the network namespace.
pub fn is_of_namespace(column: &Column) -> bool {
    NAMESPACE.iter().any(|it| it.name == column.name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::columns::groups::GROUPS;
    use crate::report::columns::interfaces::INTERFACES;
    use crate::report::columns::masquerade::MASQUERADE;
    use crate::report::columns::routes::ROUTES;
    use crate::report::columns::sockets::SOCKETS;
    use crate::report::columns::statistics::COUNTERS;

    /// Checks that what identifies a row is saved, and that what changes has a former value.
    fn check<L: RowKind>(listing: &Listing<L>) {
        let saved = saved(listing);
        let identity = &listing.identity;
        let (key, instead) = identity.fallback_key.unzip();
        let all = identity.by.iter().chain(identity.changes).copied();
        for name in all.chain(key).chain(instead) {
            assert!(saved.contains(&name), "{name}");
        }
        let columns = listing.columns();
        if let Shape::Row(changes) = shape(listing, &columns) {
            assert_eq!(changes.len(), identity.changes.len());
            assert!(changes.iter().all(|it| before(columns[*it].name).is_some()));
        }
    }

    #[test]
    fn all_that_a_comparison_needs_is_saved() {
        check(&SOCKETS);
        check(&ROUTES);
        check(&GROUPS);
        check(&MASQUERADE);
        check(&INTERFACES);
        check(&COUNTERS);
        assert!(!saved(&SOCKETS).contains(&"local_host"));
    }

    #[test]
    fn numbers_are_compared_where_a_listing_counts() {
        let shape_of = |has_counters: bool| match has_counters {
            true => shape(&INTERFACES, &INTERFACES.columns()),
            false => shape(&COUNTERS, &COUNTERS.columns()),
        };
        assert_eq!(shape_of(false), Shape::Values(vec![2], false));
        assert!(matches!(shape_of(true), Shape::Values(it, true) if it.len() == 18));
    }
}
