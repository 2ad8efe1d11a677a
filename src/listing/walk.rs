//! What all walks share: the loop over network namespaces, and the way of a table's rows to the sink.

use super::rows::{Event, Extent, Step, read};
use super::{Joined, Outcome, RowKind, Sink, Sources, Waiting, Warnings};
use crate::owners::Owners;
use crate::tables::{Net, Reader};
use std::io;

/// The state of a walk.
pub struct Walk<'a> {
    nets: &'a [Net],
    /// What is joined to the current row.
    pub joined: Joined<'a>,
    /// What has been reported.
    pub warnings: &'a mut Warnings,
    /// The rows that the sink still takes.
    pub limit: RowLimit,
}

/// Takes rows for a sink.
pub struct Taker<'w, 'a, L: RowKind> {
    /// What is joined to the current row.
    pub joined: &'w mut Joined<'a>,
    limit: &'w mut RowLimit,
    waiting: &'w mut Waiting<L>,
    /// The sink.
    pub sink: &'w mut dyn Sink<L>,
}

impl<L: RowKind> Taker<'_, '_, L> {
    /// Takes a row, or stops if the sink takes no more.
    ///
    /// # Errors
    /// Those of the sink.
    pub fn take(&mut self, row: &L::Row<'_>) -> io::Result<Step> {
        if !self.limit.count() {
            return Ok(Step::Stop);
        }
        self.waiting.hand_on(row, self.joined, self.sink)?;
        Ok(Step::Next)
    }
}

/// The number of rows that a sink still takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RowLimit(usize);

impl RowLimit {
    /// Counts a row, or returns false if the sink takes no more.
    pub fn count(&mut self) -> bool {
        let left = self.0.checked_sub(1);
        self.0 = left.unwrap_or(0);
        left.is_some()
    }

    /// Returns whether the sink takes no more rows.
    pub fn is_reached(self) -> bool {
        self.0 == 0
    }
}

impl<'a> Walk<'a> {
    /// Begins a walk for a sink that takes `rows` rows at most.
    pub fn new(sources: Sources<'a>, owners: Option<&'a Owners>, rows: usize) -> Walk<'a> {
        let Sources {
            host,
            nets,
            names,
            warnings,
            owners: _,
            conditions: _,
            meter,
        } = sources;
        let mut joined = Joined::new(host, names, owners);
        joined.meter = meter;
        Walk {
            nets,
            joined,
            warnings,
            limit: RowLimit(rows),
        }
    }

    /// Returns the network namespaces.
    pub fn nets(&self) -> &'a [Net] {
        self.nets
    }

    /// Visits each network namespace that is still there. This is the only loop over namespaces.
    ///
    /// # Errors
    /// Those of `visit`.
    pub fn each_net(
        &mut self,
        mut visit: impl FnMut(&Net, &mut Walk<'a>) -> io::Result<Outcome>,
    ) -> io::Result<Outcome> {
        let mut outcome = Outcome::Done;
        for net in self.nets {
            if net.has_gone() {
                continue;
            }
            self.joined.enter_net(net);
            outcome = outcome.and(visit(net, self)?);
        }
        Ok(outcome)
    }

    /// Reads a table. `visit` decides which of its rows the sink takes.
    ///
    /// # Errors
    /// Those of the sink.
    pub fn read<T: Reader, L: RowKind>(
        &mut self,
        table: &mut T,
        waiting: &mut Waiting<L>,
        sink: &mut dyn Sink<L>,
        mut visit: impl FnMut(Event<'_, T>, &mut Taker<'_, 'a, L>) -> io::Result<Step>,
    ) -> io::Result<Extent> {
        let mut taker = Taker {
            joined: &mut self.joined,
            limit: &mut self.limit,
            waiting,
            sink,
        };
        read(table, self.warnings, |event| visit(event, &mut taker))
    }
}
