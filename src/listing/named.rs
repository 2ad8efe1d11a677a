//! Interfaces that are asked for by their names, in listings of what belongs to interfaces.

use super::Outcome;
use super::walk::{RowLimit, Walk};
use crate::request::Globs;
use crate::tables::Net;

/// Reports those of these names that no interface of a namespace has, and returns whether there are any.
/// One that this namespace lacks may well be in another one that is listed.
pub fn report_absent<'n>(
    names: impl Iterator<Item = &'n str>,
    net: &Net,
    walk: &mut Walk<'_>,
) -> bool {
    let is_only = walk.nets().len() == 1 && net.can_be_asked();
    let mut are_absent = false;
    for name in names.filter(|_| is_only) {
        let interfaces = walk.joined.interface_names();
        if interfaces.is_some_and(|it| !it.has(name.as_bytes())) {
            walk.warnings.say(format!("there is no interface '{name}'"));
            are_absent = true;
        }
    }
    are_absent
}

/// Returns the outcome of a listing of what belongs to interfaces, whose limit of rows was `before`: without
/// a row of those that were asked for, it is a failure.
pub fn outcome(names: &Globs, outcome: Outcome, before: RowLimit, walk: &Walk<'_>) -> Outcome {
    match names.is_empty() || walk.limit != before {
        true => outcome,
        false => outcome.and(Outcome::Nothing),
    }
}
