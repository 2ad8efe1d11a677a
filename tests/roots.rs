//! `--root`: a tree that somebody else has made, whose links must not lead out of it.

mod common;

use common::{TCP, binary, folder, make_system, run};
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

/// What stands in the files outside, and nowhere else.
const SECRETS: [&str; 8] = [
    "47999",
    "BB7F",
    "secret",
    "203.0.113.9",
    "987654321",
    "00:53:00",
    "4747",
    "passwd-secret",
];

/// A whole system, outside of the tree.
fn outside() -> PathBuf {
    let tcp = String::from_utf8_lossy(TCP)
        .replace("1F90", "BB7F")
        .replace("4000", "474747");
    make_system(
        "roots-outside",
        &[
            ("proc/net/tcp", tcp.as_bytes()),
            ("proc/net/udp", tcp.as_bytes()),
            ("proc/net/unix", b"Num       RefCount Protocol Flags    Type St Inode Path\n\
               0000000000000000: 00000002 00000000 00010000 0001 01 474748 /secret.sock\n"),
            ("proc/net/route", b"Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n\
               secret0\t097100CB\t00000000\t0001\t0\t0\t0\tFFFFFFFF\t0\t0\t0\n"),
            ("proc/net/dev", b"Inter-|   Receive                                                |  Transmit\n \
               face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed\n\
               secret0: 987654321 987654321 0 0 0 0 0 0 0 0 0 0 0 0 0 0\n"),
            ("proc/net/snmp", b"Udp: InDatagrams NoPorts\nUdp: 987654321 987654321\n"),
            ("proc/net/igmp", b"Idx\tDevice    : Count Querier\tGroup    Users Timer\tReporter\n\
               1\tsecret0   :     1      V3\n\t\t\t\t097100CB     1 0:00000000\t\t0\n"),
            ("proc/1/mounts", b"secret /sys/fs/selinux selinuxfs rw 0 0\n"),
            ("etc/hosts", b"127.0.0.1 secret-host\n"),
            ("etc/services", b"secret-service 8080/tcp\n"),
            ("etc/passwd", b"passwd-secret:x:0:0::/:/bin/sh\n"),
            (
                "var/lib/docker/containers/d4735e3a265e16eee03f59718b9b5d03019c07d8b6c51f90da3a666eec13ab35/config.v2.json",
                br#"{"Name": "/secret-container"}"#,
            ),
            (
                "proc/4747/cgroup",
                b"0::/secret.slice/docker-d4735e3a265e16eee03f59718b9b5d03019c07d8b6c51f90da3a666eec13ab35.scope\n",
            ),
            ("proc/4747/stat", b"4747 (secret) S 4747 1 1 0 -1 0 1 2 3 4 5 6 7 8 20 0 1 0 1 1 1\n"),
            ("proc/stat", b"btime 987654321\n"),
            ("sys/class/net/eth0/mtu", b"4747\n"),
            ("sys/class/net/eth0/type", b"1\n"),
            ("sys/class/net/eth0/address", b"00:53:00:00:00:01\n"),
        ],
        &[(4747, b"/bin/secret-program\0", &[4000])],
    )
}

/// The paths that lead out, one tree for each. What is named twice stands for itself and for a path
/// of the same shape.
const WAYS: [&[&str]; 20] = [
    &["proc"],
    &["proc/net"],
    &["proc/self", "proc/1"],
    &["proc/net/tcp", "proc/net/udp", "proc/net/unix"],
    &[
        "proc/net/route",
        "proc/net/dev",
        "proc/net/snmp",
        "proc/net/igmp",
    ],
    &["proc/4747"],
    &["proc/4747/fd"],
    &["proc/4747/cmdline"],
    &["proc/4747/task"],
    &["etc"],
    &["etc/hosts", "etc/services", "etc/passwd"],
    &["sys"],
    &["sys/class"],
    &["sys/class/net/eth0"],
    &["sys/class/net/eth0/mtu", "sys/class/net/eth0/address"],
    &["proc/4747/cgroup", "proc/4747/stat", "proc/stat"],
    &["var"],
    &["var/lib/docker"],
    &["var/lib/docker/containers/d4735e3a265e16eee03f59718b9b5d03019c07d8b6c51f90da3a666eec13ab35"],
    &[
        "var/lib/docker/containers/d4735e3a265e16eee03f59718b9b5d03019c07d8b6c51f90da3a666eec13ab35/config.v2.json",
    ],
];

fn listings() -> Vec<Vec<&'static str>> {
    let whats: [&[&str]; 6] = [
        &["-anpe"],
        &["-anpZ"],
        &["-ape"],
        &["-r"],
        &["-gn"],
        &["-ie"],
    ];
    const BELONGING: &str = "pid,cgroup,unit,slice,container,pod,start_time,parent_pid";
    let belonging = vec!["-tan", "--json", "--columns", BELONGING];
    let mut all = vec![vec!["-s"], vec!["-M"], belonging];
    for what in whats {
        all.push(what.to_vec());
        for format in ["json", "jsonl", "csv", "table"] {
            all.push([what, &["--format", format]].concat());
        }
    }
    all
}

#[test]
fn where_all_links_lead_out_nothing_outside_is_shown() {
    let outside = outside();
    // What is looked for is there to be found.
    let seen = run(&binary(), &outside, &["-anpe"]);
    assert!(String::from_utf8_lossy(&seen.stdout).contains("47999"));
    let up = "../../../../../../../../../../../..";
    for (number, ways) in WAYS.iter().enumerate() {
        for relative in [false, true] {
            let root = folder(&format!("roots-{number}-{relative}"));
            let process = root.join("proc/4747");
            if ways != &["proc"] {
                fs::create_dir_all(root.join("proc/net")).expect("made");
                fs::write(root.join("proc/net/tcp"), TCP).expect("written");
            }
            for way in *ways {
                let link = root.join(way);
                fs::create_dir_all(link.parent().expect("a folder")).expect("made");
                let _ = fs::remove_file(&link);
                let _ = fs::remove_dir_all(&link);
                let target = match way {
                    // The secret is the first file that its command line would show.
                    &"proc/4747/cmdline" => outside.join("etc/passwd"),
                    way => outside.join(way),
                };
                match relative {
                    true => symlink(format!("{up}{}", target.display()), &link),
                    false => symlink(target, &link),
                }
                .expect("linked");
            }
            if process.is_dir() && !process.join("fd").exists() {
                let _ = fs::create_dir(process.join("fd"));
                let _ = symlink("socket:[4000]", process.join("fd/3"));
            }
            if ways[0].starts_with("var") {
                // Its own process is in that container.
                let groups = outside.join("proc/4747/cgroup");
                let groups = fs::read_to_string(groups).expect("read");
                fs::create_dir_all(process.join("fd")).expect("made");
                let _ = symlink("socket:[4000]", process.join("fd/3"));
                fs::write(process.join("cmdline"), "own").expect("written");
                fs::write(process.join("cgroup"), groups.replace("secret", "own"))
                    .expect("written");
            }
            for flags in listings() {
                let found = run(&binary(), &root, &flags);
                for text in [&found.stdout, &found.stderr] {
                    let text = String::from_utf8_lossy(text);
                    // Messages name the root, and the process's number is the tree's own.
                    let text = text
                        .replace(&*root.to_string_lossy(), "ROOT")
                        .replace("4747/", "");
                    for secret in SECRETS {
                        assert!(
                            !text.contains(secret) || is_own(ways, secret),
                            "{ways:?} {flags:?}: {text}"
                        );
                    }
                }
            }
        }
    }
}

/// Whether a tree has the number itself: it is that of a process there.
fn is_own(ways: &[&str], secret: &str) -> bool {
    let has_process = |way: &&str| way.starts_with("proc/4747") || way.starts_with("var");
    secret == "4747" && ways.iter().any(has_process)
}

/// What opens a file, or looks at one, by its path.
const OPENERS: [&str; 15] = [
    "File::open",
    "File::options",
    "File::create",
    "OpenOptions",
    "fs::read",
    "fs::metadata",
    "fs::symlink_metadata",
    "fs::canonicalize",
    ".exists()",
    ".is_dir()",
    ".is_file()",
    "statfs(",
    "openat",
    "Process::",
    "opendir",
];

/// The files that may: those that open everything else, and those that only read the running system.
const MAY_OPEN: [(&str, &str); 14] = [
    ("host/tree.rs", "the one place"),
    ("host/walk.rs", "the same, for old kernels"),
    ("host/procfs.rs", "looks at an open file"),
    ("host/nsfs.rs", "the same"),
    (
        "plain_file.rs",
        "the running system's files of names and zones",
    ),
    ("selinux.rs", "mount points of the running system"),
    ("tables/interface/ioctl.rs", "the running system's families"),
    (
        "namespaces/known.rs",
        "a file that --netns names, which is the user's own",
    ),
    (
        "moments/file.rs",
        "the file of --save, which is the user's own",
    ),
    ("moments/saved.rs", "the file of --since, likewise"),
    ("owners/own.rs", "this process's own descriptors"),
    ("screen/signals.rs", "this process's own signals"),
    ("screen/terminal.rs", "the terminal"),
    ("kill/", "processes by their PID, never under a root"),
];

/// No line of the program but those of [`MAY_OPEN`] opens a file by its path.
#[test]
fn one_place_opens_all_files_of_a_tree() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut folders = vec![src.clone()];
    let mut seen = 0;
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("listed") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let name = path
                .strip_prefix(&src)
                .expect("below")
                .to_string_lossy()
                .into_owned();
            if !name.ends_with(".rs") || name.ends_with("tests.rs") {
                continue;
            }
            seen += 1;
            let text = fs::read_to_string(&path).expect("read");
            let code = text
                .split("#[cfg(test)]\nmod tests")
                .next()
                .unwrap_or_default();
            for (number, line) in code.lines().enumerate() {
                let is_comment = line.trim_start().starts_with("//");
                let opens = OPENERS.iter().any(|opener| line.contains(opener));
                let may = MAY_OPEN.iter().any(|(file, _)| name.starts_with(file));
                assert!(
                    is_comment || !opens || may,
                    "src/{name}:{}: {line}",
                    number + 1
                );
            }
        }
    }
    assert!(seen > 100, "{seen} files");
}
