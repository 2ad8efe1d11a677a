//! Settings and limits of the kernel, below /proc/sys (`man 5 proc`, Documentation/admin-guide/sysctl).

use super::Net;
use crate::host::Host;
use std::io::{self, ErrorKind, Read};
use std::path::{Path, PathBuf};

/// The most bytes of a setting that are read.
const LONGEST: u64 = 64 << 10;

/// Returns the path of the setting `name`, such as `net/ipv4/tcp_mem`, for messages.
pub fn path(host: &Host, name: &str) -> PathBuf {
    host.files().full_path(below(name))
}

/// Reads a setting of a network namespace. The kernel shows whoever opens a file below /proc/sys/net that
/// of his own namespace, so another one is entered.
///
/// # Errors
/// The kernel lacks it, or it can't be read.
pub fn read(net: &Net, name: &str) -> io::Result<String> {
    let mut text = String::new();
    net.open_setting(below(name))?
        .take(LONGEST)
        .read_to_string(&mut text)?;
    Ok(text)
}

/// Reads the numbers of a setting, between which are blanks.
///
/// # Errors
/// As [`read`], or there is something else among them.
pub fn numbers(net: &Net, name: &str) -> io::Result<Vec<u64>> {
    let text = read(net, name)?;
    let numbers = text.split_ascii_whitespace().map(str::parse);
    let numbers: Result<_, _> = numbers.collect();
    numbers.map_err(|_| ErrorKind::InvalidData.into())
}

fn below(name: &str) -> PathBuf {
    Path::new("proc/sys").join(name)
}
