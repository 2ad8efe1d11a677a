//! Tests of owners that are kept.

use super::*;
use crate::owners::scan::Holder;
use std::os::fd::AsRawFd;

/// A PID, a program's name, and its sockets' inodes and descriptor numbers.
type Held<'a> = (i32, &'a str, &'a [(u64, u32)]);

fn scanned(holders: &[Held<'_>]) -> ScanResult {
    let holders = holders.iter().map(|(pid, program, sockets)| Holder {
        owner: Owner {
            pid: *pid,
            thread: *pid,
            program: program.as_bytes().to_vec(),
            comm: Vec::new(),
            executable: None,
            command: Vec::new(),
            belonging: None,
        },
        sockets: sockets.to_vec(),
    });
    ScanResult {
        holders: holders.collect(),
        ..ScanResult::default()
    }
}

fn among(pids: Vec<i32>) -> Scope {
    Scope {
        pids: Some(pids),
        ..Scope::default()
    }
}

fn none() -> KeptOwners {
    KeptOwners::scan(&Host::new(None), among(Vec::new()))
}

fn all(kept: &KeptOwners, inode: u64) -> Vec<(i32, u32)> {
    let all = kept.owners().all_of(inode);
    all.map(|(owner, number)| (owner.pid, number)).collect()
}

#[test]
fn owners_are_added_and_forgotten() {
    let mut kept = none();
    kept.add(scanned(&[
        (20, "b", &[(100, 3), (200, 4)]),
        (30, "c", &[(100, 5)]),
    ]));
    assert_eq!(all(&kept, 100), [(20, 3), (30, 5)]);
    // A process with a lower PID opens a known socket, and becomes its first owner.
    kept.add(scanned(&[
        (10, "a", &[(100, 9), (300, 7)]),
        (20, "b", &[(100, 3)]),
    ]));
    assert_eq!(all(&kept, 100), [(10, 9), (20, 3), (30, 5)]);
    assert_eq!(kept.owners().of(100).map(|it| it.pid), Some(10));
    assert_eq!(kept.owners().of(200).map(|it| it.pid), Some(20));
    // Descriptor 4 leads to another socket now; its former one may still be open elsewhere.
    kept.add(scanned(&[(20, "b", &[(400, 4)])]));
    kept.forget(&HashSet::from([100, 200, 300]), |inode| inode == 200);
    assert_eq!(all(&kept, 200), [(20, 4)]);
    assert_eq!(all(&kept, 400), [(20, 4)]);
    kept.forget(&HashSet::from([200]), |_| false);
    assert_eq!(all(&kept, 200), []);
    assert!(kept.owners().of(200).is_none());
    assert_eq!(all(&kept, 300), [(10, 7)]);
}

fn listed<'a>(gone: &'a HashSet<u64>, has: &'a dyn Fn(u64) -> bool) -> Listed<'a> {
    Listed {
        new: &[],
        gone,
        has,
    }
}

#[test]
fn owners_that_come_and_go_leave_nothing() {
    let mut kept = none();
    kept.add(scanned(&[(1, "stays", &[(7, 3)])]));
    for pid in 2..2000 {
        let inode = 100 + pid as u64;
        // Two descriptors, each seen several times.
        for _ in 0..3 {
            kept.add(scanned(&[
                (pid, "goes", &[(inode, 3), (inode, 4)]),
                (1, "stays", &[(7, 3)]),
            ]));
            assert_eq!(all(&kept, inode).len(), 2);
        }
        let gone = HashSet::from([inode - 1]);
        kept.forget_closed(&listed(&gone, &|it| it == 7 || it == inode));
        kept.forget_ended(&[1, pid], &listed(&gone, &|it| it == 7 || it == inode));
        kept.forget(&gone, |_| false);
    }
    assert!(kept.owners.owners.len() <= MAX_NEW_OWNERS + 3);
    assert_eq!(kept.owners().of(7).map(|it| it.pid), Some(1));
    assert_eq!(kept.owners().of(2099).map(|it| it.pid), Some(1999));
    // Including the process that ended last.
    assert_eq!(
        (kept.descriptors.len(), kept.owners.descriptors.len()),
        (3, 3)
    );
    assert_eq!(kept.index_by_thread.len(), kept.owners.owners.len());
}

#[test]
fn a_socket_outlives_its_owner() {
    let mut kept = none();
    kept.add(scanned(&[
        (10, "parent", &[(100, 3), (200, 4)]),
        (20, "child", &[(100, 3)]),
    ]));
    let gone = HashSet::new();
    let has = |inode| inode == 100 || inode == 200;
    let listed = listed(&gone, &has);
    // Its sockets may have been closed with it, after the listing was read.
    assert!(!kept.forget_ended(&[20], &listed));
    assert_eq!(kept.owners().of(100).map(|it| it.pid), Some(10));
    assert!(kept.forget_ended(&[20], &listed));
    assert_eq!(all(&kept, 100), [(20, 3)]);
    assert_eq!(kept.owners().of(100).map(|it| it.pid), Some(20));
    // This one must have another owner.
    assert_eq!(kept.unowned, HashSet::from([200]));
    kept.add(scanned(&[(30, "heir", &[(200, 9)])]));
    assert!(kept.unowned.is_empty());
    assert!(!kept.forget_ended(&[20, 30], &listed));
}

#[test]
fn a_socket_is_held_until_its_descriptor_is_closed() {
    let socket = std::net::UdpSocket::bind("127.0.0.1:0").expect("bound");
    let host = Host::new(None);
    let pid = std::process::id().cast_signed();
    let kept = KeptOwners::scan(&host, among(vec![pid]));
    let link = std::fs::read_link(format!("/proc/self/fd/{}", socket.as_raw_fd()));
    let link = link.expect("a link").into_os_string().into_encoded_bytes();
    let inode = crate::owners::descriptors::socket_inode(&link).expect("a socket");
    assert_eq!(kept.is_held(&host, inode), Some(true));
    assert_eq!(kept.is_held(&host, 1), None);
    drop(socket);
    assert_eq!(kept.is_held(&host, inode), Some(false));
}
