//! A process that can't be confused with another one, even if its PID is reused (`man 2
//! pidfd_open`).

use nix::errno::Errno;
use nix::libc;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use rustix::process::{Pid, PidfdFlags, pidfd_open};
use std::io;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};
use std::time::Duration;

/// A process, held by a descriptor.
#[derive(Debug)]
pub struct Process {
    descriptor: OwnedFd,
}

impl Process {
    /// Opens the process that has the PID `pid` at this moment.
    ///
    /// # Errors
    /// There is none (`ESRCH`), or the kernel lacks pidfds (`ENOSYS`), as before Linux 5.3.
    pub fn open(pid: i32) -> io::Result<Process> {
        let no_process = || io::Error::from(Errno::ESRCH);
        let pid = Some(pid).filter(|pid| *pid > 0).and_then(Pid::from_raw);
        // The descriptor is closed when another program starts.
        let descriptor = pidfd_open(pid.ok_or_else(no_process)?, PidfdFlags::empty())?;
        Ok(Process { descriptor })
    }

    /// Returns whether the process still runs, so that its PID is still its own. False if that is
    /// not known.
    pub fn runs(&self) -> bool {
        matches!(wait_for_one(&[self], Duration::ZERO), Ok(false))
    }

    /// Sends it the signal `number`; 0 only tests whether it may be signalled.
    ///
    /// # Errors
    /// It has ended (`ESRCH`), or signalling it is not permitted (`EPERM`).
    pub fn signal(&self, number: i32) -> io::Result<()> {
        let no_details = std::ptr::null::<libc::siginfo_t>();
        // SAFETY: the descriptor is open; the kernel takes a null pointer for the details that kill
        // would send (`man 2 pidfd_send_signal`); a number that is no signal is an error.
        let result = unsafe {
            libc::syscall(
                libc::SYS_pidfd_send_signal,
                self.descriptor.as_raw_fd(),
                number,
                no_details,
                0 as libc::c_uint,
            )
        };
        Errno::result(result).map(drop).map_err(io::Error::from)
    }
}

impl AsFd for Process {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.descriptor.as_fd()
    }
}

/// Waits at most `limit` until one of `processes` has ended. Returns whether one has.
///
/// # Errors
/// The kernel can't wait for that many.
pub fn wait_for_one(processes: &[&Process], limit: Duration) -> io::Result<bool> {
    let mut watched: Vec<PollFd<'_>> = processes
        .iter()
        .map(|process| PollFd::new(process.as_fd(), PollFlags::POLLIN))
        .collect();
    let limit = PollTimeout::try_from(limit).unwrap_or(PollTimeout::MAX);
    loop {
        match poll(&mut watched, limit) {
            Err(Errno::EINTR) => {}
            ended => return Ok(ended? > 0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::process::{Command, Stdio};
    use std::time::Instant;

    #[test]
    fn a_process_is_told_from_a_later_one_with_its_pid() {
        let mut child = Command::new("sleep").arg("1000").spawn().expect("starts");
        let process = Process::open(child.id().cast_signed()).expect("opened");
        assert!(process.runs());
        process.signal(0).expect("it may be signalled");
        process.signal(libc::SIGTERM).expect("signalled");
        assert!(wait_for_one(&[&process], Duration::from_secs(20)).expect("waited"));
        // Its PID is still its own: its parent has not reaped it.
        assert!(!process.runs());
        child.wait().expect("waited");
        // Now the PID is free.
        assert!(!process.runs());
        let error = process.signal(0).expect_err("nobody to signal");
        assert_eq!(error.raw_os_error(), Some(libc::ESRCH));
    }

    #[test]
    fn a_wait_has_an_end() {
        let mut child = Command::new("cat")
            .stdin(Stdio::piped())
            .spawn()
            .expect("starts");
        let process = Process::open(child.id().cast_signed()).expect("opened");
        let start = Instant::now();
        let ended = wait_for_one(&[&process], Duration::from_millis(20)).expect("waited");
        assert!(!ended && start.elapsed() >= Duration::from_millis(20));
        drop(child.stdin.take());
        assert!(wait_for_one(&[&process], Duration::from_secs(20)).expect("waited"));
        child.wait().expect("waited");
    }

    #[test]
    fn what_is_no_process_is_told() {
        for pid in [0, -1, i32::MIN, i32::MAX] {
            let error = Process::open(pid).expect_err("no process");
            assert_eq!(error.raw_os_error(), Some(libc::ESRCH), "{pid}");
        }
    }
}
