//! The loop that reads the rows of a table.

use super::Outcome;
use crate::notice;
use crate::tables::{ReadError, Reader};
use std::collections::HashSet;
use std::io;

/// How much of a table has been read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extent {
    /// All of it, or as much as was wanted.
    Whole,
    /// Not all rows could be read.
    Part,
}

impl Extent {
    /// Returns what the table contributes to a listing's outcome.
    pub fn outcome(self) -> Outcome {
        match self {
            Extent::Whole => Outcome::Done,
            Extent::Part => Outcome::Failed,
        }
    }
}

/// What the reading loop comes across.
pub enum Event<'t, T: Reader + 't> {
    /// A row.
    Row(T::Row<'t>),
    /// A line of this table that is no row, which has been reported.
    BadLine(&'t T),
}

/// How the loop goes on.
pub enum Step {
    /// To the next row.
    Next,
    /// To the next row, with a warning about this one: the text follows its place.
    Warn(String),
    /// Not at all: no more rows are wanted.
    Stop,
}

/// The warning about a row whose line lacks its end.
pub const CUT: &str = " is cut: its last fields are not known";

/// Reads a table to its end and visits its rows.
///
/// # Errors
/// Those of `visit`; a table that can't be read on is reported, and read in part.
pub fn read<T: Reader>(
    table: &mut T,
    bad_lines: &mut BadLines,
    mut visit: impl FnMut(Event<'_, T>) -> io::Result<Step>,
) -> io::Result<Extent> {
    loop {
        let step = match table.next_row() {
            Ok(None) => return Ok(Extent::Whole),
            Ok(Some(row)) => visit(Event::Row(row))?,
            Err(error) => {
                bad_lines.report(&error);
                match error {
                    ReadError::Io { .. } => return Ok(Extent::Part),
                    ReadError::Malformed { .. } => visit(Event::BadLine(table))?,
                }
            }
        };
        match step {
            Step::Next => {}
            Step::Warn(text) => notice::say(format_args!("warning, {}{text}", table.place())),
            Step::Stop => return Ok(Extent::Whole),
        }
    }
}

/// Reports lines that are no rows.
#[derive(Debug, Default)]
pub struct BadLines {
    /// The texts that have been reported, if each is to be reported once.
    reported: Option<HashSet<String>>,
}

impl BadLines {
    /// The most texts that are remembered; after that, each is reported again.
    const REMEMBERED: usize = 256;

    /// Reports a bad line once, however often its table is read.
    pub fn once() -> BadLines {
        BadLines {
            reported: Some(HashSet::new()),
        }
    }

    /// Reports what is wrong with a line, or with the rest of a table.
    pub fn report(&mut self, error: &ReadError) {
        if let (ReadError::Malformed { .. }, Some(reported)) = (error, &mut self.reported) {
            if reported.len() >= BadLines::REMEMBERED {
                reported.clear();
            }
            if !reported.insert(error.to_string()) {
                return;
            }
        }
        notice::say(format_args!("{error}"));
    }
}
