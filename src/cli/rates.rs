//! What `--rates`, or the name of a column with a rate, means for the rest of the command line.

use super::flags::Flags;
use super::watching::USUAL_INTERVAL;
use crate::report::columns::rates::{TOTAL, is_rate};
use crate::request::{Filter, Format, OutputSpec, Repeat, SortKey, What};
use std::time::Duration;

/// Returns whether rates are wanted.
pub fn are_wanted(flags: &Flags, output: &OutputSpec, filter: &Filter) -> bool {
    let mut tested = filter.columns().into_iter();
    flags.rates || output.fields().any(is_rate) || tested.any(|column| is_rate(column.name))
}

/// Completes the form of an output with rates: a table unless another format is named, and where rows
/// have an order of their own, the fastest first.
pub fn complete(output: &mut OutputSpec) {
    if output.format == Format::Classic && output.instead.is_none() {
        output.format = Format::Table;
    }
    let is_ordered = output.is_table() || !output.count_by.is_empty() || output.top.is_some();
    if is_ordered && output.sort.is_empty() && output.instead.is_none() {
        output.sort.push(SortKey {
            column: TOTAL.to_owned(),
            descending: true,
        });
    }
}

/// Returns why there can be no rates, or `None` if there can.
pub fn obstacle(flags: &Flags, output: &OutputSpec, what: &What) -> Option<&'static str> {
    let is_classic = output.format == Format::Classic && output.instead.is_none();
    Some(
        if !matches!(what, What::Sockets(it) if !it.lists_groups()) {
            "work with sockets only"
        } else if flags.root.is_some() {
            "work with the running system, not with --root"
        } else if flags.watching.changes {
            "do not work with --changes, which shows the bytes of a connection when it closes"
        } else if flags.kill.acts() {
            "do not work with --kill or --close"
        } else if output.instead.is_some() && flags.rates {
            "do not work with --count or --pids"
        } else if is_classic && flags.output.format.is_some() {
            "do not fit the classic format: use --format table, json, jsonl or csv"
        } else {
            return None;
        },
    )
}

/// Returns the time from the look before the first listing to that.
pub fn first_interval(repeat: Option<Repeat>) -> Duration {
    repeat.map_or(USUAL_INTERVAL, |repeat| repeat.interval)
}
