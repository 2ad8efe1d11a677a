//! Services: the names of ports, and the ports of names.
//!
//! Those of the running system come from libc, which asks whatever /etc/nsswitch.conf names; those
//! of another system from its services and protocols files, read as glibc reads them.

use super::databases::{self, Database};
use super::files;
use super::nss::{self, Service};
use crate::host::{Host, Tree};
use crate::plain_file;
use crate::sanitize::printable;
use std::collections::HashMap;
use std::path::Path;

/// The transport protocol of a service. UDP-Lite has UDP's names, as in net-tools.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Transport {
    /// `tcp`.
    Tcp,
    /// `udp`.
    Udp,
    /// `raw`. Its ports are IP protocol numbers, which a protocols file names too.
    Raw,
}

impl Transport {
    /// Returns the transport that a services file calls `name`, or `None` if it is another one.
    fn from_name(name: &[u8]) -> Option<Transport> {
        match name {
            b"tcp" => Some(Transport::Tcp),
            b"udp" => Some(Transport::Udp),
            b"raw" => Some(Transport::Raw),
            _ => None,
        }
    }
}

/// Printable names by transport and port.
pub type ServiceNames = HashMap<(Transport, u16), Vec<u8>>;

/// Reads the names of all ports of a system.
///
/// Where a port has several, the last one wins, as in net-tools. Protocols come behind services.
pub fn names(system: &Tree) -> ServiceNames {
    let mut names = ServiceNames::new();
    each_service(system, |service| {
        if let Some(transport) = Transport::from_name(service.protocol) {
            let name = printable(service.name.to_vec());
            names.insert((transport, service.port), name);
        }
    });
    each_protocol(system, |name, number| {
        names.insert((Transport::Raw, number), printable(name.to_vec()));
    });
    names
}

/// Returns the ports of all services with the name or alias `name`, ascending, whatever their
/// transport; empty if there is none.
///
/// Every port of TCP and UDP that is printed as `name` is among them. Protocols are not: the number
/// in the place of a raw socket's port is not a port.
pub fn ports_of(host: &Host, name: &str) -> Vec<u16> {
    let mut ports = Vec::new();
    each_service(host.files(), |service| {
        let has_alias = || service.aliases.contains(&name.as_bytes());
        if files::is_called(service.name, name) || has_alias() {
            ports.push(service.port);
        }
    });
    ports.sort_unstable();
    ports.dedup();
    ports
}

/// Calls `each` with every service, of whatever transport.
fn each_service(system: &Tree, each: impl FnMut(&Service<'_>)) {
    match system.root() {
        None if Database::Services.is_usable(&mut || ()) => nss::each_service(each),
        None => {}
        Some(_) => each_service_in(&files::read(system, "etc/services"), each),
    }
}

/// Calls `each` with the name and number of every IP protocol.
fn each_protocol(system: &Tree, each: impl FnMut(&[u8], u16)) {
    match system.root() {
        None if Database::Protocols.is_usable(&mut || ()) => nss::each_protocol(each),
        None => {}
        Some(_) => each_protocol_in(&files::read(system, "etc/protocols"), each),
    }
}

/// Calls `each` with every service in a services file (`man 5 services`): `NAME PORT/PROTOCOL
/// ALIAS...`.
///
/// As in glibc, a port can be octal or hexadecimal, loses the bits above the low 16, and may stand
/// without a protocol or with several slashes before it.
fn each_service_in(text: &[u8], mut each: impl FnMut(&Service<'_>)) {
    for line in files::lines(text) {
        let mut words = files::words(line);
        let (Some(name), Some(port)) = (words.next(), words.next()) else {
            continue;
        };
        let end = port.iter().position(|&byte| byte == b'/');
        let (number, slashes_and_protocol) = port.split_at(end.unwrap_or(port.len()));
        let slashes = slashes_and_protocol
            .iter()
            .take_while(|&&byte| byte == b'/');
        if let Some(number) = files::c_number(files::without_plus(number)) {
            each(&Service {
                name,
                aliases: words.collect(),
                port: number as u16,
                protocol: &slashes_and_protocol[slashes.count()..],
            });
        }
    }
}

/// Calls `each` with every protocol in a protocols file (`man 5 protocols`): `NAME NUMBER
/// ALIAS...`.
fn each_protocol_in(text: &[u8], mut each: impl FnMut(&[u8], u16)) {
    for line in files::lines(text) {
        let mut words = files::words(line);
        if let (Some(name), Some(number)) = (words.next(), words.next().and_then(files::decimal)) {
            each(name, number as u16);
        }
    }
}

/// Returns whether the running system reads services from files only, so that reading them can't
/// hang.
pub fn are_in_files() -> bool {
    let text = plain_file::read(Path::new(databases::SWITCH), databases::MAX_FILE_SIZE);
    text.is_ok_and(|text| names_only_files(&text))
}

/// Returns whether an nsswitch.conf (`man 5 nsswitch.conf`) names only files as the source of
/// services.
fn names_only_files(text: &[u8]) -> bool {
    let sources =
        files::lines(text).find_map(|line| line.trim_ascii_start().strip_prefix(b"services:"));
    sources
        .is_some_and(|sources| files::words(sources).all(|word| matches!(word, b"files" | b"db")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn services_are_in_files_where_nothing_else_is_named() {
        for (text, expected) in [
            (&b"hosts: dns\nservices:\tdb files # nis\n"[..], true),
            (b" services: files", true),
            (b"services: files sss\n", false),
            (b"services: files [NOTFOUND=return] nis\n", false),
            (b"#services: files\n", false),
            (b"", false),
        ] {
            assert_eq!(names_only_files(text), expected, "{text:?}");
        }
    }

    #[test]
    fn the_last_service_at_a_port_names_it_and_every_name_finds_its_port() {
        let root = std::env::temp_dir().join(format!("rnetstat-services-{}", std::process::id()));
        std::fs::create_dir_all(root.join("etc")).expect("a folder");
        let services = b"ssh 22/tcp\nother 22/tcp alias\nudp 22/udp\n r 1/raw # c\n#x 2/tcp\ny 0x3/tcp\n\
            z 009/tcp\na 4/TCP\nb 5 /tcp\nc 6/tcp#x\nd 70000/tcp\ne 7\nf -8/tcp\ng 9/raw\nh +10/tcp\n\
            i 11//tcp\nj 12/tcp/x\nk 13/sctp twice #alias\nl 014/tcp twice\nred\x1b[31m 15/tcp";
        let protocols = b"ip 0 IP\nicmp 1 ICMP\nfirst 10\nlast 10\nx 0xb\ny -12\nz 13x\n big 65550";
        std::fs::write(root.join("etc/services"), services).expect("written");
        std::fs::write(root.join("etc/protocols"), protocols).expect("written");
        let host = Host::new(Some(root.clone()));
        let names = names(host.files());
        let cases = [
            (Transport::Tcp, 22, Some("other")),
            (Transport::Udp, 22, Some("udp")),
            (Transport::Raw, 1, Some("icmp")),
            (Transport::Raw, 9, Some("g")),
            (Transport::Raw, 10, Some("last")),
            (Transport::Raw, 11, None),
            (Transport::Raw, 12, None),
            (Transport::Raw, 13, None),
            (Transport::Raw, 14, Some("big")),
            (Transport::Tcp, 2, None),
            (Transport::Tcp, 3, Some("y")),
            (Transport::Tcp, 9, None),
            (Transport::Tcp, 4, None),
            (Transport::Tcp, 5, None),
            (Transport::Tcp, 6, Some("c")),
            (Transport::Tcp, 4464, Some("d")),
            (Transport::Tcp, 7, None),
            (Transport::Tcp, 65528, None),
            (Transport::Tcp, 10, Some("h")),
            (Transport::Tcp, 11, Some("i")),
            (Transport::Tcp, 12, Some("l")),
            (Transport::Tcp, 13, None),
            (Transport::Tcp, 15, Some("red?[31m")),
        ];
        for (transport, port, name) in cases {
            let found = names.get(&(transport, port)).map(Vec::as_slice);
            assert_eq!(found, name.map(str::as_bytes), "{transport:?} {port}");
        }
        for ((transport, port), name) in &names {
            let name = std::str::from_utf8(name).expect("ASCII");
            let is_found = ports_of(&host, name).contains(port);
            assert!(is_found || *transport == Transport::Raw, "{name}");
        }
        for (name, ports) in [
            ("alias", &[22][..]),
            ("twice", &[12, 13]),
            ("a", &[4]),
            ("e", &[7]),
            ("j", &[12]),
            ("red\x1b[31m", &[15]),
            ("b", &[5]),
            ("f", &[]),
            ("z", &[]),
            ("#x", &[]),
            ("icmp", &[]),
            ("ALIAS", &[]),
        ] {
            assert_eq!(ports_of(&host, name), ports, "{name}");
        }
        std::fs::remove_dir_all(&root).expect("removed");
    }
}
