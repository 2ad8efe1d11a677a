//! Which process owns a socket: socket inode to process, by scanning /proc/*/fd.

mod belonging;
pub mod cgroup;
pub mod containers;
mod descriptors;
pub mod facts;
mod held;
pub mod hidden;
mod json;
mod kcmp;
mod kept;
pub mod open_files;
mod own;
mod program;
mod proxy;
mod scan;
mod started;
mod threads;
mod unread;

pub use belonging::Belonging;
pub use descriptors::namespace_id;
pub use held::holds_any;
pub use kept::{KeptOwners, Listed};
pub use own::own_resolver_sockets;
pub use program::Executable;
pub use proxy::is_docker_proxy;
pub use scan::{HeldNamespace, list_processes};
pub use threads::others as other_threads;
pub use unread::Unread;

use crate::host::Host;
use hidden::Hidden;
use scan::{ScanResult, Tables};
use std::borrow::Cow;
use std::cell::OnceCell;
use std::collections::HashMap;

/// A process that owns sockets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owner {
    /// Its PID in the namespace of the scanned /proc.
    pub pid: i32,
    /// The thread whose descriptors these are: the main one, with the number of `pid`, unless that
    /// has ended or the thread has descriptors of its own.
    pub thread: i32,
    /// The program's name, without what controls a terminal: the first word of its command line, of
    /// a path the last part. Empty if the command line is empty.
    pub program: Vec<u8>,
    /// What the kernel calls it (`man 5 proc`, /proc/PID/comm), likewise. Empty unless `program` is,
    /// or names are asked for.
    pub comm: Vec<u8>,
    /// Its executable, if names are asked for and it can be seen.
    pub executable: Option<Executable>,
    /// The command line, likewise, with blanks between the arguments, up to 4,096 bytes. Empty
    /// unless all owners are searched for.
    pub command: Vec<u8>,
    /// Where it belongs, if that is asked for and can be read.
    pub belonging: Option<Belonging>,
}

impl Owner {
    /// Returns the program's name, or else what the kernel calls it, in brackets as ps has it.
    pub fn name(&self) -> Cow<'_, [u8]> {
        match self.program.is_empty() && !self.comm.is_empty() {
            true => [b"[", &self.comm[..], b"]"].concat().into(),
            false => Cow::Borrowed(&self.program),
        }
    }

    /// Returns the first word of [`Owner::name`] without the colon behind it: `nginx` of
    /// `nginx: worker process`. A name in brackets is the kernel's, and stays whole.
    pub fn short_name(&self) -> Cow<'_, [u8]> {
        match self.name() {
            Cow::Borrowed(name) => Cow::Borrowed(program::first_word(name)),
            in_brackets => in_brackets,
        }
    }

    /// Calls `is_it` with each of its names, until one is: the program's, the kernel's, and the
    /// executable's without its folder.
    pub fn is_called(&self, is_it: impl Fn(&[u8]) -> bool) -> bool {
        let file = self
            .executable
            .as_ref()
            .map(|it| program::last_part(&it.path));
        let names = [&self.program[..], &self.comm[..]].into_iter().chain(file);
        names.into_iter().any(is_it)
    }
}

/// Which owners are searched for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Scope {
    /// Every process that holds a socket, with its descriptors, instead of the first one.
    pub all: bool,
    /// The processes that are searched, or `None` for all.
    pub pids: Option<Vec<i32>>,
    /// Whether all names of a process are read, not only its program's.
    pub names: bool,
    /// Whether it is read where they belong.
    pub belonging: bool,
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
    unread: Unread,
    namespaces: Vec<HeldNamespace>,
    /// Where the threads are whose descriptors are searched for a socket without an owner; `None` if
    /// they are not, or have been.
    search: Option<(Host, Scope)>,
    in_threads: OnceCell<Box<Owners>>,
    /// Why processes may be missing from `proc`, once somebody has asked.
    hidden: OnceCell<Vec<Hidden>>,
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
    /// Scans the processes in `scope`. A process that ends meanwhile is passed over. Threads with
    /// descriptors of their own are scanned when a socket is asked for that has no other owner.
    pub fn scan(host: &Host, scope: &Scope) -> Owners {
        let found = scan::scan(host, scope, Tables::OfProcesses(None));
        Owners {
            search: Some((host.clone(), scope.clone())),
            ..Owners::of_processes(found, scope)
        }
    }

    fn of_processes(found: ScanResult, scope: &Scope) -> Owners {
        let ScanResult {
            holders,
            unread,
            namespaces,
        } = found;
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
            unread,
            namespaces,
            search: None,
            in_threads: OnceCell::new(),
            hidden: OnceCell::new(),
        }
    }

    /// Returns all processes that hold sockets, of whatever namespace.
    pub fn all(&self) -> impl Iterator<Item = &Owner> {
        let in_threads = self.in_threads.get();
        let in_threads = in_threads.into_iter().flat_map(|it| &it.owners);
        self.owners.iter().chain(in_threads)
    }

    /// Returns the process that owns the socket `inode`: of several, the one with the lowest PID.
    pub fn of(&self, inode: u64) -> Option<&Owner> {
        let owners = self.with(inode)?;
        let index = *owners.by_inode.get(&inode)?;
        owners.owners.get(index as usize)
    }

    /// Returns the owners that have the socket `inode`: these, or those that were found in threads.
    fn with(&self, inode: u64) -> Option<&Owners> {
        if inode == 0 || self.by_inode.contains_key(&inode) {
            return Some(self);
        }
        let (host, scope) = self.search.as_ref()?;
        let in_threads = self.in_threads.get_or_init(|| {
            let found = scan::scan(host, scope, Tables::OfThreads);
            Box::new(Owners::of_processes(found, scope))
        });
        Some(in_threads)
    }

    /// Returns all processes that hold the socket `inode`, each once for every descriptor, with the
    /// descriptor's number; by ascending PID and number. Empty unless all owners were searched for.
    pub fn all_of(&self, inode: u64) -> impl Iterator<Item = (&Owner, u32)> {
        let owners = self.with(inode).unwrap_or(self);
        let start = owners.descriptors.partition_point(|it| it.inode < inode);
        let descriptors = owners.descriptors[start..].iter();
        descriptors
            .take_while(move |it| it.inode == inode)
            .filter_map(|it| Some((owners.owners.get(it.owner as usize)?, it.number)))
    }

    /// Returns the network namespaces that descriptors lead to.
    pub fn namespaces(&self) -> &[HeldNamespace] {
        &self.namespaces
    }

    /// Returns what could not be read, so that owners may be missing.
    pub fn unread(&self) -> Unread {
        let mut unread = self.unread;
        if let Some(in_threads) = self.in_threads.get() {
            unread.update(in_threads.unread);
        }
        unread
    }

    /// Returns why processes may be missing from `proc` without any error.
    pub fn hidden(&self, host: &Host) -> &[Hidden] {
        let has_sockets = !self.by_inode.is_empty();
        self.hidden
            .get_or_init(|| hidden::reasons(host, has_sockets))
    }

    /// Returns whether all processes of `host` could be searched: a socket without an owner has none
    /// then.
    pub fn are_all(&self, host: &Host) -> bool {
        self.unread() == Unread::default() && self.hidden(host).is_empty()
    }

    /// Returns how much of /proc could be searched.
    pub fn access(&self) -> Access {
        match (self.unread.denied > 0, self.by_inode.is_empty()) {
            (false, _) => Access::Whole,
            (true, false) => Access::Partial,
            (true, true) => Access::None,
        }
    }
}
