//! The folder with the tables of a network namespace.

use super::byte_order;
use crate::host::{ByteOrder, Host};
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
    /// The order in which its tables are read, whatever the host's is.
    read_as: Option<ByteOrder>,
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
            read_as: None,
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

    /// Returns the order of the bytes in the 32-bit words that addresses are in. A table asks once.
    ///
    /// Addresses are words in igmp, mcfilter, raw, route, rt_cache, tcp, udp, udplite, and IPv6's
    /// raw6, tcp6, udp6, udplite6. All other tables have texts, or numbers in network byte order.
    pub fn byte_order(&self) -> ByteOrder {
        let found = || self.host.byte_order(|| byte_order::find(self));
        self.read_as.unwrap_or_else(found)
    }

    /// Returns the same folder, with words that are read as those of a machine with this order.
    pub fn read_as(&self, order: ByteOrder) -> Net {
        Net {
            read_as: Some(order),
            ..self.clone()
        }
    }

    /// Returns whether this is the namespace in which the kernel's calls answer: the caller's own, in
    /// the /proc of the running system. A root may be anything, even a link to that.
    pub fn is_callers_own(&self) -> bool {
        let is_own = ["proc/net", "proc/self/net"]
            .map(Path::new)
            .contains(&&*self.folder);
        is_own && self.host.is_live() && self.host.root().is_none()
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
