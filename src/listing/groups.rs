//! A listing's multicast groups, which net-tools lists among the sockets.

use super::sockets::Printed;
use super::{flush_line, say_and_go_on};
use crate::names::Names;
use crate::report::classic;
use crate::tables::group::Table;
use std::io::{self, Write};

/// Prints the groups of one table. `line` holds what stands before them, a title perhaps.
pub fn print(
    mut rows: Table,
    names: &mut Names,
    line: &mut Vec<u8>,
    out: &mut dyn Write,
) -> io::Result<Printed> {
    loop {
        match rows.next_row() {
            Ok(None) => return Ok(Printed::Whole),
            Ok(Some(row)) => {
                classic::group::push_row(line, names, &row);
                flush_line(line, out)?;
            }
            Err(error) if say_and_go_on(&error).is_break() => return Ok(Printed::Partly),
            Err(_) => {}
        }
    }
}
