//! What is asked for: plain data, made by the command line and never changed.

mod filter;
mod globs;
mod kill;
mod moment;
mod namespaces;

pub use filter::{
    Cgroup, Column, Comparison, Device, Filter, Mark, Ports, Side, Subject, Test, User,
};
pub use globs::Globs;
pub use kill::{Action, Close, Kill};
pub use moment::{Moment, When};
pub use namespaces::NamespaceName;

use crate::host::ByteOrder;
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

/// The form of the output.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OutputSpec {
    /// How rows are written.
    pub format: Format,
    /// Whether states have colours in a table.
    pub color: Color,
    /// The names of the columns that are written, in this order, or `None` for the format's own.
    pub columns: Option<Vec<String>>,
    /// The columns to sort by, the first one first.
    pub sort: Vec<SortKey>,
    /// The columns by which rows are counted; empty if the rows themselves are written.
    pub count_by: Vec<String>,
    /// The most rows that are written.
    pub top: Option<usize>,
    /// What is written instead of the rows.
    pub instead: Option<Instead>,
    /// Whether titles are left out, and a table's last line, so that there is nothing but rows.
    pub headless: bool,
    /// How many rows there are if nothing is wrong, where they are counted.
    pub usual_count: UsualCount,
}

/// How many rows there are if nothing is wrong.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct UsualCount {
    /// Not fewer (`--below`).
    pub least: Option<u64>,
    /// Not more (`--above`).
    pub most: Option<u64>,
}

impl UsualCount {
    /// Returns whether a limit is set.
    pub fn is_limited(self) -> bool {
        self.least.is_some() || self.most.is_some()
    }

    /// Returns which limit a count has crossed, in words, or `None` if it is as usual.
    pub fn crossed(self, count: u64) -> Option<String> {
        match self {
            UsualCount {
                most: Some(most), ..
            } if count > most => Some(format!("more than {most}")),
            UsualCount {
                least: Some(least), ..
            } if count < least => Some(format!("fewer than {least}")),
            _ => None,
        }
    }
}

impl OutputSpec {
    /// Returns the names of the columns that are asked for: to be shown, counted by, or sorted by.
    pub fn fields(&self) -> impl Iterator<Item = &str> {
        let sorted_by = self.sort.iter().map(|key| &key.column);
        let shown = self.columns.iter().flatten();
        let all = shown.chain(&self.count_by).chain(sorted_by);
        all.map(String::as_str)
    }

    /// Returns whether it is known only at the end of a listing.
    pub fn needs_all_rows(&self) -> bool {
        !self.count_by.is_empty() || self.instead.is_some()
    }

    /// Returns whether rows are sorted or cut off.
    pub fn sorts_or_limits(&self) -> bool {
        !self.sort.is_empty() || self.top.is_some()
    }

    /// Returns the most rows that have to be read if the output is the first rows, or `None` for
    /// all.
    pub fn read_limit(&self) -> Option<usize> {
        let takes_all = !self.sort.is_empty() || self.needs_all_rows();
        self.top.filter(|_| !takes_all)
    }

    /// Returns whether it is a table for people: counts are, if no format is asked for.
    pub fn is_table(&self) -> bool {
        let is_tally = self.format == Format::Classic && !self.count_by.is_empty();
        self.instead.is_none() && (self.format == Format::Table || is_tally)
    }

    /// Returns whether rows are printed in net-tools' layout.
    pub fn is_classic(&self) -> bool {
        self.format == Format::Classic && self.count_by.is_empty() && self.instead.is_none()
    }
}

/// How rows are written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Format {
    /// As net-tools does.
    #[default]
    Classic,
    /// A table for people.
    Table,
    /// One JSON document.
    Json,
    /// A JSON object a line.
    Jsonl,
    /// CSV with a header.
    Csv,
}

/// When a table has colours.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Color {
    /// On a terminal, unless the environment has NO_COLOR.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// A column to sort by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SortKey {
    /// Its name.
    pub column: String,
    /// Whether large values come first.
    pub descending: bool,
}

/// What can be written instead of rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Instead {
    /// Their number.
    Count,
    /// The PIDs of their owners.
    Pids,
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
