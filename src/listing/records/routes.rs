//! Routes as records.

use super::super::held::MOST_HELD;
use super::super::{Outcome, say_and_go_on};
use super::{each_row, read};
use crate::filter;
use crate::host::Host;
use crate::names::Names;
use crate::notice;
use crate::report::columns::{self, Record};
use crate::report::records::formats::Report;
use crate::report::records::pipeline::Wanted;
use crate::request::{RouteFamily, Routes};
use crate::tables::route::Kind;
use crate::tables::{ReadError, route, route6};
use std::io;

/// Hands on the routes that `request` asks for.
pub fn record(
    request: &Routes,
    wanted: &Wanted,
    host: &Host,
    names: &mut Names,
    report: &mut dyn Report,
) -> io::Result<Outcome> {
    let mut way = RouteWay {
        host,
        names,
        wanted,
        left: wanted.most,
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
    wanted: &'a Wanted,
    /// How many rows are still wanted.
    left: usize,
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
                |row| columns::routes::Row::V4(row),
            ),
            Kind::Cache => self.record(
                || rows.next_cached_row(),
                |_| true,
                |row| columns::routes::Row::V4Cached(row),
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
            |row| columns::routes::Row::V6(row),
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
        as_row: impl Fn(&R) -> columns::routes::Row<'_>,
    ) -> io::Result<Outcome> {
        let mut held = Vec::new();
        let is_whole = each_row!(next(), row => {
            if !includes(&row) {
                continue;
            }
            let Some(left) = self.left.checked_sub(1) else {
                break true;
            };
            self.left = left;
            self.ask_for_names(as_row(&row));
            held.push(row);
            if held.len() >= MOST_HELD {
                self.hand_on(&mut held, &as_row)?;
            }
        });
        self.hand_on(&mut held, &as_row)?;
        Ok(read(is_whole))
    }

    fn ask_for_names(&mut self, row: columns::routes::Row<'_>) {
        self.names.begin_row();
        for place in &self.wanted.places {
            if columns::routes::is_name(*place) {
                let names = &mut *self.names;
                columns::routes::Route { row, names }.value(*place);
            }
        }
        self.names.end_row();
    }

    fn hand_on<R>(
        &mut self,
        held: &mut Vec<R>,
        as_row: impl Fn(&R) -> columns::routes::Row<'_>,
    ) -> io::Result<()> {
        for row in held.drain(..) {
            let names = &mut *self.names;
            let row = as_row(&row);
            self.report
                .record(&mut columns::routes::Route { row, names })?;
        }
        Ok(())
    }
}
