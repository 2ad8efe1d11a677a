//! Names from a name server that is slow, broken, hostile or silent, in a network and a mount
//! namespace of their own; beside the real netstat where that comes to an end.
//!
//! Needs what the tests of the live kernel need (see live.rs). The bounds on times are generous:
//! they fail sequential queries, and waits for an answer that never comes.

mod common;

use common::name_server::{ADDRESS, NameServer, Reply, labels};
use common::namespace::{ask_name_server, ask_no_name_server, ip, ready, run_tool};
use common::running::{Running, Start};
use common::{binary, link, must_end, stderr, stdout};
use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::net::{IpAddr, Ipv4Addr, TcpListener, UdpSocket};
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// The time limit of tests that would take half a minute with sequential queries.
const SOON: Duration = Duration::from_secs(12);

/// Moves this thread into a namespace with a name server. Returns false if the test can't run here.
fn served(test: &str, hosts: &str) -> bool {
    let is_ready = ready();
    if is_ready {
        let folder = common::folder(&format!("names-{test}"));
        ip("link set lo up");
        ask_name_server(&folder, ADDRESS, hosts);
    }
    is_ready
}

/// Returns one of the addresses that the tests' sockets are connected to.
fn foreign(number: u16) -> IpAddr {
    let [high, low] = number.to_be_bytes();
    IpAddr::V4(Ipv4Addr::new(127, 9, high, low))
}

/// Returns UDP sockets that are connected to these addresses.
fn connected(addresses: impl IntoIterator<Item = IpAddr>) -> Vec<UdpSocket> {
    let connect = |address: IpAddr| {
        let local = if address.is_ipv4() {
            "127.0.0.1:0"
        } else {
            "[::1]:0"
        };
        let socket = UdpSocket::bind(local).expect("bound");
        socket.connect((address, 7)).expect("connected");
        socket
    };
    addresses.into_iter().map(connect).collect()
}

/// Returns the name that the tests' server has for an address.
fn name_of(address: IpAddr) -> String {
    let digits = address.to_string().replace(['.', ':'], "-");
    format!("host-{digits}.example")
}

fn run(program: &Path, flags: &[&str]) -> Output {
    let output = Command::new(program)
        .args(flags)
        .stdin(Stdio::null())
        .output();
    output.expect("the program runs")
}

/// Returns the foreign hosts of an output's rows, in order.
fn hosts(output: &Output) -> Vec<String> {
    let host = |row: &str| {
        Some(
            row.split_whitespace()
                .nth(4)?
                .rsplit_once(':')?
                .0
                .to_owned(),
        )
    };
    stdout(output).lines().skip(2).filter_map(host).collect()
}

/// Returns the foreign hosts in numbers.
fn numeric_hosts(flags: &[&str]) -> Vec<String> {
    hosts(&run(&binary(), &[flags, &["-n"]].concat()))
}

#[test]
fn names_are_those_of_netstat() {
    if !served(
        "same",
        "127.0.0.1 localhost\n::1 six\n127.9.1.1 in-file\n::ffff:127.9.1.2 mapped\n",
    ) {
        return;
    }
    ip("-6 route add local 2001:db8:5::/64 dev lo");
    ip("link add v0 type veth peer name v1");
    ip("addr add 10.99.0.1/24 dev v0");
    ip("-6 addr add 2001:db8:99::1/64 dev v0 nodad");
    ip("link set v0 up");
    ip("route add 10.98.0.0/16 via 10.99.0.2");
    ip("route add 10.97.0.7/32 via 10.99.0.3");
    ip("-6 route add 2001:db8:98::/64 via 2001:db8:99::2");
    let _server = NameServer::start(|address| {
        let delay = Duration::from_millis(20);
        let IpAddr::V4(v4) = address else {
            return (delay, Reply::name("six.example"));
        };
        let label = |label: &[u8]| Reply::Labels(vec![label.to_vec(), b"example".to_vec()]);
        let long = || [63, 63, 63, 61].map(|length| vec![b'x'; length]).to_vec();
        let reply = match v4.octets() {
            [127, 9, 0, number] => match number {
                0 => Reply::NoSuchName,
                1 => Reply::Failure,
                2 => Reply::Truncated(labels("over-tcp.example")),
                3 => Reply::Labels(long()),
                4 => label(b"two words"),
                5 => label(b"red\x1b[31m"),
                6 => label("k\u{fc}che".as_bytes()),
                7 => label(b"a\x9b31m"),
                8 => label(b"dot.ted"),
                9 => label(b"under_score"),
                10 => label(b"$(id)"),
                11 => label(b"-dash"),
                12 => label(b"\0"),
                13 => Reply::Labels(Vec::new()),
                14 => Reply::Truncated(long()),
                15 => label(&[b'y'; 63]),
                16 => Reply::Loop,
                _ => Reply::name(&name_of(address)),
            },
            _ => Reply::name(&name_of(address)),
        };
        (delay, reply)
    });
    let v4 = (0..24).chain([257, 258]).map(foreign);
    let v6 = (1..4_u16).map(|number| IpAddr::from([0x2001, 0xdb8, 5, 0, 0, 0, 0, number]));
    let _held = connected(v4.chain(v6).chain(["::1".parse().expect("an address")]));
    let _listens = UdpSocket::bind("[2001:db8:99::1]:5305").expect("bound");
    let both = UdpSocket::bind("[::]:0").expect("bound");
    both.connect("[::ffff:127.9.1.2]:7").expect("connected");
    let ours = link("names-same/netstat");
    let flag_sets = "-u; -uW; -ua; -uae; -uaeW; -46u; -tul; -r; -re; -r6; -r46; --numeric-ports -u";
    for flags in flag_sets.split("; ") {
        let flags: Vec<&str> = flags.split(' ').collect();
        // The kernel's tables may change between the two.
        let mut outputs = (0..5).map(|_| (run(Path::new("netstat"), &flags), run(&ours, &flags)));
        let is_same = |(theirs, ours): &(Output, Output)| {
            theirs.stdout == ours.stdout && theirs.status == ours.status
        };
        if !outputs.any(|pair| is_same(&pair)) {
            let (theirs, ours) = outputs
                .next()
                .unwrap_or_else(|| (run(Path::new("netstat"), &flags), run(&ours, &flags)));
            let difference = common::first_difference(&theirs.stdout, &ours.stdout);
            panic!("{flags:?}: {difference}\n{}", stderr(&ours));
        }
    }
    let text = stdout(&run(&ours, &["-uW"]));
    for name in [
        "over-tcp.example",
        "in-file",
        "mapped",
        "six.example",
        "under_score.example",
    ] {
        assert!(text.contains(name), "{name} is not in\n{text}");
    }
    assert!(
        text.bytes()
            .all(|byte| byte == b'\n' || (b' '..0x7f).contains(&byte))
    );
}

#[test]
fn each_address_is_asked_once_and_side_by_side() {
    if !served("side-by-side", "127.0.0.1 localhost\n") {
        return;
    }
    let delay = Duration::from_millis(100);
    let server = NameServer::start(move |address| (delay, Reply::name(&name_of(address))));
    // Some twice; rows that are left out, and words that are never looked up, among them.
    let _held = connected((0..300).chain(0..50).map(foreign));
    let _listening = UdpSocket::bind("127.9.99.1:5306").expect("bound");
    let _anywhere = UdpSocket::bind("0.0.0.0:5307").expect("bound");
    let numbers = numeric_hosts(&["-u"]);
    assert!(server.asked().is_empty(), "asked with -n");
    let started = Instant::now();
    let output = run(&binary(), &["-uW", "--resolve-timeout", "30"]);
    assert!(started.elapsed() < SOON, "{:?}", started.elapsed());
    assert!(output.status.success());
    assert_eq!(stderr(&output), "");
    let names: Vec<String> = numbers
        .iter()
        .map(|number| name_of(number.parse().expect("an address")))
        .collect();
    assert_eq!(hosts(&output), names);
    let mut asked = server.asked();
    asked.sort_unstable();
    let expected: Vec<IpAddr> = (0..300).map(foreign).collect();
    assert_eq!(asked, expected);
}

/// Names are looked up only for rows that are shown.
#[test]
fn only_rows_that_are_shown_have_names() {
    if !served("shown", "127.0.0.1 localhost\n") {
        return;
    }
    let server = NameServer::start(|address| (Duration::ZERO, Reply::name(&name_of(address))));
    let _held = connected((0..20).map(foreign));
    for (number, flags) in [
        (2, "-u --top 2"),
        (4, "-u --top 2 --format csv --names"),
        (6, "-u --top 2 --format table"),
    ] {
        let flags: Vec<_> = flags.split(' ').collect();
        let output = run(&binary(), &flags);
        assert!(output.status.success());
        assert_eq!(server.asked().len(), number, "{flags:?}");
    }
}

/// Programs have the addresses: a name server is asked only for the names that they name.
#[test]
fn programs_wait_for_no_names_that_they_have_not_asked_for() {
    if !served("programs", "127.0.0.1 localhost\n127.9.0.5 in-file\n") {
        return;
    }
    ip("link add v0 type veth peer name v1");
    ip("addr add 10.99.0.1/24 dev v0");
    ip("link set v0 up");
    ip("route add 10.98.0.0/16 via 10.99.0.2");
    let server = NameServer::start(|_| (Duration::ZERO, Reply::Silence));
    let _held = connected((0..6).map(foreign));
    let asks = |flags: &str| {
        let before = server.asked().len();
        let flags: Vec<_> = flags.split(' ').chain(["--resolve-timeout=0.3"]).collect();
        let output = run(&binary(), &flags);
        assert!(output.status.success(), "{flags:?}");
        let has_asked = server.asked().len() > before;
        assert_eq!(
            stderr(&output).contains("names took longer"),
            has_asked,
            "{flags:?}"
        );
        (has_asked, stdout(&output))
    };
    for flags in [
        "-au --json",
        "-au --format jsonl",
        "-au --format csv",
        "-au --json --columns local_address,local_service,user",
        "-au --count",
        "-au --count foreign_address = 127.9.0.0/16",
        "-aup --pids",
        "-au --count-by foreign_address",
        "-r --json",
        "-r --format csv",
        "-g --json",
    ] {
        let (has_asked, text) = asks(flags);
        assert!(!has_asked, "{flags}");
        assert!(!text.is_empty(), "{flags}");
    }
    let hosts = asks("-au --json").1;
    assert!(hosts.contains("\"foreign_host\":null"), "{hosts}");
    assert!(!hosts.contains("in-file"), "{hosts}");
    for flags in [
        "-au --json --names",
        "-au --format csv --columns foreign_host",
        "-au --json --sort foreign_host",
        "-au --count-by foreign_host",
        "-au --count foreign_host = in-file",
        "-au --format table",
        "-r --json --columns destination_name",
        "-r --json --names",
    ] {
        assert!(asks(flags).0, "{flags}");
    }
    let named = asks("-au --json --names").1;
    assert!(named.contains("\"foreign_host\":\"in-file\""), "{named}");
}

#[test]
fn a_silent_name_server_is_waited_for_no_longer_than_asked() {
    if !served("silent", "127.0.0.1 localhost\n127.9.0.5 in-file\n") {
        return;
    }
    let _server = NameServer::start(|_| (Duration::ZERO, Reply::Silence));
    let _held = connected((0..300).map(foreign));
    let started = Instant::now();
    let output = run(&binary(), &["-u", "--resolve-timeout", "0.5"]);
    assert!(started.elapsed() < SOON, "{:?}", started.elapsed());
    assert!(started.elapsed() >= Duration::from_millis(500));
    assert!(output.status.success());
    let expected = "rnetstat: 299 of 301 names took longer than 0.5 s: showing numbers instead\n";
    assert_eq!(stderr(&output), expected);
    let mut numbers = numeric_hosts(&["-u"]);
    for host in &mut numbers {
        if host == "127.9.0.5" {
            *host = "in-file".to_owned();
        }
    }
    assert_eq!(hosts(&output), numbers);
    let output = run(
        &link("names-silent/netstat"),
        &["-u", "--resolve-timeout=.2"],
    );
    assert!(output.status.success());
    assert_eq!(hosts(&output), numbers);
}

#[test]
fn without_a_wait_files_still_answer() {
    if !served("at-once", "127.0.0.1 localhost\n127.9.0.5 in-file\n") {
        return;
    }
    let _server =
        NameServer::start(|address| (Duration::from_secs(5), Reply::name(&name_of(address))));
    let _held = connected((0..40).map(foreign));
    let started = Instant::now();
    let output = run(&binary(), &["-u", "--resolve-timeout", "0"]);
    assert!(
        started.elapsed() < Duration::from_secs(4),
        "{:?}",
        started.elapsed()
    );
    assert!(output.status.success());
    assert!(hosts(&output).contains(&"127.9.0.6".to_owned()));
    let told = stderr(&output);
    assert!(told.contains(" names were not available at once"), "{told}");
    // A busy machine may need more than a moment for a file too.
    let knows = |output: Output| hosts(&output).contains(&"in-file".to_owned());
    assert!((0..10).any(|_| knows(run(&binary(), &["-u", "--resolve-timeout", "0"]))));
}

#[test]
fn hostile_names_are_made_harmless() {
    let hosts_file = "127.0.0.1 localhost\n127.9.0.1 red\u{1b}[31m\n127.9.0.2 right\u{202e}left\n\
                      127.9.0.3 a\u{9b}b\n127.9.0.4 k\u{fc}che.local\n";
    if !served("hostile", hosts_file) {
        return;
    }
    let _server = NameServer::start(|address| match address {
        IpAddr::V4(v4) if v4.octets()[3] == 9 => (Duration::ZERO, Reply::Rubbish),
        address => {
            let evil = format!("\u{1b}]0;{address}\u{7}\r\n");
            (
                Duration::ZERO,
                Reply::Labels(vec![evil.into_bytes(), b"\0\x9b".to_vec()]),
            )
        }
    });
    let _held = connected((1..12).map(foreign));
    let output = run(&binary(), &["-uW", "--resolve-timeout", "1"]);
    assert!(output.status.success());
    let expected: Vec<String> = numeric_hosts(&["-u"])
        .into_iter()
        .map(|host| match host.as_str() {
            "127.9.0.1" => "red?[31m".to_owned(),
            "127.9.0.2" => "right???left".to_owned(),
            "127.9.0.3" => "a??b".to_owned(),
            "127.9.0.4" => "k\u{fc}che.local".to_owned(),
            _ => host,
        })
        .collect();
    assert_eq!(hosts(&output), expected);
}

/// Starts the program, and returns its stdout's lines.
fn spawn(flags: &[&str]) -> (Running, impl Iterator<Item = String>) {
    let mut child = Command::new(binary())
        .args(flags)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .start();
    let lines = BufReader::new(child.stdout.take().expect("a pipe")).lines();
    (child, lines.map(|line| line.expect("a line")))
}

#[test]
fn rows_appear_when_those_above_them_are_known() {
    if !served("streaming", "127.0.0.1 localhost\n") {
        return;
    }
    let silent = Arc::new(Mutex::new(foreign(0)));
    let server_silent = Arc::clone(&silent);
    let _server = NameServer::start(move |address| {
        let is_silent = *server_silent.lock().expect("whole") == address;
        let reply = match is_silent {
            true => Reply::Silence,
            false => Reply::name(&name_of(address)),
        };
        (Duration::ZERO, reply)
    });
    let _held = connected((0..20).map(foreign));
    let order = numeric_hosts(&["-u"]);
    assert_eq!(order.len(), 20);
    *silent.lock().expect("whole") = order[15].parse().expect("an address");
    // The flags of a format, and the lines above its first row.
    let formats: [(&[&str], usize); 3] = [
        (&[], 2),
        (&["--format=jsonl", "--names"], 0),
        (&["--format=csv", "--names"], 1),
    ];
    for (format, title) in formats {
        let started = Instant::now();
        let flags = [&["-uW", "--resolve-timeout", "60"], format].concat();
        let (mut child, mut lines) = spawn(&flags);
        // All rows above the one whose name never comes.
        let shown: Vec<String> = lines.by_ref().take(title + 15).collect();
        assert!(
            started.elapsed() < Duration::from_secs(8),
            "{format:?} {:?}",
            started.elapsed()
        );
        for (row, address) in shown.iter().skip(title).zip(&order) {
            assert!(
                row.contains(&name_of(address.parse().expect("an address"))),
                "{format:?} {row}"
            );
        }
        assert!(child.try_wait().expect("waited").is_none(), "it ended");
    }
}

#[test]
fn a_repeated_listing_shows_late_names_once_they_have_come() {
    if !served("repeated", "127.0.0.1 localhost\n") {
        return;
    }
    let server = NameServer::start(|address| match address == foreign(1) {
        true => (Duration::ZERO, Reply::NoSuchName),
        false => (Duration::from_millis(1500), Reply::name(&name_of(address))),
    });
    let _held = connected([foreign(0), foreign(1)]);
    let flags = ["-uW", "--resolve-timeout", "0.1", "0.3"];
    let (_child, lines) = spawn(&flags);
    let mut rows = Vec::new();
    // It is asked about nothing but what is in the table, by sockets that are not in it.
    for row in lines.filter(|line| line.starts_with("udp")).take(40) {
        rows.push(row);
    }
    let of_first: Vec<bool> = rows
        .iter()
        .filter(|row| !row.contains("127.9.0.1:"))
        .map(|row| row.contains(&name_of(foreign(0))))
        .collect();
    assert_eq!(of_first.len(), 20, "{rows:#?}");
    assert!(!of_first[0] && of_first[19], "{rows:#?}");
    assert!(of_first.is_sorted(), "{rows:#?}");
    let mut asked = server.asked();
    asked.sort_unstable();
    assert_eq!(asked, [foreign(0), foreign(1)]);
}

#[test]
fn another_systems_names_come_from_its_files() {
    if !served("root", "127.0.0.1 localhost\n") {
        return;
    }
    let server = NameServer::start(|address| (Duration::ZERO, Reply::name(&name_of(address))));
    for flags in [&["-a"][..], &["-r"], &["-ae"]] {
        common::run(&binary(), &common::system("web-server"), flags);
    }
    assert!(server.asked().is_empty());
}

#[test]
fn a_terminal_is_told_how_far_it_is_and_a_file_is_not() {
    if !served("terminal", "127.0.0.1 localhost\n") {
        return;
    }
    let _server = NameServer::start(|address| match address == foreign(3) {
        true => (Duration::ZERO, Reply::Silence),
        false => (Duration::ZERO, Reply::name(&name_of(address))),
    });
    let _held = connected((0..10).map(foreign));
    let flags = ["-uW", "--resolve-timeout", "1.5"];
    let terminal = nix::pty::openpty(None, None).expect("a terminal");
    let mut child = Command::new(binary())
        .args(flags)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(terminal.slave)
        .start();
    let mut told = Vec::new();
    // Reading a terminal that nobody has open any more is an error.
    let _ = File::from(terminal.master).read_to_end(&mut told);
    must_end(&mut child, &flags);
    let told = String::from_utf8_lossy(&told);
    let progress = "\rrnetstat: 10 of 11 names";
    let wiped = format!("\r{:1$}\rrnetstat: 1 of 11", "", progress.len() - 1);
    assert!(told.starts_with("\rrnetstat: "), "{told:?}");
    assert!(told.contains(&wiped), "{told:?}");
    assert!(told.ends_with("showing numbers instead\r\n"), "{told:?}");
    let output = run(&binary(), &flags);
    assert_eq!(stderr(&output).matches("rnetstat:").count(), 1);
    assert!(!stderr(&output).contains('\r'));
}

/// A services file with ports in every form that glibc reads.
const SERVICES: &str = "\
    plain 8080/tcp alias other-alias # comment\n\
    hexadecimal 0x1F91/tcp hex-alias\n\
    octal 017622/tcp\n\
    with-high-bits 73619/tcp\n\
    signed +8084/tcp\n\
    two-slashes 8085//tcp\n\
    \tindented 8086/tcp\n\
    for-tcp 8087/tcp\n\
    for-udp 8087/udp\n\
    udp-alone 0x1F98/udp\n\
    first 8089/tcp\n\
    last 8089/tcp\n";

/// The ports that it names.
const TCP_PORTS: [u16; 9] = [8080, 8081, 8082, 8083, 8084, 8085, 8086, 8087, 8089];
const UDP_PORTS: [u16; 2] = [8087, 8088];

/// Checks that sockets on these ports are printed by name, and are found by every name and alias of
/// the port. `list` runs the program with the flags given.
fn check_names_of_services(list: impl Fn(&[&str]) -> Output) {
    let ends = |flags: &[&str]| -> Vec<String> {
        let output = list(flags);
        assert!(output.status.success(), "{flags:?}: {}", stderr(&output));
        let end = |row: &str| row.split_whitespace().nth(3).map(str::to_owned);
        stdout(&output).lines().skip(2).filter_map(end).collect()
    };
    for (table, names) in [
        (
            "-tlW",
            &[
                "plain",
                "hexadecimal",
                "octal",
                "with-high-bits",
                "signed",
                "two-slashes",
                "indented",
                "for-tcp",
                "last",
            ][..],
        ),
        ("-ulW", &["for-udp", "udp-alone"]),
    ] {
        let mut expected: Vec<_> = names
            .iter()
            .map(|name| format!("localhost:{name}"))
            .collect();
        let mut found = ends(&[table]);
        expected.sort_unstable();
        found.sort_unstable();
        assert_eq!(found, expected);
        for (name, end) in names
            .iter()
            .zip(names.iter().map(|it| format!("localhost:{it}")))
        {
            assert_eq!(ends(&[table, "--port", name]), [end], "{name}");
        }
    }
    for (table, name, end) in [
        ("-tlW", "alias", "localhost:plain"),
        ("-tlW", "other-alias", "localhost:plain"),
        ("-tlW", "hex-alias", "localhost:hexadecimal"),
        ("-tlW", "first", "localhost:last"),
        // A name stands for its port, whatever the transport.
        ("-tlW", "for-udp", "localhost:for-tcp"),
        ("-ulW", "for-tcp", "localhost:for-udp"),
    ] {
        assert_eq!(ends(&[table, "--port", name]), [end], "{name}");
    }
    let output = list(&["-tl", "--port", "comment"]);
    assert!(!output.status.success());
    assert!(stderr(&output).contains("there is no service 'comment'"));
}

#[test]
fn a_port_is_found_by_every_name_of_its_service() {
    if !ready() {
        return;
    }
    let folder = common::folder("names-services");
    ip("link set lo up");
    ask_no_name_server(&folder);
    let file = folder.join("services");
    std::fs::write(&file, SERVICES).expect("written");
    run_tool("mount", &format!("--bind {} /etc/services", file.display()));
    let local = |port| (Ipv4Addr::LOCALHOST, port);
    let _listening = TCP_PORTS.map(|port| TcpListener::bind(local(port)).expect("bound"));
    let _bound = UDP_PORTS.map(|port| UdpSocket::bind(local(port)).expect("bound"));
    check_names_of_services(|flags| run(&binary(), flags));
}

#[test]
fn a_port_of_another_system_is_found_by_every_name_of_its_service() {
    let table = |ports: &[u16], state: &str| {
        let mut text = String::from("header\n");
        for (number, port) in ports.iter().enumerate() {
            text += &format!(
                "{number:4}: 0100007F:{port:04X} 00000000:0000 {state} 00000000:00000000 \
                 00:00000000 00000000     0        0 {} 1 0 100 0 0 10 0\n",
                4000 + number
            );
        }
        text
    };
    let system = common::make_system(
        "names-other-services",
        &[
            ("proc/net/tcp", table(&TCP_PORTS, "0A").as_bytes()),
            ("proc/net/udp", table(&UDP_PORTS, "07").as_bytes()),
            ("etc/services", SERVICES.as_bytes()),
            ("etc/hosts", b"127.0.0.1 localhost\n"),
        ],
        &[],
    );
    check_names_of_services(|flags| {
        let flags = [&["-4"], flags].concat();
        common::run(&binary(), &system, &flags)
    });
}
