//! The protocols' counters (`-s`), by the built binary: words, repeats, and systems that are not as
//! they should be. What net-tools prints is in tests/systems, but for what it loses where a line is
//! bad: that is here, as it printed it.

mod common;

use common::running::Start;
use common::{binary, link, make_system, run, stderr, stdout, system};
use std::fs;
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

const SNMP: &str = "proc/net/snmp";
const NETSTAT: &str = "proc/net/netstat";
const SCTP: &str = "proc/net/sctp/snmp";
const SNMP6: &str = "proc/net/snmp6";

/// A system with these files, each a path and a text.
fn system_of(name: &str, files: &[(&str, &str)]) -> std::path::PathBuf {
    let files: Vec<_> = files
        .iter()
        .map(|(path, text)| (*path, text.as_bytes()))
        .collect();
    let root = make_system(&format!("statistics-{name}"), &files, &[]);
    fs::create_dir_all(root.join("proc/net")).expect("a folder");
    root
}

/// The titles of an output's sections.
fn titles(output: &str) -> Vec<&str> {
    let lines = output.lines().filter(|line| !line.starts_with(' '));
    lines.map(|line| line.trim_end_matches(':')).collect()
}

#[test]
fn words_narrow_the_counters() {
    let busy = system("counters-busy");
    let cases: [(&[&str], &str); 9] = [
        (&["-s", "tcp"], "-st"),
        (&["-s", "udp", "RAW"], "-suw"),
        (&["-s", "udplite"], "-sU"),
        (&["-su", "tcp"], "-st"),
        (&["-sS", "tcp"], "-st"),
        (&["-s", "tcp6"], "-s6t"),
        (&["-s", "udp6", "tcp"], "-s6tu"),
        (&["-s6", "raw"], "-s6w"),
        (&["-s4", "tcp6"], "-s46"),
    ];
    for (flags, same) in cases {
        let found = run(&binary(), &busy, flags);
        let expected = run(&binary(), &busy, &[same]);
        assert!(found.stdout == expected.stdout, "{flags:?}");
        assert_eq!(found.status.code(), expected.status.code(), "{flags:?}");
        assert!(!found.stdout.is_empty());
    }
    assert_eq!(
        titles(&stdout(&run(&binary(), &busy, &["-s", "tcp"]))),
        ["IcmpMsg", "Tcp", "UdpLite", "TcpExt", "IpExt", "MPTcpExt"]
    );
    let refused = run(&binary(), &busy, &["-s", "unix"]);
    assert_eq!(refused.status.code(), Some(3));
    assert!(
        stderr(&refused).contains("protocol"),
        "{}",
        stderr(&refused)
    );
    // net-tools passes words over.
    let all = run(&link("netstat"), &busy, &["-s"]);
    assert!(run(&link("netstat"), &busy, &["-s", "tcp", "5"]).stdout == all.stdout);
}

#[test]
fn counters_repeat_but_not_as_netstat() {
    let busy = system("counters-busy");
    for flags in [["-sc", "-t"], ["-st", "0.05"]] {
        let mut child = Command::new(binary())
            .arg("--root")
            .arg(&busy)
            .args(flags)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .start();
        let lines = BufReader::new(child.stdout.take().expect("a pipe")).lines();
        let is_title = |line: &String| line == "Tcp:";
        let seen = lines.map_while(Result::ok).filter(is_title).take(3).count();
        assert_eq!(seen, 3, "{flags:?}");
    }
    let once = run(&link("netstat"), &busy, &["-sc", "-t"]);
    assert_eq!(stdout(&once).matches("\nTcp:\n").count(), 1);
    assert!(once.status.success());
}

/// What one system comes to: its files, the flags, what rnetstat prints, what netstat prints, and
/// what both say on stderr.
type Case<'a> = (
    &'a [(&'a str, &'a str)],
    &'a str,
    &'a str,
    &'a str,
    &'a [&'a str],
);

#[test]
fn a_bad_line_is_told_and_costs_only_itself_but_as_netstat() {
    let cases: [Case; 9] = [
        (
            &[(SNMP, "Tcp: A ActiveOpens PassiveOpens\nTcp: 1 x 3\n")],
            "-s",
            "Tcp:\n    A: 1\n    3 passive connection openings\n",
            "Tcp:\n    A: 1\n    0 active connection openings\n    0 passive connection openings\n",
            &["line 2 of", "net/snmp"],
        ),
        (
            &[(SNMP, "Icmp: InMsgs InEchos\nIcmp: 1\n")],
            "-s",
            "Icmp:\n    1 ICMP messages received\n",
            "Icmp:\n    1 ICMP messages received\n    ICMP input histogram:\n",
            &["line 2 of"],
        ),
        (
            &[
                (SNMP, "x\ny\nTcp: Q\nTcp: 1\n"),
                (NETSTAT, "TcpExt: C\nTcpExt: 1\n"),
                (SCTP, "SctpE 1\n"),
            ],
            "-s",
            "Tcp:\n    Q: 1\nTcpExt:\n    C: 1\nSctp:\n    SctpE: 1\n",
            "TcpExt:\n    C: 1\nSctp:\n    SctpE: 1\n",
            &["line 1 of", "net/snmp"],
        ),
        (
            &[(SNMP, "Ip: A B\n\nIp: 1 2\nUdp: Z\nUdp: 9\n")],
            "-s",
            "Ip:\n    A: 1\n    B: 2\nUdp:\n    Z: 9\n",
            "",
            &[],
        ),
        (
            &[(SNMP, "Ip: A B\nUdp: Z\nUdp: 9\n")],
            "-s",
            "Udp:\n    Z: 9\n",
            "Ip:\n",
            &["line "],
        ),
        (
            &[(SNMP, "Ip: A\nTcp: 1\nUdp: Z\nUdp: 9\n")],
            "-s",
            "Udp:\n    Z: 9\n",
            "Ip:\n    A: 1\nUdp:\n    Z: 9\n",
            &[],
        ),
        (
            &[(SNMP, "Ip: A\nIp: 1\n"), (SCTP, "SctpAborteds x\nB 2\nC\n")],
            "-sS",
            "Sctp:\n    B: 2\n",
            "Sctp:\n    0 Number of Aborteds \n    B: 2\n",
            &["line 1 of", "line 3 of", "net/sctp/snmp"],
        ),
        (
            &[
                (SNMP, "Tcp A\nTcp: 3\nTcp: C\nTcp: 2\n"),
                (SNMP6, "Ip6A 1\n"),
            ],
            "-s6",
            "Ip6:\n    Ip6A: 1\nTcp:\n    C: 2\n",
            "Ip6:\n    Ip6A: 1\n",
            &["line 1 of", "net/snmp"],
        ),
        (
            &[
                (SNMP, "Ip: A\nIp: 1\n"),
                (NETSTAT, "TcpExt: A TW\nTcpExt: 1 "),
            ],
            "-st",
            "TcpExt:\n    A: 1\n",
            "TcpExt:\n    A: 1\n",
            &["line 2 of", "net/netstat"],
        ),
    ];
    for (number, (files, flags, expected, as_netstat, told)) in cases.into_iter().enumerate() {
        let root = system_of(&format!("bad-{number}"), files);
        for (program, expected) in [(binary(), expected), (link("netstat"), as_netstat)] {
            let found = run(&program, &root, &[flags]);
            let said = stderr(&found);
            assert_eq!(stdout(&found), expected, "{files:?} {program:?}");
            assert!(found.status.success(), "{files:?}: {said}");
            for told in told {
                assert!(said.contains(told), "{files:?} {program:?}: {said}");
            }
        }
    }
}

/// Where net-tools shows what it has in memory from the line before, or from nowhere.
#[test]
fn a_name_without_a_number_in_snmp6_is_left_out_and_told() {
    let text = "Ip6InReceives 5\nIp6InDelivers\nIp6InDiscards x\n\nIp6OutRequests 6\nIcmp6InMs";
    let root = system_of("snmp6", &[(SNMP6, text), (SNMP, "Ip: A\nIp: 1\n")]);
    for program in [binary(), link("netstat")] {
        let found = run(&program, &root, &["-s6"]);
        assert_eq!(
            stdout(&found),
            "Ip6:\n    5 total packets received\n    6 requests sent out\n"
        );
        for line in ["line 2 of", "line 3 of", "line 6 of"] {
            assert!(stderr(&found).contains(line), "{}", stderr(&found));
        }
    }
}

#[test]
fn a_missing_file_is_told_and_only_netstat_ends_there() {
    let snmp = (SNMP, "Ip: A\nIp: 1\nTcp: B\nTcp: 1\n");
    let netstat = (NETSTAT, "TcpExt: C\nTcpExt: 1\n");
    let sctp = (SCTP, "SctpE 1\n");
    let snmp6 = (SNMP6, "Ip6D 1\n");
    let ip = "Ip:\n    A: 1\nTcp:\n    B: 1\n";
    let ext = "TcpExt:\n    C: 1\n";
    let sctp_s = "Sctp:\n    SctpE: 1\n";
    // The files, the flags; stdout and status of rnetstat, stdout of netstat, whose status is 0; the
    // files that are told by rnetstat, and by netstat.
    type Missing<'a> = (
        &'a [(&'a str, &'a str)],
        &'a str,
        String,
        i32,
        String,
        &'a [&'a str],
        &'a [&'a str],
    );
    let cases: [Missing; 9] = [
        (
            &[snmp, netstat],
            "-s",
            ip.to_owned() + ext,
            0,
            ip.to_owned() + ext,
            &[],
            &[],
        ),
        (
            &[snmp, netstat],
            "-sS",
            String::new(),
            1,
            String::new(),
            &["sctp/snmp"],
            &[],
        ),
        (
            &[snmp, sctp],
            "-s",
            ip.to_owned() + sctp_s,
            0,
            ip.to_owned() + sctp_s,
            &["net/netstat"],
            &[],
        ),
        (
            &[netstat, sctp],
            "-s",
            ext.to_owned() + sctp_s,
            1,
            String::new(),
            &["net/snmp:"],
            &["net/snmp:"],
        ),
        (
            &[sctp],
            "-s",
            sctp_s.to_owned(),
            1,
            String::new(),
            &["net/snmp:", "net/netstat:"],
            &["net/snmp:"],
        ),
        (
            &[],
            "-s",
            String::new(),
            1,
            String::new(),
            &["net/snmp:", "net/netstat:"],
            &["net/snmp:"],
        ),
        (
            &[snmp],
            "-s6",
            "Tcp:\n    B: 1\n".to_owned(),
            1,
            String::new(),
            &["net/snmp6:"],
            &["net/snmp6:"],
        ),
        (
            &[snmp6],
            "-s6",
            "Ip6:\n    Ip6D: 1\n".to_owned(),
            1,
            "Ip6:\n    Ip6D: 1\n".to_owned(),
            &["net/snmp:"],
            &["net/snmp:"],
        ),
        (
            &[],
            "-s6",
            String::new(),
            1,
            String::new(),
            &["net/snmp6:", "net/snmp:"],
            &["net/snmp6:"],
        ),
    ];
    for (number, (files, flags, expected, status, as_netstat, told, netstat_told)) in
        cases.into_iter().enumerate()
    {
        let root = system_of(&format!("missing-{number}"), files);
        for (program, expected, status, told) in [
            (binary(), expected, status, told),
            (link("netstat"), as_netstat, 0, netstat_told),
        ] {
            let found = run(&program, &root, &[flags]);
            let said = stderr(&found);
            assert_eq!(stdout(&found), expected, "{files:?} {flags} {program:?}");
            assert_eq!(
                found.status.code(),
                Some(status),
                "{files:?} {flags} {program:?}"
            );
            assert_eq!(
                said.lines().count(),
                told.len(),
                "{files:?} {flags}: {said}"
            );
            for told in told {
                assert!(said.contains(told), "{files:?} {flags}: {said}");
            }
        }
    }
}

#[test]
fn a_folder_in_a_files_place_costs_only_that_file() {
    let root = system_of("folders", &[(NETSTAT, "TcpExt: C\nTcpExt: 1\n")]);
    for folder in [SNMP, SCTP] {
        fs::create_dir_all(root.join(folder)).expect("a folder where a file belongs");
    }
    for (program, status) in [(binary(), 1), (link("netstat"), 0)] {
        let found = run(&program, &root, &["-s"]);
        // net-tools prints SCTP's title before it finds out.
        assert_eq!(stdout(&found), "TcpExt:\n    C: 1\nSctp:\n");
        assert_eq!(found.status.code(), Some(status));
        for file in ["net/snmp:", "net/sctp/snmp:"] {
            assert!(stderr(&found).contains(file), "{}", stderr(&found));
        }
    }
}

#[test]
fn control_characters_in_names_never_get_out() {
    let root = system_of(
        "control",
        &[
            (SNMP, "I\x1b[2J: A\x07B \u{9b}31m\nI\x1b[2J: 1 2\n"),
            (SCTP, "Sctp\x1b]0;x\x07 3\n"),
            (SNMP6, "Ip6\x1b[1mX 4\n"),
        ],
    );
    for (flags, expected) in [
        (
            "-s",
            "I?[2J:\n    A?B: 1\n    ??31m: 2\nSctp:\n    Sctp?]0;x?: 3\n",
        ),
        ("-s6", "Ip6:\n    Ip6?[1mX: 4\n"),
    ] {
        assert_eq!(stdout(&run(&link("netstat"), &root, &[flags])), expected);
    }
}
