//! The built binary and expressions among its words, on made-up systems; tests/live_filters.rs has the
//! live kernel.

mod common;

use common::copied::Copied;
use common::namespace::ready;
use common::owner::{Owner, must_say, turn};
use common::running::Start;
use common::{binary, folder, link, make_system, must_refuse, run, stderr, stdout, system};
use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::os::unix::net::UnixListener;
use std::process::{Command, Output, Stdio};

/// The number of rows of the web server that the words let through, as `--count` prints it.
fn count(words: &[&str]) -> usize {
    let found = run(
        &binary(),
        &system("web-server"),
        &[&["--count"], words].concat(),
    );
    assert_eq!(stderr(&found), "", "{words:?}");
    let count = stdout(&found).trim().parse().expect("a number");
    let status = i32::from(count == 0);
    assert_eq!(found.status.code(), Some(status), "{words:?}");
    count
}

#[test]
fn words_say_what_flags_do() {
    for (flags, words) in [
        (
            &["-n", "--local-port", "443"][..],
            &["-n", "sport", "=", ":443"][..],
        ),
        (&["-n", "--local-port", "https"], &["-n", "sport=https"]),
        (
            &["-n", "--foreign-address", "203.0.113.0/24"],
            &["-n", "dst 203.0.113.0/24"],
        ),
        (
            &["-nt", "--state", "listen,time_wait"],
            &["-nt", "state", "listen", "or", "state", "time-wait"],
        ),
        (&["-n", "--user", "www-data"], &["-n", "user = www-data"]),
        (&["-n", "--user", "33"], &["-n", "uid == 33"]),
        (&["-n", "--inode", "31004"], &["-n", "inode eq 31004"]),
        (
            &["-n", "--pid", "2100,2101"],
            &["-n", "pid = 2100 or pid = 2101"],
        ),
        (
            &["-n", "--port", "80", "tcp"],
            &["-n", "tcp", "sport 80 or dport 80"],
        ),
        (
            &["-n", "--port", "80", "--state", "!listen"],
            &["-n", "--port", "80", "not", "state", "listen"],
        ),
        (&["-n", "--port", "443"], &["-n", ":443"]),
        (&["-n", "--port", "80,443"], &["-n", ":80", ":443"]),
        (&["-n", "--port", "https"], &["-n", ":https"]),
        (
            &["-nt", "--address", "203.0.113.0/24", "--port", "443"],
            &["-nt", "203.0.113.0/24", ":443"],
        ),
        (&["-n", "--state", "!listen"], &["-n", "!listen"]),
        (&["-nt", "--state", "tw"], &["-nt", "TIME_WAIT"]),
        (&["-nat"], &["-nt", "src", "*"]),
        (&["-nat"], &["-nt", "sport >= 0"]),
    ] {
        let (by_flags, by_words) = (count(flags), count(words));
        assert_eq!(by_flags, by_words, "{flags:?} {words:?}");
        assert!(by_flags > 0, "{flags:?}");
    }
}

#[test]
fn columns_are_conditions() {
    let rows = |columns: &str, words: &[&str]| -> Vec<Vec<String>> {
        let flags = ["-n", "--format", "csv", "--columns", columns];
        let found = run(&binary(), &system("web-server"), &[&flags, words].concat());
        assert_eq!(stderr(&found), "", "{words:?}");
        let fields = |line: &str| line.split(',').map(str::to_owned).collect();
        stdout(&found).lines().skip(1).map(fields).collect()
    };
    type Fits<'a> = &'a dyn Fn(&str) -> bool;
    let number = |it: &str| it.parse::<u64>().ok();
    let cases: [(&str, &str, Fits<'_>); 9] = [
        ("recv_q", "recv_q > 1000", &|it| {
            number(it).is_some_and(|it| it > 1000)
        }),
        ("recv_q", "recv_q le 3", &|it| {
            number(it).is_some_and(|it| it <= 3)
        }),
        ("recv_q", "recv_q != 0", &|it| it != "0"),
        ("program", "program = 'nginx*'", &|it| {
            it.starts_with("nginx")
        }),
        ("program", "program != 'nginx*'", &|it| {
            !it.starts_with("nginx")
        }),
        ("path", "path = /run/*", &|it| it.starts_with("/run/")),
        (
            "foreign_address",
            "foreign_address = 203.0.113.0/28",
            &|it| {
                let last = it.strip_prefix("203.0.113.").and_then(number);
                last.is_some_and(|it| it < 16)
            },
        ),
        ("timer_seconds", "timer_seconds > 60.5", &|it| {
            it.parse::<f64>().is_ok_and(|it| it > 60.5)
        }),
        ("user", "uid = 33", &|it| it.is_empty()),
    ];
    for (column, words, fits) in cases {
        let all = rows(&format!("inode,{column}"), &["-a"]);
        let expected: Vec<_> = match column {
            // Nobody has a name with -n.
            "user" => rows("inode,user", &["--user", "33"]),
            _ => all.into_iter().filter(|row| fits(&row[1])).collect(),
        };
        assert!(!expected.is_empty(), "{words}");
        assert_eq!(
            rows(&format!("inode,{column}"), &[words]),
            expected,
            "{words}"
        );
    }
    let names = count(&["user = www-*"]);
    assert_eq!(names, count(&["--user", "www-data"]));
    assert_eq!(
        count(&["local_service = https"]),
        count(&["--local-port", "443"])
    );
}

#[test]
fn an_owner_has_to_fit_everything() {
    // Two processes share the socket 4000; nobody holds 4001.
    let table = [
        common::TCP,
        b"   1: 0100007F:1F91 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0       \
           0 \
          4001 1 0 100 0 0 10 0\n",
    ];
    let root = make_system(
        "expressions-owners",
        &[("proc/net/tcp", &table.concat())],
        &[(7, b"one\0", &[4000]), (8, b"two\0", &[4000])],
    );
    for (words, ports) in [
        ("program = one", "8080\n"),
        ("program = two", "8080\n"),
        ("program = two and pid = 8", "8080\n"),
        ("program = one and pid = 8", ""),
        ("program = one or sport = 8081", "8080\n8081\n"),
        ("not program = one", "8080\n8081\n"),
        ("program != 't*' and program != one", "8081\n"),
        ("processes = two", "8080\n"),
        ("pid > 6", "8080\n"),
    ] {
        let flags = ["--format=csv", "--columns=local_port", words];
        let found = run(&binary(), &root, &flags);
        let rows = stdout(&found);
        assert_eq!(rows.strip_prefix("local_port\n"), Some(ports), "{words}");
    }
}

#[test]
fn paths_choose_unix_sockets() {
    let folder = folder("expressions-paths");
    let sockets = ["one.sock", "two.sock"].map(|it| folder.join(it));
    let _held: Vec<_> = sockets
        .iter()
        .map(|it| UnixListener::bind(it).expect("bound"))
        .collect();
    let folder = folder.display();
    for (words, expected) in [
        (format!("src {folder}/*.sock"), 2),
        (format!("src unix:{folder}/one*"), 1),
        (format!("{folder}/*.sock"), 2),
        (format!("{folder}/one.sock :1"), 1),
        (format!("not src {folder}/one.sock and src {folder}/*"), 1),
        (format!("path = {folder}/t* or path = {folder}/one.sock"), 2),
        // A peer is not told of.
        (format!("dst {folder}/*"), 0),
    ] {
        let found = Command::new(binary())
            .args(["--count", &words])
            .output()
            .expect("runs");
        assert_eq!(
            stdout(&found),
            format!("{expected}\n"),
            "{words}: {}",
            stderr(&found)
        );
    }
}

#[test]
fn mistakes_are_shown_in_their_place() {
    let said = |words: &[&str]| -> String {
        let found = run(&binary(), &system("web-server"), words);
        assert_eq!(found.status.code(), Some(3), "{words:?}");
        assert_eq!(stdout(&found), "", "{words:?}");
        stderr(&found)
    };
    assert_eq!(
        said(&["-t", "dport", "=", ":443,", "sport", "=", ":22"]),
        "rnetstat: expected a port such as :443, 443 or :https\n\
         \x20 dport = :443, sport = :22\n\
         \x20         ^\n"
    );
    assert!(
        said(&["progam = x"])
            .starts_with("rnetstat: unknown field 'progam'; similar fields: program, ")
    );
    // A control character does not reach the terminal.
    assert!(!said(&["src", "\x1b[31m"]).contains('\x1b'));
    for (words, named) in [
        (&["sport = :no-such-service"][..], "there is no service"),
        (&["user = nobody-at-all"], "there is no user"),
        (&["cgroup /no/such/group"], "no control group"),
        (&["-n", "foreign_host = a*"], "foreign_host is a name"),
        (&["-r", "sport = 22"], "works with sockets"),
        (&["--changes", "dev lo"], "--changes"),
        (&["junk!"], "expected a condition"),
        (&["junk"], "'junk' is not a protocol, a state or an address"),
    ] {
        let said = said(words);
        assert!(said.contains(named), "{words:?}: {said}");
    }
    // netstat passes words over.
    let all = run(&link("netstat"), &system("web-server"), &["-an"]);
    let found = run(
        &link("netstat"),
        &system("web-server"),
        &["-an", "sport", "=", ":22", "("],
    );
    assert_eq!(found.stdout, all.stdout);
}

#[test]
fn what_only_a_kernel_knows_is_told_to_be_missing() {
    let said = |words: &[&str]| -> Output { run(&binary(), &system("web-server"), words) };
    for (words, named) in [
        (
            &["-nt", "autobound"][..],
            "the range of local ports is unknown",
        ),
        (&["-nt", "dev lo"], "internals of tcp"),
        (&["-nt", "rtt_us > 5"], "internals of tcp"),
    ] {
        let found = said(words);
        assert_eq!(found.status.code(), Some(1), "{words:?}");
        assert!(
            stderr(&found).contains(named),
            "{words:?}: {}",
            stderr(&found)
        );
    }
}

#[test]
fn a_number_does_not_compare_with_a_word() {
    for (words, named) in [
        ("recv_q > many", "recv_q cannot be compared with 'many'"),
        ("inode = 300*", "inode cannot be compared with '300*'"),
        // Nor is it known that it does not hold.
        ("not recv_q > many", "recv_q cannot be compared with 'many'"),
        ("recv_q != many", "recv_q cannot be compared with 'many'"),
        (
            "not local_address = foo",
            "local_address cannot be compared with 'foo'",
        ),
    ] {
        let found = run(&binary(), &system("web-server"), &["-nt", "--count", words]);
        assert_eq!(
            (found.status.code(), &stdout(&found)[..]),
            (Some(1), "0\n"),
            "{words}"
        );
        assert!(stderr(&found).contains(named), "{}", stderr(&found));
    }
}

#[test]
fn a_kill_has_to_be_told_whom() {
    for words in [
        "state established",
        "not dport = :443",
        "dport = :443 or state closing",
        "sport >= 1",
        "program = *",
        "program != nginx",
        "recv_q > 5",
        "src *",
    ] {
        must_refuse(&binary(), &["--kill", "--dry-run", words], "needs a ");
    }
}

#[test]
fn a_kill_takes_an_expression_that_tells_whom() {
    let Some(_turn) = turn() else {
        return;
    };
    common::namespace::ip("link set lo up");
    // Both hold the first socket, and one the second, too.
    let [first, second] =
        [7800, 7801].map(|port| TcpListener::bind(("127.0.0.1", port)).expect("bound"));
    let (mut one, two) = (
        Owner::named("expr-one", &first),
        Owner::named("expr-two", &first),
    );
    let other = Owner::named("expr-other", &second);
    drop((first, second));
    let kill = |words: &str, status: i32| {
        let mut command = Command::new(binary());
        let found = command
            .args(["-n", "--kill", "--yes", words])
            .output()
            .expect("runs");
        assert_eq!(
            found.status.code(),
            Some(status),
            "{words}: {}",
            stderr(&found)
        );
        found
    };
    // Each process fits a part of a row that it does not hold.
    let words = "(sport=:7801 and program=expr-two) or (sport=:7800 and program=expr-other)";
    must_say(
        &kill(words, 1),
        &["no socket matches: no process was signalled".to_owned()],
    );
    let words = "(sport=:7800 and program=expr-two) or (sport=:7801 and program=expr-one)";
    must_say(
        &kill(words, 0),
        &[
            format!("{one}: not signalled: it shares a socket but does not match"),
            format!("{two}: signalled (TERM)"),
        ],
    );
    assert_eq!(two.ended_by(), Some(15));
    assert!(one.runs());
    kill("sport = :7801 and pid > 1", 0);
    assert_eq!(other.ended_by(), Some(15));
    one.end();
}

#[test]
fn changes_fit_an_expression() {
    if !ready() {
        return;
    }
    common::namespace::ip("link set lo up");
    let copied = Copied::new("expressions");
    let words = "(sport = :7810 and state listening) or (autobound and sport = :7811)";
    let flags = [
        "-tn",
        "--changes",
        "--format=csv",
        "--columns=change,local_port,state",
        "0.05",
    ];
    let flags = [&flags[..], &[words]].concat();
    let mut as_root = Command::new(binary());
    as_root.args(&flags);
    // Another user can't see who owns these, which does not matter here.
    for command in [&mut as_root, &mut copied.command(&flags)] {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).start();
        let mut lines = BufReader::new(child.stdout.take().expect("a pipe")).lines();
        let mut next = || lines.next().expect("a line").expect("read");
        assert_eq!(next(), "change,local_port,state");
        // The second is not among the ports that the kernel chooses.
        let held = [7811, 7810].map(|port| TcpListener::bind(("127.0.0.1", port)).expect("bound"));
        assert_eq!(next(), "opened,7810,LISTEN");
        drop(held);
        assert_eq!(next(), "closed,7810,LISTEN");
    }
}
