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
