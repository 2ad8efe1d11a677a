//! Programs that read netstat's output, or the kernel's tables themselves: they find in ours what they
//! find without us. jc and psutil are Python packages; `.ci/run` installs them.

mod common;

use common::namespace::{ip, ready};
use common::{binary, folder, stderr, stdout};
use std::net::{TcpListener, TcpStream, UdpSocket};
use std::os::unix::net::UnixListener;
use std::path::Path;
use std::process::{Command, Output, Stdio};

/// Whether Python has these packages; where CI has installed them, it must.
fn has(packages: &str) -> bool {
    let import = format!("import {packages}");
    let found = Command::new("python3").args(["-c", &import]).output();
    let has = found.is_ok_and(|it| it.status.success());
    assert!(
        has || std::env::var_os("RNETSTAT_LIVE").is_none(),
        "python3 with {packages} is wanted: see .ci/run"
    );
    if !has {
        println!("passed over: no python3 with {packages}");
    }
    has
}

/// Sockets of several kinds and states, which stay as they are.
struct Sockets {
    _all: (
        [TcpListener; 2],
        [TcpStream; 2],
        [UdpSocket; 2],
        UnixListener,
    ),
}

impl Sockets {
    fn open(name: &str) -> Sockets {
        ip("link set lo up");
        let listeners = ["127.0.0.1:8080", "[::1]:8081"];
        let listeners = listeners.map(|it| TcpListener::bind(it).expect("listening"));
        let client = TcpStream::connect("127.0.0.1:8080").expect("connected");
        let (server, _) = listeners[0].accept().expect("accepted");
        let bound = ["127.0.0.1:5353", "[::]:5354"].map(|it| UdpSocket::bind(it).expect("bound"));
        let path = folder(name).join("socket");
        let unix = UnixListener::bind(path).expect("listening");
        Sockets {
            _all: (listeners, [client, server], bound, unix),
        }
    }
}

fn output_of(program: &Path, flags: &[&str]) -> Output {
    let found = Command::new(program).args(flags).output().expect("runs");
    assert!(found.status.success(), "{flags:?}: {}", stderr(&found));
    found
}

/// What Python makes of `input`.
fn python(arguments: &[&str], input: &[u8]) -> String {
    let mut child = Command::new("python3")
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("started");
    let mut stdin = child.stdin.take().expect("its stdin");
    std::io::Write::write_all(&mut stdin, input).expect("written");
    drop(stdin);
    let found = child.wait_with_output().expect("ended");
    assert!(found.status.success(), "{arguments:?}");
    stdout(&found)
}

#[test]
fn jc_reads_ours_as_it_reads_net_tools() {
    if !has("jc") || !ready() {
        return;
    }
    let _sockets = Sockets::open("packages-jc");
    for flags in [&["-anp"][..], &["-anpe"], &["-tlnpe"], &["-rn"], &["-i"]] {
        let [theirs, ours] = [Path::new("netstat"), &binary()].map(|program| {
            let listing = output_of(program, flags);
            python(&["-m", "jc", "--netstat"], &listing.stdout)
        });
        assert_eq!(ours, theirs, "{flags:?}");
        if flags.contains(&"-anp") {
            for words in [
                "\"program_name\":\"packages-",
                "\"local_port\":\"8080\"",
                "\"unix\"",
            ] {
                assert!(ours.contains(words), "{words}: {ours}");
            }
        }
    }
}

/// Prints what psutil and the JSON on stdin say, one after the other, each as sorted rows.
const PSUTIL: &str = r#"
import ipaddress, json, psutil, socket, sys

def end(address, port):
    return [str(ipaddress.ip_address(address)), port]

theirs = [
    [
        ("tcp" if c.type == socket.SOCK_STREAM else "udp") + ("6" if c.family == socket.AF_INET6 else ""),
        end(*c.laddr),
        end(*c.raddr) if c.raddr else None,
        None if c.status == psutil.CONN_NONE else c.status,
        c.pid,
    ]
    for c in psutil.net_connections("inet")
]
ours = [
    [
        r["proto"],
        end(r["local_address"], r["local_port"]),
        end(r["foreign_address"], r["foreign_port"]) if r["foreign_port"] else None,
        r["state"],
        r["pid"],
    ]
    for r in json.load(sys.stdin)
]
for rows in theirs, ours:
    print(json.dumps(sorted(rows, key=str)))
"#;

#[test]
fn psutil_finds_the_sockets_that_we_list() {
    if !has("psutil") || !ready() {
        return;
    }
    let _sockets = Sockets::open("packages-psutil");
    let listing = output_of(&binary(), &["-tuanp", "--json"]);
    let found = python(&["-c", PSUTIL], &listing.stdout);
    let (theirs, ours) = found.split_once('\n').expect("two lines");
    assert_eq!(ours.trim_end(), theirs);
    assert_eq!(
        theirs.matches(&std::process::id().to_string()).count(),
        6,
        "{theirs}"
    );
}

/// What Ansible's module listen_ports_facts is documented to return of `netstat -plunt`: the protocol,
/// address, port, PID and name of each listener.
fn listeners(output: &str) -> Vec<(String, String, u16, u32, String)> {
    let mut listeners = Vec::new();
    for line in output.lines() {
        let words: Vec<&str> = line.split_whitespace().collect();
        let protocol = words[0];
        if !protocol.starts_with("tcp") && !protocol.starts_with("udp") {
            continue;
        }
        // UDP has no state.
        let owner = if words[5] == "LISTEN" {
            words[6]
        } else {
            words[5]
        };
        let (address, port) = words[3].rsplit_once(':').expect("an address and a port");
        let (pid, name) = owner.split_once('/').expect("a PID and a name");
        listeners.push((
            protocol.to_owned(),
            address.to_owned(),
            port.parse().expect("a port"),
            pid.parse().expect("a PID"),
            name.to_owned(),
        ));
    }
    listeners
}

#[test]
fn listeners_are_found_as_ansible_looks_for_them() {
    if !ready() {
        return;
    }
    let _sockets = Sockets::open("packages-ansible");
    let found = listeners(&stdout(&output_of(&binary(), &["-plunt"])));
    let theirs = listeners(&stdout(&output_of(Path::new("netstat"), &["-plunt"])));
    assert_eq!(found, theirs);
    let all = [
        ("tcp", "127.0.0.1", 8080),
        ("tcp6", "::1", 8081),
        ("udp", "127.0.0.1", 5353),
        ("udp6", "::", 5354),
    ];
    let own = std::process::id();
    let found: Vec<_> = found
        .iter()
        .filter(|it| it.3 == own)
        .map(|it| (it.0.as_str(), it.1.as_str(), it.2))
        .collect();
    assert_eq!(found, all);
}
