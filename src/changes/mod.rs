//! What has changed between two listings of sockets: which have opened, closed, or gone over to
//! another state.
//!
//! A socket is known again by its inode. One without, which is nobody's (not accepted yet, or in
//! TIME_WAIT), is known by its two ends, and so is one that gains or loses its inode.

mod sockets;

pub use sockets::UnixSocket;

use crate::tables::inet::Protocol;
use std::collections::{HashMap, HashSet};
use std::net::SocketAddr;
use std::time::{Duration, Instant};

/// The two ends of an IP socket.
pub type Ends = (Protocol, SocketAddr, SocketAddr);

/// By what a socket is known again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Key {
    /// Its inode.
    Inode(u64),
    /// Its ends, where it has no inode.
    Ends(Ends),
}

/// A socket that can be watched.
pub trait Watched: Sized {
    /// Its row in a table.
    type Row<'a>;

    /// By what it is known again; none if by nothing.
    fn key(row: &Self::Row<'_>) -> Option<Key>;

    /// Its ends, if it has some.
    fn ends(row: &Self::Row<'_>) -> Option<Ends>;

    /// A copy of the row.
    fn new(row: &Self::Row<'_>) -> Self;

    /// The row that was copied.
    fn row(&self) -> Self::Row<'_>;

    /// Takes over what can change without a word: queues, timers, ends.
    fn renew(&mut self, row: &Self::Row<'_>);

    /// Whether it has the same state as `row`.
    fn is_like(&self, row: &Self::Row<'_>) -> bool;

    /// Whether a listing can lack it though it is there. The kernel hands a table out in parts, and
    /// in some of them, what closes meanwhile moves others past the place where the next part
    /// begins.
    fn can_be_missed(&self) -> bool;

    /// Whether it is nobody's yet, and will be somebody's: a connection before it is accepted.
    fn awaits_owner(&self) -> bool;

    /// Remembers the inode that it had.
    fn keep_inode(&mut self, inode: Option<u64>);
}

/// What has happened to a socket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change<S> {
    /// The socket, as it is now or was last.
    pub socket: S,
    /// What has happened.
    pub kind: Kind<S>,
}

/// A kind of change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind<S> {
    /// It was not there.
    Opened,
    /// It has another state; it was like this before.
    Changed(S),
    /// It was nobody's, and now is somebody's: a connection that has been accepted.
    Accepted,
    /// It is no longer there.
    Closed {
        /// How long it was there, from the first listing that had it to the first that had not;
        /// it can have been there before the first listing of all.
        seen: Duration,
    },
}

/// What is told of a change, beside the socket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Occurrence<'a> {
    /// When the change was seen, as RFC 3339 has it.
    pub time: &'a str,
    /// What has happened: "opened", "changed", "closed".
    pub change: &'static str,
    /// How long a socket that has closed was there.
    pub seen: Option<Duration>,
    /// net-tools' name of the state before, of one that has changed.
    pub before: Option<&'static str>,
}

/// The sockets of the listing before, and what the one at hand shows of them.
#[derive(Debug)]
pub struct Ledger<S> {
    entries: HashMap<Key, Entry<S>>,
    /// Inodes that sockets had which have none any more.
    kept_inodes: HashSet<u64>,
    /// Counts listings.
    listing: u64,
    /// Sockets that the listing at hand has and the one before had not.
    new: Vec<(Key, S)>,
    changed: Vec<Change<S>>,
    /// Inodes that the listing before did not have.
    new_inodes: Vec<u64>,
    /// Inodes that the last listing does not have any more.
    gone_inodes: HashSet<u64>,
}

#[derive(Debug)]
struct Entry<S> {
    socket: S,
    /// When it was first listed.
    since: Instant,
    /// The last listing that had it.
    listing: u64,
    /// When it was not listed, but may have been missed.
    missed: Option<Instant>,
}

impl<S> Default for Ledger<S> {
    fn default() -> Self {
        Ledger {
            entries: HashMap::new(),
            kept_inodes: HashSet::new(),
            listing: 0,
            new: Vec::new(),
            changed: Vec::new(),
            new_inodes: Vec::new(),
            gone_inodes: HashSet::new(),
        }
    }
}

impl<S: Watched> Ledger<S> {
    /// Takes a row of the listing at hand.
    pub fn see(&mut self, row: &S::Row<'_>) {
        let Some(key) = S::key(row) else {
            return;
        };
        let Some(entry) = self.entries.get_mut(&key) else {
            self.new.push((key, S::new(row)));
            return;
        };
        entry.listing = self.listing;
        entry.missed = None;
        if entry.socket.is_like(row) {
            entry.socket.renew(row);
        } else {
            let mut socket = S::new(row);
            socket.keep_inode(inode_of(&entry.socket));
            let before = std::mem::replace(&mut entry.socket, socket);
            let socket = S::new(&entry.socket.row());
            let kind = Kind::Changed(before);
            self.changed.push(Change { socket, kind });
        }
    }

    /// Takes all sockets for still there that are `among` those of which the listing at hand could
    /// not tell.
    pub fn keep(&mut self, among: impl Fn(&S) -> bool) {
        for entry in self.entries.values_mut() {
            if among(&entry.socket) {
                entry.listing = self.listing;
            }
        }
    }

    /// Ends the listing at hand, which was made at `now`: what has changed in it, sockets that have
    /// closed first and those that have opened last. All are new in the first listing, and none of
    /// that is a change.
    ///
    /// A socket that can be missed has closed if `is_held` says that nobody has it any more, by its
    /// inode; else if the next listing does not have it either.
    pub fn end(
        &mut self,
        now: Instant,
        mut is_held: impl FnMut(u64) -> Option<bool>,
    ) -> Vec<Change<S>> {
        let listing = self.listing;
        self.listing += 1;
        self.new_inodes.clear();
        self.gone_inodes.clear();
        let mut changes = std::mem::take(&mut self.changed);
        let mut opened = Vec::new();
        let mut gone = self.take_unseen(listing, now, &mut is_held);
        for (key, mut socket) in std::mem::take(&mut self.new) {
            if self.entries.contains_key(&key) {
                // One that has moved within the table while it was read is in it twice.
                continue;
            }
            let mut since = now;
            match take_same(&mut gone, &socket) {
                Some(before) => {
                    since = before.since;
                    if matches!(key, Key::Inode(_)) {
                        changes.push(Change {
                            socket: S::new(&socket.row()),
                            kind: Kind::Accepted,
                        });
                    }
                    socket.keep_inode(inode_of(&before.socket));
                    if !before.socket.is_like(&socket.row()) {
                        changes.push(Change {
                            socket: S::new(&socket.row()),
                            kind: Kind::Changed(before.socket),
                        });
                    }
                }
                None if listing > 0 => opened.push(Change {
                    socket: S::new(&socket.row()),
                    kind: Kind::Opened,
                }),
                None => {}
            }
            if let Key::Inode(inode) = key {
                self.new_inodes.push(inode);
            } else {
                self.kept_inodes.extend(inode_of(&socket));
            }
            let entry = Entry {
                socket,
                since,
                listing,
                missed: None,
            };
            self.entries.insert(key, entry);
        }
        let mut closed: Vec<_> = gone.into_values().flatten().collect();
        closed.sort_by_key(|entry| S::key(&entry.socket.row()));
        let closed = closed.into_iter().map(|entry| Change {
            kind: Kind::Closed {
                seen: entry
                    .missed
                    .unwrap_or(now)
                    .saturating_duration_since(entry.since),
            },
            socket: entry.socket,
        });
        closed.chain(changes).chain(opened).collect()
    }

    /// Whether a socket with this inode is there, or one that had it.
    pub fn has_inode(&self, inode: u64) -> bool {
        self.entries.contains_key(&Key::Inode(inode)) || self.kept_inodes.contains(&inode)
    }

    /// The inodes that the last listing had, and the one before had not.
    pub fn new_inodes(&self) -> &[u64] {
        &self.new_inodes
    }

    /// The inodes that the listing before had, and the last one does not have any more.
    pub fn gone_inodes(&self) -> &HashSet<u64> {
        &self.gone_inodes
    }

    /// Takes those sockets out that `listing` did not have, by their ends.
    fn take_unseen(
        &mut self,
        listing: u64,
        now: Instant,
        is_held: &mut impl FnMut(u64) -> Option<bool>,
    ) -> HashMap<Option<Ends>, Vec<Entry<S>>> {
        let mut gone: HashMap<_, Vec<_>> = HashMap::new();
        let is_gone = |key: &Key, entry: &mut Entry<S>| {
            if entry.listing == listing {
                return false;
            }
            let was_there = entry.missed.is_none() && entry.socket.can_be_missed();
            match key {
                Key::Inode(inode) if was_there && is_held(*inode) != Some(false) => {
                    entry.missed = Some(now);
                    false
                }
                _ => true,
            }
        };
        for (key, entry) in self.entries.extract_if(is_gone) {
            match (key, inode_of(&entry.socket)) {
                (Key::Inode(inode), _) => drop(self.gone_inodes.insert(inode)),
                (Key::Ends(_), Some(inode)) => {
                    self.kept_inodes.remove(&inode);
                    self.gone_inodes.insert(inode);
                }
                (Key::Ends(_), None) => {}
            }
            let ends = S::ends(&entry.socket.row());
            gone.entry(ends).or_default().push(entry);
        }
        gone
    }
}

/// The inode that a socket has, or had.
fn inode_of<S: Watched>(socket: &S) -> Option<u64> {
    match S::key(&socket.row()) {
        Some(Key::Inode(inode)) => Some(inode),
        _ => None,
    }
}

/// Takes that one of the sockets that are gone which `new` is: with the same ends, it has lost its
/// inode or gained one.
fn take_same<S: Watched>(
    gone: &mut HashMap<Option<Ends>, Vec<Entry<S>>>,
    new: &S,
) -> Option<Entry<S>> {
    let ends = S::ends(&new.row())?;
    let alike = gone.get_mut(&Some(ends))?;
    let place = alike
        .iter()
        .position(|before| match (inode_of(&before.socket), inode_of(new)) {
            (_, None) => true,
            (None, Some(_)) => before.socket.awaits_owner(),
            (Some(_), Some(_)) => false,
        });
    place.map(|place| alike.swap_remove(place))
}

#[cfg(test)]
mod tests;
