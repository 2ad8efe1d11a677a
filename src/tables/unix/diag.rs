//! The kernel's own list of unix sockets, in which each name has its length (`man 7 sock_diag`,
//! `UNIX_DIAG`).

use super::{FLAG_ACCEPTS, Row};
use crate::tables::netlink::{SockDiag, attributes, u32_at};
use memchr::memchr;
use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher, RandomState};
use std::io;
use std::mem;

pub const SOCK_DIAG_BY_FAMILY: u16 = 20;
const AF_UNIX: u8 = 1;
/// All states.
const STATES: u32 = u32::MAX;
pub const UDIAG_SHOW_NAME: u32 = 1;
pub const UNIX_DIAG_NAME: u16 = 0;
/// The length of `struct unix_diag_msg`, which the attributes follow.
pub const FIXED_LEN: usize = 16;
/// The kernel's `TCP_LISTEN`, which it uses for unix sockets too.
pub const LISTEN: u8 = 10;

/// How often a list is asked for anew if the kernel could not finish it.
pub const TRIES: u32 = 3;

/// What is known of the name of a row's socket, of which the row has the first line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Name<'a> {
    /// It ends with the line.
    Ends,
    /// It goes on: the lines that follow, each after a line feed.
    GoesOn(&'a [u8]),
    /// Nothing: there is no such socket, or there are several.
    Unknown,
}

/// What a row says of a socket: a check sum of its type and its name, which last as long as it does,
/// and in the lowest bit whether it listens.
type Facts = u32;

/// The bit of [`Facts`] that may change.
const LISTENS: Facts = 1;

/// The unix sockets that the kernel has listed.
#[derive(Debug, Default)]
pub struct Sockets {
    /// Inodes and what is known of their sockets, sorted. 8 bytes a socket: there may be hundreds of
    /// thousands.
    inodes: Vec<(u32, Facts)>,
    /// The names of several lines, as the table has them. There are none but by intent.
    long: HashMap<u32, Box<[u8]>>,
    /// The check sums of the names of listeners, which connections that wait to be accepted have,
    /// too.
    listeners: HashSet<u64>,
    /// Nobody can make a name with a check sum of his choice.
    sums: RandomState,
    /// The name that was added last, to reuse its memory.
    shown: Vec<u8>,
}

impl Sockets {
    /// Adds what the kernel lists now. A socket keeps its name until it is closed, so what is known
    /// from before stays right.
    ///
    /// # Errors
    /// The kernel can't be asked, or gives no whole list.
    pub fn ask(&mut self) -> io::Result<()> {
        let mut kernel = SockDiag::open()?;
        let mut result = Ok(());
        for _ in 0..TRIES {
            result = kernel.list(SOCK_DIAG_BY_FAMILY, &request(UDIAG_SHOW_NAME), |entry| {
                self.add(entry);
            });
            if result.is_ok() {
                break;
            }
        }
        self.inodes.sort_unstable();
        self.inodes.dedup();
        result
    }

    /// Adds an entry of the list.
    fn add(&mut self, entry: &[u8]) {
        let (Some(&[_, kind, state, _]), Some(inode)) = (entry.first_chunk(), u32_at(entry, 4))
        else {
            return;
        };
        let rest = entry.get(FIXED_LEN..).unwrap_or_default();
        let name = attributes(rest).find(|(kind, _)| *kind == UNIX_DIAG_NAME);
        let mut shown = mem::take(&mut self.shown);
        shown.clear();
        if let Some((_, name)) = name {
            push_as_in_table(&mut shown, name);
        }
        let is_listener = state == LISTEN;
        if is_listener && !shown.is_empty() {
            self.listeners.insert(self.sums.hash_one(&*shown));
        }
        let facts = self.facts(kind.into(), is_listener, &shown);
        self.inodes.push((inode, facts));
        if memchr(b'\n', &shown).is_some() {
            self.long.insert(inode, shown.as_slice().into());
        }
        self.shown = shown;
    }

    /// Returns what is known of the name of the socket that made `row`.
    pub fn name_of(&self, row: &Row<'_>) -> Name<'_> {
        let first = row.path.unwrap_or_default();
        if let Some(inode) = row.inode.filter(|inode| *inode != 0) {
            let Ok(inode) = u32::try_from(inode) else {
                return Name::Unknown;
            };
            return match self.long.get(&inode).map(|name| after(name, first)) {
                Some(Some(rest)) => Name::GoesOn(rest),
                Some(None) => Name::Unknown,
                None if self.knows(inode, row, LISTENS) => Name::Ends,
                // One without a name when the kernel listed it has been bound since.
                None => Name::Unknown,
            };
        }
        // One that waits to be accepted, and has its listener's name. It has no inode to look for.
        let mut rests: Vec<&[u8]> = self
            .long
            .values()
            .filter_map(|it| after(it, first))
            .collect();
        rests.sort_unstable();
        rests.dedup();
        let is_whole = self.listeners.contains(&self.sums.hash_one(first));
        match (is_whole, &rests[..]) {
            (true, []) => Name::Ends,
            (false, [rest]) => Name::GoesOn(rest),
            _ => Name::Unknown,
        }
    }

    /// Returns whether the kernel has listed a socket of which `row` says the truth.
    pub fn confirm(&self, row: &Row<'_>) -> bool {
        let inode = row.inode.and_then(|inode| u32::try_from(inode).ok());
        inode.is_some_and(|inode| self.knows(inode, row, 0))
    }

    /// Returns whether what `row` says of the socket is known, but for the bits of `ignored`.
    fn knows(&self, inode: u32, row: &Row<'_>, ignored: Facts) -> bool {
        let is_listener = row.flags & FLAG_ACCEPTS != 0;
        let said = self.facts(row.kind, is_listener, row.path.unwrap_or_default());
        let first = self.inodes.partition_point(|(it, _)| *it < inode);
        let known = self.inodes[first..].iter();
        known
            .take_while(|(it, _)| *it == inode)
            .any(|(_, facts)| facts | ignored == said | ignored)
    }

    #[expect(clippy::cast_possible_truncation, reason = "a half is enough")]
    fn facts(&self, kind: u32, is_listener: bool, name: &[u8]) -> Facts {
        let sum = match name {
            // Most have none: there is nothing to choose.
            [] => kind << 1,
            _ => self.sums.hash_one((kind, name)) as u32,
        };
        sum & !LISTENS | u32::from(is_listener)
    }
}

/// Returns what follows the first line of `name`, including the line feed, if that line is `first`.
fn after<'a>(name: &'a [u8], first: &[u8]) -> Option<&'a [u8]> {
    name.strip_prefix(first)
        .filter(|rest| rest.starts_with(b"\n"))
}

/// Adds a name as /proc/net/unix has it: an abstract one begins with a zero byte, which is written
/// as `@`, as all zero bytes are; the path of a file may end with one, which is not written.
pub fn push_as_in_table(shown: &mut Vec<u8>, name: &[u8]) {
    let name = match name {
        [0, ..] => name,
        [path @ .., 0] => path,
        path => path,
    };
    let as_shown = |byte: &u8| if *byte == 0 { b'@' } else { *byte };
    shown.extend(name.iter().map(as_shown));
}

/// Returns `struct unix_diag_req` (include/uapi/linux/unix_diag.h) for all sockets, and what to show
/// of them.
pub fn request(shown: u32) -> Vec<u8> {
    let mut request = vec![AF_UNIX, 0, 0, 0];
    // No inode and no cookie: those are for a question about one socket.
    for number in [STATES, 0, shown, 0, 0] {
        request.extend_from_slice(&number.to_ne_bytes());
    }
    request
}

#[cfg(test)]
pub mod tests {
    use super::*;
    use std::os::linux::net::SocketAddrExt;
    use std::os::unix::net::{SocketAddr, UnixListener};

    impl Sockets {
        /// The answer of a kernel with these sockets: inode, state and name.
        pub fn of(sockets: &[(u32, u8, &[u8])]) -> Sockets {
            let mut answer = Sockets::default();
            for (inode, state, name) in sockets {
                answer.add(&entry(*inode, *state, name));
            }
            answer.inodes.sort_unstable();
            answer
        }
    }

    fn entry(inode: u32, state: u8, name: &[u8]) -> Vec<u8> {
        let mut entry = vec![AF_UNIX, 1, state, 0];
        entry.extend_from_slice(&inode.to_ne_bytes());
        entry.extend_from_slice(&[0; 8]);
        if !name.is_empty() {
            let len = u16::try_from(name.len() + 4).expect("a short name");
            entry.extend_from_slice(&len.to_ne_bytes());
            entry.extend_from_slice(&UNIX_DIAG_NAME.to_ne_bytes());
            entry.extend_from_slice(name);
        }
        entry
    }

    fn row<'a>(inode: u64, flags: u32, path: &'a [u8]) -> Row<'a> {
        let line = b"0: 2 0 0 1 1 1";
        Row {
            inode: Some(inode),
            flags,
            path: (!path.is_empty()).then_some(path),
            ..Row::from_line(true, line).expect("a row")
        }
    }

    #[test]
    fn a_name_is_known_by_its_socket() {
        let sockets = Sockets::of(&[
            (1, 7, b"\0whole"),
            (2, 10, b"\0two\nlines"),
            (3, 10, b"/a\nb\0"),
            (4, 10, b"\0two"),
            (5, 10, b"/run/x\0"),
            (6, 1, b""),
        ]);
        for (inode, path, known) in [
            (1, &b"@whole"[..], Name::Ends),
            (2, b"@two", Name::GoesOn(b"\nlines")),
            (2, b"@tw", Name::Unknown),
            (3, b"/a", Name::GoesOn(b"\nb")),
            (4, b"@two", Name::Ends),
            (6, b"", Name::Ends),
            (6, b"@bound", Name::Unknown),
            (9, b"@whole", Name::Unknown),
            (1 << 32 | 1, b"@whole", Name::Unknown),
            // Waiting for the listener of a name.
            (0, b"/a", Name::GoesOn(b"\nb")),
            (0, b"/run/x", Name::Ends),
            (0, b"@two", Name::Unknown),
            (0, b"@whole", Name::Unknown),
        ] {
            let found = sockets.name_of(&row(inode, 0, path));
            assert_eq!(found, known, "{inode} {path:?}");
        }
    }

    #[test]
    fn a_row_is_confirmed_only_if_all_of_it_is_right() {
        let sockets = Sockets::of(&[(1, 10, b"/run/x\0"), (2, 7, b"")]);
        for (row, is_right) in [
            (row(1, FLAG_ACCEPTS, b"/run/x"), true),
            (row(1, 0, b"/run/x"), false),
            (row(1, FLAG_ACCEPTS, b"/run/y"), false),
            (row(2, 0, b""), true),
            (row(2, 0, b"/run/x"), false),
            (row(3, 0, b""), false),
            (
                Row {
                    kind: 2,
                    ..row(2, 0, b"")
                },
                false,
            ),
            (
                Row {
                    inode: None,
                    ..row(2, 0, b"")
                },
                false,
            ),
        ] {
            assert_eq!(sockets.confirm(&row), is_right, "{row:?}");
        }
    }

    #[test]
    fn the_running_kernel_lists_its_sockets_or_says_why_not() {
        let name = format!("rnetstat-diag-{}\nx", std::process::id());
        let address = SocketAddr::from_abstract_name(&name);
        let address = address.expect("an address");
        let _held = UnixListener::bind_addr(&address).expect("bound");
        // A sandbox may deny it.
        let mut sockets = Sockets::default();
        if sockets.ask().is_ok() {
            let shown = format!("@{name}").into_bytes();
            assert!(sockets.long.values().any(|it| **it == shown[..]));
        }
    }
}
