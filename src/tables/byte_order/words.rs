//! What tables say of the order of the bytes in their words.

use super::Votes;
use crate::host::ByteOrder;
use crate::tables::inet::{self, Family, Protocol, Until};
use crate::tables::interface::inet6;
use crate::tables::route::{self, Kind};
use crate::tables::{Net, ReadAhead, ReadError, Reader, Route, group};
use std::collections::HashSet;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// The most rows of a table that are looked at.
const MOST_ROWS: usize = 1000;

/// What the tables of a `net` folder say.
#[derive(Debug, Default)]
pub struct Words {
    /// What speaks for either order.
    pub votes: Votes,
    /// Whether there are addresses that are not the same in both orders.
    pub differ: bool,
}

impl Words {
    /// Reads the tables.
    pub fn read(net: &Net) -> Words {
        let mut words = Words::default();
        // Addresses that are read in this order have the words' own digits.
        let net = net.read_as(ByteOrder::Big);
        words.read_routes(&net);
        words.read_groups(&net);
        let own = own_addresses(&net);
        for protocol in [
            Protocol::Tcp,
            Protocol::Udp,
            Protocol::Udplite,
            Protocol::Raw,
        ] {
            for family in [Family::V4, Family::V6] {
                words.read_sockets(&net, protocol, family, &own);
            }
        }
        words
    }

    fn read_routes(&mut self, net: &Net) {
        for kind in [Kind::Fib, Kind::Cache] {
            let Ok(mut table) = route::Table::open(net, kind) else {
                continue;
            };
            each_row(&mut table, |route| {
                let common = match &route {
                    Route::V4(row) => {
                        self.weigh(net, kind.file_name(), of_mask(row.mask.to_bits()));
                        &row.common
                    }
                    Route::V4Cached(row) => &row.common,
                    Route::V6(_) | Route::Rare(_) => return,
                };
                self.see(IpAddr::V4(common.destination));
                self.see(IpAddr::V4(common.gateway));
            });
        }
    }

    fn read_groups(&mut self, net: &Net) {
        let family = Family::V4;
        let Ok(mut table) = group::Table::open(net, family) else {
            return;
        };
        each_row(&mut table, |row| {
            self.see(row.group);
            if let IpAddr::V4(group) = row.group {
                self.weigh(net, group::file_name(family), of_group(group.to_bits()));
            }
        });
    }

    fn read_sockets(
        &mut self,
        net: &Net,
        protocol: Protocol,
        family: Family,
        own: &HashSet<Ipv6Addr>,
    ) {
        let Ok(mut table) = inet::Table::open(net, protocol, family, ReadAhead::None, Until::End)
        else {
            return;
        };
        each_row(&mut table, |row| {
            let (local, foreign) = (row.local.ip(), row.foreign.ip());
            self.see(local);
            self.see(foreign);
            let order = match local {
                IpAddr::V4(local) => of_loopback(local.to_bits()),
                IpAddr::V6(local) => of_ipv6(local).or_else(|| of_own(local, own)),
            };
            self.weigh(net, inet::file_name(protocol, family), order);
        });
    }

    /// Adds what a row of a table says, if it says something.
    fn weigh(&mut self, net: &Net, table: &str, order: Option<ByteOrder>) {
        if let Some(order) = order {
            self.votes.add(order, || net.path(table));
        }
    }

    fn see(&mut self, address: IpAddr) {
        self.differ |= match address {
            IpAddr::V4(it) => it.to_bits() != it.to_bits().swap_bytes(),
            IpAddr::V6(it) => it != swapped(it),
        };
    }
}

/// Visits the first rows of a table.
fn each_row<T: Reader>(table: &mut T, mut visit: impl FnMut(T::Row<'_>)) {
    for _ in 0..MOST_ROWS {
        match table.next_row() {
            Ok(Some(row)) => visit(row),
            Err(ReadError::Malformed { .. }) => {}
            Ok(None) | Err(ReadError::Io { .. }) => return,
        }
    }
}

/// Returns the IPv6 addresses of the interfaces, which are in network byte order in their table.
fn own_addresses(net: &Net) -> HashSet<Ipv6Addr> {
    let mut own = HashSet::new();
    if let Ok(mut table) = inet6::Table::open(net) {
        each_row(&mut table, |row: inet6::Row| {
            own.insert(row.address);
        });
    }
    own
}

/// Returns the order in which a word fits, if it fits in one only.
fn of_one(word: u32, fits: impl Fn(u32) -> bool) -> Option<ByteOrder> {
    match (fits(word), fits(word.swap_bytes())) {
        (true, false) => Some(ByteOrder::Big),
        (false, true) => Some(ByteOrder::Little),
        (true, true) | (false, false) => None,
    }
}

/// A netmask has no gaps.
fn of_mask(word: u32) -> Option<ByteOrder> {
    of_one(word, |mask| {
        mask.leading_ones() + mask.trailing_zeros() >= u32::BITS
    })
}

/// A group's address is a multicast one.
fn of_group(word: u32) -> Option<ByteOrder> {
    of_one(word, |group| Ipv4Addr::from_bits(group).is_multicast())
}

/// The addresses of this host and of systemd's resolver. Others that begin with 127 are in the other
/// order addresses that a host can have, such as 10.0.0.127.
fn of_loopback(word: u32) -> Option<ByteOrder> {
    let known = [[127, 0, 0, 1], [127, 0, 0, 53]].map(u32::from_be_bytes);
    of_one(word, |address| known.contains(&address))
}

/// `::1`, IPv4-mapped addresses and those of a link begin with what hardly anything does in the other
/// order.
fn of_ipv6(address: Ipv6Addr) -> Option<ByteOrder> {
    let fits = |it: Ipv6Addr| {
        it.is_loopback() || it.to_ipv4_mapped().is_some() || it.segments()[..4] == [0xfe80, 0, 0, 0]
    };
    match (fits(address), fits(swapped(address))) {
        (true, false) => Some(ByteOrder::Big),
        (false, true) => Some(ByteOrder::Little),
        (true, true) | (false, false) => None,
    }
}

/// The address of an interface.
fn of_own(address: Ipv6Addr, own: &HashSet<Ipv6Addr>) -> Option<ByteOrder> {
    match (own.contains(&address), own.contains(&swapped(address))) {
        (true, false) => Some(ByteOrder::Big),
        (false, true) => Some(ByteOrder::Little),
        (true, true) | (false, false) => None,
    }
}

/// Returns an address with the bytes of its words in the other order.
fn swapped(address: Ipv6Addr) -> Ipv6Addr {
    let mut bytes = address.octets();
    for word in bytes.chunks_exact_mut(4) {
        word.reverse();
    }
    Ipv6Addr::from(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use ByteOrder::{Big, Little};

    #[test]
    fn words_fit_in_one_order_or_say_nothing() {
        type Of = fn(u32) -> Option<ByteOrder>;
        let cases: [(&str, Of, u32, Option<ByteOrder>); 19] = [
            ("mask", of_mask, 0xffff_ff00, Some(Big)),
            ("mask", of_mask, 0x00ff_ffff, Some(Little)),
            ("mask", of_mask, 0xffff_f000, Some(Big)),
            ("mask", of_mask, 0x00f0_ffff, Some(Little)),
            ("mask", of_mask, 0xff00_0000, Some(Big)),
            ("mask", of_mask, 0, None),
            ("mask", of_mask, u32::MAX, None),
            ("mask", of_mask, 0xff00_ff00, None),
            ("group", of_group, 0xe000_0001, Some(Big)),
            ("group", of_group, 0x0100_00e0, Some(Little)),
            ("group", of_group, 0xef01_02ea, None),
            ("group", of_group, 0x0a00_0001, None),
            ("loopback", of_loopback, 0x7f00_0001, Some(Big)),
            ("loopback", of_loopback, 0x0100_007f, Some(Little)),
            ("loopback", of_loopback, 0x3500_007f, Some(Little)),
            // 10.0.0.127, or 127.0.0.10.
            ("loopback", of_loopback, 0x0a00_007f, None),
            ("loopback", of_loopback, 0xc000_027f, None),
            ("loopback", of_loopback, 0, None),
            ("loopback", of_loopback, u32::MAX, None),
        ];
        for (name, of, word, expected) in cases {
            assert_eq!(of(word), expected, "{name} {word:08X}");
        }
    }

    #[test]
    fn ipv6_addresses_fit_in_one_order_or_say_nothing() {
        let own = HashSet::from(["2001:db8::5", "2001:120::5"].map(|it| it.parse().expect("it")));
        let cases = [
            ("::1", Some(Big)),
            ("::ffff:192.0.2.1", Some(Big)),
            ("fe80::1", Some(Big)),
            ("2001:db8::5", Some(Big)),
            ("2001:db8::6", None),
            ("::", None),
            ("::1:ffff", None),
        ];
        for (text, expected) in cases {
            let address: Ipv6Addr = text.parse().expect("an address");
            let of = |it| of_ipv6(it).or_else(|| of_own(it, &own));
            assert_eq!(of(address), expected, "{text}");
            assert_eq!(of(swapped(address)), expected.map(|_| Little), "{text}");
        }
    }
}
