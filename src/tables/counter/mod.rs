//! The protocols' counters: /proc/net/snmp, /proc/net/netstat, /proc/net/sctp/snmp and
//! /proc/net/snmp6 (net/ipv4/proc.c, net/sctp/proc.c, net/ipv6/proc.c).
//!
//! Our own readers, because procfs's know a fixed set of counters, in an order of their own, and
//! give a whole file up where one is missing.

mod number;
mod pairs;
mod singles;
#[cfg(test)]
mod tests;

use super::{ReadError, Reader};
use crate::tables::Net;
use pairs::Pairs;
use singles::Singles;
use std::io;

/// A file of counters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum File {
    /// IP, ICMP, TCP, UDP and UDP-Lite over IPv4; TCP's are those of both.
    Snmp,
    /// Linux's own counters of IP and TCP.
    Netstat,
    /// SCTP.
    Sctp,
    /// IP, ICMP, UDP and UDP-Lite over IPv6.
    Snmp6,
}

impl File {
    /// Its name in the `net` folder.
    pub fn name(self) -> &'static str {
        match self {
            File::Snmp => "snmp",
            File::Netstat => "netstat",
            File::Sctp => "sctp/snmp",
            File::Snmp6 => "snmp6",
        }
    }
}

/// A section that is known by its title.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mib {
    /// `Ip`
    Ip,
    /// `Icmp`
    Icmp,
    /// `Tcp`
    Tcp,
    /// `TcpExt`: what Linux counts of TCP beyond RFC 4022.
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
    /// The section of `file` that has this title. The titles of the one IP version mean nothing
    /// in the file of the other.
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

/// What a file says next.
#[derive(Debug, PartialEq, Eq)]
pub enum Row<'a> {
    /// The counters of a section follow.
    Section {
        /// The title, as the kernel has it.
        title: &'a [u8],
        /// What it is the title of, where that is known.
        mib: Option<Mib>,
    },
    /// A counter of the section that was told last.
    Counter {
        /// The name, as the kernel has it.
        name: &'a [u8],
        /// The count. What is below zero (`MaxConn` is -1) is told modulo 2^64, and what needs
        /// more than 64 bits as the largest number of 64 bits, as net-tools has it.
        value: u64,
    },
}

/// What is lost where a line is not as the kernel writes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BadLine {
    /// As little as can be: what has a name and a number is a counter. Of a pair of lines, both
    /// have the same title, and a number is never a name.
    CostsItself,
    /// What net-tools loses: behind what is no number, the rest of a section's counters, which are
    /// told as 0, and behind a line without a title, the rest of snmp or netstat. Values go with
    /// the names in the line before them whatever their title, and digits make a number whatever
    /// follows them.
    CostsTheRest,
}

/// A file of counters, opened.
#[derive(Debug)]
pub struct Table {
    file: File,
    layout: Layout,
}

#[derive(Debug)]
enum Layout {
    Pairs(Pairs),
    Singles(Singles),
}

impl Table {
    /// Opens `file`.
    ///
    /// # Errors
    /// It can't be opened: the kernel may lack the protocol.
    pub fn open(net: &Net, file: File, bad_line: BadLine) -> io::Result<Table> {
        let layout = match file {
            File::Snmp | File::Netstat => Layout::Pairs(Pairs::open(net, file.name(), bad_line)?),
            File::Sctp => Layout::Singles(Singles::open_sctp(net, file.name(), bad_line)?),
            File::Snmp6 => Layout::Singles(Singles::open_snmp6(net, file.name(), bad_line)?),
        };
        Ok(Table { file, layout })
    }

    /// The next section or counter, none at the file's end.
    ///
    /// # Errors
    /// A line that is wholly or partly bad, once its good part has been told (more may follow), or
    /// a file that can't be read on.
    pub fn next_row(&mut self) -> Result<Option<Row<'_>>, ReadError> {
        let found = match &mut self.layout {
            Layout::Pairs(pairs) => pairs.find_next()?,
            Layout::Singles(singles) => singles.find_next()?,
        };
        Ok(found.map(|found| match found {
            Found::Section(title) => Row::Section {
                mib: Mib::from_title(self.file, title),
                title,
            },
            Found::Counter(name, value) => Row::Counter { name, value },
        }))
    }
}

impl Reader for Table {
    type Row<'a> = Row<'a>;

    fn next_row(&mut self) -> Result<Option<Row<'_>>, ReadError> {
        Table::next_row(self)
    }
}

/// What a layout finds next: a section's title, or a counter's name and value.
#[derive(Debug, PartialEq, Eq)]
enum Found<'a> {
    Section(&'a [u8]),
    Counter(&'a [u8], u64),
}

/// The line up to a zero byte: there it ends for net-tools. The kernel writes none.
fn until_zero(line: &[u8]) -> &[u8] {
    line.split(|&byte| byte == 0).next().unwrap_or_default()
}
