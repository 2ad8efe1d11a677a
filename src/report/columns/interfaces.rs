//! The columns of interfaces: what is not known is null.

use super::{Column, Cost, Get, Identity, Listing, Shrink, printable};
use crate::listing::interfaces::{Interface, InterfaceRows};
use crate::report::classic;
use crate::report::classic::hardware;
use crate::report::records::value::Value;
use crate::report::text;
use crate::tables::interface::{Counters, FLAG_BROADCAST, FLAG_POINT_TO_POINT, Hardware};
use std::borrow::Cow;
use std::net::{IpAddr, Ipv4Addr};

/// The listing of interfaces.
pub const INTERFACES: Listing<InterfaceRows> = Listing {
    columns: &[COLUMNS],
    usual: |columns| match columns.extended {
        true => LONG.to_vec(),
        false => USUAL.to_vec(),
    },
    no_owner: |_, _| None,
    identity: IDENTITY,
};

/// Returns the description of a counter.
const fn counter(name: &'static str, title: &'static str, drop_before_wrap: u8) -> Column {
    Column::new(name, title).drop_before_wrap(drop_before_wrap)
}

/// Returns the description of what the table of counters lacks.
const fn detail(name: &'static str, title: &'static str) -> Column {
    Column::new(name, title).cost(Cost::Details)
}

#[rustfmt::skip]
const COLUMNS: &[(Column, Get<InterfaceRows>)] = &[
    (Column::new("interface", "Iface"), |it, _| printable(it.name.bytes())),
    (Column::new("mtu", "MTU").drop_after_wrap(3), |it, _| Value::number(it.link.mtu)),
    (counter("rx_bytes", "RX bytes", 1), |it, _| counted(it, |it| it.received.bytes)),
    (counter("rx_packets", "RX-OK", 0), |it, _| counted(it, |it| it.received.packets)),
    (counter("rx_errors", "RX-ERR", 2), |it, _| counted(it, |it| it.received.errors)),
    (counter("rx_dropped", "RX-DRP", 2), |it, _| counted(it, |it| it.received.dropped)),
    (counter("rx_overruns", "RX-OVR", 3), |it, _| counted(it, |it| it.received.overruns)),
    (counter("rx_frame", "RX frame", 5), |it, _| counted(it, |it| it.received.frame)),
    (counter("rx_compressed", "RX compressed", 6), |it, _| counted(it, |it| it.received.compressed)),
    (counter("rx_multicast", "RX multicast", 4), |it, _| counted(it, |it| it.received.multicast)),
    (counter("tx_bytes", "TX bytes", 1), |it, _| counted(it, |it| it.sent.bytes)),
    (counter("tx_packets", "TX-OK", 0), |it, _| counted(it, |it| it.sent.packets)),
    (counter("tx_errors", "TX-ERR", 2), |it, _| counted(it, |it| it.sent.errors)),
    (counter("tx_dropped", "TX-DRP", 2), |it, _| counted(it, |it| it.sent.dropped)),
    (counter("tx_overruns", "TX-OVR", 3), |it, _| counted(it, |it| it.sent.overruns)),
    (counter("tx_collisions", "Collisions", 4), |it, _| counted(it, |it| it.sent.collisions)),
    (counter("tx_carrier", "TX carrier", 5), |it, _| counted(it, |it| it.sent.carrier)),
    (counter("tx_compressed", "TX compressed", 6), |it, _| counted(it, |it| it.sent.compressed)),
    (Column::new("flags", "Flg").drop_after_wrap(4), |it, _| flags(it)),
    (detail("hardware_type", "Hardware").drop_before_wrap(4), |it, _| hardware_type(it)),
    (detail("hardware_address", "Hardware address").shrink(Shrink::Address).drop_before_wrap(2), |it, _| hardware_address(it)),
    (detail("queue_length", "Queue").drop_before_wrap(6), |it, _| queue_length(it)),
    (detail("inet_address", "IPv4 address"), |it, _| address(it.details.inet.map(|it| it.address))),
    (detail("inet_prefix_length", "Prefix").drop_after_wrap(2), |it, _| prefix_length(it)),
    (detail("inet_broadcast", "Broadcast").drop_before_wrap(5), |it, _| broadcast(it)),
    (detail("inet_destination", "Destination").drop_before_wrap(4), |it, _| destination(it)),
    (detail("inet6_addresses", "IPv6 addresses").shrink(Shrink::List), |it, _| inet6(it)),
];

/// What a table usually shows.
const USUAL: &[&str] = &[
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
const IDENTITY: Identity = Identity {
    by: &["interface"],
    fallback_key: None,
    changes: &["mtu", "flags"],
};

/// What the long form (`-e`) shows.
const LONG: &[&str] = &[
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

fn counted(interface: &Interface<'_>, counter: fn(&Counters) -> u64) -> Value<'static> {
    let signed = |counters: &Counters| counters.signed(counter(counters));
    Value::number(interface.counters.map(signed))
}

/// Returns net-tools' letters of the flags.
fn flags(interface: &Interface<'_>) -> Value<'static> {
    let Some(flags) = interface.link.flags else {
        return Value::Null;
    };
    let mut letters = Vec::new();
    classic::interface::push_flags(&mut letters, flags);
    Value::Text(Cow::Owned(letters))
}

/// Returns the hardware, or `None` if nothing is known of it.
fn known_hardware(interface: &Interface<'_>) -> Option<Hardware> {
    interface
        .details
        .hardware
        .filter(|it| *it != Hardware::UNKNOWN)
}

/// Returns net-tools' short name of the kind of hardware.
fn hardware_type(interface: &Interface<'_>) -> Value<'static> {
    let kind = known_hardware(interface).map(|it| hardware::kind(it.kind));
    Value::word(kind.map(|kind| kind.name()))
}

fn hardware_address(interface: &Interface<'_>) -> Value<'static> {
    let Some(hardware) = known_hardware(interface) else {
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

fn queue_length(interface: &Interface<'_>) -> Value<'static> {
    let length = interface.details.queue_length;
    // The kernel's value for none.
    Value::number(length.filter(|length| *length != -1))
}

/// Returns the number of bits of the address that are the network's; null for a netmask with gaps.
fn prefix_length(interface: &Interface<'_>) -> Value<'static> {
    let mask = interface.details.inet.and_then(|inet| inet.mask);
    let bits = mask.map(Ipv4Addr::to_bits);
    let whole = bits.filter(|bits| bits.leading_ones() + bits.trailing_zeros() >= 32);
    Value::number(whole.map(u32::leading_ones))
}

fn broadcast(interface: &Interface<'_>) -> Value<'static> {
    let broadcast = interface.details.inet.and_then(|inet| inet.broadcast);
    let is_known = |it: &Ipv4Addr| has(interface, FLAG_BROADCAST) && !it.is_unspecified();
    address(broadcast.filter(is_known))
}

fn destination(interface: &Interface<'_>) -> Value<'static> {
    let destination = interface.details.inet.and_then(|inet| inet.destination);
    address(destination.filter(|_| has(interface, FLAG_POINT_TO_POINT)))
}

fn has(interface: &Interface<'_>, flag: u16) -> bool {
    interface.link.flags.is_some_and(|flags| flags & flag != 0)
}

/// Returns each address with the number of the network's bits behind a slash.
fn inet6(interface: &Interface<'_>) -> Value<'static> {
    let addresses = interface.inet6.iter().map(|row| {
        let mut text = Vec::with_capacity(44);
        text::push_address(&mut text, IpAddr::V6(row.address));
        text.push(b'/');
        text::push_decimal(&mut text, row.prefix_length);
        Value::Text(Cow::Owned(text))
    });
    Value::List(addresses.collect())
}

fn address(address: Option<Ipv4Addr>) -> Value<'static> {
    address.map_or(Value::Null, |it| Value::address(IpAddr::V4(it)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::listing::Joined;
    use crate::report::columns::Describe;
    use crate::tables::interface::{Details, FLAG_UP, Inet, Link, Name};

    fn cell(interface: &Interface<'_>, name: &str) -> String {
        let columns = INTERFACES.columns();
        let index = columns.iter().position(|column| column.name == name);
        let mut out = Vec::new();
        Joined::with_nothing(|joined| {
            let value = INTERFACES.value(index.expect("a column"), interface, joined);
            value.push_cell(&mut out);
        });
        String::from_utf8(out).expect("text")
    }

    #[test]
    fn addresses_are_shown_if_there_are_any() {
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
            let interface = Interface {
                name: &name,
                link,
                counters: None,
                details,
                inet6: &[],
                rare: &[],
            };
            names.iter().map(|it| cell(&interface, it)).collect()
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
