//! The columns of counters.

use super::{Column, Get, Identity, Listing, Shrink, printable};
use crate::listing::statistics::CounterRows;
use crate::report::records::value::Value;

/// The listing of counters. A counter that has counted has changed.
pub const COUNTERS: Listing<CounterRows> = Listing {
    columns: &[COLUMNS],
    usual: |_| vec!["section", "name", "value"],
    no_owner: |_, _| None,
    identity: Identity {
        by: &["section", "name"],
        fallback_key: None,
        changes: &["value"],
    },
};

const COLUMNS: &[(Column, Get<CounterRows>)] = &[
    (
        Column::new("section", "Section").drop_after_wrap(1),
        |counter, _| printable(counter.section),
    ),
    (
        Column::new("name", "Counter").shrink(Shrink::Text),
        |counter, _| printable(counter.name),
    ),
    (Column::new("value", "Value"), |counter, _| {
        Value::Number(counter.value.signed())
    }),
];
