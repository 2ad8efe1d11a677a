//! The filters that net-tools lacks: which sockets fit the conditions.

use crate::owners::{Owner, Owners};
use crate::request::{Filter, Ports, User};
use crate::tables::inet::Protocol;
use crate::tables::{End, Socket};
use ipnet::IpNet;
use std::net::IpAddr;

impl Filter {
    /// Returns whether a socket fits, as far as its row says. Names of services and users fit
    /// nothing: they have been replaced by numbers.
    pub fn includes(&self, socket: &Socket<'_>) -> bool {
        let (local, foreign) = (socket.local(), socket.foreign());
        let ports = match socket.inet().map(|row| row.protocol) {
            // A raw socket has the number of its IP protocol in the port's place.
            Some(Protocol::Raw) => (0, 0),
            _ => (port(local), port(foreign)),
        };
        self.includes_ports(ports.0, ports.1)
            && self.includes_addresses(
                |network| has_address(network, local),
                |network| has_foreign_address(network, foreign),
            )
            && self.includes_user(socket.uid())
            && self.includes_state(socket.state())
            && self.includes_inode(socket.inode())
    }

    /// Returns whether the socket `inode` has an owner that fits.
    pub fn includes_owner(&self, owners: &Owners, inode: Option<u64>) -> bool {
        if !self.needs_owners() {
            return true;
        }
        let mut all = inode.into_iter().flat_map(|inode| owners.all_of(inode));
        all.any(|(owner, _)| self.fits_owner(owner))
    }

    /// Returns whether an owner fits, as far as the conditions are about owners.
    pub fn fits_owner(&self, owner: &Owner) -> bool {
        fits(&self.pids, |pid| *pid == owner.pid)
            && fits(&self.programs, |glob| {
                owner.is_called(|name| glob.matches(&String::from_utf8_lossy(name)))
            })
            && self.belonging.admits(owner)
    }

    fn includes_ports(&self, local: u16, foreign: u16) -> bool {
        fits(&self.ports, |it| {
            has_port(it, local) || has_port(it, foreign)
        }) && fits(&self.local_ports, |it| has_port(it, local))
            && fits(&self.foreign_ports, |it| has_port(it, foreign))
    }

    /// Returns whether the ends fit; `is_local` and `is_foreign` say if one lies in a network.
    fn includes_addresses(
        &self,
        is_local: impl Fn(&IpNet) -> bool,
        is_foreign: impl Fn(&IpNet) -> bool,
    ) -> bool {
        fits(&self.addresses, |it| is_local(it) || is_foreign(it))
            && fits(&self.local_addresses, &is_local)
            && fits(&self.foreign_addresses, &is_foreign)
    }

    fn includes_user(&self, uid: Option<u32>) -> bool {
        fits(&self.users, |user| match user {
            User::Id(id) => uid == Some(*id),
            User::Name(_) => false,
        })
    }

    /// Returns whether a state fits, by net-tools' name.
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

/// Returns whether one of `conditions` holds, or there is none.
fn fits<C>(conditions: &[C], holds: impl FnMut(&C) -> bool) -> bool {
    conditions.is_empty() || conditions.iter().any(holds)
}

/// Returns whether a port is one of these; the kernel's 0 is none.
fn has_port(ports: &Ports, port: u16) -> bool {
    match ports {
        Ports::Range(first, last) => port != 0 && (*first..=*last).contains(&port),
        Ports::Service(_) => false,
    }
}

fn port(end: End<'_>) -> u16 {
    end.port().unwrap_or(0)
}

/// Returns whether one of an end's addresses lies in a network. An IPv4-mapped address is the IPv4
/// address that it means.
fn has_address(network: &IpNet, end: End<'_>) -> bool {
    let contains = |ip: IpAddr| network.contains(&ip.to_canonical());
    match end {
        End::Ip(end) => contains(end.ip()),
        End::Several(addresses, _) => addresses.iter().filter_map(|it| it.ip).any(contains),
        End::None | End::Station(..) | End::Ipx(_) => false,
    }
}

/// Returns the same for the foreign end. A socket without one has zeros in its place, which lie in
/// no network but the one that holds just these.
fn has_foreign_address(network: &IpNet, end: End<'_>) -> bool {
    let is_one_address = network.prefix_len() == network.max_prefix_len();
    match end {
        End::Ip(end) if end.ip().is_unspecified() && !is_one_address => false,
        _ => has_address(network, end),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tables::inet::{Family, Protocol, Row};
    use crate::tables::rare::Socket as RareSocket;
    use crate::tables::{sctp, unix};
    use std::net::SocketAddr;

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
            kernel_address: 0,
            drops: None,
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
            let found =
                [&web, &listener, &six].map(|row| filter.includes(&Socket::Inet(row, None)));
            assert_eq!(found, expected, "{filter:?}");
        }
    }

    #[test]
    fn any_address_of_an_association_may_be_the_one() {
        let endpoint = b"f f 2 10 25 3868 1000 50001 10.0.0.1 10.1.0.1 ";
        let association = b"f f 2 1 3 1 7 0 0 1000 50001 3868 40000 *10.0.0.1 10.1.0.1 <-> 192.0.2.1 *0000:0000:0000:0000:0000:ffff:c000:0209 \t 1";
        let rows = [
            (sctp::Part::Endpoints, &endpoint[..]),
            (sctp::Part::Associations, &association[..]),
        ]
        .map(|(part, line)| sctp::Row::from_line(part, line).expect("a row"));
        let networks = |text: &str| vec![text.parse::<IpNet>().expect("a network")];
        type Change<'a> = &'a dyn Fn(&mut Filter);
        let cases: [(Change<'_>, [bool; 2]); 10] = [
            (&|_| {}, [true; 2]),
            (&|it| it.addresses = networks("10.1.0.0/16"), [true; 2]),
            (
                &|it| it.local_addresses = networks("10.0.0.1/32"),
                [true; 2],
            ),
            (
                &|it| it.foreign_addresses = networks("192.0.2.9/32"),
                [false, true],
            ),
            (&|it| it.addresses = networks("192.0.2.0/24"), [false, true]),
            (
                &|it| it.foreign_addresses = networks("10.0.0.0/8"),
                [false; 2],
            ),
            (&|it| it.ports = vec![Ports::Range(3868, 3868)], [true; 2]),
            (
                &|it| it.foreign_ports = vec![Ports::Range(1, 65535)],
                [false, true],
            ),
            (&|it| it.states = vec!["LISTEN"], [true, false]),
            (&|it| it.users = vec![User::Id(0)], [false; 2]),
        ];
        for (change, expected) in cases {
            let mut filter = Filter::default();
            change(&mut filter);
            let found = [0, 1].map(|place: usize| filter.includes(&Socket::Sctp(rows[place])));
            assert_eq!(found, expected, "{filter:?}");
        }
    }

    #[test]
    fn sockets_of_rare_families_have_states_and_perhaps_a_user() {
        let ipx = b"1:1 2:2 10 20 1 1000";
        let ipx = RareSocket::Ipx(crate::tables::rare::ipx::Socket::from_line(ipx).expect("a row"));
        let rose = b"1 D 2 S rose0 1 2 1 1 2 3 1 2 3 4 5 6/7 10 20 1234";
        let rose =
            RareSocket::Rose(crate::tables::rare::rose::Socket::from_line(rose).expect("a row"));
        type Change<'a> = &'a dyn Fn(&mut Filter);
        let cases: [(Change<'_>, [bool; 2]); 6] = [
            (&|_| {}, [true; 2]),
            (&|it| it.ports = vec![Ports::Range(0, 65535)], [false; 2]),
            (&|it| it.users = vec![User::Id(1000)], [true, false]),
            (&|it| it.states = vec!["ESTABLISHED"], [true, false]),
            (&|it| it.states = vec!["CONN_SENT"], [false, true]),
            (&|it| it.inodes = vec![1234], [false, true]),
        ];
        for (change, expected) in cases {
            let mut filter = Filter::default();
            change(&mut filter);
            let found = [&ipx, &rose].map(|it| filter.includes(&Socket::Rare(it.clone())));
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
            assert_eq!(filter.includes(&Socket::Unix(row)), expected, "{filter:?}");
        }
    }
}
