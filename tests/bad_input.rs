//! The built binary on systems that are not as they should be.

mod common;

use common::running::Start;
use common::{TCP, binary, make_system, protocols, run, stderr, stdout};
use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::{Command, Stdio};

#[test]
fn control_characters_never_get_out() {
    let hostile = b"/bin/\x1b]0;owned\x07\x9b31m\xc2\x9bx\n\ty";
    let unix = [
        &b"Num       RefCount Protocol Flags    Type St Inode Path\n"[..],
        b"0: 00000002 00000000 00010000 0001 01 4001 /run/\x1b[2J\x07\x7f\xc2\x85\x8fend\n",
    ]
    .concat();
    let route =
        b"Iface\tDestination\tGateway\tFlags\tRefCnt\tUse\tMetric\tMask\tMTU\tWindow\tIRTT\n\
        e\x1b[1m\t0000000A\t00000000\t0001\t0\t0\t0\t000000FF\t0\t0\t0\n";
    let route6 = format!(
        "{0} 00 {0} 00 {0} 0 0 0 00000001 e\x1b[1m\n",
        "0".repeat(32)
    );
    let groups = b"Idx\tDevice    :\n1\te\x1b[1m\x9b      : 1\n\t010000E0 1\n";
    let masquerade = b"Prc Expires\nTCP 7F000001:1F90 7F000001:1F90 F001 0 0 1\n";
    let endpoints = b"ENDPT\nx x 2 10 25 8080 0 4000 127.0.0.1 1:\x1b[1m 1:2:\xc2\x9b\n";
    let root = make_system(
        "hostile",
        &[
            ("proc/net/igmp", groups),
            (
                "proc/net/igmp6",
                b"1 e\x1b[1m ff020000000000000000000000000001 1\n",
            ),
            ("proc/net/ip_masquerade", masquerade),
            ("proc/net/sctp/eps", endpoints),
            ("proc/net/tcp", TCP),
            ("proc/net/unix", &unix),
            ("proc/net/route", route),
            ("proc/net/ipv6_route", route6.as_bytes()),
            ("etc/hosts", b"127.0.0.1 ho\x1b[1mst\n"),
            ("etc/networks", b"ne\x1bt 10\n"),
            ("etc/services", b"se\x1brvice 8080/tcp\n"),
            ("etc/passwd", b"ro\x1bot:x:0:0::/:\n"),
        ],
        &[(77, hostile, &[4000, 4001])],
    );
    for flags in [
        &["-ap"][..],
        &["-ape"],
        &["-apW"],
        &["-xap"],
        &["-xao"],
        &["-r"],
        &["-ree"],
        &["-r6"],
        &["-g"],
        &["-M"],
        &["-Slp"],
        &["-Slno"],
    ] {
        let found = run(&binary(), &root, flags);
        assert!(found.status.success(), "{flags:?}: {}", stderr(&found));
        let text = stdout(&found);
        assert!(
            text.lines().count() > 2 && text.contains('?'),
            "{flags:?}: {text}"
        );
        let steers = |byte: &u8| byte.is_ascii_control() && *byte != b'\n';
        assert!(!found.stdout.iter().any(steers), "{flags:?}: {text:?}");
        assert!(
            !found.stdout.windows(2).any(|pair| pair == b"\xc2\x9b"),
            "{flags:?}"
        );
        assert!(!found.stdout.contains(&0x8f), "{flags:?}");
    }
}

#[test]
fn what_is_said_quotes_nothing_that_steers_or_turns() {
    let root = make_system("said-\u{202e}\n\x1b[1m", &[("proc/net/udp", TCP)], &[]);
    fs::create_dir(root.join("proc/net/tcp")).expect("a folder where a file belongs");
    let wrong = "\u{2066}a\x1b[1m\u{200b}";
    for flags in [
        &["-tan"][..],
        &["-tan", "--user", wrong],
        &["-tan", "--port", wrong],
        &["-tan", "--format", wrong],
        &["-tan", "--json", "--columns", wrong],
    ] {
        let said = stderr(&run(&binary(), &root, flags));
        assert!(
            said.contains("???") && said.contains("?[1m"),
            "{flags:?}: {said:?}"
        );
        let steers = |it: char| it.is_control() && it != '\n';
        let turns = |it| "\u{202e}\u{2066}\u{200b}".contains(it);
        assert!(
            !said.contains(steers) && !said.contains(turns),
            "{flags:?}: {said:?}"
        );
    }
    let said = stderr(&run(&binary(), &root, &["-tan"]));
    assert_eq!(said.lines().count(), 1, "{said:?}");
}

#[test]
fn a_bad_line_is_told_with_its_place_and_the_others_are_printed() {
    let table = [
        TCP,
        b"garbage\n",
        &TCP[TCP.iter().position(|&b| b == b'\n').expect("a header") + 1..],
    ]
    .concat();
    let root = make_system("bad-line", &[("proc/net/tcp", &table)], &[]);
    let found = run(&binary(), &root, &["-tan"]);
    assert!(found.status.success());
    assert_eq!(stdout(&found).lines().count(), 4);
    let said = stderr(&found);
    assert_eq!(said.lines().count(), 1, "{said}");
    assert!(
        said.contains("proc/net/tcp") && said.contains("line 3"),
        "{said}"
    );
}

#[test]
fn a_table_that_cannot_be_read_costs_only_itself() {
    let root = make_system(
        "unreadable",
        &[("proc/net/tcp", TCP), ("proc/net/udp6", TCP)],
        &[],
    );
    fs::create_dir(root.join("proc/net/udp")).expect("a folder where a file belongs");
    let found = run(&binary(), &root, &["-an"]);
    assert_eq!(found.status.code(), Some(1));
    assert!(
        stderr(&found).contains("proc/net/udp: "),
        "{}",
        stderr(&found)
    );
    assert_eq!(protocols(&stdout(&found)), ["tcp", "udp6"]);
}

#[test]
fn where_self_leads_nowhere_process_1_is_read() {
    let root = make_system(
        "archive",
        &[("proc/1/net/tcp", TCP)],
        &[(1, b"init\0", &[4000])],
    );
    symlink("self/net", root.join("proc/net")).expect("linked");
    symlink("4242", root.join("proc/self")).expect("linked");
    let found = run(&binary(), &root, &["-tanp"]);
    assert!(found.status.success(), "{}", stderr(&found));
    assert!(stdout(&found).contains("127.0.0.1:8080") && stdout(&found).contains("1/init"));
}

#[test]
fn a_root_that_is_not_there_is_said() {
    for listing in ["-tan", "-an", "-gn", "-rn", "-i", "-s", "-M"] {
        for format in [&[][..], &["--json"], &["--format", "table"], &["--count"]] {
            let words = [&[listing], format].concat();
            let found = run(&binary(), Path::new("/nowhere"), &words);
            assert_eq!(found.status.code(), Some(1), "{words:?}");
            assert_eq!(stdout(&found), "", "{words:?}");
            let said = stderr(&found);
            let expected = "/nowhere: No such file or directory";
            assert!(said.contains(expected), "{words:?}: {said}");
        }
    }
}

/// What README.md promises for scripts.

#[test]
fn pipes_and_devices_in_place_of_files_keep_nobody_waiting() {
    let root = make_system(
        "odd-files",
        &[("proc/net/udp", TCP)],
        &[(5, b"five\0", &[4000])],
    );
    let pipe = |path: &str| {
        let path = root.join(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("made");
        nix::unistd::mkfifo(&path, nix::sys::stat::Mode::S_IRWXU).expect("a pipe");
    };
    for path in [
        "proc/net/tcp",
        "proc/net/unix",
        "proc/net/route",
        "proc/7/fd",
        "proc/8/cmdline",
        "proc/8/fd/3",
        "etc/hosts",
        "etc/passwd",
    ] {
        pipe(path);
    }
    fs::create_dir(root.join("etc/services")).expect("made");
    symlink("/dev/zero", root.join("proc/net/udp6")).expect("linked");
    symlink("/dev/zero", root.join("etc/networks")).expect("linked");
    for flags in [&["-anp"][..], &["-ae"], &["-r"], &["-ano"], &["-tanp"]] {
        let mut child = Command::new(binary())
            .arg("--root")
            .arg(&root)
            .args(flags)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .start();
        common::must_end(&mut child, flags);
        let found = child.output();
        assert_eq!(found.status.code(), Some(1), "{flags:?}");
        assert!(!stderr(&found).is_empty());
        if flags[0].contains("an") && !flags[0].contains('t') {
            assert!(stdout(&found).contains("127.0.0.1:8080"), "{flags:?}");
        }
    }
}

#[test]
fn names_are_read_only_where_they_are_wanted() {
    let root = make_system("lazy-names", &[("proc/net/tcp", TCP)], &[]);
    for file in ["hosts", "networks", "services", "protocols", "passwd"] {
        fs::create_dir_all(root.join("etc").join(file)).expect("a folder where a file belongs");
    }
    let numbers = run(&binary(), &root, &["-tane"]);
    assert_eq!(stderr(&numbers), "");
    let names = run(&binary(), &root, &["-tae"]);
    assert!(names.status.success());
    for file in ["hosts", "services", "protocols", "passwd"] {
        assert!(
            stderr(&names).contains(&format!("etc/{file}: ")),
            "{}",
            stderr(&names)
        );
    }
    assert!(!stderr(&names).contains("networks"), "{}", stderr(&names));
}

/// Links in another system mean that system's files, not ours.

#[test]
fn links_do_not_lead_out_of_the_root() {
    let root = make_system(
        "links",
        &[("proc/net/tcp", TCP), ("run/hosts", b"127.0.0.1 inside\n")],
        &[],
    );
    fs::create_dir_all(root.join("etc")).expect("made");
    symlink("/run/hosts", root.join("etc/hosts")).expect("linked");
    symlink(
        "../../../../../../../../etc/passwd",
        root.join("etc/passwd"),
    )
    .expect("linked");
    let text = stdout(&run(&binary(), &root, &["-tae"]));
    assert!(
        text.contains("inside:8080") && text.contains(" 0          4000"),
        "{text}"
    );
}

#[test]
fn a_cut_line_is_told_and_shows_no_other_rows_owner() {
    let whole = String::from_utf8(TCP.to_vec()).expect("text");
    let row = whole.lines().nth(1).expect("a row");
    let udp = "  0: 0100007F:0035 00000000:0000 07 00000000:00000000 00:00000000";
    let unix = "Num\n0: 2 0 0 1 03 4001 /whole\n0: 2 0 0 1 03";
    let tcp = format!(
        "{whole}{}\n",
        &row[..row.len() - "     0        0 4000 1 0 100 0 0 10 0".len()]
    );
    let root = make_system(
        "cut-lines",
        &[
            ("proc/net/tcp", tcp.as_bytes()),
            ("proc/net/udp", format!("{whole}{udp}\n").as_bytes()),
            ("proc/net/unix", unix.replace("Num", "Num Inode").as_bytes()),
        ],
        &[(77, b"owner\0", &[4000, 4001])],
    );
    let found = run(&binary(), &root, &["-anpe"]);
    let (text, said) = (stdout(&found), stderr(&found));
    assert!(found.status.success());
    assert_eq!(text.matches("77/owner").count(), 3, "{text}");
    let cut: Vec<&str> = text.lines().filter(|row| row.contains(" - ")).collect();
    assert_eq!(cut.len(), 3, "{text}");
    for table in [
        "line 3 of",
        "net/tcp is cut",
        "net/udp is cut",
        "net/unix is cut",
    ] {
        assert!(said.contains(table), "{said}");
    }
}

#[test]
fn every_format_warns_about_a_cut_line() {
    let whole = String::from_utf8(TCP.to_vec()).expect("text");
    let row = whole.lines().nth(1).expect("a row");
    let tcp = format!("{whole}{}\n", &row[..row.len() - 40]);
    let root = make_system(
        "cut-line-in-formats",
        &[
            ("proc/net/tcp", tcp.as_bytes()),
            ("proc/net/unix", b"Num Inode\n0: 2 0 0 1 03\n"),
        ],
        &[],
    );
    for format in ["classic", "json", "jsonl", "csv", "table"] {
        let found = run(&binary(), &root, &["-an", "--format", format]);
        assert!(found.status.success(), "{format}");
        let said = stderr(&found);
        for table in ["line 3 of", "net/tcp is cut", "net/unix is cut"] {
            assert!(said.contains(table), "{format}: {said}");
        }
    }
}

/// The rule: see `listing/missing.rs`.
#[test]
fn a_missing_table_ends_the_classic_listing_and_is_left_out_of_the_others() {
    let root = make_system(
        "missing-table",
        &[("proc/net/tcp6", TCP), ("proc/net/udp", TCP)],
        &[],
    );
    // net-tools still prints tcp6, and ends there.
    let classic = run(&binary(), &root, &["-tuan"]);
    assert_eq!(protocols(&stdout(&classic)), ["tcp6"]);
    for format in ["json", "jsonl", "csv", "table"] {
        let found = run(&binary(), &root, &["-tuan", "--format", format]);
        assert_eq!(found.status.code(), Some(1), "{format}");
        let text = stdout(&found);
        assert!(text.contains("tcp6") && text.contains("udp"), "{text}");
        let said = stderr(&found);
        assert!(
            said.contains("no support for `AF INET (tcp)'")
                && said.contains("`AF INET (tcp)' is left out: listing the other tables"),
            "{said}"
        );
    }
    // Nothing was asked for besides, so nothing goes on.
    let alone = stderr(&run(&binary(), &root, &["-4tan", "--json"]));
    assert!(!alone.contains("left out"), "{alone}");
}

/// net-tools gives all up at a bad line of this table, or one of a protocol that it does not know.
#[test]
fn a_bad_line_of_masqueraded_connections_costs_only_itself() {
    let good = "0A000001:0401 C0A80001:0050 F001 00000000 0 0 100";
    let header = "Prc FromIP FPrt ToIP TPrt Masq Init-seq Delta PDelta Expires";
    let table = format!("{header}\nTCP {good}\nSCTP {good}\nTCP {good} more\nTCP 0A\nUDP {good}\n");
    let cases = [
        (table.as_str(), 4, vec![3, 4, 5]),
        (&format!("{header}\nTCP {good}\n"), 3, vec![]),
        (header, 0, vec![]),
    ];
    for (table, lines, bad) in cases {
        let files = [("proc/net/ip_masquerade", table.as_bytes())];
        let root = make_system("masquerade-bad", &files, &[]);
        let found = run(&binary(), &root, &["-Mn"]);
        assert_eq!(found.status.success(), bad.is_empty());
        assert_eq!(stdout(&found).lines().count(), lines, "{}", stdout(&found));
        let said = stderr(&found);
        assert_eq!(said.lines().count(), bad.len(), "{said}");
        for line in bad {
            assert!(said.contains(&format!("bogus line {line} of")), "{said}");
        }
    }
    let root = make_system("masquerade-empty", &[("proc/net/ip_masquerade", b"")], &[]);
    let found = run(&binary(), &root, &["-M"]);
    assert_eq!(found.status.code(), Some(1));
    assert!(stderr(&found).contains("ip_masquerade: empty, without a header"));
    let root = make_system("masquerade-missing", &[("proc/net/tcp", b"")], &[]);
    let found = run(&binary(), &root, &["-M"]);
    assert_eq!(found.status.code(), Some(1));
    assert!(stderr(&found).contains("no support for `ip_masquerade'"));
}

/// net-tools crashes at an association without foreign addresses, or shows what lies in its memory.
#[test]
fn associations_that_are_cut_are_printed_as_far_as_they_go_and_told() {
    let whole = "a b 2 1 4 1 7 100 200 0 4000 5000 6000 10.0.0.1 10.0.0.2 <-> *10.0.0.3 ";
    let header = "ASSOC SOCK STY SST ST HBKT ASSOC-ID TX_QUEUE RX_QUEUE UID INODE LPORT RPORT";
    let cut = |words| whole.split(' ').take(words).collect::<Vec<_>>().join(" ");
    let table = [header, whole, &cut(12), &cut(13), &cut(15), &cut(16), whole].join("\n");
    let files = [("proc/net/sctp/assocs", table.as_bytes())];
    let root = make_system("sctp-cut", &files, &[(77, b"owner\0", &[4000])]);
    let found = run(&binary(), &root, &["-Snp"]);
    let (text, said) = (stdout(&found), stderr(&found));
    assert!(found.status.success());
    assert_eq!(text.matches("10.0.0.1:5000").count(), 4, "{text}");
    assert_eq!(text.matches("10.0.0.3:6000").count(), 2, "{text}");
    assert_eq!(text.matches("77/owner").count(), 5, "{text}");
    assert_eq!(said.lines().count(), 4, "{said}");
    for (line, told) in [
        (3, "bogus"),
        (4, "no addresses"),
        (5, "no addresses"),
        (6, "no addresses"),
    ] {
        let place = format!("line {line} of");
        let told = said
            .lines()
            .any(|it| it.contains(&place) && it.contains(told));
        assert!(told, "{line}: {said}");
    }
}

/// net-tools reads without end where a folder stands in the place of a table of groups, and takes
/// IPv4's table for IPv6's where its header is missing.
#[test]
fn groups_are_listed_whatever_one_of_their_tables_is_like() {
    let table = b"1\tlo        :     1      V3\n\t\t\t\t010000E0     1 0:00000000\t\t0\n\tx 1\n";
    let headless = make_system("headless-groups", &[("proc/net/igmp", table)], &[]);
    let found = run(&binary(), &headless, &["-gn"]);
    assert!(found.status.success());
    let text = stdout(&found);
    assert_eq!(
        text.lines().nth(3),
        Some("lo              1      224.0.0.1")
    );
    assert_eq!(text.lines().count(), 4);
    assert!(
        stderr(&found).contains("bogus line 3 of"),
        "{}",
        stderr(&found)
    );

    let row = b"1 lo ff020000000000000000000000000001 1 0000000C 0\n";
    let root = make_system("folder-groups", &[("proc/net/igmp6", row)], &[]);
    fs::create_dir(root.join("proc/net/igmp")).expect("a folder where a file belongs");
    let found = run(&binary(), &root, &["-gn"]);
    assert_eq!(found.status.code(), Some(1));
    assert!(stdout(&found).contains("lo              1      ff02::1\n"));
    let said = stderr(&found);
    assert!(
        said.contains("`AF INET (igmp)'") && said.contains("net/igmp: "),
        "{said}"
    );
}
