//! Resolves a path under a root name by name, where the kernel can't do so in one call.

use super::procfs::is_procfs;
use nix::errno::Errno;
use nix::fcntl::{OFlag, openat, readlinkat};
use nix::sys::stat::{Mode, fstat};
use std::collections::VecDeque;
use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::path::{Component, Path};

/// The most links on one path, as in the kernel (`man 7 path_resolution`).
const MOST_LINKS: u32 = 40;

/// The inode number of procfs's own folder (fs/proc/root.c). The links in it lead within procfs.
const PROC_ROOT: u64 = 1;

/// Opens `path` with `flags`, as openat2 does with `RESOLVE_IN_ROOT` and `RESOLVE_NO_MAGICLINKS`.
///
/// # Errors
/// As `man 2 openat2`. `ELOOP` too if a link is put in the place of a name meanwhile.
pub fn open(root: &File, path: &Path, flags: OFlag) -> nix::Result<OwnedFd> {
    let mut names = names_of(path);
    // The folders from the root to the current one, without the root.
    let mut folders: Vec<OwnedFd> = Vec::new();
    let mut links = 0;
    while let Some(name) = names.pop_front() {
        if name == *".." {
            folders.pop();
            continue;
        }
        let here = folders.last().map_or(root.as_fd(), AsFd::as_fd);
        if let Some(target) = link(here, &name)? {
            links += 1;
            if links > MOST_LINKS {
                return Err(Errno::ELOOP);
            }
            let target = Path::new(&target);
            if target.has_root() {
                folders.clear();
            }
            for name in names_of(target).into_iter().rev() {
                names.push_front(name);
            }
            continue;
        }
        if names.is_empty() {
            return open_name(here, &name, flags);
        }
        let next = open_name(here, &name, OFlag::O_PATH | OFlag::O_DIRECTORY)?;
        folders.push(next);
    }
    let here = folders.last().map_or(root.as_fd(), AsFd::as_fd);
    open_name(here, OsStr::new("."), flags)
}

fn open_name(folder: impl AsFd, name: &OsStr, flags: OFlag) -> nix::Result<OwnedFd> {
    let flags = flags | OFlag::O_NOFOLLOW | OFlag::O_CLOEXEC;
    openat(folder, name, flags, Mode::empty())
}

/// Returns where the link `name` leads, or `None` if it is no link.
fn link(folder: impl AsFd, name: &OsStr) -> nix::Result<Option<OsString>> {
    match readlinkat(&folder, name) {
        Err(Errno::EINVAL) => Ok(None),
        Err(error) => Err(error),
        // What a process's links lead to has nothing to do with how they read.
        Ok(_) if is_procfs(&folder) && fstat(&folder)?.st_ino != PROC_ROOT => Err(Errno::ELOOP),
        Ok(target) => Ok(Some(target)),
    }
}

/// Returns the names in a path, and `..` where it goes up.
fn names_of(path: &Path) -> VecDeque<OsString> {
    let names = path.components().filter_map(|part| match part {
        Component::Normal(name) => Some(name.to_owned()),
        Component::ParentDir => Some(OsStr::from_bytes(b"..").to_owned()),
        Component::CurDir | Component::RootDir | Component::Prefix(_) => None,
    });
    names.collect()
}
