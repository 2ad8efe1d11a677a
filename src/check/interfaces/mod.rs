//! What interfaces lose, and links that come and go.

mod softnet;

use super::text::{count, percent};
use super::{About, Check, Finding, Looks, Moment, Needs, Severity, Sockets, TwoLooks};
use crate::tables::ReadError;
use crate::tables::interface::links::{self, Carrier};
use crate::tables::interface::{Counters, Name, dev};
use softnet::Softnet;
use std::collections::BTreeMap;
use std::time::Duration;

/// From this share of packets on, in tenths of a percent, connections are slowed down noticeably: by the
/// formula of Mathis and others (1997), loss of 1% holds one with 50 ms round-trip time below 3 Mb/s.
const LOSSY: i128 = 10;

/// From this share on, in tenths of a percent, they hardly move.
const BROKEN: i128 = 50;

/// Fewer lost packets a second say nothing: the kernel counts packets of protocols that nobody wants, such as a
/// switch's, as dropped (Documentation/ABI/testing/sysfs-class-net-statistics, `rx_dropped`).
const FEW_A_SECOND: i128 = 10;

/// Fewer lost packets since an interface was made say nothing.
const FEW_EVER: i128 = 1000;

/// A link that is lost and found changes its carrier twice.
const FLAP: u32 = 2;

/// An interface of software changes it when a container is started anew; twice within an interval is no more
/// that.
const VIRTUAL_FLAPS: u32 = 2 * FLAP;

pub const ABOUT: About = About {
    name: "interfaces",
    summary: "interfaces that lose packets, links that go up and down, CPUs that cannot keep up",
    needs: Needs {
        two_looks: TwoLooks::IfLive,
        sockets: Sockets::None,
    },
    begin: || Box::new(Interfaces::default()),
};

#[derive(Debug, Default)]
struct Interfaces {
    before: Option<Seen>,
    now: Option<Seen>,
}

/// What one look has seen.
#[derive(Debug)]
struct Seen {
    counters: Result<BTreeMap<Name, Counters>, String>,
    carriers: Result<Vec<Carrier>, String>,
    /// Of the whole system, and so read for the program's own namespace only.
    softnet: Option<Result<Softnet, String>>,
}

impl Check for Interfaces {
    fn look(&mut self, moment: Moment, looks: &Looks<'_>) {
        let takes_two = moment == Moment::First || self.before.is_some();
        let carriers = match takes_two {
            true => links::carriers(looks.net),
            // A count without another tells nothing.
            false => Ok(Vec::new()),
        };
        let seen = Seen {
            counters: counters(looks),
            carriers: carriers.map_err(|error| format!("the carriers of interfaces: {error}")),
            softnet: looks.net.is_default().then(|| Softnet::read(looks)),
        };
        match moment {
            Moment::First => self.before = Some(seen),
            Moment::Last => self.now = Some(seen),
        }
    }

    fn conclude(&mut self, looks: &Looks<'_>) -> Result<Vec<Finding>, String> {
        let Some(now) = &self.now else {
            return Err("the interface was not read before".to_owned());
        };
        let counters = now.counters.as_ref().map_err(String::clone)?;
        let interval = looks.interval();
        let before = self.before.as_ref();
        let source = looks.table_path(dev::FILE_NAME);
        let mut findings = Vec::new();
        for (name, counters) in counters {
            let before = before.and_then(|it| it.counters.as_ref().ok()?.get(name));
            let lately = before.zip(interval).and_then(|(before, interval)| {
                let losses = losses(counters, Some(before));
                lost_lately(name, &losses, interval, &source)
            });
            findings.extend(lately.or_else(|| lost_ever(name, &losses(counters, None), &source)));
        }
        match (before.map(|it| &it.carriers), &now.carriers, interval) {
            (Some(Ok(before)), Ok(now), Some(interval)) => {
                findings.extend(now.iter().filter_map(|it| flap(it, before, interval)));
            }
            (Some(Err(why)), ..) | (_, Err(why), _) => findings.push(Finding::unknown(why)),
            _ => {}
        }
        match &now.softnet {
            Some(Ok(softnet)) => {
                let before = before.and_then(|it| it.softnet.as_ref()?.as_ref().ok());
                findings.extend(softnet.judge(before, looks));
            }
            Some(Err(why)) => findings.push(Finding::unknown(why)),
            None => {}
        }
        Ok(findings)
    }
}

/// Reads the counters of all interfaces. One whose line can't be read is left out.
fn counters(looks: &Looks<'_>) -> Result<BTreeMap<Name, Counters>, String> {
    let path = looks.net.path(dev::FILE_NAME);
    let failed = |error: &dyn std::fmt::Display| format!("{}: {error}", path.display());
    let mut table = dev::Table::open(looks.net).map_err(|error| failed(&error))?;
    let mut counters = BTreeMap::new();
    loop {
        match table.next_row() {
            Ok(Some(row)) if row.is_whole => {
                counters.insert(row.name, row.counters);
            }
            Ok(Some(_)) | Err(ReadError::Malformed { .. }) => {}
            Ok(None) => return Ok(counters),
            Err(error @ ReadError::Io { .. }) => return Err(error.to_string()),
        }
    }
}

/// A count of packets that were lost, of all that there were.
struct Loss {
    /// The name of the counter, as in /sys/class/net/…/statistics.
    name: &'static str,
    what: &'static str,
    lost: i128,
    all: i128,
}

/// Returns what an interface lost since `before`, or since it was made.
fn losses(now: &Counters, before: Option<&Counters>) -> [Loss; 4] {
    let none = Counters::default();
    let before = before.unwrap_or(&none);
    let loss = |name, what, of: fn(&Counters) -> (u64, u64)| {
        let ((lost, packets), (lost_before, packets_before)) = (of(now), of(before));
        let lost = now.signed(lost) - before.signed(lost_before);
        let packets = now.signed(packets) - before.signed(packets_before);
        Loss {
            name,
            what,
            lost,
            all: lost + packets,
        }
    };
    [
        loss("rx_errors", "of received packets were bad", |it| {
            (it.received.errors, it.received.packets)
        }),
        loss("rx_dropped", "of received packets were dropped", |it| {
            (it.received.dropped, it.received.packets)
        }),
        loss("tx_errors", "of sent packets failed", |it| {
            (it.sent.errors, it.sent.packets)
        }),
        loss("tx_dropped", "of packets to send were dropped", |it| {
            (it.sent.dropped, it.sent.packets)
        }),
    ]
}

/// Returns how bad a share of lost packets is, or `None` if it is not.
fn severity(lost: i128, all: i128, few: i128) -> Option<Severity> {
    let share = lost * 1000 / all.max(1);
    match lost {
        lost if lost < few.max(1) || share < LOSSY => None,
        _ if share >= BROKEN => Some(Severity::Problem),
        _ => Some(Severity::Warning),
    }
}

/// Returns [`FEW_A_SECOND`] of a whole interval.
fn few(interval: Duration) -> i128 {
    FEW_A_SECOND * i128::try_from(interval.as_millis()).unwrap_or(0) / 1000
}

/// Tells of packets that were lost between the looks.
fn lost_lately(name: &Name, losses: &[Loss], interval: Duration, source: &str) -> Option<Finding> {
    let severity_of = |loss: &Loss| severity(loss.lost, loss.all, few(interval));
    let worst = losses.iter().filter_map(severity_of).max()?;
    let bad = losses.iter().filter(|it| severity_of(it).is_some());
    let parts = bad.clone().map(|loss| {
        let share = percent(loss.lost, loss.all);
        format!("{share} {} ({})", loss.what, count(loss.lost))
    });
    let sentence = format!(
        "{} loses packets: in {:.1} s, {}.",
        text(name),
        interval.as_secs_f64(),
        parts.collect::<Vec<_>>().join(", ")
    );
    let finding = bad.fold(Finding::new(worst, sentence), |finding, loss| {
        finding.from(loss.name, loss.lost, source)
    });
    Some(finding.advise("Look", "rnetstat -i --delta 2".to_owned()))
}

/// Tells that an interface has lost many packets since it was made.
fn lost_ever(name: &Name, losses: &[Loss], source: &str) -> Option<Finding> {
    let mut bad = losses
        .iter()
        .filter(|it| severity(it.lost, it.all, FEW_EVER).is_some());
    let loss = bad.next()?;
    let sentence = format!(
        "Since {} was created, {} {} ({}).",
        text(name),
        percent(loss.lost, loss.all),
        loss.what,
        count(loss.lost)
    );
    let finding = Finding::new(Severity::Info, sentence).from(loss.name, loss.lost, source);
    Some(finding.advise("Look", "rnetstat -i --delta 2".to_owned()))
}

/// Tells of a link that was lost between the looks, and found.
fn flap(now: &Carrier, before: &[Carrier], interval: Duration) -> Option<Finding> {
    let before = before.iter().find(|it| it.name == now.name)?;
    let changes = now.changes.checked_sub(before.changes)?;
    let least = if now.is_virtual { VIRTUAL_FLAPS } else { FLAP };
    if changes < least {
        return None;
    }
    let sentence = format!(
        "The link of {} goes up and down: its carrier changed {changes} times in {:.1} s.",
        text(&now.name),
        interval.as_secs_f64()
    );
    let finding =
        Finding::new(Severity::Warning, sentence).from("carrier_changes", changes, "rtnetlink");
    let finding = finding.advise("Look", "rnetstat -i".to_owned());
    Some(match now.is_virtual {
        true => finding,
        false => finding.advise("Do", "check the cable and the switch port".to_owned()),
    })
}

fn text(name: &Name) -> String {
    String::from_utf8_lossy(name.bytes()).into_owned()
}

#[cfg(test)]
mod tests;
