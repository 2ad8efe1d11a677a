//! A fixed set of TCP and UDP sockets, with which the answers of ss in tests/data/ss-filters.tsv were
//! recorded. It holds still for about a minute: then those in TIME_WAIT, SYN_RECV and SYN_SENT run out.

use super::namespace::ip;
use super::owner::wait_until;
use nix::errno::Errno;
use nix::sys::socket::{
    AddressFamily, Backlog, MsgFlags, Shutdown, SockFlag, SockProtocol, SockType, SockaddrIn,
    SockaddrStorage, accept, bind, connect, listen, sendto, setsockopt, shutdown, socket, sockopt,
};
use std::ffi::OsString;
use std::fs;
use std::io::Read;
use std::net::{Ipv4Addr, SocketAddr, SocketAddrV4, TcpStream};
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};
use std::time::Duration;

/// The sockets: the letter of each, and its protocol and ends as ss prints them.
pub const SOCKETS: [(char, &str, &str, &str); 20] = [
    ('A', "tcp", "0.0.0.0:22", "0.0.0.0:*"),
    ('B', "tcp", "[::]:22", "[::]:*"),
    ('C', "tcp", "192.0.2.7:443", "0.0.0.0:*"),
    ('D', "tcp", "[::]:443", "[::]:*"),
    ('E', "tcp", "*:80", "*:*"),
    ('F', "tcp", "10.0.0.5:40001", "192.0.2.7:443"),
    ('G', "tcp", "192.0.2.7:443", "10.0.0.5:40001"),
    ('H', "tcp", "[2001:db8::5]:40002", "[2001:db8:1::7]:443"),
    ('I', "tcp", "[2001:db8:1::7]:443", "[2001:db8::5]:40002"),
    ('J', "tcp", "10.0.0.5:40003", "192.0.2.7:80"),
    (
        'K',
        "tcp",
        "[::ffff:192.0.2.7]:80",
        "[::ffff:10.0.0.5]:40003",
    ),
    ('L', "tcp", "127.0.0.1:40004", "127.0.0.1:22"),
    ('M', "tcp", "127.0.0.1:22", "127.0.0.1:40004"),
    ('N', "tcp", "10.0.0.5:40005", "192.0.2.7:443"),
    ('O', "udp", "0.0.0.0:53", "0.0.0.0:*"),
    ('P', "udp", "[::]:53", "[::]:*"),
    ('Q', "udp", "10.0.0.5:5353", "192.0.2.7:53"),
    ('R', "tcp", "10.0.0.5:40006", "198.51.100.9:22"),
    ('S', "tcp", "192.0.2.7:22", "198.51.100.9:40007"),
    ('T', "udp", "127.0.0.1%lo:161", "0.0.0.0:*"),
];

/// Those of IPv6, by their letters.
const V6: &str = "BDEHIKP";

/// Returns the letter of a row of ours in CSV: its protocol, and address and port of both ends.
pub fn letter(row: &str) -> char {
    let found = SOCKETS.iter().find(|(letter, protocol, local, foreign)| {
        let is_v6 = V6.contains(*letter);
        let end = |end: &str| {
            let (host, port) = end.rsplit_once(':').expect("a port");
            let host = host.trim_matches(|it| it == '[' || it == ']');
            let host = match host {
                "*" => "::",
                host => host.trim_start_matches("::ffff:").trim_end_matches("%lo"),
            };
            format!("{host},{}", port.trim_matches('*'))
        };
        let version = if is_v6 { "6" } else { "" };
        row == format!("{protocol}{version},{},{}", end(local), end(foreign))
    });
    found.unwrap_or_else(|| panic!("an unknown row: {row}")).0
}

/// The sockets, open as long as this lives.
pub struct SsSockets(Vec<OwnedFd>);

/// How a socket is bound.
#[derive(Default)]
struct Bound {
    v6_only: Option<bool>,
    device: Option<&'static str>,
}

impl SsSockets {
    /// Makes them, in a network namespace that has nothing yet.
    pub fn make() -> SsSockets {
        ip("link set lo up");
        for address in ["10.0.0.5/32", "192.0.2.7/32"] {
            ip(&format!("address add {address} dev lo"));
        }
        for address in ["2001:db8::5/128", "2001:db8:1::7/128"] {
            ip(&format!("address add {address} dev lo nodad"));
        }
        ip("route add 198.51.100.9/32 dev lo");
        let only = |v6_only| Bound {
            v6_only: Some(v6_only),
            ..Bound::default()
        };
        let a = listener("0.0.0.0:22", Bound::default());
        let b = listener("[::]:22", only(true));
        let c = listener("192.0.2.7:443", Bound::default());
        let d = listener("[::]:443", only(true));
        let e = listener("[::]:80", only(false));
        let (f, g) = pair(&c, "10.0.0.5:40001", "192.0.2.7:443");
        let (h, i) = pair(&d, "[2001:db8::5]:40002", "[2001:db8:1::7]:443");
        let j = chosen_by_the_kernel("10.0.0.5", 40003);
        connect(j.as_raw_fd(), &address("192.0.2.7:80")).expect("connected");
        let k = accepted(&e);
        let (l, m) = pair(&a, "127.0.0.1:40004", "127.0.0.1:22");
        shutdown(l.as_raw_fd(), Shutdown::Write).expect("shut down");
        let o = bound(SockType::Datagram, "0.0.0.0:53", Bound::default());
        let p = bound(SockType::Datagram, "[::]:53", only(true));
        let q = bound(SockType::Datagram, "10.0.0.5:5353", Bound::default());
        connect(q.as_raw_fd(), &address("192.0.2.7:53")).expect("connected");
        let r = bound(SockType::Stream, "10.0.0.5:40006", Bound::default());
        TcpStream::from(r.try_clone().expect("cloned"))
            .set_nonblocking(true)
            .expect("set");
        // Nobody answers.
        let _ = connect(r.as_raw_fd(), &address("198.51.100.9:22"));
        let on_lo = Bound {
            device: Some("lo"),
            ..Bound::default()
        };
        let t = bound(SockType::Datagram, "127.0.0.1:161", on_lo);
        // S: a request whose sender never completes it.
        send_syn(
            (Ipv4Addr::new(198, 51, 100, 9), 40007),
            (Ipv4Addr::new(192, 0, 2, 7), 22),
        );
        // N: closed first by its own side.
        let (client, server) = pair(&c, "10.0.0.5:40005", "192.0.2.7:443");
        drop(client);
        let _ = TcpStream::from(server).read(&mut [0]);
        std::thread::sleep(Duration::from_millis(100));
        SsSockets(vec![a, b, c, d, e, f, g, h, i, j, k, l, m, o, p, q, r, t])
    }

    /// The number of sockets that are held; two more are the kernel's alone.
    pub fn held(&self) -> usize {
        self.0.len()
    }
}

fn address(text: &str) -> SockaddrStorage {
    text.parse::<SocketAddr>().expect("an address").into()
}

fn bound(kind: SockType, end: &str, how: Bound) -> OwnedFd {
    let family = match end.starts_with('[') {
        true => AddressFamily::Inet6,
        false => AddressFamily::Inet,
    };
    let socket = socket(family, kind, SockFlag::SOCK_CLOEXEC, None).expect("a socket");
    if kind == SockType::Stream {
        setsockopt(&socket, sockopt::ReuseAddr, &true).expect("set");
    }
    if let Some(v6_only) = how.v6_only {
        setsockopt(&socket, sockopt::Ipv6V6Only, &v6_only).expect("set");
    }
    if let Some(device) = how.device {
        setsockopt(&socket, sockopt::BindToDevice, &OsString::from(device)).expect("set");
    }
    bind(socket.as_raw_fd(), &address(end)).expect("bound");
    socket
}

fn listener(end: &str, how: Bound) -> OwnedFd {
    let socket = bound(SockType::Stream, end, how);
    listen(&socket, Backlog::new(8).expect("a backlog")).expect("listening");
    socket
}

fn accepted(listener: &OwnedFd) -> OwnedFd {
    let file = accept(listener.as_raw_fd()).expect("accepted");
    // SAFETY: accept has just opened it, and nothing else has it.
    unsafe { OwnedFd::from_raw_fd(file) }
}

fn pair(listener: &OwnedFd, from: &str, to: &str) -> (OwnedFd, OwnedFd) {
    let client = bound(SockType::Stream, from, Bound::default());
    // A new address of IPv6 has its route a moment later.
    wait_until("route", || {
        let connected = connect(client.as_raw_fd(), &address(to));
        assert!(
            matches!(connected, Ok(()) | Err(Errno::ENETUNREACH)),
            "{connected:?}"
        );
        connected.is_ok()
    });
    (client, accepted(listener))
}

/// A socket whose port the kernel has chosen, of a range of one.
fn chosen_by_the_kernel(host: &str, port: u16) -> OwnedFd {
    let range = "/proc/sys/net/ipv4/ip_local_port_range";
    let before = fs::read_to_string(range).expect("the range");
    fs::write(range, format!("{port} {port}")).expect("written");
    let family = AddressFamily::Inet;
    let socket = socket(family, SockType::Stream, SockFlag::SOCK_CLOEXEC, None).expect("a socket");
    bind(socket.as_raw_fd(), &address(&format!("{host}:0"))).expect("bound");
    fs::write(range, before).expect("written");
    socket
}

/// Sends one bare SYN.
fn send_syn(from: (Ipv4Addr, u16), to: (Ipv4Addr, u16)) {
    let segment = |check: u16| {
        let mut segment = Vec::new();
        segment.extend(from.1.to_be_bytes());
        segment.extend(to.1.to_be_bytes());
        // The sequence number, nothing acknowledged, the header's length and SYN, the window.
        segment.extend([0, 0, 0, 1, 0, 0, 0, 0, 5 << 4, 2, 4, 0]);
        segment.extend(check.to_be_bytes());
        segment.extend([0, 0]);
        segment
    };
    let ends = [from.0.octets(), to.0.octets()].concat();
    let summed = [&ends[..], &[0, 6, 0, 20], &segment(0)].concat();
    let words = summed
        .chunks(2)
        .map(|it| u32::from(it[0]) << 8 | u32::from(it[1]));
    let sum: u32 = words.sum();
    let sum = (sum & 0xffff) + (sum >> 16);
    let check = !((sum & 0xffff) + (sum >> 16)) as u16;
    let mut packet = vec![0x45, 0, 0, 40, 0, 1, 0, 0, 64, 6, 0, 0];
    packet.extend(ends);
    packet.extend(segment(check));
    let raw = socket(
        AddressFamily::Inet,
        SockType::Raw,
        SockFlag::SOCK_CLOEXEC,
        SockProtocol::Raw,
    );
    let raw = raw.expect("a raw socket");
    let target = SockaddrIn::from(SocketAddrV4::new(to.0, 0));
    sendto(raw.as_raw_fd(), &packet, &target, MsgFlags::empty()).expect("sent");
}
