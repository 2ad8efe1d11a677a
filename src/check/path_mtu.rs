//! Packets that are too large for their way: those that may not be cut, and those whose pieces get lost.

use super::text::{count, percent, rise};
use super::{About, Check, Counter, Finding, Looks, Needs, Severity, Sockets, TwoLooks};
use crate::tables::sockstat;

/// From this share of packets on, in tenths of a percent, what loses them is noticed: RFC 8900 (4.1) calls
/// fragmentation fragile because one lost piece costs the packet, and 1% is what slows TCP down, too.
const LOSSY: i128 = 10;

/// From this share on, in tenths of a percent, programs that rely on it hardly work.
const BROKEN: i128 = 50;

/// Fewer packets than this in the interval say nothing.
const FEW: i128 = 10;

/// From this share of the memory for pieces on, in percent, new ones are about to be dropped
/// (Documentation/networking/ip-sysctl.rst, `ipfrag_high_thresh`).
const NEARLY_FULL: u64 = 80;

pub const ABOUT: About = About {
    name: "path_mtu",
    summary: "packets too large for their path, and fragments that cannot be reassembled",
    needs: Needs {
        two_looks: TwoLooks::IfLive,
        sockets: Sockets::None,
    },
    begin: || Box::new(PathMtu),
};

#[derive(Debug)]
struct PathMtu;

/// An IP version.
struct Version {
    name: &'static str,
    section: &'static str,
    fails: &'static str,
    oks: &'static str,
    timeout: &'static str,
    too_large: &'static str,
    sent: &'static str,
    forwarded: &'static str,
    /// The file and the line that tell the memory of pieces.
    sockstat: (&'static str, &'static str),
    /// The limit of that memory, in bytes.
    limit: &'static str,
}

const VERSIONS: [Version; 2] = [
    Version {
        name: "IPv4",
        section: "Ip",
        fails: "ReasmFails",
        oks: "ReasmOKs",
        timeout: "ReasmTimeout",
        too_large: "FragFails",
        sent: "OutRequests",
        forwarded: "ForwDatagrams",
        sockstat: ("sockstat", "FRAG:"),
        limit: "net/ipv4/ipfrag_high_thresh",
    },
    Version {
        name: "IPv6",
        section: "Ip6",
        fails: "Ip6ReasmFails",
        oks: "Ip6ReasmOKs",
        timeout: "Ip6ReasmTimeout",
        too_large: "Ip6FragFails",
        sent: "Ip6OutRequests",
        forwarded: "Ip6OutForwDatagrams",
        sockstat: ("sockstat6", "FRAG6:"),
        limit: "net/ipv6/ip6frag_high_thresh",
    },
];

impl Check for PathMtu {
    fn conclude(&mut self, looks: &Looks<'_>) -> Result<Vec<Finding>, String> {
        let mut findings = Vec::new();
        let mut knows_any = false;
        for version in &VERSIONS {
            knows_any |= version.counter(looks, version.fails).is_some();
            findings.extend(version.pieces(looks));
            findings.extend(version.too_large(looks));
            findings.extend(version.memory(looks));
        }
        findings.extend(probes(looks));
        match knows_any {
            true => Ok(findings),
            false => Err("there are no counters of IP".to_owned()),
        }
    }
}

impl Version {
    fn counter(&self, looks: &Looks<'_>, name: &'static str) -> Option<Counter> {
        looks.counter(self.section, name)
    }

    /// Returns how much a counter rose, 0 if that is not known.
    fn rise(&self, looks: &Looks<'_>, name: &'static str) -> i128 {
        let counter = self.counter(looks, name);
        counter.and_then(|it| it.rise).unwrap_or(0)
    }

    /// Judges packets whose pieces don't come together.
    fn pieces(&self, looks: &Looks<'_>) -> Option<Finding> {
        let fails = self.counter(looks, self.fails)?;
        let whole = self.rise(looks, self.oks);
        let failed = fails.rise.unwrap_or(0);
        let all = whole + failed;
        if let (Some(severity), Some(interval)) = (severity(failed, all), looks.interval()) {
            let sentence = format!(
                "{} of fragmented {} packets are lost because fragments are missing: {}.",
                percent(failed, all),
                self.name,
                rise(&fails, interval)
            );
            let finding = Finding::new(severity, sentence)
                .from_rise(&fails)
                .from(self.oks, whole, &*fails.source)
                .from(self.timeout, self.rise(looks, self.timeout), &*fails.source)
                .advise("Look", "rnetstat -s".to_owned())
                .advise(
                    "Do",
                    "make programs send packets that fit the path".to_owned(),
                );
            return Some(finding);
        }
        let what = format!(
            "fragments of {} packets could not be reassembled",
            self.name
        );
        let is_known = fails.total > 0 && failed == 0;
        is_known.then(|| looks.since_boot(&fails, &what))
    }

    /// Judges packets that are larger than the next link takes, and may not be cut.
    fn too_large(&self, looks: &Looks<'_>) -> Option<Finding> {
        let fails = self.counter(looks, self.too_large)?;
        let sent = self.rise(looks, self.sent);
        let forwarded = self.rise(looks, self.forwarded);
        let failed = fails.rise.unwrap_or(0);
        let all = (sent + forwarded).max(failed);
        if let (Some(_), Some(interval)) = (severity(failed, all), looks.interval()) {
            let sentence = format!(
                "{} of the {} packets to forward or send are too large for the next link and must \
                 not be fragmented: {}. If the sender does not learn of it, the connection hangs.",
                percent(failed, all),
                self.name,
                rise(&fails, interval)
            );
            // A sender that hears of it sends smaller ones.
            let finding = Finding::new(Severity::Warning, sentence)
                .from_rise(&fails)
                .from(self.sent, sent, &*fails.source)
                .from(self.forwarded, forwarded, &*fails.source)
                .advise("Look", "rnetstat -i".to_owned())
                .advise(
                    "Do",
                    "let ICMP \"too big\" messages pass, or lower the senders' MTU".to_owned(),
                );
            return Some(finding);
        }
        let what = format!("{} packets were too large for the next link", self.name);
        let is_known = fails.total > 0 && failed == 0;
        is_known.then(|| looks.since_boot(&fails, &what))
    }

    /// Judges the memory of pieces that wait for the others.
    fn memory(&self, looks: &Looks<'_>) -> Option<Finding> {
        let (file, title) = self.sockstat;
        let text = looks.table(file).ok()?;
        let memory = sockstat::count(&text, title, "memory")?;
        // Without a piece, it does not matter what the limit is.
        if memory == 0 {
            return None;
        }
        let most = match looks.setting(self.limit).as_deref() {
            Ok([most]) => *most,
            Ok(_) => {
                return Some(Finding::unknown(format_args!(
                    "{} is not a number",
                    self.limit
                )));
            }
            Err(why) => return Some(Finding::unknown(why)),
        };
        if memory.saturating_mul(100) < most.saturating_mul(NEARLY_FULL) {
            return None;
        }
        let sentence = format!(
            "Fragments of {} packets that wait for the rest use {} of {} bytes of memory: at the \
             limit, they are dropped.",
            self.name,
            count(memory.into()),
            count(most.into()),
        );
        let finding = Finding::new(Severity::Warning, sentence)
            .from("memory", memory, looks.table_path(file))
            .from("high_thresh", most, looks.setting_path(self.limit))
            .advise("Look", "rnetstat -s".to_owned());
        let raise = format!("{} (now {most})", self.limit.replace('/', "."));
        Some(finding.advise("Raise", raise))
    }
}

/// Returns how bad it is that `failed` of `all` packets were lost, or `None` if it is not.
fn severity(failed: i128, all: i128) -> Option<Severity> {
    let share = failed * 1000 / all.max(1);
    match failed {
        failed if failed < FEW || share < LOSSY => None,
        _ if share >= BROKEN => Some(Severity::Problem),
        _ => Some(Severity::Warning),
    }
}

/// Tells of TCP's search for the largest segment that its way takes (RFC 4821): a probe that gets lost is how
/// it finds the limit, so that is no more than information.
fn probes(looks: &Looks<'_>) -> Option<Finding> {
    let failed = looks.counter("TcpExt", "TCPMTUPFail")?;
    let what = "TCP's MTU probes were lost";
    (failed.total > 0).then(|| {
        looks.since_boot(&failed, what).advise(
            "Look",
            "rnetstat -tn --tcp-info --sort pmtu --top 10".to_owned(),
        )
    })
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Counters, System, said};
    use super::*;

    const BEFORE: Counters<'_> = &[
        ("Ip", "ReasmFails", 0),
        ("Ip", "ReasmOKs", 5000),
        ("Ip", "FragFails", 0),
        ("Ip", "OutRequests", 100_000),
        ("Ip", "ForwDatagrams", 0),
        ("Ip6", "Ip6ReasmFails", 0),
        ("Ip6", "Ip6ReasmOKs", 0),
    ];

    /// The counters at the second look.
    fn after(
        fails: i128,
        oks: i128,
        too_large: i128,
        sent: i128,
    ) -> [(&'static str, &'static str, i128); 5] {
        [
            ("Ip", "ReasmFails", fails),
            ("Ip", "ReasmOKs", 5000 + oks),
            ("Ip", "FragFails", too_large),
            ("Ip", "OutRequests", 100_000 + sent),
            ("Ip", "ForwDatagrams", 0),
        ]
    }

    #[test]
    fn loss_is_judged_by_its_share() {
        let system = System::new(&[]);
        for (now, expected) in [
            (after(0, 1000, 0, 1000), &[][..]),
            // A few, and a share that nobody notices.
            (after(9, 0, 9, 9), &[]),
            (after(10, 2000, 10, 2000), &[]),
            (
                after(20, 980, 0, 0),
                &[
                    "warning: 2.0% of fragmented IPv4 packets are lost because fragments are missing: ReasmFails rose by 20 in 2.0 s.",
                ],
            ),
            (
                after(100, 900, 0, 0),
                &[
                    "problem: 10.0% of fragmented IPv4 packets are lost because fragments are missing: ReasmFails rose by 100 in 2.0 s.",
                ],
            ),
            (
                after(0, 0, 30, 1000),
                &[
                    "warning: 3.0% of the IPv4 packets to forward or send are too large for the \
                     next link and must not be fragmented: FragFails rose by 30 in 2.0 s. If the sender does not learn of it, the connection hangs.",
                ],
            ),
        ] {
            assert_eq!(
                said(&system.look_twice(&ABOUT, BEFORE, &[], &now)),
                expected
            );
        }
    }

    #[test]
    fn what_was_lost_long_ago_is_information() {
        let system = System::new(&[("proc/uptime", "864000.0 1.0")]);
        let counters: Counters<'_> = &[
            ("Ip", "ReasmFails", 70),
            ("Ip", "FragFails", 80),
            ("TcpExt", "TCPMTUPFail", 90),
        ];
        let found = said(&system.look_twice(&ABOUT, counters, &[], counters));
        assert_eq!(found.len(), 3, "{found:?}");
        assert!(found.iter().all(|it| it.starts_with("info: ")), "{found:?}");
        assert!(found[2].contains("TCPMTUPFail 90, 9.0 a day"), "{found:?}");
        assert_eq!(
            said(&System::new(&[]).look_once(&ABOUT, &[])),
            ["none: there are no counters of IP"]
        );
    }

    #[test]
    fn pieces_need_memory() {
        let system = System::new(&[("proc/sys/net/ipv4/ipfrag_high_thresh", "4194304\n")]);
        for (memory, expected) in [
            (1000, &[][..]),
            (
                4_000_000,
                &[
                    "warning: Fragments of IPv4 packets that wait for the rest use 4,000,000 of \
                     4,194,304 bytes of memory: at the limit, they are dropped.",
                ],
            ),
        ] {
            system.write(&[(
                "proc/net/sockstat",
                &format!("FRAG: inuse 9 memory {memory}\n"),
            )]);
            assert_eq!(said(&system.look_once(&ABOUT, BEFORE)), expected);
        }
    }
}
