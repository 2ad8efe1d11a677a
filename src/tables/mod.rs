//! Readers of the kernel's tables: one module per table, each returning typed rows one at a time.
//!
//! The readers of the procfs crate collect a whole table and fail at its first bad line. These parse
//! line by line out of one buffer and continue after a line that they can't parse. Each module says
//! what else procfs lacks; its types are used where they fit.

mod ahead;
mod blocks;
mod byte_order;
pub mod counter;
pub mod diag;
mod fields;
pub mod group;
pub mod inet;
pub mod interface;
mod interface_name;
mod lines;
pub mod masquerade;
mod net;
mod netlink;
pub mod per_cpu;
pub mod port_range;
pub mod rare;
mod reach;
pub mod route;
pub mod route6;
mod routing;
pub mod sctp;
pub mod sctp_address;
mod socket;
pub mod sockstat;
pub mod sysctl;
pub mod unix;

pub use fields::is_blank;
pub use interface_name::InterfaceName;
use lines::Lines;
pub use net::{Door, Label, Member, Namespace, Net};
pub use reach::Reach;
pub use routing::{Route, RouteTable};
pub use socket::{End, Socket, SocketTable, state_called};
use std::fmt;
use std::io;
use std::path::PathBuf;

/// How far a thread reads ahead of the consumer. No thread is started for a table that fits in one
/// block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReadAhead {
    /// Not at all: the table is unlikely to be read to its end.
    None,
    /// Far enough to keep the kernel busy.
    Near,
    /// Far enough to keep another core busy while earlier tables are printed.
    Aside,
    /// As far as memory allows: the first row is consumed much later.
    Far,
}

/// A table whose rows are read one at a time.
pub trait Reader {
    /// A row, which may borrow from the table's buffer.
    type Row<'a>
    where
        Self: 'a;

    /// Reads the next row, or returns `None` at the end of the table.
    ///
    /// # Errors
    /// Fails with [`ReadError::Malformed`] if the line is not a row, after which reading can
    /// continue, and with [`ReadError::Io`] if the file can't be read any further.
    fn next_row(&mut self) -> Result<Option<Self::Row<'_>>, ReadError>;

    /// Returns the line number and file of the current row, for warnings about it. Empty for a
    /// table whose rows are never warned about.
    fn place(&self) -> String {
        String::new()
    }
}

/// The error of reading a row.
#[derive(Debug)]
pub enum ReadError {
    /// The table can't be read any further.
    Io {
        /// The table's file.
        path: PathBuf,
        /// The kernel's error.
        source: io::Error,
    },
    /// A line is not a row of this table. The lines after it can still be read.
    Malformed {
        /// The table's file.
        path: PathBuf,
        /// The line's number, counted from 1 and including the header.
        line: u64,
    },
}

impl fmt::Display for ReadError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ReadError::Io { path, source } => write!(out, "{}: {source}", path.display()),
            ReadError::Malformed { path, line } => {
                write!(out, "warning, got bogus line {line} of {}", path.display())
            }
        }
    }
}

impl std::error::Error for ReadError {}
