//! The walk of interfaces.

use super::named;
use super::rows::{Event, Extent, Step, read};
use super::walk::Walk;
use super::{Flow, Needs, Outcome, RowKind, Sink, Sources, Warnings};
use crate::filter;
use crate::notice;
use crate::request::Interfaces;
use crate::tables::Net;
use crate::tables::interface::{
    Counters, Details, Link, LinkError, Name, RareAddress, RareFamily, Source, dev, inet6,
};
use std::convert::Infallible;
use std::io::{self, ErrorKind};
use std::time::Instant;

/// Interfaces.
pub struct InterfaceRows;

/// An interface.
#[derive(Debug, Clone, Copy)]
pub struct Interface<'a> {
    /// Its name.
    pub name: &'a Name,
    /// Its flags and MTU.
    pub link: &'a Link,
    /// Its counters, or `None` if they are not known.
    pub counters: Option<&'a Counters>,
    /// Its hardware and addresses, if the sink needs them.
    pub details: &'a Details,
    /// Its IPv6 addresses, if the sink needs details.
    pub inet6: &'a [inet6::Row],
    /// Its addresses in rare families, if the sink needs them.
    pub rare: &'a [(RareFamily, RareAddress)],
}

/// All interfaces of a namespace.
#[derive(Debug, Clone, Copy)]
pub struct Section<'a> {
    /// They, in the order of their names; not all of them have to be listed.
    pub interfaces: &'a [Entry],
    /// How much of the table of counters has been read.
    pub counted: Counted,
    /// When the counters were read.
    pub at: Instant,
}

/// An interface and its counters, if these are known.
#[derive(Debug, Clone, Copy)]
pub struct Entry {
    /// The interface's name.
    pub name: Name,
    /// Its counters.
    pub counters: Option<Counters>,
}

/// How much of the table of counters could be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Counted {
    /// All of it.
    Whole,
    /// Not all of its lines are rows.
    Flawed,
    /// A part.
    Part,
    /// Nothing: the file is empty.
    Blank,
    /// The table is missing.
    Missing,
}

impl RowKind for InterfaceRows {
    type Row<'a> = Interface<'a>;
    type Section<'a> = Section<'a>;
    /// The interfaces of a namespace can't be queried.
    type Gap<'a> = ();
    type Kept = Infallible;

    /// Keeps nothing: interfaces have no names to look up.
    fn keep(_: &Interface<'_>) -> Option<Infallible> {
        None
    }

    fn row(kept: &Infallible) -> Interface<'_> {
        match *kept {}
    }
}

/// Walks the interfaces that `request` asks for. While listings repeat (`repeats`), interfaces may
/// come and go.
///
/// # Errors
/// Those of the sink.
pub fn walk(
    request: &Interfaces,
    repeats: bool,
    sources: Sources<'_>,
    sink: &mut dyn Sink<InterfaceRows>,
) -> io::Result<Outcome> {
    let needs = sink.needs();
    let mut walk = Walk::new(sources, None, needs.rows);
    let before = walk.limit;
    let outcome = walk.each_net(|net, walk| {
        sink.namespace(net)?;
        named::report_absent(request.names.names(), net, walk);
        walk_net(request, repeats, net, needs, walk, sink)
    })?;
    sink.end(&mut walk.joined)?;
    Ok(named::outcome(&request.names, outcome, before, &walk))
}

fn walk_net(
    request: &Interfaces,
    repeats: bool,
    net: &Net,
    needs: Needs,
    walk: &mut Walk<'_>,
    sink: &mut dyn Sink<InterfaceRows>,
) -> io::Result<Outcome> {
    let (counted, mut entries) = read_counters(net, walk.warnings)?;
    let at = Instant::now();
    let mut may_enter = true;
    let source = match Source::new(net, needs.rare_addresses) {
        Ok(source) => source,
        // Another namespace that may not be entered has tables all the same.
        Err(error) if net.label().is_some() => {
            walk.warnings.say(format!(
                "{}: flags, MTU, hardware and IPv4 addresses are unknown: {error}",
                net.path(dev::FILE_NAME).display()
            ));
            may_enter = false;
            Source::Nothing
        }
        Err(error) => {
            notice::say(format_args!("cannot query interfaces: {error}"));
            sink.gap(&(), &walk.joined)?;
            return Ok(Outcome::Failed);
        }
    };
    let has_names = add_names(&source, &mut entries);
    let section = Section {
        interfaces: &entries,
        counted,
        at,
    };
    if sink.section(&section)? == Flow::Enough {
        return Ok(Outcome::Done);
    }
    let inet6 = match needs.details {
        true => read_inet6(net, walk.warnings)?,
        false => Vec::new(),
    };
    let mut outcome = match (counted, has_names) {
        (Counted::Blank, _) if !needs.net_tools_status => Outcome::Failed,
        (Counted::Flawed | Counted::Part, _) | (Counted::Missing | Counted::Blank, false) => {
            Outcome::Failed
        }
        _ => Outcome::Done,
    };
    if !may_enter && !needs.net_tools_status {
        outcome = outcome.and(Outcome::Incomplete);
    }
    let listed = entries.iter();
    let listed = listed.filter(|entry| request.names.fit(entry.name.bytes()));
    for Entry { name, counters } in listed {
        let link = match source.link(name) {
            Ok(link) => link,
            Err(error) => {
                walk.warnings.say(format!(
                    "{name:?}: error fetching interface information: {error}"
                ));
                if !(repeats && error == LinkError::Gone) {
                    outcome = Outcome::Failed;
                }
                continue;
            }
        };
        if !filter::includes_interface(&link, request.all) {
            continue;
        }
        if !walk.limit.count() {
            break;
        }
        let row = Interface {
            name,
            link: &link,
            counters: counters.as_ref(),
            details: &match needs.details {
                true => source.details(name),
                false => Details::default(),
            },
            inet6: of_interface(&inet6, name),
            rare: &match needs.rare_addresses {
                true => source.rare_addresses(name),
                false => Vec::new(),
            },
        };
        sink.prepare(&row, &mut walk.joined);
        sink.row(&row, &mut walk.joined)?;
        if let Some(error) = source.take_failure() {
            walk.warnings.say(format!(
                "{name:?}: some of its details are unknown: {error}"
            ));
            if !needs.net_tools_status {
                outcome = outcome.and(Outcome::Incomplete);
            }
        }
    }
    Ok(outcome)
}

/// Reads the interfaces that have counters, in the order of their names, and reports what is wrong
/// with them.
///
/// # Errors
/// None of its own.
fn read_counters(net: &Net, warnings: &mut Warnings) -> io::Result<(Counted, Vec<Entry>)> {
    let mut rows = match dev::Table::open(net) {
        Ok(rows) => rows,
        Err(error) => {
            let path = net.path(dev::FILE_NAME);
            notice::say(format_args!(
                "Warning: cannot open {} ({error}). Limited output.",
                path.display()
            ));
            return Ok((Counted::Missing, Vec::new()));
        }
    };
    let mut found = Vec::new();
    let extent = read(&mut rows, warnings, |event| {
        let Event::Row(row) = event else {
            return Ok(Step::Next);
        };
        found.push(row);
        Ok(match row.is_whole {
            true => Step::Next,
            false => Step::Warn(": not all counters are 64-bit numbers".to_owned()),
        })
    })?;
    // Of two lines for one interface, the last one that is whole counts.
    found.reverse();
    found.sort_by_key(|row: &dev::Row| (row.name, !row.is_whole));
    found.dedup_by_key(|row| row.name);
    let entries = found.into_iter().map(|row| Entry {
        name: row.name,
        counters: Some(row.counters),
    });
    let counted = match extent {
        Extent::Part => Counted::Part,
        Extent::Blank => Counted::Blank,
        Extent::Flawed => Counted::Flawed,
        Extent::Whole => Counted::Whole,
    };
    Ok((counted, entries.collect()))
}

/// Adds the interfaces that are known by other means, and keeps the order. Returns false if these
/// can't be read.
fn add_names(source: &Source, entries: &mut Vec<Entry>) -> bool {
    let names = match source.names() {
        Ok(names) => names,
        Err(error) => {
            notice::say(format_args!("{error}"));
            return false;
        }
    };
    entries.extend(names.into_iter().map(|name| Entry {
        name,
        counters: None,
    }));
    // Stable: those with counters stay first.
    entries.sort_by_key(|entry| entry.name);
    entries.dedup_by_key(|entry| entry.name);
    true
}

/// Returns the addresses of one interface, out of all in the order of the interfaces' names.
fn of_interface<'a>(addresses: &'a [inet6::Row], name: &Name) -> &'a [inet6::Row] {
    let start = addresses.partition_point(|row| row.name < *name);
    let rest = addresses.get(start..).unwrap_or_default();
    rest.split(|row| row.name != *name)
        .next()
        .unwrap_or_default()
}

/// Reads the IPv6 addresses of all interfaces, in the order of the interfaces' names. A system
/// without the table has no IPv6.
///
/// # Errors
/// None of its own.
fn read_inet6(net: &Net, warnings: &mut Warnings) -> io::Result<Vec<inet6::Row>> {
    let mut addresses = Vec::new();
    let mut rows = match inet6::Table::open(net) {
        Ok(rows) => rows,
        Err(error) => {
            if error.kind() != ErrorKind::NotFound {
                let path = net.path(inet6::FILE_NAME);
                notice::say(format_args!("{}: {error}", path.display()));
            }
            return Ok(addresses);
        }
    };
    read(&mut rows, warnings, |event| {
        if let Event::Row(row) = event {
            addresses.push(row);
        }
        Ok(Step::Next)
    })?;
    addresses.sort_by_key(|row| row.name);
    Ok(addresses)
}
