//! The way of rows from a walk to stdout in every format but net-tools' layout: sorted, counted, cut
//! off, in the columns and the format that are asked for.

use super::formats::{Csv, Document, Lines, Look, Report, Table, TableBuffer};
use super::marking::{self, Marked, RowKey};
use super::stages::{Chosen, Count, Key, Pids, Sorted, Top};
use super::tally::{TALLIED, Tally};
use super::words::Words;
use crate::report::columns::sockets::PROCESSES;
use crate::report::columns::{Column, Identity};
use crate::request::{Format, Instead, OutputSpec, SortKey};
use crate::similar;
use crate::terminal;
use std::cell::Cell;
use std::collections::BTreeSet;
use std::fmt;
use std::io::Write;

/// The most columns that an error lists.
const MOST_LISTED: usize = 30;

/// The most columns that it lists if there are more.
const MOST_USUAL: usize = 12;

/// Why a request for columns can't be met.
#[derive(Debug, PartialEq, Eq)]
pub enum UnknownColumn {
    /// There is no such column.
    NoColumn {
        /// The name that was asked for.
        name: String,
        /// The names of the columns that there are.
        known: Vec<&'static str>,
        /// Those that JSON has if none are asked for.
        usual: Vec<&'static str>,
    },
    /// A column is named twice, for which JSON has no form.
    Twice(String),
}

impl fmt::Display for UnknownColumn {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            UnknownColumn::NoColumn { name, known, usual } => {
                write!(out, "unknown field '{name}'; ")?;
                match similar::nearest(name, known.iter().copied()) {
                    Some(near) => write!(out, "did you mean {near}?"),
                    None if known.len() <= MOST_LISTED => {
                        write!(out, "the fields are {}", known.join(", "))
                    }
                    None => {
                        let usual = usual.get(..MOST_USUAL).unwrap_or(usual).join(", ");
                        write!(
                            out,
                            "there are {usual} and others that 'man rnetstat' lists"
                        )
                    }
                }
            }
            UnknownColumn::Twice(name) => write!(out, "the field '{name}' is named twice"),
        }
    }
}

/// What is read of a listing's rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadPlan {
    /// The indexes of the columns that are read.
    pub columns: Vec<usize>,
    /// The most rows that are read.
    pub rows: usize,
}

/// The way of a listing's rows.
#[derive(Debug)]
pub struct Pipeline<'s> {
    output: &'s OutputSpec,
    /// What is read of them.
    pub read: ReadPlan,
    stage: FirstStage,
    words: Words,
}

/// The first stage, which takes the walk's rows.
#[derive(Debug)]
enum FirstStage {
    /// Their number is written.
    Count,
    /// The PIDs of their owners, out of the column at this index, are written.
    Pids(usize),
    /// They are counted by the columns at the first indexes, those at the second are summed, and the
    /// groups written.
    Tally(Vec<usize>, Vec<usize>, Layout),
    /// They are written.
    Rows(Layout),
}

/// Columns that are written, and the order of rows.
#[derive(Debug)]
struct Layout {
    /// How rows are found again in another listing.
    row_key: RowKey,
    /// The indexes of the columns that are kept: those that are written, and behind them those that
    /// rows are only sorted by.
    kept: Vec<usize>,
    /// The columns that are written.
    columns: Vec<Column>,
    /// What is sorted by, by the index among those that are kept.
    keys: Vec<Key>,
    /// The indexes among those that are kept of what a row that is gone has no more.
    fleeting: Vec<usize>,
}

impl<'s> Pipeline<'s> {
    /// Plans the way of rows with `columns`, as `output` asks. `usual` are the names of those that
    /// a table has if none are asked for; `marks_changes` says whether rows are marked by what has
    /// changed since the previous listing, which takes all rows.
    ///
    /// # Errors
    /// A column is asked for that does not exist.
    pub fn new(
        output: &'s OutputSpec,
        columns: &[Column],
        usual: &[&str],
        identity: &Identity,
        marks_changes: bool,
    ) -> Result<Pipeline<'s>, UnknownColumn> {
        let stage = match output.instead {
            // A number, or PIDs, are no table.
            Some(Instead::Count) if !marks_changes => FirstStage::Count,
            Some(Instead::Pids) if !marks_changes => FirstStage::Pids(index(columns, PROCESSES)?),
            _ if !output.count_by.is_empty() => {
                let counted_by = indexes(columns, &output.count_by)?;
                let summed = summed(output, columns, &counted_by);
                let groups = chosen(columns, &counted_by).map(Column::chosen);
                let groups = groups.chain(TALLIED).chain(chosen(columns, &summed));
                let groups: Vec<Column> = groups.collect();
                let shown = match &output.columns {
                    Some(names) => indexes(&groups, names)?,
                    None => shown_of_groups(&groups).collect(),
                };
                let row_key = RowKey::of_groups(counted_by.len());
                let layout = Layout::new(output, &groups, shown, row_key)?;
                FirstStage::Tally(counted_by, summed, layout)
            }
            _ => {
                let is_for_people = matches!(output.format, Format::Table | Format::Classic);
                let is_json = matches!(output.format, Format::Json | Format::Jsonl);
                let is_shown = |column: &Column| {
                    !column.is_on_request
                        || column.is_always_in_json && is_json
                        || usual.contains(&column.name) && !column.is_for_tables
                };
                let shown = match &output.columns {
                    Some(names) => indexes(columns, names)?,
                    None if is_for_people => indexes(columns, usual)?,
                    None => (0..columns.len())
                        .filter(|index| columns.get(*index).is_some_and(is_shown))
                        .collect(),
                };
                let row_key = RowKey::new(columns, identity);
                FirstStage::Rows(Layout::new(output, columns, shown, row_key)?)
            }
        };
        let read = match &stage {
            FirstStage::Count => Vec::new(),
            FirstStage::Pids(index) => vec![*index],
            FirstStage::Tally(counted_by, summed, _) => [&counted_by[..], summed].concat(),
            FirstStage::Rows(layout) => layout.kept.clone(),
        };
        // What is gone is known only when all rows have been read.
        let rows = match output.read_limit() {
            Some(limit) if !marks_changes => limit,
            _ => usize::MAX,
        };
        Ok(Pipeline {
            output,
            read: ReadPlan {
                columns: read,
                rows,
            },
            stage,
            words: Words::default(),
        })
    }

    /// Sets what a table says besides its rows.
    pub fn with_words(self, words: Words) -> Pipeline<'s> {
        Pipeline { words, ..self }
    }

    /// Returns the stages to `out`. If rows are counted, their number is left in `rows`, too.
    pub fn into_report<'a>(
        self,
        rows: &'a Cell<u64>,
        out: &'a mut dyn Write,
    ) -> Box<dyn Report + 'a> {
        match self.stage {
            FirstStage::Count => Box::new(Count { rows, out }),
            FirstStage::Pids(index) => {
                let pids = BTreeSet::new();
                Box::new(Pids { index, pids, out })
            }
            FirstStage::Tally(counted_by, summed, layout) => {
                let next = layout.into_report(self.output, self.words, out);
                Box::new(Tally::new(counted_by, summed, next))
            }
            FirstStage::Rows(layout) => layout.into_report(self.output, self.words, out),
        }
    }

    /// Returns the stages to `format`, which takes the columns that `output` names.
    pub fn into_report_in<'a>(self, format: Box<dyn Report + 'a>) -> Box<dyn Report + 'a> {
        match self.stage {
            FirstStage::Rows(layout) => layout.into_report_in(self.output, format),
            FirstStage::Count | FirstStage::Pids(_) | FirstStage::Tally(..) => format,
        }
    }

    /// Returns an empty buffer for the table.
    pub fn table_buffer(&self) -> TableBuffer {
        let columns = match &self.stage {
            FirstStage::Tally(.., layout) | FirstStage::Rows(layout) => layout.columns.clone(),
            FirstStage::Count | FirstStage::Pids(_) => Vec::new(),
        };
        TableBuffer::new(look(self.output), columns, self.words.clone()).sortable()
    }

    /// Returns the stages to `buffer`, which mark what has changed since `past`.
    pub fn into_marked_report<'a>(
        self,
        buffer: &'a mut TableBuffer,
        past: &'a mut marking::Past,
    ) -> Box<dyn Report + 'a> {
        let output = self.output;
        match self.stage {
            FirstStage::Tally(counted_by, summed, layout) => Box::new(Tally::new(
                counted_by,
                summed,
                layout.into_marked_report(output, buffer, past),
            )),
            FirstStage::Rows(layout) => layout.into_marked_report(output, buffer, past),
            FirstStage::Count | FirstStage::Pids(_) => Box::new(buffer),
        }
    }
}

impl Layout {
    /// Plans rows with `columns`, of which those at the indexes `shown` are written.
    ///
    /// # Errors
    /// `output` sorts by a column that does not exist.
    fn new(
        output: &OutputSpec,
        columns: &[Column],
        shown: Vec<usize>,
        row_key: RowKey,
    ) -> Result<Layout, UnknownColumn> {
        let mut written: Vec<Column> = chosen(columns, &shown).collect();
        if output.columns.is_some() {
            written = written.into_iter().map(Column::chosen).collect();
        }
        let mut kept = shown;
        let mut keys = sort_keys(columns, &output.sort)?;
        for key in &mut keys {
            let position = kept.iter().position(|index| *index == key.index);
            if position.is_none() {
                kept.push(key.index);
            }
            key.index = position.unwrap_or(kept.len() - 1);
        }
        let is_fleeting = |index: &usize| columns.get(*index).is_some_and(|it| it.is_summed);
        let fleeting = kept.iter().enumerate();
        let fleeting = fleeting.filter(|(_, index)| is_fleeting(index));
        Ok(Layout {
            row_key,
            fleeting: fleeting.map(|(position, _)| position).collect(),
            kept,
            columns: written,
            keys,
        })
    }

    fn into_report<'a>(
        mut self,
        output: &OutputSpec,
        words: Words,
        out: &'a mut dyn Write,
    ) -> Box<dyn Report + 'a> {
        let format = format(output, std::mem::take(&mut self.columns), words, out);
        self.into_report_in(output, format)
    }

    fn into_report_in<'a>(
        self,
        output: &OutputSpec,
        format: Box<dyn Report + 'a>,
    ) -> Box<dyn Report + 'a> {
        let next = limited(output, self.keys, self.kept.len(), format);
        Box::new(Chosen {
            indexes: self.kept,
            next,
        })
    }

    fn into_marked_report<'a>(
        self,
        output: &OutputSpec,
        buffer: &'a mut TableBuffer,
        past: &'a mut marking::Past,
    ) -> Box<dyn Report + 'a> {
        let next = limited(output, self.keys, self.kept.len(), Box::new(buffer));
        let (kept, fleeting) = (self.kept, self.fleeting);
        Box::new(Marked::new(self.row_key, kept, fleeting, past, next))
    }
}

/// Returns the columns at `indexes`.
fn chosen(columns: &[Column], indexes: &[usize]) -> impl Iterator<Item = Column> {
    indexes
        .iter()
        .filter_map(|index| columns.get(*index).copied())
}

/// Puts the sorting and the limit of rows with `width` columns before `next`.
fn limited<'a>(
    output: &OutputSpec,
    keys: Vec<Key>,
    width: usize,
    mut next: Box<dyn Report + 'a>,
) -> Box<dyn Report + 'a> {
    if let Some(left) = output.top {
        next = Box::new(Top { left, next });
    }
    if !keys.is_empty() {
        next = Box::new(Sorted::new(keys, width, next));
    }
    next
}

/// Returns what is sorted by, by the indexes of columns.
///
/// # Errors
/// There is no such column.
pub fn sort_keys(columns: &[Column], keys: &[SortKey]) -> Result<Vec<Key>, UnknownColumn> {
    let key = |key: &SortKey| {
        Ok(Key {
            index: index(columns, &key.column)?,
            descending: key.descending,
        })
    };
    keys.iter().map(key).collect()
}

/// Returns the stage that writes.
fn format<'a>(
    output: &OutputSpec,
    columns: Vec<Column>,
    words: Words,
    out: &'a mut dyn Write,
) -> Box<dyn Report + 'a> {
    match output.format {
        Format::Json => Box::new(Document::new(columns, out)),
        Format::Jsonl => Box::new(Lines::new(columns, out)),
        Format::Csv => Box::new(Csv::new(columns, !output.headless, out)),
        Format::Table | Format::Classic => Box::new(Table::new(look(output), columns, words, out)),
    }
}

/// Returns how a table looks that is written.
fn look(output: &OutputSpec) -> Look {
    Look {
        width: terminal::width(),
        height: None,
        color: terminal::colors(output.color),
        of_groups: !output.count_by.is_empty(),
        headless: output.headless,
    }
}

/// Returns the indexes of the columns that groups have the sums of: those that a flag or their names ask
/// for.
fn summed(output: &OutputSpec, columns: &[Column], counted_by: &[usize]) -> Vec<usize> {
    let is_wanted = |(index, column): &(usize, &Column)| {
        let is_named = || output.fields().any(|name| name == column.name);
        column.is_summed && !counted_by.contains(index) && (!column.is_on_request || is_named())
    };
    let wanted = columns.iter().enumerate().filter(is_wanted);
    wanted.map(|(index, _)| index).collect()
}

/// Returns the indexes of the columns of groups that are shown if none are asked for.
fn shown_of_groups(columns: &[Column]) -> impl Iterator<Item = usize> {
    let shown = columns.iter().enumerate();
    let shown = shown.filter(|(_, column)| column.is_chosen || !column.is_on_request);
    shown.map(|(index, _)| index)
}

fn indexes(columns: &[Column], names: &[impl AsRef<str>]) -> Result<Vec<usize>, UnknownColumn> {
    let mut indexes = Vec::with_capacity(names.len());
    for name in names {
        let index = index(columns, name.as_ref())?;
        if indexes.contains(&index) {
            return Err(UnknownColumn::Twice(name.as_ref().to_owned()));
        }
        indexes.push(index);
    }
    Ok(indexes)
}

fn index(columns: &[Column], name: &str) -> Result<usize, UnknownColumn> {
    let index = columns.iter().position(|column| column.name == name);
    index.ok_or_else(|| UnknownColumn::NoColumn {
        name: name.to_owned(),
        known: columns.iter().map(|column| column.name).collect(),
        usual: columns
            .iter()
            .filter(|column| !column.is_on_request)
            .map(|column| column.name)
            .collect(),
    })
}
