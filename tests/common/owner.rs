//! Processes that hold a socket, for tests that signal them.

use super::namespace::ready;
use super::running::{Running, Start};
use super::{binary, stderr};
use std::fmt;
use std::net::TcpListener;
use std::os::fd::{AsFd, AsRawFd, OwnedFd};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::process::{Command, Output, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// The port that tests free; each has a network of its own.
pub const PORT: &str = "--local-port=7800";

static TURN: Mutex<()> = Mutex::new(());

/// Lets one test after another be: while one starts a process, that has all descriptors of the
/// others for a moment, and would be an owner. None where the test can't run; else the thread lives
/// in a network namespace of its own.
pub fn turn() -> Option<MutexGuard<'static, ()>> {
    let turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    ready().then_some(turn)
}

/// A listener on [`PORT`]. It must be closed here once an owner has it, for this process is one
/// from which rnetstat was started.
pub fn listener() -> TcpListener {
    TcpListener::bind("127.0.0.1:7800").expect("listening")
}

/// Lets `listener` take a connection as made once data has come: until then, it is in SYN_RECV.
pub fn defer_accept(listener: &TcpListener) {
    let seconds: nix::libc::c_int = 60;
    // SAFETY: the descriptor is open, and the option's value is an int that lives on.
    let failed = unsafe {
        nix::libc::setsockopt(
            listener.as_raw_fd(),
            nix::libc::IPPROTO_TCP,
            nix::libc::TCP_DEFER_ACCEPT,
            (&raw const seconds).cast(),
            size_of_val(&seconds) as nix::libc::socklen_t,
        )
    };
    assert_eq!(failed, 0);
}

/// A process that holds a socket; it ends with this.
pub struct Owner {
    child: Running,
    name: String,
}

impl Owner {
    /// One that does nothing but hold `socket`.
    pub fn of(socket: &impl AsFd) -> Owner {
        Owner::named("sleep", socket)
    }

    /// The same, under another name.
    pub fn named(name: &str, socket: &impl AsFd) -> Owner {
        let mut command = Command::new("sleep");
        command.arg0(name).arg("1000");
        Owner::start(name, socket, &mut command)
    }

    /// A shell that runs `script` with `socket` as its stdin, and has said `ready` on its stdout.
    pub fn shell(script: &str, socket: &impl AsFd) -> Owner {
        let mut command = Command::new("sh");
        let (mut said, says) = std::io::pipe().expect("a pipe");
        command.arg("-c").arg(script).stdout(says);
        let owner = Owner::start("sh", socket, &mut command);
        drop(command);
        let mut word = [0; 6];
        std::io::Read::read_exact(&mut said, &mut word).expect("the shell is ready");
        assert_eq!(&word, b"ready\n");
        owner
    }

    fn start(name: &str, socket: &impl AsFd, command: &mut Command) -> Owner {
        let socket: OwnedFd = socket.as_fd().try_clone_to_owned().expect("copied");
        Owner {
            child: command.stdin(Stdio::from(socket)).start(),
            name: name.to_owned(),
        }
    }

    /// One that has been started already, and holds sockets of its own.
    pub fn around(child: Running, name: &str) -> Owner {
        let name = name.to_owned();
        Owner { child, name }
    }

    /// It has become another program.
    pub fn rename(&mut self, name: &str) {
        self.name = name.to_owned();
        let file = format!("/proc/{}/comm", self.pid());
        wait_until("other program", || {
            std::fs::read_to_string(&file).is_ok_and(|it| it.trim_end() == name)
        });
    }

    /// Its PID.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Whether it still runs.
    pub fn runs(&mut self) -> bool {
        self.child.try_wait().expect("asked").is_none()
    }

    /// Ends it, and sees that its PID is free.
    pub fn end(&mut self) {
        self.child.kill().expect("killed");
        self.child.wait().expect("waited for");
    }

    /// The number of the signal that ends it; none if none does. Fails where it does not end.
    #[track_caller]
    pub fn ended_by(mut self) -> Option<i32> {
        wait_until("the owner's end", || !self.runs());
        self.child.wait().expect("waited for").signal()
    }
}

impl fmt::Display for Owner {
    /// Writes PID and name as rnetstat does.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}/{}", self.pid(), self.name)
    }
}

/// Waits until `holds`; fails if it never does.
#[track_caller]
pub fn wait_until(what: &str, mut holds: impl FnMut() -> bool) {
    let start = Instant::now();
    while !holds() {
        assert!(start.elapsed() < Duration::from_secs(20), "no {what}");
        std::thread::sleep(Duration::from_millis(2));
    }
}

/// Runs `command`, which is rnetstat in some way, without a terminal on [`PORT`], with more flags;
/// it must have this status.
#[track_caller]
pub fn kill_with(command: &mut Command, flags: &str, status: i32) -> Output {
    command.args(["-n", PORT]).args(flags.split(' '));
    let output = command.stdin(Stdio::null()).output().expect("runs");
    assert_eq!(output.status.code(), Some(status), "{}", stderr(&output));
    output
}

/// Runs rnetstat without a terminal on [`PORT`], with more flags; it must have this status.
#[track_caller]
pub fn kill(flags: &str, status: i32) -> Output {
    kill_with(&mut Command::new(binary()), flags, status)
}

/// Sees that stderr has just these lines, behind the program's name.
#[track_caller]
pub fn must_say(output: &Output, lines: &[String]) {
    let expected: String = lines.iter().map(|it| format!("rnetstat: {it}\n")).collect();
    assert_eq!(stderr(output), expected);
}
