//! Tables for people on terminals of any width.

mod common;

use common::{binary, make_system, run, stdout, system};
use std::process::Command;

fn table(name: &str, flags: &str, columns: usize) -> String {
    let mut command = Command::new(binary());
    command.arg("--root").arg(system(name));
    command.args(flags.split(' ')).args(["--format", "table"]);
    command.env("COLUMNS", columns.to_string());
    stdout(&command.output().expect("runs"))
}

/// Listings of every kind, at their widest.
const LISTINGS: [(&str, &str); 11] = [
    ("web-server", "-anpoe"),
    ("web-server", "-an --count-by state,foreign_address"),
    ("ipv6-and-mapped", "-tan"),
    ("sctp", "-Sanpe"),
    ("packet-radio", "--ax25 --netrom --rose"),
    ("all-routes", "-rn46"),
    ("interfaces", "-ia"),
    ("interfaces", "-iae"),
    ("counters-busy", "-s"),
    ("multicast-groups", "-gn"),
    ("masquerade", "-Mn"),
];

#[test]
fn no_line_is_wider_than_the_terminal() {
    for (name, flags) in LISTINGS {
        let widest = table(name, flags, 1000);
        for columns in [1, 10, 20, 35, 50, 59, 80, 119] {
            let found = table(name, flags, columns);
            for line in found.lines() {
                // All characters of these systems are one column wide.
                let width = line.chars().count();
                assert!(width <= columns, "{name} {flags} {columns}: {line}");
            }
            assert!(
                found.lines().count() >= widest.lines().count(),
                "{name} {flags}"
            );
        }
    }
}

#[test]
fn addresses_and_pids_are_whole_where_there_is_room() {
    let wide = table("web-server", "-tanp", 80);
    let addresses = |table: &str| -> Vec<String> {
        let words = table.split_whitespace();
        let mut addresses: Vec<String> = words
            .filter(|word| word.parse::<std::net::Ipv4Addr>().is_ok())
            .map(str::to_owned)
            .collect();
        addresses.sort();
        addresses
    };
    let all = addresses(&table("web-server", "-tanp", 1000));
    assert!(all.len() > 100);
    assert_eq!(addresses(&wide), all);
    // Columns are left out before an address of IPv4 is parted.
    for columns in [75, 70, 65, 60, 50, 40, 30, 20] {
        let narrow = table("web-server", "-tanp", columns);
        let words = narrow.split_whitespace();
        let numbers = words.filter(|word| word.bytes().all(|it| it.is_ascii_digit() || it == b'.'));
        for address in numbers.filter(|word| word.contains('.')) {
            let is_whole = address.parse::<std::net::Ipv4Addr>().is_ok();
            assert!(is_whole, "{columns}, {address}: {narrow}");
        }
    }
    // Wrapped, an address still loses none of its characters.
    let narrow = table("web-server", "-t4ln --columns local_address", 8);
    let squeezed: String = narrow.split_whitespace().collect();
    assert!(squeezed.contains("127.0.0.1"), "{narrow}");
}

/// The titles of a table that is wide enough for what is in it.
fn titles(name: &str, flags: &str) -> Vec<String> {
    let table = table(name, flags, 1000);
    let titles = table.lines().next().unwrap_or_default().split("  ");
    let titles = titles.map(|it| it.trim().to_owned());
    titles.filter(|it| !it.is_empty()).collect()
}

#[test]
fn what_was_asked_for_is_not_left_out() {
    let cases = [
        ("web-server", "-tan --count-by state,program"),
        ("web-server", "-tan --count-by program,processes"),
        (
            "web-server",
            "-tan --columns local_port,program,foreign_address,recv_q,inode,timer",
        ),
        (
            "ipv6-and-mapped",
            "-tan --columns recv_q,local_address,uid,foreign_address,state",
        ),
        (
            "sctp",
            "-Sane --columns proto,local_addresses,state,foreign_addresses",
        ),
        (
            "all-routes",
            "-rn46 --columns family,destination,metric,flags",
        ),
        (
            "interfaces",
            "-ia --columns rx_errors,hardware_type,tx_compressed,flags",
        ),
    ];
    for (name, flags) in cases {
        let mut titles = titles(name, flags);
        // What is not asked for, but comes with a count.
        titles.retain(|it| it != "Share");
        for columns in [120, 80, 70, 60, 40, 30] {
            let found = table(name, flags, columns);
            // Titles may be wrapped, but stand in their columns.
            let squeezed: String = found.split_whitespace().collect();
            let words = titles.iter().flat_map(|it| it.split(' '));
            for word in words {
                let is_there = match columns {
                    60.. => found.contains(word),
                    // Cut, perhaps.
                    _ => squeezed.contains(&word[..2]),
                };
                assert!(is_there, "{flags} {columns}, {word}: {found}");
            }
        }
    }
    let narrow = table("web-server", "-tan --count-by state,program", 80);
    assert!(
        narrow.contains("\nESTABLISHED  nginx: worker process "),
        "{narrow}"
    );
    assert!(
        narrow
            .lines()
            .any(|line| line.trim() == "master_process on;"),
        "{narrow}"
    );
}

#[test]
fn a_name_stands_for_its_number_only_where_neither_was_asked_for() {
    let sockets = b"  sl  local_address rem_address\n\
        0: 0100007F:0016 00000000:0000 0A 0:0 0:0 0 7 0 51 1 0 100 0 0 10 0\n\
        1: 0100007F:1F90 00000000:0000 0A 0:0 0:0 0 7777 0 52 1 0 100 0 0 10 0\n";
    let files: [(&str, &[u8]); 4] = [
        ("proc/net/tcp", sockets),
        ("etc/passwd", b"ada:x:7:7::/:/bin/sh\n"),
        ("etc/services", b"ssh 22/tcp\n"),
        ("etc/hosts", b"127.0.0.1 here\n"),
    ];
    let root = make_system("tables-names", &files, &[]);
    let shown = |flags: &str| {
        let mut flags: Vec<&str> = flags.split(' ').collect();
        flags.extend(["--format", "table"]);
        stdout(&run(&binary(), &root, &flags))
    };
    assert_eq!(
        shown("-4tl --columns local_address,local_host,local_port,local_service"),
        "Local address  Local host  Port  Local service\n\
         127.0.0.1      here          22  ssh\n\
         127.0.0.1      here        8080\n\
         2 rows\n"
    );
    assert_eq!(
        shown("-4tl --count-by uid,user"),
        " UID  User  Count  Share\n   7  ada       1   50.00% ██████████\n\
         7777            1   50.00% ██████████\n2 groups\n"
    );
    // Else it does, as a text.
    assert_eq!(
        shown("-4tle"),
        "Proto  Recv-Q  Send-Q  Local address  Port  Foreign address  State   UID   Inode\n\
         tcp         0       0  here           ssh   0.0.0.0          LISTEN  ada      51\n\
         tcp         0       0  here           8080  0.0.0.0          LISTEN  7777     52\n\
         2 rows: 2 LISTEN\n"
    );
}

#[test]
fn what_is_left_out_is_what_the_readme_says() {
    let heads = |name, flags: &str, columns| {
        let table = table(name, flags, columns);
        // Titles may be wrapped.
        let heads: Vec<&str> = table.lines().take(2).collect();
        heads.join(" ")
    };
    type Case<'a> = (&'a str, &'a str, usize, &'a [&'a str], &'a [&'a str]);
    let sockets = "ipv6-and-mapped";
    let cases: [Case<'_>; 8] = [
        (
            sockets,
            "-tane",
            300,
            &["Proto", "State", "Recv-Q", "Inode"],
            &[],
        ),
        (
            sockets,
            "-tane",
            80,
            &["Proto", "State", "Foreign"],
            &["Recv-Q"],
        ),
        (
            sockets,
            "-tane",
            59,
            &["Local", "State", "Foreign"],
            &["Proto"],
        ),
        (
            sockets,
            "-tane",
            50,
            &["Local", "Foreign"],
            &["State", "Proto"],
        ),
        (sockets, "-tane", 20, &["Local"], &["Foreign", "State"]),
        (
            "interfaces",
            "-ia",
            90,
            &["RX-OK", "Flg"],
            &["RX-OVR", "RX-ERR"],
        ),
        (
            "all-routes",
            "-rn4",
            70,
            &["Destination", "Iface"],
            &["Ref", "Use"],
        ),
        (
            "masquerade",
            "-Mn",
            85,
            &["Source", "Masquerade"],
            &["Prevd", "Delta"],
        ),
    ];
    for (name, flags, columns, kept, left_out) in cases {
        let heads = heads(name, flags, columns);
        for title in kept {
            assert!(heads.contains(title), "{columns}: {heads}");
        }
        for title in left_out {
            assert!(!heads.contains(title), "{columns}: {heads}");
        }
    }
}
