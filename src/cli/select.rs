//! Which tables the flags and words ask for, and in which order.

use super::flags::Flags;
use super::words::Words;
use crate::request::{Missing, RouteFamily, Table, TableKind};
use crate::tables::inet::{Family, Protocol};
use crate::tables::rare::Rare;

const PROTOCOLS: [Protocol; 4] = [
    Protocol::Tcp,
    Protocol::Udp,
    Protocol::Udplite,
    Protocol::Raw,
];

/// The rare families that are listed behind unix sockets, in net-tools' order.
const RARE: [Rare; 6] = [
    Rare::Ipx,
    Rare::Ax25,
    Rare::X25,
    Rare::Netrom,
    Rare::Rose,
    Rare::Bluetooth,
];

/// An address family, as the flags and `-A` name it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Named {
    Inet,
    Inet6,
    Unix,
    Rare(Rare),
    /// Known to net-tools, by this name, and without sockets or routes.
    Barren(&'static str),
}

impl Named {
    /// The family that one word of `-A`'s list names.
    pub fn from_name(name: &str) -> Option<Named> {
        Some(match name {
            "inet" | "ip" | "tcpip" => Named::Inet,
            "inet6" | "ip6" => Named::Inet6,
            "unix" => Named::Unix,
            "ipx" => Named::Rare(Rare::Ipx),
            "ax25" => Named::Rare(Rare::Ax25),
            "x25" => Named::Rare(Rare::X25),
            "netrom" => Named::Rare(Rare::Netrom),
            "rose" => Named::Rare(Rare::Rose),
            "ddp" | "appletalk" => Named::Rare(Rare::Ddp),
            "bluetooth" => Named::Rare(Rare::Bluetooth),
            "ash" => Named::Barren("ash"),
            "econet" => Named::Barren("ec"),
            _ => return None,
        })
    }
}

/// The tables of sockets that are asked for, in net-tools' order.
///
/// A table that was asked for by its own name must be there; those that come with a family, or
/// because nothing was asked for, need not. Of IPv6's tables only the words name one alone.
pub fn sockets(flags: &Flags, words: &Words, families: &[Named]) -> Vec<Table> {
    let wanted = Wanted::new(flags, words, families);
    let mut tables = Vec::new();
    for protocol in PROTOCOLS {
        for family in [Family::V4, Family::V6] {
            if let Some(missing) = wanted.inet(protocol, family) {
                let kind = TableKind::Inet(protocol, family);
                tables.push(Table { kind, missing });
            }
        }
        if protocol == Protocol::Tcp
            && let Some(missing) = wanted.rare(Rare::Sctp)
        {
            let kind = TableKind::Rare(Rare::Sctp);
            tables.push(Table { kind, missing });
        }
    }
    if let Some(missing) = wanted.unix() {
        let kind = TableKind::Unix;
        tables.push(Table { kind, missing });
    }
    for family in RARE {
        if let Some(missing) = wanted.rare(family) {
            let kind = TableKind::Rare(family);
            tables.push(Table { kind, missing });
        }
    }
    tables
}

/// What has been asked for.
struct Wanted<'a> {
    flags: &'a Flags,
    words: &'a Words,
    families: &'a [Named],
    /// Whether words name tables: then only these are listed, whatever kinds the flags name.
    only_words: bool,
    /// Whether nothing was named that has sockets, so that all kinds are listed.
    everything: bool,
    /// Whether no protocol was named, so that a family means all of them.
    all_protocols: bool,
}

impl<'a> Wanted<'a> {
    fn new(flags: &'a Flags, words: &'a Words, families: &'a [Named]) -> Wanted<'a> {
        let names_protocol = flags.tcp || flags.udp || flags.udplite || flags.raw || flags.sctp;
        let names_family = families.iter().any(|family| match family {
            Named::Inet | Named::Inet6 | Named::Unix => true,
            Named::Rare(family) => *family != Rare::Ddp,
            Named::Barren(_) => false,
        });
        Wanted {
            only_words: !words.inet.is_empty() || words.unix,
            flags,
            words,
            families,
            everything: !(names_protocol || names_family || flags.l2cap || flags.rfcomm),
            all_protocols: !names_protocol,
        }
    }

    fn has(&self, family: Named) -> bool {
        self.families.contains(&family)
    }

    /// What a table is worth that is listed because everything is.
    fn by_default(&self) -> Missing {
        match self.flags.verbose {
            true => Missing::Noted,
            false => Missing::Ignored,
        }
    }

    /// Whether an IP version was named.
    fn names_version(&self) -> bool {
        self.has(Named::Inet) || self.has(Named::Inet6)
    }

    /// Whether sockets of this IP version are listed, as far as the families tell.
    fn version(&self, family: Family) -> bool {
        let named = match family {
            Family::V4 => Named::Inet,
            Family::V6 => Named::Inet6,
        };
        !self.names_version() || self.has(named)
    }

    fn inet(&self, protocol: Protocol, family: Family) -> Option<Missing> {
        if !self.version(family) {
            return None;
        }
        if self.words.inet.contains(&(protocol, Some(family))) {
            return Some(Missing::Fatal);
        }
        let missing = |loud| match family {
            Family::V4 => loud,
            Family::V6 => Missing::Ignored,
        };
        let flagged = match protocol {
            Protocol::Tcp => self.flags.tcp,
            Protocol::Udp => self.flags.udp,
            Protocol::Udplite => self.flags.udplite,
            Protocol::Raw => self.flags.raw,
        };
        if self.words.inet.contains(&(protocol, None)) || flagged && !self.only_words {
            return Some(missing(Missing::Fatal));
        }
        if self.only_words {
            return None;
        }
        if self.everything {
            return Some(missing(self.by_default()));
        }
        (self.all_protocols && self.names_version()).then_some(Missing::Ignored)
    }

    fn unix(&self) -> Option<Missing> {
        if self.only_words {
            return self.words.unix.then_some(Missing::Fatal);
        }
        if self.has(Named::Unix) {
            return Some(match self.all_protocols && self.names_version() {
                true => Missing::Ignored,
                false => Missing::Fatal,
            });
        }
        self.everything.then(|| self.by_default())
    }

    fn rare(&self, family: Rare) -> Option<Missing> {
        if self.only_words {
            return None;
        }
        let named = match family {
            // Without IPv4, net-tools does not miss a table of SCTP.
            Rare::Sctp if self.flags.sctp && !self.version(Family::V4) => {
                return Some(Missing::Ignored);
            }
            Rare::Sctp => self.flags.sctp,
            Rare::Bluetooth if self.flags.l2cap || self.flags.rfcomm => true,
            _ => self.has(Named::Rare(family)),
        };
        if named {
            return Some(Missing::Fatal);
        }
        let by_default = self.everything && family != Rare::Bluetooth;
        by_default.then(|| self.by_default())
    }
}

/// The families whose routes are asked for, in the order in which they were named; IPv4 if none.
pub fn routes(families: &[Named]) -> Vec<RouteFamily> {
    if families.is_empty() {
        return vec![RouteFamily::Inet];
    }
    let route = |family: &Named| match *family {
        Named::Inet => RouteFamily::Inet,
        Named::Inet6 => RouteFamily::Inet6,
        Named::Unix => RouteFamily::Unroutable("unix"),
        Named::Rare(family) => RouteFamily::Rare(family),
        Named::Barren(name) => RouteFamily::Unroutable(name),
    };
    families.iter().map(route).collect()
}
