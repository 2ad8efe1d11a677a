//! The folder with the tables of a network namespace.

use crate::host::Host;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

/// A network namespace, identified by the inode number of its `net` folder: the same for all of its
/// processes, and unique to the namespace. 0 if the folder is missing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Namespace(pub u64);

/// A `net` folder of a `proc` file system, and its namespace.
#[derive(Debug, Clone)]
pub struct Net {
    host: Host,
    /// The folder, as a path in [`Host::files`].
    folder: PathBuf,
    namespace: Namespace,
}

impl Net {
    /// Returns the default `net` folder of `host`: on the running system, that of the caller's own
    /// namespace.
    pub fn of(host: &Host) -> Net {
        let folder = host.net_folder();
        let inode = host.files().stat(folder).map_or(0, |it| it.st_ino);
        Net {
            host: host.clone(),
            folder: folder.to_owned(),
            namespace: Namespace(inode),
        }
    }

    /// Returns the namespace's host.
    pub fn host(&self) -> &Host {
        &self.host
    }

    /// Returns the namespace. It is part of every row's identity.
    pub fn namespace(&self) -> Namespace {
        self.namespace
    }

    /// Returns the path of a table, such as `tcp`, for messages.
    pub fn path(&self, table: impl AsRef<Path>) -> PathBuf {
        self.host.files().full_path(self.folder.join(table))
    }

    /// Opens a table, such as `tcp`.
    ///
    /// # Errors
    /// As [`Tree::open`](crate::host::Tree::open).
    pub fn open(&self, table: &str) -> io::Result<File> {
        self.host.files().open(self.folder.join(table))
    }

    /// Returns whether the `net` folder has a folder of this name.
    pub fn has_folder(&self, name: &str) -> bool {
        self.host.files().has_folder(self.folder.join(name))
    }
}
