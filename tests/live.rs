//! The built binary beside the real netstat on the live kernel, in a network namespace of its own
//! that holds sockets in every state that can be held.
//!
//! Needs root, net-tools 2.10 and iproute2; where one is missing the tests say so and pass, since
//! `cargo test` must pass there too. With RNETSTAT_LIVE=1, as CI sets it, they fail instead.

mod common;

use common::namespace::{ask_no_name_server, ip, ready};
use common::{link, stderr, stdout};
use nix::fcntl::{FcntlArg, fcntl};
use nix::sys::socket::{
    self, AddressFamily, Backlog, SockFlag, SockProtocol, SockType, SockaddrIn, SockaddrIn6,
    UnixAddr, sockopt,
};
use std::io::Write;
use std::net::{TcpListener, TcpStream, UdpSocket};
use std::os::fd::{AsRawFd, OwnedFd};
use std::os::unix::fs::MetadataExt;
use std::os::unix::net::{UnixDatagram, UnixListener, UnixStream};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Output};
use std::str::FromStr;
use std::time::Duration;

/// Sockets that stay open as long as this lives.
#[derive(Default)]
struct Held {
    files: Vec<OwnedFd>,
}

impl Held {
    fn hold(&mut self, socket: impl Into<OwnedFd>) {
        self.files.push(socket.into());
    }

    /// A TCP connection over `listener`: the client's end and the server's.
    fn connect(listener: &TcpListener) -> (TcpStream, TcpStream) {
        let client =
            TcpStream::connect(listener.local_addr().expect("an address")).expect("connected");
        let (server, _) = listener.accept().expect("accepted");
        (client, server)
    }

    /// TCP in all states but CLOSING and LAST_ACK, which do not last without a lossy network.
    fn hold_tcp(&mut self, address: &str) {
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
    fn hold_syn_recv(&mut self) {
        let listener = TcpListener::bind("127.0.0.1:7001").expect("listening");
        let seconds: nix::libc::c_int = 60;
        // SAFETY: the descriptor is open, and the option's value is an int that lives on.
        let failed = unsafe {
            nix::libc::setsockopt(
                listener.as_raw_fd(),
                nix::libc::IPPROTO_TCP,
                nix::libc::TCP_DEFER_ACCEPT,
                (&raw const seconds).cast(),
                size_of_val(&seconds) as nix::libc::socklen_t,
            )
        };
        assert_eq!(failed, 0);
        self.hold(TcpStream::connect("127.0.0.1:7001").expect("connected"));
        self.hold(listener);
    }

    /// SYN_SENT: to an address on a link that swallows everything.
    fn hold_syn_sent(&mut self) {
        let socket = tcp(AddressFamily::Inet, SockFlag::SOCK_NONBLOCK);
        let nowhere = SockaddrIn::from_str("10.99.0.9:81").expect("an address");
        let _ = socket::connect(socket.as_raw_fd(), &nowhere);
        self.hold(socket);
        let socket = tcp(AddressFamily::Inet6, SockFlag::SOCK_NONBLOCK);
        let nowhere = SockaddrIn6::from_str("[2001:db8:99::9]:81").expect("an address");
        let _ = socket::connect(socket.as_raw_fd(), &nowhere);
        self.hold(socket);
    }

    fn hold_datagrams(&mut self) {
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

    fn hold_unix(&mut self, folder: &Path) {
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

fn tcp(family: AddressFamily, flags: SockFlag) -> OwnedFd {
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

/// Makes interfaces, routes and sockets in the thread's namespace.
fn populate(folder: &Path) -> Held {
    ask_no_name_server(folder);
    for command in [
        "link set lo up",
        "link add swallow0 type veth peer name swallow1",
        "link set swallow1 up",
        "link set swallow0 up",
        "addr add 10.99.0.1/24 dev swallow0",
        "addr add 2001:db8:99::1/64 dev swallow0 nodad",
        "neigh add 10.99.0.9 lladdr 02:00:00:00:00:09 dev swallow0",
        "neigh add 2001:db8:99::9 lladdr 02:00:00:00:00:09 dev swallow0",
        "route add default via 10.99.0.254",
        "route add 10.50.0.0/16 via 10.99.0.253 metric 50 mtu 1400 window 5000",
        "route add 10.51.0.1/32 dev swallow0",
        "route add unreachable 10.52.0.0/16",
        "route add blackhole 10.53.0.7/32",
        "-6 route add default via 2001:db8:99::fe",
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

/// The output with what changes from one moment to the next taken out: the seconds of timers.
fn without_seconds(text: &str) -> String {
    let steady = |line: &str| match line.rfind(" (") {
        Some(open) if line.contains('/') => {
            let rest = &line[open + 2..];
            let slash = rest.find('/').unwrap_or(0);
            // The timer itself may come and go with them: `on (0.01…` is soon `off (0.00…`.
            format!("{} ({}", &line[..open], &rest[slash..])
        }
        _ => line.to_owned(),
    };
    text.lines().map(steady).collect::<Vec<_>>().join("\n")
}

/// The flag sets that are compared.
const FLAG_SETS: &str = "\
    -n; -an; -ln; -tan; -tln; -uan; -uln; -wan; -xa; -xl; -x; -tulpn; -anp; -ane; \
    -anee; -anep; -anW; -anpW; -xap; -tn4; -tan6; -an4; -an6; -A inet,unix -an; \
    -a; -ta; -taW; -ua; -tae; -tape; -a --numeric-hosts; -a --numeric-ports; \
    -ano; -anop; -aneo; -anoeW; -tno; -anv; -r; -rn; -rne; -rnee; -rn6; -rn46; \
    -r6; -rnC; -rnCF; -ree; -rN; -U; -Uan; --tcp --list --num --prog";

/// Both programs' answers, asked again while the kernel's tables change between the two.
fn compare(
    program: &Path,
    ours: &Path,
    flags: &str,
    setup: impl Fn(&mut Command),
) -> Result<(), String> {
    let ask = |program: &Path| -> Output {
        let mut command = Command::new(program);
        command.args(flags.split(' '));
        setup(&mut command);
        command.output().expect("runs")
    };
    let mut difference = String::new();
    for _ in 0..10 {
        let (theirs, ours) = (ask(program), ask(ours));
        let (their_text, our_text) = (stdout(&theirs), stdout(&ours));
        let same_status = theirs.status.success() == ours.status.success();
        if same_status && without_seconds(&their_text) == without_seconds(&our_text) {
            return Ok(());
        }
        difference = format!(
            "{flags}: {}{}",
            common::first_difference(&theirs.stdout, &ours.stdout),
            stderr(&ours)
        );
    }
    Err(difference)
}

#[test]
fn the_live_kernel_looks_as_net_tools_shows_it() {
    if !ready() {
        return;
    }
    let folder = common::folder("live");
    let _held = populate(&folder);
    let ours = link("live/netstat");
    let everything = stdout(&Command::new(&ours).args(["-an"]).output().expect("runs"));
    for held in [
        "LISTEN ",
        "ESTABLISHED",
        "SYN_SENT",
        "SYN_RECV",
        "FIN_WAIT1",
        "FIN_WAIT2",
        "CLOSE_WAIT",
        "TIME_WAIT",
        "tcp6",
        "udp6",
        "raw6",
        "SEQPACKET",
        "LISTENING",
        "@rnetstat-",
        "127.0.0.1:7002",
    ] {
        assert!(
            everything.contains(held),
            "{held} is not among the sockets:\n{everything}"
        );
    }
    let differences: Vec<_> = FLAG_SETS
        .split("; ")
        .filter_map(|flags| compare(Path::new("netstat"), &ours, flags, |_| {}).err())
        .collect();
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}

/// Returns a user whom no process runs as, so that nobody's sockets can be seen.
fn unused_uid() -> u32 {
    let processes = std::fs::read_dir("/proc").expect("/proc").flatten();
    let used: Vec<u32> = processes
        .filter_map(|process| Some(process.metadata().ok()?.uid()))
        .collect();
    let mut free = (1..65534).rev().filter(|uid| !used.contains(uid));
    free.next().expect("a user")
}

#[test]
fn without_the_right_to_see_owners_both_say_so() {
    if !ready() {
        return;
    }
    let folder = common::folder("live-unprivileged");
    let _held = populate(&folder);
    // A place that another user can run it from.
    let place = std::env::temp_dir().join(format!("rnetstat-live-{}", std::process::id()));
    std::fs::create_dir_all(&place).expect("made");
    let ours = place.join("netstat");
    std::fs::copy(common::binary(), &ours).expect("copied");
    let uid = unused_uid();
    let nobody = |command: &mut Command| {
        command.uid(uid).gid(uid).current_dir("/");
    };
    let result = ["-tanp", "-xap", "-an"]
        .iter()
        .try_for_each(|flags| compare(Path::new("netstat"), &ours, flags, nobody));
    let mut command = Command::new(&ours);
    command.arg("-tanp");
    nobody(&mut command);
    let said = stderr(&command.output().expect("runs"));
    std::fs::remove_dir_all(&place).expect("removed");
    result.unwrap_or_else(|difference| panic!("{difference}"));
    let expected =
        format!("No info could be read for \"-p\": geteuid()={uid} but you should be root.");
    assert!(said.contains(&expected), "{said}");
}

/// What lets a listing of listeners end early.
#[test]
fn the_kernel_lists_all_listeners_of_tcp_first() {
    if !ready() {
        return;
    }
    let folder = common::folder("live-order");
    let _held = populate(&folder);
    let bind = |_| TcpListener::bind("127.0.0.1:0").expect("listening");
    let listeners: Vec<TcpListener> = (0..300).map(bind).collect();
    let connect = |listener: &TcpListener| Held::connect(listener);
    let _connections: Vec<_> = listeners.iter().map(connect).collect();
    // A thread's own namespace is not the process's.
    for table in ["/proc/thread-self/net/tcp", "/proc/thread-self/net/tcp6"] {
        let text = std::fs::read_to_string(table).expect("the table");
        let states: Vec<&str> = text
            .lines()
            .skip(1)
            .filter_map(|line| line.split_whitespace().nth(3))
            .collect();
        let listeners = states.iter().take_while(|state| **state == "0A").count();
        assert!(listeners > 0 && listeners < states.len(), "{table}");
        assert!(!states[listeners..].contains(&"0A"), "{table}");
    }
}

/// The right owner, whatever happens to the process list meanwhile.
#[test]
fn the_owner_of_a_port_is_found_by_its_pid() {
    if !ready() {
        return;
    }
    ip("link set lo up");
    let listener = TcpListener::bind("127.0.0.1:7700").expect("listening");
    let output = Command::new(common::binary())
        .args(["-ano", "-p", "tcp"])
        .output();
    let text = stdout(&output.expect("runs"));
    let row = text
        .lines()
        .find(|row| row.contains(":7700"))
        .expect("the row");
    assert!(row.contains(&format!(" {}/", std::process::id())), "{row}");
    let output = Command::new(common::binary())
        .args(["-ano", "tcp"])
        .output();
    let text = stdout(&output.expect("runs"));
    let row = text
        .lines()
        .find(|row| row.contains(":7700"))
        .expect("the row");
    let pid = std::process::id().to_string();
    assert_eq!(row.split_whitespace().last(), Some(pid.as_str()), "{row}");
    // A descriptor far behind the others, and it alone.
    let far = fcntl(&listener, FcntlArg::F_DUPFD_CLOEXEC(900)).expect("a descriptor");
    drop(listener);
    let output = Command::new(common::binary()).args(["-ltnp"]).output();
    let text = stdout(&output.expect("runs"));
    let row = text
        .lines()
        .find(|row| row.contains(":7700"))
        .expect("the row");
    assert!(row.contains(&format!(" {pid}/")), "{row}");
    nix::unistd::close(far).expect("closed");
}
