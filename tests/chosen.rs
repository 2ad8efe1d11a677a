//! Rows chosen by the names of interfaces (`--interface`) and of counters (`--counter`, `--nonzero`), in
//! every listing and format, on made-up systems and on the live kernel.

mod common;

use common::held::tcp;
use common::namespace::{ask_no_name_server, ip, ready};
use common::{binary, link, must_refuse, run, stderr, stdout, system};
use nix::sys::socket::sockopt::BindToDevice;
use nix::sys::socket::{self, AddressFamily, Backlog, SockFlag, SockaddrIn, SockaddrIn6};
use serde_json::Value;
use std::net::{Ipv6Addr, SocketAddrV6};
use std::os::fd::{AsRawFd, OwnedFd};
use std::path::Path;
use std::process::{Command, Output};
use std::str::FromStr;

fn ask(root: &Path, flags: &str) -> Output {
    let flags: Vec<&str> = flags.split(' ').collect();
    run(&binary(), root, &flags)
}

/// The values of one field of all rows, without those that are repeated.
fn values(found: &Output, field: &str) -> Vec<String> {
    let rows: Vec<Value> = serde_json::from_slice(&found.stdout).expect("JSON");
    let rows = rows.iter().map(|row| row[field].as_str());
    let mut values: Vec<_> = rows.map(|it| it.unwrap_or_default().to_owned()).collect();
    values.dedup();
    values
}

/// One that is asked for by its name may be down, as eth1 is.
#[test]
fn interfaces_are_chosen_in_every_listing() {
    for (name, flags, expected) in [
        ("interfaces", "-i --interface eth0", &["eth0"][..]),
        ("interfaces", "-i --interface=eth0,lo", &["eth0", "lo"]),
        (
            "interfaces",
            "-i --interface eth? --interface wg0",
            &["eth0", "eth1", "eth2", "wg0"],
        ),
        (
            "interfaces",
            "-i --interface eth*,!*.*,!eth1?",
            &["eth0", "eth1", "eth2"],
        ),
        ("interfaces", "-ie --interface über*", &["über0"]),
        ("all-routes", "-rn46 --interface lo", &["lo"]),
        (
            "multicast-groups",
            "-gn --interface br-*",
            &["br-0123456789ab"],
        ),
    ] {
        let root = system(name);
        let json = ask(&root, &format!("{flags} --json"));
        assert_eq!(json.status.code(), Some(0), "{flags}: {}", stderr(&json));
        assert_eq!(values(&json, "interface"), expected, "{flags}");
        let rows = serde_json::from_slice::<Vec<Value>>(&json.stdout).expect("JSON");
        for format in ["csv", "table"] {
            let flags = format!("{flags} --format {format} --no-header");
            let found = ask(&root, &flags);
            assert_eq!(stdout(&found).lines().count(), rows.len(), "{flags}");
        }
        if !flags.contains("-ie") {
            let flags = format!("{flags} --no-header");
            let found = ask(&root, &flags);
            assert!(found.status.success(), "{flags}");
            assert_eq!(stdout(&found).lines().count(), rows.len(), "{flags}");
        }
    }
}

#[test]
fn where_nothing_fits_the_status_says_so() {
    for (name, flags) in [
        ("interfaces", "-i --interface nope*"),
        ("all-routes", "-rn --interface nope*"),
        ("multicast-groups", "-gn --interface nope*"),
        ("counters-busy", "-s --counter nope"),
        ("counters-busy", "-s --counter !*"),
    ] {
        for format in ["classic", "table", "csv", "json"] {
            let flags = format!("{flags} --format {format}");
            let found = ask(&system(name), &flags);
            assert_eq!(found.status.code(), Some(1), "{flags}: {}", stderr(&found));
        }
    }
}

/// A script may abbreviate net-tools' `--interfaces`, which takes no name.
#[test]
fn net_tools_abbreviation_stays() {
    let root = system("interfaces");
    let all = stdout(&ask(&root, "-i"));
    for flags in ["--interface", "--interface -n", "--interfac"] {
        assert_eq!(stdout(&ask(&root, flags)), all, "{flags}");
    }
    let netstat = link("netstat");
    let of_netstat = |flags: &[&str]| stdout(&run(&netstat, &root, flags));
    assert_eq!(of_netstat(&["--interface", "eth0"]), of_netstat(&["-i"]));
}

#[test]
fn refused_where_there_are_no_interfaces_or_counters() {
    for (flags, why) in [
        ("-s --interface=lo", "sockets, -i, -r or -g"),
        ("-M --interface=lo", "sockets, -i, -r or -g"),
        ("--check --interface=lo", "sockets, -i, -r or -g"),
        ("-t --counter Tcp*", "add -s"),
        ("-i --nonzero", "add -s"),
        ("-s --counter [", "--counter"),
    ] {
        let flags: Vec<_> = flags.split(' ').collect();
        must_refuse(&binary(), &flags, why);
    }
}

#[test]
fn counters_are_chosen_by_the_kernels_names() {
    let busy = system("counters-busy");
    for (flags, expected) in [
        (
            "-s --counter RetransSegs",
            "Tcp:\n    69 segments retransmitted\n",
        ),
        (
            "-s --counter tcpretranssegs",
            "Tcp:\n    69 segments retransmitted\n",
        ),
        (
            "-s --counter TcpRetransSegs,InEchos",
            "Icmp:\n    ICMP input histogram:\n        echo requests: 29\n\
             Tcp:\n    69 segments retransmitted\n",
        ),
        // net-tools has no words for it.
        ("-s --counter RtoMin", "Tcp:\n    RtoMin: 200\n"),
        ("-su --counter Tcp*", ""),
    ] {
        assert_eq!(stdout(&ask(&busy, flags)), expected, "{flags}");
    }
    let json = ask(&busy, "-s --counter Tcp*Retrans* --json");
    assert_eq!(values(&json, "section"), ["Tcp", "TcpExt"]);
    assert!(values(&json, "name").contains(&"TCPSynRetrans".to_owned()));
}

#[test]
fn zeros_are_left_out_if_asked() {
    let idle = system("counters-odd");
    let all = ask(&idle, "-s --json");
    let all: Vec<Value> = serde_json::from_slice(&all.stdout).expect("JSON");
    let is_zero = |row: &&Value| row["value"] == 0;
    assert!(all.iter().any(|row| is_zero(&row)));
    let found = ask(&idle, "-s --nonzero --json");
    let found: Vec<Value> = serde_json::from_slice(&found.stdout).expect("JSON");
    let expected: Vec<_> = all.iter().filter(|row| !is_zero(row)).collect();
    assert_eq!(found.iter().collect::<Vec<_>>(), expected);
    let classic = stdout(&ask(&idle, "-s --nonzero"));
    assert!(stdout(&ask(&idle, "-s")).contains("    0 "));
    assert!(
        !classic.is_empty() && !classic.contains("    0 "),
        "{classic}"
    );
}

/// Sockets that are bound to an interface, or to an address of its link.
#[test]
fn sockets_are_those_that_are_bound() {
    if !ready() {
        return;
    }
    ask_no_name_server(&common::folder("chosen"));
    ip("link set lo up");
    ip("link add v0 type veth peer name v1");
    ip("link set v0 up");
    ip("link set v1 up");
    ip("-6 addr add fe80::77/64 dev v1 nodad");
    let listen = |socket: OwnedFd| {
        socket::listen(&socket, Backlog::new(1).expect("a backlog")).expect("listening");
        socket
    };
    let bound = |device: Option<&str>, address: &str| {
        let socket = tcp(AddressFamily::Inet, SockFlag::empty());
        if let Some(device) = device {
            socket::setsockopt(&socket, BindToDevice, &device.into()).expect("bound");
        }
        let address = SockaddrIn::from_str(address).expect("an address");
        socket::bind(socket.as_raw_fd(), &address).expect("bound");
        listen(socket)
    };
    let of_link = {
        let socket = tcp(AddressFamily::Inet6, SockFlag::empty());
        let scope = nix::net::if_::if_nametoindex("v1").expect("an interface");
        let address: Ipv6Addr = "fe80::77".parse().expect("an address");
        let address = SockaddrIn6::from(SocketAddrV6::new(address, 7003, 0, scope));
        socket::bind(socket.as_raw_fd(), &address).expect("bound");
        listen(socket)
    };
    let _held = [
        bound(Some("v0"), "0.0.0.0:7001"),
        bound(None, "0.0.0.0:7002"),
        of_link,
    ];
    let ports = |flags: &str| {
        let mut command = Command::new(binary());
        command.args(["-tn", "--columns", "local_port", "--format", "csv"]);
        command.args(["--no-header", "--sort", "local_port"]);
        let output = command.args(flags.split(' ')).output().expect("runs");
        let lines = stdout(&output).replace('\n', " ");
        (lines.trim().to_owned(), output.status.code())
    };
    for (flags, expected, status) in [
        ("--interface v0", "7001", 0),
        ("--interface v*", "7001 7003", 0),
        ("--interface v1,lo", "7003", 0),
        ("--interface !v0", "7002 7003", 0),
        ("--interface lo", "", 1),
        ("--interface v7", "", 1),
        ("--interface v* --port 7003", "7003", 0),
    ] {
        assert_eq!(ports(flags), (expected.to_owned(), Some(status)), "{flags}");
    }
    // As ss says.
    assert_eq!(ports("dev = v0"), ports("--interface v0"));
}
