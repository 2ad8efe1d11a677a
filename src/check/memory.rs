//! The memory of all sockets of a protocol, against its limit.

use super::text::{count, rise};
use super::{About, Check, Finding, Looks, Needs, Severity, Sockets, TwoLooks};
use crate::tables::sockstat;

/// From this share of the limit on, in percent, UDP is about to lose datagrams: unlike TCP, it has no state
/// of pressure in which it takes less (Documentation/networking/ip-sysctl.rst, `udp_mem`).
const NEARLY_FULL: u64 = 80;

/// Received data that was thrown away because its socket had no room for it (include/uapi/linux/snmp.h): a
/// program does not read, or its buffer is small. The sender sends it again.
const THROWN_AWAY: [&str; 3] = ["RcvPruned", "OfoPruned", "TCPRcvQDrop"];

/// How much the kernel did before to make room in a socket.
const MADE_ROOM: [&str; 2] = ["PruneCalled", "TCPRcvCollapsed"];

pub const ABOUT: About = About {
    name: "memory",
    summary: "socket memory of TCP or UDP near its limit, and queues that lost data because memory ran out",
    needs: Needs {
        two_looks: TwoLooks::IfLive,
        sockets: Sockets::None,
    },
    begin: || Box::new(Memory),
};

#[derive(Debug)]
struct Memory;

/// A protocol whose sockets share a limit.
struct Protocol {
    name: &'static str,
    /// The beginning of its line in sockstat.
    title: &'static str,
    /// Its limits, in pages: below the first all is well, above the second there is pressure (TCP only),
    /// and nothing goes beyond the third.
    setting: &'static str,
    has_pressure: bool,
    /// What happens at the limit.
    at_limit: &'static str,
    look: &'static str,
}

const PROTOCOLS: [Protocol; 2] = [
    Protocol {
        name: "TCP",
        title: "TCP:",
        setting: "net/ipv4/tcp_mem",
        has_pressure: true,
        at_limit: "TCP drops received data and programs have to wait to send",
        look: "rnetstat -tnp --sort -recv_q,-send_q --top 10",
    },
    Protocol {
        name: "UDP",
        title: "UDP:",
        setting: "net/ipv4/udp_mem",
        has_pressure: false,
        at_limit: "UDP drops datagrams",
        look: "rnetstat -uanp --sort -recv_q,-send_q --top 10",
    },
];

impl Check for Memory {
    fn conclude(&mut self, looks: &Looks<'_>) -> Result<Vec<Finding>, String> {
        let sockstat = looks.table("sockstat");
        let mut findings = Vec::new();
        for protocol in &PROTOCOLS {
            match &sockstat {
                Ok(text) => findings.extend(protocol.judge(text, looks)),
                Err(why) => {
                    findings.push(Finding::unknown(why));
                    break;
                }
            }
        }
        findings.extend(failures(looks));
        findings.extend(pressure(looks));
        findings.extend(thrown_away(looks));
        Ok(findings)
    }
}

impl Protocol {
    /// Holds what the sockets have against the limit.
    fn judge(&self, sockstat: &str, looks: &Looks<'_>) -> Option<Finding> {
        let source = looks.table_path("sockstat");
        let Some(pages) = sockstat::count(sockstat, self.title, "mem") else {
            let name = self.name;
            return Some(Finding::unknown(format_args!(
                "{source} has no mem of {name}"
            )));
        };
        let (pressure, most) = match looks.setting(self.setting).as_deref() {
            Ok([_, pressure, most]) => (*pressure, *most),
            Ok(_) => {
                let setting = self.setting;
                return Some(Finding::unknown(format_args!(
                    "{setting} does not have three numbers"
                )));
            }
            Err(why) => return Some(Finding::unknown(why)),
        };
        let threshold = match self.has_pressure {
            true => pressure,
            false => most.saturating_mul(NEARLY_FULL) / 100,
        };
        let (severity, consequence) = match pages {
            pages if pages >= most => (
                Severity::Problem,
                format!("at the limit, {}", self.at_limit),
            ),
            pages if pages <= threshold => return None,
            _ if self.has_pressure => (
                Severity::Warning,
                "TCP is under memory pressure and keeps its windows small".to_owned(),
            ),
            _ => (
                Severity::Warning,
                format!("at the limit, {}", self.at_limit),
            ),
        };
        let sentence = format!(
            "Sockets of {} use {} of {} pages of memory: {consequence}.",
            self.name,
            count(pages.into()),
            count(most.into()),
        );
        let setting = self.setting.replace('/', ".");
        let (_, short) = self.setting.rsplit_once('/')?;
        let limits = looks.setting_path(self.setting);
        let finding = Finding::new(severity, sentence)
            .from("mem", pages, source)
            .from(short, most, &*limits);
        let finding = match self.has_pressure {
            true => finding.from("pressure", pressure, limits),
            false => finding,
        };
        let raise = format!("{setting} (now {most} pages at most)");
        Some(
            finding
                .advise("Look", self.look.to_owned())
                .advise("Raise", raise),
        )
    }
}

/// Tells of datagrams that are lost because UDP is at its limit.
fn failures(looks: &Looks<'_>) -> Option<Finding> {
    // IPv6's share the limit, and are counted apart.
    let titles = [("Udp", "MemErrors"), ("Udp6", "Udp6MemErrors")];
    let rising = titles
        .iter()
        .find_map(|(title, name)| looks.rising(title, name));
    if let Some((counter, interval)) = rising {
        let sentence = format!(
            "UDP drops datagrams because its sockets use all the memory that they are allowed: {}.",
            rise(&counter, interval)
        );
        let finding = Finding::new(Severity::Problem, sentence).from_rise(&counter);
        let look = "rnetstat -uanp --sort -recv_q,-send_q --top 10".to_owned();
        return Some(finding.advise("Look", look));
    }
    let mut counters = titles
        .iter()
        .filter_map(|(title, name)| looks.counter(title, name));
    let counter = counters.find(|it| it.total > 0)?;
    let what = "datagrams were lost because UDP was at its memory limit";
    Some(looks.since_boot(&counter, what))
}

/// Tells that TCP has come under memory pressure.
fn pressure(looks: &Looks<'_>) -> Option<Finding> {
    if let Some((counter, interval)) = looks.rising("TcpExt", "TCPMemoryPressures") {
        let sentence = format!(
            "TCP came under memory pressure and keeps its windows small: {}.",
            rise(&counter, interval)
        );
        let finding = Finding::new(Severity::Warning, sentence).from_rise(&counter);
        let look = "rnetstat -tnp --sort -recv_q,-send_q --top 10".to_owned();
        return Some(finding.advise("Look", look));
    }
    let counter = looks.counter("TcpExt", "TCPMemoryPressures")?;
    let what = "TCP came under memory pressure";
    (counter.total > 0).then(|| looks.since_boot(&counter, what))
}

/// Tells of data that sockets had no room for.
fn thrown_away(looks: &Looks<'_>) -> Option<Finding> {
    let mut rising = THROWN_AWAY
        .iter()
        .filter_map(|name| looks.rising("TcpExt", name));
    if let Some((counter, interval)) = rising.next() {
        let sentence = format!(
            "Received data was dropped because sockets had no room, and has to be sent again: {}.",
            rise(&counter, interval)
        );
        let first = Finding::new(Severity::Info, sentence).from_rise(&counter);
        let more = MADE_ROOM
            .iter()
            .filter_map(|name| looks.rising("TcpExt", name));
        let finding = rising
            .chain(more)
            .fold(first, |finding, (counter, _)| finding.from_rise(&counter));
        let look = "rnetstat -tnp --sort -recv_q --top 10".to_owned();
        return Some(finding.advise("Look", look));
    }
    let mut counters = THROWN_AWAY
        .iter()
        .filter_map(|name| looks.counter("TcpExt", name));
    let counter = counters.find(|it| it.total > 0)?;
    Some(looks.since_boot(
        &counter,
        "received data was dropped because sockets had no room",
    ))
}

#[cfg(test)]
mod tests {
    use super::super::testing::{System, said};
    use super::*;

    fn sockstat(tcp: u32, udp: u32) -> String {
        format!(
            "sockets: used 24\nTCP: inuse 9 orphan 0 tw 0 alloc 76 mem {tcp}\nUDP: inuse 0 mem \
             {udp}\n"
        )
    }

    #[test]
    fn sockets_have_less_than_their_limit_if_all_is_well() {
        let system = System::new(&[
            ("proc/sys/net/ipv4/tcp_mem", "100\t200\t300\n"),
            ("proc/sys/net/ipv4/udp_mem", "100\t200\t300\n"),
        ]);
        for (tcp, udp, expected) in [
            (0, 0, &[][..]),
            (200, 240, &[]),
            (
                201,
                0,
                &[
                    "warning: Sockets of TCP use 201 of 300 pages of memory: TCP is under \
                     memory pressure and keeps its windows small.",
                ],
            ),
            (
                0,
                241,
                &[
                    "warning: Sockets of UDP use 241 of 300 pages of memory: at the limit, \
                     UDP drops datagrams.",
                ],
            ),
            (
                1300,
                300,
                &[
                    "problem: Sockets of TCP use 1,300 of 300 pages of memory: at the limit, \
                     TCP drops received data and programs have to wait to send.",
                    "problem: Sockets of UDP use 300 of 300 pages of memory: at the limit, \
                     UDP drops datagrams.",
                ],
            ),
        ] {
            system.write(&[("proc/net/sockstat", &sockstat(tcp, udp))]);
            let found = system.look_once(&ABOUT, &[]);
            assert_eq!(said(&found), expected);
        }
    }

    #[test]
    fn a_limit_that_is_not_shown_is_unknown() {
        let system = System::new(&[
            ("proc/sys/net/ipv4/tcp_mem", "100\t200\t300\n"),
            ("proc/net/sockstat", &sockstat(9, 9)),
        ]);
        let found = said(&system.look_once(&ABOUT, &[]));
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].starts_with("unknown: "), "{found:?}");
        assert!(
            found[0].contains("sys/net/ipv4/udp_mem: No such file"),
            "{found:?}"
        );
    }

    #[test]
    fn counters_tell_what_was_lost() {
        let system = System::new(&[
            ("proc/sys/net/ipv4/tcp_mem", "100\t200\t300\n"),
            ("proc/sys/net/ipv4/udp_mem", "100\t200\t300\n"),
            ("proc/net/sockstat", &sockstat(9, 9)),
            ("proc/uptime", "172800.0 1.0"),
        ]);
        for (title, name, severity, sentence) in [
            (
                "Udp",
                "MemErrors",
                "problem",
                "MemErrors rose by 3 in 2.0 s.",
            ),
            (
                "Udp6",
                "Udp6MemErrors",
                "problem",
                "Udp6MemErrors rose by 3 in 2.0 s.",
            ),
            (
                "TcpExt",
                "TCPMemoryPressures",
                "warning",
                "TCPMemoryPressures rose by 3 in 2.0 s.",
            ),
            (
                "TcpExt",
                "RcvPruned",
                "info",
                "RcvPruned rose by 3 in 2.0 s.",
            ),
        ] {
            let before = &[(title, name, 4)];
            let found = said(&system.look_twice(&ABOUT, before, &[], &[(title, name, 7)]));
            assert_eq!(found.len(), 1, "{found:?}");
            assert!(
                found[0].starts_with(severity) && found[0].ends_with(sentence),
                "{found:?}"
            );
            let found = said(&system.look_twice(&ABOUT, before, &[], before));
            let end = format!("{name} 4, 2.0 a day; none while watching.");
            assert_eq!(found.len(), 1, "{found:?}");
            assert!(
                found[0].starts_with("info") && found[0].ends_with(&end),
                "{found:?}"
            );
        }
    }
}
