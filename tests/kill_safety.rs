//! Whom the built binary does not signal: `--kill` where a PID is reused, a process is one that
//! started rnetstat, or is closed to us; and the question on a terminal.
//!
//! Needs what tests/live.rs needs, and says so where it is missing.

mod common;

use common::asked::Asked;
use common::owner::{Owner, PORT, kill, kill_with, listener, must_say, turn, wait_until};
use common::running::Start;
use common::{binary, stderr, stdout};
use std::fs::{self, File};
use std::io::{Read, Write};
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::process::{Command, Output, Stdio};

#[test]
fn the_question_names_what_would_be_done() {
    let Some(_turn) = turn() else { return };
    let socket = listener();
    let mut owner = Owner::of(&socket);
    let mut other = Owner::of(&socket);
    drop(socket);
    let question = format!(
        "rnetstat: {owner}: would be sent HUP\nrnetstat: {other}: would be sent HUP\n\
         rnetstat: send HUP to 2 processes? [y/N] "
    );
    for answer in ["n\n", "\n", "yy\n", "\u{4}"] {
        let (status, rows, said) = Asked::start(&["--kill=HUP"], "").answer(answer);
        assert_eq!(status, Some(1), "{answer:?}");
        assert!(rows.contains(&format!(" LISTEN      {owner} ")), "{rows}");
        assert!(said.starts_with(&question), "{said}");
        assert!(
            said.ends_with("\nrnetstat: no process was signalled\n"),
            "{said}"
        );
        assert!(owner.runs() && other.runs());
    }
    // What was typed before it is no answer.
    let (status, ..) = Asked::start(&["--kill=HUP"], "y\n").answer("\n");
    assert_eq!(status, Some(1));
    // Ctrl-C at it ends rnetstat and nobody else.
    let mut asked = Asked::start(&["--kill=HUP"], "");
    let pid = nix::unistd::Pid::from_raw(asked.child.id().cast_signed());
    nix::sys::signal::kill(pid, nix::sys::signal::SIGINT).expect("interrupted");
    asked.child.wait().expect("ends");
    assert!(owner.runs() && other.runs());
    let (status, _, said) = Asked::start(&["--kill=HUP"], "").answer("Yes\n");
    assert_eq!(status, Some(0), "{said}");
    assert!(said.contains(&format!("rnetstat: {owner}: signalled (HUP)\n")));
    assert_eq!((owner.ended_by(), other.ended_by()), (Some(1), Some(1)));
}

#[test]
fn without_a_terminal_nobody_is_asked() {
    let Some(_turn) = turn() else { return };
    let mut owner = Owner::of(&listener());
    let found = kill("--kill", 3);
    let why = "--kill asks for confirmation, but there is no terminal: add --yes or --dry-run";
    must_say(&found, &[why.to_owned()]);
    assert_eq!(stdout(&found), "");
    assert!(owner.runs());
}

#[test]
fn whoever_started_rnetstat_is_refused_unless_named() {
    let Some(_turn) = turn() else { return };
    // The shell's name is to look like the end of one.
    let script = format!(
        "printf 'x) S 1 (y' > /proc/$$/comm; trap 'echo caught' USR1; ours=$$; \
         {0} -n {PORT} --kill --yes < /dev/null 2>&1; echo $?; \
         {0} -n {PORT} --kill=USR1 --yes --pid $ours < /dev/null 2>&1; echo $?; \
         echo the end",
        binary().display()
    );
    let socket = OwnedFd::from(listener());
    let mut command = Command::new("sh");
    command.arg("-c").arg(script).stdin(Stdio::from(socket));
    let child = command.stdout(Stdio::piped()).start();
    let ours = child.id();
    drop(command);
    let said = stdout(&child.output());
    let is_row = |line: &&str| {
        ["Active", "Proto", "tcp"]
            .iter()
            .any(|it| line.starts_with(it))
    };
    let lines: Vec<&str> = said.lines().filter(|line| !is_row(line)).collect();
    let expected = [
        &format!(
            "rnetstat: {ours}/sh: refused unless --pid names it: rnetstat was started from it"
        ),
        "1",
        &format!("rnetstat: {ours}/sh: signalled (USR1)"),
        "caught",
        "0",
        "the end",
    ];
    assert_eq!(lines, expected);
}

#[test]
fn rnetstat_itself_is_refused() {
    let Some(_turn) = turn() else { return };
    let socket = OwnedFd::from(listener());
    let mut command = Command::new(binary());
    command
        .args(["-n", PORT, "--kill", "--yes"])
        .stdin(Stdio::from(socket));
    let child = command.stdout(Stdio::null()).stderr(Stdio::piped()).start();
    drop(command);
    let why = "refused unless --pid names it: it is rnetstat itself";
    let expected = format!("{}/rnetstat: {why}", child.id());
    let output = child.output();
    must_say(&output, &[expected]);
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn process_1_is_refused_unless_named() {
    let Some(_turn) = turn() else { return };
    let script = format!(
        "trap 'echo caught' USR1; \
         {0} -n {PORT} --kill=USR1 --yes < /dev/null 2>&1; echo $?; \
         {0} -n {PORT} --kill=USR1 --yes --pid 1 < /dev/null 2>&1; echo $?",
        binary().display()
    );
    let socket = OwnedFd::from(listener());
    let mut command = Command::new("unshare");
    command.args(["-p", "-f", "--mount-proc", "sh", "-c", &script]);
    command.stdin(Stdio::from(socket)).stdout(Stdio::piped());
    let child = command.start();
    drop(command);
    let said = stdout(&child.output());
    let refused = "rnetstat: 1/sh: refused unless --pid names it: it is PID 1\n1\n";
    assert!(said.contains(refused), "{said}");
    assert!(
        said.ends_with("rnetstat: 1/sh: signalled (USR1)\ncaught\n0\n"),
        "{said}"
    );
}

#[test]
fn another_namespaces_processes_are_not_taken_for_ours() {
    let Some(_turn) = turn() else { return };
    let mut owner = Owner::of(&listener());
    let mut command = Command::new("unshare");
    // /proc stays the one in which PIDs are others.
    command.args(["-p", "-f"]).arg(binary());
    let found = kill_with(&mut command, "--kill --yes", 1);
    assert!(
        stderr(&found).contains("another PID namespace"),
        "{}",
        stderr(&found)
    );
    assert_eq!(stdout(&found), "");
    assert!(owner.runs());
}

#[test]
fn one_that_may_not_be_signalled_is_told() {
    let Some(_turn) = turn() else { return };
    let socket = OwnedFd::from(listener());
    let mut command = Command::new("sleep");
    command
        .arg("1000")
        .uid(65534)
        .gid(65534)
        .stdin(Stdio::from(socket));
    let mut owner = command.start();
    drop(command);
    for flags in ["--kill --yes", "--kill --yes --wait 0", "--kill --dry-run"] {
        let mut command = Command::new("setpriv");
        command
            .args(["--bounding-set=-kill", "--inh-caps=-kill"])
            .arg(binary());
        let found = kill_with(&mut command, flags, 1);
        let mut expected = vec![format!("{}/sleep: not permitted", owner.id())];
        if flags.ends_with("0") {
            expected.push(format!("{}/sleep: still an owner", owner.id()));
        }
        must_say(&found, &expected);
    }
    assert_eq!(owner.try_wait().expect("asked"), None);
}

#[test]
fn one_that_can_not_be_seen_is_told() {
    let Some(_turn) = turn() else { return };
    let mut owner = Owner::of(&listener());
    // A place that another user can run it from.
    let place = std::env::temp_dir().join(format!("rnetstat-kill-{}", std::process::id()));
    fs::create_dir_all(&place).expect("made");
    fs::set_permissions(&place, fs::Permissions::from_mode(0o755)).expect("opened");
    let ours = place.join("rnetstat");
    fs::copy(binary(), &ours).expect("copied");
    let mut command = Command::new(&ours);
    command.uid(65534).gid(65534).current_dir("/");
    let found = kill_with(&mut command, "--kill --yes --wait 0", 1);
    fs::remove_dir_all(&place).expect("removed");
    let said = stderr(&found);
    assert!(
        said.ends_with("rnetstat: no owner found: 1 socket\n"),
        "{said}"
    );
    assert!(owner.runs());
}

/// Runs the test `name` of this program again, as the first process of a PID namespace.
fn run_in_namespace(name: &str) {
    let mut command = Command::new("unshare");
    command.args(["-p", "-f", "--mount-proc", "--kill-child"]);
    command.arg(std::env::current_exe().expect("a path"));
    command
        .args(["--exact", name, "--nocapture"])
        .env(INSIDE, "1");
    let found = command.output().expect("runs");
    let (said, errors) = (stdout(&found), stderr(&found));
    assert!(found.status.success(), "{said}{errors}");
    assert!(said.contains("1 passed"), "{said}{errors}");
}

const INSIDE: &str = "RNETSTAT_TEST_INSIDE";

fn is_inside() -> bool {
    std::env::var_os(INSIDE).is_some()
}

/// Starts a process with the PID that `before` had, which has ended.
fn with_pid_of(before: u32, socket: &impl AsFd) -> Owner {
    for _ in 0..1000 {
        fs::write("/proc/sys/kernel/ns_last_pid", (before - 1).to_string()).expect("set");
        let owner = Owner::named("stranger", socket);
        if owner.pid() == before {
            return owner;
        }
    }
    panic!("PID {before} can't be had again");
}

/// The PID goes to another process while somebody ponders the question.
#[test]
fn a_pid_that_is_reused_at_the_question_is_nobodys() {
    if !is_inside() {
        if turn().is_some() {
            run_in_namespace("a_pid_that_is_reused_at_the_question_is_nobodys");
        }
        return;
    }
    // A stranger that has nothing to do with it, and one that even holds the same socket.
    for shares in [false, true] {
        let socket = listener();
        let mut victim = Owner::named("victim", &socket);
        let kept = shares.then_some(socket);
        let asked = Asked::start(&["--kill", "--wait", "0", "--process", "victim"], "");
        victim.end();
        let mut stranger = match &kept {
            Some(socket) => with_pid_of(victim.pid(), socket),
            None => with_pid_of(victim.pid(), &File::open("/dev/null").expect("opened")),
        };
        drop(kept);
        let (status, rows, said) = asked.answer("y\n");
        assert!(shares || rows.contains(&format!(" {victim} ")), "{rows}");
        assert!(
            said.contains(&format!("{victim}: would be sent TERM\n")),
            "{said}"
        );
        let gone = format!("[y/N] y\nrnetstat: {victim}: gone\n");
        assert!(said.contains(&gone), "{said}");
        assert!(!said.contains("signalled ("), "{said}");
        assert_eq!(status, Some(i32::from(shares)), "{said}");
        assert_eq!(said.contains("/stranger: still an owner"), shares, "{said}");
        assert!(stranger.runs());
    }
}

/// The PID goes to another process before rnetstat has taken hold of it: it still writes its rows.
#[test]
fn a_pid_that_is_reused_behind_the_listing_is_nobodys() {
    if !is_inside() {
        if turn().is_some() {
            run_in_namespace("a_pid_that_is_reused_behind_the_listing_is_nobodys");
        }
        return;
    }
    let mut victim = Owner::named("victim", &listener());
    let (mut rows, mut full) = std::io::pipe().expect("a pipe");
    nix::fcntl::fcntl(&full, nix::fcntl::FcntlArg::F_SETPIPE_SZ(4096)).expect("set");
    full.write_all(&[b'x'; 4096]).expect("filled");
    let mut command = Command::new(binary());
    command
        .args(["-n", PORT, "--kill", "--yes", "--wait", "0"])
        .stdout(full);
    let child = command.stderr(Stdio::piped()).start();
    drop(command);
    let call = format!("/proc/{}/syscall", child.id());
    let writes = format!("{} ", nix::libc::SYS_write);
    wait_until("write", || {
        fs::read_to_string(&call).is_ok_and(|it| it.starts_with(&writes))
    });
    victim.end();
    let mut stranger = with_pid_of(victim.pid(), &File::open("/dev/null").expect("opened"));
    let mut written = String::new();
    rows.read_to_string(&mut written).expect("read");
    assert!(written.contains(&format!(" {victim} ")), "{written}");
    let found: Output = child.output();
    must_say(
        &found,
        &[format!("{victim}: no longer an owner, not signalled")],
    );
    // Nobody was signalled, and yet the socket has gone.
    assert_eq!(found.status.code(), Some(0));
    assert!(stranger.runs());
}
