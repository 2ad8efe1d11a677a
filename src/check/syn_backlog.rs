//! Listeners with more half-open connections than they may have, as in a SYN flood.

use super::tally::Tally;
use super::text::{count, rise};
use super::{
    About, Check, Counter, Finding, Looks, Moment, Needs, Severity, Sockets, TwoLooks, Whose,
    named, source,
};
use crate::listing::Joined;
use crate::tables::Socket;
use crate::tables::diag::{LISTEN, SYN_RECV};
use std::cmp::Reverse;
use std::net::{IpAddr, SocketAddr};

/// From this share of the backlog on, in percent, a burst fills it: the kernel then answers with cookies or
/// not at all (net/ipv4/tcp_input.c, `tcp_conn_request`).
const NEARLY_FULL: u64 = 80;

/// Fewer half-open connections are no flood, but come from a handful of clients far away.
const FEW: u32 = 16;

/// Whether the kernel answers with cookies: 0 no, 1 if a backlog is full, 2 always
/// (Documentation/networking/ip-sysctl.rst).
const COOKIES: &str = "net/ipv4/tcp_syncookies";
const ALWAYS: u64 = 2;

const SYN_BACKLOG: &str = "net/ipv4/tcp_max_syn_backlog";
const SOMAXCONN: &str = "net/core/somaxconn";

const LOOK: &str = "rnetstat -tan --state syn_recv --count-by local_address,local_port";

pub const ABOUT: About = About {
    name: "syn_backlog",
    summary: "listening sockets with too many half-open connections (SYN floods)",
    needs: Needs {
        two_looks: TwoLooks::IfLive,
        sockets: Sockets::Once,
    },
    begin: || Box::new(SynBacklog::default()),
};

/// The half-open connections by local end, and the listeners.
#[derive(Debug, Default)]
struct SynBacklog {
    half_open: Tally<SocketAddr, ()>,
    listeners: Vec<Listener>,
    source: &'static str,
}

#[derive(Debug)]
struct Listener {
    local: SocketAddr,
    backlog: Option<u32>,
    whose: Option<Whose>,
}

impl Check for SynBacklog {
    fn see(&mut self, moment: Moment, socket: &Socket<'_>, joined: &mut Joined<'_>) {
        let Some(row) = socket.inet().filter(|_| socket.is_tcp()) else {
            return;
        };
        let ip = row.local.ip().to_canonical();
        let local = SocketAddr::new(ip, row.local.port());
        match (moment, row.state) {
            (Moment::Last, LISTEN) => self.listeners.push(Listener {
                local,
                backlog: socket.internals().and_then(|it| it.backlog()),
                whose: Whose::of(socket, joined),
            }),
            (Moment::Last, SYN_RECV) => {
                self.source = source(socket);
                self.half_open.add(local);
            }
            _ => {}
        }
    }

    fn conclude(&mut self, looks: &Looks<'_>) -> Result<Vec<Finding>, String> {
        let mut findings = self.rates(looks);
        let is_known = !findings.is_empty();
        let mut many: Vec<(SocketAddr, u32)> = self
            .half_open
            .iter()
            .map(|(local, counted)| (*local, counted.count))
            .filter(|(_, number)| *number >= FEW)
            .collect();
        many.sort_by_key(|(local, number)| (Reverse(*number), *local));
        let mut lacks_backlog = false;
        for (local, number) in many {
            let of: Vec<&Listener> = self.listeners.iter().filter(|it| it.takes(local)).collect();
            let backlogs = of.iter().map(|it| Some(u64::from(it.backlog?)));
            let Some(backlog) = backlogs.sum::<Option<u64>>() else {
                lacks_backlog = true;
                continue;
            };
            if !of.is_empty() && u64::from(number) * 100 >= backlog * NEARLY_FULL {
                let whose = of.iter().find_map(|it| it.whose.as_ref());
                findings.push(self.finding(looks, local, number, backlog, whose));
            }
        }
        if !is_known {
            findings.extend(since_boot(looks));
        }
        if lacks_backlog {
            let why = "only sock_diag shows the limit of half-open connections";
            findings.push(Finding::unknown(why));
        }
        if looks.second.is_none() {
            findings.push(Finding::unknown(
                "a rate of dropped requests needs two readings",
            ));
        }
        Ok(findings)
    }
}

impl Listener {
    /// Returns whether connections to this end are its.
    fn takes(&self, end: SocketAddr) -> bool {
        let is_for = match self.local.ip() {
            IpAddr::V6(ip) if ip.is_unspecified() => true,
            ip if ip.is_unspecified() => end.is_ipv4(),
            ip => ip == end.ip(),
        };
        is_for && self.local.port() == end.port()
    }
}

impl SynBacklog {
    fn finding(
        &self,
        looks: &Looks<'_>,
        local: SocketAddr,
        number: u32,
        backlog: u64,
        whose: Option<&Whose>,
    ) -> Finding {
        let sentence = format!(
            "{} connections to {} on {local} are half open, of at most {}: a SYN flood, or more \
             clients than its backlog has room for.",
            count(number.into()),
            named(whose),
            count(backlog.into()),
        );
        Finding::new(Severity::Warning, sentence)
            .from("syn_recv", number, self.source)
            .from("backlog", backlog, "sock_diag")
            .of(whose.cloned())
            .advise(
                "Look",
                format!(
                    "rnetstat -tan --state syn_recv --local-port {}",
                    local.port()
                ),
            )
            .advise("Raise", raise(looks))
    }

    /// Says what has happened between the looks.
    fn rates(&self, looks: &Looks<'_>) -> Vec<Finding> {
        let Some(interval) = looks.interval() else {
            return Vec::new();
        };
        let rising = |name| {
            let counter = looks.counter("TcpExt", name);
            counter.filter(|it| it.rises().is_some())
        };
        let finding = |severity, what: &str, counter: &Counter| {
            Finding::new(severity, format!("{what}: {}.", rise(counter, interval)))
                .from_rise(counter)
                .advise("Look", LOOK.to_owned())
                .advise("Raise", raise(looks))
        };
        if let Some(dropped) = rising("TCPReqQFullDrop") {
            let what = "Connection requests are being dropped, because a listening socket is at its limit of half-open connections, and SYN cookies are off";
            return vec![finding(Severity::Problem, what, &dropped)];
        }
        let is_always = looks.number(COOKIES) == Ok(ALWAYS);
        let sent = rising("TCPReqQFullDoCookies").or_else(|| rising("SyncookiesSent"));
        let sent = sent.filter(|_| !is_always);
        let what = "A listening socket is at its limit of half-open connections, and the kernel answers \
                    with SYN cookies: a SYN flood, or more clients than its backlog has room for";
        let warning = sent.map(|sent| finding(Severity::Warning, what, &sent));
        warning.into_iter().collect()
    }
}

fn since_boot(looks: &Looks<'_>) -> Option<Finding> {
    let names = [
        (
            "TCPReqQFullDrop",
            "connection requests were dropped at full backlogs",
        ),
        (
            "TCPReqQFullDoCookies",
            "connection requests at full backlogs were answered with SYN cookies",
        ),
    ];
    names.into_iter().find_map(|(name, what)| {
        let counter = looks.counter("TcpExt", name)?;
        (counter.total > 0).then(|| looks.since_boot(&counter, what))
    })
}

fn raise(looks: &Looks<'_>) -> String {
    format!(
        "the program's backlog, {}, {}",
        looks.present(SOMAXCONN),
        looks.present(SYN_BACKLOG)
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::made::{Made, concluded};
    use crate::check::testing::{Counters, said};

    fn listener(local: &str, backlog: u32) -> Made {
        let foreign = if local.starts_with('[') {
            "[::]:0"
        } else {
            "0.0.0.0:0"
        };
        Made::tcp(LISTEN, local, foreign).backlog(backlog)
    }

    fn requests(number: u32) -> impl Iterator<Item = Made> {
        (0..number).map(|_| Made::tcp(SYN_RECV, "10.0.0.1:80", "192.0.2.9:999"))
    }

    fn words(found: &Result<Vec<Finding>, String>) -> Vec<Severity> {
        let found = found.as_ref().expect("made");
        found.iter().map(|it| it.severity).collect()
    }

    #[test]
    fn half_open_connections_are_held_against_the_backlog_of_their_listeners() {
        let warning = &[Severity::Warning][..];
        for (listeners, number, expected) in [
            (vec![listener("0.0.0.0:80", 100)], 79, &[][..]),
            (vec![listener("0.0.0.0:80", 100)], 80, warning),
            (vec![listener("[::]:80", 100)], 80, warning),
            (vec![listener("10.0.0.1:80", 100)], 80, warning),
            // Each of several has a backlog of its own.
            (
                vec![listener("0.0.0.0:80", 100), listener("0.0.0.0:80", 100)],
                100,
                &[],
            ),
            (
                vec![listener("10.0.0.2:80", 5), listener("0.0.0.0:81", 5)],
                80,
                &[],
            ),
            (vec![listener("0.0.0.0:80", 5)], FEW - 1, &[]),
            (
                vec![listener("0.0.0.0:80", 5).of_proc()],
                FEW,
                &[Severity::Unknown],
            ),
            (vec![listener("0.0.0.0:80", 5).of_proc()], FEW - 1, &[]),
        ] {
            let sockets: Vec<Made> = listeners.into_iter().chain(requests(number)).collect();
            let found = concluded(&ABOUT, &[], &[(&[], &[]), (&sockets, &[])]);
            assert_eq!(words(&found), expected, "{:?}", said(&found));
        }
    }

    #[test]
    fn drops_are_worse_than_cookies() {
        let counters = |drops, cookies| {
            [
                ("TcpExt", "TCPReqQFullDrop", drops),
                ("TcpExt", "TCPReqQFullDoCookies", cookies),
            ]
        };
        let (zero, both, cookies) = (counters(0, 0), counters(5, 5), counters(0, 5));
        for (setting, first, last, expected) in [
            ("1\n", zero, zero, &[][..]),
            ("1\n", zero, both, &[Severity::Problem]),
            ("1\n", zero, cookies, &[Severity::Warning]),
            // They are sent whatever the backlog is.
            ("2\n", zero, cookies, &[Severity::Info]),
            ("1\n", both, both, &[Severity::Info]),
        ] {
            let files = [("proc/sys/net/ipv4/tcp_syncookies", setting)];
            let (first, last): (Counters<'_>, Counters<'_>) = (&first, &last);
            let found = concluded(&ABOUT, &files, &[(&[], first), (&[], last)]);
            assert_eq!(words(&found), expected, "{:?}", said(&found));
        }
        let found = concluded(&ABOUT, &[], &[(&[], &both)]);
        assert_eq!(words(&found), [Severity::Info, Severity::Unknown]);
    }
}
