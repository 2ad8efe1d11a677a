//! A listing's SCTP endpoints and associations.

use super::sockets::Printed;
use super::{flush_line, say_and_go_on};
use crate::notice;
use crate::report::classic::{self, Context};
use crate::tables::sctp::Table;
use std::io::{self, Write};

/// Prints the rows of one table. `line` holds what stands before them, a title perhaps.
pub fn print(
    mut rows: Table,
    context: &mut Context<'_>,
    line: &mut Vec<u8>,
    out: &mut dyn Write,
) -> io::Result<Printed> {
    loop {
        let oddity = match rows.next_row() {
            Ok(None) => return Ok(Printed::Whole),
            Ok(Some(row)) => {
                classic::sctp::push_row(line, context, &row);
                flush_line(line, out)?;
                row.oddity()
            }
            Err(error) if say_and_go_on(&error).is_break() => return Ok(Printed::Partly),
            Err(_) => None,
        };
        if let Some(oddity) = oddity {
            let place = rows.place();
            notice::say(format_args!("warning, {place} is odd: {oddity}"));
        }
    }
}
