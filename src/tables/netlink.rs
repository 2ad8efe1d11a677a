//! Questions to the kernel over netlink, answered by a list: one message an entry.
//!
//! A list that may lack entries is a failure: one that the kernel could not finish or that changed
//! while it was made, a message that was cut, a receive buffer that overflowed. Messages are parsed
//! by offset; their numbers are in the machine's byte order (`man 7 netlink`).

use rustix::io::Errno;
use rustix::net::netlink::{SOCK_DIAG, SocketAddrNetlink};
use rustix::net::sockopt::{Timeout, set_socket_timeout};
use rustix::net::{
    AddressFamily, RecvFlags, SendFlags, SocketFlags, SocketType, connect, recv, send, socket_with,
};
use std::io;
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
const NLM_F_DUMP_INTR: u16 = 0x10;
const NLM_F_DUMP: u16 = 0x300;
const NLMSG_NOOP: u16 = 1;
const NLMSG_ERROR: u16 = 2;
const NLMSG_DONE: u16 = 3;
const NLMSG_OVERRUN: u16 = 4;

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
        let socket = socket_with(
            AddressFamily::NETLINK,
            SocketType::RAW,
            SocketFlags::CLOEXEC,
            Some(SOCK_DIAG),
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
    pub fn list(&mut self, kind: u16, request: &[u8], visit: impl FnMut(&[u8])) -> io::Result<()> {
        self.sequence = self.sequence.wrapping_add(1);
        let message = message(kind, self.sequence, request);
        again_if_interrupted(|| send(&self.socket, &message, SendFlags::empty()))?;
        let mut answer = Answer {
            sequence: self.sequence,
            visit,
        };
        loop {
            let received = again_if_interrupted(|| {
                // With this flag, the length is that of the message, cut or not.
                let (_, len) = recv(&self.socket, &mut self.buffer[..], RecvFlags::TRUNC)?;
                Ok(len)
            })?;
            let Some(part) = self.buffer.get(..received) else {
                return Err(broken("a message is cut"));
            };
            if part.is_empty() {
                return Err(broken("the list has no end"));
            }
            if answer.take(part)? {
                return Ok(());
            }
        }
    }
}

/// Returns a request for a list.
fn message(kind: u16, sequence: u32, body: &[u8]) -> Vec<u8> {
    let len = u32::try_from(HEADER_LEN + body.len()).unwrap_or(u32::MAX);
    let mut message = Vec::with_capacity(HEADER_LEN + body.len());
    message.extend_from_slice(&len.to_ne_bytes());
    message.extend_from_slice(&kind.to_ne_bytes());
    message.extend_from_slice(&(NLM_F_REQUEST | NLM_F_DUMP).to_ne_bytes());
    message.extend_from_slice(&sequence.to_ne_bytes());
    // The sender's address: the kernel knows it.
    message.extend_from_slice(&0_u32.to_ne_bytes());
    message.extend_from_slice(body);
    message
}

/// An answer that is being received.
struct Answer<V> {
    sequence: u32,
    visit: V,
}

impl<V: FnMut(&[u8])> Answer<V> {
    /// Takes what was received at a time. Returns whether the list is complete.
    fn take(&mut self, mut part: &[u8]) -> io::Result<bool> {
        while !part.is_empty() {
            let (Some(len), Some(kind), Some(flags), Some(sequence)) = (
                u32_at(part, 0),
                u16_at(part, 4),
                u16_at(part, 6),
                u32_at(part, 8),
            ) else {
                return Err(broken("a message is too short"));
            };
            let len = len as usize;
            let Some(body) = part.get(HEADER_LEN..len) else {
                return Err(broken("a message has a wrong length"));
            };
            part = part.get(aligned(len)..).unwrap_or_default();
            // The rest of an answer to a question that failed.
            if sequence != self.sequence {
                continue;
            }
            if flags & NLM_F_DUMP_INTR != 0 {
                return Err(io::Error::from(Errno::INTR));
            }
            match kind {
                NLMSG_NOOP => {}
                NLMSG_ERROR => {
                    let error = error_in(body).unwrap_or(Errno::PROTO.into());
                    return Err(error);
                }
                // The end has the error of a list that the kernel could not make.
                NLMSG_DONE => return error_in(body).map_or(Ok(true), Err),
                NLMSG_OVERRUN => return Err(Errno::NOBUFS.into()),
                _ => (self.visit)(body),
            }
        }
        Ok(false)
    }
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
        let kind = u16_at(rest, 2)?;
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
        let mut sent = message(kind, sequence, body);
        sent[6..8].copy_from_slice(&flags.to_ne_bytes());
        sent.resize(aligned(sent.len()), 0);
        sent
    }

    /// Takes `parts` as the answer to request 7. Returns the entries, and how it ended.
    fn taken(parts: &[Vec<u8>]) -> (Vec<Vec<u8>>, Result<bool, Option<i32>>) {
        let mut entries = Vec::new();
        let mut answer = Answer {
            sequence: 7,
            visit: |body: &[u8]| entries.push(body.to_vec()),
        };
        let mut end = Ok(false);
        for part in parts {
            end = answer.take(part).map_err(|error| error.raw_os_error());
            if end != Ok(false) {
                break;
            }
        }
        (entries, end)
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
            (vec![two[..two.len() - 1].to_vec()], 1, Err(None)),
            (vec![vec![0; 64]], 0, Err(None)),
            (vec![vec![1; 15]], 0, Err(None)),
        ];
        for (index, (parts, count, end)) in cases.into_iter().enumerate() {
            let (entries, found) = taken(&parts);
            assert_eq!((entries.len(), found), (count, end), "case {index}");
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
            let _ = attributes(&bytes).count();
        }
    }
}
