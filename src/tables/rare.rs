//! Families that few systems have, each with a module of its own.

pub mod ax25;
mod circuit;
pub mod ddp;
pub mod ipx;
pub mod neighbours;
pub mod netrom;
pub mod rose;
mod routes;
mod socket;
pub mod x25;

pub use circuit::Circuit;
pub use routes::{Route, Routes, files as route_files};
pub use socket::{Socket, Sockets};

use super::{Lines, ReadAhead, ReadError};
use crate::tables::Net;
use std::io::{self, ErrorKind};

/// Families that few systems have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rare {
    /// Novell IPX.
    Ipx,
    /// Amateur radio AX.25.
    Ax25,
    /// CCITT X.25.
    X25,
    /// Amateur radio NET/ROM.
    Netrom,
    /// Amateur radio ROSE.
    Rose,
    /// AppleTalk DDP; net-tools knows its routes, but not its sockets.
    Ddp,
    /// Bluetooth L2CAP and RFCOMM; net-tools 2.10 is built without.
    Bluetooth,
}

impl Rare {
    /// Returns net-tools' label of the family.
    pub fn label(self) -> &'static str {
        match self {
            Rare::Ipx => "AF IPX",
            Rare::Ax25 => "AF AX25",
            Rare::X25 => "AF X25",
            Rare::Netrom => "AF NETROM",
            Rare::Rose => "AF ROSE",
            Rare::Ddp => "AF DDP",
            Rare::Bluetooth => "AF BLUETOOTH",
        }
    }
}

/// Returns the table of a family's sockets in the `net` folder.
pub fn sockets_file(family: Rare) -> &'static str {
    let files = match family {
        Rare::Ax25 => &[ax25::SOCKETS],
        Rare::Ipx => ipx::SOCKETS,
        Rare::Netrom => netrom::SOCKETS,
        Rare::Rose => rose::SOCKETS,
        Rare::X25 => x25::SOCKETS,
        Rare::Ddp | Rare::Bluetooth => &[],
    };
    files.last().copied().unwrap_or_default()
}

/// A table of one of these families, opened: a header, and a row on each line below it.
#[derive(Debug)]
pub struct Table {
    lines: Lines,
}

impl Table {
    /// Opens the first of `files`, in the `net` folder, that can be opened.
    ///
    /// # Errors
    /// None can be opened; the error is the last one's.
    pub fn open(net: &Net, files: &[&str]) -> io::Result<Table> {
        let mut reason = io::Error::from(ErrorKind::NotFound);
        for file in files {
            match Lines::open(net, file, ReadAhead::None) {
                Ok(lines) => return Ok(Table { lines }),
                Err(error) => reason = error,
            }
        }
        Err(reason)
    }

    /// Returns the next row, as `parse` reads it from its line, or `None` at the table's end.
    ///
    /// # Errors
    /// A line that is no row (more rows may follow), or a file that can't be read on.
    pub fn next_row<'a, R>(
        &'a mut self,
        parse: impl FnOnce(&'a [u8]) -> Option<R>,
    ) -> Result<Option<R>, ReadError> {
        if self.lines.number() == 0 && !self.lines.advance()? || !self.lines.advance()? {
            return Ok(None);
        }
        parse(self.lines.line())
            .map(Some)
            .ok_or_else(|| self.lines.malformed())
    }

    /// Returns where the current row stands.
    pub fn place(&self) -> String {
        self.lines.place()
    }
}
