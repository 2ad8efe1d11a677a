//! The other ends of sockets: which socket is there, and whose it is.
//!
//! They are looked up before the walk, because a row may come before that of its other end, which may
//! not even be listed. The kernel knows the other end of a unix socket; that of an IP socket is the
//! one with the ends swapped, if it is in one of the listed namespaces ([`Index`]).

mod index;

use super::source::Source;
use super::{Joined, Needs};
use crate::owners::{Owner, Owners};
use crate::request::{Table, TableKind};
use crate::tables::diag::{Query, TIME_WAIT};
use crate::tables::inet::{self, Family, Protocol, Until};
use crate::tables::sockstat::Sockstat;
use crate::tables::unix::{self, InternalsList};
use crate::tables::{Namespace, Net, ReadAhead, Reader, Socket, SocketTable};
pub use index::Peer;
use index::{Index, Place};
use std::collections::HashMap;
use std::io::{self, ErrorKind};

const VERSIONS: [Family; 2] = [Family::V4, Family::V6];

/// What is looked up before a walk.
#[derive(Debug, Default)]
pub struct Lookups {
    /// The IP sockets, if their other ends are shown.
    index: Index,
    places: HashMap<Namespace, Place>,
    /// What the kernel tells of unix sockets.
    unix: InternalsList,
    /// Why it does not, of some namespaces.
    unknown: HashMap<Namespace, io::Error>,
    /// Why IP sockets may be missing.
    flaws: Vec<String>,
}

impl Lookups {
    /// Looks up what a sink needs of the namespaces `nets` to show `tables`.
    pub fn make(nets: &[Net], tables: &[Table], needs: Needs) -> Lookups {
        let mut lookups = Lookups::default();
        let has_unix = tables.iter().any(|table| table.kind == TableKind::Unix);
        let is_of = |protocol| {
            let mut kinds = tables.iter().map(|table| table.kind);
            kinds.any(|kind| matches!(kind, TableKind::Inet(it, _) if it == protocol))
        };
        let mut protocols = vec![Protocol::Tcp, Protocol::Udp, Protocol::Udplite];
        protocols.retain(|protocol| needs.peers && is_of(*protocol));
        for (place, net) in (0..).zip(nets) {
            if net.has_gone() {
                continue;
            }
            if needs.unix && has_unix {
                lookups.ask_unix(net);
            }
            if !protocols.is_empty() {
                lookups.places.insert(net.namespace(), place);
                let counts = (nets.len() > 1).then(|| Sockstat::read(net));
                for protocol in &protocols {
                    let families = VERSIONS.into_iter().filter(|family| {
                        let is_empty = |it: &Sockstat| it.is_empty(*protocol, *family);
                        !counts.as_ref().is_some_and(is_empty)
                    });
                    lookups.add(place, net, *protocol, families);
                }
            }
        }
        lookups.index.finish();
        lookups.unix.finish();
        lookups
    }

    fn ask_unix(&mut self, net: &Net) {
        if let Err(error) = self.unix.ask(net) {
            self.unknown.insert(net.namespace(), error);
        }
    }

    /// Adds the sockets of a protocol to the index; the kernel makes the tables side by side.
    fn add(
        &mut self,
        place: Place,
        net: &Net,
        protocol: Protocol,
        families: impl Iterator<Item = Family>,
    ) {
        let tables = families.map(|family| {
            let source = Source {
                protocol,
                family,
                until: Until::End,
                query: Some(Query {
                    states: !(1 << TIME_WAIT),
                    ..Query::new(protocol, family)
                }),
            };
            let mut table = source.open(net, ReadAhead::Near);
            match &mut table {
                Ok(SocketTable::Diag(table)) => table.start_aside(),
                Ok(SocketTable::Inet(table)) => table.start_aside(),
                _ => {}
            }
            (source, table)
        });
        for (source, table) in tables.collect::<Vec<_>>() {
            let table = table.and_then(|table| source.answered(net, table));
            let read = match table {
                Ok((mut table, _)) => self.read(place, &mut table),
                // A system may well lack IPv6.
                Err(error) if error.kind() == ErrorKind::NotFound || net.has_gone() => Ok(()),
                Err(error) => {
                    let path = net.path(inet::file_name(protocol, source.family));
                    Err(format!("{}: {error}", path.display()))
                }
            };
            if let Err(why) = read {
                self.flaws.push(why);
            }
        }
    }

    fn read(&mut self, place: Place, table: &mut SocketTable) -> Result<(), String> {
        loop {
            match table.next_row() {
                Ok(None) => return Ok(()),
                Ok(Some(socket)) => {
                    if let Some(row) = socket.inet() {
                        self.index.add(place, row);
                    }
                }
                // Its own listing tells of a bad line.
                Err(crate::tables::ReadError::Malformed { .. }) => {}
                Err(error) => return Err(error.to_string()),
            }
        }
    }

    /// Returns why nothing is known of the unix sockets of a namespace, or `None` if that is not so.
    pub fn unknown_unix(&self, net: &Net) -> Option<String> {
        let why = self.unknown.get(&net.namespace())?;
        Some(format!(
            "the peers and the internals of unix sockets are unknown: {why}"
        ))
    }

    /// Returns why IP sockets may lack their other ends.
    pub fn flaws(&self) -> &[String] {
        &self.flaws
    }
}

/// The other ends of sockets, and their owners.
#[derive(Debug, Clone, Copy)]
pub struct Peers<'a> {
    /// What has been looked up.
    pub lookups: &'a Lookups,
    /// The owners of all sockets, or `None` if no owner is shown.
    pub owners: Option<&'a Owners>,
}

impl<'a> Joined<'a> {
    /// Returns what the kernel tells of a unix socket, or `None` if it was not asked or does not know
    /// the socket.
    pub fn unix_internals(&self, socket: &Socket<'_>) -> Option<&'a unix::Internals> {
        let inode = socket.unix()?.inode?;
        self.peers?.lookups.unix.of(inode)
    }

    /// Returns the other end of a socket, or `None` if it has none or none that is known.
    pub fn peer(&self, socket: &Socket<'_>) -> Option<Peer> {
        let lookups = self.peers?.lookups;
        match socket {
            Socket::Inet(row, _) => {
                let place = lookups.places.get(&self.namespace)?;
                lookups.index.peer(*place, row)
            }
            Socket::Unix(row) => {
                let inode = row.inode?;
                match lookups.unix.of(inode)?.peer? {
                    0 => Some(Peer::of_listener(lookups.unix.awaited_listener(inode))),
                    peer => Some(Peer::of_inode(peer.into())),
                }
            }
            Socket::Sctp(_) | Socket::Rare(_) => None,
        }
    }

    /// Returns the owner at the other end of a socket with the lowest PID.
    pub fn peer_owner(&self, socket: &Socket<'_>) -> Option<&'a Owner> {
        let inode = self.peer(socket)?.held_inode?;
        self.peers?.owners?.of(inode)
    }

    /// Returns the owners at the other end of a socket, each once for every descriptor, with the
    /// descriptor's number.
    pub fn peer_owners(&self, socket: &Socket<'_>) -> impl Iterator<Item = (&'a Owner, u32)> {
        let owners = self.peers.and_then(|peers| peers.owners);
        let inode = owners.and_then(|_| self.peer(socket)?.held_inode);
        let found = owners.zip(inode);
        found
            .into_iter()
            .flat_map(|(owners, inode)| owners.all_of(inode))
    }

    /// Returns the name of the unix socket at the other end, as /proc/net/unix has it.
    pub fn peer_path(&self, socket: &Socket<'_>) -> Option<&'a [u8]> {
        socket.unix()?;
        let inode = self.peer(socket)?.held_inode?;
        self.peers?.lookups.unix.name_of(inode)
    }

    /// Returns whether a process may be at the other end, but none was seen, because not all processes
    /// could be searched.
    pub fn lacks_known_peer(&self, socket: &Socket<'_>) -> bool {
        let Some(owners) = self.peers.and_then(|peers| peers.owners) else {
            return false;
        };
        let inode = self.peer(socket).and_then(|peer| peer.held_inode);
        inode.is_some_and(|it| owners.of(it).is_none()) && !owners.are_all(self.host)
    }
}
