//! The walk of the protocols' counters.

use super::rows::{Event, Extent, Step, read};
use super::walk::Walk;
use super::{Needs, Outcome, RowKind, Sink, Sources, Warnings};
use crate::filter;
use crate::request::Statistics;
use crate::tables::Net;
use crate::tables::counter::{BadLine, Count, File, Mib, Row, Table};
use std::convert::Infallible;
use std::io::{self, ErrorKind};

/// Counters.
pub struct CounterRows;

/// A counter.
#[derive(Debug, Clone, Copy)]
pub struct Counter<'a> {
    /// The title of its section, as the kernel writes it.
    pub section: &'a [u8],
    /// Its name, as the kernel writes it.
    pub name: &'a [u8],
    /// The count.
    pub value: Count,
}

/// The counters that a file keeps together.
#[derive(Debug, Clone, Copy)]
pub struct Section<'a> {
    /// The title, as the kernel writes it.
    pub title: &'a [u8],
    /// What it is the title of, or `None` if that is not known.
    pub mib: Option<Mib>,
    /// Whether the request asks for its counters.
    pub is_shown: bool,
}

impl RowKind for CounterRows {
    type Row<'a> = Counter<'a>;
    type Section<'a> = Section<'a>;
    type Gap<'a> = Infallible;
    type Kept = Infallible;

    /// Keeps nothing: counters have no names to look up.
    fn keep(_: &Counter<'_>) -> Option<Infallible> {
        None
    }

    fn row(kept: &Infallible) -> Counter<'_> {
        match *kept {}
    }
}

/// Walks the counters that `request` asks for.
///
/// # Errors
/// Those of the sink.
pub fn walk(
    request: &Statistics,
    sources: Sources<'_>,
    sink: &mut dyn Sink<CounterRows>,
) -> io::Result<Outcome> {
    // TCP's counters in snmp are those of both IP versions.
    let files: &[File] = match request.ipv6 {
        true => &[File::Snmp6, File::Snmp],
        false => &[File::Snmp, File::Netstat, File::Sctp],
    };
    let needs = sink.needs();
    let mut walk = Walk::new(sources, None, needs.rows);
    let mut found_any = false;
    let outcome = walk.each_net(|net, walk| {
        sink.namespace(net)?;
        let mut outcome = Outcome::Done;
        for file in files {
            let read = walk_file(request, net, *file, needs, walk, sink, &mut found_any)?;
            match read {
                FileRead::Whole => {}
                FileRead::Part if request.gives_up => {}
                FileRead::Missing if request.gives_up => break,
                FileRead::Flawed | FileRead::Blank if needs.net_tools_status => {}
                FileRead::Blank => outcome = Outcome::Failed,
                FileRead::Flawed => outcome = outcome.and(Outcome::Incomplete),
                FileRead::Part | FileRead::Missing => outcome = Outcome::Failed,
            }
        }
        Ok(outcome)
    })?;
    sink.end(&mut walk.joined)?;
    Ok(match found_any || !request.chooses() {
        true => outcome,
        false => outcome.and(Outcome::Nothing),
    })
}

/// How much of a file has been handed on.
enum FileRead {
    Whole,
    /// The same, but not all of it could be understood.
    Flawed,
    /// Nothing, because it is empty.
    Blank,
    /// Not all of it could be read.
    Part,
    /// Nothing: the file is missing, and that is a failure.
    Missing,
}

fn walk_file(
    request: &Statistics,
    net: &Net,
    file: File,
    needs: Needs,
    walk: &mut Walk<'_>,
    sink: &mut dyn Sink<CounterRows>,
    found_any: &mut bool,
) -> io::Result<FileRead> {
    let bad_line = match request.gives_up {
        true => BadLine::CostsTheRest,
        false => BadLine::CostsItself,
    };
    let mut rows = match Table::open(net, file, bad_line) {
        Ok(rows) => rows,
        Err(error) => {
            return report_missing(request, net, file, &error, needs, walk.warnings, sink);
        }
    };
    let Walk {
        joined, warnings, ..
    } = walk;
    let mut title = Vec::new();
    let mut is_shown = false;
    // The title of some counters is written with the first of them.
    let mut begins = None;
    let extent = read(&mut rows, warnings, |event| {
        match event {
            Event::Row(Row::Section { title: found, mib }) => {
                title.clear();
                title.extend_from_slice(found);
                let belongs = filter::belongs_to_version(request, file, found);
                is_shown = belongs && filter::includes_section(request, mib);
                if request.chooses() {
                    begins = Some(mib);
                } else if belongs {
                    let title = found;
                    sink.section(&Section {
                        title,
                        mib,
                        is_shown,
                    })?;
                }
            }
            Event::Row(Row::Counter { name, value }) if is_shown => {
                let row = Counter {
                    section: &title,
                    name,
                    value,
                };
                if !filter::includes_counter(request, &title, name, value) {
                    return Ok(Step::Next);
                }
                *found_any = true;
                if let Some(mib) = begins.take() {
                    sink.section(&Section {
                        title: &title,
                        mib,
                        is_shown,
                    })?;
                }
                sink.prepare(&row, joined);
                sink.row(&row, joined)?;
            }
            Event::Row(Row::Counter { .. }) | Event::BadLine(_) => {}
        }
        Ok(Step::Next)
    })?;
    Ok(match extent {
        Extent::Whole => FileRead::Whole,
        Extent::Flawed => FileRead::Flawed,
        Extent::Blank => FileRead::Blank,
        Extent::Part => FileRead::Part,
    })
}

/// Reports a file that can't be opened, if anybody wants to know.
fn report_missing(
    request: &Statistics,
    net: &Net,
    file: File,
    error: &io::Error,
    needs: Needs,
    warnings: &mut Warnings,
    sink: &mut dyn Sink<CounterRows>,
) -> io::Result<FileRead> {
    let is_denied = error.kind() == ErrorKind::PermissionDenied;
    let is_absent = is_denied || error.kind() == ErrorKind::NotFound;
    let is_reported = match file {
        File::Snmp | File::Snmp6 => true,
        File::Netstat => !request.gives_up,
        // Most systems have no SCTP.
        File::Sctp => !request.gives_up && request.sctp,
    };
    if is_reported || error.kind() != ErrorKind::NotFound {
        let path = net.path(file.name());
        warnings.say(format!("cannot open {}: {error}", path.display()));
    }
    if file == File::Sctp && !is_absent {
        // net-tools opens even what can't be read, such as a folder, and prints the title first.
        sink.section(&Section {
            title: b"Sctp",
            mib: Some(Mib::Sctp),
            is_shown: filter::includes_section(request, Some(Mib::Sctp)),
        })?;
    }
    Ok(match file {
        _ if !is_absent => FileRead::Part,
        File::Snmp | File::Snmp6 => FileRead::Missing,
        File::Netstat | File::Sctp if is_denied && !needs.net_tools_status => FileRead::Part,
        // net-tools can do without.
        File::Sctp if is_reported => FileRead::Missing,
        File::Netstat | File::Sctp => FileRead::Whole,
    })
}
