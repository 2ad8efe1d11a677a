//! Service names.

use super::{files, nss};
use crate::host::Host;
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

type Table = HashMap<(Transport, u16), Vec<u8>>;

/// All services, read when the first one is asked for.
#[derive(Debug)]
pub struct Services {
    /// The folder under which another system lies; none where the running one is asked.
    root: Option<PathBuf>,
    table: Option<Table>,
}

impl Services {
    /// The services of `host`.
    pub fn new(host: &Host) -> Services {
        Services {
            root: host.root().map(Path::to_owned),
            table: None,
        }
    }

    /// The name of the service at `port`, none where it has none.
    pub fn name(&mut self, transport: Transport, port: u16) -> Option<&[u8]> {
        let root = &self.root;
        let table = self.table.get_or_insert_with(|| match root {
            Some(root) => parse(
                &files::read(root, "etc/services"),
                &files::read(root, "etc/protocols"),
            ),
            None => {
                let mut table = Table::new();
                nss::each_service(|name, port, transport| {
                    if let Some(transport) = Transport::from_name(transport) {
                        insert(&mut table, name, port, transport);
                    }
                });
                nss::each_protocol(|name, number| {
                    insert(&mut table, name, number, Transport::Raw);
                });
                table
            }
        });
        table.get(&(transport, port)).map(Vec::as_slice)
    }
}

/// Adds a service. Where two share a port, net-tools shows the last one, so this one wins.
fn insert(table: &mut Table, name: &[u8], port: u16, transport: Transport) {
    table.insert((transport, port), sanitize::printable(name.to_vec()));
}

/// The services in a services file (`man 5 services`), and behind them, as net-tools has it, the
/// protocols in a protocols file (`man 5 protocols`).
fn parse(services: &[u8], protocols: &[u8]) -> Table {
    let mut table = Table::new();
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
            insert(&mut table, name, number as u16, transport);
        }
    }
    for line in files::lines(protocols) {
        let mut words = files::words(line);
        if let (Some(name), Some(number)) = (words.next(), words.next().and_then(files::decimal)) {
            insert(&mut table, name, number as u16, Transport::Raw);
        }
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

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
            let found = table.get(&(transport, port)).map(Vec::as_slice);
            assert_eq!(found, name.map(str::as_bytes), "{transport:?} {port}");
        }
    }
}
