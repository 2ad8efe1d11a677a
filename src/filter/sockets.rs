//! The filters that net-tools lacks: which sockets fit the conditions that are asked for.

use crate::owners::{Owner, Owners};
use crate::request::{Filter, Ports, User};
use crate::tables::{inet, unix};
use ipnet::IpNet;
use std::net::SocketAddr;

impl Filter {
    /// Whether an IP socket fits, as far as its row tells. Names of services and users fit nothing:
    /// they have to be numbers by now.
    pub fn includes(&self, row: &inet::Row) -> bool {
        let (local, foreign) = (row.local, row.foreign);
        fits(&self.ports, |it| {
            has_port(it, local) || has_port(it, foreign)
        }) && fits(&self.local_ports, |it| has_port(it, local))
            && fits(&self.foreign_ports, |it| has_port(it, foreign))
            && fits(&self.addresses, |it| {
                has_address(it, local) || has_foreign_address(it, foreign)
            })
            && fits(&self.local_addresses, |it| has_address(it, local))
            && fits(&self.foreign_addresses, |it| {
                has_foreign_address(it, foreign)
            })
            && fits(&self.users, |user| match user {
                User::Id(id) => row.uid == Some(*id),
                User::Name(_) => false,
            })
            && self.includes_state(row.state_name())
            && self.includes_inode(row.inode)
    }

    /// Whether a unix socket fits, as far as its row tells.
    pub fn includes_unix(&self, row: &unix::Row<'_>) -> bool {
        !self.needs_internet()
            && self.includes_state(row.state_name())
            && self.includes_inode(row.inode)
    }

    /// Whether the socket `inode` has an owner that fits.
    pub fn includes_owner(&self, owners: &Owners, inode: Option<u64>) -> bool {
        if !self.needs_owners() {
            return true;
        }
        let mut all = inode.into_iter().flat_map(|inode| owners.all_of(inode));
        all.any(|(owner, _)| self.fits_owner(owner))
    }

    /// Whether an owner fits, as far as the conditions are about owners.
    pub fn fits_owner(&self, owner: &Owner) -> bool {
        fits(&self.pids, |pid| *pid == owner.pid)
            && fits(&self.programs, |glob| {
                glob.matches(&String::from_utf8_lossy(&owner.program))
            })
    }

    /// Whether a state fits, by net-tools' name for it.
    pub fn includes_state(&self, state: Option<&'static str>) -> bool {
        fits(&self.states, |wanted| state == Some(*wanted))
            && !self
                .no_states
                .iter()
                .any(|unwanted| state == Some(*unwanted))
    }

    fn includes_inode(&self, inode: Option<u64>) -> bool {
        fits(&self.inodes, |wanted| inode == Some(*wanted))
    }
}

/// Whether one of `conditions` holds, or there is none.
fn fits<C>(conditions: &[C], holds: impl FnMut(&C) -> bool) -> bool {
    conditions.is_empty() || conditions.iter().any(holds)
}

/// Whether an end has one of these ports; where there is no port, the kernel's 0 is none.
fn has_port(ports: &Ports, end: SocketAddr) -> bool {
    match ports {
        Ports::Range(first, last) => end.port() != 0 && (*first..=*last).contains(&end.port()),
        Ports::Service(_) => false,
    }
}

/// Whether an end's address lies in a network; an IPv4-mapped address is the IPv4 address it means.
fn has_address(network: &IpNet, end: SocketAddr) -> bool {
    network.contains(&end.ip().to_canonical())
}

/// The same for the foreign end. Where there is no foreign side, the kernel's zeros are in no
/// network, but fit one who asks for just these.
fn has_foreign_address(network: &IpNet, end: SocketAddr) -> bool {
    let is_one_address = network.prefix_len() == network.max_prefix_len();
    (is_one_address || !end.ip().is_unspecified()) && has_address(network, end)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tables::inet::{Family, Protocol, Row};

    fn row(protocol: Protocol, local: &str, foreign: &str, state: u8) -> Row {
        let local: SocketAddr = local.parse().expect("an address");
        Row {
            protocol,
            family: if local.is_ipv6() {
                Family::V6
            } else {
                Family::V4
            },
            local,
            foreign: foreign.parse().expect("an address"),
            state,
            send_queue: 0,
            receive_queue: 0,
            timer: 0,
            timer_ticks: 0,
            retransmits: Some(0),
            uid: Some(1000),
            probes: Some(0),
            inode: Some(4000),
        }
    }

    #[test]
    fn one_of_each_kind_of_condition_has_to_hold() {
        let web = row(
            Protocol::Tcp,
            "[::ffff:10.0.0.1]:80",
            "[::ffff:192.0.2.7]:51000",
            1,
        );
        let listener = row(Protocol::Tcp, "0.0.0.0:80", "0.0.0.0:0", 10);
        let six = row(Protocol::Udp, "[2001:db8::1]:53", "[::]:0", 7);
        let range = |first, last| vec![Ports::Range(first, last)];
        let networks = |text: &str| vec![text.parse::<IpNet>().expect("a network")];
        type Change<'a> = &'a dyn Fn(&mut Filter);
        // Which of the three fit.
        let cases: [(Change<'_>, [bool; 3]); 18] = [
            (&|_| {}, [true; 3]),
            (&|it| it.ports = range(80, 80), [true, true, false]),
            (&|it| it.ports = range(0, 100), [true; 3]),
            (
                &|it| it.foreign_ports = range(0, 65535),
                [true, false, false],
            ),
            (&|it| it.local_ports = range(51000, 51000), [false; 3]),
            (
                &|it| it.ports = [range(53, 53), range(51000, 51000)].concat(),
                [true, false, true],
            ),
            (
                &|it| it.addresses = networks("192.0.2.0/24"),
                [true, false, false],
            ),
            (
                &|it| it.addresses = networks("0.0.0.0/0"),
                [true, true, false],
            ),
            (
                &|it| it.foreign_addresses = networks("0.0.0.0/0"),
                [true, false, false],
            ),
            (&|it| it.addresses = networks("::/0"), [false, false, true]),
            (
                &|it| it.foreign_addresses = networks("::/128"),
                [false, false, true],
            ),
            (&|it| it.states = vec!["LISTEN"], [false, true, false]),
            (&|it| it.no_states = vec!["LISTEN"], [true, false, true]),
            (
                &|it| (it.states, it.ports) = (vec!["LISTEN"], range(81, 81)),
                [false; 3],
            ),
            (&|it| it.users = vec![User::Id(1000)], [true; 3]),
            (&|it| it.users = vec![User::Id(0)], [false; 3]),
            (&|it| it.inodes = vec![1, 4000], [true; 3]),
            (&|it| it.inodes = vec![1], [false; 3]),
        ];
        for (change, expected) in cases {
            let mut filter = Filter::default();
            change(&mut filter);
            let found = [&web, &listener, &six].map(|row| filter.includes(row));
            assert_eq!(found, expected, "{filter:?}");
        }
    }

    #[test]
    fn unix_sockets_have_neither_ports_nor_users() {
        let line = b"00000000: 00000002 00000000 00010000 0001 01 4000 /run/s";
        let row = unix::Row::from_line(true, line).expect("a row");
        type Change<'a> = &'a dyn Fn(&mut Filter);
        let cases: [(Change<'_>, bool); 5] = [
            (&|_| {}, true),
            (&|it| it.ports = vec![Ports::Range(0, 65535)], false),
            (&|it| it.users = vec![User::Id(0)], false),
            (&|it| it.states = vec!["LISTEN", "LISTENING"], true),
            (&|it| it.inodes = vec![4000], true),
        ];
        for (change, expected) in cases {
            let mut filter = Filter::default();
            change(&mut filter);
            assert_eq!(filter.includes_unix(&row), expected, "{filter:?}");
        }
    }
}
