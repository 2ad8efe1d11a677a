//! The built binary, and what people type who know another program or guess: the answer fits three lines,
//! and leads to a command that works. src/cli/habits/tests.rs has the whole table.

mod common;

use common::{binary, link, run, stderr, stdout, system};
use std::process::{Command, Stdio};

/// What is said of arguments that can't be used.
fn said(arguments: &str) -> String {
    let arguments: Vec<&str> = arguments.split(' ').filter(|it| !it.is_empty()).collect();
    let found = Command::new(binary())
        .args(&arguments)
        .stdin(Stdio::null())
        .output()
        .expect("runs");
    assert_eq!(found.status.code(), Some(3), "{arguments:?}");
    assert_eq!(stdout(&found), "", "{arguments:?}");
    stderr(&found)
}

#[test]
fn a_habit_is_answered_with_a_command() {
    for (arguments, expected) in [
        (
            "-anob",
            "-b is Windows' flag for programs\ntry: rnetstat -anop",
        ),
        (
            "-f inet -rn",
            "-f inet is BSD's flag for a family\ntry: rnetstat -4 -rn",
        ),
        (
            "-i :8080",
            "-i :8080 is lsof's syntax\ntry: rnetstat -p :8080",
        ),
        (
            "--program nginx",
            "--program takes no name\ntry: rnetstat -p --process nginx",
        ),
        (
            "--watch",
            "unknown flag --watch\ntry: rnetstat -c --format table",
        ),
        ("help", "unknown word 'help'\ntry: rnetstat --help"),
        (
            "nginx",
            "'nginx' is not a protocol, a state or an address\ntry: rnetstat -p --process nginx",
        ),
        (
            "8080",
            "did you mean :8080 (a port) or --port 8080? An interval above an hour is written 8080s\ntry: rnetstat :8080",
        ),
    ] {
        assert_eq!(
            said(arguments),
            format!("rnetstat: {expected}\n"),
            "{arguments}"
        );
    }
}

#[test]
fn a_mistake_is_told_in_three_lines() {
    for (arguments, first, second) in [
        (
            "--jsno -t",
            "unknown flag --jsno",
            "try: rnetstat --json -t",
        ),
        ("--stop", "unknown flag --stop", "did you mean --kill?"),
        (
            "--portt 80",
            "unknown flag --portt",
            "try: rnetstat --port 80",
        ),
        (
            "--format jsn",
            "invalid value 'jsn' for '--format <FORMAT>': expected classic,",
            "try: rnetstat --format json",
        ),
        (
            "-X",
            "unknown flag -X",
            "Try 'rnetstat --help' or 'man rnetstat'.",
        ),
        (
            "--count-by port",
            "--count-by port can mean two fields",
            "did you mean local_port or foreign_port?",
        ),
        (
            "--for",
            "--for needs a value, as in: rnetstat --changes -tn --for 60",
            "",
        ),
        (
            "--completions",
            "--completions needs a value: bash, zsh, fish, elvish",
            "",
        ),
        (
            "--state lissten",
            "invalid value 'lissten' for '--state <LIST>'",
            "try: rnetstat --state listen",
        ),
        (
            "--count --sort pid",
            "--count does not work with --sort",
            "",
        ),
        ("--kill --local-port abc", "there is no service 'abc'", ""),
        (
            "--state foo",
            "invalid value 'foo' for '--state <LIST>': established, listen,",
            "",
        ),
        (
            "-A",
            "-A needs a value, as in: rnetstat -A inet,unix -an",
            "",
        ),
        (
            "-ant --sort size",
            "unknown field 'size'; there are proto, recv_q,",
            "",
        ),
        ("--yes", "--yes needs --kill or --close", ""),
        ("--all=1", "--all takes no value: remove '1'", ""),
        (
            "-rs",
            "--route and --statistics are two listings: use one of them at a time",
            "",
        ),
        (
            "-r --port 80",
            "--port works with sockets, not with --route: remove one of them",
            "",
        ),
        (
            "-s listen",
            "an expression works with sockets, not with --statistics",
            "",
        ),
        (
            "-t --check",
            "--check looks at everything: remove --tcp",
            "",
        ),
        (
            "--kill -s",
            "--kill works with sockets, not with --statistics: remove one of them",
            "",
        ),
    ] {
        let said = said(arguments);
        let mut lines = said.lines();
        let line = lines.next().unwrap_or_default();
        let start = format!("rnetstat: {first}");
        assert!(line.starts_with(&start), "{arguments}: {said}");
        assert_eq!(
            lines.next().unwrap_or_default(),
            second,
            "{arguments}: {said}"
        );
        assert!(lines.count() <= 1, "{arguments}: {said}");
        assert!(!said.contains("Usage") && !said.contains("tip:"), "{said}");
    }
}

#[test]
fn netstat_is_not_taught() {
    for arguments in [&["-b"][..], &["--jsno"], &["-rs"]] {
        let found = run(&link("habits/netstat"), &system("idle-host"), arguments);
        assert_eq!(found.status.code(), Some(3), "{arguments:?}");
        let said = stderr(&found);
        assert!(
            said.contains("\n\nUsage: rnetstat ") && !said.contains("try:"),
            "{said}"
        );
    }
}

#[test]
fn words_for_columns_mean_columns() {
    let first = |flags: &[&str]| {
        let flags = [&["-ant", "--format", "csv"], flags].concat();
        let found = run(&binary(), &system("web-server"), &flags);
        assert!(found.status.success(), "{flags:?}: {}", stderr(&found));
        stdout(&found).lines().next().unwrap_or_default().to_owned()
    };
    for (flags, header) in [
        (
            &["--columns", "local,remote,process"][..],
            "local_address,local_port,foreign_address,foreign_port,program",
        ),
        (&["--columns", "Recv-Q,protocol"], "recv_q,proto"),
        (&["--count-by", "remote"], "foreign_address,count,share"),
        (&["--columns", "pid", "--sort", "-remote-port"], "pid"),
    ] {
        assert_eq!(first(flags), header, "{flags:?}");
    }
    // What classic rows can't have is a table.
    let found = run(
        &binary(),
        &system("web-server"),
        &["-ant", "--columns", "pid"],
    );
    assert!(
        stdout(&found).trim_start().starts_with("PID"),
        "{}",
        stdout(&found)
    );
}
