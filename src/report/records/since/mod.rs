//! The stage that compares the rows of a listing with those of a saved one.
//!
//! The saved rows are in memory, as far as their columns are needed; a current row is handed on or
//! forgotten when it comes. What is left of the saved ones at the end has gone.

mod compared;
mod plan;

use super::super::columns::since::Shape;
use super::super::columns::{Column, Record, Shrink};
use super::formats::Report;
use super::value::Value;
use crate::tables::state_called;
use compared::Compared;
use plan::NULL;
pub use plan::{Circumstances, Plan};
use std::borrow::Cow;
use std::collections::{HashMap, VecDeque};
use std::io;

/// The column of sockets alone.
const STATE: &str = "state";

/// Adds bytes by which values are compared: the same for a value and for what is read again after it was
/// written as JSON.
fn push_comparable(value: &Value<'_>, out: &mut Vec<u8>) {
    if *value != Value::Null {
        out.push(b'=');
        let start = out.len();
        value.push_cell(out);
        let cell = out.get(start..).unwrap_or_default();
        if let Cow::Owned(text) = String::from_utf8_lossy(cell) {
            out.truncate(start);
            out.extend_from_slice(text.as_bytes());
        }
    }
    // No text contains one.
    out.extend_from_slice(&NULL);
}

/// Returns whether two values differ.
fn differ(one: &Value<'_>, other: &Value<'_>) -> bool {
    let [one, other] = [one, other].map(|value| {
        let mut bytes = Vec::with_capacity(24);
        push_comparable(value, &mut bytes);
        bytes
    });
    one != other
}

/// A row, as far as it is needed.
#[derive(Debug)]
struct Row {
    values: Vec<Value<'static>>,
    /// The place of its namespace and section.
    place: usize,
}

/// Compares a listing with a saved one, and hands on what differs, a namespace and a section of counters after
/// the other: what has gone first, then what has changed, then what has come.
pub struct Comparison<'a> {
    plan: &'a Plan,
    /// The indexes of the columns that are kept of a row, in ascending order.
    needed: Vec<usize>,
    /// The saved rows, in their order.
    saved: Vec<Option<Row>>,
    /// The indexes of those that no current row has matched yet, by what identifies them.
    unmatched: HashMap<Vec<u8>, VecDeque<usize>>,
    changed: Vec<(Row, Row)>,
    /// Current rows that are not as any saved one was, with what identifies them.
    others: Vec<(Vec<u8>, Row)>,
    /// Whether everything could be read when the saved rows were.
    pub then_was_whole: bool,
    /// What identifies the current row.
    key: Vec<u8>,
    /// The places of the namespaces and sections, in the order in which both listings have them.
    places: HashMap<Vec<u8>, usize>,
}

impl<'a> Comparison<'a> {
    /// Creates a comparison that keeps the columns at the indexes `needed`.
    pub fn new(plan: &'a Plan, needed: Vec<usize>) -> Comparison<'a> {
        Comparison {
            plan,
            needed,
            saved: Vec::new(),
            unmatched: HashMap::new(),
            changed: Vec::new(),
            others: Vec::new(),
            then_was_whole: true,
            key: Vec::new(),
            places: HashMap::new(),
        }
    }

    /// Returns a row in the place of its namespace and section, a new place for new ones.
    fn placed(&mut self, values: Vec<Value<'static>>) -> Row {
        let mut row = Row { values, place: 0 };
        if self.plan.together.is_empty() {
            return row;
        }
        let mut key = Vec::with_capacity(32);
        for index in &self.plan.together {
            push_comparable(&self.get(&row, *index), &mut key);
        }
        let new = self.places.len();
        row.place = *self.places.entry(key).or_insert(new);
        row
    }

    /// Takes a saved row, whose values `value` returns by the names of their columns.
    pub fn take_saved(&mut self, mut value: impl FnMut(&str) -> Value<'static>) {
        let listed = &self.plan.listed;
        let columns = self.needed.iter().filter_map(|index| listed.get(*index));
        let values = columns.map(|column| match (column, value(column.name)) {
            // Tables have colours for states.
            (Column { name: STATE, .. }, Value::Text(text)) => {
                state_called(&text).map_or(Value::Text(text), Value::State)
            }
            // Addresses have an order of their own.
            (Column { shrink, .. }, Value::Text(text)) if *shrink == Shrink::Address => {
                let address = String::from_utf8_lossy(&text).parse();
                address.map_or(Value::Text(text), Value::Address)
            }
            (_, value) => value,
        });
        let values = values.collect();
        let row = self.placed(values);
        let mut key = Vec::with_capacity(64);
        self.plan.push_key(&mut key, |index, key| {
            push_comparable(&self.get(&row, index), key);
        });
        let place = self.saved.len();
        self.unmatched.entry(key).or_default().push_back(place);
        self.saved.push(Some(row));
    }

    /// Takes the saved row that a current one, which `key` identifies, was before, if that can be told: the one
    /// with the same number, or one that is the same. One of both may lack the number that tells rows apart: a
    /// connection that is closed loses its inode.
    fn take_match(&mut self, record: &mut dyn Record) -> Option<Row> {
        let places = self.unmatched.get(&self.key)?;
        let then = |place: &usize| self.saved.get(*place).and_then(Option::as_ref);
        let told_apart_by = self.plan.told_apart_by;
        let at = match told_apart_by.map(|index| (index, record.value(index))) {
            Some((index, now @ Value::Number(_))) => {
                let number =
                    |place: &usize| then(place).map_or(Value::Null, |it| self.get(it, index));
                let same = places.iter().position(|place| number(place) == now);
                same.or_else(|| places.iter().position(|place| number(place) == Value::Null))?
            }
            Some(_) => 0,
            None => places
                .iter()
                .position(|place| then(place).is_some_and(|it| self.is_same(it, record)))?,
        };
        let place = self.unmatched.get_mut(&self.key)?.remove(at)?;
        self.saved.get_mut(place)?.take()
    }

    fn is_same(&self, before: &Row, record: &mut dyn Record) -> bool {
        let mut compared = self.plan.compared().iter();
        compared.all(|index| !differ(&self.get(before, *index), &record.value(*index)))
    }

    /// Takes the first saved row that is left of those with this key.
    fn take_left(&mut self, key: &[u8]) -> Option<Row> {
        let place = self.unmatched.get_mut(key)?.pop_front()?;
        self.saved.get_mut(place)?.take()
    }

    /// Copies a current row.
    fn keep(&mut self, record: &mut dyn Record) -> Row {
        let values = self.needed.iter();
        let values = values.map(|index| record.value(*index).into_owned());
        let values = values.collect();
        self.placed(values)
    }

    fn get<'r>(&self, row: &'r Row, index: usize) -> Value<'r> {
        let place = self.needed.binary_search(&index).ok();
        let value = place.and_then(|place| row.values.get(place));
        value.map_or(Value::Null, Value::borrowed)
    }

    /// Hands on what differs, and returns how many rows that were. `with_gone` says whether the current
    /// listing is whole, so that what it lacks has gone.
    ///
    /// # Errors
    /// Those of `next`.
    pub fn finish(mut self, with_gone: bool, next: &mut dyn Report) -> io::Result<usize> {
        let [removed, added] = match self.is_of_sockets() {
            true => ["closed", "opened"],
            false => ["removed", "added"],
        };
        // What is told apart by a number has been matched.
        let are_told_apart = self.plan.told_apart_by.is_some();
        let mut new = Vec::new();
        for (key, now) in std::mem::take(&mut self.others) {
            let before = (!are_told_apart).then(|| self.take_left(&key)).flatten();
            match before {
                Some(before) => self.changed.push((before, now)),
                None => new.push(now),
            }
        }
        let mut differing: Vec<(&'static str, Option<Row>, Option<Row>)> = Vec::new();
        if with_gone {
            let left = std::mem::take(&mut self.unmatched);
            let mut left: Vec<usize> = left.into_values().flatten().collect();
            left.sort_unstable();
            let gone = left
                .into_iter()
                .map(|place| self.saved.get_mut(place)?.take());
            differing.extend(gone.map(|row| (removed, row, None)));
        }
        let changed = std::mem::take(&mut self.changed).into_iter();
        differing.extend(changed.map(|(before, now)| ("changed", Some(before), Some(now))));
        differing.extend(new.into_iter().map(|now| (added, None, Some(now))));
        differing.sort_by_key(|(_, before, now)| {
            let row = now.as_ref().or(before.as_ref());
            row.map(|row| row.place)
        });
        let mut handed_on = 0;
        for (change, before, now) in differing {
            handed_on += self.hand_on(change, before.as_ref(), now.as_ref(), next)?;
        }
        next.end()?;
        Ok(handed_on)
    }

    fn is_of_sockets(&self) -> bool {
        let listed = &self.plan.listed;
        listed.iter().any(|column| column.name == STATE)
    }

    /// Hands on one row, or one for each value that differs.
    fn hand_on(
        &self,
        change: &'static str,
        before: Option<&Row>,
        now: Option<&Row>,
        next: &mut dyn Report,
    ) -> io::Result<usize> {
        let mut record = Compared {
            comparison: self,
            change,
            before,
            now,
            value: None,
        };
        let Shape::Values(values, _) = &self.plan.shape else {
            next.record(&mut record)?;
            return Ok(1);
        };
        let differs = |index: &&usize| match before.zip(now) {
            Some((before, now)) => differ(&self.get(before, **index), &self.get(now, **index)),
            None => true,
        };
        let mut handed_on = 0;
        for index in values.iter().filter(differs) {
            record.value = Some(*index);
            next.record(&mut record)?;
            handed_on += 1;
        }
        Ok(handed_on)
    }
}

impl Report for Comparison<'_> {
    fn record(&mut self, record: &mut dyn Record) -> io::Result<()> {
        self.key.clear();
        self.plan.push_key(&mut self.key, |index, key| {
            push_comparable(&record.value(index), key);
        });
        match self.take_match(record) {
            Some(before) if self.is_same(&before, record) => {}
            Some(before) => {
                let now = self.keep(record);
                self.changed.push((before, now));
            }
            None => {
                let now = self.keep(record);
                self.others.push((self.key.clone(), now));
            }
        }
        Ok(())
    }

    /// Waits for [`Comparison::finish`].
    fn end(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_as_json_compares_equal() {
        for (value, read_again) in [
            (Value::Null, Value::Null),
            (Value::Number(5), Value::Number(5)),
            (Value::State("LISTEN"), Value::Text(b"LISTEN".into())),
            (
                Value::address([192, 0, 2, 1].into()),
                Value::Text(b"192.0.2.1".into()),
            ),
            (
                Value::Text(b"a\xff".into()),
                Value::Text("a\u{fffd}".as_bytes().into()),
            ),
        ] {
            assert!(!differ(&value, &read_again), "{value:?}");
        }
        // What is not known is no empty text.
        assert!(differ(&Value::Null, &Value::Text(b"".into())));
    }
}
