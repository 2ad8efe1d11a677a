//! Listings whose rows are handed on as records: to every format but net-tools' own, and to counts.

use super::held::MOST_HELD;
use super::pipeline::{Output, Pipeline, Unanswerable, pipeline};
use super::search::{Search, own};
use super::sockets::{Printed, missing, open_inet, protocol_label};
use super::{Outcome, interfaces, masquerade, say_and_go_on, statistics};
use crate::filter;
use crate::host::Host;
use crate::names::Names;
use crate::notice;
use crate::owners::Owners;
use crate::report::fields::{self, Identity, Record};
use crate::report::formats::Report;
use crate::request::{Missing, Request, RouteFamily, Routes, Sockets, Table, TableKind, What};
use crate::tables::route::Kind;
use crate::tables::{ReadError, group, inet, route, route6, unix};
use std::collections::{HashSet, VecDeque};
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

/// Hands one listing to `out`, in the form that the request's answer has.
///
/// # Errors
/// Only those of `out`.
pub fn print(
    request: &Request,
    host: &Host,
    names: &mut Names,
    out: Output<'_>,
) -> io::Result<Outcome> {
    let repeats = request.repeat.is_some();
    let (fields, usual) = match &request.what {
        What::Sockets(sockets) if sockets.lists_groups() => (
            fields::groups::fields(),
            vec!["interface", "users", "group", "group_host"],
        ),
        What::Sockets(sockets) => (
            fields::sockets::fields(),
            fields::sockets::usual(&sockets.columns),
        ),
        What::Routes(_) => (fields::routes::fields(), fields::routes::USUAL.to_vec()),
        What::Interfaces(_) => (
            fields::interfaces::fields(),
            fields::interfaces::USUAL.to_vec(),
        ),
        What::Statistics(_) => (
            fields::statistics::fields(),
            vec!["section", "name", "value"],
        ),
        What::Masquerade(_) => {
            let fields = fields::masquerade::fields();
            let usual = fields.iter().map(|field| field.name).collect();
            (fields, usual)
        }
    };
    // Before anything is written, for it may be a search for what there can't be.
    let search = match &request.what {
        What::Sockets(sockets) if !sockets.lists_groups() => match Search::start(sockets, host) {
            Ok(search) => Some(search),
            Err(why) => {
                notice::say(format_args!("{why}"));
                return Ok(Outcome::Misused);
            }
        },
        _ => None,
    };
    let Pipeline { mut report, wanted } = match pipeline(&request.answer, &fields, &usual, out) {
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
            self::sockets(sockets, search, &wanted, host, names, report)?
        }
        (What::Sockets(sockets), None) => groups(sockets, host, names, report)?,
        (What::Routes(routes), _) => self::routes(routes, &wanted, host, names, report)?,
        (What::Interfaces(request), _) => interfaces::record(request, repeats, host, report)?,
        (What::Statistics(request), _) => statistics::record(request, host, report)?,
        (What::Masquerade(_), _) => masquerade::record(host, report)?,
    };
    report.end()?;
    Ok(outcome)
}

/// How the rows of a listing are found again in the next one.
pub fn identity(what: &What) -> Identity {
    match what {
        What::Sockets(sockets) if sockets.lists_groups() => fields::groups::IDENTITY,
        What::Sockets(_) => fields::sockets::IDENTITY,
        What::Routes(_) => fields::routes::IDENTITY,
        What::Interfaces(_) => fields::interfaces::IDENTITY,
        What::Statistics(_) => fields::statistics::IDENTITY,
        What::Masquerade(_) => fields::masquerade::IDENTITY,
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
        let is_whole = each_row!(rows.next_row(), row => report.record(&mut fields::groups::Group {
            row: &row,
            names,
        })?);
        outcome = outcome.and(read(is_whole));
    }
    Ok(outcome)
}

fn sockets(
    request: &Sockets,
    mut search: Search<'_>,
    wanted: &[usize],
    host: &Host,
    names: &mut Names,
    report: &mut dyn Report,
) -> io::Result<Outcome> {
    let owners = search.take_owners();
    let owners = owners.as_ref();
    let mut outcome = Outcome::Done;
    for table in search.tables(request) {
        let printed = match table.kind {
            TableKind::Inet(protocol, family) => {
                match open_inet(&mut search.started, request, host, protocol, family) {
                    Ok(rows) => {
                        let mut way = Way {
                            search: &mut search,
                            owners,
                            own: own(host, names),
                            names,
                            wanted,
                            report,
                        };
                        way.record_inet(rows)?
                    }
                    Err(error) => {
                        let path = host.net(inet::file_name(protocol, family));
                        missing(&table, protocol_label(protocol), &path, &error)
                    }
                }
            }
            TableKind::Unix => match unix::Table::open(host) {
                Ok(rows) => record_unix(rows, &mut search, owners, names, report)?,
                Err(error) => missing(&table, "AF UNIX", &host.net(unix::FILE_NAME), &error),
            },
            // Few have seen one of these sockets, and none with a program that reads JSON.
            TableKind::Sctp(..) | TableKind::Rare(_) | TableKind::Groups(_) => only_classic(&table),
        };
        if !matches!(printed, Printed::Whole) {
            outcome = Outcome::Failed;
        }
    }
    Ok(outcome.and(search.outcome()))
}

/// Says that a kind of sockets is not listed here, where it was asked for by name.
fn only_classic(table: &Table) -> Printed {
    if table.missing != Missing::Fatal {
        return Printed::Whole;
    }
    notice::say(format_args!(
        "such sockets are listed in the classic format only"
    ));
    Printed::Missing
}

/// What the rows of a table of IP sockets are handed on with.
struct Way<'a, 'b> {
    search: &'a mut Search<'b>,
    owners: Option<&'a Owners>,
    own: HashSet<u64>,
    names: &'a mut Names,
    /// The places of the fields that will be looked at.
    wanted: &'a [usize],
    report: &'a mut dyn Report,
}

impl Way<'_, '_> {
    fn record_inet(&mut self, mut rows: inet::Table) -> io::Result<Printed> {
        // As in `held`: names are asked for as rows are read, and rows wait for theirs in order.
        let mut held = VecDeque::new();
        let is_whole = each_row!(rows.next_row(), row => {
            let is_own = row.inode.is_some_and(|inode| self.own.contains(&inode));
            if !is_own && self.search.includes(&row, self.owners) {
                if self.has_names(&row) && held.is_empty() {
                    self.record(&row)?;
                    continue;
                }
                held.push_back(row);
                if held.len() > MOST_HELD
                    && let Some(row) = held.pop_front()
                {
                    self.record(&row)?;
                }
            } else if self.search.ends_at(&row) {
                break true;
            }
        });
        for row in held {
            self.record(&row)?;
        }
        Ok(if is_whole {
            Printed::Whole
        } else {
            Printed::Partly
        })
    }

    fn socket<'a>(&'a mut self, row: &'a inet::Row) -> fields::sockets::Socket<'a> {
        fields::sockets::Socket {
            row: fields::sockets::Row::Inet(row),
            names: self.names,
            owners: self.owners,
        }
    }

    /// Asks for the names that the row will be shown with; whether all are known.
    fn has_names(&mut self, row: &inet::Row) -> bool {
        self.names.begin_row();
        for place in self.wanted {
            if fields::sockets::is_name(*place) {
                self.socket(row).value(*place);
            }
        }
        self.names.end_row()
    }

    /// Hands a row on, and waits for its names where need be.
    fn record(&mut self, row: &inet::Row) -> io::Result<()> {
        self.report.record(&mut fields::sockets::Socket {
            row: fields::sockets::Row::Inet(row),
            names: self.names,
            owners: self.owners,
        })
    }
}

fn record_unix(
    mut rows: unix::Table,
    search: &mut Search<'_>,
    owners: Option<&Owners>,
    names: &mut Names,
    report: &mut dyn Report,
) -> io::Result<Printed> {
    let is_whole = each_row!(rows.next_row(), row => {
        if search.includes_unix(&row, owners) {
            report.record(&mut fields::sockets::Socket {
                row: fields::sockets::Row::Unix(&row),
                names,
                owners,
            })?;
        }
    });
    Ok(if is_whole {
        Printed::Whole
    } else {
        Printed::Partly
    })
}

fn routes(
    request: &Routes,
    wanted: &[usize],
    host: &Host,
    names: &mut Names,
    report: &mut dyn Report,
) -> io::Result<Outcome> {
    let mut way = RouteWay {
        host,
        names,
        wanted,
        report,
    };
    for family in &request.families {
        for (is_wanted, kind) in [(request.fib, Kind::Fib), (request.cache, Kind::Cache)] {
            if !is_wanted {
                continue;
            }
            let outcome = match family {
                RouteFamily::Inet => way.record_inet(kind)?,
                RouteFamily::Inet6 => way.record_inet6(kind)?,
                RouteFamily::Rare(_) | RouteFamily::Unroutable(_) => {
                    notice::say(format_args!(
                        "only routes of inet and inet6 can be had in this format"
                    ));
                    Outcome::Misused
                }
            };
            if outcome != Outcome::Done {
                return Ok(outcome);
            }
        }
    }
    Ok(Outcome::Done)
}

/// What routes are handed on with.
struct RouteWay<'a> {
    host: &'a Host,
    names: &'a mut Names,
    /// The places of the fields that will be looked at.
    wanted: &'a [usize],
    report: &'a mut dyn Report,
}

impl RouteWay<'_> {
    fn record_inet(&mut self, kind: Kind) -> io::Result<Outcome> {
        let mut rows = match route::Table::open(self.host, kind) {
            Ok(rows) => rows,
            Err(route::OpenError::Io(error)) => return Ok(self.missing(kind.file_name(), &error)),
            Err(error) => {
                notice::say(format_args!("{error}"));
                return Ok(Outcome::Failed);
            }
        };
        match kind {
            Kind::Fib => self.record(
                || rows.next_row(),
                filter::includes_route,
                |row| fields::routes::Row::V4(row),
            ),
            Kind::Cache => self.record(
                || rows.next_cached_row(),
                |_| true,
                |row| fields::routes::Row::V4Cached(row),
            ),
        }
    }

    fn record_inet6(&mut self, kind: Kind) -> io::Result<Outcome> {
        let mut rows = match route6::Table::open(self.host) {
            Ok(rows) => rows,
            Err(error) => return Ok(self.missing(route6::FILE_NAME, &error)),
        };
        self.record(
            || rows.next_row(),
            |row| filter::includes_route6(row, kind),
            |row| fields::routes::Row::V6(row),
        )
    }

    fn missing(&self, file: &str, error: &io::Error) -> Outcome {
        notice::say(format_args!("{}: {error}", self.host.net(file).display()));
        Outcome::Failed
    }

    /// Asks for the names of many routes before it hands the first of them on.
    fn record<R>(
        &mut self,
        mut next: impl FnMut() -> Result<Option<R>, ReadError>,
        includes: impl Fn(&R) -> bool,
        as_row: impl Fn(&R) -> fields::routes::Row<'_>,
    ) -> io::Result<Outcome> {
        let mut held = Vec::new();
        let is_whole = each_row!(next(), row => {
            if !includes(&row) {
                continue;
            }
            self.ask_for_names(as_row(&row));
            held.push(row);
            if held.len() >= MOST_HELD {
                self.hand_on(&mut held, &as_row)?;
            }
        });
        self.hand_on(&mut held, &as_row)?;
        Ok(read(is_whole))
    }

    fn ask_for_names(&mut self, row: fields::routes::Row<'_>) {
        self.names.begin_row();
        for place in self.wanted {
            if fields::routes::is_name(*place) {
                let names = &mut *self.names;
                fields::routes::Route { row, names }.value(*place);
            }
        }
        self.names.end_row();
    }

    fn hand_on<R>(
        &mut self,
        held: &mut Vec<R>,
        as_row: impl Fn(&R) -> fields::routes::Row<'_>,
    ) -> io::Result<()> {
        for row in held.drain(..) {
            let names = &mut *self.names;
            let row = as_row(&row);
            self.report
                .record(&mut fields::routes::Route { row, names })?;
        }
        Ok(())
    }
}
