//! The built binary and the owners of what it lists: `--kill` on the live kernel, with processes
//! that hold sockets in a network namespace of the test's own.
//!
//! Needs what tests/live.rs needs, and says so where it is missing.

mod common;

use common::namespace::ip;
use common::owner::{Owner, PORT, kill, listener, must_say, turn, wait_until};
use common::running::Start;
use common::{binary, folder, link, must_refuse, stderr, stdout};
use serde_json::Value;
use std::fs::File;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::unix::net::UnixListener;
use std::path::PathBuf;
use std::process::{Command, Stdio};

#[test]
fn what_can_not_be_meant_is_refused() {
    for (flags, named) in [
        ("--kill", "needs a filter"),
        ("--kill --state listen", "is not enough"),
        ("--kill --inode 4000 --yes", "is not enough"),
        ("--kill --port 1-65535", "a narrower filter"),
        ("--kill --port 1-79,70-65535", "a narrower filter"),
        (
            "--kill --local-port 1-65535 --state listen",
            "a narrower filter",
        ),
        ("--kill --address 0.0.0.0/0", "a narrower filter"),
        ("--kill --process ?*", "a narrower filter"),
        ("--kill --address ::/0,::1", "a narrower filter"),
        (
            "--kill --address 0.0.0.0/1,128.0.0.0/1",
            "a narrower filter",
        ),
        (
            "--kill --process * --foreign-port 1-65535",
            "a narrower filter",
        ),
        ("--kill", "needs a filter"),
        ("--changes -r", "works with sockets"),
        ("--kill -r", "works with sockets"),
        ("--kill -s", "works with sockets"),
        ("--kill -i", "works with sockets"),
        ("--kill -gt --pid 9", "works with sockets"),
        ("--kill --pid 9 --root /", "--root"),
        ("--kill --pid 9 -c", "remove -c and the interval"),
        ("--kill --pid 9 --count", "every row"),
        ("--kill --pid 9 --pids", "every row"),
        ("--kill --pid 9 --count-by state", "every row"),
        ("--kill --pid 9 --json --top 3", "every row"),
        ("--kill=0 --pid 9", "--dry-run"),
        ("--kill=BOGUS --pid 9", "'BOGUS'"),
        ("--kill= --pid 9", "a signal's name"),
        ("--kill=65 --pid 9", "64"),
        ("--yes --pid 9", "--kill"),
        ("--wait 1 --pid 9", "--kill"),
        ("--dry-run --pid 9", "--kill"),
        ("--kill --force --pid 9", "--wait"),
        ("--kill --wait -1 --pid 9", "a time"),
        ("--kill --wait soon --pid 9", "a time"),
    ] {
        for program in [binary(), link("kill/netstat")] {
            let flags: Vec<&str> = flags.split(' ').collect();
            must_refuse(&program, &flags, named);
        }
    }
    // Words, which mean nothing to netstat.
    for (flags, named) in [
        ("--kill --pid 9 tcp 5", "remove -c and the interval"),
        ("--kill 9 --pid 9", "--kill=9"),
        ("--kill HUP --pid 9", "--kill=HUP"),
    ] {
        let flags: Vec<&str> = flags.split(' ').collect();
        must_refuse(&binary(), &flags, named);
    }
}

/// Not a test but the server of the next one, when started by it.
#[test]
fn server() {
    if std::env::var_os("RNETSTAT_TEST_SERVES").is_none() {
        return;
    }
    for stream in listener().incoming() {
        let mut stream = stream.expect("a connection");
        std::thread::spawn(move || {
            let mut byte = [0];
            while stream.read_exact(&mut byte).is_ok() && stream.write_all(&byte).is_ok() {}
        });
    }
}

#[test]
fn a_port_that_a_server_holds_is_freed() {
    let Some(_turn) = turn() else { return };
    ip("link set lo up");
    let mut server = Command::new(std::env::current_exe().expect("a path"))
        .args(["--exact", "server", "--nocapture"])
        .env("RNETSTAT_TEST_SERVES", "1")
        .stdout(Stdio::null())
        .start();
    wait_until("server", || TcpStream::connect("127.0.0.1:7800").is_ok());
    let mut client = TcpStream::connect("127.0.0.1:7800").expect("connected");
    client.write_all(b"x").expect("sent");
    client.read_exact(&mut [0]).expect("served");
    assert!(TcpListener::bind("127.0.0.1:7800").is_err());
    let found = kill("--kill --yes --wait 20", 0);
    let rows = stdout(&found);
    assert!(rows.contains("LISTEN"), "{rows}");
    assert!(rows.contains("ESTABLISHED"), "{rows}");
    let said = stderr(&found);
    let lines: Vec<&str> = said.lines().collect();
    assert_eq!(lines.len(), 2, "{said}");
    assert!(lines[0].ends_with(": signalled (TERM)"), "{said}");
    assert!(lines[1].ends_with(": ended"), "{said}");
    server.wait().expect("ended");
    TcpListener::bind("127.0.0.1:7800").expect("free");
    // The server's end of the connection is the kernel's now, and there is nobody to signal.
    let found = kill("--kill --yes --state !listen", 0);
    must_say(&found, &["none of these sockets has an owner".to_owned()]);
    // And nothing at all is no success.
    let found = kill("--kill --yes --state listen", 1);
    let nobody = "no socket matches: no process was signalled";
    must_say(&found, &[nobody.to_owned()]);
}

#[test]
fn one_filter_that_tells_whom_is_enough() {
    let Some(_turn) = turn() else { return };
    let owner = Owner::of(&listener());
    for flags in ["--address ::/0,0.0.0.0/0", "--process *", "--port 1-65535"] {
        // Beside one for the port.
        let found = kill(&format!("--kill --dry-run {flags}"), 0);
        must_say(&found, &[format!("{owner}: would be sent TERM")]);
    }
}

#[test]
fn any_signal_can_be_sent() {
    let Some(_turn) = turn() else { return };
    for (flag, name, number) in [
        ("--kill", "TERM", 15),
        // A word behind the flag is no signal.
        ("--kill tcp", "TERM", 15),
        ("--kill=KILL", "KILL", 9),
        ("--ki=sighup", "HUP", 1),
        ("--kill=10", "USR1", 10),
        ("--kill=rtmin+2", "RTMIN+2", 36),
    ] {
        let owner = Owner::of(&listener());
        let found = kill(&format!("--yes {flag}"), 0);
        must_say(&found, &[format!("{owner}: signalled ({name})")]);
        assert_eq!(owner.ended_by(), Some(number), "{flag}");
    }
}

#[test]
fn unix_sockets_have_owners_too() {
    let Some(_turn) = turn() else { return };
    let path = folder("kill-unix").join("socket");
    let owner = Owner::of(&UnixListener::bind(path).expect("listening"));
    let pid = owner.pid().to_string();
    let found = Command::new(link("kill/netstat"))
        .args(["-n", "--pid", &pid, "--kill", "--yes", "--wait", "20"])
        .output()
        .expect("runs");
    let rows = stdout(&found);
    assert!(rows.contains("kill-unix/socket"), "{rows}");
    let expected = ["signalled (TERM)", "ended"].map(|it| format!("{owner}: {it}"));
    must_say(&found, &expected);
    assert!(found.status.success());
}

#[test]
fn a_dry_run_signals_nobody_and_json_stays_json() {
    let Some(_turn) = turn() else { return };
    let mut owner = Owner::of(&listener());
    let forced = "TERM (and KILL if it is still an owner after 2.5 s)";
    for (flags, what) in [
        ("", "TERM"),
        (" --yes --wait 5", "TERM"),
        (" --wait 2.5 --force", forced),
    ] {
        let found = kill(&format!("--kill --dry-run --json{flags}"), 0);
        must_say(&found, &[format!("{owner}: would be sent {what}")]);
        let rows: Vec<Value> = serde_json::from_slice(&found.stdout).expect("JSON");
        assert_eq!(rows[0]["processes"][0]["pid"], owner.pid());
    }
    assert!(owner.runs());
}

#[test]
fn rows_that_can_not_be_shown_are_not_acted_on() {
    let Some(_turn) = turn() else { return };
    let mut owner = Owner::of(&listener());
    let (reader, closed) = std::io::pipe().expect("a pipe");
    drop(reader);
    let full = File::options().write(true).open("/dev/full");
    for stdout in [Stdio::from(closed), Stdio::from(full.expect("opened"))] {
        let mut command = Command::new(binary());
        command.args(["-n", PORT, "--kill", "--yes"]).stdout(stdout);
        let found = command.stderr(Stdio::piped()).start().output();
        assert_eq!(found.status.code(), Some(1));
        let said = stderr(&found);
        assert!(said.contains("no process was signalled"), "{said}");
        assert!(owner.runs());
    }
}

#[test]
fn only_those_that_fit_are_signalled() {
    let Some(_turn) = turn() else { return };
    let socket = listener();
    let first = Owner::named("first", &socket);
    let mut second = Owner::named("second", &socket);
    drop(socket);
    let alone = format!("{second}: not signalled: it shares a socket but does not match");
    let sent = format!("{first}: would be sent TERM");
    let found = kill("--kill --dry-run --process f*", 0);
    must_say(&found, &[alone.clone(), sent.clone()]);
    let found = kill(&format!("--kill --dry-run --pid {}", first.pid()), 0);
    must_say(&found, &[sent]);
    // The socket stays, since another has it.
    let found = kill("--kill --yes --wait 20 --process first", 1);
    let expected = [
        alone,
        format!("{first}: signalled (TERM)"),
        format!("{first}: ended"),
        format!("{second}: still an owner"),
    ];
    must_say(&found, &expected);
    assert_eq!(first.ended_by(), Some(15));
    assert!(second.runs());
}

#[test]
fn all_that_share_a_socket_are_signalled() {
    let Some(_turn) = turn() else { return };
    let socket = listener();
    let owners = [(); 3].map(|()| Owner::of(&socket));
    drop(socket);
    let said = stderr(&kill("--kill --yes --wait 20", 0));
    for owner in owners {
        let lines = ["signalled (TERM)", "ended"].map(|it| format!(" {owner}: {it}\n"));
        assert!(lines.iter().all(|line| said.contains(line)), "{said}");
        assert_eq!(owner.ended_by(), Some(15));
    }
}

#[test]
fn one_that_does_not_listen_is_killed_where_that_is_wanted() {
    let Some(_turn) = turn() else { return };
    let deaf = "trap '' TERM; echo ready; exec sleep 1000";
    let mut owner = Owner::shell(deaf, &listener());
    owner.rename("sleep");
    let signalled = format!("{owner}: signalled (TERM)");
    let found = kill("--kill --yes", 0);
    must_say(&found, std::slice::from_ref(&signalled));
    let found = kill("--kill --yes --wait 0.2", 1);
    let still = format!("{owner}: still an owner");
    must_say(&found, &[signalled.clone(), still]);
    assert!(owner.runs());
    let found = kill("--kill --yes --wait 0.2 --force", 0);
    let killed = format!("{owner}: still an owner after 0.2 s, signalled (KILL)");
    must_say(&found, &[signalled, killed, format!("{owner}: ended")]);
    assert_eq!(owner.ended_by(), Some(9));
}

/// A pipe that nobody writes to, for a shell to wait at.
fn fifo(name: &str) -> PathBuf {
    let path = folder(name).join("fifo");
    nix::unistd::mkfifo(&path, nix::sys::stat::Mode::S_IRWXU).expect("made");
    path
}

#[test]
fn one_that_closes_its_socket_may_live() {
    let Some(_turn) = turn() else { return };
    let fifo = fifo("kill-closes");
    let script = format!(
        "exec 9<>{}; trap 'exec </dev/null' TERM; echo ready; while :; do read line <&9; done",
        fifo.display()
    );
    let mut owner = Owner::shell(&script, &listener());
    let found = kill("--kill --yes --wait 20 --force", 0);
    let expected = ["signalled (TERM)", "no longer an owner"].map(|it| format!("{owner}: {it}"));
    must_say(&found, &expected);
    assert!(owner.runs());
}

/// Who has not been seen is not signalled, but told.
#[test]
fn one_that_has_inherited_the_socket_meanwhile_is_told() {
    let Some(_turn) = turn() else { return };
    let fifo = fifo("kill-inherits");
    let script = format!(
        "exec 8<&0 9<>{}; trap 'sleep 1000 & exit' TERM; echo ready; read line <&9",
        fifo.display()
    );
    let owner = Owner::shell(&script, &listener());
    let found = kill("--kill --yes --wait 0.5 --force", 1);
    let said = stderr(&found);
    let lines: Vec<&str> = said.lines().collect();
    assert_eq!(lines.len(), 3, "{said}");
    assert_eq!(lines[0], format!("rnetstat: {owner}: signalled (TERM)"));
    assert_eq!(lines[1], format!("rnetstat: {owner}: ended"));
    let heir = lines[2].strip_prefix("rnetstat: ").expect("a line");
    let pid = heir
        .strip_suffix("/sleep: still an owner")
        .expect("an owner");
    let found = kill(&format!("--kill=KILL --yes --wait 20 --pid {pid}"), 0);
    assert!(stderr(&found).contains(&format!("{pid}/sleep: ended")));
}
