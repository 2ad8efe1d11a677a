//! The loop that reads the rows of a table.

use super::{Needs, Outcome, Warnings};
use crate::tables::{ReadError, Reader};
use std::io::{self, ErrorKind};

/// How much of a table has been read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extent {
    /// All of it, or as much as was wanted.
    Whole,
    /// The same, but some lines are not rows.
    Flawed,
    /// Not all rows could be read.
    Part,
    /// The file is empty, though a kernel writes at least a header. It is no table without rows.
    Blank,
}

impl Extent {
    /// Returns what the table contributes to the outcome of a listing with these needs. To net-tools, an
    /// empty file is a table without rows, and a line that is no row is none that counts.
    pub fn outcome(self, needs: Needs) -> Outcome {
        match self {
            Extent::Flawed if !needs.net_tools_status => Outcome::Incomplete,
            Extent::Whole | Extent::Flawed => Outcome::Done,
            Extent::Blank if needs.net_tools_status => Outcome::Done,
            Extent::Part | Extent::Blank => Outcome::Failed,
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

impl Step {
    /// Adds a warning, unless the loop stops.
    pub fn warn(self, text: Option<String>) -> Step {
        match (self, text) {
            (Step::Next, Some(text)) => Step::Warn(text),
            (step, _) => step,
        }
    }
}

/// The warning about a row whose line lacks its end.
pub const CUT: &str = " is cut off: its last fields are unknown";

/// Reads a table to its end and visits its rows.
///
/// # Errors
/// Those of `visit`; a table that can't be read on is reported, and read in part.
pub fn read<T: Reader>(
    table: &mut T,
    warnings: &mut Warnings,
    mut visit: impl FnMut(Event<'_, T>) -> io::Result<Step>,
) -> io::Result<Extent> {
    let mut extent = Extent::Whole;
    loop {
        let visited = match table.next_row() {
            Ok(None) => return Ok(extent),
            Ok(Some(row)) => Ok(visit(Event::Row(row))?),
            Err(error) => Err(error),
        };
        let step = match visited {
            Ok(step) => step,
            Err(error) => {
                warnings.say_bad_line(&error);
                match error {
                    ReadError::Io { source, .. } => {
                        return Ok(match source.kind() {
                            ErrorKind::UnexpectedEof => Extent::Blank,
                            _ => Extent::Part,
                        });
                    }
                    ReadError::Malformed { .. } => {
                        extent = Extent::Flawed;
                        visit(Event::BadLine(table))?
                    }
                }
            }
        };
        match step {
            Step::Next => {}
            Step::Warn(text) => warnings.say(format!("warning, {}{text}", table.place())),
            Step::Stop => return Ok(extent),
        }
    }
}
