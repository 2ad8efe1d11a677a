//! Facts about owners that few listings show: read on demand, once for each process.

use super::program;
use crate::host::Host;
use crate::sanitize;
use std::collections::HashMap;
use std::io::Read;

/// The most bytes of a security context that are read, as in libselinux.
const CONTEXT_LIMIT: u64 = 4095;

/// A fact about a process.
#[derive(Debug)]
pub struct Fact {
    /// The key under which it is kept: that of its column.
    pub key: &'static str,
    /// Reads it for the process with this PID. Returns text without what controls a terminal, or `None` if it can't be
    /// read, for example because the process has ended.
    pub read: fn(&Host, i32) -> Option<Vec<u8>>,
}

/// The SELinux security context (`man 5 proc`, /proc/PID/attr/current).
pub const CONTEXT: Fact = Fact {
    key: "context",
    read: |host, pid| {
        let mut context = Vec::new();
        let file = host.process(pid).ok()?.open("attr/current").ok()?;
        file.take(CONTEXT_LIMIT).read_to_end(&mut context).ok()?;
        if context.is_empty() {
            return None;
        }
        // The kernel ends it with a zero byte, security modules other than SELinux with a newline.
        let ends = |byte: &u8| matches!(byte, 0 | b'\n');
        let length = context.iter().position(ends).unwrap_or(context.len());
        context.truncate(length);
        Some(sanitize::without_controls(context))
    },
};

/// What the kernel calls it (`man 5 proc`, /proc/PID/comm).
pub const COMM: Fact = Fact {
    key: "comm",
    read: |host, pid| program::comm(&host.process(pid).ok()?),
};

/// The path of its executable when it was started, in its own root.
pub const EXECUTABLE: Fact = Fact {
    key: "exe",
    read: |host, pid| Some(program::executable(&host.process(pid).ok()?)?.path),
};

/// Whether its executable has been deleted since: `yes` or `no`.
pub const EXECUTABLE_DELETED: Fact = Fact {
    key: "exe_deleted",
    read: |host, pid| {
        let executable = program::executable(&host.process(pid).ok()?)?;
        Some(match executable.is_deleted {
            true => YES.to_vec(),
            false => b"no".to_vec(),
        })
    },
};

/// The text of a fact that holds.
pub const YES: &[u8] = b"yes";

/// The facts about processes that a listing has read so far.
#[derive(Debug)]
pub struct Facts {
    host: Host,
    known: HashMap<(&'static str, i32), Option<Vec<u8>>>,
}

impl Facts {
    /// Creates an empty collection for the processes of `host`.
    pub fn new(host: &Host) -> Facts {
        Facts {
            host: host.clone(),
            known: HashMap::new(),
        }
    }

    /// Returns a fact about the process with this PID, or `None` if it is not known.
    pub fn of(&mut self, pid: i32, fact: &Fact) -> Option<&[u8]> {
        let read = || (fact.read)(&self.host, pid);
        let known = self.known.entry((fact.key, pid)).or_insert_with(read);
        known.as_deref()
    }
}
