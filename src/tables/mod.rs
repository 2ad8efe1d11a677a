//! What the kernel says: one file per table, each handing out typed rows one at a time.
//!
//! The procfs crate's readers collect a whole table and give all of it up at the first bad line;
//! these read line by line into one buffer and go on behind a line that they can't parse.

mod ahead;
mod blocks;
pub mod counter;
mod fields;
pub mod group;
pub mod inet;
pub mod interface;
mod interface_name;
mod lines;
pub mod masquerade;
mod net;
pub mod rare;
pub mod route;
pub mod route6;
mod routing;
pub mod sctp;
pub mod sctp_address;
mod socket;
pub mod unix;

pub use fields::is_blank;
pub use interface_name::InterfaceName;
use lines::Lines;
pub use net::{Namespace, Net};
pub use routing::{Route, RouteTable, Row as RouteRow};
pub use socket::{End, Row as SocketRow, Socket, SocketTable};
use std::fmt;
use std::io;
use std::path::PathBuf;

/// How far a thread reads ahead of the rows that are asked for. Small tables need none, and get
/// none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReadAhead {
    /// Not at all: the table will hardly be read to its end.
    None,
    /// Far enough to keep the kernel busy.
    Near,
    /// Far enough to keep another core busy while the tables before are printed.
    Aside,
    /// As far as memory allows: it will take a while until the first row is asked for.
    Far,
}

/// A table that hands out its rows one by one.
pub trait Reader {
    /// A row, which may borrow the line that it was read from.
    type Row<'a>
    where
        Self: 'a;

    /// Returns the next row, or `None` at the table's end.
    ///
    /// # Errors
    /// A line that is no row (more rows may follow), or a file that can't be read on.
    fn next_row(&mut self) -> Result<Option<Self::Row<'_>>, ReadError>;

    /// Returns where the current row stands, for a warning about it: a line's number and a file.
    /// Empty for a table that needs no warnings.
    fn place(&self) -> String {
        String::new()
    }
}

/// Why a row could not be read.
#[derive(Debug)]
pub enum ReadError {
    /// The table can't be read any further.
    Io {
        /// The table's file.
        path: PathBuf,
        /// What the kernel said.
        source: io::Error,
    },
    /// One line is not a row of this table; the lines behind it can still be read.
    Malformed {
        /// The table's file.
        path: PathBuf,
        /// The line's number, the header being line 1.
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
