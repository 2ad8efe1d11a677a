//! Parses the values of counters.

use crate::tables::fields::{Base, Fields};
use crate::tables::is_blank;

/// Parses the number at the start of `text`, after any blanks. Returns its value and the index of its
/// end.
///
/// Like C's `strtoull`, wraps negative numbers around modulo 2^64, and saturates numbers that need
/// more than 64 bits.
pub fn take(text: &[u8]) -> Option<(u64, usize)> {
    let mut fields = Fields::new(text);
    let value = fields.c_unsigned(Base::Decimal)?;
    Some((value, text.len() - fields.rest().len()))
}

/// Like [`take`], but only a blank or the end of `text` may follow the number.
pub fn take_whole(text: &[u8]) -> Option<(u64, usize)> {
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
            assert_eq!(take(text.as_bytes()), expected, "{text:?}");
        }
        assert_eq!(take_whole(b" 12 3"), Some((12, 3)));
        assert_eq!(take_whole(b"12x"), None);
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
