//! Parses the words and numbers of a line of a /proc table.
//!
//! Numbers are parsed either strictly, as the kernel writes them, or like C's library (`c_signed`,
//! `c_unsigned`), for tables whose malformed numbers net-tools prints.

use std::net::Ipv6Addr;

/// A cursor in a line. Methods that take a field return `None` if there is none, and skip the blanks
/// before it.
///
/// Numbers end at the first byte that is not a digit, as `man 5 proc` intends. A number too large for
/// its type is `None`.
#[derive(Debug, Clone)]
pub struct Fields<'a> {
    rest: &'a [u8],
}

impl<'a> Fields<'a> {
    /// Creates a cursor at the start of `line`.
    pub fn new(line: &'a [u8]) -> Self {
        Fields { rest: line }
    }

    /// Returns the rest of the line.
    pub fn rest(&self) -> &'a [u8] {
        self.rest
    }

    /// Skips blanks.
    pub fn skip_blanks(&mut self) {
        let blanks = self.rest.iter().take_while(|byte| is_blank(byte)).count();
        self.rest = &self.rest[blanks..];
    }

    /// Takes `byte`, which must be the next byte.
    pub fn take_byte(&mut self, byte: u8) -> Option<()> {
        let (&first, rest) = self.rest.split_first()?;
        (first == byte).then(|| self.rest = rest)
    }

    /// Takes a word: at least one byte, up to the next blank or the end of the line.
    pub fn word(&mut self) -> Option<&'a [u8]> {
        self.skip_blanks();
        let end = self
            .rest
            .iter()
            .position(is_blank)
            .unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at(end);
        self.rest = rest;
        (!word.is_empty()).then_some(word)
    }

    /// Takes a word, or the first `max` bytes of a longer one.
    pub fn word_up_to(&mut self, max: usize) -> Option<&'a [u8]> {
        self.take_up_to(max, Fields::word)
    }

    /// Takes at least one hexadecimal digit.
    pub fn hex_digits(&mut self) -> Option<&'a [u8]> {
        self.skip_blanks();
        let digits = self
            .rest
            .iter()
            .take_while(|byte| HEX[usize::from(**byte)] < 16);
        let (digits, rest) = self.rest.split_at(digits.count());
        self.rest = rest;
        (!digits.is_empty()).then_some(digits)
    }

    /// Takes at least one and at most `max` hexadecimal digits.
    pub fn hex_digits_up_to(&mut self, max: usize) -> Option<&'a [u8]> {
        self.take_up_to(max, Fields::hex_digits)
    }

    /// Takes what `take` finds in the next `max` bytes.
    fn take_up_to(
        &mut self,
        max: usize,
        take: fn(&mut Fields<'a>) -> Option<&'a [u8]>,
    ) -> Option<&'a [u8]> {
        self.skip_blanks();
        let taken = take(&mut Fields::new(&self.rest[..self.rest.len().min(max)]))?;
        self.rest = &self.rest[taken.len()..];
        Some(taken)
    }

    /// Takes a hexadecimal number without a sign or prefix.
    pub fn hex<T: TryFrom<u64>>(&mut self) -> Option<T> {
        T::try_from(hex_value(self.hex_digits()?)?).ok()
    }

    /// Takes `byte`, which must be the next byte, and the hexadecimal number after it.
    pub fn hex_after<T: TryFrom<u64>>(&mut self, byte: u8) -> Option<T> {
        self.take_byte(byte)?;
        self.hex()
    }

    /// Takes a decimal number without a sign.
    pub fn decimal<T: TryFrom<u64>>(&mut self) -> Option<T> {
        self.skip_blanks();
        let mut value: u64 = 0;
        let mut length = 0;
        let digits = self.rest.iter().map(|byte| byte.wrapping_sub(b'0'));
        for digit in digits.take_while(|digit| *digit < 10) {
            value = value.checked_mul(10)?.checked_add(u64::from(digit))?;
            length += 1;
        }
        self.rest = &self.rest[length..];
        if length == 0 {
            return None;
        }
        T::try_from(value).ok()
    }

    /// Takes a decimal number with an optional minus sign.
    pub fn signed(&mut self) -> Option<i64> {
        self.skip_blanks();
        if self.take_byte(b'-').is_none() {
            return self.decimal();
        }
        self.rest.first().filter(|byte| byte.is_ascii_digit())?;
        0i64.checked_sub_unsigned(self.decimal()?)
    }

    /// Takes a signed decimal number like C's `strtol` and `scanf`: with an optional plus or minus
    /// sign, saturating at 64 bits.
    pub fn c_signed(&mut self) -> Option<i64> {
        let (is_negative, value) = self.c_digits(Base::Decimal)?;
        let value = value.unwrap_or(u64::MAX);
        Some(match is_negative {
            true => 0i64.saturating_sub_unsigned(value),
            false => i64::try_from(value).unwrap_or(i64::MAX),
        })
    }

    /// Takes a signed decimal number like C's `scanf` into an `int`, truncating it to its low bits.
    pub fn c_int(&mut self) -> Option<i32> {
        self.c_signed().map(|number| number as i32)
    }

    /// Takes an unsigned number like C's `strtoul` and `scanf`: a number with a minus sign wraps
    /// around, and one that needs more than 64 bits saturates.
    pub fn c_unsigned(&mut self, base: Base) -> Option<u64> {
        Some(match self.c_digits(base)? {
            (true, Some(value)) => value.wrapping_neg(),
            (false, Some(value)) => value,
            (_, None) => u64::MAX,
        })
    }

    /// Takes a decimal number with an optional sign. Returns whether the sign is a minus, and the
    /// absolute value, or `None` for the value if it needs more than 64 bits.
    pub fn sign_and_value(&mut self) -> Option<(bool, Option<u64>)> {
        self.c_digits(Base::Decimal)
    }

    /// Takes an optional sign, an optional prefix, and at least one digit; `scanf`, unlike
    /// `strtoul`, parses a lone prefix as 0. Returns whether the sign is a minus, and the absolute
    /// value, or `None` for the value if it needs more than 64 bits.
    fn c_digits(&mut self, base: Base) -> Option<(bool, Option<u64>)> {
        self.skip_blanks();
        let mut rest = self.rest;
        let is_negative = rest.first() == Some(&b'-');
        if let [b'-' | b'+', behind @ ..] = rest {
            rest = behind;
        }
        let mut has_prefix = false;
        let (radix, digits) = match (base, rest) {
            (Base::Hexadecimal, [b'0', b'x' | b'X', behind @ ..]) => {
                has_prefix = true;
                (16, behind)
            }
            (Base::Prefixed, [b'0', b'x' | b'X', behind @ ..])
                if behind.first().is_some_and(u8::is_ascii_hexdigit) =>
            {
                (16, behind)
            }
            (Base::Hexadecimal, _) => (16, rest),
            (Base::Prefixed, [b'0', ..]) => (8, rest),
            (Base::Prefixed | Base::Decimal, _) => (10, rest),
        };
        let mut value = Some(0u64);
        let mut length = 0;
        for digit in digits.iter().map(|byte| HEX[usize::from(*byte)]) {
            if digit >= radix {
                break;
            }
            let next = value.and_then(|value| value.checked_mul(u64::from(radix)));
            value = next.and_then(|next| next.checked_add(u64::from(digit)));
            length += 1;
        }
        if length == 0 && !has_prefix {
            return None;
        }
        self.rest = &digits[length..];
        Some((is_negative, value))
    }
}

/// The base of a number that is parsed like C's library.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Base {
    /// Base 10.
    Decimal,
    /// Base 16, with an optional `0x` (`scanf`).
    Hexadecimal,
    /// Base 16 after `0x`, 8 after `0`, and 10 otherwise (`strtoul`).
    Prefixed,
}

/// Takes an IPv6 address: 32 hexadecimal digits in network byte order.
pub fn hex_address(fields: &mut Fields<'_>) -> Option<Ipv6Addr> {
    let digits = fields.hex_digits().filter(|digits| digits.len() == 32)?;
    let mut bytes = [0; 16];
    for (byte, digits) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
        *byte = hex_value(digits)? as u8;
    }
    Some(Ipv6Addr::from(bytes))
}

/// Parses a number like C's `atoi`: 0 if there is none.
pub fn atoi(text: &[u8]) -> i32 {
    Fields::new(text).c_int().unwrap_or(0)
}

/// Returns whether a byte separates fields. Unlike Rust's ASCII whitespace, C's includes the vertical
/// tab.
pub fn is_blank(byte: &u8) -> bool {
    matches!(byte, b' ' | b'\t'..=b'\r')
}

/// Returns the value of hexadecimal digits, or `None` if it needs more than 64 bits, or a byte is not
/// a digit.
pub fn hex_value(digits: &[u8]) -> Option<u64> {
    let mut value: u64 = 0;
    for &digit in digits {
        let digit = HEX[usize::from(digit)];
        if value >> 60 != 0 || digit > 15 {
            return None;
        }
        value = value << 4 | u64::from(digit);
    }
    Some(value)
}

/// The value of each hexadecimal digit, and 255 for other bytes. A table, because every row has about
/// sixty digits.
const HEX: [u8; 256] = {
    let mut values = [255; 256];
    let mut value = 0;
    while value < 16 {
        values[b"0123456789abcdef"[value] as usize] = value as u8;
        values[b"0123456789ABCDEF"[value] as usize] = value as u8;
        value += 1;
    }
    values
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_end_at_the_first_byte_that_is_not_a_digit() {
        let mut fields = Fields::new(b"  12: 0aFg -7x word\tend");
        assert_eq!(fields.decimal::<u64>(), Some(12));
        assert_eq!(fields.take_byte(b':'), Some(()));
        assert_eq!(fields.hex::<u8>(), Some(0xaf));
        assert_eq!(fields.take_byte(b'g'), Some(()));
        assert_eq!(fields.signed(), Some(-7));
        assert_eq!(fields.word(), Some(&b"x"[..]));
        assert_eq!(fields.word(), Some(&b"word"[..]));
        assert_eq!(fields.rest(), b"\tend");
    }

    #[test]
    fn numbers_that_do_not_fit_are_rejected() {
        let cases: [(&[u8], Option<u64>); 5] = [
            (b"ffffffffffffffff", Some(u64::MAX)),
            (b"0ffffffffffffffff", Some(u64::MAX)),
            (b"10000000000000000", None),
            (b"", None),
            (b"g", None),
        ];
        for (text, value) in cases {
            assert_eq!(Fields::new(text).hex::<u64>(), value, "{text:?}");
        }
        assert_eq!(Fields::new(b"100").hex::<u8>(), None);
        assert_eq!(Fields::new(b"18446744073709551616").decimal::<u64>(), None);
        assert_eq!(Fields::new(b"-1").decimal::<u64>(), None);
        assert_eq!(Fields::new(b"-").signed(), None);
        assert_eq!(Fields::new(b"- 1").signed(), None);
        assert_eq!(Fields::new(b"9223372036854775808").signed(), None);
        assert_eq!(
            Fields::new(b"-9223372036854775808").signed(),
            Some(i64::MIN)
        );
    }

    #[test]
    fn c_numbers_are_parsed_like_its_library() {
        // Each number, and what net-tools 2.10 prints for it in a column of type `int`.
        type Number = Option<(i64, i32)>;
        let signed: [(&[u8], Number); 17] = [
            (b" 12x", Some((12, 12))),
            (b"+3", Some((3, 3))),
            (b"-5", Some((-5, -5))),
            (b"-10", Some((-10, -10))),
            (b"99999999999999999999", Some((i64::MAX, -1))),
            (b"-99999999999999999999", Some((i64::MIN, 0))),
            (b"2147483648", Some((1 << 31, i32::MIN))),
            (b"9999999999", Some((9_999_999_999, 1_410_065_407))),
            (b"4294967299", Some((4_294_967_299, 3))),
            (b"0x10", Some((0, 0))),
            (b"0", Some((0, 0))),
            (b"", None),
            (b"x", None),
            (b"-", None),
            (b"- 1", None),
            (b"+-1", None),
            (b"loopback", None),
        ];
        for (text, number) in signed {
            let (wide, narrow) = number.unzip();
            assert_eq!(Fields::new(text).c_signed(), wide, "{text:?}");
            assert_eq!(Fields::new(text).c_int(), narrow, "{text:?}");
            assert_eq!(atoi(text), narrow.unwrap_or(0), "{text:?}");
        }
        let unsigned: [(&[u8], Base, Option<u64>); 23] = [
            (b"12", Base::Decimal, Some(12)),
            (b"-5", Base::Decimal, Some(u64::MAX - 4)),
            (b"4294967296", Base::Decimal, Some(1 << 32)),
            (b"18446744073709551616", Base::Decimal, Some(u64::MAX)),
            (b"-18446744073709551616", Base::Decimal, Some(u64::MAX)),
            (b"-FFFFFFFFFFFFFFFF", Base::Hexadecimal, Some(1)),
            (b"-1FFFFFFFFFFFFFFFF", Base::Hexadecimal, Some(u64::MAX)),
            (b"1FFFFFFFFFFFFFFFF", Base::Hexadecimal, Some(u64::MAX)),
            (b"FFFFFFFFFFFFFFFF", Base::Hexadecimal, Some(u64::MAX)),
            (b"-2", Base::Hexadecimal, Some(u64::MAX - 1)),
            (b"fF", Base::Hexadecimal, Some(255)),
            (b"0x10", Base::Hexadecimal, Some(16)),
            (b"0x12", Base::Hexadecimal, Some(18)),
            (b"0XfG", Base::Hexadecimal, Some(15)),
            (b"0x", Base::Hexadecimal, Some(0)),
            (b"0xg", Base::Hexadecimal, Some(0)),
            (b"g", Base::Hexadecimal, None),
            (b"G", Base::Hexadecimal, None),
            (b"-", Base::Hexadecimal, None),
            (b"0x10", Base::Prefixed, Some(16)),
            (b"010", Base::Prefixed, Some(8)),
            (b"09", Base::Prefixed, Some(0)),
            (b"10", Base::Prefixed, Some(10)),
        ];
        for (text, base, value) in unsigned {
            assert_eq!(Fields::new(text).c_unsigned(base), value, "{text:?}");
        }
    }
}
