//! Changes of sockets, printed.

use super::Unprinted;
use super::classic::ClassicOutput;
use super::classic::sinks::ChangePrinter;
use super::columns::changes::ChangeColumns;
use super::columns::sockets::SOCKETS;
use super::columns::{Describe, Identity, NAMESPACE};
use super::events::Events;
use super::records::pipeline::Pipeline;
use super::records::sink::RecordSink;
use crate::changes::Watcher;
use crate::listing::{Outcome, Sources};
use crate::request::{Format, OutputSpec, Sockets};
use crate::terminal;
use std::cell::Cell;
use std::io::Write;

/// Prints what has changed since the listing that `past` holds; at first, the header alone.
pub fn print(
    request: &Sockets,
    output: &OutputSpec,
    sources: Sources<'_>,
    past: &mut Option<Box<Watcher>>,
    out: &mut dyn Write,
) -> Result<Outcome, Unprinted> {
    let is_first = past.is_none();
    let host = sources.host;
    let watcher = past.get_or_insert_with(|| Box::new(Watcher::new(request, host)));
    if output.is_classic() {
        let lines = ClassicOutput::new(None, out).headless(output.headless);
        let mut sink = ChangePrinter::new(request, is_first, lines);
        return Ok(watcher.walk(request, sources, &mut sink)?);
    }
    if output.format == Format::Table {
        let look = (terminal::width(), terminal::colors(output.color));
        let has_header = is_first && !output.headless;
        let mut sink = Events::new(look, has_header, request.columns.namespaces, out);
        let outcome = watcher.walk(request, sources, &mut sink)?;
        return Ok(with_missing(outcome, watcher));
    }
    let output = OutputSpec {
        headless: output.headless || !is_first,
        ..output.clone()
    };
    let columns = ChangeColumns.columns();
    let mut usual = (SOCKETS.usual)(&request.columns);
    if request.columns.namespaces {
        usual.extend(NAMESPACE.map(|column| column.name));
    }
    let pipeline = Pipeline::new(&output, &columns, &usual, &Identity::NONE, false)?;
    let (plan, rows) = (pipeline.read.clone(), Cell::new(0));
    let sink = RecordSink::new(&ChangeColumns, plan, pipeline.into_report(&rows, out));
    let mut sink = sink.for_people(&output);
    let outcome = watcher.walk(request, sources, &mut sink)?;
    Ok(with_missing(outcome, watcher))
}

/// Returns the outcome of a listing, with what the watcher has missed.
fn with_missing(outcome: Outcome, watcher: &Watcher) -> Outcome {
    match watcher.is_whole() {
        true => outcome,
        false => outcome.and(Outcome::Incomplete),
    }
}
