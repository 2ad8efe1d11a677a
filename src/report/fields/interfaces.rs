//! The fields of interfaces: what is not known is null.

use super::{Field, Identity, Record};
use crate::report::classic;
use crate::report::value::Value;
use crate::sanitize;
use crate::tables::interface::{Counters, Link, Name};
use std::borrow::Cow;

/// An interface.
pub struct Interface<'a> {
    /// Its name.
    pub name: &'a Name,
    /// What it is.
    pub link: &'a Link,
    /// What it has carried.
    pub counters: Option<&'a Counters>,
}

type Get = for<'r, 'a> fn(&'r mut Interface<'a>) -> Value<'r>;

/// A field of the counters.
const fn counter(name: &'static str, title: &'static str, dispensable: u8) -> Field {
    Field::new(name, title).dispensable(dispensable)
}

#[rustfmt::skip]
const FIELDS: [(Field, Get); 19] = [
    (Field::new("interface", "Iface"), |it| it.name()),
    (Field::new("mtu", "MTU"), |it| Value::number(it.link.mtu)),
    (counter("rx_bytes", "RX bytes", 1), |it| it.counted(|it| it.received.bytes)),
    (counter("rx_packets", "RX-OK", 0), |it| it.counted(|it| it.received.packets)),
    (counter("rx_errors", "RX-ERR", 2), |it| it.counted(|it| it.received.errors)),
    (counter("rx_dropped", "RX-DRP", 2), |it| it.counted(|it| it.received.dropped)),
    (counter("rx_overruns", "RX-OVR", 3), |it| it.counted(|it| it.received.overruns)),
    (counter("rx_frame", "RX frame", 5), |it| it.counted(|it| it.received.frame)),
    (counter("rx_compressed", "RX compressed", 6), |it| it.counted(|it| it.received.compressed)),
    (counter("rx_multicast", "RX multicast", 4), |it| it.counted(|it| it.received.multicast)),
    (counter("tx_bytes", "TX bytes", 1), |it| it.counted(|it| it.sent.bytes)),
    (counter("tx_packets", "TX-OK", 0), |it| it.counted(|it| it.sent.packets)),
    (counter("tx_errors", "TX-ERR", 2), |it| it.counted(|it| it.sent.errors)),
    (counter("tx_dropped", "TX-DRP", 2), |it| it.counted(|it| it.sent.dropped)),
    (counter("tx_overruns", "TX-OVR", 3), |it| it.counted(|it| it.sent.overruns)),
    (counter("tx_collisions", "Collisions", 4), |it| it.counted(|it| it.sent.collisions)),
    (counter("tx_carrier", "TX carrier", 5), |it| it.counted(|it| it.sent.carrier)),
    (counter("tx_compressed", "TX compressed", 6), |it| it.counted(|it| it.sent.compressed)),
    (Field::new("flags", "Flg"), |it| it.flags()),
];

/// The fields that a table has.
pub const USUAL: &[&str] = &[
    "interface",
    "mtu",
    "rx_bytes",
    "rx_packets",
    "rx_errors",
    "rx_dropped",
    "rx_overruns",
    "tx_bytes",
    "tx_packets",
    "tx_errors",
    "tx_dropped",
    "tx_overruns",
    "flags",
];

/// An interface that came up or went down has changed, but not one that has carried something.
pub const IDENTITY: Identity = Identity {
    by: &["interface"],
    lacking: None,
    changes: &["mtu", "flags"],
};

/// The fields of interfaces.
pub fn fields() -> Vec<Field> {
    super::names_of(&FIELDS)
}

impl Record for Interface<'_> {
    fn value(&mut self, place: usize) -> Value<'_> {
        match FIELDS.get(place) {
            Some((_, get)) => get(self),
            None => Value::Null,
        }
    }
}

impl Interface<'_> {
    fn name(&mut self) -> Value<'_> {
        let name = sanitize::printable(self.name.bytes().to_vec());
        Value::Text(Cow::Owned(name))
    }

    fn counted(&self, counter: fn(&Counters) -> u64) -> Value<'static> {
        Value::number(self.counters.map(counter))
    }

    /// net-tools' letters of the flags.
    fn flags(&mut self) -> Value<'_> {
        let Some(flags) = self.link.flags else {
            return Value::Null;
        };
        let mut letters = Vec::new();
        classic::interface::push_flags(&mut letters, flags);
        Value::Text(Cow::Owned(letters))
    }
}
