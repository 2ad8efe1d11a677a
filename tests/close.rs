//! The built binary and the sockets that it lists: `--close` on the live kernel, in a network namespace
//! of the test's own, with a program that holds the sockets and lives on.
//!
//! Needs what tests/live.rs needs, and says so where it is missing.

mod common;

use common::asked::Asked;
use common::namespace::ip;
use common::owner::{Owner, PORT, defer_accept, kill, kill_with, listener, must_say, turn};
use common::running::{Running, Start};
use common::{binary, folder, link, must_refuse, stderr, stdout};
use nix::sys::socket::{self, AddressFamily, Backlog, SockFlag, SockType, SockaddrIn, sockopt};
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream, UdpSocket};
use std::os::fd::{AsRawFd, OwnedFd};
use std::os::unix::net::UnixListener;
use std::process::{ChildStdin, ChildStdout, Command, Output, Stdio};
use std::str::FromStr;
use std::time::Duration;

#[test]
fn what_can_not_be_meant_is_refused() {
    for (flags, named) in [
        ("--close", "needs a filter"),
        ("--close --state listen", "is not enough"),
        ("--close --inode 4000 --yes", "is not enough"),
        ("--close --port 1-65535", "needs a narrower filter"),
        ("--close -r", "works with sockets"),
        ("--close -s", "works with sockets"),
        ("--close -gt --pid 9", "works with sockets"),
        ("--close --pid 9 --root /", "--root"),
        ("--close --pid 9 -c", "remove -c and the interval"),
        ("--close --pid 9 --changes", "remove -c and the interval"),
        ("--close --pid 9 --count", "every row"),
        ("--close --pid 9 --pids", "every row"),
        ("--close --pid 9 --json --top 3", "every row"),
        ("--close --pid 9 --kill", "--close"),
        ("--close --pid 9 --kill=HUP", "--kill"),
        ("--close=TERM --pid 9", "--close"),
        ("--close --wait 1 --force --pid 9", "--force"),
        ("--close --wait -1 --pid 9", "a time"),
        ("--yes --pid 9", "--close"),
        ("--wait 1 --pid 9", "--close"),
        ("--dry-run --pid 9", "--close"),
    ] {
        for program in [binary(), link("close/netstat")] {
            let flags: Vec<&str> = flags.split(' ').collect();
            must_refuse(&program, &flags, named);
        }
    }
    must_refuse(
        &binary(),
        &["--close", "--pid", "9", "5"],
        "remove -c and the interval",
    );
}

/// What the program holds.
const HOLDS: &str = "RNETSTAT_TEST_HOLDS";

/// Not a test but the program of the others, when started by them: it opens sockets, and tells what
/// happens to one of them whenever it is asked.
#[test]
fn program() {
    let Ok(holds) = std::env::var(HOLDS) else {
        return;
    };
    let local = "127.0.0.1:7800";
    match &holds[..] {
        "connection" => {
            let (mut stream, _) = listener().accept().expect("accepted");
            tell(|| stream.read(&mut [0]).map(drop));
        }
        "both ends" => {
            let listener = listener();
            let mut client = TcpStream::connect(local).expect("connected");
            let _server = listener.accept().expect("accepted");
            tell(|| client.read(&mut [0]).map(drop));
        }
        "listener" => {
            let listener = listener();
            tell(|| listener.accept().map(drop));
        }
        "shared listener" => {
            let listener = shared_listener();
            tell(|| listener.accept().map(drop));
        }
        "wildcard listener" => {
            let listener = TcpListener::bind("0.0.0.0:7800").expect("listening");
            tell(|| listener.accept().map(drop));
        }
        "free udp" | "bound udp" => {
            let socket = match holds.starts_with("free") {
                // Without a bind, the kernel chooses the port.
                true => connected_udp(local),
                false => UdpSocket::bind(local).expect("bound"),
            };
            let patience = Some(Duration::from_millis(100));
            socket.set_read_timeout(patience).expect("set");
            tell(|| socket.recv(&mut [0]).map(drop));
        }
        other => panic!("{other}"),
    }
}

/// Opens the socket that `call` uses, and tells of one call for each line of stdin.
fn tell(mut call: impl FnMut() -> io::Result<()>) {
    println!("said: ready");
    for line in io::stdin().lines() {
        line.expect("a line");
        let errno = call().err().and_then(|error| error.raw_os_error());
        println!("said: {}", errno.unwrap_or(0));
    }
}

fn tcp() -> OwnedFd {
    let (family, kind) = (AddressFamily::Inet, SockType::Stream);
    socket::socket(family, kind, SockFlag::SOCK_CLOEXEC, None).expect("a socket")
}

/// A listener that shares its port with others of its kind.
fn shared_listener() -> TcpListener {
    let socket = tcp();
    socket::setsockopt(&socket, sockopt::ReusePort, &true).expect("set");
    let address = SockaddrIn::from_str("127.0.0.1:7800").expect("an address");
    socket::bind(socket.as_raw_fd(), &address).expect("bound");
    socket::listen(&socket, Backlog::new(8).expect("a backlog")).expect("listening");
    socket.into()
}

/// A UDP socket that nobody has bound.
fn connected_udp(to: &str) -> UdpSocket {
    let (family, kind) = (AddressFamily::Inet, SockType::Datagram);
    let socket = socket::socket(family, kind, SockFlag::SOCK_CLOEXEC, None).expect("a socket");
    let to = SockaddrIn::from_str(to).expect("an address");
    socket::connect(socket.as_raw_fd(), &to).expect("connected");
    socket.into()
}

/// The program, while it runs.
struct Program {
    child: Running,
    asks: ChildStdin,
    says: BufReader<ChildStdout>,
}

impl Program {
    /// Starts it by way of `command`, which runs what follows.
    fn start_by(command: &mut Command, holds: &str) -> Program {
        command.args(["--exact", "program", "--nocapture"]);
        command.env(HOLDS, holds);
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.start();
        let asks = child.stdin.take().expect("a pipe");
        let says = BufReader::new(child.stdout.take().expect("a pipe"));
        Program { child, asks, says }
    }

    fn start(holds: &str) -> Program {
        let mut command = Command::new(std::env::current_exe().expect("a path"));
        Program::start_by(&mut command, holds)
    }

    /// One that is ready.
    fn ready(holds: &str) -> Program {
        let mut program = Program::start(holds);
        program.must_say("ready");
        program
    }

    /// The next thing that it tells must be this.
    #[track_caller]
    fn must_say(&mut self, expected: &str) {
        let mut line = String::new();
        // The harness says things of its own, even in the same line.
        while !line.contains("said: ") {
            line.clear();
            assert_ne!(self.says.read_line(&mut line).expect("a line"), 0);
        }
        let (_, said) = line.trim_end().split_once("said: ").expect("it");
        assert_eq!(said, expected);
    }

    /// Its call must end with this error; 0 for none.
    #[track_caller]
    fn must_fail_with(&mut self, errno: i32) {
        self.asks.write_all(b"\n").expect("asked");
        self.must_say(&errno.to_string());
    }

    /// What rnetstat calls the program.
    fn label(&self) -> String {
        format!("{}/close-", self.child.id())
    }

    /// Whether it has as many sockets as it opened.
    fn holds(&self, sockets: usize) -> bool {
        let descriptors = std::fs::read_dir(format!("/proc/{}/fd", self.child.id()));
        let links = descriptors.expect("read").filter_map(|it| {
            let link = std::fs::read_link(it.expect("one").path()).ok()?;
            link.to_str().map(|it| it.starts_with("socket:"))
        });
        links.filter(|it| *it).count() == sockets
    }
}

/// rnetstat with `flags`, without the right to close sockets.
fn without_right(flags: &str) -> Output {
    let mut command = Command::new("setpriv");
    command.args(["--bounding-set=-net_admin", "--inh-caps=-net_admin"]);
    let output = command.arg(binary()).args(flags.split(' '));
    output.stdin(Stdio::null()).output().expect("runs")
}

fn rnetstat(flags: &str) -> Output {
    let mut command = Command::new(binary());
    command.args(flags.split(' ')).stdin(Stdio::null());
    command.output().expect("runs")
}

/// What was said of each socket: its protocol, and what became of it.
fn results(output: &Output) -> Vec<(String, String)> {
    let said = stderr(output);
    let lines = said.lines().filter_map(|line| {
        let (socket, result) = line.strip_prefix("rnetstat: ")?.rsplit_once(": ")?;
        Some((socket.to_owned(), result.to_owned()))
    });
    lines.collect()
}

/// A program, and what becomes of it.
struct Case {
    holds: &'static str,
    /// Which of its sockets is closed.
    flags: &'static str,
    /// What is said of it in the end.
    result: &'static str,
    status: i32,
    /// What its call says then, and after that.
    errors: [i32; 2],
}

#[test]
fn a_socket_is_closed_while_its_process_lives_on() {
    use nix::libc::{EAGAIN, ECONNABORTED, EINVAL};
    let cases = [
        Case {
            holds: "connection",
            flags: "--local-port 7800 --state established",
            result: "closed",
            status: 0,
            // Then, it is the end of what was received.
            errors: [ECONNABORTED, 0],
        },
        Case {
            holds: "listener",
            flags: "--local-port 7800",
            result: "closed",
            status: 0,
            errors: [EINVAL, EINVAL],
        },
        Case {
            holds: "free udp",
            flags: "--foreign-port 7800 udp",
            result: "closed",
            status: 0,
            errors: [ECONNABORTED, EAGAIN],
        },
        Case {
            holds: "bound udp",
            flags: "--local-port 7800 udp",
            result: "aborted (ECONNABORTED) but not closed: a bound UDP socket keeps its port",
            status: 1,
            errors: [ECONNABORTED, EAGAIN],
        },
    ];
    let Some(_turn) = turn() else { return };
    ip("link set lo up");
    for Case {
        holds,
        flags,
        result,
        status,
        errors: [first, second],
    } in cases
    {
        let mut program = Program::start(holds);
        let mut peer = None;
        if holds == "connection" {
            common::owner::wait_until("listener", || {
                peer = TcpStream::connect("127.0.0.1:7800").ok();
                peer.is_some()
            });
        }
        program.must_say("ready");
        let must_be = |found: &Output, status: i32, result: &str| {
            let said = stderr(found);
            assert_eq!(found.status.code(), Some(status), "{holds}: {said}");
            assert_eq!(said.lines().count(), 1, "{holds}: {said}");
            assert!(said.ends_with(&format!(": {result}\n")), "{holds}: {said}");
            assert!(said.contains(&program.label()), "{holds}: {said}");
            assert!(said.contains("127.0.0.1:7800"), "{holds}: {said}");
        };
        for format in ["classic", "jsonl"] {
            let dry = format!("-n --close --dry-run {flags} --format {format}");
            let found = rnetstat(&dry);
            must_be(&found, 0, "would be closed");
            assert!(stdout(&found).contains("7800"));
        }
        let found = without_right(&format!("-n --close --yes {flags}"));
        must_be(&found, 1, "not permitted: needs CAP_NET_ADMIN");
        // Nothing has been closed so far.
        let found = rnetstat(&format!("-n --close --yes --wait 20 {flags}"));
        must_be(&found, status, result);
        program.must_fail_with(first);
        program.must_fail_with(second);
        assert!(program.holds(1), "{holds}");
        assert_eq!(program.child.try_wait().expect("asked"), None);
        if let Some(mut peer) = peer {
            let error = peer.read(&mut [0]).expect_err("reset");
            assert_eq!(error.kind(), io::ErrorKind::ConnectionReset);
        }
        if status == 0 {
            let found = rnetstat(&format!("-n --close --yes {flags}"));
            let nothing = "no socket matches: nothing was closed";
            must_say(&found, &[nothing.to_owned()]);
            assert_eq!(found.status.code(), Some(1));
        }
    }
}

/// The end of one is the end of the others.
#[test]
fn what_is_gone_already_is_no_error() {
    let Some(_turn) = turn() else { return };
    ip("link set lo up");
    let mut program = Program::ready("both ends");
    let found = rnetstat("-n --close --yes --wait 20 --port 7800");
    let results = results(&found);
    let mut told: Vec<&str> = results.iter().map(|it| &it.1[..]).collect();
    told.sort_unstable();
    assert_eq!(told, ["closed", "closed", "gone"], "{}", stderr(&found));
    assert_eq!(found.status.code(), Some(0));
    // Which end comes first is a matter of a hash.
    let is_clients = |socket: &str| socket.contains(" to 127.0.0.1:7800");
    let is_reset = results.iter().any(|it| it.1 == "gone" && is_clients(&it.0));
    program.must_fail_with(match is_reset {
        true => nix::libc::ECONNRESET,
        false => nix::libc::ECONNABORTED,
    });
}

/// Another socket takes the ends of the one that was shown, whose cookie it has not.
#[test]
fn another_socket_with_the_same_ends_is_let_be() {
    let Some(_turn) = turn() else { return };
    ip("link set lo up");
    let mut first = Owner::of(&listener());
    let asked = Asked::start(&["--close"], "");
    first.end();
    let mut second = Program::ready("listener");
    let (status, rows, said) = asked.answer("y\n");
    assert!(rows.contains(&format!(" {first} ")), "{rows}");
    let name = format!("rnetstat: tcp 127.0.0.1:7800 of {first}");
    let expected =
        format!("{name}: would be closed\nrnetstat: close 1 socket? [y/N] y\n{name}: gone\n");
    assert_eq!((status, said), (Some(0), expected));
    let _client = TcpStream::connect("127.0.0.1:7800").expect("listening");
    second.must_fail_with(0);
}

#[test]
fn only_a_yes_closes() {
    let Some(_turn) = turn() else { return };
    ip("link set lo up");
    let _owner = Owner::of(&listener());
    for answer in ["n\n", "\n", "\u{4}"] {
        let (status, _, said) = Asked::start(&["--close"], "y\n").answer(answer);
        assert_eq!(status, Some(1), "{said}");
        assert!(said.ends_with("\nrnetstat: nothing was closed\n"), "{said}");
    }
    let found = kill("--close", 3);
    let why = "--close asks for confirmation, but there is no terminal: add --yes or --dry-run";
    must_say(&found, &[why.to_owned()]);
    TcpStream::connect("127.0.0.1:7800").expect("still listening");
}

/// The kernel finds one of those that share a port, and that need not be the one that is meant.
#[test]
fn sockets_that_share_a_port_are_told_apart() {
    let Some(_turn) = turn() else { return };
    ip("link set lo up");
    let mut programs = [(); 6].map(|()| Program::ready("shared listener"));
    let [meant, ..] = &mut programs;
    let found = kill(
        &format!("--close --yes --wait 20 --pid {}", meant.child.id()),
        0,
    );
    let name = format!("tcp 127.0.0.1:7800 of {}", meant.label());
    assert!(stderr(&found).contains(&name), "{}", stderr(&found));
    meant.must_fail_with(nix::libc::EINVAL);
    let found = kill("--close --yes --wait 20", 0);
    let results = results(&found);
    assert_eq!(results.len(), 5, "{results:?}");
    assert!(results.iter().all(|it| it.1 == "closed"), "{results:?}");
    for program in &mut programs {
        program.must_fail_with(nix::libc::EINVAL);
    }
}

/// Nobody holds these, and so they are no program's.
#[test]
fn the_kernels_own_sockets_are_closed_too() {
    let Some(_turn) = turn() else { return };
    ip("link set lo up");
    let connect = || TcpStream::connect("127.0.0.1:7800").expect("connected");
    let close = |flags: &str| {
        let found = rnetstat(&format!("-tan --close --yes --wait 20 {flags}"));
        let results = results(&found);
        assert_eq!(found.status.code(), Some(0), "{flags}: {}", stderr(&found));
        assert_eq!(results.len(), 1, "{flags}: {results:?}");
        assert_eq!(results[0].1, "closed", "{flags}");
        assert!(!results[0].0.contains(" of "), "{flags}: {results:?}");
    };
    let listener = listener();
    let mut waiting = connect();
    close("--local-port 7800 --state established");
    assert!(waiting.read(&mut [0]).is_err());
    // It is still handed out.
    let (mut aborted, _) = listener.accept().expect("accepted");
    let error = aborted.read(&mut [0]).expect_err("aborted");
    assert_eq!(error.kind(), io::ErrorKind::ConnectionAborted);
    let client = connect();
    let (mut server, _) = listener.accept().expect("accepted");
    client.shutdown(Shutdown::Write).expect("shut down");
    assert_eq!(server.read(&mut [0]).expect("the end"), 0);
    drop(server);
    drop(client);
    close("--foreign-port 7800 --state time_wait");
    defer_accept(&listener);
    let _request = connect();
    close("--local-port 7800 --state syn_recv");
    drop(listener);
}

#[test]
fn what_can_not_be_closed_is_told_one_by_one() {
    let Some(_turn) = turn() else { return };
    let path = folder("close-unix").join("socket");
    let owner = Owner::of(&UnixListener::bind(path).expect("listening"));
    let link = std::fs::read_link(format!("/proc/{}/fd/0", owner.pid())).expect("a link");
    let link = link.to_str().expect("UTF-8");
    let inode = link.trim_matches(|it: char| !it.is_ascii_digit());
    let found = rnetstat(&format!("-n --close --yes --pid {}", owner.pid()));
    assert!(stdout(&found).contains("close-unix/socket"));
    let why = "unix sockets cannot be closed by the kernel";
    let lines = [
        format!("unix with inode {inode} of {owner}: {why}"),
        "nothing was closed".to_owned(),
    ];
    must_say(&found, &lines);
    assert_eq!(found.status.code(), Some(1));
}

/// Closing the connection that one works through is seldom meant.
#[test]
fn what_rnetstat_was_started_from_is_refused_unless_named() {
    let Some(_turn) = turn() else { return };
    ip("link set lo up");
    let listener = listener();
    let found = kill("--close --yes", 1);
    let said = stderr(&found);
    let ours = std::process::id();
    assert!(
        said.contains(&format!(": refused unless --pid names {ours}/")),
        "{said}"
    );
    assert!(said.contains(": rnetstat was started from it\n"), "{said}");
    TcpStream::connect("127.0.0.1:7800").expect("still listening");
    kill(&format!("--close --yes --pid {ours}"), 0);
    assert!(TcpStream::connect("127.0.0.1:7800").is_err());
    drop(listener);
}

#[test]
fn a_socket_of_another_namespace_is_closed_there() {
    let Some(_turn) = turn() else { return };
    ip("link set lo up");
    let mut command = Command::new("unshare");
    command
        .arg("-n")
        .arg(std::env::current_exe().expect("a path"));
    let mut there = Program::start_by(&mut command, "wildcard listener");
    there.must_say("ready");
    let mut here = Program::ready("wildcard listener");
    let pid = there.child.id();
    let found = kill(&format!("--close --yes --wait 20 --netns {pid}"), 0);
    let results = results(&found);
    assert_eq!(results.len(), 1, "{results:?}");
    assert!(results[0].0.contains(&there.label()), "{results:?}");
    there.must_fail_with(nix::libc::EINVAL);
    let _client = TcpStream::connect("127.0.0.1:7800").expect("listening");
    here.must_fail_with(0);
}

/// Without cookies, another socket could be meant.
#[test]
fn where_the_kernel_can_not_be_asked_nothing_is_closed() {
    let Some(_turn) = turn() else { return };
    let tried = Command::new("strace")
        .args(["-o", "/dev/null", "true"])
        .output();
    if !tried.is_ok_and(|it| it.status.success()) {
        println!("passed over: this machine lets nobody trace");
        return;
    }
    ip("link set lo up");
    let owner = Owner::of(&listener());
    let mut command = Command::new("strace");
    command.args(["-f", "-qq", "-o", "/dev/null", "-e", "trace=sendto"]);
    command
        .args(["-e", "inject=sendto:error=EPERM"])
        .arg(binary());
    let found = kill_with(&mut command, "-t --close --yes", 1);
    assert!(stdout(&found).contains(PORT.trim_start_matches("--local-port=")));
    let said = stderr(&found);
    assert!(
        said.contains("sock_diag failed: Operation not permitted"),
        "{said}"
    );
    let line = format!("tcp 127.0.0.1:7800 of {owner}: not closed: without sock_diag");
    assert!(said.contains(&line), "{said}");
    TcpStream::connect("127.0.0.1:7800").expect("still listening");
}
