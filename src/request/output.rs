//! The form of the output.

/// The form of the output.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OutputSpec {
    /// How rows are written.
    pub format: Format,
    /// Whether states have colours in a table.
    pub color: Color,
    /// The names of the columns that are written, in this order, or `None` for the format's own.
    pub columns: Option<Vec<String>>,
    /// The columns to sort by, the first one first.
    pub sort: Vec<SortKey>,
    /// The columns by which rows are counted; empty if the rows themselves are written.
    pub count_by: Vec<String>,
    /// The most rows that are written.
    pub top: Option<usize>,
    /// What is written instead of the rows.
    pub instead: Option<Instead>,
    /// Whether titles are left out, and a table's last line, so that there is nothing but rows.
    pub headless: bool,
    /// How many rows there are if nothing is wrong, where they are counted.
    pub usual_count: UsualCount,
}

/// How many rows there are if nothing is wrong.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct UsualCount {
    /// Not fewer (`--below`).
    pub least: Option<u64>,
    /// Not more (`--above`).
    pub most: Option<u64>,
}

impl UsualCount {
    /// Returns whether a limit is set.
    pub fn is_limited(self) -> bool {
        self.least.is_some() || self.most.is_some()
    }

    /// Returns which limit a count has crossed, in words, or `None` if it is as usual.
    pub fn crossed(self, count: u64) -> Option<String> {
        match self {
            UsualCount {
                most: Some(most), ..
            } if count > most => Some(format!("more than {most}")),
            UsualCount {
                least: Some(least), ..
            } if count < least => Some(format!("fewer than {least}")),
            _ => None,
        }
    }
}

impl OutputSpec {
    /// Returns the names of the columns that are asked for: to be shown, counted by, or sorted by.
    pub fn fields(&self) -> impl Iterator<Item = &str> {
        let sorted_by = self.sort.iter().map(|key| &key.column);
        let shown = self.columns.iter().flatten();
        let all = shown.chain(&self.count_by).chain(sorted_by);
        all.map(String::as_str)
    }

    /// Returns whether the first rows are shown in an order that nobody chose.
    pub fn takes_first_rows(&self) -> bool {
        self.top.is_some() && self.sort.is_empty() && self.count_by.is_empty()
    }

    /// Returns whether it is known only at the end of a listing.
    pub fn needs_all_rows(&self) -> bool {
        !self.count_by.is_empty() || self.instead.is_some()
    }

    /// Returns whether rows are sorted or cut off.
    pub fn sorts_or_limits(&self) -> bool {
        !self.sort.is_empty() || self.top.is_some()
    }

    /// Returns the most rows that have to be read if the output is the first rows, or `None` for
    /// all.
    pub fn read_limit(&self) -> Option<usize> {
        let takes_all = !self.sort.is_empty() || self.needs_all_rows();
        self.top.filter(|_| !takes_all)
    }

    /// Returns whether it is a table for people: counts are, if no format is asked for.
    pub fn is_table(&self) -> bool {
        let is_tally = self.format == Format::Classic && !self.count_by.is_empty();
        self.instead.is_none() && (self.format == Format::Table || is_tally)
    }

    /// Returns whether rows are printed in net-tools' layout.
    pub fn is_classic(&self) -> bool {
        self.format == Format::Classic && self.count_by.is_empty() && self.instead.is_none()
    }
}

/// How rows are written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Format {
    /// As net-tools does.
    #[default]
    Classic,
    /// A table for people.
    Table,
    /// One JSON document.
    Json,
    /// A JSON object a line.
    Jsonl,
    /// CSV with a header.
    Csv,
}

/// When a table has colours.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Color {
    /// On a terminal, unless the environment has NO_COLOR.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// A column to sort by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SortKey {
    /// Its name.
    pub column: String,
    /// Whether large values come first.
    pub descending: bool,
}

/// What can be written instead of rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Instead {
    /// Their number.
    Count,
    /// The PIDs of their owners.
    Pids,
}
