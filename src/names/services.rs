//! Service names.

use super::{files, nss};
use crate::sanitize;
use std::collections::HashMap;
use std::path::{Path, PathBuf};

/// What a port belongs to in a services file. UDP-Lite has UDP's names, as in net-tools.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Transport {
    /// `tcp`.
    Tcp,
    /// `udp`.
    Udp,
    /// `raw`; its ports are IP protocol numbers, and a protocols file names them too.
    Raw,
}

impl Transport {
    fn from_name(name: &[u8]) -> Option<Transport> {
        match name {
            b"tcp" => Some(Transport::Tcp),
            b"udp" => Some(Transport::Udp),
            b"raw" => Some(Transport::Raw),
            _ => None,
        }
    }
}

/// The names of services.
#[derive(Debug, Default)]
pub struct Table {
    names: HashMap<(Transport, u16), Vec<u8>>,
}

impl Table {
    /// All services of the running system, through libc.
    pub fn of_system() -> Table {
        let mut table = Table::default();
        nss::each_service(|name, port, transport| {
            if let Some(transport) = Transport::from_name(transport) {
                table.insert(name, port, transport);
            }
        });
        nss::each_protocol(|name, number| table.insert(name, number, Transport::Raw));
        table
    }

    /// The name of the service at `port`, none where it has none.
    pub fn name(&self, transport: Transport, port: u16) -> Option<&[u8]> {
        self.names.get(&(transport, port)).map(Vec::as_slice)
    }

    /// Adds a service. Where two share a port, net-tools shows the last one, so this one wins.
    fn insert(&mut self, name: &[u8], port: u16, transport: Transport) {
        let name = sanitize::printable(name.to_vec());
        self.names.insert((transport, port), name);
    }
}

/// Whether all services of the running system are in files, so that to read them can't hang.
pub fn are_in_files() -> bool {
    std::fs::read("/etc/nsswitch.conf").is_ok_and(|text| names_only_files(&text))
}

/// Whether an nsswitch.conf (`man 5 nsswitch.conf`) names only files as the source of services.
fn names_only_files(text: &[u8]) -> bool {
    let sources =
        files::lines(text).find_map(|line| line.trim_ascii_start().strip_prefix(b"services:"));
    sources
        .is_some_and(|sources| files::words(sources).all(|word| matches!(word, b"files" | b"db")))
}

/// The services of another system, read when the first one is asked for.
#[derive(Debug)]
pub struct Services {
    root: PathBuf,
    table: Option<Table>,
}

impl Services {
    /// The services of the system under `root`.
    pub fn new(root: &Path) -> Services {
        Services {
            root: root.to_owned(),
            table: None,
        }
    }

    /// The name of the service at `port`, none where it has none.
    pub fn name(&mut self, transport: Transport, port: u16) -> Option<&[u8]> {
        let root = &self.root;
        let read = || {
            parse(
                &files::read(root, "etc/services"),
                &files::read(root, "etc/protocols"),
            )
        };
        self.table.get_or_insert_with(read).name(transport, port)
    }
}

/// The services in a services file (`man 5 services`), and behind them, as net-tools has it, the
/// protocols in a protocols file (`man 5 protocols`).
fn parse(services: &[u8], protocols: &[u8]) -> Table {
    let mut table = Table::default();
    for line in files::lines(services) {
        let mut words = files::words(line);
        let (Some(name), Some(port)) = (words.next(), words.next()) else {
            continue;
        };
        let Some(slash) = port.iter().position(|&byte| byte == b'/') else {
            continue;
        };
        let transport = Transport::from_name(&port[slash + 1..]);
        if let (Some(number), Some(transport)) = (files::c_number(&port[..slash]), transport) {
            // Too large a number loses its high bits, as in glibc.
            table.insert(name, number as u16, transport);
        }
    }
    for line in files::lines(protocols) {
        let mut words = files::words(line);
        if let (Some(name), Some(number)) = (words.next(), words.next().and_then(files::decimal)) {
            table.insert(name, number as u16, Transport::Raw);
        }
    }
    table
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
    fn the_last_service_at_a_port_names_it() {
        let table = parse(
            b"ssh 22/tcp\nother 22/tcp alias\nudp 22/udp\n r 1/raw # c\n#x 2/tcp\ny 0x3/tcp\nz 009/tcp\n\
              a 4/TCP\nb 5 /tcp\nc 6/tcp#x\nd 70000/tcp\ne 7\nf -8/tcp\ng 9/raw",
            b"ip 0 IP\nicmp 1 ICMP\nfirst 10\nlast 10\nx 0xb\ny -12\nz 13x\n big 65550",
        );
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
        ];
        for (transport, port, name) in cases {
            let found = table.name(transport, port);
            assert_eq!(found, name.map(str::as_bytes), "{transport:?} {port}");
        }
    }
}
