//! What the kernel tells of unix sockets beyond their rows: who is at the other end, who waits for a
//! listener, and memory (`man 7 sock_diag`, include/uapi/linux/unix_diag.h).
//!
//! The kernel's list lacks sockets that wait to be accepted, which have no inode. A listener has the
//! inodes of those that have connected to them.

use super::diag::{
    FIXED_LEN, LISTEN, SOCK_DIAG_BY_FAMILY, TRIES, UDIAG_SHOW_NAME, UNIX_DIAG_NAME,
    push_as_in_table, request,
};
use crate::tables::Net;
use crate::tables::diag::Memory;
use crate::tables::netlink::{SockDiag, attributes, u32_at};
use std::io;

const UDIAG_SHOW_PEER: u32 = 0x4;
const UDIAG_SHOW_ICONS: u32 = 0x8;
const UDIAG_SHOW_RQLEN: u32 = 0x10;
const UDIAG_SHOW_MEMINFO: u32 = 0x20;
const UNIX_DIAG_PEER: u16 = 2;
const UNIX_DIAG_ICONS: u16 = 3;
const UNIX_DIAG_RQLEN: u16 = 4;
const UNIX_DIAG_MEMINFO: u16 = 5;

/// The length of what is kept of `UNIX_DIAG_MEMINFO`. Kernels before 4.7 have less.
const MEMORY_LEN: usize = 36;

/// What is known of the sockets of some namespaces. About 72 bytes a socket, and its name.
#[derive(Debug, Default)]
pub struct InternalsList {
    /// Sorted by inode, which is unique to a socket whatever its namespace.
    sockets: Vec<Listed>,
    /// The inodes of sockets that have not been accepted yet, and of their listeners; sorted.
    waiting: Vec<(u32, u32)>,
    /// The names, one behind the other.
    names: Vec<u8>,
}

/// A socket of the list.
#[derive(Debug, Clone, Copy, Default)]
struct Listed {
    inode: u32,
    internals: Internals,
    /// Where its name is.
    name: (u32, u16),
}

/// What the kernel tells of one socket.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Internals {
    /// The inode of the socket at the other end, which is 0 if that has none; `None` if there is no
    /// other end.
    pub peer: Option<u32>,
    /// Of a listener, how many connections wait to be accepted, and how many may. One more can.
    pub accept_queue: Option<(u32, u32)>,
    memory: Buffer,
}

/// The start of an attribute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Buffer {
    bytes: [u8; MEMORY_LEN],
    len: u8,
}

impl Default for Buffer {
    fn default() -> Buffer {
        Buffer::of(b"")
    }
}

impl Buffer {
    fn of(value: &[u8]) -> Buffer {
        let mut bytes = [0; MEMORY_LEN];
        let kept = value.iter().zip(&mut bytes);
        let len = kept.map(|(from, to)| *to = *from).count();
        Buffer {
            bytes,
            len: u8::try_from(len).unwrap_or(0),
        }
    }
}

impl Internals {
    /// Returns the memory of the socket. What it has received is charged to the sender.
    pub fn memory(&self) -> Option<Memory<'_>> {
        let memory = self.memory.bytes.get(..self.memory.len.into())?;
        (!memory.is_empty()).then_some(Memory(memory))
    }
}

impl InternalsList {
    /// Adds the sockets of a namespace, or nothing if that fails. [`InternalsList::finish`] makes them
    /// known.
    ///
    /// # Errors
    /// The namespace is another system's or can't be entered; or the kernel can't be asked, or gives
    /// no whole list.
    pub fn ask(&mut self, net: &Net) -> io::Result<()> {
        if !net.can_be_asked() {
            return Err(io::Error::other("only a running kernel has them"));
        }
        let mut kernel = net.enter(SockDiag::open)??;
        let shown = UDIAG_SHOW_NAME
            | UDIAG_SHOW_PEER
            | UDIAG_SHOW_ICONS
            | UDIAG_SHOW_RQLEN
            | UDIAG_SHOW_MEMINFO;
        let before = (self.sockets.len(), self.waiting.len(), self.names.len());
        let mut result = Ok(());
        for _ in 0..TRIES {
            result = kernel.list(SOCK_DIAG_BY_FAMILY, &request(shown), |entry| {
                self.add(entry);
            });
            if result.is_ok() {
                break;
            }
            self.sockets.truncate(before.0);
            self.waiting.truncate(before.1);
            self.names.truncate(before.2);
        }
        result
    }

    /// Makes known what has been added.
    pub fn finish(&mut self) {
        self.sockets.sort_unstable_by_key(|it| it.inode);
        self.waiting.sort_unstable();
    }

    /// Adds an entry of the kernel's list.
    fn add(&mut self, entry: &[u8]) {
        let (Some(&[_, _, state, _]), Some(inode)) = (entry.first_chunk(), u32_at(entry, 4)) else {
            return;
        };
        let mut listed = Listed {
            inode,
            ..Listed::default()
        };
        for (kind, value) in attributes(entry.get(FIXED_LEN..).unwrap_or_default()) {
            match kind {
                UNIX_DIAG_NAME => listed.name = self.add_name(value),
                UNIX_DIAG_PEER => listed.internals.peer = u32_at(value, 0),
                UNIX_DIAG_ICONS => {
                    let clients = (0..value.len()).step_by(4);
                    let clients = clients.filter_map(|at| u32_at(value, at));
                    let clients = clients.filter(|client| *client != 0);
                    self.waiting.extend(clients.map(|client| (client, inode)));
                }
                UNIX_DIAG_RQLEN if state == LISTEN => {
                    listed.internals.accept_queue = u32_at(value, 0).zip(u32_at(value, 4));
                }
                UNIX_DIAG_MEMINFO => listed.internals.memory = Buffer::of(value),
                _ => {}
            }
        }
        self.sockets.push(listed);
    }

    fn add_name(&mut self, name: &[u8]) -> (u32, u16) {
        let start = self.names.len();
        push_as_in_table(&mut self.names, name);
        let end = self.names.len();
        match (u32::try_from(start), u16::try_from(end - start)) {
            (Ok(start), Ok(len)) => (start, len),
            // No system has 4 GB of names.
            _ => (0, 0),
        }
    }

    /// Returns what is known of the socket `inode`.
    pub fn of(&self, inode: u64) -> Option<&Internals> {
        self.listed(inode).map(|it| &it.internals)
    }

    /// Returns the name of the socket `inode` as /proc/net/unix has it, or `None` if it has none or is
    /// not known.
    pub fn name_of(&self, inode: u64) -> Option<&[u8]> {
        let (start, len) = self.listed(inode)?.name;
        let start = start as usize;
        let name = self.names.get(start..start + usize::from(len))?;
        Some(name).filter(|name| !name.is_empty())
    }

    /// Returns the inode of the listener that has not accepted the connection of the socket `inode`
    /// yet.
    pub fn awaited_listener(&self, inode: u64) -> Option<u64> {
        let inode = u32::try_from(inode).ok()?;
        let index = self.waiting.partition_point(|(client, _)| *client < inode);
        let (client, listener) = self.waiting.get(index)?;
        (*client == inode).then_some(u64::from(*listener))
    }

    fn listed(&self, inode: u64) -> Option<&Listed> {
        let inode = u32::try_from(inode).ok()?;
        let found = self.sockets.binary_search_by_key(&inode, |it| it.inode);
        self.sockets.get(found.ok()?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(inode: u32, state: u8, attributes: &[(u16, &[u8])]) -> Vec<u8> {
        let mut entry = vec![1, 1, state, 0];
        entry.extend_from_slice(&inode.to_ne_bytes());
        entry.extend_from_slice(&[0; 8]);
        for (kind, value) in attributes {
            let len = u16::try_from(value.len() + 4).expect("a short value");
            entry.extend_from_slice(&len.to_ne_bytes());
            entry.extend_from_slice(&kind.to_ne_bytes());
            entry.extend_from_slice(value);
            entry.resize(entry.len().next_multiple_of(4), 0);
        }
        entry
    }

    fn numbers(numbers: &[u32]) -> Vec<u8> {
        numbers.iter().flat_map(|it| it.to_ne_bytes()).collect()
    }

    fn list(entries: &[Vec<u8>]) -> InternalsList {
        let mut list = InternalsList::default();
        entries.iter().for_each(|entry| list.add(entry));
        list.finish();
        list
    }

    #[test]
    fn what_the_kernel_tells_is_found_by_inode() {
        let memory: Vec<u32> = (10..19).collect();
        let list = list(&[
            entry(
                30,
                LISTEN,
                &[
                    (UNIX_DIAG_NAME, b"/run/x\0"),
                    (UNIX_DIAG_ICONS, &numbers(&[40, 0])),
                    (UNIX_DIAG_RQLEN, &numbers(&[2, 128])),
                ],
            ),
            entry(40, 1, &[(UNIX_DIAG_PEER, &numbers(&[0]))]),
            entry(
                10,
                1,
                &[
                    (UNIX_DIAG_PEER, &numbers(&[20])),
                    (UNIX_DIAG_RQLEN, &numbers(&[5, 6])),
                    (UNIX_DIAG_MEMINFO, &numbers(&memory)),
                ],
            ),
            entry(20, 1, &[(UNIX_DIAG_NAME, b"\0two\0parts")]),
            entry(50, 7, &[(UNIX_DIAG_MEMINFO, &numbers(&[1, 2, 3, 4]))]),
            vec![1, 1, 1],
        ]);
        let listener = list.of(30).expect("listed");
        assert_eq!(
            (listener.accept_queue, listener.peer),
            (Some((2, 128)), None)
        );
        assert_eq!(list.name_of(30), Some(&b"/run/x"[..]));
        assert_eq!(list.name_of(20), Some(&b"@two@parts"[..]));
        assert_eq!((list.name_of(10), list.name_of(11)), (None, None));
        let connected = list.of(10).expect("listed");
        assert_eq!((connected.peer, connected.accept_queue), (Some(20), None));
        let memory = connected.memory().expect("memory");
        assert_eq!(
            (memory.received(), memory.receive_limit()),
            (Some(10), Some(11))
        );
        assert_eq!(
            (memory.sending(false), memory.send_limit()),
            (Some(12), Some(13))
        );
        assert_eq!(memory.drops(), Some(18));
        let older = list.of(50).and_then(Internals::memory).expect("memory");
        assert_eq!((older.send_limit(), older.drops()), (Some(4), None));
        assert_eq!(listener.memory(), None);
        assert_eq!(list.awaited_listener(40), Some(30));
        assert_eq!(
            (list.awaited_listener(10), list.awaited_listener(0)),
            (None, None)
        );
        assert_eq!((list.of(0), list.of(u64::MAX)), (None, None));
    }
}
