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
fn a_habit_is_answered_in_one_line() {
    for (arguments, expected) in [
        (
            "-anob",
            "-b is Windows' flag for programs; try: rnetstat -anop",
        ),
        (
            "-f inet -rn",
            "-f inet is BSD's flag for a family; try: rnetstat -4 -rn",
        ),
        (
            "-i :8080",
            "-i :8080 is lsof's syntax; try: rnetstat -p :8080",
        ),
        (
            "--program nginx",
            "--program nginx does not choose a program; try: rnetstat -p --process nginx",
        ),
        ("--watch", "unknown flag --watch; try: rnetstat -c"),
        ("help", "unknown word 'help'; try: rnetstat --help"),
        (
            "nginx",
            "'nginx' is not a protocol, a state or an address; try: rnetstat -p --process nginx",
        ),
        (
            "8080",
            "did you mean :8080 (a port) or --port 8080? Write an interval above one hour as 8080s",
        ),
    ] {
        assert_eq!(
            said(arguments),
            format!("error: {expected}\n"),
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
            "did you mean: rnetstat --json -t",
        ),
        (
            "--portt 80",
            "unknown flag --portt",
            "did you mean: rnetstat --port 80",
        ),
        (
            "--format jsn",
            "invalid value 'jsn' for '--format <FORMAT>': expected classic,",
            "did you mean: rnetstat --format json",
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
        ("--for", "--for needs a value: --for <TIME>", ""),
        (
            "--completions",
            "--completions <SHELL> needs a value: bash, zsh, fish, elvish",
            "",
        ),
        (
            "--state lissten",
            "invalid value 'lissten' for '--state <LIST>': did you mean listen?",
            "",
        ),
        (
            "--count --sort pid",
            "--count does not work with --sort",
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
            "--kill works with sockets, not with --statistics",
            "",
        ),
    ] {
        let said = said(arguments);
        let mut lines = said.lines();
        let line = lines.next().unwrap_or_default();
        let start = format!("error: {first}");
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
