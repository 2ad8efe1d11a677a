//! `--no-header`: rows and nothing else, in every format.

mod common;

use common::{binary, run, stderr, stdout, system};
use std::process::Output;

fn ask(name: &str, flags: &str) -> Output {
    let flags: Vec<&str> = flags.split(' ').collect();
    run(&binary(), &system(name), &flags)
}

fn lines(name: &str, flags: &str) -> Vec<String> {
    let found = ask(name, flags);
    assert!(found.status.success(), "{flags}: {}", stderr(&found));
    stdout(&found).lines().map(str::to_owned).collect()
}

/// Whether a line of net-tools' layout is a title.
fn is_title(line: &str) -> bool {
    let starts = [
        "Active ",
        "Kernel ",
        "IPv6/IPv4 ",
        "IP masquerading",
        "Proto ",
        "Iface ",
        "Interface ",
        "------",
        "Dest",
        "User  ",
        "prot ",
    ];
    starts.iter().any(|start| line.starts_with(start))
}

#[test]
fn the_classic_layout_has_its_rows_alone() {
    for (name, flags) in [
        ("web-server", "-an"),
        ("web-server", "-anpo --sort -state"),
        ("web-server", "-rn"),
        ("all-routes", "-rn46"),
        ("interfaces", "-ia"),
        ("interfaces", "-iae"),
        ("multicast-groups", "-gn"),
        ("masquerade", "-Mn"),
        ("sctp", "-San"),
        ("packet-radio", "--ax25 --netrom"),
    ] {
        let all = lines(name, flags);
        let rows: Vec<_> = all.iter().filter(|line| !is_title(line)).collect();
        assert!(rows.len() < all.len() && !rows.is_empty(), "{name} {flags}");
        let found = lines(name, &format!("{flags} --no-header"));
        assert_eq!(found.iter().collect::<Vec<_>>(), rows, "{name} {flags}");
    }
}

#[test]
fn other_formats_have_their_rows_alone() {
    for (name, flags) in [
        ("web-server", "-an"),
        ("web-server", "-an --count-by state"),
        ("web-server", "-rn"),
        ("interfaces", "-ia"),
        ("multicast-groups", "-gn"),
        ("counters-busy", "-st"),
    ] {
        let rows = lines(name, &format!("{flags} --format jsonl"));
        assert!(!rows.is_empty());
        let json = lines(name, &format!("{flags} --format jsonl --no-header"));
        assert_eq!(json, rows, "{flags}: JSON has no header");
        let table = lines(name, &format!("{flags} --format table --no-header"));
        assert_eq!(table.len(), rows.len(), "{flags}: {table:#?}");
        let csv = lines(name, &format!("{flags} --format csv"));
        let headless = lines(name, &format!("{flags} --format csv --no-header"));
        assert_eq!(headless, csv[1..], "{flags}");
    }
}

#[test]
fn each_listing_of_several_lacks_its_header() {
    for format in ["classic", "table", "csv"] {
        let flags = format!("-tn --no-header --format {format}");
        let once = lines("web-server", &flags);
        let twice = lines("web-server", &format!("{flags} --times 2 0.01"));
        assert_eq!(twice, [&once[..], &once[..]].concat(), "{format}");
    }
}

#[test]
fn of_nothing_there_is_nothing() {
    for format in ["classic", "table", "csv"] {
        let found = ask(
            "web-server",
            &format!("-tn --port 1 --no-header --format {format}"),
        );
        assert_eq!(stdout(&found), "", "{format}");
        assert_eq!(found.status.code(), Some(1), "{format}");
    }
}

#[test]
fn counters_in_words_keep_their_titles() {
    let refused = ask("counters-busy", "-s --no-header");
    assert_eq!(refused.status.code(), Some(3));
    assert!(stderr(&refused).contains("--format table or csv"));
}
