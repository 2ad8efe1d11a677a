//! Connections that no program has any more: those that the kernel still ends, and those in TIME_WAIT.

use super::text::{count, rise};
use super::{About, Check, Finding, Looks, Needs, Severity, Sockets, TwoLooks};
use crate::tables::sockstat;

/// From this share of the limit on, in percent, the kernel resets orphans whose peer has been silent: it
/// counts these twice (net/ipv4/tcp_timer.c, `tcp_out_of_resources`).
const MANY_ORPHANS: u64 = 50;

/// From this share of the limit on, in percent, a burst of short connections is likely to reach it.
const MANY_WAITING: u64 = 90;

/// The most orphans of the system.
const MAX_ORPHANS: &str = "net/ipv4/tcp_max_orphans";

/// The most sockets in TIME_WAIT of a namespace.
const MAX_WAITING: &str = "net/ipv4/tcp_max_tw_buckets";

pub const ABOUT: About = About {
    name: "orphans",
    summary: "orphaned and TIME_WAIT connections near the limits of the kernel",
    needs: Needs {
        two_looks: TwoLooks::IfLive,
        sockets: Sockets::None,
    },
    begin: || Box::new(Orphans),
};

#[derive(Debug)]
struct Orphans;

impl Check for Orphans {
    fn conclude(&mut self, looks: &Looks<'_>) -> Result<Vec<Finding>, String> {
        let text = looks.table("sockstat")?;
        let number = |name| {
            let none = || format!("{} has no {name} of TCP", looks.table_path("sockstat"));
            sockstat::count(&text, "TCP:", name).ok_or_else(none)
        };
        let orphans = number("orphan").and_then(|it| orphans(it, looks));
        let waiting = number("tw").and_then(|it| waiting(it, looks));
        let mut findings = Vec::new();
        for found in [orphans, waiting] {
            findings.extend(found.unwrap_or_else(|why| Some(Finding::unknown(why))));
        }
        Ok(findings)
    }
}

/// Judges the number of orphans.
fn orphans(number: u64, looks: &Looks<'_>) -> Result<Option<Finding>, String> {
    let most = looks.number(MAX_ORPHANS)?;
    if number.saturating_mul(100) < most.saturating_mul(MANY_ORPHANS) || number == 0 {
        return Ok(None);
    }
    let (severity, consequence) = match number >= most {
        true => (Severity::Problem, "more are reset"),
        false => (Severity::Warning, "those with a silent peer are reset"),
    };
    let sentence = format!(
        "There are {} orphaned connections (at most {}), closed by their programs but not by their peers: {consequence}.",
        count(number.into()),
        count(most.into()),
    );
    let mut finding = Finding::new(severity, sentence)
        .from("orphan", number, looks.table_path("sockstat"))
        .from("tcp_max_orphans", most, looks.setting_path(MAX_ORPHANS));
    if let Some((counter, interval)) = looks.rising("TcpExt", "TCPAbortOnMemory") {
        finding = finding
            .and(format!("{}.", rise(&counter, interval)))
            .from_rise(&counter);
    }
    let look =
        "rnetstat -tn --state fin_wait1,last_ack,closing --count-by foreign_address --top 10";
    let raise = format!("net.ipv4.tcp_max_orphans (now {most})");
    Ok(Some(
        finding
            .advise("Look", look.to_owned())
            .advise("Raise", raise),
    ))
}

/// Judges the number of sockets in TIME_WAIT.
fn waiting(number: u64, looks: &Looks<'_>) -> Result<Option<Finding>, String> {
    let look = "rnetstat -tn --state time_wait --count-by foreign_address --top 10".to_owned();
    let most = looks.number(MAX_WAITING);
    let raise = match &most {
        Ok(most) => format!("net.ipv4.tcp_max_tw_buckets (now {most})"),
        Err(_) => "net.ipv4.tcp_max_tw_buckets".to_owned(),
    };
    let source = looks.table_path("sockstat");
    if let Some((counter, interval)) = looks.rising("TcpExt", "TCPTimeWaitOverflow") {
        let sentence = format!(
            "Closed connections skip TIME_WAIT because {} sockets are already in it: {}.",
            count(number.into()),
            rise(&counter, interval)
        );
        // A late segment may then end or spoil another connection of the same ports (RFC 1337).
        let finding = Finding::new(Severity::Warning, sentence)
            .from_rise(&counter)
            .from("tw", number, source);
        return Ok(Some(finding.advise("Look", look).advise("Raise", raise)));
    }
    let most = most?;
    if number > 0 && number.saturating_mul(100) >= most.saturating_mul(MANY_WAITING) {
        let sentence = format!(
            "{} of at most {} sockets are in TIME_WAIT: at the limit, closed connections skip it.",
            count(number.into()),
            count(most.into()),
        );
        let finding = Finding::new(Severity::Info, sentence)
            .from("tw", number, source)
            .from("tcp_max_tw_buckets", most, looks.setting_path(MAX_WAITING));
        return Ok(Some(finding.advise("Look", look).advise("Raise", raise)));
    }
    let counter = looks.counter("TcpExt", "TCPTimeWaitOverflow");
    let counter = counter.filter(|counter| counter.total > 0);
    let what = "closed connections skipped TIME_WAIT";
    Ok(counter.map(|counter| looks.since_boot(&counter, what)))
}

#[cfg(test)]
mod tests {
    use super::super::testing::{System, said};
    use super::*;

    fn sockstat(orphans: u32, waiting: u32) -> String {
        format!("sockets: used 24\nTCP: inuse 9 orphan {orphans} tw {waiting} alloc 76 mem 1\n")
    }

    fn system() -> System {
        System::new(&[
            ("proc/sys/net/ipv4/tcp_max_orphans", "4000\n"),
            ("proc/sys/net/ipv4/tcp_max_tw_buckets", "65536\n"),
            ("proc/net/sockstat", &sockstat(3, 50_000)),
        ])
    }

    #[test]
    fn few_connections_are_closed_if_all_is_well() {
        let system = system();
        for (orphans, waiting, expected) in [
            (0, 0, &[][..]),
            (1999, 50_000, &[]),
            (
                2000,
                0,
                &[
                    "warning: There are 2,000 orphaned connections (at most 4,000), closed by their programs but not by their peers: those with a silent peer are reset.",
                ],
            ),
            (
                4000,
                60_000,
                &[
                    "problem: There are 4,000 orphaned connections (at most 4,000), closed by their programs but not by their peers: more are reset.",
                    "info: 60,000 of at most 65,536 sockets are in TIME_WAIT: at the limit, closed connections skip it.",
                ],
            ),
        ] {
            system.write(&[("proc/net/sockstat", &sockstat(orphans, waiting))]);
            assert_eq!(said(&system.look_once(&ABOUT, &[])), expected);
        }
    }

    #[test]
    fn an_overflow_is_told_as_it_happens() {
        let system = system();
        let overflow = |number| [("TcpExt", "TCPTimeWaitOverflow", number)];
        assert_eq!(
            said(&system.look_twice(&ABOUT, &overflow(3), &[], &overflow(8))),
            ["warning: Closed connections skip TIME_WAIT because \
              50,000 sockets are already in it: TCPTimeWaitOverflow rose by 5 in 2.0 s."]
        );
        assert_eq!(
            said(&system.look_twice(&ABOUT, &overflow(3), &[], &overflow(3))),
            ["info: Since boot, closed connections skipped TIME_WAIT: \
              TCPTimeWaitOverflow 3; none while watching."]
        );
    }

    #[test]
    fn what_is_not_shown_is_unknown() {
        let system = System::new(&[("proc/sys/net/ipv4/tcp_max_tw_buckets", "65536\n")]);
        let found = said(&system.look_once(&ABOUT, &[]));
        assert!(found[0].contains("sockstat: No such file"), "{found:?}");
        system.write(&[("proc/net/sockstat", &sockstat(0, 0))]);
        let found = said(&system.look_once(&ABOUT, &[]));
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(
            found[0].contains("tcp_max_orphans: No such file"),
            "{found:?}"
        );
    }
}
