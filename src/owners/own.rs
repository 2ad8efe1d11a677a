//! The sockets that this process has opened itself.

use super::scan::socket_inode;
use crate::host::Host;
use std::collections::HashSet;
use std::os::unix::ffi::OsStrExt;

/// The flag of a descriptor that the next program does not inherit (`O_CLOEXEC`), in octal digits as
/// in /proc/PID/fdinfo (`man 5 proc`).
const CLOSE_ON_EXEC: u32 = 0o2_000_000;

/// The inodes of the sockets that we have opened: all we have but those that were handed to us, for
/// what has been inherited was no descriptor to be closed before.
pub fn own_sockets(host: &Host) -> HashSet<u64> {
    let ours = host.proc().join("self");
    // A descriptor that can't be told about counts as inherited.
    let descriptors = std::fs::read_dir(ours.join("fd")).into_iter().flatten();
    descriptors
        .filter_map(|descriptor| {
            let descriptor = descriptor.ok()?;
            let target = std::fs::read_link(descriptor.path()).ok()?;
            let inode = socket_inode(target.as_os_str().as_bytes())?;
            let info = ours.join("fdinfo").join(descriptor.file_name());
            is_closed_on_exec(&std::fs::read_to_string(info).ok()?).then_some(inode)
        })
        .collect()
}

/// Whether a descriptor with this `fdinfo` is closed when another program starts.
fn is_closed_on_exec(info: &str) -> bool {
    let flags = info.lines().find_map(|line| line.strip_prefix("flags:"));
    flags
        .and_then(|flags| u32::from_str_radix(flags.trim(), 8).ok())
        .is_some_and(|flags| flags & CLOSE_ON_EXEC != 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::UdpSocket;
    use std::os::fd::AsRawFd;

    #[test]
    fn a_socket_of_ours_is_told_from_an_inherited_one() {
        let socket = UdpSocket::bind("127.0.0.1:0").expect("bound");
        let link = format!("/proc/self/fd/{}", socket.as_raw_fd());
        let target = std::fs::read_link(link).expect("a link");
        let inode = socket_inode(target.as_os_str().as_bytes()).expect("a socket");
        assert!(own_sockets(&Host::new(None)).contains(&inode));
        drop(socket);
        assert!(!own_sockets(&Host::new(None)).contains(&inode));
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
