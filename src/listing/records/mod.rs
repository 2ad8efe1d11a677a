//! Listings whose rows are handed on as records: to every format but net-tools' own, and to counts.

mod routes;
mod sockets;

use super::missing::{Printed, missing};
use super::search::Search;
use super::{Outcome, Past, interfaces, masquerade, say_and_go_on, statistics};
use crate::host::Host;
use crate::names::Names;
use crate::notice;
use crate::report::columns::{self, Field, Identity};
use crate::report::records::formats::Report;
use crate::report::records::pipeline::{Output, Pipeline, Unanswerable, pipeline};
use crate::request::{Request, Sockets, TableKind, What};
use crate::tables::group;
use std::io;

/// Reads rows to the end, and calls `$body` with each; true if the end was reached.
macro_rules! each_row {
    ($next:expr, $row:ident => $body:expr) => {
        loop {
            match $next {
                Ok(None) => break true,
                Ok(Some($row)) => $body,
                Err(error) if say_and_go_on(&error).is_break() => break false,
                Err(_) => {}
            }
        }
    };
}

use each_row;

/// The fields of a listing's rows.
pub fn fields(what: &What) -> Vec<Field> {
    match what {
        What::Sockets(sockets) if sockets.lists_groups() => columns::groups::fields(),
        What::Sockets(_) => columns::sockets::fields(),
        What::Routes(_) => columns::routes::fields(),
        What::Interfaces(_) => columns::interfaces::fields(),
        What::Statistics(_) => columns::statistics::fields(),
        What::Masquerade(_) => columns::masquerade::fields(),
    }
}

/// The names of the fields that a table has where none are asked for.
fn usual(what: &What, fields: &[Field]) -> Vec<&'static str> {
    match what {
        What::Sockets(sockets) if sockets.lists_groups() => {
            vec!["interface", "users", "group", "group_host"]
        }
        What::Sockets(sockets) => columns::sockets::usual(&sockets.columns),
        What::Routes(_) => columns::routes::USUAL.to_vec(),
        What::Interfaces(request) if request.extended => columns::interfaces::LONG.to_vec(),
        What::Interfaces(_) => columns::interfaces::USUAL.to_vec(),
        What::Statistics(_) => vec!["section", "name", "value"],
        What::Masquerade(_) => fields.iter().map(|field| field.name).collect(),
    }
}

/// Hands one listing to `out`, in the form that the request's output has.
///
/// # Errors
/// Only those of `out`.
pub fn print(
    request: &Request,
    host: &Host,
    names: &mut Names,
    past: &mut Past,
    out: Output<'_>,
) -> io::Result<Outcome> {
    let repeats = request.repeat.is_some();
    let fields = fields(&request.what);
    let usual = usual(&request.what, &fields);
    // Before anything is written, for it may be a search for what there can't be.
    let search = match &request.what {
        What::Sockets(sockets) if !sockets.lists_groups() => {
            match Search::start(sockets, host, past) {
                Ok(search) => Some(search),
                Err(why) => {
                    notice::say(format_args!("{why}"));
                    return Ok(Outcome::Misused);
                }
            }
        }
        _ => None,
    };
    let Pipeline { mut report, wanted } = match pipeline(&request.output, &fields, &usual, out) {
        Ok(pipeline) => pipeline,
        Err(Unanswerable::Io(error)) => return Err(error),
        Err(error) => {
            notice::say(format_args!("{error}"));
            return Ok(Outcome::Misused);
        }
    };
    let report = &mut *report;
    let outcome = match (&request.what, search) {
        (What::Sockets(sockets), Some(search)) => {
            self::sockets::record(sockets, search, &wanted, host, names, past, report)?
        }
        (What::Sockets(sockets), None) => groups(sockets, host, names, report)?,
        (What::Routes(routes), _) => self::routes::record(routes, &wanted, host, names, report)?,
        (What::Interfaces(request), _) => {
            interfaces::record(request, &wanted.places, repeats, host, report)?
        }
        (What::Statistics(request), _) => statistics::record(request, host, report)?,
        (What::Masquerade(_), _) => masquerade::record(host, report)?,
    };
    report.end()?;
    Ok(outcome)
}

/// How the rows of a listing are found again in the next one.
pub fn identity(what: &What) -> Identity {
    match what {
        What::Sockets(sockets) if sockets.lists_groups() => columns::groups::IDENTITY,
        What::Sockets(_) => columns::sockets::IDENTITY,
        What::Routes(_) => columns::routes::IDENTITY,
        What::Interfaces(_) => columns::interfaces::IDENTITY,
        What::Statistics(_) => columns::statistics::IDENTITY,
        What::Masquerade(_) => columns::masquerade::IDENTITY,
    }
}

/// What a table that could be read leaves of an outcome.
fn read(is_whole: bool) -> Outcome {
    match is_whole {
        true => Outcome::Done,
        false => Outcome::Failed,
    }
}

fn groups(
    request: &Sockets,
    host: &Host,
    names: &mut Names,
    report: &mut dyn Report,
) -> io::Result<Outcome> {
    let mut outcome = Outcome::Done;
    for table in &request.tables {
        let TableKind::Groups(family) = table.kind else {
            continue;
        };
        let mut rows = match group::Table::open(host, family) {
            Ok(rows) => rows,
            Err(error) => {
                let path = host.net(group::file_name(family));
                if !matches!(
                    missing(table, "AF INET (igmp)", &path, &error),
                    Printed::Whole
                ) {
                    outcome = Outcome::Failed;
                }
                continue;
            }
        };
        let is_whole = each_row!(rows.next_row(), row => report.record(&mut columns::groups::Group {
            row: &row,
            names,
        })?);
        outcome = outcome.and(read(is_whole));
    }
    Ok(outcome)
}
