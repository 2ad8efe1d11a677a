//! The words after the flags, as people know them from Windows: protocols and an interval.

use crate::tables::inet::{Family, Protocol};
use std::time::Duration;

/// The words for protocols.
pub const NAMES: [&str; 7] = ["tcp", "udp", "tcp6", "udp6", "udplite", "raw", "unix"];

/// What the words ask for.
#[derive(Debug, Default, PartialEq)]
pub struct Words {
    /// IP sockets of these protocols, of both families if there is none.
    pub inet: Vec<(Protocol, Option<Family>)>,
    /// Unix sockets.
    pub unix: bool,
    /// The interval between two listings: of several numbers, the last.
    pub interval: Option<Duration>,
}

impl Words {
    /// Takes note of a word, and returns whether it is a protocol or a number of seconds.
    pub fn take(&mut self, word: &str) -> bool {
        match word.to_ascii_lowercase().as_str() {
            "tcp" => self.inet.push((Protocol::Tcp, None)),
            "tcp6" | "tcpv6" => self.inet.push((Protocol::Tcp, Some(Family::V6))),
            "udp" => self.inet.push((Protocol::Udp, None)),
            "udp6" | "udpv6" => self.inet.push((Protocol::Udp, Some(Family::V6))),
            "udplite" => self.inet.push((Protocol::Udplite, None)),
            "raw" => self.inet.push((Protocol::Raw, None)),
            "unix" => self.unix = true,
            _ => match interval(word) {
                Some(interval) => self.interval = Some(interval),
                None => return false,
            },
        }
        true
    }
}

/// Parses an interval. It must not be below a hundredth of a second, which would keep the kernel
/// busy.
fn interval(text: &str) -> Option<Duration> {
    let interval = seconds(text).ok()?;
    (interval >= Duration::from_millis(10)).then_some(interval)
}

/// Parses a number of seconds, perhaps with a fraction.
///
/// # Errors
/// It is not a number, or it is too large.
pub fn seconds(text: &str) -> Result<Duration, &'static str> {
    const ERROR: &str = "not a number of seconds";
    let is_plain = |byte: u8| byte.is_ascii_digit() || byte == b'.';
    if !text.bytes().all(is_plain) {
        return Err(ERROR);
    }
    let seconds = text.parse().map_err(|_| ERROR)?;
    Duration::try_from_secs_f64(seconds).map_err(|_| ERROR)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_protocols_or_seconds() {
        let mut words = Words::default();
        for word in ["TCP", "udpv6", "Unix", "2", "0.5"] {
            assert!(words.take(word), "{word}");
        }
        assert_eq!(
            words.inet,
            [(Protocol::Tcp, None), (Protocol::Udp, Some(Family::V6))]
        );
        assert!(words.unix);
        assert_eq!(words.interval, Some(Duration::from_millis(500)));
        for bad in [
            "", "0", "-1", "inf", "nan", "1s", "tcp4", "1e999", "+1", "1e-9", "0.001", ".", "1e3",
            "-",
        ] {
            assert!(!Words::default().take(bad), "{bad}");
        }
    }

    #[test]
    fn seconds_are_plain_numbers() {
        for (text, milliseconds) in [
            ("0", 0),
            ("0.0", 0),
            (".25", 250),
            ("3", 3000),
            ("2.", 2000),
        ] {
            assert_eq!(
                seconds(text),
                Ok(Duration::from_millis(milliseconds)),
                "{text}"
            );
        }
        for bad in [
            "",
            "-1",
            "1s",
            "1e3",
            "inf",
            "nan",
            "1.2.3",
            "99999999999999999999999",
        ] {
            assert!(seconds(bad).is_err(), "{bad}");
        }
    }
}
