//! A listing of interfaces.

use super::arranged::Arranged;
use super::{Outcome, flush_line, say_and_go_on};
use crate::filter;
use crate::host::Host;
use crate::notice;
use crate::report::classic::interface_long::Paragraph;
use crate::report::columns::interfaces::{Interface, tells_details};
use crate::report::records::formats::Report;
use crate::report::{classic, rates};
use crate::request::Interfaces;
use crate::tables::interface::{Counters, Details, Link, LinkError, Name, Source, dev, inet6};
use std::io::{self, ErrorKind, Write};
use std::time::{Duration, Instant};

/// What a listing of interfaces leaves for the next one, where it repeats.
#[derive(Debug, Default)]
pub struct Past {
    /// Whether the title has been printed: net-tools prints it once.
    has_title: bool,
    /// What the interfaces had carried when they were listed last.
    counted: Option<Counted>,
}

/// What interfaces had carried at one time.
#[derive(Debug)]
struct Counted {
    at: Instant,
    /// In the order of their names.
    interfaces: Vec<Entry>,
}

/// One interface of a listing.
#[derive(Debug, Clone, Copy)]
struct Entry {
    name: Name,
    counters: Option<Counters>,
    /// Whether it was there when interfaces were listed last, and is no more.
    is_gone: bool,
    /// Whether it has been printed.
    is_listed: bool,
}

impl Entry {
    fn new(name: Name, counters: Option<Counters>) -> Entry {
        Entry {
            name,
            counters,
            is_gone: false,
            is_listed: false,
        }
    }
}

/// Prints interfaces. `repeats` tells whether it is to be done again, with the same `past`.
pub fn print(
    request: &Interfaces,
    mut arranged: Arranged,
    repeats: bool,
    host: &Host,
    past: &mut Past,
    out: &mut dyn Write,
) -> io::Result<Outcome> {
    let mut line = Vec::with_capacity(1024);
    if !past.has_title {
        line.extend_from_slice(classic::interface::TITLE);
        past.has_title = true;
    }
    let (table, mut entries) = read_counters(host);
    let at = Instant::now();
    let source = match Source::new(host, request.extended) {
        Ok(source) => source,
        Err(error) => {
            notice::say(format_args!("interfaces can't be asked for: {error}"));
            flush_line(&mut line, out)?;
            return Ok(Outcome::Failed);
        }
    };
    let has_names = add_names(&source, &mut entries);
    let before = past.counted.as_ref().filter(|_| request.delta);
    if let (Some(before), Table::Whole) = (before, table) {
        add_gone(before, &mut entries);
    }
    let mut listing = Listing {
        request,
        source: &source,
        rates: before.map(|before| (before, at.duration_since(before.at))),
        inet6: match request.extended || arranged.is_on() {
            true => read_inet6(host),
            false => Vec::new(),
        },
        line,
    };
    listing.push_header();
    let mut outcome = outcome(table, has_names);
    arranged.make_ready(&mut listing.line, out)?;
    for entry in &mut entries {
        match listing.push(entry) {
            Ok(Some(link)) if arranged.is_on() => {
                let mut record = Interface {
                    name: &entry.name,
                    link: &link,
                    counters: entry.counters.as_ref(),
                    details: &source.details(&entry.name),
                    inet6: of_interface(&listing.inet6, &entry.name),
                };
                arranged.hand_on(&mut listing.line, &mut record, out)?;
            }
            Ok(Some(_)) => flush_line(&mut listing.line, out)?,
            Ok(None) => flush_line(&mut listing.line, out)?,
            // While listings repeat, interfaces come and go.
            Err(LinkError::Gone) if repeats => {}
            Err(_) => outcome = Outcome::Failed,
        }
    }
    flush_line(&mut listing.line, out)?;
    arranged.end_section(out)?;
    if request.delta && table != Table::Missing {
        entries.retain(|entry| entry.counters.is_some());
        past.counted = Some(Counted {
            at,
            interfaces: entries,
        });
    }
    Ok(outcome)
}

/// Hands on interfaces, as records. `wanted` are the places of the fields that will be looked at.
pub fn record(
    request: &Interfaces,
    wanted: &[usize],
    repeats: bool,
    host: &Host,
    report: &mut dyn Report,
) -> io::Result<Outcome> {
    let wants_details = wanted.iter().any(|place| tells_details(*place));
    let (table, mut entries) = read_counters(host);
    let source = match Source::new(host, false) {
        Ok(source) => source,
        Err(error) => {
            notice::say(format_args!("interfaces can't be asked for: {error}"));
            return Ok(Outcome::Failed);
        }
    };
    let has_names = add_names(&source, &mut entries);
    let inet6 = match wants_details {
        true => read_inet6(host),
        false => Vec::new(),
    };
    let mut outcome = outcome(table, has_names);
    for entry in &entries {
        match link(&source, &entry.name) {
            Ok(link) if filter::includes_interface(&link, request.all) => {
                report.record(&mut Interface {
                    name: &entry.name,
                    link: &link,
                    counters: entry.counters.as_ref(),
                    details: &match wants_details {
                        true => source.details(&entry.name),
                        false => Details::default(),
                    },
                    inet6: of_interface(&inet6, &entry.name),
                })?;
            }
            Ok(_) => {}
            // While listings repeat, interfaces come and go.
            Err(LinkError::Gone) if repeats => {}
            Err(_) => outcome = Outcome::Failed,
        }
    }
    Ok(outcome)
}

/// What can be said of a listing before its rows.
fn outcome(table: Table, has_names: bool) -> Outcome {
    match (table, has_names) {
        (Table::Flawed | Table::Partly, _) | (Table::Missing, false) => Outcome::Failed,
        _ => Outcome::Done,
    }
}

/// What an interface is; where that can't be told, it is said.
fn link(source: &Source, name: &Name) -> Result<Link, LinkError> {
    source.link(name).inspect_err(|error| {
        notice::say(format_args!(
            "{name:?}: error fetching interface information: {error}"
        ));
    })
}

/// What the rows of one listing share.
struct Listing<'a> {
    request: &'a Interfaces,
    source: &'a Source,
    /// What the interfaces had carried before, and how long ago that was, if rates are shown.
    rates: Option<(&'a Counted, Duration)>,
    /// IPv6 addresses, in the order of their interfaces' names.
    inet6: Vec<inet6::Row>,
    /// The bytes of the row at hand, and before it of a title that has no row yet.
    line: Vec<u8>,
}

impl Listing<'_> {
    fn push_header(&mut self) {
        match self.rates {
            Some((_, elapsed)) => rates::push_title(&mut self.line, elapsed),
            None if self.request.extended => {}
            None => classic::interface::push_header(&mut self.line),
        }
    }

    /// Adds an interface's row, if it belongs in the listing; what it is, unless it is gone.
    ///
    /// # Errors
    /// The interface can't be asked for; that has been said.
    fn push(&mut self, entry: &mut Entry) -> Result<Option<Link>, LinkError> {
        let name = &entry.name;
        if entry.is_gone {
            rates::push_reason(&mut self.line, name, "gone");
            return Ok(None);
        }
        let link = link(self.source, name)?;
        if !filter::includes_interface(&link, self.request.all) {
            return Ok(None);
        }
        entry.is_listed = true;
        match self.rates {
            Some((before, elapsed)) => self.push_rates(before, entry, elapsed),
            None => self.push_totals(entry, &link),
        }
        Ok(Some(link))
    }

    fn push_totals(&mut self, entry: &Entry, link: &Link) {
        let name = &entry.name;
        let counters = match entry.counters {
            // net-tools 2.10 stumbles over the end of such a name, and sees no counter behind it.
            Some(_) if self.request.like_net_tools && name.is_longest() && !name.is_alias() => {
                Some(Counters::default())
            }
            counters => counters,
        };
        let counters = counters.as_ref();
        if !self.request.extended {
            return classic::interface::push_row(&mut self.line, name, link, counters);
        }
        let paragraph = Paragraph {
            name,
            link,
            details: &self.source.details(name),
            counters,
            inet6: of_interface(&self.inet6, name),
            rare: &self.source.rare_addresses(name),
        };
        classic::interface_long::push_paragraph(&mut self.line, &paragraph);
    }

    fn push_rates(&mut self, before: &Counted, entry: &Entry, elapsed: Duration) {
        let name = &entry.name;
        let before = before
            .interfaces
            .binary_search_by_key(name, |entry| entry.name)
            .ok()
            .and_then(|place| before.interfaces.get(place)?.counters.as_ref());
        let line = &mut self.line;
        match (before, &entry.counters) {
            (_, None) => rates::push_reason(line, name, "no statistics available"),
            (None, Some(_)) => rates::push_reason(line, name, "new"),
            (Some(before), Some(now)) => rates::push_row(line, name, before, now, elapsed),
        }
    }
}

/// How much of the table of counters could be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Table {
    Whole,
    /// Some lines were none: net-tools ends at the first of these, and has failed.
    Flawed,
    Partly,
    Missing,
}

/// Reads the interfaces that have counters, in the order of their names, and says what is wrong
/// with them.
fn read_counters(host: &Host) -> (Table, Vec<Entry>) {
    let mut read = Vec::new();
    let mut rows = match dev::Table::open(host) {
        Ok(rows) => rows,
        Err(error) => {
            let path = host.net(dev::FILE_NAME);
            notice::say(format_args!(
                "Warning: cannot open {} ({error}). Limited output.",
                path.display()
            ));
            return (Table::Missing, Vec::new());
        }
    };
    let mut has_bad_line = false;
    let table = loop {
        match rows.next_row() {
            Ok(None) if has_bad_line => break Table::Flawed,
            Ok(None) => break Table::Whole,
            Ok(Some(row)) => {
                if !row.is_whole {
                    notice::say(format_args!(
                        "warning, {}: not all counters are numbers of 64 bits",
                        rows.place()
                    ));
                }
                read.push(row);
            }
            Err(error) if say_and_go_on(&error).is_break() => break Table::Partly,
            Err(_) => has_bad_line = true,
        }
    };
    // Of two lines for one interface, the last one that is whole counts.
    read.reverse();
    read.sort_by_key(|row| (row.name, !row.is_whole));
    read.dedup_by_key(|row| row.name);
    let entry = |row: dev::Row| Entry::new(row.name, Some(row.counters));
    (table, read.into_iter().map(entry).collect())
}

/// Adds the interfaces that are known by other means, and keeps the order. False where they can't
/// be had.
fn add_names(source: &Source, entries: &mut Vec<Entry>) -> bool {
    let names = match source.names() {
        Ok(names) => names,
        Err(error) => {
            notice::say(format_args!("{error}"));
            return false;
        }
    };
    entries.extend(names.into_iter().map(|name| Entry::new(name, None)));
    // Stable: those with counters stay first.
    entries.sort_by_key(|entry| entry.name);
    entries.dedup_by_key(|entry| entry.name);
    true
}

/// Adds the interfaces that were listed before and are no more, and keeps the order.
fn add_gone(before: &Counted, entries: &mut Vec<Entry>) {
    let is_there = |name| {
        entries
            .binary_search_by_key(&name, |entry| entry.name)
            .is_ok()
    };
    let gone = before
        .interfaces
        .iter()
        .filter(|entry| entry.is_listed && !is_there(entry.name));
    let gone: Vec<Entry> = gone
        .map(|entry| Entry {
            is_gone: true,
            ..Entry::new(entry.name, None)
        })
        .collect();
    entries.extend(gone);
    entries.sort_by_key(|entry| entry.name);
}

/// Those of the IPv6 addresses that `name` has; they are in the order of names.
fn of_interface<'a>(addresses: &'a [inet6::Row], name: &Name) -> &'a [inet6::Row] {
    let start = addresses.partition_point(|row| row.name < *name);
    let rest = addresses.get(start..).unwrap_or_default();
    rest.split(|row| row.name != *name)
        .next()
        .unwrap_or_default()
}

/// Reads the IPv6 addresses of all interfaces, in the order of the interfaces' names. A system
/// without the table has no IPv6.
fn read_inet6(host: &Host) -> Vec<inet6::Row> {
    let mut addresses = Vec::new();
    let mut rows = match inet6::Table::open(host) {
        Ok(rows) => rows,
        Err(error) => {
            if error.kind() != ErrorKind::NotFound {
                let path = host.net(inet6::FILE_NAME);
                notice::say(format_args!("{}: {error}", path.display()));
            }
            return addresses;
        }
    };
    loop {
        match rows.next_row() {
            Ok(None) => break,
            Ok(Some(row)) => addresses.push(row),
            Err(error) if say_and_go_on(&error).is_break() => break,
            Err(_) => {}
        }
    }
    addresses.sort_by_key(|row| row.name);
    addresses
}
