//! The built binary on the made-up systems in tests/systems, beside what net-tools 2.10's own
//! netstat printed there. tests/record.sh made the recordings and says how to make them again.

mod common;

use std::fs;
use std::path::{Path, PathBuf};

/// One recorded answer.
struct Recorded {
    flags: String,
    status: i32,
    stdout: Vec<u8>,
}

/// Takes a `recorded` file apart.
fn read_recorded(path: &Path) -> Vec<Recorded> {
    let mut answers: Vec<Recorded> = Vec::new();
    let bytes = fs::read(path).expect("a recording");
    for line in bytes.split_inclusive(|&byte| byte == b'\n') {
        match line.strip_prefix(b"=== ") {
            Some(head) => {
                let head = String::from_utf8(head.to_vec()).expect("a head in UTF-8");
                let (flags, status) = head.trim_end().rsplit_once(" (status ").expect("a head");
                answers.push(Recorded {
                    flags: flags.to_owned(),
                    status: status.trim_end_matches(')').parse().expect("a number"),
                    stdout: Vec::new(),
                });
            }
            None => answers
                .last_mut()
                .expect("a head first")
                .stdout
                .extend(line),
        }
    }
    answers
}

#[test]
fn made_up_systems_look_as_net_tools_shows_them() {
    let netstat = common::link("netstat");
    let systems = common::systems();
    let mut compared = 0;
    let mut differences = Vec::new();
    for system in &systems {
        let answers = read_recorded(&system.join("recorded"));
        assert!(
            answers.len() >= 25,
            "{}: too few flag sets",
            system.display()
        );
        for answer in answers {
            let flags: Vec<&str> = answer.flags.split_whitespace().collect();
            let found = common::run(&netstat, system, &flags);
            compared += 1;
            let status = found.status.code().expect("an exit status");
            let where_ = format!("{} {}", system.display(), answer.flags);
            if found.stdout != answer.stdout {
                let difference = common::first_difference(&answer.stdout, &found.stdout);
                differences.push(format!("{where_}: {difference}"));
            } else if status != answer.status {
                differences.push(format!("{where_}: status {} and {status}", answer.status));
            }
        }
    }
    assert!(systems.len() >= 8 && compared >= 200, "compared {compared}");
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}

/// The system on which net-tools sees less than there is, and we do so only under its name.
const BLIND_SPOTS: &str = "blind-spots";

/// The systems on which our name makes no difference.
fn systems_seen_alike() -> impl Iterator<Item = PathBuf> {
    common::systems()
        .into_iter()
        .filter(|system| !system.ends_with(BLIND_SPOTS))
}

/// Called by its own name, rnetstat prints the same, but for -o, -h and -V.
#[test]
fn the_name_changes_only_what_it_is_said_to_change() {
    let rnetstat = common::binary();
    for system in systems_seen_alike() {
        for answer in read_recorded(&system.join("recorded")) {
            let flags: Vec<&str> = answer.flags.split_whitespace().collect();
            let is_cluster = |flag: &&str| flag.starts_with('-') && !flag.starts_with("--");
            let ours = |flag: &&str| is_cluster(flag) && flag.contains(['o', 'h', 'V']);
            if flags.iter().any(ours) {
                continue;
            }
            let found = common::run(&rnetstat, &system, &flags);
            assert!(
                found.stdout == answer.stdout,
                "{} {}: {}",
                system.display(),
                answer.flags,
                common::first_difference(&answer.stdout, &found.stdout)
            );
        }
    }
}

#[test]
fn called_by_its_own_name_it_shows_what_net_tools_does_not_see() {
    let system = common::system(BLIND_SPOTS);
    let shown =
        |program: &Path, flags: &[&str]| common::stdout(&common::run(program, &system, flags));
    let (netstat, rnetstat) = (common::link("netstat"), common::binary());
    // A destination of ten digits beside a source of ten, and the sockets in x25/socket.
    let address = "1234567890  DEST-2     0987654321  SRC-1";
    assert!(shown(&rnetstat, &["--rose"]).contains(address));
    assert!(!shown(&netstat, &["--rose"]).contains(address));
    assert_eq!(shown(&rnetstat, &["--x25", "-a"]).lines().count(), 11);
    assert_eq!(shown(&netstat, &["--x25", "-a"]).lines().count(), 2);
}

/// What `-o` adds stands behind what net-tools prints: a blank or more, and a last word.
#[test]
fn the_pid_of_o_stands_behind_what_net_tools_prints() {
    let (rnetstat, netstat) = (common::binary(), common::link("netstat-plain/netstat"));
    for system in systems_seen_alike() {
        for flags in ["-ano", "-anoe", "-xao", "-ltuo", "-aoW"] {
            let plain = common::run(&netstat, &system, &[flags]).stdout;
            let with_pid = common::run(&rnetstat, &system, &[flags]).stdout;
            let lines = |bytes: &[u8]| {
                String::from_utf8_lossy(bytes)
                    .lines()
                    .map(str::to_owned)
                    .collect::<Vec<_>>()
            };
            let (plain, with_pid) = (lines(&plain), lines(&with_pid));
            assert_eq!(plain.len(), with_pid.len());
            let mut has_owners = false;
            for (plain, with_pid) in plain.iter().zip(&with_pid) {
                let rest = with_pid.strip_prefix(plain.as_str()).unwrap_or_else(|| {
                    panic!("{flags}: {with_pid:?} does not begin with {plain:?}")
                });
                if plain.starts_with("Active ") {
                    // The kernel does not tell which process has a socket of a rare family.
                    has_owners = ["Active Internet", "Active UNIX"]
                        .iter()
                        .any(|title| plain.starts_with(title));
                }
                if plain.starts_with("Active ") || !has_owners {
                    assert_eq!(rest, "");
                    continue;
                }
                let word = rest.trim_start();
                assert!(
                    rest.len() > word.len() || plain.ends_with(' '),
                    "{with_pid:?}"
                );
                let is_pid = word == "-" || word.parse::<u32>().is_ok_and(|pid| pid > 0);
                assert!(
                    is_pid || plain.starts_with("Proto ") && word == "PID",
                    "{with_pid:?}"
                );
            }
        }
    }
}
