//! The table of tracked connections, against its limit.

use super::text::{count, rise};
use super::{About, Check, Counter, Finding, Looks, Moment, Needs, Severity, Sockets, TwoLooks};
use crate::tables::per_cpu::PerCpu;
use crate::tables::sysctl;

/// From this share of the limit on, in percent, the kernel is about to drop connections that it has not seen
/// both sides of, and then packets (Documentation/networking/nf_conntrack-sysctl.rst).
const NEARLY_FULL: u64 = 80;

/// The number of entries of the namespace.
const COUNT: &str = "net/netfilter/nf_conntrack_count";

/// The most entries that a namespace may have.
const MAX: &str = "net/netfilter/nf_conntrack_max";

/// What the table has done, by CPU.
const STATISTICS: &str = "stat/nf_conntrack";

pub const ABOUT: About = About {
    name: "conntrack",
    summary: "a conntrack table that is full or nearly full, and packets dropped because of it",
    needs: Needs {
        two_looks: TwoLooks::IfLive,
        sockets: Sockets::None,
    },
    begin: || Box::new(Conntrack::default()),
};

/// The statistics at both looks.
#[derive(Debug, Default)]
struct Conntrack {
    before: Option<PerCpu>,
    now: Option<Result<PerCpu, String>>,
}

impl Check for Conntrack {
    fn look(&mut self, moment: Moment, looks: &Looks<'_>) {
        let table = looks.table(STATISTICS).and_then(|text| {
            let none = || format!("{} is not a table", looks.table_path(STATISTICS));
            PerCpu::named(&text).ok_or_else(none)
        });
        match moment {
            Moment::First => self.before = table.ok(),
            Moment::Last => self.now = Some(table),
        }
    }

    fn conclude(&mut self, looks: &Looks<'_>) -> Result<Vec<Finding>, String> {
        let known = sysctl::read(looks.net, COUNT);
        if known.is_err_and(|error| error.kind() == std::io::ErrorKind::NotFound) {
            return Err("no such table".to_owned());
        }
        let (entries, most) = (looks.number(COUNT)?, looks.number(MAX)?);
        // Without a limit, nothing is ever full.
        let is_full = most > 0 && entries >= most;
        let is_nearly = most > 0 && entries.saturating_mul(100) >= most.saturating_mul(NEARLY_FULL);
        let raise = format!("net.netfilter.nf_conntrack_max (now {most})");
        let advised = |finding: Finding| {
            let look = "rnetstat -tun --count-by foreign_address --top 10".to_owned();
            finding
                .from("nf_conntrack_count", entries, looks.setting_path(COUNT))
                .from("nf_conntrack_max", most, looks.setting_path(MAX))
                .advise("Look", look)
                .advise("Raise", raise.clone())
        };
        let filled = format!("{} of {}", count(entries.into()), count(most.into()));
        let mut findings = Vec::new();
        let early = self.counter("early_drop", looks);
        let drop = self.counter("drop", looks);
        let rising = |it: &Option<Counter>| {
            let counter = it.clone()?;
            counter.rises()?;
            Some((counter, looks.interval()?))
        };
        match (rising(&early), rising(&drop)) {
            (Some((counter, interval)), other) => {
                let sentence = format!(
                    "The conntrack table is full ({filled}) and drops old connections for new \
                     ones: {}.",
                    rise(&counter, interval)
                );
                let mut finding = Finding::new(Severity::Problem, sentence).from_rise(&counter);
                if let Some((counter, _)) = other {
                    finding = finding.from_rise(&counter);
                }
                findings.push(advised(finding));
            }
            (None, Some((counter, interval))) if is_nearly => {
                let sentence = format!(
                    "The conntrack table is full at times ({filled}), and packets are dropped: {}.",
                    rise(&counter, interval)
                );
                let finding = Finding::new(Severity::Problem, sentence).from_rise(&counter);
                findings.push(advised(finding));
            }
            _ if is_full => {
                let sentence = format!(
                    "The conntrack table is full ({filled}): packets of new connections are \
                     dropped."
                );
                findings.push(advised(Finding::new(Severity::Problem, sentence)));
            }
            _ if is_nearly => {
                let sentence = format!(
                    "The conntrack table is nearly full ({filled}): once full, packets of new \
                     connections are dropped."
                );
                findings.push(advised(Finding::new(Severity::Warning, sentence)));
            }
            // Two first packets of a connection at once, as resolvers send them: one entry is too many.
            (None, Some((counter, interval))) => {
                let sentence = format!(
                    "Packets were dropped because conntrack could not track their connection, \
                     although its table had room: {}.",
                    rise(&counter, interval)
                );
                let mut finding = Finding::new(Severity::Info, sentence).from_rise(&counter);
                if let Some((counter, _)) = rising(&self.counter("insert_failed", looks)) {
                    finding = finding.from_rise(&counter);
                }
                findings.push(advised(finding));
            }
            (None, None) => {
                let counters = [early, drop].into_iter().flatten();
                let once = counters.into_iter().find(|counter| counter.total > 0);
                let what = "packets were dropped because conntrack could not track their \
                            connection";
                findings.extend(once.map(|counter| looks.since_boot(&counter, what)));
            }
        }
        if let Some(Err(why)) = &self.now {
            findings.push(Finding::unknown(why));
        }
        Ok(findings)
    }
}

impl Conntrack {
    /// Returns a column of the statistics, summed over all CPUs.
    fn counter(&self, name: &'static str, looks: &Looks<'_>) -> Option<Counter> {
        let total = self.now.as_ref()?.as_ref().ok()?.sum(name)?;
        let before = self.before.as_ref().and_then(|it| it.sum(name));
        let source = looks.table_path(STATISTICS);
        Some(Counter::of(name, total, before, source))
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{System, said};
    use super::*;

    /// The statistics of Linux 6.18, cut to what is read.
    fn statistics(insert_failed: u32, drop: u32, early_drop: u32) -> String {
        format!(
            "entries  clashres insert_failed drop early_drop icmp_error\n\
             0000003c  00000000 {insert_failed:08x} {drop:08x} 00000000 00000000\n\
             0000003c  00000000 00000000 00000000 {early_drop:08x} 00000000\n"
        )
    }

    fn system(entries: &str) -> System {
        System::new(&[
            ("proc/sys/net/netfilter/nf_conntrack_count", entries),
            ("proc/sys/net/netfilter/nf_conntrack_max", "1000\n"),
            ("proc/net/stat/nf_conntrack", &statistics(0, 0, 0)),
            ("proc/uptime", "86400.0 1.0"),
        ])
    }

    #[test]
    fn a_table_without_room_is_told() {
        for (entries, expected) in [
            ("0\n", &[][..]),
            ("799\n", &[]),
            (
                "800\n",
                &[
                    "warning: The conntrack table is nearly full (800 of 1,000): once full, \
                     packets of new connections are dropped.",
                ],
            ),
            (
                "1000\n",
                &[
                    "problem: The conntrack table is full (1,000 of 1,000): packets of new \
                     connections are dropped.",
                ],
            ),
        ] {
            assert_eq!(said(&system(entries).look_once(&ABOUT, &[])), expected);
        }
    }

    #[test]
    fn drops_are_judged_by_how_full_the_table_is() {
        for (entries, now, expected) in [
            ("500\n", statistics(0, 0, 0), &[][..]),
            (
                "500\n",
                statistics(2, 2, 0),
                &[
                    "info: Packets were dropped because conntrack could not track their \
                     connection, although its table had room: drop rose by 2 in 2.0 s.",
                ],
            ),
            (
                "900\n",
                statistics(0, 2, 0),
                &[
                    "problem: The conntrack table is full at times (900 of 1,000), and \
                   packets are dropped: drop rose by 2 in 2.0 s.",
                ],
            ),
            (
                "999\n",
                statistics(0, 2, 7),
                &[
                    "problem: The conntrack table is full (999 of 1,000) and drops old \
                     connections for new ones: early_drop rose by 7 in 2.0 s.",
                ],
            ),
        ] {
            let later: &[(&str, &str)] = &[("proc/net/stat/nf_conntrack", &now)];
            let found = system(entries).look_twice(&ABOUT, &[], later, &[]);
            assert_eq!(said(&found), expected);
        }
        let system = system("500\n");
        system.write(&[("proc/net/stat/nf_conntrack", &statistics(0, 3, 0))]);
        assert_eq!(
            said(&system.look_twice(&ABOUT, &[], &[], &[])),
            [
                "info: Since boot, packets were dropped because conntrack could not track their \
                 connection: \
              drop 3, 3.0 a day; none while watching."
            ]
        );
    }

    #[test]
    fn a_kernel_without_the_table_is_not_judged() {
        let found = System::new(&[]).look_once(&ABOUT, &[]);
        assert_eq!(said(&found), ["none: no such table"]);
    }
}
