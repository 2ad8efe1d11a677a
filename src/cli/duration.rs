//! Durations, as every flag and word takes them: seconds, or a number with a unit.

use std::time::Duration;

/// The units: what stands behind the number, and how many milliseconds it means.
const UNITS: [(&str, f64); 4] = [("ms", 1.0), ("s", 1e3), ("m", 60e3), ("h", 3600e3)];

/// The longest interval, in seconds, that needs no unit where a port may be meant.
const LONGEST_PLAIN: u32 = 3600;

/// What a duration is wanted to be, for messages.
pub const WANTED: &str = "a time such as 5 (in seconds), 0.5, 30s, 1.5m or 2h";

/// Parses a duration: `5` or `0.5` in seconds, or `500ms`, `5s`, `1.5m`, `2h`.
///
/// # Errors
/// It is no number, has another unit, or is too large.
pub fn parse(text: &str) -> Result<Duration, &'static str> {
    const ERROR: &str = "expected a time such as 5, 0.5, 30s, 1.5m or 2h";
    let is_plain = |byte: u8| byte.is_ascii_digit() || byte == b'.';
    let mut units = UNITS.iter();
    let unit = units.find_map(|(unit, size)| Some((text.strip_suffix(unit)?, *size)));
    let (number, size) = unit.unwrap_or((text, 1e3));
    if !number.bytes().all(is_plain) {
        return Err(ERROR);
    }
    let number: f64 = number.parse().map_err(|_| ERROR)?;
    Duration::try_from_secs_f64(number * size / 1e3).map_err(|_| ERROR)
}

/// Returns whether a word that could be an interval is more likely a port: a whole number of more than
/// an hour's seconds, without a unit.
pub fn is_rather_a_port(word: &str) -> bool {
    let is_number = word.bytes().all(|it| it.is_ascii_digit());
    let number = word.parse().ok().filter(|_| is_number);
    number.is_some_and(|number: u16| u32::from(number) > LONGEST_PLAIN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_seconds_or_have_a_unit() {
        for (text, milliseconds) in [
            ("0", 0),
            ("0.0", 0),
            (".25", 250),
            ("3", 3000),
            ("2.", 2000),
            ("500ms", 500),
            ("5s", 5000),
            ("0.5s", 500),
            ("1.5m", 90_000),
            ("2h", 7_200_000),
        ] {
            let expected = Ok(Duration::from_millis(milliseconds));
            assert_eq!(parse(text), expected, "{text}");
        }
        for bad in [
            "",
            "s",
            "-1",
            "1d",
            "1S",
            "1 s",
            "1sm",
            "1e3",
            "1e3s",
            "inf",
            "nan",
            "1.2.3",
            "99999999999999999999999",
            "9999999999999999999h",
        ] {
            assert!(parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_long_interval_without_a_unit_is_rather_a_port() {
        for (word, expected) in [
            ("8080", true),
            ("3601", true),
            ("65535", true),
            ("3600", false),
            ("80", false),
            ("65536", false),
            ("8080s", false),
            ("8080.0", false),
            ("+8080", false),
            ("", false),
        ] {
            assert_eq!(is_rather_a_port(word), expected, "{word}");
        }
    }
}
