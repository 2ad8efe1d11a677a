//! Quantities for people: `1.2 ms`, `34.5 MB`, `8.1 Mb/s`.

/// What a number counts, of a column that machines see by its plain number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Things.
    One,
    /// Microseconds.
    Microseconds,
    /// Milliseconds.
    Milliseconds,
    /// Bytes.
    Bytes,
    /// Bytes per second.
    BytesPerSecond,
    /// Bits per second.
    BitsPerSecond,
    /// Things per second.
    PerSecond,
}

/// Multiples of bytes and bits: powers of a thousand.
const PREFIXES: [&str; 7] = ["", "k", "M", "G", "T", "P", "E"];

/// Units of time, and how many microseconds each has.
const TIMES: [(&str, u128); 6] = [
    ("d", 86_400_000_000),
    ("h", 3_600_000_000),
    ("min", 60_000_000),
    ("s", 1_000_000),
    ("ms", 1_000),
    ("µs", 1),
];

impl Unit {
    /// Returns a number of these, with one decimal if it is scaled down.
    pub fn quantity(self, number: u128) -> String {
        match self {
            Unit::One => number.to_string(),
            Unit::Microseconds => time(number),
            Unit::Milliseconds => time(number.saturating_mul(1000)),
            Unit::Bytes => scaled(number, "B"),
            Unit::BytesPerSecond => scaled(number, "B/s"),
            Unit::BitsPerSecond => scaled(number, "b/s"),
            Unit::PerSecond => scaled(number, "/s"),
        }
    }

    /// Returns a number of hundredths of these: below 100 with one decimal, of which none is 0 but for 0
    /// itself.
    pub fn quantity_of_hundredths(self, number: u64) -> String {
        let whole = (u128::from(number) + 50) / 100;
        let tenths = tenths(number.into(), 100);
        match self {
            Unit::BytesPerSecond | Unit::PerSecond if number > 0 && tenths < 1000 => {
                decimal(tenths.max(1), self.quantity(0).trim_start_matches("0 "))
            }
            _ => self.quantity(whole),
        }
    }

    /// Returns how many of these a quantity is that somebody typed, such as `5ms`, `2s`, `1.5MB` or `10M`,
    /// to the hundredth. A number alone is so many. `None` if it is no quantity of these.
    pub fn number(self, typed: &str) -> Option<f64> {
        let is_digit = |it: char| it.is_ascii_digit() || it == '.';
        let end = typed.find(|it| !is_digit(it)).unwrap_or(typed.len());
        let (number, unit) = typed.split_at(end);
        let number: f64 = number.parse().ok()?;
        let size = match self {
            _ if unit.is_empty() => 1.0,
            Unit::One => return None,
            Unit::Microseconds => time_size(unit)?,
            Unit::Milliseconds => time_size(unit)? / 1e3,
            Unit::Bytes => prefix_size(unit, &["B", ""])?,
            Unit::BytesPerSecond => prefix_size(unit, &["B/s", "B", ""])?,
            Unit::PerSecond => prefix_size(unit, &["/s", ""])?,
            Unit::BitsPerSecond => prefix_size(unit, &["b/s", "bit/s", "bps", "bit", "b", ""])?,
        };
        Some((number * size * 100.0).round() / 100.0)
    }

    /// Returns quantities of these, for messages.
    pub fn examples(self) -> &'static str {
        match self {
            Unit::One => "a number",
            Unit::Microseconds => "a time such as 5000 (in microseconds), 5ms or 2s",
            Unit::Milliseconds => "a time such as 5000 (in milliseconds), 5s or 2m",
            Unit::Bytes => "a number of bytes such as 5000, 5kB or 2MB",
            Unit::BytesPerSecond => "a rate such as 5000 (in bytes per second), 5kB/s or 2MB/s",
            Unit::PerSecond => "a rate such as 5000 or 5k/s",
            Unit::BitsPerSecond => "a rate such as 5000 (in bits per second), 5kb/s or 2Mb/s",
        }
    }
}

/// Returns how many microseconds a unit of time has.
fn time_size(unit: &str) -> Option<f64> {
    let unit = match unit {
        "us" => "µs",
        "m" => "min",
        unit => unit,
    };
    let time = TIMES.iter().find(|(name, _)| *name == unit);
    time.map(|(_, size)| *size as f64)
}

/// Returns how many a unit with one of these endings and a prefix means.
fn prefix_size(unit: &str, endings: &[&str]) -> Option<f64> {
    let prefix = endings
        .iter()
        .find_map(|ending| unit.strip_suffix(ending))?;
    let prefix = match prefix {
        "K" => "k",
        prefix => prefix,
    };
    let power = PREFIXES.iter().position(|it| *it == prefix)?;
    Some(1000_f64.powi(i32::try_from(power).ok()?))
}

fn time(microseconds: u128) -> String {
    let fits = |(_, size): &&(&str, u128)| tenths(microseconds, *size) >= 10;
    match TIMES.iter().find(fits) {
        Some((unit, 1)) => format!("{microseconds} {unit}"),
        Some((unit, size)) => decimal(tenths(microseconds, *size), unit),
        // As the others: a time too short to measure is one, too.
        None => format!("{microseconds} µs"),
    }
}

fn scaled(number: u128, unit: &str) -> String {
    let mut size = 1;
    for prefix in PREFIXES {
        // Rounded, it has to stay below a thousand.
        if tenths(number, size) < 10_000 {
            return match size {
                1 => format!("{number} {unit}"),
                _ => decimal(tenths(number, size), &format!("{prefix}{unit}")),
            };
        }
        size *= 1000;
    }
    format!("{number} {unit}")
}

/// Returns how many tenths of `size` a number is, rounded.
fn tenths(number: u128, size: u128) -> u128 {
    (number.saturating_mul(10) + size / 2) / size
}

fn decimal(tenths: u128, unit: &str) -> String {
    format!("{}.{} {unit}", tenths / 10, tenths % 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn typed_quantities_are_numbers() {
        for (unit, typed, expected) in [
            (Unit::Microseconds, "5000", Some(5000.0)),
            (Unit::Microseconds, "5ms", Some(5000.0)),
            (Unit::Microseconds, "1.001ms", Some(1001.0)),
            (Unit::Microseconds, "7us", Some(7.0)),
            (Unit::Milliseconds, "2s", Some(2000.0)),
            (Unit::Milliseconds, "1.5m", Some(90_000.0)),
            (Unit::Milliseconds, "5us", Some(0.01)),
            (Unit::Bytes, "2MB", Some(2e6)),
            (Unit::Bytes, "2K", Some(2000.0)),
            (Unit::Bytes, "7B", Some(7.0)),
            (Unit::BitsPerSecond, "10Mb/s", Some(1e7)),
            (Unit::BitsPerSecond, "10Mbit", Some(1e7)),
            (Unit::BytesPerSecond, "1kB/s", Some(1000.0)),
            (Unit::One, "5", Some(5.0)),
            (Unit::One, "5k", None),
            (Unit::Bytes, "5s", None),
            (Unit::Microseconds, "5MB", None),
            (Unit::Microseconds, "many", None),
            (Unit::Microseconds, "", None),
            (Unit::Microseconds, "1.2.3", None),
        ] {
            assert_eq!(unit.number(typed), expected, "{unit:?} {typed}");
        }
    }

    #[test]
    fn quantities_have_the_unit_that_suits_them() {
        for (unit, number, expected) in [
            (Unit::One, 1234, "1234"),
            (Unit::Microseconds, 0, "0 µs"),
            (Unit::Microseconds, 850, "850 µs"),
            (Unit::Microseconds, 1234, "1.2 ms"),
            (Unit::Microseconds, 949, "949 µs"),
            (Unit::Microseconds, 999_960, "1.0 s"),
            (Unit::Milliseconds, 7, "7.0 ms"),
            (Unit::Milliseconds, 90_000, "1.5 min"),
            (Unit::Milliseconds, 10_800_000, "3.0 h"),
            (Unit::Milliseconds, 4_000_000_000, "46.3 d"),
            (Unit::Bytes, 0, "0 B"),
            (Unit::Bytes, 999, "999 B"),
            (Unit::Bytes, 1000, "1.0 kB"),
            (Unit::Bytes, 34_512_345, "34.5 MB"),
            (Unit::Bytes, 999_949, "999.9 kB"),
            (Unit::Bytes, 999_950, "1.0 MB"),
            (Unit::BitsPerSecond, 8_080_000, "8.1 Mb/s"),
            (Unit::BytesPerSecond, 1_000_000, "1.0 MB/s"),
            (Unit::Bytes, u64::MAX.into(), "18.4 EB"),
            (Unit::PerSecond, 12, "12 /s"),
            (Unit::PerSecond, 12_345, "12.3 k/s"),
        ] {
            assert_eq!(unit.quantity(number), expected);
        }
    }

    #[test]
    fn small_rates_are_no_zeros() {
        for (unit, hundredths, expected) in [
            (Unit::PerSecond, 0, "0 /s"),
            (Unit::PerSecond, 1, "0.1 /s"),
            (Unit::PerSecond, 50, "0.5 /s"),
            (Unit::PerSecond, 9_994, "99.9 /s"),
            (Unit::PerSecond, 9_995, "100 /s"),
            (Unit::BytesPerSecond, 123_456, "1.2 kB/s"),
            (Unit::BytesPerSecond, 150, "1.5 B/s"),
            (Unit::BytesPerSecond, u64::MAX, "184.5 PB/s"),
        ] {
            assert_eq!(unit.quantity_of_hundredths(hundredths), expected);
        }
    }
}
