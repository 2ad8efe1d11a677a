//! Two moments in net-tools' layouts: what differs from a saved listing.

mod common;

use common::moments::{DEV, SNMP, counting, save, since, system_of, tcp_now, tcp_then};
use common::{binary, folder, make_system, run, stderr, stdout, system, systems};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;

/// The width of what stands in front of a row of a change, in bytes.
const FRONT: usize = 29 + 1 + 7 + 1 + 9 + 1 + 13 + 1;

#[test]
fn the_classic_layout_has_what_happened_in_front() {
    let then = system_of("moments-classic-then", &tcp_then(), "1");
    let now = system_of("moments-classic-now", &tcp_now(), "1");
    let file = save("moments-classic", &then, &["-tan"]);
    let found = stdout(&since(&file, &now, &["--format", "classic"]));
    let lines: Vec<&str> = found.lines().collect();
    let [header, closed, changed, opened] = lines[..] else {
        panic!("{found}");
    };
    assert!(header.starts_with("Time   "), "{header}");
    assert!(header.contains("Before        Proto Recv-Q"), "{header}");
    for (line, expected) in [
        (closed, "closed          - -             tcp  "),
        (changed, "changed         - ESTABLISHED   tcp  "),
        (opened, "opened          - -             tcp  "),
    ] {
        assert!(line[30..].starts_with(expected), "{line}");
    }
    assert!(closed.trim_end().ends_with("LISTEN      8/old"), "{closed}");
    let flags = ["--format", "classic", "--no-header", "--sort", "local_port"];
    let found = stdout(&since(&file, &now, &[&flags[..], &["--top", "1"]].concat()));
    assert_eq!(found.lines().count(), 1, "{found}");
    assert!(found.contains("127.0.0.1:80 "), "{found}");
}

/// Where there was nothing, all is new, and looks as in a plain listing.
#[test]
fn rows_of_differences_are_those_of_a_listing() {
    let file = folder("moments-classic-nothing").join("saved");
    // The rows that are compared are at least so many.
    for (flags, listing, saved, least) in [
        (
            &["-a4nt", "-eop"][..],
            "sockets",
            "\"--all\",\"--tcp\",\"--inet\"",
            20,
        ),
        (
            &["-a6nt", "-op"],
            "sockets",
            "\"--all\",\"--tcp\",\"--inet6\"",
            5,
        ),
        (&["-anu", "-ep"], "sockets", "\"--all\",\"--udp\"", 5),
        (&["-anx", "-p"], "sockets", "\"--all\",\"--unix\"", 5),
        (&["-rn"], "routes", "\"--route\"", 20),
        (&["-rne"], "routes", "\"--route\"", 20),
        (&["-rnee"], "routes", "\"--route\"", 20),
        (&["-rn6"], "routes", "\"--route\",\"--inet6\"", 10),
        (&["-rnC"], "routes", "\"--route\",\"--cache\"", 3),
        (&["-gn"], "groups", "\"--groups\"", 10),
        (&["-Mn"], "masquerade", "\"--masquerade\"", 5),
        (&["-Mne"], "masquerade", "\"--masquerade\"", 5),
    ] {
        let header = "\"rnetstat_listing\":1,\"time\":\"2026-11-28T12:00:00Z\"";
        let lines = format!(
            "{{{header},\"listing\":\"{listing}\",\"flags\":[{saved}]}}\n\
             {{\"rows\":0,\"whole\":true}}\n"
        );
        fs::write(&file, lines).expect("written");
        // In place of a line that it can't read, net-tools prints the one before.
        let is_readable = |system: &PathBuf| !system.ends_with("odd-one");
        let mut compared = 0;
        for system in systems().into_iter().filter(is_readable) {
            let plain = run(&binary(), &system, flags);
            let found = since(&file, &system, &[flags, &["--format", "classic"]].concat());
            let (found, expected) = (rows(&found, FRONT), rows(&plain, 0));
            assert_eq!(found.len(), expected.len(), "{system:?} {flags:?}");
            for (found, expected) in found.iter().zip(&expected) {
                // Of a name like `sshd: alice`, the first word is saved, and of a timer, the name.
                let is_cut = [": ", "/program name", "unkn-", "??"];
                if !is_cut.iter().any(|part| expected.contains(part)) {
                    assert!(
                        found == expected || lacks_a_size(found, expected),
                        "{system:?} {flags:?}\n{found}\n{expected}"
                    );
                    compared += 1;
                }
            }
        }
        assert!(compared >= least, "{compared} {flags:?}");
    }
}

/// What has gone is written from the file alone.
#[test]
fn rows_that_are_gone_look_as_they_did() {
    for (then, now, flags, least) in [
        ("web-server", "idle-host", &["-tan", "-eo"][..], 100),
        ("states-and-timers", "idle-host", &["-anu", "-e"], 5),
        ("unix-kinds", "idle-host", &["-anx"], 20),
        ("long-names", "idle-host", &["-rn", "-ee"], 3),
        ("long-names", "idle-host", &["-rn6"], 3),
        ("all-routes", "long-names", &["-rnC", "-e"], 10),
        ("multicast-groups", "odd-groups", &["-gn"], 5),
        ("masquerade", "masquerade-odd", &["-Mn", "-e"], 3),
    ] {
        let [then, now] = [then, now].map(system);
        let file = save("moments-classic-gone", &then, flags);
        let found = since(&file, &now, &[flags, &["--format", "classic"]].concat());
        let with_programs = match flags[0].starts_with("-r") {
            true => flags.to_vec(),
            false => [flags, &["-p"]].concat(),
        };
        let plain = rows(&run(&binary(), &then, &with_programs), 0);
        // The number of a protocol that no unix socket has is not saved.
        let plain = plain.iter().map(|it| it.replacen("??   ", "unix ", 1));
        let plain: Vec<String> = plain.collect();
        let text = stdout(&found);
        let is_gone = |line: &&str| {
            [" closed ", " removed "]
                .iter()
                .any(|it| line[29..].starts_with(it))
        };
        let gone: Vec<&str> = text.lines().filter(is_gone).collect();
        assert!(gone.len() >= least, "{flags:?}: {}\n{text}", gone.len());
        for line in gone {
            let row = &line[FRONT..];
            // Of a name like `sshd: alice`, the first word is saved.
            let start = row.split('/').next().unwrap_or_default();
            let is_row = |it: &String| {
                it == row || it.contains(": ") && it.starts_with(start) || lacks_a_size(row, it)
            };
            assert!(plain.iter().any(is_row), "{flags:?}: {line}");
        }
    }
}

/// The rows of a listing, each from the byte `start` on.
fn rows(output: &Output, start: usize) -> Vec<String> {
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let titles = [
        "Proto ",
        "prot ",
        "Active",
        "Kernel",
        "Flag",
        "IP",
        "Group",
        "-----",
        "not configured",
    ];
    let is_title = |line: &str| titles.iter().any(|title| line.contains(title));
    let rows = text.lines().filter(|line| !is_title(line));
    rows.map(|line| line[start..].to_owned()).collect()
}

/// Returns whether all that `found` lacks is a number of `-r` that no kernel writes: one that is not above
/// what the headers take means no size, and is not saved.
fn lacks_a_size(found: &str, expected: &str) -> bool {
    let [found, expected] = [found, expected].map(|row| row.split_whitespace());
    let mut differing = found.zip(expected).filter(|(found, it)| found != it);
    let is_no_size = |number: &str| number.parse().is_ok_and(|number: i64| number <= 40);
    let first = differing.next();
    first.is_some_and(|(found, it)| found == "0" && is_no_size(it)) && differing.next().is_none()
}

/// What `flags` show of the counters of `then` and `now`, of which `--since` gets them.
fn counted(name: &str, flag: &str, then: &Path, now: &Path) -> String {
    let file = save(name, then, &[flag]);
    let found = since(&file, now, &["--format", "classic"]);
    assert_eq!(found.status.code(), Some(0), "{}", stderr(&found));
    stdout(&found)
}

#[test]
fn counters_have_the_difference_in_net_tools_words() {
    let then = counting("moments-words-then", SNMP, DEV, "1");
    let snmp = SNMP.replace("1 100", "1 350").replace("7 5", "9 3");
    let snmp = snmp + "IcmpMsg: InType8\nIcmpMsg: 4\n";
    let now = counting("moments-words-now", &snmp, DEV, "1");
    let found = counted("moments-words", "-s", &then, &now);
    let (title, rest) = found.split_once('\n').expect("a title");
    assert!(title.starts_with("Counters since 20"), "{title}");
    let expected = "\
Ip:
    250 total packets received
Tcp:
    2 active connection openings
    -2 connections established
IcmpMsg:
    InType8: 4
";
    assert_eq!(rest, expected);
}

#[test]
fn interfaces_have_a_row_for_what_differs() {
    let interface = |name: &str, received: &str, sent: &str| format!("{name}: {received} {sent}\n");
    let zeros = "0 0 0 0 0 0 0 0";
    let old = interface("old0", zeros, zeros);
    let same = interface("lo", "7 7 0 0 0 0 0 0", "7 7 0 0 0 0 0 0");
    let then = [
        DEV,
        &interface("eth0", "100 2 0 1 0 0 0 0", "50 1 0 0 0 0 0 0"),
        &old,
        &same,
    ];
    let now = [
        DEV,
        &interface("eth0", "1600 3 0 0 0 0 0 9", "50 1 2 0 0 0 0 0"),
        &interface("new0", zeros, zeros),
        &same,
    ];
    let [then, now] = [("then", then), ("now", now)]
        .map(|(name, dev)| counting(&format!("moments-rows-{name}"), SNMP, &dev.concat(), "1"));
    let found = counted("moments-rows", "-ia", &then, &now);
    let (title, rest) = found.split_once('\n').expect("a title");
    assert!(
        title.starts_with("Kernel Interface table, since 20"),
        "{title}"
    );
    let expected = "\
Iface             RX-OK  RX-BYTES RX-ERR RX-DRP   TX-OK  TX-BYTES TX-ERR TX-DRP
old0                 - gone -
eth0                  1      1500      0     -1       0         0      2      0
eth0                 - rx_multicast +9 -
new0                 - new -
";
    assert_eq!(rest, expected);
}

#[test]
fn a_route_that_differs_says_what_it_was() {
    let head =
        "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n";
    let route = |to: &str, size: u32| {
        format!("eth0\t{to}\t00000000\t0001\t0\t0\t0\t00FFFFFF\t{size}\t0\t0\n")
    };
    let system = |name: &str, routes: [String; 2]| {
        let table = head.to_owned() + &routes.concat();
        make_system(name, &[("proc/net/route", table.as_bytes())], &[])
    };
    let then = [route("000200C0", 1440), route("006433C6", 0)];
    let then = system("moments-routes-then", then);
    let now = [route("000200C0", 1340), route("007100CB", 0)];
    let now = system("moments-routes-now", now);
    let file = save("moments-routes", &then, &["-rn"]);
    let found = stdout(&since(&file, &now, &["--format", "classic"]));
    let rows: Vec<&str> = found.lines().map(|line| line[30..].trim_end()).collect();
    assert_eq!(
        rows,
        [
            "Change       Seen Before        Destination     Gateway         Genmask         Flags   MSS Window  irtt Iface",
            "removed         - -             198.51.100.0    0.0.0.0         255.255.255.0   U         0 0          0 eth0",
            "changed         - MSS=1440      192.0.2.0       0.0.0.0         255.255.255.0   U      1340 0          0 eth0",
            "added           - -             203.0.113.0     0.0.0.0         255.255.255.0   U         0 0          0 eth0",
        ]
    );
}
