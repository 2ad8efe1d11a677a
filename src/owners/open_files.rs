//! How many files a process has open, and may have.

use super::Owner;
use super::descriptors;
use crate::host::Host;
use std::io::{self, ErrorKind, Read};

/// How the line begins that has the limits, the soft and the hard one (`man 5 proc`, /proc/PID/limits).
const LINE: &str = "Max open files";

/// The most bytes of the file of limits that are read: it has about 1,300.
const LONGEST: u64 = 16 << 10;

/// The open files of a process, and the limits of their number; `None` where there is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OpenFiles {
    /// How many there are.
    pub open: u64,
    /// The limit that holds.
    pub soft: Option<u64>,
    /// What the process may raise it to.
    pub hard: Option<u64>,
}

/// Why it is not known.
#[derive(Debug)]
pub struct Unread {
    /// What can't be read.
    pub path: String,
    /// Why.
    pub error: io::Error,
}

impl Unread {
    /// Returns whether the process has ended.
    pub fn has_gone(&self) -> bool {
        descriptors::has_gone(&self.error)
    }
}

impl OpenFiles {
    /// Reads those of a process.
    ///
    /// # Errors
    /// A file that can't be read: the process has ended, or is another user's.
    pub fn of(host: &Host, owner: &Owner) -> Result<OpenFiles, Unread> {
        let failed = |name: &str, error| Unread {
            path: path(host, owner, name),
            error,
        };
        let in_limits = |error| failed("limits", error);
        let folder = host.files().folder(folder(owner)).map_err(in_limits)?;
        let mut text = String::new();
        let limits = folder.open("limits").map_err(in_limits)?;
        let read = limits.take(LONGEST).read_to_string(&mut text);
        read.map_err(in_limits)?;
        let (soft, hard) =
            limits_in(&text).ok_or_else(|| in_limits(ErrorKind::InvalidData.into()))?;
        let descriptors = folder.open_folder("fd");
        let open = descriptors.and_then(|it| descriptors::count(&it, host.is_live()));
        Ok(OpenFiles {
            open: open.map_err(|error| failed("fd", error))?,
            soft,
            hard,
        })
    }
}

/// Returns the path of a file that tells of a process, for messages.
pub fn path(host: &Host, owner: &Owner, name: &str) -> String {
    let path = format!("{}/{name}", folder(owner));
    host.files().full_path(path).display().to_string()
}

/// Returns the folder of the thread that the descriptors are of.
fn folder(owner: &Owner) -> String {
    match owner.thread == owner.pid {
        true => format!("proc/{}", owner.pid),
        false => format!("proc/{}/task/{}", owner.pid, owner.thread),
    }
}

/// Returns the soft and the hard limit of open files, `None` for unlimited.
fn limits_in(text: &str) -> Option<(Option<u64>, Option<u64>)> {
    let line = text.lines().find_map(|line| line.strip_prefix(LINE))?;
    let mut words = line.split_ascii_whitespace();
    let mut limit = || match words.next()? {
        "unlimited" => Some(None),
        number => number.parse().ok().map(Some),
    };
    Some((limit()?, limit()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_stand_behind_their_name() {
        let title =
            "Limit                     Soft Limit           Hard Limit           Units     \n";
        for (line, expected) in [
            (
                "Max open files            1024                 524288               files     \n",
                Some((Some(1024), Some(524_288))),
            ),
            (
                "Max open files            unlimited            unlimited            files     \n",
                Some((None, None)),
            ),
            ("Max open files            1024", None),
            ("Max open files            many few files\n", None),
            ("Max processes             1 2 processes\n", None),
            ("", None),
        ] {
            assert_eq!(limits_in(&format!("{title}{line}")), expected, "{line}");
        }
    }
}
