//! A process that is to be signalled, and why it may not be.

use super::pidfd::Process;
use super::shown::Holder;
use crate::host::Host;
use crate::owners::holds_any;
use crate::sanitize;
use crate::signal::Signal;
use nix::libc;
use std::collections::HashSet;
use std::fmt;
use std::io;

/// The most characters of a label, as in net-tools' column: a longer name could look like a line of
/// rnetstat's.
const LONGEST_LABEL: usize = 19;

/// A process's PID and program name, as text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label(String);

impl Label {
    /// Returns the label of a process.
    pub fn new(pid: i32, program: &[u8]) -> Label {
        let program = sanitize::printable(program.to_vec());
        let whole = format!("{pid}/{}", String::from_utf8_lossy(&program));
        Label(whole.chars().take(LONGEST_LABEL).collect())
    }
}

impl fmt::Display for Label {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

/// Why a process has not been signalled.
#[derive(Debug)]
pub enum Unsent {
    /// It has ended.
    Gone,
    /// It no longer holds any of the sockets.
    NoOwner,
    /// It is not permitted.
    NotPermitted,
    /// Another error.
    Failed(io::Error),
}

impl Unsent {
    /// Returns what it means for the whole plan.
    pub fn extent(&self) -> Sent {
        match self {
            Unsent::Gone | Unsent::NoOwner => Sent::ToOwners,
            Unsent::NotPermitted | Unsent::Failed(_) => Sent::NotToSome,
        }
    }
}

/// How many of the owners are signalled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sent {
    /// All that were shown.
    ToAll,
    /// All but some that have ended since, or own nothing any more.
    ToOwners,
    /// All but some that may still own a socket.
    NotToSome,
}

impl From<io::Error> for Unsent {
    fn from(error: io::Error) -> Unsent {
        match error.raw_os_error() {
            Some(libc::ESRCH) => Unsent::Gone,
            Some(libc::EPERM) => Unsent::NotPermitted,
            _ => Unsent::Failed(error),
        }
    }
}

impl fmt::Display for Unsent {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Unsent::Gone => out.write_str("gone"),
            Unsent::NoOwner => out.write_str("no longer an owner, not signalled"),
            Unsent::NotPermitted => out.write_str("not permitted"),
            Unsent::Failed(error) => write!(out, "not signalled: {error}"),
        }
    }
}

/// A process that held some of the sockets when it was opened, and can't be confused with another.
#[derive(Debug)]
pub struct Target {
    /// Its label.
    pub label: Label,
    /// Its PID.
    pub pid: i32,
    /// The inodes of the sockets for which it is signalled.
    pub inodes: HashSet<u64>,
    process: Process,
}

impl Target {
    /// Opens a process that a listing has shown, if it is still the same.
    ///
    /// # Errors
    /// It has ended, or holds none of the sockets: the PID may have been reused.
    pub fn open(host: &Host, holder: &Holder) -> Result<Target, Unsent> {
        let target = Target {
            label: Label::new(holder.pid, &holder.name),
            pid: holder.pid,
            inodes: holder.inodes.clone(),
            process: Process::open(holder.pid)?,
        };
        target.must_hold(host)?;
        Ok(target)
    }

    /// Returns the process itself.
    pub fn process(&self) -> &Process {
        &self.process
    }

    /// Checks whether this process may signal it; only for a message beforehand.
    ///
    /// # Errors
    /// As [`Target::signal`].
    pub fn must_be_permitted(&self, signal: Signal) -> Result<(), Unsent> {
        match signal {
            // SIGCONT has rules of its own (`man 2 kill`).
            Signal::CONT => Ok(()),
            _ => Ok(self.process.signal(0)?),
        }
    }

    /// Signals it, if it still holds one of the sockets.
    ///
    /// # Errors
    /// It was not signalled.
    pub fn signal(&self, host: &Host, signal: Signal) -> Result<(), Unsent> {
        self.must_hold(host)?;
        Ok(self.process.signal(signal.number())?)
    }

    /// Checks that it still holds one of the sockets.
    ///
    /// # Errors
    /// It does not, it has ended, or that is not known.
    pub fn must_hold(&self, host: &Host) -> Result<(), Unsent> {
        let held = holds_any(host, self.pid, &self.inodes);
        // Only now: if it still runs, its PID has not been reused, and what was read described it.
        if !self.process.runs() {
            return Err(Unsent::Gone);
        }
        match held {
            Ok(true) => Ok(()),
            Ok(false) => Err(Unsent::NoOwner),
            Err(error) => Err(Unsent::Failed(error)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::UdpSocket;
    use std::os::fd::{AsRawFd, OwnedFd};
    use std::process::{Child, Command, Stdio};

    /// Returns a process whose stdin is a socket, and the socket's inode.
    fn owner() -> (Child, u64) {
        let socket = UdpSocket::bind("127.0.0.1:0").expect("bound");
        let link = std::fs::read_link(format!("/proc/self/fd/{}", socket.as_raw_fd()));
        let link = link.expect("a link").to_string_lossy().into_owned();
        let inode = link.trim_matches(|it: char| !it.is_ascii_digit());
        let child = Command::new("sleep")
            .arg("1000")
            .stdin(Stdio::from(OwnedFd::from(socket)))
            .spawn();
        (child.expect("starts"), inode.parse().expect("a number"))
    }

    #[test]
    fn a_name_can_not_look_like_a_line() {
        for (program, expected) in [
            (&b"nginx"[..], "123/nginx"),
            (b"", "123/"),
            ("x\u{202e}\u{200b}y".as_bytes(), "123/x??????y"),
            (
                b"a   rnetstat: 1/x: signalled (TERM)",
                "123/a   rnetstat: 1",
            ),
            ("äöüäöüäöüäöüäöüäöü".as_bytes(), "123/äöüäöüäöüäöüäöü"),
            (b"\xff0123456789012345", "123/\u{fffd}01234567890123"),
        ] {
            assert_eq!(Label::new(123, program).to_string(), expected);
        }
    }

    fn holder(child: &Child, inode: u64) -> Holder {
        Holder {
            pid: child.id().cast_signed(),
            name: b"sleep".to_vec(),
            inodes: HashSet::from([inode]),
            fits: true,
        }
    }

    #[test]
    fn an_owner_is_signalled_once_and_then_gone() {
        let host = Host::new(None);
        let (mut child, inode) = owner();
        let target = Target::open(&host, &holder(&child, inode)).expect("an owner");
        assert_eq!(target.label.to_string(), format!("{}/sleep", child.id()));
        target.must_be_permitted(Signal::TERM).expect("permitted");
        target.signal(&host, Signal::TERM).expect("signalled");
        child.wait().expect("ended");
        let again = target.signal(&host, Signal::TERM);
        assert!(matches!(again, Err(Unsent::Gone)), "{again:?}");
        let opened = Target::open(&host, &holder(&child, inode));
        assert!(matches!(opened, Err(Unsent::Gone)), "{opened:?}");
    }

    /// What a PID looks like that was reused between the listing and the opening.
    #[test]
    fn one_that_holds_another_socket_is_let_be() {
        let host = Host::new(None);
        let (mut child, inode) = owner();
        let opened = Target::open(&host, &holder(&child, inode + 1));
        assert!(matches!(opened, Err(Unsent::NoOwner)), "{opened:?}");
        assert_eq!(child.try_wait().expect("asked"), None);
        child.kill().expect("killed");
        child.wait().expect("ended");
    }

    /// A PID that is reused between the opening and the signal: /proc/PID describes another process
    /// then, even if that holds the same socket.
    #[test]
    fn one_that_has_taken_the_pid_over_is_let_be() {
        let host = Host::new(None);
        let (mut child, inode) = owner();
        let mut target = Target::open(&host, &holder(&child, inode)).expect("an owner");
        child.kill().expect("killed");
        child.wait().expect("ended");
        let (mut stranger, its_inode) = owner();
        target.pid = stranger.id().cast_signed();
        target.inodes.insert(its_inode);
        let signalled = target.signal(&host, Signal::KILL);
        assert!(matches!(signalled, Err(Unsent::Gone)), "{signalled:?}");
        assert_eq!(stranger.try_wait().expect("asked"), None);
        stranger.kill().expect("killed");
        stranger.wait().expect("ended");
    }
}
