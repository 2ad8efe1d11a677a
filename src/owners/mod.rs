//! Which process owns a socket: socket inode to process, by scanning /proc/*/fd.

pub mod facts;
mod held;
mod kept;
mod own;
mod scan;

pub use held::holds_any;
pub use kept::{KeptOwners, Listed};
pub use own::own_resolver_sockets;

use crate::host::Host;
use std::collections::HashMap;
use std::io;

/// A process that owns sockets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owner {
    /// Its PID in the namespace of the scanned /proc.
    pub pid: i32,
    /// The program's name, without what controls a terminal: the first word of its command line, of a path the last part.
    /// Empty if the command line is empty.
    pub program: Vec<u8>,
    /// The command line, likewise, with blanks between the arguments, up to 4,096 bytes. Empty
    /// unless all owners are searched for.
    pub command: Vec<u8>,
}

/// Which owners are searched for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Scope {
    /// Every process that holds a socket, with its descriptors, instead of the first one.
    pub all: bool,
    /// The processes that are searched, or `None` for all.
    pub pids: Option<Vec<i32>>,
}

/// How much of /proc could be searched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// All processes.
    Whole,
    /// Some processes; access to others was denied.
    Partial,
    /// No process that holds a socket; access to some was denied.
    None,
}

/// The owners of sockets that a scan of /proc has found.
#[derive(Debug)]
pub struct Owners {
    /// The index in `owners` of each socket's first owner, by inode.
    by_inode: HashMap<u64, u32>,
    owners: Vec<Owner>,
    /// All descriptors, sorted by inode, owner's PID and number. Empty unless all owners are
    /// searched for.
    descriptors: Vec<Descriptor>,
    /// Whether access to some processes was denied.
    denied: bool,
    failure: Option<io::Error>,
}

/// A descriptor that leads to a socket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Descriptor {
    inode: u64,
    /// The index of the process in `owners`.
    owner: u32,
    number: u32,
}

impl Owners {
    /// Scans the processes in `scope`. A process that ends meanwhile is passed over.
    pub fn scan(host: &Host, scope: &Scope) -> Owners {
        let scan::ScanResult {
            holders,
            denied,
            failure,
        } = scan::scan(host, scope, None);
        let sockets = holders.iter().map(|holder| holder.sockets.len()).sum();
        let mut by_inode = HashMap::with_capacity(sockets);
        let mut owners = Vec::with_capacity(holders.len());
        let mut descriptors = Vec::with_capacity(if scope.all { sockets } else { 0 });
        for (owner, holder) in (0..).zip(holders) {
            for (inode, number) in holder.sockets {
                by_inode.entry(inode).or_insert(owner);
                if scope.all {
                    descriptors.push(Descriptor {
                        inode,
                        owner,
                        number,
                    });
                }
            }
            owners.push(holder.owner);
        }
        descriptors.sort_unstable();
        Owners {
            by_inode,
            owners,
            descriptors,
            denied,
            failure,
        }
    }

    /// Returns the process that owns the socket `inode`: of several, the one with the lowest PID.
    pub fn of(&self, inode: u64) -> Option<&Owner> {
        let index = *self.by_inode.get(&inode)?;
        self.owners.get(index as usize)
    }

    /// Returns all processes that hold the socket `inode`, each once for every descriptor, with the
    /// descriptor's number; by ascending PID and number. Empty unless all owners were searched for.
    pub fn all_of(&self, inode: u64) -> impl Iterator<Item = (&Owner, u32)> {
        let start = self.descriptors.partition_point(|it| it.inode < inode);
        let descriptors = self.descriptors[start..].iter();
        descriptors
            .take_while(move |it| it.inode == inode)
            .filter_map(|it| Some((self.owners.get(it.owner as usize)?, it.number)))
    }

    /// Returns the error that may have hidden owners, other than a denied access or a process's end.
    pub fn failure(&self) -> Option<&io::Error> {
        self.failure.as_ref()
    }

    /// Returns how much of /proc could be searched.
    pub fn access(&self) -> Access {
        match (self.denied, self.by_inode.is_empty()) {
            (false, _) => Access::Whole,
            (true, false) => Access::Partial,
            (true, true) => Access::None,
        }
    }
}
