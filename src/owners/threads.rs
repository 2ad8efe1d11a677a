//! Threads that have descriptors of their own. Most share their process's, which are those of its
//! main thread: so these are looked for only where those are not enough.

use super::descriptors::has_gone;
use super::kcmp::share_descriptors;
use crate::host::{Folder, Host};
use rustix::fs::RawDir;
use std::ffi::{CStr, OsString};
use std::fs::File;
use std::io;
use std::mem::MaybeUninit;

/// Returns the folder of a thread in its process's folder, with a slash behind it.
pub fn folder(thread: i32) -> String {
    format!("task/{thread}/")
}

/// Returns the threads of a process besides its main thread, ascending; none if it has ended.
///
/// # Errors
/// They can't be listed.
pub fn others(process: &Folder<'_>, pid: i32, is_live: bool) -> io::Result<Vec<i32>> {
    // The kernel counts two links, and one for each thread (fs/proc/base.c, `proc_task_getattr`).
    // Asking for that is cheaper than listing them: most processes of the kernel's have no
    // descriptors, and one thread.
    let is_alone = || process.stat("task").is_ok_and(|it| it.st_nlink <= 3);
    if is_live && is_alone() {
        return Ok(Vec::new());
    }
    let mut threads = Vec::new();
    let listed = process
        .open_folder("task")
        .and_then(|folder| list_ids(&folder, &mut threads));
    threads.retain(|thread| *thread != pid);
    match listed {
        Err(error) if !has_gone(&error) => Err(error),
        _ => Ok(threads),
    }
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

/// The tables of descriptors of one process, as far as can be told which threads share one.
pub struct Tables<'a> {
    process: &'a Folder<'a>,
    pid: i32,
    /// One thread of each table.
    threads: Vec<i32>,
    /// Whether a thread ID in /proc means the same to the kernel's calls, and they are allowed.
    can_compare: bool,
    /// What the descriptors of the main thread look like, once they have been looked at.
    of_process: Option<Look>,
}

/// What a table of descriptors looks like: how many it has, and where some of them lead. Other kernels
/// than those since Linux 6.2 don't tell the number.
#[derive(PartialEq, Eq)]
struct Look {
    open: u64,
    targets: [Option<OsString>; 3],
}

impl<'a> Tables<'a> {
    /// Begins with that of a process's main thread.
    pub fn new(host: &Host, process: &'a Folder<'a>, pid: i32) -> Tables<'a> {
        Tables {
            process,
            pid,
            threads: vec![pid],
            can_compare: host.has_our_pids(),
            of_process: None,
        }
    }

    /// Returns whether a thread's table may be none of those that are known, and adds it.
    pub fn is_new(&mut self, thread: i32) -> bool {
        if self.can_compare {
            for known in &self.threads {
                match share_descriptors(*known, thread) {
                    Some(true) => return false,
                    Some(false) => {}
                    // A sandbox denies the call: to ask for each thread is in vain.
                    None => {
                        self.can_compare = false;
                        break;
                    }
                }
            }
        }
        if !self.can_compare && self.looks_like_the_process(thread) {
            return false;
        }
        self.threads.push(thread);
        true
    }

    /// Returns whether a thread's descriptors look like those of the main thread, which makes it all but
    /// certain that they are the same: reading all of each thread takes seconds where there are many.
    fn looks_like_the_process(&mut self, thread: i32) -> bool {
        let (process, pid) = (self.process, self.pid);
        let of_process = self
            .of_process
            .get_or_insert_with(|| look(process, "").unwrap_or(Look::NONE));
        thread != pid
            && of_process.open > 0
            && look(process, &folder(thread)).is_some_and(|it| it == *of_process)
    }
}

impl Look {
    const NONE: Look = Look {
        open: 0,
        targets: [const { None }; 3],
    };
}

/// Looks at the descriptors of the thread with this folder.
fn look(process: &Folder<'_>, folder: &str) -> Option<Look> {
    let open = process.stat(format!("{folder}fd")).ok()?.st_size;
    let open = u64::try_from(open).unwrap_or(0);
    let target = |number: u64| process.read_link(&format!("{folder}fd/{number}")).ok();
    let numbers = [open / 2, open.saturating_sub(2), open.saturating_sub(1)];
    Some(Look {
        open,
        targets: numbers.map(target),
    })
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
