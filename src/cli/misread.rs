//! What net-tools understands, but not as anybody means it: it is refused, unless called as `netstat`.

use super::flags::Flags;
use crate::request::{Request, What};
use std::ffi::OsString;
use std::os::unix::ffi::OsStrExt;

/// Returns why the arguments, which are spelled out, are refused, if they are.
pub fn find(arguments: &[OsString], flags: &Flags, request: &Request) -> Option<&'static str> {
    let mut clusters = arguments
        .iter()
        .map(|it| it.as_bytes())
        .take_while(|it| *it != b"--")
        .filter(|it| it.starts_with(b"-") && !it.starts_with(b"--"));
    // With a listing of its own, it has no effect.
    let lists_bluetooth = flags.rfcomm && matches!(request.what, What::Sockets(_));
    if lists_bluetooth && clusters.clone().any(|it| it.contains(&b'f')) {
        return Some("-f lists Bluetooth sockets, which net-tools lacks, too");
    }
    // The counters of all protocols, each second.
    clusters
        .any(|it| it == b"-ocsv")
        .then_some("-ocsv is -o -c -s -v, not a format")
}
