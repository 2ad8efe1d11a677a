//! The files from which libc answers on the running system.
//!
//! libc opens and reads them without a second look: a pipe would hold it up, a device feed it for
//! ever. So they are looked at before it is asked; a database that something is wrong with is
//! passed over, and its numbers are shown.

use crate::notice;
use crate::plain_file::{self, Unread};
use std::path::Path;
use std::sync::{Mutex, OnceLock, PoisonError};

/// The most bytes of a file of names. Real ones are far smaller; this bounds memory and time.
pub const MAX_FILE_SIZE: u64 = 16 << 20;

/// What says where the names are, for all databases.
pub const SWITCH: &str = "/etc/nsswitch.conf";

/// A database of the running system.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Database {
    /// The names of hosts.
    Hosts,
    /// The names of networks.
    Networks,
    /// The names of ports.
    Services,
    /// The names of IP protocols.
    Protocols,
    /// The names of users.
    Users,
}

impl Database {
    /// Returns the files that libc may read for it.
    fn files(self) -> &'static [&'static str] {
        match self {
            Database::Hosts => &[SWITCH, "/etc/hosts", "/etc/host.conf", "/etc/resolv.conf"],
            Database::Networks => &[SWITCH, "/etc/networks", "/etc/resolv.conf"],
            Database::Services => &[SWITCH, "/etc/services"],
            Database::Protocols => &[SWITCH, "/etc/protocols"],
            Database::Users => &[SWITCH, "/etc/passwd"],
        }
    }

    /// Returns whether libc can be asked. Its files are looked at once; a note about one of them
    /// follows a call of `before_note`.
    pub fn is_usable(self, before_note: &mut dyn FnMut()) -> bool {
        static VERDICTS: [OnceLock<bool>; 5] = [const { OnceLock::new() }; 5];
        *VERDICTS[self as usize].get_or_init(|| {
            let flaws = self
                .files()
                .iter()
                .filter_map(|file| Some((*file, flaw(file)?)));
            let mut is_usable = true;
            for (file, why) in flaws {
                is_usable = false;
                if is_news(file) {
                    before_note();
                    notice::say(format_args!(
                        "{file}: {why}: showing numbers instead of names"
                    ));
                }
            }
            is_usable
        })
    }
}

/// Returns what is wrong with a file. One that is missing or can't be opened is libc's to judge.
fn flaw(file: &str) -> Option<Unread> {
    let flaw = plain_file::check(Path::new(file), MAX_FILE_SIZE).err();
    flaw.filter(|why| !matches!(why, Unread::Failed(_)))
}

/// Returns whether nothing has been said about a file yet: several databases have some in common.
fn is_news(file: &'static str) -> bool {
    static TOLD: Mutex<Vec<&str>> = Mutex::new(Vec::new());
    let mut told = TOLD.lock().unwrap_or_else(PoisonError::into_inner);
    let is_news = !told.contains(&file);
    if is_news {
        told.push(file);
    }
    is_news
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_plain_file_is_a_flaw() {
        for (file, expected) in [
            ("/dev/null", Some("not a plain file")),
            ("/etc", Some("not a plain file")),
            ("/etc/passwd", None),
            ("/nowhere/at/all", None),
        ] {
            let found = flaw(file).map(|why| why.to_string());
            assert_eq!(found.as_deref(), expected, "{file}");
        }
        assert!(is_news("a test") && !is_news("a test"));
    }
}
