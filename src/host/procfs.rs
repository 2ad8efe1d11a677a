//! The kernel's own folder of processes and tables.

use nix::sys::statfs::{PROC_SUPER_MAGIC, fstatfs};
use std::os::fd::AsFd;

/// Returns whether a file is the kernel's, in procfs, and not a copy.
pub fn is_procfs(file: impl AsFd) -> bool {
    fstatfs(file).is_ok_and(|it| it.filesystem_type() == PROC_SUPER_MAGIC)
}
