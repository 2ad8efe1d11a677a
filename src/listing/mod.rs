//! One listing, from the request to the bytes: table by table, row by row.

mod arranged;
mod changes;
mod groups;
mod held;
mod interfaces;
mod masquerade;
mod missing;

mod rare;
mod records;
mod routes;
mod sctp;
mod search;
mod shown;
mod sockets;
mod statistics;

pub use shown::{Holder, Shown, still_there};

use crate::host::Host;
use crate::names::Names;
use crate::notice;
use crate::report::records::formats::TableBuffer;
use crate::report::records::marks;
use crate::report::records::pipeline::Output;
use crate::request::{Request, What};
use crate::tables::ReadError;
use arranged::Arranged;
use std::io::{self, Write};
use std::mem;
use std::ops::ControlFlow;

/// How a listing ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// All that was asked for has been printed.
    Done,
    /// Something that was asked for by name could not be had, or not all of it.
    Failed,
    /// Something was asked for that there can't be.
    Misused,
    /// Nothing fits the filter.
    Nothing,
}

impl Outcome {
    /// Whether it is worth while to list again: what does not fit a filter may do so later.
    pub fn may_repeat(self) -> bool {
        matches!(self, Outcome::Done | Outcome::Nothing)
    }

    /// The first of both that is not good, if any.
    fn and(self, other: Outcome) -> Outcome {
        match self {
            Outcome::Done => other,
            Outcome::Failed | Outcome::Misused | Outcome::Nothing => self,
        }
    }
}

/// What one listing leaves for the next, where it repeats; empty for the first.
#[derive(Debug, Default)]
pub struct Past {
    interfaces: interfaces::Past,
    changes: Option<Box<changes::Past>>,
    /// What a listing of sockets has shown, where that is wanted ([`Past::noting`]).
    pub shown: Option<Shown>,
    rows: marks::Past,
}

/// Prints one listing to `out`.
///
/// # Errors
/// Only those of `out`: what the system denies is said on stderr, and told by the outcome.
pub fn print(
    request: &Request,
    host: &Host,
    names: &mut Names,
    past: &mut Past,
    out: &mut dyn Write,
) -> io::Result<Outcome> {
    if let (true, What::Sockets(sockets)) = (request.changes, &request.what) {
        return changes::print(
            sockets,
            &request.output,
            host,
            names,
            &mut past.changes,
            out,
        );
    }
    if !request.output.is_classic() {
        return records::print(request, host, names, past, Output::Stream(out));
    }
    let arranged = match Arranged::new(&request.output, || records::fields(&request.what)) {
        Ok(arranged) => arranged,
        Err(error) => {
            notice::say(format_args!("{error}"));
            return Ok(Outcome::Misused);
        }
    };
    match &request.what {
        What::Sockets(sockets) => sockets::print(sockets, arranged, host, names, past, out),
        What::Routes(routes) => routes::print(routes, arranged, host, names, out),
        What::Interfaces(interfaces) => {
            let repeats = request.repeat.is_some();
            let past = &mut past.interfaces;
            interfaces::print(interfaces, arranged, repeats, host, past, out)
        }
        // The command line sees that nobody asks to sort these.
        What::Statistics(statistics) => statistics::print(statistics, host, out),
        What::Masquerade(masquerade) => masquerade::print(masquerade, arranged, host, names, out),
    }
}

/// Makes one listing that is to be shown as a table, with marks on what has changed since `past`:
/// it stays in `buffer`, which is none if there can't be such a listing.
///
/// # Errors
/// None; what the system denies is said and told as in [`print`].
pub fn fill(
    request: &Request,
    host: &Host,
    names: &mut Names,
    past: &mut Past,
    buffer: &mut Option<TableBuffer>,
) -> io::Result<Outcome> {
    let mut rows = mem::take(&mut past.rows);
    let out = Output::Buffer {
        buffer,
        past: &mut rows,
        identity: records::identity(&request.what),
    };
    let outcome = records::print(request, host, names, past, out);
    past.rows = rows;
    outcome
}

/// Says what is wrong with a row, and whether there can be more behind it.
fn say_and_go_on(error: &ReadError) -> ControlFlow<()> {
    notice::say(format_args!("{error}"));
    match error {
        ReadError::Malformed { .. } => ControlFlow::Continue(()),
        ReadError::Io { .. } => ControlFlow::Break(()),
    }
}

/// Says that a row is printed of which the kernel's line lacks the end.
fn say_cut(place: &str) {
    notice::say(format_args!(
        "warning, {place} is cut: its last fields are not known"
    ));
}

/// Writes what `line` holds, and empties it for the next row.
fn flush_line(line: &mut Vec<u8>, out: &mut dyn Write) -> io::Result<()> {
    out.write_all(line)?;
    line.clear();
    Ok(())
}
