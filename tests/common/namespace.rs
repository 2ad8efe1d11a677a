//! A network and a mount namespace for tests of the live kernel.

use super::{stderr, stdout};
use nix::sched::{CloneFlags, unshare};
use std::path::Path;
use std::process::Command;

/// Why the live tests can't run here; none where they can.
fn obstacle() -> Option<String> {
    if !nix::unistd::geteuid().is_root() {
        return Some("not root".to_owned());
    }
    for (program, flag, wanted) in [
        ("netstat", "--version", "net-tools 2.10"),
        ("ip", "-V", "iproute2"),
    ] {
        match Command::new(program).arg(flag).output() {
            Err(error) => return Some(format!("{program}: {error}")),
            Ok(output) if stdout(&output).contains(wanted) => {}
            Ok(_) => return Some(format!("{program} is not {wanted}'s")),
        }
    }
    unshare(CloneFlags::CLONE_NEWNET | CloneFlags::CLONE_NEWNS)
        .err()
        .map(|error| format!("namespaces: {error}"))
}

/// Keeps the name server out: in the thread's mount namespace, names come from files alone.
pub fn ask_no_name_server(folder: &Path) {
    let conf = folder.join("nsswitch.conf");
    std::fs::write(
        &conf,
        "passwd: files\nservices: files\nprotocols: files\nhosts: files\nnetworks: files\n",
    )
    .expect("written");
    let conf = conf.to_str().expect("a path in UTF-8");
    run_tool("mount", "--make-rprivate /");
    run_tool("mount", &format!("--bind {conf} /etc/nsswitch.conf"));
}

/// Whether the test can run; the thread then lives in a network namespace of its own.
pub fn ready() -> bool {
    match obstacle() {
        None => true,
        Some(obstacle) if std::env::var_os("RNETSTAT_LIVE").is_some() => {
            panic!("the live kernel can't be tested: {obstacle}")
        }
        Some(obstacle) => {
            println!("passed over: {obstacle}");
            false
        }
    }
}

/// Runs iproute2's ip with the words of `command`.
pub fn ip(command: &str) {
    run_tool("ip", command);
}

/// Runs `tool` with the words of `arguments`; it must succeed.
pub fn run_tool(tool: &str, arguments: &str) {
    let output = Command::new(tool).args(arguments.split(' ')).output();
    let output = output.expect("the tool runs");
    assert!(
        output.status.success(),
        "{tool} {arguments}: {}",
        stderr(&output)
    );
}
