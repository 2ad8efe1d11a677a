//! Processes that a /proc does not list: their sockets seem to have no owner, and no call fails.

use crate::host::{Host, PROC, Tree};
use nix::unistd::{getegid, getgroups};
use std::fmt;
use std::io::{self, Read};

/// The most bytes that are read of a file about mounts or of a process's `status`.
const LONGEST_FILE: u64 = 4 << 20;

/// The number of `CAP_SYS_PTRACE` (`man 7 capabilities`).
const CAP_SYS_PTRACE: u32 = 19;

/// The inode numbers of the first namespaces: the system's own (include/linux/proc_ns.h).
const FIRST_PID_NAMESPACE: &str = "pid:[4026531836]";
const FIRST_USER_NAMESPACE: &str = "user:[4026531837]";

/// Why processes are not listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Hidden {
    /// `proc` is mounted with this option, which hides other users' processes (`man 5 proc`).
    ByOption(String),
    /// `proc` has only the processes of a PID namespace other than the system's.
    ByNamespace,
    /// `proc` is a copy without descriptors of sockets.
    NotCopied,
}

impl fmt::Display for Hidden {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Hidden::ByOption(option) => write!(
                out,
                "it is mounted with {option}, which hides other users' processes from all but root"
            ),
            Hidden::ByNamespace => out.write_str(
                "it shows only the processes of one PID namespace (a container): the host's \
                 /proc shows all",
            ),
            Hidden::NotCopied => {
                out.write_str("it is a copy without the file descriptors of processes")
            }
        }
    }
}

/// Returns why processes may be missing from `proc`, as far as that can be found out.
///
/// `has_sockets` is whether a descriptor of a socket was found.
pub fn reasons(host: &Host, has_sockets: bool) -> Vec<Hidden> {
    if !host.is_live() {
        return match has_sockets {
            true => Vec::new(),
            false => vec![Hidden::NotCopied],
        };
    }
    let option = hiding_option(host).map(Hidden::ByOption);
    let namespace = is_of_inner_namespace(host).then_some(Hidden::ByNamespace);
    option.into_iter().chain(namespace).collect()
}

/// Returns the option of the mounted `proc` that hides processes from this process, if any.
fn hiding_option(host: &Host) -> Option<String> {
    let device = host.files().stat(PROC).ok()?.st_dev;
    let device = format!(
        "{}:{}",
        nix::sys::stat::major(device),
        nix::sys::stat::minor(device)
    );
    let mounts = read("mountinfo").ok()?;
    let option = option_in(&mounts, &device)?;
    let is_exempt = option.spares(&|group| is_in_group(group)) || can_trace_all();
    (!is_exempt).then(|| format!("hidepid={}", option.value))
}

/// An option `hidepid` that hides folders of processes.
#[derive(Debug, PartialEq, Eq)]
struct HidePid {
    value: String,
    /// The group whose members see all.
    group: u32,
}

impl HidePid {
    /// Returns whether a member of these groups sees all processes.
    fn spares(&self, is_in_group: &dyn Fn(u32) -> bool) -> bool {
        let asks_for_right = ["4", "ptraceable"].contains(&self.value.as_str());
        !asks_for_right && is_in_group(self.group)
    }
}

/// Finds the option of the file system with this device number (`man 5 proc_pid_mountinfo`).
fn option_in(mounts: &str, device: &str) -> Option<HidePid> {
    let mount = mounts
        .lines()
        .find(|line| line.split(' ').nth(2) == Some(device))?;
    let (_, behind) = mount.split_once(" - ")?;
    let options = behind.split(' ').nth(2)?;
    let value = |name: &str| {
        let mut options = options.split(',');
        options.find_map(|it| it.strip_prefix(name)?.strip_prefix('='))
    };
    let hidepid = value("hidepid")?;
    // The folders of others are listed, but not their descriptors, with 1.
    ["2", "4", "invisible", "ptraceable"]
        .contains(&hidepid)
        .then(|| HidePid {
            value: hidepid.to_owned(),
            group: value("gid").and_then(|it| it.parse().ok()).unwrap_or(0),
        })
}

fn is_in_group(group: u32) -> bool {
    let groups = getgroups().unwrap_or_default();
    getegid().as_raw() == group || groups.iter().any(|it| it.as_raw() == group)
}

/// Returns whether this process may look into all others.
pub fn can_trace_all() -> bool {
    let files = Tree::new(None);
    let own = files.folder("proc/self");
    let user_namespace = own.and_then(|own| own.read_link("ns/user"));
    let is_first = user_namespace.is_ok_and(|it| it == *FIRST_USER_NAMESPACE);
    is_first && read("status").is_ok_and(|status| has_capability(&status, CAP_SYS_PTRACE))
}

/// Returns whether this process has the capability with this number (`man 7 capabilities`). False if
/// that is not known.
pub fn has_effective(number: u32) -> bool {
    read("status").is_ok_and(|status| has_capability(&status, number))
}

/// Returns whether a process's `status` has an effective capability.
fn has_capability(status: &str, number: u32) -> bool {
    let mask = status
        .lines()
        .find_map(|line| line.strip_prefix("CapEff:"))
        .and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    mask.is_some_and(|mask| mask >> number & 1 == 1)
}

/// Reads a file about this process itself, in its own /proc.
fn read(file: &str) -> io::Result<String> {
    let mut bytes = Vec::new();
    let file = Tree::new(None).open(format!("proc/self/{file}"))?;
    file.take(LONGEST_FILE).read_to_end(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// Returns whether `proc` belongs to a PID namespace that is not the system's. If it can't be told,
/// it counts as the system's.
pub fn is_of_inner_namespace(host: &Host) -> bool {
    let of = |process: &str| {
        let folder = host.files().folder(PROC)?;
        folder.read_link(&format!("{process}/ns/pid"))
    };
    // The first process may be out of reach. This one is in the same namespace if `proc` is its own.
    let namespace = of("1").or_else(|error| match host.has_our_pids() {
        true => of("self"),
        false => Err(error),
    });
    namespace.is_ok_and(|it| it != *FIRST_PID_NAMESPACE)
}

#[cfg(test)]
mod tests {
    use super::*;

    const MOUNTS: &str = "\
        22 27 0:21 / /proc rw,relatime shared:1 - proc proc rw\n\
        30 27 0:22 / /a rw - proc proc rw,gid=5,hidepid=2\n\
        31 27 0:23 / /b rw - proc proc rw,hidepid=noaccess\n\
        32 27 0:24 / /c rw - proc proc rw,hidepid=ptraceable\n\
        33 27 0:25 / /d\n";

    #[test]
    fn the_option_is_that_of_the_file_system() {
        let cases = [
            ("0:21", None),
            ("0:22", Some(("2", 5))),
            ("0:23", None),
            ("0:24", Some(("ptraceable", 0))),
            ("0:25", None),
            ("0:2", None),
        ];
        for (device, expected) in cases {
            let found = option_in(MOUNTS, device);
            let found = found.as_ref().map(|it| (it.value.as_str(), it.group));
            assert_eq!(found, expected, "{device}");
        }
    }

    #[test]
    fn members_of_the_group_are_spared_unless_the_right_to_trace_decides() {
        for (device, group, expected) in [("0:22", 5, true), ("0:22", 0, false), ("0:24", 0, false)]
        {
            let option = option_in(MOUNTS, device).expect("an option");
            assert_eq!(
                option.spares(&|it| it == group),
                expected,
                "{device} {group}"
            );
        }
    }

    #[test]
    fn capabilities_are_bits() {
        let status = "Name:\tx\nCapPrm:\t0\nCapEff:\t0000000000080000\n";
        assert!(has_capability(status, CAP_SYS_PTRACE));
        assert!(!has_capability(status, CAP_SYS_PTRACE - 1));
        assert!(!has_capability("CapPrm:\tffffffff\n", CAP_SYS_PTRACE));
    }
}
