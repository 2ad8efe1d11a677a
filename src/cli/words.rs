//! The words after the flags, as people know them from Windows: protocols and an interval.

use super::duration;
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
    /// Ports on either side, as they were typed.
    pub either_ports: Option<String>,
}

impl Words {
    /// Takes note of a word, and returns whether it is a protocol or a time.
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
    let interval = duration::parse(text).ok()?;
    (interval >= Duration::from_millis(10)).then_some(interval)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_protocols_or_times() {
        let mut words = Words::default();
        for word in ["TCP", "udpv6", "Unix", "2", "5m", "0.5"] {
            assert!(words.take(word), "{word}");
        }
        assert_eq!(
            words.inet,
            [(Protocol::Tcp, None), (Protocol::Udp, Some(Family::V6))]
        );
        assert!(words.unix);
        assert_eq!(words.interval, Some(Duration::from_millis(500)));
        for bad in [
            "", "0", "-1", "inf", "nan", "1d", "9ms", "tcp4", "1e999", "+1", "1e-9", "0.001", ".",
            "1e3", "-",
        ] {
            assert!(!Words::default().take(bad), "{bad}");
        }
    }
}
