//! The columns of masqueraded connections.

use super::{Column, Get, Identity, Listing, Shrink};
use crate::listing::masquerade::MasqueradeRows;
use crate::report::records::value::Value;
use std::net::IpAddr;

/// The listing of connections. Everything else about a connection changes whenever it is used.
pub const MASQUERADE: Listing<MasqueradeRows> = Listing {
    columns: &[COLUMNS],
    usual: |_| COLUMNS.iter().map(|(column, _)| column.name).collect(),
    no_owner: |_, _| None,
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

const COLUMNS: &[(Column, Get<MasqueradeRows>)] = &[
    (Column::new("proto", "Proto"), |row, _| {
        Value::word(Some(row.protocol.name()))
    }),
    (Column::new("expires", "Expires"), |row, _| {
        Value::Hundredths(row.expires)
    }),
    (
        Column::new("source_address", "Source").shrink(Shrink::Address),
        |row, _| Value::address(IpAddr::V4(row.source)),
    ),
    (Column::new("source_port", "Port"), |row, _| {
        Value::number(Some(row.source_port))
    }),
    (
        Column::new("destination_address", "Destination").shrink(Shrink::Address),
        |row, _| Value::address(IpAddr::V4(row.destination)),
    ),
    (Column::new("destination_port", "Port"), |row, _| {
        Value::number(Some(row.destination_port))
    }),
    (
        Column::new("masquerade_port", "Masquerade port"),
        |row, _| Value::number(Some(row.masquerade_port)),
    ),
    (
        Column::new("initial_sequence", "Init-seq").drop_before_wrap(1),
        |row, _| Value::number(Some(row.initial_sequence)),
    ),
    (
        Column::new("delta", "Delta").drop_before_wrap(2),
        |row, _| Value::number(Some(row.delta)),
    ),
    (
        Column::new("previous_delta", "Prevd").drop_before_wrap(3),
        |row, _| Value::number(row.previous_delta),
    ),
];
