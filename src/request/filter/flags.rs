//! What the flags under "Which rows" mean: at least one of each kind.

use super::{Filter, Side, Test};
use ipnet::IpNet;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

impl Filter {
    /// Returns the condition that one of `wanted` holds, if there are any, and none of `unwanted`.
    pub fn all_but(
        wanted: impl IntoIterator<Item = Filter>,
        unwanted: impl IntoIterator<Item = Filter>,
    ) -> Filter {
        let wanted: Vec<_> = wanted.into_iter().collect();
        let wanted = match wanted.is_empty() {
            true => Filter::EVERYTHING,
            false => Filter::any(wanted),
        };
        Filter::all([wanted, Filter::any(unwanted).negated()])
    }

    /// Returns the condition that an end lies in a network as people mean it: IPv4-mapped addresses are
    /// IPv4's alone, and a socket without a foreign end, which has zeros in its place, lies in no
    /// network but the one that holds just these.
    pub fn network(side: Side, network: IpNet) -> Filter {
        let is = |network: IpNet| Filter::from(Test::Address(side, network));
        let mut parts = vec![is(network)];
        let mapped = IpAddr::from(Ipv4Addr::UNSPECIFIED.to_ipv6_mapped());
        if network.contains(&mapped)
            && let Ok(mapped) = IpNet::new(mapped, 96)
        {
            parts.push(is(mapped).negated());
        }
        let nobody: [IpAddr; 2] = [Ipv4Addr::UNSPECIFIED.into(), Ipv6Addr::UNSPECIFIED.into()];
        let is_one_address = network.prefix_len() == network.max_prefix_len();
        if side == Side::Foreign && !is_one_address {
            let nobody = nobody.into_iter().filter(|it| network.contains(it));
            parts.extend(nobody.map(|it| is(it.into()).negated()));
        }
        Filter::all(parts)
    }
}
