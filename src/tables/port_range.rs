//! The ports that the kernel chooses from (`man 7 ip`, ip_local_port_range). Each network namespace
//! has its own.

use super::{Net, sysctl};
use std::io::{self, ErrorKind};
use std::ops::RangeInclusive;

/// The setting.
pub const SETTING: &str = "net/ipv4/ip_local_port_range";

/// Reads the range of a namespace.
///
/// # Errors
/// The file can't be read, or has another form.
pub fn read(net: &Net) -> io::Result<RangeInclusive<u16>> {
    let text = sysctl::read(net, SETTING)?;
    parse(&text).ok_or_else(|| ErrorKind::InvalidData.into())
}

/// Parses `FIRST LAST`.
fn parse(text: &str) -> Option<RangeInclusive<u16>> {
    let mut numbers = text.split_ascii_whitespace().map(|word| word.parse().ok());
    let range = numbers.next()??..=numbers.next()??;
    numbers.next().is_none().then_some(range)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_is_two_ports() {
        for (text, expected) in [
            ("32768\t60999\n", Some(32768..=60999)),
            ("1 1", Some(1..=1)),
            ("", None),
            ("32768", None),
            ("32768 70000", None),
            ("1 2 3", None),
        ] {
            assert_eq!(parse(text), expected, "{text}");
        }
    }
}
