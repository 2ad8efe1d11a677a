//! Which rows belong in the answer.

use crate::request::Sides;
use crate::tables::inet::{self, Protocol};
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
pub fn includes_route(row: &route::Row<'_>) -> bool {
    row.common.flags & route::FLAG_UP != 0
}

/// Whether an IPv6 route is listed: its table and its cache share one file.
pub fn includes_route6(row: &route6::Row<'_>, kind: route::Kind) -> bool {
    (row.flags & route6::FLAG_CACHE != 0) == (kind == route::Kind::Cache)
}
