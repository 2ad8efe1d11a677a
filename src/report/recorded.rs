//! A listing as records, in every format but net-tools' layout: written, kept as a table, or compared.

use super::columns::counter_rates::COUNTER_RATES;
use super::columns::findings::FINDINGS;
use super::columns::groups::GROUPS;
use super::columns::interface_rates::INTERFACE_RATES;
use super::columns::interfaces::INTERFACES;
use super::columns::masquerade::MASQUERADE;
use super::columns::routes::ROUTES;
use super::columns::sockets::{SOCKETS, leave_out_narrowly};
use super::columns::statistics::COUNTERS;
use super::columns::{self, Describe, Listing, NAMESPACE};
use super::deltas::counters::CounterDeltas;
use super::deltas::interfaces::InterfaceDeltas;
use super::nothing::Noted;
use super::records::formats::TableBuffer;
use super::records::marking;
use super::records::pipeline::Pipeline;
use super::records::sink::RecordSink;
use super::records::words::Words;
use super::{Unprinted, deltas, moments, nothing, walk_sockets};
use crate::check;
use crate::listing::routes::RouteRows;
use crate::listing::sockets::SocketSink;
use crate::listing::{self, Outcome, RowKind, Sources};
use crate::notice;
use crate::request::{Columns, OutputSpec, Request, RouteFamily, Routes, UsualCount, What};
use crate::terminal;
use std::cell::Cell;
use std::io::{self, Write};

/// Where the records of a listing go.
pub(super) enum Target<'a> {
    /// They are written.
    Stream(&'a mut dyn Write),
    /// They are kept as a table, with marks on what has changed since the previous listing.
    Table(&'a mut marking::Past),
    /// They are compared with saved ones, and the differences written.
    Since(moments::Comparing<'a>, &'a mut dyn Write),
}

/// Prints a listing in any other format, or keeps it as a table.
pub(super) fn print_records(
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
