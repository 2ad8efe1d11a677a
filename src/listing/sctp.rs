//! A listing's SCTP endpoints and associations.

use super::arranged::Page;
use super::missing::Printed;
use super::say_and_go_on;
use super::search::Search;
use crate::names::Names;
use crate::notice;
use crate::owners::Owners;
use crate::report::classic::{self, Context};
use crate::report::columns;
use crate::report::records::formats::Report;
use crate::tables::sctp::Table;
use std::io;

/// Prints the rows of one table, those that fit. The page's line holds what stands before them, a
/// title perhaps.
pub fn print(
    mut rows: Table,
    search: &mut Search<'_>,
    context: &mut Context<'_>,
    page: &mut Page<'_>,
) -> io::Result<Printed> {
    loop {
        let oddity = match rows.next_row() {
            Ok(None) => return Ok(Printed::Whole),
            Ok(Some(row)) if !search.includes_sctp(&row, context.owners) => None,
            Ok(Some(row)) => {
                page.make_ready()?;
                classic::sctp::push_row(page.line, context, &row);
                page.hand_on(&mut columns::sockets::Socket {
                    row: columns::sockets::Row::Sctp(&row),
                    names: context.names,
                    owners: context.owners,
                })?;
                row.oddity()
            }
            Err(error) if say_and_go_on(&error).is_break() => return Ok(Printed::Partly),
            Err(_) => None,
        };
        say_odd(&rows, oddity);
    }
}

/// Hands the rows of one table on, those that fit.
pub fn record(
    mut rows: Table,
    search: &mut Search<'_>,
    owners: Option<&Owners>,
    names: &mut Names,
    report: &mut dyn Report,
) -> io::Result<Printed> {
    loop {
        let oddity = match rows.next_row() {
            Ok(None) => return Ok(Printed::Whole),
            Ok(Some(row)) if !search.includes_sctp(&row, owners) => None,
            Ok(Some(row)) => {
                report.record(&mut columns::sockets::Socket {
                    row: columns::sockets::Row::Sctp(&row),
                    names,
                    owners,
                })?;
                row.oddity()
            }
            Err(error) if say_and_go_on(&error).is_break() => return Ok(Printed::Partly),
            Err(_) => None,
        };
        say_odd(&rows, oddity);
    }
}

/// Says what is odd about the row that was read last, if anything is.
fn say_odd(rows: &Table, oddity: Option<&str>) {
    if let Some(oddity) = oddity {
        let place = rows.place();
        notice::say(format_args!("warning, {place} is odd: {oddity}"));
    }
}
