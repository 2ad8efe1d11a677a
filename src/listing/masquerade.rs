//! The walk of masqueraded connections.

use super::rows::{Event, Extent, Step};
use super::walk::Walk;
use super::{Flow, Outcome, RowKind, Sink, Sources, Waiting};
use crate::notice;
use crate::tables::Net;
use crate::tables::masquerade::{FILE_NAME, Row, Table};
use std::io::{self, ErrorKind};

/// Masqueraded connections.
pub struct MasqueradeRows;

impl RowKind for MasqueradeRows {
    type Row<'a> = &'a Row;
    type Section<'a> = ();
    type Gap<'a> = ();
    type Kept = Row;

    fn keep(row: &&Row) -> Option<Row> {
        Some((*row).clone())
    }

    fn row(kept: &Row) -> &Row {
        kept
    }
}

/// Walks all connections.
///
/// # Errors
/// Those of the sink.
pub fn walk(sources: Sources<'_>, sink: &mut dyn Sink<MasqueradeRows>) -> io::Result<Outcome> {
    let mut walk = Walk::new(sources, None, sink.needs().rows);
    let outcome = walk.each_net(|net, walk| {
        sink.namespace(net)?;
        match sink.section(&())? {
            Flow::Enough => Ok(Outcome::Done),
            Flow::More => walk_net(net, walk, sink),
        }
    })?;
    sink.end(&mut walk.joined)?;
    Ok(outcome)
}

fn walk_net(
    net: &Net,
    walk: &mut Walk<'_>,
    sink: &mut dyn Sink<MasqueradeRows>,
) -> io::Result<Outcome> {
    let mut rows = match Table::open(net) {
        Ok(rows) => rows,
        Err(error) => {
            let path = net.path(FILE_NAME);
            let path = path.display();
            match error.kind() {
                ErrorKind::NotFound => notice::say(format_args!(
                    "no support for `{FILE_NAME}' on this system: {path}: {error}"
                )),
                _ => notice::say(format_args!("{path}: {error}")),
            }
            return Ok(Outcome::Failed);
        }
    };
    let mut waiting = Waiting::default();
    // net-tools prints nothing of a table with a bad line. Here the other lines are listed, and the
    // listing fails too.
    let extent = walk.read(&mut rows, &mut waiting, sink, |event, taker| match event {
        Event::Row(row) => taker.take(&&row),
        Event::BadLine(_) => Ok(Step::Next),
    })?;
    waiting.finish(&mut walk.joined, sink)?;
    Ok(match extent {
        Extent::Whole => Outcome::Done,
        _ => Outcome::Failed,
    })
}
