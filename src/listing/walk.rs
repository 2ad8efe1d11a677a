//! What all walks share: the loop over network namespaces, and the number of rows that are left.

use super::{Joined, Outcome, Sources, Warnings};
use crate::owners::Owners;
use crate::tables::Net;
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
        } = sources;
        Walk {
            nets,
            joined: Joined::new(host, names, owners),
            warnings,
            limit: RowLimit(rows),
        }
    }

    /// Visits each network namespace. This is the only loop over namespaces.
    ///
    /// # Errors
    /// Those of `visit`.
    pub fn each_net(
        &mut self,
        mut visit: impl FnMut(&Net, &mut Walk<'a>) -> io::Result<Outcome>,
    ) -> io::Result<Outcome> {
        let mut outcome = Outcome::Done;
        for net in self.nets {
            self.joined.namespace = net.namespace();
            outcome = outcome.and(visit(net, self)?);
        }
        Ok(outcome)
    }
}
