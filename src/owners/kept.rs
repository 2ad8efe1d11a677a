//! Owners that are kept from listing to listing, so that those of sockets that stay open are not
//! searched for again.

use super::scan::{self, ScanResult, SocketDescriptors, Tables};
use super::{Descriptor, Owner, Owners, Scope};
use crate::host::Host;
use std::collections::{HashMap, HashSet};
use std::time::{Duration, Instant};

/// The search for owners of unowned sockets may take one part in this many of the elapsed time. It
/// has to be limited because some sockets, of the kernel or of other users, never show an owner.
const SEARCH_SHARE: u32 = 10;

/// The same for those searches that read all descriptors of all processes.
const FULL_SEARCH_SHARE: u32 = 40;

/// The number of descriptors that are added before those that are no longer needed are removed.
const MAX_NEW_DESCRIPTORS: usize = 1024;

/// The number of owners that are added before those that are no longer needed are removed.
const MAX_NEW_OWNERS: usize = 256;

/// The owners of sockets that are watched.
#[derive(Debug)]
pub struct KeptOwners {
    /// The owners that are searched for; always all of a socket.
    scope: Scope,
    owners: Owners,
    /// The descriptors that lead to sockets, as last seen, by thread.
    descriptors: SocketDescriptors,
    /// The sockets that the last search was the first to see.
    new_inodes: HashSet<u64>,
    /// The sockets that are listed and have no owner.
    unowned: HashSet<u64>,
    /// The index in `owners` of the newest entry of each thread with descriptors of its own, which
    /// most often is a process's main thread.
    index_by_thread: HashMap<i32, u32>,
    /// The processes whose sockets have changed since the last search.
    changed_pids: HashSet<i32>,
    /// The processes that were gone at the last search.
    ended: HashSet<i32>,
    /// How many descriptors and owners the last removal left.
    left_by_removal: (usize, usize),
    start: Instant,
    /// The time spent searching for owners of unowned sockets.
    search_time: Duration,
    /// The time spent on those searches that read all descriptors of all processes.
    full_search_time: Duration,
}

/// The descriptors that a search reads.
enum Which {
    /// Those that are not known to lead to a socket.
    Unknown,
    /// All, of threads too.
    All,
}

/// The inodes of a listing, compared with the listing before.
pub struct Listed<'a> {
    /// The inodes that only this listing has.
    pub new: &'a [u64],
    /// The inodes that only the listing before has.
    pub gone: &'a HashSet<u64>,
    /// Returns whether this listing has an inode.
    pub has: &'a dyn Fn(u64) -> bool,
}

impl KeptOwners {
    /// Finds all owners of sockets in `scope`.
    pub fn scan(host: &Host, scope: Scope) -> KeptOwners {
        let scope = Scope { all: true, ..scope };
        let found = scan::scan(host, &scope, Tables::OfProcesses(None));
        let owners = Owners::of_processes(found, &scope);
        let mut descriptors = SocketDescriptors::new();
        for it in &owners.descriptors {
            if let Some(owner) = owners.owners.get(it.owner as usize) {
                descriptors
                    .entry(owner.thread)
                    .or_default()
                    .insert(it.number, it.inode);
            }
        }
        KeptOwners {
            left_by_removal: (owners.descriptors.len(), owners.owners.len()),
            scope,
            descriptors,
            new_inodes: HashSet::new(),
            unowned: HashSet::new(),
            index_by_thread: index_by_thread(&owners.owners),
            owners,
            changed_pids: HashSet::new(),
            ended: HashSet::new(),
            start: Instant::now(),
            search_time: Duration::ZERO,
            full_search_time: Duration::ZERO,
        }
    }

    /// Returns the owners that are known.
    pub fn owners(&self) -> &Owners {
        &self.owners
    }

    /// Returns whether a descriptor that led to the socket `inode` still does, or `None` if no
    /// such descriptor is known.
    pub fn is_held(&self, host: &Host, inode: u64) -> Option<bool> {
        let mut descriptors = self.owners.all_of(inode).peekable();
        descriptors.peek()?;
        Some(descriptors.any(|(owner, number)| scan::leads_to(host, owner, number, inode)))
    }

    /// Finds the owners of sockets that are new in the listing, and of those whose owners have all
    /// ended since.
    ///
    /// The first search reads only descriptors that are new, or did not lead to a socket, or led to
    /// one that is gone. It misses a descriptor that leads to another socket now while its former
    /// socket is still open elsewhere, or is not among those that are listed, or was closed just
    /// after its row was read. So if there are still unowned sockets, all descriptors are read:
    /// first those of processes whose sockets have changed, then those of all processes, unless
    /// these searches have taken too much time already.
    pub fn renew(&mut self, host: &Host, listed: &Listed<'_>) {
        self.forget_closed(listed);
        let pids = match &self.scope.pids {
            Some(pids) => pids.clone(),
            None => scan::process_ids(host),
        };
        let lost_owners = self.forget_ended(&pids, listed);
        let new = listed.new.iter().copied();
        self.unowned
            .extend(new.filter(|inode| self.owners.of(*inode).is_none()));
        let must_search = lost_owners || !listed.new.is_empty();
        if !must_search && (self.unowned.is_empty() || !self.has_time(self.search_time)) {
            return;
        }
        let among = |pids| Scope {
            pids: Some(pids),
            ..self.scope.clone()
        };
        let all = among(pids);
        let took = self.search(host, &all, Which::Unknown);
        if !must_search {
            self.search_time += took;
        }
        let changed = Scope {
            pids: Some(std::mem::take(&mut self.changed_pids).into_iter().collect()),
            ..self.scope.clone()
        };
        if !self.unowned.is_empty() && self.has_time(self.search_time) {
            let took = self.search(host, &changed, Which::All);
            self.search_time += took;
        }
        let full_search_time = self.full_search_time * (FULL_SEARCH_SHARE / SEARCH_SHARE);
        if !self.unowned.is_empty() && self.has_time(full_search_time) {
            let took = self.search(host, &all, Which::All);
            self.full_search_time += took;
        }
        self.changed_pids.clear();
    }

    /// Reads descriptors of the processes in `scope`, and returns how long that took.
    fn search(&mut self, host: &Host, scope: &Scope, which: Which) -> Duration {
        let start = Instant::now();
        let tables: &[Tables<'_>] = match which {
            Which::Unknown => &[Tables::OfProcesses(Some(&self.descriptors))],
            Which::All => &[Tables::OfProcesses(None), Tables::OfThreads],
        };
        let found: Vec<_> = tables
            .iter()
            .map(|tables| scan::scan(host, scope, *tables))
            .collect();
        for found in found {
            self.add(found);
        }
        start.elapsed()
    }

    /// Returns whether unowned sockets may be searched for, if that has taken `spent` so far.
    fn has_time(&self, spent: Duration) -> bool {
        spent * SEARCH_SHARE <= self.start.elapsed()
    }

    /// Forgets the descriptors of sockets that were closed: those that are gone from the listing,
    /// and those that were too short-lived to be listed at all.
    fn forget_closed(&mut self, listed: &Listed<'_>) {
        let new_inodes = std::mem::take(&mut self.new_inodes);
        let unlisted = new_inodes.iter().filter(|inode| !(listed.has)(**inode));
        for inode in listed.gone.iter().chain(unlisted) {
            self.unowned.remove(inode);
            for (owner, number) in self.owners.all_of(*inode) {
                if let Some(descriptors) = self.descriptors.get_mut(&owner.thread)
                    && descriptors.get(&number) == Some(inode)
                {
                    descriptors.remove(&number);
                    self.changed_pids.insert(owner.pid);
                }
            }
        }
    }

    /// Forgets processes that are not among `pids`. Returns whether they owned sockets that are still
    /// open.
    ///
    /// A process is forgotten only at the second search without it. At the first, it may have ended
    /// after the listing was read, and taken sockets with it that are yet to be reported as its own.
    fn forget_ended(&mut self, pids: &[i32], listed: &Listed<'_>) -> bool {
        let alive: HashSet<_> = pids.iter().copied().collect();
        // A thread counts as gone with its process: its sockets are closed with the last thread.
        let pid_of = |thread: &i32| {
            let index = self.index_by_thread.get(thread);
            index.and_then(|index| Some(self.owners.owners.get(*index as usize)?.pid))
        };
        let is_gone = |thread: &i32| pid_of(thread).is_none_or(|pid| !alive.contains(&pid));
        let ended: HashSet<_> = self.descriptors.keys().copied().filter(is_gone).collect();
        let ended_before = std::mem::replace(&mut self.ended, ended);
        let forgotten: HashSet<_> = self.ended.intersection(&ended_before).copied().collect();
        let mut still_open = HashSet::new();
        for thread in &forgotten {
            let descriptors = self.descriptors.remove(thread).unwrap_or_default();
            still_open.extend(
                descriptors
                    .into_values()
                    .filter(|inode| (listed.has)(*inode)),
            );
        }
        if still_open.is_empty() {
            return false;
        }
        let owners = &self.owners.owners;
        let is_forgotten = |owner: u32| {
            let owner = owners.get(owner as usize);
            owner.is_some_and(|it| forgotten.contains(&it.thread))
        };
        self.owners
            .descriptors
            .retain(|it| !(still_open.contains(&it.inode) && is_forgotten(it.owner)));
        self.index_first_owners();
        self.unowned.extend(
            still_open
                .iter()
                .filter(|inode| self.owners.of(**inode).is_none()),
        );
        true
    }

    /// Rebuilds the index of each socket's first owner.
    fn index_first_owners(&mut self) {
        let Owners {
            by_inode,
            descriptors,
            ..
        } = &mut self.owners;
        by_inode.clear();
        for it in descriptors.iter() {
            by_inode.entry(it.inode).or_insert(it.owner);
        }
    }

    /// Forgets the owners of sockets that are `gone` from the listing, except for inodes that
    /// `is_needed` returns `true` for. From time to time, forgets all owners that no descriptor and
    /// no needed inode refers to.
    pub fn forget(&mut self, gone: &HashSet<u64>, is_needed: impl Fn(u64) -> bool) {
        let Owners {
            owners,
            descriptors,
            ..
        } = &mut self.owners;
        let is_due = descriptors.len() > self.left_by_removal.0 + MAX_NEW_DESCRIPTORS
            || owners.len() > self.left_by_removal.1 + MAX_NEW_OWNERS;
        let known = &self.descriptors;
        descriptors.retain(|it| {
            if !is_due && !gone.contains(&it.inode) {
                return true;
            }
            let thread = owners.get(it.owner as usize).map_or(0, |it| it.thread);
            let target = known.get(&thread).and_then(|known| known.get(&it.number));
            target == Some(&it.inode) || is_needed(it.inode)
        });
        if !is_due {
            for inode in gone {
                if !is_needed(*inode) {
                    self.owners.by_inode.remove(inode);
                }
            }
            return;
        }
        let used: HashSet<u32> = descriptors.iter().map(|it| it.owner).collect();
        let mut new_indexes = HashMap::with_capacity(used.len());
        let mut kept = Vec::with_capacity(used.len());
        for (index, owner) in (0..).zip(owners.drain(..)) {
            if used.contains(&index) {
                new_indexes.insert(index, kept.len() as u32);
                kept.push(owner);
            }
        }
        *owners = kept;
        descriptors.retain_mut(|it| match new_indexes.get(&it.owner) {
            Some(index) => {
                it.owner = *index;
                true
            }
            None => false,
        });
        self.left_by_removal = (descriptors.len(), owners.len());
        self.index_by_thread = index_by_thread(owners);
        self.index_first_owners();
    }

    /// Adds the result of a scan.
    fn add(&mut self, found: ScanResult) {
        self.owners.unread.update(found.unread);
        let mut added = Vec::new();
        for holder in found.holders {
            let (pid, thread) = (holder.owner.pid, holder.owner.thread);
            let owners = &mut self.owners.owners;
            // An owner is added if the process is new or runs a new program.
            let known = self.index_by_thread.get(&thread).copied();
            let is_same = |index: &u32| owners.get(*index as usize) == Some(&holder.owner);
            let index = known.filter(is_same).unwrap_or_else(|| {
                owners.push(holder.owner);
                owners.len() as u32 - 1
            });
            self.index_by_thread.insert(thread, index);
            for (inode, number) in holder.sockets {
                let descriptors = self.descriptors.entry(thread).or_default();
                if descriptors.insert(number, inode) == Some(inode) {
                    continue;
                }
                self.changed_pids.insert(pid);
                self.unowned.remove(&inode);
                let is_same = |(owner, it): (&Owner, u32)| owner.thread == thread && it == number;
                if !self.owners.all_of(inode).any(is_same) {
                    self.new_inodes.insert(inode);
                    added.push(Descriptor {
                        inode,
                        owner: index,
                        number,
                    });
                }
            }
        }
        if added.is_empty() {
            return;
        }
        let Owners {
            owners,
            descriptors,
            ..
        } = &mut self.owners;
        let pid = |index: u32| owners.get(index as usize).map(|it| (it.pid, it.thread));
        let inodes: Vec<_> = added.iter().map(|it| it.inode).collect();
        descriptors.extend(added);
        // A stable sort, because it is fast where most is in order already.
        descriptors.sort_by_key(|it| (it.inode, pid(it.owner), it.number));
        for inode in inodes {
            let first = self.owners.all_of(inode).next();
            let index = first.and_then(|(owner, _)| self.index_by_thread.get(&owner.thread));
            if let Some(index) = index {
                self.owners.by_inode.insert(inode, *index);
            }
        }
    }
}

/// Returns the index of the last owner with each thread.
fn index_by_thread(owners: &[Owner]) -> HashMap<i32, u32> {
    let indexes = (0..).zip(owners);
    indexes
        .map(|(index, owner)| (owner.thread, index))
        .collect()
}

#[cfg(test)]
mod tests;
