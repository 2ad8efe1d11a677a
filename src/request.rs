//! What is asked for: plain data, made by the command line and changed by nobody afterwards.

mod filter;
mod kill;

pub use filter::{Filter, Ports, User};
pub use kill::Kill;

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
    /// How often the listing is repeated; none for once.
    pub repeat: Option<Repeat>,
    /// Only what has changed since the listing before is wanted, of sockets.
    pub changes: bool,
    /// In which form, and how much of it.
    pub output: OutputSpec,
    /// What is to be done to the owners of the sockets; none for nothing.
    pub kill: Option<Kill>,
    /// The folder under which another system lies; none for the running one.
    pub root: Option<PathBuf>,
}

/// A listing again and again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Repeat {
    /// The time from the end of a listing to the next one.
    pub interval: Duration,
    /// How long to go on: the last listing is made when it is over. None for ever.
    pub time: Option<Duration>,
    /// How many listings there are at most; none for any number.
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
}

/// The form of the output.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OutputSpec {
    /// How rows are written.
    pub format: Format,
    /// Whether states have colours in a table.
    pub color: Color,
    /// The names of the fields that are written, in this order; none for those that the format has
    /// by itself.
    pub columns: Option<Vec<String>>,
    /// The fields to sort by, the first one first.
    pub sort: Vec<SortKey>,
    /// Rows are counted by these fields; none if the rows themselves are wanted.
    pub count_by: Vec<String>,
    /// How many rows are written at most.
    pub top: Option<usize>,
    /// What is written in place of the rows.
    pub instead: Option<Instead>,
    /// Whether CSV lacks its header, because the rows follow others.
    pub headless: bool,
}

impl OutputSpec {
    /// The names of the fields that are asked for: to be shown, counted by, sorted by.
    pub fn fields(&self) -> impl Iterator<Item = &str> {
        let sorted_by = self.sort.iter().map(|key| &key.column);
        let shown = self.columns.iter().flatten();
        let all = shown.chain(&self.count_by).chain(sorted_by);
        all.map(String::as_str)
    }

    /// Whether it is known at the end of a listing alone.
    pub fn needs_all_rows(&self) -> bool {
        !self.count_by.is_empty() || self.instead.is_some()
    }

    /// Whether rows are sorted or cut off.
    pub fn sorts_or_limits(&self) -> bool {
        !self.sort.is_empty() || self.top.is_some()
    }

    /// How many rows have to be read at most: the first ones, where these are the output; none for
    /// all.
    pub fn read_limit(&self) -> Option<usize> {
        let takes_all = !self.sort.is_empty() || self.needs_all_rows();
        self.top.filter(|_| !takes_all)
    }

    /// Whether it is a table for people: counts are, where nothing else is asked for.
    pub fn is_table(&self) -> bool {
        let is_tally = self.format == Format::Classic && !self.count_by.is_empty();
        self.instead.is_none() && (self.format == Format::Table || is_tally)
    }

    /// Whether the rows are wanted as net-tools has them.
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

/// A field to sort by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SortKey {
    /// Its name.
    pub column: String,
    /// Whether large values come first.
    pub descending: bool,
}

/// What can be written in place of rows.
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
    /// How long a listing waits for names that the running system has to ask for; those that have
    /// not come then are shown as numbers.
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
    /// The tables, in the order in which they are printed.
    pub tables: Vec<Table>,
    /// Which sockets of these tables.
    pub sides: Sides,
    /// Which of these.
    pub filter: Filter,
    /// Which columns.
    pub columns: Columns,
    /// Whether tables are read to their end even where the kernel's order makes that needless.
    pub whole_tables: bool,
    /// Whether all owners of each socket are wanted, for an output that shows them.
    pub all_owners: bool,
    /// Show what net-tools shows even where it is blind: it loses ROSE addresses, and X.25 sockets
    /// on kernels since 2.6.
    pub like_net_tools: bool,
}

impl Sockets {
    /// Whether the owners have to be found.
    pub fn wants_owners(&self) -> bool {
        self.columns.programs || self.columns.pid || self.wants_all_owners()
    }

    /// Whether it takes all owners, and not the first of each socket alone.
    pub fn wants_all_owners(&self) -> bool {
        self.all_owners || self.filter.needs_owners()
    }

    /// Whether multicast groups are wanted, and no sockets.
    pub fn lists_groups(&self) -> bool {
        !self.tables.is_empty() && self.tables.iter().all(Table::is_of_groups)
    }

    /// Whether sockets are wanted, and no groups.
    pub fn lists_sockets_only(&self) -> bool {
        !self.tables.iter().any(Table::is_of_groups)
    }

    /// Whether both groups and sockets are wanted.
    pub fn lists_groups_among_sockets(&self) -> bool {
        self.tables.iter().any(Table::is_of_groups) && !self.lists_groups()
    }
}

/// One table of sockets, or of groups.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Table {
    /// Which one.
    pub kind: TableKind,
    /// What is to be done where the system lacks it.
    pub missing: IfMissing,
}

impl Table {
    fn is_of_groups(&self) -> bool {
        matches!(self.kind, TableKind::Groups(_))
    }
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
    /// Sockets of a family that few systems have.
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
pub enum IfMissing {
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

impl Routes {
    /// Whether routes of families are wanted that few systems have.
    pub fn has_rare(&self) -> bool {
        let is_rare = |family: &RouteFamily| matches!(family, RouteFamily::Rare(_));
        self.families.iter().any(is_rare)
    }
}

/// An address family that routes, or that net-tools says something about when asked for its routes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RouteFamily {
    /// IPv4.
    Inet,
    /// IPv6.
    Inet6,
    /// A family that few systems have.
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
