//! The tables of neighbours: the hardware addresses of the hosts on a link, against their limits.

use super::text::{count, rise};
use super::{About, Check, Counter, Finding, Looks, Moment, Needs, Severity, Sockets, TwoLooks};
use crate::tables::per_cpu::PerCpu;

/// From this share of the limit on, in percent, hosts are about to be out of reach. From half of it on
/// (`gc_thresh2`), the kernel throws away those older than 5 seconds (Documentation/networking/ip-sysctl.rst).
const NEARLY_FULL: u64 = 80;

/// The flag of an entry that somebody has made for ever (`ATF_PERM`, include/uapi/linux/if_arp.h). It does not
/// count.
const PERMANENT: u32 = 0x4;

pub const ABOUT: About = About {
    name: "neighbours",
    summary: "neighbour tables (ARP, IPv6) that are full or nearly full",
    needs: Needs {
        two_looks: TwoLooks::IfLive,
        sockets: Sockets::None,
    },
    begin: || Box::new(Neighbours::default()),
};

/// A table, which all namespaces share.
struct Family {
    name: &'static str,
    statistics: &'static str,
    limit: &'static str,
    sysctl: &'static str,
}

const FAMILIES: [Family; 2] = [
    Family {
        name: "ARP",
        statistics: "stat/arp_cache",
        limit: "net/ipv4/neigh/default/gc_thresh3",
        sysctl: "net.ipv4.neigh.default.gc_thresh3",
    },
    Family {
        name: "IPv6 neighbours",
        statistics: "stat/ndisc_cache",
        limit: "net/ipv6/neigh/default/gc_thresh3",
        sysctl: "net.ipv6.neigh.default.gc_thresh3",
    },
];

/// The tables' statistics at both looks.
#[derive(Debug, Default)]
struct Neighbours {
    before: Vec<Option<PerCpu>>,
    now: Vec<Result<PerCpu, String>>,
}

impl Check for Neighbours {
    fn look(&mut self, moment: Moment, looks: &Looks<'_>) {
        let tables = FAMILIES.iter().map(|family| {
            let text = looks.table(family.statistics)?;
            let path = looks.net.path(family.statistics);
            PerCpu::named(&text).ok_or_else(|| format!("{} is not a table", path.display()))
        });
        match moment {
            Moment::First => self.before = tables.map(Result::ok).collect(),
            Moment::Last => self.now = tables.collect(),
        }
    }

    fn conclude(&mut self, looks: &Looks<'_>) -> Result<Vec<Finding>, String> {
        let mut findings = Vec::new();
        let mut befores = self.before.iter();
        for (family, now) in FAMILIES.iter().zip(&self.now) {
            let before = befores.next().and_then(Option::as_ref);
            let found = now.as_ref().map_err(String::clone);
            let found = found.and_then(|now| family.judge(before, now, looks));
            match found {
                Ok(found) => findings.extend(found),
                Err(why) => findings.push(Finding::unknown(why)),
            }
        }
        Ok(findings)
    }
}

impl Family {
    fn judge(
        &self,
        before: Option<&PerCpu>,
        now: &PerCpu,
        looks: &Looks<'_>,
    ) -> Result<Option<Finding>, String> {
        let source = looks.table_path(self.statistics);
        let entries = now.shared("entries");
        let entries = entries.ok_or_else(|| format!("{source} has no entries"))?;
        let overflow = now.sum("table_fulls").map(|total| {
            let before = before.and_then(|it| it.sum("table_fulls"));
            Counter::of("table_fulls", total, before, source.clone())
        });
        let most = looks.setting(self.limit).map(|it| it.first().copied());
        let finding = |severity, sentence| {
            let finding = Finding::new(severity, sentence).from("entries", entries, &*source);
            let raise = match most {
                Ok(Some(most)) => format!("{} (now {most})", self.sysctl),
                _ => self.sysctl.to_owned(),
            };
            match most {
                Ok(Some(most)) => finding.from("gc_thresh3", most, looks.setting_path(self.limit)),
                _ => finding,
            }
            .advise("Look", "rnetstat -r -n".to_owned())
            .advise("Raise", raise)
        };
        if let (Some(counter), Some(interval)) = (&overflow, looks.interval())
            && counter.rises().is_some()
        {
            let sentence = format!(
                "The table of {} is full, with {} entries, and some hosts on the link cannot be \
                 reached: {}.",
                self.name,
                count(entries.into()),
                rise(counter, interval)
            );
            return Ok(Some(
                finding(Severity::Problem, sentence).from_rise(counter),
            ));
        }
        let most = match &most {
            Ok(Some(most)) => *most,
            Ok(None) => return Err(format!("{} is empty", self.limit)),
            Err(why) => return Err(why.clone()),
        };
        let permanent = permanent(looks);
        if entries.saturating_sub(permanent).saturating_mul(100) >= most.saturating_mul(NEARLY_FULL)
        {
            let of = format!("{} of {}", count(entries.into()), count(most.into()));
            // Only ARP's table tells which do not count.
            let (severity, rest) = match self.name == "ARP" {
                true => (
                    Severity::Warning,
                    "once full, some hosts on the link cannot be reached",
                ),
                false => (
                    Severity::Info,
                    "once full, some hosts on the link cannot be reached; permanent entries do not \
                     count",
                ),
            };
            let sentence = format!("The table of {} has {of} entries: {rest}.", self.name);
            return Ok(Some(finding(severity, sentence)));
        }
        let once = overflow.filter(|counter| counter.total > 0);
        let what = format!(
            "hosts could not be reached because the table of {} was full",
            self.name
        );
        Ok(once.map(|counter| looks.since_boot(&counter, &what)))
    }
}

/// Returns how many entries of the namespace's ARP table are for ever (`man 5 proc`, /proc/net/arp).
fn permanent(looks: &Looks<'_>) -> u64 {
    let table = looks.table("arp").unwrap_or_default();
    let flags = table.lines().skip(1).filter_map(|line| {
        let word = line.split_ascii_whitespace().nth(2)?;
        u32::from_str_radix(word.strip_prefix("0x")?, 16).ok()
    });
    let permanent = flags.filter(|flags| flags & PERMANENT != 0);
    permanent.count().try_into().unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::super::testing::{System, said};
    use super::*;

    /// The statistics of Linux 6.18, cut to what is read.
    fn statistics(entries: u32, fulls: u32) -> String {
        format!(
            "entries  allocs   unresolved_discards table_fulls\n\
             {entries:08x} 000003f1 00000000            {fulls:08x}\n\
             {entries:08x} 000003fe 00000000            00000000\n"
        )
    }

    fn system(arp: u32, ipv6: u32) -> System {
        System::new(&[
            ("proc/sys/net/ipv4/neigh/default/gc_thresh3", "1024\n"),
            ("proc/sys/net/ipv6/neigh/default/gc_thresh3", "1024\n"),
            ("proc/net/stat/arp_cache", &statistics(arp, 0)),
            ("proc/net/stat/ndisc_cache", &statistics(ipv6, 0)),
            (
                "proc/net/arp",
                "IP address       HW type     Flags       HW address            Mask     Device\n\
                 10.0.0.1         0x1         0x2         02:00:00:00:00:01     *        eth0\n\
                 10.0.0.9         0x1         0x6         02:00:00:00:00:09     *        eth0\n",
            ),
        ])
    }

    #[test]
    fn a_table_without_room_is_told() {
        for (arp, ipv6, expected) in [
            (3, 5, &[][..]),
            // One does not count.
            (820, 5, &[]),
            (
                821,
                821,
                &[
                    "warning: The table of ARP has 821 of 1,024 entries: once full, some hosts on \
                     the link cannot be reached.",
                    "info: The table of IPv6 neighbours has 821 of 1,024 entries: once full, some \
                     hosts on the link cannot be reached; permanent entries do not count.",
                ],
            ),
        ] {
            assert_eq!(said(&system(arp, ipv6).look_once(&ABOUT, &[])), expected);
        }
    }

    #[test]
    fn an_overflow_is_told_as_it_happens() {
        let full = statistics(1024, 16);
        let later: &[(&str, &str)] = &[("proc/net/stat/arp_cache", &full)];
        let system = system(1024, 5);
        assert_eq!(
            said(&system.look_twice(&ABOUT, &[], later, &[])),
            [
                "problem: The table of ARP is full, with 1,024 entries, and some hosts on the \
                 link cannot be reached: table_fulls rose by 16 in 2.0 s."
            ]
        );
        let empty = statistics(9, 16);
        system.write(&[("proc/net/stat/arp_cache", &empty)]);
        assert_eq!(
            said(&system.look_twice(&ABOUT, &[], &[], &[])),
            [
                "info: Since boot, hosts could not be reached because the table of ARP was full: \
              table_fulls 16; none while watching."
            ]
        );
    }

    #[test]
    fn a_namespace_that_does_not_show_them_is_unknown() {
        let found = said(&System::new(&[]).look_once(&ABOUT, &[]));
        assert_eq!(found.len(), 2, "{found:?}");
        assert!(
            found.iter().all(|it| it.starts_with("unknown: ")),
            "{found:?}"
        );
        assert!(
            found[0].contains("stat/arp_cache: No such file"),
            "{found:?}"
        );
    }
}
