//! TCP, UDP, UDP-Lite and raw sockets: /proc/net/tcp, tcp6, udp, udp6, udplite, udplite6, raw, raw6.
//!
//! One parser serves all eight: they share one layout. Our own reader, because procfs's has neither
//! the timers nor udplite and raw, and collects the whole table.
//!
//! A thread reads ahead in a large table, and keeps what it has read packed, so that much of it has
//! room: see [`packed`].

mod packed;
mod row;
mod words;

pub use row::Row;
pub use words::tcp_state_name;

use super::ahead::{Ahead, Source};
use super::{Lines, ReadAhead, ReadError};
use crate::tables::Net;
use packed::{MOST, Packer, Record, Unpacker};
use std::io;
use std::path::PathBuf;

/// How many bytes of packed rows a thread hands on at a time: what about 128 KiB of text come to.
const CHUNK: usize = 16 * 1024;

/// A transport protocol with sockets of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Protocol {
    /// TCP.
    Tcp,
    /// UDP.
    Udp,
    /// UDP-Lite (RFC 3828).
    Udplite,
    /// Raw IP sockets; their "port" is the IP protocol number.
    Raw,
}

/// An IP version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Family {
    /// IPv4.
    V4,
    /// IPv6.
    V6,
}

/// One of the eight tables, opened.
#[derive(Debug)]
pub struct Table {
    path: PathBuf,
    chunks: Ahead<Chunks>,
    /// Packed rows, and how many bytes of them have been taken.
    chunk: Vec<u8>,
    taken: usize,
    unpacker: Unpacker,
    /// The number of the line that was taken last, the header being line 1.
    number: u64,
}

impl Table {
    /// Opens the table of `protocol` and `family`.
    ///
    /// # Errors
    /// The file can't be opened: the kernel may lack the protocol.
    pub fn open(
        net: &Net,
        protocol: Protocol,
        family: Family,
        ahead: ReadAhead,
    ) -> io::Result<Table> {
        let file_name = file_name(protocol, family);
        let chunks = Chunks {
            // It is read by the thread that packs the rows, if there is one.
            lines: Lines::open(net, file_name, ReadAhead::None)?,
            protocol,
            family,
            packer: Packer::new(),
            ended: false,
            failure: None,
        };
        let depth = match ahead {
            ReadAhead::None => 0,
            ReadAhead::Near => 2,
            // 0.8 MB, the rows of about 40,000 sockets.
            ReadAhead::Aside => 48,
            // 2 MB, the rows of about 100,000 sockets.
            ReadAhead::Far => 128,
        };
        Ok(Table {
            path: net.path(file_name),
            chunks: Ahead::new(chunks, depth),
            chunk: Vec::new(),
            taken: 0,
            unpacker: Unpacker::new(protocol, family),
            number: 1,
        })
    }

    /// Where the row that was read last stands, for people.
    pub fn place(&self) -> String {
        format!("line {} of {}", self.number, self.path.display())
    }

    /// Lets the reading begin, before the first row is asked for.
    ///
    /// # Errors
    /// The file can't be read.
    pub fn start(&mut self) -> Result<(), ReadError> {
        match self.chunk.is_empty() {
            true => self.fill(),
            false => Ok(()),
        }
    }

    fn fill(&mut self) -> Result<(), ReadError> {
        self.taken = 0;
        let filled = self.chunks.fill(&mut self.chunk);
        filled.map_err(|source| ReadError::Io {
            path: self.path.clone(),
            source,
        })
    }

    /// The next socket, none at the table's end.
    ///
    /// # Errors
    /// A line that is no row (more rows may follow), or a file that can't be read on.
    pub fn next_row(&mut self) -> Result<Option<Row>, ReadError> {
        if self.taken >= self.chunk.len() {
            self.fill()?;
        }
        let mut rest = self.chunk.get(self.taken..).unwrap_or_default();
        let Some(record) = self.unpacker.take(&mut rest) else {
            return Ok(None);
        };
        self.taken = self.chunk.len() - rest.len();
        self.number += 1;
        match record {
            Record::Row(row) => Ok(Some(row)),
            Record::Malformed => Err(ReadError::Malformed {
                path: self.path.clone(),
                line: self.number,
            }),
        }
    }
}

/// The lines of a table, made into chunks of packed rows.
#[derive(Debug)]
struct Chunks {
    lines: Lines,
    protocol: Protocol,
    family: Family,
    packer: Packer,
    ended: bool,
    /// Why it has ended too early; told behind the rows that could be read.
    failure: Option<io::Error>,
}

impl Source for Chunks {
    fn fill(&mut self, chunk: &mut Vec<u8>) -> io::Result<()> {
        let is_first = self.lines.number() == 0;
        if is_first {
            // The header.
            self.advance();
        }
        while !self.ended && chunk.len() + MOST <= CHUNK && self.advance() {
            match Row::from_line(self.protocol, self.family, self.lines.line()) {
                Some(row) => self.packer.push(&row, chunk),
                None => Packer::push_malformed(chunk),
            }
            // The first rows are not kept waiting until there are many.
            if is_first && self.lines.is_at_end_of_block() {
                break;
            }
        }
        match chunk.is_empty() {
            true => self.failure.take().map_or(Ok(()), Err),
            false => Ok(()),
        }
    }

    fn is_done(&self) -> bool {
        self.failure.is_none() && (self.ended || self.lines.is_done())
    }
}

impl Chunks {
    /// Goes on to the next line, if there is one.
    fn advance(&mut self) -> bool {
        let advanced = self.lines.try_advance();
        self.ended = !matches!(advanced, Ok(true));
        self.failure = advanced.err();
        !self.ended
    }
}

/// The table's file in the `net` folder.
pub fn file_name(protocol: Protocol, family: Family) -> &'static str {
    match (protocol, family) {
        (Protocol::Tcp, Family::V4) => "tcp",
        (Protocol::Tcp, Family::V6) => "tcp6",
        (Protocol::Udp, Family::V4) => "udp",
        (Protocol::Udp, Family::V6) => "udp6",
        (Protocol::Udplite, Family::V4) => "udplite",
        (Protocol::Udplite, Family::V6) => "udplite6",
        (Protocol::Raw, Family::V4) => "raw",
        (Protocol::Raw, Family::V6) => "raw6",
    }
}
