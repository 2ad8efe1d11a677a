//! Which interfaces of the running kernel this program finds, for `--version` with `-v`: a line each, in
//! words, with the reason where one is not there. What each of them is for is in the manual.
//!
//! Nothing is changed: the one order that is given, to close a socket, names a socket that cannot exist.

use crate::host::Host;
use crate::kill;
use crate::namespaces;
use crate::owners::hidden;
use crate::tables::diag::notifications::Ear;
use crate::tables::diag::{Destroyer, Query, Table};
use crate::tables::inet::{Family, Protocol};
use crate::tables::unix::InternalsList;
use crate::tables::{Net, ReadAhead};
use nix::errno::Errno;
use std::io::{self, Read};

/// `CAP_NET_ADMIN` (`man 7 capabilities`), which closing sockets takes.
const CAP_NET_ADMIN: u32 = 12;

/// The file with the version of the kernel, such as `6.18.5`.
const RELEASE: &str = "proc/sys/kernel/osrelease";
/// The most bytes of it that are read.
const RELEASE_LIMIT: u64 = 256;

/// Returns the lines of the report, each with its line feed.
pub fn report() -> String {
    let host = Host::new(None);
    let net = Net::of(&host);
    let lines = [
        ("kernel", release(&host)),
        ("procfs", procfs(&host)),
        ("sock_diag, IP sockets", lists(ip_sockets(&net))),
        ("sock_diag, unix sockets", lists(unix_sockets(&net))),
        ("sock_diag, closed sockets", reports(closed_sockets(&net))),
        (
            "sock_diag, closing sockets",
            closing(Destroyer::open(&net).and_then(|mut it| it.closes_tcp())),
        ),
        (
            "network namespaces",
            enters(namespaces::try_entering(&host)),
        ),
        ("pidfd", signals(kill::obstacle(&host))),
    ];
    let lines = lines.map(|(name, text)| format!("{name}: {text}\n"));
    lines.concat()
}

fn release(host: &Host) -> String {
    let mut release = String::new();
    let file = host.files().open(RELEASE);
    let read = file.and_then(|it| it.take(RELEASE_LIMIT).read_to_string(&mut release));
    match read {
        Ok(_) if host.is_linux() => format!("Linux {}", release.trim_end()),
        Ok(_) => format!("{} (not a Linux kernel)", release.trim_end()),
        Err(error) => format!("unknown: {RELEASE}: {error}"),
    }
}

fn procfs(host: &Host) -> String {
    let proc = host.proc();
    let proc = proc.display();
    if !host.is_live() {
        return format!("{proc} is not mounted");
    }
    let hidden = hidden::reasons(host, true);
    match hidden.is_empty() {
        true => format!("{proc} is mounted and hides no processes"),
        false => {
            let reasons: Vec<_> = hidden.iter().map(ToString::to_string).collect();
            format!("{proc} is mounted; {}", reasons.join("; "))
        }
    }
}

/// Asks for the list of TCP sockets.
fn ip_sockets(net: &Net) -> io::Result<()> {
    let query = Query::new(Protocol::Tcp, Family::V4);
    Table::new(net, query, ReadAhead::None).start()
}

fn unix_sockets(net: &Net) -> io::Result<()> {
    InternalsList::default().ask(net)
}

fn closed_sockets(net: &Net) -> io::Result<()> {
    Ear::open(net, &[(Protocol::Tcp, Family::V4)]).map(drop)
}

fn lists(result: io::Result<()>) -> String {
    match result {
        Ok(()) => "the kernel lists them".to_owned(),
        Err(error) => format!("the kernel does not list them: {error}"),
    }
}

fn reports(result: io::Result<()>) -> String {
    match result {
        Ok(()) => "the kernel reports them".to_owned(),
        Err(error) => format!("the kernel does not report them: {error}"),
    }
}

/// Says whether sockets can be closed, by the answer of a kernel that was to close one that is not there.
fn closing(result: io::Result<()>) -> String {
    let is_allowed = hidden::has_effective(CAP_NET_ADMIN);
    let errno = result.as_ref().err().and_then(io::Error::raw_os_error);
    match (result, errno.map(Errno::from_raw)) {
        (_, Some(Errno::ENOENT)) if is_allowed => {
            "the kernel supports it, and this user may do it".to_owned()
        }
        (_, Some(Errno::ENOENT | Errno::EPERM)) => {
            "the kernel supports it, but this user may not do it: it needs CAP_NET_ADMIN".to_owned()
        }
        (_, Some(Errno::EOPNOTSUPP)) => "the kernel was built without INET_DIAG_DESTROY".to_owned(),
        (Err(error), _) => format!("cannot ask the kernel: {error}"),
        (Ok(()), _) => "unexpected answer from the kernel".to_owned(),
    }
}

fn enters(result: io::Result<()>) -> String {
    match result {
        Ok(()) => "this user can enter them".to_owned(),
        Err(error) => {
            format!(
                "this user cannot enter them ({error}), but can read those of visible processes"
            )
        }
    }
}

fn signals(obstacle: Option<String>) -> String {
    match obstacle {
        None => "processes can be signalled safely".to_owned(),
        Some(why) => format!("processes cannot be signalled safely: {why}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_kernel_answers_is_said_in_words() {
        let failed = |errno| Err(io::Error::from(errno));
        for (errno, said) in [
            (Errno::ENOENT, "the kernel supports it"),
            (Errno::EPERM, "it needs CAP_NET_ADMIN"),
            (Errno::EOPNOTSUPP, "INET_DIAG_DESTROY"),
            (
                Errno::ECONNREFUSED,
                "cannot ask the kernel: Connection refused",
            ),
        ] {
            let text = closing(failed(errno));
            assert!(text.contains(said), "{text}");
        }
        assert!(lists(failed(Errno::ENOENT)).contains("does not list them: No such file"));
        assert!(enters(failed(Errno::EPERM)).contains("cannot enter them (Operation not"));
        assert!(signals(Some("no pidfd".to_owned())).ends_with("safely: no pidfd"));
    }

    #[test]
    fn the_report_has_a_line_of_each_interface() {
        let report = report();
        assert_eq!(report.lines().count(), 8, "{report}");
        for line in report.lines() {
            assert!(line.split_once(": ").is_some(), "{line}");
        }
    }
}
