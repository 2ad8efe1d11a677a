//! Names that are asked for one by one, and kept.

use super::files;
use crate::host::Host;
use crate::sanitize;
use std::collections::HashMap;
use std::hash::Hash;
use std::path::PathBuf;

/// The names of things of one kind, by their numbers. All of them are printable.
#[derive(Debug)]
pub struct Book<K> {
    known: HashMap<K, Option<Vec<u8>>>,
    source: Source<K>,
}

/// Where the names come from.
#[derive(Debug)]
enum Source<K> {
    /// From the running system, one by one.
    System(fn(K) -> Option<Vec<u8>>),
    /// From a file of another system, which is read when the first name is asked for.
    File {
        root: PathBuf,
        path: &'static str,
        parse: fn(&[u8]) -> HashMap<K, Vec<u8>>,
    },
    /// From nowhere: all that can be known is.
    Read,
}

impl<K: Copy + Eq + Hash> Book<K> {
    /// The names of `host`: what `ask` says if it is the running system, else what `parse` finds
    /// in its file at `path`.
    pub fn new(
        host: &Host,
        ask: fn(K) -> Option<Vec<u8>>,
        path: &'static str,
        parse: fn(&[u8]) -> HashMap<K, Vec<u8>>,
    ) -> Book<K> {
        let source = match host.root() {
            None => Source::System(ask),
            Some(root) => Source::File {
                root: root.to_owned(),
                path,
                parse,
            },
        };
        Book {
            known: HashMap::new(),
            source,
        }
    }

    /// The name of `key`, none where it has none.
    pub fn name(&mut self, key: K) -> Option<&[u8]> {
        if let Source::File { root, path, parse } = &self.source {
            let parsed = parse(&files::read(root, path)).into_iter();
            self.known = parsed
                .map(|(key, name)| (key, Some(sanitize::printable(name))))
                .collect();
            self.source = Source::Read;
        }
        if let Source::System(ask) = self.source {
            let known = self.known.entry(key);
            known.or_insert_with(|| ask(key).map(sanitize::printable));
        }
        self.known.get(&key)?.as_deref()
    }

    /// How many answers are kept.
    pub fn len(&self) -> usize {
        self.known.len()
    }
}
