//! Which IP socket is at the other end of another: the one with the ends swapped.
//!
//! An IPv4-mapped address is the IPv4 address that it means, so that an IPv4 client finds its
//! dual-stack server. Where nothing says which of several sockets it is, it is none of them.

use crate::tables::diag::{LISTEN, SYN_RECV, TIME_WAIT};
use crate::tables::inet::{Protocol, Row};
use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

/// The other end of a socket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Peer {
    /// The inode of the socket there, or `None` if it has none.
    pub inode: Option<u64>,
    /// The inode of the socket whose owners are at the other end: that one, or the listener that has
    /// not accepted it yet. `None` if no process is.
    pub held_inode: Option<u64>,
}

impl Peer {
    /// Returns the peer that has this inode.
    pub fn of_inode(inode: u64) -> Peer {
        let inode = Some(inode).filter(|it| *it != 0);
        Peer {
            inode,
            held_inode: inode,
        }
    }

    /// Returns the peer that waits for this listener to accept it.
    pub fn of_listener(listener: Option<u64>) -> Peer {
        Peer {
            inode: None,
            held_inode: listener,
        }
    }
}

/// The number of a namespace among those of the index.
pub type Place = u32;

/// The TCP and UDP sockets of some namespaces, by their ends.
#[derive(Debug, Default)]
pub struct Index {
    /// Sorted by the hashes of their ends, of which each process has others: nobody can choose ends
    /// that are taken for others'.
    entries: Vec<Entry>,
    hashes: RandomState,
}

/// A socket: 16 bytes, for there may be hundreds of thousands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Entry {
    ends: u64,
    place: Place,
    holder: Holder,
}

/// Who has a socket: an inode, or one of two that no socket has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Holder(u32);

impl Holder {
    /// Nobody, any more.
    const NOBODY: Holder = Holder(0);
    /// Whoever has the listener will have it.
    const LISTENER: Holder = Holder(u32::MAX);
}

/// Two ends of which the foreign one is none, for sockets that wait for anybody.
fn nobody(local: IpAddr) -> SocketAddr {
    let ip = match local {
        IpAddr::V4(_) => Ipv4Addr::UNSPECIFIED.into(),
        IpAddr::V6(_) => Ipv6Addr::UNSPECIFIED.into(),
    };
    SocketAddr::new(ip, 0)
}

/// Returns an end, with an IPv4 address for one that is mapped.
fn canonical(end: SocketAddr) -> SocketAddr {
    SocketAddr::new(end.ip().to_canonical(), end.port())
}

impl Index {
    /// Adds a socket of the namespace `place`. [`Index::finish`] makes it known. One whose connection
    /// is over has no other end, nor is it one.
    pub fn add(&mut self, place: Place, row: &Row) {
        let is_over = row.protocol == Protocol::Tcp && row.state == TIME_WAIT;
        if is_over || row.protocol == Protocol::Raw {
            return;
        }
        // The kernel's inodes of sockets have 32 bits.
        let inode = row.inode.and_then(|inode| u32::try_from(inode).ok());
        let holder = match inode.map(Holder) {
            _ if waits(row) => Holder::LISTENER,
            Some(holder) if holder != Holder::LISTENER => holder,
            Some(_) | None => return,
        };
        let local = canonical(row.local);
        let foreign = match is_connected(row) {
            true => canonical(row.foreign),
            false if row.protocol == Protocol::Tcp && row.state != LISTEN => return,
            false => nobody(local.ip()),
        };
        let ends = self.hash(row.protocol, local, foreign);
        self.entries.push(Entry {
            ends,
            place,
            holder,
        });
    }

    /// Makes known what has been added.
    pub fn finish(&mut self) {
        self.entries.sort_unstable();
        // The kernel can list a socket twice.
        self.entries.dedup();
        self.entries.shrink_to_fit();
    }

    /// Returns the other end of a socket of the namespace `place`, or `None` if it has none, or none
    /// that is known for certain.
    pub fn peer(&self, place: Place, row: &Row) -> Option<Peer> {
        if !is_connected(row) || row.protocol == Protocol::Tcp && row.state == TIME_WAIT {
            return None;
        }
        let (local, foreign) = (canonical(row.local), canonical(row.foreign));
        let swapped = self.entries_of(row.protocol, foreign, local);
        let (found_in, holder) = match one_of(swapped, place) {
            Found::One(holder) => (place, holder),
            Found::Several => return None,
            Found::None => match self.server(row.protocol, place, local, foreign) {
                Some(server) => (place, server),
                None => self.elsewhere(row.protocol, place, local, foreign)?,
            },
        };
        Some(match holder {
            Holder::LISTENER => {
                let listener = self.listener(row.protocol, found_in, foreign);
                Peer::of_listener(listener.map(|it| it.0.into()))
            }
            Holder(inode) => Peer::of_inode(inode.into()),
        })
    }

    /// Returns the only socket with these ends swapped in all namespaces, if there is just one with
    /// these ends, too: private addresses can be those of several networks.
    fn elsewhere(
        &self,
        protocol: Protocol,
        place: Place,
        local: SocketAddr,
        foreign: SocketAddr,
    ) -> Option<(Place, Holder)> {
        if local.ip().is_loopback() || foreign.ip().is_loopback() {
            return None;
        }
        let swapped = self.entries_of(protocol, foreign, local);
        let there = swapped.first()?.place;
        let same = self.entries_of(protocol, local, foreign);
        let are_all_in = |entries: &[Entry], place| entries.iter().all(|it| it.place == place);
        if !are_all_in(swapped, there) || !are_all_in(same, place) {
            return None;
        }
        match one_of(swapped, there) {
            Found::One(holder) => Some((there, holder)),
            Found::None | Found::Several => None,
        }
    }

    /// Returns the socket of the same namespace that receives what is sent to `foreign` and is not
    /// connected itself, of a protocol that knows such. In another one, an address alone says too little.
    fn server(
        &self,
        protocol: Protocol,
        place: Place,
        local: SocketAddr,
        foreign: SocketAddr,
    ) -> Option<Holder> {
        if protocol == Protocol::Tcp || foreign.ip().is_multicast() {
            return None;
        }
        let exact = self.entries_of(protocol, foreign, nobody(foreign.ip()));
        match one_of(exact, place) {
            Found::One(holder) => Some(holder),
            Found::Several => None,
            // Who sends to an address of its own namespace does so from that address.
            Found::None if foreign.ip().is_loopback() || foreign.ip() == local.ip() => {
                self.anywhere(protocol, place, foreign)
            }
            Found::None => None,
        }
    }

    /// Returns the listener that `end` belongs to.
    fn listener(&self, protocol: Protocol, place: Place, end: SocketAddr) -> Option<Holder> {
        let exact = self.entries_of(protocol, end, nobody(end.ip()));
        match one_of(exact, place) {
            Found::One(holder) => Some(holder),
            Found::Several => None,
            Found::None => self.anywhere(protocol, place, end),
        }
    }

    /// Returns the socket that is bound to the port of `end` and any address: of its IP version, or
    /// for IPv4 of both versions.
    fn anywhere(&self, protocol: Protocol, place: Place, end: SocketAddr) -> Option<Holder> {
        let both = IpAddr::V6(Ipv6Addr::UNSPECIFIED);
        for any in [nobody(end.ip()).ip(), both] {
            let bound = SocketAddr::new(any, end.port());
            match one_of(self.entries_of(protocol, bound, nobody(any)), place) {
                Found::One(holder) => return Some(holder),
                Found::Several => return None,
                Found::None => {}
            }
        }
        None
    }

    /// Returns the sockets with these ends.
    fn entries_of(&self, protocol: Protocol, local: SocketAddr, foreign: SocketAddr) -> &[Entry] {
        let ends = self.hash(protocol, local, foreign);
        let start = self.entries.partition_point(|it| it.ends < ends);
        let rest = self.entries.get(start..).unwrap_or_default();
        let len = rest.iter().take_while(|it| it.ends == ends).count();
        rest.get(..len).unwrap_or_default()
    }

    fn hash(&self, protocol: Protocol, local: SocketAddr, foreign: SocketAddr) -> u64 {
        let key = |end: SocketAddr| (end.ip(), end.port());
        self.hashes.hash_one((protocol, key(local), key(foreign)))
    }
}

/// What was found among several sockets.
enum Found {
    /// No socket.
    None,
    /// One, or several that one has become.
    One(Holder),
    /// Several.
    Several,
}

/// Returns the one of `entries` in the namespace `place`. One that is held is preferred to what it was
/// before, when nobody held it.
fn one_of(entries: &[Entry], place: Place) -> Found {
    let mut found = Found::None;
    let here = entries.iter().filter(|it| it.place == place);
    for Entry { holder, .. } in here {
        let is_held = |holder: Holder| holder != Holder::NOBODY && holder != Holder::LISTENER;
        found = match found {
            Found::One(before) if is_held(before) && is_held(*holder) => return Found::Several,
            Found::One(before) if is_held(before) => Found::One(before),
            _ => Found::One(*holder),
        };
    }
    found
}

/// Returns whether a socket has another end.
fn is_connected(row: &Row) -> bool {
    match row.protocol {
        Protocol::Tcp => row.state != LISTEN && row.foreign.port() != 0,
        Protocol::Udp | Protocol::Udplite => !row.foreign.ip().is_unspecified(),
        Protocol::Raw => false,
    }
}

/// Returns whether a listener has not accepted a connection yet, however far that has come.
fn waits(row: &Row) -> bool {
    let is_request = row.protocol == Protocol::Tcp && row.state == SYN_RECV && row.inode == Some(0);
    is_request || row.waits_to_be_accepted()
}

#[cfg(test)]
mod tests;
