//! The rows of a table for people, kept until the last one is there: only then is it known how wide
//! the columns are.

use super::Report;
use super::fit::{Column, GAP, fit, total};
use super::wrap::{widest_piece, wrap};
use crate::report::columns::{Field, Record, Shrink};
use crate::report::records::marks::{Changes, MARK, Mark};
use crate::report::records::value::Value;
use crate::sanitize::turns_direction;
use std::collections::HashMap;
use std::io::{self, Write};
use tabled::builder::Builder;
use tabled::grid::records::vec_records::Cell;
use tabled::grid::util::string::get_line_width;
use tabled::settings::{Alignment, Modify, Padding, Style, object::Columns};

/// How wide the bar of a whole is.
const BAR: u64 = 20;

/// The field that a table's last line counts.
const STATE: &str = "state";

/// How a table is to look.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Look {
    /// How many characters a line may have; none if it may have any number.
    pub width: Option<usize>,
    /// How many lines there may be; none if all rows are wanted. With a number, it is a screen that
    /// shows what has changed: rows have marks, if they were given some, and those are among them
    /// that have just gone.
    pub height: Option<usize>,
    /// Whether states have colours, and what has changed.
    pub color: bool,
    /// Whether rows are groups that have been counted, so that they are their own summary.
    pub of_groups: bool,
}

/// The rows of a table, which can be shown again and again, each time in another look.
#[derive(Debug)]
pub struct TableBuffer {
    /// How it looks.
    pub look: Look,
    fields: Vec<Field>,
    /// For each field, the place of the one that is shown instead where it is known.
    names: Vec<Option<usize>>,
    rows: Vec<Vec<String>>,
    /// How wide the widest cell of each field is.
    widths: Vec<usize>,
    /// Whether the fields have held nothing but numbers.
    numbers: Vec<bool>,
    /// How often each state has come, in rows that have not gone.
    states: HashMap<String, u64>,
    changes: Changes,
    cell: Vec<u8>,
}

impl TableBuffer {
    /// A buffer for rows with these fields.
    pub fn new(look: Look, fields: Vec<Field>) -> TableBuffer {
        let place = |name| fields.iter().position(|field| field.name == name);
        TableBuffer {
            look,
            names: fields.iter().map(|field| place(field.named_by?)).collect(),
            rows: Vec::new(),
            widths: vec![0; fields.len()],
            numbers: vec![true; fields.len()],
            states: HashMap::new(),
            changes: Changes::default(),
            cell: Vec::new(),
            fields,
        }
    }

    /// How many of the rows have which mark.
    pub fn changes(&self) -> Changes {
        self.changes
    }

    /// The mark in front of a row, if rows have marks.
    fn mark(&self, row: &[String]) -> Mark {
        match (self.fields.first(), row.first()) {
            (Some(field), Some(sign)) if field.name == MARK.name => Mark::of(sign),
            _ => Mark::Same,
        }
    }

    /// The text of the field at `place`.
    fn text(&mut self, record: &mut dyn Record, place: usize) -> String {
        self.cell.clear();
        let value = record.value(place);
        let is_number = matches!(value, Value::Null | Value::Number(_) | Value::Hundredths(_));
        self.numbers[place] &= is_number;
        value.push_cell(&mut self.cell);
        // In a table, what turns the direction of writing would mix up columns.
        let mut text = String::from_utf8_lossy(&self.cell).replace(turns_direction, "\u{fffd}");
        if let (Shrink::Bar, Value::Hundredths(share)) = (self.fields[place].shrink, value) {
            let full = (share * BAR).div_ceil(10_000) as usize;
            text = format!("{text:>6}% {}", "█".repeat(full));
        }
        text
    }

    /// The columns that there is room for.
    fn columns(&self) -> Vec<Column> {
        // Fields that only name others, and those that no row has, take no room.
        let named: Vec<usize> = self.names.iter().flatten().copied().collect();
        let has = |place: usize| self.rows.iter().any(|row| !row[place].is_empty());
        let is_shown = |place: usize| {
            let field = self.fields[place];
            let may_be_empty = field.is_chosen || self.rows.is_empty();
            field.name != MARK.name && (may_be_empty || has(place))
        };
        let places =
            (0..self.fields.len()).filter(|place| !named.contains(place) && is_shown(*place));
        let mut columns: Vec<Column> = places.map(|place| self.column(place)).collect();
        let mark = self.fields.iter().position(|it| it.name == MARK.name);
        let mark = mark.filter(|_| self.look.height.is_some());
        if let Some(room) = self.look.width {
            let room = room.saturating_sub(mark.map_or(0, |_| GAP));
            if total(columns.iter().map(|it| it.width)) > room {
                for column in &mut columns {
                    column.uncut = self.uncut(column.place);
                }
                fit(&mut columns, room);
            }
        }
        // The mark is as wide as other fields' gaps.
        columns.splice(..0, mark.map(|place| self.column(place)));
        columns
    }

    /// The column of the field at `place`, as wide as it wants to be, and no narrower without a cut.
    fn column(&self, place: usize) -> Column {
        let field = self.fields[place];
        let cells = self.widths[place];
        let natural = cells.max(field.title.len());
        Column {
            place,
            natural,
            cells,
            title: longest_word(field.title),
            uncut: natural,
            width: natural,
            shrink: field.shrink,
            drop_before_wrap: field.drop_before_wrap,
            drop_after_wrap: field.drop_after_wrap,
            is_chosen: field.is_chosen,
        }
    }

    /// How narrow the field at `place` can be without a cut, where anything depends on that.
    fn uncut(&self, place: usize) -> usize {
        let title = longest_word(self.fields[place].title);
        let widest = match self.fields[place].shrink {
            Shrink::List => longest_word,
            Shrink::Text => widest_piece,
            Shrink::Hard if !self.numbers[place] => widest_piece,
            _ => return self.widths[place].max(title),
        };
        let cells = self.rows.iter().map(|row| widest(&row[place])).max();
        cells.unwrap_or(0).max(title)
    }

    /// A cell as it is shown in a column: in its colour, long texts on several lines.
    fn cell(&self, column: &Column, row: &[String]) -> String {
        let cell = &row[column.place];
        let is_narrow = column.width < column.natural;
        let text = match column.shrink {
            Shrink::Bar if is_narrow => shorter_bar(cell, column.width),
            _ if is_narrow => wrap(cell, column.width),
            _ => cell.clone(),
        };
        match self.color(column.place, row) {
            Some(color) => colored(color, &text),
            None => text,
        }
    }

    /// The colour of a cell, if it has one: that of a state, or of what has changed.
    fn color(&self, place: usize, row: &[String]) -> Option<&'static str> {
        if !self.look.color {
            return None;
        }
        let mark = match self.look.height {
            Some(_) => self.mark(row),
            None => Mark::Same,
        };
        Some(match (mark, self.fields[place].name, row[place].as_str()) {
            (_, _, "") => return None,
            (Mark::Gone, ..) => "2",
            (Mark::New, name, _) if name != STATE => "32",
            (Mark::Changed, name, _) if name == MARK.name || name == STATE => "1;33",
            (_, STATE, "LISTEN" | "LISTENING") => "1;32",
            (_, STATE, "ESTABLISHED" | "CONNECTED") => "36",
            (_, STATE, "CLOSE_WAIT" | "LAST_ACK" | "CLOSE") => "31",
            (_, STATE, "SYN_SENT" | "SYN_RECV" | "CONNECTING") => "33",
            (_, STATE, _) => "2",
            _ => return None,
        })
    }

    /// The title of a column; bold on a screen with colours.
    fn title(&self, column: &Column) -> String {
        let field = self.fields[column.place];
        if field.name == MARK.name {
            // The column keeps its width where nothing has changed.
            return " ".to_owned();
        }
        let title = match column.width < column.natural {
            true => wrap(field.title, column.width),
            false => field.title.to_owned(),
        };
        match self.look.color && self.look.height.is_some() {
            true => colored("1", &title),
            false => title,
        }
    }

    /// The last line: how many rows there are, and how many of each state.
    fn summary(&self) -> String {
        let rows = self.rows.len() - self.changes.gone;
        if self.look.of_groups {
            return format!("{rows} {}", if rows == 1 { "group" } else { "groups" });
        }
        let mut summary = format!("{rows} {}", row_or_rows(rows));
        let mut states: Vec<_> = self.states.iter().collect();
        states.sort_by_key(|(state, count)| (std::cmp::Reverse(**count), state.as_str()));
        for (place, (state, count)) in states.into_iter().enumerate() {
            let state = if state.is_empty() {
                "without a state"
            } else {
                state
            };
            summary.push_str(if place == 0 { ": " } else { ", " });
            summary.push_str(&format!("{count} {state}"));
        }
        summary
    }

    /// The lines of the table: titles, rows, how many rows are below where there is no room for
    /// all, and the summary.
    pub fn lines(&self) -> Vec<String> {
        let columns = self.columns();
        let is_screen = self.look.height.is_some();
        let is_shown = |row: &&Vec<String>| is_screen || self.mark(row) != Mark::Gone;
        let most = self.look.height.unwrap_or(usize::MAX);
        let rows = self.rows.iter().filter(is_shown).take(most);
        let mut table = Builder::default();
        table.push_record(columns.iter().map(|column| self.title(column)));
        for row in rows {
            table.push_record(columns.iter().map(|column| self.cell(column, row)));
        }
        let mut table = table.build();
        table.with(Style::empty());
        table.with(Padding::new(0, GAP, 0, 0));
        for (index, column) in columns.iter().enumerate() {
            if self.fields[column.place].name == MARK.name {
                table.with(Modify::new(Columns::one(index)).with(Padding::new(0, 1, 0, 0)));
            } else if self.numbers[column.place] && column.shrink != Shrink::Bar {
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

    /// How many lines of `table` there is room for above the summary, in `room` lines, and how many
    /// rows are then below.
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
        let all = self.rows.len() + 1;
        if ends.len() == all && ends.last().is_none_or(|end| *end <= room) {
            return (usize::MAX, 0);
        }
        // The number of rows below has a line.
        let room = room.saturating_sub(1);
        let shown = ends.iter().take_while(|end| **end <= room).count();
        let lines = ends.iter().take(shown).next_back().copied().unwrap_or(0);
        (lines, all - shown.max(1))
    }

    /// The line for the last `count` rows, which there is no room for.
    fn below(&self, count: usize) -> String {
        let mut changes = Changes::default();
        for row in self.rows.iter().rev().take(count) {
            changes.count(self.mark(row));
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

fn longest_word(text: &str) -> usize {
    text.split(' ').map(get_line_width).max().unwrap_or(0)
}

fn row_or_rows(rows: usize) -> &'static str {
    if rows == 1 { "row" } else { "rows" }
}

/// A share with less room for its bar.
fn shorter_bar(cell: &str, width: usize) -> String {
    let (share, bar) = cell.rsplit_once(' ').unwrap_or((cell, ""));
    let room = width.saturating_sub(share.chars().count() + 1);
    let full = (bar.chars().count() * room).div_ceil(BAR as usize);
    match room {
        // Without a bar, shares are in line as long as they are whole.
        0 if share.len() <= width => share.to_owned(),
        0 => wrap(share.trim_start(), width),
        _ => format!("{share} {}", "█".repeat(full)),
    }
}

/// A text in a colour, line by line.
fn colored(color: &str, text: &str) -> String {
    let lines = text
        .lines()
        .map(|line| format!("\x1b[{color}m{line}\x1b[0m"));
    lines.collect::<Vec<_>>().join("\n")
}

impl Report for TableBuffer {
    fn record(&mut self, record: &mut dyn Record) -> io::Result<()> {
        let mut row = Vec::with_capacity(self.fields.len());
        for place in 0..self.fields.len() {
            row.push(self.text(record, place));
        }
        for (place, field) in self.fields.iter().enumerate() {
            if field.name == STATE && self.mark(&row) != Mark::Gone {
                match self.states.get_mut(&row[place]) {
                    Some(count) => *count += 1,
                    None => drop(self.states.insert(row[place].clone(), 1)),
                }
            }
        }
        for (place, name) in self.names.iter().enumerate() {
            if let Some(name) = name
                .and_then(|name| row.get(name))
                .filter(|it| !it.is_empty())
            {
                row[place] = name.clone();
                self.numbers[place] = false;
            }
        }
        for (place, field) in self.fields.iter().enumerate() {
            // A mark takes no more room than other fields' gaps take.
            if field.name != MARK.name {
                self.widths[place] = self.widths[place].max(get_line_width(&row[place]));
            }
        }
        self.changes.count(self.mark(&row));
        self.rows.push(row);
        Ok(())
    }

    fn end(&mut self) -> io::Result<()> {
        Ok(())
    }
}
