//! Which process owns a socket: socket inode to process, by scanning /proc/*/fd.

use crate::host::Host;
use crate::sanitize;
use nix::dir::Dir;
use nix::fcntl::readlinkat;
use procfs::ProcError;
use procfs::process::Process;
use std::collections::HashMap;
use std::ffi::OsStr;
use std::fs::File;
use std::io::Read;
use std::os::fd::OwnedFd;
use std::os::unix::ffi::OsStrExt;

/// How much of a command line is read, in bytes, as in net-tools: the program's name stands at its
/// start, and an argument list can be megabytes long.
const COMMAND_LINE_READ: u64 = 511;

/// A process that owns sockets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owner {
    /// Its PID in the namespace of the scanned /proc.
    pub pid: i32,
    /// The program's name, printable: the first word of its command line, and of a path only the
    /// last part. Empty where the command line is empty, or was not asked for.
    pub program: Vec<u8>,
}

/// How much of /proc could be seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// All processes.
    Whole,
    /// Some processes; those of other users were closed to us.
    Partial,
    /// No process that has a socket; some were closed to us.
    None,
}

/// The owners of all sockets that a scan of /proc has found.
#[derive(Debug)]
pub struct Owners {
    /// For each socket inode, the place of its first owner in `owners`.
    by_inode: HashMap<u64, usize>,
    owners: Vec<Owner>,
    denied: bool,
}

impl Owners {
    /// Scans all processes, in the order of their PIDs; reads their names where `names` asks for
    /// it. A process that ends meanwhile is passed over.
    pub fn scan(host: &Host, names: bool) -> Owners {
        let mut found = Owners {
            by_inode: HashMap::new(),
            owners: Vec::new(),
            denied: false,
        };
        match process_ids(host) {
            Ok(pids) => {
                for pid in pids {
                    // Any other error means that the process has ended, or that the folder lacks
                    // what a process has.
                    let scanned = found.scan_process(host, pid, names);
                    found.denied |= matches!(scanned, Err(ProcError::PermissionDenied(_)));
                }
            }
            Err(error) => found.denied = error.kind() == std::io::ErrorKind::PermissionDenied,
        }
        found
    }

    /// The process that owns the socket `inode`: where several do, that of the lowest PID.
    pub fn of(&self, inode: u64) -> Option<&Owner> {
        self.by_inode.get(&inode).map(|&place| &self.owners[place])
    }

    /// How much the scan could see.
    pub fn access(&self) -> Access {
        match (self.denied, self.by_inode.is_empty()) {
            (false, _) => Access::Whole,
            (true, false) => Access::Partial,
            (true, true) => Access::None,
        }
    }

    fn scan_process(&mut self, host: &Host, pid: i32, names: bool) -> Result<(), ProcError> {
        let process = Process::new_with_root(host.proc().join(pid.to_string()))?;
        let folder = process.open_relative("fd")?;
        let mut inodes = socket_inodes(folder)?;
        inodes.retain(|inode| !self.by_inode.contains_key(inode));
        if inodes.is_empty() {
            return Ok(());
        }
        let program = match names {
            true => match program_name(&process) {
                Some(program) => program,
                // Without a name net-tools does not show the process.
                None => return Ok(()),
            },
            false => Vec::new(),
        };
        let place = self.owners.len();
        self.owners.push(Owner { pid, program });
        for inode in inodes {
            self.by_inode.insert(inode, place);
        }
        Ok(())
    }
}

/// All PIDs, ascending, as the kernel lists them; the order in a folder of plain files is chance.
fn process_ids(host: &Host) -> std::io::Result<Vec<i32>> {
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

/// The inodes of the sockets among the descriptors in a process's `fd` folder.
fn socket_inodes(folder: File) -> std::io::Result<Vec<u64>> {
    // A descriptor of its own, because the listing needs the folder for itself.
    let mut listing = Dir::from_fd(OwnedFd::from(folder.try_clone()?))?;
    let mut inodes = Vec::new();
    for entry in listing.iter().flatten() {
        let name = entry.file_name();
        if name.to_bytes().first().is_some_and(u8::is_ascii_digit)
            && let Ok(target) = readlinkat(&folder, name)
        {
            inodes.extend(socket_inode(target.as_bytes()));
        }
    }
    Ok(inodes)
}

/// The inode in a link's target `socket:[INODE]`, or `[0000]:INODE` on kernels before 2.4.
///
/// One-digit inodes count for nothing, as in net-tools.
fn socket_inode(target: &[u8]) -> Option<u64> {
    let digits = match target.strip_prefix(b"socket:[") {
        Some(rest) => rest.strip_suffix(b"]").filter(|digits| digits.len() > 1)?,
        None => target.strip_prefix(b"[0000]:")?,
    };
    std::str::from_utf8(digits).ok()?.parse().ok()
}

/// The program that a process runs, printable; none where it can't be told.
fn program_name(process: &Process) -> Option<Vec<u8>> {
    let mut command_line = Vec::with_capacity(COMMAND_LINE_READ as usize);
    process
        .open_relative("cmdline")
        .ok()?
        .take(COMMAND_LINE_READ)
        .read_to_end(&mut command_line)
        .ok()?;
    Some(program_in(&command_line))
}

/// The program's name in the start of a command line (`man 5 proc`, /proc/PID/cmdline).
fn program_in(command_line: &[u8]) -> Vec<u8> {
    let first = command_line.split(|&byte| byte == 0).next().unwrap_or(&[]);
    // Only a whole path loses its folders: `nginx: worker /etc/x` is a title, not a path.
    let name = match first.first() {
        Some(b'/') => first.rsplit(|&byte| byte == b'/').next().unwrap_or(&[]),
        _ => first,
    };
    let mut name = name.to_vec();
    sanitize::make_printable(&mut name);
    name
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
