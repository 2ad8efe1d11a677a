//! Host names.

use super::{files, nss};
use crate::host::Host;
use crate::sanitize;
use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// The hosts that have been asked for, and their answers.
#[derive(Debug)]
pub struct Hosts {
    known: HashMap<IpAddr, Option<Vec<u8>>>,
    /// Whether libc is asked for an address that is not known; if not, the file has told all.
    ask: bool,
}

impl Hosts {
    pub fn new(host: &Host) -> Hosts {
        match host.etc("hosts") {
            None => Hosts {
                known: HashMap::new(),
                ask: true,
            },
            Some(path) => Hosts {
                known: parse(&files::read(&path)),
                ask: false,
            },
        }
    }

    /// The name of `address`, none where it has none.
    pub fn name(&mut self, address: IpAddr) -> Option<&[u8]> {
        if self.ask {
            self.known.entry(address).or_insert_with(|| {
                let mut name = nss::host_name(address)?;
                sanitize::make_printable(&mut name);
                Some(name)
            });
        }
        self.known.get(&address)?.as_deref()
    }
}

/// The names in a hosts file (`man 5 hosts`): an address has the first one that the file gives it.
///
/// As in glibc, an IPv4 address is also named by a line for its IPv4-mapped IPv6 address, and
/// 127.0.0.1 by one for `::1`, but not the other way round.
fn parse(text: &[u8]) -> HashMap<IpAddr, Option<Vec<u8>>> {
    let mut known = HashMap::new();
    for line in files::lines(text) {
        let mut words = files::words(line);
        let Some(address) = words.next().and_then(|word| std::str::from_utf8(word).ok()) else {
            continue;
        };
        let mut name = words.next().unwrap_or_default().to_vec();
        sanitize::make_printable(&mut name);
        if let Ok(address) = address.parse::<Ipv4Addr>() {
            known.entry(IpAddr::V4(address)).or_insert(Some(name));
        } else if let Ok(address) = address.parse::<Ipv6Addr>() {
            let as_v4 = match address {
                Ipv6Addr::LOCALHOST => Some(Ipv4Addr::LOCALHOST),
                _ => address.to_ipv4_mapped(),
            };
            if let Some(as_v4) = as_v4 {
                known.entry(IpAddr::V4(as_v4)).or_insert(Some(name.clone()));
            }
            known.entry(IpAddr::V6(address)).or_insert(Some(name));
        }
    }
    known
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
            ("10.0.0.6", Some("?[1m")),
            ("::ffff:10.0.0.1", None),
            ("::2", Some("two")),
        ];
        for (address, name) in cases {
            let address: IpAddr = address.parse().expect("an address");
            let known = known.get(&address).and_then(|name| name.as_deref());
            assert_eq!(known, name.map(str::as_bytes), "{address}");
        }
    }
}
