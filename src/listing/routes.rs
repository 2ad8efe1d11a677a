//! The walk of routes.

use super::named;
use super::rows::{CUT, Event, Step};
use super::walk::Walk;
use super::{Flow, Needs, Outcome, RowKind, Sink, Sources, Waiting};
use crate::filter;
use crate::notice;
use crate::request::{Globs, RouteFamily, Routes};
use crate::tables::rare::{self, Rare};
use crate::tables::route::{self, Kind};
use crate::tables::{Net, ReadError, Route, RouteTable, route6};
use std::io::{self, ErrorKind};

/// Routes of all families.
pub struct RouteRows;

impl RowKind for RouteRows {
    type Row<'a> = Route<'a>;
    type Section<'a> = Section;
    type Gap<'a> = Gap<'a>;
    type Kept = Route<'static>;

    /// Copies a route of an IP version. Others have no names.
    fn keep(row: &Route<'_>) -> Option<Route<'static>> {
        match row.clone() {
            Route::V4(row) => Some(Route::V4(row)),
            Route::V4Cached(row) => Some(Route::V4Cached(row)),
            Route::V6(row) => Some(Route::V6(row)),
            Route::Rare(_) => None,
        }
    }

    fn row<'a>(kept: &'a Route<'static>) -> Route<'a> {
        kept.clone()
    }
}

/// One family's routing table, or its cache.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Section {
    /// IPv4's.
    Inet(Kind),
    /// IPv6's.
    Inet6(Kind),
    /// A rare family's.
    Rare(Rare),
}

/// A table of routes that can't be opened.
pub struct Gap<'a> {
    /// The table.
    pub section: Section,
    /// Whether the system simply lacks the family.
    pub is_absent: bool,
    /// The files that were looked for.
    pub files: &'a str,
    /// Why they can't be opened.
    pub error: &'a io::Error,
}

/// Walks the routes that `request` asks for, family by family, up to the first that can't be read.
///
/// # Errors
/// Those of the sink.
pub fn walk(
    request: &Routes,
    sources: Sources<'_>,
    sink: &mut dyn Sink<RouteRows>,
) -> io::Result<Outcome> {
    let needs = sink.needs();
    let mut walk = Walk::new(sources, None, needs.rows);
    let before = walk.limit;
    let outcome = walk.each_net(|net, walk| {
        sink.namespace(net)?;
        named::report_absent(request.interfaces.names(), net, walk);
        walk_net(request, net, needs, walk, sink)
    })?;
    sink.end(&mut walk.joined)?;
    Ok(named::outcome(&request.interfaces, outcome, before, &walk))
}

fn walk_net(
    request: &Routes,
    net: &Net,
    needs: Needs,
    walk: &mut Walk<'_>,
    sink: &mut dyn Sink<RouteRows>,
) -> io::Result<Outcome> {
    let mut outcome = Outcome::Done;
    let kinds = [(request.fib, Kind::Fib), (request.cache, Kind::Cache)];
    let kinds = || {
        kinds
            .into_iter()
            .filter(|(is_wanted, _)| *is_wanted)
            .map(|(_, kind)| kind)
    };
    for family in &request.families {
        let sections: Vec<Section> = match family {
            RouteFamily::Inet => kinds().map(Section::Inet).collect(),
            RouteFamily::Inet6 => kinds().map(Section::Inet6).collect(),
            RouteFamily::Rare(family) => vec![Section::Rare(*family)],
            RouteFamily::Unroutable(name) => {
                notice::say(format_args!("No routing for address family `{name}'."));
                return Ok(Outcome::Misused);
            }
        };
        for section in sections {
            if walk.limit.is_reached() || sink.section(&section)? == Flow::Enough {
                break;
            }
            let read = walk_section(section, &request.interfaces, net, needs, walk, sink)?;
            outcome = outcome.and(read);
            if !outcome.may_repeat() {
                return Ok(outcome);
            }
        }
    }
    Ok(outcome)
}

fn walk_section(
    section: Section,
    interfaces: &Globs,
    net: &Net,
    needs: Needs,
    walk: &mut Walk<'_>,
    sink: &mut dyn Sink<RouteRows>,
) -> io::Result<Outcome> {
    let opened = match section {
        Section::Inet(kind) => route::Table::open(net, kind).map(RouteTable::V4),
        Section::Inet6(_) => route6::Table::open(net).map(RouteTable::V6),
        Section::Rare(family) => {
            let report = |error: &ReadError| walk.warnings.say_bad_line(error);
            rare::Routes::open(net, family, report).map(RouteTable::Rare)
        }
    };
    let mut rows = match opened {
        Ok(rows) => rows,
        Err(error) if error.kind() == ErrorKind::InvalidData => {
            notice::say(format_args!("{error}"));
            return Ok(Outcome::Failed);
        }
        Err(error) => return report_missing(section, net, &error, walk, sink),
    };
    let mut waiting = Waiting::default();
    let extent = walk.read(&mut rows, &mut waiting, sink, |event, taker| {
        let Event::Row(route) = event else {
            return Ok(Step::Next);
        };
        if !filter::includes_route(&route, section == Section::Inet6(Kind::Cache)) {
            return Ok(Step::Next);
        }
        if !interfaces.fit(route.interface().unwrap_or_default()) {
            return Ok(Step::Next);
        }
        let step = taker.take(&route)?;
        Ok(step.warn(warning(&route).map(str::to_owned)))
    })?;
    waiting.finish(&mut walk.joined, sink)?;
    // net-tools misses the header, silently.
    Ok(match needs.net_tools_status && rows.is_blank() {
        true => Outcome::Failed,
        false => extent.outcome(needs),
    })
}

/// Returns the warning about a row that lacks something.
fn warning(route: &Route<'_>) -> Option<&'static str> {
    match route {
        Route::Rare(rare::Route::Netrom(_, None)) => Some(" names no known neighbour"),
        Route::Rare(rare::Route::Rose(node, _)) if node.is_cut() => Some(CUT),
        _ => None,
    }
}

/// Reports a table that can't be opened. net-tools says of a rare family that the system lacks it
/// on stdout or on stderr, so that is left to the sink.
fn report_missing(
    section: Section,
    net: &Net,
    error: &io::Error,
    walk: &Walk<'_>,
    sink: &mut dyn Sink<RouteRows>,
) -> io::Result<Outcome> {
    let is_absent = matches!(
        error.kind(),
        ErrorKind::NotFound | ErrorKind::PermissionDenied
    );
    let names = match section {
        Section::Inet(kind) => vec![kind.file_name()],
        Section::Inet6(_) => vec![route6::FILE_NAME],
        Section::Rare(family) => rare::route_files(family),
    };
    let paths = names
        .iter()
        .map(|name| net.path(name).display().to_string());
    let files = paths.collect::<Vec<_>>().join(", ");
    match section {
        Section::Inet(_) | Section::Inet6(_) => notice::say(format_args!("{files}: {error}")),
        Section::Rare(family) if !is_absent => {
            notice::say(format_args!("{}: {files}: {error}", family.label()));
        }
        Section::Rare(Rare::Bluetooth) => {
            notice::say(format_args!(
                "No routing for `{}'.",
                Rare::Bluetooth.label()
            ));
            return Ok(Outcome::Misused);
        }
        Section::Rare(_) => {}
    }
    let gap = Gap {
        section,
        is_absent,
        files: &files,
        error,
    };
    sink.gap(&gap, &walk.joined)?;
    Ok(Outcome::Failed)
}
