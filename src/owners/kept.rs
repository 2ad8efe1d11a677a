//! Owners that are kept from listing to listing: those of sockets that live on are not looked for
//! again.

use super::scan::{self, Scanned};
use super::{Descriptor, Owner, Owners, Scope};
use crate::host::Host;
use std::collections::{HashMap, HashSet};
use std::time::{Duration, Instant};

/// How much of the time may be spent on sockets without an owner: one part in so many. Those that
/// nobody is seen to have, because they are the kernel's or another user's, would be looked for for
/// ever.
const SECOND_LOOKS_SHARE: u32 = 10;

/// How many owners without a socket are kept before they are cleared away.
const MOST_IDLE: usize = 256;

/// The owners of sockets that are watched.
#[derive(Debug)]
pub struct KeptOwners {
    /// The processes that are looked at; none for all.
    pids: Option<Vec<i32>>,
    owners: Owners,
    /// What descriptors lead to, by PID and number: the inodes of sockets.
    seen: HashMap<i32, HashMap<u32, u64>>,
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
    start: Instant,
    /// How long orphans were looked for.
    second_looks: Duration,
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
        if !must_look && (self.orphans.is_empty() || !self.may_look()) {
            return;
        }
        let start = Instant::now();
        let all = Some(pids);
        let seen = &self.seen;
        let is_wanted = |pid, number: u32| {
            let seen = seen.get(&pid);
            !seen.is_some_and(|seen| seen.contains_key(&number))
        };
        let scope = Scope {
            all: true,
            pids: all.clone(),
        };
        let found = scan::scan(host, &scope, Some(&is_wanted));
        self.add(found);
        if !must_look {
            self.second_looks += start.elapsed();
        }
        let busy = std::mem::take(&mut self.busy).into_iter().collect();
        for pids in [Some(busy), all] {
            if self.orphans.is_empty() || !self.may_look() {
                break;
            }
            let start = Instant::now();
            let found = scan::scan(host, &Scope { all: true, pids }, None);
            self.add(found);
            self.second_looks += start.elapsed();
        }
        self.busy.clear();
    }

    fn may_look(&self) -> bool {
        self.second_looks * SECOND_LOOKS_SHARE <= self.start.elapsed()
    }

    /// Takes notice that sockets have left their descriptors: those that are gone, and those that
    /// were there too short a time to be listed.
    fn let_go(&mut self, listed: &Listed<'_>) {
        let young = std::mem::take(&mut self.young);
        if listed.gone.is_empty() && young.is_empty() {
            return;
        }
        let is_gone = |inode: &u64| {
            listed.gone.contains(inode) || young.contains(inode) && !(listed.has)(*inode)
        };
        for (pid, seen) in &mut self.seen {
            let before = seen.len();
            seen.retain(|_, inode| !is_gone(inode));
            if seen.len() < before {
                self.busy.insert(*pid);
            }
        }
        self.orphans.retain(|inode| !listed.gone.contains(inode));
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

    /// Forgets sockets that nobody has any more, unless they are still needed, as `is_needed`
    /// tells of an inode.
    pub fn forget(&mut self, is_needed: impl Fn(u64) -> bool) {
        let Owners { owners, every, .. } = &mut self.owners;
        let seen = &self.seen;
        every.retain(|it| {
            let pid = owners.get(it.owner as usize).map_or(0, |it| it.pid);
            let leads_to = seen.get(&pid).and_then(|seen| seen.get(&it.number));
            leads_to == Some(&it.inode) || is_needed(it.inode)
        });
        let used: HashSet<u32> = every.iter().map(|it| it.owner).collect();
        if owners.len() > used.len() + MOST_IDLE {
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
            let places = (0..).zip(owners.iter());
            self.places = places.map(|(place, owner)| (owner.pid, place)).collect();
        }
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
        every.extend(added);
        // Nearly sorted already, which this sort makes use of.
        every.sort_by_key(|it| (it.inode, pid(it.owner), it.number));
        self.index();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::owners::scan::Holder;
    use std::os::fd::AsRawFd;

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

    fn listed<'a>(gone: &'a HashSet<u64>, has: &'a dyn Fn(u64) -> bool) -> Listed<'a> {
        Listed {
            new: &[],
            gone,
            has,
        }
    }

    #[test]
    fn owners_that_come_and_go_leave_nothing() {
        let mut kept = none();
        kept.add(scanned(&[(1, "stays", &[(7, 3)])]));
        for pid in 2..2000 {
            let inode = 100 + pid as u64;
            // Two descriptors that are seen again and again.
            for _ in 0..3 {
                kept.add(scanned(&[
                    (pid, "goes", &[(inode, 3), (inode, 4)]),
                    (1, "stays", &[(7, 3)]),
                ]));
                assert_eq!(all(&kept, inode).len(), 2);
            }
            let gone = HashSet::from([inode - 1]);
            kept.let_go(&listed(&gone, &|it| it == 7 || it == inode));
            kept.drop_dead(&[1, pid], &listed(&gone, &|it| it == 7 || it == inode));
            kept.forget(|_| false);
        }
        assert!(kept.owners.owners.len() <= MOST_IDLE + 3);
        assert_eq!(kept.owners().of(7).map(|it| it.pid), Some(1));
        assert_eq!(kept.owners().of(2099).map(|it| it.pid), Some(1999));
        // With the one that ended last.
        assert_eq!((kept.seen.len(), kept.owners.every.len()), (3, 3));
        assert_eq!(kept.places.len(), kept.owners.owners.len());
    }

    #[test]
    fn a_socket_outlives_its_owner() {
        let mut kept = none();
        kept.add(scanned(&[
            (10, "parent", &[(100, 3), (200, 4)]),
            (20, "child", &[(100, 3)]),
        ]));
        let gone = HashSet::new();
        let has = |inode| inode == 100 || inode == 200;
        let listed = listed(&gone, &has);
        // Its sockets may have gone with it, behind the listing.
        assert!(!kept.drop_dead(&[20], &listed));
        assert_eq!(kept.owners().of(100).map(|it| it.pid), Some(10));
        assert!(kept.drop_dead(&[20], &listed));
        assert_eq!(all(&kept, 100), [(20, 3)]);
        assert_eq!(kept.owners().of(100).map(|it| it.pid), Some(20));
        // Somebody must have this one.
        assert_eq!(kept.orphans, HashSet::from([200]));
        kept.add(scanned(&[(30, "heir", &[(200, 9)])]));
        assert!(kept.orphans.is_empty());
        assert!(!kept.drop_dead(&[20, 30], &listed));
    }

    #[test]
    fn a_descriptor_is_asked_whether_it_still_leads_there() {
        let socket = std::net::UdpSocket::bind("127.0.0.1:0").expect("bound");
        let host = Host::new(None);
        let pid = std::process::id().cast_signed();
        let kept = KeptOwners::scan(&host, Some(vec![pid]));
        let link = std::fs::read_link(format!("/proc/self/fd/{}", socket.as_raw_fd()));
        let link = link.expect("a link").into_os_string().into_encoded_bytes();
        let inode = scan::socket_inode(&link).expect("a socket");
        assert_eq!(kept.is_held(&host, inode), Some(true));
        assert_eq!(kept.is_held(&host, 1), None);
        drop(socket);
        assert_eq!(kept.is_held(&host, inode), Some(false));
    }
}
