//! The built binary and owners that are hard to find: a process whose main thread has ended, threads
//! with descriptors of their own, and processes without a command line.
//!
//! Needs what tests/live.rs needs, and says so where it is missing.

mod common;

use common::owner::{Owner, PORT, kill, listener, must_say, turn, wait_until};
use common::{binary, link, stderr, stdout};
use nix::libc;
use nix::sched::{CloneFlags, unshare};
use nix::sys::signal::{Signal, kill as send};
use nix::sys::wait::waitpid;
use nix::unistd::{ForkResult, Pid, fork};
use std::process::{Command, Output};
use std::time::Duration;

/// A process that was forked, and ends with this.
struct Forked(Pid);

impl Forked {
    /// Runs `child` in a process of its own, whose only thread that is.
    fn start(child: impl FnOnce()) -> Forked {
        // SAFETY: the C library lets a child of several threads allocate and start threads.
        match unsafe { fork() }.expect("forked") {
            ForkResult::Parent { child } => Forked(child),
            ForkResult::Child => {
                child();
                loop {
                    std::thread::sleep(Duration::from_secs(1));
                }
            }
        }
    }
}

impl Drop for Forked {
    fn drop(&mut self) {
        let _ = send(self.0, Signal::SIGKILL);
        let _ = waitpid(self.0, None);
    }
}

fn run(flags: &str) -> Output {
    let mut command = Command::new(binary());
    command.args(["-n", PORT]).args(flags.split(' '));
    command.output().expect("runs")
}

/// Sees that each way to ask for owners finds this one, and none else.
fn must_be_found(pid: Pid) {
    wait_until("listener", || stdout(&run("--listening")).contains(":7800"));
    let found = run("-l --json --columns pid,processes");
    assert!(found.status.success(), "{}", stderr(&found));
    let rows: serde_json::Value = serde_json::from_slice(&found.stdout).expect("JSON");
    assert_eq!(rows[0]["pid"], pid.as_raw(), "{rows}");
    assert_eq!(
        rows[0]["processes"].as_array().map(Vec::len),
        Some(1),
        "{rows}"
    );
    assert_eq!(stdout(&run("-l --pids")), format!("{pid}\n"));
    assert!(stdout(&run("-lp")).contains(&format!(" {pid}/")));
    let found = kill("-l --kill --dry-run", 0);
    assert!(stderr(&found).starts_with(&format!("rnetstat: {pid}/")));
}

#[test]
fn a_process_whose_main_thread_has_ended_owns_its_sockets() {
    let Some(_turn) = turn() else { return };
    let listener = listener();
    let child = Forked::start(|| {
        std::thread::spawn(|| std::thread::sleep(Duration::from_secs(1000)));
        // SAFETY: it ends this thread alone, whose stack nobody else uses.
        unsafe { libc::syscall(libc::SYS_exit, 0) };
    });
    drop(listener);
    let stat = format!("/proc/{}/stat", child.0);
    wait_until("end of the main thread", || {
        std::fs::read_to_string(&stat).is_ok_and(|it| it.contains(") Z "))
    });
    must_be_found(child.0);
}

#[test]
fn a_thread_with_descriptors_of_its_own_is_an_owner() {
    let Some(_turn) = turn() else { return };
    let child = Forked::start(|| {
        std::thread::spawn(|| {
            unshare(CloneFlags::CLONE_FILES).expect("descriptors of its own");
            let _listener = listener();
            std::thread::sleep(Duration::from_secs(1000));
        });
    });
    must_be_found(child.0);
}

#[test]
fn a_process_without_a_command_line_is_called_as_the_kernel_calls_it() {
    let Some(_turn) = turn() else { return };
    let listener = listener();
    let owner = Owner::named("", &listener);
    drop(listener);
    let pid = owner.pid();
    wait_until("other program", || {
        let comm = std::fs::read_to_string(format!("/proc/{pid}/comm"));
        comm.is_ok_and(|it| it == "sleep\n")
    });
    let found = stdout(&run("-l --json --columns program"));
    assert_eq!(found, "[\n{\"program\":\"[sleep]\"}\n]\n");
    assert!(stdout(&run("-lp --format table")).contains(&format!("{pid}/[sleep]")));
    // As net-tools has it.
    let mut classic = Command::new(link("netstat"));
    let classic = classic.args(["-lntp"]).output().expect("runs");
    let row = stdout(&classic);
    assert!(row.contains(&format!(" {pid}/ ")), "{row}");
    for (process, expected) in [("sleep", "1\n"), ("sl*", "1\n"), ("[[]sleep]", "0\n")] {
        let found = run(&format!("-l --count --process {process}"));
        assert_eq!(stdout(&found), expected, "{process}");
    }
    let found = kill("-l --kill --dry-run", 0);
    must_say(&found, &[format!("{pid}/[sleep]: would be sent TERM")]);
}
