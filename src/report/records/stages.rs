//! What happens to rows on their way to a format: columns chosen, rows sorted, counted, cut off. Groups
//! of rows have a file of their own.

use super::super::columns::{NoOwner, Record};
use super::formats::Report;
use super::mark::Mark;
use super::value::Value;
use crate::tables::{Namespace, Reach};
use std::cell::Cell;
use std::cmp::Ordering;
use std::collections::BTreeSet;
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

    fn no_owner(&self) -> Option<NoOwner> {
        self.record.no_owner()
    }

    fn reach(&self) -> Option<Reach> {
        self.record.reach()
    }
}

/// A copy of a row.
#[derive(Debug)]
pub struct Kept {
    pub(super) values: Vec<Value<'static>>,
    mark: Mark,
    namespace: Namespace,
    pub(super) no_owner: Option<NoOwner>,
    pub(super) reach: Option<Reach>,
}

impl Kept {
    /// Keeps the values of the columns at `indexes`.
    pub fn new(record: &mut dyn Record, indexes: impl Iterator<Item = usize>) -> Kept {
        Kept {
            mark: record.mark(),
            namespace: record.namespace(),
            no_owner: record.no_owner(),
            reach: record.reach(),
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
            no_owner: None,
            reach: None,
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

    fn no_owner(&self) -> Option<NoOwner> {
        self.no_owner
    }

    fn reach(&self) -> Option<Reach> {
        self.reach
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

impl Key {
    /// Returns how two rows with these values compare by the key. Null comes last in either direction:
    /// who sorts looks for values.
    pub fn order<'v>(&self, one: Option<&Value<'v>>, other: Option<&Value<'v>>) -> Ordering {
        let is_null = |value: Option<&Value<'_>>| value.is_none_or(|it| *it == Value::Null);
        let directed = match self.descending {
            true => other.cmp(&one),
            false => one.cmp(&other),
        };
        is_null(one).cmp(&is_null(other)).then(directed)
    }
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
            let orders =
                orders.map(|key| key.order(one.values.get(key.index), other.values.get(key.index)));
            orders.fold(Ordering::Equal, Ordering::then)
        });
        for row in &mut self.rows {
            self.next.record(row)?;
        }
        self.next.end()
    }
}

/// Counts rows, and prints their number only.
pub struct Count<'a> {
    /// The number of rows so far.
    pub rows: &'a Cell<u64>,
    /// The output.
    pub out: &'a mut dyn Write,
}

impl Report for Count<'_> {
    fn record(&mut self, _: &mut dyn Record) -> io::Result<()> {
        self.rows.set(self.rows.get() + 1);
        Ok(())
    }

    fn end(&mut self) -> io::Result<()> {
        writeln!(self.out, "{}", self.rows.get())
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
pub(super) mod tests {
    use super::*;
    use crate::report::columns::Column;
    use crate::report::records::formats::Lines;

    /// Returns what comes of rows of a name and a number, through the stages that `build` puts
    /// before JSON lines.
    pub fn lines(
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
    fn null_comes_last_in_either_direction() {
        let (null, small, large) = (Value::Null, Value::Number(1), Value::Number(2));
        for (descending, expected) in [
            (false, [&small, &large, &null]),
            (true, [&large, &small, &null]),
        ] {
            let key = Key {
                index: 0,
                descending,
            };
            let mut found = [&large, &null, &small];
            found.sort_by(|one, other| key.order(Some(one), Some(other)));
            assert_eq!(found, expected);
        }
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
}
