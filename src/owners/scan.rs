//! The scan of /proc/*/fd, on several threads where there is much to read.

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

/// How much of a command line is read, in bytes, as in net-tools: the program's name stands at its
/// start, and an argument list can be megabytes long.
const COMMAND_LINE_READ: usize = 511;

/// How much of a command line is read where the whole of it is wanted, in bytes.
const LONGEST_COMMAND: usize = 4096;

/// How many links are read before other threads are asked to help. Most systems have fewer.
const ALONE: usize = 1024;

/// The most threads that scan: they share the kernel's locks, so more gain little.
const MOST_THREADS: usize = 8;

/// A process and its sockets.
#[derive(Debug)]
pub struct Holder {
    /// The process.
    pub owner: Owner,
    /// The inodes of its sockets, as often as it has them, and the numbers of the descriptors.
    pub sockets: Vec<(u64, u32)>,
}

/// What a scan has found.
#[derive(Debug)]
pub struct Scanned {
    /// The processes that have sockets, by PID, ascending.
    pub holders: Vec<Holder>,
    /// Whether some processes were closed to us.
    pub denied: bool,
    /// Why some owners may be missing for another reason.
    pub failure: Option<io::Error>,
}

/// What descriptors lead to, by PID and number: the inodes of sockets.
pub type Known = HashMap<i32, HashMap<u32, u64>>;

/// Scans the processes in `scope`: all their descriptors but those that are `known`.
pub fn scan(host: &Host, scope: &Scope, known: Option<&Known>) -> Scanned {
    let pids = match &scope.pids {
        Some(pids) => Ok(pids.clone()),
        None => process_ids(host),
    };
    let pids = match pids {
        Ok(pids) => pids,
        Err(error) => {
            return Scanned {
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
    Scanned {
        holders,
        denied: scan.denied.into_inner(),
        failure: match scan.failure.into_inner() {
            0 => None,
            errno => Some(io::Error::from_raw_os_error(errno)),
        },
    }
}

/// What the threads of one scan share.
struct Scan<'a> {
    host: &'a Host,
    pids: Vec<i32>,
    /// Which descriptors are left out, if any are.
    known: Option<&'a Known>,
    /// Whether whole command lines are wanted.
    wants_commands: bool,
    /// The place in `pids` of the next process to scan.
    next: AtomicUsize,
    denied: AtomicBool,
    /// The error number of a failure that is not a process's own, or 0.
    failure: AtomicI32,
}

impl Scan<'_> {
    fn run(&self) -> Vec<Holder> {
        thread::scope(|scope| {
            let mut helpers = Vec::new();
            let mut read = 0;
            let mut holders = self.scan_processes(&mut || {
                read += 1;
                if read == ALONE {
                    let threads = thread::available_parallelism().map_or(1, usize::from);
                    helpers.extend((1..threads.min(MOST_THREADS)).filter_map(|_| {
                        let help = || self.scan_processes(&mut || {});
                        // Where no thread can be started, this one does it all.
                        thread::Builder::new().spawn_scoped(scope, help).ok()
                    }));
                }
            });
            for helper in helpers {
                // A thread can't panic here; if it did, its processes would have no owners.
                holders.extend(helper.join().unwrap_or_default());
            }
            holders
        })
    }

    /// Scans processes until none is left; calls `on_link` for each link that is read.
    fn scan_processes(&self, on_link: &mut dyn FnMut()) -> Vec<Holder> {
        let mut holders = Vec::new();
        while let Some(&pid) = self.pids.get(self.next.fetch_add(1, Ordering::Relaxed)) {
            match self.scan_process(pid, on_link) {
                Ok(holder) => holders.extend(holder),
                Err(ProcError::PermissionDenied(_)) => self.denied.store(true, Ordering::Relaxed),
                Err(ProcError::Io(error, _)) => self.note_failure(error.raw_os_error()),
                // The process has ended, or the folder lacks what a process has.
                Err(_) => {}
            }
        }
        holders
    }

    /// Keeps an error that is not the process's, but ours or the system's; others mean that the
    /// process has ended, or that the folder lacks what a process has.
    fn note_failure(&self, errno: Option<i32>) {
        if let Some(ours @ (libc::EMFILE | libc::ENFILE | libc::ENOMEM | libc::EIO)) = errno {
            self.failure.store(ours, Ordering::Relaxed);
        }
    }

    fn scan_process(
        &self,
        pid: i32,
        on_link: &mut dyn FnMut(),
    ) -> Result<Option<Holder>, ProcError> {
        let process = Process::new_with_root(self.host.proc().join(pid.to_string()))?;
        // As a folder, because to open a pipe would wait for its writer.
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
            // What has been found counts all the same.
            self.note_failure(error.raw_os_error());
        }
        if sockets.is_empty() {
            return Ok(None);
        }
        // Without a name net-tools does not show the process.
        let room = match self.wants_commands {
            true => LONGEST_COMMAND,
            false => COMMAND_LINE_READ,
        };
        Ok(command_line(&process, room).map(|line| Holder {
            owner: Owner {
                pid,
                program: program_in(line.get(..COMMAND_LINE_READ).unwrap_or(&line)),
                command: match self.wants_commands {
                    true => command_in(&line),
                    false => Vec::new(),
                },
            },
            sockets,
        }))
    }
}

/// All PIDs, ascending, as the kernel lists them; the order in a folder of plain files is chance.
pub fn process_ids(host: &Host) -> std::io::Result<Vec<i32>> {
    let mut pids: Vec<i32> = std::fs::read_dir(host.proc())?
        .filter_map(|entry| process_id(&entry.ok()?.file_name()))
        .collect();
    pids.sort_unstable();
    Ok(pids)
}

fn process_id(name: &OsStr) -> Option<i32> {
    let digits = name.to_str()?;
    (!digits.starts_with(['0', '+', '-'])).then(|| digits.parse().ok())?
}

/// Calls `each` with the number of every descriptor in a process's `fd` folder that is wanted, and
/// what it leads to.
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
        // procfs has descriptor N at place N + 2 of the folder, behind `.` and `..`
        // (fs/proc/fd.c): what is left to list begins here.
        folder.seek(SeekFrom::Start(next + 2))?;
    }
    each_link_by_name(folder, is_wanted, each)
}

/// Reads the links 0, 1, 2, … as far as they are dense, which spares the kernel the listing of
/// their names; returns the first number that it has not read.
fn each_link_by_number(
    folder: &File,
    is_wanted: &dyn Fn(u32) -> bool,
    each: &mut dyn FnMut(u32, &[u8]),
) -> io::Result<u64> {
    // From Linux 6.2 on, the folder's size is the number of open descriptors; before, it is 0.
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
        // Descriptors come and go meanwhile: a number that is not there is no error.
        missing += u64::from(read_link(folder, name, number as u32, each).is_err());
    }
    Ok(open)
}

/// Reads the links that the folder lists from its place on.
fn each_link_by_name(
    folder: &File,
    is_wanted: &dyn Fn(u32) -> bool,
    each: &mut dyn FnMut(u32, &[u8]),
) -> io::Result<()> {
    let mut buffer = [MaybeUninit::uninit(); 8192];
    let mut listing = RawDir::new(folder, &mut buffer);
    while let Some(entry) = listing.next() {
        // After an error there would be no end of errors.
        let entry = entry?;
        let name = entry.file_name();
        if name.to_bytes().first().is_some_and(u8::is_ascii_digit) {
            let number = name.to_str().ok().and_then(|it| it.parse().ok());
            let number = number.unwrap_or(0);
            if is_wanted(number) {
                // A descriptor can be closed meanwhile.
                let _ = read_link(folder, name, number, each);
            }
        }
    }
    Ok(())
}

/// Calls `each` with the number and the target of a link, as much of it as the longest one to a socket has.
///
/// rustix reads into a buffer of ours, where nix and std allocate one for each link.
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

/// Whether a descriptor of a process leads to the socket `inode`.
pub fn leads_to(host: &Host, pid: i32, number: u32, inode: u64) -> bool {
    let link = host.proc().join(format!("{pid}/fd/{number}"));
    let target = std::fs::read_link(link);
    target.is_ok_and(|it| socket_inode(it.as_os_str().as_bytes()) == Some(inode))
}

/// The inode in a link's target `socket:[INODE]`, or `[0000]:INODE` on kernels before 2.4.
///
/// One-digit inodes count for nothing, as in net-tools.
pub fn socket_inode(target: &[u8]) -> Option<u64> {
    let digits = match target.strip_prefix(b"socket:[") {
        Some(rest) => rest.strip_suffix(b"]").filter(|digits| digits.len() > 1)?,
        None => target.strip_prefix(b"[0000]:")?,
    };
    std::str::from_utf8(digits).ok()?.parse().ok()
}

/// The first `room` bytes of a process's command line; none where it can't be told.
fn command_line(process: &Process, room: usize) -> Option<Vec<u8>> {
    let mut line = Vec::with_capacity(room);
    process
        .open_relative_flags(
            "cmdline",
            OFlags::RDONLY | OFlags::NONBLOCK | OFlags::CLOEXEC,
        )
        .ok()?
        .take(room as u64)
        .read_to_end(&mut line)
        .ok()?;
    Some(line)
}

/// A command line with blanks between the arguments, printable.
fn command_in(command_line: &[u8]) -> Vec<u8> {
    let end = command_line.iter().rposition(|&byte| byte != 0);
    let mut command = command_line[..end.map_or(0, |end| end + 1)].to_vec();
    for byte in &mut command {
        if *byte == 0 {
            *byte = b' ';
        }
    }
    sanitize::printable(command)
}

/// The program's name in the start of a command line (`man 5 proc`, /proc/PID/cmdline).
fn program_in(command_line: &[u8]) -> Vec<u8> {
    let first = command_line.split(|&byte| byte == 0).next().unwrap_or(&[]);
    // Only a whole path loses its folders: `nginx: worker /etc/x` is a title, not a path.
    let name = match first.first() {
        Some(b'/') => first.rsplit(|&byte| byte == b'/').next().unwrap_or(&[]),
        _ => first,
    };
    sanitize::printable(name.to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_to_sockets_are_told_from_others() {
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
