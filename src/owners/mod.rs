//! Which process owns a socket: socket inode to process, by scanning /proc/*/fd.

mod contexts;
mod scan;

pub use contexts::Contexts;

use crate::host::Host;
use std::collections::HashMap;
use std::io;

/// A process that owns sockets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owner {
    /// Its PID in the namespace of the scanned /proc.
    pub pid: i32,
    /// The program's name, printable: the first word of its command line, and of a path only the
    /// last part. Empty where the command line is empty.
    pub program: Vec<u8>,
}

/// How much of /proc could be seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// All processes.
    Whole,
    /// Some processes; those of other users were closed to us.
    Partial,
    /// No process that has a socket; some were closed to us.
    None,
}

/// The owners of all sockets that a scan of /proc has found.
#[derive(Debug)]
pub struct Owners {
    /// For each socket inode, the place of its first owner in `owners`.
    by_inode: HashMap<u64, u32>,
    owners: Vec<Owner>,
    denied: bool,
    failure: Option<io::Error>,
}

impl Owners {
    /// Scans all processes. One that ends meanwhile is passed over.
    pub fn scan(host: &Host) -> Owners {
        let scan::Scanned {
            holders,
            denied,
            failure,
        } = scan::scan(host);
        let sockets = holders.iter().map(|holder| holder.inodes.len()).sum();
        let mut by_inode = HashMap::with_capacity(sockets);
        let mut owners = Vec::with_capacity(holders.len());
        for (place, holder) in (0..).zip(holders) {
            for inode in holder.inodes {
                by_inode.entry(inode).or_insert(place);
            }
            owners.push(holder.owner);
        }
        Owners {
            by_inode,
            owners,
            denied,
            failure,
        }
    }

    /// The process that owns the socket `inode`: where several do, that of the lowest PID.
    pub fn of(&self, inode: u64) -> Option<&Owner> {
        let place = *self.by_inode.get(&inode)?;
        self.owners.get(place as usize)
    }

    /// The PIDs of all owners.
    pub fn pids(&self) -> impl Iterator<Item = i32> {
        self.owners.iter().map(|owner| owner.pid)
    }

    /// Why owners may be missing, if it is neither a right that we lack nor a process's end.
    pub fn failure(&self) -> Option<&io::Error> {
        self.failure.as_ref()
    }

    /// How much the scan could see.
    pub fn access(&self) -> Access {
        match (self.denied, self.by_inode.is_empty()) {
            (false, _) => Access::Whole,
            (true, false) => Access::Partial,
            (true, true) => Access::None,
        }
    }
}
