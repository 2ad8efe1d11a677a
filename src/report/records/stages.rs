//! What happens to rows on their way to a format: columns chosen, rows sorted, counted, cut off.

use super::super::columns::{Column, Record, Shrink};
use super::formats::Report;
use super::mark::Mark;
use super::value::Value;
use crate::tables::Namespace;
use std::cmp::{Ordering, Reverse};
use std::collections::{BTreeSet, HashMap};
use std::io::{self, Write};

/// Hands on some columns of each row, in an order of its own.
pub struct Chosen<'a> {
    /// The columns' indexes in the row.
    pub indexes: Vec<usize>,
    /// The next stage.
    pub next: Box<dyn Report + 'a>,
}

impl Report for Chosen<'_> {
    fn flush(&mut self) -> io::Result<()> {
        self.next.flush()
    }

    fn record(&mut self, record: &mut dyn Record) -> io::Result<()> {
        self.next.record(&mut ChosenRecord {
            indexes: &self.indexes,
            record,
        })
    }

    fn end(&mut self) -> io::Result<()> {
        self.next.end()
    }
}

struct ChosenRecord<'a> {
    indexes: &'a [usize],
    record: &'a mut dyn Record,
}

impl Record for ChosenRecord<'_> {
    fn value(&mut self, index: usize) -> Value<'_> {
        match self.indexes.get(index) {
            Some(index) => self.record.value(*index),
            None => Value::Null,
        }
    }

    fn mark(&self) -> Mark {
        self.record.mark()
    }

    fn namespace(&self) -> Namespace {
        self.record.namespace()
    }
}

/// A copy of a row.
#[derive(Debug)]
pub struct Kept {
    values: Vec<Value<'static>>,
    mark: Mark,
    namespace: Namespace,
}

impl Kept {
    /// Keeps the values of the columns at `indexes`.
    pub fn new(record: &mut dyn Record, indexes: impl Iterator<Item = usize>) -> Kept {
        Kept {
            mark: record.mark(),
            namespace: record.namespace(),
            values: indexes
                .map(|index| record.value(index).into_owned())
                .collect(),
        }
    }

    /// Returns a row of these values.
    #[cfg(test)]
    pub fn of(values: impl Into<Vec<Value<'static>>>) -> Kept {
        Kept {
            values: values.into(),
            mark: Mark::Same,
            namespace: Namespace::default(),
        }
    }
}

impl Record for Kept {
    fn value(&mut self, index: usize) -> Value<'_> {
        self.values.get(index).map_or(Value::Null, Value::borrowed)
    }

    fn mark(&self) -> Mark {
        self.mark
    }

    fn namespace(&self) -> Namespace {
        self.namespace
    }
}

/// Hands on the first rows only.
pub struct Top<'a> {
    /// The number of rows that are still handed on.
    pub left: usize,
    /// The next stage.
    pub next: Box<dyn Report + 'a>,
}

impl Report for Top<'_> {
    fn flush(&mut self) -> io::Result<()> {
        self.next.flush()
    }

    fn record(&mut self, record: &mut dyn Record) -> io::Result<()> {
        match self.left.checked_sub(1) {
            None => Ok(()),
            Some(left) => {
                self.left = left;
                self.next.record(record)
            }
        }
    }

    fn end(&mut self) -> io::Result<()> {
        self.next.end()
    }
}

/// A column to sort by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Key {
    /// Its index in the row.
    pub index: usize,
    /// Whether large values come first.
    pub descending: bool,
}

/// Returns how two rows compare, from how they compare by each key, the first one first.
pub fn compare<'k>(orders: impl Iterator<Item = (&'k Key, Ordering)>) -> Ordering {
    let directed = orders.map(|(key, order)| match key.descending {
        true => order.reverse(),
        false => order,
    });
    directed.fold(Ordering::Equal, Ordering::then)
}

/// Keeps all rows, and hands them on sorted. Rows with equal keys stay in order.
pub struct Sorted<'a> {
    keys: Vec<Key>,
    /// The number of columns of a row.
    width: usize,
    rows: Vec<Kept>,
    next: Box<dyn Report + 'a>,
}

impl<'a> Sorted<'a> {
    /// Sorts rows of `width` columns by `keys`, the first one first.
    pub fn new(keys: Vec<Key>, width: usize, next: Box<dyn Report + 'a>) -> Sorted<'a> {
        let rows = Vec::new();
        Sorted {
            keys,
            width,
            rows,
            next,
        }
    }
}

impl Report for Sorted<'_> {
    fn record(&mut self, record: &mut dyn Record) -> io::Result<()> {
        self.rows.push(Kept::new(record, 0..self.width));
        Ok(())
    }

    fn end(&mut self) -> io::Result<()> {
        let keys = &self.keys;
        self.rows.sort_by(|one, other| {
            let orders = keys.iter();
            compare(orders.map(|key| {
                (
                    key,
                    one.values.get(key.index).cmp(&other.values.get(key.index)),
                )
            }))
        });
        for row in &mut self.rows {
            self.next.record(row)?;
        }
        self.next.end()
    }
}

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

/// Counts rows, and prints their number only.
pub struct Count<'a> {
    /// The number of rows so far.
    pub rows: u64,
    /// The output.
    pub out: &'a mut dyn Write,
}

impl Report for Count<'_> {
    fn record(&mut self, _: &mut dyn Record) -> io::Result<()> {
        self.rows += 1;
        Ok(())
    }

    fn end(&mut self) -> io::Result<()> {
        writeln!(self.out, "{}", self.rows)
    }
}

/// Collects the owners of all rows, and prints their PIDs, ascending, one a line.
pub struct Pids<'a> {
    /// The index of the column with the owners.
    pub index: usize,
    /// The PIDs so far.
    pub pids: BTreeSet<i32>,
    /// The output.
    pub out: &'a mut dyn Write,
}

impl Report for Pids<'_> {
    fn record(&mut self, record: &mut dyn Record) -> io::Result<()> {
        if let Value::Processes(processes) = record.value(self.index) {
            self.pids
                .extend(processes.iter().map(|process| process.pid));
        }
        Ok(())
    }

    fn end(&mut self) -> io::Result<()> {
        for pid in &self.pids {
            writeln!(self.out, "{pid}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::records::formats::Lines;

    /// Returns what comes of rows of a name and a number, through the stages that `build` puts
    /// before JSON lines.
    fn lines(
        columns: &[&'static str],
        build: impl for<'a> FnOnce(Box<dyn Report + 'a>) -> Box<dyn Report + 'a>,
    ) -> String {
        let rows = [("b", 2), ("a", 10), ("b", 2), ("c", 1)];
        let columns = columns.iter().map(|name| Column::new(name, "")).collect();
        let mut out = Vec::new();
        let mut report = build(Box::new(Lines::new(columns, &mut out)));
        for (name, number) in rows {
            let name = Value::word(Some(name));
            let mut row = Kept::of([name, Value::Number(number)]);
            report.record(&mut row).expect("written");
        }
        report.end().expect("written");
        drop(report);
        String::from_utf8(out).expect("UTF-8").replace('"', "")
    }

    #[test]
    fn rows_are_sorted_as_what_they_hold() {
        let sorted = |index, descending| {
            lines(&["name", "number"], |next| {
                let keys = vec![Key { index, descending }];
                Box::new(Sorted::new(keys, 2, Box::new(Top { left: 2, next })))
            })
        };
        assert_eq!(sorted(1, false), "{name:c,number:1}\n{name:b,number:2}\n");
        assert_eq!(sorted(1, true), "{name:a,number:10}\n{name:b,number:2}\n");
        assert_eq!(sorted(0, false), "{name:a,number:10}\n{name:b,number:2}\n");
    }

    #[test]
    fn columns_come_in_the_order_that_was_chosen() {
        let chosen = lines(&["number", "name", "number"], |next| {
            let indexes = vec![1, 0, 1];
            let next = Box::new(Top { left: 1, next });
            Box::new(Chosen { indexes, next })
        });
        assert_eq!(chosen, "{number:2,name:b,number:2}\n");
    }

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
