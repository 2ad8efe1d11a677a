//! The SELinux security contexts of owners.

use crate::host::Host;
use crate::sanitize;
use std::collections::HashMap;
use std::io::Read;

/// How much of a context is read, in bytes, as in libselinux.
const LONGEST: u64 = 4095;

/// The security contexts of processes.
#[derive(Debug)]
pub struct Contexts {
    by_pid: HashMap<i32, Vec<u8>>,
}

impl Contexts {
    /// Reads the contexts of these processes. One that has ended, or is closed to us, has none.
    pub fn read(host: &Host, pids: impl Iterator<Item = i32>) -> Contexts {
        let read = pids.filter_map(|pid| Some((pid, read(host, pid)?)));
        Contexts {
            by_pid: read.collect(),
        }
    }

    /// The context of a process, printable; none where it is not known.
    pub fn of(&self, pid: i32) -> Option<&[u8]> {
        self.by_pid.get(&pid).map(Vec::as_slice)
    }
}

/// Reads a process's context (`man 5 proc`, /proc/PID/attr/current): the kernel ends it with a zero
/// byte, other security modules with a line's end.
fn read(host: &Host, pid: i32) -> Option<Vec<u8>> {
    let mut context = Vec::new();
    let file = host.open_process(pid, "attr/current").ok()?;
    file.take(LONGEST).read_to_end(&mut context).ok()?;
    if context.is_empty() {
        return None;
    }
    let ends = |byte: &u8| matches!(byte, 0 | b'\n');
    let length = context.iter().position(ends).unwrap_or(context.len());
    context.truncate(length);
    Some(sanitize::printable(context))
}
