//! The rows of a table, kept until the last one has come: only then the widths of the columns are
//! known.

use super::Report;
use super::cell::{bar, push_abridged, push_commands};
use super::summary::Told;
use super::view::View;
use crate::report::columns::{Column, Cost, Record, Shrink, Unit};
use crate::report::records::mark::Changes;
use crate::report::records::reach::is_of_all;
use crate::report::records::value::Value;
use crate::report::records::words::Words;
use crate::sanitize::make_printable;
use std::io::{self, Write};
use tabled::grid::util::string::get_line_width;

/// The column that a table's last line counts.
const STATE: &str = "state";

/// The columns that name the owners of sockets.
const NAMING_OWNERS: [&str; 3] = ["pid", "program", "processes"];

/// The columns with the addresses of listeners.
pub(super) const LOCAL: [&str; 2] = ["local_address", "local_addresses"];

/// How a table looks.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Look {
    /// The most characters of a line, or `None` for any number.
    pub width: Option<usize>,
    /// The most lines, or `None` for all rows. With a number, it is for a screen that shows what has
    /// changed: rows have marks, and rows that have just gone are among them.
    pub height: Option<usize>,
    /// Whether states have colours, and what has changed.
    pub color: bool,
    /// Whether rows are groups that have been counted, so that there is no summary.
    pub of_groups: bool,
    /// Whether there are neither titles nor a last line.
    pub headless: bool,
}

/// A row of a table.
#[derive(Debug)]
pub(super) struct TableRow {
    pub(super) told: Told,
    /// The index of a cell that says that something is full.
    pub(super) full: Option<usize>,
    pub(super) cells: Vec<String>,
    /// What it can be sorted by; empty unless it is for a screen.
    pub(super) values: Vec<Value<'static>>,
}

impl Look {
    /// Returns whether it is for a screen, which shows what has changed.
    pub(super) fn is_screen(&self) -> bool {
        self.height.is_some()
    }
}

/// The rows of a table, which can be shown again and again, each time with another look.
#[derive(Debug)]
pub struct TableBuffer {
    /// How it looks.
    pub look: Look,
    pub(super) columns: Vec<Column>,
    pub(super) words: Words,
    /// For each column, the index of the one that is shown instead if it is known.
    pub(super) names: Vec<Option<usize>>,
    pub(super) rows: Vec<TableRow>,
    /// The width of the widest cell of each column.
    pub(super) widths: Vec<usize>,
    /// Whether each column has held nothing but numbers.
    pub(super) numbers: Vec<bool>,
    /// The index of the column with states, if there is one.
    pub(super) state: Option<usize>,
    /// Whether rows can be sorted again.
    is_sortable: bool,
    changes: Changes,
    cell: Vec<u8>,
}

impl TableBuffer {
    /// Creates a buffer for rows with these columns.
    pub fn new(look: Look, columns: Vec<Column>, words: Words) -> TableBuffer {
        let index = |name| columns.iter().position(|column| column.name == name);
        TableBuffer {
            look,
            words,
            names: columns
                .iter()
                .map(|column| index(column.named_by?))
                .collect(),
            rows: Vec::new(),
            widths: vec![0; columns.len()],
            numbers: vec![true; columns.len()],
            state: columns.iter().position(|column| column.name == STATE),
            is_sortable: false,
            changes: Changes::default(),
            cell: Vec::new(),
            columns,
        }
    }

    /// Sets what the table says if it has no row.
    pub fn say_of_nothing(&mut self, nothing: String) {
        self.words.nothing = nothing;
    }

    /// Keeps what rows can be sorted by, for a screen.
    pub fn sortable(self) -> TableBuffer {
        TableBuffer {
            is_sortable: true,
            ..self
        }
    }

    /// Returns the number of rows with each mark.
    pub fn changes(&self) -> Changes {
        self.changes
    }

    /// Adds the cell of the column at `index` to a row.
    fn push_cell(&mut self, record: &mut dyn Record, index: usize, row: &mut TableRow) {
        self.cell.clear();
        let column = self.columns[index];
        let why_empty = match self.names_owners(&column) {
            true => record.no_owner(),
            false => None,
        };
        let value = record.value(index);
        if let (Value::State(state), true) = (&value, self.state == Some(index)) {
            row.told.state = Some(state);
        }
        if value.is_full() {
            row.full = Some(index);
        }
        let is_local = self.words.of_listeners && LOCAL.contains(&column.name);
        match (&value, column.unit) {
            (Value::Number(number), unit) if unit != Unit::One && *number >= 0 => {
                let quantity = unit.quantity(number.unsigned_abs());
                self.cell.extend_from_slice(quantity.as_bytes());
            }
            (Value::Hundredths(number), unit) if unit != Unit::One => {
                let quantity = unit.quantity_of_hundredths(*number);
                self.cell.extend_from_slice(quantity.as_bytes());
            }
            (Value::Processes(processes), _) if column.is_abridged => {
                push_abridged(&mut self.cell, processes);
            }
            (Value::List(commands), _) if column.is_abridged => {
                push_commands(&mut self.cell, commands);
            }
            (value, _) if is_local && !self.look.of_groups && is_of_all(value) => {
                self.cell.push(b'*');
            }
            _ => value.push_cell(&mut self.cell),
        }
        make_printable(&mut self.cell);
        let why_empty = why_empty.filter(|_| self.cell.is_empty());
        self.numbers[index] &= match why_empty {
            Some(_) => column.shrink == Shrink::Hard,
            None => value.is_number(),
        };
        if let Some(why) = why_empty {
            self.cell.extend_from_slice(why.word().as_bytes());
        }
        row.cells.push(match (column.shrink, &value) {
            (Shrink::Bar, Value::Hundredths(share)) => bar(*share),
            _ => String::from_utf8_lossy(&self.cell).into_owned(),
        });
        if self.is_sortable {
            row.values.push(value.into_owned());
        }
    }

    /// Returns whether rows are listeners whose addresses are shown.
    fn tells_reach(&self) -> bool {
        let mut columns = self.columns.iter();
        self.words.of_listeners && columns.any(|it| LOCAL.contains(&it.name))
    }

    /// Returns whether a column says why a row has no owner: in tables of sockets those that name owners,
    /// in counts all that tell of owners.
    fn names_owners(&self, column: &Column) -> bool {
        column.cost == Cost::Owners && (self.look.of_groups || NAMING_OWNERS.contains(&column.name))
    }

    /// Writes the table.
    ///
    /// # Errors
    /// Only those of `out`.
    pub fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        for line in self.page(&View::default()).lines {
            writeln!(out, "{line}")?;
        }
        Ok(())
    }
}

impl Report for TableBuffer {
    fn record(&mut self, record: &mut dyn Record) -> io::Result<()> {
        let mut row = TableRow {
            told: Told {
                mark: record.mark(),
                state: None,
                reach: record.reach().filter(|_| self.tells_reach()),
            },
            full: None,
            cells: Vec::with_capacity(self.columns.len()),
            values: Vec::new(),
        };
        for index in 0..self.columns.len() {
            self.push_cell(record, index, &mut row);
        }
        for (index, name) in self.names.iter().enumerate() {
            if let Some(name) = name
                .and_then(|name| row.cells.get(name))
                .filter(|it| !it.is_empty())
            {
                row.cells[index] = name.clone();
                self.numbers[index] = false;
            }
        }
        for (width, cell) in self.widths.iter_mut().zip(&row.cells) {
            *width = (*width).max(get_line_width(cell));
        }
        self.changes.count(row.told.mark);
        self.rows.push(row);
        Ok(())
    }

    fn end(&mut self) -> io::Result<()> {
        Ok(())
    }
}
