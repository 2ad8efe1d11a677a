//! Threads that have descriptors of their own. Most share their process's, which are those of its
//! main thread: so these are looked for only where those are not enough.

use super::kcmp::share_descriptors;
use crate::host::{Folder, Host};
use rustix::fs::RawDir;
use std::ffi::CStr;
use std::fs::File;
use std::io;
use std::mem::MaybeUninit;

/// Returns the folder of a thread in its process's folder, with a slash behind it.
pub fn folder(thread: i32) -> String {
    format!("task/{thread}/")
}

/// Returns the threads of a process besides its main thread, ascending; none if they can't be listed.
pub fn others(process: &Folder<'_>, pid: i32, is_live: bool) -> Vec<i32> {
    // The kernel counts two links, and one for each thread (fs/proc/base.c, `proc_task_getattr`).
    // Asking for that is cheaper than listing them: most processes of the kernel's have no
    // descriptors, and one thread.
    let is_alone = || process.stat("task").is_ok_and(|it| it.st_nlink <= 3);
    if is_live && is_alone() {
        return Vec::new();
    }
    let mut threads = Vec::new();
    if let Ok(folder) = process.open_folder("task") {
        // The process may end meanwhile.
        let _ = list_ids(&folder, &mut threads);
    }
    threads.retain(|thread| *thread != pid);
    threads
}

/// Adds the PIDs or thread IDs after which the entries of a folder are named, ascending.
///
/// # Errors
/// It can't be listed to its end.
pub fn list_ids(folder: &File, ids: &mut Vec<i32>) -> io::Result<()> {
    let mut buffer = [MaybeUninit::uninit(); 8192];
    let mut entries = RawDir::new(folder, &mut buffer);
    let mut failure = None;
    while let Some(entry) = entries.next() {
        match entry {
            Ok(entry) => ids.extend(id(entry.file_name())),
            Err(error) => {
                failure = Some(error);
                break;
            }
        }
    }
    // The kernel lists them in this order, a folder of plain files in any.
    ids.sort_unstable();
    failure.map_or(Ok(()), |error| Err(error.into()))
}

/// Returns the PID or thread ID whose folder has this name.
fn id(name: &CStr) -> Option<i32> {
    let digits = name.to_str().ok()?;
    (!digits.starts_with(['0', '+', '-'])).then(|| digits.parse().ok())?
}

/// The tables of descriptors of one process, as far as the kernel tells which threads share one.
pub struct Tables {
    /// One thread of each table.
    threads: Vec<i32>,
    /// Whether a thread ID in /proc means the same to the kernel's calls.
    can_compare: bool,
}

impl Tables {
    /// Begins with that of a process's main thread.
    pub fn new(host: &Host, pid: i32) -> Tables {
        Tables {
            threads: vec![pid],
            can_compare: host.has_our_pids(),
        }
    }

    /// Returns whether a thread's table may be none of those that are known, and adds it.
    pub fn is_new(&mut self, thread: i32) -> bool {
        let is_it = |known: &i32| share_descriptors(*known, thread) == Some(true);
        if self.can_compare && self.threads.iter().any(is_it) {
            return false;
        }
        self.threads.push(thread);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_plain_number_is_a_process() {
        for (name, pid) in [
            (c"12", Some(12)),
            (c"007", None),
            (c"0", None),
            (c"-1", None),
            (c"+5", None),
            (c"1a", None),
            (c"99999999999", None),
            (c"net", None),
        ] {
            assert_eq!(id(name), pid, "{name:?}");
        }
    }
}
