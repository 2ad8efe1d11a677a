//! A listing's multicast groups, which net-tools lists among the sockets.

use super::arranged::Page;
use super::missing::Printed;
use super::say_and_go_on;
use crate::names::Names;
use crate::report::classic;
use crate::report::columns::groups::Group;
use crate::tables::group::Table;
use std::io;

/// Prints the groups of one table. The page's line holds what stands before them, a title perhaps.
pub fn print(mut rows: Table, names: &mut Names, page: &mut Page<'_>) -> io::Result<Printed> {
    loop {
        match rows.next_row() {
            Ok(None) => return Ok(Printed::Whole),
            Ok(Some(row)) => {
                page.make_ready()?;
                classic::group::push_row(page.line, names, &row);
                page.hand_on(&mut Group { row: &row, names })?;
            }
            Err(error) if say_and_go_on(&error).is_break() => return Ok(Printed::Partly),
            Err(_) => {}
        }
    }
}
