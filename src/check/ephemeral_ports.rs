//! Destinations to which the kernel runs out of local ports.

use super::tally::Tally;
use super::text::{count, percent};
use super::{
    About, Check, Finding, Looks, Moment, Needs, Severity, Sockets, TwoLooks, Whose, source,
};
use crate::listing::Joined;
use crate::tables::Socket;
use crate::tables::diag::LISTEN;
use std::collections::BTreeSet;
use std::net::{IpAddr, SocketAddr};

/// The kernel's number of the state (include/net/tcp_states.h).
const TIME_WAIT: u8 = 6;

/// From this share of the ports on, in percent, a burst of connections is likely to find none: a port is
/// only free again a minute after its connection (TCP_TIMEWAIT_LEN, include/net/tcp.h).
const NEARLY_ALL: u64 = 80;

/// From so many connections to one destination on, their owner is looked up: only then may it be named.
const SOME: u32 = 16;

/// The ports that the kernel chooses from: the first and the last (Documentation/networking/ip-sysctl.rst).
const RANGE: &str = "net/ipv4/ip_local_port_range";
/// Those of them that it leaves alone, as `8080,9000-9100`.
const RESERVED: &str = "net/ipv4/ip_local_reserved_ports";
/// Whether it takes a port again whose connection is in TIME_WAIT: 0 no, 1 yes, 2 to loopback addresses only.
const REUSE: &str = "net/ipv4/tcp_tw_reuse";

pub const ABOUT: About = About {
    name: "ephemeral_ports",
    summary: "destinations for which local ports run out",
    needs: Needs {
        two_looks: TwoLooks::No,
        sockets: Sockets::Once,
    },
    begin: || Box::new(EphemeralPorts::default()),
};

/// What a new connection must differ from in its local port.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
struct Route {
    local: IpAddr,
    foreign: SocketAddr,
}

/// The connections of one route.
#[derive(Debug, Default)]
struct Held {
    time_wait: u32,
    whose: Option<Box<Whose>>,
}

/// The connections by route, of all local ports: the range is read later. Those that came to a listener are
/// left out.
#[derive(Debug, Default)]
struct EphemeralPorts {
    routes: Tally<Route, Held>,
    listening: BTreeSet<u16>,
    source: &'static str,
}

impl Check for EphemeralPorts {
    fn see(&mut self, moment: Moment, socket: &Socket<'_>, joined: &mut Joined<'_>) {
        let Some(row) = socket.inet().filter(|_| socket.is_tcp()) else {
            return;
        };
        let port = row.local.port();
        if moment == Moment::First || port == 0 {
            return;
        }
        self.source = source(socket);
        if row.state == LISTEN {
            self.listening.insert(port);
            return;
        }
        // Listeners come first in a table.
        if self.listening.contains(&port) || row.foreign.port() == 0 {
            return;
        }
        let canonical = |end: SocketAddr| end.ip().to_canonical();
        let route = Route {
            local: canonical(row.local),
            foreign: SocketAddr::new(canonical(row.foreign), row.foreign.port()),
        };
        let Some(held) = self.routes.add(route) else {
            return;
        };
        held.value.time_wait += u32::from(row.state == TIME_WAIT);
        if held.count >= SOME && held.value.whose.is_none() && socket.held_inode().is_some() {
            held.value.whose = Whose::of(socket, joined).map(Box::new);
        }
    }

    fn conclude(&mut self, looks: &Looks<'_>) -> Result<Vec<Finding>, String> {
        let range = Range::read(looks, &self.listening)?;
        let free_again = looks.number(REUSE).ok();
        let nearly = range.ports * NEARLY_ALL;
        let all = self.routes.iter();
        let mut routes: Vec<_> = all
            .filter(|(_, held)| u64::from(held.count) * 100 >= nearly)
            .map(|(route, held)| {
                let is_reused = match free_again {
                    Some(1) => true,
                    Some(2) => route.foreign.ip().is_loopback(),
                    _ => false,
                };
                let time_wait = held.value.time_wait;
                let (reused, kept) = if is_reused {
                    (time_wait, 0)
                } else {
                    (0, time_wait)
                };
                (route, held.count.saturating_sub(reused), kept, held)
            })
            .filter(|(_, used, ..)| u64::from(*used) * 100 >= nearly)
            .collect();
        routes.sort_by_key(|(route, used, ..)| (std::cmp::Reverse(*used), **route));
        let findings = routes.into_iter().map(|(route, used, kept, held)| {
            let whose = held.value.whose.as_deref();
            range.finding(looks, route, (used, kept.min(used)), whose, self.source)
        });
        Ok(findings.collect())
    }
}

/// The ports that the kernel can choose from.
#[derive(Debug, PartialEq, Eq)]
struct Range {
    first: u16,
    last: u16,
    /// How many of them it may take.
    ports: u64,
}

impl Range {
    /// Reads the range. Reserved ports are none of it, nor are those of listeners: the kernel passes over a
    /// port that a program has bound (net/ipv4/inet_hashtables.c).
    fn read(looks: &Looks<'_>, listening: &BTreeSet<u16>) -> Result<Range, String> {
        let numbers = looks.setting(RANGE)?;
        let port = |index: usize| u16::try_from(*numbers.get(index)?).ok();
        let (Some(first), Some(last)) = (port(0), port(1)) else {
            return Err(format!("{RANGE} is not a range of ports"));
        };
        // Kernels before 2.6.35 reserve none.
        let reserved = looks.setting_text(RESERVED).unwrap_or_default();
        let mut taken: BTreeSet<u16> = listening.range(first..=last.max(first)).copied().collect();
        for part in reserved.trim().split(',') {
            let (from, to) = part.split_once('-').unwrap_or((part, part));
            if let (Ok(from), Ok(to)) = (from.parse::<u16>(), to.parse::<u16>()) {
                taken.extend(from.max(first)..=to.min(last));
            }
        }
        // It leaves the last of an odd number (net/ipv4/inet_hashtables.c, `__inet_hash_connect`).
        let all = match u64::from(last.saturating_sub(first)) + 1 {
            1 => 1,
            all => all & !1,
        };
        Ok(Range {
            first,
            last,
            ports: all.saturating_sub(taken.len() as u64),
        })
    }

    fn finding(
        &self,
        looks: &Looks<'_>,
        route: &Route,
        (used, time_wait): (u32, u32),
        whose: Option<&Whose>,
        from: &str,
    ) -> Finding {
        let is_out = u64::from(used) >= self.ports;
        let (severity, what) = match is_out {
            true => (
                Severity::Problem,
                "new connections to it fail with EADDRNOTAVAIL",
            ),
            false => (
                Severity::Warning,
                "when all are used, new connections to it fail",
            ),
        };
        let share = percent(used.into(), self.ports.into());
        let waiting = match time_wait {
            0 => String::new(),
            some => format!(", {} of them in TIME_WAIT", count(some.into())),
        };
        let sentence = format!(
            "Connections from {} to {} use {} of {} local ports ({share}){waiting}: {what}.",
            route.local,
            route.foreign,
            count(used.into()),
            count(self.ports.into()),
        );
        let mut finding = Finding::new(severity, sentence)
            .from("ports_used", used, from)
            .from("time_wait", time_wait, from)
            .from("ports", self.ports, looks.setting_path(RANGE))
            .of(whose.cloned());
        if let Some(whose) = whose {
            finding = finding.and(format!("Some of them belong to {whose}."));
        }
        let look = format!(
            "rnetstat -tanp --foreign-address {} --foreign-port {}",
            route.foreign.ip(),
            route.foreign.port()
        );
        let raise = format!(
            "net.ipv4.ip_local_port_range (now {} {}), or let the program keep connections",
            self.first, self.last
        );
        finding.advise("Look", look).advise("Raise", raise)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::made::{Made, concluded};
    use crate::check::testing::said;

    /// So many connections in a state from ports of their own.
    fn connections(state: u8, from: u16, number: u16, local: &str, foreign: &str) -> Vec<Made> {
        let one = |port| Made::tcp(state, &format!("{local}:{port}"), foreign);
        (from..from + number).map(one).collect()
    }

    fn found(sockets: &[Made], reserved: &str, reuse: &str) -> Vec<String> {
        let files = [
            ("proc/sys/net/ipv4/ip_local_port_range", "40000\t40099\n"),
            ("proc/sys/net/ipv4/ip_local_reserved_ports", reserved),
            ("proc/sys/net/ipv4/tcp_tw_reuse", reuse),
        ];
        said(&concluded(&ABOUT, &files, &[(sockets, &[])]))
    }

    #[test]
    fn a_route_uses_ports_that_can_be_chosen() {
        let to = "10.0.0.2:5432";
        let out = "problem: Connections from 10.0.0.1 to 10.0.0.2:5432 use 100 of 100 local ports \
                   (100.0%): new connections to it fail with EADDRNOTAVAIL.";
        let all = connections(1, 40000, 100, "10.0.0.1", to);
        assert_eq!(found(&all, "\n", "0\n"), [out]);
        let mapped = connections(1, 40000, 100, "[::ffff:10.0.0.1]", "[::ffff:10.0.0.2]:5432");
        assert_eq!(found(&mapped, "\n", "0\n"), [out]);
        for (number, reserved, expected) in [
            (79, "\n", None),
            (80, "\n", Some("warning")),
            (90, "40090-40099\n", Some("problem")),
            (79, "8080,40000\n", None),
            (80, "8080,40000\n", Some("warning")),
        ] {
            let some = connections(1, 40000, number, "10.0.0.1", to);
            let found = found(&some, reserved, "0\n");
            let word = found.first().and_then(|it| it.split(':').next());
            assert_eq!(word, expected, "{number} {reserved}");
        }
    }

    #[test]
    fn other_destinations_and_listeners_have_ports_of_their_own() {
        let mut sockets = connections(1, 40000, 60, "10.0.0.1", "10.0.0.2:80");
        sockets.extend(connections(1, 40000, 60, "10.0.0.1", "10.0.0.2:81"));
        sockets.extend(connections(1, 40000, 60, "10.0.0.7", "10.0.0.2:80"));
        assert_eq!(found(&sockets, "\n", "0\n"), [""; 0]);
        let mut server = vec![Made::tcp(LISTEN, "0.0.0.0:40000", "0.0.0.0:0")];
        server.extend((0..100).map(|_| Made::tcp(1, "10.0.0.1:40000", "10.0.0.2:80")));
        assert_eq!(found(&server, "\n", "0\n"), [""; 0]);
    }

    #[test]
    fn a_port_in_time_wait_is_taken_again_where_that_is_allowed() {
        for (local, reuse, is_found) in [
            ("10.0.0.1", "0\n", true),
            ("10.0.0.1", "1\n", false),
            ("10.0.0.1", "2\n", true),
            ("127.0.0.1", "2\n", false),
            ("127.0.0.1", "0\n", true),
        ] {
            let sockets = connections(TIME_WAIT, 40000, 100, local, &format!("{local}:80"));
            let found = found(&sockets, "\n", reuse);
            assert_eq!(found.len(), usize::from(is_found), "{local} {reuse}");
        }
    }

    #[test]
    fn without_the_range_it_is_unknown() {
        let found = concluded(&ABOUT, &[], &[(&[], &[])]);
        assert!(found.is_err_and(|why| why.contains("ip_local_port_range: ")));
    }
}
