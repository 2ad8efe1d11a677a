//! Rows that wait for their names.
//!
//! A row is prepared as soon as it is read, which asks for its names. A row whose names are all
//! known goes to the sink. Any other is copied and kept, and prepared again when its names have
//! come or have been waited for long enough. Rows behind it are kept too, so that the order stays.
//! Only this file knows that names take time.
//!
//! The window of rows is wide because only the names in it are looked up side by side, and many
//! rows may have few addresses; a row takes some hundred bytes. The name service is asked when the
//! window is full or everything has been read: its sockets are this process's, and a table that is
//! read while they are open would list them. (A table with more rows than the window may.)

use super::{Joined, RowKind, Sink};
use crate::names::Names;
use crate::owners::own_resolver_sockets;
use std::collections::{HashSet, VecDeque};
use std::io;

/// The most rows that are kept: 2.2 MB of sockets.
const WINDOW: usize = 16 * 1024;

/// Rows of one kind that wait, in their order.
pub struct Waiting<L: RowKind> {
    rows: VecDeque<L::Kept>,
}

impl<L: RowKind> Default for Waiting<L> {
    fn default() -> Waiting<L> {
        Waiting {
            rows: VecDeque::new(),
        }
    }
}

impl<L: RowKind> Waiting<L> {
    /// Hands `row` to the sink, behind the rows that wait; or keeps it.
    ///
    /// # Errors
    /// Those of the sink.
    pub fn hand_on(
        &mut self,
        row: &L::Row<'_>,
        joined: &mut Joined<'_>,
        sink: &mut dyn Sink<L>,
    ) -> io::Result<()> {
        let is_complete = prepare(row, joined, sink);
        if is_complete && self.rows.is_empty() {
            return sink.row(row, joined);
        }
        let Some(kept) = L::keep(row) else {
            self.finish(joined, sink)?;
            while !prepare(row, joined, sink) {
                wait(joined, sink)?;
            }
            return sink.row(row, joined);
        };
        self.rows.push_back(kept);
        if self.rows.len() > WINDOW {
            self.wait_for_first(joined, sink)?;
        }
        if joined.names.has_new_names() {
            self.hand_on_complete(joined, sink)?;
        }
        Ok(())
    }

    /// Finishes before a table of IP sockets is read, if names are being looked up that may still
    /// come in time: the table would have the sockets for that.
    ///
    /// # Errors
    /// Those of the sink.
    pub fn begin_table(
        &mut self,
        joined: &mut Joined<'_>,
        sink: &mut dyn Sink<L>,
    ) -> io::Result<()> {
        match joined.names.is_querying() {
            true => self.finish(joined, sink),
            false => Ok(()),
        }
    }

    /// Hands on every row that waits, and waits for their names.
    ///
    /// # Errors
    /// Those of the sink.
    pub fn finish(&mut self, joined: &mut Joined<'_>, sink: &mut dyn Sink<L>) -> io::Result<()> {
        while !self.rows.is_empty() {
            self.wait_for_first(joined, sink)?;
        }
        Ok(())
    }

    /// Hands on the first row as soon as it is complete, and waits until then.
    fn wait_for_first(
        &mut self,
        joined: &mut Joined<'_>,
        sink: &mut dyn Sink<L>,
    ) -> io::Result<()> {
        let before = self.rows.len();
        self.hand_on_complete(joined, sink)?;
        while self.rows.len() == before {
            wait(joined, sink)?;
            self.hand_on_complete(joined, sink)?;
        }
        Ok(())
    }

    /// Hands on rows up to the first that is not complete.
    fn hand_on_complete(
        &mut self,
        joined: &mut Joined<'_>,
        sink: &mut dyn Sink<L>,
    ) -> io::Result<()> {
        while let Some(kept) = self.rows.front() {
            {
                let row = L::row(kept);
                if !prepare(&row, joined, sink) {
                    break;
                }
                joined.names.clear_progress();
                sink.row(&row, joined)?;
            }
            self.rows.pop_front();
        }
        Ok(())
    }
}

/// Returns the inodes of this process's sockets to the name service, if names are still being looked
/// up that have not come in time.
pub fn resolver_sockets(names: &Names) -> HashSet<u64> {
    match names.is_querying() {
        true => own_resolver_sockets(),
        false => HashSet::new(),
    }
}

/// Prepares a row, and returns whether all of its names are there.
fn prepare<L: RowKind>(row: &L::Row<'_>, joined: &mut Joined<'_>, sink: &mut dyn Sink<L>) -> bool {
    joined.names.begin_row();
    sink.prepare(row, joined);
    joined.names.end_row()
}

/// Waits for names. What is known must be visible before.
fn wait<L: RowKind>(joined: &mut Joined<'_>, sink: &mut dyn Sink<L>) -> io::Result<()> {
    sink.flush()?;
    joined.names.wait();
    Ok(())
}
