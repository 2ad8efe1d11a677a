//! Checks of sockets, on the live kernel: each condition is brought about in a network of its own.

mod common;

use common::check::{self, Found, check, found, must_be_quiet};
use common::held::{Held, swallow, tcp};
use common::namespace::{ip, ready};
use common::owner::{defer_accept, wait_until};
use common::running::{Running, Start};
use nix::sys::resource::{Resource, getrlimit, setrlimit};
use nix::sys::socket::{self, AddressFamily, Backlog, SockFlag, SockaddrIn, SockaddrIn6};
use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream, UdpSocket};
use std::os::fd::{AsRawFd, OwnedFd};
use std::os::unix::process::CommandExt;
use std::process::{Command, Stdio};
use std::str::FromStr;
use std::sync::Mutex;
use std::thread;
use std::time::Duration;

/// Begins a network of the test's own, with nothing but a loopback interface.
fn has_network() -> bool {
    let is_ready = ready();
    if is_ready {
        ip("link set lo up");
    }
    is_ready
}

/// Changes a setting of the thread's namespace.
fn set(name: &str, value: &str) {
    std::fs::write(format!("/proc/sys/net/{name}"), value).expect("set");
}

/// A listener with this backlog.
fn listener(address: &str, backlog: i32) -> TcpListener {
    let socket = tcp(AddressFamily::Inet, SockFlag::empty());
    let address = SockaddrIn::from_str(address).expect("an address");
    socket::bind(socket.as_raw_fd(), &address).expect("bound");
    socket::listen(&socket, Backlog::new(backlog).expect("a backlog")).expect("listening");
    socket.into()
}

/// A connection that is being made, or not.
fn connecting(address: &str) -> OwnedFd {
    let socket = tcp(AddressFamily::Inet, SockFlag::SOCK_NONBLOCK);
    let address = SockaddrIn::from_str(address).expect("an address");
    let _ = socket::connect(socket.as_raw_fd(), &address);
    socket
}

/// Returns what `test` does while another thread does something again and again, and rests in between.
fn while_repeating<R>(again: impl Fn() + Sync, test: impl FnOnce() -> R) -> R {
    let again = || {
        again();
        thread::sleep(Duration::from_millis(2));
    };
    check::while_repeating(again, test)
}

/// Sees that a finding is about this process.
#[track_caller]
fn must_be_ours(found: &Found) {
    assert!(
        found.pids().contains(&std::process::id().into()),
        "{found:?}"
    );
    let pid = format!("(PID {}", std::process::id());
    assert!(found.message().contains(&pid), "{}", found.message());
}

#[test]
fn a_listener_that_does_not_accept_drops_connections() {
    if !has_network() {
        return;
    }
    let _listener = listener("127.0.0.1:7100", 16);
    must_be_quiet("accept_queue");
    let _waiting: Vec<OwnedFd> = (0..17).map(|_| connecting("127.0.0.1:7100")).collect();
    let full = found("accept_queue", "problem", |_| true);
    assert_eq!(
        (
            full.number("accept_queue"),
            full.number("accept_queue_limit")
        ),
        (17, 16)
    );
    must_be_ours(&full);
    assert!(
        full.message()
            .contains(" on 127.0.0.1:7100 is full: 17 connections wait, and its limit is 16.")
    );
    assert!(full.advice().contains("--local-port 7100"));
    let dropping = while_repeating(
        || drop(connecting("127.0.0.1:7100")),
        || {
            found("accept_queue", "problem", |it| {
                it.message().contains("ListenOverflows rose")
            })
        },
    );
    assert!(dropping.number("ListenOverflows") > 0);
    assert!(dropping.source("ListenOverflows").ends_with("/net/netstat"));
    // What was dropped is only information when nothing is any more.
    drop((_listener, _waiting));
    let before = found("accept_queue", "info", |_| true);
    assert!(before.message().contains("none while watching"));
}

#[test]
fn local_ports_run_out() {
    if !has_network() {
        return;
    }
    set("ipv4/ip_local_port_range", "40000 40031");
    let server = listener("127.0.0.1:7101", 64);
    let mut made: Vec<TcpStream> = (0..25).map(|_| connected("127.0.0.1:7101")).collect();
    must_be_quiet("ephemeral_ports");
    made.push(connected("127.0.0.1:7101"));
    let nearly = found("ephemeral_ports", "warning", |_| true);
    assert_eq!(
        (nearly.number("ports_used"), nearly.number("ports")),
        (26, 32)
    );
    must_be_ours(&nearly);
    while let Ok(connection) = TcpStream::connect("127.0.0.1:7101") {
        made.push(connection);
    }
    let out = found("ephemeral_ports", "problem", |_| true);
    assert_eq!(out.number("ports_used"), 32);
    assert!(out.source("ports").ends_with("/ip_local_port_range"));
    assert!(out.advice().contains("(now 40000 40031)"));
    // Each destination has all of them.
    drop((server, made));
    let addresses = ["127.0.0.1:7102", "127.0.0.1:7103"];
    let _servers = addresses.map(|it| listener(it, 64));
    let _made: Vec<TcpStream> = addresses
        .iter()
        .flat_map(|it| (0..20).map(|_| connected(it)))
        .collect();
    must_be_quiet("ephemeral_ports");
    // Reserved ports are none that can be chosen.
    set("ipv4/ip_local_reserved_ports", "39000-40009");
    let reserved = found("ephemeral_ports", "warning", |_| true);
    assert_eq!(reserved.number("ports"), 22);
}

fn connected(address: &str) -> TcpStream {
    TcpStream::connect(address).expect("connected")
}

/// A listener that waits for data before it takes a connection as made, and connections without data.
fn half_open(address: &str, backlog: i32, number: usize) -> (TcpListener, Vec<OwnedFd>) {
    let listener = listener(address, backlog);
    defer_accept(&listener);
    (listener, (0..number).map(|_| connecting(address)).collect())
}

#[test]
fn a_listener_has_too_many_half_open_connections() {
    if !has_network() {
        return;
    }
    let _some = half_open("127.0.0.1:7103", 128, 20);
    must_be_quiet("syn_backlog");
    let _many = half_open("127.0.0.1:7104", 20, 20);
    let full = found("syn_backlog", "warning", |_| true);
    assert_eq!((full.number("syn_recv"), full.number("backlog")), (20, 20));
    must_be_ours(&full);
    // One that is closed would not stay half open.
    let more = Mutex::new(Vec::new());
    let flood = || {
        let socket = connecting("127.0.0.1:7104");
        more.lock().expect("no panic").push(socket);
    };
    let cookies = while_repeating(flood, || {
        found("syn_backlog", "warning", |it| {
            it.message().contains("SYN cookies")
        })
    });
    assert!(cookies.number("TCPReqQFullDoCookies") > 0);
    set("ipv4/tcp_syncookies", "0");
    let drops = while_repeating(flood, || found("syn_backlog", "problem", |_| true));
    assert!(drops.number("TCPReqQFullDrop") > 0);
    assert!(drops.source("TCPReqQFullDrop").ends_with("/net/netstat"));
}

#[test]
fn nobody_answers() {
    if !has_network() {
        return;
    }
    swallow();
    must_be_quiet("syn_sent");
    let mut held = Held::default();
    held.hold_syn_sent();
    for _ in 0..2 {
        held.hold(connecting("10.99.0.9:81"));
    }
    // The kernel sends a SYN again after a second.
    let silent = found("syn_sent", "warning", |_| true);
    assert!(
        silent
            .message()
            .starts_with("10.99.0.9:81 does not answer: 3 connections")
    );
    assert!(silent.number("retransmits") >= 2);
    must_be_ours(&silent);
    let few = found("syn_sent", "info", |_| true);
    assert!(
        few.message().contains("[2001:db8:99::9]:81"),
        "{}",
        few.message()
    );
}

#[test]
fn a_program_does_not_read() {
    if !has_network() {
        return;
    }
    let server = TcpListener::bind("127.0.0.1:7105").expect("listening");
    let (client, reader) = Held::connect(&server);
    (&client).write_all(b"a little").expect("sent");
    must_be_quiet("stuck_queues");
    client.set_nonblocking(true).expect("set");
    while (&client).write(&[b'x'; 65_536]).is_ok() {}
    let other = found("stuck_queues", "info", |it| {
        it.message().starts_with("The peer")
    });
    must_be_ours(&other);
    assert!(other.number("send_queue") > 0 && other.number("last_send_ms") >= 1000);
    let this = found("stuck_queues", "info", |it| {
        it.message().contains(" does not read from ")
    });
    must_be_ours(&this);
    assert!(this.number("receive_queue") > 0 && this.number("last_receive_ms") >= 1000);
    drop((client, reader));
    must_be_quiet("stuck_queues");
}

#[test]
fn datagrams_are_not_read() {
    if !has_network() {
        return;
    }
    let deaf = UdpSocket::bind("127.0.0.1:7106").expect("bound");
    let sender = UdpSocket::bind("127.0.0.1:0").expect("bound");
    let send = || {
        for _ in 0..200 {
            sender.send_to(&[0; 1400], "127.0.0.1:7106").expect("sent");
        }
    };
    sender.send_to(b"one", "127.0.0.1:7106").expect("sent");
    must_be_quiet("udp_drops");
    let lost = while_repeating(send, || {
        found("udp_drops", "problem", |it| {
            it.message().contains("udp 127.0.0.1:7106")
        })
    });
    must_be_ours(&lost);
    assert!(lost.number("RcvbufErrors") > 0 && lost.number("drops of 127.0.0.1:7106") > 0);
    assert!(lost.source("RcvbufErrors").ends_with("/net/snmp"));
    let full = found("udp_drops", "warning", |_| true);
    must_be_ours(&full);
    assert!(full.number("receive_memory") > 0);
    drop(deaf);
    let before = found("udp_drops", "info", |_| true);
    assert!(before.message().contains("none while watching"));
}

/// A process with a socket and so many open files, of 100 that it may have.
fn opener(socket: &TcpListener, files: i32) -> Running {
    let socket = socket.try_clone().expect("copied");
    let mut command = Command::new("sh");
    let script = "ulimit -S -n 100; ulimit -H -n 200; kill -STOP $$";
    command
        .args(["-c", script])
        .stdin(Stdio::from(OwnedFd::from(socket)));
    let open = move || {
        for number in 3..files {
            // SAFETY: standard input is open, and no other descriptor of the child's is needed.
            if unsafe { nix::libc::dup2(0, number) } < 0 {
                return Err(std::io::Error::last_os_error());
            }
        }
        // What others have left open is not counted.
        let (files, rest) = (files as nix::libc::c_uint, nix::libc::c_uint::MAX);
        let on_exec = nix::libc::CLOSE_RANGE_CLOEXEC as nix::libc::c_int;
        // SAFETY: the descriptors are closed when the program starts, not before.
        match unsafe { nix::libc::close_range(files, rest, on_exec) } {
            0 => Ok(()),
            _ => Err(std::io::Error::last_os_error()),
        }
    };
    // SAFETY: `open` does nothing but system calls.
    unsafe { command.pre_exec(open) };
    let child = command.start();
    let status = format!("/proc/{}/status", child.id());
    wait_until("shell that has stopped", || {
        std::fs::read_to_string(&status).is_ok_and(|it| it.contains("State:\tT"))
    });
    child
}

#[test]
fn a_process_has_as_many_open_files_as_it_may() {
    if !has_network() {
        return;
    }
    for (files, severity) in [(79, None), (80, Some("warning")), (100, Some("problem"))] {
        let socket = TcpListener::bind("127.0.0.1:7107").expect("listening");
        let child = opener(&socket, files);
        drop(socket);
        let Some(severity) = severity else {
            must_be_quiet("open_files");
            continue;
        };
        let found = found("open_files", severity, |_| true);
        assert_eq!(found.number("open_files"), i64::from(files));
        assert_eq!(found.number("open_files_limit"), 100);
        assert_eq!(
            found.source("open_files"),
            format!("/proc/{}/fd", child.id())
        );
        assert_eq!(found.pids(), [u64::from(child.id())]);
        assert!(found.advice().contains("(now 100, at most 200)"));
    }
}

#[test]
fn connections_are_refused() {
    if !has_network() {
        return;
    }
    let server = TcpListener::bind("127.0.0.1:7108").expect("listening");
    drop(Held::connect(&server));
    must_be_quiet("resets");
    let refused = || {
        for _ in 0..5 {
            assert!(TcpStream::connect("127.0.0.1:7109").is_err());
        }
    };
    let (failed, nobody) = while_repeating(refused, || {
        (
            found("resets", "problem", |it| {
                it.message().contains("AttemptFails")
            }),
            found("resets", "warning", |it| it.message().contains("OutRsts")),
        )
    });
    assert!(failed.number("AttemptFails") <= failed.number("ActiveOpens"));
    assert_eq!(nobody.number("PassiveOpens"), 0);
    assert!(nobody.source("OutRsts").ends_with("/net/snmp"));
}

#[test]
fn a_database_is_open_to_all() {
    if !has_network() {
        return;
    }
    let _inner = TcpListener::bind("127.0.0.1:6379").expect("listening");
    let _usual = TcpListener::bind("0.0.0.0:443").expect("listening");
    must_be_quiet("exposed");
    let _outer = TcpListener::bind("0.0.0.0:3306").expect("listening");
    let open = found("exposed", "info", |_| true);
    must_be_ours(&open);
    assert!(
        open.message()
            .contains("0.0.0.0:3306: TCP port 3306 is used by MySQL")
    );
    let socket = tcp(AddressFamily::Inet6, SockFlag::empty());
    let address = SockaddrIn6::from_str("[::]:27017").expect("an address");
    socket::bind(socket.as_raw_fd(), &address).expect("bound");
    socket::listen(&socket, Backlog::new(5).expect("a backlog")).expect("listening");
    found("exposed", "info", |it| it.message().contains("[::]:27017"));
}

/// Sees that nothing is wrong, by all checks; what can't be known does not matter.
#[track_caller]
fn must_be_well() {
    let found = check("all");
    let is_trouble = |it: &&Found| matches!(it.severity(), "warning" | "problem");
    let trouble: Vec<_> = found.iter().filter(is_trouble).collect();
    assert!(trouble.is_empty(), "{trouble:?}");
    assert!(found.iter().any(|it| it.severity() == "ok"), "{found:?}");
}

#[test]
fn an_idle_machine_is_well() {
    if !has_network() {
        return;
    }
    swallow();
    let _services =
        ["127.0.0.1:7110", "0.0.0.0:7111"].map(|it| TcpListener::bind(it).expect("bound"));
    let _datagrams = UdpSocket::bind("0.0.0.0:7112").expect("bound");
    must_be_well();
}

/// The connections of a busy machine, each of which has two sockets here.
const CONNECTIONS: u64 = 2000;

/// Short connections that are over, whose client is in TIME_WAIT.
const OVER: usize = 3000;

#[test]
fn a_busy_machine_is_well() {
    if !has_network() {
        return;
    }
    swallow();
    let (_, most) = getrlimit(Resource::RLIMIT_NOFILE).expect("a limit");
    setrlimit(Resource::RLIMIT_NOFILE, most, most).expect("raised");
    let server = TcpListener::bind("127.0.0.1:7113").expect("listening");
    let connections = CONNECTIONS.min(most / 4);
    let held: Vec<_> = (0..connections).map(|_| Held::connect(&server)).collect();
    let short = || {
        let (client, server) = Held::connect(&server);
        (&client).write_all(b"a question").expect("sent");
        let mut question = [0; 10];
        (&server).read_exact(&mut question).expect("received");
        (&server).write_all(b"an answer").expect("sent");
        let mut answer = [0; 9];
        (&client).read_exact(&mut answer).expect("received");
        client.shutdown(Shutdown::Write).expect("shut down");
        assert_eq!((&server).read(&mut question).expect("the end"), 0);
    };
    (0..OVER).for_each(|_| short());
    let questions = UdpSocket::bind("127.0.0.1:7114").expect("bound");
    let load = || {
        for (client, server) in held.iter().step_by(20) {
            let mut data = [0; 1000];
            (&*client).write_all(&data).expect("sent");
            (&*server).read_exact(&mut data).expect("received");
        }
        for _ in 0..50 {
            short();
            let mut data = [0; 100];
            questions.send_to(&data, "127.0.0.1:7114").expect("sent");
            questions.recv(&mut data).expect("received");
        }
    };
    while_repeating(load, || (0..5).for_each(|_| must_be_well()));
}
