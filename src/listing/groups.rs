//! The walk of multicast groups, which net-tools lists among the sockets.

use super::missing::{self, Read};
use super::named;
use super::rows::{Event, Step};
use super::walk::Walk;
use super::{Flow, Needs, Outcome, RowKind, Sink, Sources, Waiting};
use crate::request::{Sockets, Table, TableKind};
use crate::tables::inet::Family;
use crate::tables::{Net, group};
use std::io;
use std::net::IpAddr;

/// Multicast groups.
pub struct GroupRows;

/// A copy of a group's row.
pub struct Kept {
    interface: Vec<u8>,
    users: i32,
    group: IpAddr,
}

impl RowKind for GroupRows {
    type Row<'a> = group::Row<'a>;
    type Section<'a> = TableKind;
    type Gap<'a> = ();
    type Kept = Kept;

    fn keep(row: &group::Row<'_>) -> Option<Kept> {
        Some(Kept {
            interface: row.interface.to_vec(),
            users: row.users,
            group: row.group,
        })
    }

    fn row(kept: &Kept) -> group::Row<'_> {
        group::Row {
            interface: &kept.interface,
            users: kept.users,
            group: kept.group,
        }
    }
}

/// Walks the groups that `request` asks for.
///
/// # Errors
/// Those of the sink.
pub fn walk(
    request: &Sockets,
    sources: Sources<'_>,
    sink: &mut dyn Sink<GroupRows>,
) -> io::Result<Outcome> {
    let needs = sink.needs();
    let mut walk = Walk::new(sources, None, needs.rows);
    let before = walk.limit;
    let outcome = walk.each_net(|net, walk| {
        sink.namespace(net)?;
        named::report_absent(request.interfaces.names(), net, walk);
        let mut outcome = Outcome::Done;
        for table in &request.tables {
            let TableKind::Groups(family) = table.kind else {
                continue;
            };
            if sink.section(&table.kind)? == Flow::Enough {
                break;
            }
            let read = walk_table(request, net, table, family, needs, walk, sink)?;
            outcome = outcome.and(read.outcome());
        }
        Ok(outcome)
    })?;
    sink.end(&mut walk.joined)?;
    Ok(named::outcome(&request.interfaces, outcome, before, &walk))
}

/// Walks one table of groups.
///
/// # Errors
/// Those of the sink.
pub fn walk_table(
    request: &Sockets,
    net: &Net,
    table: &Table,
    family: Family,
    needs: Needs,
    walk: &mut Walk<'_>,
    sink: &mut dyn Sink<GroupRows>,
) -> io::Result<Read> {
    let mut rows = match group::Table::open(net, family) {
        Ok(rows) => rows,
        Err(error) => return Ok(missing::report(net, table, &error, needs, walk.warnings)),
    };
    let mut waiting = Waiting::default();
    let extent = walk.read(&mut rows, &mut waiting, sink, |event, taker| match event {
        Event::Row(row) if request.interfaces.fit(row.interface) => taker.take(&row),
        Event::Row(_) => Ok(Step::Next),
        Event::BadLine(_) => Ok(Step::Next),
    })?;
    waiting.finish(&mut walk.joined, sink)?;
    Ok(missing::read(table, extent, needs))
}
