//! Connections that are refused or broken off.

use super::text::{count, rise};
use super::{About, Check, Counter, Finding, Looks, Needs, Severity, Sockets, TwoLooks};
use std::time::Duration;

/// Fewer in one interval say nothing: a browser has a handful of refused or aborted connections at any time.
const FEW: i128 = 10;

/// From this share of all attempts on, in percent, failed connections are no accident: of many destinations
/// one is always down.
const SOME: i128 = 10;
/// From this share on, in percent, a program does not reach what it needs.
const MOST: i128 = 50;

/// From so many segments a second on that reach no socket, somebody counts on a listener that is not there:
/// scanners of the Internet send one now and then.
const FOR_NOBODY: f64 = 20.0;

/// What breaks connections off with a segment with RST that is counted in OutRsts, too (net/ipv4/tcp.c,
/// tcp_timer.c, tcp_input.c): the rest of those were sent for want of a socket.
const ABORTS: [&str; 5] = [
    "TCPAbortOnData",
    "TCPAbortOnClose",
    "TCPAbortOnMemory",
    "TCPAbortOnTimeout",
    "TCPAbortOnLinger",
];

pub const ABOUT: About = About {
    name: "resets",
    summary: "connections that are refused, time out or are reset",
    needs: Needs {
        two_looks: TwoLooks::IfLive,
        sockets: Sockets::None,
    },
    begin: || Box::new(Resets),
};

#[derive(Debug)]
struct Resets;

impl Check for Resets {
    fn conclude(&mut self, looks: &Looks<'_>) -> Result<Vec<Finding>, String> {
        if looks.counter("Tcp", "OutRsts").is_none() {
            return Err("there are no counters of TCP".to_owned());
        }
        let memory = looks.counter("TcpExt", "TCPAbortOnMemory");
        let since_boot = memory.filter(|it| it.total > 0 && it.rise.unwrap_or(0) == 0);
        let since_boot = since_boot
            .map(|it| looks.since_boot(&it, "connections were aborted because memory ran out"));
        let Some(interval) = looks.interval() else {
            let rates = Finding::unknown("a rate of refusals needs two readings");
            return Ok(since_boot.into_iter().chain([rates]).collect());
        };
        let rates = Rates { looks, interval };
        let all = [
            rates.for_memory(),
            rates.failed(),
            rates.given_up(),
            rates.for_nobody(),
            rates.broken_off(),
            since_boot,
        ];
        Ok(all.into_iter().flatten().collect())
    }
}

/// What has happened between the looks.
struct Rates<'l, 'a> {
    looks: &'l Looks<'a>,
    interval: Duration,
}

impl Rates<'_, '_> {
    /// Returns a counter that rises.
    fn rising(&self, title: &str, name: &'static str) -> Option<(Counter, i128)> {
        let counter = self.looks.counter(title, name)?;
        let rise = counter.rises()?;
        Some((counter, rise))
    }

    /// Returns how much a counter rose, 0 if that is not known.
    fn rise(&self, title: &str, name: &'static str) -> i128 {
        self.rising(title, name).map_or(0, |(_, rise)| rise)
    }

    /// Returns how many connections were begun, from this machine or to it.
    fn opened(&self) -> i128 {
        self.rise("Tcp", "ActiveOpens") + self.rise("Tcp", "PassiveOpens")
    }

    /// Connections broken off for lack of memory.
    fn for_memory(&self) -> Option<Finding> {
        let (counter, _) = self.rising("TcpExt", "TCPAbortOnMemory")?;
        let sentence = format!(
            "Connections are being aborted because TCP is out of memory or has too many orphans: \
             {}.",
            rise(&counter, self.interval)
        );
        let finding = Finding::new(Severity::Problem, sentence);
        Some(
            finding
                .from_rise(&counter)
                .advise("Look", "rnetstat --check memory,orphans".to_owned())
                .advise(
                    "Raise",
                    "net.ipv4.tcp_mem, net.ipv4.tcp_max_orphans".to_owned(),
                ),
        )
    }

    /// Connections from this machine that came to nothing.
    fn failed(&self) -> Option<Finding> {
        let (counter, failed) = self.rising("Tcp", "AttemptFails")?;
        let (opened, active) = self.rising("Tcp", "ActiveOpens")?;
        if failed < FEW || failed * 100 < active * SOME {
            return None;
        }
        let severity = match failed * 100 >= active * MOST {
            true => Severity::Problem,
            false => Severity::Warning,
        };
        let sentence = format!(
            "Connections from this machine are refused or not answered: {}, while {}.",
            rise(&counter, self.interval),
            rise(&opened, self.interval),
        );
        let finding = Finding::new(severity, sentence).from_rise(&counter);
        Some(
            finding
                .from_rise(&opened)
                .advise("Look", "rnetstat --changes -tnp --for 10".to_owned())
                .advise(
                    "Try",
                    "whether the destination listens, and whether a firewall rejects them"
                        .to_owned(),
                ),
        )
    }

    /// Connections whose other sides have not answered for so long that they were given up.
    fn given_up(&self) -> Option<Finding> {
        let (counter, given_up) = self.rising("TcpExt", "TCPAbortOnTimeout")?;
        let opened = self.opened();
        if given_up < FEW || given_up * 100 < opened * SOME {
            return None;
        }
        let sentence = format!(
            "Connections time out because their peers no longer answer: {}; {} were opened \
             meanwhile.",
            rise(&counter, self.interval),
            count(opened),
        );
        let look = "rnetstat -tn --tcp-info --sort -retransmits --top 10".to_owned();
        let finding = Finding::new(Severity::Warning, sentence);
        Some(finding.from_rise(&counter).advise("Look", look))
    }

    /// Segments that reach no socket.
    fn for_nobody(&self) -> Option<Finding> {
        let (counter, sent) = self.rising("Tcp", "OutRsts")?;
        let aborts: i128 = ABORTS.iter().map(|name| self.rise("TcpExt", name)).sum();
        let nobody = sent - aborts;
        let accepted = self.rise("Tcp", "PassiveOpens");
        let is_often = nobody as f64 >= FOR_NOBODY * self.interval.as_secs_f64();
        if nobody < FEW || !is_often || nobody <= accepted {
            return None;
        }
        let sentence = format!(
            "Segments arrive for ports on which nothing listens, or for closed connections, and are answered with RST: {}, {} of them because there is no socket; {} connections were accepted meanwhile.",
            rise(&counter, self.interval),
            count(nobody),
            count(accepted),
        );
        let finding = Finding::new(Severity::Warning, sentence);
        Some(
            finding
                .from_rise(&counter)
                .from("PassiveOpens", accepted, &*counter.source)
                .advise("Look", "rnetstat -tlnp".to_owned())
                .advise(
                    "Try",
                    "whether a program that should listen has ended".to_owned(),
                ),
        )
    }

    /// Connections that one of both sides broke off.
    fn broken_off(&self) -> Option<Finding> {
        let (counter, reset) = self.rising("Tcp", "EstabResets")?;
        let opened = self.opened();
        if reset < FEW || reset * 100 < opened * MOST {
            return None;
        }
        let sentence = format!(
            "Many connections end with a reset instead of a close: {}, while {} were opened.",
            rise(&counter, self.interval),
            count(opened),
        );
        Some(Finding::new(Severity::Info, sentence).from_rise(&counter))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::made::concluded;
    use crate::check::testing::{Counters, said};

    /// What is said of counters that rise so much from 5 on.
    fn found(rises: &[(&str, &str, i128)]) -> Vec<String> {
        let mut first = vec![("Tcp", "OutRsts", 5)];
        first.extend(rises.iter().map(|(title, name, _)| (*title, *name, 5)));
        let last = |(title, name, rise): &(_, _, i128)| (*title, *name, 5 + *rise);
        let mut last: Vec<_> = rises.iter().map(last).collect();
        if !rises.iter().any(|it| it.1 == "OutRsts") {
            last.push(("Tcp", "OutRsts", 5));
        }
        let (first, last): (Counters<'_>, Counters<'_>) = (&first, &last);
        said(&concluded(&ABOUT, &[], &[(&[], first), (&[], last)]))
    }

    #[test]
    fn what_is_refused_or_broken_off_is_held_against_what_was_begun() {
        let active = |rise| ("Tcp", "ActiveOpens", rise);
        let passive = |rise| ("Tcp", "PassiveOpens", rise);
        let fails = |rise| ("Tcp", "AttemptFails", rise);
        let resets = |rise| ("Tcp", "OutRsts", rise);
        let timeouts = |rise| ("TcpExt", "TCPAbortOnTimeout", rise);
        let closes = ("TcpExt", "TCPAbortOnClose", 80);
        for (rises, expected) in [
            (vec![active(100), fails(9)], None),
            (vec![active(100), fails(10)], Some("warning")),
            (vec![active(100), fails(50)], Some("problem")),
            (vec![active(1000), fails(50)], None),
            (vec![active(9), fails(9)], None),
            (vec![resets(40)], Some("warning")),
            (vec![resets(39)], None),
            (vec![resets(100), closes], None),
            (vec![resets(120), closes], Some("warning")),
            (vec![resets(100), passive(100)], None),
            (vec![timeouts(10)], Some("warning")),
            (vec![timeouts(9)], None),
            (vec![timeouts(10), passive(101)], None),
            (vec![("Tcp", "EstabResets", 10), passive(20)], Some("info")),
            (vec![("Tcp", "EstabResets", 10), passive(21)], None),
            (vec![("TcpExt", "TCPAbortOnMemory", 1)], Some("problem")),
            // Since the boot.
            (vec![("TcpExt", "TCPAbortOnMemory", 0)], Some("info")),
        ] {
            let found = found(&rises);
            let word = found.first().and_then(|it| it.split(':').next());
            assert_eq!(word, expected, "{rises:?}: {found:?}");
        }
    }

    #[test]
    fn one_look_knows_no_rates() {
        let once = |counters| said(&concluded(&ABOUT, &[], &[(&[], counters)]));
        assert_eq!(
            once(&[("Tcp", "OutRsts", 5)]),
            ["unknown: a rate of refusals needs two readings"]
        );
        let none = concluded(&ABOUT, &[], &[(&[], &[])]);
        assert!(none.is_err_and(|why| why == "there are no counters of TCP"));
    }
}
