//! The built binary's manners: flags, words, pipes, statuses, and bad input.

mod common;

use common::running::{Running, Start};
use common::{TCP, binary, link, make_system, must_refuse, protocols, run, stderr, stdout, system};
use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::os::unix::process::ExitStatusExt;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

#[test]
fn words_narrow_the_listing() {
    let web = system("web-server");
    let cases: [(&[&str], &[&str]); 17] = [
        (&["-ano", "-p", "tcp"], &["tcp", "tcp6"]),
        (&["-ano", "TCP"], &["tcp", "tcp6"]),
        (&["-an", "tcp6"], &["tcp6"]),
        (&["-an", "TcpV6"], &["tcp6"]),
        (&["-an", "udp"], &["udp", "udp6"]),
        (&["-an", "udpv6"], &["udp6"]),
        (&["-an", "tcp6", "udp"], &["tcp6", "udp", "udp6"]),
        (&["-an", "unix"], &["unix"]),
        (&["-an", "-x", "tcp6"], &["tcp6"]),
        (&["-tuan", "tcp"], &["tcp", "tcp6"]),
        (&["-San", "tcp"], &["tcp", "tcp6"]),
        (&["-tan", "udp6", "unix"], &["udp6", "unix"]),
        (&["-an6", "tcp"], &["tcp6"]),
        (&["-an4", "tcp6"], &[]),
        (&["-tln", "--read-all"], &["tcp", "tcp6"]),
        (&["-an4", "tcp"], &["tcp"]),
        (&["-an", "raw", "udplite"], &[]),
    ];
    for (flags, expected) in cases {
        let found = run(&binary(), &web, flags);
        assert!(found.status.success(), "{flags:?}: {}", stderr(&found));
        assert_eq!(protocols(&stdout(&found)), expected, "{flags:?}");
    }
    let all = run(&link("netstat"), &web, &["-an"]).stdout;
    for words in [["tcp", "5"], ["junk", "-"]] {
        let found = run(&link("netstat"), &web, &["-an", words[0], words[1]]);
        assert_eq!(found.stdout, all, "netstat passes over {words:?}");
    }
}

#[test]
fn unusable_arguments_are_named_and_have_net_tools_status() {
    let cases: [(&[&str], &str); 15] = [
        (&["-q"], "-q"),
        (&["--bogus"], "--bogus"),
        (&["--numer"], "ambiguous"),
        (&["--all=1"], "--all"),
        (
            &["-A"],
            "-A needs a value, as in: rnetstat -A inet,unix -an\n",
        ),
        (&["-A", "bogus"], "bogus"),
        (&["-an", "tpc"], "tpc"),
        (&["-an", "0"], "'0'"),
        (&["-an", "-"], "'-'"),
        (&["-r", "5x"], "5x"),
        (&["-r", "tcp"], "protocol"),
        (&["-rs"], "--route"),
        (&["-Mgi"], "--masquerade"),
        (&["-g", "tcp"], "protocol"),
        (&["--root"], "--root needs a value"),
    ];
    for (flags, named) in cases {
        must_refuse(&binary(), flags, named);
    }
}

#[test]
fn flags_can_be_given_in_any_order_and_twice() {
    let idle = system("idle-host");
    for ways in [
        &[
            "-tulpn",
            "-npult",
            "-t -u -l -p -n -t -n",
            "--tcp --udp --list --prog --numeric",
        ][..],
        &["-rn", "-nr", "-rr -n", "--route --numeric", "--rout -n"],
        &["-aW", "-aT", "--all --notrim", "--al --not"],
        &["-xa -4", "-4 -x -a", "-A unix,inet -a", "--unix --ip --all"],
        &["-aee", "-a -e --extend", "-e -ea"],
    ] {
        let outputs: Vec<_> = ways
            .iter()
            .map(|way| {
                let flags: Vec<&str> = way.split(' ').collect();
                let found = run(&binary(), &idle, &flags);
                assert!(found.status.success(), "{way}: {}", stderr(&found));
                stdout(&found)
            })
            .collect();
        for (way, output) in ways.iter().zip(&outputs) {
            assert_eq!(*output, outputs[0], "{way}");
        }
    }
}

#[test]
fn help_tells_what_differs_and_fits_a_terminal() {
    let help = |flag| {
        let found = Command::new(binary()).arg(flag).output().expect("runs");
        assert!(found.status.success());
        stdout(&found)
    };
    let (short, help) = (help("--help"), help("--help-all"));
    for told in [
        "PID in the last column",
        "ends each row with the owner's PID",
        "Called by the name netstat",
        "--root",
        "Exit status",
    ] {
        assert!(help.contains(told), "{told}");
    }
    for line in help.lines().chain(short.lines()) {
        assert!(line.chars().count() <= 80, "{line:?}");
        // What can be given twice is not said to be a list.
        assert!(
            !line.starts_with("  -") || !line.contains("..."),
            "{line:?}"
        );
    }
    let version = Command::new(binary()).arg("-V").output().expect("runs");
    let expected = format!("rnetstat {}\n", env!("CARGO_PKG_VERSION"));
    assert_eq!(stdout(&version), expected);
}

/// Starts the binary with its stdout and stderr in pipes.
fn spawn(flags: &[&str]) -> Running {
    Command::new(binary())
        .arg("--root")
        .arg(system("idle-host"))
        .args(flags)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .start()
}

#[test]
fn listings_repeat_each_whole_until_interrupted() {
    for flags in [
        &["-ctn"][..],
        &["-tn", "0.05"],
        &["-c", "-tn", "tcp", "0.05"],
    ] {
        let started = Instant::now();
        let mut child = spawn(flags);
        let mut lines = BufReader::new(child.stdout.take().expect("a pipe")).lines();
        let mut titles = 0;
        // The third title comes only after two whole listings have been flushed.
        while titles < 3 {
            let line = lines.next().expect("more").expect("a line");
            titles += usize::from(line.starts_with("Active Internet"));
        }
        if flags == ["-ctn"] {
            assert!(started.elapsed() >= Duration::from_secs(2), "a second each");
        }
        let pid = nix::unistd::Pid::from_raw(child.id() as i32);
        nix::sys::signal::kill(pid, nix::sys::signal::Signal::SIGINT).expect("signalled");
        let status = child.wait().expect("ended");
        assert_eq!(
            status.signal(),
            Some(2),
            "as any program that is interrupted"
        );
        let mut said = String::new();
        let mut stderr = child.stderr.take().expect("a pipe");
        stderr.read_to_string(&mut said).expect("read");
        assert_eq!(said, "");
    }
}

#[test]
fn a_closed_pipe_ends_it_quietly() {
    for flags in [&["-an", "0.01"][..], &["-an"]] {
        let mut child = spawn(flags);
        let mut pipe = BufReader::new(child.stdout.take().expect("a pipe"));
        let mut first = String::new();
        pipe.read_line(&mut first).expect("a line");
        drop(pipe);
        let found = child.output();
        assert_eq!(found.status.code(), Some(0), "{flags:?}");
        assert_eq!(stderr(&found), "");
        assert!(first.starts_with("Active Internet"));
    }
}

#[test]
fn a_full_disk_is_an_error() {
    for flags in [&["-an"][..], &["-rn"], &["--help"], &["-V"], &["-anc"]] {
        let full = fs::OpenOptions::new()
            .write(true)
            .open("/dev/full")
            .expect("opened");
        let found = Command::new(binary())
            .args(flags)
            .stdout(full)
            .output()
            .expect("runs");
        assert_eq!(found.status.code(), Some(1), "{flags:?}");
        assert!(stderr(&found).contains("No space left"), "{flags:?}");
    }
}

#[test]
fn a_stderr_that_takes_nothing_stops_nothing() {
    let full = || {
        fs::OpenOptions::new()
            .write(true)
            .open("/dev/full")
            .expect("opened")
    };
    let found = Command::new(binary())
        .arg("--root")
        .arg(system("odd-one"))
        .arg("-an")
        .stderr(full())
        .output()
        .expect("runs");
    assert!(found.status.success());
    assert!(stdout(&found).contains("127.0.0.1:8081"));
    let found = Command::new(binary())
        .arg("-q")
        .stderr(full())
        .output()
        .expect("runs");
    assert_eq!(found.status.code(), Some(3));
}

#[test]
fn the_last_word_of_a_row_is_the_pid() {
    let root = make_system(
        "last-word",
        &[("proc/net/tcp", TCP)],
        &[(77, b"/bin/server\0", &[4000])],
    );
    let text = stdout(&run(&binary(), &root, &["-ano"]));
    let row = text
        .lines()
        .find(|row| row.contains(":8080"))
        .expect("the row");
    assert_eq!(row.split_whitespace().last(), Some("77"));
    let text = stdout(&run(&binary(), &root, &["-anop"]));
    let row = text
        .lines()
        .find(|row| row.contains(":8080"))
        .expect("the row");
    assert!(
        row.contains("77/server") && row.ends_with("(0.00/0/0)"),
        "{row}"
    );
}

#[test]
fn a_closed_stdout_is_noticed_while_waiting() {
    let mut child = spawn(&["-tn", "3600"]);
    let mut pipe = BufReader::new(child.stdout.take().expect("a pipe"));
    let mut first = String::new();
    pipe.read_line(&mut first).expect("a line");
    drop(pipe);
    common::must_end(&mut child, &["-tn", "3600"]);
}

#[test]
fn names_are_read_anew_for_each_listing() {
    let root = make_system(
        "renewed",
        &[("proc/net/tcp", TCP), ("etc/hosts", b"127.0.0.1 before\n")],
        &[],
    );
    let mut child = Command::new(binary())
        .arg("--root")
        .arg(&root)
        .args(["-ta", "0.05"])
        .stdout(Stdio::piped())
        .start();
    let mut lines = BufReader::new(child.stdout.take().expect("a pipe")).lines();
    let mut wait_for = |name: &str| {
        let mut rows = lines.by_ref().map(|line| line.expect("a line")).take(1000);
        assert!(rows.any(|row| row.contains(name)), "{name}");
    };
    wait_for("before:8080");
    fs::write(root.join("etc/hosts"), "127.0.0.1 after\n").expect("written");
    wait_for("after:8080");
}

#[test]
fn a_time_to_wait_for_names_is_a_duration() {
    for value in ["x", "-1", "", "1d", "-n"] {
        let flags = ["-an", "--resolve-timeout", value];
        let found = run(&binary(), &system("idle-host"), &flags);
        assert_eq!(found.status.code(), Some(3), "{value:?}");
        assert!(stderr(&found).contains("TIME"), "{}", stderr(&found));
    }
    for flags in [
        "-an --resolve-timeout 0",
        "-an --res=.5",
        "-an --res=500ms",
        "-an --resolve-timeout 1s",
        "-an --resolve-timeout=3",
    ] {
        let flags: Vec<&str> = flags.split(' ').collect();
        let found = run(&link("netstat"), &system("idle-host"), &flags);
        assert!(found.status.success(), "{}", stderr(&found));
    }
}
