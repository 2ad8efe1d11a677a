//! Protocol counters: /proc/net/snmp, /proc/net/netstat, /proc/net/sctp/snmp and /proc/net/snmp6
//! (net/ipv4/proc.c, net/sctp/proc.c, net/ipv6/proc.c).
//!
//! procfs's `Snmp` and `Snmp6` hold a fixed set of counters, lose their order, and fail if one is
//! missing; it has no reader for netstat and sctp/snmp.

mod number;
mod pairs;
mod singles;
#[cfg(test)]
mod tests;

pub use number::Count;

use super::{Net, ReadError, Reader};
use pairs::Pairs;
use singles::Singles;
use std::io;

/// A file of counters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum File {
    /// IP, ICMP, TCP, UDP and UDP-Lite over IPv4; TCP over IPv6 too.
    Snmp,
    /// Linux's additional counters of IP and TCP.
    Netstat,
    /// SCTP.
    Sctp,
    /// IP, ICMP, UDP and UDP-Lite over IPv6.
    Snmp6,
}

impl File {
    /// Returns the name of the file in the `net` folder.
    pub fn name(self) -> &'static str {
        match self {
            File::Snmp => "snmp",
            File::Netstat => "netstat",
            File::Sctp => "sctp/snmp",
            File::Snmp6 => "snmp6",
        }
    }
}

/// A known section.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mib {
    /// `Ip`
    Ip,
    /// `Icmp`
    Icmp,
    /// `Tcp`
    Tcp,
    /// `TcpExt`: Linux's counters of TCP beyond RFC 4022.
    TcpExt,
    /// `Udp`
    Udp,
    /// `Sctp`
    Sctp,
    /// `Ip6`
    Ip6,
    /// `Icmp6`
    Icmp6,
    /// `Tcp6`, which no kernel has.
    Tcp6,
    /// `Udp6`
    Udp6,
}

impl Mib {
    /// Returns the section with this title, in whichever file it stands, or `None` if it is not known.
    pub fn called(title: &[u8]) -> Option<Mib> {
        Mib::from_title(File::Snmp, title).or_else(|| Mib::from_title(File::Snmp6, title))
    }

    /// Returns the section of `file` with this title. The titles of one IP version are unknown in the
    /// file of the other.
    fn from_title(file: File, title: &[u8]) -> Option<Mib> {
        Some(match (file, title) {
            (File::Snmp6, b"Ip6") => Mib::Ip6,
            (File::Snmp6, b"Icmp6") => Mib::Icmp6,
            (File::Snmp6, b"Tcp6") => Mib::Tcp6,
            (File::Snmp6, b"Udp6") => Mib::Udp6,
            (File::Snmp6, _) => return None,
            (_, b"Ip") => Mib::Ip,
            (_, b"Icmp") => Mib::Icmp,
            (_, b"Tcp") => Mib::Tcp,
            (_, b"TcpExt") => Mib::TcpExt,
            (_, b"Udp") => Mib::Udp,
            (_, b"Sctp") => Mib::Sctp,
            _ => return None,
        })
    }
}

/// A row of a file of counters.
#[derive(Debug, PartialEq, Eq)]
pub enum Row<'a> {
    /// The start of a section.
    Section {
        /// The kernel's title.
        title: &'a [u8],
        /// The section, or `None` if it is not known.
        mib: Option<Mib>,
    },
    /// A counter of the current section.
    Counter {
        /// The kernel's name.
        name: &'a [u8],
        /// The value.
        value: Count,
    },
}

/// How much is lost by a malformed line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BadLine {
    /// As little as possible: every name with a number is a counter. Both lines of a pair have the
    /// same title, and a number is never a name.
    CostsItself,
    /// As much as net-tools loses: after a word that is not a number, the rest of the section, whose
    /// counters are 0; after a line without a title, the rest of snmp or netstat. Values belong to
    /// the names in the line before them, whatever their title, and digits are a number, whatever
    /// follows them.
    CostsTheRest,
}

/// An open file of counters.
#[derive(Debug)]
pub enum Table {
    /// Pairs of lines.
    Pairs(Pairs),
    /// A line per counter.
    Singles(Singles),
}

impl Table {
    /// Opens `file`.
    ///
    /// # Errors
    /// Fails if the file can't be opened, as on a kernel without the protocol.
    pub fn open(net: &Net, file: File, bad_line: BadLine) -> io::Result<Table> {
        Ok(match file {
            File::Snmp | File::Netstat => Table::Pairs(Pairs::open(net, file, bad_line)?),
            File::Sctp | File::Snmp6 => Table::Singles(Singles::open(net, file, bad_line)?),
        })
    }
}

impl Reader for Table {
    type Row<'a> = Row<'a>;

    /// Reads the next section or counter.
    ///
    /// # Errors
    /// As [`Reader::next_row`]. A partly malformed line fails after its valid part has been returned.
    fn next_row(&mut self) -> Result<Option<Row<'_>>, ReadError> {
        match self {
            Table::Pairs(pairs) => pairs.next_row(),
            Table::Singles(singles) => singles.next_row(),
        }
    }
}

impl<'a> Row<'a> {
    fn section(file: File, title: &'a [u8]) -> Row<'a> {
        let mib = Mib::from_title(file, title);
        Row::Section { title, mib }
    }
}

/// Returns the line up to a zero byte, where net-tools ends it. The kernel writes none.
fn until_zero(line: &[u8]) -> &[u8] {
    line.split(|&byte| byte == 0).next().unwrap_or_default()
}
