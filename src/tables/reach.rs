//! From where a socket that waits for others can be reached.

use super::{End, Socket};
use std::net::IpAddr;

/// The index of the device lo, the same in each network namespace (LOOPBACK_IFINDEX in the kernel's
/// include/net/net_namespace.h).
const LOOPBACK: u32 = 1;

/// From where a socket can be reached. A firewall may keep the network out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reach {
    /// From its own network namespace alone.
    Host,
    /// From the network.
    Network,
}

impl Reach {
    /// Returns from where a socket can be reached at its local address, or at the best placed of several;
    /// `None` if it has none. What is bound to the device lo (SO_BINDTODEVICE), as the kernel's diagnostics
    /// tell, is of the host alone at any address.
    pub fn of(socket: &Socket<'_>) -> Option<Reach> {
        let reach = match socket.local() {
            End::Ip(local) => Some(Reach::of_address(local.ip())),
            End::Several(addresses, _) => {
                let known = addresses.iter().filter_map(|it| it.ip);
                known.map(Reach::of_address).max()
            }
            End::None | End::Station(..) | End::Ipx(_) => None,
        };
        let bound_to = socket.internals().and_then(|it| it.bound_interface());
        match bound_to {
            Some(LOOPBACK) => reach.map(|_| Reach::Host),
            _ => reach,
        }
    }

    fn of_address(address: IpAddr) -> Reach {
        match address.to_canonical().is_loopback() {
            true => Reach::Host,
            false => Reach::Network,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tables::diag::{Internals, LISTEN, made};
    use crate::tables::inet::{Protocol, Row};

    fn row(address: &str) -> Row {
        Row::made_up(Protocol::Tcp, address, "0.0.0.0:0", LISTEN)
    }

    #[test]
    fn all_but_loopback_is_open_to_the_network() {
        for (address, expected) in [
            ("0.0.0.0:1", Reach::Network),
            ("[::]:1", Reach::Network),
            ("192.0.2.1:1", Reach::Network),
            ("[fe80::1]:1", Reach::Network),
            ("127.0.0.53:1", Reach::Host),
            ("[::1]:1", Reach::Host),
            ("[::ffff:127.0.0.1]:1", Reach::Host),
        ] {
            let found = Reach::of(&Socket::Inet(&row(address), None));
            assert_eq!(found, Some(expected), "{address}");
        }
    }

    #[test]
    fn what_is_bound_to_lo_is_of_the_host_alone() {
        for (interface, expected) in [(0, Reach::Network), (1, Reach::Host), (2, Reach::Network)] {
            let mut message = made::message(LISTEN, (0, 0), &[]);
            message[made::INTERFACE..made::INTERFACE + 4]
                .copy_from_slice(&u32::to_ne_bytes(interface));
            let row = row("0.0.0.0:1");
            let socket = Socket::Inet(&row, Some(Internals::of(&message)));
            assert_eq!(Reach::of(&socket), Some(expected), "{interface}");
        }
    }
}
