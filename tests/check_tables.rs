//! Checks of copied systems, of tables and counters.

mod common;

use common::check::{check_root, said};
use common::{TCP, make_system};

#[test]
fn a_system_without_sockets_is_not_called_well() {
    let root = make_system(
        "check-no-sockets",
        &[("proc/uptime", b"86400.0 1.0\n")],
        &[],
    );
    let tcp = root.join("proc/net/tcp");
    assert_eq!(
        said(&check_root(&root, "close_wait")),
        [format!(
            "unknown: Unknown: some sockets of {} could not be read.",
            tcp.display()
        )]
    );
    let root = make_system("check-sockets", &[("proc/net/tcp", TCP)], &[]);
    let found = check_root(&root, "close_wait,retransmissions,accept_queue");
    let mut severities: Vec<_> = found.iter().map(|it| it.severity()).collect();
    severities.sort();
    assert_eq!(
        severities,
        ["ok", "unknown", "unknown"],
        "{:?}",
        said(&found)
    );
}
