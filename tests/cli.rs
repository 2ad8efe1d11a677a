//! The built binary's manners: flags, words, pipes, statuses, and bad input.

mod common;

use common::{binary, folder, link, run, stderr, stdout, system};
use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::os::unix::fs::symlink;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// A name for rows: their first words, each once.
fn protocols(output: &str) -> Vec<String> {
    let mut seen = Vec::new();
    for line in output.lines() {
        let word = line.split(' ').next().unwrap_or_default().to_owned();
        if !["Active", "Proto"].contains(&word.as_str()) && !seen.contains(&word) {
            seen.push(word);
        }
    }
    seen
}

#[test]
fn words_narrow_the_listing() {
    let web = system("web-server");
    let cases: [(&[&str], &[&str]); 14] = [
        (&["-ano", "-p", "tcp"], &["tcp", "tcp6"]),
        (&["-ano", "TCP"], &["tcp", "tcp6"]),
        (&["-an", "tcp6"], &["tcp6"]),
        (&["-an", "TcpV6"], &["tcp6"]),
        (&["-an", "udp"], &["udp", "udp6"]),
        (&["-an", "udpv6"], &["udp6"]),
        (&["-an", "tcp6", "udp"], &["tcp6", "udp", "udp6"]),
        (&["-an", "unix"], &["unix"]),
        (&["-an", "-x", "tcp6"], &["tcp6"]),
        (&["-tuan", "tcp"], &["tcp", "tcp6"]),
        (&["-tan", "udp6", "unix"], &["udp6", "unix"]),
        (&["-an6", "tcp"], &["tcp6"]),
        (&["-an4", "tcp"], &["tcp"]),
        (&["-an", "raw", "udplite"], &[]),
    ];
    for (flags, expected) in cases {
        let found = run(&binary(), &web, flags);
        assert!(found.status.success(), "{flags:?}: {}", stderr(&found));
        assert_eq!(protocols(&stdout(&found)), expected, "{flags:?}");
    }
    let all = run(&link("netstat"), &web, &["-an"]).stdout;
    for words in [["tcp", "5"], ["junk", "-"]] {
        let found = run(&link("netstat"), &web, &["-an", words[0], words[1]]);
        assert_eq!(found.stdout, all, "netstat passes over {words:?}");
    }
}

#[test]
fn unusable_arguments_are_named_and_have_net_tools_status() {
    let cases: [(&[&str], &str); 12] = [
        (&["-q"], "-q"),
        (&["--bogus"], "--bogus"),
        (&["--numer"], "ambiguous"),
        (&["--all=1"], "--all"),
        (&["-A"], "LIST"),
        (&["-A", "bogus"], "bogus"),
        (&["-an", "tpc"], "tpc"),
        (&["-an", "0"], "'0'"),
        (&["-an", "-"], "'-'"),
        (&["-r", "5x"], "5x"),
        (&["--interfaces"], "--interfaces"),
        (&["--root"], "DIR"),
    ];
    for (flags, named) in cases {
        let found = Command::new(binary()).args(flags).output().expect("runs");
        assert_eq!(found.status.code(), Some(3), "{flags:?}");
        assert_eq!(stdout(&found), "", "{flags:?}");
        assert!(
            stderr(&found).contains(named),
            "{flags:?}: {}",
            stderr(&found)
        );
    }
}

#[test]
fn flags_can_be_given_in_any_order_and_twice() {
    let idle = system("idle-host");
    for ways in [
        &[
            "-tulpn",
            "-npult",
            "-t -u -l -p -n -t -n",
            "--tcp --udp --list --prog --numeric",
        ][..],
        &["-rn", "-nr", "-rr -n", "--route --numeric", "--rout -n"],
        &["-aW", "-aT", "--all --notrim", "--al --not"],
        &["-xa -4", "-4 -x -a", "-A unix,inet -a", "--unix --ip --all"],
        &["-aee", "-a -e --extend", "-e -ea"],
    ] {
        let outputs: Vec<_> = ways
            .iter()
            .map(|way| {
                let flags: Vec<&str> = way.split(' ').collect();
                let found = run(&binary(), &idle, &flags);
                assert!(found.status.success(), "{way}: {}", stderr(&found));
                stdout(&found)
            })
            .collect();
        for (way, output) in ways.iter().zip(&outputs) {
            assert_eq!(*output, outputs[0], "{way}");
        }
    }
}

#[test]
fn help_tells_what_differs_and_fits_a_terminal() {
    let found = Command::new(binary()).arg("--help").output().expect("runs");
    let help = stdout(&found);
    assert!(found.status.success());
    for told in [
        "PID as the last column",
        "ends each row with the owner's PID",
        "Called by the name netstat",
        "--root",
        "Exit status",
    ] {
        assert!(help.contains(told), "{told}");
    }
    for line in help.lines() {
        assert!(line.chars().count() <= 80, "{line:?}");
    }
    let version = Command::new(binary()).arg("-V").output().expect("runs");
    let expected = format!("rnetstat {}\n", env!("CARGO_PKG_VERSION"));
    assert_eq!(stdout(&version), expected);
}

/// Starts the binary with its stdout and stderr in pipes.
fn spawn(flags: &[&str]) -> std::process::Child {
    Command::new(binary())
        .arg("--root")
        .arg(system("idle-host"))
        .args(flags)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("starts")
}

#[test]
fn listings_repeat_each_whole_until_interrupted() {
    for flags in [
        &["-ctn"][..],
        &["-tn", "0.05"],
        &["-c", "-tn", "tcp", "0.05"],
    ] {
        let started = Instant::now();
        let mut child = spawn(flags);
        let mut lines = BufReader::new(child.stdout.take().expect("a pipe")).lines();
        let mut titles = 0;
        // The third title comes only after two whole listings have been flushed.
        while titles < 3 {
            let line = lines.next().expect("more").expect("a line");
            titles += usize::from(line.starts_with("Active Internet"));
        }
        if flags == ["-ctn"] {
            assert!(started.elapsed() >= Duration::from_secs(2), "a second each");
        }
        let pid = nix::unistd::Pid::from_raw(child.id() as i32);
        nix::sys::signal::kill(pid, nix::sys::signal::Signal::SIGINT).expect("signalled");
        let status = child.wait().expect("ended");
        assert_eq!(
            status.signal(),
            Some(2),
            "as any program that is interrupted"
        );
        let mut said = String::new();
        let mut stderr = child.stderr.take().expect("a pipe");
        stderr.read_to_string(&mut said).expect("read");
        assert_eq!(said, "");
    }
}

#[test]
fn a_closed_pipe_ends_it_quietly() {
    for flags in [&["-an", "0.01"][..], &["-an"]] {
        let mut child = spawn(flags);
        let mut pipe = BufReader::new(child.stdout.take().expect("a pipe"));
        let mut first = String::new();
        pipe.read_line(&mut first).expect("a line");
        drop(pipe);
        let found = child.wait_with_output().expect("ended");
        assert_eq!(found.status.code(), Some(0), "{flags:?}");
        assert_eq!(stderr(&found), "");
        assert!(first.starts_with("Active Internet"));
    }
}

#[test]
fn a_full_disk_is_an_error() {
    for flags in [&["-an"][..], &["-rn"], &["--help"], &["-V"], &["-anc"]] {
        let full = fs::OpenOptions::new()
            .write(true)
            .open("/dev/full")
            .expect("opened");
        let found = Command::new(binary())
            .args(flags)
            .stdout(full)
            .output()
            .expect("runs");
        assert_eq!(found.status.code(), Some(1), "{flags:?}");
        assert!(stderr(&found).contains("No space left"), "{flags:?}");
    }
}

#[test]
fn a_stderr_that_takes_nothing_stops_nothing() {
    let full = || {
        fs::OpenOptions::new()
            .write(true)
            .open("/dev/full")
            .expect("opened")
    };
    let found = Command::new(binary())
        .arg("--root")
        .arg(system("odd-one"))
        .arg("-an")
        .stderr(full())
        .output()
        .expect("runs");
    assert!(found.status.success());
    assert!(stdout(&found).contains("127.0.0.1:8081"));
    let found = Command::new(binary())
        .arg("-q")
        .stderr(full())
        .output()
        .expect("runs");
    assert_eq!(found.status.code(), Some(3));
}

/// A system made for one test: files by their path, and processes by PID, name and inodes.
fn make_system(name: &str, files: &[(&str, &[u8])], processes: &[(u32, &[u8], &[u64])]) -> PathBuf {
    let root = folder(name);
    for (path, bytes) in files {
        let path = root.join(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("made");
        fs::write(path, bytes).expect("written");
    }
    for (pid, command_line, inodes) in processes {
        let process = root.join(format!("proc/{pid}"));
        fs::create_dir_all(process.join("fd")).expect("made");
        fs::write(process.join("cmdline"), command_line).expect("written");
        for (number, inode) in inodes.iter().enumerate() {
            let target = format!("socket:[{inode}]");
            symlink(target, process.join(format!("fd/{number}"))).expect("linked");
        }
    }
    root
}

const TCP: &[u8] = b"  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n\
   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4000 1 0 100 0 0 10 0\n";

#[test]
fn control_characters_never_get_out() {
    let hostile = b"/bin/\x1b]0;owned\x07\x9b31m\xc2\x9bx\n\ty";
    let unix = [
        &b"Num       RefCount Protocol Flags    Type St Inode Path\n"[..],
        b"0: 00000002 00000000 00010000 0001 01 4001 /run/\x1b[2J\x07\x7f\xc2\x85\x8fend\n",
    ]
    .concat();
    let route =
        b"Iface\tDestination\tGateway\tFlags\tRefCnt\tUse\tMetric\tMask\tMTU\tWindow\tIRTT\n\
        e\x1b[1m\t0000000A\t00000000\t0001\t0\t0\t0\t000000FF\t0\t0\t0\n";
    let route6 = format!(
        "{0} 00 {0} 00 {0} 0 0 0 00000001 e\x1b[1m\n",
        "0".repeat(32)
    );
    let root = make_system(
        "hostile",
        &[
            ("proc/net/tcp", TCP),
            ("proc/net/unix", &unix),
            ("proc/net/route", route),
            ("proc/net/ipv6_route", route6.as_bytes()),
            ("etc/hosts", b"127.0.0.1 ho\x1b[1mst\n"),
            ("etc/networks", b"ne\x1bt 10\n"),
            ("etc/services", b"se\x1brvice 8080/tcp\n"),
            ("etc/passwd", b"ro\x1bot:x:0:0::/:\n"),
        ],
        &[(77, hostile, &[4000, 4001])],
    );
    for flags in [
        &["-ap"][..],
        &["-ape"],
        &["-apW"],
        &["-xap"],
        &["-xao"],
        &["-r"],
        &["-ree"],
        &["-r6"],
    ] {
        let found = run(&binary(), &root, flags);
        assert!(found.status.success(), "{flags:?}: {}", stderr(&found));
        let text = stdout(&found);
        assert!(
            text.lines().count() > 2 && text.contains('?'),
            "{flags:?}: {text}"
        );
        let steers = |byte: &u8| byte.is_ascii_control() && *byte != b'\n';
        assert!(!found.stdout.iter().any(steers), "{flags:?}: {text:?}");
        assert!(
            !found.stdout.windows(2).any(|pair| pair == b"\xc2\x9b"),
            "{flags:?}"
        );
        assert!(!found.stdout.contains(&0x8f), "{flags:?}");
    }
}

#[test]
fn a_bad_line_is_told_with_its_place_and_the_others_are_printed() {
    let table = [
        TCP,
        b"garbage\n",
        &TCP[TCP.iter().position(|&b| b == b'\n').expect("a header") + 1..],
    ]
    .concat();
    let root = make_system("bad-line", &[("proc/net/tcp", &table)], &[]);
    let found = run(&binary(), &root, &["-tan"]);
    assert!(found.status.success());
    assert_eq!(stdout(&found).lines().count(), 4);
    let said = stderr(&found);
    assert_eq!(said.lines().count(), 1, "{said}");
    assert!(
        said.contains("proc/net/tcp") && said.contains("line 3"),
        "{said}"
    );
}

#[test]
fn a_table_that_cannot_be_read_costs_only_itself() {
    let root = make_system(
        "unreadable",
        &[("proc/net/tcp", TCP), ("proc/net/udp6", TCP)],
        &[],
    );
    fs::create_dir(root.join("proc/net/udp")).expect("a folder where a file belongs");
    let found = run(&binary(), &root, &["-an"]);
    assert_eq!(found.status.code(), Some(1));
    assert!(
        stderr(&found).contains("proc/net/udp: "),
        "{}",
        stderr(&found)
    );
    assert_eq!(protocols(&stdout(&found)), ["tcp", "udp6"]);
}

#[test]
fn where_self_leads_nowhere_process_1_is_read() {
    let root = make_system(
        "archive",
        &[("proc/1/net/tcp", TCP)],
        &[(1, b"init\0", &[4000])],
    );
    symlink("self/net", root.join("proc/net")).expect("linked");
    symlink("4242", root.join("proc/self")).expect("linked");
    let found = run(&binary(), &root, &["-tanp"]);
    assert!(found.status.success(), "{}", stderr(&found));
    assert!(stdout(&found).contains("127.0.0.1:8080") && stdout(&found).contains("1/init"));
}

#[test]
fn a_root_that_is_not_there_is_said() {
    let found = run(&binary(), Path::new("/nowhere"), &["-tan"]);
    assert_eq!(found.status.code(), Some(1));
    assert!(
        stderr(&found).contains("AF INET (tcp)"),
        "{}",
        stderr(&found)
    );
}

/// What README.md promises for scripts.
#[test]
fn the_last_word_of_a_row_is_the_pid() {
    let root = make_system(
        "last-word",
        &[("proc/net/tcp", TCP)],
        &[(77, b"/bin/server\0", &[4000])],
    );
    let text = stdout(&run(&binary(), &root, &["-ano"]));
    let row = text
        .lines()
        .find(|row| row.contains(":8080"))
        .expect("the row");
    assert_eq!(row.split_whitespace().last(), Some("77"));
    let text = stdout(&run(&binary(), &root, &["-anop"]));
    let row = text
        .lines()
        .find(|row| row.contains(":8080"))
        .expect("the row");
    assert!(
        row.contains("77/server") && row.ends_with("(0.00/0/0)"),
        "{row}"
    );
}
