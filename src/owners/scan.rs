//! The scan of /proc/*/fd for sockets, on several threads if there is much to read.
//!
//! Process folders are opened through the procfs crate, so that a scan stays with one process if its
//! PID is given to another. Its other readers are not used here:
//!
//! - `all_processes_with_root` opens each process to return its PID: 3.5 times the cost of listing
//!   the folder, or 0.7 µs a process. The scan would open it again when its turn comes. It also
//!   takes `007` for a process.
//! - `Process::fd` opens, reads and stats each link, where one `readlinkat` does: 27 ms instead of
//!   11 ms for 15,000 sockets. So does `fd_from_fd`, which also fails if this process has no
//!   descriptors left.
//! - `Process::cmdline` reads all of it, drops empty arguments, and fails if it is not UTF-8.

use super::{Owner, Scope};
use crate::host::Host;
use crate::sanitize;
use nix::libc;
use procfs::ProcError;
use procfs::process::Process;
use rustix::fs::{OFlags, RawDir, readlinkat_raw};
use std::collections::HashMap;
use std::ffi::{CStr, OsStr};
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::mem::MaybeUninit;
use std::os::unix::ffi::OsStrExt;
use std::sync::atomic::{AtomicBool, AtomicI32, AtomicUsize, Ordering};
use std::thread;

/// The most that is read of a command line for the program's name, in bytes, as in net-tools. The
/// name is at the start, and an argument list can be megabytes long.
const PROGRAM_LIMIT: usize = 511;

/// The most that is read of a command line if the command is wanted too, in bytes.
const COMMAND_LIMIT: usize = 4096;

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
#[derive(Debug)]
pub struct ScanResult {
    /// The processes that have sockets, by ascending PID.
    pub holders: Vec<Holder>,
    /// Whether access to some processes was denied.
    pub denied: bool,
    /// Another reason why owners may be missing.
    pub failure: Option<io::Error>,
}

/// The inodes of sockets, by PID and descriptor number.
pub type SocketDescriptors = HashMap<i32, HashMap<u32, u64>>;

/// Scans the processes in `scope`, without the descriptors in `known`.
pub fn scan(host: &Host, scope: &Scope, known: Option<&SocketDescriptors>) -> ScanResult {
    let pids = match &scope.pids {
        Some(pids) => Ok(pids.clone()),
        None => process_ids(host),
    };
    let pids = match pids {
        Ok(pids) => pids,
        Err(error) => {
            return ScanResult {
                holders: Vec::new(),
                denied: error.kind() == io::ErrorKind::PermissionDenied,
                failure: Some(error).filter(|it| it.kind() != io::ErrorKind::PermissionDenied),
            };
        }
    };
    let scan = Scan {
        host,
        pids,
        known,
        wants_commands: scope.all,
        next: AtomicUsize::new(0),
        denied: AtomicBool::new(false),
        failure: AtomicI32::new(0),
    };
    let mut holders = scan.run();
    holders.sort_unstable_by_key(|holder| holder.owner.pid);
    ScanResult {
        holders,
        denied: scan.denied.into_inner(),
        failure: match scan.failure.into_inner() {
            0 => None,
            errno => Some(io::Error::from_raw_os_error(errno)),
        },
    }
}

/// The state that the threads of a scan share.
struct Scan<'a> {
    host: &'a Host,
    pids: Vec<i32>,
    /// The descriptors to leave out.
    known: Option<&'a SocketDescriptors>,
    /// Whether owners get their whole command.
    wants_commands: bool,
    /// The index in `pids` of the next process to scan.
    next: AtomicUsize,
    denied: AtomicBool,
    /// The errno of a failure that is not specific to a process, or 0.
    failure: AtomicI32,
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

    /// Scans processes until none is left, and calls `on_link` for each link that is read.
    fn scan_processes(&self, on_link: &mut dyn FnMut()) -> Vec<Holder> {
        let mut holders = Vec::new();
        while let Some(&pid) = self.pids.get(self.next.fetch_add(1, Ordering::Relaxed)) {
            match self.scan_process(pid, on_link) {
                Ok(holder) => holders.extend(holder),
                Err(ProcError::PermissionDenied(_)) => self.denied.store(true, Ordering::Relaxed),
                Err(ProcError::Io(error, _)) => self.record_failure(error.raw_os_error()),
                // The process has ended, or its folder is incomplete.
                Err(_) => {}
            }
        }
        holders
    }

    /// Records an error of this process or of the system. Others mean that the scanned process has
    /// ended, or that its folder is incomplete.
    fn record_failure(&self, errno: Option<i32>) {
        if let Some(errno @ (libc::EMFILE | libc::ENFILE | libc::ENOMEM | libc::EIO)) = errno {
            self.failure.store(errno, Ordering::Relaxed);
        }
    }

    /// Scans a process. Returns `None` if it has no sockets, or no command line: net-tools does not
    /// show a process without a name.
    fn scan_process(
        &self,
        pid: i32,
        on_link: &mut dyn FnMut(),
    ) -> Result<Option<Holder>, ProcError> {
        let process = Process::new_with_root(self.host.proc().join(pid.to_string()))?;
        // As a directory, because opening a pipe would block.
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
        let folder = process.open_relative_flags("fd", flags)?;
        let mut sockets = Vec::new();
        let known = self.known.and_then(|known| known.get(&pid));
        let is_wanted = |number| !known.is_some_and(|known| known.contains_key(&number));
        let read = each_link(self.host, &folder, &is_wanted, &mut |number, target| {
            on_link();
            sockets.extend(socket_inode(target).map(|inode| (inode, number)));
        });
        if let Err(error) = read {
            // The sockets found so far still count.
            self.record_failure(error.raw_os_error());
        }
        if sockets.is_empty() {
            return Ok(None);
        }
        let limit = match self.wants_commands {
            true => COMMAND_LIMIT,
            false => PROGRAM_LIMIT,
        };
        Ok(command_line(&process, limit).map(|line| Holder {
            owner: Owner {
                pid,
                program: program_in(line.get(..PROGRAM_LIMIT).unwrap_or(&line)),
                command: match self.wants_commands {
                    true => command_in(&line),
                    false => Vec::new(),
                },
            },
            sockets,
        }))
    }
}

/// Returns all PIDs, ascending.
///
/// # Errors
/// If the `proc` folder can't be listed.
pub fn process_ids(host: &Host) -> io::Result<Vec<i32>> {
    let mut pids: Vec<i32> = std::fs::read_dir(host.proc())?
        .filter_map(|entry| process_id(&entry.ok()?.file_name()))
        .collect();
    // The kernel lists them in this order, a folder of plain files in any.
    pids.sort_unstable();
    Ok(pids)
}

/// Returns the PID whose folder has this name.
fn process_id(name: &OsStr) -> Option<i32> {
    let digits = name.to_str()?;
    (!digits.starts_with(['0', '+', '-'])).then(|| digits.parse().ok())?
}

/// Calls `each` with the number and the link target of every descriptor in a process's `fd` folder
/// whose number `is_wanted`.
///
/// # Errors
/// If the folder can't be listed to its end.
pub fn each_link(
    host: &Host,
    mut folder: &File,
    is_wanted: &dyn Fn(u32) -> bool,
    each: &mut dyn FnMut(u32, &[u8]),
) -> io::Result<()> {
    let next = match host.is_live() {
        true => each_link_by_number(folder, is_wanted, each)?,
        false => 0,
    };
    if next > 0 {
        // The kernel lists descriptor N at position N + 2, after `.` and `..` (fs/proc/fd.c), so the
        // rest of the listing starts here.
        folder.seek(SeekFrom::Start(next + 2))?;
    }
    each_link_by_name(folder, is_wanted, each)
}

/// Reads the links 0, 1, 2, … for as long as few numbers are missing, so that the kernel need not
/// list their names. Returns the first number that was not read.
fn each_link_by_number(
    folder: &File,
    is_wanted: &dyn Fn(u32) -> bool,
    each: &mut dyn FnMut(u32, &[u8]),
) -> io::Result<u64> {
    // Since Linux 6.2, the folder's size is the number of open descriptors; before, it was 0.
    let open = folder.metadata()?.len();
    let mut missing = 0;
    for number in 0..open {
        if !is_wanted(number as u32) {
            continue;
        }
        let mut digits = [0; 21];
        if write!(&mut digits[..20], "{number}").is_err() || missing > number / 4 + 8 {
            return Ok(number);
        }
        let name = CStr::from_bytes_until_nul(&digits).unwrap_or_default();
        // Descriptors may be opened and closed meanwhile: a missing number is not an error.
        missing += u64::from(read_link(folder, name, number as u32, each).is_err());
    }
    Ok(open)
}

/// Reads the links that the folder lists from its position on.
fn each_link_by_name(
    folder: &File,
    is_wanted: &dyn Fn(u32) -> bool,
    each: &mut dyn FnMut(u32, &[u8]),
) -> io::Result<()> {
    let mut buffer = [MaybeUninit::uninit(); 8192];
    let mut listing = RawDir::new(folder, &mut buffer);
    while let Some(entry) = listing.next() {
        // Stops at an error, because the listing would return it for ever.
        let entry = entry?;
        let name = entry.file_name();
        if name.to_bytes().first().is_some_and(u8::is_ascii_digit) {
            let number = name.to_str().ok().and_then(|it| it.parse().ok());
            let number = number.unwrap_or(0);
            if is_wanted(number) {
                // It may have been closed meanwhile.
                let _ = read_link(folder, name, number, each);
            }
        }
    }
    Ok(())
}

/// Calls `each` with the number and the target of a link. The target is cut to 64 bytes, more than
/// any link to a socket has.
///
/// This uses rustix because it reads into a buffer on the stack; nix and std allocate for each link.
fn read_link(
    folder: &File,
    name: &CStr,
    number: u32,
    each: &mut dyn FnMut(u32, &[u8]),
) -> Result<(), rustix::io::Errno> {
    let mut buffer = [MaybeUninit::uninit(); 64];
    let (target, _) = readlinkat_raw(folder, name, &mut buffer)?;
    each(number, target);
    Ok(())
}

/// Returns whether a descriptor of a process leads to the socket `inode`; `false` if it can't be read.
pub fn leads_to(host: &Host, pid: i32, number: u32, inode: u64) -> bool {
    let link = host.proc().join(format!("{pid}/fd/{number}"));
    let target = std::fs::read_link(link);
    target.is_ok_and(|it| socket_inode(it.as_os_str().as_bytes()) == Some(inode))
}

/// Returns the inode in a link target of the form `socket:[INODE]`, or `[0000]:INODE` from kernels
/// before 2.4.
///
/// `socket:` inodes of one digit are ignored, as in net-tools.
pub fn socket_inode(target: &[u8]) -> Option<u64> {
    let digits = match target.strip_prefix(b"socket:[") {
        Some(rest) => rest.strip_suffix(b"]").filter(|digits| digits.len() > 1)?,
        None => target.strip_prefix(b"[0000]:")?,
    };
    std::str::from_utf8(digits).ok()?.parse().ok()
}

/// Returns the first `limit` bytes of a process's command line, or `None` if it can't be read.
fn command_line(process: &Process, limit: usize) -> Option<Vec<u8>> {
    let mut line = Vec::with_capacity(limit);
    process
        .open_relative_flags(
            "cmdline",
            OFlags::RDONLY | OFlags::NONBLOCK | OFlags::CLOEXEC,
        )
        .ok()?
        .take(limit as u64)
        .read_to_end(&mut line)
        .ok()?;
    Some(line)
}

/// Returns a command line with blanks between its arguments, and nothing that controls a terminal.
fn command_in(command_line: &[u8]) -> Vec<u8> {
    let end = command_line.iter().rposition(|&byte| byte != 0);
    let mut command = command_line[..end.map_or(0, |end| end + 1)].to_vec();
    for byte in &mut command {
        if *byte == 0 {
            *byte = b' ';
        }
    }
    sanitize::without_controls(command)
}

/// Returns the program's name, without what controls a terminal, from the start of a command line (`man 5 proc`,
/// /proc/PID/cmdline).
fn program_in(command_line: &[u8]) -> Vec<u8> {
    let first = command_line.split(|&byte| byte == 0).next().unwrap_or(&[]);
    // Only an absolute path is reduced to its last part: `nginx: worker /etc/x` is a title.
    let name = match first.first() {
        Some(b'/') => first.rsplit(|&byte| byte == b'/').next().unwrap_or(&[]),
        _ => first,
    };
    sanitize::without_controls(name.to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_links_to_sockets_have_an_inode() {
        let cases: [(&str, Option<u64>); 10] = [
            ("socket:[12345]", Some(12345)),
            ("socket:[18446744073709551614]", Some(u64::MAX - 1)),
            ("[0000]:4", Some(4)),
            ("socket:[7]", None),
            ("socket:[12", None),
            ("socket:[12x]", None),
            ("socket:[]", None),
            ("pipe:[12]", None),
            ("/dev/null", None),
            ("", None),
        ];
        for (target, inode) in cases {
            assert_eq!(socket_inode(target.as_bytes()), inode, "{target}");
        }
    }

    #[test]
    fn a_program_is_named_by_the_first_word_of_its_command_line() {
        let cases: [(&[u8], &[u8]); 8] = [
            (b"/usr/sbin/sshd\0-D\0", b"sshd"),
            (
                b"nginx: master process /usr/sbin/nginx\0",
                b"nginx: master process /usr/sbin/nginx",
            ),
            (b"/usr/bin/python3 /opt/y.py --a=b/c\0", b"c"),
            (b"a/b\0", b"a/b"),
            (b"/\0", b""),
            (b"\0\0x", b""),
            (b"", b""),
            (b"\x1b]0;owned\x07", b"?]0;owned?"),
        ];
        for (command_line, program) in cases {
            assert_eq!(program_in(command_line), program, "{command_line:?}");
        }
    }

    #[test]
    fn only_a_plain_number_is_a_process() {
        for (name, pid) in [
            ("12", Some(12)),
            ("007", None),
            ("0", None),
            ("-1", None),
            ("+5", None),
            ("1a", None),
            ("99999999999", None),
            ("net", None),
        ] {
            assert_eq!(process_id(OsStr::new(name)), pid, "{name}");
        }
    }
}
