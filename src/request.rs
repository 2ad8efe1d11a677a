//! What is asked for: plain data, made by the command line and never changed.

mod filter;
mod globs;
mod kill;
mod moment;
mod namespaces;
mod output;
mod sockets;

pub use filter::{
    Cgroup, Column, Comparison, Device, Filter, Mark, Ports, Side, Subject, Test, User,
};
pub use globs::Globs;
pub use kill::{Action, Close, Kill};
pub use moment::{Moment, When};
pub use namespaces::NamespaceName;
pub use output::{Color, Format, Instead, OutputSpec, SortKey, UsualCount};
pub use sockets::{Columns, IfMissing, Sides, Sockets, Table, TableKind};

use crate::host::ByteOrder;
use crate::tables::rare::Rare;
use std::path::PathBuf;
use std::time::Duration;

/// One run of the program.
#[derive(Debug, Clone, PartialEq)]
pub struct Request {
    /// Which tables.
    pub what: What,
    /// Which numbers are shown as names.
    pub resolve: Resolve,
    /// How often the listing is repeated, or `None` for once.
    pub repeat: Option<Repeat>,
    /// The time from a first look at the sockets, which is not shown, to the first listing, if rates are
    /// wanted.
    pub rates_after: Option<Duration>,
    /// Whether only what has changed since the previous listing is shown, of sockets.
    pub changes: bool,
    /// Whether it is saved, or compared with a saved one.
    pub moment: Option<Moment>,
    /// The form of the output, and how much of it.
    pub output: OutputSpec,
    /// What is done with the sockets, if anything.
    pub action: Option<Action>,
    /// The root of another system, or `None` for the running one.
    pub root: Option<PathBuf>,
    /// The network namespaces, or `None` for the caller's own alone.
    pub namespaces: Option<Vec<NamespaceName>>,
    /// The order of bytes of that system's machine, or `None` to find it out.
    pub byte_order: Option<ByteOrder>,
}

/// A listing that repeats.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Repeat {
    /// The time from the end of a listing to the next one.
    pub interval: Duration,
    /// The time after which the last listing is made, or `None` for ever.
    pub time: Option<Duration>,
    /// The most listings, or `None` for any number.
    pub times: Option<u64>,
}

/// Which tables a listing shows.
#[derive(Debug, Clone, PartialEq)]
pub enum What {
    /// Sockets, and multicast groups, which net-tools lists among them.
    Sockets(Box<Sockets>),
    /// Routes.
    Routes(Routes),
    /// Interfaces and their counters.
    Interfaces(Interfaces),
    /// Counters of the protocols.
    Statistics(Statistics),
    /// Masqueraded connections.
    Masquerade(Masquerade),
    /// What is wrong.
    Checks(Checks),
}

/// What is looked for (`--check`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checks {
    /// The names of the checks, in the order in which they are made.
    pub names: Vec<&'static str>,
    /// The time between two looks.
    pub interval: Duration,
    /// Whether checks that find nothing are rows, too.
    pub with_ok: bool,
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
    /// How long a listing waits for names of the running system. Names that have not come then are
    /// shown as numbers.
    pub timeout: Duration,
}

impl Resolve {
    /// All numbers stay numbers.
    pub const NUMBERS: Resolve = Resolve {
        hosts: false,
        ports: false,
        users: false,
        timeout: Duration::ZERO,
    };
}

/// A listing of routes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Routes {
    /// The families, in the order of the output, as often as they were named.
    pub families: Vec<RouteFamily>,
    /// The forwarding information base (`-F`, and the default).
    pub fib: bool,
    /// The route cache (`-C`).
    pub cache: bool,
    /// Which of the three layouts IPv4 routes have.
    pub detail: RouteDetail,
    /// The interfaces whose routes are listed.
    pub interfaces: Globs,
}

impl Routes {
    /// Returns whether routes of rare families are listed.
    pub fn has_rare(&self) -> bool {
        let is_rare = |family: &RouteFamily| matches!(family, RouteFamily::Rare(_));
        self.families.iter().any(is_rare)
    }
}

/// An address family that routes, or that net-tools reports on if asked for its routes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RouteFamily {
    /// IPv4.
    Inet,
    /// IPv6.
    Inet6,
    /// A family that few systems have.
    Rare(Rare),
    /// A family without routes, by net-tools' name.
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
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Interfaces {
    /// Which ones.
    pub names: Globs,
    /// Whether interfaces that are down are listed, too (`-a`).
    pub all: bool,
    /// The long form (`-e`).
    pub extended: bool,
    /// Whether all listings but the first show rates since the previous one (`--delta`).
    pub delta: bool,
    /// Whether net-tools' blind spots are imitated: it sees no counters of interfaces whose names
    /// have the greatest length.
    pub like_net_tools: bool,
}

/// A listing of the protocols' counters: of the named ones, or of all if none is named.
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
    /// The address families, by net-tools' names, if they are not one IP version: there are no
    /// counters for them.
    pub unsupported: Vec<&'static str>,
    /// Which counters, by the kernel's names.
    pub counters: Globs,
    /// Whether counters that are 0 are left out; with rates, those that have not risen.
    pub nonzero: bool,
    /// Whether all listings but the first show rates since the previous one (`--delta`).
    pub delta: bool,
    /// Whether a missing file ends the listing and a bad line the file, without failing, as in
    /// net-tools. Otherwise each costs only itself.
    pub gives_up: bool,
}

impl Statistics {
    /// Returns whether only some of the counters of a section are listed.
    pub fn chooses(&self) -> bool {
        self.nonzero || !self.counters.is_empty()
    }

    /// Returns the request for all counters of IPv4, or of IPv6.
    pub fn all(ipv6: bool) -> Statistics {
        Statistics {
            tcp: false,
            udp: false,
            udplite: false,
            raw: false,
            sctp: false,
            ipv6,
            unsupported: Vec::new(),
            counters: Globs::default(),
            nonzero: false,
            delta: false,
            gives_up: false,
        }
    }
}

/// A listing of masqueraded connections.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Masquerade {
    /// With sequence numbers (`-e`).
    pub extended: bool,
}
