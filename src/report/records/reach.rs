//! From where a listener can be reached.

use super::value::Value;
use std::net::IpAddr;

/// From where a listener can be reached, by its address. A firewall may keep the network out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reach {
    /// From this host alone.
    Host,
    /// From the network.
    Network,
}

impl Reach {
    /// The colour of an address that the network can reach.
    pub const COLOR: &'static str = "35";

    /// Returns from where an address, or the best placed of several, can be reached.
    pub fn of(value: &Value<'_>) -> Option<Reach> {
        match value {
            Value::Address(address) => Some(Reach::of_address(*address)),
            Value::List(values) => values.iter().filter_map(Reach::of).max(),
            _ => None,
        }
    }

    fn of_address(address: IpAddr) -> Reach {
        match address.to_canonical().is_loopback() {
            true => Reach::Host,
            false => Reach::Network,
        }
    }
}

/// Returns whether a listener with this address is open on all addresses of its family.
pub fn is_of_all(value: &Value<'_>) -> bool {
    matches!(value, Value::Address(address) if address.is_unspecified())
}

/// Returns how many listeners can be reached from where, or `None` if none has an address.
pub fn summary(reaches: impl Iterator<Item = Reach>) -> Option<String> {
    let (mut network, mut host) = (0_usize, 0_usize);
    for reach in reaches {
        match reach {
            Reach::Network => network += 1,
            Reach::Host => host += 1,
        }
    }
    let open = format!("{network} open to the network");
    let alone = format!("{host} only to this host");
    match (network, host) {
        (0, 0) => None,
        (_, 0) => Some(open),
        (0, _) => Some(format!("{host} open only to this host")),
        (..) => Some(format!("{open}, {alone}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_but_loopback_is_open_to_the_network() {
        let address = |text: &str| Value::address(text.parse().expect("an address"));
        let cases = [
            (address("0.0.0.0"), Some(Reach::Network)),
            (address("::"), Some(Reach::Network)),
            (address("192.0.2.1"), Some(Reach::Network)),
            (address("fe80::1"), Some(Reach::Network)),
            (address("127.0.0.53"), Some(Reach::Host)),
            (address("::1"), Some(Reach::Host)),
            (address("::ffff:127.0.0.1"), Some(Reach::Host)),
            (
                Value::List(vec![address("127.0.0.1"), address("192.0.2.1")]),
                Some(Reach::Network),
            ),
            (Value::List(vec![address("127.0.0.1")]), Some(Reach::Host)),
            (Value::List(Vec::new()), None),
            (Value::Null, None),
        ];
        for (value, expected) in cases {
            assert_eq!(Reach::of(&value), expected, "{value:?}");
        }
    }

    #[test]
    fn listeners_are_counted_by_reach() {
        let cases = [
            (0, 0, None),
            (2, 0, Some("2 open to the network")),
            (0, 1, Some("1 open only to this host")),
            (5, 2, Some("5 open to the network, 2 only to this host")),
        ];
        for (network, host, expected) in cases {
            let all = std::iter::repeat_n(Reach::Network, network);
            let all = all.chain(std::iter::repeat_n(Reach::Host, host));
            assert_eq!(summary(all).as_deref(), expected);
        }
    }
}
