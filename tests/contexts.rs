//! The built binary and security contexts (`-Z`), on systems with and without SELinux.

mod common;

use common::{TCP, binary, make_system, run, stderr, stdout};
use std::fs;
use std::path::{Path, PathBuf};

const MOUNTS: &[u8] =
    b"proc /proc proc rw 0 0\nselinuxfs /sys/fs/selinux selinuxfs rw,nosuid 0 0\n";

/// A system with SELinux and one process, whose context is `context`.
fn with_context(name: &str, mounts: &[u8], context: &[u8]) -> PathBuf {
    make_system(
        name,
        &[
            ("proc/net/tcp", TCP),
            ("proc/1/mounts", mounts),
            ("proc/77/attr/current", context),
            ("etc/selinux/config", b"SELINUX=enforcing\n"),
        ],
        &[(77, b"server\0", &[4000])],
    )
}

/// The context that is shown for the process.
fn shown(root: &Path) -> String {
    let found = run(&binary(), root, &["-tanZ"]);
    assert!(found.status.success(), "{}", stderr(&found));
    let text = stdout(&found);
    let (_, context) = text.split_once("77/server").expect("the owner");
    assert!(
        context.ends_with('\n') && context.lines().count() == 1,
        "{text}"
    );
    context.trim().to_owned()
}

#[test]
fn contexts_are_shown_whatever_they_are() {
    let cases: [(&[u8], &str); 7] = [
        (b"a_u:b_r:c_t:s0\0", "a_u:b_r:c_t:s0"),
        (b"a_u:b_r:c_t:s0", "a_u:b_r:c_t:s0"),
        (b"unconfined\n", "unconfined"),
        (b"a\x1b[1m:\x9b\tb\0", "a?[1m:??b"),
        (b"\0", ""),
        // net-tools dies of an empty file.
        (b"", "-"),
        (&[b'x'; 70_000], &"x".repeat(48)),
    ];
    for (context, expected) in cases {
        assert_eq!(shown(&with_context("context", MOUNTS, context)), expected);
    }
    let root = with_context("no-context", MOUNTS, b"");
    fs::remove_dir_all(root.join("proc/77/attr")).expect("removed");
    assert_eq!(shown(&root), "-");
}

#[test]
fn contexts_are_a_column_of_every_format() {
    let root = with_context("context-column", MOUNTS, b"a_u:b_r:c_t:s0\0");
    let json = |flags: &[&str]| {
        let found = run(&binary(), &root, flags);
        assert!(found.status.success(), "{}", stderr(&found));
        let rows: Vec<serde_json::Value> = serde_json::from_str(&stdout(&found)).expect("JSON");
        rows[0].get("context").cloned()
    };
    assert_eq!(json(&["-tanZ", "--json"]), Some("a_u:b_r:c_t:s0".into()));
    let chosen = ["-tan", "--json", "--columns", "pid,context"];
    assert_eq!(json(&chosen), Some("a_u:b_r:c_t:s0".into()));
    // It costs a file for each process, so that it is there only on request.
    assert_eq!(json(&["-tanp", "--json"]), None);
    for format in ["csv", "table"] {
        let text = stdout(&run(&binary(), &root, &["-tanZ", "--format", format]));
        assert!(text.contains("a_u:b_r:c_t:s0"), "{text}");
    }
}

#[test]
fn without_selinux_there_is_nothing_but_a_message() {
    let read_only = b"selinuxfs /sys/fs/selinux selinuxfs ro,nosuid 0 0\n";
    let other = b"selinuxfs /sys/fs/selinux tmpfs rw 0 0\n";
    let mut roots = vec![
        with_context("selinux-read-only", read_only, b"a\0"),
        with_context("selinux-in-name", other, b"a\0"),
        with_context("selinux-nowhere", b"", b"a\0"),
    ];
    let root = with_context("selinux-unconfigured", MOUNTS, b"a\0");
    fs::remove_dir_all(root.join("etc/selinux")).expect("removed");
    roots.push(root);
    for root in roots {
        for flags in [&["-tanZ"][..], &["-r", "-Z"], &["--context", "-h"]] {
            let found = run(&binary(), &root, flags);
            assert_eq!(found.status.code(), Some(1), "{flags:?}");
            assert_eq!(stdout(&found), "", "{flags:?}");
            assert!(
                stderr(&found).contains("SELinux is not enabled"),
                "{flags:?}"
            );
        }
    }
}
