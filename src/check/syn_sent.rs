//! Connections that nobody answers.

use super::tally::Tally;
use super::text::count;
use super::{
    About, Check, Finding, Looks, Moment, Needs, Severity, Sockets, TwoLooks, Whose, source,
};
use crate::listing::Joined;
use crate::tables::Socket;
use std::cmp::Reverse;
use std::net::SocketAddr;

/// The kernel's number of the state (include/net/tcp_states.h).
const SYN_SENT: u8 = 2;

/// A connection whose SYN has been sent again so often has been waiting for two seconds at least: the first
/// is sent again after one (RFC 6298). One that was lost is answered before.
const AGAIN: u32 = 2;

/// One host that does not answer is usual in the Internet. So many attempts at one port at once are made by a
/// program that counts on it.
const MANY: u32 = 3;

/// How many destinations are named.
const NAMED: usize = 3;

/// How often a SYN is sent again before the connection fails (Documentation/networking/ip-sysctl.rst).
const RETRIES: &str = "net/ipv4/tcp_syn_retries";
/// How often more, at first, without waiting longer each time (kernels from 6.5).
const LINEAR: &str = "net/ipv4/tcp_syn_linear_timeouts";

pub const ABOUT: About = About {
    name: "syn_sent",
    summary: "destinations that do not answer new connections",
    needs: Needs {
        two_looks: TwoLooks::No,
        sockets: Sockets::Once,
    },
    begin: || Box::new(SynSent::default()),
};

/// The connections that are not answered, by destination.
#[derive(Debug, Default)]
struct SynSent {
    to: Tally<SocketAddr, Waiting>,
    source: &'static str,
}

#[derive(Debug, Default)]
struct Waiting {
    /// How often a SYN has been sent again at most.
    again: u32,
    whose: Option<Box<Whose>>,
}

impl Check for SynSent {
    fn see(&mut self, moment: Moment, socket: &Socket<'_>, joined: &mut Joined<'_>) {
        let Some(row) = socket.inet().filter(|row| row.state == SYN_SENT) else {
            return;
        };
        let again = row.retransmits.unwrap_or(0);
        if moment == Moment::First || !socket.is_tcp() || again < AGAIN {
            return;
        }
        self.source = source(socket);
        let ip = row.foreign.ip().to_canonical();
        if let Some(waiting) = self.to.add(SocketAddr::new(ip, row.foreign.port())) {
            let waiting = &mut waiting.value;
            waiting.again = waiting.again.max(again);
            if waiting.whose.is_none() {
                waiting.whose = Whose::of(socket, joined).map(Box::new);
            }
        }
    }

    fn conclude(&mut self, looks: &Looks<'_>) -> Result<Vec<Finding>, String> {
        let mut all: Vec<Destination<'_>> = self
            .to
            .iter()
            .map(|(end, counted)| Destination {
                end: *end,
                count: counted.count,
                waiting: &counted.value,
            })
            .collect();
        all.sort_by_key(|it| (Reverse(it.count), it.end));
        let few = all.split_off(all.partition_point(|it| it.count >= MANY));
        let linear = looks.number(LINEAR).unwrap_or(0);
        let retries = looks.number(RETRIES).ok().map(|it| it + linear);
        let many = all.iter().map(|it| it.finding(self.source, retries));
        let mut findings: Vec<Finding> = many.collect();
        if !few.is_empty() {
            findings.push(those(&few, self.source));
        }
        Ok(findings)
    }
}

/// A destination that does not answer.
#[derive(Debug)]
struct Destination<'a> {
    end: SocketAddr,
    count: u32,
    waiting: &'a Waiting,
}

impl Destination<'_> {
    fn finding(&self, source: &str, retries: Option<u64>) -> Finding {
        let (end, waiting) = (self.end, self.waiting);
        let sentence = format!(
            "{end} does not answer: {} connections{} wait and have resent their SYN up to {} \
             times.",
            count(self.count.into()),
            of(waiting),
            waiting.again,
        );
        let fail = match retries {
            Some(retries) => {
                format!(
                    "Each fails after {retries} retries (net.ipv4.tcp_syn_retries, \
                     tcp_syn_linear_timeouts)."
                )
            }
            None => "Each fails after net.ipv4.tcp_syn_retries retries.".to_owned(),
        };
        let look = format!(
            "rnetstat -tnpo --state syn_sent --foreign-address {} --foreign-port {}",
            end.ip(),
            end.port()
        );
        Finding::new(Severity::Warning, sentence)
            .and(fail)
            .from("syn_sent", self.count, source)
            .from("retransmits", waiting.again, source)
            .of(waiting.whose.as_deref().cloned())
            .advise("Look", look)
            .advise(
                "Try",
                format!(
                    "ip route get {}; a firewall on the way may drop the packets",
                    end.ip()
                ),
            )
    }
}

/// Returns one finding of destinations that few connections wait for.
fn those(few: &[Destination<'_>], source: &str) -> Finding {
    let connections: u32 = few.iter().map(|it| it.count).sum();
    let named = few.iter().take(NAMED);
    let named = named.map(|it| format!("{}{}", it.end, of(it.waiting)));
    let more = match few.len().saturating_sub(NAMED) {
        0 => String::new(),
        more => format!("; {} more", count(more as i128)),
    };
    let sentence = format!(
        "Connections that are not answered: {}, to {}{more}.",
        count(connections.into()),
        named.collect::<Vec<_>>().join("; "),
    );
    let finding = Finding::new(Severity::Info, sentence)
        .from("syn_sent", connections, source)
        .advise("Look", "rnetstat -tnpo --state syn_sent".to_owned());
    let owners = few.iter().take(NAMED);
    owners.fold(finding, |finding, it| {
        finding.of(it.waiting.whose.as_deref().cloned())
    })
}

fn of(waiting: &Waiting) -> String {
    let whose = waiting.whose.as_deref();
    whose.map_or_else(String::new, |whose| format!(" of {whose}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::made::{Made, concluded};
    use crate::check::testing::said;

    fn waiting(state: u8, foreign: &str, again: u32) -> Made {
        Made::tcp(state, "10.0.0.1:40000", foreign).with(|row| row.retransmits = Some(again))
    }

    #[test]
    fn many_attempts_at_one_port_are_a_warning() {
        let files = [("proc/sys/net/ipv4/tcp_syn_retries", "6\n")];
        let to = "192.0.2.1:5432";
        let found = |sockets: &[Made]| said(&concluded(&ABOUT, &files, &[(sockets, &[])]));
        let three = [
            waiting(SYN_SENT, to, 2),
            waiting(SYN_SENT, to, 4),
            waiting(SYN_SENT, "[::ffff:192.0.2.1]:5432", 3),
        ];
        assert_eq!(
            found(&three),
            [
                "warning: 192.0.2.1:5432 does not answer: 3 connections wait and have resent their SYN up to 4 times. Each fails after 6 retries (net.ipv4.tcp_syn_retries, tcp_syn_linear_timeouts)."
            ]
        );
        let ports = ["1", "2", "3", "4", "5"];
        let others = ports.map(|port| waiting(SYN_SENT, &format!("192.0.2.1:{port}"), 2));
        assert_eq!(
            found(&others),
            [
                "info: Connections that are not answered: 5, to 192.0.2.1:1; 192.0.2.1:2; \
                 192.0.2.1:3; \
              2 more."
            ]
        );
    }

    #[test]
    fn one_that_may_still_be_answered_is_nothing() {
        let sockets = [
            waiting(SYN_SENT, "192.0.2.1:1", 1),
            waiting(1, "192.0.2.1:1", 5),
        ];
        let found = concluded(&ABOUT, &[], &[(&sockets, &[])]);
        assert_eq!(said(&found), [""; 0]);
    }
}
