//! The stage that counts rows, in groups that share some values.

use super::super::columns::{Column, Record, Shrink};
use super::formats::Report;
use super::stages::Kept;
use super::value::Value;
use std::cmp::Reverse;
use std::collections::HashMap;
use std::io;

/// The columns that a count adds: the number of rows, and its share in percent.
pub const TALLIED: [Column; 2] = [
    Column::new("count", "Count").chosen(),
    Column::new("share", "Share").shrink(Shrink::Bar),
];

/// Counts rows by the values of some columns, and hands on one row for each group, the largest
/// first: these columns, followed by [`TALLIED`] and by the sums of others.
pub struct Tally<'a> {
    indexes: Vec<usize>,
    summed: Vec<usize>,
    /// The index in `groups`, by the keys of the columns' values.
    known: HashMap<Vec<u8>, usize>,
    groups: Vec<Group>,
    key: Vec<u8>,
    next: Box<dyn Report + 'a>,
}

/// Rows that share the values of some columns.
struct Group {
    count: u64,
    shared: Kept,
    /// Null as long as no row has a value.
    sums: Vec<Option<i128>>,
}

impl Group {
    /// Counts a row.
    fn add(&mut self, record: &mut dyn Record, summed: &[usize]) {
        self.count += 1;
        // What its rows do not share is not said of it.
        if self.shared.no_owner != record.no_owner() {
            self.shared.no_owner = None;
        }
        self.shared.reach = self.shared.reach.max(record.reach());
        for (sum, index) in self.sums.iter_mut().zip(summed) {
            if let Value::Number(number) = record.value(*index) {
                *sum = Some(sum.unwrap_or(0).saturating_add(number));
            }
        }
    }
}

impl<'a> Tally<'a> {
    /// Counts by the columns at `indexes`, and sums those at `summed`.
    pub fn new(indexes: Vec<usize>, summed: Vec<usize>, next: Box<dyn Report + 'a>) -> Tally<'a> {
        Tally {
            indexes,
            summed,
            known: HashMap::new(),
            groups: Vec::new(),
            key: Vec::new(),
            next,
        }
    }
}

impl Report for Tally<'_> {
    fn record(&mut self, record: &mut dyn Record) -> io::Result<()> {
        self.key.clear();
        for index in &self.indexes {
            record.value(*index).push_key(&mut self.key)?;
        }
        let group = self.known.get(&self.key).copied();
        if let Some(group) = group.and_then(|index| self.groups.get_mut(index)) {
            group.add(record, &self.summed);
            return Ok(());
        }
        self.known.insert(self.key.clone(), self.groups.len());
        let mut group = Group {
            count: 0,
            shared: Kept::new(record, self.indexes.iter().copied()),
            sums: vec![None; self.summed.len()],
        };
        group.add(record, &self.summed);
        self.groups.push(group);
        Ok(())
    }

    fn end(&mut self) -> io::Result<()> {
        // Groups of one size by their values, so that the same rows give the same output.
        let key = |group: &Group| Reverse(group.count);
        self.groups.sort_by(|one, other| {
            (key(one), &one.shared.values).cmp(&(key(other), &other.shared.values))
        });
        let all: u64 = self.groups.iter().map(|group| group.count).sum();
        for group in self.groups.drain(..) {
            let Group {
                count,
                shared: mut row,
                sums,
            } = group;
            row.values.push(Value::Number(count.into()));
            // In hundredths of a percent, rounded.
            let share = (u128::from(count) * 10_000 + u128::from(all) / 2) / u128::from(all.max(1));
            row.values.push(Value::Hundredths(share as u64));
            row.values.extend(sums.into_iter().map(Value::number));
            self.next.record(&mut row)?;
        }
        self.next.end()
    }
}

#[cfg(test)]
mod tests {
    use super::super::stages::tests::lines;
    use super::*;
    use crate::report::records::formats::Lines;

    #[test]
    fn groups_are_told_apart() {
        let alike: [[Value<'static>; 2]; 2] = [
            [Value::Number(80), Value::Number(123)],
            [Value::Null, Value::Text(b"\xff\xfd".to_vec().into())],
        ];
        let others = [
            [Value::Number(8012), Value::Number(3)],
            [Value::Number(80), Value::word(Some("123"))],
            [Value::Number(80), Value::Hundredths(12300)],
            [Value::Null, Value::Text(b"\xff\xfe".to_vec().into())],
            [Value::word(Some("")), Value::Null],
            [Value::Null, Value::word(Some(""))],
            [Value::Null, Value::Null],
        ];
        let columns = ["a", "b", "count", "share"].map(|name| Column::new(name, ""));
        let mut out = Vec::new();
        let next = Box::new(Lines::new(columns.to_vec(), &mut out));
        let mut tally = Tally::new(vec![0, 1], Vec::new(), next);
        for row in others.iter().chain(&alike).chain(&alike) {
            tally.record(&mut Kept::of(row.to_vec())).expect("written");
        }
        tally.end().expect("written");
        drop(tally);
        let text = String::from_utf8(out).expect("UTF-8");
        let counts = |wanted| text.matches(wanted).count();
        assert_eq!(
            (counts("\"count\":2"), counts("\"count\":1,")),
            (2, 7),
            "{text}"
        );
    }

    #[test]
    fn groups_have_the_sums_of_what_their_rows_have() {
        let rows = [
            ("a", Value::Number(5)),
            ("b", Value::Null),
            ("a", Value::Null),
            ("c", Value::Number(0)),
            ("b", Value::Null),
            ("a", Value::Number(7)),
        ];
        let columns = ["name", "count", "share", "sum"].map(|name| Column::new(name, ""));
        let mut out = Vec::new();
        let next = Box::new(Lines::new(columns.to_vec(), &mut out));
        let mut tally = Tally::new(vec![0], vec![1], next);
        for (name, number) in rows {
            let mut row = Kept::of([Value::word(Some(name)), number]);
            tally.record(&mut row).expect("written");
        }
        tally.end().expect("written");
        drop(tally);
        let text = String::from_utf8(out).expect("UTF-8").replace('"', "");
        let expected = "{name:a,count:3,share:50.0,sum:12}\n{name:b,count:2,share:33.33,sum:null}\n\
                        {name:c,count:1,share:16.67,sum:0}\n";
        assert_eq!(text, expected);
    }

    #[test]
    fn groups_are_counted_the_largest_first() {
        let counted = lines(&["name", "count", "share"], |next| {
            Box::new(Tally::new(vec![0], Vec::new(), next))
        });
        let expected = "{name:b,count:2,share:50.0}\n{name:a,count:1,share:25.0}\n\
                        {name:c,count:1,share:25.0}\n";
        assert_eq!(counted, expected);
    }
}
