//! Tables for people on terminals of any width.

mod common;

use common::{binary, stdout, system};
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
    // Wrapped, an address still loses none of its characters.
    let narrow = table("web-server", "-t4ln", 34);
    let squeezed: String = narrow.split_whitespace().collect();
    assert!(squeezed.contains("127.0.0.1"), "{narrow}");
}

#[test]
fn what_is_left_out_is_what_the_readme_says() {
    let heads = |flags: &str, columns| {
        let table = table("ipv6-and-mapped", flags, columns);
        // Titles may be wrapped.
        let heads: Vec<&str> = table.lines().take(2).collect();
        heads.join(" ")
    };
    let cases: [(usize, &[&str], &[&str]); 5] = [
        (300, &["Proto", "State", "Recv-Q", "Inode"], &[]),
        (80, &["Proto", "State", "Foreign"], &["Recv-Q"]),
        (50, &["Local", "State", "Foreign"], &["Proto"]),
        (40, &["Local", "Foreign"], &["State", "Proto"]),
        (20, &["Local"], &["Foreign", "State"]),
    ];
    for (columns, kept, left_out) in cases {
        let heads = heads("-tane", columns);
        for title in kept {
            assert!(heads.contains(title), "{columns}: {heads}");
        }
        for title in left_out {
            assert!(!heads.contains(title), "{columns}: {heads}");
        }
    }
}
