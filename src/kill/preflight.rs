//! What is checked first: whether /proc describes the processes that can be signalled, and which of
//! them have started this one.

use super::pidfd::Process;
use crate::host::{Host, PROC};
use std::io::{self, Read};
use std::path::Path;
use std::process;

/// The most bytes of a process's `status` or `stat` that are read.
const LONGEST_FILE: u64 = 64 << 10;

/// How often the chain of parents is followed anew if a process in it ends meanwhile.
const TRIES: u32 = 3;

/// Returns why no process may be signalled here, or `None` if there is no reason.
pub fn obstacle(host: &Host) -> Option<String> {
    if let Some(why) = wrong_proc(host) {
        return Some(why);
    }
    match Process::open(process::id().cast_signed()) {
        Ok(_) => None,
        Err(error) => Some(format!(
            "this kernel has no pidfd, so a signal could hit another process with a reused PID: {error}"
        )),
    }
}

/// Returns why owners can't be told by what /proc says, or `None` if they can.
pub fn wrong_proc(host: &Host) -> Option<String> {
    let proc = host.proc();
    let proc = proc.display();
    if !host.is_live() {
        return Some(format!("{proc} is not the kernel's procfs"));
    }
    match read(host, "self/status") {
        Err(error) => Some(format!("{proc}/self/status: {error}")),
        Ok(status) if is_of_this_namespace(&status, process::id()) => None,
        Ok(_) => Some(format!(
            "{proc} belongs to another PID namespace: its PIDs mean other processes here"
        )),
    }
}

fn read(host: &Host, file: &str) -> io::Result<String> {
    // A process's name may not be UTF-8.
    let mut bytes = Vec::new();
    let file = host.files().open(Path::new(PROC).join(file))?;
    file.take(LONGEST_FILE).read_to_end(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// Returns whether the process with the PID `pid` has only this PID in the namespace of the /proc
/// that has the file `status` (`man 5 proc`, NSpid): one in a deeper namespace has several.
fn is_of_this_namespace(status: &str, pid: u32) -> bool {
    let pids = status.lines().find_map(|line| line.strip_prefix("NSpid:"));
    pids.is_some_and(|pids| pids.trim() == pid.to_string())
}

/// The ancestors of this process.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Ancestors {
    pids: Vec<i32>,
    /// Whether all of them are known, up to PID 1.
    are_all: bool,
}

impl Ancestors {
    /// Finds the ancestors of this process.
    pub fn find(host: &Host) -> Ancestors {
        let mut found = Ancestors::default();
        for _ in 0..TRIES {
            found = Ancestors::find_with(process::id().cast_signed(), |pid| {
                parent_in(&read(host, &format!("{pid}/stat")).ok()?)
            });
            if found.are_all {
                break;
            }
        }
        found
    }

    fn find_with(start: i32, mut parent_of: impl FnMut(i32) -> Option<i32>) -> Ancestors {
        let mut pids = Vec::new();
        let mut pid = start;
        loop {
            match parent_of(pid) {
                // The parent lives in another namespace, or there is none.
                Some(0) => {
                    break Ancestors {
                        pids,
                        are_all: true,
                    };
                }
                // A PID that comes twice was reused meanwhile.
                Some(parent) if parent > 0 && !pids.contains(&parent) => pids.push(parent),
                _ => {
                    break Ancestors {
                        pids,
                        are_all: false,
                    };
                }
            }
            pid = pids.last().copied().unwrap_or(start);
        }
    }

    /// Returns whether `pid` is one of them.
    pub fn include(&self, pid: i32) -> bool {
        self.pids.contains(&pid)
    }

    /// Returns whether there may be others.
    pub fn may_be_more(&self) -> bool {
        !self.are_all
    }

    /// Returns how a process is, or may be, one of those that rnetstat depends on, or `None` if it is
    /// not.
    pub fn tie_to(&self, pid: i32) -> Option<&'static str> {
        Some(if pid == process::id().cast_signed() {
            "it is rnetstat itself"
        } else if self.include(pid) {
            "rnetstat was started from it"
        } else if self.may_be_more() {
            "rnetstat may have been started from it: not all parents of rnetstat are visible"
        } else {
            return None;
        })
    }
}

/// Returns the parent's PID from a process's `stat` file (`man 5 proc`): the second field after the
/// name, which stands in parentheses and may contain some.
fn parent_in(stat: &str) -> Option<i32> {
    let (_, behind) = stat.rsplit_once(')')?;
    behind.split_ascii_whitespace().nth(1)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_parent_is_found_behind_any_name() {
        let cases = [
            ("7 (sh) S 5 7 7 0", Some(5)),
            ("7 (a b) S 5 7", Some(5)),
            ("7 (x) S 99 (y)) R 5 7", Some(5)),
            ("7 (a\nb) S 0 0", Some(0)),
            ("7 (sh) S", None),
            ("7 sh S 5", None),
            ("7 (sh) S x", None),
            ("", None),
        ];
        for (stat, parent) in cases {
            assert_eq!(parent_in(stat), parent, "{stat}");
        }
    }

    #[test]
    fn ancestors_end_with_the_first_process() {
        let find = |parents: &[(i32, i32)]| {
            Ancestors::find_with(9, |pid| {
                let pair = parents.iter().find(|(child, _)| *child == pid);
                pair.map(|(_, parent)| *parent)
            })
        };
        for (parents, pids, are_all) in [
            (&[(9, 5), (5, 1), (1, 0)][..], &[5, 1][..], true),
            (&[(9, 0)], &[], true),
            // Access to one of them is denied, or it has ended.
            (&[(9, 5)], &[5], false),
            (&[], &[], false),
            (&[(9, 5), (5, 6), (6, 5)], &[5, 6], false),
            (&[(9, -1)], &[], false),
        ] {
            let pids = pids.to_vec();
            assert_eq!(find(parents), Ancestors { pids, are_all }, "{parents:?}");
        }
    }

    #[test]
    fn we_have_a_parent_and_may_signal() {
        let host = Host::new(None);
        let ancestors = Ancestors::find(&host);
        assert!(ancestors.include(std::os::unix::process::parent_id().cast_signed()));
        assert!(!ancestors.may_be_more());
        assert!(!ancestors.include(process::id().cast_signed()));
        assert_eq!(obstacle(&host), None);
    }

    #[test]
    fn a_proc_of_another_namespace_is_told() {
        for (status, expected) in [
            ("Name:\tx\nNSpid:\t7\nNSpgid:\t7\n", true),
            ("NSpid:\t7\t7\n", false),
            ("NSpid:\t4711\t7\n", false),
            ("NSpid:\t8\n", false),
            ("Pid:\t7\n", false),
            ("", false),
        ] {
            assert_eq!(is_of_this_namespace(status, 7), expected, "{status:?}");
        }
    }
}
