//! The kernel's own files: what an open file is.

use nix::sys::statfs::{FsType, PROC_SUPER_MAGIC, fstatfs};
use std::io;
use std::os::fd::AsFd;

/// The file system of namespaces (`NSFS_MAGIC`, include/uapi/linux/magic.h).
const NSFS_MAGIC: FsType = FsType(0x6e73_6673);

/// Returns whether a file is the kernel's, in procfs, and not a copy.
pub fn is_procfs(file: impl AsFd) -> bool {
    fstatfs(file).is_ok_and(|it| it.filesystem_type() == PROC_SUPER_MAGIC)
}

/// Returns whether a file stands for a namespace.
///
/// # Errors
/// The kernel does not say.
pub fn is_namespace(file: impl AsFd) -> io::Result<bool> {
    Ok(fstatfs(file)?.filesystem_type() == NSFS_MAGIC)
}
