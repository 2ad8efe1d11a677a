//! The fields of interfaces: what is not known is null.

use super::{Cost, Field, Identity, Record, Shrink};
use crate::report::classic;
use crate::report::classic::hardware;
use crate::report::records::value::Value;
use crate::report::text;
use crate::sanitize;
use crate::tables::interface::{
    Counters, Details, FLAG_BROADCAST, FLAG_POINT_TO_POINT, Hardware, Link, Name, inet6,
};
use std::borrow::Cow;
use std::net::{IpAddr, Ipv4Addr};

/// An interface.
pub struct Interface<'a> {
    /// Its name.
    pub name: &'a Name,
    /// What it is.
    pub link: &'a Link,
    /// What it has carried.
    pub counters: Option<&'a Counters>,
    /// What else it is, if a field of [`tells_details`] will be looked at.
    pub details: &'a Details,
    /// Its IPv6 addresses, likewise.
    pub inet6: &'a [inet6::Row],
}

type Get = for<'r, 'a> fn(&'r mut Interface<'a>) -> Value<'r>;

/// A field of the counters.
const fn counter(name: &'static str, title: &'static str, drop_before_wrap: u8) -> Field {
    Field::new(name, title).drop_before_wrap(drop_before_wrap)
}

/// A field that the counters don't tell.
const fn detail(name: &'static str, title: &'static str) -> Field {
    Field::new(name, title).cost(Cost::Details)
}

#[rustfmt::skip]
const FIELDS: [(Field, Get); 27] = [
    (Field::new("interface", "Iface"), |it| it.name()),
    (Field::new("mtu", "MTU").drop_after_wrap(3), |it| Value::number(it.link.mtu)),
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
    (Field::new("flags", "Flg").drop_after_wrap(4), |it| it.flags()),
    (detail("hardware_type", "Hardware").drop_before_wrap(4), |it| it.hardware_type()),
    (detail("hardware_address", "Hardware address").shrink(Shrink::Address).drop_before_wrap(2), |it| it.hardware_address()),
    (detail("queue_length", "Queue").drop_before_wrap(6), |it| it.queue_length()),
    (detail("inet_address", "IPv4 address"), |it| address(it.details.inet.map(|it| it.address))),
    (detail("inet_prefix_length", "Prefix").drop_after_wrap(2), |it| it.prefix_length()),
    (detail("inet_broadcast", "Broadcast").drop_before_wrap(5), |it| it.broadcast()),
    (detail("inet_destination", "Destination").drop_before_wrap(4), |it| it.destination()),
    (detail("inet6_addresses", "IPv6 addresses").shrink(Shrink::List), |it| it.inet6()),
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
    fallback_key: None,
    changes: &["mtu", "flags"],
};

/// The fields that a table at length (`-e`) has.
pub const LONG: &[&str] = &[
    "interface",
    "mtu",
    "hardware_type",
    "hardware_address",
    "inet_address",
    "inet_prefix_length",
    "inet_broadcast",
    "inet_destination",
    "inet6_addresses",
    "queue_length",
    "flags",
];

/// Whether the field at `place` tells of addresses or hardware, which have to be asked for.
pub fn tells_details(place: usize) -> bool {
    super::takes(&FIELDS, place, Cost::Details)
}

/// The fields of interfaces.
pub fn fields() -> Vec<Field> {
    super::definitions(&FIELDS)
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

    /// The hardware, if anything is known of it.
    fn hardware(&self) -> Option<Hardware> {
        self.details.hardware.filter(|it| *it != Hardware::UNKNOWN)
    }

    /// net-tools' short name of the kind of hardware.
    fn hardware_type(&self) -> Value<'static> {
        let kind = self.hardware().map(|it| hardware::kind(it.kind));
        Value::word(kind.map(|kind| kind.name()))
    }

    fn hardware_address(&self) -> Value<'static> {
        let Some(hardware) = self.hardware() else {
            return Value::Null;
        };
        let kind = hardware::kind(hardware.kind);
        if !kind.has_addresses() {
            return Value::Null;
        }
        let mut text = Vec::new();
        kind.push_address(&mut text, &hardware.address);
        Value::Text(Cow::Owned(text))
    }

    fn queue_length(&self) -> Value<'static> {
        let length = self.details.queue_length;
        // The kernel's word for none.
        Value::number(length.filter(|length| *length != -1))
    }

    /// How many bits of the address are the network's; null for a netmask with gaps.
    fn prefix_length(&self) -> Value<'static> {
        let mask = self.details.inet.and_then(|inet| inet.mask);
        let bits = mask.map(Ipv4Addr::to_bits);
        let whole = bits.filter(|bits| bits.leading_ones() + bits.trailing_zeros() >= 32);
        Value::number(whole.map(u32::leading_ones))
    }

    fn broadcast(&self) -> Value<'static> {
        let broadcast = self.details.inet.and_then(|inet| inet.broadcast);
        let is_known = |it: &Ipv4Addr| self.has(FLAG_BROADCAST) && !it.is_unspecified();
        address(broadcast.filter(is_known))
    }

    fn destination(&self) -> Value<'static> {
        let destination = self.details.inet.and_then(|inet| inet.destination);
        address(destination.filter(|_| self.has(FLAG_POINT_TO_POINT)))
    }

    fn has(&self, flag: u16) -> bool {
        self.link.flags.is_some_and(|flags| flags & flag != 0)
    }

    /// Each address with the number of the network's bits behind a slash.
    fn inet6(&self) -> Value<'static> {
        let addresses = self.inet6.iter().map(|row| {
            let mut text = Vec::with_capacity(44);
            text::push_address(&mut text, IpAddr::V6(row.address));
            text.push(b'/');
            text::push_decimal(&mut text, row.prefix_length);
            Value::Text(Cow::Owned(text))
        });
        Value::List(addresses.collect())
    }
}

fn address(address: Option<Ipv4Addr>) -> Value<'static> {
    address.map_or(Value::Null, |it| Value::address(IpAddr::V4(it)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tables::interface::{FLAG_UP, Inet};

    fn cell(interface: &mut Interface<'_>, name: &str) -> String {
        let place = fields().iter().position(|field| field.name == name);
        let mut out = Vec::new();
        interface.value(place.expect("a field")).push_cell(&mut out);
        String::from_utf8(out).expect("text")
    }

    #[test]
    fn details_stand_at_the_end() {
        let is_detail = |field: &Field| {
            ["hardware", "inet", "queue"]
                .iter()
                .any(|it| field.name.starts_with(it))
        };
        for (place, field) in fields().iter().enumerate() {
            assert_eq!(tells_details(place), is_detail(field), "{}", field.name);
        }
    }

    #[test]
    fn addresses_are_told_where_there_are_any() {
        let name = Name::new(b"eth0").expect("a name");
        let ip = |text: &str| text.parse::<Ipv4Addr>().expect("an address");
        let mut link = Link {
            flags: Some(FLAG_UP | FLAG_BROADCAST),
            mtu: Some(1500),
        };
        let inet = |mask| Inet {
            address: ip("192.0.2.7"),
            mask: Some(ip(mask)),
            broadcast: Some(ip("192.0.2.255")),
            destination: Some(ip("192.0.2.8")),
        };
        let mut details = Details {
            hardware: Some(Hardware {
                kind: 1,
                address: [0, 0x16, 0x3e, 1, 2, 3, 0, 0],
            }),
            queue_length: Some(1000),
            inet: Some(inet("255.255.255.0")),
            ..Details::default()
        };
        let cells = |link: &Link, details: &Details, names: &[&str]| -> Vec<String> {
            let mut interface = Interface {
                name: &name,
                link,
                counters: None,
                details,
                inet6: &[],
            };
            names.iter().map(|it| cell(&mut interface, it)).collect()
        };
        let all = [
            "hardware_type",
            "hardware_address",
            "queue_length",
            "inet_address",
            "inet_prefix_length",
            "inet_broadcast",
            "inet_destination",
            "inet6_addresses",
        ];
        assert_eq!(
            cells(&link, &details, &all),
            [
                "ether",
                "00:16:3e:01:02:03",
                "1000",
                "192.0.2.7",
                "24",
                "192.0.2.255",
                "",
                ""
            ]
        );
        link.flags = Some(FLAG_UP | FLAG_POINT_TO_POINT);
        details.inet = Some(inet("255.0.255.0"));
        details.hardware = Some(Hardware {
            kind: 512,
            address: [0; 8],
        });
        details.queue_length = Some(-1);
        assert_eq!(
            cells(&link, &details, &all),
            ["ppp", "", "", "192.0.2.7", "", "", "192.0.2.8", ""]
        );
        let nothing = Details {
            hardware: Some(Hardware::UNKNOWN),
            ..Details::default()
        };
        assert_eq!(cells(&link, &nothing, &all), [""; 8]);
    }
}
