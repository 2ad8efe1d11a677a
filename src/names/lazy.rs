//! The names in a file of another system (`--root`).

use std::collections::HashMap;
use std::hash::Hash;
use std::path::{Path, PathBuf};

/// Names by number, read from a system's files when the first one is looked up.
#[derive(Debug)]
pub struct LazyNames<K> {
    /// The root of the system, until its files have been read.
    unread: Option<PathBuf>,
    read: fn(&Path) -> HashMap<K, Vec<u8>>,
    names: HashMap<K, Vec<u8>>,
}

impl<K: Copy + Eq + Hash> LazyNames<K> {
    /// Creates the names that `read` returns for the system under `root`. They must be printable.
    pub fn new(root: &Path, read: fn(&Path) -> HashMap<K, Vec<u8>>) -> LazyNames<K> {
        LazyNames {
            unread: Some(root.to_owned()),
            read,
            names: HashMap::new(),
        }
    }

    /// Returns the name of `key`, or `None` if the files don't give it one.
    pub fn name(&mut self, key: K) -> Option<&[u8]> {
        if let Some(root) = self.unread.take() {
            self.names = (self.read)(&root);
        }
        self.names.get(&key).map(Vec::as_slice)
    }
}
