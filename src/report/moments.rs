//! A listing that is saved, and one that is compared with a saved one.

use super::classic::ClassicOutput;
use super::classic::differences::Differences;
use super::columns::sockets::SOCKETS;
use super::columns::{Column, Identity, Listing, since};
use super::columns::{groups, interfaces, masquerade, routes, statistics};
use super::deltas;
use super::nothing::{self, Noted};
use super::records::pipeline::{Pipeline, ReadPlan};
use super::records::since::{Circumstances, Comparison, Plan};
use super::records::sink::RecordSink;
use super::records::value::Value;
use super::{Past, Target, Unprinted, conditions_of, is_for_people, print, print_records};
use crate::host::Host;
use crate::listing::places::Places;
use crate::listing::{Outcome, RowKind, Sources, Warnings};
use crate::names::Names;
use crate::notice;
use crate::request::{Format, OutputSpec, Request, What};
use std::cell::Cell;
use std::io::{self, Write};

/// The rows of a saved listing.
pub trait SavedRows {
    /// Hands each row to `take`.
    ///
    /// # Errors
    /// Why not all can be read, as text.
    fn each(&mut self, take: &mut dyn FnMut(&mut dyn SavedRow)) -> Result<(), String>;

    /// Returns whether everything could be read when they were saved. That is known behind the last.
    fn are_whole(&self) -> bool;
}

/// A row of a saved listing.
pub trait SavedRow {
    /// Takes the value of the column called `name`: null if there is none, or none such.
    fn take(&mut self, name: &str) -> Value<'static>;
}

/// What a listing is compared with.
pub struct Since<'a> {
    /// The rows.
    pub saved: &'a mut dyn SavedRows,
    /// What is known of them.
    pub circumstances: Circumstances,
}

/// Prints a listing to `out`, if there is one, and writes its rows to `file`. Returns the outcome of both, and
/// that of what is saved.
///
/// # Errors
/// Only those of the output.
pub fn save(
    request: &Request,
    host: &Host,
    names: &mut Names,
    file: &mut dyn Write,
    out: Option<&mut dyn Write>,
) -> io::Result<(Outcome, Outcome)> {
    let saving = Request {
        output: OutputSpec {
            format: Format::Jsonl,
            columns: Some(saved_columns(&request.what)),
            ..OutputSpec::default()
        },
        ..request.clone()
    };
    let mut past = Past::default();
    let Some(out) = out else {
        let saved = print(&saving, host, names, &mut past, None, file)?;
        return Ok((saved, saved));
    };
    let outcome = match &request.what {
        // Sockets come and go: both have the same ones.
        What::Sockets(sockets) if !sockets.lists_groups() => {
            let columns = super::columns(&request.what);
            let planned = Pipeline::new(&saving.output, &columns, &[], &Identity::NONE, false);
            let pipeline = match planned.map_err(Unprinted::from) {
                Ok(pipeline) => pipeline,
                Err(why) => return why.into_outcome().map(|it| (it, it)),
            };
            let plan = pipeline.read.clone();
            let rows = Cell::new(0);
            let mut sink = RecordSink::new(&SOCKETS, plan, pipeline.into_report(&rows, file));
            print(request, host, names, &mut past, Some(&mut sink), out)?
        }
        _ => {
            let outcome = print(request, host, names, &mut past, None, out)?;
            // What is wrong has been said.
            past.warnings = Some(Warnings::silent());
            let saved = print(&saving, host, names, &mut past, None, file)?;
            return Ok((outcome.and(saved), saved));
        }
    };
    Ok((outcome, outcome))
}

/// Returns whether a listing with this outcome has all rows that it should: where rows are chosen by their
/// owners, not if some can't be seen.
pub fn has_all_rows(outcome: Outcome, what: &What) -> bool {
    let asks_for_owners = matches!(what, What::Sockets(it) if it.filter.needs_owners());
    match outcome {
        Outcome::Failed => false,
        Outcome::Incomplete => !asks_for_owners,
        Outcome::Done | Outcome::Misused | Outcome::Nothing | Outcome::Trouble => true,
    }
}

/// Returns the names of the columns of a listing that are saved.
fn saved_columns(what: &What) -> Vec<String> {
    let names = match what {
        What::Sockets(it) if it.lists_groups() => since::saved(&groups::GROUPS),
        What::Sockets(_) => since::saved(&SOCKETS),
        What::Routes(_) => since::saved(&routes::ROUTES),
        What::Interfaces(_) => since::saved(&interfaces::INTERFACES),
        What::Statistics(_) => since::saved(&statistics::COUNTERS),
        What::Masquerade(_) => since::saved(&masquerade::MASQUERADE),
        // The command line refuses these.
        What::Checks(_) => Vec::new(),
    };
    names.into_iter().map(str::to_owned).collect()
}

/// Prints what has changed since a listing was saved.
///
/// # Errors
/// Only those of `out`.
pub fn compare<'a>(
    request: &'a Request,
    host: &'a Host,
    names: &mut Names,
    since: Since<'a>,
    out: &'a mut dyn Write,
) -> io::Result<Outcome> {
    let mut warnings = Warnings::once();
    // What was saved of one that has gone has gone with it.
    let mut places = Places::find_left(request, host, &mut warnings);
    let are_whole = places.are_whole();
    let conditions = conditions_of(&request.what);
    let sources = Sources {
        conditions: &conditions,
        ..places.sources(host, names, &mut warnings)
    };
    let time = since.circumstances.time;
    let target = Target::Since(Comparing::new(since, request, host), out);
    let printed = print_records(request, sources, None, &mut deltas::Past::default(), target);
    let (outcome, _) = printed.or_else(|why| why.into_outcome().map(|it| (it, None)))?;
    if outcome == Outcome::Nothing && is_for_people(request) {
        notice::say(format_args!("{}", nothing::unchanged(time)));
    }
    let outcome = outcome.and(conditions.end());
    Ok(match are_whole {
        true => outcome,
        false => outcome.and(Outcome::Incomplete),
    })
}

/// How a listing is compared.
pub(super) struct Comparing<'a> {
    since: Since<'a>,
    what: &'a What,
    /// How it is written in net-tools' layout, if that is wanted.
    classic: Option<Differences<'a>>,
}

impl<'a> Comparing<'a> {
    fn new(since: Since<'a>, request: &'a Request, host: &'a Host) -> Comparing<'a> {
        let is_classic = request.output.is_classic();
        let classic = is_classic.then(|| Differences::new(request, host, since.circumstances.time));
        Comparing {
            since,
            what: &request.what,
            classic,
        }
    }
}

/// Compares the rows that `walk` finds with saved ones, and prints what differs. If that is counted, its
/// number is left in `rows`.
pub(super) fn compare_rows<L: RowKind>(
    listing: &Listing<L>,
    (listed, usual): (Vec<Column>, &[&'static str]),
    output: &OutputSpec,
    (comparing, rows): (Comparing<'_>, &Cell<u64>),
    out: &mut dyn Write,
    walk: impl FnOnce(&mut RecordSink<'_, Listing<L>>) -> io::Result<Outcome>,
) -> Result<Outcome, Unprinted> {
    let Comparing {
        since,
        what,
        classic,
    } = comparing;
    let time = since.circumstances.time;
    let mut out = Noted::new(out);
    let plan = Plan::new(listing, listed, since.circumstances);
    let usual = plan.usual(usual);
    let in_layout = classic.as_ref().map(|classic| OutputSpec {
        columns: Some(classic.columns()),
        ..output.clone()
    });
    let output = in_layout.as_ref().unwrap_or(output);
    let pipeline = Pipeline::new(output, &plan.columns(), &usual, &Identity::NONE, false)?;
    let needed = plan.needed(&pipeline.read.columns);
    let mut comparison = Comparison::new(&plan, needed.clone());
    since
        .saved
        .each(&mut |row| comparison.take_saved(|name| row.take(name)))
        .map_err(Unprinted::Saved)?;
    comparison.then_was_whole = since.saved.are_whole();
    let read = ReadPlan {
        columns: needed,
        rows: usize::MAX,
    };
    let outcome = walk(&mut RecordSink::new(
        listing,
        read,
        Box::new(&mut comparison),
    ))?;
    if outcome == Outcome::Misused {
        return Ok(outcome);
    }
    let is_read = has_all_rows(outcome, what);
    if !is_read {
        notice::say(format_args!(
            "not everything could be read: rows that are gone are not shown"
        ));
    }
    let left_out = Cell::new(0);
    let mut report = match classic {
        Some(classic) => {
            let lines = ClassicOutput::new(None, &mut out).headless(output.headless);
            pipeline.into_report_in(Box::new(classic.printed_on(lines, &left_out)))
        }
        None => pipeline.into_report(rows, &mut out),
    };
    let found = comparison.finish(is_read, &mut *report)?;
    drop(report);
    let outcome = match left_out.get() {
        0 => outcome,
        count => {
            let rows = notice::count(count, "row");
            notice::say(format_args!(
                "the classic format has no place for {rows}: --format table has"
            ));
            outcome.and(Outcome::Incomplete)
        }
    };
    let outcome = match (outcome, found) {
        (Outcome::Done, 0) => Outcome::Nothing,
        (Outcome::Nothing, 1..) => Outcome::Done,
        (outcome, _) => outcome,
    };
    if out.is_empty && found == 0 && output.is_table() && !output.headless {
        let nothing = nothing::qualified(nothing::unchanged(time), outcome);
        writeln!(out, "{}", nothing::wrapped(nothing))?;
    }
    Ok(outcome)
}
