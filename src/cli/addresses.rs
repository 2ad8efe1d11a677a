//! The values of the flags that choose rows by their addresses.

use super::condition::Condition;
use crate::request::{Filter, Side, Test};
use ipnet::IpNet;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// What an address is wanted to be, for messages.
const WANTED: &str = "expected an address (10.0.0.5), a network (10.0.0.0/8), a host name or '*'";

/// Where an end may be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// At no single address, as `0.0.0.0` and `::` have it.
    Any,
    /// In a network.
    Network(IpNet),
    /// At an address of the host with this name.
    Host(String),
}

impl Place {
    /// Parses a place, with `!` in front if it is unwanted.
    ///
    /// # Errors
    /// It is none.
    pub fn read(text: &str) -> Result<Condition<Place>, String> {
        Condition::read(text, |text| match text {
            "*" => Ok(Place::Any),
            text if is_host_name(text) => Ok(Place::Host(text.to_owned())),
            text => network(text).map(Place::Network),
        })
    }

    /// Returns the condition that one of the ends is there. A socket's own end alone can be at all
    /// addresses: zeros in the place of a foreign one mean that there is none.
    pub fn filter_either(&self) -> Filter {
        match self {
            Place::Any => self.filter(Side::Local),
            _ => Filter::any(Side::BOTH.map(|side| self.filter(side))),
        }
    }

    /// Returns the condition that an end is there.
    pub fn filter(&self, side: Side) -> Filter {
        match self {
            Place::Any => {
                let all: [IpAddr; 2] = [Ipv4Addr::UNSPECIFIED.into(), Ipv6Addr::UNSPECIFIED.into()];
                Filter::any(all.map(|it| Filter::network(side, it.into())))
            }
            Place::Network(network) => Filter::network(side, *network),
            Place::Host(name) => Test::Host(side, name.clone()).into(),
        }
    }
}

/// Returns whether a text can be the name of a host, and no address that was mistyped (`man 7
/// hostname`).
fn is_host_name(text: &str) -> bool {
    let is_of_name = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    let is_number = |byte: u8| byte.is_ascii_digit() || byte == b'.';
    !text.starts_with(['-', '.']) && text.bytes().all(is_of_name) && !text.bytes().all(is_number)
}

/// Parses an address or a network. A network of IPv4-mapped addresses is the IPv4 network that it
/// means.
fn network(text: &str) -> Result<IpNet, String> {
    let wanted = || WANTED.to_owned();
    let network: IpNet = match text.parse::<IpAddr>() {
        Ok(address) => address.into(),
        Err(_) => text.parse().map_err(|_| wanted())?,
    };
    if let IpNet::V6(v6) = network
        && v6.prefix_len() >= 96
        && let Some(address) = v6.addr().to_ipv4_mapped()
    {
        return IpNet::new(address.into(), v6.prefix_len() - 96).map_err(|_| wanted());
    }
    Ok(network)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_mean_what_they_say() {
        let network = |text: &str| Place::Network(text.parse().expect("a network"));
        let host = |name: &str| Place::Host(name.to_owned());
        let cases = [
            ("10.0.0.1", Some((true, network("10.0.0.1/32")))),
            ("10.0.0.0/8", Some((true, network("10.0.0.0/8")))),
            ("!10.0.0.0/8", Some((false, network("10.0.0.0/8")))),
            (" ::1", Some((true, network("::1/128")))),
            ("::ffff:10.0.0.1", Some((true, network("10.0.0.1/32")))),
            ("::ffff:10.0.0.0/104", Some((true, network("10.0.0.0/8")))),
            ("::ffff:0:0/90", Some((true, network("::ffff:0.0.0.0/90")))),
            ("2001:db8::/32", Some((true, network("2001:db8::/32")))),
            ("*", Some((true, Place::Any))),
            ("!*", Some((false, Place::Any))),
            ("localhost", Some((true, host("localhost")))),
            ("!db_1.example.org", Some((false, host("db_1.example.org")))),
            ("10.0.0.0/33", None),
            ("10.0.0", None),
            ("host/8", None),
            ("-x", None),
            ("", None),
            ("!", None),
        ];
        for (text, expected) in cases {
            let found = Place::read(text).ok();
            let found = found.map(|it| (it.wanted, it.condition));
            assert_eq!(found, expected, "{text}");
        }
    }
}
