//! Where the tables of one network namespace are.

use crate::host::Host;
use std::fs::{self, File};
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

/// A network namespace, by the inode number of its `net` folder: the same for all its processes,
/// and another for each other namespace. 0 if the folder is missing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Namespace(pub u64);

/// A `net` folder of a `proc` file system, and the namespace that it shows.
#[derive(Debug, Clone)]
pub struct Net {
    host: Host,
    folder: PathBuf,
    namespace: Namespace,
}

impl Net {
    /// Returns the namespace that `host` shows by default: the caller's own on the running system.
    pub fn of(host: &Host) -> Net {
        let folder = host.net_folder();
        let inode = fs::metadata(folder).map_or(0, |it| it.ino());
        Net {
            host: host.clone(),
            folder: folder.to_owned(),
            namespace: Namespace(inode),
        }
    }

    /// Returns the system that the namespace belongs to.
    pub fn host(&self) -> &Host {
        &self.host
    }

    /// Returns the namespace, which is part of the identity of every row.
    pub fn namespace(&self) -> Namespace {
        self.namespace
    }

    /// Returns the path of a table such as `tcp`.
    pub fn path(&self, table: impl AsRef<Path>) -> PathBuf {
        self.folder.join(table)
    }

    /// Opens a table such as `tcp`.
    ///
    /// # Errors
    /// As [`Host::open`].
    pub fn open(&self, table: &str) -> io::Result<File> {
        self.host.open(&self.path(table))
    }

    /// Returns whether `name` is a folder among the tables.
    pub fn has_folder(&self, name: &str) -> bool {
        self.host.is_folder(&self.path(name))
    }
}
