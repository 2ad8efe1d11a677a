//! Sockets of all kinds, in every state that can be held.

use super::namespace::{ask_no_name_server, ip};
use super::owner::defer_accept;
use nix::sys::socket::{
    self, AddressFamily, Backlog, SockFlag, SockProtocol, SockType, SockaddrIn, SockaddrIn6,
    UnixAddr, sockopt,
};
use std::io::Write;
use std::net::{TcpListener, TcpStream, UdpSocket};
use std::os::fd::{AsRawFd, OwnedFd};
use std::os::unix::net::{UnixDatagram, UnixListener, UnixStream};
use std::path::Path;
use std::str::FromStr;
use std::time::Duration;

/// Sockets that stay open as long as this lives.
#[derive(Default)]
pub struct Held {
    files: Vec<OwnedFd>,
}

impl Held {
    /// Keeps a socket open.
    pub fn hold(&mut self, socket: impl Into<OwnedFd>) {
        self.files.push(socket.into());
    }

    /// A TCP connection over `listener`: the client's end and the server's.
    pub fn connect(listener: &TcpListener) -> (TcpStream, TcpStream) {
        let client =
            TcpStream::connect(listener.local_addr().expect("an address")).expect("connected");
        let (server, _) = listener.accept().expect("accepted");
        (client, server)
    }

    /// TCP in all states but CLOSING and LAST_ACK, which do not last without a lossy network.
    pub fn hold_tcp(&mut self, address: &str) {
        let listener = TcpListener::bind(address).expect("listening");
        let (client, server) = Held::connect(&listener);
        sockopt_keepalive(&client);
        (&client).write_all(b"unread").expect("sent");
        self.hold(client);
        self.hold(server);
        // FIN_WAIT2 here, CLOSE_WAIT there.
        let (client, server) = Held::connect(&listener);
        client
            .shutdown(std::net::Shutdown::Write)
            .expect("shut down");
        self.hold(client);
        self.hold(server);
        // TIME_WAIT.
        let (client, server) = Held::connect(&listener);
        drop(client);
        std::thread::sleep(Duration::from_millis(20));
        drop(server);
        // A full window: a zero window probe on one side, unread bytes on the other; then
        // FIN_WAIT1, because the FIN can't follow.
        for shut in [false, true] {
            let (mut client, server) = Held::connect(&listener);
            client.set_nonblocking(true).expect("set");
            while client.write(&[b'x'; 65536]).is_ok() {}
            if shut {
                client
                    .shutdown(std::net::Shutdown::Write)
                    .expect("shut down");
            }
            self.hold(client);
            self.hold(server);
        }
        // A connection that waits to be accepted.
        self.hold(
            TcpStream::connect(listener.local_addr().expect("an address")).expect("connected"),
        );
        self.hold(listener);
    }

    /// SYN_RECV: a listener that waits for data before it takes a connection as made.
    pub fn hold_syn_recv(&mut self) {
        let listener = TcpListener::bind("127.0.0.1:7001").expect("listening");
        defer_accept(&listener);
        self.hold(TcpStream::connect("127.0.0.1:7001").expect("connected"));
        self.hold(listener);
    }

    /// SYN_SENT: to an address on a link that swallows everything.
    pub fn hold_syn_sent(&mut self) {
        let socket = tcp(AddressFamily::Inet, SockFlag::SOCK_NONBLOCK);
        let nowhere = SockaddrIn::from_str("10.99.0.9:81").expect("an address");
        let _ = socket::connect(socket.as_raw_fd(), &nowhere);
        self.hold(socket);
        let socket = tcp(AddressFamily::Inet6, SockFlag::SOCK_NONBLOCK);
        let nowhere = SockaddrIn6::from_str("[2001:db8:99::9]:81").expect("an address");
        let _ = socket::connect(socket.as_raw_fd(), &nowhere);
        self.hold(socket);
    }

    /// UDP and raw sockets.
    pub fn hold_datagrams(&mut self) {
        self.hold(UdpSocket::bind("0.0.0.0:5300").expect("bound"));
        self.hold(UdpSocket::bind("[::]:5301").expect("bound"));
        self.hold(UdpSocket::bind("[::1]:5302").expect("bound"));
        let connected = UdpSocket::bind("127.0.0.1:5303").expect("bound");
        connected.connect("127.0.0.1:53").expect("connected");
        self.hold(connected);
        let queued = UdpSocket::bind("127.0.0.1:5304").expect("bound");
        let sender = UdpSocket::bind("127.0.0.1:0").expect("bound");
        sender.send_to(b"unread", "127.0.0.1:5304").expect("sent");
        self.hold(queued);
        self.hold(sender);
        for family in [AddressFamily::Inet, AddressFamily::Inet6] {
            let icmp = match family {
                AddressFamily::Inet => SockProtocol::Icmp,
                _ => SockProtocol::IcmpV6,
            };
            self.hold(
                socket::socket(family, SockType::Raw, SockFlag::SOCK_CLOEXEC, icmp)
                    .expect("a raw socket"),
            );
        }
    }

    /// Unix sockets.
    pub fn hold_unix(&mut self, folder: &Path) {
        let listener = UnixListener::bind(folder.join("listener")).expect("listening");
        self.hold(UnixStream::connect(folder.join("listener")).expect("connected"));
        self.hold(listener);
        self.hold(UnixDatagram::bind(folder.join("data gram")).expect("bound"));
        self.hold(UnixDatagram::unbound().expect("made"));
        let (one, other) = UnixStream::pair().expect("a pair");
        self.hold(one);
        self.hold(other);
        for kind in [SockType::SeqPacket, SockType::Stream] {
            let socket = socket::socket(AddressFamily::Unix, kind, SockFlag::SOCK_CLOEXEC, None)
                .expect("made");
            let name = format!("rnetstat-{}-{kind:?}", std::process::id());
            let address = UnixAddr::new_abstract(name.as_bytes()).expect("an address");
            socket::bind(socket.as_raw_fd(), &address).expect("bound");
            socket::listen(&socket, Backlog::new(3).expect("a backlog")).expect("listening");
            self.hold(socket);
        }
    }
}

/// A TCP socket of this family.
pub fn tcp(family: AddressFamily, flags: SockFlag) -> OwnedFd {
    socket::socket(
        family,
        SockType::Stream,
        flags | SockFlag::SOCK_CLOEXEC,
        None,
    )
    .expect("a socket")
}

fn sockopt_keepalive(socket: &TcpStream) {
    socket::setsockopt(socket, sockopt::KeepAlive, &true).expect("set");
}

/// Makes a link that swallows everything, with default routes over it, in the thread's namespace.
pub fn swallow() {
    for command in [
        "link add swallow0 type veth peer name swallow1",
        "link set swallow1 up",
        "link set swallow0 up",
        "addr add 10.99.0.1/24 dev swallow0",
        "addr add 2001:db8:99::1/64 dev swallow0 nodad",
        "neigh add 10.99.0.9 lladdr 02:00:00:00:00:09 dev swallow0",
        "neigh add 2001:db8:99::9 lladdr 02:00:00:00:00:09 dev swallow0",
        "route add default via 10.99.0.254",
        "-6 route add default via 2001:db8:99::fe",
    ] {
        ip(command);
    }
}

/// Makes interfaces, routes and sockets in the thread's namespace.
pub fn populate(folder: &Path) -> Held {
    ask_no_name_server(folder);
    ip("link set lo up");
    swallow();
    for command in [
        "route add 10.50.0.0/16 via 10.99.0.253 metric 50 mtu 1400 window 5000",
        "route add 10.51.0.1/32 dev swallow0",
        "route add unreachable 10.52.0.0/16",
        "route add blackhole 10.53.0.7/32",
        "-6 route add unreachable 2001:db8:dead::/48",
        "-6 route add 2001:db8:50::/48 via 2001:db8:99::fd metric 50",
    ] {
        ip(command);
    }
    let mut held = Held::default();
    held.hold_tcp("127.0.0.1:7000");
    held.hold_tcp("[::1]:7000");
    // A dual-stack listener has IPv4-mapped connections.
    let dual = TcpListener::bind("[::]:7002").expect("listening");
    held.hold(TcpStream::connect("127.0.0.1:7002").expect("connected"));
    held.hold(dual.accept().expect("accepted").0);
    held.hold(dual);
    held.hold_syn_recv();
    held.hold_syn_sent();
    held.hold_datagrams();
    held.hold_unix(folder);
    held
}
