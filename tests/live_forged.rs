//! The built binary on the live kernel, where names of unix sockets are made to look like rows.
//!
//! Needs what `live.rs` needs.

mod common;

use common::namespace::{ip, ready};
use common::{binary, folder, link, stderr, stdout};
use serde_json::Value;
use std::collections::HashSet;
use std::fs;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::os::fd::AsFd;
use std::os::linux::net::SocketAddrExt;
use std::os::unix::net::{SocketAddr, UnixDatagram, UnixListener, UnixStream};
use std::path::Path;
use std::process::{Command, Output};
use std::sync::atomic::{AtomicBool, Ordering};

/// Runs the program, here.
fn run(program: &Path, flags: &[&str]) -> Output {
    let output = Command::new(program).args(flags).output();
    output.expect("the program runs")
}

/// What rows are known by.
const COLUMNS: &str = "--columns=type,inode,path";

/// A listener with an abstract name.
fn listen(name: &str) -> UnixListener {
    let address = SocketAddr::from_abstract_name(name).expect("an address");
    UnixListener::bind_addr(&address).expect("listening")
}

fn inode(socket: impl AsFd) -> u64 {
    nix::sys::stat::fstat(socket).expect("its inode").st_ino
}

/// A row as the kernel writes it, with an address that nobody has.
fn row(inode: u64, name: &str) -> String {
    format!("00000000deadbeef: 00000002 00000000 00010000 0001 01 {inode:5} {name}")
}

/// The rows in JSON, and what is said on stderr, which must be nothing if all goes well.
fn rows(flags: &[&str]) -> Vec<Value> {
    let found = run(&binary(), &[flags, &["--json"]].concat());
    assert!(found.status.success(), "{}", stderr(&found));
    assert_eq!(stderr(&found), "");
    serde_json::from_str(&stdout(&found)).expect("JSON")
}

#[test]
fn no_name_makes_a_row() {
    if !ready() {
        return;
    }
    ip("link set lo up");
    let folder = folder("forged");
    let tcp = TcpListener::bind("127.0.0.1:0").expect("listening");
    let victim_path = folder.join("victim");
    let victim = UnixListener::bind(&victim_path).expect("listening");
    let unnamed = UnixDatagram::unbound().expect("a socket");
    for (what, name) in [
        ("a TCP listener's inode", row(inode(&tcp), "/run/x.sock")),
        ("a unix socket's inode", row(inode(&victim), "/run/x.sock")),
        (
            "an unnamed socket's inode",
            row(inode(&unnamed), "/run/x.sock"),
        ),
        ("nobody's inode", row(4711, "/run/x.sock")),
        ("no inode", row(0, "/run/x.sock")),
        (
            "a row without a name",
            row(inode(&tcp), "").trim_end().to_owned(),
        ),
        ("no row", "x.sock".to_owned()),
        ("several lines", "\n\na\nx.sock\n".to_owned()),
        ("an empty line", String::new()),
        ("its own inode", row(1, "/run/x.sock")),
    ] {
        let name = format!("q\n{name}");
        let forger = listen(&name);
        // Its ends have the name, too: one that is accepted, and one that waits.
        let address = forger.local_addr().expect("an address");
        let _waits = UnixStream::connect_addr(&address).expect("connected");
        let accepted = forger.accept().expect("accepted");
        let _waits_too = UnixStream::connect_addr(&address).expect("connected");

        let whole = format!("@{name}").replace('\n', "?");
        let all = rows(&["-xa", "--columns", "inode,path,pid"]);
        let mut ends = Vec::new();
        for row in &all {
            let path = row["path"].as_str().unwrap_or_default();
            if path == whole {
                // None while it waits.
                ends.push(row["inode"].as_u64().unwrap_or(0));
                continue;
            }
            let is_victim = row["inode"] == inode(&victim);
            assert_eq!(is_victim, !path.is_empty(), "{what}: {row}");
        }
        let mut own = [0, inode(&accepted.0), inode(&forger)];
        ends.sort_unstable();
        own.sort_unstable();
        assert_eq!(ends, own, "{what}: {all:?}");
        // The victim, an unnamed one, three of the forger's, and the other ends of the two.
        assert_eq!(all.len(), 7, "{what}: {all:?}");

        let shown = whole.split(' ').next().expect("a word");
        for (program, flags) in [
            (binary(), &["-xlnp"][..]),
            (link("forged/netstat"), &["-lnpx"]),
            (binary(), &["-xl", "--format=table", COLUMNS]),
            (binary(), &["-xl", "--format=csv", COLUMNS]),
            (binary(), &["-xl", "--format=jsonl", COLUMNS]),
        ] {
            let found = run(&program, flags);
            assert!(found.status.success(), "{what}: {flags:?}");
            assert_eq!(stderr(&found), "", "{what}: {flags:?}");
            let text = stdout(&found);
            let lines: Vec<&str> = text.lines().filter(|it| it.contains("STREAM")).collect();
            assert_eq!(lines.len(), 2, "{what}: {flags:?}: {text}");
            let forgers: Vec<_> = lines.iter().filter(|it| it.contains(shown)).collect();
            assert_eq!(forgers.len(), 1, "{what}: {flags:?}: {text}");
            let inode = inode(&forger).to_string();
            assert!(forgers[0].contains(&inode), "{what}: {flags:?}: {text}");
        }
    }
}

#[test]
fn a_path_with_a_line_feed_is_one_name() {
    if !ready() {
        return;
    }
    let folder = folder("forged-path");
    // Of a relative name, or it would not fit.
    let name = format!("f\n{}", row(4711, "x"));
    let mut helper = Command::new("python3")
        .args(["-c", "import socket, sys\ns = \
                socket.socket(socket.AF_UNIX)\ns.bind(sys.argv[1])\ns.listen()\nprint('x', flush=True)\nsys.stdin.read()"])
        .arg(&name)
        .current_dir(&folder)
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .spawn()
        .expect("Python runs");
    let mut ready = [0];
    let out = helper.stdout.as_mut().expect("a pipe");
    out.read_exact(&mut ready).expect("bound");
    let found = rows(&["-xa", "--columns", "path"]);
    drop(helper.stdin.take());
    helper.wait().expect("ended");
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0]["path"], name.replace('\n', "?"));
}

#[test]
fn honest_sockets_are_all_there_and_nothing_is_said() {
    if !ready() {
        return;
    }
    let folder = folder("honest");
    let mut listeners = vec![
        UnixListener::bind(folder.join("s")).expect("listening"),
        listen(""),
        listen("a"),
        listen("a b"),
        listen(&"\0".repeat(107)),
        listen(&"z".repeat(49)),
    ];
    // Several blocks of text, each cut behind some row.
    listeners.extend((0..400).map(|it| listen(&format!("n{it}"))));
    let mut streams = Vec::new();
    for listener in &listeners {
        let address = listener.local_addr().expect("an address");
        for _ in 0..2 {
            streams.push(UnixStream::connect_addr(&address).expect("connected"));
        }
        streams.push(listener.accept().expect("accepted").0);
    }
    let found = rows(&["-xa", "--columns", "path,inode"]);
    let table = fs::read_to_string("/proc/thread-self/net/unix").expect("the table");
    let mut expected: Vec<String> = Vec::new();
    for line in table.lines().skip(1) {
        let mut words = line
            .splitn(7, ' ')
            .nth(6)
            .expect("an inode")
            .trim_start()
            .splitn(2, ' ');
        let inode = words.next().expect("an inode");
        expected.push(format!("{inode} {}", words.next().unwrap_or_default()));
    }
    let found: Vec<String> = found
        .iter()
        .map(|it| {
            format!(
                "{} {}",
                it["inode"].as_u64().unwrap_or(0),
                it["path"].as_str().unwrap_or_default()
            )
        })
        .collect();
    assert_eq!(expected.len(), 406 * 5);
    assert_eq!(found, expected);
}

#[test]
fn sockets_that_come_and_go_bring_no_forged_row_and_cost_no_other() {
    if !ready() {
        return;
    }
    /// Stops the other thread, even if a test fails.
    struct Stop<'a>(&'a AtomicBool);
    impl Drop for Stop<'_> {
        fn drop(&mut self) {
            self.0.store(true, Ordering::Relaxed);
        }
    }
    let stop = AtomicBool::new(false);
    let stays: Vec<UnixListener> = (0..300).map(|it| listen(&format!("stays{it}"))).collect();
    std::thread::scope(|scope| {
        // The namespace is this thread's; one that it starts has the same.
        scope.spawn(|| {
            let mut number = 0_u64;
            while !stop.load(Ordering::Relaxed) {
                let forged = row(4711, "/forged");
                let short = (0..20).map(|it| listen(&format!("{number}-{it}\n{forged}")));
                let _short: Vec<UnixListener> = short.collect();
                let _honest: Vec<UnixListener> = (0..20)
                    .map(|it| listen(&format!("h{it}-{number}")))
                    .collect();
                number += 1;
            }
        });
        let _stop = Stop(&stop);
        let mut missing = 0;
        for _ in 0..100 {
            let found = run(&binary(), &["-xl", "--json", "--columns", "path,inode"]);
            let rows: Vec<Value> = serde_json::from_str(&stdout(&found)).expect("JSON");
            let paths: Vec<&str> = rows.iter().filter_map(|it| it["path"].as_str()).collect();
            assert!(!paths.contains(&"/forged"), "{paths:?}");
            // The kernel writes a few twice, or not at all, if others are closed meanwhile.
            let stayed = paths.iter().filter(|it| it.starts_with("@stays"));
            let stayed: HashSet<_> = stayed.collect();
            missing += stays.len() - stayed.len();
            assert_eq!(stderr(&found), "");
        }
        assert!(missing < 20, "{missing} of 30,000 sockets are missing");
    });
}

#[test]
fn a_copied_table_is_suspect_if_it_looks_forged() {
    let header = "Num       RefCount Protocol Flags    Type St Inode Path\n";
    let zero = |line: String| line.replacen("deadbeef", "00000000", 1);
    let long = format!("/{}", "x".repeat(60));
    for (index, (table, suspect)) in [
        (vec![row(10, "@q"), row(20, &long)], None),
        (vec![row(10, "@q"), row(20, "/run/x"), row(30, "@z")], None),
        (
            vec![row(10, "@q"), row(20, "/run/x"), row(20, &long)],
            Some(3),
        ),
        (
            vec![row(20, &long), row(10, "@q"), row(20, "/run/x")],
            Some(4),
        ),
        (vec![row(10, "@q"), zero(row(20, "/run/x"))], Some(3)),
        (
            vec![row(10, "@q"), "x".to_owned(), row(20, "/run/x")],
            Some(3),
        ),
    ]
    .into_iter()
    .enumerate()
    {
        let root = folder(&format!("forged-root-{index}"));
        fs::create_dir_all(root.join("proc/net")).expect("made");
        let mut file = fs::File::create(root.join("proc/net/unix")).expect("made");
        let text = format!("{header}{}\n", table.join("\n"));
        file.write_all(text.as_bytes()).expect("written");
        let parsed = table.iter().filter(|it| it.len() > 10).count();
        for (flags, is_ours) in [
            (&["-xa"][..], false),
            (&["-xap"], false),
            (&["-xa", "--json"], true),
            (&["-xa", "--format=jsonl"], true),
            (&["-xa", "--format=csv"], true),
            (&["-xa", "--format=table"], true),
        ] {
            let found = common::run(&binary(), &root, flags);
            let said = stderr(&found);
            let status = i32::from(is_ours && suspect.is_some());
            assert_eq!(
                found.status.code(),
                Some(status),
                "{index} {flags:?}: {said}"
            );
            let notes: Vec<&str> = said
                .lines()
                .filter(|it| it.contains("may be forged"))
                .collect();
            let note = suspect.map(|line| {
                let file = root.join("proc/net/unix");
                let file = file.display();
                format!(
                    "rnetstat: {file}: line {line} may be forged: it may be part of the name in the previous line"
                )
            });
            assert_eq!(
                notes,
                note.as_deref().into_iter().collect::<Vec<_>>(),
                "{index}"
            );
            // All that can be read is shown: nobody knows which of them is forged.
            let rows = stdout(&found).matches("STREAM").count();
            assert_eq!(rows, parsed, "{index} {flags:?}: {}", stdout(&found));
        }
    }
}
