//! Rows of net-tools' layout that are sorted, or cut off behind the first ones.
//!
//! A layout's rows are bytes. To sort them, each is kept with what it is sorted by until its section
//! ends: that of the Internet sockets, of one family's routes and so on, each below its title. Where
//! nothing is sorted or cut off, rows pass through untouched.

use super::flush_line;
use crate::report::columns::{Field, Record};
use crate::report::records::pipeline::{Unanswerable, sort_keys};
use crate::report::records::stages::{Key, compare};
use crate::report::records::value::Value;
use crate::request::OutputSpec;
use std::io::{self, Write};

/// How a listing's rows are arranged.
#[derive(Debug, Default)]
pub struct Arranged {
    order: Option<Order>,
}

#[derive(Debug)]
struct Order {
    /// What is sorted by, by its place in the row's fields.
    keys: Vec<Key>,
    /// How many rows are still to be printed at most.
    left: usize,
    /// How many rows are still to be read at most, for those are the ones that are printed.
    wanted: usize,
    /// The rows of the section at hand, if it is to be sorted: keys' values, and the row.
    rows: Vec<(Vec<Value<'static>>, Vec<u8>)>,
}

impl Arranged {
    /// As `output` asks, for rows with what `fields` tells.
    ///
    /// # Errors
    /// It asks for a field that there is not.
    pub fn new(
        output: &OutputSpec,
        fields: impl FnOnce() -> Vec<Field>,
    ) -> Result<Arranged, Unanswerable> {
        if !output.sorts_or_limits() {
            return Ok(Arranged::default());
        }
        let top = output.top.unwrap_or(usize::MAX);
        let order = Order {
            keys: sort_keys(&fields(), &output.sort)?,
            left: top,
            wanted: output.read_limit().unwrap_or(usize::MAX),
            rows: Vec::new(),
        };
        Ok(Arranged { order: Some(order) })
    }

    /// Whether rows are sorted or cut off.
    pub fn is_on(&self) -> bool {
        self.order.is_some()
    }

    /// Whether there is room for more rows.
    pub fn wants_more(&self) -> bool {
        self.order.as_ref().is_none_or(|order| order.left > 0)
    }

    /// Whether one more row that has been read is wanted; if not, no other is.
    pub fn admits(&mut self) -> bool {
        let Some(order) = &mut self.order else {
            return true;
        };
        let left = order.wanted.checked_sub(1);
        order.wanted = left.unwrap_or(0);
        left.is_some()
    }

    /// Ends a section: prints its rows as they are sorted.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn end_section(&mut self, out: &mut dyn Write) -> io::Result<()> {
        let Some(Order {
            keys, left, rows, ..
        }) = &mut self.order
        else {
            return Ok(());
        };
        rows.sort_by(|(one, _), (other, _)| {
            let orders = keys.iter().zip(one.iter().zip(other));
            compare(orders.map(|(key, (one, other))| (key, one.cmp(other))))
        });
        for (_, row) in rows.drain(..).take(*left) {
            out.write_all(&row)?;
            *left -= 1;
        }
        Ok(())
    }

    /// Makes `line` ready for a row that is to be kept: writes the title that stands in it.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn make_ready(&self, line: &mut Vec<u8>, out: &mut dyn Write) -> io::Result<()> {
        match self.is_on() {
            true => flush_line(line, out),
            false => Ok(()),
        }
    }

    /// Writes the row in `line`, or keeps it; `record` is the same row. The line is empty then.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn hand_on(
        &mut self,
        line: &mut Vec<u8>,
        record: &mut dyn Record,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        match &mut self.order {
            None => flush_line(line, out),
            Some(order) if order.keys.is_empty() => {
                match order.left.checked_sub(1) {
                    None => line.clear(),
                    Some(left) => {
                        order.left = left;
                        flush_line(line, out)?;
                    }
                }
                Ok(())
            }
            Some(order) => {
                let keys = order.keys.iter();
                let values = keys.map(|key| record.value(key.place).into_owned());
                order.rows.push((values.collect(), line.clone()));
                line.clear();
                Ok(())
            }
        }
    }
}

/// Where rows go: into a buffer, and from there to stdout, arranged.
pub struct Page<'a> {
    /// The bytes of the row at hand, and before it of a title that has no row yet.
    pub line: &'a mut Vec<u8>,
    /// How rows are arranged.
    pub arranged: &'a mut Arranged,
    /// What the bytes are written to.
    pub out: &'a mut dyn Write,
}

impl Page<'_> {
    /// See [`Arranged::make_ready`].
    ///
    /// # Errors
    /// Those of the output.
    pub fn make_ready(&mut self) -> io::Result<()> {
        self.arranged.make_ready(self.line, self.out)
    }

    /// See [`Arranged::hand_on`].
    ///
    /// # Errors
    /// Those of the output.
    pub fn hand_on(&mut self, record: &mut dyn Record) -> io::Result<()> {
        self.arranged.hand_on(self.line, record, self.out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::request::SortKey;

    struct Numbers(i128, i128);

    impl Record for Numbers {
        fn value(&mut self, place: usize) -> Value<'_> {
            Value::Number(if place == 0 { self.0 } else { self.1 })
        }
    }

    /// What comes of two sections of rows.
    fn arranged(sort: &[(&str, bool)], top: Option<usize>) -> String {
        let sort = sort.iter().map(|(field, descending)| SortKey {
            field: (*field).to_owned(),
            descending: *descending,
        });
        let output = OutputSpec {
            sort: sort.collect(),
            top,
            ..OutputSpec::default()
        };
        let fields = || vec![Field::new("a", ""), Field::new("b", "")];
        let mut arranged = Arranged::new(&output, fields).expect("there are such fields");
        let (mut line, mut out) = (Vec::new(), Vec::new());
        for section in [&[(2, 1), (1, 1), (3, 2)][..], &[(9, 1), (8, 1)]] {
            if !arranged.wants_more() {
                break;
            }
            line.push(b'#');
            for (a, b) in section {
                arranged.make_ready(&mut line, &mut out).expect("written");
                line.extend_from_slice(a.to_string().as_bytes());
                let mut record = Numbers(*a, *b);
                let handed = arranged.hand_on(&mut line, &mut record, &mut out);
                handed.expect("written");
            }
            arranged.end_section(&mut out).expect("written");
        }
        String::from_utf8(out).expect("text")
    }

    #[test]
    fn rows_are_sorted_in_their_sections_and_counted_over_all() {
        type Case<'a> = (&'a [(&'a str, bool)], Option<usize>, &'a str);
        let cases: [Case<'_>; 7] = [
            (&[], None, "#213#98"),
            (&[("a", false)], None, "#123#89"),
            (&[("a", true)], None, "#321#98"),
            (&[("b", true), ("a", false)], None, "#312#89"),
            (&[("a", true)], Some(2), "#32"),
            (&[("a", false)], Some(4), "#123#8"),
            (&[], Some(3), "#213"),
        ];
        for (sort, top, expected) in cases {
            assert_eq!(arranged(sort, top), expected, "{sort:?} {top:?}");
        }
    }
}
