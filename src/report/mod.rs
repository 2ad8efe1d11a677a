//! How a listing looks: sinks that turn the rows of a walk into bytes. Nothing in here opens a file.

mod changes;
pub mod classic;
pub mod columns;
pub mod deltas;
mod events;
mod findings;
mod look;
pub mod moments;
mod nothing;
pub mod rates;
mod recorded;
pub mod records;
pub mod text;
pub mod units;

use crate::changes::Watcher;
use crate::check;
use crate::host::Host;
use crate::listing::places::Places;
use crate::listing::sockets::SocketSink;
use crate::listing::tee::Tee;
use crate::listing::{self, Meter, Outcome, Sources, Warnings};
use crate::names::Names;
use crate::notice;
use crate::request::{Filter, Request, Sockets, What};
use crate::terminal;
use classic::sinks::{
    self, ClassicInterfaces, ClassicMasquerade, ClassicRoutes, ClassicSockets, ClassicStatistics,
};
use classic::{ClassicOutput, Order};
use columns::conditions::ColumnConditions;
use columns::findings::FINDINGS;
use columns::groups::GROUPS;
use columns::interfaces::INTERFACES;
use columns::masquerade::MASQUERADE;
use columns::routes::ROUTES;
use columns::sockets::SOCKETS;
use columns::statistics::COUNTERS;
use columns::{Column, Describe};
use findings::Sentences;
use recorded::{Target, print_records};
use records::formats::TableBuffer;
use records::marking;
use records::pipeline::UnknownColumn;
use std::io::{self, Write};

/// What one listing leaves for the next if it repeats; empty for the first.
#[derive(Debug, Default)]
pub struct Past {
    interfaces: sinks::Past,
    deltas: deltas::Past,
    changes: Option<Box<Watcher>>,
    rows: marking::Past,
    /// What measures TCP connections, if their rates are wanted.
    meter: Option<Meter>,
    /// What has been reported, of which formats of our own repeat nothing.
    warnings: Option<Warnings>,
    /// Whether a namespace was found that was asked for.
    has_listed: bool,
}

impl Past {
    /// Returns the outcome of a listing of namespaces that are not there. They may be again: a container
    /// that is started anew has another.
    fn without_places(&self) -> Outcome {
        match self.has_listed {
            true => Outcome::Incomplete,
            false => Outcome::Misused,
        }
    }
}

/// Why a listing ended before its end.
enum Unprinted {
    /// The output can't be written.
    Io(io::Error),
    /// There is no such column.
    Column(UnknownColumn),
    /// The saved listing can't be read.
    Saved(String),
}

impl From<io::Error> for Unprinted {
    fn from(error: io::Error) -> Unprinted {
        Unprinted::Io(error)
    }
}

impl From<UnknownColumn> for Unprinted {
    fn from(why: UnknownColumn) -> Unprinted {
        Unprinted::Column(why)
    }
}

impl Unprinted {
    /// Reports a misuse.
    fn into_outcome(self) -> io::Result<Outcome> {
        match self {
            Unprinted::Io(error) => Err(error),
            Unprinted::Column(why) => {
                notice::say(format_args!("{why}"));
                Ok(Outcome::Misused)
            }
            Unprinted::Saved(why) => {
                notice::say(format_args!("{why}"));
                Ok(Outcome::Failed)
            }
        }
    }
}

/// Prints one listing to `out`. A walk over sockets feeds `also`, too.
///
/// # Errors
/// Only those of `out`: what the system denies is reported on stderr, and part of the outcome.
pub fn print(
    request: &Request,
    host: &Host,
    names: &mut Names,
    past: &mut Past,
    also: Option<&mut dyn SocketSink>,
    out: &mut dyn Write,
) -> io::Result<Outcome> {
    let mut warnings = match request.output.is_classic() {
        true => Warnings::default(),
        false => past.warnings.take().unwrap_or_else(Warnings::once),
    };
    let Some(mut places) = Places::find(request, host, &mut warnings) else {
        past.warnings = Some(warnings);
        return Ok(past.without_places());
    };
    past.has_listed = true;
    let is_whole = places.are_whole();
    let conditions = conditions_of(&request.what);
    let mut meter = past.meter.take();
    let sources = Sources {
        conditions: &conditions,
        meter: meter.as_mut(),
        ..places.sources(host, names, &mut warnings)
    };
    let printed = if let (true, What::Sockets(sockets)) = (request.changes, &request.what) {
        changes::print(sockets, &request.output, sources, &mut past.changes, out)
    } else if request.output.is_classic() {
        print_classic(request, sources, past, also, out)
    } else {
        let printed = print_records(
            request,
            sources,
            also,
            &mut past.deltas,
            Target::Stream(out),
        );
        printed.map(|(outcome, _)| outcome)
    };
    past.warnings = Some(warnings);
    past.meter = meter;
    let outcome = printed.or_else(Unprinted::into_outcome)?;
    // Titles without a row leave people in doubt; a script has the status. Of sockets, it has been said.
    let is_said = matches!(request.what, What::Sockets(_)) && !request.changes;
    if outcome == Outcome::Nothing && !is_said && is_for_people(request) {
        notice::say(format_args!("{}", nothing::sentence(request)));
    }
    let lists_sockets = matches!(&request.what, What::Sockets(it) if it.lists_sockets_only());
    if lists_sockets && request.output.takes_first_rows() && is_for_people(request) {
        notice::say(format_args!(
            "these are the first rows as listed; for the most frequent addresses: \
             rnetstat --count-by remote --top 10"
        ));
    }
    let outcome = outcome.and(conditions.end());
    Ok(match is_whole {
        true => outcome,
        false => outcome.and(Outcome::Incomplete),
    })
}

/// Returns whether somebody reads a listing in net-tools' layout as it is printed, once.
fn is_for_people(request: &Request) -> bool {
    request.output.is_classic() && request.repeat.is_none() && terminal::is_read()
}

/// Makes one listing that is to be shown as a table, with marks on what has changed since `past`.
/// There is no table if the request asks for something that does not exist.
///
/// # Errors
/// None of its own; see [`print()`].
pub fn fill(
    request: &Request,
    host: &Host,
    names: &mut Names,
    past: &mut Past,
) -> io::Result<(Outcome, Option<TableBuffer>)> {
    // Each screen shows what is wrong now.
    let mut warnings = Warnings::default();
    let Some(mut places) = Places::find(request, host, &mut warnings) else {
        return Ok((past.without_places(), None));
    };
    past.has_listed = true;
    let are_whole = places.are_whole();
    let conditions = conditions_of(&request.what);
    let sources = Sources {
        conditions: &conditions,
        meter: past.meter.as_mut(),
        ..places.sources(host, names, &mut warnings)
    };
    let filled = print_records(
        request,
        sources,
        None,
        &mut past.deltas,
        Target::Table(&mut past.rows),
    );
    let (outcome, buffer) = filled.or_else(|error| error.into_outcome().map(|it| (it, None)))?;
    let outcome = outcome.and(conditions.end());
    Ok(match are_whole {
        true => (outcome, buffer),
        false => (outcome.and(Outcome::Incomplete), buffer),
    })
}

/// Prints a listing in net-tools' layout.
fn print_classic(
    request: &Request,
    sources: Sources<'_>,
    past: &mut Past,
    also: Option<&mut dyn SocketSink>,
    out: &mut dyn Write,
) -> Result<Outcome, Unprinted> {
    let order = Order::new(&request.output, || columns(&request.what))?;
    let is_headless = request.output.headless;
    let printed_on = |out| ClassicOutput::new(order, out).headless(is_headless);
    Ok(match &request.what {
        What::Sockets(sockets) => {
            let mut sink = ClassicSockets::new(sockets, printed_on(out));
            // Who acts on the rows says that there are none.
            let is_for_people = also.is_none() && is_for_people(request);
            let outcome = walk_sockets(sockets, sources, &mut sink, also)?;
            let can_say = !matches!(outcome, Outcome::Failed | Outcome::Misused);
            if sink.is_empty() && can_say && !sockets.like_net_tools && is_for_people {
                let nothing = nothing::sentence(request);
                notice::say(format_args!("{}", nothing::qualified(nothing, outcome)));
            }
            outcome
        }
        What::Routes(routes) => {
            let mut sink = ClassicRoutes::new(routes.detail, printed_on(out));
            listing::routes::walk(routes, sources, &mut sink)?
        }
        What::Interfaces(interfaces) => {
            let mut sink =
                ClassicInterfaces::new(interfaces, &mut past.interfaces, printed_on(out));
            let repeats = request.repeat.is_some();
            listing::interfaces::walk(interfaces, repeats, sources, &mut sink)?
        }
        What::Statistics(statistics) if !statistics.unsupported.is_empty() => {
            let mut line = Vec::new();
            classic::statistics::push_unsupported(&mut line, &statistics.unsupported);
            out.write_all(&line)?;
            Outcome::Failed
        }
        // The command line refuses to sort these.
        What::Statistics(statistics) => {
            let past = &mut past.deltas.counters;
            let mut sink = ClassicStatistics::new(statistics, past, out);
            listing::statistics::walk(statistics, sources, &mut sink)?
        }
        What::Checks(checks) => {
            let width = terminal::width();
            let color = terminal::colors(request.output.color);
            check::walk(checks, sources, &mut Sentences::new(out, color, width))?
        }
        What::Masquerade(masquerade) => {
            let mut sink = ClassicMasquerade::new(*masquerade, printed_on(out));
            listing::masquerade::walk(sources, &mut sink)?
        }
    })
}

/// Returns the conditions on columns that a listing's filter has.
fn conditions_of(what: &What) -> ColumnConditions {
    match what {
        What::Sockets(sockets) => conditions(&sockets.filter),
        _ => ColumnConditions::default(),
    }
}

/// Returns the conditions on columns that a filter of sockets has.
pub fn conditions(filter: &Filter) -> ColumnConditions {
    ColumnConditions::new(filter, &SOCKETS)
}

fn walk_sockets(
    request: &Sockets,
    sources: Sources<'_>,
    sink: &mut dyn SocketSink,
    also: Option<&mut dyn SocketSink>,
) -> io::Result<Outcome> {
    match also {
        None => listing::sockets::walk(request, sources, sink),
        Some(also) => listing::sockets::walk(request, sources, &mut Tee::new(sink, also)),
    }
}

/// Returns the columns of a listing.
pub fn columns(what: &What) -> Vec<Column> {
    match what {
        What::Sockets(sockets) if sockets.lists_groups() => GROUPS.columns(),
        What::Sockets(_) => SOCKETS.columns(),
        What::Routes(_) => ROUTES.columns(),
        What::Interfaces(_) => INTERFACES.columns(),
        What::Statistics(_) => COUNTERS.columns(),
        What::Masquerade(_) => MASQUERADE.columns(),
        What::Checks(_) => FINDINGS.columns(),
    }
}
