//! A listing of masqueraded connections.

use super::arranged::Arranged;
use super::{Outcome, say_and_go_on};
use crate::host::Host;
use crate::names::Names;
use crate::notice;
use crate::report::classic;
use crate::report::records::formats::Report;
use crate::request::Masquerade;
use crate::tables::masquerade::{FILE_NAME, Row, Table};
use std::io::{self, ErrorKind, Write};

/// Prints masqueraded connections, and no title where there are none.
///
/// Of a table with a bad line net-tools prints nothing; we print the other lines, and fail too.
pub fn print(
    request: &Masquerade,
    mut arranged: Arranged,
    host: &Host,
    names: &mut Names,
    out: &mut dyn Write,
) -> io::Result<Outcome> {
    let mut line = Vec::with_capacity(128);
    classic::masquerade::push_title(&mut line, *request);
    let outcome = each(host, &mut |row| {
        arranged.make_ready(&mut line, out)?;
        classic::masquerade::push_row(&mut line, names, row, *request);
        arranged.hand_on(&mut line, row, out)
    })?;
    arranged.end_section(out)?;
    Ok(outcome)
}

/// Hands on masqueraded connections, as records.
pub fn record(host: &Host, report: &mut dyn Report) -> io::Result<Outcome> {
    each(host, &mut |row| report.record(row))
}

/// Calls `show` with each connection.
fn each(host: &Host, show: &mut dyn FnMut(&mut Row) -> io::Result<()>) -> io::Result<Outcome> {
    let mut rows = match Table::open(host) {
        Ok(rows) => rows,
        Err(error) => {
            let path = host.net(FILE_NAME);
            let path = path.display();
            match error.kind() {
                ErrorKind::NotFound => notice::say(format_args!(
                    "no support for `{FILE_NAME}' on this system: {path}: {error}"
                )),
                _ => notice::say(format_args!("{path}: {error}")),
            }
            return Ok(Outcome::Failed);
        }
    };
    let mut outcome = Outcome::Done;
    loop {
        match rows.next_row() {
            Ok(None) => return Ok(outcome),
            Ok(Some(mut row)) => show(&mut row)?,
            Err(error) => {
                outcome = Outcome::Failed;
                if say_and_go_on(&error).is_break() {
                    return Ok(outcome);
                }
            }
        }
    }
}
