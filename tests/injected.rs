//! The built binary while the kernel refuses single calls: it never prints less, or something else,
//! with status 0 and nothing on stderr.
//!
//! Needs what tests/live.rs needs, and strace, which lets calls fail; says so where one is missing.
//! This is a part of a longer search, for calls that read. Not searched: calls of Rust's runtime and of
//! the loader, which end the program by a signal or status 101; and reading the files of libc's name
//! service, whose errors libc keeps to itself: names are numbers then; and the number of the caller's
//! network namespace, which is null in JSON where it can't be read.

mod common;

use common::binary;
use common::namespace::ip;
use common::owner::{Owner, listener, turn};
use std::collections::BTreeMap;
use std::net::TcpStream;
use std::os::unix::net::UnixListener;
use std::process::{Command, Output, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};

/// The calls that read.
const CALLS: [&str; 12] = [
    "openat",
    "openat2",
    "read",
    "newfstatat",
    "statx",
    "fstatfs",
    "readlinkat",
    "getdents64",
    "ioctl",
    "socket",
    "sendto",
    "recvfrom",
];

/// The errors.
const ERRORS: [&str; 4] = ["EIO", "EACCES", "ENOMEM", "EMFILE"];

/// How often each call is made to fail, one time after another. The first times are the loader's.
const TIMES: usize = 12;

fn strace(flags: &str, trace: &[&str]) -> Output {
    let mut command = Command::new("strace");
    command.args(["-f", "-qq"]).args(trace).arg(binary());
    command.args(flags.split(' ')).stdin(Stdio::null());
    command.output().expect("strace runs")
}

/// Returns how often a listing makes each of the calls.
fn calls(flags: &str) -> BTreeMap<&'static str, usize> {
    let folder = common::folder("injected");
    let file = folder.join(flags.replace(' ', "_"));
    strace(flags, &["-o", file.to_str().expect("UTF-8")]);
    let text = std::fs::read_to_string(file).expect("a trace");
    let mut calls = BTreeMap::new();
    for line in text.lines() {
        let name = line
            .split('(')
            .next()
            .and_then(|it| it.split(' ').next_back());
        if let Some(call) = CALLS.iter().find(|call| name == Some(**call)) {
            *calls.entry(*call).or_default() += 1;
        }
    }
    calls
}

#[test]
fn no_refused_call_goes_unnoticed() {
    let Some(_turn) = turn() else { return };
    if Command::new("strace").arg("-V").output().is_err() {
        assert!(
            std::env::var_os("RNETSTAT_LIVE").is_none(),
            "strace is wanted"
        );
        println!("passed over: no strace");
        return;
    }
    let tried = Command::new("strace")
        .args(["-o", "/dev/null", "true"])
        .output();
    if !tried.is_ok_and(|it| it.status.success()) {
        println!("passed over: this machine lets nobody trace");
        return;
    }
    ip("link set lo up");
    let listener = listener();
    let owner = Owner::of(&listener);
    let _connection = TcpStream::connect("127.0.0.1:7800").expect("connected");
    drop(listener);
    let path = common::folder("injected-unix").join("socket");
    let _unix = UnixListener::bind(path).expect("bound");
    let of_owner = format!("-an --format csv --pid {}", owner.pid());
    let listings = [
        "-tan",
        "-tuan --format csv",
        "-xan --format csv",
        "-tln --count",
        "-rn --format csv",
        "-i --format csv",
        "-s --format csv",
        "-gn --format csv",
        &of_owner,
    ];
    let mut jobs = Vec::new();
    for flags in listings {
        for (call, count) in calls(flags) {
            for error in ERRORS {
                let times = 1..=count.min(TIMES);
                jobs.extend(times.map(|time| (flags, format!("{call}:error={error}:when={time}"))));
            }
        }
    }
    assert!(jobs.len() > 500, "{}", jobs.len());
    let good: BTreeMap<&str, Output> = listings
        .into_iter()
        .map(|flags| (flags, strace(flags, &["-o", "/dev/null"])))
        .collect();
    for (flags, output) in &good {
        assert!(
            output.status.success(),
            "{flags}: {}",
            common::stderr(output)
        );
    }
    let next = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                while let Some((flags, inject)) = jobs.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let call = inject.split(':').next().expect("a call");
                    let (trace, inject) = (format!("trace={call}"), format!("inject={inject}"));
                    let found = strace(flags, &["-o", "/dev/null", "-e", &trace, "-e", &inject]);
                    let is_told = !found.status.success() || !found.stderr.is_empty();
                    assert!(
                        is_told || found.stdout == good[flags].stdout,
                        "{flags} {inject}: silent"
                    );
                    let said = String::from_utf8_lossy(&found.stderr);
                    assert!(!said.contains("src/"), "{flags} {inject}: {said}");
                }
            });
        }
    });
}
