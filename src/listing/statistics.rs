//! A listing of the protocols' counters.

use super::{Outcome, flush_line, say_and_go_on};
use crate::filter;
use crate::host::Host;
use crate::notice;
use crate::report::classic::statistics::{Sections, push_unsupported};
use crate::request::Statistics;
use crate::tables::counter::{BadLine, File, Mib, Row, Table};
use std::io::{self, ErrorKind, Write};

/// Prints the counters that `request` asks for.
pub fn print(request: &Statistics, host: &Host, out: &mut dyn Write) -> io::Result<Outcome> {
    let mut listing = Listing {
        request,
        host,
        sections: Sections::default(),
        line: Vec::with_capacity(128),
        out,
    };
    let outcome = listing.print()?;
    flush_line(&mut listing.line, listing.out)?;
    Ok(outcome)
}

/// What the files of one listing share.
struct Listing<'a> {
    request: &'a Statistics,
    host: &'a Host,
    sections: Sections,
    /// The bytes of the row at hand.
    line: Vec<u8>,
    out: &'a mut dyn Write,
}

impl Listing<'_> {
    fn print(&mut self) -> io::Result<Outcome> {
        if !self.request.unsupported.is_empty() {
            push_unsupported(&mut self.line, &self.request.unsupported);
            return Ok(Outcome::Failed);
        }
        // TCP's counters in snmp are those of both IP versions.
        let files: &[File] = match self.request.ipv6 {
            true => &[File::Snmp6, File::Snmp],
            false => &[File::Snmp, File::Netstat, File::Sctp],
        };
        let mut outcome = Outcome::Done;
        for file in files {
            match self.print_file(*file)? {
                Printed::Whole => {}
                Printed::Partly if self.request.gives_up => {}
                Printed::Missing if self.request.gives_up => break,
                Printed::Partly | Printed::Missing => outcome = Outcome::Failed,
            }
        }
        Ok(outcome)
    }

    fn print_file(&mut self, file: File) -> io::Result<Printed> {
        let bad_line = match self.request.gives_up {
            true => BadLine::CostsTheRest,
            false => BadLine::CostsItself,
        };
        let mut rows = match Table::open(self.host, file, bad_line) {
            Ok(rows) => rows,
            Err(error) => return Ok(self.missing(file, &error)),
        };
        let mut shown = false;
        loop {
            match rows.next_row() {
                Ok(None) => return Ok(Printed::Whole),
                Ok(Some(Row::Section { title, mib })) => {
                    let belongs = filter::belongs_to_version(self.request, file, title);
                    shown = belongs && filter::includes_section(self.request, mib);
                    if belongs {
                        self.sections.push_title(&mut self.line, title, mib, shown);
                    }
                }
                Ok(Some(Row::Counter { name, value })) if shown => {
                    self.sections.push_counter(&mut self.line, name, value);
                    flush_line(&mut self.line, self.out)?;
                }
                Ok(Some(Row::Counter { .. })) => {}
                Err(error) if say_and_go_on(&error).is_break() => return Ok(Printed::Partly),
                Err(_) => {}
            }
        }
    }

    /// Says that a file can't be had, where anybody wants to know.
    fn missing(&mut self, file: File, error: &io::Error) -> Printed {
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
            self.sections
                .push_title(&mut self.line, b"Sctp", Some(Mib::Sctp), shown);
        }
        match file {
            _ if !is_absent => Printed::Partly,
            File::Snmp | File::Snmp6 => Printed::Missing,
            // net-tools can do without.
            File::Netstat | File::Sctp => Printed::Whole,
        }
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
