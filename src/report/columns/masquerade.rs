//! The columns of masqueraded connections.

use super::{Field, Get, Identity, Listing, Shrink};
use crate::listing::masquerade::MasqueradeRows;
use crate::report::records::value::Value;
use crate::tables::masquerade::Protocol;
use std::net::IpAddr;

/// The listing of connections. Everything else about a connection changes whenever it is used.
pub const MASQUERADE: Listing<MasqueradeRows> = Listing {
    columns: COLUMNS,
    usual: |_| COLUMNS.iter().map(|(field, _)| field.name).collect(),
    identity: Identity {
        by: &[
            "proto",
            "source_address",
            "source_port",
            "destination_address",
            "destination_port",
        ],
        fallback_key: None,
        changes: &[],
    },
};

const COLUMNS: &[(Field, Get<MasqueradeRows>)] = &[
    (Field::new("proto", "Proto"), |row, _| {
        Value::word(Some(match row.protocol {
            Protocol::Tcp => "tcp",
            Protocol::Udp => "udp",
            Protocol::Icmp => "icmp",
            Protocol::Gre => "gre",
            Protocol::Esp => "esp",
        }))
    }),
    (Field::new("expires", "Expires"), |row, _| {
        Value::Hundredths(row.expires)
    }),
    (
        Field::new("source_address", "Source").shrink(Shrink::Address),
        |row, _| Value::address(IpAddr::V4(row.source)),
    ),
    (Field::new("source_port", "Port"), |row, _| {
        Value::number(Some(row.source_port))
    }),
    (
        Field::new("destination_address", "Destination").shrink(Shrink::Address),
        |row, _| Value::address(IpAddr::V4(row.destination)),
    ),
    (Field::new("destination_port", "Port"), |row, _| {
        Value::number(Some(row.destination_port))
    }),
    (
        Field::new("masquerade_port", "Masquerade port"),
        |row, _| Value::number(Some(row.masquerade_port)),
    ),
    (
        Field::new("initial_sequence", "Init-seq").drop_before_wrap(1),
        |row, _| Value::number(Some(row.initial_sequence)),
    ),
    (
        Field::new("delta", "Delta").drop_before_wrap(2),
        |row, _| Value::number(Some(row.delta)),
    ),
    (
        Field::new("previous_delta", "Prevd").drop_before_wrap(3),
        |row, _| Value::number(row.previous_delta),
    ),
];
