//! Two moments: a listing is saved, and a later one is compared with it; of made-up systems, and of the
//! live kernel.

mod common;

use common::moments::{
    DEV, NOBODY, SNMP, SOMEBODY, TCP_HEAD, counting, save, since, socket, system_of, tcp_now,
    tcp_then,
};
use common::named::Named;
use common::namespace::{ip, ready};
use common::owner::turn;
use common::{binary, folder, make_system, must_refuse, run, stderr, stdout};
use nix::sched::{CloneFlags, unshare};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use std::fs;
use std::io::{Read, Write, pipe};
use std::net::TcpListener;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The rows of a comparison, in these columns.
fn rows(file: &Path, root: &Path, columns: &str) -> Vec<String> {
    let found = since(file, root, &["--format", "csv", "--columns", columns]);
    assert!(found.status.success(), "{}", stderr(&found));
    stdout(&found).lines().skip(1).map(str::to_owned).collect()
}

#[test]
fn what_is_saved_is_shown_as_ever() {
    let root = system_of("moments-tee", &tcp_then(), "1");
    for flags in [
        &["-tan"][..],
        &["-tanp"],
        &["-tanp", "--json"],
        &["-tan", "--count"],
    ] {
        let plain = run(&binary(), &root, flags);
        let file = folder("moments-tee-file").join("f");
        let path = file.to_str().expect("a path in UTF-8");
        let saved = run(&binary(), &root, &[flags, &["--save", path]].concat());
        assert_eq!(stdout(&saved), stdout(&plain), "{flags:?}");
        assert_eq!(stderr(&saved), stderr(&plain), "{flags:?}");
        let text = fs::read_to_string(&file).expect("saved");
        assert_eq!(text.lines().count(), 5, "{text}");
        assert!(text.contains(r#""program":"old""#), "{text}");
        assert!(text.ends_with("{\"rows\":3,\"whole\":true}\n"), "{text}");
    }
}

#[test]
fn sockets_that_opened_closed_or_changed_are_told() {
    let then = system_of("moments-then", &tcp_then(), "1");
    let now = system_of("moments-now", &tcp_now(), "1");
    let file = save("moments-sockets", &then, &["-tan"]);
    let columns = "change,state_before,local_port,foreign_port,state,program";
    let expected = [
        "closed,,81,,LISTEN,old",
        "changed,ESTABLISHED,80,49152,CLOSE_WAIT,web",
        "opened,,82,,LISTEN,",
    ];
    assert_eq!(rows(&file, &now, columns), expected);
    let table = stdout(&since(&file, &now, &[]));
    for words in [
        "closed",
        "old",
        "ESTABLISHED",
        "3 rows: 2 LISTEN, 1 CLOSE_WAIT",
    ] {
        assert!(table.contains(words), "{table}");
    }
    let lines = stdout(&since(&file, &now, &["--format", "jsonl"]));
    assert_eq!(lines.lines().count(), 3);
    assert!(lines.starts_with(r#"{"change":"closed","state_before":null,"proto":"tcp","#));
    let document = stdout(&since(&file, &now, &["--json"]));
    let from_lines = lines.trim_end().replace('\n', ",\n");
    assert_eq!(document, format!("[\n{from_lines}\n]\n"));
    assert_eq!(stdout(&since(&file, &now, &["--count"])), "3\n");
    let counted = [
        "--count-by",
        "change",
        "--format",
        "csv",
        "--columns",
        "change,count",
    ];
    let found = stdout(&since(&file, &now, &counted));
    assert_eq!(found, "change,count\nchanged,1\nclosed,1\nopened,1\n");
}

/// A dash would say that no process has the socket.
#[test]
fn what_has_closed_keeps_its_command() {
    let then = system_of("moments-command-then", &tcp_then(), "1");
    let now = system_of("moments-command-now", &tcp_now(), "1");
    let file = save("moments-command", &then, &["-tan"]);
    for flags in [&["-p"][..], &["--columns", "change,commands"]] {
        let table = stdout(&since(&file, &now, flags));
        let closed = table.lines().find(|line| line.contains("closed"));
        assert!(
            closed.is_some_and(|it| it.trim_end().ends_with(" old")),
            "{table}"
        );
    }
}

#[test]
fn the_status_says_whether_anything_changed() {
    let then = system_of("moments-status-then", &tcp_then(), "1");
    let now = system_of("moments-status-now", &tcp_now(), "1");
    let file = save("moments-status", &then, &["-tan"]);
    for format in ["classic", "table", "json", "jsonl", "csv"] {
        let format = ["--format", format];
        assert_eq!(
            since(&file, &then, &format).status.code(),
            Some(1),
            "{format:?}"
        );
        assert_eq!(
            since(&file, &now, &format).status.code(),
            Some(0),
            "{format:?}"
        );
    }
    assert_eq!(stdout(&since(&file, &then, &["--json"])), "[]\n");
    assert_eq!(stdout(&since(&file, &then, &["--format", "jsonl"])), "");
}

#[test]
fn after_a_start_of_the_system_addresses_count_and_inodes_do_not() {
    let then = system_of("moments-boot-then", &tcp_then(), "1");
    let anew =
        TCP_HEAD.to_owned() + &socket(80, NOBODY, "0A", 4002) + &socket(82, NOBODY, "0A", 4001);
    let now = system_of("moments-boot-now", &anew, "2");
    let file = save("moments-boot", &then, &["-ltn"]);
    let flags = ["--format", "csv", "--columns", "change,local_port,program"];
    let found = since(&file, &now, &flags);
    let expected = "change,local_port,program\nclosed,81,old\nopened,82,web\n";
    assert_eq!(stdout(&found), expected);
    assert!(
        stderr(&found).contains("restarted since"),
        "{}",
        stderr(&found)
    );
    fs::write(now.join("proc/sys/kernel/hostname"), "here\n").expect("written");
    let found = since(&file, &now, &flags);
    let expected = "saved on there, compared on here";
    assert!(stderr(&found).contains(expected), "{}", stderr(&found));
}

/// Of which run one of both is, nobody knows.
#[test]
fn an_unknown_system_is_another_one() {
    let known = system_of("moments-known", &tcp_then(), "1");
    let unknown = system_of("moments-unknown", &tcp_then(), "1");
    let other_inodes = tcp_then().replace(" 400", " 500");
    fs::write(unknown.join("proc/net/tcp"), other_inodes).expect("written");
    let number = unknown.join("proc/sys/kernel/random/boot_id");
    fs::remove_file(&number).expect("removed");
    let file = save("moments-known-file", &known, &["-ltn"]);
    let found = since(&file, &unknown, &["--format", "csv"]);
    assert_eq!(stdout(&found).lines().count(), 1, "{}", stdout(&found));
    assert!(
        stderr(&found).contains("may be another system"),
        "{}",
        stderr(&found)
    );
    let found = save("moments-unknown-file", &unknown, &["-ltn"]);
    let found = since(&found, &unknown, &[]);
    assert_eq!(stderr(&found), "");
}

#[test]
fn a_connection_with_another_inode_is_another_one() {
    let connection = |inode| TCP_HEAD.to_owned() + &socket(80, SOMEBODY, "01", inode);
    let then = system_of("moments-inode-then", &connection(4003), "1");
    let file = save("moments-inode", &then, &["-tan"]);
    let columns = "change,local_port,inode";
    let again = system_of("moments-inode-now", &connection(4009), "1");
    assert_eq!(
        rows(&file, &again, columns),
        ["closed,80,4003", "opened,80,4009"]
    );
    // One that is closing has lost it, and after a start it means nothing.
    for (inode, boot) in [(0, "1"), (4009, "2")] {
        let now = system_of("moments-inode-lost", &connection(inode), boot);
        let found = since(&file, &now, &["--format", "csv"]);
        assert_eq!(stdout(&found).lines().count(), 1, "{}", stdout(&found));
    }
}

#[test]
fn counters_are_told_by_their_differences() {
    let interface = |bytes: u64| format!("{DEV}  eth0: {bytes} 2 0 0 0 0 0 0 50 1 0 0 0 0 0 0\n");
    let then = counting(
        "moments-counters-then",
        SNMP,
        &interface(4_294_967_290),
        "1",
    );
    let snmp = SNMP.replace("1 100", "1 350").replace("7 5", "7 3");
    let now = counting("moments-counters-now", &snmp, &interface(10), "1");
    let statistics = save("moments-statistics", &then, &["-s"]);
    let columns = "change,section,name,value_before,value,difference";
    let expected = [
        "changed,Ip,InReceives,100,350,250",
        "changed,Tcp,CurrEstab,5,3,-2",
    ];
    assert_eq!(rows(&statistics, &now, columns), expected);
    let interfaces = save("moments-interfaces", &then, &["-i"]);
    let columns = "change,interface,counter,value_before,value,difference";
    // A counter of 32 bits has run over.
    let expected = ["changed,eth0,rx_bytes,4294967290,10,16"];
    assert_eq!(rows(&interfaces, &now, columns), expected);

    // The file is a minute old.
    let text = fs::read_to_string(&statistics).expect("saved");
    let (before, rest) = text.split_once("\"time\":\"").expect("a time");
    let (_, after) = rest.split_once('"').expect("its end");
    let minute_ago = Command::new("date")
        .args(["-u", "-d", "-60 seconds", "+%Y-%m-%dT%H:%M:%S.%NZ"])
        .output()
        .expect("date runs");
    let time = stdout(&minute_ago);
    let time = time.trim();
    fs::write(&statistics, format!("{before}\"time\":\"{time}\"{after}")).expect("written");
    let found = rows(&statistics, &now, "name,per_second");
    let rate: f64 = found[0]
        .strip_prefix("InReceives,")
        .and_then(|it| it.parse().ok())
        .expect("a rate");
    // However slow this machine is, it is not above 250 in 60 s, rounded to hundredths.
    assert!(rate > 0.0 && rate <= 250.0 / 60.0 + 0.005, "{found:?}");
    assert_eq!(found[1], "CurrEstab,");

    let restarted = counting("moments-counters-boot", &snmp, &interface(10), "2");
    let found = since(&statistics, &restarted, &[]);
    assert_eq!(found.status.code(), Some(1));
    assert_eq!(stdout(&found), "");
    assert!(
        stderr(&found).contains("so they cannot be compared"),
        "{}",
        stderr(&found)
    );
}

/// A system with these routes: the destination as the kernel writes it, and the MTU column.
fn routing(name: &str, routes: &[(&str, u32)]) -> PathBuf {
    let head =
        "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n";
    let line = |(to, size): &(&str, u32)| {
        format!("eth0\t{to}\t00000000\t0001\t0\t0\t0\t00FFFFFF\t{size}\t0\t0\n")
    };
    let table = head.to_owned() + &routes.iter().map(line).collect::<String>();
    make_system(name, &[("proc/net/route", table.as_bytes())], &[])
}

#[test]
fn what_is_the_same_is_found_before_what_differs() {
    let to = "000200C0";
    let then = routing("moments-same-then", &[(to, 1040), (to, 1140)]);
    let now = routing("moments-same-now", &[(to, 1240), (to, 1040), (to, 1140)]);
    let file = save("moments-same-routes", &then, &["-r"]);
    assert_eq!(rows(&file, &now, "change,advmss"), ["added,1200"]);
    let now = routing("moments-one-differs", &[(to, 1240), (to, 1040)]);
    let expected = ["changed,1200,1100"];
    assert_eq!(rows(&file, &now, "change,advmss,advmss_before"), expected);
}

#[test]
fn saved_addresses_are_sorted_as_addresses() {
    let then = routing("moments-sorted-then", &[("0005C80A", 0), ("0000640A", 0)]);
    let now = routing("moments-sorted-now", &[("0009C80A", 0), ("0000050A", 0)]);
    let file = save("moments-sorted", &then, &["-r"]);
    let flags = [
        "--format",
        "csv",
        "--columns",
        "destination,change",
        "--sort",
    ];
    let found = stdout(&since(
        &file,
        &now,
        &[&flags[..], &["destination"]].concat(),
    ));
    let expected = "\
destination,change
10.5.0.0,added
10.100.0.0,removed
10.200.5.0,removed
10.200.9.0,added
";
    assert_eq!(found, expected);
}

#[test]
fn a_counter_that_appears_has_counted_from_0() {
    let then = counting("moments-new-then", SNMP, DEV, "1");
    let snmp = SNMP.to_owned() + "IcmpMsg: InType3 InType8\nIcmpMsg: 0 4\n";
    let now = counting("moments-new-now", &snmp, DEV, "1");
    let file = save("moments-new", &then, &["-s"]);
    let columns = "change,name,value_before,value,difference";
    let expected = ["added,InType3,,0,0", "added,InType8,,4,4"];
    assert_eq!(rows(&file, &now, columns), expected);
    // What could not be read may have been anything.
    let text = fs::read_to_string(&file).expect("saved");
    fs::write(&file, text.replace("\"whole\":true", "\"whole\":false")).expect("written");
    let found = since(&file, &now, &["--format", "csv", "--columns", columns]);
    let rows = stdout(&found);
    assert!(rows.contains("added,InType8,,4,\n"), "{rows}");
}

#[test]
fn a_file_that_is_no_whole_listing_is_refused_with_its_line() {
    let root = system_of("moments-bad", &tcp_then(), "1");
    let file = save("moments-bad-file", &root, &["-tan"]);
    let whole = fs::read_to_string(&file).expect("saved");
    let lines: Vec<&str> = whole.split_inclusive('\n').collect();
    let cut = lines[2].len() / 2;
    for (text, expected) in [
        (String::new(), ":1: not a listing"),
        ("\u{0}\u{1}".to_owned(), ":1: not a listing"),
        (lines[1..].concat(), ":1: not a listing"),
        (lines[..4].concat(), ":5: the last line is missing"),
        (whole.repeat(2), ":6: the listing ends before this line"),
        (lines[..2].concat() + &lines[2][..cut], ":3: not a row"),
        (
            [&lines[..2], &lines[3..]].concat().concat(),
            ":4: the file should have 3 rows, but has 2",
        ),
        (
            whole.replacen("\"rnetstat_listing\":1", "\"rnetstat_listing\":9", 1),
            ":1: saved in format 9",
        ),
        (
            whole.replacen("\"--tcp\"", "\"--kill\"", 1),
            ":1: unexpected '--kill'",
        ),
        (
            whole.replacen("\"--tcp\"", "\"--root=/tmp\"", 1),
            ":1: unexpected '--root=/tmp'",
        ),
        (
            whole.replacen("\"--tcp\"", "\"--port=99999\"", 1),
            ":1: its flags can't be used\nrnetstat: invalid value '99999'",
        ),
    ] {
        fs::write(&file, &text).expect("written");
        let found = since(&file, &root, &[]);
        assert_eq!(found.status.code(), Some(1), "{expected}");
        assert_eq!(stdout(&found), "", "{expected}");
        assert!(
            stderr(&found).contains(expected),
            "{expected}: {}",
            stderr(&found)
        );
    }
    let found = since(Path::new("/nonexistent/file"), &root, &[]);
    assert_eq!(found.status.code(), Some(1));
    assert!(
        stderr(&found).contains("No such file"),
        "{}",
        stderr(&found)
    );
}

#[test]
fn another_listing_is_refused_with_what_to_type() {
    let root = system_of("moments-other", &tcp_then(), "1");
    let file = save("moments-other-file", &root, &["-tan"]);
    for (flags, expected) in [
        (
            &["-s"][..],
            "this file has a listing of sockets, not of statistics",
        ),
        (&["-r"], "this file has a listing of sockets, not of routes"),
        (
            &["-u"],
            "this file was saved with --all --tcp, not with --udp",
        ),
        (&["-ta", "--port", "80"], "not with --all --tcp --port=80"),
    ] {
        let found = since(&file, &root, flags);
        assert_eq!(found.status.code(), Some(3), "{flags:?}");
        assert!(
            stderr(&found).contains(expected),
            "{flags:?}: {}",
            stderr(&found)
        );
        let tip = format!("`rnetstat --since {}`", file.display());
        assert!(
            stderr(&found).contains(&tip),
            "{flags:?}: {}",
            stderr(&found)
        );
    }
    // However they are spelled, the same flags fit.
    let found = since(&file, &root, &["--tcp", "-a", "-n", "-e"]);
    assert_eq!(found.status.code(), Some(1), "{}", stderr(&found));
    assert_eq!(stderr(&found), "");
}

#[test]
fn flags_that_do_not_fit_the_saved_ones_are_not_blamed_on_the_file() {
    let root = counting("moments-unfit", SNMP, DEV, "1");
    let file = save("moments-unfit-file", &root, &["-s"]);
    let found = since(&file, &root, &["--pids"]);
    let expected = run(&binary(), &root, &["-s", "--pids", "--since", "f"]);
    assert_eq!(expected.status.code(), Some(3));
    assert_eq!(found.status.code(), Some(3));
    assert_eq!(stderr(&found), stderr(&expected));
}

#[test]
fn nothing_is_counted_if_the_filter_names_an_unknown_user() {
    let root = system_of("moments-user", &tcp_then(), "1");
    let file = save("moments-user-file", &root, &["-tan"]);
    let text = fs::read_to_string(&file).expect("saved");
    let named = text.replacen("\"--tcp\"", "\"--tcp\",\"--user=no-such-user\"", 1);
    fs::write(&file, named).expect("written");
    for flags in [&["--count"][..], &["--json"], &["--format", "csv"], &[]] {
        let found = since(&file, &root, flags);
        assert_eq!(found.status.code(), Some(3), "{}", stderr(&found));
        assert_eq!(stdout(&found), "", "{flags:?}");
    }
}

#[test]
fn a_table_says_that_nothing_has_changed() {
    let root = system_of("moments-same", &tcp_then(), "1");
    let file = save("moments-same-file", &root, &["-tan"]);
    let found = since(&file, &root, &[]);
    let said = stdout(&found);
    assert!(said.starts_with("nothing has changed since 20"), "{said}");
    assert_eq!(said.lines().count(), 1, "{said}");
    assert_eq!(found.status.code(), Some(1));
    for flags in [
        &["--format", "classic", "--no-header"][..],
        &["--format", "csv", "--no-header"],
        &["--format", "jsonl"],
        &["--no-header"],
    ] {
        let found = since(&file, &root, flags);
        assert_eq!(stdout(&found), "", "{flags:?}");
        assert_eq!(stderr(&found), "", "{flags:?}");
    }
    let unread = make_system(
        "moments-same-unread",
        &[
            ("proc/net/udp", b""),
            ("proc/sys/kernel/hostname", b"there\n"),
            ("proc/sys/kernel/random/boot_id", b"1"),
        ],
        &[],
    );
    let said = stdout(&since(&file, &unread, &[]));
    assert!(said.ends_with("; not everything could be read\n"), "{said}");
}

#[test]
fn what_does_not_go_together_is_refused() {
    for (flags, named) in [
        (&["--save", "f", "--since", "g"][..], "--since"),
        (&["--save", "f", "-c"], "it is for one listing"),
        (&["--since", "f", "5"], "it is for one listing"),
        (&["--since", "f", "--changes"], "--changes"),
        (&["--save", "f", "--top", "3"], "--top"),
        (
            &[
                "-i", "--since", "f", "--format", "classic", "--sort", "value",
            ],
            "--sort does not work with --interfaces --since in the classic format",
        ),
        (
            &["-s", "--since", "f", "--format", "classic", "--top", "3"],
            "--format table",
        ),
        (&["--save", "f", "--rates"], "rates"),
        (&["--save", "f", "--kill", "--port", "80"], "--kill"),
        (&["--since", "f", "--check"], "--check"),
        (&["--since", "f", "--pids"], "type --columns change,pid"),
    ] {
        must_refuse(&binary(), flags, named);
    }
}

#[test]
fn a_file_stays_as_it_was_if_the_listing_fails() {
    let root = system_of("moments-stays", &tcp_then(), "1");
    let folder = folder("moments-stays-file");
    let file = folder.join("f");
    fs::write(&file, "before").expect("written");
    let path = file.to_str().expect("a path in UTF-8");
    let flags = [
        "-tan",
        "--format",
        "csv",
        "--columns",
        "nonsense",
        "--save",
        path,
    ];
    let found = run(&binary(), &root, &flags);
    assert_eq!(found.status.code(), Some(3));
    assert_eq!(fs::read_to_string(&file).expect("there"), "before");
    assert_eq!(fs::read_dir(&folder).expect("read").count(), 1);
    let found = run(&binary(), &root, &["-tan", "--save", "/dev/full"]);
    assert_eq!(found.status.code(), Some(1));
    assert!(stderr(&found).contains("not saved"), "{}", stderr(&found));
    assert!(stdout(&found).contains("127.0.0.1:81"));
}

#[test]
fn a_listing_is_saved_whoever_reads_what_is_shown() {
    let root = system_of("moments-reader", &tcp_then(), "1");
    let file = folder("moments-reader-file").join("f");
    let mut child = Command::new(binary())
        .arg("--root")
        .arg(&root)
        .args(["-tan", "--save"])
        .arg(&file)
        .stdout(Stdio::piped())
        .spawn()
        .expect("started");
    // It goes away at once.
    drop(child.stdout.take());
    child.wait().expect("ended");
    assert_eq!(since(&file, &root, &[]).status.code(), Some(1));
    let full = fs::File::create("/dev/full").expect("opened");
    let mut command = Command::new(binary());
    command.arg("--root").arg(&root).args(["-tan", "--save"]);
    let found = command.arg(&file).stdout(full).output().expect("runs");
    assert_eq!(found.status.code(), Some(1));
    assert!(stderr(&found).contains("stdout: "), "{}", stderr(&found));
    assert_eq!(since(&file, &root, &["--count"]).status.code(), Some(1));
}

#[test]
fn a_saved_file_is_for_its_owner() {
    let root = system_of("moments-mode", &tcp_then(), "1");
    let folder = folder("moments-mode-file");
    let file = folder.join("f");
    let path = file.to_str().expect("a path in UTF-8");
    let saves = || run(&binary(), &root, &["-tan", "--save", path]);
    let mode_and_owner = || {
        let found = fs::metadata(&file).expect("saved");
        (found.mode() & 0o777, found.uid(), found.gid())
    };
    assert!(saves().status.success());
    let (mode, own, group) = mode_and_owner();
    assert_eq!(mode, 0o600);
    let other = match own {
        0 => (12, 34),
        _ => (own, group),
    };
    fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).expect("changed");
    chown(&file, Some(other.0), Some(other.1)).expect("given away");
    let found = saves();
    assert!(found.status.success(), "{}", stderr(&found));
    assert_eq!(stderr(&found), "");
    assert_eq!(mode_and_owner(), (0o640, other.0, other.1));
    assert_eq!(fs::read_dir(&folder).expect("read").count(), 1);
}

/// The reader of what is shown has not read it when the process is ended.
#[test]
fn nothing_is_left_of_a_file_if_the_process_is_ended() {
    let many: String = (0..4000)
        .map(|port| socket(port, NOBODY, "0A", 5000))
        .collect();
    let root = system_of("moments-ended", &(TCP_HEAD.to_owned() + &many), "1");
    let folder = folder("moments-ended-file");
    let mut child = Command::new(binary())
        .arg("--root")
        .arg(&root)
        .args(["-tan", "--save"])
        .arg(folder.join("f"))
        .stdout(Stdio::piped())
        .spawn()
        .expect("started");
    let mut first = [0];
    let mut out = child.stdout.take().expect("its stdout");
    out.read_exact(&mut first).expect("read");
    let id = i32::try_from(child.id()).expect("a PID");
    kill(Pid::from_raw(id), Signal::SIGTERM).expect("sent");
    assert_eq!(child.wait().expect("ended").signal(), Some(15));
    assert_eq!(fs::read_dir(&folder).expect("read").count(), 0);
}

#[test]
fn the_folder_is_named_if_it_is_why_nothing_is_saved() {
    let root = system_of("moments-folder", &tcp_then(), "1");
    // Nobody can create a file there, not even root.
    let found = run(&binary(), &root, &["-tan", "--save", "/proc/self/f"]);
    assert_eq!(found.status.code(), Some(1));
    let said = "in the folder /proc/self: ";
    assert!(stderr(&found).contains(said), "{}", stderr(&found));
}

#[test]
fn a_reader_that_goes_away_is_no_failure() {
    let root = system_of("moments-closed", &tcp_then(), "1");
    let (reader, writer) = pipe().expect("a pipe");
    drop(reader);
    let mut command = Command::new(binary());
    command
        .arg("--root")
        .arg(&root)
        .args(["-tan", "--save", "-"]);
    let found = command.stdout(writer).output().expect("runs");
    assert_eq!(stderr(&found), "");
    assert_eq!(found.status.code(), Some(0));
}

#[test]
fn a_listing_goes_through_a_pipe() {
    let then = system_of("moments-pipe-then", &tcp_then(), "1");
    let now = system_of("moments-pipe-now", &tcp_now(), "1");
    let saved = run(&binary(), &then, &["-tan", "--save", "-"]);
    assert!(
        stdout(&saved).starts_with("{\"boot_id\""),
        "{}",
        stdout(&saved)
    );
    let mut child = Command::new(binary())
        .arg("--root")
        .arg(&now)
        .args(["--since", "-", "--count"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("started");
    let mut stdin = child.stdin.take().expect("its stdin");
    stdin.write_all(&saved.stdout).expect("written");
    drop(stdin);
    let found = child.wait_with_output().expect("ended");
    assert_eq!(stdout(&found), "3\n");
}

#[test]
fn what_could_not_be_read_has_not_closed() {
    let then = system_of("moments-unread-then", &tcp_then(), "1");
    let file = save("moments-unread", &then, &["-tan"]);
    let now = make_system("moments-unread-now", &[("proc/net/udp", b"")], &[]);
    let found = since(&file, &now, &["--format", "csv"]);
    assert_eq!(found.status.code(), Some(1));
    assert_eq!(stdout(&found).lines().count(), 1, "{}", stdout(&found));
    assert!(
        stderr(&found).contains("rows that are gone are not shown"),
        "{}",
        stderr(&found)
    );
}

#[test]
fn the_live_kernel_is_compared_too() {
    if !ready() {
        return;
    }
    ip("link set lo up");
    let file = folder("moments-live").join("f");
    let path = file.to_str().expect("a path in UTF-8");
    let run = |flags: &[&str]| Command::new(binary()).args(flags).output().expect("runs");
    let first = TcpListener::bind("127.0.0.1:8081").expect("listening");
    let stays = TcpListener::bind("127.0.0.1:8082").expect("listening");
    assert!(run(&["-ltn", "--save", path]).status.success());
    assert_eq!(run(&["--since", path]).status.code(), Some(1));
    drop(first);
    let second = TcpListener::bind("127.0.0.1:8083").expect("listening");
    let columns = "change,local_port,pid";
    let found = run(&["--since", path, "--format", "csv", "--columns", columns]);
    let own = std::process::id();
    let expected = format!("{columns}\nclosed,8081,{own}\nopened,8083,{own}\n");
    assert_eq!(stdout(&found), expected, "{}", stderr(&found));
    drop((stays, second));
    let found = run(&["--since", path, "--count"]);
    assert_eq!(stdout(&found), "2\n");
}

/// Without the namespaces that were listed, what is in others would seem to be closed.
#[test]
fn namespaces_are_listed_again() {
    let Some(_turn) = turn() else { return };
    let file = folder("moments-namespaces").join("f");
    let path = file.to_str().expect("a path in UTF-8");
    let run = |flags: &[&str]| Command::new(binary()).args(flags).output().expect("runs");
    let (blue, red) = (Named::new("blue"), Named::new("red"));
    let owners = [blue.owner(7811), red.owner(7811)];
    let names = [&blue.0, &red.0].map(String::as_str).join(",");
    let saved = run(&["-tln", "--netns", &names, "--save", path]);
    assert!(saved.status.success(), "{}", stderr(&saved));
    let found = run(&["--since", path, "--format", "csv"]);
    assert_eq!(stdout(&found).lines().count(), 1, "{}", stdout(&found));
    let there = red.owner(7812);
    let classic = ["--since", path, "--format", "classic"];
    let found = stdout(&run(&classic));
    let heading = format!("Network namespace {} (net:[{}])", red.0, red.id());
    let lines: Vec<&str> = found.lines().collect();
    assert_eq!(lines[1], heading, "{found}");
    assert!(lines[2].contains(" opened "), "{found}");
    assert!(lines[2].contains(":7812 "), "{found}");
    assert_eq!(lines.len(), 3, "{found}");
    // One that has gone takes its sockets with it.
    drop(there);
    let [_owner, owner] = owners;
    drop((owner, red));
    let found = run(&[
        "--since",
        path,
        "--format",
        "csv",
        "--columns",
        "change,local_port",
    ]);
    assert_eq!(stdout(&found), "change,local_port\nclosed,7811\n");
    assert!(stderr(&found).contains("there is no network namespace"));
    assert_eq!(found.status.code(), Some(0), "{}", stderr(&found));
}

#[test]
fn another_namespace_is_told_from_this_one() {
    if !ready() {
        return;
    }
    ip("link set lo up");
    let file = folder("moments-elsewhere").join("f");
    let path = file.to_str().expect("a path in UTF-8");
    let run = |flags: &[&str]| Command::new(binary()).args(flags).output().expect("runs");
    for (flag, status, said) in [
        ("-s", 1, "each namespace has counters of its own"),
        ("-r", 1, "saved in another network namespace\n"),
        ("-tan", 1, ": sockets are compared by their addresses"),
    ] {
        assert!(run(&[flag, "--save", path]).status.code() < Some(3));
        unshare(CloneFlags::CLONE_NEWNET).expect("a namespace");
        let found = run(&["--since", path]);
        assert!(stderr(&found).contains(said), "{flag}: {}", stderr(&found));
        assert_eq!(
            found.status.code(),
            Some(status),
            "{flag}: {}",
            stdout(&found)
        );
    }
}
