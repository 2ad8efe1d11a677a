//! The built binary's account of how fast connections are, on the live kernel, beside what the two ends
//! of a connection count themselves; and what it refuses.

mod common;

use common::held::Held;
use common::namespace::{ip, ready};
use common::running::{Running, Start};
use common::{binary, must_refuse, stderr, stdout};
use serde_json::{Map, Value};
use std::io::{BufRead, BufReader, Lines, Read, Write};
use std::net::{TcpListener, TcpStream, UdpSocket};
use std::process::{ChildStdout, Command, Output, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

type Row = Map<String, Value>;

fn command(flags: &str) -> Command {
    let mut command = Command::new(binary());
    command.args(flags.split(' ')).stdin(Stdio::null());
    command
}

fn rnetstat(flags: &str) -> Output {
    command(flags).output().expect("runs")
}

#[track_caller]
fn rows(output: &Output) -> Vec<Row> {
    serde_json::from_str(&stdout(output)).unwrap_or_else(|error| {
        panic!("{error}: {}{}", stdout(output), stderr(output));
    })
}

/// What has been sent, and when.
type Samples = Vec<(Instant, u64)>;

/// Sends `rate` bytes per second over a connection while `watch` runs, and receives them. Returns what
/// `watch` does, and what the sender has counted.
fn moving<R>(listener: &TcpListener, rate: u64, watch: impl FnOnce() -> R) -> (R, Samples) {
    let (mut client, mut server) = Held::connect(listener);
    let is_over = &AtomicBool::new(false);
    thread::scope(|scope| {
        let sender = scope.spawn(move || {
            let chunk = vec![7; usize::try_from(rate / 100).expect("a size")];
            let (start, mut samples, mut sent) = (Instant::now(), Vec::new(), 0);
            while !is_over.load(Ordering::Relaxed) {
                client.write_all(&chunk).expect("sent");
                sent += chunk.len() as u64;
                samples.push((Instant::now(), sent));
                // A token a chunk: what was late is made good.
                let due = Duration::from_micros(sent * 1_000_000 / rate);
                thread::sleep(due.saturating_sub(start.elapsed()));
            }
            samples
        });
        scope.spawn(move || {
            let mut buffer = vec![0; 1 << 16];
            while server.read(&mut buffer).expect("received") > 0 {}
        });
        thread::sleep(Duration::from_millis(100));
        let result = watch();
        is_over.store(true, Ordering::Relaxed);
        (result, sender.join().expect("it has sent"))
    })
}

/// Checks that a rate is right within 10% for some time of `window` in which `samples` were taken. In a
/// busy machine, one such time may differ from another.
#[track_caller]
fn must_be_right(rate: &Value, samples: &Samples, window: Duration) {
    let rate = rate.as_f64().expect("a rate");
    let mut rates = Vec::new();
    for (index, (start, before)) in samples.iter().enumerate() {
        let mut later = samples[index..].iter();
        let end = later.find(|(at, _)| at.duration_since(*start) >= window);
        if let Some((at, sent)) = end {
            rates.push((sent - before) as f64 / at.duration_since(*start).as_secs_f64());
        }
    }
    let least = rates.iter().copied().fold(f64::INFINITY, f64::min);
    let most = rates.iter().copied().fold(0.0, f64::max);
    assert!(
        (least * 0.9..=most * 1.1).contains(&rate),
        "{rate}, and between {least} and {most} were sent"
    );
}

#[test]
fn a_known_rate_is_found_once_for_scripts() {
    if !ready() {
        return;
    }
    ip("link set lo up");
    let listener = TcpListener::bind("127.0.0.1:9000").expect("listening");
    let window = Duration::from_secs(2);
    let ((found, groups), samples) = moving(&listener, 2_000_000, || {
        (
            rnetstat("--rates -n --times 1 --json 2"),
            rnetstat("-n --count-by program --rates --format csv --times 1 2"),
        )
    });
    assert_eq!((found.status.code(), &*stderr(&found)), (Some(0), ""));
    let found = rows(&found);
    assert_eq!(found.len(), 2, "{found:?}");
    for row in &found {
        assert_eq!(row["proto"], "tcp");
        let (busy, idle) = match row["foreign_port"].as_u64() {
            Some(9000) => ("send_bytes_per_s", "receive_bytes_per_s"),
            _ => ("receive_bytes_per_s", "send_bytes_per_s"),
        };
        must_be_right(&row[busy], &samples, window);
        assert_eq!(row[idle], 0);
    }
    // Both ends are this process's.
    let groups = stdout(&groups);
    let lines: Vec<_> = groups.lines().collect();
    let header = "program,count,share,receive_bytes_per_s,send_bytes_per_s";
    assert_eq!((lines.len(), lines[0]), (2, header), "{groups}");
    let cells: Vec<_> = lines[1].split(',').collect();
    assert_eq!(cells[1..3], ["2", "100.00"], "{groups}");
    for cell in &cells[3..] {
        must_be_right(&cell.parse().expect("a number"), &samples, window);
    }
}

/// The program's lines, as they come.
struct Watch {
    _child: Running,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Watch {
    fn start(flags: &str) -> Watch {
        let mut child = command(flags).stdout(Stdio::piped()).start();
        let lines = BufReader::new(child.stdout.take().expect("its stdout")).lines();
        Watch {
            _child: child,
            lines,
        }
    }

    fn line(&mut self) -> String {
        self.lines.next().expect("a line").expect("read")
    }
}

/// Sends `bytes` over a connection and closes both of its ends, the server's last.
fn send_and_close(client: TcpStream, mut server: TcpStream, bytes: usize) {
    (&client).write_all(&vec![7; bytes]).expect("sent");
    drop(client);
    let received = server.read_to_end(&mut Vec::new()).expect("received");
    assert_eq!(received, bytes);
}

#[test]
fn what_closes_between_two_looks_counts() {
    if !ready() {
        return;
    }
    ip("link set lo up");
    let listener = TcpListener::bind("127.0.0.1:9000").expect("listening");
    let (client, server) = Held::connect(&listener);
    let columns = "state,pid,uid,receive_bytes_per_s";
    let mut watch = Watch::start(&format!(
        "--rates -n --format csv --columns {columns} --local-port 9000 --state !listen --times 2 2"
    ));
    let pid = std::process::id();
    assert_eq!(watch.line(), columns);
    assert_eq!(watch.line(), format!("ESTABLISHED,{pid},0,0"));
    let start = Instant::now();
    send_and_close(client, server, 2_000_000);
    let (client, server) = Held::connect(&listener);
    send_and_close(client, server, 1_000_000);
    assert_eq!(watch.line(), columns);
    let mut lines = [watch.line(), watch.line()];
    let most = 2_000_001.0 / 1.9;
    let least = 2_000_000.0 / start.elapsed().as_secs_f64().max(2.0);
    // The one that no look had is nobody's.
    lines.sort();
    let [short, long] = &lines;
    let rate = |line: &str, start: &str| -> f64 {
        let rate = line.strip_prefix(start);
        let rate = rate.unwrap_or_else(|| panic!("{lines:?}"));
        rate.parse().expect("a rate")
    };
    let short = rate(short, "CLOSE,,,");
    let long = rate(long, &format!("CLOSE,{pid},0,"));
    assert!((long / short - 2.0).abs() < 0.001, "{lines:?}");
    assert!((least * 0.95..most).contains(&long), "{least} {lines:?}");
}

/// UDP has no counters, and a listener none of these.
#[test]
fn what_has_no_counters_has_no_rate() {
    if !ready() {
        return;
    }
    ip("link set lo up");
    let _listener = TcpListener::bind("127.0.0.1:9000").expect("listening");
    let _udp = UdpSocket::bind("127.0.0.1:9000").expect("bound");
    let found = rnetstat("--rates -antu --json --times 1 0.05");
    assert_eq!((found.status.code(), &*stderr(&found)), (Some(0), ""));
    let found = rows(&found);
    assert_eq!(found.len(), 2, "{found:?}");
    for row in found {
        for rate in ["receive_bytes_per_s", "send_bytes_per_s"] {
            assert_eq!(row.get(rate), Some(&Value::Null), "{row:?}");
        }
    }
}

/// Columns by their names mean rates, and so do comparisons of them.
#[test]
fn the_fastest_come_first() {
    if !ready() {
        return;
    }
    ip("link set lo up");
    let listener = TcpListener::bind("127.0.0.1:9000").expect("listening");
    let _idle = Held::connect(&listener);
    let ((table, top, tested), _) = moving(&listener, 1_000_000, || {
        (
            rnetstat("--rates -n"),
            rnetstat("-tn --format csv --columns receive_bytes_per_s --top 2 0.2 --times 1"),
            rnetstat("-tn --count send_bytes_per_s > 1000 0.2 --times 1"),
        )
    });
    let table = stdout(&table);
    let lines: Vec<_> = table.lines().collect();
    assert!(
        lines[0].contains("Receiving") && lines[0].contains("Sending"),
        "{table}"
    );
    assert_eq!(lines.len(), 6, "{table}");
    let is_fast = |line: &&str| line.contains("MB/s") || line.contains("kB/s");
    assert!(lines[1..3].iter().all(is_fast), "{table}");
    assert!(!lines[3..5].iter().any(is_fast), "{table}");
    let top = stdout(&top);
    let mut rates: Vec<u64> = top
        .lines()
        .skip(1)
        .map(|it| it.parse().expect("a rate"))
        .collect();
    rates.sort_unstable();
    assert!(
        rates.len() == 2 && rates[0] == 0 && rates[1] > 500_000,
        "{top}"
    );
    assert_eq!(stdout(&tested), "1\n");
}

/// Where the kernel does not answer, rates are null, and that is told.
#[test]
fn without_diagnostics_no_rate_is_known() {
    if !ready() || Command::new("strace").arg("-V").output().is_err() {
        return;
    }
    ip("link set lo up");
    let listener = TcpListener::bind("127.0.0.1:9000").expect("listening");
    let _held = Held::connect(&listener);
    let mut command = Command::new("strace");
    command.args(["-f", "-o", "/dev/null", "-e", "inject=socket:error=EPERM"]);
    command
        .arg(binary())
        .args(["--rates", "-n", "--json", "--times", "1", "0.05"]);
    let found = command.output().expect("strace runs");
    assert_eq!(found.status.code(), Some(1));
    let said = stderr(&found);
    assert!(
        said.contains("are unknown") && said.contains("may be missed"),
        "{said}"
    );
    let found = rows(&found);
    assert_eq!(found.len(), 2);
    for row in found {
        assert_eq!(row.get("send_bytes_per_s"), Some(&Value::Null), "{row:?}");
    }
}

/// A connection that lives between two listings closes, with what it has moved; so does one that a
/// listing had; and neither is told twice.
#[test]
fn changes_tell_of_connections_between_two_listings() {
    if !ready() {
        return;
    }
    ip("link set lo up");
    let listener = TcpListener::bind("127.0.0.1:9000").expect("listening");
    let (client, server) = Held::connect(&listener);
    let columns = "change,state,bytes_received,pid";
    let mut watch = Watch::start(&format!(
        "--changes -tn --format csv --columns {columns} --local-port 9000 2"
    ));
    assert_eq!(watch.line(), columns);
    let pid = std::process::id();
    send_and_close(client, server, 700);
    let (client, server) = Held::connect(&listener);
    send_and_close(client, server, 5000);
    // With the end of the stream, which counts as a byte.
    assert_eq!(watch.line(), "closed,CLOSE,5001,");
    assert_eq!(watch.line(), format!("closed,ESTABLISHED,701,{pid}"));
    drop(listener);
    assert_eq!(watch.line(), format!("closed,LISTEN,,{pid}"));
}

#[test]
fn what_has_no_rates_is_refused() {
    for (flags, named) in [
        ("--rates -r", "sockets"),
        ("--rates -i", "sockets"),
        ("--rates -g", "sockets"),
        ("--rates --root /", "--root"),
        ("--columns send_bytes_per_s --root /", "--root"),
        ("--rates --changes", "--changes"),
        ("--rates --kill --local-port 80", "--kill"),
        ("--rates --close --local-port 80", "--close"),
        ("--rates --count", "--count"),
        ("--rates --pids", "--pids"),
        ("--rates --format classic", "classic"),
    ] {
        let flags: Vec<_> = flags.split(' ').collect();
        must_refuse(&binary(), &flags, named);
    }
}
