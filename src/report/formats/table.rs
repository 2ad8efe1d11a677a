//! The table for people, as wide as their terminal.

use super::Report;
use super::fit::{Column, GAP, Softness, fit};
use super::wrap::wrap;
use crate::report::fields::{Field, Record};
use crate::report::stages::SHARE;
use crate::report::value::Value;
use crate::sanitize::turns_direction;
use std::collections::HashMap;
use std::io::{self, Write};
use tabled::builder::Builder;
use tabled::grid::util::string::get_line_width;
use tabled::settings::{Alignment, Modify, Padding, Style, object::Columns};

/// How wide the bar of a whole is.
const BAR: u64 = 20;

/// The fields that hold lists of addresses.
const LISTS: &[&str] = &["local_addresses", "foreign_addresses", "inet6_addresses"];
/// The fields whose texts can be parted where there is no room.
const TEXTS: &[&str] = &["processes", "program", "path", "name", SHARE];
/// Those that are parted where that is not enough.
const ADDRESSES: &[&str] = &[
    "local_address",
    "foreign_address",
    "source",
    "destination",
    "gateway",
    "group",
    "source_address",
    "destination_address",
    "hardware_address",
];

/// The field that a table's last line counts.
const STATE: &str = "state";

/// How a table is to look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Look {
    /// How many characters a line may have; none if it may have any number.
    pub width: Option<usize>,
    /// Whether states have colours.
    pub color: bool,
    /// Whether columns are kept that are empty in every row.
    pub keep_empty: bool,
    /// Whether rows are groups that have been counted, so that they are their own summary.
    pub of_groups: bool,
}

/// Rows as a table. They are kept until the last one is there: only then is it known how wide the
/// columns are.
pub struct Table<'a> {
    look: Look,
    fields: Vec<Field>,
    /// For each field, the place of the one that is shown instead where it is known.
    names: Vec<Option<usize>>,
    rows: Vec<Vec<String>>,
    /// Whether the fields have held nothing but numbers.
    numbers: Vec<bool>,
    /// How often each state has come.
    states: HashMap<String, u64>,
    cell: Vec<u8>,
    out: &'a mut dyn Write,
}

impl<'a> Table<'a> {
    /// A table of rows with these fields.
    pub fn new(look: Look, fields: Vec<Field>, out: &'a mut dyn Write) -> Table<'a> {
        let place = |name| fields.iter().position(|field| field.name == name);
        Table {
            look,
            names: fields.iter().map(|field| place(field.named_by?)).collect(),
            rows: Vec::new(),
            numbers: vec![true; fields.len()],
            states: HashMap::new(),
            cell: Vec::new(),
            fields,
            out,
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
        if let (SHARE, Value::Hundredths(share)) = (self.fields[place].name, value) {
            let full = (share * BAR).div_ceil(10_000) as usize;
            text = format!("{text:>6}% {}", "█".repeat(full));
        }
        text
    }

    /// The columns that there is room for.
    fn columns(&self) -> Vec<Column> {
        let widths = self.widths();
        // Fields that only name others, and those that no row has, take no room.
        let named: Vec<usize> = self.names.iter().flatten().copied().collect();
        let has = |place: usize| self.rows.iter().any(|row| !row[place].is_empty());
        let keeps_all = self.look.keep_empty || self.rows.is_empty();
        let places = (0..self.fields.len())
            .filter(|place| !named.contains(place) && (keeps_all || has(*place)));
        let mut columns: Vec<Column> = places
            .map(|place| Column {
                place,
                natural: widths[place],
                width: widths[place],
                softness: self.softness(place),
                dispensable: self.fields[place].dispensable,
                yields: self.fields[place].yields,
            })
            .collect();
        if let Some(room) = self.look.width {
            fit(&mut columns, room);
        }
        columns
    }

    fn softness(&self, place: usize) -> Softness {
        match self.fields[place].name {
            name if LISTS.contains(&name) => {
                let items = self.rows.iter().flat_map(|row| row[place].split(' '));
                Softness::List(items.map(get_line_width).max().unwrap_or(0))
            }
            name if TEXTS.contains(&name) => Softness::Text,
            name if ADDRESSES.contains(&name) => Softness::Address,
            _ => Softness::Hard,
        }
    }

    /// How wide each field is, its title included.
    fn widths(&self) -> Vec<usize> {
        let mut widths: Vec<usize> = self.fields.iter().map(|it| it.title.len()).collect();
        for row in &self.rows {
            for (width, cell) in widths.iter_mut().zip(row) {
                *width = (*width).max(get_line_width(cell));
            }
        }
        widths
    }

    /// A cell as it is shown in a column: a state in its colour, long texts on several lines.
    fn cell(&self, column: &Column, cell: &str) -> String {
        let is_narrow = column.width < column.natural;
        match self.fields[column.place].name {
            SHARE if is_narrow => shorter_bar(cell, column.width),
            STATE if self.look.color && !is_narrow => colored(cell),
            _ if is_narrow => wrap(cell, column.width),
            _ => cell.to_owned(),
        }
    }

    /// The last line: how many rows there are, and how many of each state.
    fn summary(&self) -> String {
        let rows = self.rows.len();
        if self.look.of_groups {
            return format!("{rows} {}", if rows == 1 { "group" } else { "groups" });
        }
        let mut summary = format!("{rows} {}", if rows == 1 { "row" } else { "rows" });
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
}

/// A share with less room for its bar.
fn shorter_bar(cell: &str, width: usize) -> String {
    let (share, bar) = cell.rsplit_once(' ').unwrap_or((cell, ""));
    let room = width.saturating_sub(share.chars().count() + 1);
    let full = (bar.chars().count() * room).div_ceil(BAR as usize);
    match room {
        0 => share.to_owned(),
        _ => format!("{share} {}", "█".repeat(full)),
    }
}

/// A state in its colour.
fn colored(state: &str) -> String {
    let color = match state {
        "LISTEN" | "LISTENING" => "1;32",
        "ESTABLISHED" | "CONNECTED" => "36",
        "CLOSE_WAIT" | "LAST_ACK" | "CLOSE" => "31",
        "SYN_SENT" | "SYN_RECV" | "CONNECTING" => "33",
        _ => "2",
    };
    format!("\x1b[{color}m{state}\x1b[0m")
}

impl Report for Table<'_> {
    fn record(&mut self, record: &mut dyn Record) -> io::Result<()> {
        let mut row = Vec::with_capacity(self.fields.len());
        for place in 0..self.fields.len() {
            let text = self.text(record, place);
            if self.fields[place].name == STATE {
                match self.states.get_mut(&text) {
                    Some(count) => *count += 1,
                    None => drop(self.states.insert(text.clone(), 1)),
                }
            }
            row.push(text);
        }
        for (place, name) in self.names.iter().enumerate() {
            if let Some(name) = name
                .and_then(|name| row.get(name))
                .filter(|it| !it.is_empty())
            {
                row[place] = name.clone();
            }
        }
        self.rows.push(row);
        Ok(())
    }

    fn end(&mut self) -> io::Result<()> {
        let columns = self.columns();
        let mut table = Builder::with_capacity(self.rows.len() + 1, columns.len());
        table.push_record(columns.iter().map(|column| {
            let title = self.fields[column.place].title;
            match column.width < column.natural {
                true => wrap(title, column.width),
                false => title.to_owned(),
            }
        }));
        for row in &self.rows {
            let cells = columns.iter().map(|it| self.cell(it, &row[it.place]));
            table.push_record(cells);
        }
        let mut table = table.build();
        table.with(Style::empty());
        table.with(Padding::new(0, GAP, 0, 0));
        for (index, column) in columns.iter().enumerate() {
            if self.numbers[column.place] && self.fields[column.place].name != SHARE {
                table.with(Modify::new(Columns::one(index)).with(Alignment::right()));
            }
        }
        for line in table.to_string().lines() {
            writeln!(self.out, "{}", line.trim_end())?;
        }
        let summary = self.summary();
        match self.look.width {
            Some(room) => writeln!(self.out, "{}", wrap(&summary, room)),
            None => writeln!(self.out, "{summary}"),
        }
    }
}
