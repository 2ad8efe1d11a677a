//! The columns of routes of both IP versions, cached ones too: what a kind of route lacks is null.
//! Routes of rare families have no columns; only net-tools' layout shows them.

use super::{Column, Cost, Get, Identity, Listing, Shrink};
use crate::listing::routes::RouteRows;
use crate::names::Names;
use crate::report::classic;
use crate::report::records::value::Value;
use crate::sanitize;
use crate::tables::{Route, route, route6};
use std::borrow::Cow;
use std::net::IpAddr;

/// The listing of routes.
pub const ROUTES: Listing<RouteRows> = Listing {
    columns: &[COLUMNS],
    usual: |_| USUAL.to_vec(),
    no_owner: |_, _| None,
    identity: IDENTITY,
};

const COLUMNS: &[(Column, Get<RouteRows>)] = &[
    (
        Column::new("family", "Family").drop_after_wrap(4),
        |route, _| {
            Value::word(match route {
                Route::V4(_) | Route::V4Cached(_) => Some("inet"),
                Route::V6(_) => Some("inet6"),
                Route::Rare(_) => None,
            })
        },
    ),
    (
        Column::new("source", "Source").shrink(Shrink::Address),
        |route, _| match route {
            Route::V4Cached(row) => Value::address(IpAddr::V4(row.source)),
            _ => Value::Null,
        },
    ),
    (
        Column::new("destination", "Destination")
            .shrink(Shrink::Address)
            .named_by("destination_name"),
        |route, _| destination(route).map_or(Value::Null, Value::address),
    ),
    (Column::new("prefix_length", "Prefix"), |route, _| {
        Value::number(prefix_length(route))
    }),
    (
        Column::new("destination_name", "Destination's name")
            .cost(Cost::Host)
            .shrink(Shrink::Text),
        |route, joined| destination_name(route, joined.names),
    ),
    (
        Column::new("gateway", "Gateway")
            .shrink(Shrink::Address)
            .named_by("gateway_host"),
        |route, _| gateway(route).map_or(Value::Null, Value::address),
    ),
    (
        Column::new("gateway_host", "Gateway's host")
            .cost(Cost::Host)
            .shrink(Shrink::Text),
        |route, joined| {
            let gateway = gateway(route);
            Value::text(gateway.and_then(|gateway| joined.names.host(gateway)))
        },
    ),
    (
        Column::new("flags", "Flags").drop_after_wrap(3),
        |route, _| flags(route),
    ),
    (
        Column::new("metric", "Metric").drop_before_wrap(3),
        |route, _| match route {
            Route::V6(row) => Value::number(Some(row.metric)),
            // The kernel has an unsigned number, whatever sign it prints.
            _ => Value::number(common(route).map(|it| it.metric as u32)),
        },
    ),
    (
        Column::new("references", "Ref").drop_before_wrap(5),
        |route, _| match route {
            Route::V6(row) => Value::number(Some(row.references)),
            _ => Value::number(common(route).map(|it| it.references)),
        },
    ),
    (
        Column::new("uses", "Use").drop_before_wrap(5),
        |route, _| match route {
            Route::V6(row) => Value::number(Some(row.uses)),
            _ => Value::number(common(route).map(|it| it.uses as u32)),
        },
    ),
    // No table tells it; see `mtu_column`.
    (Column::new("mtu", "MTU").drop_before_wrap(4), |_, _| {
        Value::Null
    }),
    (
        Column::new("advmss", "AdvMSS").drop_before_wrap(4),
        |route, _| Value::number(common(route).and_then(route::Common::advmss)),
    ),
    (
        Column::new("window", "Window").drop_before_wrap(4),
        |route, _| nonzero(common(route).map(|it| it.window as u32)),
    ),
    (
        Column::new("irtt", "irtt").drop_before_wrap(4),
        |route, _| nonzero(common(route).map(|it| it.irtt as u32)),
    ),
    (Column::new("interface", "Iface"), |route, _| {
        let name = route.interface().unwrap_or_default();
        let name = sanitize::without_controls(name.to_vec());
        match &name[..] {
            b"*" => Value::Null,
            _ => Value::Text(Cow::Owned(name)),
        }
    }),
    (
        Column::new("cached", "Cached").drop_before_wrap(6),
        |route, _| {
            Value::word(Some(match is_cached(route) {
                true => "yes",
                false => "no",
            }))
        },
    ),
];

/// A route by another gateway is another route.
const IDENTITY: Identity = Identity {
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
    changes: &["flags", "advmss", "window", "irtt"],
};

/// What a table usually shows.
const USUAL: &[&str] = &[
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
    "advmss",
    "window",
    "irtt",
    "interface",
];

/// Returns what IPv4's routes have in common, or `None` for others.
fn common<'a>(route: &'a Route<'_>) -> Option<&'a route::Common> {
    match route {
        Route::V4(row) => Some(&row.common),
        Route::V4Cached(row) => Some(&row.common),
        Route::V6(_) | Route::Rare(_) => None,
    }
}

fn destination(route: &Route<'_>) -> Option<IpAddr> {
    match route {
        Route::V6(row) => Some(IpAddr::V6(row.destination)),
        _ => common(route).map(|it| IpAddr::V4(it.destination)),
    }
}

/// Returns the number of leading bits of the destination that count, or `None` for a netmask with
/// gaps.
fn prefix_length(route: &Route<'_>) -> Option<u8> {
    match route {
        Route::V4(row) => {
            let bits = row.mask.to_bits();
            (bits.leading_ones() + bits.trailing_zeros() >= 32).then(|| bits.leading_ones() as u8)
        }
        Route::V4Cached(_) => Some(32),
        Route::V6(row) => Some(row.prefix_length),
        Route::Rare(_) => None,
    }
}

fn is_cached(route: &Route<'_>) -> bool {
    match route {
        Route::V4Cached(_) => true,
        Route::V6(row) => row.flags & route6::FLAG_CACHE != 0,
        Route::V4(_) | Route::Rare(_) => false,
    }
}

/// Returns the next hop, or `None` if the destination is on the link.
fn gateway(route: &Route<'_>) -> Option<IpAddr> {
    let gateway = match route {
        Route::V6(row) => Some(IpAddr::V6(row.next_hop)),
        _ => common(route).map(|it| IpAddr::V4(it.gateway)),
    };
    gateway.filter(|it| !it.is_unspecified())
}

/// Returns the name of the network or host that the route leads to.
fn destination_name<'r>(route: &Route<'_>, names: &'r mut Names) -> Value<'r> {
    match (route, destination(route)) {
        (_, None) => Value::Null,
        (_, Some(address)) if address.is_unspecified() => Value::Null,
        (Route::V4(row), Some(IpAddr::V4(address))) if classic::route::leads_to_network(row) => {
            Value::text(names.network(address))
        }
        (_, Some(address)) => Value::text(names.host(address)),
    }
}

/// Returns net-tools' letters of the flags.
fn flags(route: &Route<'_>) -> Value<'static> {
    let mut letters = Vec::new();
    match route {
        Route::V4(row) => classic::route::push_flags(&mut letters, row.common.flags),
        Route::V4Cached(row) => classic::route::push_cache_flags(&mut letters, row.common.flags),
        Route::V6(row) => classic::route6::push_flags(&mut letters, row.flags),
        Route::Rare(_) => return Value::Null,
    }
    Value::Text(Cow::Owned(letters))
}

/// Returns a number that means nothing if it is 0.
fn nonzero(number: Option<u32>) -> Value<'static> {
    Value::number(number.filter(|number| *number != 0))
}
