//! Checks of tables and counters, on the live kernel: each condition is brought about in a network of its own.
//! Limits of the whole system are not changed: others are mounted in their place, for the test alone.

mod common;

use common::check::{
    check, check_root, found_saying, must_be_quiet, must_work, said, while_repeating,
};
use common::held::Held;
use common::namespace::{ip, ready, run_tool};
use nix::libc;
use nix::sys::socket::{
    self, AddressFamily, MsgFlags, NetlinkAddr, SockFlag, SockProtocol, SockType, SockaddrIn,
};
use std::fs;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream, UdpSocket};
use std::os::fd::AsRawFd;
use std::path::Path;
use std::str::FromStr;
use std::sync::atomic::{AtomicU16, Ordering};
use std::thread;
use std::time::Duration;

/// Begins a network of the test's own, with nothing but a loopback interface.
fn has_network() -> bool {
    let is_ready = ready();
    if is_ready {
        run_tool("mount", "--make-rprivate /");
        ip("link set lo up");
    }
    is_ready
}

/// Mounts a folder with these files over `path`, for this thread's mount namespace.
fn mount(name: &str, path: &str, files: &[(&str, &str)]) {
    let folder = common::folder(name);
    for (file, text) in files {
        fs::write(folder.join(file), text).expect("written");
    }
    let folder = folder.to_str().expect("a path in UTF-8");
    run_tool("mount", &format!("--bind {folder} {path}"));
}

/// The listener's address, which each test has to itself.
fn listener() -> TcpListener {
    TcpListener::bind("127.0.0.1:7900").expect("listening")
}

#[test]
fn a_process_does_not_close_its_connections() {
    if !has_network() {
        return;
    }
    let listener = listener();
    let mut kept = Vec::new();
    for _ in 0..120 {
        let (client, server) = Held::connect(&listener);
        drop(client);
        kept.push(server);
    }
    // All are younger than a minute, as those of a busy program.
    must_be_quiet("close_wait");
    // The same kernel's tables in /proc don't tell how long a connection has been silent: they may be as young.
    let all = check_root(Path::new("/"), "close_wait");
    let [found] = &all[..] else {
        panic!("{:?}", said(&all));
    };
    assert_eq!(found.severity(), "info");
    assert!(
        found.message().contains("120 sockets in CLOSE_WAIT:"),
        "{}",
        found.message()
    );
    assert_eq!(found.number("close_wait"), 120);
    let pid = std::process::id();
    assert_eq!(found.pids(), [u64::from(pid)]);
    assert!(
        found.advice().ends_with(&format!("--pid {pid}")),
        "{}",
        found.advice()
    );
    must_work(found);
    kept.truncate(99);
    let all = check_root(Path::new("/"), "close_wait");
    assert!(
        all.iter().all(|it| it.severity() == "ok"),
        "{:?}",
        said(&all)
    );
}

/// Lets the kernel throw away one of eight segments that come to a socket: a program of the classic packet
/// filter (Documentation/networking/filter.rst).
fn make_lossy(socket: &TcpStream) {
    const RANDOM: u32 = (libc::SKF_AD_OFF + 56) as u32;
    let step = |code: u32, jt, jf, k| libc::sock_filter {
        code: code as u16,
        jt,
        jf,
        k,
    };
    let mut program = [
        step(libc::BPF_LD | libc::BPF_W | libc::BPF_ABS, 0, 0, RANDOM),
        step(libc::BPF_ALU | libc::BPF_AND | libc::BPF_K, 0, 0, 7),
        step(libc::BPF_JMP | libc::BPF_JEQ | libc::BPF_K, 0, 1, 0),
        step(libc::BPF_RET | libc::BPF_K, 0, 0, 0),
        step(libc::BPF_RET | libc::BPF_K, 0, 0, u32::MAX),
    ];
    let filter = libc::sock_fprog {
        len: program.len() as u16,
        filter: program.as_mut_ptr(),
    };
    // SAFETY: the descriptor is open, and the program lives until the kernel has copied it.
    let failed = unsafe {
        libc::setsockopt(
            socket.as_raw_fd(),
            libc::SOL_SOCKET,
            libc::SO_ATTACH_FILTER,
            (&raw const filter).cast(),
            size_of_val(&filter) as libc::socklen_t,
        )
    };
    assert_eq!(failed, 0, "{}", std::io::Error::last_os_error());
}

#[test]
fn a_network_loses_segments() {
    if !has_network() {
        return;
    }
    // Small segments, of which there are enough in a moment.
    ip("link set lo mtu 1000");
    run_tool("ip", "link set lo gso_max_segs 1");
    let listener = listener();
    let (client, server) = Held::connect(&listener);
    let (sender, receiver) = (
        client.try_clone().expect("copied"),
        server.try_clone().expect("copied"),
    );
    let pass_on = |mut from: TcpStream| {
        let mut bytes = [0; 65536];
        while from.read(&mut bytes).is_ok_and(|read| read > 0) {}
    };
    thread::scope(|scope| {
        scope.spawn(|| pass_on(receiver));
        scope.spawn(|| {
            let mut sender = &sender;
            while sender.write_all(&[b'x'; 8192]).is_ok() {
                // As fast as it can, small segments overrun the receiver.
                thread::sleep(Duration::from_millis(1));
            }
        });
        let result = std::panic::catch_unwind(|| {
            must_be_quiet("retransmissions");
            make_lossy(&server);
            found_saying("retransmissions", "problem", "of TCP segments were lost")
        });
        for socket in [&client, &server] {
            let _ = socket.shutdown(std::net::Shutdown::Both);
        }
        let found = result.unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        assert!(found.number("RetransSegs") > 0);
        assert_eq!(found.source("RetransSegs"), "/proc/net/snmp");
        let ends = format!(
            "{} to {}",
            client.local_addr().expect("it"),
            listener.local_addr().expect("it")
        );
        assert!(found.message().contains(&ends), "{}", found.message());
        assert_eq!(found.pids(), [u64::from(std::process::id())]);
    });
}

#[test]
fn sockets_have_all_the_memory_that_they_may() {
    if !has_network() {
        return;
    }
    let listener = listener();
    let unread = || {
        let (mut client, server) = Held::connect(&listener);
        client.set_nonblocking(true).expect("set");
        while client.write(&[b'x'; 65536]).is_ok() {}
        (client, server)
    };
    let _unread: Vec<_> = (0..4).map(|_| unread()).collect();
    let mount = |name, tcp| {
        mount(
            name,
            "/proc/sys/net/ipv4",
            &[("tcp_mem", tcp), ("udp_mem", "1000000\t2000000\t3000000\n")],
        );
    };
    mount("check-much-memory", "100000000\t200000000\t300000000\n");
    must_be_quiet("memory");
    mount("check-some-memory", "10\t20\t300000000\n");
    found_saying("memory", "warning", "memory pressure");
    mount("check-little-memory", "10\t20\t30\n");
    let found = found_saying("memory", "problem", "Sockets of TCP use");
    assert!(found.number("mem") >= 100, "{}", found.message());
    assert_eq!(found.number("tcp_mem"), 30);
    assert_eq!(found.source("mem"), "/proc/net/sockstat");
    assert_eq!(found.source("tcp_mem"), "/proc/sys/net/ipv4/tcp_mem");
}

#[test]
fn more_connections_wait_than_may() {
    if !has_network() {
        return;
    }
    let listener = listener();
    let close = || drop(Held::connect(&listener));
    close();
    let quiet = check("orphans");
    let is_quiet = |it: &str| matches!(it, "ok" | "unknown");
    assert!(
        quiet.iter().all(|it| is_quiet(it.severity())),
        "{:?}",
        said(&quiet)
    );
    fs::write("/proc/sys/net/ipv4/tcp_max_tw_buckets", "2").expect("set");
    let found = while_repeating(close, || {
        found_saying("orphans", "warning", "Closed connections skip TIME_WAIT")
    });
    assert!(found.number("TCPTimeWaitOverflow") > 0);
    assert!(
        found
            .advice()
            .contains("net.ipv4.tcp_max_tw_buckets (now 2)"),
        "{}",
        found.advice()
    );
    fs::write("/proc/sys/net/ipv4/tcp_max_tw_buckets", "100000").expect("set");
    found_since_boot("orphans", "TCPTimeWaitOverflow");
}

/// Sees that what has been is no more than information.
#[track_caller]
fn found_since_boot(name: &str, counter: &str) {
    let all = check(name);
    let is_it = |it: &str| it.starts_with("info: Since boot") && it.contains(counter);
    assert!(said(&all).iter().any(|it| is_it(it)), "{:?}", said(&all));
    assert!(
        all.iter()
            .all(|it| matches!(it.severity(), "info" | "unknown")),
        "{:?}",
        said(&all)
    );
}

#[test]
fn connections_are_not_ended_by_the_other_side() {
    if !has_network() {
        return;
    }
    let listener = listener();
    let mut servers = Vec::new();
    let limits = |most| {
        [
            ("tcp_max_orphans", most),
            ("tcp_max_tw_buckets", "262144\n"),
        ]
    };
    mount(
        "check-many-orphans",
        "/proc/sys/net/ipv4",
        &limits("1000000\n"),
    );
    for _ in 0..12 {
        let (mut client, server) = Held::connect(&listener);
        client.set_nonblocking(true).expect("set");
        while client.write(&[b'x'; 65536]).is_ok() {}
        // What is not read yet has to be sent first.
        servers.push(server);
    }
    must_be_quiet("orphans");
    mount("check-few-orphans", "/proc/sys/net/ipv4", &limits("12\n"));
    let found = found_saying("orphans", "problem", "more are reset");
    assert!(found.number("orphan") >= 12);
    assert_eq!(found.number("tcp_max_orphans"), 12);
}

/// Has the kernel track `number` connections (include/uapi/linux/netfilter/nfnetlink_conntrack.h).
fn track(number: u16) {
    let attribute = |kind: u16, value: &[u8]| {
        let mut bytes = (4 + value.len() as u16).to_ne_bytes().to_vec();
        bytes.extend(kind.to_ne_bytes());
        bytes.extend(value);
        bytes.resize(bytes.len().next_multiple_of(4), 0);
        bytes
    };
    let nested = |kind: u16, parts: &[Vec<u8>]| attribute(kind | 0x8000, &parts.concat());
    let tuple = |kind, from: [u8; 4], to: [u8; 4], from_port: u16, to_port: u16| {
        let addresses = nested(1, &[attribute(1, &from), attribute(2, &to)]);
        let protocol = [
            attribute(1, &[17]),
            attribute(2, &from_port.to_be_bytes()),
            attribute(3, &to_port.to_be_bytes()),
        ];
        nested(kind, &[addresses, nested(2, &protocol)])
    };
    let kernel = socket::socket(
        AddressFamily::Netlink,
        SockType::Raw,
        SockFlag::SOCK_CLOEXEC,
        SockProtocol::NetlinkNetFilter,
    )
    .expect("a socket");
    socket::connect(kernel.as_raw_fd(), &NetlinkAddr::new(0, 0)).expect("connected");
    for port in 1..=number {
        let (here, there) = ([10, 0, 0, 1], [10, 0, 0, 2]);
        let mut body = vec![2, 0, 0, 0];
        body.extend(tuple(1, here, there, port, 53));
        body.extend(tuple(2, there, here, 53, port));
        // Seconds that it lasts.
        body.extend(attribute(7, &600_u32.to_be_bytes()));
        let mut message = (16 + body.len() as u32).to_ne_bytes().to_vec();
        // IPCTNL_MSG_CT_NEW of ctnetlink; a request to create one, and to say how that went.
        message.extend((1_u16 << 8).to_ne_bytes());
        message.extend(0x605_u16.to_ne_bytes());
        message.extend(u32::from(port).to_ne_bytes());
        message.extend(0_u32.to_ne_bytes());
        message.extend(body);
        socket::send(kernel.as_raw_fd(), &message, MsgFlags::empty()).expect("sent");
        let mut answer = [0; 4096];
        socket::recv(kernel.as_raw_fd(), &mut answer, MsgFlags::empty()).expect("answered");
        assert_eq!(&answer[16..20], &[0; 4], "the kernel tracks a connection");
    }
}

#[test]
fn more_connections_are_tracked_than_may() {
    const MAX: &str = "/proc/sys/net/netfilter/nf_conntrack_max";
    if !has_network() {
        return;
    }
    if !Path::new(MAX).exists() {
        assert_eq!(
            said(&check("conntrack")),
            ["unknown: Unknown: no such table."]
        );
        return;
    }
    must_be_quiet("conntrack");
    track(45);
    must_be_quiet("conntrack");
    let file = common::folder("check-conntrack").join("max");
    for (most, severity, part) in [
        ("50\n", "warning", "is nearly full (45 of 50)"),
        ("45\n", "problem", "is full (45 of 45)"),
    ] {
        fs::write(&file, most).expect("written");
        run_tool("mount", &format!("--bind {} {MAX}", file.display()));
        let found = found_saying("conntrack", severity, part);
        assert_eq!(found.number("nf_conntrack_count"), 45);
        assert_eq!(found.source("nf_conntrack_max"), MAX);
    }
}

/// Makes two interfaces that are linked to each other, and an address.
fn make_link() {
    for command in [
        "link add v0 type veth peer name v1",
        "link set v0 up",
        "link set v1 up",
        "addr add 10.99.0.1/24 dev v0",
    ] {
        ip(command);
    }
}

#[test]
fn an_interface_loses_packets() {
    if !has_network() {
        return;
    }
    make_link();
    ip("neigh add 10.99.0.9 lladdr 02:00:00:00:00:09 dev v0");
    let socket = UdpSocket::bind("10.99.0.1:0").expect("bound");
    let to: SocketAddr = "10.99.0.9:9".parse().expect("an address");
    let send = || {
        let _ = socket.send_to(&[0; 1400], to);
        thread::sleep(Duration::from_micros(500));
    };
    while_repeating(send, || {
        must_be_quiet("interfaces");
        // The other end takes no packets as large as that.
        ip("link set v1 mtu 1000");
        let found = found_saying("interfaces", "problem", "v0 loses packets");
        assert!(found.number("tx_dropped") > 0);
        assert_eq!(found.source("tx_dropped"), "/proc/net/dev");
    });
}

#[test]
fn a_link_comes_and_goes() {
    if !has_network() {
        return;
    }
    make_link();
    must_be_quiet("interfaces");
    let flap = || {
        ip("link set v1 down");
        ip("link set v1 up");
    };
    let found = while_repeating(flap, || {
        found_saying("interfaces", "warning", "The link of v0 goes up and down")
    });
    assert!(found.number("carrier_changes") >= 4);
}

#[test]
fn pieces_of_packets_get_lost() {
    if !has_network() {
        return;
    }
    must_be_quiet("path_mtu");
    fs::write("/proc/sys/net/ipv4/ipfrag_time", "1").expect("set");
    let raw = socket::socket(
        AddressFamily::Inet,
        SockType::Raw,
        SockFlag::SOCK_CLOEXEC,
        SockProtocol::Raw,
    )
    .expect("a socket");
    let to = SockaddrIn::from_str("127.0.0.1:0").expect("an address");
    let number = AtomicU16::new(0);
    let send = || {
        // The first 8 bytes of a datagram whose others never come. The kernel fills the sums in.
        let mut packet = vec![
            0x45, 0, 0, 28, 0, 0, 0x20, 0, 64, 17, 0, 0, 127, 0, 0, 1, 127, 0, 0, 1,
        ];
        packet[4..6].copy_from_slice(&number.fetch_add(1, Ordering::Relaxed).to_be_bytes());
        packet.extend([0; 8]);
        socket::sendto(raw.as_raw_fd(), &packet, &to, MsgFlags::empty()).expect("sent");
        thread::sleep(Duration::from_millis(1));
    };
    let found = while_repeating(send, || {
        found_saying(
            "path_mtu",
            "problem",
            "packets are lost because fragments are missing",
        )
    });
    assert!(found.number("ReasmFails") >= 10);
    assert_eq!(found.source("ReasmFails"), "/proc/net/snmp");
}

#[test]
fn routes_lead_nowhere() {
    if !has_network() {
        return;
    }
    must_be_quiet("routes");
    make_link();
    let info = found_saying("routes", "info", "There is no default route");
    assert_eq!(info.number("default_routes"), 0);
    ip("route add default via 10.99.0.254");
    let socket = UdpSocket::bind("10.99.0.1:0").expect("bound");
    let to: SocketAddr = "192.0.2.1:9".parse().expect("an address");
    let send = || {
        let _ = socket.send_to(b"", to);
        thread::sleep(Duration::from_millis(5));
    };
    let silent = while_repeating(send, || {
        found_saying("routes", "problem", "10.99.0.254, does not answer on v0")
    });
    assert_eq!(silent.source("arp_flags"), "/proc/net/arp");
    ip("neigh replace 10.99.0.254 lladdr 02:00:00:00:00:fe dev v0");
    must_be_quiet("routes");
    ip("route append default via 10.99.0.253");
    ip("neigh replace 10.99.0.253 lladdr 02:00:00:00:00:fd dev v0");
    let alike = found_saying(
        "routes",
        "warning",
        "2 default routes have the same metric (0)",
    );
    assert!(
        alike
            .message()
            .ends_with("by 10.99.0.254 on v0; by 10.99.0.253 on v0."),
        "{}",
        alike.message()
    );
    ip("route del default via 10.99.0.253");
    ip("route replace default via 10.88.0.1 dev v0 onlink");
    found_saying("routes", "info", "10.88.0.1, is not in a network of v0");
    ip("link set v1 down");
    found_saying("routes", "problem", "which is up but has no carrier");
}

#[test]
fn nothing_is_wrong_with_a_new_network() {
    if !has_network() {
        return;
    }
    for name in [
        "memory",
        "orphans",
        "conntrack",
        "interfaces",
        "neighbours",
        "path_mtu",
        "routes",
    ] {
        let all = check(name);
        let is_quiet = |it: &str| matches!(it, "ok" | "unknown");
        assert!(
            all.iter().all(|it| is_quiet(it.severity())),
            "{name}: {:?}",
            said(&all)
        );
    }
}
