//! Parses the values of counters.

use crate::tables::fields::Fields;
use crate::tables::is_blank;

/// The value of a counter.
///
/// Most are unsigned, of up to 64 bits. The kernel has two that it prints as signed: TCP's
/// `MaxConn`, whose -1 means any number (RFC 4022), and SCTP's counters, of which `SctpCurrEstab`
/// may count down further than up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Count {
    is_negative: bool,
    /// The absolute value, or `None` if it needs more than 64 bits.
    absolute: Option<u64>,
}

impl Count {
    /// No count.
    pub const ZERO: Count = Count::new(0);

    /// Returns the count of an unsigned number.
    pub const fn new(number: u64) -> Count {
        Count {
            is_negative: false,
            absolute: Some(number),
        }
    }

    /// Returns the number, with its sign. One that needs more than 64 bits has as many as fit.
    pub fn signed(self) -> i128 {
        let absolute = i128::from(self.absolute.unwrap_or(u64::MAX));
        match self.is_negative {
            true => -absolute,
            false => absolute,
        }
    }

    /// Returns the number as net-tools shows it, by C's `strtoull`: a negative one wraps around
    /// modulo 2^64, and one that needs more than 64 bits is `u64::MAX`.
    pub fn wrapped(self) -> u64 {
        match (self.is_negative, self.absolute) {
            (true, Some(absolute)) => absolute.wrapping_neg(),
            (false, Some(absolute)) => absolute,
            (_, None) => u64::MAX,
        }
    }
}

/// Parses the number at the start of `text`, after any blanks. Returns its value and the index of its
/// end.
pub fn take(text: &[u8]) -> Option<(Count, usize)> {
    let mut fields = Fields::new(text);
    let (is_negative, absolute) = fields.sign_and_value()?;
    let count = Count {
        is_negative,
        absolute,
    };
    Some((count, text.len() - fields.rest().len()))
}

/// Like [`take`], but only a blank or the end of `text` may follow the number.
pub fn take_whole(text: &[u8]) -> Option<(Count, usize)> {
    take(text).filter(|(_, end)| text.get(*end).is_none_or(is_blank))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn numbers_are_parsed_like_strtoull() {
        let cases: [(&str, _); 17] = [
            ("0", Some((0, 1))),
            (" \t\x0b12 3", Some((12, 5))),
            ("010", Some((10, 3))),
            ("0x10", Some((0, 1))),
            ("1.5", Some((1, 1))),
            ("+7", Some((7, 2))),
            ("-1", Some((u64::MAX, 2))),
            ("-18446744073709551615", Some((1, 21))),
            ("-18446744073709551616", Some((u64::MAX, 21))),
            ("18446744073709551615", Some((u64::MAX, 20))),
            ("18446744073709551616", Some((u64::MAX, 20))),
            ("00000000000000000000000000005", Some((5, 29))),
            ("", None),
            (" -", None),
            ("+-3", None),
            ("- 3", None),
            ("x1", None),
        ];
        for (text, expected) in cases {
            let found = take(text.as_bytes()).map(|(count, end)| (count.wrapped(), end));
            assert_eq!(found, expected, "{text:?}");
        }
        assert_eq!(take_whole(b" 12 3"), Some((Count::new(12), 3)));
        assert_eq!(take_whole(b"12x"), None);
    }

    #[test]
    fn numbers_keep_their_sign() {
        let cases: [(&str, i128); 8] = [
            ("0", 0),
            ("-0", 0),
            ("-1", -1),
            ("+1", 1),
            ("-9223372036854775808", i64::MIN.into()),
            ("18446744073709551615", u64::MAX.into()),
            ("18446744073709551616", u64::MAX.into()),
            ("-18446744073709551616", -i128::from(u64::MAX)),
        ];
        for (text, expected) in cases {
            let found = take(text.as_bytes()).map(|(count, _)| count.signed());
            assert_eq!(found, Some(expected), "{text}");
        }
    }

    proptest! {
        #[test]
        fn arbitrary_bytes_are_parsed_or_rejected(text in any::<Vec<u8>>(), digits in "[-+ 0-9]{0,40}") {
            for text in [&text[..], digits.as_bytes()] {
                if let Some((_, end)) = take(text) {
                    prop_assert!(text[end - 1].is_ascii_digit());
                }
            }
        }
    }
}
