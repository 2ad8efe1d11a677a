//! What is asked for: plain data, made by the command line and changed by nobody afterwards.

use crate::tables::inet::{Family, Protocol};
use crate::tables::rare::Rare;
use crate::tables::sctp;
use std::path::PathBuf;
use std::time::Duration;

/// One run of the program.
#[derive(Debug, Clone, PartialEq)]
pub struct Request {
    /// Which tables.
    pub what: What,
    /// Which numbers are shown as names.
    pub resolve: Resolve,
    /// How often the listing is repeated: none for once, else the time between two.
    pub repeat: Option<Duration>,
    /// The folder under which another system lies; none for the running one.
    pub root: Option<PathBuf>,
}

/// Which tables a listing shows.
#[derive(Debug, Clone, PartialEq)]
pub enum What {
    /// Sockets, and multicast groups, which net-tools lists among them.
    Sockets(Sockets),
    /// Routes.
    Routes(Routes),
    /// Interfaces and their counters.
    Interfaces(Interfaces),
    /// Counters of the protocols.
    Statistics(Statistics),
    /// Masqueraded connections.
    Masquerade(Masquerade),
}

/// Which numbers are shown as names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Resolve {
    /// Addresses as host and network names.
    pub hosts: bool,
    /// Ports as service names.
    pub ports: bool,
    /// User IDs as user names.
    pub users: bool,
}

/// A listing of sockets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sockets {
    /// The tables, in the order in which they are printed.
    pub tables: Vec<Table>,
    /// Which sockets of these tables.
    pub sides: Sides,
    /// Which columns.
    pub columns: Columns,
    /// Whether tables are read to their end even where the kernel's order makes that needless.
    pub whole_tables: bool,
    /// Show what net-tools shows even where it is blind: it loses ROSE addresses, and X.25 sockets
    /// on kernels since 2.6.
    pub like_net_tools: bool,
}

/// One table of sockets, or of groups.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Table {
    /// Which one.
    pub kind: TableKind,
    /// What is to be done where the system lacks it.
    pub missing: Missing,
}

/// A kind of sockets, or of groups, that has a table (or two) of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TableKind {
    /// TCP, UDP, UDP-Lite and raw sockets.
    Inet(Protocol, Family),
    /// SCTP endpoints or associations.
    Sctp(sctp::Part, Family),
    /// Multicast groups that interfaces belong to (`-g`).
    Groups(Family),
    /// Unix domain sockets.
    Unix,
    /// Sockets that we can't list yet.
    Rare(Rare),
}

impl TableKind {
    /// Whether the table stands under the title "Active Internet connections".
    pub fn is_internet(self) -> bool {
        matches!(self, TableKind::Inet(..) | TableKind::Sctp(..))
    }

    /// Whether both are tables of one protocol, for IPv4 and IPv6.
    pub fn is_sibling_of(self, other: TableKind) -> bool {
        match (self, other) {
            (TableKind::Inet(one, _), TableKind::Inet(other, _)) => one == other,
            (TableKind::Sctp(one, _), TableKind::Sctp(other, _)) => one == other,
            (TableKind::Groups(_), TableKind::Groups(_)) => true,
            _ => false,
        }
    }
}

/// What is to be done where the system lacks a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Missing {
    /// Nothing: nobody asked for this very table.
    Ignored,
    /// A note on stderr (`-v`).
    Noted,
    /// An error that ends the listing: the table was asked for by name.
    Fatal,
}

/// Which sockets are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sides {
    /// Those that are no listeners (the default).
    Connected,
    /// Listeners only (`-l`).
    Listening,
    /// Both (`-a`).
    All,
}

/// Which columns a listing of sockets has beyond the ones it always has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Columns {
    /// User and inode (`-e`).
    pub extended: bool,
    /// PID and program (`-p`).
    pub programs: bool,
    /// SELinux security context of the program, behind it (`-Z`, which is `-p` too).
    pub contexts: bool,
    /// Timers (`-o`).
    pub timers: bool,
    /// The PID alone, last: rnetstat's own part of `-o`.
    pub pid: bool,
    /// Addresses in full (`-W`).
    pub wide: bool,
    /// SCTP's addresses as numbers, whatever others are: so net-tools has it where any number is
    /// wanted, be it that of a user.
    pub sctp_numbers: bool,
}

/// A listing of routes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Routes {
    /// The families, in the order in which they are printed, as often as they were named.
    pub families: Vec<RouteFamily>,
    /// The forwarding information base (`-F`, and the default).
    pub fib: bool,
    /// The route cache (`-C`).
    pub cache: bool,
    /// Which of the three layouts IPv4 routes have.
    pub detail: RouteDetail,
}

/// An address family that routes, or that net-tools says something about when asked for its routes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RouteFamily {
    /// IPv4.
    Inet,
    /// IPv6.
    Inet6,
    /// A family whose routes we can't list yet.
    Rare(Rare),
    /// A family that does not route, by net-tools' name for it.
    Unroutable(&'static str),
}

/// The layouts of IPv4 routes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RouteDetail {
    /// With TCP's parameters.
    Plain,
    /// With metric and use (`-e`).
    Extended,
    /// With both (`-ee`).
    Full,
}

/// A listing of interfaces.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Interfaces {
    /// Those too that are not up (`-a`).
    pub all: bool,
    /// The long form (`-e`).
    pub extended: bool,
    /// All listings but the first show what has changed since the last one (`--delta`).
    pub delta: bool,
    /// Show what net-tools shows even where it is blind: it sees no counters of interfaces whose
    /// names are as long as they can be.
    pub like_net_tools: bool,
}

/// A listing of the protocols' counters: of those named, or of all if none is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statistics {
    /// TCP (`-t`).
    pub tcp: bool,
    /// UDP (`-u`).
    pub udp: bool,
    /// UDP-Lite (`-U`).
    pub udplite: bool,
    /// Raw IP (`-w`).
    pub raw: bool,
    /// SCTP (`-S`).
    pub sctp: bool,
    /// IPv6's counters instead of IPv4's (`-6`).
    pub ipv6: bool,
    /// The address families, by net-tools' names, where they are not one IP version: then there
    /// are no counters for them.
    pub unsupported: Vec<&'static str>,
    /// Whether a missing file ends the listing and a bad line the file, without failing, as in
    /// net-tools; else each costs only itself.
    pub gives_up: bool,
}

/// A listing of masqueraded connections.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Masquerade {
    /// With sequence numbers (`-e`).
    pub extended: bool,
}
