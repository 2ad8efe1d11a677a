//! What `--rates`, or the name of a column with a rate, means for the rest of the command line.

use super::fits::{LEAVE_ONE_OUT, OTHER_FORMATS, clash, counting, no_sockets};
use super::flags::Flags;
use super::watching::USUAL_INTERVAL;
use crate::report::columns::rates::{TOTAL, is_rate};
use crate::request::{Filter, OutputSpec, Repeat, SortKey, What};
use std::time::Duration;

/// Returns whether rates are wanted.
pub fn are_wanted(flags: &Flags, output: &OutputSpec, filter: &Filter) -> bool {
    let mut tested = filter.columns().into_iter();
    flags.rates || output.fields().any(is_rate) || tested.any(|column| is_rate(column.name))
}

/// Completes the form of an output with rates: a table unless another format is named, and where rows
/// have an order of their own, the fastest first.
pub fn complete(flags: &Flags, output: &mut OutputSpec) {
    flags.output.prefer_table(output);
    let is_ordered = output.is_table() || !output.count_by.is_empty() || output.top.is_some();
    if is_ordered && output.sort.is_empty() && output.instead.is_none() {
        output.sort.push(SortKey {
            column: TOTAL.to_owned(),
            descending: true,
        });
    }
}

/// Returns why there can be no rates, or `None` if there can.
pub fn obstacle(flags: &Flags, output: &OutputSpec, what: &What) -> Option<String> {
    let flag = match flags.rates {
        true => "--rates",
        false => "a column with a rate",
    };
    if !matches!(what, What::Sockets(it) if !it.lists_groups()) {
        return no_sockets(flag, what);
    }
    let (other, instead) = if flags.root.is_some() {
        (
            "--root",
            "leave --root out, only a running kernel has rates",
        )
    } else if flags.watching.changes {
        ("--changes", LEAVE_ONE_OUT)
    } else if let Some(action) = flags.kill.flag() {
        (action, LEAVE_ONE_OUT)
    } else if let (true, Some(_), Some(form)) = (flags.rates, output.instead, counting(output)) {
        (form, LEAVE_ONE_OUT)
    } else if flags.output.insists_on_classic(output) {
        ("--format classic", OTHER_FORMATS)
    } else {
        return None;
    };
    Some(clash(flag, other, instead))
}

/// Returns the time from the look before the first listing to that.
pub fn first_interval(repeat: Option<Repeat>) -> Duration {
    repeat.map_or(USUAL_INTERVAL, |repeat| repeat.interval)
}
