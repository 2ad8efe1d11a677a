//! What the kernel's socket diagnostics tell: the same rows as /proc, and what /proc lacks, beside ss.

mod common;

use common::copied::Copied;
use common::held::{Held, populate};
use common::namespace::{ip, ready};
use common::{binary, folder, run, stderr, stdout, system};
use nix::sys::socket::{self, AddressFamily, Backlog, SockFlag, SockType, SockaddrIn};
use serde_json::{Map, Value};
use std::collections::HashMap;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream, UdpSocket};
use std::os::fd::{AsRawFd, FromRawFd, IntoRawFd};
use std::process::{Command, Output};
use std::str::FromStr;
use std::time::Duration;

fn rnetstat(flags: &str) -> Output {
    let mut command = Command::new(binary());
    command.args(flags.split(' ')).output().expect("runs")
}

type Rows = Vec<Map<String, Value>>;

#[track_caller]
fn rows(output: &Output) -> Rows {
    serde_json::from_str(&stdout(output)).unwrap_or_else(|error| {
        panic!("{error}: {}{}", stdout(output), stderr(output));
    })
}

/// The rows, without what differs between two moments or between two roots of one system, and the
/// seconds of timers.
fn steady(mut rows: Rows) -> (Rows, Vec<f64>) {
    let mut seconds = Vec::new();
    for row in &mut rows {
        row.remove("netns");
        row.remove("netns_id");
        let left = row.remove("timer_seconds").and_then(|it| it.as_f64());
        seconds.push(left.unwrap_or(-1.0));
    }
    (rows, seconds)
}

/// Both sources have the same rows in the same order, with sockets in all states. `--root /` reads the
/// running system's /proc.
#[test]
fn both_sources_agree() {
    if !ready() {
        return;
    }
    let _held = populate(&folder("diag-agree"));
    for flags in [
        "-antu",
        "-tn",
        "-tln",
        "-anp6tu",
        "-ane4tu",
        "-an --state !listen",
        "-antuo",
    ] {
        let asked = format!("{flags} --json -v");
        let read = format!("--root / {asked}");
        let mut difference = String::new();
        // Timers, and sockets that wait for them, change between two listings.
        let agree = (0..10).any(|_| {
            let (asked, read) = (rnetstat(&asked), rnetstat(&read));
            assert!(
                stderr(&asked).contains("read from sock_diag"),
                "{}",
                stderr(&asked)
            );
            assert!(
                stderr(&read).contains("read from /proc"),
                "{}",
                stderr(&read)
            );
            let (asked, read) = (steady(rows(&asked)), steady(rows(&read)));
            let is_near = |(one, other): (&f64, &f64)| (one - other).abs() < 1.0;
            let are_near = asked.1.iter().zip(&read.1).all(is_near);
            let differing = asked
                .0
                .iter()
                .zip(&read.0)
                .find(|(one, other)| one != other);
            difference = format!(
                "{differing:?} {} {} {are_near}",
                asked.0.len(),
                read.0.len()
            );
            asked.0 == read.0 && are_near && asked.0.len() > 2
        });
        assert!(agree, "{flags}: {difference}");
    }
    // All states are among them but those that do not last.
    let found = rnetstat("-ant --json");
    let states: Vec<_> = rows(&found)
        .iter()
        .map(|row| row["state"].clone())
        .collect();
    for state in [
        "LISTEN",
        "ESTABLISHED",
        "FIN_WAIT1",
        "FIN_WAIT2",
        "CLOSE_WAIT",
        "TIME_WAIT",
        "SYN_SENT",
        "SYN_RECV",
    ] {
        assert!(states.contains(&state.into()), "{state}");
    }
}

/// Where the kernel does not answer, /proc serves without a word, and the internals are null with one.
#[test]
fn where_the_kernel_is_silent_proc_serves() {
    if !ready() || Command::new("strace").arg("-V").output().is_err() {
        return;
    }
    let _held = populate(&folder("diag-silent"));
    let without = |flags: &str, inject: &str| {
        let mut command = Command::new("strace");
        command
            .args(["-f", "-o", "/dev/null", "-e", inject])
            .arg(binary());
        command
            .args(flags.split(' '))
            .output()
            .expect("strace runs")
    };
    for inject in [
        "inject=socket:error=EPERM",
        "inject=socket:error=EPROTONOSUPPORT",
        "inject=sendto:error=ECONNREFUSED",
        "inject=recvfrom:error=ENOBUFS",
    ] {
        let found = without("-tln --format csv", inject);
        assert_eq!(stderr(&found), "", "{inject}");
        assert_eq!(
            stdout(&found),
            stdout(&rnetstat("-tln --format csv")),
            "{inject}"
        );
        assert_eq!(found.status.code(), Some(0), "{inject}");
        let found = without(
            "-tln --json --columns local_port,rtt_us,drops,accept_queue",
            inject,
        );
        let said = stderr(&found);
        assert!(
            said.contains("the internals of tcp are unknown: sock_diag failed: "),
            "{said}"
        );
        assert_eq!(found.status.code(), Some(1), "{inject}");
        let found = rows(&found);
        assert!(!found.is_empty());
        assert!(found.iter().all(|row| row["rtt_us"].is_null()));
        assert!(found.iter().any(|row| row["accept_queue"] == 1));
    }
    // One that fails behind the first rows is told, and never mixed with the other source.
    let found = without("-tan --format csv", "inject=recvfrom:error=ENOBUFS:when=2");
    assert!(matches!(found.status.code(), Some(0 | 1)));
    let all: Vec<_> = stdout(&found).lines().map(str::to_owned).collect();
    let mut once = all.clone();
    once.sort();
    once.dedup();
    assert_eq!(once.len(), all.len());
}

/// What `ss -tinemO` prints of one socket, by its name: `rtt` is `0.025/0.012`, `cubic` is empty.
fn of_ss(line: &str) -> HashMap<String, String> {
    let mut found = HashMap::new();
    let mut words = line.split_whitespace().peekable();
    while let Some(word) = words.next() {
        let (name, value) = match word.split_once(':') {
            Some((name, value)) => (name, value.to_owned()),
            // `pacing_rate 123bps`
            None if words.peek().is_some_and(|it| it.ends_with("bps")) => {
                (word, words.next().unwrap_or_default().to_owned())
            }
            None => (word, String::new()),
        };
        found.insert(name.to_owned(), value);
    }
    found
}

/// The numbers of columns are those of ss at the same moment.
#[test]
fn internals_are_those_that_ss_shows() {
    if !ready() || Command::new("ss").arg("-V").output().is_err() {
        return;
    }
    ip("link set lo up");
    let listener = TcpListener::bind("127.0.0.1:7100").expect("listening");
    let (mut client, mut server) = Held::connect(&listener);
    client.write_all(&[b'x'; 300_000]).expect("sent");
    let mut buffer = vec![0; 300_000];
    server.read_exact(&mut buffer).expect("received");
    server.write_all(b"answer").expect("sent");
    // Acknowledgements may be late.
    std::thread::sleep(Duration::from_millis(300));
    let ss = Command::new("ss")
        .args(["-tinemOH"])
        .output()
        .expect("runs");
    let found = rows(&rnetstat("-tn --tcp-info --json"));
    let lines = stdout(&ss);
    let lines: Vec<_> = lines.lines().collect();
    assert_eq!((lines.len(), found.len()), (2, 2), "{lines:?}");
    for row in &found {
        let ends = |name: &str| format!("127.0.0.1:{}", row[name]);
        let (local, foreign) = (ends("local_port"), ends("foreign_port"));
        let mut with_ends = lines.iter().filter(|line| {
            let words: Vec<_> = line.split_whitespace().collect();
            words.get(3..5) == Some(&[&*local, &*foreign])
        });
        let ss = of_ss(with_ends.next().expect("the same connection"));
        let number = |name: &str| ss.get(name).map_or("0", |it| it.trim_end_matches("bps"));
        // ss leaves out what is 0.
        for (column, name) in [
            ("cwnd", "cwnd"),
            ("mss", "mss"),
            ("pmtu", "pmtu"),
            ("bytes_sent", "bytes_sent"),
            ("bytes_acked", "bytes_acked"),
            ("bytes_received", "bytes_received"),
            ("bytes_retransmitted", "bytes_retrans"),
            ("segments_in", "segs_in"),
            ("segments_out", "segs_out"),
            ("not_sent_bytes", "notsent"),
            ("inode", "ino"),
        ] {
            assert_eq!(row[column].to_string(), number(name), "{column} {ss:?}");
        }
        let cookie = u64::from_str_radix(number("sk"), 16).expect("a cookie");
        assert_eq!(row["cookie"], cookie);
        let milliseconds = |column: &str| {
            let microseconds = row[column].as_u64().expect("measured");
            format!("{:.3}", microseconds as f64 / 1000.0)
        };
        let shown = |text: &str| format!("{:.3}", text.parse::<f64>().expect("a number"));
        let (rtt, variance) = number("rtt").split_once('/').expect("two times");
        assert_eq!(milliseconds("rtt_us"), shown(rtt), "{ss:?}");
        assert_eq!(milliseconds("rtt_var_us"), shown(variance), "{ss:?}");
        assert_eq!(
            milliseconds("min_rtt_us"),
            shown(number("minrtt")),
            "{ss:?}"
        );
        let rate = |column: &str| row[column].as_u64().unwrap_or(0).to_string();
        assert_eq!(rate("delivery_rate_bps"), number("delivery_rate"), "{ss:?}");
        assert_eq!(row["window_scale"], number("wscale"), "{ss:?}");
        assert_eq!(row["timestamps"], ss.contains_key("ts"), "{ss:?}");
        assert_eq!(row["ecn"], ss.contains_key("ecn"), "{ss:?}");
        let congestion = row["congestion"].as_str().expect("a name");
        assert!(ss.contains_key(congestion), "{congestion} {ss:?}");
        let busy = number("busy").trim_end_matches("ms");
        assert_eq!(row["busy_ms"].to_string(), busy, "{ss:?}");
        // skmem:(r0,rb131072,t0,tb2626560,f0,w0,o0,bl0,d0)
        let memory: HashMap<_, _> = ss["skmem"]
            .trim_matches(['(', ')'])
            .split(',')
            .filter_map(|it| {
                it.find(|it: char| it.is_ascii_digit())
                    .map(|at| it.split_at(at))
            })
            .collect();
        for (column, name) in [
            ("rmem_bytes", "r"),
            ("rmem_limit", "rb"),
            ("wmem_bytes", "w"),
            ("wmem_limit", "tb"),
            ("drops", "d"),
        ] {
            assert_eq!(row[column].to_string(), memory[name], "{column} {memory:?}");
        }
        for (column, name) in [("last_send_ms", "lastsnd"), ("last_receive_ms", "lastrcv")] {
            let (ours, theirs) = (row[column].as_u64(), number(name).parse::<u64>());
            let difference = ours.expect("known").abs_diff(theirs.expect("a number"));
            assert!(difference < 5_000, "{column} {ss:?}");
        }
    }
}

/// A listener whose queue is full holds one more than its limit.
#[test]
fn a_full_accept_queue_is_seen() {
    if !ready() {
        return;
    }
    ip("link set lo up");
    let flags = SockFlag::SOCK_CLOEXEC;
    let listener = socket::socket(AddressFamily::Inet, SockType::Stream, flags, None);
    let listener = listener.expect("a socket");
    let address = SockaddrIn::from_str("127.0.0.1:7101").expect("an address");
    socket::bind(listener.as_raw_fd(), &address).expect("bound");
    socket::listen(&listener, Backlog::new(2).expect("a backlog")).expect("listening");
    let waiting: Vec<_> = (0..3)
        .map(|_| TcpStream::connect("127.0.0.1:7101").expect("connected"))
        .collect();
    let found = rows(&rnetstat("-tln --json --tcp-info"));
    let (queue, limit) = (&found[0]["accept_queue"], &found[0]["accept_queue_limit"]);
    assert_eq!((queue, limit), (&3.into(), &2.into()));
    assert!(found[0]["rtt_us"].is_null() && found[0]["bytes_sent"].is_null());
    let table = stdout(&rnetstat("-tln --tcp-info --color always"));
    assert!(table.contains("Accept"), "{table}");
    assert!(table.contains("\u{1b}[1;31m3/2\u{1b}[0m"), "{table}");
    // One that has been accepted makes room.
    // SAFETY: the descriptor is open, and nobody else closes it.
    let listener = unsafe { TcpListener::from_raw_fd(listener.into_raw_fd()) };
    let accepted = listener.accept().expect("accepted");
    let table = stdout(&rnetstat("-tln --tcp-info --color always"));
    assert!(table.contains(" 2/2"), "{table}");
    drop((waiting, accepted));
}

/// What a datagram socket has dropped is known from both sources, and from copied tables.
#[test]
fn drops_are_known_without_the_kernel_too() {
    if !ready() {
        return;
    }
    ip("link set lo up");
    let receiver = UdpSocket::bind("127.0.0.1:7102").expect("bound");
    let sender = UdpSocket::bind("127.0.0.1:0").expect("bound");
    for _ in 0..2000 {
        sender
            .send_to(&[b'x'; 1400], "127.0.0.1:7102")
            .expect("sent");
    }
    let asked = rows(&rnetstat(
        "-uan --json --columns local_port,drops,rmem_bytes",
    ));
    let read = rows(&rnetstat("--root / -uan --json --columns local_port,drops"));
    let of = |rows: &Rows| {
        let row = rows.iter().find(|row| row["local_port"] == 7102);
        row.expect("the receiver")["drops"].as_u64().expect("known")
    };
    assert!(of(&asked) > 0);
    assert_eq!(of(&asked), of(&read));
    drop(receiver);
}

/// A copied system has no internals: they are null, and that is said.
#[test]
fn a_copied_system_has_no_internals() {
    let root = system("states-and-timers");
    let found = run(
        &binary(),
        &root,
        &["-tan", "--json", "--columns", "local_port,rtt_us"],
    );
    let said = stderr(&found);
    let expected = "the internals of tcp are unknown: only a running kernel has them";
    assert!(said.contains(expected), "{said}");
    assert_eq!(found.status.code(), Some(1));
    assert!(rows(&found).iter().all(|row| row["rtt_us"].is_null()));
}

/// What net-tools' layout lacks is a table unless another format is named.
#[test]
fn internals_want_a_format_of_ours() {
    common::must_refuse(
        &binary(),
        &["--tcp-info", "--format", "classic"],
        "--tcp-info",
    );
    common::must_refuse(&binary(), &["-r", "--tcp-info"], "--tcp-info");
}

/// What /proc has of half-open connections is missed with a word.
#[test]
fn half_open_connections_are_not_completed_in_silence() {
    if !ready() || Command::new("strace").arg("-V").output().is_err() {
        return;
    }
    ip("link set lo up");
    let mut held = Held::default();
    held.hold_syn_recv();
    let all = rnetstat("-tan --format csv uid = 0");
    assert_eq!(all.status.code(), Some(0), "{}", stderr(&all));
    assert!(stdout(&all).contains("SYN_RECV"), "{}", stdout(&all));
    let mut command = Command::new("strace");
    command.args(["-f", "-o", "/dev/null", "-P", "/proc/net/tcp"]);
    command.args(["-e", "inject=openat,openat2:error=EMFILE"]);
    command.arg(binary());
    let found = command
        .args(["-tan", "--format", "csv", "uid = 0"])
        .output();
    let found = found.expect("strace runs");
    // Without a path that can be watched, nothing is injected.
    if stdout(&found) != stdout(&all) {
        let said = stderr(&found);
        assert!(said.contains("half-open connections are unknown"), "{said}");
        assert_eq!(found.status.code(), Some(1));
    }
}

/// What only CAP_NET_ADMIN may see fits no condition in silence.
#[test]
fn what_takes_rights_is_not_nothing() {
    if !ready() {
        return;
    }
    ip("link set lo up");
    let listener = TcpListener::bind("127.0.0.1:7103").expect("listening");
    let _held = Held::connect(&listener);
    let other = Copied::new("diag");
    for expression in [
        "mark = 0",
        "not mark = 0",
        "ulp != tls",
        "mptcp = no",
        "fwmark = 0",
    ] {
        let found = other.run(&["-tan", "--count", expression]);
        let said = stderr(&found);
        assert!(said.contains("needs CAP_NET_ADMIN"), "{expression}: {said}");
        assert_eq!(found.status.code(), Some(1), "{expression}");
        assert_eq!(stdout(&found), "0\n", "{expression}");
        let found = rnetstat(&format!("-tan --count {expression}"));
        assert!(!stderr(&found).contains("CAP_NET_ADMIN"), "{expression}");
    }
}

/// What is bound to an interface that there is not, is not known: no socket fits, even the other way.
#[test]
fn an_unknown_interface_fits_nothing() {
    if !ready() {
        return;
    }
    ip("link set lo up");
    let _listener = TcpListener::bind("127.0.0.1:7104").expect("listening");
    for expression in [
        "dev nosuch",
        "not dev nosuch",
        "sport = 7104 and dev != nosuch",
    ] {
        let found = rnetstat(&format!("-tan --count {expression}"));
        assert_eq!(stdout(&found), "0\n", "{expression}");
        let said = stderr(&found);
        assert!(said.contains("there is no interface 'nosuch'"), "{said}");
        assert_eq!(found.status.code(), Some(1), "{expression}");
    }
}

/// Words that a user would type: abbreviations, a range of ports, a cookie, the number of a control group.
#[test]
fn what_is_meant_is_understood() {
    if !ready() {
        return;
    }
    ip("link set lo up");
    let _listeners = ["127.0.0.1:7105", "127.0.0.1:7106", "127.0.0.1:7107"]
        .map(|address| TcpListener::bind(address).expect("listening"));
    for (flags, expected) in [
        ("-tan --count sport = 7105-7106", "2\n"),
        ("-tan --count sport != 7105-7106", "1\n"),
        ("-tan --tcp-in --count", "3\n"),
        ("-tan --peer --count", "3\n"),
        ("-tan --count cgroup = 987654321", "0\n"),
    ] {
        let found = rnetstat(flags);
        assert_eq!(stdout(&found), expected, "{flags}: {}", stderr(&found));
    }
    let listed = rows(&rnetstat("-tan --json --columns cookie sport = 7107"));
    let cookie = &listed[0]["cookie"];
    // It is refused for another reason: this test holds the socket.
    let found = rnetstat(&format!("-tan --close --dry-run cookie = {cookie}"));
    let said = stderr(&found);
    assert!(said.contains("tcp 127.0.0.1:7107 of "), "{said}");
    assert!(said.contains("refused unless --pid names"), "{said}");
}
