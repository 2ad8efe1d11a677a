//! The way of rows from a table to stdout, where net-tools' layout is not wanted: sorted, counted,
//! cut off, in the columns and the format that are asked for.

use crate::report::columns::sockets::PROCESSES;
use crate::report::columns::{Field, Identity};
use crate::report::records::formats::{Csv, Document, Lines, Look, Report, Table, TableBuffer};
use crate::report::records::marks::{self, MARK, Marked, RowKey};
use crate::report::records::stages::{Chosen, Count, Key, Pids, Sorted, TALLIED, Tally, Top};
use crate::request::{Format, Instead, OutputSpec, SortKey};
use crate::terminal;
use std::collections::BTreeSet;
use std::fmt;
use std::io::{self, Write};

/// Why there can be no such output.
#[derive(Debug)]
pub enum Unanswerable {
    /// Rows have no such field.
    NoField {
        /// What was asked for.
        name: String,
        /// What there is.
        known: Vec<&'static str>,
    },
    /// A field is named twice, which JSON has no form for.
    Twice(String),
    /// The output can't be written.
    Io(io::Error),
}

impl fmt::Display for Unanswerable {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Unanswerable::NoField { name, known } => {
                write!(
                    out,
                    "no column is called '{name}'; there are {}",
                    known.join(", ")
                )
            }
            Unanswerable::Twice(name) => write!(out, "the column '{name}' is named twice"),
            Unanswerable::Io(error) => write!(out, "{error}"),
        }
    }
}

impl From<io::Error> for Unanswerable {
    fn from(error: io::Error) -> Self {
        Unanswerable::Io(error)
    }
}

/// The way of rows.
pub struct Pipeline<'a> {
    /// Its first stage.
    pub report: Box<dyn Report + 'a>,
    /// What it will look at.
    pub wanted: Wanted,
}

/// What will be looked at of a table's rows.
pub struct Wanted {
    /// The places of these fields.
    pub places: Vec<usize>,
    /// How many rows at most.
    pub most: usize,
}

impl Wanted {
    fn of_all(places: Vec<usize>) -> Wanted {
        let most = usize::MAX;
        Wanted { places, most }
    }
}

/// Where rows end.
pub enum Output<'a> {
    /// They are written there.
    Stream(&'a mut dyn Write),
    /// They are kept, to be shown as a table as often as need be, what has changed marked.
    Buffer {
        /// Filled with the rows, and what is needed to show them.
        buffer: &'a mut Option<TableBuffer>,
        /// The listing before.
        past: &'a mut marks::Past,
        /// How its rows are found again.
        identity: Identity,
    },
}

/// The way for rows with `fields` to `out`, as `output` asks; `usual` are the names of the fields
/// that a table has where none are asked for.
///
/// # Errors
/// A field is asked for that there is not, or the output can't be written.
pub fn pipeline<'a>(
    output: &OutputSpec,
    fields: &[Field],
    usual: &[&str],
    out: Output<'a>,
) -> Result<Pipeline<'a>, Unanswerable> {
    let out = match (output.instead, out) {
        (Some(Instead::Count), Output::Stream(out)) => {
            return Ok(Pipeline {
                report: Box::new(Count { rows: 0, out }),
                wanted: Wanted::of_all(Vec::new()),
            });
        }
        (Some(Instead::Pids), Output::Stream(out)) => {
            let place = place(fields, PROCESSES)?;
            let pids = BTreeSet::new();
            return Ok(Pipeline {
                report: Box::new(Pids { place, pids, out }),
                wanted: Wanted::of_all(vec![place]),
            });
        }
        // A number, or PIDs, are no table.
        (_, out) => out,
    };
    // From the last stage, which writes, to the first, which is handed the table's rows.
    if !output.count_by.is_empty() {
        let places = places(fields, &output.count_by)?;
        let counted_by = chosen(fields, &places).map(Field::chosen);
        let tallied: Vec<Field> = counted_by.chain(TALLIED).collect();
        let shown = match &output.columns {
            Some(names) => self::places(&tallied, names)?,
            None => (0..tallied.len()).collect(),
        };
        let row_key = RowKey::of_groups(places.len());
        let layout = Layout::new(output, &tallied, shown, row_key)?;
        return Ok(Pipeline {
            report: Box::new(Tally::new(places.clone(), layout.into_report(output, out)?)),
            wanted: Wanted::of_all(places),
        });
    }
    let is_for_people = matches!(output.format, Format::Table | Format::Classic);
    let shown = match &output.columns {
        Some(names) => places(fields, names)?,
        None if is_for_people => self::places(fields, usual)?,
        None => (0..fields.len()).collect(),
    };
    let identity = match &out {
        Output::Buffer { identity, .. } => identity,
        Output::Stream(_) => &Identity::NONE,
    };
    let row_key = RowKey::new(fields, identity);
    let layout = Layout::new(output, fields, shown, row_key)?;
    Ok(Pipeline {
        wanted: Wanted {
            places: layout.places.clone(),
            most: match &out {
                // What has gone is told by all that is there.
                Output::Buffer { .. } => usize::MAX,
                Output::Stream(_) => output.read_limit().unwrap_or(usize::MAX),
            },
        },
        report: layout.into_report(output, out)?,
    })
}

/// Columns that have been chosen, and the order of rows.
struct Layout {
    /// How rows are found again in another listing.
    row_key: RowKey,
    /// The places of the fields that are kept: of those that are written, and behind them of those
    /// that only are sorted by.
    places: Vec<usize>,
    /// Those that are written.
    fields: Vec<Field>,
    /// What is sorted by, by its place among those that are kept.
    keys: Vec<Key>,
}

impl Layout {
    /// Of rows with `fields`, those at the places `shown`, as `output` sorts them.
    ///
    /// # Errors
    /// It sorts by a field that there is not.
    fn new(
        output: &OutputSpec,
        fields: &[Field],
        shown: Vec<usize>,
        row_key: RowKey,
    ) -> Result<Layout, Unanswerable> {
        let mut written: Vec<Field> = chosen(fields, &shown).collect();
        if output.columns.is_some() {
            written = written.into_iter().map(Field::chosen).collect();
        }
        let mut places = shown;
        let mut keys = sort_keys(fields, &output.sort)?;
        // What is sorted by and not written is kept behind what is written.
        for key in &mut keys {
            let kept = places.iter().position(|place| *place == key.place);
            if kept.is_none() {
                places.push(key.place);
            }
            key.place = kept.unwrap_or(places.len() - 1);
        }
        Ok(Layout {
            row_key,
            places,
            fields: written,
            keys,
        })
    }

    /// The stages from here to `out`.
    fn into_report<'a>(
        self,
        output: &OutputSpec,
        out: Output<'a>,
    ) -> io::Result<Box<dyn Report + 'a>> {
        let places = self.places;
        match out {
            Output::Stream(out) => {
                let next = format(output, self.fields, out)?;
                let next = limited(output, self.keys, places.len(), next);
                Ok(Box::new(Chosen { places, next }))
            }
            Output::Buffer { buffer, past, .. } => {
                let fields = [MARK].into_iter().chain(self.fields).collect();
                let buffer = buffer.insert(TableBuffer::new(look(output), fields));
                // Behind the mark.
                let behind = |key: Key| Key {
                    place: key.place + 1,
                    ..key
                };
                let keys = self.keys.into_iter().map(behind).collect();
                let next = limited(output, keys, places.len() + 1, Box::new(buffer));
                Ok(Box::new(Marked::new(self.row_key, places, past, next)))
            }
        }
    }
}

/// The fields at `places`.
fn chosen(fields: &[Field], places: &[usize]) -> impl Iterator<Item = Field> {
    places
        .iter()
        .filter_map(|place| fields.get(*place).copied())
}

/// Puts the sorting and the limit of rows with `width` fields before `next`.
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

/// The places of the fields that are sorted by.
///
/// # Errors
/// There is no such field.
pub fn sort_keys(fields: &[Field], keys: &[SortKey]) -> Result<Vec<Key>, Unanswerable> {
    keys.iter().map(|key| sort_key(fields, key)).collect()
}

fn sort_key(fields: &[Field], key: &SortKey) -> Result<Key, Unanswerable> {
    Ok(Key {
        place: place(fields, &key.field)?,
        descending: key.descending,
    })
}

/// The stage that writes.
fn format<'a>(
    output: &OutputSpec,
    fields: Vec<Field>,
    out: &'a mut dyn Write,
) -> io::Result<Box<dyn Report + 'a>> {
    Ok(match output.format {
        Format::Json => Box::new(Document::new(fields, out)),
        Format::Jsonl => Box::new(Lines::new(fields, out)),
        Format::Csv => Box::new(Csv::new(&fields, !output.headless, out)?),
        Format::Table | Format::Classic => Box::new(Table::new(look(output), fields, out)),
    })
}

/// How a table looks that is written.
fn look(output: &OutputSpec) -> Look {
    Look {
        width: terminal::width(),
        height: None,
        color: terminal::colors(output.color),
        of_groups: !output.count_by.is_empty(),
    }
}

fn places(fields: &[Field], names: &[impl AsRef<str>]) -> Result<Vec<usize>, Unanswerable> {
    let mut places = Vec::with_capacity(names.len());
    for name in names {
        let place = place(fields, name.as_ref())?;
        if places.contains(&place) {
            return Err(Unanswerable::Twice(name.as_ref().to_owned()));
        }
        places.push(place);
    }
    Ok(places)
}

fn place(fields: &[Field], name: &str) -> Result<usize, Unanswerable> {
    let place = fields.iter().position(|field| field.name == name);
    place.ok_or_else(|| Unanswerable::NoField {
        name: name.to_owned(),
        known: fields.iter().map(|field| field.name).collect(),
    })
}
