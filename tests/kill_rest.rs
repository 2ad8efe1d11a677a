//! What the built binary says of `--kill` where something is left: a port that is served again,
//! connections that nobody has accepted.
//!
//! Needs what tests/live.rs needs, and says so where it is missing.

mod common;

use common::namespace::ip;
use common::owner::{Owner, kill, listener, must_say, turn, wait_until};
use common::running::Start;
use common::stdout;
use nix::sys::signal::{SaFlags, SigAction, SigHandler, SigSet, Signal, sigaction};
use std::net::{TcpListener, TcpStream};
use std::os::unix::process::CommandExt;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

static IS_TOLD: AtomicBool = AtomicBool::new(false);

extern "C" fn tell(_: i32) {
    IS_TOLD.store(true, Ordering::Relaxed);
}

/// Not a test but the server of the next one, when started by it: it answers TERM with a new socket
/// in the place of the old one.
#[test]
fn phoenix() {
    if std::env::var_os("RNETSTAT_TEST_RISES").is_none() {
        return;
    }
    let action = SigAction::new(SigHandler::Handler(tell), SaFlags::empty(), SigSet::empty());
    // SAFETY: the handler does no more than to store a flag.
    unsafe { sigaction(Signal::SIGTERM, &action) }.expect("set");
    let mut socket = Some(listener());
    loop {
        std::thread::sleep(Duration::from_millis(1));
        if IS_TOLD.swap(false, Ordering::Relaxed) {
            socket = None;
        }
        socket = socket.or_else(|| Some(listener()));
    }
}

#[test]
fn a_port_that_is_served_again_is_told() {
    let Some(_turn) = turn() else { return };
    ip("link set lo up");
    let server = Command::new(std::env::current_exe().expect("a path"))
        .arg0("phoenix")
        .args(["--exact", "phoenix", "--nocapture"])
        .env("RNETSTAT_TEST_RISES", "1")
        .stdout(Stdio::null())
        .start();
    let server = Owner::around(server, "phoenix");
    wait_until("server", || TcpStream::connect("127.0.0.1:7800").is_ok());
    for flags in ["", " --force", " --process phoenix"] {
        let found = kill(&format!("--kill --yes --wait 20 --state listen{flags}"), 1);
        let lines = [
            "signalled (TERM)",
            "no longer an owner",
            "has another matching socket",
        ];
        must_say(&found, &lines.map(|it| format!("{server}: {it}")));
    }
    assert!(TcpListener::bind("127.0.0.1:7800").is_err());
}

#[test]
fn a_connection_that_nobody_has_accepted_is_no_success() {
    let Some(_turn) = turn() else { return };
    ip("link set lo up");
    let mut owner = Owner::of(&listener());
    let client = TcpStream::connect("127.0.0.1:7800").expect("connected");
    let port = client.local_addr().expect("an address").port();
    for flags in ["--yes", "--yes --wait 0", "--dry-run"] {
        let found = kill(&format!("--kill --foreign-port {port} {flags}"), 1);
        assert!(stdout(&found).contains("ESTABLISHED"));
        let said = "no process to signal: 1 connection not accepted yet; the listener's owner may still accept it";
        must_say(&found, &[said.to_owned()]);
    }
    assert!(owner.runs());
    // With its listener, it goes.
    let found = kill("--kill --yes --wait 20", 0);
    assert!(stdout(&found).contains("ESTABLISHED"));
    let expected = ["signalled (TERM)", "ended"].map(|it| format!("{owner}: {it}"));
    must_say(&found, &expected);
    drop(client);
}
