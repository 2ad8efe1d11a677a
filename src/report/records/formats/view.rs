//! Which of a table's rows are shown, and in which order, where it is drawn on a screen.

use crate::report::records::stages::Key;
use crate::report::records::value::Value;

/// What the user has chosen to see of a table. The next listing is shown likewise.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct View {
    /// The number of rows above the first that is shown.
    pub first: usize,
    /// The text that rows have somewhere, in any case; empty for all rows.
    pub text: String,
    /// The name of the column by which rows are sorted, or `None` for the listing's own order.
    pub sort: Option<&'static str>,
    /// Whether the order is reversed.
    pub reversed: bool,
}

impl View {
    /// Returns whether a row is shown that has these cells.
    pub fn has<'c>(&self, mut cells: impl Iterator<Item = &'c str>) -> bool {
        let text = self.text.to_lowercase();
        text.is_empty() || cells.any(|cell| cell.to_lowercase().contains(&text))
    }

    /// Puts rows in order, each with its value of the column at `sort`, if that is there.
    pub fn arrange<'r, R>(
        &self,
        rows: &mut [&'r R],
        value: impl Fn(&'r R) -> Option<&'r Value<'static>>,
    ) {
        match self.sort {
            Some(_) => {
                let key = Key {
                    index: 0,
                    descending: self.reversed,
                };
                rows.sort_by(|one, other| key.order(value(one), value(other)));
            }
            None if self.reversed => rows.reverse(),
            None => {}
        }
    }

    /// Sorts by the column after the current one, in the listing's own order after the last.
    pub fn sort_by_next(&mut self, columns: &[&'static str]) {
        let current = self
            .sort
            .map(|name| columns.iter().position(|it| *it == name));
        let next = match current {
            None | Some(None) => 0,
            Some(Some(index)) => index + 1,
        };
        self.sort = columns.get(next).copied();
    }
}

/// Lines of a table, and which rows are among them.
#[derive(Debug, Default)]
pub struct Page {
    /// The lines.
    pub lines: Vec<String>,
    /// The number of rows above the first.
    pub first: usize,
    /// The number of rows that are shown.
    pub rows: usize,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_have_the_text_in_any_case() {
        let cases = [("", true), ("ssh", true), ("SSH", true), ("x", false)];
        for (text, expected) in cases {
            let view = View {
                text: text.to_owned(),
                ..View::default()
            };
            assert_eq!(
                view.has(["tcp", "900/Sshd"].into_iter()),
                expected,
                "{text}"
            );
        }
    }

    #[test]
    fn every_column_has_its_turn() {
        let mut view = View::default();
        let mut turns = Vec::new();
        for _ in 0..4 {
            view.sort_by_next(&["a", "b"]);
            turns.push(view.sort);
        }
        assert_eq!(turns, [Some("a"), Some("b"), None, Some("a")]);
        // It is shown no more.
        view.sort = Some("c");
        view.sort_by_next(&["a", "b"]);
        assert_eq!(view.sort, Some("a"));
    }

    #[test]
    fn numbers_are_in_order() {
        let rows = [9, 10, 1].map(Value::Number);
        let order = |sort, reversed| {
            let view = View {
                sort,
                reversed,
                ..View::default()
            };
            let mut rows: Vec<&Value<'static>> = rows.iter().collect();
            view.arrange(&mut rows, Some);
            rows.into_iter().cloned().collect::<Vec<_>>()
        };
        let numbers = |all: [i128; 3]| all.map(Value::Number).to_vec();
        assert_eq!(order(None, false), numbers([9, 10, 1]));
        assert_eq!(order(None, true), numbers([1, 10, 9]));
        assert_eq!(order(Some("a"), false), numbers([1, 9, 10]));
        assert_eq!(order(Some("a"), true), numbers([10, 9, 1]));
    }
}
