//! What a scan could not read, and so which owners may be missing.

use super::descriptors::has_gone;
use std::io::{self, ErrorKind};
use std::sync::atomic::{AtomicI32, AtomicUsize, Ordering};

/// How many processes could not be read, by reason. One that has ended is not among them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Unread {
    /// Those whose descriptors may not be listed: other users'.
    pub denied: usize,
    /// Those whose descriptors can be listed, but not followed: for root without `CAP_SYS_PTRACE`.
    pub sealed: usize,
    /// Those with another error.
    pub failed: usize,
    /// The last of these errors (`man 3 errno`), or 0.
    pub errno: i32,
    /// The error that the list of all processes ended with, or 0.
    pub unlisted: i32,
}

impl Unread {
    /// Adds the result of a later scan of the same processes.
    pub fn update(&mut self, later: Unread) {
        *self = Unread {
            denied: self.denied.max(later.denied),
            sealed: self.sealed.max(later.sealed),
            failed: self.failed.max(later.failed),
            errno: self.errno.max(later.errno),
            unlisted: self.unlisted.max(later.unlisted),
        };
    }
}

/// The same, counted by several threads.
#[derive(Debug, Default)]
pub struct UnreadCounts {
    denied: AtomicUsize,
    sealed: AtomicUsize,
    failed: AtomicUsize,
    errno: AtomicI32,
}

impl UnreadCounts {
    /// Adds a process whose descriptors can't be listed.
    pub fn add_unlisted(&self, error: &io::Error) {
        self.add(&self.denied, error);
    }

    /// Adds a process some of whose links can't be read.
    pub fn add_sealed(&self, error: &io::Error) {
        self.add(&self.sealed, error);
    }

    /// Adds a process of which something else can't be read.
    pub fn add_failed(&self, error: &io::Error) {
        self.add(&self.failed, error);
    }

    fn add(&self, if_denied: &AtomicUsize, error: &io::Error) {
        if has_gone(error) {
            return;
        }
        if error.kind() == ErrorKind::PermissionDenied {
            if_denied.fetch_add(1, Ordering::Relaxed);
            return;
        }
        self.failed.fetch_add(1, Ordering::Relaxed);
        self.errno.store(errno(error), Ordering::Relaxed);
    }

    /// Returns the total, and the error of listing all processes.
    pub fn total(self, unlisted: Option<io::Error>) -> Unread {
        let is_denied = |it: &io::Error| it.kind() == ErrorKind::PermissionDenied;
        let is_list_denied = unlisted.as_ref().is_some_and(is_denied);
        Unread {
            denied: self.denied.into_inner() + usize::from(is_list_denied),
            sealed: self.sealed.into_inner(),
            failed: self.failed.into_inner(),
            errno: self.errno.into_inner(),
            unlisted: unlisted
                .filter(|it| !is_denied(it))
                .map_or(0, |it| errno(&it)),
        }
    }
}

/// Returns the error's number; of one that has none, that of an error of input.
fn errno(error: &io::Error) -> i32 {
    error.raw_os_error().unwrap_or(nix::libc::EIO)
}
