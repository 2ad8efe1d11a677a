//! The built binary's listing of interfaces: rates, what files tell, and files that are not as they
//! should be. That it prints what net-tools prints is seen in tests/systems.rs and
//! tests/live_links.rs.

mod common;

use common::running::Reading;
use common::{binary, link, make_system, must_refuse, run, stderr, stdout};
use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::{Command, Stdio};

const HEADER: &str = "Inter-|   Receive                                                |  Transmit\n \
     face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed\n";

/// /proc/net/dev with these lines.
fn dev(lines: &[String]) -> Vec<u8> {
    format!("{HEADER}{}", lines.concat()).into_bytes()
}

/// A line of it: a name, and what came in and went out, in packets and bytes.
fn line(name: &str, [packets, bytes]: [u64; 2], [packets_out, bytes_out]: [u64; 2]) -> String {
    format!("{name:>6}: {bytes} {packets} 0 0 0 0 0 0 {bytes_out} {packets_out} 0 0 0 0 0 0\n")
}

/// A listing that repeats, on a made-up system whose files change.
struct Repeated(Reading);

impl Repeated {
    fn start(root: &Path, flags: &[&str]) -> Repeated {
        let mut command = Command::new(binary());
        command.arg("--root").arg(root).args(flags);
        Repeated(Reading::start(command.stderr(Stdio::null())))
    }

    fn next_line(&mut self) -> String {
        self.0.line()
    }

    /// The words of the first row that begins with `name` and is as wanted.
    fn wait_for(&mut self, name: &str, is_wanted: impl Fn(&[&str]) -> bool) -> Vec<String> {
        for _ in 0..2000 {
            let line = self.next_line();
            let words: Vec<&str> = line.split_whitespace().collect();
            if words.first() == Some(&name) && is_wanted(&words[1..]) {
                return words.iter().map(|word| (*word).to_owned()).collect();
            }
        }
        panic!("no such row of {name}");
    }
}

/// Puts a file in the place of another at once, so that nobody reads half of it.
fn replace(path: &Path, bytes: &[u8]) {
    let new = path.with_extension("new");
    fs::write(&new, bytes).expect("written");
    fs::rename(&new, path).expect("renamed");
}

#[test]
fn delta_shows_what_has_changed_per_second() {
    let table = "proc/net/dev";
    let before = dev(&[
        line("eth0", [1000, 1_000_000], [500, 500_000]),
        line("wraps", [u64::from(u32::MAX) - 99, 0], [0, 0]),
        line("resets", [5000, 0], [0, 0]),
        line("goes", [1, 1], [1, 1]),
    ]);
    let root = make_system("delta", &[(table, &before)], &[]);
    let mut listing = Repeated::start(&root, &["-i", "--delta", "0.2"]);
    assert_eq!(listing.next_line(), "Kernel Interface table");
    assert!(
        listing.next_line().contains(" RX-OVR "),
        "the first one is absolute"
    );
    assert_eq!(listing.wait_for("eth0", |_| true)[2], "1000");
    let title = loop {
        let line = listing.next_line();
        if line.contains("per second over the last") {
            break line;
        }
    };
    assert!(title.ends_with(" s") && title.len() < 80, "{title}");
    assert!(
        listing
            .next_line()
            .ends_with("TX-OK  TX-BYTES TX-ERR TX-DRP")
    );
    assert_eq!(listing.wait_for("eth0", |_| true)[1..], ["0"; 8]);
    let after = dev(&[
        line("eth0", [1100, 1_000_000 + (20 << 20)], [501, 500_000]),
        line("wraps", [100, 0], [0, 0]),
        line("resets", [3, 0], [0, 0]),
        line("comes", [70, 70], [70, 70]),
    ]);
    replace(&root.join(table), &after);
    // In the order of their names.
    assert_eq!(listing.wait_for("comes", |_| true)[1..], ["-", "new", "-"]);
    let eth0 = listing.wait_for("eth0", |_| true);
    assert_eq!(listing.wait_for("goes", |_| true)[1..], ["-", "gone", "-"]);
    assert_eq!(listing.wait_for("resets", |_| true)[1], "-");
    let wraps = listing.wait_for("wraps", |_| true);
    let rate = |word: &str| word.parse::<f64>().expect("a number");
    // 100 packets in 0.2 s or, on a busy machine, more; and bytes in the same time.
    let packets = rate(&eth0[1]);
    assert!((1.0..=500.0).contains(&packets), "{eth0:?}");
    let seconds = 100.0 / packets;
    let bytes = f64::from(20 << 20) / seconds;
    assert!((rate(&eth0[2]) / bytes - 1.0).abs() < 0.02, "{eth0:?}");
    assert!(
        (rate(&eth0[5]) * seconds - 1.0).abs() < 0.1 * seconds,
        "{eth0:?}"
    );
    assert_eq!(eth0[6], "0");
    assert!((rate(&wraps[1]) / packets - 2.0).abs() < 0.05, "{wraps:?}");
    // Then nothing changes any more, and what is gone is not told twice.
    listing.wait_for("comes", |words| words == ["0"; 8]);
    listing.wait_for("eth0", |words| words == ["0"; 8]);
    assert!(listing.next_line().starts_with("resets "));
}

#[test]
fn delta_lasts_over_a_table_that_is_missing_for_a_while() {
    let table = "proc/net/dev";
    let root = make_system(
        "delta-gap",
        &[(table, &dev(&[line("eth0", [7, 7], [7, 7])]))],
        &[],
    );
    make_interface(&root, "eth0");
    let mut listing = Repeated::start(&root, &["-i", "--delta", "0.05"]);
    listing.wait_for("eth0", |words| words == ["0"; 8]);
    fs::remove_file(root.join(table)).expect("removed");
    listing.wait_for("eth0", |words| {
        words == ["-", "no", "statistics", "available", "-"]
    });
    replace(&root.join(table), &dev(&[line("eth0", [8, 7], [7, 7])]));
    listing.wait_for("eth0", |words| {
        words.len() == 8 && words[0] != "0" && words[1] == "0"
    });
}

#[test]
fn delta_is_refused_where_it_means_nothing() {
    let cases: [(&[&str], &str); 5] = [
        (&["-i", "--delta"], "-c"),
        (&["--delta", "2"], "-i and -s"),
        (&["-r", "--delta", "-c"], "-i and -s"),
        (&["-ie", "--delta", "2"], "-e"),
        (&["--delta=2", "-i"], "--delta"),
    ];
    for (flags, named) in cases {
        must_refuse(&binary(), flags, named);
    }
    let netstat = link("interfaces/netstat");
    must_refuse(&netstat, &["-ic", "--delta"], "net-tools 2.10 lacks it");
}

#[test]
fn repeated_listings_have_one_title() {
    let root = make_system(
        "repeated",
        &[("proc/net/dev", &dev(&[line("eth0", [1, 1], [1, 1])]))],
        &[],
    );
    let mut listing = Repeated::start(&root, &["-i", "0.02"]);
    let lines: Vec<String> = (0..7).map(|_| listing.next_line()).collect();
    let titles = lines
        .iter()
        .filter(|line| *line == "Kernel Interface table")
        .count();
    let headers = lines
        .iter()
        .filter(|line| line.starts_with("Iface "))
        .count();
    assert_eq!((titles, headers), (1, 3), "{lines:?}");
}

/// Makes an interface's folder, as a running kernel has it.
fn make_interface(root: &Path, name: &str) {
    let folder = root.join("sys/devices").join(name);
    fs::create_dir_all(&folder).expect("made");
    for (file, text) in [
        ("flags", "0x1003\n"),
        ("type", "1\n"),
        ("mtu", "1500\n"),
        ("tx_queue_len", "1000\n"),
        ("address", "02:00:00:00:00:01\n"),
        ("operstate", "up\n"),
    ] {
        fs::write(folder.join(file), text).expect("written");
    }
    fs::create_dir_all(root.join("sys/class/net")).expect("made");
    let target = format!("../../devices/{name}");
    symlink(target, root.join("sys/class/net").join(name)).expect("linked");
}

#[test]
fn another_system_is_shown_by_its_files_and_the_running_kernel_is_not_asked() {
    // Every machine has a `lo`, and no other system's is ours.
    let root = make_system(
        "files-only",
        &[("proc/net/dev", &dev(&[line("lo", [7, 7], [7, 7])]))],
        &[],
    );
    make_interface(&root, "lo");
    make_interface(&root, "quiet0");
    let expected = "\
        Kernel Interface table\n\
        Iface             MTU    RX-OK RX-ERR RX-DRP RX-OVR    TX-OK TX-ERR TX-DRP TX-OVR Flg\n\
        lo               1500        7      0      0 0             7      0      0      0 BMRU\n\
        quiet0           1500      - no statistics available -                        BMRU\n";
    let found = run(&binary(), &root, &["-i"]);
    assert_eq!(
        (stdout(&found).as_str(), stderr(&found).as_str()),
        (expected, "")
    );
    // What is not known is `-`, or left out.
    fs::remove_dir_all(root.join("sys")).expect("removed");
    let found = run(&binary(), &root, &["-i"]);
    assert!(found.status.success());
    assert!(stdout(&found).ends_with(
        "\nlo                  -        7      0      0 0             7      0      0      0 -\n"
    ));
    assert!(
        stderr(&found).contains("sys/class/net: "),
        "{}",
        stderr(&found)
    );
    let found = run(&binary(), &root, &["-ie"]);
    let paragraph = "lo: flags=-  mtu -\n        RX packets 7  bytes 7 (7.0 B)\n";
    assert!(stdout(&found).contains(paragraph), "{}", stdout(&found));
}

#[test]
fn without_counters_the_rest_is_listed() {
    let root = make_system("no-dev", &[("proc/net/tcp", b"")], &[]);
    make_interface(&root, "eth0");
    let found = run(&binary(), &root, &["-i"]);
    assert_eq!(found.status.code(), Some(0), "as net-tools");
    assert!(stdout(&found).contains("eth0             1500      - no statistics available - "));
    let said = stderr(&found);
    assert!(
        said.contains("Warning: cannot open ") && said.contains("net/dev ("),
        "{said}"
    );
    assert!(said.contains("Limited output."), "{said}");
    fs::remove_dir_all(root.join("sys")).expect("removed");
    let found = run(&binary(), &root, &["-i"]);
    assert_eq!(found.status.code(), Some(1), "nothing is known");
}

#[test]
fn bad_lines_are_told_with_their_place_and_the_others_are_printed() {
    let table = dev(&[
        line("eth0", [7, 7], [7, 7]),
        "\n".to_owned(),
        "cut0: 1 2 3\n".to_owned(),
        "word0: 1 2 three 4 5 6 7 8 9 10 11 12 13 14 15 16\n".to_owned(),
        "a-name-that-is-too-long: 1 2 3\n".to_owned(),
        "big0: 1 99999999999999999999 3 4 5 6 7 8 9 10 11 12 13 14 15 16\n".to_owned(),
        "e\x1b[1m: 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16\n".to_owned(),
        line("eth1", [8, 8], [8, 8]),
    ]);
    let inet6 = "garbage\nfe800000000000000000000000000001 02 40 20 80 eth1\nfe80";
    let root = make_system(
        "bad-interfaces",
        &[
            ("proc/net/dev", &table),
            ("proc/net/if_inet6", inet6.as_bytes()),
        ],
        &[],
    );
    make_interface(&root, "eth0");
    make_interface(&root, "eth1");
    for (file, text) in [
        ("mtu", "many\n"),
        ("flags", "up\n"),
        ("address", "nowhere\n"),
    ] {
        fs::write(root.join("sys/devices/eth0").join(file), text).expect("written");
    }
    fs::remove_file(root.join("sys/devices/eth1/tx_queue_len")).expect("removed");
    fs::create_dir(root.join("sys/devices/eth1/tx_queue_len")).expect("a folder for a file");
    let found = run(&binary(), &root, &["-ie"]);
    assert_eq!(found.status.code(), Some(1), "as net-tools, for a bad line");
    let (text, said) = (stdout(&found), stderr(&found));
    let names: Vec<&str> = text
        .lines()
        .filter_map(|line| Some(line.split_once(": flags=")?.0))
        .collect();
    assert_eq!(names, ["big0", "cut0", "e?[1m", "eth0", "eth1", "word0"]);
    assert!(
        text.contains("inet6 fe80::1  prefixlen 64  scopeid 0x20<link>\n"),
        "{text}"
    );
    assert!(
        text.contains("RX packets 18446744073709551615  bytes 1 (1.0 B)\n"),
        "{text}"
    );
    assert!(
        text.contains("eth0: flags=-  mtu -\n        ether 00:00:00:00:00:00  "),
        "{text}"
    );
    for told in [
        "line 4 of ",
        "line 5 of ",
        "line 6 of ",
        "line 7 of ",
        "line 8 of ",
        "net/dev",
        "line 1 of ",
        "line 3 of ",
        "net/if_inet6",
        "eth0/mtu: ",
        "eth0/flags: ",
        "eth0/address: ",
        "eth1/tx_queue_len: ",
    ] {
        assert!(said.contains(told), "{told}: {said}");
    }
    assert_eq!(said.lines().count(), 11, "{said}");
    assert!(!said.contains('\x1b'), "{said}");
}

#[test]
fn odd_files_keep_nobody_waiting_and_lead_nowhere() {
    let root = make_system("odd-interfaces", &[("proc/net/unix", b"")], &[]);
    for path in [
        "proc/net/dev",
        "proc/net/if_inet6",
        "sys/class/net/pipe0/mtu",
    ] {
        let path = root.join(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("made");
        nix::unistd::mkfifo(&path, nix::sys::stat::Mode::S_IRWXU).expect("a pipe");
    }
    make_interface(&root, "eth0");
    // Out of the root, to the machine's own interfaces.
    symlink("/sys/class/net/lo", root.join("sys/class/net/out0")).expect("linked");
    fs::write(root.join("sys/class/net/bonding_masters"), "bond0\n").expect("written");
    for flags in [&["-i"][..], &["-iea"]] {
        let found = run(&binary(), &root, flags);
        let text = stdout(&found);
        assert!(text.contains("eth0") && !text.contains("out0"), "{text}");
        assert!(!text.contains("bonding_masters"), "{text}");
        assert!(
            stderr(&found).contains("not a plain file"),
            "{}",
            stderr(&found)
        );
    }
}
