//! What a table says of where listeners can be reached from.

use super::value::Value;
use crate::tables::Reach;

/// The colour of an address that the network can reach.
pub const COLOR: &str = "35";

/// Returns whether a listener with this address is open on all addresses of its family.
pub fn is_of_all(value: &Value<'_>) -> bool {
    matches!(value, Value::Address(address) if address.is_unspecified())
}

/// Returns how many listeners can be reached from where, or `None` if none has an address. If they are
/// `of_namespaces` that may be others than this one, each is told of its own.
pub fn summary(reaches: impl Iterator<Item = Reach>, of_namespaces: bool) -> Option<String> {
    let (mut network, mut host) = (0_usize, 0_usize);
    for reach in reaches {
        match reach {
            Reach::Network => network += 1,
            Reach::Host => host += 1,
        }
    }
    let (outside, inside) = match of_namespaces {
        false => ("the network", "this host"),
        true => ("their network", "their namespace"),
    };
    let open = format!("{network} open to {outside}");
    match (network, host) {
        (0, 0) => None,
        (_, 0) => Some(open),
        (0, _) => Some(format!("{host} open only to {inside}")),
        (..) => Some(format!("{open}, {host} only to {inside}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn listeners_are_counted_by_reach() {
        let cases = [
            (0, 0, false, None),
            (2, 0, false, Some("2 open to the network")),
            (0, 1, false, Some("1 open only to this host")),
            (
                5,
                2,
                false,
                Some("5 open to the network, 2 only to this host"),
            ),
            (
                5,
                2,
                true,
                Some("5 open to their network, 2 only to their namespace"),
            ),
            (0, 0, true, None),
        ];
        for (network, host, of_namespaces, expected) in cases {
            let all = std::iter::repeat_n(Reach::Network, network);
            let all = all.chain(std::iter::repeat_n(Reach::Host, host));
            assert_eq!(summary(all, of_namespaces).as_deref(), expected);
        }
    }
}
