//! Whether a system has SELinux, which `-Z` needs.

use crate::host::Host;
use crate::tables::is_blank;
use nix::sys::statfs::{SELINUX_MAGIC, statfs};
use nix::sys::statvfs::FsFlags;
use std::io::{self, Read};
use std::path::Path;

/// The mount points of SELinux's file system.
const MOUNT_POINTS: [&str; 2] = ["sys/fs/selinux", "selinux"];
/// A file that every system with SELinux has.
const CONFIGURATION: &str = "etc/selinux/config";
/// The kernel's name of SELinux's file system.
const FILE_SYSTEM: &[u8] = b"selinuxfs";
/// The most bytes of a list of mounts that are read.
const LONGEST_LIST: u64 = 16 << 20;

/// Returns whether `host` has SELinux: its file system is mounted writable, and it is configured.
/// libselinux, which net-tools uses, looks at the same places (`man 3 is_selinux_enabled`).
///
/// In a folder of plain files nothing is mounted: there, the list of mounts decides.
pub fn is_enabled(host: &Host) -> bool {
    // A mount point under another root is not queried: a link there can lead to the running kernel.
    let is_here =
        |point: &&str| host.root().is_none() && is_selinux(&host.files().full_path(point));
    let is_mounted = MOUNT_POINTS.iter().any(is_here)
        || mounts(host).is_ok_and(|mounts| {
            let mut lines = mounts.split(|byte| *byte == b'\n');
            lines.any(|line| is_listed(line, host))
        });
    is_mounted && host.files().open(CONFIGURATION).is_ok()
}

/// Returns whether SELinux's file system is mounted at `path`, not read-only.
fn is_selinux(path: &Path) -> bool {
    statfs(path).is_ok_and(|it| {
        it.filesystem_type() == SELINUX_MAGIC && !it.flags().contains(FsFlags::ST_RDONLY)
    })
}

/// Returns the list of mounts of `host` (`man 5 proc`, /proc/PID/mounts).
fn mounts(host: &Host) -> io::Result<Vec<u8>> {
    let files = host.files();
    let file = match host.root() {
        None => files.open("proc/self/mounts"),
        // The first process's, because `self` leads nowhere, or to this process.
        Some(_) => files
            .open("proc/1/mounts")
            .or_else(|_| files.open("proc/mounts")),
    };
    let mut mounts = Vec::new();
    file?.take(LONGEST_LIST).read_to_end(&mut mounts)?;
    Ok(mounts)
}

/// Returns whether a line of the list of mounts is SELinux's file system, not read-only.
fn is_listed(line: &[u8], host: &Host) -> bool {
    let mut words = line.split(is_blank);
    let (_device, Some(path), Some(kind)) = (words.next(), words.next(), words.next()) else {
        return false;
    };
    if kind != FILE_SYSTEM {
        return false;
    }
    match host.root() {
        None => std::str::from_utf8(path).is_ok_and(|path| is_selinux(Path::new(path))),
        Some(_) => {
            let mut options = words.next().unwrap_or_default().split(|byte| *byte == b',');
            !options.any(|option| option == b"ro")
        }
    }
}
