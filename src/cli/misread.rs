//! What net-tools understands, but not as anybody means it: it is refused, unless called as `netstat`.

use super::flags::Flags;
use crate::request::{Request, Table, TableKind, What};
use crate::tables::rare::Rare;
use std::ffi::OsString;
use std::os::unix::ffi::OsStrExt;

/// Returns why the arguments, which are spelled out, are refused, if they are.
pub fn find(arguments: &[OsString], flags: &Flags, request: &Request) -> Option<&'static str> {
    let mut clusters = arguments
        .iter()
        .map(|it| it.as_bytes())
        .take_while(|it| *it != b"--")
        .filter(|it| it.starts_with(b"-") && !it.starts_with(b"--"));
    // With another listing it has no effect, and other families are listed.
    let is_bluetooth = |table: &Table| table.kind == TableKind::Rare(Rare::Bluetooth);
    let lists_bluetooth = match &request.what {
        What::Sockets(sockets) => flags.rfcomm && sockets.tables.iter().all(is_bluetooth),
        _ => false,
    };
    if lists_bluetooth && clusters.clone().any(|it| it.contains(&b'f')) {
        return Some("-f lists Bluetooth sockets, which net-tools lacks, too");
    }
    // The counters of all protocols, each second.
    clusters
        .any(|it| it == b"-ocsv")
        .then_some("-ocsv is -o -c -s -v, not a format")
}
