//! What a filter can test of one socket.

use crate::tables::inet::Family;
use glob::Pattern;
use ipnet::IpNet;

/// A test of a socket. What the socket lacks, such as the port of a unix socket, fits none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Test {
    /// The port of an end is among these.
    Port(Side, Ports),
    /// An address of an end lies in this network. IPv4's networks have the IPv4-mapped addresses of
    /// IPv6 sockets too; IPv6's have none of an IPv4 socket.
    Address(Side, IpNet),
    /// An address of an end is one of the host with this name.
    Host(Side, String),
    /// It is a socket of this IP version.
    Family(Family),
    /// It has this state, by net-tools' name, or none.
    State(Option<&'static str>),
    /// The path or abstract name of a unix socket's end fits a glob.
    Path(Side, Pattern),
    /// It is bound to this interface.
    Device(Device),
    /// It has this mark.
    Mark(Mark),
    /// It was made in this control group.
    Cgroup(Cgroup),
    /// Its local port is one of those that the kernel chooses.
    Autobound,
    /// It belongs to this user.
    User(User),
    /// It has this inode.
    Inode(u64),
    /// An owner has this PID.
    Pid(i32),
    /// A name of an owner's program fits a glob.
    Program(Pattern),
    /// The name or ID of an owner's container fits a glob, or the ID begins like this.
    Container(Pattern),
    /// An owner's unit of systemd fits a glob.
    Unit(Pattern),
    /// The name or UID of an owner's pod fits a glob.
    Pod(Pattern),
    /// The path of an owner's control group begins like this.
    OwnerCgroup(String),
    /// A column of the listing compares like this.
    Column(Column),
}

/// An end of a socket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// Its own (ss: src, sport).
    Local,
    /// The other one (ss: dst, dport).
    Foreign,
}

impl Side {
    /// Both.
    pub const BOTH: [Side; 2] = [Side::Local, Side::Foreign];
}

/// Some ports.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ports {
    /// From the first to the last. 0 is that of an end without a port.
    Range(u16, u16),
    /// Those that compare like this with a port of a service, by its name.
    Service(Comparison, String),
}

/// How two values compare.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparison {
    /// They are equal; a text may fit a glob.
    Equal,
    /// The first is less.
    Less,
    /// The first is not greater.
    AtMost,
    /// The first is greater.
    Greater,
    /// The first is not less.
    AtLeast,
}

impl Comparison {
    /// Returns the ports that compare like this with `port`, or `None` if there are none.
    pub fn ports(self, port: u32) -> Option<Ports> {
        let (first, last) = match self {
            Comparison::Equal => (port, port),
            Comparison::Less => (0, port.checked_sub(1)?),
            Comparison::AtMost => (0, port),
            Comparison::Greater => (port.checked_add(1)?, u32::MAX),
            Comparison::AtLeast => (port, u32::MAX),
        };
        let first = u16::try_from(first).ok()?;
        Some(Ports::Range(first, u16::try_from(last).unwrap_or(u16::MAX)))
    }
}

/// An interface.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Device {
    /// By its number; 0 for a socket that is bound to none.
    Index(u32),
    /// By its name.
    Name(String),
    /// By a glob that its name fits.
    Glob(Pattern),
}

/// A socket's mark (`man 7 socket`, SO_MARK), as far as the mask has bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark {
    /// The bits.
    pub value: u32,
    /// Those that count.
    pub mask: u32,
}

/// A control group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cgroup {
    /// By its number.
    Id(u64),
    /// By its path below the mount of cgroup2, or with it.
    Path(String),
}

/// A user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum User {
    /// By ID.
    Id(u32),
    /// By name.
    Name(String),
}

/// A comparison of a column's value with a text that was typed. What it means depends on the value:
/// numbers compare as numbers, addresses as addresses, texts fit globs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Its place among all comparisons of columns in the filter.
    pub number: usize,
    /// The column's name.
    pub name: &'static str,
    /// How it compares.
    pub comparison: Comparison,
    /// With what.
    pub text: String,
    /// What has to be known for it.
    pub of: Subject,
}

impl Column {
    /// Returns whether the kernel tells of it only to whom may administer the network.
    pub fn takes_rights(&self) -> bool {
        matches!(self.name, "mark" | "mptcp" | "ulp")
    }
}

/// What a column is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    /// The row itself.
    Row,
    /// Retransmissions and probes, which the kernel's diagnostics tell only if asked.
    Timers,
    /// What only the kernel's diagnostics tell.
    Internals,
    /// The same, but the table knows it of some.
    InternalsOrTable,
    /// The other end, and its owners.
    Peer,
    /// The name of a number in it.
    Name,
    /// An owner.
    Owner,
    /// Where an owner belongs.
    Belonging,
}
