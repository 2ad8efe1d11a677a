//! Questions to the kernel over netlink, answered by a list: one message an entry.
//!
//! A list that may lack entries is a failure: one that the kernel could not finish or that changed
//! while it was made, a message that was cut, a receive buffer that overflowed. Messages are parsed
//! by offset; their numbers are in the machine's byte order (`man 7 netlink`).
//!
//! A list is taken as a whole ([`SockDiag::list`]), or part by part as the kernel hands it out
//! ([`SockDiag::ask`], [`SockDiag::receive`], [`entries`]), so that another thread can do the waiting.
//! An order ([`SockDiag::order`]) is answered by its success alone.

use rustix::buffer::spare_capacity;
use rustix::io::Errno;
use rustix::net::netlink::{SOCK_DIAG, SocketAddrNetlink};
use rustix::net::sockopt::{Timeout, set_socket_timeout};
use rustix::net::{
    AddressFamily, Protocol, RecvFlags, SendFlags, SocketFlags, SocketType, connect, recv, send,
    socket_with,
};
use std::io;
use std::ops::Range;
use std::os::fd::OwnedFd;
use std::time::Duration;

/// The size of the buffer for answers, in bytes. The kernel hands out 32 KiB at most at a time.
const BUFFER_SIZE: usize = 64 * 1024;
/// How long the kernel may take for a part of its answer. It answers at once; others, such as the
/// kernel of a sandbox, may never do.
const PATIENCE: Duration = Duration::from_secs(2);

/// The length of `struct nlmsghdr`.
const HEADER_LEN: usize = 16;
const NLM_F_REQUEST: u16 = 0x1;
const NLM_F_ACK: u16 = 0x4;
const NLM_F_DUMP_INTR: u16 = 0x10;
const NLM_F_DUMP: u16 = 0x300;
const NLMSG_NOOP: u16 = 1;
const NLMSG_ERROR: u16 = 2;
const NLMSG_DONE: u16 = 3;
const NLMSG_OVERRUN: u16 = 4;
/// The bits of an attribute's type that are not flags.
const NLA_TYPE_MASK: u16 = 0x3fff;

/// A socket to the kernel's list of sockets (`man 7 sock_diag`), in the caller's network namespace.
#[derive(Debug)]
pub struct SockDiag {
    socket: OwnedFd,
    buffer: Vec<u8>,
    /// The number of the last request.
    sequence: u32,
}

impl SockDiag {
    /// Opens the socket.
    ///
    /// # Errors
    /// The kernel lacks the list, or a sandbox denies it.
    pub fn open() -> io::Result<SockDiag> {
        SockDiag::open_to(Some(SOCK_DIAG))
    }

    /// Opens the socket to the kernel's lists of interfaces and routes instead (`man 7 rtnetlink`).
    ///
    /// # Errors
    /// As [`SockDiag::open`].
    pub fn open_route() -> io::Result<SockDiag> {
        // Protocol 0, `NETLINK_ROUTE`.
        SockDiag::open_to(None)
    }

    fn open_to(protocol: Option<Protocol>) -> io::Result<SockDiag> {
        let socket = socket_with(
            AddressFamily::NETLINK,
            SocketType::RAW,
            SocketFlags::CLOEXEC,
            protocol,
        )?;
        // To the kernel: then no process can answer in its place.
        connect(&socket, &SocketAddrNetlink::new(0, 0))?;
        set_socket_timeout(&socket, Timeout::Recv, Some(PATIENCE))?;
        Ok(SockDiag {
            socket,
            buffer: vec![0; BUFFER_SIZE],
            sequence: 0,
        })
    }

    /// Asks for a list, and calls `visit` with the body of each entry's message. If this fails, the
    /// entries that were visited are not the whole list.
    ///
    /// # Errors
    /// The kernel does not know the request, or its list has gaps.
    pub fn list(
        &mut self,
        kind: u16,
        request: &[u8],
        mut visit: impl FnMut(&[u8]),
    ) -> io::Result<()> {
        self.ask(kind, request)?;
        let mut part = std::mem::take(&mut self.buffer);
        let mut is_whole = false;
        while !is_whole {
            is_whole = self.receive(&mut part)?;
            entries(&part).for_each(&mut visit);
        }
        self.buffer = part;
        Ok(())
    }

    /// Asks for a list, whose parts are then received. The kernel makes the first part at once.
    ///
    /// # Errors
    /// The request can't be sent.
    pub fn ask(&mut self, kind: u16, request: &[u8]) -> io::Result<()> {
        self.send(kind, NLM_F_DUMP, request)
    }

    fn send(&mut self, kind: u16, flags: u16, request: &[u8]) -> io::Result<()> {
        self.sequence = self.sequence.wrapping_add(1);
        let message = message(kind, flags, self.sequence, request);
        again_if_interrupted(|| send(&self.socket, &message, SendFlags::empty()))?;
        Ok(())
    }

    /// Receives the next part of a list into `part`, for [`entries`], and returns whether it is the
    /// last.
    ///
    /// # Errors
    /// The kernel does not know the request, or its list has gaps.
    pub fn receive(&mut self, part: &mut Vec<u8>) -> io::Result<bool> {
        self.receive_any(part)?;
        if part.is_empty() {
            return Err(broken("the list has no end"));
        }
        check(part, self.sequence)
    }

    /// Receives what the kernel sends next.
    fn receive_any(&self, part: &mut Vec<u8>) -> io::Result<()> {
        part.clear();
        part.reserve(BUFFER_SIZE);
        let received = again_if_interrupted(|| {
            // With this flag, the length is that of the message, cut or not.
            let (_, len) = recv(&self.socket, spare_capacity(part), RecvFlags::TRUNC)?;
            Ok(len)
        })?;
        match received > part.len() {
            true => Err(broken("a message is cut off off")),
            false => Ok(()),
        }
    }

    /// Gives an order, and waits until the kernel has carried it out.
    ///
    /// # Errors
    /// The kernel's, if it has not; or it can't be asked, or does not answer.
    pub fn order(&mut self, kind: u16, request: &[u8]) -> io::Result<()> {
        self.send(kind, NLM_F_ACK, request)?;
        let mut part = std::mem::take(&mut self.buffer);
        let answer = loop {
            if let Err(error) = self.receive_any(&mut part) {
                break Err(error);
            }
            if let Some(answer) = acknowledgment(&part, self.sequence) {
                break answer;
            }
        };
        self.buffer = part;
        answer
    }
}

/// Returns a request with these flags.
fn message(kind: u16, flags: u16, sequence: u32, body: &[u8]) -> Vec<u8> {
    let len = u32::try_from(HEADER_LEN + body.len()).unwrap_or(u32::MAX);
    let mut message = Vec::with_capacity(HEADER_LEN + body.len());
    message.extend_from_slice(&len.to_ne_bytes());
    message.extend_from_slice(&kind.to_ne_bytes());
    message.extend_from_slice(&(NLM_F_REQUEST | flags).to_ne_bytes());
    message.extend_from_slice(&sequence.to_ne_bytes());
    // The sender's address: the kernel knows it.
    message.extend_from_slice(&0_u32.to_ne_bytes());
    message.extend_from_slice(body);
    message
}

/// Checks what was received at a time as a part of the answer to the request `sequence`, and takes
/// everything out of it but messages with entries. Returns whether the list is complete.
fn check(part: &mut Vec<u8>, sequence: u32) -> io::Result<bool> {
    let mut at = 0;
    while at < part.len() {
        let message = part.get(at..).unwrap_or_default();
        let (Some(header), Some(len)) = (Header::of(message), u32_at(message, 0)) else {
            return Err(broken("a message is too short"));
        };
        let len = len as usize;
        let Some(body) = message.get(HEADER_LEN..len) else {
            return Err(broken("a message has a wrong length"));
        };
        let end = (at + aligned(len)).min(part.len());
        // The rest of an answer to a question that failed.
        if header.sequence != sequence {
            part.drain(at..end);
            continue;
        }
        if header.flags & NLM_F_DUMP_INTR != 0 {
            return Err(Errno::INTR.into());
        }
        match header.kind {
            NLMSG_NOOP => {
                part.drain(at..end);
            }
            NLMSG_ERROR => return Err(error_in(body).unwrap_or(Errno::PROTO.into())),
            // The end has the error of a list that the kernel could not make.
            NLMSG_DONE => {
                let failure = error_in(body);
                part.truncate(at);
                return failure.map_or(Ok(true), Err);
            }
            NLMSG_OVERRUN => return Err(Errno::NOBUFS.into()),
            _ => at = end,
        }
    }
    Ok(false)
}

/// Returns the answer to the order `sequence` in what was received at a time, or `None` if that has
/// only answers to others.
fn acknowledgment(part: &[u8], sequence: u32) -> Option<io::Result<()>> {
    let mut at = 0;
    loop {
        let message = part.get(at..).unwrap_or_default();
        let Some(header) = Header::of(message) else {
            let is_whole = at > 0 && message.is_empty();
            return (!is_whole).then(|| Err(broken("a message is too short")));
        };
        let Some(body) = entry_at(part, &mut at).and_then(|body| part.get(body)) else {
            return Some(Err(broken("a message has a wrong length")));
        };
        if header.sequence != sequence || header.kind == NLMSG_NOOP {
            continue;
        }
        return Some(match (header.kind, u32_at(body, 0)) {
            (NLMSG_ERROR, Some(_)) => error_in(body).map_or(Ok(()), Err),
            _ => Err(broken("a request was not answered")),
        });
    }
}

/// What a message's header says, besides its length (`struct nlmsghdr`).
struct Header {
    kind: u16,
    flags: u16,
    sequence: u32,
}

impl Header {
    fn of(message: &[u8]) -> Option<Header> {
        Some(Header {
            kind: u16_at(message, 4)?,
            flags: u16_at(message, 6)?,
            sequence: u32_at(message, 8)?,
        })
    }
}

/// Returns the bodies of the entries' messages in a part that was received.
pub fn entries(part: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let body = entry_at(part, &mut at)?;
        part.get(body)
    })
}

/// Returns where the body of the entry's message at `at` lies in a part that was received, or `None` at
/// its end, and moves `at` to the next.
pub fn entry_at(part: &[u8], at: &mut usize) -> Option<Range<usize>> {
    let len = u32_at(part, *at)? as usize;
    let body = *at + HEADER_LEN..*at + len;
    part.get(body.clone())?;
    *at += aligned(len);
    Some(body)
}

/// Returns the error at the start of a message's body, where 0 is none.
fn error_in(body: &[u8]) -> Option<io::Error> {
    let number = u32_at(body, 0)?.cast_signed();
    (number != 0).then(|| io::Error::from_raw_os_error(number.saturating_neg()))
}

fn broken(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what)
}

fn again_if_interrupted<T>(mut call: impl FnMut() -> rustix::io::Result<T>) -> io::Result<T> {
    loop {
        match call() {
            Err(Errno::INTR) => {}
            result => return Ok(result?),
        }
    }
}

/// Returns the attributes of a message as their types and values, from the bytes that follow its
/// fixed part.
pub fn attributes(mut rest: &[u8]) -> impl Iterator<Item = (u16, &[u8])> {
    std::iter::from_fn(move || {
        let len = usize::from(u16_at(rest, 0)?);
        let kind = u16_at(rest, 2)? & NLA_TYPE_MASK;
        let value = rest.get(4..len)?;
        rest = rest.get(aligned(len)..).unwrap_or_default();
        Some((kind, value))
    })
}

/// Returns where the next message or attribute begins after one of `len` bytes.
fn aligned(len: usize) -> usize {
    len.next_multiple_of(4)
}

/// Returns the number at `offset`, in the machine's byte order.
pub fn u32_at(bytes: &[u8], offset: usize) -> Option<u32> {
    let bytes = bytes.get(offset..)?.first_chunk()?;
    Some(u32::from_ne_bytes(*bytes))
}

/// Returns the number at `offset`, in the machine's byte order.
pub fn u64_at(bytes: &[u8], offset: usize) -> Option<u64> {
    let bytes = bytes.get(offset..)?.first_chunk()?;
    Some(u64::from_ne_bytes(*bytes))
}

fn u16_at(bytes: &[u8], offset: usize) -> Option<u16> {
    let bytes = bytes.get(offset..)?.first_chunk()?;
    Some(u16::from_ne_bytes(*bytes))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// A message of the kernel.
    fn sent(kind: u16, flags: u16, sequence: u32, body: &[u8]) -> Vec<u8> {
        let mut sent = message(kind, 0, sequence, body);
        sent[6..8].copy_from_slice(&flags.to_ne_bytes());
        sent.resize(aligned(sent.len()), 0);
        sent
    }

    /// Takes `parts` as the answer to request 7. Returns the entries, and how it ended.
    fn taken(parts: &[Vec<u8>]) -> (Vec<Vec<u8>>, Result<bool, Option<i32>>) {
        let mut taken = Vec::new();
        let mut end = Ok(false);
        for part in parts {
            let mut part = part.clone();
            end = check(&mut part, 7).map_err(|error| error.raw_os_error());
            if end.is_ok() {
                taken.extend(entries(&part).map(<[u8]>::to_vec));
            }
            if end != Ok(false) {
                break;
            }
        }
        (taken, end)
    }

    #[test]
    fn only_a_whole_list_is_an_answer() {
        let entry = |body: &[u8]| sent(20, 2, 7, body);
        let done = |number: i32| sent(NLMSG_DONE, 2, 7, &number.to_ne_bytes());
        let error = |number: i32| sent(NLMSG_ERROR, 0, 7, &number.to_ne_bytes());
        let two = [entry(b"one"), entry(b"twoo")].concat();
        let cases = [
            (vec![two.clone(), done(0)], 2, Ok(true)),
            (vec![[two.clone(), done(0)].concat()], 2, Ok(true)),
            (vec![two.clone()], 2, Ok(false)),
            (vec![two.clone(), done(-2)], 2, Err(Some(2))),
            (vec![two.clone(), sent(NLMSG_DONE, 2, 7, b"")], 2, Ok(true)),
            (vec![error(-95)], 0, Err(Some(95))),
            (vec![error(i32::MIN)], 0, Err(Some(i32::MAX))),
            (vec![error(0)], 0, Err(Some(71))),
            (vec![sent(20, NLM_F_DUMP_INTR, 7, b"x")], 0, Err(Some(4))),
            (vec![sent(NLMSG_OVERRUN, 0, 7, b"")], 0, Err(Some(105))),
            // An answer to somebody else's, or an earlier, question.
            (vec![sent(20, 2, 6, b"x"), done(0)], 0, Ok(true)),
            (vec![sent(NLMSG_NOOP, 2, 7, b"x"), done(0)], 0, Ok(true)),
            (vec![two[..two.len() - 1].to_vec()], 0, Err(None)),
            (vec![vec![0; 64]], 0, Err(None)),
            (vec![vec![1; 15]], 0, Err(None)),
        ];
        for (index, (parts, count, end)) in cases.into_iter().enumerate() {
            let (entries, found) = taken(&parts);
            assert_eq!((entries.len(), found), (count, end), "case {index}");
        }
    }

    #[test]
    fn an_order_has_one_answer() {
        let error = |sequence: u32, number: i32| {
            // The kernel repeats the order behind the number.
            let body = [&number.to_ne_bytes()[..], &[0; 16]].concat();
            sent(NLMSG_ERROR, 0x100, sequence, &body)
        };
        type Answer = Option<Result<(), Option<i32>>>;
        let cases: [(Vec<u8>, Answer); 11] = [
            (error(7, 0), Some(Ok(()))),
            (error(7, -1), Some(Err(Some(1)))),
            (error(7, -2), Some(Err(Some(2)))),
            (error(7, -95), Some(Err(Some(95)))),
            // An answer to an order before.
            (error(6, 0), None),
            ([error(6, -1), error(7, 0)].concat(), Some(Ok(()))),
            (sent(NLMSG_NOOP, 0, 7, b""), None),
            // What is no answer is no success.
            (sent(NLMSG_ERROR, 0, 7, b""), Some(Err(None))),
            (sent(20, 0, 7, &[0; 4]), Some(Err(None))),
            (error(7, 0)[..19].to_vec(), Some(Err(None))),
            (Vec::new(), Some(Err(None))),
        ];
        for (index, (part, expected)) in cases.into_iter().enumerate() {
            let found = acknowledgment(&part, 7);
            let found = found.map(|it| it.map_err(|error| error.raw_os_error()));
            assert_eq!(found, expected, "case {index}");
        }
    }

    #[test]
    fn attributes_end_where_one_is_cut() {
        let bytes: Vec<u8> = [
            &5_u16.to_ne_bytes()[..],
            &3_u16.to_ne_bytes(),
            b"a\0\0\0",
            &4_u16.to_ne_bytes(),
            &0_u16.to_ne_bytes(),
            &9_u16.to_ne_bytes(),
            &1_u16.to_ne_bytes(),
            b"cut",
        ]
        .concat();
        let found: Vec<_> = attributes(&bytes).collect();
        assert_eq!(found, [(3, &b"a"[..]), (0, b"")]);
    }

    proptest! {
        #[test]
        fn arbitrary_bytes_are_parsed_or_rejected(bytes in any::<Vec<u8>>()) {
            let _ = taken(std::slice::from_ref(&bytes));
            let _ = acknowledgment(&bytes, 7);
            let _ = attributes(&bytes).count();
        }
    }
}
