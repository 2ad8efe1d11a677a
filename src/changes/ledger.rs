//! The sockets of the previous listing, and how they differ from those of the current one.
//!
//! A socket is recognized by its inode. One without an inode, which no process holds (a connection
//! that is not accepted yet, or in TIME_WAIT), is recognized by its two ends, and so is one that
//! gains or loses its inode.

use crate::tables::Namespace;
use crate::tables::inet::Protocol;
use std::collections::{HashMap, HashSet};
use std::net::SocketAddr;
use std::time::{Duration, Instant};

/// The two ends of an IP socket, in its network namespace.
pub type Ends = (Namespace, Protocol, SocketAddr, SocketAddr);

/// What a socket is recognized by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Key {
    /// Its inode.
    Inode(u64),
    /// Its ends, if it has no inode.
    Ends(Ends),
}

/// A socket that can be watched.
pub trait Watched: Sized {
    /// Its row in a table.
    type Row<'a>;

    /// Returns what it is recognized by, or `None` if it can't be recognized.
    fn key(row: &Self::Row<'_>) -> Option<Key>;

    /// Returns its ends, if it has some.
    fn ends(row: &Self::Row<'_>) -> Option<Ends>;

    /// Copies a row.
    fn new(row: &Self::Row<'_>) -> Self;

    /// Returns the row that was copied.
    fn row(&self) -> Self::Row<'_>;

    /// Takes over what may change without being reported: queues, timers, ends.
    fn renew(&mut self, row: &Self::Row<'_>);

    /// Returns whether it has the same state as `row`.
    fn is_like(&self, row: &Self::Row<'_>) -> bool;

    /// Returns whether a listing can lack it though it exists. The kernel hands out a table in parts,
    /// and in some tables a socket that closes meanwhile moves others past the place where the next
    /// part begins.
    fn can_be_missed(&self) -> bool;

    /// Returns whether no process holds it yet: a connection before it is accepted.
    fn awaits_owner(&self) -> bool;

    /// Keeps what was known of it: the inode that it had, and its end.
    fn keep_of(&mut self, before: &Self);
}

/// A change of a socket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change<S> {
    /// The socket as it is now, or was last.
    pub socket: S,
    /// What happened to it.
    pub kind: Kind<S>,
}

/// A kind of change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind<S> {
    /// It is new.
    Opened,
    /// Its state changed; this is the socket before.
    Changed(S),
    /// A process holds it now: a connection that has been accepted.
    Accepted,
    /// It is gone.
    Closed {
        /// The time from the first listing that had it to the first that lacked it. It may have
        /// existed before the first listing of all. `None` if no listing had it.
        seen: Option<Duration>,
    },
}

/// The sockets of the previous listing, and what the current one has shown of them so far.
#[derive(Debug)]
pub struct Ledger<S> {
    entries: HashMap<Key, Entry<S>>,
    /// The former inodes of sockets that have none any more.
    kept_inodes: HashSet<u64>,
    /// The number of listings that have ended.
    listing: u64,
    /// Sockets of the current listing that the previous one lacks.
    new: Vec<(Key, S)>,
    changed: Vec<Change<S>>,
    /// Inodes that the previous listing lacks.
    new_inodes: Vec<u64>,
    /// Inodes that the last listing lacks, and the one before had.
    gone_inodes: HashSet<u64>,
}

#[derive(Debug)]
struct Entry<S> {
    socket: S,
    /// When it was first listed.
    since: Instant,
    /// The last listing that had it.
    listing: u64,
    /// When a listing lacked it, which may have missed it.
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
    /// Takes a row of the current listing.
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
            socket.keep_of(&entry.socket);
            let before = std::mem::replace(&mut entry.socket, socket);
            let socket = S::new(&entry.socket.row());
            let kind = Kind::Changed(before);
            self.changed.push(Change { socket, kind });
        }
    }

    /// Assumes that the sockets `among` those that the current listing could not read still exist.
    pub fn keep(&mut self, among: impl Fn(&S) -> bool) {
        for entry in self.entries.values_mut() {
            if among(&entry.socket) {
                entry.listing = self.listing;
            }
        }
    }

    /// Ends the current listing, which was made at `now`, and returns its changes: first sockets
    /// that closed, last those that opened. In the first listing all sockets are new, and none of
    /// them is a change.
    ///
    /// A socket that can be missed has closed if `is_held` says that no process holds its inode any
    /// more; otherwise if the next listing lacks it, too.
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
                    socket.keep_of(&before.socket);
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
                seen: Some(
                    entry
                        .missed
                        .unwrap_or(now)
                        .saturating_duration_since(entry.since),
                ),
            },
            socket: entry.socket,
        });
        closed.chain(changes).chain(opened).collect()
    }

    /// Returns the sockets that the last listing had, or may have missed.
    pub fn listed(&mut self) -> impl Iterator<Item = &mut S> {
        self.entries.values_mut().map(|entry| &mut entry.socket)
    }

    /// Returns whether a socket has or had this inode.
    pub fn has_inode(&self, inode: u64) -> bool {
        self.entries.contains_key(&Key::Inode(inode)) || self.kept_inodes.contains(&inode)
    }

    /// Returns the inodes that the last listing had, and the one before lacked.
    pub fn new_inodes(&self) -> &[u64] {
        &self.new_inodes
    }

    /// Returns the inodes that the last listing lacked, and the one before had.
    pub fn gone_inodes(&self) -> &HashSet<u64> {
        &self.gone_inodes
    }

    /// Removes and returns the sockets that `listing` lacked, by their ends.
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

/// Returns the inode that a socket has, or had.
fn inode_of<S: Watched>(socket: &S) -> Option<u64> {
    match S::key(&socket.row()) {
        Some(Key::Inode(inode)) => Some(inode),
        _ => None,
    }
}

/// Removes and returns the socket among those that are gone that `new` continues: with the same
/// ends, it has lost its inode or gained one.
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
