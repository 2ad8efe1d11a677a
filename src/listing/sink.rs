//! What a walk hands its rows to.

use super::Joined;
use crate::tables::diag::Depth;
use crate::tables::{Net, Reach};
use std::io;

/// A kind of rows, and what belongs to it.
pub trait RowKind: 'static {
    /// A row. It may borrow the line that it was read from.
    type Row<'a>;
    /// A part of the listing that begins: a table, or several below one title.
    type Section<'a>;
    /// Something that is missing from the listing, beyond what the walk reports on stderr.
    type Gap<'a>;
    /// A copy of a row, to be kept while its names are looked up.
    type Kept;

    /// Copies a row, or returns `None` for one that can't be kept.
    fn keep(row: &Self::Row<'_>) -> Option<Self::Kept>;

    /// Returns the row of a copy.
    fn row(kept: &Self::Kept) -> Self::Row<'_>;

    /// Returns from where a socket can be reached, or `None` for what is no socket.
    fn reach(_row: &Self::Row<'_>) -> Option<Reach> {
        None
    }
}

/// Takes the rows of one listing. The same walk feeds net-tools' layouts, the records of all other
/// formats, the ledger of changes, and the collectors for `--kill` and `--close`.
///
/// # Errors
/// Those of the output, for all methods. They end the walk.
pub trait Sink<L: RowKind> {
    /// Returns what the walk has to provide.
    fn needs(&self) -> Needs {
        Needs::default()
    }

    /// Begins the rows of a network namespace. It has a label if namespaces are told apart.
    fn namespace(&mut self, _net: &Net) -> io::Result<()> {
        Ok(())
    }

    /// Begins a section. Its tables are opened afterwards.
    fn section(&mut self, _section: &L::Section<'_>) -> io::Result<Flow> {
        Ok(Flow::More)
    }

    /// Prepares a row: asks for every name that it is shown with. It is called again when missing
    /// names have come, or with another row, before the row is taken.
    fn prepare(&mut self, _row: &L::Row<'_>, _joined: &mut Joined<'_>) {}

    /// Takes the row that was prepared last.
    fn row(&mut self, row: &L::Row<'_>, joined: &mut Joined<'_>) -> io::Result<()>;

    /// Takes note of something that is missing.
    fn gap(&mut self, _gap: &L::Gap<'_>, _joined: &Joined<'_>) -> io::Result<()> {
        Ok(())
    }

    /// Writes what has been taken, as far as its form allows: the walk is about to wait.
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }

    /// Ends the listing.
    fn end(&mut self, _joined: &mut Joined<'_>) -> io::Result<()> {
        Ok(())
    }
}

/// Whether a sink takes more sections.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flow {
    /// It does.
    More,
    /// It has enough: the walk ends.
    Enough,
}

/// What a sink needs of a walk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Needs {
    /// The number of rows that it takes at most, of all sections.
    pub rows: usize,
    /// Whether it shows the users of sockets.
    pub users: bool,
    /// How much of IP sockets it takes from the kernel's diagnostics where these can be had, or `None`
    /// to read /proc/net.
    pub diag: Option<Depth>,
    /// Whether it takes note of sockets in states that the filter excludes.
    pub all_states: bool,
    /// Whether it shows what only the diagnostics tell.
    pub lacks_in_tables: bool,
    /// Whether it shows the other ends of sockets, and their owners.
    pub peers: bool,
    /// Whether it shows what only the kernel tells of unix sockets.
    pub unix: bool,
    /// Whether it shows the hardware and the addresses of interfaces.
    pub details: bool,
    /// Whether it shows the addresses of interfaces in families that few systems have.
    pub rare_addresses: bool,
    /// Whether it takes no more than net-tools sees.
    pub like_net_tools: bool,
    /// Whether it takes rows that the kernel repeats.
    pub repeats: bool,
    /// Whether the listing succeeds where net-tools' does: without a table that may not be read or is
    /// empty.
    pub net_tools_status: bool,
    /// Whether it succeeds without owners that can't be seen, if only its columns show them.
    pub excuses_owners: bool,
}

impl Default for Needs {
    fn default() -> Needs {
        Needs {
            rows: usize::MAX,
            users: false,
            diag: None,
            all_states: false,
            lacks_in_tables: false,
            peers: false,
            unix: false,
            details: false,
            rare_addresses: false,
            like_net_tools: false,
            repeats: false,
            net_tools_status: false,
            excuses_owners: false,
        }
    }
}
