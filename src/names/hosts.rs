//! The names of hosts in a hosts file.

use super::files;
use crate::host::Tree;
use crate::sanitize::printable_host;
use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Reads the names in the hosts file of a system, made printable.
pub fn names(system: &Tree) -> HashMap<IpAddr, Vec<u8>> {
    let names = names_as_written(system).into_iter();
    names
        .map(|(address, name)| (address, printable_host(name)))
        .collect()
}

/// Reads the names in the hosts file of a system, as they are written there.
pub fn names_as_written(system: &Tree) -> HashMap<IpAddr, Vec<u8>> {
    parse(&files::read(system, "etc/hosts"))
}

/// Returns the addresses that the hosts file of a system gives a name, in its order. As everywhere,
/// the case of a host's name does not matter.
pub fn addresses_of(system: &Tree, name: &str) -> Vec<IpAddr> {
    let text = files::read(system, "etc/hosts");
    let with_name = files::lines(&text).filter_map(|line| {
        let mut words = files::words(line);
        let address = std::str::from_utf8(words.next()?).ok()?.parse().ok()?;
        let is_it = |word: &[u8]| word.eq_ignore_ascii_case(name.as_bytes());
        words.any(is_it).then_some(address)
    });
    with_name.collect()
}

/// Parses a hosts file (`man 5 hosts`). The first name of an address wins.
///
/// As in glibc, a line for an IPv4-mapped IPv6 address also names the IPv4 address, and one for
/// `::1` names 127.0.0.1, but not the other way round.
fn parse(text: &[u8]) -> HashMap<IpAddr, Vec<u8>> {
    let mut names: HashMap<IpAddr, Vec<u8>> = HashMap::new();
    for line in files::lines(text) {
        let mut words = files::words(line);
        let Some(address) = words.next().and_then(|word| std::str::from_utf8(word).ok()) else {
            continue;
        };
        let name = words.next().unwrap_or_default();
        let mut add = |address| {
            names.entry(address).or_insert_with(|| name.to_vec());
        };
        if let Ok(address) = address.parse::<Ipv4Addr>() {
            add(IpAddr::V4(address));
        } else if let Ok(address) = address.parse::<Ipv6Addr>() {
            let as_v4 = match address {
                Ipv6Addr::LOCALHOST => Some(Ipv4Addr::LOCALHOST),
                _ => address.to_ipv4_mapped(),
            };
            as_v4.map(IpAddr::V4).into_iter().for_each(&mut add);
            add(IpAddr::V6(address));
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_line_for_an_address_names_it() {
        let known = parse(
            b"10.0.0.1 first other\n10.0.0.1 second\n\t10.0.0.2\ttabbed # no\n10.0.0.3 #\n\
              ::ffff:10.0.0.4 mapped\n::1 six\nfe80::1%eth0 scoped\n127.1 short\n010.0.0.5 octal\n\
              10.0.0.6 \x1b[1m\n::2 two",
        );
        let cases = [
            ("10.0.0.1", Some("first")),
            ("10.0.0.2", Some("tabbed")),
            ("10.0.0.3", Some("")),
            ("10.0.0.4", Some("mapped")),
            ("::ffff:10.0.0.4", Some("mapped")),
            ("127.0.0.1", Some("six")),
            ("::1", Some("six")),
            ("fe80::1", None),
            ("8.0.0.5", None),
            ("10.0.0.5", None),
            ("10.0.0.6", Some("\x1b[1m")),
            ("::ffff:10.0.0.1", None),
            ("::2", Some("two")),
        ];
        for (address, name) in cases {
            let address: IpAddr = address.parse().expect("an address");
            let known = known.get(&address).map(Vec::as_slice);
            assert_eq!(known, name.map(str::as_bytes), "{address}");
        }
    }
}
