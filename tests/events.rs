//! Changes as a table for people and as JSON (`--changes --format table`, `--changes --json`), by the built
//! binary, on the live kernel in a network namespace of its own.

mod common;

use common::namespace::{ip, ready};
use common::running::Reading;
use common::{binary, must_refuse};
use serde_json::Value;
use std::net::{TcpListener, TcpStream};
use std::os::unix::net::UnixListener;
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

/// The program, watching on a terminal of so many columns, or on none.
struct Watch(Reading);

impl Watch {
    fn start(columns: Option<&str>, flags: &str) -> Watch {
        let mut command = Command::new(binary());
        command.args(["--changes", "-n", "0.02"]);
        command.args(flags.split(' ')).env_remove("COLUMNS");
        command.envs(columns.map(|it| ("COLUMNS", it)));
        Watch(Reading::start(&mut command))
    }

    fn line(&mut self) -> String {
        self.0.line()
    }
}

#[test]
fn an_event_is_a_line_that_fits() {
    if !ready() {
        return;
    }
    ip("link set lo up");
    ip("-6 addr add 2001:db8:1:2:3:4:5:6/64 dev lo nodad");
    let own = std::process::id().to_string();
    for (columns, widest) in [
        (Some("80"), 80),
        (Some("50"), 50),
        (Some("200"), 200),
        (None, 999),
    ] {
        let mut watch = Watch::start(columns, "-tux --format table");
        let header = watch.line();
        assert!(header.starts_with("Time "), "{header}");
        let listener = TcpListener::bind("[2001:db8:1:2:3:4:5:6]:50000").expect("listening");
        let opened = watch.line();
        let client = TcpStream::connect("[2001:db8:1:2:3:4:5:6]:50000").expect("connected");
        let server = listener.accept().expect("accepted");
        let both = [watch.line(), watch.line()];
        drop(client);
        let mut closing = watch.line();
        while !closing.contains("CLOSE_WAIT") && columns != Some("50") {
            closing = watch.line();
        }
        for line in [&header, &opened, &both[0], &both[1], &closing] {
            assert!(line.chars().count() <= widest, "{columns:?} {line:?}");
        }
        let words: Vec<_> = opened.split_whitespace().collect();
        let time = words.first().expect("a word");
        assert!(
            time.len() == 8 && time.matches(':').count() == 2,
            "{opened}"
        );
        assert_eq!(words[1..3], ["+", "tcp6"]);
        if columns != Some("50") {
            assert!(words[3].ends_with(":50000"), "{opened}");
            assert_eq!(words[4..6], ["*:*", "LISTEN"]);
            assert!(words[6].starts_with(&format!("{own}/")), "{opened}");
            assert_eq!(closing.split_whitespace().nth(1), Some("~"), "{closing}");
            assert_eq!(closing.contains("ESTABLISHED → CLOSE_WAIT"), widest > 110);
            assert_eq!(
                opened.contains("[2001:db8:1:2:3:4:5:6]:50000"),
                widest > 110
            );
        }
        drop(server);
        drop(listener);
        while watch.line().split_whitespace().nth(1) != Some("-") {}
    }
}

#[test]
fn unix_sockets_have_their_paths() {
    if !ready() {
        return;
    }
    let path = common::folder("events").join("a-socket");
    let _ = std::fs::remove_file(&path);
    let mut watch = Watch::start(None, "-x --format table");
    watch.line();
    let _listener = UnixListener::bind(&path).expect("listening");
    let line = watch.line();
    let path = path.display().to_string();
    assert!(line.contains(" + unix ") && line.contains(&path), "{line}");
}

/// Programs read no header, so nothing says when the first listing has been made: sockets open and close until
/// an event comes.
#[test]
fn json_is_a_line_an_event() {
    if !ready() {
        return;
    }
    ip("link set lo up");
    for format in ["--json", "--format json"] {
        let mut watch = Watch::start(None, &format!("-t {format}"));
        let has_come = AtomicBool::new(false);
        let line = thread::scope(|scope| {
            let reader = scope.spawn(|| {
                let line = watch.line();
                has_come.store(true, Ordering::Relaxed);
                line
            });
            while !has_come.load(Ordering::Relaxed) {
                let _listener = TcpListener::bind("127.0.0.1:0").expect("listening");
                thread::sleep(Duration::from_millis(60));
            }
            reader.join().expect("a line")
        });
        let row: Value = serde_json::from_str(&line).expect("JSON");
        assert!(
            row["change"] == "opened" || row["change"] == "closed",
            "{row}"
        );
        assert_eq!(row["state"], "LISTEN");
        assert_eq!(row["local_address"], "127.0.0.1");
    }
}

#[test]
fn a_table_of_changes_has_columns_of_its_own() {
    let flags = ["--changes", "--format", "table", "--columns", "pid"];
    must_refuse(&binary(), &flags, "--columns");
}
