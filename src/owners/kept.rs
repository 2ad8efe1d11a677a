//! Owners that are kept from listing to listing: those of sockets that live on are not looked for
//! again.

use super::scan::{self, Scanned};
use super::{Descriptor, Owners, Scope};
use crate::host::Host;
use std::collections::{HashMap, HashSet};
use std::time::{Duration, Instant};

/// How much of the time may be spent on looking at descriptors again that are known: one part in so
/// many. Sockets that nobody is seen to have, because they are the kernel's or another user's, ask
/// for that each time.
const SECOND_LOOKS_SHARE: u32 = 10;

/// How many owners without a socket are kept before they are cleared away.
const MOST_IDLE: usize = 256;

/// The owners of sockets that are watched.
#[derive(Debug)]
pub struct KeptOwners {
    scope: Scope,
    owners: Owners,
    /// What descriptors lead to, by PID and number: the inodes of sockets.
    seen: HashMap<i32, HashMap<u32, u64>>,
    /// Inodes that were first seen since the last call of [`KeptOwners::close`].
    young: HashSet<u64>,
    /// By PID: the last owner's place among the owners.
    places: HashMap<i32, u32>,
    /// The processes whose sockets have changed since the last search.
    busy: HashSet<i32>,
    start: Instant,
    /// How long descriptors were looked at again that were known.
    second_looks: Duration,
}

impl KeptOwners {
    /// Looks for all owners of sockets, or those that are among `pids`.
    pub fn scan(host: &Host, pids: Option<Vec<i32>>) -> KeptOwners {
        let scope = Scope { all: true, pids };
        let owners = Owners::scan(host, &scope);
        let mut seen: HashMap<_, HashMap<_, _>> = HashMap::new();
        for it in &owners.every {
            if let Some(owner) = owners.owners.get(it.owner as usize) {
                seen.entry(owner.pid)
                    .or_default()
                    .insert(it.number, it.inode);
            }
        }
        let places = (0..).zip(&owners.owners);
        KeptOwners {
            scope,
            seen,
            young: HashSet::new(),
            places: places.map(|(place, owner)| (owner.pid, place)).collect(),
            owners,
            busy: HashSet::new(),
            start: Instant::now(),
            second_looks: Duration::ZERO,
        }
    }

    /// What is known.
    pub fn owners(&self) -> &Owners {
        &self.owners
    }

    /// Takes notice that the sockets with the inodes `gone` have left their descriptors, and those,
    /// too, that were there too short a time to be listed; `is_listed` tells which are.
    pub fn close(&mut self, gone: &HashSet<u64>, is_listed: impl Fn(u64) -> bool) {
        let young = std::mem::take(&mut self.young);
        let is_gone =
            |inode: &u64| gone.contains(inode) || young.contains(inode) && !is_listed(*inode);
        for (pid, seen) in &mut self.seen {
            let before = seen.len();
            seen.retain(|_, inode| !is_gone(inode));
            if seen.len() < before {
                self.busy.insert(*pid);
            }
        }
    }

    /// Looks for the owners of the sockets with the inodes `new`, at descriptors that were not
    /// there, or led to no socket or to one that has been closed.
    ///
    /// A descriptor can be given another socket while the one it had lives on elsewhere, or is one
    /// that nobody watches, or was still listed when its end of the table was read. So, if there are
    /// inodes without an owner left, all descriptors are looked at, those of processes whose sockets
    /// have changed first, unless too much time is spent like that.
    pub fn find(&mut self, host: &Host, new: &[u64]) {
        let pids = match &self.scope.pids {
            Some(pids) => pids.clone(),
            // A folder that can't be read has been said to be so.
            None => scan::process_ids(host).unwrap_or_default(),
        };
        let alive: HashSet<_> = pids.iter().collect();
        self.seen.retain(|pid, _| alive.contains(pid));
        let scope = Scope {
            all: true,
            pids: Some(pids),
        };
        let is_wanted = |pid, number: u32| {
            let seen = self.seen.get(&pid);
            !seen.is_some_and(|seen| seen.contains_key(&number))
        };
        let found = scan::scan(host, &scope, Some(&is_wanted));
        self.add(found);
        let busy = std::mem::take(&mut self.busy).into_iter().collect();
        for pids in [Some(busy), self.scope.pids.clone()] {
            let is_missed = |inode: &u64| self.owners.of(*inode).is_none();
            let may_look = self.second_looks * SECOND_LOOKS_SHARE <= self.start.elapsed();
            if !may_look || !new.iter().any(is_missed) {
                break;
            }
            let start = Instant::now();
            let found = scan::scan(host, &Scope { all: true, pids }, None);
            self.add(found);
            self.second_looks += start.elapsed();
        }
        self.busy.clear();
    }

    /// Forgets sockets that nobody has any more, unless they are still needed, as `is_needed`
    /// tells of an inode.
    pub fn forget(&mut self, is_needed: impl Fn(u64) -> bool) {
        let Owners {
            by_inode,
            owners,
            every,
            ..
        } = &mut self.owners;
        let seen = &self.seen;
        every.retain(|it| {
            let pid = owners.get(it.owner as usize).map_or(0, |it| it.pid);
            let leads_to = seen.get(&pid).and_then(|seen| seen.get(&it.number));
            leads_to == Some(&it.inode) || is_needed(it.inode)
        });
        by_inode.clear();
        for it in every.iter() {
            by_inode.entry(it.inode).or_insert(it.owner);
        }
        let used: HashSet<u32> = every.iter().map(|it| it.owner).collect();
        if owners.len() <= used.len() + MOST_IDLE {
            return;
        }
        let mut moved = HashMap::with_capacity(used.len());
        let mut left = Vec::with_capacity(used.len());
        for (place, owner) in (0..).zip(owners.drain(..)) {
            if used.contains(&place) {
                moved.insert(place, left.len() as u32);
                left.push(owner);
            }
        }
        *owners = left;
        // All that are looked up here are used.
        let places = by_inode
            .values_mut()
            .chain(every.iter_mut().map(|it| &mut it.owner));
        for place in places {
            *place = moved.get(place).copied().unwrap_or(u32::MAX);
        }
        let places = (0..).zip(owners.iter());
        self.places = places.map(|(place, owner)| (owner.pid, place)).collect();
    }

    fn add(&mut self, found: Scanned) {
        let Owners {
            by_inode,
            owners,
            every,
            denied,
            failure,
        } = &mut self.owners;
        *denied |= found.denied;
        *failure = failure.take().or(found.failure);
        for holder in found.holders {
            let pid = holder.owner.pid;
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
                self.young.insert(inode);
                self.busy.insert(pid);
                every.push(Descriptor {
                    inode,
                    owner: place,
                    number,
                });
                let first = by_inode.entry(inode).or_insert(place);
                if owners.get(*first as usize).is_some_and(|it| it.pid > pid) {
                    *first = place;
                }
            }
        }
        let pid = |place: u32| owners.get(place as usize).map(|it| it.pid);
        // Nearly sorted already, which this sort makes use of.
        every.sort_by_key(|it| (it.inode, pid(it.owner), it.number));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::owners::Owner;
    use crate::owners::scan::Holder;

    /// A PID, a program's name, and its sockets' inodes with the descriptors' numbers.
    type Held<'a> = (i32, &'a str, &'a [(u64, u32)]);

    fn scanned(holders: &[Held<'_>]) -> Scanned {
        let holders = holders.iter().map(|(pid, program, sockets)| Holder {
            owner: Owner {
                pid: *pid,
                program: program.as_bytes().to_vec(),
                command: Vec::new(),
            },
            sockets: sockets.to_vec(),
        });
        Scanned {
            holders: holders.collect(),
            denied: false,
            failure: None,
        }
    }

    fn none() -> KeptOwners {
        KeptOwners::scan(&Host::new(None), Some(Vec::new()))
    }

    fn all(kept: &KeptOwners, inode: u64) -> Vec<(i32, u32)> {
        let all = kept.owners().all_of(inode);
        all.map(|(owner, number)| (owner.pid, number)).collect()
    }

    #[test]
    fn owners_are_added_and_forgotten() {
        let mut kept = none();
        kept.add(scanned(&[
            (20, "b", &[(100, 3), (200, 4)]),
            (30, "c", &[(100, 5)]),
        ]));
        assert_eq!(all(&kept, 100), [(20, 3), (30, 5)]);
        // A process with a lower PID comes to a socket that lives, and the first owner is its.
        kept.add(scanned(&[
            (10, "a", &[(100, 9), (300, 7)]),
            (20, "b", &[(100, 3)]),
        ]));
        assert_eq!(all(&kept, 100), [(10, 9), (20, 3), (30, 5)]);
        assert_eq!(kept.owners().of(100).map(|it| it.pid), Some(10));
        assert_eq!(kept.owners().of(200).map(|it| it.pid), Some(20));
        // Descriptor 4 leads elsewhere now; the socket that it led to may live on elsewhere.
        kept.add(scanned(&[(20, "b", &[(400, 4)])]));
        kept.forget(|inode| inode == 200);
        assert_eq!(all(&kept, 200), [(20, 4)]);
        assert_eq!(all(&kept, 400), [(20, 4)]);
        kept.forget(|_| false);
        assert_eq!(all(&kept, 200), []);
        assert!(kept.owners().of(200).is_none());
        assert_eq!(all(&kept, 300), [(10, 7)]);
    }

    #[test]
    fn owners_that_come_and_go_leave_nothing() {
        let mut kept = none();
        kept.add(scanned(&[(1, "stays", &[(7, 3)])]));
        for pid in 2..2000 {
            kept.add(scanned(&[(pid, "goes", &[(100 + pid as u64, 3)])]));
            // As if all others had ended.
            kept.seen.retain(|it, _| [1, pid].contains(it));
            kept.forget(|_| false);
        }
        assert!(kept.owners.owners.len() <= MOST_IDLE + 2);
        assert_eq!(kept.owners().of(7).map(|it| it.pid), Some(1));
        assert_eq!(kept.owners().of(2099).map(|it| it.pid), Some(1999));
        assert_eq!((kept.seen.len(), kept.owners.every.len()), (2, 2));
        assert_eq!(kept.places.len(), kept.owners.owners.len());
    }
}
