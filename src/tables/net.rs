//! The folder with the tables of a network namespace.

use crate::host::Host;
use std::fs::{self, File};
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

/// A network namespace, identified by the inode number of its `net` folder: the same for all of its
/// processes, and unique to the namespace. 0 if the folder is missing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Namespace(pub u64);

/// A `net` folder of a `proc` file system, and its namespace.
#[derive(Debug, Clone)]
pub struct Net {
    host: Host,
    folder: PathBuf,
    namespace: Namespace,
}

impl Net {
    /// Returns the default `net` folder of `host`: on the running system, that of the caller's own
    /// namespace.
    pub fn of(host: &Host) -> Net {
        let folder = host.net_folder();
        let inode = fs::metadata(folder).map_or(0, |it| it.ino());
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

    /// Returns the path of a table, such as `tcp`.
    pub fn path(&self, table: impl AsRef<Path>) -> PathBuf {
        self.folder.join(table)
    }

    /// Opens a table, such as `tcp`.
    ///
    /// # Errors
    /// As [`Host::open`].
    pub fn open(&self, table: &str) -> io::Result<File> {
        self.host.open(&self.path(table))
    }

    /// Returns whether the `net` folder has a folder of this name.
    pub fn has_folder(&self, name: &str) -> bool {
        self.host.is_folder(&self.path(name))
    }
}
