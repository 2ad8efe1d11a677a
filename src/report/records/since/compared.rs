//! A row of a comparison, as the values of its columns.

use super::{Comparison, Row, differ};
use crate::report::columns::Record;
use crate::report::columns::since::Shape;
use crate::report::rates;
use crate::report::records::value::Value;
use std::time::Duration;

/// A row of the comparison.
pub(super) struct Compared<'a> {
    /// The comparison.
    pub comparison: &'a Comparison<'a>,
    /// The word for what happened.
    pub change: &'static str,
    /// The saved row, if there is one.
    pub before: Option<&'a Row>,
    /// The current row, if there is one.
    pub now: Option<&'a Row>,
    /// The index of the value that is compared, if one is.
    pub value: Option<usize>,
}

impl Compared<'_> {
    fn get<'r>(&'r self, row: Option<&'r Row>, index: usize) -> Value<'r> {
        row.map_or(Value::Null, |row| self.comparison.get(row, index))
    }

    /// Returns whether each row has several counters, as interfaces do.
    fn has_counters(&self) -> bool {
        matches!(self.comparison.plan.shape, Shape::Values(_, true))
    }

    /// Returns what the comparison says of a value: the value then and now, the difference, and that
    /// per second.
    fn difference(&self, which: usize) -> Value<'_> {
        let index = self.value.unwrap_or(usize::MAX);
        let [before, now] = [self.before, self.now].map(|row| self.get(row, index));
        // The kernel has some counters only from their first count on.
        let counts_from_nothing =
            self.before.is_none() && !self.has_counters() && self.comparison.then_was_whole;
        let numbers = match (&before, &now) {
            (Value::Number(before), Value::Number(now)) => Some((*before, *now)),
            (Value::Null, Value::Number(now)) if counts_from_nothing => Some((0, *now)),
            _ => None,
        };
        let difference = numbers.map(|(before, now)| difference(before, now));
        match which {
            0 => before,
            1 => now,
            2 => Value::number(difference),
            _ => {
                let circumstances = &self.comparison.plan.circumstances;
                let rate = difference.zip(circumstances.elapsed);
                let rate = rate.and_then(|(difference, elapsed)| per_second(difference, elapsed));
                rate.map_or(Value::Null, Value::Hundredths)
            }
        }
    }
}

impl Record for Compared<'_> {
    fn value(&mut self, index: usize) -> Value<'_> {
        let plan = self.comparison.plan;
        let latest = self.now.or(self.before);
        let Some(index) = index.checked_sub(1) else {
            return Value::word(Some(self.change));
        };
        match &plan.shape {
            Shape::Row(before) => match before.get(index) {
                // What has not changed has no value of its own before.
                Some(column) => match self.before.zip(self.now) {
                    Some((then, now))
                        if differ(
                            &self.get(Some(then), *column),
                            &self.get(Some(now), *column),
                        ) =>
                    {
                        self.get(self.before, *column)
                    }
                    _ => Value::Null,
                },
                None => self.get(latest, index - before.len()),
            },
            Shape::Values(_, has_names) => {
                let names = &plan.names;
                if let Some(column) = names.get(index) {
                    return self.get(latest, *column);
                }
                match index - names.len() {
                    0 if *has_names => {
                        let column = self.value.and_then(|index| plan.listed.get(index));
                        Value::word(column.map(|column| column.name))
                    }
                    which => self.difference(which - usize::from(*has_names)),
                }
            }
        }
    }
}

/// Returns by how much a number has grown. A counter that has become smaller may have run over.
fn difference(before: i128, now: i128) -> i128 {
    let unsigned = |number: i128| u64::try_from(number).ok();
    let grown = unsigned(before).zip(unsigned(now));
    let grown = grown.and_then(|(before, now)| rates::growth(before, now));
    grown.map_or(now.saturating_sub(before), i128::from)
}

/// Returns a growth per second, in hundredths. What has become smaller has no rate.
fn per_second(difference: i128, elapsed: Duration) -> Option<u64> {
    let difference = u128::try_from(difference).ok()?;
    let nanoseconds = elapsed.as_nanos().max(1);
    let hundredths = difference.checked_mul(100_000_000_000)?;
    u64::try_from((hundredths + nanoseconds / 2) / nanoseconds).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn differences_are_of_counters_and_gauges() {
        const MAX_32: i128 = u32::MAX as i128;
        const MAX_64: i128 = u64::MAX as i128;
        for (before, now, expected) in [
            (5, 12, 7),
            (MAX_32, 4, 5),
            (MAX_64, 0, 1),
            (7, 3, -4),
            (-5, -2, 3),
            (-5, 2, 7),
            (i128::MIN, i128::MAX, i128::MAX),
        ] {
            assert_eq!(difference(before, now), expected, "{before} {now}");
        }
    }

    #[test]
    fn rates_are_in_hundredths() {
        for (difference, millis, expected) in [
            (0, 1000, Some(0)),
            (1, 3000, Some(33)),
            (250, 60_000, Some(417)),
            (-1, 1000, None),
            (i128::MAX, 1000, None),
            (1, 0, Some(100_000_000_000)),
        ] {
            let elapsed = Duration::from_millis(millis);
            assert_eq!(per_second(difference, elapsed), expected, "{difference}");
        }
    }
}
