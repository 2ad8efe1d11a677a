//! The scan of /proc/*/fd for sockets, on several threads if there is much to read.
//!
//! A process's folder is opened once and its files through it, so that a scan stays with one process
//! if its PID is given to another. procfs does so too, but its `all_processes_with_root` opens each
//! process to return its PID: 3.5 times the cost of listing the folder, or 0.7 µs a process. It also
//! takes `007` for a process.

use super::belonging;
use super::descriptors::{Links, has_gone, namespace_id, socket_inode};
use super::program::{self, COMMAND_LIMIT, PROGRAM_LIMIT};
use super::unread::{Unread, UnreadCounts};
use super::{Owner, Scope, threads};
use crate::host::{Folder, Host, PROC};
use std::cell::Cell;
use std::collections::{HashMap, HashSet};
use std::io;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;

/// The number of links one thread reads before it starts others. Most systems have fewer.
const SINGLE_THREAD_LINKS: usize = 1024;

/// The most threads of a scan. They contend for the kernel's locks, so more gain little.
const MAX_THREADS: usize = 8;

/// A process and its sockets.
#[derive(Debug)]
pub struct Holder {
    /// The process.
    pub owner: Owner,
    /// For each descriptor of a socket, the socket's inode and the descriptor's number.
    pub sockets: Vec<(u64, u32)>,
}

/// The result of a scan.
#[derive(Debug, Default)]
pub struct ScanResult {
    /// The processes that have sockets, by ascending PID.
    pub holders: Vec<Holder>,
    /// What could not be read.
    pub unread: Unread,
    /// The network namespaces that descriptors lead to.
    pub namespaces: Vec<HeldNamespace>,
}

/// A network namespace that a descriptor leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HeldNamespace {
    /// Its inode number.
    pub id: u64,
    /// The PID of the process with the descriptor.
    pub pid: i32,
    /// The descriptor's number.
    pub number: u32,
}

/// Which descriptors a scan reads.
#[derive(Clone, Copy)]
pub enum Tables<'a> {
    /// Those of processes, without these.
    OfProcesses(Option<&'a SocketDescriptors>),
    /// Those of threads that do not share their process's.
    OfThreads,
}

/// The inodes of sockets, by thread and descriptor number.
pub type SocketDescriptors = HashMap<i32, HashMap<u32, u64>>;

/// Scans the processes in `scope`.
pub fn scan(host: &Host, scope: &Scope, tables: Tables<'_>) -> ScanResult {
    let mut pids = scope.pids.clone().unwrap_or_default();
    let unlisted = match scope.pids {
        Some(_) => None,
        None => list_processes(host, &mut pids).err(),
    };
    let scan = Scan {
        host,
        pids,
        scope,
        tables,
        next: AtomicUsize::new(0),
        unread: UnreadCounts::default(),
        belonging: belonging::Reader::default(),
        namespaces: Mutex::new(Vec::new()),
    };
    let mut holders = scan.run();
    let namespaces = scan.namespaces.into_inner();
    holders.sort_unstable_by_key(|holder| (holder.owner.pid, holder.owner.thread));
    ScanResult {
        holders,
        unread: scan.unread.total(unlisted),
        namespaces: namespaces.unwrap_or_else(PoisonError::into_inner),
    }
}

/// The state that the threads of a scan share.
struct Scan<'a> {
    host: &'a Host,
    pids: Vec<i32>,
    scope: &'a Scope,
    tables: Tables<'a>,
    /// The index in `pids` of the next process to scan.
    next: AtomicUsize,
    unread: UnreadCounts,
    belonging: belonging::Reader,
    /// Few processes have any.
    namespaces: Mutex<Vec<HeldNamespace>>,
}

impl Scan<'_> {
    /// Scans all processes, on more threads once many links were read.
    fn run(&self) -> Vec<Holder> {
        thread::scope(|scope| {
            let mut helpers = Vec::new();
            let mut read = 0;
            let mut holders = self.scan_processes(&mut || {
                read += 1;
                if read == SINGLE_THREAD_LINKS {
                    let threads = thread::available_parallelism().map_or(1, usize::from);
                    helpers.extend((1..threads.min(MAX_THREADS)).filter_map(|_| {
                        let help = || self.scan_processes(&mut || {});
                        // If no thread can be started, this one does all the work.
                        thread::Builder::new().spawn_scoped(scope, help).ok()
                    }));
                }
            });
            for helper in helpers {
                // A thread can't panic here; if it did, its holders would be missing.
                holders.extend(helper.join().unwrap_or_default());
            }
            holders
        })
    }

    /// Adds the network namespace that a link leads to, if it leads to one.
    fn add_namespace(&self, pid: i32, number: u32, target: &[u8]) {
        if let Some(id) = namespace_id(target)
            && let Ok(mut namespaces) = self.namespaces.lock()
        {
            namespaces.push(HeldNamespace { id, pid, number });
        }
    }

    /// Scans processes until none is left, and calls `on_link` for each link that is read.
    fn scan_processes(&self, on_link: &mut dyn FnMut()) -> Vec<Holder> {
        let mut holders = Vec::new();
        while let Some(&pid) = self.pids.get(self.next.fetch_add(1, Ordering::Relaxed)) {
            let process = match self.host.process(pid) {
                Ok(process) => process,
                Err(error) => {
                    self.unread.add_unlisted(&error);
                    continue;
                }
            };
            let mut of_process = OfProcess {
                scan: self,
                process,
                pid,
                on_link,
                holders: &mut holders,
                is_counted: Cell::new(false),
            };
            match self.tables {
                Tables::OfProcesses(known) => of_process.scan(known),
                Tables::OfThreads => of_process.scan_threads(),
            }
        }
        holders
    }
}

/// The scan of one process.
struct OfProcess<'a, 's> {
    scan: &'a Scan<'s>,
    process: Folder<'a>,
    pid: i32,
    on_link: &'a mut dyn FnMut(),
    holders: &'a mut Vec<Holder>,
    /// Whether it counts among those that could not be read.
    is_counted: Cell<bool>,
}

/// The sockets among a thread's descriptors: their inodes, and the descriptors' numbers.
type Sockets = Vec<(u64, u32)>;

/// The descriptors of a thread.
struct Descriptors {
    /// Whether there are any.
    has_any: bool,
    /// Those of sockets that were wanted.
    sockets: Sockets,
    /// Whether not all could be followed.
    is_sealed: bool,
}

impl OfProcess<'_, '_> {
    /// Scans the descriptors of the process, or those of its first thread that has some if its main
    /// thread has ended.
    fn scan(&mut self, known: Option<&SocketDescriptors>) {
        let scan = |this: &mut Self, thread: i32| {
            let known = known.and_then(|known| known.get(&thread));
            let is_wanted = |number| !known.is_some_and(|known| known.contains_key(&number));
            let read = this.read(thread, &is_wanted)?;
            this.add(thread, read.sockets);
            Some(read.has_any)
        };
        if scan(self, self.pid) == Some(false) {
            for thread in self.other_threads() {
                if scan(self, thread) == Some(true) {
                    break;
                }
            }
        }
    }

    /// Scans the descriptors of threads that have a table of their own.
    fn scan_threads(&mut self) {
        let others = self.other_threads();
        let mut tables = threads::Tables::new(self.scan.host, &self.process, self.pid);
        let new: Vec<i32> = others.into_iter().filter(|it| tables.is_new(*it)).collect();
        let mut of_process: Option<HashSet<(u64, u32)>> = None;
        for thread in new {
            let Some(mut read) = self.read(thread, &|_| true) else {
                // Where one is denied, all are.
                break;
            };
            if !read.sockets.is_empty() {
                // The kernel may not tell which tables are shared, and a new one begins as a copy.
                let of_process = of_process.get_or_insert_with(|| {
                    let read = self.read(self.pid, &|_| true);
                    read.into_iter().flat_map(|it| it.sockets).collect()
                });
                read.sockets.retain(|it| !of_process.contains(it));
                self.add(thread, read.sockets);
            }
            if read.is_sealed {
                break;
            }
        }
    }

    /// Returns the threads besides the main thread, as far as they can be listed.
    fn other_threads(&self) -> Vec<i32> {
        let others = threads::others(&self.process, self.pid, self.scan.host.is_live());
        others.unwrap_or_else(|error| {
            self.count(|unread| unread.add_unlisted(&error));
            Vec::new()
        })
    }

    /// Counts the process among those that could not be read, but once.
    fn count(&self, count: impl FnOnce(&UnreadCounts)) {
        if !self.is_counted.replace(true) {
            count(&self.scan.unread);
        }
    }

    /// Reads the descriptors of a thread that are wanted, or returns `None` if they can't be listed.
    fn read(&mut self, thread: i32, is_wanted: &dyn Fn(u32) -> bool) -> Option<Descriptors> {
        let path = format!("{}fd", self.within(thread));
        let folder = match self.process.open_folder(path) {
            Ok(folder) => folder,
            Err(error) => {
                // One that has ended is not counted, and may not be the last.
                if !has_gone(&error) {
                    self.count(|unread| unread.add_unlisted(&error));
                }
                return None;
            }
        };
        let has_any = Cell::new(false);
        let mut sockets = Vec::new();
        let links = Links {
            is_live: self.scan.host.is_live(),
            is_wanted: &|number| {
                has_any.set(true);
                is_wanted(number)
            },
            each: &mut |number, target| {
                (self.on_link)();
                match socket_inode(target) {
                    Some(inode) => sockets.push((inode, number)),
                    None => self.scan.add_namespace(self.pid, number, target),
                }
            },
        };
        let failure = links.read(&folder).err().filter(|it| !has_gone(it));
        if let Some(error) = &failure {
            // The sockets found so far still count.
            self.count(|unread| unread.add_sealed(error));
        }
        Some(Descriptors {
            has_any: has_any.get(),
            sockets,
            is_sealed: failure.is_some(),
        })
    }

    fn add(&mut self, thread: i32, sockets: Sockets) {
        if !sockets.is_empty() {
            let owner = self.owner(thread);
            self.holders
                .extend(owner.map(|owner| Holder { owner, sockets }));
        }
    }

    /// Returns the folder of a thread in the process's.
    fn within(&self, thread: i32) -> String {
        match thread == self.pid {
            true => String::new(),
            false => threads::folder(thread),
        }
    }

    /// Returns the process as the owner of a thread's descriptors, or `None` if it has no command
    /// line: net-tools does not show a process without a name.
    fn owner(&self, thread: i32) -> Option<Owner> {
        let scope = self.scan.scope;
        // That of a main thread that has ended is empty.
        let path = format!("{}cmdline", self.within(thread));
        let limit = match scope.all {
            true => COMMAND_LIMIT,
            false => PROGRAM_LIMIT,
        };
        let line = match program::read(&self.process, &path, limit) {
            Ok(line) => line?,
            Err(error) => {
                self.count(|unread| unread.add_failed(&error));
                return None;
            }
        };
        let program = program::program_in(&line);
        let executable = || program::executable(&self.process);
        let belonging = || self.scan.belonging.read(self.scan.host, &self.process);
        Some(Owner {
            pid: self.pid,
            thread,
            comm: match program.is_empty() || scope.names {
                true => program::comm(&self.process).unwrap_or_default(),
                false => Vec::new(),
            },
            program,
            executable: scope.names.then(executable).flatten(),
            command: match scope.all {
                true => program::command_in(&line),
                false => Vec::new(),
            },
            belonging: scope.belonging.then(belonging).flatten(),
        })
    }
}

/// Returns all PIDs, ascending, as far as they can be listed.
pub fn process_ids(host: &Host) -> Vec<i32> {
    let mut pids = Vec::new();
    // What can't be listed is the first scan's to report.
    let _ = list_processes(host, &mut pids);
    pids
}

/// Adds all PIDs, ascending.
///
/// # Errors
/// If the `proc` folder can't be listed to its end.
pub fn list_processes(host: &Host, pids: &mut Vec<i32>) -> io::Result<()> {
    threads::list_ids(&host.files().open_folder(PROC)?, pids)
}

/// Returns whether a descriptor of a process leads to the socket `inode`; `false` if it can't be read.
pub fn leads_to(host: &Host, owner: &Owner, number: u32, inode: u64) -> bool {
    let within = match owner.thread == owner.pid {
        true => String::new(),
        false => threads::folder(owner.thread),
    };
    let process = host.process(owner.pid);
    let target = process.and_then(|it| it.read_link(&format!("{within}fd/{number}")));
    target.is_ok_and(|it| socket_inode(it.as_encoded_bytes()) == Some(inode))
}
