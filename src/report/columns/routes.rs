//! The fields of routes of both IP versions, cached ones too: what a kind of route lacks is null.

use super::{Cost, Field, Identity, Record, Shrink};
use crate::names::Names;
use crate::report::classic;
use crate::report::records::value::Value;
use crate::sanitize;
use crate::tables::{route, route6};
use std::borrow::Cow;
use std::net::IpAddr;

/// A route, and what its fields are made with.
pub struct Route<'a> {
    /// Its row.
    pub row: Row<'a>,
    /// Names for its addresses.
    pub names: &'a mut Names,
}

/// The row of a route.
#[derive(Clone, Copy)]
pub enum Row<'a> {
    /// IPv4's.
    V4(&'a route::Row),
    /// One in IPv4's cache.
    V4Cached(&'a route::CacheRow),
    /// IPv6's.
    V6(&'a route6::Row),
}

type Get = for<'r, 'a> fn(&'r mut Route<'a>) -> Value<'r>;

const FIELDS: [(Field, Get); 16] = [
    (Field::new("family", "Family").drop_after_wrap(4), |it| {
        Value::word(Some(match it.row {
            Row::V4(_) | Row::V4Cached(_) => "inet",
            Row::V6(_) => "inet6",
        }))
    }),
    (
        Field::new("source", "Source").shrink(Shrink::Address),
        |it| match it.row {
            Row::V4Cached(row) => Value::address(IpAddr::V4(row.source)),
            Row::V4(_) | Row::V6(_) => Value::Null,
        },
    ),
    (
        Field::new("destination", "Destination")
            .shrink(Shrink::Address)
            .named_by("destination_name"),
        |it| Value::address(it.row.destination()),
    ),
    (Field::new("prefix_length", "Prefix"), |it| {
        Value::number(it.row.prefix_length())
    }),
    (
        Field::new("destination_name", "Destination's name")
            .cost(Cost::Name)
            .shrink(Shrink::Text),
        |it| it.destination_name(),
    ),
    (
        Field::new("gateway", "Gateway")
            .shrink(Shrink::Address)
            .named_by("gateway_host"),
        |it| it.gateway().map_or(Value::Null, Value::address),
    ),
    (
        Field::new("gateway_host", "Gateway's host")
            .cost(Cost::Name)
            .shrink(Shrink::Text),
        |it| {
            let gateway = it.gateway();
            Value::text(gateway.and_then(|gateway| it.names.host(gateway)))
        },
    ),
    (Field::new("flags", "Flags").drop_after_wrap(3), |it| {
        it.flags()
    }),
    (
        Field::new("metric", "Metric").drop_before_wrap(3),
        |it| match it.row {
            Row::V6(row) => Value::number(Some(row.metric)),
            Row::V4(_) | Row::V4Cached(_) => Value::number(it.row.common().map(|it| it.metric)),
        },
    ),
    (
        Field::new("references", "Ref").drop_before_wrap(5),
        |it| match it.row {
            Row::V6(row) => Value::number(Some(row.references)),
            Row::V4(_) | Row::V4Cached(_) => Value::number(it.row.common().map(|it| it.references)),
        },
    ),
    (
        Field::new("uses", "Use").drop_before_wrap(5),
        |it| match it.row {
            Row::V6(row) => Value::number(Some(row.uses)),
            Row::V4(_) | Row::V4Cached(_) => Value::number(it.row.common().map(|it| it.uses)),
        },
    ),
    (Field::new("mtu", "MTU").drop_before_wrap(4), |it| {
        some(it.row.common().map(|it| it.mtu))
    }),
    (Field::new("window", "Window").drop_before_wrap(4), |it| {
        some(it.row.common().map(|it| it.window))
    }),
    (Field::new("irtt", "irtt").drop_before_wrap(4), |it| {
        some(it.row.common().map(|it| it.irtt))
    }),
    (Field::new("interface", "Iface"), |it| {
        let name = sanitize::printable(it.row.interface().to_vec());
        match &name[..] {
            b"*" => Value::Null,
            _ => Value::Text(Cow::Owned(name)),
        }
    }),
    (Field::new("cached", "Cached").drop_before_wrap(6), |it| {
        Value::word(Some(match it.row.is_cached() {
            true => "yes",
            false => "no",
        }))
    }),
];

/// The fields that a table has.
pub const USUAL: &[&str] = &[
    "source",
    "destination",
    "destination_name",
    "prefix_length",
    "gateway",
    "gateway_host",
    "flags",
    "metric",
    "references",
    "uses",
    "mtu",
    "window",
    "irtt",
    "interface",
];

/// A route by another gateway is another route.
pub const IDENTITY: Identity = Identity {
    by: &[
        "family",
        "source",
        "destination",
        "prefix_length",
        "gateway",
        "metric",
        "interface",
        "cached",
    ],
    fallback_key: None,
    changes: &["flags", "mtu", "window", "irtt"],
};

/// Whether the field at `place` is a name that has to be looked up.
pub fn is_name(place: usize) -> bool {
    super::takes(&FIELDS, place, Cost::Name)
}

/// The fields of routes.
pub fn fields() -> Vec<Field> {
    super::definitions(&FIELDS)
}

impl Record for Route<'_> {
    fn value(&mut self, place: usize) -> Value<'_> {
        match FIELDS.get(place) {
            Some((_, get)) => get(self),
            None => Value::Null,
        }
    }
}

impl<'a> Row<'a> {
    fn common(&self) -> Option<&'a route::Common> {
        match self {
            Row::V4(row) => Some(&row.common),
            Row::V4Cached(row) => Some(&row.common),
            Row::V6(_) => None,
        }
    }

    fn destination(&self) -> IpAddr {
        match self {
            Row::V4(row) => IpAddr::V4(row.common.destination),
            Row::V4Cached(row) => IpAddr::V4(row.common.destination),
            Row::V6(row) => IpAddr::V6(row.destination),
        }
    }

    /// How many bits of the destination count; none of a netmask with gaps.
    fn prefix_length(&self) -> Option<u8> {
        match self {
            Row::V4(row) => {
                let bits = row.mask.to_bits();
                (bits.leading_ones() + bits.trailing_zeros() >= 32)
                    .then(|| bits.leading_ones() as u8)
            }
            Row::V4Cached(_) => Some(32),
            Row::V6(row) => Some(row.prefix_length),
        }
    }

    fn interface(&self) -> &[u8] {
        match self {
            Row::V4(row) => &row.common.interface,
            Row::V4Cached(row) => &row.common.interface,
            Row::V6(row) => &row.interface,
        }
    }

    fn is_cached(&self) -> bool {
        match self {
            Row::V4(_) => false,
            Row::V4Cached(_) => true,
            Row::V6(row) => row.flags & route6::FLAG_CACHE != 0,
        }
    }
}

impl Route<'_> {
    /// The next hop; none where the destination is on the link.
    fn gateway(&self) -> Option<IpAddr> {
        let gateway = match self.row {
            Row::V4(row) => IpAddr::V4(row.common.gateway),
            Row::V4Cached(row) => IpAddr::V4(row.common.gateway),
            Row::V6(row) => IpAddr::V6(row.next_hop),
        };
        (!gateway.is_unspecified()).then_some(gateway)
    }

    /// The name of the network or host that the route leads to.
    fn destination_name(&mut self) -> Value<'_> {
        match (self.row, self.row.destination()) {
            (_, address) if address.is_unspecified() => Value::Null,
            (Row::V4(row), IpAddr::V4(address)) if classic::route::leads_to_network(row) => {
                Value::text(self.names.network(address))
            }
            (_, address) => Value::text(self.names.host(address)),
        }
    }

    /// net-tools' letters of the flags.
    fn flags(&mut self) -> Value<'_> {
        let mut letters = Vec::new();
        match self.row {
            Row::V4(row) => classic::route::push_flags(&mut letters, row.common.flags),
            Row::V4Cached(row) => classic::route::push_cache_flags(&mut letters, row.common.flags),
            Row::V6(row) => classic::route6::push_flags(&mut letters, row.flags),
        }
        Value::Text(Cow::Owned(letters))
    }
}

/// A number that means nothing where it is 0.
fn some(number: Option<i32>) -> Value<'static> {
    Value::number(number.filter(|number| *number != 0))
}
