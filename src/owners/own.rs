//! The sockets that this process has opened itself.
//!
//! The descriptors come from the procfs crate; their flags from /proc/self/fdinfo, which it does not
//! read.

use procfs::process::{FDTarget, Process};
use std::collections::HashSet;
use std::io::Read;

/// The flag of a descriptor that is closed when another program starts (`O_CLOEXEC`), in octal as in
/// /proc/PID/fdinfo (`man 5 proc`).
const CLOSE_ON_EXEC: u32 = 0o2_000_000;

/// Returns the inodes of the sockets that this process has opened: of those it has, the ones that
/// were not inherited. An inherited descriptor can't have been one that is closed on exec.
///
/// A descriptor that can't be read counts as inherited.
pub fn own_resolver_sockets() -> HashSet<u64> {
    let Ok(process) = Process::myself() else {
        return HashSet::new();
    };
    let descriptors = process.fd().into_iter().flatten();
    descriptors
        .filter_map(|descriptor| {
            let descriptor = descriptor.ok()?;
            let FDTarget::Socket(inode) = descriptor.target else {
                return None;
            };
            let mut info = String::new();
            let file = process.open_relative(format!("fdinfo/{}", descriptor.fd));
            file.ok()?.read_to_string(&mut info).ok()?;
            is_closed_on_exec(&info).then_some(inode)
        })
        .collect()
}

/// Returns whether a descriptor with this `fdinfo` is closed when another program starts.
fn is_closed_on_exec(info: &str) -> bool {
    let flags = info.lines().find_map(|line| line.strip_prefix("flags:"));
    flags
        .and_then(|flags| u32::from_str_radix(flags.trim(), 8).ok())
        .is_some_and(|flags| flags & CLOSE_ON_EXEC != 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::owners::descriptors::socket_inode;
    use std::net::UdpSocket;
    use std::os::fd::AsRawFd;
    use std::os::unix::ffi::OsStrExt;

    #[test]
    fn own_resolver_sockets_are_those_that_are_closed_on_exec() {
        let socket = UdpSocket::bind("127.0.0.1:0").expect("bound");
        let link = format!("/proc/self/fd/{}", socket.as_raw_fd());
        let target = std::fs::read_link(link).expect("a link");
        let inode = socket_inode(target.as_os_str().as_bytes()).expect("a socket");
        assert!(own_resolver_sockets().contains(&inode));
        drop(socket);
        assert!(!own_resolver_sockets().contains(&inode));
        for (info, expected) in [
            ("pos:\t0\nflags:\t02000002\nmnt_id:\t9\n", true),
            ("pos:\t0\nflags:\t02\nmnt_id:\t9\n", false),
            ("flags:\tx\n", false),
            ("", false),
        ] {
            assert_eq!(is_closed_on_exec(info), expected, "{info:?}");
        }
    }
}
