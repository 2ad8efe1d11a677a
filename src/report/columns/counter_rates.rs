//! The columns of the rates of the protocols' counters (`-s --delta`).

use super::{Column, Get, Identity, Listing, Shrink, Unit, printable};
use crate::report::deltas::counters::CounterRates;
use crate::report::rates;
use crate::report::records::value::Value;

/// The listing of rates of counters.
pub const COUNTER_RATES: Listing<CounterRates> = Listing {
    columns: &[COLUMNS],
    usual: |_| vec!["section", "name", "value_per_s", "value"],
    no_owner: |_, _| None,
    identity: Identity {
        by: &["section", "name"],
        fallback_key: None,
        changes: &[],
    },
};

const COLUMNS: &[(Column, Get<CounterRates>)] = &[
    (
        Column::new("section", "Section").drop_after_wrap(1),
        |rate, _| printable(rate.counter.section),
    ),
    (
        Column::new("name", "Counter").shrink(Shrink::Text),
        |rate, _| printable(rate.counter.name),
    ),
    (Column::new("value", "Value"), |rate, _| {
        Value::Number(rate.counter.value.signed())
    }),
    (
        Column::new("value_per_s", "Rise").unit(Unit::PerSecond),
        |rate, _| match rate.rise {
            Some(rise) => rates::value(rise.change, rise.elapsed),
            None => Value::Null,
        },
    ),
    (
        Column::new("seconds", "Seconds").drop_before_wrap(1),
        |rate, _| rates::seconds(rate.rise.map(|rise| rise.elapsed)),
    ),
];
