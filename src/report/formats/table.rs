//! The table for people, as wide as their terminal.

use super::Report;
use crate::report::fields::{Field, Record};
use crate::report::stages::SHARE;
use crate::report::value::Value;
use crate::sanitize::turns_direction;
use std::collections::HashMap;
use std::io::{self, Write};
use tabled::builder::Builder;
use tabled::grid::util::string::get_line_width;
use tabled::settings::{Alignment, Modify, Padding, Style, Width, object::Columns};

/// How wide the bar of a whole is.
const BAR: u64 = 20;

/// How many blanks part two columns.
const GAP: usize = 2;

/// The fields whose texts can be parted where there is no room.
const TEXTS: &[&str] = &["processes", "program", "path", SHARE];
/// Those that are parted where that is not enough.
const ADDRESSES: &[&str] = &[
    "local_address",
    "foreign_address",
    "destination",
    "gateway",
    "group",
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

    /// The places of the fields that there is room for.
    fn that_fit(&self) -> Vec<usize> {
        let widths = self.widths();
        // Fields that only name others, and those that no row has, take no room.
        let named: Vec<usize> = self.names.iter().flatten().copied().collect();
        let has = |place: usize| self.rows.iter().any(|row| !row[place].is_empty());
        let keeps_all = self.look.keep_empty || self.rows.is_empty();
        let mut places: Vec<usize> = (0..self.fields.len())
            .filter(|place| !named.contains(place) && (keeps_all || has(*place)))
            .collect();
        while let Some(room) = self.look.width
            && places
                .iter()
                .map(|place| widths[*place] + GAP)
                .sum::<usize>()
                > room + GAP
        {
            let dispensable = |place: &usize| self.fields[*place].dispensable;
            match places.iter().copied().max_by_key(dispensable) {
                Some(place) if self.fields[place].dispensable > 0 => {
                    places.retain(|it| *it != place);
                }
                _ => break,
            }
        }
        places
    }

    /// Wraps columns so that lines have `room` characters: first texts, and where that is not
    /// enough, addresses. All else is never parted: where it alone is too wide, lines run over.
    fn wrap(&self, table: &mut tabled::Table, places: &[usize], room: usize) {
        let mut widths = self.widths();
        for (fields, narrowest) in [(TEXTS, 10), (ADDRESSES, 15)] {
            let is_soft = |place: &usize| fields.contains(&self.fields[*place].name);
            let soft = places.iter().filter(|place| is_soft(place)).count();
            let all: usize = places.iter().map(|place| widths[*place] + GAP).sum();
            if all <= room + GAP || soft == 0 {
                continue;
            }
            let hard = places.iter().filter(|place| !is_soft(place));
            let hard: usize = hard.map(|place| widths[*place] + GAP).sum();
            let share = (room + GAP).saturating_sub(hard) / soft;
            let share = share.saturating_sub(GAP).max(narrowest);
            for (column, place) in places.iter().enumerate() {
                if is_soft(place) && widths[*place] > share {
                    widths[*place] = share;
                    let wrapped = Width::wrap(share).keep_words(true);
                    table.with(Modify::new(Columns::one(column)).with(wrapped));
                }
            }
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

    /// A state in its colour, all else as it is.
    fn colored(&self, place: usize, cell: &str) -> String {
        if !self.look.color || self.fields[place].name != STATE {
            return cell.to_owned();
        }
        let color = match cell {
            "LISTEN" | "LISTENING" => "1;32",
            "ESTABLISHED" | "CONNECTED" => "36",
            "CLOSE_WAIT" | "LAST_ACK" | "CLOSE" => "31",
            "SYN_SENT" | "SYN_RECV" | "CONNECTING" => "33",
            _ => "2",
        };
        format!("\x1b[{color}m{cell}\x1b[0m")
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
        let places = self.that_fit();
        let mut table = Builder::with_capacity(self.rows.len() + 1, places.len());
        table.push_record(places.iter().map(|place| self.fields[*place].title));
        for row in &self.rows {
            table.push_record(
                places
                    .iter()
                    .map(|place| self.colored(*place, &row[*place])),
            );
        }
        let mut table = table.build();
        table.with(Style::empty());
        table.with(Padding::new(0, GAP, 0, 0));
        for (column, place) in places.iter().enumerate() {
            if self.numbers[*place] && self.fields[*place].name != SHARE {
                table.with(Modify::new(Columns::one(column)).with(Alignment::right()));
            }
        }
        if let Some(room) = self.look.width {
            self.wrap(&mut table, &places, room);
        }
        for line in table.to_string().lines() {
            writeln!(self.out, "{}", line.trim_end())?;
        }
        writeln!(self.out, "{}", self.summary())
    }
}
