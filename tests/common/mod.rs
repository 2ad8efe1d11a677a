//! What the whole-program tests share.

// Each test program has this module to itself, and uses a part of it.
#![allow(dead_code)]

pub mod asked;
pub mod check;
pub mod copied;
pub mod held;
pub mod moments;
pub mod name_server;
pub mod named;
pub mod namespace;
pub mod owner;
pub mod running;
pub mod session;
pub mod ss_sockets;

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

/// The program under test.
pub fn binary() -> PathBuf {
    PathBuf::from(env!("CARGO_BIN_EXE_rnetstat"))
}

/// The program under another name: a link to it, in a folder for tests.
pub fn link(name: &str) -> PathBuf {
    let link = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::create_dir_all(link.parent().expect("a folder")).expect("made");
    if fs::read_link(&link).ok() != Some(binary()) {
        let _ = fs::remove_file(&link);
        // Another test may have been faster.
        let _ = symlink(binary(), &link);
    }
    link
}

/// A new, empty folder for one test.
pub fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("made");
    folder
}

/// The made-up systems.
pub fn systems() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/systems");
    let mut systems: Vec<PathBuf> = fs::read_dir(folder)
        .expect("the systems")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.is_dir())
        .collect();
    systems.sort();
    systems
}

/// One of them.
pub fn system(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/systems")
        .join(name)
}

/// Runs `program` on the system under `root`.
pub fn run(program: &Path, root: &Path, flags: &[&str]) -> Output {
    Command::new(program)
        .arg("--root")
        .arg(root)
        .args(flags)
        .stdin(Stdio::null())
        .output()
        .expect("the program runs")
}

/// The text of an output's stdout.
pub fn stdout(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// The text of an output's stderr.
pub fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// The first line in which two outputs differ, for people.
pub fn first_difference(expected: &[u8], found: &[u8]) -> String {
    let mut expected = expected.split(|&byte| byte == b'\n');
    let mut found = found.split(|&byte| byte == b'\n');
    for line in 1.. {
        let pair = (expected.next(), found.next());
        if pair.0 != pair.1 || pair == (None, None) {
            let show =
                |line: Option<&[u8]>| line.map(String::from_utf8_lossy).map(|it| it.into_owned());
            return format!(
                "line {line}:\n  netstat  {:?}\n  rnetstat {:?}",
                show(pair.0),
                show(pair.1)
            );
        }
    }
    unreachable!("the lines have an end")
}

/// A system made for one test: files by their path, and processes by PID, name and inodes.
pub fn make_system(
    name: &str,
    files: &[(&str, &[u8])],
    processes: &[(u32, &[u8], &[u64])],
) -> PathBuf {
    let root = folder(name);
    for (path, bytes) in files {
        let path = root.join(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("made");
        fs::write(path, bytes).expect("written");
    }
    for (pid, command_line, inodes) in processes {
        let process = root.join(format!("proc/{pid}"));
        fs::create_dir_all(process.join("fd")).expect("made");
        fs::write(process.join("cmdline"), command_line).expect("written");
        for (number, inode) in inodes.iter().enumerate() {
            let target = format!("socket:[{inode}]");
            symlink(target, process.join(format!("fd/{number}"))).expect("linked");
        }
    }
    root
}

/// A TCP table with one listener: 127.0.0.1:8080, inode 4000.
pub const TCP: &[u8] = b"  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n\
   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4000 1 0 100 0 0 10 0\n";

/// The first words of an output's rows, each once.
pub fn protocols(output: &str) -> Vec<String> {
    let mut seen = Vec::new();
    for line in output.lines() {
        let word = line.split(' ').next().unwrap_or_default().to_owned();
        if !["Active", "Proto"].contains(&word.as_str()) && !seen.contains(&word) {
            seen.push(word);
        }
    }
    seen
}

/// Runs the program with flags that can't be used: it must say which, and print nothing.
pub fn must_refuse(program: &Path, flags: &[&str], named: &str) {
    let found = Command::new(program).args(flags).output().expect("runs");
    assert_eq!(found.status.code(), Some(3), "{flags:?}");
    assert_eq!(stdout(&found), "", "{flags:?}");
    let said = stderr(&found);
    assert!(said.contains(named), "{flags:?}: {said}");
}

/// Waits until a program that was started with `flags` has ended; fails if it does not.
pub fn must_end(child: &mut Child, flags: &[&str]) {
    let started = Instant::now();
    while child.try_wait().expect("waited").is_none() {
        if started.elapsed() > Duration::from_secs(20) {
            child.kill().expect("killed");
            panic!("{flags:?} does not end");
        }
        std::thread::sleep(Duration::from_millis(5));
    }
}
