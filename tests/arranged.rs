//! `--sort` and `--top` in net-tools' layout.

mod common;

use common::{binary, run, stderr, stdout, system};
use serde_json::Value;
use std::process::Output;

fn ask(name: &str, flags: &str) -> Output {
    let flags: Vec<&str> = flags.split(' ').filter(|flag| !flag.is_empty()).collect();
    run(&binary(), &system(name), &flags)
}

fn lines(name: &str, flags: &str) -> Vec<String> {
    let found = ask(name, flags);
    assert!(found.status.success(), "{flags}: {}", stderr(&found));
    stdout(&found).lines().map(str::to_owned).collect()
}

/// The column of inodes, which tells sockets apart.
fn inodes(lines: &[String]) -> Vec<String> {
    let rows = lines.iter().filter(|line| !line.starts_with(['A', 'P']));
    let inodes = rows.map(|row| row.split_whitespace().last().expect("a word").to_owned());
    inodes.collect()
}

#[test]
fn rows_stand_in_the_order_that_json_has() {
    for sort in [
        "-send_q",
        "local_port",
        "foreign_address,-local_port",
        "state,inode",
        "-uid",
        "foreign_host",
    ] {
        for top in ["", "--top 3", "--top 1", "--top 1000"] {
            let flags = format!("-tane --sort {sort} {top}");
            let rows = lines("web-server", &flags);
            let json = ask("web-server", &format!("{flags} --json"));
            let json: Vec<Value> = serde_json::from_slice(&json.stdout).expect("JSON");
            let told = json.iter().map(|row| row["inode"].as_u64().unwrap_or(0));
            let told: Vec<String> = told.map(|it| it.to_string()).collect();
            assert_eq!(inodes(&rows), told, "{flags}");
        }
    }
}

#[test]
fn titles_and_rows_are_those_of_the_listing_as_it_is() {
    for (name, flags, sort) in [
        ("web-server", "-an", "-state"),
        ("web-server", "-anpo", "pid"),
        ("web-server", "-a", "local_host"),
        ("web-server", "-rn", "-destination"),
        ("all-routes", "-rn46", "gateway,-metric"),
        ("interfaces", "-ia", "-rx_bytes"),
        ("interfaces", "-iae", "mtu"),
        ("multicast-groups", "-gn", "group"),
        ("masquerade", "-Mn", "-expires"),
        ("sctp", "-San", "foreign_port"),
        ("packet-radio", "--netrom --ax25", "-recv_q"),
        ("old-networks", "--ipx -e", "uid"),
    ] {
        let plain = lines(name, flags);
        let sorted = lines(name, &format!("{flags} --sort {sort}"));
        assert_ne!(plain, sorted, "{name} {flags}: there is nothing to sort");
        let titles = |lines: &[String]| -> Vec<String> {
            let is_title = |line: &&String| {
                [
                    "Active",
                    "Kernel",
                    "Proto",
                    "Iface",
                    "Destination",
                    "Dest",
                    "User",
                ]
                .iter()
                .any(|title| line.starts_with(title))
            };
            lines.iter().filter(is_title).cloned().collect()
        };
        assert_eq!(titles(&sorted), titles(&plain), "{name} {flags}");
        // What net-tools prints in the place of bad rows has no place among sorted ones.
        let all = |lines: Vec<String>| {
            let is_row = |line: &String| !line.to_lowercase().starts_with("problem");
            let mut lines: Vec<String> = lines.into_iter().filter(is_row).collect();
            lines.sort();
            lines
        };
        assert_eq!(all(sorted), all(plain), "{name} {flags}");
    }
}

#[test]
fn the_first_rows_are_those_of_the_whole_listing() {
    let all = lines("web-server", "-an");
    let internet = all.iter().position(|it| it.starts_with("Active UNIX"));
    let internet = internet.expect("unix sockets");
    for (top, expected) in [
        (1, 3),
        (internet - 3, internet - 1),
        // The next section's title stands where a row can follow.
        (internet - 2, internet),
        (internet - 1, internet + 3),
    ] {
        let found = lines("web-server", &format!("-an --top {top}"));
        assert_eq!(found, all[..expected], "{top}");
    }
}

#[test]
fn what_can_not_be_arranged_is_told() {
    for (flags, told) in [
        ("-s --sort value", "classic format of counters"),
        ("-s --top 3", "classic format of counters"),
        ("-r --ax25 --top 3", "rare families"),
        ("-i --delta --sort mtu 1", "--delta"),
        ("-gt --top 3", "list one of them at a time"),
        ("-n --sort colour", "unknown field 'colour'"),
        ("-r --sort local_port", "the fields are family, source"),
        (
            "-n --format classic --columns proto",
            "--columns does not work with --format classic: type --format table",
        ),
    ] {
        let found = ask("web-server", flags);
        assert_eq!(found.status.code(), Some(3), "{flags}");
        assert_eq!(stdout(&found), "", "{flags}");
        assert!(stderr(&found).contains(told), "{flags}: {}", stderr(&found));
    }
}
