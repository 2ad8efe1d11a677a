//! Numbers in sentences.

use super::Counter;
use std::time::Duration;

/// Returns a number with commas between thousands: `2,317`.
pub fn count(number: i128) -> String {
    let digits = number.unsigned_abs().to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    match number < 0 {
        true => format!("-{text}"),
        false => text,
    }
}

/// Returns a time in milliseconds as people say it: `3 h`.
pub fn duration(milliseconds: u32) -> String {
    const UNITS: [(u32, &str); 4] = [
        (86_400_000, "d"),
        (3_600_000, "h"),
        (60_000, "min"),
        (1000, "s"),
    ];
    let fits = UNITS.iter().find(|(size, _)| milliseconds >= *size);
    match fits {
        Some((size, unit)) => format!("{} {unit}", milliseconds / size),
        None => format!("{milliseconds} ms"),
    }
}

/// Returns how much a counter rose, and in which time: `ListenOverflows rose by 37 in 2.0 s`.
pub fn rise(counter: &Counter, interval: Duration) -> String {
    format!(
        "{} rose by {} in {:.1} s",
        counter.name,
        count(counter.rise.unwrap_or(0)),
        interval.as_secs_f64()
    )
}

/// Returns a share of a whole in percent, with one decimal: `12.5%`.
pub fn percent(part: i128, whole: i128) -> String {
    format!("{:.1}%", part as f64 * 100.0 / whole.max(1) as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_well() {
        for (number, expected) in [
            (0, "0"),
            (999, "999"),
            (2317, "2,317"),
            (-1_234_567, "-1,234,567"),
        ] {
            assert_eq!(count(number), expected);
        }
        for (time, expected) in [
            (7, "7 ms"),
            (59_999, "59 s"),
            (60_000, "1 min"),
            (10_800_000, "3 h"),
        ] {
            assert_eq!(duration(time), expected);
        }
        assert_eq!(percent(1, 8), "12.5%");
    }
}
