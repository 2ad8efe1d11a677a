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
    let narrow = table("web-server", "-tan --count-by state,command", 80);
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
         2 rows: 2 open only to this host\n"
    );
    assert_eq!(
        shown("-4tl --count-by uid,user"),
        " UID  User  Count  Share\n   7  ada       1   50.00% ██████████\n\
         7777  -         1   50.00% ██████████\n2 groups\n"
    );
    // Else it does, as a text.
    assert_eq!(
        shown("-4tle"),
        "Proto  Recv-Q  Send-Q  Local address  Port  State   UID   Inode\n\
         tcp         0       0  here           ssh   LISTEN  ada      51\n\
         tcp         0       0  here           8080  LISTEN  7777     52\n\
         2 rows: 2 LISTEN; 2 open only to this host\n"
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

#[test]
fn listeners_have_no_foreign_end_and_are_counted_by_reach() {
    let last = "7 rows: 7 LISTEN; 5 open to the network, 2 only to this host";
    for flags in ["-tln", "-tan --state listen", "-lnt"] {
        let found = table("web-server", flags, 80);
        assert!(!found.contains("Foreign"), "{found}");
        assert_eq!(found.lines().last(), Some(last), "{flags}");
        let rows = |end: &str| found.lines().filter(|line| line.contains(end)).count();
        assert_eq!((rows("  *  "), rows("  127.0.0.1  ")), (5, 2), "{found}");
    }
    // Among others, and in the formats for programs, they are as they were.
    for flags in ["-tan", "-tan --state listen,time_wait"] {
        let found = table("web-server", flags, 80);
        assert!(
            found.contains("Foreign") && found.contains("  0.0.0.0  "),
            "{found}"
        );
        assert!(!found.contains("open to"), "{found}");
    }
    let csv = run(
        &binary(),
        &system("web-server"),
        &["-tln", "--format", "csv"],
    );
    assert!(stdout(&csv).contains(",0.0.0.0,80,"), "{}", stdout(&csv));
    let colored = table("web-server", "-tln --color always", 80);
    assert_eq!(colored.matches("\x1b[35m*\x1b[0m").count(), 5, "{colored}");
}

#[test]
fn a_table_of_nothing_says_what_was_searched() {
    let cases = [
        (
            "-tan --state closing --port 9",
            "no TCP socket with port 9 in CLOSING",
        ),
        (
            "-tan --state last_ack,closing --pid 7",
            "no TCP socket in LAST_ACK or CLOSING of process 7; not everything could be read",
        ),
        (
            "-tan state established and sport = :9",
            "no TCP socket in ESTABLISHED with local port 9",
        ),
        (
            "-xan state established and src /no/path",
            "no unix socket in CONNECTED with local path /no/path",
        ),
        (
            "-4tan --local-port 1,2,3",
            "no IPv4 TCP socket with local port 1, 2 or 3",
        ),
        (
            "-uan --address 10.0.0.0/8",
            "no UDP socket with address 10.0.0.0/8",
        ),
        ("-tuan --port 9", "no TCP or UDP socket with port 9"),
        ("-wln", "no raw listener"),
        ("-un", "no UDP connection"),
        ("-tan --process none", "no TCP socket of program none"),
        (
            "-tan sport = :9 and not dport = :8",
            "no TCP socket matches the filter",
        ),
        (
            "-tan --count-by state --port 9",
            "no TCP socket with port 9",
        ),
    ];
    for (flags, expected) in cases {
        let found = table("web-server", flags, 80);
        assert_eq!(found, format!("{expected}\n"), "{flags}");
    }
    let none = table("web-server", "-tan --port 9", 12);
    assert_eq!(none, "no TCP\nsocket with\nport 9\n");
    let files: [(&str, &[u8]); 3] = [
        ("proc/net/igmp", b"Idx\tDevice    : Count Querier\tGroup    Users Timer\tReporter\n"),
        ("proc/net/igmp6", b""),
        ("proc/net/route", b"Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n"),
    ];
    let root = make_system("tables-nothing", &files, &[]);
    for (flags, expected) in [("-gn", "no multicast group\n"), ("-rn4", "no route\n")] {
        let found = run(&binary(), &root, &[flags, "--format", "table"]);
        assert_eq!(stdout(&found), expected);
    }
}

#[test]
fn what_cannot_be_read_is_not_nothing() {
    let root = make_system("tables-unread", &[("proc/net/udp", b"title\n")], &[]);
    for (flags, expected) in [
        ("-tan", "no TCP socket; not everything could be read\n"),
        ("-uan --port 9", "no UDP socket with port 9\n"),
        ("-rn", "no route; not everything could be read\n"),
        (
            "-tan --count-by state",
            "no TCP socket; not everything could be read\n",
        ),
    ] {
        let flags = flags.split(' ').chain(["--format", "table"]);
        let found = run(&binary(), &root, &flags.collect::<Vec<_>>());
        assert_eq!(stdout(&found), expected);
        assert_eq!(found.status.code(), Some(1));
    }
}

#[test]
fn the_command_says_more_than_the_program_where_there_is_room() {
    let command = "nginx: master process /usr/sbin/nginx -g daemon on; master_process on;";
    let lines = |flags: &str, columns| {
        let table = table("web-server", flags, columns);
        let of_nginx = table.lines().find(|line| line.contains("2100/nginx"));
        (table.clone(), of_nginx.expect("a line").to_owned())
    };
    // All is there, a part of it, nothing of it.
    let (_, line) = lines("-tlnp", 200);
    assert!(
        line.ends_with(&format!("2100/nginx+4    {command}, nginx: worker process")),
        "{line}"
    );
    let (_, line) = lines("-tlnp", 90);
    assert!(
        line.ends_with('…') && line.contains("  nginx: master"),
        "{line}"
    );
    let (all, _) = lines("-tanp", 80);
    assert!(!all.contains("Command"), "{all}");
    // With -W, no end is missing, and all processes are named.
    let (whole, line) = lines("-tlnpW", 100);
    let squeezed: Vec<&str> = whole.split_whitespace().collect();
    assert!(!whole.contains('…') && whole.contains("Command"), "{whole}");
    assert!(
        line.contains("2100/nginx,") && squeezed.contains(&"2104/nginx"),
        "{whole}"
    );
}

#[test]
fn nobody_has_a_name() {
    let found = table("web-server", "-tan --count-by program", 80);
    let first = "Program   Count  Share\nnginx       215   49.20% ██████████\n(kernel)    159";
    assert!(found.starts_with(first), "{found}");
    let found = table("web-server", "-tan --count-by command", 120);
    assert!(found.contains("\nnginx: worker process "), "{found}");
    let found = table("web-server", "-tan --count-by unit", 80);
    assert!(
        found.contains("\n-       437") && !found.contains("(kernel)"),
        "{found}"
    );
    let found = table("web-server", "-tanp --state time_wait", 80);
    assert!(
        found
            .lines()
            .nth(1)
            .is_some_and(|it| it.ends_with("(kernel)")),
        "{found}"
    );
    // Nobody holds one socket, if all processes have been seen; else somebody may.
    let socket = b"  sl  local_address rem_address\n\
        0: 0100007F:0016 00000000:0000 0A 0:0 0:0 0 7 0 51 1 0 100 0 0 10 0\n";
    let other: (u32, &[u8], &[u64]) = (7, b"other\0", &[52]);
    for (name, processes, expected) in [
        ("tables-nobody", &[other][..], "-"),
        ("tables-unknown", &[], "(unknown)"),
    ] {
        let root = make_system(name, &[("proc/net/tcp", socket)], processes);
        let flags = ["-tanp", "--format", "table", "--columns", "program"];
        let found = stdout(&run(&binary(), &root, &flags));
        assert_eq!(found, format!("Program\n{expected}\n1 row\n"));
    }
    // For programs it is null as ever.
    let json = run(
        &binary(),
        &system("web-server"),
        &["-tan", "--count-by", "program", "--json"],
    );
    let json = stdout(&json);
    assert!(json.contains("{\"program\":null,\"count\":159,"), "{json}");
    assert!(
        json.contains("{\"program\":\"nginx\",\"count\":215,"),
        "{json}"
    );
}

#[test]
fn columns_that_flags_added_and_do_not_fit_are_named() {
    let last = |flags: &str, columns| {
        let table = table("web-server", flags, columns);
        let lines: Vec<&str> = table.lines().collect();
        let summary = lines.iter().rposition(|it| it.contains(" rows: "));
        let last = lines.get(summary.expect("a last line")..);
        (lines[0].to_owned(), last.unwrap_or_default().join(" "))
    };
    let (_, narrow) = last("-tano", 60);
    assert!(narrow.contains(" do not fit (COLUMNS="), "{narrow}");
    let wide = narrow.split(['=', ' ']).rev().nth(2).expect("a width");
    let wide = wide.parse().expect("a width");
    let (titles, all) = last("-tano", wide);
    assert!(titles.contains("Timer") && !all.contains("fit"), "{all}");
    let (titles, _) = last("-tano", wide - 1);
    assert!(titles.len() < wide, "{titles}");
}

/// What a script would look for is not left out without a word.
#[test]
fn columns_that_say_something_and_do_not_fit_are_named() {
    for (system, expected) in [
        (
            "idle-host",
            "; Send-Q does not fit (COLUMNS=79 shows all)\n",
        ),
        (
            "odd-one",
            "; Recv-Q and Send-Q do not fit (COLUMNS=78 shows all)\n",
        ),
        // These are 0 in all rows.
        ("selinux", "1 TIME_WAIT\n"),
    ] {
        let table = table(system, "-tan", 60);
        let one_line = table
            .replace("\n(COLUMNS", " (COLUMNS")
            .replace("\nshows", " shows");
        assert!(one_line.ends_with(expected), "{table}");
        let titles = table.lines().next().unwrap_or_default();
        assert!(!titles.contains("Send-Q"), "{table}");
    }
}

#[test]
fn a_table_has_the_rows_of_json() {
    for flags in [
        "-tan --sort -pid,local_port --top 3",
        "-tan --sort pid,-local_port --top 3",
        "-tan --sort program,local_port,foreign_port --top 200",
        "-tan --count-by unit --top 1",
        "-tan --count-by program,state --sort -program,count --top 5",
    ] {
        let rows = |format: &str| -> Vec<Vec<String>> {
            let columns = match flags.contains("count-by") {
                true => "count",
                false => "local_port,foreign_port",
            };
            let flags = format!("{flags} --format {format} --columns {columns} --no-header");
            let flags: Vec<&str> = flags.split(' ').collect();
            let found = stdout(&run(&binary(), &system("web-server"), &flags));
            let rows = found.lines().map(|line| {
                let numbers = line.split(|it: char| !it.is_ascii_digit());
                numbers
                    .filter(|it| !it.is_empty())
                    .map(str::to_owned)
                    .collect()
            });
            rows.collect()
        };
        assert_eq!(rows("table"), rows("csv"), "{flags}");
    }
}

#[test]
fn wide_and_combining_characters_keep_columns_straight() {
    let sockets = b"  sl  local_address rem_address\n\
        0: 0100007F:0016 00000000:0000 0A 0:0 0:0 0 7 0 51 1 0 100 0 0 10 0\n\
        1: 0100007F:0017 00000000:0000 0A 0:0 0:0 0 7 0 52 1 0 100 0 0 10 0\n\
        2: 0100007F:0018 00000000:0000 0A 0:0 0:0 0 7 0 53 1 0 100 0 0 10 0\n";
    let names: [(u32, &[u8], &[u64]); 3] = [
        (7, "日本語\0".as_bytes(), &[51]),
        (8, "e\u{301}e\u{301}\0".as_bytes(), &[52]),
        (9, b"plain\0", &[53]),
    ];
    let root = make_system("tables-wide", &[("proc/net/tcp", sockets)], &names);
    let columns = "local_port,program,inode";
    let found = run(
        &binary(),
        &root,
        &["-tan", "--format", "table", "--columns", columns],
    );
    assert_eq!(
        stdout(&found),
        "Port  Program  Inode\n  22  日本語      51\n  23  e\u{301}e\u{301}          52\n  24  plain       53\n3 rows\n"
    );
}
