//! The stage that marks what has changed since the previous listing. Rows that are gone appear once
//! more, where they were.

use super::super::columns::{Column, Identity, NoOwner, Record};
use super::formats::Report;
use super::mark::Mark;
use super::stages::Kept;
use super::value::Value;
use crate::tables::Reach;
use std::collections::HashMap;
use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};
use std::io;

/// What identifies a row among its columns, and what of it can change.
#[derive(Debug, Clone)]
pub struct RowKey {
    by: Vec<usize>,
    fallback_key: Option<(usize, usize)>,
    changes: Vec<usize>,
}

impl RowKey {
    /// Returns the key of rows with `columns`, as `identity` has it.
    pub fn new(columns: &[Column], identity: &Identity) -> RowKey {
        let index = |name: &str| columns.iter().position(|column| column.name == name);
        let indexes = |names: &[&str]| names.iter().filter_map(|name| index(name)).collect();
        RowKey {
            by: indexes(identity.by),
            fallback_key: identity
                .fallback_key
                .and_then(|(fallback_key, instead)| index(fallback_key).zip(index(instead))),
            changes: indexes(identity.changes),
        }
    }

    /// Returns the key of groups of rows that share their first `columns` columns, followed by
    /// their count.
    pub fn of_groups(columns: usize) -> RowKey {
        RowKey {
            by: (0..columns).collect(),
            fallback_key: None,
            changes: vec![columns],
        }
    }

    /// Returns a hash of what identifies the row. A collision costs no more than a mark.
    fn identity_hash(&self, record: &mut dyn Record) -> u64 {
        let mut hasher = DefaultHasher::new();
        record.namespace().hash(&mut hasher);
        hash(record, &self.by, &mut hasher);
        if let Some((fallback_key, instead)) = self.fallback_key
            && record.value(fallback_key) == Value::Null
        {
            record.value(instead).hash(&mut hasher);
        }
        hasher.finish()
    }

    /// Returns a hash of what can change.
    fn content_hash(&self, record: &mut dyn Record) -> u64 {
        let mut hasher = DefaultHasher::new();
        hash(record, &self.changes, &mut hasher);
        hasher.finish()
    }
}

fn hash(record: &mut dyn Record, indexes: &[usize], hasher: &mut DefaultHasher) {
    for index in indexes {
        record.value(*index).hash(hasher);
    }
}

/// The rows of the previous listing, or `None` before the first.
#[derive(Debug, Default)]
pub struct Past(Option<Vec<Seen>>);

/// A row of a listing.
#[derive(Debug)]
struct Seen {
    identity: u64,
    content: u64,
    row: Kept,
}

/// Keeps some columns of all rows, and hands them on with marks, in their order; rows that are gone
/// follow where they were.
pub struct Marked<'a> {
    row_key: RowKey,
    /// The indexes of the columns that are kept.
    indexes: Vec<usize>,
    /// Which of these a row that is gone has no more.
    fleeting: Vec<usize>,
    rows: Vec<Seen>,
    past: &'a mut Past,
    next: Box<dyn Report + 'a>,
}

impl<'a> Marked<'a> {
    /// Marks what has changed since `past`, which becomes the current listing.
    pub fn new(
        row_key: RowKey,
        indexes: Vec<usize>,
        fleeting: Vec<usize>,
        past: &'a mut Past,
        next: Box<dyn Report + 'a>,
    ) -> Marked<'a> {
        Marked {
            row_key,
            indexes,
            fleeting,
            rows: Vec::new(),
            past,
            next,
        }
    }
}

impl Report for Marked<'_> {
    fn record(&mut self, record: &mut dyn Record) -> io::Result<()> {
        self.rows.push(Seen {
            identity: self.row_key.identity_hash(record),
            content: self.row_key.content_hash(record),
            row: Kept::new(record, self.indexes.iter().copied()),
        });
        Ok(())
    }

    fn end(&mut self) -> io::Result<()> {
        let (marks, gone) = match self.past.0.take() {
            Some(before) => compare(before, &self.rows),
            None => (vec![Mark::Same; self.rows.len()], Vec::new()),
        };
        let mut gone = gone.into_iter().peekable();
        let fleeting = &self.fleeting;
        for (index, (seen, mark)) in self.rows.iter_mut().zip(marks).enumerate() {
            while let Some((_, mut row)) = gone.next_if(|(before, _)| *before <= index) {
                let mut row = MarkedRow(Mark::Gone, &mut row, fleeting);
                self.next.record(&mut row)?;
            }
            self.next.record(&mut MarkedRow(mark, &mut seen.row, &[]))?;
        }
        for (_, mut row) in gone {
            let mut row = MarkedRow(Mark::Gone, &mut row, fleeting);
            self.next.record(&mut row)?;
        }
        self.past.0 = Some(std::mem::take(&mut self.rows));
        self.next.end()
    }
}

/// Returns the marks of the current rows, and the rows that are gone, each with the index of the
/// row that it now precedes.
fn compare(before: Vec<Seen>, now: &[Seen]) -> (Vec<Mark>, Vec<(usize, Kept)>) {
    // The indexes of rows with equal keys, the first one last.
    let mut indexes: HashMap<u64, Vec<usize>> = HashMap::with_capacity(before.len());
    for (index, seen) in before.iter().enumerate().rev() {
        indexes.entry(seen.identity).or_default().push(index);
    }
    let mut now_at = vec![None; before.len()];
    let marks = now.iter().enumerate().map(|(index, seen)| {
        let was_at = indexes.get_mut(&seen.identity).and_then(Vec::pop);
        let Some((was_at, was)) = was_at.and_then(|at| Some((at, before.get(at)?))) else {
            return Mark::New;
        };
        if let Some(now_at) = now_at.get_mut(was_at) {
            *now_at = Some(index);
        }
        match was.content == seen.content {
            true => Mark::Same,
            false => Mark::Changed,
        }
    });
    let marks = marks.collect();
    // A row that is gone stays behind its predecessor.
    let mut next = 0;
    let mut gone = Vec::new();
    for (seen, now_at) in before.into_iter().zip(now_at) {
        match now_at {
            Some(index) => next = index + 1,
            None => gone.push((next, seen.row)),
        }
    }
    gone.sort_by_key(|(next, _)| *next);
    (marks, gone)
}

/// A row with its mark, and the indexes of what it has no more.
struct MarkedRow<'a>(Mark, &'a mut Kept, &'a [usize]);

impl Record for MarkedRow<'_> {
    fn value(&mut self, index: usize) -> Value<'_> {
        match self.2.contains(&index) {
            true => Value::Null,
            false => self.1.value(index),
        }
    }

    fn mark(&self) -> Mark {
        self.0
    }

    fn no_owner(&self) -> Option<NoOwner> {
        self.1.no_owner()
    }

    fn reach(&self) -> Option<Reach> {
        self.1.reach()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Writes each row behind the sign of its mark.
    struct Signed<'a>(&'a mut Vec<String>);

    impl Report for Signed<'_> {
        fn record(&mut self, record: &mut dyn Record) -> io::Result<()> {
            let mut line = record.mark().sign().as_bytes().to_vec();
            record.value(0).push_cell(&mut line);
            record.value(1).push_cell(&mut line);
            self.0.push(String::from_utf8(line).expect("UTF-8"));
            Ok(())
        }

        fn end(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    /// Returns what comes of listings that follow each other, rows of who and how, as "mark who
    /// how".
    fn listed(listings: &[&[(&'static str, i128)]]) -> Vec<String> {
        let mut past = Past::default();
        let list = |rows: &&[(&'static str, i128)]| {
            let mut lines = Vec::new();
            let next = Box::new(Signed(&mut lines));
            let row_key = RowKey::of_groups(1);
            let mut marked = Marked::new(row_key, vec![0, 1], Vec::new(), &mut past, next);
            for (who, how) in *rows {
                let row = [Value::word(Some(who)), Value::Number(*how)];
                marked.record(&mut Kept::of(row)).expect("written");
            }
            marked.end().expect("written");
            drop(marked);
            lines.join(" ")
        };
        listings.iter().map(list).collect()
    }

    #[test]
    fn what_is_new_has_gone_or_changed_is_marked_once() {
        let found = listed(&[
            &[("a", 1), ("b", 1), ("c", 1)],
            &[("a", 1), ("c", 2), ("d", 1)],
            &[("a", 1), ("c", 2), ("d", 1)],
            &[],
            &[],
            &[("a", 1)],
        ]);
        let expected = [
            "a1 b1 c1",
            "a1 -b1 ~c2 +d1",
            "a1 c2 d1",
            "-a1 -c2 -d1",
            "",
            "+a1",
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn rows_that_are_alike_are_counted() {
        let found = listed(&[
            &[("a", 1), ("a", 1)],
            &[("a", 1), ("a", 1), ("a", 1)],
            &[("a", 1)],
        ]);
        assert_eq!(found, ["a1 a1", "a1 a1 +a1", "a1 -a1 -a1"]);
    }

    #[test]
    fn rows_that_have_gone_stand_where_they_were() {
        let found = listed(&[
            &[("a", 1), ("b", 1), ("c", 1), ("d", 1)],
            &[("d", 1), ("b", 1)],
        ]);
        // The first one stood before all others, the third after b, which is the last now.
        assert_eq!(found[1], "-a1 d1 b1 -c1");
    }

    #[test]
    fn a_row_is_told_by_another_field_where_it_lacks_one() {
        let columns = [
            Column::new("port", ""),
            Column::new("inode", ""),
            Column::new("state", ""),
        ];
        let identity = Identity {
            by: &["port"],
            fallback_key: Some(("port", "inode")),
            changes: &["state"],
        };
        let row_key = RowKey::new(&columns, &identity);
        let who = |port: Option<i32>, inode: i32| {
            let row = [Value::number(port), Value::number(Some(inode)), Value::Null];
            row_key.identity_hash(&mut Kept::of(row))
        };
        assert_eq!(who(Some(80), 1), who(Some(80), 0));
        assert_ne!(who(None, 1), who(None, 2));
        assert_ne!(who(Some(80), 1), who(Some(81), 1));
    }
}
