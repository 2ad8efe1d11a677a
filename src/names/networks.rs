//! The names of networks in a networks file, for the destinations of IPv4 routes.

use super::files;
use crate::host::Tree;
use crate::sanitize::printable_host;
use std::collections::HashMap;
use std::net::Ipv4Addr;

/// Reads the names in the networks file of a system, made printable.
pub fn names(system: &Tree) -> HashMap<Ipv4Addr, Vec<u8>> {
    parse(&files::read(system, "etc/networks"))
}

/// Parses a networks file (`man 5 networks`). The first name of a network wins.
fn parse(text: &[u8]) -> HashMap<Ipv4Addr, Vec<u8>> {
    let mut names = HashMap::new();
    for line in files::lines(text) {
        let mut words = files::words(line);
        if let (Some(name), Some(network)) = (words.next(), words.next().and_then(network)) {
            names
                .entry(network)
                .or_insert_with(|| printable_host(name.to_vec()));
        }
    }
    names
}

/// Parses a network number in dotted notation. Parts missing at its end are zero.
fn network(word: &[u8]) -> Option<Ipv4Addr> {
    let mut octets = [0; 4];
    let mut parts = word.split(|&byte| byte == b'.');
    for (octet, part) in octets.iter_mut().zip(&mut parts) {
        *octet = u8::try_from(files::c_number(part)?).ok()?;
    }
    parts.next().is_none().then(|| Ipv4Addr::from(octets))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn networks_may_leave_out_their_last_parts() {
        let known = parse(b"mine 10.1\nagain 10.1.0.0\nloop 127.0.0.0 alias # c\nbad 1.2.3.4.5\nhex 0x0a.2\nalone\n#x 9\nbig 256");
        let cases = [
            ([10, 1, 0, 0], Some("mine")),
            ([127, 0, 0, 0], Some("loop")),
            ([10, 2, 0, 0], Some("hex")),
            ([1, 2, 3, 4], None),
            ([9, 0, 0, 0], None),
        ];
        for (octets, name) in cases {
            let known = known.get(&Ipv4Addr::from(octets)).map(Vec::as_slice);
            assert_eq!(known, name.map(str::as_bytes), "{octets:?}");
        }
    }
}
