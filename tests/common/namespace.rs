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
    let conf = "passwd: files\nservices: files\nprotocols: files\nhosts: files\nnetworks: files\n";
    run_tool("mount", "--make-rprivate /");
    replace(folder, "nsswitch.conf", conf);
}

/// Lets the name server at `address` answer, in the thread's mount namespace, for all that the
/// hosts file with the text `hosts` does not.
pub fn ask_name_server(folder: &Path, address: &str, hosts: &str) {
    let conf =
        "passwd: files\nservices: files\nprotocols: files\nhosts: files dns\nnetworks: files dns\n";
    run_tool("mount", "--make-rprivate /");
    replace(folder, "nsswitch.conf", conf);
    replace(folder, "resolv.conf", &format!("nameserver {address}\n"));
    replace(folder, "hosts", hosts);
}

/// Puts a file with another text in the place of /etc/NAME.
fn replace(folder: &Path, name: &str, text: &str) {
    let file = folder.join(name);
    std::fs::write(&file, text).expect("written");
    let file = file.to_str().expect("a path in UTF-8");
    run_tool("mount", &format!("--bind {file} /etc/{name}"));
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
