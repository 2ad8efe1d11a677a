//! Files that stand for namespaces (`man 2 ioctl_ns`).

use nix::libc;
use nix::sys::statfs::{FsType, fstatfs};
use std::io;
use std::os::fd::{AsFd, AsRawFd};

/// The file system of namespaces (`NSFS_MAGIC`, include/uapi/linux/magic.h).
const NSFS_MAGIC: FsType = FsType(0x6e73_6673);

mod call {
    nix::ioctl_none!(kind, 0xb7, 0x3);
}

/// Returns whether an open file stands for a network namespace.
///
/// # Errors
/// The kernel does not say.
pub fn is_network_namespace(file: impl AsFd) -> io::Result<bool> {
    let file = file.as_fd();
    if fstatfs(file)?.filesystem_type() != NSFS_MAGIC {
        return Ok(false);
    }
    // SAFETY: the call takes no pointer, and the file is open.
    let kind = unsafe { call::kind(file.as_raw_fd()) }?;
    Ok(kind == libc::CLONE_NEWNET)
}
