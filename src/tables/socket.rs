//! The sockets of all tables as one type, with the properties that they share.

use super::diag::{self, Internals};
use super::inet::Protocol;
use super::rare::{self, Circuit, ax25};
use super::sctp_address::Addresses;
use super::{ReadError, Reader, inet, sctp, unix};
use std::net::{IpAddr, SocketAddr};

/// A socket of any kind: the current row of a [`SocketTable`].
#[derive(Debug, Clone)]
pub enum Socket<'a> {
    /// A TCP, UDP, UDP-Lite or raw socket, and what the kernel tells of it besides, if it was asked.
    Inet(&'a inet::Row, Option<Internals<'a>>),
    /// An SCTP endpoint or association.
    Sctp(sctp::Row<'a>),
    /// A unix domain socket.
    Unix(unix::Row<'a>),
    /// A socket of a rare family.
    Rare(rare::Socket<'a>),
}

/// One end of a socket.
#[derive(Debug, Clone, Copy)]
pub enum End<'a> {
    /// No address, or none yet.
    None,
    /// An IP address and a port in host byte order, both zero if unknown.
    Ip(SocketAddr),
    /// The addresses of an SCTP endpoint, and their common port in host byte order.
    Several(Addresses<'a>, u16),
    /// A radio station and its user. Either may be empty or `*`.
    Station(&'a [u8], &'a [u8]),
    /// An IPX network, node and socket number.
    Ipx(rare::ipx::End),
}

impl<'a> Socket<'a> {
    /// Returns the protocol as net-tools prints it, or the name of a family without protocols.
    pub fn protocol(&self) -> &'static str {
        match self {
            Socket::Inet(row, _) => row.protocol_name(),
            Socket::Sctp(_) => "sctp",
            Socket::Unix(_) => "unix",
            Socket::Rare(socket) => socket.family_name(),
        }
    }

    /// Returns the local end.
    pub fn local(&self) -> End<'a> {
        match self {
            Socket::Inet(row, _) => End::Ip(row.local),
            Socket::Sctp(row) => End::Several(row.local, row.local_port),
            Socket::Unix(_) => End::None,
            Socket::Rare(socket) => match socket {
                rare::Socket::Ax25(circuit) => End::station(circuit.source, b""),
                rare::Socket::Ipx(socket) => End::Ipx(socket.local),
                rare::Socket::Netrom(socket) => End::station(socket.circuit.source, socket.user),
                rare::Socket::Rose(socket) => End::station(socket.source, socket.source_call),
                rare::Socket::X25(socket) => End::station(socket.circuit.source, b""),
            },
        }
    }

    /// Returns the foreign end.
    pub fn foreign(&self) -> End<'a> {
        let circuit = |circuit: &Circuit<'a>| End::station(circuit.destination, b"");
        match self {
            Socket::Inet(row, _) => End::Ip(row.foreign),
            Socket::Sctp(row) => match &row.association {
                Some(it) => End::Several(it.foreign, it.foreign_port),
                None => End::None,
            },
            Socket::Unix(_) => End::None,
            Socket::Rare(socket) => match socket {
                rare::Socket::Ax25(it) => circuit(it),
                rare::Socket::Ipx(socket) => socket.foreign.map_or(End::None, End::Ipx),
                rare::Socket::Netrom(socket) => circuit(&socket.circuit),
                rare::Socket::Rose(it) => End::station(it.destination, it.destination_call),
                rare::Socket::X25(socket) => circuit(&socket.circuit),
            },
        }
    }

    /// Returns net-tools' name for the state, or `None` if the socket has no state.
    pub fn state(&self) -> Option<&'static str> {
        match self {
            Socket::Inet(row, _) => row.state_name(),
            Socket::Sctp(row) => row.state_name(),
            Socket::Unix(row) => row.state_name(),
            Socket::Rare(socket) => socket.state_name(),
        }
    }

    /// Returns the number of received bytes that the process has not read. For a TCP listener, the
    /// number of connections waiting to be accepted.
    pub fn receive_queue(&self) -> Option<i64> {
        match self {
            Socket::Inet(row, _) => Some(row.receive_queue.into()),
            Socket::Sctp(row) => Some(row.association.as_ref()?.receive_queue.into()),
            Socket::Unix(_) => None,
            Socket::Rare(socket) => socket.receive_queue(),
        }
    }

    /// Returns the number of sent bytes that the foreign end has not acknowledged.
    pub fn send_queue(&self) -> Option<i64> {
        match self {
            Socket::Inet(row, _) => Some(row.send_queue.into()),
            Socket::Sctp(row) => Some(row.association.as_ref()?.send_queue.into()),
            Socket::Unix(_) => None,
            Socket::Rare(socket) => socket.send_queue(),
        }
    }

    /// Returns the ID of the user who created the socket.
    pub fn uid(&self) -> Option<u32> {
        match self {
            Socket::Inet(row, _) => row.uid,
            Socket::Sctp(row) => Some(row.uid),
            Socket::Unix(_) => None,
            Socket::Rare(socket) => socket.uid(),
        }
    }

    /// Returns the inode number, which is 0 if no process holds the socket any more.
    pub fn inode(&self) -> Option<u64> {
        match self {
            Socket::Inet(row, _) => row.inode,
            Socket::Sctp(row) => Some(row.inode),
            Socket::Unix(row) => row.inode,
            Socket::Rare(socket) => socket.inode(),
        }
    }

    /// Returns the inode number, or `None` if no process can hold the socket.
    pub fn held_inode(&self) -> Option<u64> {
        self.inode().filter(|inode| *inode != 0)
    }

    /// Returns the interface of a socket of a rare family.
    pub fn device(&self) -> Option<&[u8]> {
        match self {
            Socket::Rare(socket) => socket.device(),
            _ => None,
        }
    }

    /// Returns whether the socket is a server: one that listens, or has no foreign end. As in
    /// net-tools, the foreign port decides for TCP, and the foreign address for UDP and raw sockets.
    /// `None` for SCTP and the rare families, whose tables don't say.
    pub fn is_server(&self) -> Option<bool> {
        match self {
            Socket::Inet(row, _) => Some(match row.protocol {
                Protocol::Tcp => row.foreign.port() == 0,
                Protocol::Udp | Protocol::Udplite | Protocol::Raw => {
                    row.foreign.ip().is_unspecified()
                }
            }),
            Socket::Unix(row) => Some(row.is_listener()),
            Socket::Sctp(_) | Socket::Rare(_) => None,
        }
    }

    /// Returns the row if it is a TCP, UDP, UDP-Lite or raw socket.
    pub fn inet(&self) -> Option<&'a inet::Row> {
        match self {
            Socket::Inet(row, _) => Some(row),
            _ => None,
        }
    }

    /// Returns whether it is a TCP socket.
    pub fn is_tcp(&self) -> bool {
        let row = self.inet();
        row.is_some_and(|row| row.protocol == Protocol::Tcp)
    }

    /// Returns what the kernel tells of an IP socket beyond its row, if it was asked.
    pub fn internals(&self) -> Option<Internals<'a>> {
        match self {
            Socket::Inet(_, internals) => *internals,
            _ => None,
        }
    }

    /// Returns the row if it is a unix domain socket.
    pub fn unix(&self) -> Option<&unix::Row<'a>> {
        match self {
            Socket::Unix(row) => Some(row),
            _ => None,
        }
    }
}

/// What the kernel writes for a missing station.
const NOBODY: &[u8] = b"*";

impl<'a> End<'a> {
    fn station(station: &'a [u8], user: &'a [u8]) -> End<'a> {
        let (station, user) = (station.trim_ascii(), user.trim_ascii());
        let is_nobody = |word: &[u8]| word.is_empty() || word == NOBODY;
        match is_nobody(station) && is_nobody(user) {
            true => End::None,
            false => End::Station(station, user),
        }
    }

    /// Returns the address to resolve to a host name: the first if there are several, `None` if it is
    /// unspecified.
    pub fn ip(self) -> Option<IpAddr> {
        let ip = match self {
            End::Ip(end) => Some(end.ip()),
            End::Several(addresses, _) => addresses.iter().next()?.ip,
            _ => None,
        };
        ip.filter(|it| !it.is_unspecified())
    }

    /// Returns the port in host byte order, or `None` if it is 0.
    pub fn port(self) -> Option<u16> {
        let port = match self {
            End::Ip(end) => end.port(),
            End::Several(_, port) => port,
            _ => 0,
        };
        Some(port).filter(|port| *port != 0)
    }
}

/// An open table of sockets.
#[derive(Debug)]
pub enum SocketTable {
    /// TCP, UDP, UDP-Lite or raw sockets.
    Inet(inet::Table),
    /// The same, as the kernel's diagnostics list them.
    Diag(diag::Table),
    /// SCTP endpoints or associations.
    Sctp(sctp::Table),
    /// Unix domain sockets.
    Unix(unix::Table),
    /// Sockets of a rare family.
    Rare(rare::Sockets),
}

impl SocketTable {
    /// Returns a warning if a row that has been read may be forged, or lacks what /proc/net has.
    pub fn suspicion(&mut self) -> Option<String> {
        match self {
            SocketTable::Unix(table) => table.suspicion(),
            SocketTable::Diag(table) => table.flaw(),
            _ => None,
        }
    }

    /// Returns the layout of an AX.25 table, or `None` for any other.
    pub fn ax25_layout(&self) -> Option<ax25::Layout> {
        match self {
            SocketTable::Rare(table) => table.layout(),
            _ => None,
        }
    }
}

impl Reader for SocketTable {
    type Row<'a> = Socket<'a>;

    fn next_row(&mut self) -> Result<Option<Socket<'_>>, ReadError> {
        Ok(match self {
            SocketTable::Inet(table) => table.next_row()?.map(|row| Socket::Inet(row, None)),
            SocketTable::Diag(table) => table
                .next_row()?
                .map(|(row, internals)| Socket::Inet(row, Some(internals))),
            SocketTable::Sctp(table) => table.next_row()?.map(Socket::Sctp),
            SocketTable::Unix(table) => table.next_row()?.map(Socket::Unix),
            SocketTable::Rare(table) => table.next_row()?.map(Socket::Rare),
        })
    }

    fn place(&self) -> String {
        match self {
            SocketTable::Inet(table) => table.place(),
            SocketTable::Diag(table) => table.place(),
            SocketTable::Sctp(table) => table.place(),
            SocketTable::Unix(table) => table.place(),
            SocketTable::Rare(table) => table.place(),
        }
    }
}

/// Returns net-tools' name for the state of an IP or unix socket that is written like this.
pub fn state_called(name: &[u8]) -> Option<&'static str> {
    inet::tcp_state_called(name).or_else(|| unix::state_called(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nameless_stations_are_not_ends() {
        let rose = |line: &str| {
            let row = rare::rose::Socket::from_line(line.as_bytes()).expect("a row");
            let socket = Socket::Rare(rare::Socket::Rose(row));
            format!("{:?} {:?}", socket.local(), socket.foreign())
        };
        let found = rose("* * 12 SRC-1 rose0 1 2 3");
        assert!(found.ends_with(" None"), "{found}");
        let found = rose("34 DEST-2 * * rose0 1 2 3");
        assert!(found.starts_with("None Station"), "{found}");
    }

    #[test]
    fn the_first_of_several_addresses_is_resolved() {
        let line = b"f f 2 1 3 1 7 0 0 0 1 3868 0 *10.0.0.1 1::x <-> 10.0.0.4 *10.1.0.4 \t 1";
        let row = sctp::Row::from_line(sctp::Part::Associations, line).expect("a row");
        let socket = Socket::Sctp(row);
        let (local, foreign) = (socket.local(), socket.foreign());
        assert_eq!(local.ip(), "10.0.0.1".parse().ok());
        assert_eq!((local.port(), foreign.port()), (Some(3868), None));
    }
}
