//! Owners that are kept from listing to listing: those of sockets that live on are not looked for
//! again.

use super::scan::{self, Known, Scanned};
use super::{Descriptor, Owner, Owners, Scope};
use crate::host::Host;
use std::collections::{HashMap, HashSet};
use std::time::{Duration, Instant};

/// How much of the time may be spent on sockets without an owner, in processes whose sockets have
/// changed, and in all: one part in so many. Those that nobody is seen to have, because they are the
/// kernel's or another user's, would be looked for for ever.
const SECOND_LOOKS_SHARE: u32 = 10;
const WHOLE_LOOKS_SHARE: u32 = 40;

/// How many descriptors more than after the last clearing are kept before the next one.
const MOST_STALE: usize = 1024;

/// How many owners more than after the last clearing are kept before the next one.
const MOST_IDLE: usize = 256;

/// The owners of sockets that are watched.
#[derive(Debug)]
pub struct KeptOwners {
    /// The processes that are looked at; none for all.
    pids: Option<Vec<i32>>,
    owners: Owners,
    /// What descriptors lead to, by PID and number: the inodes of sockets.
    seen: Known,
    /// Inodes that were first seen by the last search.
    young: HashSet<u64>,
    /// Inodes of sockets that are listed and have no owner.
    orphans: HashSet<u64>,
    /// By PID: the last owner's place among the owners.
    places: HashMap<i32, u32>,
    /// The processes whose sockets have changed since the last search.
    busy: HashSet<i32>,
    /// Processes that had ended when they were last looked for.
    ended: HashSet<i32>,
    /// How many descriptors and owners were left by the last clearing.
    cleared: (usize, usize),
    start: Instant,
    /// How long orphans were looked for in some processes, and in all.
    second_looks: Duration,
    whole_looks: Duration,
}

/// Which descriptors are looked at.
enum Descriptors {
    /// Those that are not known to lead to a socket.
    Unknown,
    All,
}

/// The sockets of a listing, as far as owners are concerned.
pub struct Listed<'a> {
    /// The inodes that it has and the one before had not.
    pub new: &'a [u64],
    /// Those that the one before had, and that it has not.
    pub gone: &'a HashSet<u64>,
    /// Whether it has an inode.
    pub has: &'a dyn Fn(u64) -> bool,
}

impl KeptOwners {
    /// Looks for all owners of sockets, or those that are among `pids`.
    pub fn scan(host: &Host, pids: Option<Vec<i32>>) -> KeptOwners {
        let scope = Scope { all: true, pids };
        let owners = Owners::scan(host, &scope);
        let mut seen = Known::new();
        for it in &owners.every {
            if let Some(owner) = owners.owners.get(it.owner as usize) {
                seen.entry(owner.pid)
                    .or_default()
                    .insert(it.number, it.inode);
            }
        }
        let places = (0..).zip(&owners.owners);
        let cleared = (owners.every.len(), owners.owners.len());
        KeptOwners {
            cleared,
            pids: scope.pids,
            seen,
            young: HashSet::new(),
            orphans: HashSet::new(),
            places: places.map(|(place, owner)| (owner.pid, place)).collect(),
            owners,
            busy: HashSet::new(),
            ended: HashSet::new(),
            start: Instant::now(),
            second_looks: Duration::ZERO,
            whole_looks: Duration::ZERO,
        }
    }

    /// What is known.
    pub fn owners(&self) -> &Owners {
        &self.owners
    }

    /// Whether a descriptor that has led to the socket `inode` still does; none if none is known.
    pub fn is_held(&self, host: &Host, inode: u64) -> Option<bool> {
        let mut descriptors = self.owners.all_of(inode).peekable();
        descriptors.peek()?;
        Some(descriptors.any(|(owner, number)| scan::leads_to(host, owner.pid, number, inode)))
    }

    /// Looks for the owners of sockets that the last listing was the first to have, and of those
    /// whose owners have all ended since.
    ///
    /// Only descriptors are looked at that were not there, led to no socket, or to one that has
    /// gone. But a descriptor can be given another socket while the one it had lives on elsewhere,
    /// or is one that nobody watches, or was still listed when its end of the table was read. So,
    /// if there are sockets without an owner left, all descriptors are looked at, those of processes
    /// whose sockets have changed first, unless too much time is spent like that.
    pub fn renew(&mut self, host: &Host, listed: &Listed<'_>) {
        self.let_go(listed);
        let pids = match &self.pids {
            Some(pids) => pids.clone(),
            // A folder that can't be read has been said to be so.
            None => scan::process_ids(host).unwrap_or_default(),
        };
        let has_lost = self.drop_dead(&pids, listed);
        let missing = listed.new.iter().copied();
        self.orphans
            .extend(missing.filter(|inode| self.owners.of(*inode).is_none()));
        let must_look = has_lost || !listed.new.is_empty();
        if !must_look && (self.orphans.is_empty() || !self.may_look(self.second_looks)) {
            return;
        }
        let all = Scope {
            all: true,
            pids: Some(pids),
        };
        let took = self.look(host, &all, Descriptors::Unknown);
        if !must_look {
            self.second_looks += took;
        }
        let busy = Scope {
            all: true,
            pids: Some(std::mem::take(&mut self.busy).into_iter().collect()),
        };
        if !self.orphans.is_empty() && self.may_look(self.second_looks) {
            let took = self.look(host, &busy, Descriptors::All);
            self.second_looks += took;
        }
        let whole_looks = self.whole_looks * (WHOLE_LOOKS_SHARE / SECOND_LOOKS_SHARE);
        if !self.orphans.is_empty() && self.may_look(whole_looks) {
            let took = self.look(host, &all, Descriptors::All);
            self.whole_looks += took;
        }
        self.busy.clear();
    }

    /// Looks at descriptors of the processes in `scope`; how long that took.
    fn look(&mut self, host: &Host, scope: &Scope, which: Descriptors) -> Duration {
        let start = Instant::now();
        let known = match which {
            Descriptors::Unknown => Some(&self.seen),
            Descriptors::All => None,
        };
        let found = scan::scan(host, scope, known);
        self.add(found);
        start.elapsed()
    }

    /// Whether there is time to look for orphans, after as much as was spent.
    fn may_look(&self, spent: Duration) -> bool {
        spent * SECOND_LOOKS_SHARE <= self.start.elapsed()
    }

    /// Takes notice that sockets have left their descriptors: those that are gone, and those that
    /// were there too short a time to be listed.
    fn let_go(&mut self, listed: &Listed<'_>) {
        let young = std::mem::take(&mut self.young);
        let missed = young.iter().filter(|inode| !(listed.has)(**inode));
        for inode in listed.gone.iter().chain(missed) {
            self.orphans.remove(inode);
            for (owner, number) in self.owners.all_of(*inode) {
                if let Some(seen) = self.seen.get_mut(&owner.pid)
                    && seen.get(&number) == Some(inode)
                {
                    seen.remove(&number);
                    self.busy.insert(owner.pid);
                }
            }
        }
    }

    /// Forgets processes that are not among `pids`. Sockets that live on are no longer theirs;
    /// whether there are such.
    ///
    /// A process that has just ended may have done so behind the listing: its sockets may have gone
    /// with it, and are to be told of as its own. So it is forgotten the second time.
    fn drop_dead(&mut self, pids: &[i32], listed: &Listed<'_>) -> bool {
        let alive: HashSet<_> = pids.iter().copied().collect();
        let gone = |pid: &i32| !alive.contains(pid);
        let ended: HashSet<_> = self.seen.keys().copied().filter(gone).collect();
        let before = std::mem::replace(&mut self.ended, ended);
        let dead: HashSet<_> = self.ended.intersection(&before).copied().collect();
        let mut left = HashSet::new();
        for pid in &dead {
            let seen = self.seen.remove(pid).unwrap_or_default();
            left.extend(seen.into_values().filter(|inode| (listed.has)(*inode)));
        }
        if left.is_empty() {
            return false;
        }
        let owners = &self.owners.owners;
        let is_dead = |owner: u32| {
            let owner = owners.get(owner as usize);
            owner.is_some_and(|it| dead.contains(&it.pid))
        };
        self.owners
            .every
            .retain(|it| !(left.contains(&it.inode) && is_dead(it.owner)));
        self.index();
        self.orphans.extend(
            left.iter()
                .filter(|inode| self.owners.of(**inode).is_none()),
        );
        true
    }

    /// Finds the first owner of each socket.
    fn index(&mut self) {
        let Owners {
            by_inode, every, ..
        } = &mut self.owners;
        by_inode.clear();
        for it in every.iter() {
            by_inode.entry(it.inode).or_insert(it.owner);
        }
    }

    /// Forgets sockets of which the last listing was the end, as `gone` has them, unless they are
    /// still needed, as `is_needed` tells of an inode; and from time to time all that are like that.
    pub fn forget(&mut self, gone: &HashSet<u64>, is_needed: impl Fn(u64) -> bool) {
        let Owners { owners, every, .. } = &mut self.owners;
        let is_due =
            every.len() > self.cleared.0 + MOST_STALE || owners.len() > self.cleared.1 + MOST_IDLE;
        let seen = &self.seen;
        every.retain(|it| {
            if !is_due && !gone.contains(&it.inode) {
                return true;
            }
            let pid = owners.get(it.owner as usize).map_or(0, |it| it.pid);
            let leads_to = seen.get(&pid).and_then(|seen| seen.get(&it.number));
            leads_to == Some(&it.inode) || is_needed(it.inode)
        });
        if !is_due {
            for inode in gone {
                if !is_needed(*inode) {
                    self.owners.by_inode.remove(inode);
                }
            }
            return;
        }
        let used: HashSet<u32> = every.iter().map(|it| it.owner).collect();
        let mut moved = HashMap::with_capacity(used.len());
        let mut left = Vec::with_capacity(used.len());
        for (place, owner) in (0..).zip(owners.drain(..)) {
            if used.contains(&place) {
                moved.insert(place, left.len() as u32);
                left.push(owner);
            }
        }
        *owners = left;
        every.retain_mut(|it| match moved.get(&it.owner) {
            Some(place) => {
                it.owner = *place;
                true
            }
            None => false,
        });
        self.cleared = (every.len(), owners.len());
        let places = (0..).zip(owners.iter());
        self.places = places.map(|(place, owner)| (owner.pid, place)).collect();
        self.index();
    }

    fn add(&mut self, found: Scanned) {
        self.owners.denied |= found.denied;
        let failure = self.owners.failure.take();
        self.owners.failure = failure.or(found.failure);
        let mut added = Vec::new();
        for holder in found.holders {
            let pid = holder.owner.pid;
            let owners = &mut self.owners.owners;
            // Behind the others, if the process is new or runs a new program.
            let known = self.places.get(&pid).copied();
            let is_same = |place: &u32| owners.get(*place as usize) == Some(&holder.owner);
            let place = known.filter(is_same).unwrap_or_else(|| {
                owners.push(holder.owner);
                owners.len() as u32 - 1
            });
            self.places.insert(pid, place);
            for (inode, number) in holder.sockets {
                let seen = self.seen.entry(pid).or_default();
                if seen.insert(number, inode) == Some(inode) {
                    continue;
                }
                self.busy.insert(pid);
                self.orphans.remove(&inode);
                let is_same = |(owner, it): (&Owner, u32)| owner.pid == pid && it == number;
                if !self.owners.all_of(inode).any(is_same) {
                    self.young.insert(inode);
                    added.push(Descriptor {
                        inode,
                        owner: place,
                        number,
                    });
                }
            }
        }
        if added.is_empty() {
            return;
        }
        let Owners { owners, every, .. } = &mut self.owners;
        let pid = |place: u32| owners.get(place as usize).map(|it| it.pid);
        let inodes: Vec<_> = added.iter().map(|it| it.inode).collect();
        every.extend(added);
        // Nearly sorted already, which this sort makes use of.
        every.sort_by_key(|it| (it.inode, pid(it.owner), it.number));
        for inode in inodes {
            let first = self.owners.all_of(inode).next().map(|(owner, _)| owner.pid);
            let place = first.and_then(|pid| self.places.get(&pid));
            if let Some(place) = place {
                self.owners.by_inode.insert(inode, *place);
            }
        }
    }
}

#[cfg(test)]
mod tests;
