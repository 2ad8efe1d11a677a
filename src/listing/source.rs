//! Where the rows of IP sockets come from: /proc/net, or the kernel's diagnostics.
//!
//! /proc is the reference, and net-tools' layout is read from it alone. Other forms take the kernel's
//! diagnostics where they can be had: they are sooner, and tell more.

use crate::tables::diag::{self, Query};
use crate::tables::inet::{self, Family, Protocol, Until};
use crate::tables::{Net, ReadAhead, SocketTable};
use std::io;

/// How a table of IP sockets is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// The protocol.
    pub protocol: Protocol,
    /// The IP version.
    pub family: Family,
    /// How much of its file is read.
    pub until: Until,
    /// What the kernel is asked for, or `None` to read the file.
    pub query: Option<Query>,
}

impl Source {
    /// Opens the table. What the kernel says to a question is known only once it is started.
    ///
    /// # Errors
    /// The file can't be opened.
    pub fn open(&self, net: &Net, ahead: ReadAhead) -> io::Result<SocketTable> {
        match &self.query {
            Some(query) if net.can_be_asked() => {
                let table = diag::Table::new(net, query.clone(), ahead);
                Ok(SocketTable::Diag(table))
            }
            _ => self.open_file(net, ahead),
        }
    }

    fn open_file(&self, net: &Net, ahead: ReadAhead) -> io::Result<SocketTable> {
        let table = inet::Table::open(net, self.protocol, self.family, ahead, self.until)?;
        Ok(SocketTable::Inet(table))
    }

    /// Returns a table that has been opened, or its file's if the kernel does not answer, and why. The
    /// first row has not been read then, so the two are never mixed.
    ///
    /// # Errors
    /// The file can't be opened.
    pub fn answered(
        &self,
        net: &Net,
        mut table: SocketTable,
    ) -> io::Result<(SocketTable, Option<io::Error>)> {
        if let SocketTable::Diag(asked) = &mut table
            && let Err(error) = asked.start()
        {
            return Ok((self.open_file(net, ReadAhead::Near)?, Some(error)));
        }
        Ok((table, None))
    }

    /// Returns which source serves a table: for whoever asks (`-v`).
    pub fn told(&self, table: &SocketTable, why: Option<&io::Error>) -> String {
        let name = inet::file_name(self.protocol, self.family);
        match (table, why) {
            (SocketTable::Diag(_), _) => format!("{name}: read from sock_diag"),
            (_, None) => format!("{name}: read from /proc"),
            (_, Some(why)) => format!("{name}: read from /proc, because sock_diag failed: {why}"),
        }
    }

    /// Returns why the internals of a table's sockets are not known.
    pub fn lacking(&self, why: Option<&io::Error>) -> String {
        let name = inet::file_name(self.protocol, self.family);
        match why {
            None => {
                format!("the internals of {name} are unknown: only a running kernel has them")
            }
            Some(why) => format!("the internals of {name} are unknown: sock_diag failed: {why}"),
        }
    }
}
