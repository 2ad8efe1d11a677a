//! TCP, UDP, UDP-Lite and raw sockets: /proc/net/tcp, tcp6, udp, udp6, udplite, udplite6, raw, raw6.
//!
//! All eight share one layout and one parser. procfs's readers lack the timers, retransmissions and
//! probes, fail at an unknown state, collect the whole table, and take 33 ms to parse 100,000 lines,
//! where this one takes 14 ms. Its `TcpState` and `UdpState` are used.
//!
//! A thread reads ahead in a large table. It packs the rows, so that many fit in memory: see
//! [`packed`].

mod packed;
mod row;
mod words;

pub use row::Row;
pub use words::{kind_called, tcp_state_called, tcp_state_name};

use super::ahead::{Ahead, Source};
use super::blocks::Manner;
use super::{Lines, Net, ReadAhead, ReadError, Reader};
use crate::host::ByteOrder;
use packed::{MAX_RECORD_LEN, Packer, Record, Unpacker};
use std::io;
use std::path::PathBuf;

/// The size of a chunk of packed rows, in bytes: equivalent to about 128 KiB of text.
const CHUNK_SIZE: usize = 16 * 1024;

/// The greatest length of a row, in bytes, with room to spare: IPv6's have about 180.
const LONGEST_ROW: usize = 512;

/// How much of a table is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Until {
    /// All of it.
    End,
    /// The rows up to the first connection, if the kernel has written the table: it lists all listeners
    /// before.
    FirstConnection,
}

/// A protocol with a table of sockets.
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
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Family {
    /// IPv4.
    V4,
    /// IPv6.
    V6,
}

/// An open table.
#[derive(Debug)]
pub struct Table {
    path: PathBuf,
    chunks: Ahead<Chunks>,
    /// Packed rows.
    chunk: Vec<u8>,
    /// The number of bytes of `chunk` that have been unpacked.
    taken: usize,
    unpacker: Unpacker,
    /// The current row's line number, counted from 1 and including the header.
    number: u64,
    row: Option<Row>,
}

impl Table {
    /// Opens the table of `protocol` and `family`.
    ///
    /// # Errors
    /// Fails if the file can't be opened, as on a kernel without the protocol.
    pub fn open(
        net: &Net,
        protocol: Protocol,
        family: Family,
        ahead: ReadAhead,
        until: Until,
    ) -> io::Result<Table> {
        let file_name = file_name(protocol, family);
        // The thread that packs the rows, if there is one, also reads the file.
        let by_row = until == Until::FirstConnection;
        let manner = || Manner::of_kernels(LONGEST_ROW, by_row);
        let lines = Lines::open_in(net, file_name, ReadAhead::None, manner)?;
        let chunks = Chunks {
            ends_with_listeners: by_row && lines.is_kernels(),
            lines,
            protocol,
            family,
            order: net.byte_order(),
            packer: Packer::new(),
            ended: false,
            failure: None,
        };
        let depth = match ahead {
            ReadAhead::None => 0,
            ReadAhead::Near => 2,
            // 0.8 MB, about 40,000 sockets.
            ReadAhead::Aside => 48,
            // 2 MB, about 100,000 sockets.
            ReadAhead::Far => 128,
        };
        Ok(Table {
            path: net.path(file_name),
            chunks: Ahead::new(chunks, depth),
            chunk: Vec::new(),
            taken: 0,
            unpacker: Unpacker::new(protocol, family),
            number: 1,
            row: None,
        })
    }

    /// Starts reading, ahead of the first call of [`Reader::next_row`].
    ///
    /// # Errors
    /// Fails if the file can't be read.
    pub fn start(&mut self) -> Result<(), ReadError> {
        match self.chunk.is_empty() {
            true => self.fill(),
            false => Ok(()),
        }
    }

    /// Starts reading in another thread, if it may read ahead.
    pub fn start_aside(&mut self) {
        self.chunks.start();
    }

    fn fill(&mut self) -> Result<(), ReadError> {
        self.taken = 0;
        let filled = self.chunks.fill(&mut self.chunk);
        filled.map_err(|source| ReadError::Io {
            path: self.path.clone(),
            source,
        })
    }
}

impl Reader for Table {
    type Row<'a> = &'a Row;

    fn next_row(&mut self) -> Result<Option<&Row>, ReadError> {
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
            Record::Row(row) => Ok(Some(self.row.insert(row))),
            Record::Malformed => Err(ReadError::Malformed {
                path: self.path.clone(),
                line: self.number,
            }),
        }
    }

    fn place(&self) -> String {
        format!("line {} of {}", self.number, self.path.display())
    }
}

/// The rows of a table, in packed chunks.
#[derive(Debug)]
struct Chunks {
    lines: Lines,
    protocol: Protocol,
    family: Family,
    order: ByteOrder,
    packer: Packer,
    ends_with_listeners: bool,
    ended: bool,
    /// The error that ended the table early. It is returned after the rows before it.
    failure: Option<io::Error>,
}

impl Source for Chunks {
    fn fill(&mut self, chunk: &mut Vec<u8>) -> io::Result<()> {
        let is_first = self.lines.number() == 0;
        if is_first {
            // The header.
            self.advance();
        }
        while !self.ended && chunk.len() + MAX_RECORD_LEN <= CHUNK_SIZE && self.advance() {
            match Row::from_line(self.protocol, self.family, self.order, self.lines.line()) {
                Some(row) => {
                    self.packer.push(&row, chunk);
                    self.ended |= self.ends_with_listeners && row.is_behind_listeners();
                }
                None => Packer::push_malformed(chunk),
            }
            // The first rows are passed on early, unless few are wanted.
            let is_early = is_first && !self.ends_with_listeners;
            if is_early && self.lines.is_at_end_of_block() {
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
    /// Moves to the next line, and returns whether there is one.
    fn advance(&mut self) -> bool {
        let advanced = self.lines.try_advance();
        self.ended = !matches!(advanced, Ok(true));
        self.failure = advanced.err();
        !self.ended
    }
}

/// Returns the name of the table's file in the `net` folder.
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
