//! Rows of net-tools' layouts on their way to stdout: below their titles, sorted and cut off if that
//! is asked for.
//!
//! A row is bytes. To sort rows, each is kept with the values that it is sorted by until its section
//! ends: that of the Internet sockets, of one family's routes and so on, each below its title.
//! Otherwise rows pass through.

use crate::listing::{Joined, RowKind};
use crate::namespaces;
use crate::report::columns::{Column, Cost, Describe};
use crate::report::records::pipeline::{UnknownColumn, sort_keys};
use crate::report::records::stages::Key;
use crate::report::records::value::Value;
use crate::request::OutputSpec;
use crate::sanitize;
use crate::tables::Label;
use crate::tables::diag::Depth;
use std::cmp::Ordering;
use std::io::{self, Write};

/// The order of rows, and how many there are.
#[derive(Debug)]
pub struct Order {
    /// What is sorted by, by the indexes of columns.
    keys: Vec<Key>,
    /// The number of rows that are still to be written.
    left: usize,
    /// The number of rows to be read, if those are the ones that are written.
    read_limit: usize,
    /// How much the kernel's diagnostics must tell for the columns that are sorted by.
    depth: Depth,
    /// Whether one of these is null without them.
    lacks_in_tables: bool,
    /// The rows of the current section, if it is to be sorted: the values of the keys, and the row.
    rows: Vec<(Vec<Value<'static>>, Vec<u8>)>,
}

impl Order {
    /// Returns the order that `output` asks for of rows with the columns `columns`, or `None` if it
    /// asks for none.
    ///
    /// # Errors
    /// It asks for a column that does not exist.
    pub fn new(
        output: &OutputSpec,
        columns: impl FnOnce() -> Vec<Column>,
    ) -> Result<Option<Order>, UnknownColumn> {
        if !output.sorts_or_limits() {
            return Ok(None);
        }
        let columns = columns();
        let keys = sort_keys(&columns, &output.sort)?;
        let sorted = || keys.iter().filter_map(|key| columns.get(key.index));
        Ok(Some(Order {
            depth: sorted().map(Column::depth).max().unwrap_or_default(),
            lacks_in_tables: sorted().any(|column| column.cost == Cost::Internals),
            keys,
            left: output.top.unwrap_or(usize::MAX),
            read_limit: output.read_limit().unwrap_or(usize::MAX),
            rows: Vec::new(),
        }))
    }
}

/// A listing in net-tools' layout, being written.
pub struct ClassicOutput<'a> {
    /// Titles that no row has followed yet, and behind them the row that was prepared last.
    line: Vec<u8>,
    /// The length of the titles in `line`.
    title_end: usize,
    /// Whether titles are left out.
    is_headless: bool,
    order: Option<Order>,
    out: &'a mut dyn Write,
}

impl<'a> ClassicOutput<'a> {
    /// Begins a listing.
    pub fn new(order: Option<Order>, out: &'a mut dyn Write) -> ClassicOutput<'a> {
        ClassicOutput {
            line: Vec::with_capacity(1024),
            title_end: 0,
            is_headless: false,
            order,
            out,
        }
    }

    /// Leaves titles out if `is_headless` is true.
    pub fn headless(self, is_headless: bool) -> ClassicOutput<'a> {
        ClassicOutput {
            is_headless,
            ..self
        }
    }

    /// Returns whether rows are sorted or cut off.
    pub fn has_order(&self) -> bool {
        self.order.is_some()
    }

    /// Returns the indexes of the columns that rows are sorted by.
    pub fn sorted_by(&self) -> impl Iterator<Item = usize> {
        let keys = self.order.iter().flat_map(|order| &order.keys);
        keys.map(|key| key.index)
    }

    /// Returns the most rows that are to be read.
    pub fn read_limit(&self) -> usize {
        self.order.as_ref().map_or(usize::MAX, |it| it.read_limit)
    }

    /// Returns how much the kernel's diagnostics must tell for the columns that are sorted by, and whether
    /// one of these is null without them.
    pub fn sorted_depth(&self) -> (Depth, bool) {
        let order = self.order.as_ref();
        order.map_or_else(Default::default, |it| (it.depth, it.lacks_in_tables))
    }

    /// Returns whether more rows can be written.
    pub fn wants_more(&self) -> bool {
        self.order.as_ref().is_none_or(|order| order.left > 0)
    }

    /// Adds a title, unless titles are left out. It is written together with the row behind it, or at
    /// the end. Returns where it begins, for [`ClassicOutput::drop_title`].
    pub fn push_title(&mut self, push: impl FnOnce(&mut Vec<u8>)) -> usize {
        match self.is_headless {
            true => self.title_end,
            false => self.push_text(push),
        }
    }

    /// Adds text that is no title, but is written like one.
    pub fn push_text(&mut self, push: impl FnOnce(&mut Vec<u8>)) -> usize {
        let start = self.title_end;
        self.line.truncate(start);
        push(&mut self.line);
        self.title_end = self.line.len();
        start
    }

    /// Begins the listing of a network namespace, below a line that tells which.
    ///
    /// # Errors
    /// Those of the output.
    pub fn begin_namespace(&mut self, label: &Label) -> io::Result<()> {
        self.end()?;
        match self.wants_more() {
            true => self.write_title(|line| push_heading(line, label)),
            false => Ok(()),
        }
    }

    /// Drops the titles from `start` on.
    pub fn drop_title(&mut self, start: usize) {
        self.line.truncate(start);
        self.title_end = self.line.len();
    }

    /// Writes a title at once.
    ///
    /// # Errors
    /// Those of the output.
    pub fn write_title(&mut self, push: impl FnOnce(&mut Vec<u8>)) -> io::Result<()> {
        self.push_title(push);
        self.write_titles()
    }

    /// Writes text that is no title at once, behind the titles.
    ///
    /// # Errors
    /// Those of the output.
    pub fn write(&mut self, push: impl FnOnce(&mut Vec<u8>)) -> io::Result<()> {
        self.push_text(push);
        self.write_titles()
    }

    /// Adds a row to the line, in the place of one that has not been taken.
    pub fn prepare(&mut self, push: impl FnOnce(&mut Vec<u8>)) {
        self.line.truncate(self.title_end);
        push(&mut self.line);
    }

    /// Takes the row that was prepared last.
    ///
    /// # Errors
    /// Those of the output.
    pub fn take<L: RowKind>(
        &mut self,
        listing: &dyn Describe<L>,
        row: &L::Row<'_>,
        joined: &mut Joined<'_>,
    ) -> io::Result<()> {
        let Some(order) = &mut self.order else {
            return self.write_line();
        };
        if order.keys.is_empty() {
            return match order.left.checked_sub(1) {
                None => {
                    self.line.truncate(self.title_end);
                    Ok(())
                }
                Some(left) => {
                    order.left = left;
                    self.write_line()
                }
            };
        }
        let keys = order.keys.iter();
        let values = keys.map(|key| listing.value(key.index, row, joined).into_owned());
        let bytes = self.line.split_off(self.title_end);
        order.rows.push((values.collect(), bytes));
        self.write_titles()
    }

    /// Ends a section: writes its rows if they were kept to be sorted.
    ///
    /// # Errors
    /// Those of the output.
    pub fn end_section(&mut self) -> io::Result<()> {
        let Some(Order {
            keys, left, rows, ..
        }) = &mut self.order
        else {
            return Ok(());
        };
        rows.sort_by(|(one, _), (other, _)| {
            let orders = keys.iter().zip(one.iter().zip(other));
            let orders = orders.map(|(key, (one, other))| key.order(Some(one), Some(other)));
            orders.fold(Ordering::Equal, Ordering::then)
        });
        for (_, row) in rows.drain(..).take(*left) {
            self.out.write_all(&row)?;
            *left -= 1;
        }
        Ok(())
    }

    /// Writes what has been taken, for somebody who waits.
    ///
    /// # Errors
    /// Those of the output.
    pub fn flush(&mut self) -> io::Result<()> {
        self.write_titles()?;
        self.out.flush()
    }

    /// Ends the listing.
    ///
    /// # Errors
    /// Those of the output.
    pub fn end(&mut self) -> io::Result<()> {
        self.end_section()?;
        self.write_titles()
    }

    fn write_titles(&mut self) -> io::Result<()> {
        self.line.truncate(self.title_end);
        self.write_line()
    }

    fn write_line(&mut self) -> io::Result<()> {
        self.out.write_all(&self.line)?;
        self.line.clear();
        self.title_end = 0;
        Ok(())
    }
}

/// Adds the line above the listing of a network namespace.
pub fn push_heading(line: &mut Vec<u8>, label: &Label) {
    let start = line.len();
    line.extend_from_slice(namespaces::heading(label).as_bytes());
    sanitize::make_printable(&mut line[start..]);
    line.push(b'\n');
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::listing::statistics::{Counter, CounterRows};
    use crate::report::columns::statistics::COUNTERS;
    use crate::request::SortKey;
    use crate::tables::counter::Count;

    /// Returns what is written of two sections of rows: the digit of a name, and a value.
    fn written(sort: &[(&str, bool)], top: Option<usize>) -> String {
        let sort = sort.iter().map(|(column, descending)| SortKey {
            column: (*column).to_owned(),
            descending: *descending,
        });
        let spec = OutputSpec {
            sort: sort.collect(),
            top,
            ..OutputSpec::default()
        };
        let order = Order::new(&spec, || COUNTERS.columns()).expect("there are such columns");
        let mut out = Vec::new();
        let mut output = ClassicOutput::new(order, &mut out);
        Joined::with_nothing(|joined| {
            for section in [&[("2", 1), ("1", 1), ("3", 2)][..], &[("9", 1), ("8", 1)]] {
                output.end_section().expect("written");
                if !output.wants_more() {
                    break;
                }
                output.push_title(|line| line.push(b'#'));
                for (name, value) in section {
                    let row = Counter {
                        section: b"",
                        name: name.as_bytes(),
                        value: Count::new(*value),
                    };
                    output.prepare(|line| line.extend_from_slice(b"not taken"));
                    output.prepare(|line| line.extend_from_slice(row.name));
                    let taken = output.take::<CounterRows>(&COUNTERS, &row, joined);
                    taken.expect("written");
                }
            }
            output.end().expect("written");
        });
        String::from_utf8(out).expect("text")
    }

    #[test]
    fn rows_are_sorted_in_their_sections_and_counted_over_all() {
        type Case<'a> = (&'a [(&'a str, bool)], Option<usize>, &'a str);
        let cases: [Case<'_>; 7] = [
            (&[], None, "#213#98"),
            (&[("name", false)], None, "#123#89"),
            (&[("name", true)], None, "#321#98"),
            (&[("value", true), ("name", false)], None, "#312#89"),
            (&[("name", true)], Some(2), "#32"),
            (&[("name", false)], Some(4), "#123#8"),
            (&[], Some(3), "#213"),
        ];
        for (sort, top, expected) in cases {
            assert_eq!(written(sort, top), expected, "{sort:?} {top:?}");
        }
    }
}
