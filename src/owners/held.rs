//! The sockets that one process holds at this moment.

use super::descriptors::{Links, has_gone, socket_inode};
use super::threads;
use crate::host::Host;
use std::collections::HashSet;
use std::io;

/// Returns whether a process has a descriptor for one of the sockets `inodes`, in whichever thread.
///
/// # Errors
/// If its descriptors can't be read, because it has ended or access is denied.
pub fn holds_any(host: &Host, pid: i32, inodes: &HashSet<u64>) -> io::Result<bool> {
    let process = host.process(pid)?;
    let mut found = false;
    let mut look = |path: &str| {
        let links = Links {
            is_live: host.is_live(),
            is_wanted: &|_| true,
            each: &mut |_, target| {
                found |= socket_inode(target).is_some_and(|inode| inodes.contains(&inode));
            },
        };
        links.read(&process.open_folder(path)?)?;
        Ok(found)
    };
    let in_process = look("fd");
    if matches!(in_process, Ok(true)) {
        return in_process;
    }
    let mut failure = None;
    for thread in threads::others(&process, pid, host.is_live())? {
        match look(&format!("{}fd", threads::folder(thread))) {
            Ok(true) => return Ok(true),
            // One that ends meanwhile holds nothing.
            Err(error) if !has_gone(&error) => failure = Some(error),
            _ => {}
        }
    }
    match failure {
        Some(error) => Err(error),
        None => in_process,
    }
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
