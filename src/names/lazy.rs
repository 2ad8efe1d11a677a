//! The names in a file of another system (`--root`).

use crate::host::Tree;
use std::collections::HashMap;
use std::hash::Hash;

/// Names by number, read from a system's files when the first one is looked up.
#[derive(Debug)]
pub struct LazyNames<K> {
    /// The system, until its files have been read.
    unread: Option<Tree>,
    read: fn(&Tree) -> HashMap<K, Vec<u8>>,
    names: HashMap<K, Vec<u8>>,
}

impl<K: Copy + Eq + Hash> LazyNames<K> {
    /// Creates the names that `read` returns for a system. They must be printable.
    pub fn new(system: &Tree, read: fn(&Tree) -> HashMap<K, Vec<u8>>) -> LazyNames<K> {
        LazyNames {
            unread: Some(system.clone()),
            read,
            names: HashMap::new(),
        }
    }

    /// Returns the name of `key`, or `None` if the files don't give it one.
    pub fn name(&mut self, key: K) -> Option<&[u8]> {
        if let Some(system) = self.unread.take() {
            self.names = (self.read)(&system);
        }
        self.names.get(&key).map(Vec::as_slice)
    }
}
