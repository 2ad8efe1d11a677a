//! A listing of the protocols' counters.

use super::{Outcome, flush_line, say_and_go_on};
use crate::filter;
use crate::host::Host;
use crate::notice;
use crate::report::classic::statistics::{Sections, push_unsupported};
use crate::report::columns::statistics::Counter;
use crate::report::records::formats::Report;
use crate::request::Statistics;
use crate::tables::counter::{BadLine, File, Mib, Row, Table};
use std::io::{self, ErrorKind, Write};

/// Prints the counters that `request` asks for.
pub fn print(request: &Statistics, host: &Host, out: &mut dyn Write) -> io::Result<Outcome> {
    let mut sections = Sections::default();
    let mut line = Vec::with_capacity(128);
    if !request.unsupported.is_empty() {
        push_unsupported(&mut line, &request.unsupported);
        out.write_all(&line)?;
        return Ok(Outcome::Failed);
    }
    each(request, host, &mut |found| match found {
        Found::Section { title, mib, shown } => {
            sections.push_title(&mut line, title, mib, shown);
            flush_line(&mut line, out)
        }
        Found::Counter { name, value } => {
            sections.push_counter(&mut line, name, value);
            flush_line(&mut line, out)
        }
    })
}

/// Hands on the counters that `request` asks for, as records.
pub fn record(request: &Statistics, host: &Host, report: &mut dyn Report) -> io::Result<Outcome> {
    if !request.unsupported.is_empty() {
        let families = request.unsupported.join(",");
        notice::say(format_args!("{families}: no statistics support"));
        return Ok(Outcome::Failed);
    }
    let mut section = Vec::new();
    each(request, host, &mut |found| match found {
        Found::Section { title, .. } => {
            section.clear();
            section.extend_from_slice(title);
            Ok(())
        }
        Found::Counter { name, value } => report.record(&mut Counter {
            section: &section,
            name,
            value,
        }),
    })
}

/// What is found in the files.
enum Found<'a> {
    /// A section begins.
    Section {
        title: &'a [u8],
        mib: Option<Mib>,
        /// Whether its counters are wanted.
        shown: bool,
    },
    /// A counter that is wanted.
    Counter { name: &'a [u8], value: u64 },
}

/// Calls `show` with all that `request` asks for.
fn each(
    request: &Statistics,
    host: &Host,
    show: &mut dyn FnMut(Found<'_>) -> io::Result<()>,
) -> io::Result<Outcome> {
    // TCP's counters in snmp are those of both IP versions.
    let files: &[File] = match request.ipv6 {
        true => &[File::Snmp6, File::Snmp],
        false => &[File::Snmp, File::Netstat, File::Sctp],
    };
    let mut listing = Listing {
        request,
        host,
        show,
    };
    let mut outcome = Outcome::Done;
    for file in files {
        match listing.print_file(*file)? {
            Printed::Whole => {}
            Printed::Partly if request.gives_up => {}
            Printed::Missing if request.gives_up => break,
            Printed::Partly | Printed::Missing => outcome = Outcome::Failed,
        }
    }
    Ok(outcome)
}

/// What the files of one listing share.
struct Listing<'a> {
    request: &'a Statistics,
    host: &'a Host,
    show: &'a mut dyn FnMut(Found<'_>) -> io::Result<()>,
}

impl Listing<'_> {
    fn print_file(&mut self, file: File) -> io::Result<Printed> {
        let bad_line = match self.request.gives_up {
            true => BadLine::CostsTheRest,
            false => BadLine::CostsItself,
        };
        let mut rows = match Table::open(self.host, file, bad_line) {
            Ok(rows) => rows,
            Err(error) => return self.missing(file, &error),
        };
        let mut shown = false;
        loop {
            match rows.next_row() {
                Ok(None) => return Ok(Printed::Whole),
                Ok(Some(Row::Section { title, mib })) => {
                    let belongs = filter::belongs_to_version(self.request, file, title);
                    shown = belongs && filter::includes_section(self.request, mib);
                    if belongs {
                        (self.show)(Found::Section { title, mib, shown })?;
                    }
                }
                Ok(Some(Row::Counter { name, value })) if shown => {
                    (self.show)(Found::Counter { name, value })?;
                }
                Ok(Some(Row::Counter { .. })) => {}
                Err(error) if say_and_go_on(&error).is_break() => return Ok(Printed::Partly),
                Err(_) => {}
            }
        }
    }

    /// Says that a file can't be had, where anybody wants to know.
    fn missing(&mut self, file: File, error: &io::Error) -> io::Result<Printed> {
        let is_absent = matches!(
            error.kind(),
            ErrorKind::NotFound | ErrorKind::PermissionDenied
        );
        let is_told = match file {
            File::Snmp | File::Snmp6 => true,
            File::Netstat => !self.request.gives_up,
            // Most systems have no SCTP.
            File::Sctp => !self.request.gives_up && self.request.sctp,
        };
        if is_told || !is_absent {
            let path = self.host.net(file.name());
            notice::say(format_args!("cannot open {}: {error}", path.display()));
        }
        if file == File::Sctp && !is_absent {
            // net-tools opens what can't be read, a folder for one, and has the title out by then.
            let shown = filter::includes_section(self.request, Some(Mib::Sctp));
            (self.show)(Found::Section {
                title: b"Sctp",
                mib: Some(Mib::Sctp),
                shown,
            })?;
        }
        Ok(match file {
            _ if !is_absent => Printed::Partly,
            File::Snmp | File::Snmp6 => Printed::Missing,
            // net-tools can do without.
            File::Sctp if is_told => Printed::Missing,
            File::Netstat | File::Sctp => Printed::Whole,
        })
    }
}

/// How much of a file has been printed.
enum Printed {
    Whole,
    /// Not all of it could be read.
    Partly,
    /// Nothing, and that is a failure: it isn't there.
    Missing,
}
