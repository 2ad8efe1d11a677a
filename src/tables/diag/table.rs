//! The list of the sockets of one protocol and IP version.

use super::internals::Internals;
use super::layout::{AF_INET, AF_INET6, SYN_RECV};
use super::message;
use super::requests::Requests;
use super::{
    Depth, INET_DIAG_CONG, INET_DIAG_INFO, INET_DIAG_REQ_BYTECODE, INET_DIAG_SKMEMINFO,
    INET_DIAG_TCLASS, INET_DIAG_TOS, REQUEST_LEN, SOCK_DIAG_BY_FAMILY, number,
};
use crate::tables::ahead::{Ahead, Source};
use crate::tables::inet::{self, Family, Protocol, Row};
use crate::tables::netlink::{SockDiag, entry_at};
use crate::tables::{Net, ReadAhead, ReadError, Reader};
use std::io;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};
use std::time::Instant;

/// All states but that of sockets that are bound and do nothing, which /proc/net lacks.
const STATES: u32 = 0xfff;

/// What the kernel is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Query {
    /// The protocol.
    pub protocol: Protocol,
    /// The IP version.
    pub family: Family,
    /// How much of each socket.
    pub depth: Depth,
    /// Whether rows have to have their user and their retransmissions, even if they are requests.
    pub completes_requests: bool,
    /// Which states, a bit each, by the kernel's numbers.
    pub states: u32,
    /// A filter that the kernel runs (include/uapi/linux/inet_diag.h, `struct inet_diag_bc_op`), or
    /// none if empty.
    pub bytecode: Vec<u8>,
}

impl Query {
    /// Asks for all sockets of one kind.
    pub fn new(protocol: Protocol, family: Family) -> Query {
        Query {
            protocol,
            family,
            depth: Depth::Row,
            completes_requests: false,
            states: STATES,
            bytecode: Vec::new(),
        }
    }

    /// Returns `struct inet_diag_req_v2`, and the filter behind it.
    fn request(&self) -> Vec<u8> {
        let family = match self.family {
            Family::V4 => AF_INET,
            Family::V6 => AF_INET6,
        };
        let mut request = vec![family, number(self.protocol), extensions(self.depth), 0];
        request.extend_from_slice(&(self.states & STATES).to_ne_bytes());
        // No ends, no interface and no cookie: those are for a question about one socket.
        request.resize(REQUEST_LEN, 0);
        if let Ok(len) = u16::try_from(self.bytecode.len() + 4)
            && !self.bytecode.is_empty()
        {
            request.extend_from_slice(&len.to_ne_bytes());
            request.extend_from_slice(&INET_DIAG_REQ_BYTECODE.to_ne_bytes());
            request.extend_from_slice(&self.bytecode);
        }
        request
    }
}

/// Returns the bits of the attributes that are asked for.
fn extensions(depth: Depth) -> u8 {
    let bit = |attribute: u16| 1 << (attribute - 1);
    match depth {
        Depth::Row => 0,
        Depth::Timers => bit(INET_DIAG_INFO),
        Depth::Internals => [
            INET_DIAG_INFO,
            INET_DIAG_CONG,
            INET_DIAG_TOS,
            INET_DIAG_TCLASS,
            INET_DIAG_SKMEMINFO,
        ]
        .into_iter()
        .fold(0, |bits, attribute| bits | bit(attribute)),
    }
}

/// The list, read row by row.
#[derive(Debug)]
pub struct Table {
    net: Net,
    query: Query,
    parts: Ahead<Parts>,
    asked: Arc<OnceLock<Instant>>,
    part: Vec<u8>,
    /// The number of bytes of `part` that have been read.
    taken: usize,
    requests: Option<Requests>,
    /// The number of the current row, counted from 1.
    number: u64,
    row: Option<Row>,
}

impl Table {
    /// Returns the answer to `query` in a namespace. The kernel is asked when the first row is wanted,
    /// or by [`Table::start`].
    pub fn new(net: &Net, query: Query, ahead: ReadAhead) -> Table {
        let depth = match ahead {
            ReadAhead::None => 0,
            ReadAhead::Near => 2,
            // 0.5 MB, 4,000 sockets.
            ReadAhead::Aside => 16,
            // 4 MB, 32,000 sockets; 10,000 with all attributes.
            ReadAhead::Far => 128,
        };
        let asked = Arc::default();
        let parts = Parts {
            net: net.clone(),
            request: query.request(),
            asked: Arc::clone(&asked),
            kernel: None,
            is_done: false,
        };
        Table {
            net: net.clone(),
            query,
            parts: Ahead::new(parts, depth),
            asked,
            part: Vec::new(),
            taken: 0,
            requests: None,
            number: 0,
            row: None,
        }
    }

    /// Asks the kernel in another thread.
    pub fn start_aside(&mut self) {
        self.parts.start();
    }

    /// Reads the first part, ahead of the first row. No row has been read if this fails.
    ///
    /// # Errors
    /// The kernel lacks the list, or denies it.
    pub fn start(&mut self) -> io::Result<()> {
        match self.part.is_empty() {
            true => self.parts.fill(&mut self.part),
            false => Ok(()),
        }
    }

    /// Returns when the kernel was asked, once it has been.
    pub fn asked_at(&self) -> Option<Instant> {
        self.asked.get().copied()
    }

    fn fill(&mut self) -> Result<(), ReadError> {
        self.taken = 0;
        let filled = self.parts.fill(&mut self.part);
        filled.map_err(|source| ReadError::Io {
            path: self.path(),
            source,
        })
    }

    /// Returns why something of a row that has been read is not known.
    pub fn flaw(&self) -> Option<String> {
        self.requests.as_ref()?.failure()
    }

    /// Returns what stands for the table in messages.
    pub fn path(&self) -> PathBuf {
        let name = inet::file_name(self.query.protocol, self.query.family);
        format!("sock_diag's {name}").into()
    }

    /// Adds to a request what the kernel's diagnostics lack.
    fn complete(&mut self, row: &mut Row) {
        let read = || Requests::read(&self.net, self.query.family);
        self.requests.get_or_insert_with(read).complete(row);
    }
}

impl Reader for Table {
    type Row<'a> = (&'a Row, Internals<'a>);

    fn next_row(&mut self) -> Result<Option<(&Row, Internals<'_>)>, ReadError> {
        if self.taken >= self.part.len() {
            self.fill()?;
        }
        let Some(body) = entry_at(&self.part, &mut self.taken) else {
            return Ok(None);
        };
        self.number += 1;
        let message = self.part.get(body.clone()).unwrap_or_default();
        let (protocol, family) = (self.query.protocol, self.query.family);
        let mut row =
            message::row(protocol, family, message).ok_or_else(|| ReadError::Malformed {
                path: self.path(),
                line: 0,
            })?;
        if self.query.completes_requests && row.protocol == Protocol::Tcp && row.state == SYN_RECV {
            self.complete(&mut row);
        }
        let message = self.part.get(body).unwrap_or_default();
        Ok(Some((self.row.insert(row), Internals::of(message))))
    }

    fn place(&self) -> String {
        self.path().display().to_string()
    }
}

/// The parts in which the kernel hands out its list.
#[derive(Debug)]
struct Parts {
    net: Net,
    request: Vec<u8>,
    /// When it was sent.
    asked: Arc<OnceLock<Instant>>,
    /// Once it has been asked.
    kernel: Option<SockDiag>,
    is_done: bool,
}

impl Source for Parts {
    fn fill(&mut self, part: &mut Vec<u8>) -> io::Result<()> {
        while !self.is_done && part.is_empty() {
            let received = self.receive(part);
            self.is_done = !matches!(received, Ok(false));
            received?;
        }
        Ok(())
    }

    fn is_done(&self) -> bool {
        self.is_done
    }
}

impl Parts {
    fn receive(&mut self, part: &mut Vec<u8>) -> io::Result<bool> {
        let kernel = match &mut self.kernel {
            Some(kernel) => kernel,
            none => {
                // A socket stays in the namespace that it was made in.
                let mut kernel = self.net.enter(SockDiag::open)??;
                // The kernel makes the first part while it is asked.
                self.asked.get_or_init(Instant::now);
                kernel.ask(SOCK_DIAG_BY_FAMILY, &self.request)?;
                none.insert(kernel)
            }
        };
        kernel.receive(part)
    }
}
