//! The fields of masqueraded connections.

use super::{Field, Identity, Record, Shrink};
use crate::report::records::value::Value;
use crate::tables::masquerade::{Protocol, Row};
use std::net::IpAddr;

type Get = for<'r> fn(&'r mut Row) -> Value<'r>;

const FIELDS: [(Field, Get); 10] = [
    (Field::new("proto", "Proto"), |it| {
        Value::word(Some(match it.protocol {
            Protocol::Tcp => "tcp",
            Protocol::Udp => "udp",
            Protocol::Icmp => "icmp",
            Protocol::Gre => "gre",
            Protocol::Esp => "esp",
        }))
    }),
    (Field::new("expires", "Expires"), |it| {
        Value::Hundredths(it.expires)
    }),
    (
        Field::new("source_address", "Source").shrink(Shrink::Address),
        |it| Value::address(IpAddr::V4(it.source)),
    ),
    (Field::new("source_port", "Port"), |it| {
        Value::number(Some(it.source_port))
    }),
    (
        Field::new("destination_address", "Destination").shrink(Shrink::Address),
        |it| Value::address(IpAddr::V4(it.destination)),
    ),
    (Field::new("destination_port", "Port"), |it| {
        Value::number(Some(it.destination_port))
    }),
    (Field::new("masquerade_port", "Masquerade port"), |it| {
        Value::number(Some(it.masquerade_port))
    }),
    (
        Field::new("initial_sequence", "Init-seq").drop_before_wrap(1),
        |it| Value::number(Some(it.initial_sequence)),
    ),
    (Field::new("delta", "Delta").drop_before_wrap(2), |it| {
        Value::number(Some(it.delta))
    }),
    (
        Field::new("previous_delta", "Prevd").drop_before_wrap(3),
        |it| Value::number(it.previous_delta),
    ),
];

/// All that is told of a connection moves on as it is used.
pub const IDENTITY: Identity = Identity {
    by: &[
        "proto",
        "source_address",
        "source_port",
        "destination_address",
        "destination_port",
    ],
    fallback_key: None,
    changes: &[],
};

/// The fields of masqueraded connections.
pub fn fields() -> Vec<Field> {
    super::definitions(&FIELDS)
}

impl Record for Row {
    fn value(&mut self, place: usize) -> Value<'_> {
        match FIELDS.get(place) {
            Some((_, get)) => get(self),
            None => Value::Null,
        }
    }
}
