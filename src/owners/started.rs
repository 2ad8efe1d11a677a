//! When processes were started, and by whom (`man 5 proc`, /proc/PID/stat).
//!
//! procfs's `Stat` is not used: it panics at a file that has `)(` in it.

use super::program;
use crate::clock;
use crate::host::{Folder, Host, PROC};
use jiff::Timestamp;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;

/// The most bytes of a process's `stat` that are read.
const LONGEST_FILE: usize = 4096;

/// The most bytes of the system's `stat` that are read: it has a number for each interrupt, and with
/// many processors many of these.
const LONGEST_SYSTEM_FILE: u64 = 16 << 20;

/// How a process was started.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Start {
    /// The PID of its parent.
    pub parent: i32,
    /// The ticks of the clock between the boot and its start.
    pub ticks: u64,
}

impl Start {
    /// Reads how a process was started; `None` if it has ended, or its file can't be read.
    pub fn read(process: &Folder<'_>) -> Option<Start> {
        let stat = program::read(process, "stat", LONGEST_FILE).ok()??;
        Start::parse(&stat)
    }

    fn parse(stat: &[u8]) -> Option<Start> {
        // The name before may have anything in it, but is the last that has a parenthesis.
        let end = stat.iter().rposition(|byte| *byte == b')')?;
        let rest = std::str::from_utf8(&stat[end + 1..]).ok()?;
        let mut fields = rest.split_ascii_whitespace();
        // The parent is the fourth field, the start the 22nd.
        let parent = fields.nth(1)?.parse().ok()?;
        let ticks = fields.nth(17)?.parse().ok()?;
        Some(Start { parent, ticks })
    }
}

/// When the system was booted, and how fast its clock ticks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Boot {
    second: i64,
    ticks_per_second: u64,
}

impl Boot {
    /// Reads when a system was booted. The ticks are this machine's: nearly all have 100 a second.
    pub fn read(host: &Host) -> Option<Boot> {
        let file = host.files().open(Path::new(PROC).join("stat")).ok()?;
        Some(Boot {
            second: boot_second(file)?,
            ticks_per_second: procfs::ticks_per_second().max(1),
        })
    }

    /// Returns the time so many ticks after the boot, in the local zone, as RFC 3339 has it; `None`
    /// if no calendar has it.
    pub fn time(&self, ticks: u64) -> Option<String> {
        let (seconds, rest) = (ticks / self.ticks_per_second, ticks % self.ticks_per_second);
        let second = self.second.checked_add_unsigned(seconds)?;
        let nanosecond = u128::from(rest) * 1_000_000_000 / u128::from(self.ticks_per_second);
        let time = Timestamp::new(second, nanosecond as i32).ok()?;
        let format = "%Y-%m-%dT%H:%M:%S%.2f%:z";
        Some(clock::local(time).strftime(format).to_string())
    }
}

/// Returns the time of the boot in a system's `stat`, in seconds since 1970.
fn boot_second(file: impl Read) -> Option<i64> {
    let mut lines = BufReader::new(file.take(LONGEST_SYSTEM_FILE)).split(b'\n');
    let line = lines.find_map(|line| {
        let line = line.unwrap_or_default();
        line.strip_prefix(b"btime ").map(<[u8]>::to_vec)
    });
    std::str::from_utf8(&line?).ok()?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A process's `stat` with these two numbers.
    fn stat(name: &str, parent: &str, ticks: &str) -> String {
        let before = format!("77 ({name}) S {parent} 77 77 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0");
        format!(
            "{before} {ticks} 1024 12 18446744073709551615 1 1 0 0 0 0 0 0 0 0 0 0 17 1 0 0 0 0 0\n"
        )
    }

    #[test]
    fn a_name_can_not_shift_the_numbers() {
        let start = |parent, ticks| Some(Start { parent, ticks });
        let cases = [
            (stat("sshd", "1", "250"), start(1, 250)),
            (stat("a) R 9 9 9 (b", "3", "250"), start(3, 250)),
            (stat("a\nb", "0", "0"), start(0, 0)),
            (stat("a", "x", "0"), None),
            (stat("a", "1", "-1"), None),
            (String::new(), None),
            ("77 (a) S".to_owned(), None),
            ("77 a S".to_owned(), None),
            ("77 )(".to_owned(), None),
        ];
        for (text, expected) in cases {
            assert_eq!(Start::parse(text.as_bytes()), expected, "{text}");
        }
    }

    #[test]
    fn the_boot_is_a_second() {
        for (text, expected) in [
            (
                "cpu 1 2\nbtime 1700000000\nprocesses 7\n",
                Some(1_700_000_000),
            ),
            ("btime 17", Some(17)),
            ("btime\n", None),
            ("btime x\nbtime 1\n", None),
            ("", None),
        ] {
            assert_eq!(boot_second(text.as_bytes()), expected, "{text}");
        }
    }

    #[test]
    fn times_are_to_the_hundredth() {
        let boot = |second| Boot {
            second,
            ticks_per_second: 100,
        };
        let time = boot(1_700_000_000).time(250).expect("a time");
        let time: jiff::Timestamp = time.parse().expect("RFC 3339");
        assert_eq!(time.as_millisecond(), 1_700_000_002_500);
        for ticks in [u64::MAX, u64::MAX - 7] {
            assert_eq!(boot(i64::MAX).time(ticks), None);
            assert_eq!(boot(0).time(ticks), None);
        }
    }
}
