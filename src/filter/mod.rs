//! Which rows are listed.

mod kernel;
mod owners;
mod sockets;

pub use sockets::Surroundings;

use crate::request::{Sides, Statistics};
use crate::tables::counter::{Count, File, Mib};
use crate::tables::interface::{self, Link};
use crate::tables::{Route, Socket, rare, route, route6};
use glob::MatchOptions;

impl Sides {
    /// Returns whether a socket is listed.
    ///
    /// As in net-tools, SCTP's and the rare families' are on every side; but X.25's without a
    /// channel, which listeners are among, are listed with all others only.
    pub fn include(self, socket: &Socket<'_>) -> bool {
        match (self, socket.is_server(), socket) {
            (Sides::All, ..) => true,
            (Sides::Listening, Some(is_server), _) => is_server,
            (Sides::Connected, Some(is_server), _) => !is_server,
            (_, None, Socket::Rare(rare::Socket::X25(socket))) => socket.channel != 0,
            (_, None, _) => true,
        }
    }
}

/// Returns whether a route is listed. IPv4's are if they are up; IPv6's table and its cache share
/// one file.
pub fn includes_route(route: &Route<'_>, from_cache: bool) -> bool {
    match route {
        Route::V4(row) => row.common.flags & route::FLAG_UP != 0,
        Route::V6(row) => (row.flags & route6::FLAG_CACHE != 0) == from_cache,
        Route::V4Cached(_) | Route::Rare(_) => true,
    }
}

/// Returns whether a section of counters is one of the IP version that was asked for: of IPv4's sections,
/// TCP's belong to IPv6 too.
pub fn belongs_to_version(request: &Statistics, file: File, title: &[u8]) -> bool {
    !request.ipv6 || file == File::Snmp6 || title.starts_with(b"Tcp")
}

/// Returns whether a section of counters is listed. Those that no flag names always are, as in net-tools:
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

/// Returns whether a counter of a section that is listed is. Its name is the kernel's, alone or behind the
/// title of its section, as nstat has it: `RetransSegs`, `TcpRetransSegs`. Capitals don't count.
pub fn includes_counter(request: &Statistics, section: &[u8], name: &[u8], value: Count) -> bool {
    let options = MatchOptions {
        case_sensitive: false,
        ..MatchOptions::new()
    };
    let fits = || {
        let whole = [section, name].concat();
        request.counters.fit_any(&[name, &whole], options)
    };
    // A counter that is 0 may rise.
    let may_be_zero = !request.nonzero || request.delta;
    (may_be_zero || value != Count::ZERO) && (request.counters.is_empty() || fits())
}

/// Returns whether an interface is listed: unless all are, it must be up, as far as that is known.
pub fn includes_interface(link: &Link, all: bool) -> bool {
    all || link
        .flags
        .is_none_or(|flags| flags & interface::FLAG_UP != 0)
}
