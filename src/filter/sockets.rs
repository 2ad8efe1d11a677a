//! Which sockets fit the tests of a filter, as far as their rows say.

use crate::request::{Cgroup, Device, Mark, Ports, Side, Test, User};
use crate::tables::inet::{Family, Protocol};
use crate::tables::{End, Socket};
use glob::Pattern;
use ipnet::IpNet;
use procfs::net::TcpState;
use std::net::IpAddr;
use std::ops::RangeInclusive;

/// What a filter has to know of the network namespace that a socket is in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Surroundings {
    /// The ports that the kernel chooses from, or `None` if they are not known or not asked for.
    pub port_range: Option<RangeInclusive<u16>>,
    /// Whether an interface is asked for that there is not: what is bound to it is not known then.
    pub lacks_interface: bool,
}

impl Test {
    /// Returns whether the test holds for a socket, as if it had this state: `None` if its row does
    /// not say. Names of services, hosts and users fit nothing: they have been replaced by numbers.
    pub fn holds_for(
        &self,
        socket: &Socket<'_>,
        state: Option<&'static str>,
        around: &Surroundings,
    ) -> Option<bool> {
        Some(match self {
            Test::Port(side, ports) => {
                port(socket, *side).is_some_and(|port| has_port(ports, port))
            }
            Test::Address(side, network) => has_address(network, end(socket, *side)),
            Test::Family(family) => is_of(socket, *family),
            Test::State(wanted) => state == *wanted,
            Test::Path(side, glob) => is_path(socket, *side, glob),
            Test::Autobound => match port(socket, Side::Local) {
                None | Some(0) => false,
                Some(port) => around.port_range.as_ref()?.contains(&port),
            },
            Test::User(User::Id(id)) => socket.uid() == Some(*id),
            Test::Host(..) | Test::User(User::Name(_)) => false,
            Test::Inode(wanted) => socket.inode() == Some(*wanted),
            Test::Device(_) | Test::Mark(_) | Test::Cgroup(_) => {
                return holds_within(self, socket);
            }
            Test::Pid(_)
            | Test::Program(_)
            | Test::Container(_)
            | Test::Unit(_)
            | Test::Pod(_)
            | Test::OwnerCgroup(_)
            | Test::Column(_) => return None,
        })
    }
}

/// Returns whether a test of what the kernel's diagnostics tell holds, or `None` if they don't tell. Nor is
/// anything known of an interface that there is not: its name would have been replaced.
fn holds_within(test: &Test, socket: &Socket<'_>) -> Option<bool> {
    let Socket::Inet(row, internals) = socket else {
        return Some(false);
    };
    let internals = (*internals)?;
    // Of these, the kernel tells neither a mark nor a group; ss takes both for 0.
    let is_over = TcpState::from_u8(row.state) == Some(TcpState::TimeWait);
    let of_over = Some(0).filter(|_| is_over);
    Some(match test {
        Test::Device(Device::Index(index)) => internals.bound_interface().unwrap_or(0) == *index,
        Test::Mark(Mark { value, mask }) => {
            let mark = internals.mark().or(of_over)?;
            // A value with bits that don't count fits nothing, as in ss.
            mark & mask == *value
        }
        Test::Cgroup(Cgroup::Id(id)) => {
            let of_over = of_over.map(u64::from);
            internals.cgroup_id().or(of_over)? == *id
        }
        _ => return None,
    })
}

fn end<'a>(socket: &Socket<'a>, side: Side) -> End<'a> {
    match side {
        Side::Local => socket.local(),
        Side::Foreign => socket.foreign(),
    }
}

/// Returns the port of an end, 0 if it has none yet, or `None` for a socket that can have none.
fn port(socket: &Socket<'_>, side: Side) -> Option<u16> {
    match socket {
        // A raw socket has the number of its IP protocol in the port's place.
        Socket::Inet(row, _) if row.protocol == Protocol::Raw => Some(0),
        Socket::Inet(..) | Socket::Sctp(_) => Some(end(socket, side).port().unwrap_or(0)),
        Socket::Unix(_) | Socket::Rare(_) => None,
    }
}

fn has_port(ports: &Ports, port: u16) -> bool {
    match ports {
        Ports::Range(first, last) => (*first..=*last).contains(&port),
        Ports::Service(..) => false,
    }
}

/// Returns whether one of an end's addresses lies in a network. An IPv4-mapped address is the IPv4
/// address that it means, too.
fn has_address(network: &IpNet, end: End<'_>) -> bool {
    let contains = |ip: IpAddr| match network {
        IpNet::V4(_) => network.contains(&ip.to_canonical()),
        IpNet::V6(_) => network.contains(&ip),
    };
    match end {
        End::Ip(end) => contains(end.ip()),
        End::Several(addresses, _) => addresses.iter().filter_map(|it| it.ip).any(contains),
        End::None | End::Station(..) | End::Ipx(_) => false,
    }
}

/// Returns whether a socket is of an IP version. SCTP's table does not say, but its addresses do.
fn is_of(socket: &Socket<'_>, family: Family) -> bool {
    match socket {
        Socket::Inet(row, _) => row.family == family,
        Socket::Sctp(row) => {
            let mut addresses = row.local.iter().filter_map(|it| it.ip);
            let is_v4 = addresses.next().is_some_and(|ip| ip.is_ipv4());
            is_v4 == (family == Family::V4)
        }
        Socket::Unix(_) | Socket::Rare(_) => false,
    }
}

fn is_path(socket: &Socket<'_>, side: Side, glob: &Pattern) -> bool {
    let path = match side {
        Side::Local => socket.unix().and_then(|row| row.path),
        // The foreign end of a unix socket is its peer's, which /proc does not tell.
        Side::Foreign => None,
    };
    path.is_some_and(|path| glob.matches(&String::from_utf8_lossy(path)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::request::Filter;
    use crate::tables::inet::Row;
    use crate::tables::rare::Socket as RareSocket;
    use crate::tables::{sctp, unix};

    fn fits(filter: &Filter, socket: &Socket<'_>) -> bool {
        let around = Surroundings {
            port_range: Some(32768..=60999),
            ..Surroundings::default()
        };
        let answer = &mut |test: &Test| test.holds_for(socket, socket.state(), &around);
        filter.decide(answer) == Some(true)
    }

    fn port(side: Side, first: u16, last: u16) -> Filter {
        Test::Port(side, Ports::Range(first, last)).into()
    }

    /// As `--port` has it.
    fn any_port(first: u16, last: u16) -> Filter {
        Filter::any(Side::BOTH.map(|side| port(side, first, last)))
    }

    fn network(side: Side, text: &str) -> Filter {
        Filter::network(side, text.parse().expect("a network"))
    }

    /// As `--address` has it.
    fn any_network(text: &str) -> Filter {
        Filter::any(Side::BOTH.map(|side| network(side, text)))
    }

    /// As ss has it.
    fn address(side: Side, text: &str) -> Filter {
        Test::Address(side, text.parse().expect("a network")).into()
    }

    fn is(test: Test) -> Filter {
        test.into()
    }

    fn state(name: &'static str) -> Filter {
        is(Test::State(Some(name)))
    }

    #[test]
    fn one_of_each_kind_of_condition_has_to_hold() {
        let web = Row::made_up(
            Protocol::Tcp,
            "[::ffff:10.0.0.1]:80",
            "[::ffff:192.0.2.7]:51000",
            1,
        );
        let listener = Row::made_up(Protocol::Tcp, "0.0.0.0:80", "0.0.0.0:0", 10);
        let six = Row::made_up(Protocol::Udp, "[2001:db8::1]:53", "[::]:0", 7);
        // Which of the three fit.
        use Side::{Foreign, Local};
        let cases = [
            (Filter::EVERYTHING, [true; 3]),
            (any_port(80, 80), [true, true, false]),
            (any_port(1, 100), [true; 3]),
            (port(Foreign, 1, 65535), [true, false, false]),
            (port(Foreign, 0, 0), [false, true, true]),
            (port(Local, 51000, 51000), [false; 3]),
            (
                Filter::any([any_port(53, 53), any_port(51000, 51000)]),
                [true, false, true],
            ),
            (any_network("192.0.2.0/24"), [true, false, false]),
            (any_network("0.0.0.0/0"), [true, true, false]),
            (network(Foreign, "0.0.0.0/0"), [true, false, false]),
            (any_network("::/0"), [false, false, true]),
            (network(Foreign, "::/0"), [false; 3]),
            (network(Foreign, "::/128"), [false, false, true]),
            // What ss means by a network.
            (address(Foreign, "0.0.0.0/0"), [true, true, false]),
            (address(Local, "::/0"), [true, false, true]),
            (address(Local, "::ffff:0:0/96"), [true, false, false]),
            (is(Test::Family(Family::V6)), [true, false, true]),
            (is(Test::Autobound), [false; 3]),
            (state("LISTEN"), [false, true, false]),
            (state("LISTEN").negated(), [true, false, true]),
            (is(Test::State(None)), [false, false, true]),
            (Filter::all([state("LISTEN"), any_port(81, 81)]), [false; 3]),
            (is(Test::User(User::Id(1000))), [true; 3]),
            (is(Test::User(User::Id(0))), [false; 3]),
            (
                Filter::any([is(Test::Inode(1)), is(Test::Inode(4000))]),
                [true; 3],
            ),
            (is(Test::Inode(1)), [false; 3]),
        ];
        for (filter, expected) in cases {
            let found = [&web, &listener, &six].map(|row| fits(&filter, &Socket::Inet(row, None)));
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
        use Side::{Foreign, Local};
        let cases = [
            (Filter::EVERYTHING, [true; 2]),
            (any_network("10.1.0.0/16"), [true; 2]),
            (network(Local, "10.0.0.1/32"), [true; 2]),
            (network(Foreign, "192.0.2.9/32"), [false, true]),
            (any_network("192.0.2.0/24"), [false, true]),
            (network(Foreign, "10.0.0.0/8"), [false; 2]),
            (any_port(3868, 3868), [true; 2]),
            (port(Foreign, 1, 65535), [false, true]),
            (is(Test::Family(Family::V4)), [true; 2]),
            (is(Test::Autobound), [false; 2]),
            (state("LISTEN"), [true, false]),
            (is(Test::User(User::Id(0))), [false; 2]),
        ];
        for (filter, expected) in cases {
            let found = [0, 1].map(|place: usize| fits(&filter, &Socket::Sctp(rows[place])));
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
        let cases = [
            (Filter::EVERYTHING, [true; 2]),
            (any_port(0, 65535), [false; 2]),
            (is(Test::User(User::Id(1000))), [true, false]),
            (state("ESTABLISHED"), [true, false]),
            (state("CONN_SENT"), [false, true]),
            (is(Test::Inode(1234)), [false, true]),
        ];
        for (filter, expected) in cases {
            let found = [&ipx, &rose].map(|it| fits(&filter, &Socket::Rare(it.clone())));
            assert_eq!(found, expected, "{filter:?}");
        }
    }

    #[test]
    fn unix_sockets_have_neither_ports_nor_users() {
        let line = b"00000000: 00000002 00000000 00010000 0001 01 4000 /run/s";
        let row = unix::Row::from_line(true, line).expect("a row");
        let path = |side, glob: &str| is(Test::Path(side, Pattern::new(glob).expect("a glob")));
        let cases = [
            (Filter::EVERYTHING, true),
            (any_port(0, 65535), false),
            (any_port(0, 65535).negated(), true),
            (is(Test::User(User::Id(0))), false),
            (Filter::any([state("LISTEN"), state("LISTENING")]), true),
            (is(Test::Inode(4000)), true),
            (path(Side::Local, "/run/*"), true),
            (path(Side::Local, "/run"), false),
            (path(Side::Foreign, "*"), false),
        ];
        for (filter, expected) in cases {
            assert_eq!(fits(&filter, &Socket::Unix(row)), expected, "{filter:?}");
        }
    }
}
