//! Datagrams that are lost at sockets, because their program does not read them or sends too many.

use super::text::{count, rise};
use super::{
    About, Check, Counter, Finding, Looks, Moment, Needs, Severity, Sockets, TwoLooks, Whose,
    named, source,
};
use crate::listing::Joined;
use crate::tables::Socket;
use std::cmp::Reverse;
use std::collections::HashMap;

/// From this share of its receive buffer on, in percent, the next burst of datagrams is dropped.
const NEARLY_FULL: u64 = 80;

/// How many sockets are named.
const NAMED: usize = 3;

/// The most that a program may ask for as its receive buffer (`man 7 socket`, SO_RCVBUF).
const RMEM_MAX: &str = "net/core/rmem_max";

/// The sections of the counters, and what stands before their names.
const SECTIONS: [(&str, [&str; 2]); 4] = [
    ("Udp", ["RcvbufErrors", "SndbufErrors"]),
    ("UdpLite", ["RcvbufErrors", "SndbufErrors"]),
    ("Udp6", ["Udp6RcvbufErrors", "Udp6SndbufErrors"]),
    ("UdpLite6", ["UdpLite6RcvbufErrors", "UdpLite6SndbufErrors"]),
];

pub const ABOUT: About = About {
    name: "udp_drops",
    summary: "datagrams that UDP and raw sockets drop",
    needs: Needs {
        two_looks: TwoLooks::IfLive,
        sockets: Sockets::Twice,
    },
    begin: || Box::new(UdpDrops::default()),
};

/// The sockets of the first look that have dropped something or are full, by their cookie; and of the last
/// those that have dropped most since, those that have dropped most ever, and those that stay full.
#[derive(Debug, Default)]
struct UdpDrops {
    before: HashMap<u64, Before>,
    since: Vec<Dropping>,
    ever: Vec<Dropping>,
    full: Vec<Full>,
}

#[derive(Debug, Clone, Copy)]
struct Before {
    drops: u64,
    is_full: bool,
}

/// A socket that drops datagrams.
#[derive(Debug)]
struct Dropping {
    local: String,
    protocol: &'static str,
    drops: u64,
    whose: Option<Whose>,
    source: &'static str,
}

/// A socket whose receive buffer is full.
#[derive(Debug)]
struct Full {
    local: String,
    port: u16,
    used: u32,
    limit: u32,
    whose: Option<Whose>,
}

impl Check for UdpDrops {
    fn see(&mut self, moment: Moment, socket: &Socket<'_>, joined: &mut Joined<'_>) {
        let Some(row) = socket.inet().filter(|_| !socket.is_tcp()) else {
            return;
        };
        let memory = socket.internals().and_then(|it| it.memory());
        let drops = memory.and_then(|it| Some(it.drops()?.into()));
        let drops: u64 = drops.or(row.drops).unwrap_or(0);
        let used = memory.and_then(|it| Some((it.received()?, it.receive_limit()?)));
        let full = used.filter(|(used, limit)| {
            u64::from(*used) * 100 >= u64::from(*limit) * NEARLY_FULL && *limit > 0
        });
        if drops == 0 && full.is_none() {
            return;
        }
        let cookie = socket.internals().and_then(|it| it.cookie());
        if moment == Moment::First {
            let is_full = full.is_some();
            if let Some(cookie) = cookie {
                self.before.insert(cookie, Before { drops, is_full });
            }
            return;
        }
        let before = cookie.and_then(|it| self.before.get(&it)).copied();
        let dropping = |drops, joined: &mut Joined<'_>| Dropping {
            local: row.local.to_string(),
            protocol: row.protocol_name(),
            drops,
            whose: Whose::of(socket, joined),
            source: source(socket),
        };
        let since = drops.saturating_sub(before.map_or(0, |it| it.drops));
        if cookie.is_some() && is_among(&self.since, since) {
            keep(&mut self.since, dropping(since, joined));
        }
        if is_among(&self.ever, drops) {
            keep(&mut self.ever, dropping(drops, joined));
        }
        if let (Some((used, limit)), true) = (full, before.is_some_and(|it| it.is_full)) {
            self.full.push(Full {
                local: row.local.to_string(),
                port: row.local.port(),
                used,
                limit,
                whose: Whose::of(socket, joined),
            });
        }
    }

    fn conclude(&mut self, looks: &Looks<'_>) -> Result<Vec<Finding>, String> {
        let counters = |index: usize| {
            let all = SECTIONS.iter();
            let all = all.filter_map(move |(title, names)| looks.counter(title, names.get(index)?));
            all.collect::<Vec<_>>()
        };
        let (received, sent) = (counters(0), counters(1));
        if received.is_empty() {
            return Err("there are no counters of UDP".to_owned());
        }
        let mut findings = Vec::new();
        let losing = received.iter().find(|it| it.rises().is_some());
        if let Some(counter) = losing {
            findings.extend(self.losing(looks, counter));
        } else if !self.since.is_empty() && looks.second.is_some() {
            findings.push(self.refused());
        }
        findings.extend(
            sent.iter()
                .find(|it| it.rises().is_some())
                .and_then(|it| unsent(looks, it)),
        );
        if losing.is_none() {
            findings.extend(self.full.iter().map(|it| it.finding(looks)));
            findings.extend(self.since_boot(looks, &received));
        }
        if looks.second.is_none() {
            findings.push(Finding::unknown("a rate of losses needs two readings"));
        }
        Ok(findings)
    }
}

/// Returns whether a socket with so many drops is among those that have most.
fn is_among(most: &[Dropping], drops: u64) -> bool {
    let is_more = most.len() < NAMED || most.last().is_some_and(|it| drops > it.drops);
    drops > 0 && is_more
}

fn keep(most: &mut Vec<Dropping>, dropping: Dropping) {
    most.push(dropping);
    most.sort_by_key(|it| Reverse(it.drops));
    most.truncate(NAMED);
}

impl UdpDrops {
    /// Says what is lost at full buffers.
    fn losing(&self, looks: &Looks<'_>, counter: &Counter) -> Option<Finding> {
        let sentence = format!(
            "Datagrams are being lost because the receive buffer of a socket is full: {}.",
            rise(counter, looks.interval()?)
        );
        let finding = Finding::new(Severity::Problem, sentence).from_rise(counter);
        Some(
            with(finding, "Most at", &self.since)
                .advise("Look", LOOK.to_owned())
                .advise("Raise", raise(looks)),
        )
    }

    /// Says what is lost for another reason than a full buffer.
    fn refused(&self) -> Finding {
        let sentence = "Sockets reject datagrams because of a socket filter or bad checksums; \
                        their buffers have room.";
        let finding = Finding::new(Severity::Info, sentence.to_owned());
        with(finding, "Most at", &self.since).advise("Look", LOOK.to_owned())
    }

    /// Says what was lost since the boot.
    fn since_boot(&self, looks: &Looks<'_>, counters: &[Counter]) -> Option<Finding> {
        let counter = counters.iter().find(|it| it.total > 0)?;
        let finding = looks.since_boot(counter, "datagrams were lost at full receive buffers");
        Some(with(
            finding,
            "Most of the sockets that are open at",
            &self.ever,
        ))
    }
}

/// The listing of sockets that drop datagrams.
const LOOK: &str = "rnetstat -uan --format table --columns \
                    local_address,local_port,recv_q,rmem_limit,drops,pid,program --sort -drops --top 10";

/// Adds the sockets that have dropped most.
fn with(finding: Finding, what: &str, most: &[Dropping]) -> Finding {
    if most.is_empty() {
        return finding;
    }
    let named = most.iter().map(|it| {
        let drops = count(it.drops.into());
        let whose = named(it.whose.as_ref());
        format!("{} {} of {whose} ({drops})", it.protocol, it.local)
    });
    let named = named.collect::<Vec<_>>().join("; ");
    let finding = finding.and(format!("{what} {named}."));
    most.iter().fold(finding, |finding, it| {
        let finding = finding.of(it.whose.clone());
        finding.from(&format!("drops of {}", it.local), it.drops, it.source)
    })
}

/// Says that datagrams could not be sent.
fn unsent(looks: &Looks<'_>, counter: &Counter) -> Option<Finding> {
    let sentence = format!(
        "Datagrams could not be sent because a send buffer or an interface's queue was full: {}.",
        rise(counter, looks.interval()?)
    );
    Some(
        Finding::new(Severity::Warning, sentence)
            .from_rise(counter)
            .advise("Look", "rnetstat -uanp --sort -send_q --top 10".to_owned()),
    )
}

fn raise(looks: &Looks<'_>) -> String {
    format!("the program's SO_RCVBUF, {}", looks.present(RMEM_MAX))
}

impl Full {
    fn finding(&self, looks: &Looks<'_>) -> Finding {
        let sentence = format!(
            "{} does not read its datagrams at {}: {} of {} bytes of the receive buffer were in use both times.",
            named(self.whose.as_ref()),
            self.local,
            count(self.used.into()),
            count(self.limit.into()),
        );
        Finding::new(Severity::Warning, sentence)
            .from("receive_memory", self.used, "sock_diag")
            .from("receive_memory_limit", self.limit, "sock_diag")
            .of(self.whose.clone())
            .advise("Look", format!("rnetstat -uanp --local-port {}", self.port))
            .advise("Raise", raise(looks))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::made::{Made, concluded};
    use crate::check::testing::{Counters, said};

    /// The attribute of memory (include/uapi/linux/inet_diag.h).
    const MEMORY: u16 = 7;

    fn socket(used: u32, drops: u32) -> Made {
        let mut memory = vec![0; 36];
        for (offset, number) in [(0, used), (4, 1000), (32, drops)] {
            memory[offset..offset + 4].copy_from_slice(&number.to_ne_bytes());
        }
        Made::udp("0.0.0.0:53", 0).attribute(MEMORY, memory)
    }

    fn found(first: (Made, i128), last: (Made, i128)) -> Vec<String> {
        let counters = |number| [("Udp", "RcvbufErrors", number), ("Udp", "SndbufErrors", 3)];
        let (before, after): (Counters<'_>, Counters<'_>) = (&counters(first.1), &counters(last.1));
        said(&concluded(
            &ABOUT,
            &[],
            &[(&[first.0], before), (&[last.0], after)],
        ))
    }

    #[test]
    fn what_is_lost_between_the_looks_is_a_problem_with_its_socket() {
        assert_eq!(
            found((socket(0, 5), 7), (socket(900, 9), 11)),
            [
                "problem: Datagrams are being lost because the receive buffer of a socket is full: \
              RcvbufErrors rose by 4 in 2.0 s. Most at udp 0.0.0.0:53 of a process that is not visible \
              (4)."
            ]
        );
    }

    #[test]
    fn what_stays_full_is_a_warning() {
        for (first, last, expected) in [
            (socket(800, 0), socket(800, 0), Some("warning")),
            (socket(799, 0), socket(800, 0), None),
            (socket(800, 0), socket(799, 0), None),
            (socket(800, 0).numbered(7), socket(800, 0), None),
            // A filter of the program drops, too.
            (socket(0, 1), socket(0, 3), Some("info")),
            (socket(0, 3), socket(0, 3), None),
        ] {
            let found = found((first, 0), (last, 0));
            assert_eq!(found.first().and_then(|it| it.split(':').next()), expected);
        }
    }

    #[test]
    fn what_was_lost_long_ago_is_information() {
        assert_eq!(
            found((socket(0, 3), 4), (socket(0, 3), 4)),
            [
                "info: Since boot, datagrams were lost at full receive buffers: RcvbufErrors 4; \
                 none while watching. Most of the sockets that are open at udp 0.0.0.0:53 of a process that is not visible (3)."
            ]
        );
        let counters: Counters<'_> = &[("Udp6", "Udp6RcvbufErrors", 2)];
        let once = said(&concluded(
            &ABOUT,
            &[],
            &[(&[Made::udp("0.0.0.0:53", 8)], counters)],
        ));
        assert_eq!(once.len(), 2, "{once:?}");
        assert!(once[0].starts_with("info: ") && once[1].starts_with("unknown: "));
    }

    #[test]
    fn without_counters_it_is_unknown() {
        assert!(concluded(&ABOUT, &[], &[(&[], &[])]).is_err());
    }
}
