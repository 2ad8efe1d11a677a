//! What has risen since the previous listing (`--delta`), of counters and interfaces, in every format, on
//! made-up systems whose files change and on the live kernel.

mod common;

use common::namespace::{ip, ready};
use common::running::Reading;
use common::{binary, make_system, must_refuse, run, stderr, stdout};
use serde_json::Value;
use std::fs;
use std::net::UdpSocket;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

const DEV_HEADER: &str = "Inter-|   Receive  |  Transmit\n face |bytes packets errs drop fifo frame \
                          compressed multicast|bytes packets errs drop fifo colls carrier compressed\n";

fn snmp(sent: u64, established: u64) -> String {
    format!(
        "Tcp: RtoMin CurrEstab OutSegs RetransSegs\nTcp: 200 {established} {sent} 7\n\
         Udp: InDatagrams NoPorts\nUdp: 0 {}\n",
        sent * 2
    )
}

fn dev(bytes: u64) -> String {
    format!(
        "{DEV_HEADER}  eth0: {bytes} {} 0 0 0 0 0 0 0 0 0 0 0 0 0 0\n",
        bytes / 100
    )
}

/// A system with these counters.
fn counting(name: &str) -> PathBuf {
    let (snmp, dev) = (snmp(1000, 5), dev(100_000));
    let files = [
        ("proc/net/snmp", snmp.as_bytes()),
        ("proc/net/netstat", &b"IpExt: InOctets\nIpExt: 5\n"[..]),
        ("proc/net/dev", dev.as_bytes()),
    ];
    make_system(&format!("deltas-{name}"), &files, &[])
}

/// Puts another text in the place of a file, which is never seen half written.
fn replace(root: &Path, file: &str, text: &str) {
    let new = root.join("new");
    fs::write(&new, text).expect("written");
    fs::rename(&new, root.join(file)).expect("renamed");
}

/// A listing that repeats for ever.
struct Repeated(Reading);

impl Repeated {
    fn start(root: Option<&Path>, flags: &str) -> Repeated {
        let mut command = Command::new(binary());
        if let Some(root) = root {
            command.arg("--root").arg(root);
        }
        command.args(flags.split(' ')).stderr(Stdio::null());
        Repeated(Reading::start(&mut command))
    }

    /// The first line that is as wanted.
    fn wait_for(&mut self, is_wanted: impl Fn(&str) -> bool) -> String {
        for _ in 0..2000 {
            let line = self.0.line();
            if is_wanted(&line) {
                return line;
            }
        }
        panic!("it never came")
    }
}

#[test]
fn counters_that_have_risen_are_rows_in_every_format() {
    for (format, line) in [
        ("classic", "    # segments sent out"),
        ("table", "Tcp OutSegs"),
        ("csv", "Tcp,OutSegs,6000,"),
        ("jsonl", "\"name\":\"OutSegs\",\"value\":6000"),
    ] {
        let root = counting(&format!("counters-{format}"));
        let flags = format!("-s --delta 0.05 --nonzero --format {format}");
        let mut listing = Repeated::start(Some(&root), &flags);
        if format == "classic" {
            // It begins with totals.
            listing.wait_for(|line| line == "    1000 segments sent out");
            listing.wait_for(|line| line.starts_with("Counters per second over the last "));
        } else {
            // Nothing has risen yet; tables and CSV have their headers.
            thread::sleep(Duration::from_millis(200));
        }
        replace(&root, "proc/net/snmp", &snmp(6000, 3));
        let words = |line: &str| {
            line.split_whitespace()
                .take(2)
                .collect::<Vec<_>>()
                .join(" ")
        };
        let is_it = |found: &str| match format {
            "classic" => found.ends_with(&line[5..]) && !found.contains("1000 "),
            "table" => words(found) == line,
            _ => found.contains(line),
        };
        let found = listing.wait_for(is_it);
        let rate: f64 = match format {
            "classic" => found.split_whitespace().next().expect("a word").parse(),
            "csv" => found.split(',').nth(3).expect("a cell").parse(),
            "table" => {
                assert!(found.contains("/s") && found.ends_with("6000"), "{found}");
                continue;
            }
            _ => {
                let row: Value = serde_json::from_str(&found).expect("JSON");
                assert!(
                    row["seconds"].as_f64().expect("a number") >= 0.05,
                    "{found}"
                );
                Ok(row["value_per_s"].as_f64().expect("a number"))
            }
        }
        .expect("a number");
        // 5000 in a twentieth of a second or more.
        assert!(rate > 0.0 && rate <= 100_000.0, "{found}");
        // What has not risen is no row, nor what has fallen.
        let next = listing.wait_for(|it| it.contains("NoPorts") || it.contains("unknown port"));
        assert!(!next.contains("RetransSegs"), "{next}");
    }
}

#[test]
fn what_is_not_known_is_null_and_what_has_not_risen_0() {
    let root = counting("null");
    let mut listing = Repeated::start(Some(&root), "-s --delta 0.05 --format jsonl");
    let row = |line: String| serde_json::from_str::<Value>(&line).expect("JSON");
    let same = row(listing.wait_for(|it| it.contains("CurrEstab")));
    assert_eq!(
        (&same["value"], &same["value_per_s"]),
        (&5.into(), &0.0.into())
    );
    replace(&root, "proc/net/snmp", &snmp(1000, 3));
    let fallen = row(listing.wait_for(|it| it.contains("CurrEstab") && it.contains("\"value\":3")));
    assert!(fallen["value_per_s"].is_null(), "{fallen}");
}

/// The packets per second that came in, of a row in CSV or JSON.
fn packets(row: &str) -> f64 {
    let number = match serde_json::from_str::<Value>(row) {
        Ok(row) => row["rx_packets_per_s"].as_f64(),
        Err(_) => row.split(',').nth(3).and_then(|cell| cell.parse().ok()),
    };
    number.expect("a number")
}

#[test]
fn rates_of_interfaces_are_rows_in_every_format() {
    for (format, start) in [
        ("table", "eth0  "),
        ("csv", "eth0,"),
        ("jsonl", "{\"interface\":\"eth0\""),
    ] {
        let root = counting(&format!("interfaces-{format}"));
        let flags = format!("-i --delta 0.05 --format {format}");
        let mut listing = Repeated::start(Some(&root), &flags);
        let is_busy = |row: &str| match format {
            "table" => row.contains("kB/s") || row.contains("MB/s"),
            _ => packets(row) > 0.0,
        };
        let idle = listing.wait_for(|it| it.starts_with(start));
        assert!(!is_busy(&idle), "{idle}");
        replace(&root, "proc/net/dev", &dev(600_000));
        listing.wait_for(|it| it.starts_with(start) && is_busy(it));
        // And is quiet again.
        listing.wait_for(|it| it.starts_with(start) && !is_busy(it));
    }
}

/// A first look is not shown, so that even the only listing has rates.
#[test]
fn one_listing_is_enough() {
    let root = counting("one");
    for (flags, rows) in [("-s", 7), ("-i", 1)] {
        let flags = [flags, "--delta", "0.01", "--times", "1", "--json"];
        let found = run(&binary(), &root, &flags);
        assert!(found.status.success(), "{}", stderr(&found));
        let found: Vec<Value> = serde_json::from_slice(&found.stdout).expect("JSON");
        assert_eq!(found.len(), rows);
        assert!(
            found.iter().all(|row| !row["seconds"].is_null()),
            "{found:?}"
        );
    }
    let sorted = ["-s", "--delta", "0.01", "--times", "1", "--format", "csv"];
    let sorted = [
        &sorted[..],
        &["--sort", "name", "--columns", "name,value_per_s"],
    ]
    .concat();
    let found = stdout(&run(&binary(), &root, &sorted));
    assert!(
        found.starts_with("name,value_per_s\nCurrEstab,0.00\n"),
        "{found}"
    );
}

#[test]
fn refused_where_there_are_no_rates() {
    for (flags, why) in [
        ("-s --delta", "add -c or a number of seconds"),
        ("-i --delta", "add -c or a number of seconds"),
        ("-t --delta 1", "-i and -s"),
        ("-i --delta 1 --sort mtu", "--format table"),
        ("-s --delta 1 --count", "--count"),
        ("-s --delta 1 --count-by section", "--count-by"),
        ("-ie --delta 1", "work with -e"),
    ] {
        must_refuse(&binary(), &flags.split(' ').collect::<Vec<_>>(), why);
    }
}

#[test]
fn the_kernels_counters_rise() {
    if !ready() {
        return;
    }
    ip("link set lo up");
    let receiver = UdpSocket::bind("127.0.0.1:0").expect("bound");
    let address = receiver.local_addr().expect("an address");
    let send = || {
        let sender = UdpSocket::bind("127.0.0.1:0").expect("bound");
        for _ in 0..50 {
            sender.send_to(&[0; 1000], address).expect("sent");
        }
    };
    for (flags, is_risen) in [
        (
            "-su --delta 0.1 --counter OutDatagrams --format jsonl",
            "\"value_per_s\":0.0,",
        ),
        (
            "-i --delta 0.1 --interface lo --format jsonl",
            "\"tx_packets_per_s\":0.0,",
        ),
    ] {
        let mut listing = Repeated::start(None, flags);
        let idle = listing.wait_for(|_| true);
        assert!(idle.contains(is_risen), "{idle}");
        send();
        listing.wait_for(|it| !it.contains(is_risen));
    }
    let mut listing = Repeated::start(None, "-su --delta 0.1");
    listing.wait_for(|it| it.starts_with("Counters per second"));
    send();
    let line = listing.wait_for(|it| it.ends_with(" packets sent"));
    assert!(!line.starts_with("    0 "), "{line}");
}
