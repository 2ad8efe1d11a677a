//! Which tables the flags and words ask for, and in which order.

use super::address_family::AddressFamily;
use super::flags::Flags;
use super::words::Words;
use crate::request::{IfMissing, RouteFamily, Sides, Statistics, Table, TableKind};
use crate::tables::inet::{Family, Protocol};
use crate::tables::rare::Rare;
use crate::tables::sctp::Part;

const PROTOCOLS: [Protocol; 4] = [
    Protocol::Tcp,
    Protocol::Udp,
    Protocol::Udplite,
    Protocol::Raw,
];

const VERSIONS: [Family; 2] = [Family::V4, Family::V6];

/// The rare families that are listed after unix sockets, in net-tools' order.
const RARE: [Rare; 6] = [
    Rare::Ipx,
    Rare::Ax25,
    Rare::X25,
    Rare::Netrom,
    Rare::Rose,
    Rare::Bluetooth,
];

/// Returns the tables of sockets and groups that are asked for, in net-tools' order.
///
/// A table that was asked for by its own name must exist; one that comes with a family, or because
/// nothing was asked for, need not. Of IPv6's tables only the words name one alone.
///
/// In net-tools' layout, an IP version asks for its sockets beside groups; elsewhere groups have columns of
/// their own, and it says which groups.
pub fn sockets(
    flags: &Flags,
    words: &Words,
    families: &[AddressFamily],
    (sides, is_classic): (Sides, bool),
) -> Vec<Table> {
    let wanted = TableSelection {
        groups_alone: flags.groups && !is_classic,
        ..TableSelection::new(flags, words, families)
    };
    let mut tables = Vec::new();
    for protocol in PROTOCOLS {
        for family in VERSIONS {
            if let Some(missing) = wanted.inet(protocol, family) {
                let kind = TableKind::Inet(protocol, family);
                tables.push(Table { kind, missing });
            }
        }
        if protocol == Protocol::Tcp {
            for (part, family) in sctp_tables(sides) {
                if let Some(missing) = wanted.sctp(family) {
                    let kind = TableKind::Sctp(part, family);
                    tables.push(Table { kind, missing });
                }
            }
        }
    }
    for family in VERSIONS {
        if let Some(missing) = wanted.groups(family) {
            let kind = TableKind::Groups(family);
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

/// Returns SCTP's tables: net-tools takes all endpoints for listeners, and no association.
fn sctp_tables(sides: Sides) -> impl Iterator<Item = (Part, Family)> {
    let parts: &[Part] = match sides {
        Sides::Connected => &[Part::Associations],
        Sides::Listening => &[Part::Endpoints],
        Sides::All => &[Part::Endpoints, Part::Associations],
    };
    let families = |part: &Part| VERSIONS.map(|family| (*part, family));
    parts.iter().flat_map(families)
}

/// What is asked for.
struct TableSelection<'a> {
    flags: &'a Flags,
    words: &'a Words,
    families: &'a [AddressFamily],
    /// Whether words name tables: then only these are listed, whatever kinds the flags name.
    only_words: bool,
    /// Whether nothing was named that has sockets, so that all kinds are listed.
    everything: bool,
    /// Whether no protocol was named, so that a family means all of them.
    all_protocols: bool,
    /// Whether an IP version asks for no sockets, but narrows groups.
    groups_alone: bool,
    /// Whether TCP is, by its flag or because only its sockets have what is asked for.
    tcp: bool,
}

impl<'a> TableSelection<'a> {
    fn new(
        flags: &'a Flags,
        words: &'a Words,
        families: &'a [AddressFamily],
    ) -> TableSelection<'a> {
        let names_protocol = flags.tcp || flags.udp || flags.udplite || flags.raw || flags.sctp;
        let names_family = families.iter().any(|family| match family {
            AddressFamily::Inet | AddressFamily::Inet6 | AddressFamily::Unix => true,
            AddressFamily::Rare(family) => *family != Rare::Ddp,
            AddressFamily::Barren(_) => false,
        });
        let names_other_sockets = families
            .iter()
            .any(|family| !matches!(family, AddressFamily::Inet | AddressFamily::Inet6));
        let wants_tcp = flags.tcp_info || flags.rates;
        let means_tcp = wants_tcp && !names_protocol && !names_other_sockets && !flags.groups;
        TableSelection {
            tcp: flags.tcp || means_tcp,
            only_words: !words.inet.is_empty() || words.unix,
            flags,
            words,
            families,
            everything: !(names_protocol
                || means_tcp
                || names_family
                || flags.groups
                || flags.l2cap
                || flags.rfcomm),
            all_protocols: !names_protocol && !means_tcp,
            groups_alone: false,
        }
    }

    fn has(&self, family: AddressFamily) -> bool {
        self.families.contains(&family)
    }

    /// Returns what a missing table means that is listed because everything is.
    fn by_default(&self) -> IfMissing {
        match self.flags.verbose {
            true => IfMissing::Noted,
            false => IfMissing::Ignored,
        }
    }

    /// Returns whether an IP version was named.
    fn names_version(&self) -> bool {
        self.has(AddressFamily::Inet) || self.has(AddressFamily::Inet6)
    }

    /// Returns whether sockets of this IP version are listed, according to the families.
    fn version(&self, family: Family) -> bool {
        let named = match family {
            Family::V4 => AddressFamily::Inet,
            Family::V6 => AddressFamily::Inet6,
        };
        !self.names_version() || self.has(named)
    }

    fn inet(&self, protocol: Protocol, family: Family) -> Option<IfMissing> {
        if !self.version(family) {
            return None;
        }
        if self.words.inet.contains(&(protocol, Some(family))) {
            return Some(IfMissing::Fatal);
        }
        let flagged = match protocol {
            Protocol::Tcp => self.tcp,
            Protocol::Udp => self.flags.udp,
            Protocol::Udplite => self.flags.udplite,
            Protocol::Raw => self.flags.raw,
        };
        match self.only_words {
            true if self.words.inet.contains(&(protocol, None)) => self.internet(true, family),
            true => None,
            false => self.internet(flagged, family),
        }
    }

    fn sctp(&self, family: Family) -> Option<IfMissing> {
        self.internet(self.flags.sctp && !self.only_words, family)
    }

    /// Returns what it means if a protocol's table of one IP version is missing; `is_named` says
    /// whether the protocol was asked for by its name.
    fn internet(&self, is_named: bool, family: Family) -> Option<IfMissing> {
        if !self.version(family) || self.only_words && !is_named {
            return None;
        }
        let missing = match (is_named, self.everything) {
            (true, _) => IfMissing::Fatal,
            (false, true) => self.by_default(),
            (false, false) if self.groups_alone => return None,
            (false, false) if self.names_all_of_a_version() => IfMissing::Ignored,
            (false, false) => return None,
        };
        Some(match family {
            Family::V4 => missing,
            Family::V6 => IfMissing::Ignored,
        })
    }

    /// Returns whether an IP version was named and no protocol: then no missing table counts.
    fn names_all_of_a_version(&self) -> bool {
        self.all_protocols && self.names_version()
    }

    /// Returns what a missing table means that was asked for by its name.
    fn named(&self) -> IfMissing {
        match self.names_all_of_a_version() {
            true => IfMissing::Ignored,
            false => IfMissing::Fatal,
        }
    }

    fn groups(&self, family: Family) -> Option<IfMissing> {
        let is_wanted = self.flags.groups && !self.only_words && self.version(family);
        is_wanted.then(|| match family {
            Family::V4 => self.named(),
            Family::V6 => IfMissing::Ignored,
        })
    }

    fn unix(&self) -> Option<IfMissing> {
        if self.only_words {
            return self.words.unix.then_some(IfMissing::Fatal);
        }
        if self.has(AddressFamily::Unix) {
            return Some(self.named());
        }
        self.everything.then(|| self.by_default())
    }

    fn rare(&self, family: Rare) -> Option<IfMissing> {
        if self.only_words {
            return None;
        }
        let named = match family {
            Rare::Bluetooth if self.flags.l2cap || self.flags.rfcomm => true,
            _ => self.has(AddressFamily::Rare(family)),
        };
        if named {
            return Some(IfMissing::Fatal);
        }
        let by_default = self.everything && family != Rare::Bluetooth;
        by_default.then(|| self.by_default())
    }
}

/// Returns the families whose routes are asked for, in the order in which they were named; IPv4 if
/// none.
pub fn routes(families: &[AddressFamily]) -> Vec<RouteFamily> {
    if families.is_empty() {
        return vec![RouteFamily::Inet];
    }
    let route = |family: &AddressFamily| match *family {
        AddressFamily::Inet => RouteFamily::Inet,
        AddressFamily::Inet6 => RouteFamily::Inet6,
        AddressFamily::Unix => RouteFamily::Unroutable("unix"),
        AddressFamily::Rare(family) => RouteFamily::Rare(family),
        AddressFamily::Barren(name) => RouteFamily::Unroutable(name),
    };
    families.iter().map(route).collect()
}

/// Returns the counters that are asked for. Words that name protocols replace the flags that do;
/// those of IPv6's protocols ask for IPv6's counters.
pub fn statistics(
    flags: &Flags,
    words: &Words,
    families: &[AddressFamily],
    gives_up: bool,
) -> Statistics {
    let wanted = |flag: bool, protocol| match words.inet.is_empty() {
        true => flag,
        false => words.inet.iter().any(|(word, _)| *word == protocol),
    };
    let mut families = families.to_vec();
    let names_v6 = words
        .inet
        .iter()
        .any(|(_, family)| *family == Some(Family::V6));
    if names_v6 && !families.contains(&AddressFamily::Inet6) {
        families.push(AddressFamily::Inet6);
    }
    let is_one_version = matches!(
        families[..],
        [] | [AddressFamily::Inet] | [AddressFamily::Inet6]
    );
    Statistics {
        tcp: wanted(flags.tcp, Protocol::Tcp),
        udp: wanted(flags.udp, Protocol::Udp),
        udplite: wanted(flags.udplite, Protocol::Udplite),
        raw: wanted(flags.raw, Protocol::Raw),
        sctp: flags.sctp && words.inet.is_empty(),
        ipv6: families.contains(&AddressFamily::Inet6),
        unsupported: match is_one_version {
            true => Vec::new(),
            false => families.iter().map(|family| family.name()).collect(),
        },
        counters: flags.globs.counters(),
        nonzero: flags.globs.nonzero,
        delta: flags.delta,
        gives_up,
    }
}
