//! What is asked for of sockets.

use super::{Filter, Globs, Subject};
use crate::tables::inet::{Family, Protocol};
use crate::tables::rare::Rare;
use crate::tables::sctp;

/// A listing of sockets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sockets {
    /// The tables, in the order of the output.
    pub tables: Vec<Table>,
    /// Which sides of them.
    pub sides: Sides,
    /// Which sockets of these.
    pub filter: Filter,
    /// The interfaces whose groups are listed, where groups are and no sockets.
    pub interfaces: Globs,
    /// Which columns.
    pub columns: Columns,
    /// Whether tables are read to their end even if the kernel's order makes that needless.
    pub whole_tables: bool,
    /// Whether all owners of each socket are needed, for an output that shows them.
    pub all_owners: bool,
    /// Whether owners just come along, so that nothing is said of those that can't be seen.
    pub owners_come_along: bool,
    /// Whether it is read with the owners where they belong: they may have ended when it is shown.
    pub keeps_belonging: bool,
    /// Whether it is told what is not known of other ends and of unix sockets' internals: these were
    /// asked for, and do not just come along with owners.
    pub tells_unknown: bool,
    /// Whether it is said which source served (`-v`).
    pub tells_source: bool,
    /// Whether net-tools' blind spots are imitated: it loses ROSE addresses, and X.25 sockets on
    /// kernels since 2.6.
    pub like_net_tools: bool,
}

impl Sockets {
    /// Returns whether owners are needed.
    pub fn wants_owners(&self) -> bool {
        self.columns.programs || self.columns.pid || self.wants_all_owners()
    }

    /// Returns whether all owners of each socket are needed, not only the first.
    pub fn wants_all_owners(&self) -> bool {
        self.all_owners || self.filter.needs_owners() || self.filter.has_column_of(Subject::Peer)
    }

    /// Returns whether groups are listed, and no sockets.
    pub fn lists_groups(&self) -> bool {
        !self.tables.is_empty() && self.tables.iter().all(Table::is_of_groups)
    }

    /// Returns whether sockets are listed, and no groups.
    pub fn lists_sockets_only(&self) -> bool {
        !self.tables.iter().any(Table::is_of_groups)
    }

    /// Returns whether both groups and sockets are listed.
    pub fn lists_groups_among_sockets(&self) -> bool {
        self.tables.iter().any(Table::is_of_groups) && !self.lists_groups()
    }
}

/// One table of sockets, or of groups.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Table {
    /// Which one.
    pub kind: TableKind,
    /// What to do if the system lacks it.
    pub missing: IfMissing,
}

impl Table {
    /// Returns whether it is one of groups.
    pub fn is_of_groups(&self) -> bool {
        matches!(self.kind, TableKind::Groups(_))
    }
}

/// A kind of sockets, or of groups, that has tables of its own.
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
    /// Sockets of a family that few systems have.
    Rare(Rare),
}

impl TableKind {
    /// Returns whether the table is listed under "Active Internet connections".
    pub fn is_internet(self) -> bool {
        matches!(self, TableKind::Inet(..) | TableKind::Sctp(..))
    }

    /// Returns whether both are tables of one protocol, for IPv4 and IPv6.
    pub fn is_sibling_of(self, other: TableKind) -> bool {
        match (self, other) {
            (TableKind::Inet(one, _), TableKind::Inet(other, _)) => one == other,
            (TableKind::Sctp(one, _), TableKind::Sctp(other, _)) => one == other,
            (TableKind::Groups(_), TableKind::Groups(_)) => true,
            _ => false,
        }
    }
}

/// What to do if the system lacks a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IfMissing {
    /// Nothing: it was not asked for by name.
    Ignored,
    /// Report it (`-v`).
    Noted,
    /// Fail: it was asked for by name.
    Fatal,
}

/// Which sockets are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sides {
    /// Sockets that are no listeners (the default).
    Connected,
    /// Listeners only (`-l`).
    Listening,
    /// Both (`-a`).
    All,
}

/// The columns of a listing of sockets beyond those that it always has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Columns {
    /// User and inode (`-e`).
    pub extended: bool,
    /// PID and program (`-p`).
    pub programs: bool,
    /// The program's SELinux security context (`-Z`, which implies `-p`).
    pub contexts: bool,
    /// Timers (`-o`).
    pub timers: bool,
    /// The PID alone, last: rnetstat's addition to `-o`.
    pub pid: bool,
    /// Addresses in full (`-W`).
    pub wide: bool,
    /// SCTP's addresses as numbers, whatever others are: net-tools does so if any numbers are asked
    /// for, even those of users.
    pub sctp_numbers: bool,
    /// The network namespace (`--netns`).
    pub namespaces: bool,
    /// TCP's internals (`--tcp-info`).
    pub tcp_info: bool,
    /// The other ends of sockets, and their owners (`--peers`).
    pub peers: bool,
    /// How many wait for listeners.
    pub accept: bool,
    /// How fast TCP connections are (`--rates`).
    pub rates: bool,
    /// Whether all rows are listeners, so that tables need no foreign ends.
    pub listeners: bool,
}

impl Columns {
    /// Returns the same without what flags add for details.
    pub fn without_added(&self) -> Columns {
        Columns {
            extended: false,
            contexts: false,
            timers: false,
            pid: false,
            tcp_info: false,
            peers: false,
            rates: false,
            ..*self
        }
    }
}
