//! The columns of the rates of interfaces (`-i --delta`): what is not known is null.

use super::{Column, Get, Identity, Listing, Unit, printable};
use crate::report::deltas::interfaces::{InterfaceRate, InterfaceRates};
use crate::report::rates;
use crate::report::records::value::Value;
use crate::tables::interface::Counters;

/// The listing of rates of interfaces.
pub const INTERFACE_RATES: Listing<InterfaceRates> = Listing {
    columns: &[COLUMNS],
    usual: |_| USUAL.to_vec(),
    no_owner: |_, _| None,
    identity: Identity {
        by: &["interface"],
        fallback_key: None,
        changes: &[],
    },
};

/// Returns the description of a rate.
const fn rate(name: &'static str, title: &'static str, drop_before_wrap: u8) -> Column {
    let rate = Column::new(name, title).unit(Unit::PerSecond);
    rate.drop_before_wrap(drop_before_wrap)
}

/// Returns the description of a rate of bytes.
const fn bytes(name: &'static str, title: &'static str) -> Column {
    Column::new(name, title).unit(Unit::BytesPerSecond)
}

#[rustfmt::skip]
const COLUMNS: &[(Column, Get<InterfaceRates>)] = &[
    (Column::new("interface", "Iface"), |it, _| printable(it.name.bytes())),
    (Column::new("seconds", "Seconds").drop_before_wrap(7), |it, _| rates::seconds(it.elapsed)),
    (bytes("rx_bytes_per_s", "RX bytes"), |it, _| per_s(it, |it| it.received.bytes)),
    (rate("rx_packets_per_s", "RX packets", 1), |it, _| per_s(it, |it| it.received.packets)),
    (rate("rx_errors_per_s", "RX errors", 2), |it, _| per_s(it, |it| it.received.errors)),
    (rate("rx_dropped_per_s", "RX dropped", 2), |it, _| per_s(it, |it| it.received.dropped)),
    (rate("rx_overruns_per_s", "RX overruns", 3), |it, _| per_s(it, |it| it.received.overruns)),
    (rate("rx_frame_per_s", "RX frame", 5), |it, _| per_s(it, |it| it.received.frame)),
    (rate("rx_compressed_per_s", "RX compressed", 6), |it, _| per_s(it, |it| it.received.compressed)),
    (rate("rx_multicast_per_s", "RX multicast", 4), |it, _| per_s(it, |it| it.received.multicast)),
    (bytes("tx_bytes_per_s", "TX bytes"), |it, _| per_s(it, |it| it.sent.bytes)),
    (rate("tx_packets_per_s", "TX packets", 1), |it, _| per_s(it, |it| it.sent.packets)),
    (rate("tx_errors_per_s", "TX errors", 2), |it, _| per_s(it, |it| it.sent.errors)),
    (rate("tx_dropped_per_s", "TX dropped", 2), |it, _| per_s(it, |it| it.sent.dropped)),
    (rate("tx_overruns_per_s", "TX overruns", 3), |it, _| per_s(it, |it| it.sent.overruns)),
    (rate("tx_collisions_per_s", "Collisions", 4), |it, _| per_s(it, |it| it.sent.collisions)),
    (rate("tx_carrier_per_s", "TX carrier", 5), |it, _| per_s(it, |it| it.sent.carrier)),
    (rate("tx_compressed_per_s", "TX compressed", 6), |it, _| per_s(it, |it| it.sent.compressed)),
];

/// What a table usually shows.
const USUAL: &[&str] = &[
    "interface",
    "rx_bytes_per_s",
    "rx_packets_per_s",
    "rx_errors_per_s",
    "rx_dropped_per_s",
    "tx_bytes_per_s",
    "tx_packets_per_s",
    "tx_errors_per_s",
    "tx_dropped_per_s",
];

fn per_s(row: &InterfaceRate<'_>, counter: fn(&Counters) -> u64) -> Value<'static> {
    let (Some(before), Some(now), Some(elapsed)) = (row.before, row.now, row.elapsed) else {
        return Value::Null;
    };
    rates::value(rates::growth(counter(before), counter(now)), elapsed)
}
