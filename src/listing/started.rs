//! Tables of IP sockets that are read before their turn.

use super::Needs;
use super::selection::Selection;
use crate::request::{Table, TableKind};
use crate::tables::inet::{Family, Protocol};
use crate::tables::sockstat::Sockstat;
use crate::tables::{Namespace, Net, ReadAhead, SocketTable};
use std::thread;

/// The most namespaces whose tables are read at a time.
const MOST_NAMESPACES: usize = 8;

/// The tables that are being read, of this namespace and of those behind it.
#[derive(Debug)]
pub struct Started<'a> {
    nets: &'a [Net],
    needs: Needs,
    /// The number of namespaces whose tables have been started.
    begun: usize,
    /// How many namespaces to be ahead.
    ahead: usize,
    tables: Vec<(Namespace, TableKind, SocketTable)>,
    /// What the namespaces have, if there are several: most have few kinds of sockets.
    counts: Vec<(Namespace, Sockstat)>,
}

impl<'a> Started<'a> {
    /// Begins with none.
    pub fn new(nets: &'a [Net], needs: Needs) -> Started<'a> {
        let cores = thread::available_parallelism().map_or(1, usize::from);
        Started {
            nets,
            needs,
            begun: 0,
            ahead: cores.min(MOST_NAMESPACES),
            tables: Vec::new(),
            counts: Vec::new(),
        }
    }

    /// Starts the tables of the namespaces up to `net`'s, and of some behind it; drops those before.
    pub fn keep_up_with(&mut self, selection: &Selection<'_>, net: &Net) {
        let is_it = |it: &Net| it.namespace() == net.namespace();
        let Some(index) = self.nets.iter().position(is_it) else {
            return;
        };
        let left = self.nets.get(index..).unwrap_or_default();
        let is_left = |namespace: Namespace| left.iter().any(|it| it.namespace() == namespace);
        if index > 0 {
            self.tables.retain(|(namespace, ..)| is_left(*namespace));
            self.counts.retain(|(namespace, _)| is_left(*namespace));
        }
        self.keep_up(selection, index);
    }

    /// Starts the tables of the namespaces up to the one at `index`, and of some behind it.
    pub fn keep_up(&mut self, selection: &Selection<'_>, index: usize) {
        let end = match self.nets.len() {
            1 => 1,
            len => len.min(index + 1 + self.ahead),
        };
        while self.begun < end {
            if let Some(net) = self.nets.get(self.begun) {
                self.start_all(selection, net);
            }
            self.begun += 1;
        }
    }

    /// Opens the tables of IP sockets of a namespace and begins to read them: as far ahead as memory
    /// allows if they have to wait for the owners. Each table of TCP has a thread of its own from the
    /// start, because the kernel searches a large hash table even if it has few sockets; but not the
    /// first table if its rows are wanted at once.
    fn start_all(&mut self, selection: &Selection<'_>, net: &Net) {
        let wants_owners = selection.request().wants_owners();
        if self.nets.len() > 1 {
            self.counts.push((net.namespace(), Sockstat::read(net)));
        }
        let mut is_first = self.begun == 0;
        for Table { kind, .. } in &selection.request().tables {
            let TableKind::Inet(protocol, family) = *kind else {
                continue;
            };
            if self.is_empty(net, protocol, family) || !selection.can_fit(*kind) {
                continue;
            }
            let is_wanted_at_once = !wants_owners && is_first;
            is_first = false;
            let ahead = match (wants_owners, is_wanted_at_once) {
                (true, _) => ReadAhead::Far,
                (false, true) => ReadAhead::Near,
                (false, false) => ReadAhead::Aside,
            };
            let source = selection.source(protocol, family, self.needs);
            // One that can't be opened or read is opened again in its turn, and reported then.
            let Ok(mut table) = source.open(net, ahead) else {
                continue;
            };
            let can_be_read = match (&mut table, protocol) {
                (_, Protocol::Tcp) if is_wanted_at_once => true,
                (SocketTable::Inet(table), Protocol::Tcp) => {
                    table.start_aside();
                    true
                }
                (SocketTable::Inet(table), _) => table.start().is_ok(),
                (SocketTable::Diag(table), _) => {
                    table.start_aside();
                    true
                }
                _ => false,
            };
            if can_be_read {
                self.tables.push((net.namespace(), *kind, table));
            }
        }
    }

    /// Returns whether a namespace has no socket in a table, so that it need not be read.
    pub fn is_empty(&self, net: &Net, protocol: Protocol, family: Family) -> bool {
        let mut counts = self.counts.iter().rev();
        let counts = counts.find(|(namespace, _)| *namespace == net.namespace());
        counts.is_some_and(|(_, counts)| counts.is_empty(protocol, family))
    }

    /// Returns a table that has been started, if it has.
    pub fn take(&mut self, net: &Net, kind: TableKind) -> Option<SocketTable> {
        let is_it = |(namespace, started, _): &(Namespace, TableKind, SocketTable)| {
            (*namespace, *started) == (net.namespace(), kind)
        };
        let index = self.tables.iter().position(is_it)?;
        Some(self.tables.swap_remove(index).2)
    }
}
