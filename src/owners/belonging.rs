//! Where the owners of a scan belong, read while they run: a filter may ask for it when they have
//! ended.

use super::cgroup::{self, Place};
use super::containers::{Containers, Names};
use crate::host::{Folder, Host};
use std::sync::{Mutex, PoisonError};

/// Where a process belongs, and what that is called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Belonging {
    /// Its groups.
    pub place: Place,
    /// The names of its container and its pod.
    pub names: Names,
}

/// Reads where processes belong, on several threads.
#[derive(Debug, Default)]
pub struct Reader {
    containers: Mutex<Containers>,
}

impl Reader {
    /// Returns where a process belongs, or `None` if that can't be read.
    pub fn read(&self, host: &Host, process: &Folder<'_>) -> Option<Belonging> {
        let place = cgroup::read(process).ok()?;
        let names = place.container.as_ref().map(|container| {
            let containers = self.containers.lock();
            let mut containers = containers.unwrap_or_else(PoisonError::into_inner);
            containers.names(host.files(), container).clone()
        });
        let names = names.unwrap_or_default();
        Some(Belonging { place, names })
    }
}
