//! Filters, formats and counts of the sockets that few systems have: SCTP's, and those of the rare
//! families.

mod common;

use common::{binary, make_system, run, stderr, stdout, system};
use serde_json::Value;
use std::process::Output;

fn ask(name: &str, flags: &str) -> Output {
    let flags: Vec<&str> = flags.split(' ').collect();
    run(&binary(), &system(name), &flags)
}

fn json(name: &str, flags: &str) -> Vec<Value> {
    let found = ask(name, &format!("{flags} --json"));
    let said = stderr(&found);
    // A made-up table may have lines that are no rows, which makes the listing fail.
    let expected = i32::from(said.contains("bogus line"));
    assert_eq!(found.status.code(), Some(expected), "{flags}: {said}");
    serde_json::from_slice(&found.stdout).expect("a JSON array")
}

#[test]
fn filters_find_sctp() {
    let cases = [
        ("--port 3868", 4),
        ("--local-port 3868", 4),
        ("--foreign-port 40000,40001", 2),
        // None of these is the first address of its side.
        ("--address 10.1.0.4", 1),
        ("--local-address 10.1.0.1", 3),
        ("--foreign-address 10.1.0.0/16", 2),
        ("--foreign-address 10.0.0.9", 1),
        ("--local-address 10.0.0.4", 0),
        ("--address 2001:db8::/64", 2),
        ("--state listen", 3),
        ("--state established --port 3868", 2),
        ("--user 1001", 3),
        ("--inode 50004", 2),
        ("--port 1", 0),
    ];
    for (flags, expected) in cases {
        let found = ask("sctp", &format!("-Sn {flags} --count"));
        assert_eq!(stdout(&found), format!("{expected}\n"), "{flags}");
        let status = if expected > 0 { 0 } else { 1 };
        assert_eq!(found.status.code(), Some(status), "{flags}");
        assert_eq!(stderr(&found), "", "{flags}");
        let classic = ask("sctp", &format!("-Sn {flags}"));
        let rows = stdout(&classic);
        let rows = rows.lines().filter(|line| line.starts_with("sctp"));
        assert_eq!(rows.count(), expected, "{flags}");
        assert_eq!(classic.status.code(), Some(status), "{flags}");
    }
}

#[test]
fn owners_are_found_of_sctp() {
    let rows = json("sctp", "-Sanp");
    let owned: Vec<&Value> = rows.iter().filter(|row| row["pid"].is_i64()).collect();
    assert!(!owned.is_empty() && owned.len() < rows.len());
    let pid = owned[0]["pid"].as_i64().expect("a PID");
    let same = owned.iter().filter(|row| {
        let all = row["processes"].as_array().expect("a list");
        all.iter().any(|it| it["pid"] == pid)
    });
    let count = stdout(&ask("sctp", &format!("-Sn --pid {pid} --count")));
    assert_eq!(count, format!("{}\n", same.count()));
    let port = owned[0]["local_port"].as_i64().expect("a port");
    let pids = stdout(&ask("sctp", &format!("-Sn --local-port {port} --pids")));
    assert!(pids.lines().any(|it| it == pid.to_string()), "{pids}");
}

#[test]
fn associations_have_all_their_addresses() {
    let rows = json("sctp", "-Sn --foreign-port 40001");
    assert_eq!(rows.len(), 1);
    let row = &rows[0];
    assert_eq!(row["proto"], "sctp");
    assert_eq!(
        (&row["recv_q"], &row["send_q"]),
        (&12345678.into(), &99999999.into())
    );
    assert_eq!(row["local_address"], "10.0.0.1");
    assert_eq!(row["foreign_address"], "10.0.0.4");
    let all = serde_json::json!(["10.0.0.4", "10.1.0.4", "10.2.0.4"]);
    assert_eq!(row["foreign_addresses"], all);
    let counted = json("sctp", "-Sn --count-by foreign_addresses --sort -count");
    let alone = |row: &&Value| row["foreign_addresses"] == all;
    assert_eq!(counted.iter().find(alone).expect("a group")["count"], 1);
    let csv = ask(
        "sctp",
        "-Sn --foreign-port 40001 --format csv --columns foreign_addresses",
    );
    let expected = "foreign_addresses\n\"[\"\"10.0.0.4\"\",\"\"10.1.0.4\"\",\"\"10.2.0.4\"\"]\"\n";
    assert_eq!(stdout(&csv), expected);
}

#[test]
fn rare_families_are_rows_like_others() {
    let rows = json("packet-radio", "--ax25 --netrom --rose");
    let texts = |row: &Value| {
        let field = |name: &str| row[name].as_str().unwrap_or("-").to_owned();
        let names = [
            "proto",
            "local_address",
            "foreign_address",
            "state",
            "interface",
        ];
        names.map(field).join(" | ")
    };
    let rows: Vec<String> = rows.iter().map(texts).collect();
    for expected in [
        "ax25 | SRC-1 | DEST-2 | ESTABLISHED | ax0",
        "ax25 | SRC-1 | - | LISTENING | ax0",
        "netrom | AB3CDE-13 AB1CDE-15 | AB2CDE-14 | CONN_SENT | nr0",
        "rose | * SRC-1 | 1234567890 DEST-2 | CONN_SENT | rose0",
        "rose | * SRC-1 | * DEST-2 | DISC_SENT | -",
    ] {
        assert!(
            rows.iter().any(|row| row == expected),
            "{expected}: {rows:#?}"
        );
    }
}

#[test]
fn rare_families_have_states_and_no_ports() {
    for (flags, expected) in [
        ("--rose --state listen", 1),
        ("--rose --state conn_sent", 1),
        ("--ax25 --rose --state established,sabm-sent", 7),
        ("--ax25 --port 1-65535", 0),
        ("--ax25 --user 0", 0),
        ("--netrom --inode 1234", 7),
        ("--address 0.0.0.0/0 --netrom", 0),
    ] {
        let found = ask("packet-radio", &format!("-n {flags} --count"));
        assert_eq!(stdout(&found), format!("{expected}\n"), "{flags}");
        // The tables have lines that are no rows, too.
        let is_whole = stderr(&found).is_empty();
        let status = if expected > 0 && is_whole { 0 } else { 1 };
        assert_eq!(found.status.code(), Some(status), "{flags}");
        let classic = stdout(&ask("packet-radio", &format!("-n {flags}")));
        let titles = classic.lines().filter(|it| it.starts_with("Active"));
        let rows = classic.lines().count() - 2 * titles.count();
        assert_eq!(rows, expected, "{flags}: {classic}");
    }
    let found = stdout(&ask("old-networks", "--ipx -n --user 1000 --count"));
    assert_eq!(found, "1\n");
}

#[test]
fn a_rare_socket_has_an_owner_where_its_table_tells_the_inode() {
    let rose = b"h\n12 D 34 S rose0 1 2 3 1 2 3 1 2 3 4 5 6/7 10 20 4242\n12 D 34 S rose0 1 2 3\n";
    let root = make_system(
        "answers-rare-owner",
        &[("proc/net/rose", rose)],
        &[(7, b"/bin/packet\0", &[4242])],
    );
    let pids = run(&binary(), &root, &["--rose", "--pids"]);
    assert_eq!(stdout(&pids), "7\n");
    let found = run(&binary(), &root, &["--rose", "--process", "packet"]);
    assert_eq!(stdout(&found).lines().count(), 3, "{}", stdout(&found));
    let found = run(&binary(), &root, &["--rose", "--process", "other"]);
    assert_eq!(found.status.code(), Some(1));
}

#[test]
fn a_missing_table_is_told_in_every_format() {
    for flags in ["-S --json", "--x25 --json", "--rfcomm --json"] {
        let found = ask("web-server", flags);
        assert_eq!(found.status.code(), Some(1), "{flags}");
        assert_eq!(stdout(&found), "[]\n", "{flags}");
        assert!(
            stderr(&found).contains("support"),
            "{flags}: {}",
            stderr(&found)
        );
    }
}

#[test]
fn groups_among_sockets_are_told_to_have_no_filter() {
    let found = ask("multicast-groups", "-gun --port 1-65535");
    assert!(stderr(&found).contains("groups"), "{}", stderr(&found));
}
