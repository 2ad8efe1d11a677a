//! What a listing has shown, for the signals that follow it.

use super::{Collect, Place, Scene};
use crate::listing::sockets::{SocketRows, SocketSink, walk};
use crate::listing::{Joined, Outcome, Sink, Sources, Warnings};
use crate::names::Names;
use crate::request::{Columns, Filter, IfMissing, Resolve, Sides, Sockets, Table, TableKind};
use crate::tables::{Net, Socket};
use std::collections::{BTreeMap, HashSet};
use std::io;

/// The sockets that a listing has shown, and the processes that hold them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Shown {
    /// The number of sockets.
    pub sockets: usize,
    /// The processes that hold them, as far as they were seen, by ascending PID.
    pub holders: Vec<Holder>,
    /// The number of sockets with an inode whose holder was not seen. (One without an inode, such as
    /// one in TIME_WAIT, belongs to the kernel alone.)
    pub unseen: usize,
    /// The number of connections that their listeners have not accepted yet.
    pub unaccepted: usize,
    /// Whether one is a TCP, UDP or raw socket: the kernel closes no others for somebody else.
    pub has_inet: bool,
    /// The inodes of the sockets that have one.
    pub inodes: HashSet<u64>,
}

/// A process that holds sockets that were shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holder {
    /// Its PID.
    pub pid: i32,
    /// Its name, as [`Owner::name`](crate::owners::Owner::name) has it.
    pub name: Vec<u8>,
    /// The inodes of those sockets, each once.
    pub inodes: HashSet<u64>,
    /// Whether the process itself fits the filter: one that shares a socket with it need not.
    pub fits: bool,
}

/// Collects the sockets of a walk and, at its end, their holders.
#[derive(Default)]
pub struct Collector {
    /// The owners of each socket that fit the filter, by inode and PID: one that shares a socket with
    /// them need not.
    fitting: HashSet<(u64, i32)>,
    /// What has been collected.
    pub shown: Shown,
    /// The network namespaces that were listed.
    pub nets: Vec<Net>,
}

impl SocketSink for Collector {}

impl Collect for Collector {
    fn is_empty(&self) -> bool {
        self.shown.sockets == 0
    }
}

impl Sink<SocketRows> for Collector {
    fn namespace(&mut self, net: &Net) -> io::Result<()> {
        self.nets.push(net.clone());
        Ok(())
    }

    fn row(&mut self, socket: &Socket<'_>, joined: &mut Joined<'_>) -> io::Result<()> {
        self.shown.sockets += 1;
        if let (Some(owners), Some(inode)) = (joined.owners, socket.held_inode()) {
            for (owner, _) in owners.all_of(inode) {
                if joined.fits_with(socket, owner) {
                    self.fitting.insert((inode, owner.pid));
                }
            }
        }
        self.shown.inodes.extend(socket.held_inode());
        self.shown.has_inet |= socket.inet().is_some();
        let waits = socket.inet().is_some_and(|row| row.waits_to_be_accepted());
        self.shown.unaccepted += usize::from(waits);
        Ok(())
    }

    fn end(&mut self, joined: &mut Joined<'_>) -> io::Result<()> {
        let Some(owners) = joined.owners else {
            return Ok(());
        };
        let mut holders: BTreeMap<i32, Holder> = BTreeMap::new();
        for inode in &self.shown.inodes {
            let mut is_seen = false;
            for (owner, _) in owners.all_of(*inode) {
                is_seen = true;
                let holder = holders.entry(owner.pid).or_insert_with(|| Holder {
                    pid: owner.pid,
                    name: owner.name().into_owned(),
                    inodes: HashSet::new(),
                    fits: false,
                });
                holder.fits |= self.fitting.contains(&(*inode, owner.pid));
                holder.inodes.insert(*inode);
            }
            self.shown.unseen += usize::from(!is_seen);
        }
        self.shown.holders = holders.into_values().collect();
        Ok(())
    }
}

/// Collects those of some inodes that sockets still have.
struct Remaining<'a> {
    wanted: &'a HashSet<u64>,
    found: HashSet<u64>,
}

impl SocketSink for Remaining<'_> {}

impl Sink<SocketRows> for Remaining<'_> {
    fn row(&mut self, socket: &Socket<'_>, _: &mut Joined<'_>) -> io::Result<()> {
        let inode = socket.held_inode();
        self.found
            .extend(inode.filter(|it| self.wanted.contains(it)));
        Ok(())
    }
}

/// Returns those of `inodes` that the tables still have, or `None` if a table can't be read to its end,
/// which is reported.
pub fn still_there(place: Place<'_>, inodes: &HashSet<u64>) -> Option<HashSet<u64>> {
    let mut sink = Remaining {
        wanted: inodes,
        found: HashSet::new(),
    };
    look_again(place, &mut sink).then_some(sink.found)
}

/// Hands all sockets of the tables that were shown to `sink`, whether they fit or not. Returns whether
/// the tables could be read to their ends; if not, that is reported.
pub fn look_again(place: Place<'_>, sink: &mut dyn SocketSink) -> bool {
    let Scene { host, sockets, .. } = place.scene;
    let kinds = sockets.tables.iter().map(|table| table.kind);
    let kinds = kinds.filter(|kind| matches!(kind, TableKind::Inet(..) | TableKind::Unix));
    let request = Sockets {
        // A table that can't be opened has not shown a socket either.
        tables: kinds
            .map(|kind| Table {
                kind,
                missing: IfMissing::Ignored,
            })
            .collect(),
        sides: Sides::All,
        filter: Filter::default(),
        columns: Columns::default(),
        all_owners: false,
        ..sockets.clone()
    };
    let mut warnings = Warnings::default();
    let mut names = Names::new(host, Resolve::NUMBERS);
    let sources = Sources::new(host, place.nets, &mut names, &mut warnings);
    let outcome = walk(&request, sources, sink);
    matches!(outcome, Ok(Outcome::Done))
}
