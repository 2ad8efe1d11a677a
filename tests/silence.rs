//! The built binary and what it can't see: it says so, and no format of ours takes it for nothing.

mod common;

use common::copied::Copied;
use common::namespace::ip;
use common::owner::{Owner, PORT, listener, turn, wait_until};
use common::{TCP, binary, make_system, run, stderr, stdout};
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Output};

/// A header of each table that is listed by default.
const ROUTES: &[u8] =
    b"Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n";

/// What is asked for as root and as others: the words of a shell's command, `$0` the program.
fn shell(command: &str) -> Output {
    let mut shell = Command::new("sh");
    shell.args(["-c", command]).arg(binary());
    shell.output().expect("runs")
}

#[test]
fn a_system_without_tables_is_no_system_without_sockets() {
    let root = make_system("silence-empty", &[("proc/version", b"")], &[]);
    let deeper = make_system("silence-deeper", &[("host/proc/net/tcp", TCP)], &[]);
    let tried = format!("try --root {}/host", deeper.display());
    for (root, expected) in [
        (&root, "no socket tables in "),
        (&deeper, tried.as_str()),
        (&deeper.join("host/proc"), "the directory above it"),
    ] {
        for flags in [
            "-an --json",
            "-an --format csv",
            "-anp --json",
            "-an --count",
            "-an --pids",
        ] {
            let flags: Vec<&str> = flags.split(' ').collect();
            let found = run(&binary(), root, &flags);
            assert_eq!(found.status.code(), Some(1), "{root:?} {flags:?}");
            let said = stderr(&found);
            assert!(said.contains(expected), "{root:?} {flags:?}: {said}");
            let shown = root.display().to_string();
            assert!(said.contains(&shown), "{root:?} {flags:?}: {said}");
        }
    }
    // A system may lack what is asked for, and have other tables.
    let root = make_system("silence-other", &[("proc/net/tcp", TCP)], &[]);
    let found = run(&binary(), &root, &["-an6", "--json"]);
    assert_eq!(
        (stdout(&found), stderr(&found)),
        ("[]\n".to_owned(), String::new())
    );
    assert_eq!(found.status.code(), Some(0));
}

#[test]
fn a_chroot_without_proc_is_told() {
    let Some(_turn) = turn() else { return };
    let root = common::folder("silence-chroot");
    for (flags, expected) in [("-an --json", "/proc: "), ("-rn", "/proc: ")] {
        let program = binary();
        let mut command = Command::new(&program);
        command.args(flags.split(' '));
        let inside = root.clone();
        // SAFETY: the calls between fork and exec allocate nothing.
        unsafe {
            command.pre_exec(move || {
                // The program is opened before its file is out of reach.
                std::os::unix::fs::chroot(&inside)
            });
        }
        fs::create_dir_all(
            root.join(
                program
                    .parent()
                    .expect("a folder")
                    .strip_prefix("/")
                    .expect("absolute"),
            ),
        )
        .expect("made");
        let copy = root.join(program.strip_prefix("/").expect("absolute"));
        fs::copy(&program, &copy).expect("copied");
        copy_libraries(&program, &root);
        let found = command.output().expect("runs");
        assert_eq!(found.status.code(), Some(1), "{flags}");
        assert!(
            stderr(&found).contains(expected),
            "{flags}: {}",
            stderr(&found)
        );
        assert_eq!(stdout(&found), "", "{flags}");
    }
}

/// Copies the libraries that a program is linked to.
fn copy_libraries(program: &Path, root: &Path) {
    let found = Command::new("ldd").arg(program).output().expect("runs");
    for word in stdout(&found)
        .split_whitespace()
        .filter(|it| it.starts_with('/'))
    {
        let copy = root.join(&word[1..]);
        fs::create_dir_all(copy.parent().expect("a folder")).expect("made");
        fs::copy(word, copy).expect("copied");
    }
}

#[test]
fn an_empty_file_is_no_table_without_rows() {
    let files = ["tcp", "udp", "raw", "unix", "route", "dev", "snmp", "igmp"];
    let names = files.map(|file| format!("proc/net/{file}"));
    let files: Vec<(&str, &[u8])> = names.iter().map(|it| (it.as_str(), &b""[..])).collect();
    let root = make_system("silence-blank", &files, &[]);
    for (flags, tables, status) in [
        ("-an", "tcp udp raw unix", 0),
        ("-tn", "tcp", 1),
        ("-an --json", "tcp udp raw unix", 1),
        ("-an --format table", "tcp udp raw unix", 1),
        ("-xn --count", "unix", 1),
        ("-gn", "igmp", 0),
        ("-gn --json", "igmp", 1),
        ("-rn", "route", 1),
        ("-rn --json", "route", 1),
        ("-i --json", "dev", 1),
        ("-s", "snmp", 0),
        ("-s --json", "snmp", 1),
    ] {
        let words: Vec<&str> = flags.split(' ').collect();
        let found = run(&binary(), &root, &words);
        let said = stderr(&found);
        for table in tables.split(' ') {
            let expected = format!("/proc/net/{table}: empty, without a header");
            assert!(said.contains(&expected), "{flags}: {said}");
        }
        assert_eq!(found.status.code(), Some(status), "{flags}: {said}");
    }
}

/// A new namespace has no routing table, and its file not even a header.
#[test]
fn a_namespace_without_routes_has_none() {
    let Some(_turn) = turn() else { return };
    let run = |program: &Path, flags: &[&str]| {
        let mut command = Command::new(program);
        command.args(flags).output().expect("runs")
    };
    let theirs = run(Path::new("netstat"), &["-rn"]);
    let ours = run(&binary(), &["-rn"]);
    assert_eq!(stdout(&ours), stdout(&theirs));
    assert_eq!(ours.status.code(), theirs.status.code());
    assert_eq!(stderr(&ours), "");
    let found = run(&binary(), &["-r", "--json"]);
    assert_eq!(
        (stdout(&found).as_str(), stderr(&found).as_str()),
        ("[]\n", "")
    );
    assert_eq!(found.status.code(), Some(0));
}

#[test]
fn a_table_that_may_not_be_read_is_told() {
    let Some(_turn) = turn() else { return };
    let copied = Copied::new("denied");
    let net = copied.0.join("proc/net");
    fs::create_dir_all(&net).expect("made");
    for table in ["tcp", "igmp", "unix", "route", "snmp", "netstat"] {
        fs::write(net.join(table), TCP).expect("written");
        let permissions = fs::Permissions::from_mode(0o000);
        fs::set_permissions(net.join(table), permissions).expect("set");
    }
    fs::write(net.join("udp"), TCP).expect("written");
    let root = copied.0.display().to_string();
    for (flags, table, status) in [
        ("-an", "tcp", 0),
        ("-an", "unix", 0),
        ("-an --json", "tcp", 1),
        ("-an --format csv", "unix", 1),
        ("-an --count", "tcp", 1),
        ("-gn --json", "igmp", 1),
        ("-rn", "route", 1),
        ("-rn --json", "route", 1),
        ("-s", "snmp", 1),
        ("-s --json", "netstat", 1),
    ] {
        let words = ["--root", root.as_str()]
            .into_iter()
            .chain(flags.split(' '));
        let found = copied.run(&words.collect::<Vec<_>>());
        let said = stderr(&found);
        let expected = format!("/proc/net/{table}: Permission denied");
        assert!(said.contains(&expected), "{flags}: {said}");
        assert_eq!(found.status.code(), Some(status), "{flags}: {said}");
    }
}

#[test]
fn a_blank_or_odd_line_in_a_table_of_routes_is_told() {
    let row = b"eth0\t00000000\t0100000A\t0003\t0\t0\t0\t00000000\t0\t0\t0\n";
    let text = [ROUTES, b"\n", row, b"odd line\n"].concat();
    let root = make_system("silence-routes", &[("proc/net/route", &text)], &[]);
    for (format, status) in [("--numeric", 0), ("--json", 1), ("--count", 1)] {
        let found = run(&binary(), &root, &["-rn", format]);
        let said = stderr(&found);
        for line in [2, 4] {
            let expected = format!("bogus line {line} of {}", root.display());
            assert!(said.contains(&expected), "{format}: {said}");
        }
        assert_eq!(found.status.code(), Some(status), "{format}");
    }
}

/// The ways in which owners can't be seen, and what is said of each.
#[test]
fn owners_that_can_not_be_seen_are_unknown() {
    let Some(_turn) = turn() else { return };
    let copied = Copied::new("unseen");
    let listener = listener();
    let _owner = Owner::of(&listener);
    drop(listener);
    let program = copied.0.join("rnetstat");
    let program = program.display();
    let as_another = format!("setpriv --reuid 54321 --regid 54321 --clear-groups {program}");
    for (run, said) in [
        (
            format!("setpriv --bounding-set -sys_ptrace {program} FLAGS"),
            "without CAP_SYS_PTRACE",
        ),
        (
            format!("unshare -m sh -c 'mount -t proc -o hidepid=2 proc /proc; {as_another} FLAGS'"),
            "it is mounted with hidepid=",
        ),
        (
            format!("unshare -pf --mount-proc {program} FLAGS"),
            "only the processes of one PID namespace (a container)",
        ),
        (format!("{as_another} FLAGS"), "only root can read"),
    ] {
        let ask = |flags: &str| shell(&run.replace("FLAGS", &format!("-ln {PORT} {flags}")));
        let found = ask("-p --json --columns pid,processes");
        assert_eq!(
            stdout(&found),
            "[\n{\"pid\":null,\"processes\":null}\n]\n",
            "{run}: {}",
            stderr(&found)
        );
        assert_eq!(found.status.code(), Some(1), "{run}");
        assert!(
            stderr(&found).contains("the owner of 1 socket is unknown"),
            "{run}"
        );
        for flags in ["-p --json", "--pids", "--process sleep", "--kill --dry-run"] {
            let found = ask(flags);
            let all = stderr(&found);
            assert!(all.contains(said), "{run} {flags}: {all}");
            assert_eq!(found.status.code(), Some(1), "{run} {flags}: {all}");
            assert!(!all.contains("no socket matches"), "{run} {flags}: {all}");
        }
        // A script sees net-tools' status; with a filter, too, unless that asks for owners.
        for flags in ["-tlnp".to_owned(), format!("-tlnp {PORT}")] {
            let found = shell(&run.replace("FLAGS", &flags));
            assert_eq!(found.status.code(), Some(0), "{run} {flags}");
            assert!(!stderr(&found).is_empty(), "{run} {flags}");
        }
        // Where nobody is asked for, nobody is missed.
        let found = ask("--json");
        assert_eq!(
            (stderr(&found).as_str(), found.status.code()),
            ("", Some(0)),
            "{run}"
        );
    }
}

#[test]
fn owners_that_are_known_to_be_nobody_are_an_empty_list() {
    let Some(_turn) = turn() else { return };
    ip("link set lo up");
    let listener = listener();
    let address = listener.local_addr().expect("an address");
    // It waits to be accepted, and has no inode: nobody holds it.
    let _waiting = std::net::TcpStream::connect(address).expect("connected");
    let owner = Owner::of(&listener);
    wait_until("connection", || {
        let found = Command::new(binary())
            .args(["-tn", PORT, "--state=established", "--count"])
            .output();
        stdout(&found.expect("runs")) == "1\n"
    });
    let mut command = Command::new(binary());
    command.args([
        "-tnp",
        PORT,
        "--state=established",
        "--json",
        "--columns=processes",
    ]);
    let found = command.output().expect("runs");
    assert_eq!(stdout(&found), "[\n{\"processes\":[]}\n]\n", "{owner}");
    assert_eq!(
        (stderr(&found).as_str(), found.status.code()),
        ("", Some(0))
    );
}

#[test]
fn a_copy_without_descriptors_knows_no_owners() {
    let files: [(&str, &[u8]); 1] = [("proc/net/tcp", TCP)];
    let bare = make_system("silence-bare", &files, &[]);
    let full = make_system("silence-full", &files, &[(7, b"x\0", &[4711])]);
    for (root, processes, status) in [(&bare, "null", 1), (&full, "[]", 0)] {
        let found = run(
            &binary(),
            root,
            &["-lnp", "--json", "--columns", "processes"],
        );
        assert_eq!(
            stdout(&found),
            format!("[\n{{\"processes\":{processes}}}\n]\n")
        );
        assert_eq!(found.status.code(), Some(status));
        assert_eq!(
            !stderr(&found).is_empty(),
            status == 1,
            "{}",
            stderr(&found)
        );
    }
}

#[test]
fn a_closed_stdout_is_an_error_before_anybody_is_signalled() {
    let Some(_turn) = turn() else { return };
    let listener = listener();
    let mut owner = Owner::of(&listener);
    drop(listener);
    let found = shell(&format!("exec \"$0\" -ln {PORT} --kill --yes >&-"));
    assert_eq!(found.status.code(), Some(1));
    assert!(
        stderr(&found).contains("stdout: Bad file descriptor"),
        "{}",
        stderr(&found)
    );
    assert!(owner.runs());
    for flags in ["-an", "-an --json", "-h"] {
        assert_eq!(
            shell(&format!("exec \"$0\" {flags} >&-")).status.code(),
            Some(1),
            "{flags}"
        );
    }
    let found = shell(&format!("exec \"$0\" -ln {PORT} >/dev/null"));
    assert_eq!(found.status.code(), Some(0));
}

/// A table in an order that is not Linux's has all its listeners listed, though /proc is procfs.
#[test]
fn listeners_are_not_sought_before_the_first_connection_only() {
    let Some(_turn) = turn() else { return };
    let folder = common::folder("silence-order");
    let text = String::from_utf8(TCP.to_vec()).expect("UTF-8");
    let (header, listener) = text.split_once('\n').expect("a header");
    let connection = listener
        .replace(" 0A ", " 01 ")
        .replace("00000000:0000", "0100007F:1388");
    let table = format!("{header}\n{connection}{listener}");
    fs::write(folder.join("tcp"), table).expect("written");
    let mount = format!("mount --bind {} /proc/$$/net", folder.display());
    let run = |flags: &str| {
        let inner = format!("{mount} && exec {} {flags}", binary().display());
        stdout(&shell(&format!("unshare -m sh -c '{inner}'")))
    };
    assert!(run("-4tln").contains(":8080"));
    assert_eq!(run("-4tln --local-port 8080 --count"), "1\n");
}
