//! The rows of a table, kept until the last one has come: only then the widths of the columns are
//! known.

use super::Report;
use super::fit::{FittedColumn, GAP, fit, total};
use super::wrap::{widest_piece, wrap};
use crate::report::columns::{Column, Record, Shrink, Unit};
use crate::report::records::mark::{Changes, Mark};
use crate::report::records::value::Value;
use crate::sanitize::make_printable;
use std::collections::HashMap;
use std::io::{self, Write};
use tabled::builder::Builder;
use tabled::grid::records::vec_records::Cell;
use tabled::grid::util::string::get_line_width;
use tabled::settings::{Alignment, Modify, Padding, Style, object::Columns};

/// The width of the bar of 100%.
const BAR: u64 = 20;

/// The column that a table's last line counts.
const STATE: &str = "state";

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
struct TableRow {
    mark: Mark,
    state: Option<&'static str>,
    /// The index of a cell that says that something is full.
    full: Option<usize>,
    cells: Vec<String>,
}

impl Look {
    /// Returns whether it is for a screen, which shows what has changed.
    fn is_screen(&self) -> bool {
        self.height.is_some()
    }
}

/// The rows of a table, which can be shown again and again, each time with another look.
#[derive(Debug)]
pub struct TableBuffer {
    /// How it looks.
    pub look: Look,
    columns: Vec<Column>,
    /// For each column, the index of the one that is shown instead if it is known.
    names: Vec<Option<usize>>,
    rows: Vec<TableRow>,
    /// The width of the widest cell of each column.
    widths: Vec<usize>,
    /// Whether each column has held nothing but numbers.
    numbers: Vec<bool>,
    /// The index of the column with states, if there is one.
    state: Option<usize>,
    /// The number of rows of each state, without those that are gone.
    states: HashMap<Option<&'static str>, u64>,
    changes: Changes,
    cell: Vec<u8>,
}

impl TableBuffer {
    /// Creates a buffer for rows with these columns.
    pub fn new(look: Look, columns: Vec<Column>) -> TableBuffer {
        let index = |name| columns.iter().position(|column| column.name == name);
        TableBuffer {
            look,
            names: columns
                .iter()
                .map(|column| index(column.named_by?))
                .collect(),
            rows: Vec::new(),
            widths: vec![0; columns.len()],
            numbers: vec![true; columns.len()],
            state: columns.iter().position(|column| column.name == STATE),
            states: HashMap::new(),
            changes: Changes::default(),
            cell: Vec::new(),
            columns,
        }
    }

    /// Returns the number of rows with each mark.
    pub fn changes(&self) -> Changes {
        self.changes
    }

    /// Adds the cell of the column at `index` to a row.
    fn push_cell(&mut self, record: &mut dyn Record, index: usize, row: &mut TableRow) {
        self.cell.clear();
        let value = record.value(index);
        if let (Value::State(state), true) = (&value, self.state == Some(index)) {
            row.state = Some(state);
        }
        if value.is_full() {
            row.full = Some(index);
        }
        self.numbers[index] &= value.is_number();
        match (&value, self.columns[index].unit) {
            (Value::Number(number), unit) if unit != Unit::One && *number >= 0 => {
                let quantity = unit.quantity(number.unsigned_abs());
                self.cell.extend_from_slice(quantity.as_bytes());
            }
            (Value::Hundredths(number), unit) if unit != Unit::One => {
                let quantity = unit.quantity_of_hundredths(*number);
                self.cell.extend_from_slice(quantity.as_bytes());
            }
            _ => value.push_cell(&mut self.cell),
        }
        make_printable(&mut self.cell);
        let mut text = String::from_utf8_lossy(&self.cell).into_owned();
        if let (Shrink::Bar, Value::Hundredths(share)) = (self.columns[index].shrink, value) {
            let full = (share * BAR).div_ceil(10_000) as usize;
            text = format!("{text:>6}% {}", "█".repeat(full));
        }
        row.cells.push(text);
    }

    /// Returns the columns that fit.
    fn fitted_columns(&self) -> Vec<FittedColumn> {
        // Columns that are shown instead of others, and those that no row has, take no room.
        let named: Vec<usize> = self.names.iter().flatten().copied().collect();
        let has = |index: usize| self.rows.iter().any(|row| !row.cells[index].is_empty());
        let is_shown = |index: usize| {
            let column = self.columns[index];
            let may_be_empty = column.is_chosen || self.rows.is_empty() && !column.is_for_tables;
            may_be_empty || has(index)
        };
        let indexes =
            (0..self.columns.len()).filter(|index| !named.contains(index) && is_shown(*index));
        let mut columns: Vec<FittedColumn> = indexes.map(|index| self.column(index)).collect();
        if let Some(room) = self.look.width {
            // A mark is as wide as other columns' gaps.
            let room = room.saturating_sub(if self.look.is_screen() { GAP } else { 0 });
            if total(columns.iter().map(|it| it.width)) > room {
                for column in &mut columns {
                    column.uncut = self.uncut(column.index);
                }
                fit(&mut columns, room);
            }
        }
        columns
    }

    /// Returns the column at `index` with the width that it needs.
    fn column(&self, index: usize) -> FittedColumn {
        let column = self.columns[index];
        let cells = self.widths[index];
        let title = self.text_of_title(index);
        let natural = cells.max(title.len());
        FittedColumn {
            index,
            natural,
            cells,
            title: longest_word(title),
            uncut: natural,
            width: natural,
            shrink: column.shrink,
            drop_before_wrap: column.drop_before_wrap,
            drop_after_wrap: column.drop_after_wrap,
            is_chosen: column.is_chosen,
        }
    }

    /// Returns the title of the column at `index`, which is empty if titles are left out.
    fn text_of_title(&self, index: usize) -> &'static str {
        match self.look.headless {
            true => "",
            false => self.columns[index].title,
        }
    }

    /// Returns how narrow the column at `index` can be without a cut, if anything depends on that.
    fn uncut(&self, index: usize) -> usize {
        let title = longest_word(self.text_of_title(index));
        let widest = match self.columns[index].shrink {
            Shrink::List => longest_word,
            Shrink::Text => widest_piece,
            Shrink::Hard if !self.numbers[index] => widest_piece,
            _ => return self.widths[index].max(title),
        };
        let cells = self.rows.iter().map(|row| widest(&row.cells[index])).max();
        cells.unwrap_or(0).max(title)
    }

    /// Returns a cell as it is shown in a column: in its colour, long texts on several lines.
    fn cell(&self, column: &FittedColumn, row: &TableRow) -> String {
        let cell = &row.cells[column.index];
        let is_narrow = column.width < column.natural;
        let text = match column.shrink {
            Shrink::Bar if is_narrow => shorter_bar(cell, column.width),
            _ if is_narrow => wrap(cell, column.width),
            _ => cell.clone(),
        };
        match self.color(column.index, row) {
            Some(color) if !cell.is_empty() => colored(color, &text),
            _ => text,
        }
    }

    /// Returns a row's mark as it is shown.
    fn mark(&self, row: &TableRow) -> String {
        let sign = row.mark.sign().to_owned();
        match row.mark.color() {
            Some(color) if self.look.color => colored(color, &sign),
            _ => sign,
        }
    }

    /// Returns the colour of a cell, if it has one: that of a state, or of what has changed.
    fn color(&self, index: usize, row: &TableRow) -> Option<&'static str> {
        if !self.look.color {
            return None;
        }
        let mark = match self.look.is_screen() {
            true => row.mark,
            false => Mark::Same,
        };
        match (mark, self.state == Some(index)) {
            (Mark::Gone, _) | (Mark::New, false) | (Mark::Changed, true) => mark.color(),
            (_, true) => row.state.map(state_color),
            (_, false) if row.full == Some(index) => Some(FULL_COLOR),
            (_, false) => None,
        }
    }

    /// Returns the title of a column; bold on a screen with colours.
    fn title(&self, column: &FittedColumn) -> String {
        let title = self.columns[column.index].title;
        let title = match column.width < column.natural {
            true => wrap(title, column.width),
            false => title.to_owned(),
        };
        match self.look.color && self.look.is_screen() {
            true => colored("1", &title),
            false => title,
        }
    }

    /// Returns the last line: the number of rows, and of each state.
    fn summary(&self) -> String {
        if self.look.headless {
            return String::new();
        }
        let rows = self.rows.len() - self.changes.gone;
        if self.look.of_groups {
            return format!("{rows} {}", if rows == 1 { "group" } else { "groups" });
        }
        let mut summary = format!("{rows} {}", row_or_rows(rows));
        let mut states: Vec<_> = self.states.iter().collect();
        states.sort_by_key(|(state, count)| (std::cmp::Reverse(**count), **state));
        for (index, (state, count)) in states.into_iter().enumerate() {
            let state = state.unwrap_or("without a state");
            summary.push_str(if index == 0 { ": " } else { ", " });
            summary.push_str(&format!("{count} {state}"));
        }
        summary
    }

    /// Returns the lines of the table: titles, rows, the number of rows below if not all fit, and
    /// the summary.
    pub fn lines(&self) -> Vec<String> {
        let columns = self.fitted_columns();
        let is_screen = self.look.is_screen();
        let is_shown = |row: &&TableRow| is_screen || row.mark != Mark::Gone;
        let most = self.look.height.unwrap_or(usize::MAX);
        let rows = self.rows.iter().filter(is_shown).take(most);
        let mut table = Builder::default();
        // The column of marks keeps its width even if nothing has changed.
        let mark_title = is_screen.then(|| " ".to_owned());
        let titles = columns.iter().map(|column| self.title(column));
        if !self.look.headless {
            table.push_record(mark_title.into_iter().chain(titles));
        }
        for row in rows {
            let mark = is_screen.then(|| self.mark(row));
            let cells = columns.iter().map(|column| self.cell(column, row));
            table.push_record(mark.into_iter().chain(cells));
        }
        let mut table = table.build();
        table.with(Style::empty());
        table.with(Padding::new(0, GAP, 0, 0));
        if is_screen {
            table.with(Modify::new(Columns::one(0)).with(Padding::new(0, 1, 0, 0)));
        }
        for (index, column) in (usize::from(is_screen)..).zip(&columns) {
            if self.numbers[column.index] && column.shrink != Shrink::Bar {
                table.with(Modify::new(Columns::one(index)).with(Alignment::right()));
            }
        }
        let summary = self.summary();
        let summary = match self.look.width {
            Some(room) => wrap(&summary, room),
            None => summary,
        };
        let (shown, below) = match self.look.height {
            Some(height) => {
                let room = height.saturating_sub(summary.lines().count());
                self.that_fit_above(&table, room)
            }
            None => (usize::MAX, 0),
        };
        let text = table.to_string();
        let lines = text.lines().take(shown);
        let mut lines: Vec<String> = lines.map(|line| line.trim_end().to_owned()).collect();
        if below > 0 {
            lines.push(self.below(below));
        }
        lines.extend(summary.lines().map(str::to_owned));
        lines
    }

    /// Returns the number of lines of `table` that fit above the summary, in `room` lines, and the
    /// number of rows below.
    fn that_fit_above(&self, table: &tabled::Table, room: usize) -> (usize, usize) {
        let heights = table.get_records().iter().map(|row| {
            let lines = row.iter().map(Cell::count_lines).max();
            lines.unwrap_or(1).max(1)
        });
        let ends: Vec<usize> = heights
            .scan(0, |end, height| {
                *end += height;
                Some(*end)
            })
            .collect();
        let titles = usize::from(!self.look.headless);
        let all = self.rows.len() + titles;
        if ends.len() == all && ends.last().is_none_or(|end| *end <= room) {
            return (usize::MAX, 0);
        }
        // The number of rows below takes a line.
        let room = room.saturating_sub(1);
        let shown = ends.iter().take_while(|end| **end <= room).count();
        let lines = ends.iter().take(shown).next_back().copied().unwrap_or(0);
        (lines, all - shown.max(titles))
    }

    /// Returns the line about the last `count` rows, which do not fit.
    fn below(&self, count: usize) -> String {
        let mut changes = Changes::default();
        for row in self.rows.iter().rev().take(count) {
            changes.count(row.mark);
        }
        let mut line = format!("… {count} {} below", row_or_rows(count));
        if changes != Changes::default() {
            line.push_str(&format!(": {changes}"));
        }
        line
    }

    /// Writes the table.
    ///
    /// # Errors
    /// Only those of `out`.
    pub fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        for line in self.lines() {
            writeln!(out, "{line}")?;
        }
        Ok(())
    }
}

/// The colour of what is full.
const FULL_COLOR: &str = "1;31";

fn longest_word(text: &str) -> usize {
    text.split(' ').map(get_line_width).max().unwrap_or(0)
}

fn row_or_rows(rows: usize) -> &'static str {
    if rows == 1 { "row" } else { "rows" }
}

/// Returns a share with a shorter bar.
fn shorter_bar(cell: &str, width: usize) -> String {
    let (share, bar) = cell.rsplit_once(' ').unwrap_or((cell, ""));
    let room = width.saturating_sub(share.chars().count() + 1);
    let full = (bar.chars().count() * room).div_ceil(BAR as usize);
    match room {
        // Without a bar, shares are aligned as long as they are whole.
        0 if share.len() <= width => share.to_owned(),
        0 => wrap(share.trim_start(), width),
        _ => format!("{share} {}", "█".repeat(full)),
    }
}

/// Returns a text in a colour, line by line.
fn colored(color: &str, text: &str) -> String {
    let lines = text
        .lines()
        .map(|line| format!("\x1b[{color}m{line}\x1b[0m"));
    lines.collect::<Vec<_>>().join("\n")
}

/// Returns the colour of a state.
fn state_color(state: &str) -> &'static str {
    match state {
        "LISTEN" | "LISTENING" => "1;32",
        "ESTABLISHED" | "CONNECTED" => "36",
        "CLOSE_WAIT" | "LAST_ACK" | "CLOSE" => "31",
        "SYN_SENT" | "SYN_RECV" | "CONNECTING" => "33",
        _ => "2",
    }
}

impl Report for TableBuffer {
    fn record(&mut self, record: &mut dyn Record) -> io::Result<()> {
        let mut row = TableRow {
            mark: record.mark(),
            state: None,
            full: None,
            cells: Vec::with_capacity(self.columns.len()),
        };
        for index in 0..self.columns.len() {
            self.push_cell(record, index, &mut row);
        }
        if self.state.is_some() && row.mark != Mark::Gone {
            *self.states.entry(row.state).or_insert(0) += 1;
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
        self.changes.count(row.mark);
        self.rows.push(row);
        Ok(())
    }

    fn end(&mut self) -> io::Result<()> {
        Ok(())
    }
}
