//! What the checks read of a network namespace, besides its sockets: twice where a rate is needed.

use super::{Finding, Severity, text};
use crate::host::Host;
use crate::listing::statistics::{self, CounterRows};
use crate::listing::{Joined, Outcome, Sink, Sources, Warnings};
use crate::names::Names;
use crate::request::{Resolve, Statistics};
use crate::tables::counter::File;
use crate::tables::inet::{Family, Protocol};
use crate::tables::{Net, sysctl};
use std::collections::HashMap;
use std::io::{self, Read};
use std::time::{Duration, Instant};

/// The most bytes of a small file that are read.
pub const LONGEST: u64 = 1 << 20;

/// Seconds in a day.
const DAY: f64 = 86_400.0;

/// The counters of a namespace at one moment.
#[derive(Debug)]
pub struct Look {
    /// When they were read.
    pub at: Instant,
    counters: HashMap<(String, String), i128>,
}

impl Look {
    /// Reads the counters. What can't be read is not known.
    pub fn take(net: &Net, warnings: &mut Warnings) -> Look {
        let mut look = Look {
            at: Instant::now(),
            counters: HashMap::new(),
        };
        let host = net.host();
        let mut names = Names::new(host, Resolve::NUMBERS);
        let nets = [net.clone()];
        for ipv6 in [false, true] {
            let sources = Sources::new(host, &nets, &mut names, warnings);
            let request = Statistics::all(ipv6);
            // The sink writes nowhere, so the walk can't fail; what it lacks is not among the counters.
            let _: io::Result<Outcome> = statistics::walk(&request, sources, &mut look);
        }
        look
    }
}

#[cfg(test)]
impl Look {
    /// Makes a look up: counters by their section and name.
    pub fn of(at: Instant, counters: &[(&str, &str, i128)]) -> Look {
        let counters = counters.iter().map(|(title, name, value)| {
            let key = ((*title).to_owned(), (*name).to_owned());
            (key, *value)
        });
        Look {
            at,
            counters: counters.collect(),
        }
    }
}

impl Sink<CounterRows> for Look {
    fn row(&mut self, row: &statistics::Counter<'_>, _: &mut Joined<'_>) -> io::Result<()> {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let key = (text(row.section), text(row.name));
        self.counters.insert(key, row.value.signed());
        Ok(())
    }
}

/// A counter, and where it was read.
#[derive(Debug, Clone, PartialEq)]
pub struct Counter {
    /// Its name, as the kernel writes it.
    pub name: &'static str,
    /// The count since the system or the namespace began.
    pub total: i128,
    /// How much it rose between the two looks, or `None` if there was one only.
    pub rise: Option<i128>,
    /// Its file.
    pub source: String,
}

impl Counter {
    /// Returns a counter that is `now`, and was this `before`, if there were two looks.
    pub fn of(name: &'static str, now: u64, before: Option<u64>, source: String) -> Counter {
        Counter {
            name,
            total: now.into(),
            rise: before.map(|before| i128::from(now) - i128::from(before)),
            source,
        }
    }

    /// Returns how much it rose between the two looks, or `None` if it did not.
    pub fn rises(&self) -> Option<i128> {
        self.rise.filter(|rise| *rise > 0)
    }
}

/// What can be read of a namespace.
#[derive(Debug)]
pub struct Looks<'a> {
    /// The namespace.
    pub net: &'a Net,
    /// The first look.
    pub first: Look,
    /// The second, unless the system is a copy, which does not move.
    pub second: Option<Look>,
    /// The tables of sockets that could not be read.
    pub unread: Vec<Unread>,
}

/// A table of sockets that could not be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unread {
    /// The protocol.
    pub protocol: Protocol,
    /// The IP version.
    pub family: Family,
    /// Whether a part was read.
    pub is_rest: bool,
}

impl Unread {
    /// Returns whether it is one of IPv4, which each system with a network has.
    pub fn is_ipv4(&self) -> bool {
        self.family == Family::V4
    }
}

impl Looks<'_> {
    /// Returns the system.
    pub fn host(&self) -> &Host {
        self.net.host()
    }

    /// Returns the time between the looks, or `None` if there was one only.
    pub fn interval(&self) -> Option<Duration> {
        let second = self.second.as_ref()?;
        Some(second.at.saturating_duration_since(self.first.at))
    }

    /// Returns a counter of the section `title`, or `None` if the kernel lacks it.
    pub fn counter(&self, title: &str, name: &'static str) -> Option<Counter> {
        let key = (title.to_owned(), name.to_owned());
        let first = self.first.counters.get(&key).copied();
        let second = self
            .second
            .as_ref()
            .map(|it| it.counters.get(&key).copied());
        let file = match title {
            "TcpExt" | "IpExt" | "MPTcpExt" => File::Netstat,
            _ if title.ends_with('6') => File::Snmp6,
            _ => File::Snmp,
        };
        Some(Counter {
            name,
            total: second.unwrap_or(first)?,
            rise: second
                .flatten()
                .zip(first)
                .map(|(now, before)| now - before),
            source: self.table_path(file.name()),
        })
    }

    /// Returns a counter and the time in which it rose, or `None` if it did not.
    pub fn rising(&self, title: &str, name: &'static str) -> Option<(Counter, Duration)> {
        let counter = self.counter(title, name)?;
        let interval = self.interval()?;
        counter.rises()?;
        Some((counter, interval))
    }

    /// Returns how much a count since boot is per day, or `None` if the time of the boot is not known.
    pub fn per_day(&self, total: i128) -> Option<f64> {
        let uptime = self.file("proc/uptime").ok()?;
        let seconds: f64 = uptime.split_ascii_whitespace().next()?.parse().ok()?;
        (seconds > 0.0).then(|| total as f64 * DAY / seconds)
    }

    /// Returns the information that a counter is not zero: when it rose, nobody knows.
    pub fn since_boot(&self, counter: &Counter, what: &str) -> Finding {
        let per_day = match self.per_day(counter.total) {
            Some(per_day) if per_day >= 0.05 => format!(", {per_day:.1} a day"),
            _ => String::new(),
        };
        let lately = match counter.rise {
            Some(0) => "; none while watching",
            _ => "",
        };
        let sentence = format!(
            "Since boot, {what}: {} {}{per_day}{lately}.",
            counter.name,
            text::count(counter.total)
        );
        Finding::new(Severity::Info, sentence).from(counter.name, counter.total, &*counter.source)
    }

    /// Reads the numbers of a setting, such as `net/ipv4/tcp_mem`.
    ///
    /// # Errors
    /// The kernel lacks it, or it can't be read: a sentence's part that says so.
    pub fn setting(&self, name: &str) -> Result<Vec<u64>, String> {
        sysctl::numbers(self.net, name)
            .map_err(|error| format!("{}: {error}", self.setting_path(name)))
    }

    /// Reads the number of a setting: the first, if there are several.
    ///
    /// # Errors
    /// As [`Looks::setting`], or there is none.
    pub fn number(&self, name: &str) -> Result<u64, String> {
        let numbers = self.setting(name)?;
        let first = numbers.first().copied();
        first.ok_or_else(|| format!("{name} is empty"))
    }

    /// Returns a setting as sysctl calls it, with the value that it has now if that is known: for
    /// advice.
    pub fn present(&self, name: &str) -> String {
        let called = name.replace('/', ".");
        match self.number(name) {
            Ok(now) => format!("{called} (now {now})"),
            Err(_) => called,
        }
    }

    /// Returns the path of a setting, for [`super::Evidence`].
    pub fn setting_path(&self, name: &str) -> String {
        sysctl::path(self.host(), name).display().to_string()
    }

    /// Reads a setting that is no row of numbers.
    ///
    /// # Errors
    /// As [`Looks::setting`].
    pub fn setting_text(&self, name: &str) -> Result<String, String> {
        sysctl::read(self.net, name)
            .map_err(|error| format!("{}: {error}", self.setting_path(name)))
    }

    /// Reads a file of the system, such as `proc/uptime`.
    ///
    /// # Errors
    /// It can't be read.
    pub fn file(&self, path: &str) -> Result<String, String> {
        let files = self.host().files();
        let text = || {
            let mut text = Vec::new();
            files.open(path)?.take(LONGEST).read_to_end(&mut text)?;
            Ok(String::from_utf8_lossy(&text).into_owned())
        };
        text().map_err(|error: io::Error| format!("{}: {error}", files.full_path(path).display()))
    }

    /// Returns the path of a table of the namespace, for [`super::Evidence`].
    pub fn table_path(&self, name: &str) -> String {
        self.net.path(name).display().to_string()
    }

    /// Reads a table of the namespace as a text, such as `sockstat`.
    ///
    /// # Errors
    /// It can't be read.
    pub fn table(&self, name: &str) -> Result<String, String> {
        let text = || {
            let mut text = Vec::new();
            self.net.open(name)?.take(LONGEST).read_to_end(&mut text)?;
            Ok(String::from_utf8_lossy(&text).into_owned())
        };
        text().map_err(|error: io::Error| format!("{}: {error}", self.table_path(name)))
    }
}
