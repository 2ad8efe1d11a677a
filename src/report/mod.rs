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
pub mod records;
pub mod text;
pub mod units;

use crate::changes::Watcher;
use crate::check;
use crate::host::Host;
use crate::listing::places::Places;
use crate::listing::routes::RouteRows;
use crate::listing::sockets::SocketSink;
use crate::listing::tee::Tee;
use crate::listing::{self, Meter, Outcome, RowKind, Sources, Warnings};
use crate::names::Names;
use crate::notice;
use crate::request::{
    Columns, Filter, OutputSpec, Request, RouteFamily, Routes, Sockets, UsualCount, What,
};
use crate::terminal;
use classic::sinks::{
    self, ClassicInterfaces, ClassicMasquerade, ClassicRoutes, ClassicSockets, ClassicStatistics,
};
use classic::{ClassicOutput, Order};
use columns::conditions::ColumnConditions;
use columns::counter_rates::COUNTER_RATES;
use columns::findings::FINDINGS;
use columns::groups::GROUPS;
use columns::interface_rates::INTERFACE_RATES;
use columns::interfaces::INTERFACES;
use columns::masquerade::MASQUERADE;
use columns::routes::ROUTES;
use columns::sockets::{SOCKETS, leave_out_narrowly};
use columns::statistics::COUNTERS;
use columns::{Column, Describe, Listing, NAMESPACE};
use deltas::counters::CounterDeltas;
use deltas::interfaces::InterfaceDeltas;
use findings::Sentences;
use nothing::Noted;
use records::formats::TableBuffer;
use records::marking;
use records::pipeline::{Pipeline, UnknownColumn};
use records::sink::RecordSink;
use records::words::Words;
use std::cell::Cell;
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

/// Where the records of a listing go.
enum Target<'a> {
    /// They are written.
    Stream(&'a mut dyn Write),
    /// They are kept as a table, with marks on what has changed since the previous listing.
    Table(&'a mut marking::Past),
    /// They are compared with saved ones, and the differences written.
    Since(moments::Comparing<'a>, &'a mut dyn Write),
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
    // Titles without a row leave people in doubt; a script has the status.
    if outcome == Outcome::Nothing && is_for_people(request) {
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
            walk_sockets(sockets, sources, &mut sink, also)?
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

/// Prints a listing in any other format, or keeps it as a table.
fn print_records(
    request: &Request,
    sources: Sources<'_>,
    also: Option<&mut dyn SocketSink>,
    past: &mut deltas::Past,
    target: Target<'_>,
) -> Result<(Outcome, Option<TableBuffer>), Unprinted> {
    let output = &request.output;
    let words = Words {
        nothing: nothing::sentence(request),
        of_listeners: matches!(&request.what, What::Sockets(it) if it.columns.listeners),
        of_namespaces: request.namespaces.is_some(),
        added: Vec::new(),
    };
    let mut columns = Columns {
        namespaces: request.namespaces.is_some(),
        ..Columns::default()
    };
    match &request.what {
        What::Sockets(sockets) if sockets.lists_groups() => {
            record(&GROUPS, &columns, output, words, target, |sink| {
                listing::groups::walk(sockets, sources, sink)
            })
        }
        What::Sockets(sockets) => {
            record(&SOCKETS, &sockets.columns, output, words, target, |sink| {
                walk_sockets(sockets, sources, sink, also)
            })
        }
        What::Routes(routes) => record(&ROUTES, &columns, output, words, target, |sink| {
            record_routes(routes, sources, sink)
        }),
        What::Interfaces(interfaces) if interfaces.delta => {
            record(&INTERFACE_RATES, &columns, output, words, target, |sink| {
                let repeats = request.repeat.is_some();
                let mut sink = InterfaceDeltas::new(&mut past.interfaces, sink);
                listing::interfaces::walk(interfaces, repeats, sources, &mut sink)
            })
        }
        What::Statistics(it) if it.delta && it.unsupported.is_empty() => {
            record(&COUNTER_RATES, &columns, output, words, target, |sink| {
                let only_risen = it.nonzero || output.is_table();
                let mut sink = CounterDeltas::new(&mut past.counters, only_risen, sink);
                listing::statistics::walk(it, sources, &mut sink)
            })
        }
        What::Interfaces(interfaces) => {
            columns.extended = interfaces.extended;
            record(&INTERFACES, &columns, output, words, target, |sink| {
                let repeats = request.repeat.is_some();
                listing::interfaces::walk(interfaces, repeats, sources, sink)
            })
        }
        What::Statistics(statistics) => {
            record(&COUNTERS, &columns, output, words, target, |sink| {
                if statistics.unsupported.is_empty() {
                    return listing::statistics::walk(statistics, sources, sink);
                }
                let families = statistics.unsupported.join(",");
                notice::say(format_args!("{families}: no statistics support"));
                sink.end_report()?;
                Ok(Outcome::Failed)
            })
        }
        What::Checks(checks) => record(&FINDINGS, &columns, output, words, target, |sink| {
            check::walk(checks, sources, sink)
        }),
        What::Masquerade(_) => record(&MASQUERADE, &columns, output, words, target, |sink| {
            listing::masquerade::walk(sources, sink)
        }),
    }
}

/// Lets `walk` feed records to the target.
fn record<L: RowKind>(
    listing: &Listing<L>,
    columns: &Columns,
    output: &OutputSpec,
    mut words: Words,
    target: Target<'_>,
    walk: impl FnOnce(&mut RecordSink<'_, Listing<L>>) -> io::Result<Outcome>,
) -> Result<(Outcome, Option<TableBuffer>), Unprinted> {
    let mut usual = (listing.usual)(columns);
    let mut added = usual.clone();
    let without = (listing.usual)(&columns.without_added());
    added.retain(|name| !without.contains(name));
    if columns.namespaces {
        usual.splice(0..0, NAMESPACE.map(|column| column.name));
    }
    // A screen may become wider.
    if matches!(target, Target::Stream(_)) {
        leave_out_narrowly(&mut usual, columns, terminal::width());
    }
    let columns = columns::with_extras(listing.columns(), columns);
    if let Target::Since(since, out) = target {
        let listed = (columns, &usual[..]);
        let rows = Cell::new(0);
        let compared = (since, &rows);
        let outcome = moments::compare_rows(listing, listed, output, compared, out, walk)?;
        return Ok((judged(outcome, output.usual_count, rows.get()), None));
    }
    let marks_changes = matches!(target, Target::Table(_));
    let pipeline = Pipeline::new(output, &columns, &usual, &listing.identity, marks_changes)?;
    if output.columns.is_none() && output.count_by.is_empty() {
        words.added = added;
    }
    let nothing = std::mem::take(&mut words.nothing);
    let pipeline = pipeline.with_words(words);
    let plan = pipeline.read.clone();
    Ok(match target {
        Target::Stream(out) => {
            let mut out = Noted::new(out);
            let rows = Cell::new(0);
            let report = pipeline.into_report(&rows, &mut out);
            let outcome = walk(&mut RecordSink::new(listing, plan, report).for_people(output))?;
            let says_so = output.is_table() && !output.headless;
            if out.is_empty && says_so && outcome != Outcome::Misused {
                let nothing = nothing::qualified(nothing, outcome);
                writeln!(out, "{}", nothing::wrapped(nothing))?;
            }
            (judged(outcome, output.usual_count, rows.get()), None)
        }
        Target::Table(past) => {
            let mut table = pipeline.table_buffer();
            let report = pipeline.into_marked_report(&mut table, past);
            let outcome = walk(&mut RecordSink::new(listing, plan, report).for_people(output))?;
            table.say_of_nothing(nothing::qualified(nothing, outcome));
            (outcome, (outcome != Outcome::Misused).then_some(table))
        }
        Target::Since(..) => (Outcome::Done, None),
    })
}

/// Returns the outcome of a listing whose rows were counted, and reports a number that is not as usual. Where
/// a limit is set, no rows at all are as good as others.
fn judged(outcome: Outcome, usual: UsualCount, rows: u64) -> Outcome {
    if let Some(crossed) = usual.crossed(rows) {
        let rows = notice::count(usize::try_from(rows).unwrap_or(usize::MAX), "row");
        notice::say(format_args!("{rows}, {crossed}"));
        return outcome.and(Outcome::Trouble);
    }
    match outcome {
        Outcome::Nothing if usual.is_limited() => Outcome::Done,
        outcome => outcome,
    }
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

/// Hands routes on up to the first family that has no columns.
fn record_routes(
    request: &Routes,
    sources: Sources<'_>,
    sink: &mut RecordSink<'_, Listing<RouteRows>>,
) -> io::Result<Outcome> {
    let has_columns = |it: &&RouteFamily| matches!(it, RouteFamily::Inet | RouteFamily::Inet6);
    let families = request.families.iter().take_while(has_columns);
    let routes = Routes {
        families: families.copied().collect(),
        ..request.clone()
    };
    let outcome = listing::routes::walk(&routes, sources, sink)?;
    if outcome.may_repeat() && routes.families.len() < request.families.len() {
        notice::say(format_args!(
            "this format shows only inet and inet6 routes: remove --format to show the others"
        ));
        return Ok(Outcome::Misused);
    }
    Ok(outcome)
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
