//! The other ends of sockets, on the live kernel: between processes, and between namespaces.
//!
//! Needs what tests/live.rs needs, and says so where it is missing.

mod common;

use common::copied::Copied;
use common::named::Named;
use common::namespace::ip;
use common::owner::{Owner, turn};
use common::{binary, folder, make_system, must_refuse, run, stderr, stdout};
use nix::sys::socket::{self, AddressFamily, Backlog, SockFlag, SockType, UnixAddr};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::fs;
use std::net::{TcpListener, TcpStream, UdpSocket};
use std::os::fd::{AsRawFd, FromRawFd, IntoRawFd};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::Path;
use std::process::{Command, Output};

fn ask(flags: &str) -> Output {
    let mut command = Command::new(binary());
    command.args(flags.split(' ')).output().expect("runs")
}

#[track_caller]
fn rows(flags: &str) -> Vec<Value> {
    let found = ask(&format!("{flags} --json"));
    assert!(found.status.success(), "{flags}: {}", stderr(&found));
    serde_json::from_slice(&found.stdout).expect("JSON")
}

/// A listener at `path` that has not accepted anybody, and lets this many wait.
fn unix_listener(path: &Path, backlog: i32) -> UnixListener {
    let flags = SockFlag::SOCK_CLOEXEC;
    let made = socket::socket(AddressFamily::Unix, SockType::Stream, flags, None).expect("made");
    let address = UnixAddr::new(path).expect("an address");
    socket::bind(made.as_raw_fd(), &address).expect("bound");
    socket::listen(&made, Backlog::new(backlog).expect("a backlog")).expect("listening");
    // SAFETY: the descriptor is open, and nobody else closes it.
    unsafe { UnixListener::from_raw_fd(made.into_raw_fd()) }
}

/// The inode of a socket.
fn inode(socket: &impl AsRawFd) -> u64 {
    let link = fs::read_link(format!("/proc/self/fd/{}", socket.as_raw_fd())).expect("a link");
    let link = link.to_string_lossy().into_owned();
    let digits: String = link.chars().filter(char::is_ascii_digit).collect();
    digits.parse().expect("an inode")
}

#[test]
fn unix_sockets_show_both_processes() {
    let Some(_turn) = turn() else { return };
    let path = folder("peers-unix").join("x.sock");
    let listener = unix_listener(&path, 5);
    let client = UnixStream::connect(&path).expect("connected");
    let (server, _) = listener.accept().expect("accepted");
    let waiting = [(); 2].map(|()| UnixStream::connect(&path).expect("connected"));
    let inodes = [inode(&client), inode(&server), inode(&waiting[0])];
    let owners = [
        Owner::named("client", &client),
        Owner::named("server", &server),
        Owner::named("waiter", &waiting[0]),
        Owner::named("listener", &listener),
    ];
    let [client_owner, server_owner, _, listener_owner] = &owners;
    drop((client, server, listener));
    let [first, second] = waiting;
    drop(first);
    let path = path.to_str().expect("a path in UTF-8");
    let columns = "inode,peer_inode,peer_pid,peer_program,peer_path,path";
    let found = rows(&format!("-xan --columns {columns}"));
    let row = |inode: u64| {
        let mut rows = found.iter().filter(|row| row["inode"] == inode);
        rows.next().expect("a row").clone()
    };
    let expected = |inode: u64, peer: Option<u64>, owner: &Owner, name: &str| {
        json!({
            "inode": inode, "peer_inode": peer, "peer_pid": owner.pid(), "peer_program": name,
            "peer_path": path, "path": null,
        })
    };
    let accepted = row(inodes[0]);
    assert_eq!(
        accepted,
        expected(inodes[0], Some(inodes[1]), server_owner, "server")
    );
    // Who has not been accepted is connected with the listener, by a socket without an inode.
    assert_eq!(
        row(inodes[2]),
        expected(inodes[2], None, listener_owner, "listener")
    );
    let server = row(inodes[1]);
    assert_eq!(
        (&server["peer_program"], &server["path"]),
        (&json!("client"), &json!(path))
    );
    assert_eq!(server["peer_path"], Value::Null);
    // A table has both in one row, and says how many wait.
    let table = stdout(&ask("-xanp --format table"));
    let lines = table.lines();
    let lines: Vec<_> = lines
        .map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "))
        .collect();
    for expected in [
        format!("unix CONNECTED STREAM {client_owner} {server_owner} -> {path}"),
        format!("unix LISTENING STREAM 2/5 {listener_owner} - {path}"),
    ] {
        // The command follows.
        let is_there = lines.iter().any(|line| line.starts_with(&expected));
        assert!(is_there, "{expected}: {table}");
    }
    let queue = rows("-xln --columns accept_queue,accept_queue_limit,wmem_limit,drops");
    let limit = fs::read_to_string("/proc/sys/net/core/wmem_default").expect("a limit");
    let limit: u64 = limit.trim().parse().expect("a number");
    assert_eq!(
        queue,
        [json!({"accept_queue": 2, "accept_queue_limit": 5, "wmem_limit": limit, "drops": 0})]
    );
    // The classic layout has no other ends.
    assert!(!stdout(&ask("-xanp")).contains("->"));
    drop(second);
}

/// ss prints the inodes of unix sockets in the place of their ports.
#[test]
fn unix_peers_are_those_that_ss_shows() {
    let Some(_turn) = turn() else { return };
    let path = folder("peers-ss").join("x.sock");
    let listener = UnixListener::bind(&path).expect("listening");
    let client = UnixStream::connect(&path).expect("connected");
    let server = listener.accept().expect("accepted").0;
    let pair = UnixStream::pair().expect("a pair");
    let ss = Command::new("ss").args(["-xpaH"]).output().expect("runs");
    let mut of_ss = HashMap::new();
    for line in stdout(&ss).lines() {
        // u_str ESTAB 0 0 * 12 * 34 users:(…)
        let words: Vec<_> = line.split_whitespace().collect();
        let number = |at: usize| words.get(at).and_then(|it| it.parse::<u64>().ok());
        of_ss.insert(
            number(5).expect("an inode"),
            number(7).filter(|it| *it != 0),
        );
    }
    let found = rows("-xan --columns inode,peer_inode");
    let found: HashMap<_, _> = found
        .iter()
        .map(|row| {
            (
                row["inode"].as_u64().expect("an inode"),
                row["peer_inode"].as_u64(),
            )
        })
        .collect();
    assert_eq!(found, of_ss);
    assert_eq!(found[&inode(&client)], Some(inode(&server)));
    assert_eq!(found[&inode(&pair.0)], Some(inode(&pair.1)));
}

/// Two processes, one of which has a socket with this local port, and the other its other end.
fn must_know_each_other(flags: &str, ports: [u16; 2], owners: [&Owner; 2]) {
    for (index, name) in [(0, "server"), (1, "client")] {
        let flags = format!(
            "{flags} --local-port {} --state established --columns pid,peer_pid,peer_program",
            ports[index]
        );
        let expected = json!({
            "pid": owners[index].pid(), "peer_pid": owners[1 - index].pid(),
            "peer_program": if name == "server" { "client" } else { "server" },
        });
        assert_eq!(rows(&flags), [expected], "{flags}");
    }
}

/// Accepts a connection, and hands its ends to a process each: the server's and the client's, with the
/// ports.
fn two_owners(listener: TcpListener, client: TcpStream) -> ([u16; 2], [Owner; 2]) {
    let (server, _) = listener.accept().expect("accepted");
    let ports = [&server, &client].map(|it| it.local_addr().expect("an end").port());
    let owners = [
        Owner::named("server", &server),
        Owner::named("client", &client),
    ];
    drop((listener, server, client));
    (ports, owners)
}

#[test]
fn tcp_peers_are_found_over_loopback() {
    let Some(_turn) = turn() else { return };
    ip("link set lo up");
    for (bound, to) in [
        ("127.0.0.1:7400", "127.0.0.1:7400"),
        ("[::1]:7401", "[::1]:7401"),
        // A client of IPv4, and a server of both versions.
        ("[::]:7402", "127.0.0.1:7402"),
    ] {
        let listener = TcpListener::bind(bound).expect("listening");
        let client = TcpStream::connect(to).expect("connected");
        let (ports, owners) = two_owners(listener, client);
        must_know_each_other("-n", ports, owners.each_ref());
        // A filter for the owner of one end leaves the other one known.
        let [server, client] = &owners;
        let pid = format!("-n --pid {} --columns peer_pid", server.pid());
        assert_eq!(rows(&pid), [json!({"peer_pid": client.pid()})]);
        let who = format!("-n --local-port {} --peers", ports[0]);
        let table = stdout(&ask(&who));
        let both = format!("{server}  {client}");
        assert!(table.contains(&both) && table.contains("Peer"), "{table}");
        // As an expression, in a count, and in an order.
        let mut by_name = Command::new(binary());
        by_name.args(["-n", "--count", "peer_program = cli*"]);
        assert_eq!(stdout(&by_name.output().expect("runs")), "1\n");
        let counts = rows("-tn --count-by peer_program --columns peer_program,count");
        let client_count = json!({"peer_program": "client", "count": 1});
        assert!(counts.contains(&client_count), "{counts:?}");
        let sorted = stdout(&ask("-tnp --sort peer_program"));
        let at = |owner: &Owner| sorted.find(&owner.to_string()).expect("a row");
        assert!(at(server) < at(client), "{sorted}");
    }
}

#[test]
fn who_waits_for_a_listener_is_connected_with_it() {
    let Some(_turn) = turn() else { return };
    ip("link set lo up");
    let listener = TcpListener::bind("0.0.0.0:7410").expect("listening");
    let client = TcpStream::connect("127.0.0.1:7410").expect("connected");
    let owners = [
        Owner::named("listener", &listener),
        Owner::named("client", &client),
    ];
    drop((listener, client));
    let columns = "local_port,peer_inode,peer_pid";
    let found = rows(&format!("-n --foreign-port 7410 --columns {columns}"));
    assert_eq!(found[0]["peer_pid"], owners[0].pid());
    assert_eq!(found[0]["peer_inode"], Value::Null);
    let found = rows(&format!(
        "-n --local-port 7410 --state established --columns {columns}"
    ));
    assert_eq!(found[0]["peer_pid"], owners[1].pid());
}

#[test]
fn udp_peers_are_connected_or_serve_their_address() {
    let Some(_turn) = turn() else { return };
    ip("link set lo up");
    for (bound, to) in [
        ("127.0.0.1:7420", "127.0.0.1:7420"),
        ("0.0.0.0:7421", "127.0.0.1:7421"),
        ("[::]:7422", "127.0.0.1:7422"),
        ("[::1]:7423", "[::1]:7423"),
    ] {
        let server = UdpSocket::bind(bound).expect("bound");
        let from = if to.starts_with('[') {
            "[::1]:0"
        } else {
            "127.0.0.1:0"
        };
        let client = UdpSocket::bind(from).expect("bound");
        client.connect(to).expect("connected");
        let port = client.local_addr().expect("an end").port();
        let found = rows(&format!(
            "-un --local-port {port} --columns peer_inode,peer_pid"
        ));
        let expected = json!({"peer_inode": inode(&server), "peer_pid": std::process::id()});
        assert_eq!(found, [expected], "{bound}");
        // The server has many, or none.
        let port = server.local_addr().expect("an end").port();
        let found = rows(&format!("-un --local-port {port} --columns peer_inode"));
        assert_eq!(found, [json!({"peer_inode": null})]);
        server
            .connect(client.local_addr().expect("an end"))
            .expect("connected");
        let found = rows(&format!("-un --local-port {port} --columns peer_inode"));
        assert_eq!(found, [json!({"peer_inode": inode(&client)})], "{bound}");
    }
}

#[test]
fn containers_of_one_host_know_each_other() {
    let Some(_turn) = turn() else { return };
    let (blue, red) = (Named::new("pblue"), Named::new("pred"));
    let veth = format!(
        "link add pv0 netns {} type veth peer name pv1 netns {}",
        blue.0, red.0
    );
    ip(&veth);
    for (named, device, address) in [(&blue, "pv0", "10.98.0.1"), (&red, "pv1", "10.98.0.2")] {
        ip(&format!(
            "-n {} addr add {address}/24 dev {device}",
            named.0
        ));
        ip(&format!("-n {} link set {device} up", named.0));
    }
    let listener = blue.inside(|| TcpListener::bind("10.98.0.1:7430").expect("listening"));
    let client = red.inside(|| TcpStream::connect("10.98.0.1:7430").expect("connected"));
    let (ports, owners) = two_owners(listener, client);
    must_know_each_other("-n --netns all", ports, owners.each_ref());
    // Where only one is listed, the other end may be anywhere.
    let alone = format!(
        "-n --netns {} --local-port 7430 --state established --columns pid,peer_pid",
        blue.0
    );
    assert_eq!(
        rows(&alone),
        [json!({"pid": owners[0].pid(), "peer_pid": null})]
    );
}

#[test]
fn json_has_other_ends_beside_owners() {
    let Some(_turn) = turn() else { return };
    ip("link set lo up");
    let listener = TcpListener::bind("127.0.0.1:7440").expect("listening");
    let names = ["peer_inode", "peer_pid", "peer_program", "peer_path"];
    for (flags, has) in [
        ("-tln", false),
        ("-tlnp", true),
        ("-tlno", true),
        ("-tln --peers", true),
    ] {
        let row = rows(flags).remove(0);
        for name in names {
            assert_eq!(row.get(name).is_some(), has, "{flags} {name}");
        }
        assert!(row.get("peer").is_none() && row.get("paths").is_none());
    }
    for (flags, has) in [("-tlnp", false), ("-tln --peers", true)] {
        let header = stdout(&ask(&format!("{flags} --format csv")));
        let header = header.lines().next().expect("a header");
        assert_eq!(header.ends_with(&names.join(",")), has, "{header}");
    }
    drop(listener);
    for (flags, said) in [
        ("-r --peers", "works with sockets"),
        ("-tn --peers --format classic", "--peers does not work with"),
        (
            "-tn --peers --changes --format jsonl",
            "does not work with other ends",
        ),
        (
            "-tn --changes --format jsonl --columns peer_pid",
            "does not work with other ends",
        ),
    ] {
        must_refuse(&binary(), &flags.split(' ').collect::<Vec<_>>(), said);
    }
}

/// What can't be seen is told, if it was asked for.
#[test]
fn an_owner_that_is_not_seen_is_no_nobody() {
    let Some(_turn) = turn() else { return };
    ip("link set lo up");
    let listener = TcpListener::bind("127.0.0.1:7450").expect("listening");
    let client = TcpStream::connect("127.0.0.1:7450").expect("connected");
    let server = listener.accept().expect("accepted").0;
    let copied = Copied::new("peers");
    let flags = [
        "-tn",
        "--json",
        "--columns",
        "peer_inode,peer_pid",
        "--foreign-port",
        "7450",
    ];
    let found = copied.run(&flags);
    assert_eq!(found.status.code(), Some(1));
    let said = stderr(&found);
    let expected = "the owner of the peer of 1 socket is unknown: ";
    assert!(said.contains(expected), "{said}");
    let row: Value = serde_json::from_slice(&found.stdout).expect("JSON");
    assert_eq!(
        row,
        json!([{"peer_inode": inode(&server), "peer_pid": null}])
    );
    drop(client);
}

#[test]
fn copied_systems_have_other_ends_of_ip_sockets_alone() {
    let tcp = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n   \
               0: 0100007F:1F90 0100007F:C001 01 00000000:00000000 00:00000000 00000000     0        0 4001 1 0 100 0 0 10 0\n   \
               1: 0100007F:C001 0100007F:1F90 01 00000000:00000000 00:00000000 00000000     0        0 4002 1 0 100 0 0 10 0\n";
    let unix = "Num       RefCount Protocol Flags    Type St Inode Path\n\
                0000000000000000: 00000003 00000000 00000000 0001 03  4003 /run/x\n";
    let files = [
        ("proc/net/tcp", tcp.as_bytes()),
        ("proc/net/unix", unix.as_bytes()),
    ];
    let processes: [(u32, &[u8], &[u64]); 2] = [(10, b"db\0", &[4001]), (20, b"psql\0", &[4002])];
    let root = make_system("peers-copied", &files, &processes);
    let found = run(
        &binary(),
        &root,
        &["-tn", "--json", "--columns", "pid,peer_pid,peer_program"],
    );
    assert_eq!(
        (stderr(&found).as_str(), found.status.code()),
        ("", Some(0))
    );
    let rows: Value = serde_json::from_slice(&found.stdout).expect("JSON");
    assert_eq!(
        rows,
        json!([
            {"pid": 10, "peer_pid": 20, "peer_program": "psql"},
            {"pid": 20, "peer_pid": 10, "peer_program": "db"},
        ])
    );
    let found = run(&binary(), &root, &["-xn", "--json", "--peers"]);
    let expected = "rnetstat: the peers and the internals of unix sockets are unknown: only a \
                    running kernel has them\n";
    assert_eq!(
        (stderr(&found).as_str(), found.status.code()),
        (expected, Some(1))
    );
    // They come along with owners, and nobody has asked for them.
    let found = run(&binary(), &root, &["-xnp", "--json"]);
    assert_eq!(
        (stderr(&found).as_str(), found.status.code()),
        ("", Some(0))
    );
}
