//! A listing of routes.

use super::arranged::{Arranged, Page};
use super::held::{Form, Held, RowWriter, Take};
use super::rare::{self, Extent};
use super::{Outcome, flush_line, say_and_go_on};
use crate::filter;
use crate::host::Host;
use crate::names::Names;
use crate::notice;
use crate::report::classic;
use crate::report::classic::rare::{MissingRoutes, missing_routes};
use crate::report::columns::routes as fields;
use crate::request::{RouteDetail, RouteFamily, Routes};
use crate::tables::rare::Rare;
use crate::tables::route::{Kind, OpenError, Table};
use crate::tables::{ReadError, route, route6};
use std::io::{self, ErrorKind, Write};

/// Prints the routes that `request` asks for, family by family, up to the first that can't be had.
pub fn print(
    request: &Routes,
    arranged: Arranged,
    host: &Host,
    names: &mut Names,
    out: &mut dyn Write,
) -> io::Result<Outcome> {
    let mut listing = Listing {
        request,
        host,
        names,
        arranged,
        line: Vec::with_capacity(128),
        out,
    };
    for family in &request.families {
        let outcome = listing.print_family(*family)?;
        flush_line(&mut listing.line, listing.out)?;
        if outcome != Outcome::Done {
            return Ok(outcome);
        }
    }
    Ok(Outcome::Done)
}

/// The rows of IPv4 routes, in this layout.
struct RouteForm(RouteDetail);

impl Form<route::Row, Names> for RouteForm {
    fn push(&self, line: &mut Vec<u8>, names: &mut Names, row: &route::Row) {
        classic::route::push_row(line, names, row, self.0);
    }

    fn hand_fields(&self, names: &mut Names, row: &route::Row, take: Take<'_>) -> io::Result<()> {
        let row = fields::Row::V4(row);
        take(&mut fields::Route { row, names })
    }
}

impl Form<route::CacheRow, Names> for RouteForm {
    fn push(&self, line: &mut Vec<u8>, names: &mut Names, row: &route::CacheRow) {
        classic::route::push_cache_row(line, names, row, self.0);
    }

    fn hand_fields(
        &self,
        names: &mut Names,
        row: &route::CacheRow,
        take: Take<'_>,
    ) -> io::Result<()> {
        let row = fields::Row::V4Cached(row);
        take(&mut fields::Route { row, names })
    }
}

/// The rows of IPv6 routes.
struct Route6Form;

impl Form<route6::Row, Names> for Route6Form {
    fn push(&self, line: &mut Vec<u8>, names: &mut Names, row: &route6::Row) {
        classic::route6::push_row(line, names, row);
    }

    fn hand_fields(&self, names: &mut Names, row: &route6::Row, take: Take<'_>) -> io::Result<()> {
        let row = fields::Row::V6(row);
        take(&mut fields::Route { row, names })
    }
}

/// What the tables of one listing share.
struct Listing<'a> {
    request: &'a Routes,
    host: &'a Host,
    names: &'a mut Names,
    /// How rows are sorted and cut off.
    arranged: Arranged,
    /// The bytes of the row at hand, and before it of a title that has no row yet.
    line: Vec<u8>,
    out: &'a mut dyn Write,
}

impl Listing<'_> {
    fn print_family(&mut self, family: RouteFamily) -> io::Result<Outcome> {
        match family {
            RouteFamily::Inet => self.print_kinds(Self::print_inet),
            RouteFamily::Inet6 => self.print_kinds(Self::print_inet6),
            RouteFamily::Rare(family) => self.print_rare(family),
            RouteFamily::Unroutable(name) => {
                notice::say(format_args!("No routing for address family `{name}'."));
                Ok(Outcome::Misused)
            }
        }
    }

    /// Prints the routing table, the cache, or both, up to the first that can't be had.
    fn print_kinds(
        &mut self,
        print: fn(&mut Self, Kind) -> io::Result<Outcome>,
    ) -> io::Result<Outcome> {
        for (wanted, kind) in [
            (self.request.fib, Kind::Fib),
            (self.request.cache, Kind::Cache),
        ] {
            if wanted && self.arranged.wants_more() {
                let outcome = print(self, kind)?;
                self.arranged.end_section(self.out)?;
                if outcome != Outcome::Done {
                    return Ok(outcome);
                }
            }
        }
        Ok(Outcome::Done)
    }

    fn print_inet(&mut self, kind: Kind) -> io::Result<Outcome> {
        let detail = self.request.detail;
        let mut rows = match Table::open(self.host, kind) {
            Ok(rows) => rows,
            Err(OpenError::Io(error)) => {
                return Ok(self.unconfigured(
                    "INET (IPv4) not configured in this system.",
                    kind.file_name(),
                    &error,
                ));
            }
            Err(error) => {
                classic::route::push_title(&mut self.line, kind, detail);
                notice::say(format_args!("{error}"));
                return Ok(Outcome::Failed);
            }
        };
        classic::route::push_title(&mut self.line, kind, detail);
        match kind {
            Kind::Fib => self.print_rows(
                || rows.next_row(),
                filter::includes_route,
                &RouteForm(detail),
            ),
            Kind::Cache => self.print_rows(|| rows.next_cached_row(), |_| true, &RouteForm(detail)),
        }
    }

    fn print_inet6(&mut self, kind: Kind) -> io::Result<Outcome> {
        let mut rows = match route6::Table::open(self.host) {
            Ok(rows) => rows,
            Err(error) => {
                return Ok(self.unconfigured(
                    "INET6 (IPv6) not configured in this system.",
                    route6::FILE_NAME,
                    &error,
                ));
            }
        };
        classic::route6::push_title(&mut self.line, kind);
        self.print_rows(
            || rows.next_row(),
            |row| filter::includes_route6(row, kind),
            &Route6Form,
        )
    }

    /// Prints a table's rows: those that `next` hands out and `includes` lets pass.
    fn print_rows<R: Clone>(
        &mut self,
        mut next: impl FnMut() -> Result<Option<R>, ReadError>,
        includes: impl Fn(&R) -> bool,
        form: &impl Form<R, Names>,
    ) -> io::Result<Outcome> {
        let mut held = Held::new();
        let outcome = loop {
            match next() {
                Ok(Some(row)) if includes(&row) => {
                    if !self.arranged.admits() {
                        break Outcome::Done;
                    }
                    held.print(&row, self.writer(), form)?;
                }
                Ok(Some(_)) => {}
                Ok(None) => break Outcome::Done,
                Err(error) if say_and_go_on(&error).is_break() => break Outcome::Failed,
                Err(_) => {}
            }
        };
        held.finish(self.writer(), form)?;
        Ok(outcome)
    }

    fn writer(&mut self) -> RowWriter<'_, Names> {
        RowWriter {
            line: &mut self.line,
            context: self.names,
            arranged: &mut self.arranged,
            out: self.out,
        }
    }

    fn print_rare(&mut self, family: Rare) -> io::Result<Outcome> {
        let label = classic::rare::label(family);
        let mut page = Page {
            line: &mut self.line,
            arranged: &mut self.arranged,
            out: self.out,
        };
        let opened = page.print_routes(family, self.host)?;
        Ok(match opened {
            Ok(Extent::Whole) => Outcome::Done,
            Ok(Extent::Part) => Outcome::Failed,
            Err(error)
                if !matches!(
                    error.kind(),
                    ErrorKind::NotFound | ErrorKind::PermissionDenied
                ) =>
            {
                let files = self.rare_files(family);
                notice::say(format_args!("{label}: {files}: {error}"));
                Outcome::Failed
            }
            Err(error) => match missing_routes(family) {
                MissingRoutes::Unroutable => {
                    notice::say(format_args!("No routing for `{label}'."));
                    Outcome::Misused
                }
                MissingRoutes::OnStdout(text) => {
                    self.line.extend_from_slice(text.as_bytes());
                    let files = self.rare_files(family);
                    notice::say(format_args!("{label}: {files}: {error}"));
                    Outcome::Failed
                }
                MissingRoutes::OnStdoutOnly(text) => {
                    self.line.extend_from_slice(text.as_bytes());
                    Outcome::Failed
                }
                MissingRoutes::OnStderr(text) => {
                    let files = self.rare_files(family);
                    notice::say(format_args!("{text} ({files}: {error})"));
                    Outcome::Failed
                }
            },
        })
    }

    /// The tables of a rare family's routes, for people.
    fn rare_files(&self, family: Rare) -> String {
        let files = rare::routes_files(family).into_iter();
        let paths: Vec<_> = files
            .map(|it| self.host.net(it).display().to_string())
            .collect();
        paths.join(", ")
    }

    /// Says on stdout, as net-tools does, that a family is missing, and why on stderr.
    fn unconfigured(&mut self, text: &str, file: &str, error: &io::Error) -> Outcome {
        self.line.extend_from_slice(text.as_bytes());
        self.line.push(b'\n');
        let path = self.host.net(file);
        notice::say(format_args!("{}: {error}", path.display()));
        Outcome::Failed
    }
}
