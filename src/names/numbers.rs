//! The other way round: the numbers that names stand for, for filters.

use super::{files, nss};
use crate::host::Host;
use nix::unistd::User;

/// The ports of the service that is called `name`, whatever the transport; none if there is none.
pub fn ports_of(host: &Host, name: &str) -> Vec<u16> {
    let mut ports = Vec::new();
    match host.root() {
        None => nss::each_service(|known, port, _| {
            if known == name.as_bytes() {
                ports.push(port);
            }
        }),
        Some(root) => {
            for line in files::lines(&files::read(root, "etc/services")) {
                // NAME PORT/TRANSPORT ALIAS...
                let mut words = files::words(line);
                let (known, port) = (words.next(), words.next());
                let digits = port.and_then(|port| port.split(|&byte| byte == b'/').next());
                let port: Option<u16> =
                    digits.and_then(|digits| std::str::from_utf8(digits).ok()?.parse().ok());
                let is_called =
                    known == Some(name.as_bytes()) || words.any(|alias| alias == name.as_bytes());
                ports.extend(port.filter(|_| is_called));
            }
        }
    }
    ports.sort_unstable();
    ports.dedup();
    ports
}

/// The ID of the user who is called `name`; none if there is none.
pub fn uid_of(host: &Host, name: &str) -> Option<u32> {
    match host.root() {
        None => Some(User::from_name(name).ok()??.uid.as_raw()),
        Some(root) => {
            let text = files::read(root, "etc/passwd");
            text.split(|&byte| byte == b'\n').find_map(|line| {
                // NAME:PASSWORD:UID:…
                let mut fields = line.split(|&byte| byte == b':');
                let is_called = fields.next() == Some(name.as_bytes());
                let uid = fields.nth(1).filter(|_| is_called)?;
                std::str::from_utf8(uid).ok()?.parse().ok()
            })
        }
    }
}
