//! What a listing of sockets has shown, for one who is to act on it.

use super::sockets::open_inet;
use super::{Past, say_and_go_on};
use crate::host::Host;
use crate::owners::Owners;
use crate::request::{Filter, Sockets, TableKind};
use crate::tables::{ReadError, unix};
use std::collections::{BTreeMap, HashSet};

/// The sockets that a listing has shown, and who holds them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Shown {
    /// How many sockets.
    pub sockets: usize,
    /// The processes that were seen to hold them, by PID, ascending.
    pub holders: Vec<Holder>,
    /// How many sockets have an inode, so that somebody may hold them, and nobody was seen to. (One
    /// without an inode, such as one in TIME_WAIT, belongs to the kernel alone.)
    pub unseen: usize,
    /// How many are connections that their listeners have not accepted yet.
    pub unaccepted: usize,
    /// The inodes of all that have one.
    pub inodes: HashSet<u64>,
}

/// A process that holds sockets that were shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holder {
    /// Its PID.
    pub pid: i32,
    /// The program's name, printable.
    pub program: Vec<u8>,
    /// The inodes of those sockets, each once.
    pub inodes: HashSet<u64>,
    /// Whether the process itself fits the filter: one that shares a socket with such a one need
    /// not.
    pub fits: bool,
}

/// What a search notes of the sockets that it lets through.
#[derive(Debug, Default)]
pub struct Notes {
    sockets: usize,
    inodes: HashSet<u64>,
    /// How many are connections that wait to be accepted.
    pub unaccepted: usize,
}

impl Notes {
    /// Notes a socket.
    pub fn add(&mut self, inode: Option<u64>) {
        self.sockets += 1;
        // The kernel writes 0 where there is none.
        self.inodes.extend(inode.filter(|inode| *inode != 0));
    }

    /// Who of `owners` holds what was noted.
    pub fn look_up(&self, owners: &Owners, filter: &Filter) -> Shown {
        let mut shown = Shown {
            sockets: self.sockets,
            unaccepted: self.unaccepted,
            inodes: self.inodes.clone(),
            ..Shown::default()
        };
        let mut holders: BTreeMap<i32, Holder> = BTreeMap::new();
        for inode in &self.inodes {
            let mut is_seen = false;
            for (owner, _) in owners.all_of(*inode) {
                is_seen = true;
                let holder = holders.entry(owner.pid).or_insert_with(|| Holder {
                    pid: owner.pid,
                    program: owner.program.clone(),
                    inodes: HashSet::new(),
                    fits: filter.fits_owner(owner),
                });
                holder.inodes.insert(*inode);
            }
            shown.unseen += usize::from(!is_seen);
        }
        shown.holders = holders.into_values().collect();
        shown
    }
}

impl Past {
    /// For a listing that is to tell what it has shown.
    pub fn noting() -> Past {
        Past {
            shown: Some(Shown::default()),
            ..Past::default()
        }
    }
}

/// Those of `inodes` that the tables of `request` still have; none where a table can't be read to
/// its end, which is said.
pub fn still_there(request: &Sockets, host: &Host, inodes: &HashSet<u64>) -> Option<HashSet<u64>> {
    let mut found = HashSet::new();
    let mut note = |inode: Option<u64>| found.extend(inode.filter(|it| inodes.contains(it)));
    for table in &request.tables {
        // A table that can't be opened has not shown a socket either.
        match table.kind {
            TableKind::Inet(protocol, family) => {
                if let Ok(mut rows) = open_inet(&mut Vec::new(), request, host, protocol, family) {
                    each(|| Ok(rows.next_row()?.map(|row| note(row.inode))))?;
                }
            }
            TableKind::Unix => {
                if let Ok(mut rows) = unix::Table::open(host) {
                    each(|| Ok(rows.next_row()?.map(|row| note(row.inode))))?;
                }
            }
            TableKind::Sctp(..) | TableKind::Groups(_) | TableKind::Rare(_) => {}
        }
    }
    Some(found)
}

/// Calls `next` until there are no more rows; none where the table can't be read on.
fn each(mut next: impl FnMut() -> Result<Option<()>, ReadError>) -> Option<()> {
    loop {
        match next() {
            Ok(None) => return Some(()),
            Ok(Some(())) => {}
            Err(error) if say_and_go_on(&error).is_break() => return None,
            Err(_) => {}
        }
    }
}
