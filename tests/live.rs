//! The built binary beside the real netstat on the live kernel, in a network namespace of its own
//! that holds sockets in every state that can be held.
//!
//! Needs root, net-tools 2.10 and iproute2; where one is missing the tests say so and pass, since
//! `cargo test` must pass there too. With RNETSTAT_LIVE=1, as CI sets it, they fail instead.

mod common;

use common::held::{Held, populate};
use common::namespace::{ip, ready};
use common::{link, stderr, stdout};
use nix::fcntl::{FcntlArg, fcntl};
use std::net::TcpListener;
use std::os::unix::fs::MetadataExt;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Output};

/// The output with what changes from one moment to the next taken out: the seconds of timers.
fn without_seconds(text: &str) -> String {
    let steady = |line: &str| match line.rfind(" (") {
        Some(open) if line.contains('/') => {
            let rest = &line[open + 2..];
            let slash = rest.find('/').unwrap_or(0);
            // The timer itself may come and go with them: `on (0.01…` is soon `off (0.00…`.
            format!("{} ({}", &line[..open], &rest[slash..])
        }
        _ => line.to_owned(),
    };
    text.lines().map(steady).collect::<Vec<_>>().join("\n")
}

/// The flag sets that are compared.
const FLAG_SETS: &str = "\
    -n; -an; -ln; -tan; -tln; -uan; -uln; -wan; -xa; -xl; -x; -tulpn; -anp; -ane; \
    -anee; -anep; -anW; -anpW; -xap; -tn4; -tan6; -an4; -an6; -A inet,unix -an; \
    -a; -ta; -taW; -ua; -tae; -tape; -a --numeric-hosts; -a --numeric-ports; \
    -ano; -anop; -aneo; -anoeW; -tno; -anv; -r; -rn; -rne; -rnee; -rn6; -rn46; \
    -r6; -rnC; -rnCF; -ree; -rN; -U; -Uan; --tcp --list --num --prog";

/// Both programs' answers, asked again while the kernel's tables change between the two.
fn compare(
    program: &Path,
    ours: &Path,
    flags: &str,
    setup: impl Fn(&mut Command),
) -> Result<(), String> {
    let ask = |program: &Path| -> Output {
        let mut command = Command::new(program);
        command.args(flags.split(' '));
        setup(&mut command);
        command.output().expect("runs")
    };
    let mut difference = String::new();
    for _ in 0..10 {
        let (theirs, ours) = (ask(program), ask(ours));
        let (their_text, our_text) = (stdout(&theirs), stdout(&ours));
        let same_status = theirs.status.success() == ours.status.success();
        if same_status && without_seconds(&their_text) == without_seconds(&our_text) {
            return Ok(());
        }
        difference = format!(
            "{flags}: {}{}",
            common::first_difference(&theirs.stdout, &ours.stdout),
            stderr(&ours)
        );
    }
    Err(difference)
}

#[test]
fn the_live_kernel_looks_as_net_tools_shows_it() {
    if !ready() {
        return;
    }
    let folder = common::folder("live");
    let _held = populate(&folder);
    let ours = link("live/netstat");
    let everything = stdout(&Command::new(&ours).args(["-an"]).output().expect("runs"));
    for held in [
        "LISTEN ",
        "ESTABLISHED",
        "SYN_SENT",
        "SYN_RECV",
        "FIN_WAIT1",
        "FIN_WAIT2",
        "CLOSE_WAIT",
        "TIME_WAIT",
        "tcp6",
        "udp6",
        "raw6",
        "SEQPACKET",
        "LISTENING",
        "@rnetstat-",
        "127.0.0.1:7002",
    ] {
        assert!(
            everything.contains(held),
            "{held} is not among the sockets:\n{everything}"
        );
    }
    let differences: Vec<_> = FLAG_SETS
        .split("; ")
        .filter_map(|flags| compare(Path::new("netstat"), &ours, flags, |_| {}).err())
        .collect();
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}

/// Returns a user whom no process runs as, so that nobody's sockets can be seen.
fn unused_uid() -> u32 {
    let processes = std::fs::read_dir("/proc").expect("/proc").flatten();
    let used: Vec<u32> = processes
        .filter_map(|process| Some(process.metadata().ok()?.uid()))
        .collect();
    let mut free = (1..65534).rev().filter(|uid| !used.contains(uid));
    free.next().expect("a user")
}

#[test]
fn without_the_right_to_see_owners_both_say_so() {
    if !ready() {
        return;
    }
    let folder = common::folder("live-unprivileged");
    let _held = populate(&folder);
    // A place that another user can run it from.
    let place = std::env::temp_dir().join(format!("rnetstat-live-{}", std::process::id()));
    std::fs::create_dir_all(&place).expect("made");
    let ours = place.join("netstat");
    std::fs::copy(common::binary(), &ours).expect("copied");
    let uid = unused_uid();
    let nobody = |command: &mut Command| {
        command.uid(uid).gid(uid).current_dir("/");
    };
    let result = ["-tanp", "-xap", "-an"]
        .iter()
        .try_for_each(|flags| compare(Path::new("netstat"), &ours, flags, nobody));
    let mut command = Command::new(&ours);
    command.arg("-tanp");
    nobody(&mut command);
    let said = stderr(&command.output().expect("runs"));
    std::fs::remove_dir_all(&place).expect("removed");
    result.unwrap_or_else(|difference| panic!("{difference}"));
    let expected =
        format!("No info could be read for \"-p\": geteuid()={uid} but you should be root.");
    assert!(said.contains(&expected), "{said}");
}

/// What lets a listing of listeners end early.
#[test]
fn the_kernel_lists_all_listeners_of_tcp_first() {
    if !ready() {
        return;
    }
    let folder = common::folder("live-order");
    let _held = populate(&folder);
    let bind = |_| TcpListener::bind("127.0.0.1:0").expect("listening");
    let listeners: Vec<TcpListener> = (0..300).map(bind).collect();
    let connect = |listener: &TcpListener| Held::connect(listener);
    let _connections: Vec<_> = listeners.iter().map(connect).collect();
    // A thread's own namespace is not the process's.
    for table in ["/proc/thread-self/net/tcp", "/proc/thread-self/net/tcp6"] {
        let text = std::fs::read_to_string(table).expect("the table");
        let states: Vec<&str> = text
            .lines()
            .skip(1)
            .filter_map(|line| line.split_whitespace().nth(3))
            .collect();
        let listeners = states.iter().take_while(|state| **state == "0A").count();
        assert!(listeners > 0 && listeners < states.len(), "{table}");
        assert!(!states[listeners..].contains(&"0A"), "{table}");
    }
}

/// The right owner, whatever happens to the process list meanwhile.
#[test]
fn the_owner_of_a_port_is_found_by_its_pid() {
    if !ready() {
        return;
    }
    ip("link set lo up");
    let listener = TcpListener::bind("127.0.0.1:7700").expect("listening");
    let output = Command::new(common::binary())
        .args(["-ano", "-p", "tcp"])
        .output();
    let text = stdout(&output.expect("runs"));
    let row = text
        .lines()
        .find(|row| row.contains(":7700"))
        .expect("the row");
    assert!(row.contains(&format!(" {}/", std::process::id())), "{row}");
    let output = Command::new(common::binary())
        .args(["-ano", "tcp"])
        .output();
    let text = stdout(&output.expect("runs"));
    let row = text
        .lines()
        .find(|row| row.contains(":7700"))
        .expect("the row");
    let pid = std::process::id().to_string();
    assert_eq!(row.split_whitespace().last(), Some(pid.as_str()), "{row}");
    // A descriptor far behind the others, and it alone.
    let far = fcntl(&listener, FcntlArg::F_DUPFD_CLOEXEC(900)).expect("a descriptor");
    drop(listener);
    let output = Command::new(common::binary()).args(["-ltnp"]).output();
    let text = stdout(&output.expect("runs"));
    let row = text
        .lines()
        .find(|row| row.contains(":7700"))
        .expect("the row");
    assert!(row.contains(&format!(" {pid}/")), "{row}");
    nix::unistd::close(far).expect("closed");
}
