//! Processes with sockets that are about to have as many open files as they may.

use super::text::{count, percent};
use super::{About, Check, Finding, Looks, Moment, Needs, Severity, Sockets, TwoLooks, Whose};
use crate::host::Host;
use crate::listing::Joined;
use crate::owners::Owner;
use crate::owners::open_files::{self, OpenFiles};
use crate::tables::Socket;
use std::collections::BTreeMap;

/// From this share of the limit on, in percent, a burst of connections reaches it.
const NEARLY_ALL: u64 = 80;

/// A limit below this is one that a program sets itself so as to open nothing more, as OpenSSH's sandbox does:
/// POSIX guarantees 20 (_POSIX_OPEN_MAX), and the kernel's own is 1,024 (INR_OPEN_CUR).
const DELIBERATE: u64 = 64;

pub const ABOUT: About = About {
    name: "open_files",
    summary: "processes with sockets that are near their limit of open files",
    needs: Needs {
        two_looks: TwoLooks::No,
        sockets: Sockets::Once,
    },
    begin: || Box::new(Holders::default()),
};

/// The processes that hold sockets.
#[derive(Debug, Default)]
struct Holders {
    processes: BTreeMap<i32, Process>,
    /// Whether a socket's owner can't be seen.
    lacks_owners: bool,
}

/// A process that holds sockets.
#[derive(Debug)]
struct Process {
    owner: Owner,
    whose: Whose,
}

impl Check for Holders {
    fn see(&mut self, moment: Moment, socket: &Socket<'_>, joined: &mut Joined<'_>) {
        if moment == Moment::First {
            return;
        }
        match joined.owner(socket) {
            Some(owner) if self.processes.contains_key(&owner.pid) => {}
            Some(owner) => {
                let process = |whose| Process {
                    owner: owner.clone(),
                    whose,
                };
                let process = Whose::of(socket, joined).map(process);
                self.processes.extend(process.map(|it| (owner.pid, it)));
            }
            None => self.lacks_owners |= joined.lacks_known_owner(socket),
        }
    }

    fn conclude(&mut self, looks: &Looks<'_>) -> Result<Vec<Finding>, String> {
        let host = looks.host();
        let mut findings = Vec::new();
        let mut unread = None;
        for process in self.processes.values() {
            match OpenFiles::of(host, &process.owner) {
                Ok(files) => findings.extend(finding(host, process, files)),
                Err(why) if host.is_live() && why.has_gone() => {}
                Err(why) => {
                    unread = unread.or_else(|| Some(format!("{}: {}", why.path, why.error)))
                }
            }
        }
        findings.extend(unread.map(Finding::unknown));
        if self.lacks_owners {
            findings.push(Finding::unknown("not all owners of sockets are visible"));
        }
        Ok(findings)
    }
}

fn finding(host: &Host, process: &Process, files: OpenFiles) -> Option<Finding> {
    let OpenFiles { open, soft, hard } = files;
    let soft = soft.filter(|soft| *soft >= DELIBERATE)?;
    if open * 100 < soft.saturating_mul(NEARLY_ALL) {
        return None;
    }
    let (severity, what) = match open >= soft {
        true => (
            Severity::Problem,
            "it cannot open files or accept connections (EMFILE)",
        ),
        false => (
            Severity::Warning,
            "at the limit, it cannot accept connections",
        ),
    };
    let whose = &process.whose;
    let sentence = format!(
        "{whose} has {} of at most {} files open ({}): {what}.",
        count(open.into()),
        count(soft.into()),
        percent(open.into(), soft.into()),
    );
    let hard = hard.map_or_else(|| "unlimited".to_owned(), |hard| hard.to_string());
    let raise = format!(
        "its limit, with LimitNOFILE= in its unit or ulimit -n (now {soft}, at most {hard})"
    );
    let at = |name| open_files::path(host, &process.owner, name);
    let finding = Finding::new(severity, sentence)
        .from("open_files", open, at("fd"))
        .from("open_files_limit", soft, at("limits"))
        .of(Some(whose.clone()))
        .advise("Look", format!("rnetstat -anp --pid {}", whose.pid))
        .advise("Raise", raise);
    Some(finding)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(open: u64, soft: Option<u64>) -> Option<Severity> {
        let owner = Owner {
            pid: 812,
            thread: 812,
            program: b"nginx".to_vec(),
            comm: Vec::new(),
            executable: None,
            command: Vec::new(),
            belonging: None,
        };
        let whose = Whose {
            pid: 812,
            program: "nginx".to_owned(),
            unit: None,
            container: None,
        };
        let files = OpenFiles {
            open,
            soft,
            hard: None,
        };
        let process = Process { owner, whose };
        finding(&Host::new(None), &process, files).map(|it| it.severity)
    }

    #[test]
    fn open_files_are_held_against_the_soft_limit() {
        for (open, soft, expected) in [
            (819, Some(1024), None),
            (820, Some(1024), Some(Severity::Warning)),
            (1023, Some(1024), Some(Severity::Warning)),
            (1024, Some(1024), Some(Severity::Problem)),
            (5000, None, None),
            (5000, Some(u64::MAX), None),
            // A sandbox.
            (5, Some(0), None),
            (63, Some(63), None),
        ] {
            assert_eq!(found(open, soft), expected, "{open} {soft:?}");
        }
    }
}
