//! Tables that are drawn in place on a terminal: what is drawn, when, and that the terminal is
//! given back, however it ends.

mod common;

use common::name_server::{ADDRESS, NameServer, Reply};
use common::namespace::{ask_name_server, ip, ready};
use common::session::{BEGIN, END, ENTER, KEYS, LEAVE, Session, frames, has, plain};
use common::{TCP, binary, make_system, must_end, stdout, system};
use nix::libc::{SIGRTMAX, SIGRTMIN};
use nix::sys::signal::Signal;
use std::fs;
use std::net::{TcpListener, UdpSocket};
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::Duration;

#[test]
fn frames_are_drawn_and_the_last_table_stays() {
    let root = system("web-server");
    let flags = "-tln --format table --times 3 0.05";
    let mut session = Session::start(Some(&root), flags, 90, 30);
    assert_eq!(session.end().code(), Some(0));
    let frames = frames(&session.text);
    assert_eq!(frames.len(), 2, "{:?}", session.text);
    for frame in &frames {
        assert!(frame[0].starts_with("Every 0.05 s   "), "{frame:#?}");
        assert!(frame[0].contains("+0 -0 ~0"), "{frame:#?}");
        assert!(has(frame, "tcp 80 LISTEN"), "{frame:#?}");
    }
    // The table as it is where nothing is drawn: without the column of marks.
    let table: Vec<String> = session.text_after().lines().map(plain).collect();
    let drawn = frames[1][1..].iter().map(|it| it.trim_start().to_owned());
    assert_eq!(table, drawn.collect::<Vec<_>>());
}

#[test]
fn the_terminal_is_given_back_whatever_ends_it() {
    let root = system("web-server");
    let flags = "-tan --format table 1000";
    for (keys, signal) in [
        (&b"\x03"[..], Signal::SIGINT),
        (b"\x1c", Signal::SIGQUIT),
        (b"", Signal::SIGTERM),
        (b"", Signal::SIGHUP),
    ] {
        let mut session = Session::start(Some(&root), flags, 80, 24);
        session.until(END);
        match keys.is_empty() {
            true => session.send(signal),
            false => session.keys(keys),
        }
        let status = session.end();
        assert_eq!(status.signal(), Some(signal as i32), "{status}");
        assert_eq!(session.text_after(), "", "{signal}");
    }
    // All others that end a process: those of faults too, which anybody can send.
    let real_time = [SIGRTMIN(), SIGRTMIN() + 1, SIGRTMAX()];
    for number in (1..=31).chain(real_time) {
        // Rust programs ignore 13, PIPE.
        if ![9, 13, 17, 18, 19, 20, 21, 22, 23, 28].contains(&number) {
            let mut session = Session::start(Some(&root), flags, 80, 24);
            session.until(END);
            session.send_number(number);
            let status = session.end();
            assert_eq!(status.signal(), Some(number), "{status}");
            assert_eq!(session.text_after(), "", "{number}");
        }
    }
    let mut session = Session::start(Some(&root), flags, 80, 24);
    session.until(END);
    session.keys(b"xq");
    assert_eq!(session.end().code(), Some(0));
    assert_eq!(session.text_after(), "");
}

#[test]
fn signals_that_are_to_be_ignored_are_ignored() {
    let mut command = Command::new("setsid");
    let root = system("web-server");
    let script = r#"exec "$0" --root "$1" -tan --format table 0.05"#;
    let ignored = "--ignore-signal=INT,HUP,USR1,RTMIN,RTMAX";
    command
        .args(["--ctty", "env", ignored, "sh", "-c", script])
        .arg(binary())
        .arg(&root);
    let mut session = Session::run(command, 80, 24);
    session.until(END);
    session.keys(b"\x03");
    for number in [1, 10, SIGRTMIN(), SIGRTMAX()] {
        session.send_number(number);
    }
    for _ in 0..4 {
        session.until(END);
    }
    session.keys(b"q");
    assert_eq!(session.end().code(), Some(0));
    assert_eq!(session.text_after(), "");
}

#[test]
fn a_terminal_that_goes_away_ends_it() {
    let root = system("web-server");
    let mut session = Session::start(Some(&root), "-tan --format table 0.05", 80, 24);
    session.until(END);
    session.hang_up();
    must_end(&mut session.child, &["on a terminal that has gone"]);
    let status = session.child.wait().expect("ended");
    let is_quiet = status.success() || status.signal() == Some(Signal::SIGHUP as i32);
    assert!(is_quiet, "{status}");
}

#[test]
fn a_terminal_that_is_held_holds_nobody() {
    let root = system("web-server");
    let mut session = Session::start(Some(&root), "-tan --format table 0.01", 80, 24);
    session.until(END);
    // Nothing is shown until another key lets it, and it is drawn until nothing more fits.
    session.keys(b"\x13");
    thread::sleep(Duration::from_millis(300));
    session.resize(70, 20);
    session.send(Signal::SIGTERM);
    assert_eq!(session.end().signal(), Some(Signal::SIGTERM as i32));
}

#[test]
fn it_follows_the_terminals_size_without_another_listing() {
    let root = system("web-server");
    let mut session = Session::start(
        Some(&root),
        "-tne --state listen,close --format table 1000",
        120,
        30,
    );
    let wide = session.until_frame(|_| true);
    assert!(has(&wide, "Inode"), "{wide:#?}");
    assert!(!has(&wide, "below"), "{wide:#?}");
    for (columns, lines) in [(70, 7), (66, 5), (120, 30)] {
        session.resize(columns, lines);
        let frame = session.until_frame(|_| true);
        let longest = frame.iter().map(|it| it.chars().count()).max();
        assert!(longest <= Some(columns.into()), "{frame:#?}");
        if lines == 30 {
            assert_eq!(frame, wide);
        } else {
            let above_rows = &frame[..frame.len() - 1];
            assert!(!has(above_rows, "Inode"), "{frame:#?}");
            // One of more than five is for the keys.
            let lines = usize::from(lines.min(6));
            assert_eq!(frame.len(), lines, "{frame:#?}");
            let below = format!("… {} rows below", wide.len() - (lines - 1));
            assert_eq!(frame[frame.len() - 2], below, "{wide:#?}");
        }
    }
    // Anew, if something else has been written across it.
    session.keys(b"\x0c");
    assert_eq!(session.until_frame(|_| true), wide);
}

/// A line of a TCP table: a connection between two ports of 127.0.0.1, or a listener.
fn tcp_line(local: u16, foreign: u16, state: u8, inode: u32) -> String {
    let address = if foreign == 0 { 0 } else { 0x0100_007f };
    format!(
        "   0: 0100007F:{local:04X} {address:08X}:{foreign:04X} {state:02X} 00000000:00000000 \
         00:00000000 00000000     0        0 {inode} 1 0 100 0 0 10 0\n"
    )
}

/// Puts these lines in the place of a system's TCP table.
fn write_tcp(root: &Path, lines: &[String]) {
    let title = TCP
        .split_inclusive(|byte| *byte == b'\n')
        .next()
        .expect("a title");
    let text = [title, lines.concat().as_bytes()].concat();
    let new = root.join("proc/net/new");
    fs::write(&new, text).expect("written");
    fs::rename(new, root.join("proc/net/tcp")).expect("moved");
}

#[test]
fn the_rows_that_there_is_no_room_for_are_counted() {
    let root = with_many_listeners("screen-many");
    let flags = "-tln --format table --sort -local_port 1000";
    let mut session = Session::start(Some(&root), flags, 80, 24);
    let frame = session.until_frame(|_| true);
    assert_eq!(frame.len(), 23, "{frame:#?}");
    assert!(has(&frame[2..3], "1000 LISTEN"), "{frame:#?}");
    assert!(has(&frame[20..21], "982 LISTEN"), "{frame:#?}");
    assert_eq!(frame[21], "… 981 rows below");
    let last = "1000 rows: 1000 LISTEN; 1000 open only to this host";
    assert_eq!(frame[22], last);
    // One write of little more than the screen holds, whatever there is below.
    assert!(session.text.len() < 24 * 200, "{}", session.text.len());
}

#[test]
fn each_change_is_marked_once() {
    let root = make_system("screen-changes", &[("proc/net/tcp", TCP)], &[]);
    let other = tcp_line(22, 0, 10, 1);
    let listener = tcp_line(8080, 0, 10, 2);
    let open = tcp_line(8080, 5000, 1, 3);
    let closed = tcp_line(8080, 5000, 6, 0);
    write_tcp(&root, std::slice::from_ref(&other));
    let mut session = Session::start(Some(&root), "-tan --format table 0.05", 80, 24);
    session.until_frame(|frame| has(frame, "22 LISTEN"));
    let steps = [
        (vec![other.clone(), listener.clone()], "+ 8080 LISTEN"),
        (
            vec![open, other.clone(), listener.clone()],
            "+ 5000 ESTABLISHED",
        ),
        (vec![closed, other.clone(), listener], "~ 5000 TIME_WAIT"),
        (vec![other], "- 8080 LISTEN"),
    ];
    for (lines, mark) in &steps {
        write_tcp(&root, lines);
        session.until_frame(|frame| has(frame, mark));
    }
    let last = session.until_frame(|frame| !has(frame, "8080"));
    assert_eq!(last.last().map(String::as_str), Some("1 row: 1 LISTEN"));
    session.keys(b"q");
    session.end();
    let frames = frames(&session.text);
    for mark in [
        "+ 8080 LISTEN",
        "+ 5000 ESTABLISHED",
        "~ 5000 TIME_WAIT",
        "- 8080 LISTEN",
        "- 5000 TIME_WAIT",
    ] {
        let marked = frames.iter().filter(|frame| has(frame, mark)).count();
        assert_eq!(marked, 1, "{mark}: {frames:#?}");
    }
    let gone = frames
        .iter()
        .find(|frame| has(frame, "- 8080"))
        .expect("gone");
    assert!(gone[0].contains("+0 -2 ~0"), "{gone:#?}");
    assert_eq!(gone.last().map(String::as_str), Some("1 row: 1 LISTEN"));
    let marks = |frame: &Vec<String>| frame.iter().any(|line| line.starts_with(['+', '-', '~']));
    assert_eq!(frames.iter().filter(|frame| marks(frame)).count(), 4);
}

#[test]
fn a_server_is_seen_to_start_and_stop() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("bound");
    let port = listener.local_addr().expect("an address").port();
    drop(listener);
    let flags = format!("-tan --local-port {port} --format table 0.05");
    let mut session = Session::start(None, &flags, 80, 24);
    let nothing = format!("no TCP socket with local port {port}");
    session.until_frame(|frame| has(frame, &nothing));
    let listener = TcpListener::bind(("127.0.0.1", port)).expect("bound");
    session.until_frame(|frame| has(frame, &format!("+ {port} LISTEN")));
    session.until_frame(|frame| has(frame, &format!("{port} LISTEN")) && !has(frame, "+"));
    drop(listener);
    session.until_frame(|frame| has(frame, &format!("- {port} LISTEN")));
    session.until_frame(|frame| has(frame, &nothing) && !has(frame, "-"));
    session.keys(b"q");
    // Nothing fits the filter.
    assert_eq!(session.end().code(), Some(1));
}

#[test]
fn every_table_is_drawn() {
    for (name, flags, wanted) in [
        ("web-server", "-rn", "Destination Gateway"),
        ("interfaces", "-ia", "Iface MTU"),
        ("counters-busy", "-s", "Section Counter Value"),
        ("multicast-groups", "-gn", "Interface RefCnt Group"),
        ("masquerade", "-Mn", "Source Destination"),
        ("unix-kinds", "-xa", "Path"),
        ("web-server", "-tan --count-by state", "State Count Share"),
    ] {
        let root = system(name);
        let flags = format!("{flags} --format table 1000");
        let mut session = Session::start(Some(&root), &flags, 100, 10);
        let frame = session.until_frame(|_| true);
        assert!(has(&frame[1..2], wanted), "{flags}: {frame:#?}");
        session.keys(b"q");
        assert_eq!(session.end().code(), Some(0), "{flags}");
        assert_eq!(session.text_after(), "", "{flags}");
    }
    let root = system("web-server");
    let mut session = Session::start(Some(&root), "-tan --count-by state 1000", 100, 10);
    let frame = session.until_frame(|_| true);
    assert!(has(&frame, "State Count Share"), "{frame:#?}");
}

/// A system with listeners on the ports from 1 to 1000.
fn with_many_listeners(name: &str) -> PathBuf {
    let root = make_system(name, &[("proc/net/tcp", TCP)], &[]);
    let line = |port: u16| tcp_line(port, 0, 10, 4000 + u32::from(port));
    let lines: Vec<String> = (1..=1000).map(line).collect();
    write_tcp(&root, &lines);
    root
}

#[test]
fn keys_scroll_and_a_new_listing_stays_there() {
    let root = with_many_listeners("screen-scrolled");
    let mut session = Session::start(Some(&root), "-tln --format table 0.05", 80, 24);
    // Page down, down, up, the end, the start; one row stays in sight.
    let steps: [(&[u8], &str, &str); 5] = [
        (b"\x1b[6~", "19 LISTEN", "… 18 rows above, 963 below"),
        (b"\x1b[B", "20 LISTEN", "… 19 rows above, 962 below"),
        (b"\x1bOA", "19 LISTEN", "… 18 rows above, 963 below"),
        (b"\x1b[F", "982 LISTEN", "… 981 rows above"),
        (b"\x1b[H", "1 LISTEN", "… 981 rows below"),
    ];
    for (keys, first, hidden) in steps {
        session.keys(keys);
        let is_there = |frame: &[String]| has(&frame[2..3], first) && has(frame, hidden);
        session.until_frame(is_there);
        // Further listings have been drawn by then.
        for _ in 0..3 {
            let frame = session.until_frame(|_| true);
            assert!(is_there(&frame), "{frame:#?}");
        }
    }
    session.keys(b"q");
    assert_eq!(session.end().code(), Some(0));
}

#[test]
fn keys_filter_sort_and_help() {
    let root = with_many_listeners("screen-filtered");
    let mut session = Session::start(Some(&root), "-tln --format table 1000", 80, 24);
    let frame = session.until_frame(|_| true);
    assert!(session.text.contains(KEYS), "{frame:#?}");
    // What is typed into the filter are no keys.
    session.keys("/q\x7f99é\x7f".as_bytes());
    session.until_frame(|frame| has(frame, "/99▏"));
    session.keys(b"\r");
    let frame = session.until_frame(|frame| has(&frame[..1], "filter: \"99\""));
    assert!(has(&frame[2..3], "99 LISTEN"), "{frame:#?}");
    assert!(has(&frame[3..4], "199 LISTEN"), "{frame:#?}");
    assert!(has(&frame, "19 rows: 19 LISTEN;"), "{frame:#?}");
    // The columns in their order: the fifth is the port.
    session.keys(b"sssssr");
    let frame = session.until_frame(|frame| has(&frame[..1], "by local port reversed"));
    assert!(has(&frame[2..3], "999 LISTEN"), "{frame:#?}");
    session.keys(b"h");
    session.until_frame(|frame| has(frame, "PgUp, PgDn:"));
    session.keys(b"h");
    session.until_frame(|frame| has(&frame[2..3], "999 LISTEN"));
    // Escape alone, which may be the start of another key.
    session.keys(b"\x1b");
    session.until_frame(|frame| has(frame, "1000 rows: 1000 LISTEN;"));
    session.keys(b"\x03");
    assert_eq!(session.end().signal(), Some(Signal::SIGINT as i32));
    assert_eq!(session.text_after(), "");
}

#[test]
fn a_pause_keeps_what_is_shown_and_its_marks() {
    let root = make_system("screen-paused", &[("proc/net/tcp", TCP)], &[]);
    let (one, two) = (tcp_line(1, 0, 10, 1), tcp_line(2, 0, 10, 2));
    let other = tcp_line(3, 0, 10, 3);
    write_tcp(&root, std::slice::from_ref(&one));
    let mut session = Session::start(Some(&root), "-tln --format table 0.2", 80, 24);
    session.until_frame(|frame| has(frame, "1 LISTEN"));
    write_tcp(&root, &[one.clone(), two.clone()]);
    session.until_frame(|frame| has(frame, "+ 2 LISTEN"));
    session.keys(b" ");
    let frame = session.until_frame(|frame| has(&frame[..1], "paused"));
    assert!(has(&frame, "+ 2 LISTEN"), "{frame:#?}");
    write_tcp(&root, &[one, other]);
    thread::sleep(Duration::from_millis(500));
    // It is drawn again, and is the same.
    session.keys(b"\x0c");
    assert_eq!(session.until_frame(|_| true), frame);
    session.keys(b" ");
    let frame = session.until_frame(|frame| has(frame, "+ 3 LISTEN"));
    assert!(has(&frame, "- 2 LISTEN"), "{frame:#?}");
    session.keys(b"q");
    assert_eq!(session.end().code(), Some(0));
}

#[test]
fn without_a_terminal_for_input_there_are_no_keys() {
    let root = system("web-server");
    let script = r#"exec "$0" --root "$1" -tln --format table --times 3 0.05 </dev/null"#;
    let mut command = Command::new("sh");
    command.args(["-c", script]).arg(binary()).arg(&root);
    let mut session = Session::run(command, 80, 24);
    assert_eq!(session.end().code(), Some(0));
    assert!(!session.text.contains(KEYS), "{:?}", session.text);
    assert_eq!(frames(&session.text).len(), 2);
}

#[test]
fn what_is_said_does_not_stand_across_the_table() {
    let root = make_system("screen-said", &[("proc/net/tcp", TCP)], &[]);
    let lines = ["no socket\n".to_owned(), tcp_line(80, 0, 10, 1)];
    write_tcp(&root, &lines);
    let mut session = Session::start(Some(&root), "-tln --format table 0.05", 80, 10);
    for _ in 0..3 {
        let frame = session.until_frame(|_| true);
        assert_eq!(frame.len(), 5, "{frame:#?}");
        assert!(frame[4].starts_with("rnetstat: "), "{frame:#?}");
    }
    let before = session.text.split(BEGIN).next().expect("a part").to_owned();
    session.keys(b"q");
    session.end();
    assert!(!before.contains("rnetstat: "), "{before:?}");
    assert_eq!(session.text_after().matches("rnetstat: ").count(), 1);
}

#[test]
fn a_listing_that_cannot_be_had_is_no_screen() {
    let root = make_system("screen-none", &[("proc/net/tcp", TCP)], &[]);
    let flags = "-tln --format table --columns nonsense 1";
    let mut session = Session::start(Some(&root), flags, 80, 10);
    assert_eq!(session.end().code(), Some(3));
    assert!(!session.text.contains('\x1b'), "{:?}", session.text);
    assert!(session.text.contains("nonsense"), "{:?}", session.text);
}

#[test]
fn a_listing_that_fails_later_ends_it() {
    let files: [(&str, &[u8]); 2] = [("proc/net/tcp", TCP), ("proc/net/dev", b"")];
    let root = make_system("screen-fails", &files, &[]);
    let route = root.join("proc/net/route");
    fs::write(
        &route,
        "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n",
    )
    .expect("written");
    let mut session = Session::start(Some(&root), "-rn --format table 0.05", 80, 10);
    session.until(END);
    fs::remove_file(&route).expect("removed");
    assert_eq!(session.end().code(), Some(1));
    let after = session.text_after();
    assert!(
        after.contains("rnetstat: ") && after.contains("route"),
        "{after:?}"
    );
}

#[test]
fn it_stops_and_goes_on() {
    let root = system("web-server");
    let mut session = Session::start(Some(&root), "-tan --format table 1000", 80, 24);
    session.until(END);
    // Nobody could let it go on, for it leads the session: it comes back by itself.
    session.keys(b"\x1a");
    session.until(LEAVE);
    session.until(ENTER);
    session.until(END);
    // Stopped by force, and perhaps with the terminal changed.
    session.send(Signal::SIGSTOP);
    session.send(Signal::SIGCONT);
    session.until(ENTER);
    session.until(END);
    session.keys(b"q");
    assert_eq!(session.end().code(), Some(0));
}

#[test]
fn what_is_no_terminal_gets_a_table_after_the_other() {
    let root = system("web-server");
    let flags = ["-tan", "--format", "table", "--times", "2", "0.01"];
    let output = common::run(&binary(), &root, &flags);
    assert_eq!(stdout(&output).matches("Proto").count(), 2);
    assert!(!stdout(&output).contains('\x1b'));
    let mut command = Command::new("setsid");
    command
        .arg("--ctty")
        .args(["env", "TERM=dumb"])
        .arg(binary());
    command
        .arg("--root")
        .arg(root)
        .args(flags)
        .arg("--color=never");
    let mut session = Session::run(command, 80, 24);
    assert_eq!(session.end().code(), Some(0));
    assert_eq!(session.text.matches("Proto").count(), 2);
    assert!(!session.text.contains('\x1b'), "{:?}", session.text);
}

#[test]
fn it_ends_at_once_while_names_are_waited_for() {
    if !ready() {
        return;
    }
    let folder = common::folder("screen-names");
    ip("link set lo up");
    ask_name_server(&folder, ADDRESS, "127.0.0.1 localhost\n");
    let _server = NameServer::start(|_| (Duration::ZERO, Reply::Silence));
    let socket = UdpSocket::bind("127.0.0.1:0").expect("bound");
    socket.connect("127.9.0.1:7").expect("connected");
    let flags = "-u --format table --resolve-timeout 1000 1";
    let mut session = Session::start(None, flags, 80, 24);
    let frame = session.until_frame(|_| true);
    assert_eq!(frame, ["Waiting for the first listing (Ctrl-C quits)"]);
    session.keys(b"\x03");
    assert_eq!(session.end().signal(), Some(Signal::SIGINT as i32));
    assert_eq!(session.text_after(), "");
}

#[test]
fn memory_stays_flat() {
    let root = make_system("screen-memory", &[("proc/net/tcp", TCP)], &[]);
    let listing = |round: u16| -> Vec<String> {
        let ports = (0..20).map(|it| 1000 + (round * 7 + it * 13) % 500);
        ports
            .map(|port| tcp_line(port, 0, 10, u32::from(port) + u32::from(round)))
            .collect()
    };
    write_tcp(&root, &listing(0));
    let mut session = Session::start(Some(&root), "-tln --format table 0.01", 80, 24);
    let mut resident = Vec::new();
    for round in 0..40_u16 {
        for _ in 0..15 {
            session.until(END);
        }
        write_tcp(&root, &listing(round));
        let status = fs::read_to_string(format!("/proc/{}/status", session.child.id()));
        let status = status.expect("a status");
        let line = status
            .lines()
            .find(|it| it.starts_with("VmRSS:"))
            .expect("a size");
        let kilobytes = line.split_whitespace().nth(1).expect("a number");
        resident.push(kilobytes.parse::<u64>().expect("a number"));
    }
    let (early, late) = (resident[9], resident[39]);
    assert!(late < early + 512, "{resident:?}");
}
