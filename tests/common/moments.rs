//! Made-up systems at two moments, and what is saved and compared of them.

use super::{binary, folder, make_system, run, stderr};
use std::path::{Path, PathBuf};
use std::process::Output;

pub const TCP_HEAD: &str = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n";

/// A line of /proc/net/tcp for 127.0.0.1:`port`, in this state.
pub fn socket(port: u16, foreign: &str, state: &str, inode: u32) -> String {
    format!(
        "   0: 0100007F:{port:04X} {foreign} {state} 00000000:00000000 00:00000000 00000000     0        0 {inode} 1 0 100 0 0 10 0\n"
    )
}

pub const NOBODY: &str = "00000000:0000";
pub const SOMEBODY: &str = "0200007F:C000";

/// The sockets of the first moment: two listeners and a connection.
pub fn tcp_then() -> String {
    let listeners = [(80, 4001), (81, 4002)].map(|(port, inode)| socket(port, NOBODY, "0A", inode));
    TCP_HEAD.to_owned() + &listeners.concat() + &socket(80, SOMEBODY, "01", 4003)
}

/// Those of the second: a listener has gone, another has come, and the connection is closing.
pub fn tcp_now() -> String {
    let listeners = [(80, 4001), (82, 4004)].map(|(port, inode)| socket(port, NOBODY, "0A", inode));
    TCP_HEAD.to_owned() + &listeners.concat() + &socket(80, SOMEBODY, "08", 4003)
}

/// A system with these sockets in a run of this number.
pub fn system_of(name: &str, tcp: &str, boot: &str) -> PathBuf {
    let files: [(&str, &[u8]); 3] = [
        ("proc/net/tcp", tcp.as_bytes()),
        ("proc/sys/kernel/random/boot_id", boot.as_bytes()),
        ("proc/sys/kernel/hostname", b"there\n"),
    ];
    let processes: [(u32, &[u8], &[u64]); 2] =
        [(7, b"web\0", &[4001, 4003]), (8, b"old\0", &[4002])];
    make_system(name, &files, &processes)
}

/// Saves a listing of the system under `root` as `name`.
pub fn save(name: &str, root: &Path, flags: &[&str]) -> PathBuf {
    let file = folder(name).join("saved");
    let path = file.to_str().expect("a path in UTF-8");
    let found = run(&binary(), root, &[flags, &["--save", path]].concat());
    assert!(found.status.success(), "{}", stderr(&found));
    file
}

pub fn since(file: &Path, root: &Path, flags: &[&str]) -> Output {
    let path = file.to_str().expect("a path in UTF-8");
    run(&binary(), root, &[flags, &["--since", path]].concat())
}

pub const SNMP: &str =
    "Ip: Forwarding InReceives\nIp: 1 100\nTcp: ActiveOpens CurrEstab\nTcp: 7 5\n";
pub const DEV: &str = "Inter-|   Receive                                                |  Transmit\n \
 face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed\n";

/// A system with counters.
pub fn counting(name: &str, snmp: &str, dev: &str, boot: &str) -> PathBuf {
    let files: [(&str, &[u8]); 4] = [
        ("proc/net/netstat", b"TcpExt: A\nTcpExt: 1\n"),
        ("proc/net/snmp", snmp.as_bytes()),
        ("proc/net/dev", dev.as_bytes()),
        ("proc/sys/kernel/random/boot_id", boot.as_bytes()),
    ];
    make_system(name, &files, &[])
}
