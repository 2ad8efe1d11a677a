//! Names in a file of another system.

use super::files;
use std::collections::HashMap;
use std::hash::Hash;
use std::path::{Path, PathBuf};

/// The names of things of one kind, by their numbers. All of them are printable.
#[derive(Debug)]
pub struct Book<K> {
    /// The file, as long as it has not been read: it is when the first name is asked for.
    unread: Option<(PathBuf, &'static str)>,
    parse: fn(&[u8]) -> HashMap<K, Vec<u8>>,
    printable: fn(Vec<u8>) -> Vec<u8>,
    names: HashMap<K, Vec<u8>>,
}

impl<K: Copy + Eq + Hash> Book<K> {
    /// The names that `parse` finds in the file at `path` of the system under `root`, as
    /// `printable` makes them.
    pub fn new(
        root: &Path,
        path: &'static str,
        parse: fn(&[u8]) -> HashMap<K, Vec<u8>>,
        printable: fn(Vec<u8>) -> Vec<u8>,
    ) -> Book<K> {
        Book {
            unread: Some((root.to_owned(), path)),
            parse,
            printable,
            names: HashMap::new(),
        }
    }

    /// The name of `key`, none where it has none.
    pub fn name(&mut self, key: K) -> Option<&[u8]> {
        if let Some((root, path)) = self.unread.take() {
            let parsed = (self.parse)(&files::read(&root, path)).into_iter();
            self.names = parsed
                .map(|(key, name)| (key, (self.printable)(name)))
                .collect();
        }
        self.names.get(&key).map(Vec::as_slice)
    }
}
