//! The sockets that one process holds at this moment.

use super::scan::{each_link, socket_inode};
use crate::host::Host;
use nix::libc;
use std::collections::HashSet;
use std::fs::File;
use std::io;
use std::os::unix::fs::OpenOptionsExt;

/// Returns whether a process has a descriptor for one of the sockets `inodes`.
///
/// # Errors
/// If its descriptors can't be read, because it has ended or access is denied.
pub fn holds_any(host: &Host, pid: i32, inodes: &HashSet<u64>) -> io::Result<bool> {
    let folder = File::options()
        .read(true)
        .custom_flags(libc::O_DIRECTORY)
        .open(host.proc().join(pid.to_string()).join("fd"))?;
    let mut found = false;
    each_link(host, &folder, &|_| true, &mut |_, target| {
        found |= socket_inode(target).is_some_and(|inode| inodes.contains(&inode));
    })?;
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::UdpSocket;
    use std::os::fd::AsRawFd;

    #[test]
    fn a_socket_is_held_until_its_last_descriptor_is_closed() {
        let host = Host::new(None);
        let pid = std::process::id().cast_signed();
        let socket = UdpSocket::bind("127.0.0.1:0").expect("bound");
        let link = format!("/proc/self/fd/{}", socket.as_raw_fd());
        let target = std::fs::read_link(link).expect("a link");
        let inode = socket_inode(target.as_os_str().as_encoded_bytes()).expect("a socket");
        let inodes = HashSet::from([inode]);
        let copy = socket.try_clone().expect("copied");
        drop(socket);
        assert!(holds_any(&host, pid, &inodes).expect("read"));
        assert!(!holds_any(&host, pid, &HashSet::from([1])).expect("read"));
        drop(copy);
        assert!(!holds_any(&host, pid, &inodes).expect("read"));
        assert!(holds_any(&host, i32::MAX, &inodes).is_err());
    }
}
