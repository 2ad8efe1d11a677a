//! Which rows belong in the answer.

mod sockets;

use crate::request::{Sides, Statistics};
use crate::tables::counter::{File, Mib};
use crate::tables::inet::{self, Protocol};
use crate::tables::interface::{self, Link};
use crate::tables::rare::Socket;
use crate::tables::{route, route6, unix};

impl Sides {
    /// Whether an IP socket is listed.
    pub fn include(self, row: &inet::Row) -> bool {
        self.include_either(is_server(row))
    }

    /// Whether a unix socket is listed.
    pub fn include_unix(self, row: &unix::Row<'_>) -> bool {
        self.include_either(row.is_listener())
    }

    /// Whether a socket of a rare family is listed. net-tools lists them whatever side they are,
    /// but those of X.25 without a channel, which listeners are among, only with all others.
    pub fn include_rare(self, socket: &Socket<'_>) -> bool {
        match socket {
            Socket::X25(socket) => self == Sides::All || socket.channel != 0,
            _ => true,
        }
    }

    fn include_either(self, is_listener: bool) -> bool {
        match self {
            Sides::All => true,
            Sides::Listening => is_listener,
            Sides::Connected => !is_listener,
        }
    }
}

/// Whether net-tools takes an IP socket for a server: one without a foreign side. For TCP the
/// port decides, for all others the address.
fn is_server(row: &inet::Row) -> bool {
    match row.protocol {
        Protocol::Tcp => row.foreign.port() == 0,
        Protocol::Udp | Protocol::Udplite | Protocol::Raw => row.foreign.ip().is_unspecified(),
    }
}

/// Whether an IPv4 route is listed: those that are not up never are.
pub fn includes_route(row: &route::Row) -> bool {
    row.common.flags & route::FLAG_UP != 0
}

/// Whether an IPv6 route is listed: its table and its cache share one file.
pub fn includes_route6(row: &route6::Row, kind: route::Kind) -> bool {
    (row.flags & route6::FLAG_CACHE != 0) == (kind == route::Kind::Cache)
}

/// Whether a section of counters is one of the IP version that was asked for: of IPv4's sections,
/// TCP's belong to IPv6 too.
pub fn belongs_to_version(request: &Statistics, file: File, title: &[u8]) -> bool {
    !request.ipv6 || file == File::Snmp6 || title.starts_with(b"Tcp")
}

/// Whether a section of counters is listed. Those that no flag names always are, as in net-tools:
/// `IcmpMsg`, `UdpLite`, `IpExt` and their like.
pub fn includes_section(request: &Statistics, mib: Option<Mib>) -> bool {
    let names_protocol =
        request.tcp || request.udp || request.udplite || request.raw || request.sctp;
    match mib {
        _ if !names_protocol => true,
        None => true,
        Some(Mib::Ip | Mib::Icmp | Mib::Ip6 | Mib::Icmp6) => request.raw,
        Some(Mib::Tcp | Mib::TcpExt | Mib::Tcp6) => request.tcp,
        Some(Mib::Udp | Mib::Udp6) => request.udp,
        Some(Mib::Sctp) => request.sctp,
    }
}

/// Whether an interface is listed: unless all are, it must be up, as far as that is known.
pub fn includes_interface(link: &Link, all: bool) -> bool {
    all || link
        .flags
        .is_none_or(|flags| flags & interface::FLAG_UP != 0)
}
