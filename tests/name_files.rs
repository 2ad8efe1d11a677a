//! Files of names that are pipes, devices or far too long: none of them holds anybody up, and each
//! is told. On the live kernel in a mount namespace of its own, and in another system's folder.

mod common;

use common::namespace::{ask_no_name_server, ip, ready, run_tool};
use common::running::Start;
use common::{TCP, binary, make_system, must_end, stderr, stdout};
use nix::sys::stat::Mode;
use nix::unistd::mkfifo;
use std::net::TcpListener;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::process::{Command, Output, Stdio};

/// What is in the place of a file.
#[derive(Debug, Clone, Copy)]
enum Put {
    Pipe,
    Zeros,
    TooLong,
}

impl Put {
    fn make(self, folder: &Path) -> String {
        let file = folder.join("file");
        match self {
            Put::Pipe => mkfifo(&file, Mode::S_IRWXU).expect("a pipe"),
            Put::Zeros => return "/dev/zero".to_owned(),
            Put::TooLong => write_long(&file, ""),
        }
        file.display().to_string()
    }
}

/// Writes 17 MiB that begin with `text`.
fn write_long(file: &Path, text: &str) {
    let line = format!("#{}\n", "x".repeat(1022));
    std::fs::write(file, format!("{text}{}", line.repeat(17 << 10))).expect("written");
}

fn list(flags: &str) -> Output {
    let flags: Vec<&str> = flags.split(' ').collect();
    let mut child = Command::new(binary())
        .args(["--resolve-timeout", "60"])
        .args(&flags)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .start();
    must_end(&mut child, &flags);
    child.output()
}

#[test]
fn what_is_no_plain_file_is_passed_over_and_told() {
    if !ready() {
        return;
    }
    for put in [Put::Pipe, Put::Zeros, Put::TooLong] {
        for (name, flags, fits) in [
            ("nsswitch.conf", "-tlae", "127.0.0.1:2049"),
            ("services", "-tlW", ":2049"),
            ("protocols", "-tlW", ":nfs"),
            ("passwd", "-tlae", " 0 "),
            ("hosts", "-tlW", "127.0.0.1:nfs"),
            ("networks", "-r", "10.99.0.0"),
        ] {
            // Each in a thread, and so in a namespace, of its own.
            let case = move || {
                assert!(ready());
                let folder = common::folder(&format!("name-files-{name}"));
                ask_no_name_server(&folder);
                ip("link set lo up");
                ip("link add v0 type veth peer name v1");
                ip("link set v0 up");
                ip("route add 10.99.0.0/24 dev v0");
                let _listener = TcpListener::bind("127.0.0.1:2049").expect("bound");
                let file = put.make(&folder);
                run_tool("mount", &format!("--bind {file} /etc/{name}"));
                let what = format!("/etc/{name} as {put:?}");
                let output = list(flags);
                assert!(output.status.success(), "{what}: {}", stderr(&output));
                assert!(
                    stdout(&output).contains(fits),
                    "{what}: {}",
                    stdout(&output)
                );
                let told = stderr(&output);
                assert_eq!(
                    told.matches(&format!("/etc/{name}: ")).count(),
                    1,
                    "{what}: {told}"
                );
                assert_eq!(told.lines().count(), 1, "{what}: {told}");
                // What is not needed is not looked at.
                assert_eq!(stderr(&list("-tlan")), "", "{what}");
                for flags in ["-tan --port http", "-tan --user nobody"] {
                    list(flags);
                }
            };
            std::thread::spawn(case).join().expect("as expected");
        }
    }
}

#[test]
fn of_a_long_file_of_another_system_the_beginning_is_read_and_that_is_told() {
    let root = make_system("name-files-long", &[("proc/net/tcp", TCP)], &[]);
    std::fs::create_dir(root.join("etc")).expect("a folder");
    write_long(&root.join("etc/hosts"), "127.0.0.1 first\n");
    write_long(&root.join("etc/services"), "one 8080/tcp\n");
    let output = common::run(&binary(), &root, &["-tl"]);
    assert!(stdout(&output).contains("first:one"), "{}", stdout(&output));
    let told = stderr(&output);
    for name in ["hosts", "services"] {
        let file = root.join("etc").join(name);
        let note = format!("{}: only its first 16 MiB are read", file.display());
        assert_eq!(told.matches(&note).count(), 1, "{told}");
        assert!(file.metadata().expect("a file").size() > 16 << 20);
    }
    assert_eq!(told.lines().count(), 2, "{told}");
}
