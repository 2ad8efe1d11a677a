//! The words and numbers of one line of a /proc table, taken from the front.
//!
//! There are two ways to read a number: strictly, as the kernel writes it, and as C's library does
//! (`c_signed`, `c_unsigned`), for tables of which net-tools still prints what it made of odd ones.

use std::net::Ipv6Addr;

/// What is left of a line.
///
/// Numbers end at the first byte that is no digit, as `man 5 proc` means them to be read; a number
/// too large for its type is no number.
#[derive(Debug, Clone)]
pub struct Fields<'a> {
    rest: &'a [u8],
}

impl<'a> Fields<'a> {
    /// All fields of `line`.
    pub fn new(line: &'a [u8]) -> Self {
        Fields { rest: line }
    }

    /// What has not been taken yet.
    pub fn rest(&self) -> &'a [u8] {
        self.rest
    }

    /// Passes over blanks.
    pub fn skip_blanks(&mut self) {
        let blanks = self.rest.iter().take_while(|byte| is_blank(byte)).count();
        self.rest = &self.rest[blanks..];
    }

    /// Takes `byte`, which must come next, with no blank before it.
    pub fn take_byte(&mut self, byte: u8) -> Option<()> {
        let (&first, rest) = self.rest.split_first()?;
        (first == byte).then(|| self.rest = rest)
    }

    /// Takes a word: all up to the next blank or the end, at least one byte.
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

    /// Takes a word, of a longer one its first `longest` bytes.
    pub fn word_up_to(&mut self, longest: usize) -> Option<&'a [u8]> {
        self.take_up_to(longest, Fields::word)
    }

    /// Takes hexadecimal digits, at least one, as they stand.
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

    /// Takes hexadecimal digits as they stand, of more the first `longest`.
    pub fn hex_digits_up_to(&mut self, longest: usize) -> Option<&'a [u8]> {
        self.take_up_to(longest, Fields::hex_digits)
    }

    /// Passes over blanks and takes what `take` finds in the next `longest` bytes.
    fn take_up_to(
        &mut self,
        longest: usize,
        take: fn(&mut Fields<'a>) -> Option<&'a [u8]>,
    ) -> Option<&'a [u8]> {
        self.skip_blanks();
        let taken = take(&mut Fields::new(&self.rest[..self.rest.len().min(longest)]))?;
        self.rest = &self.rest[taken.len()..];
        Some(taken)
    }

    /// Takes a hexadecimal number without sign or prefix.
    pub fn hex<T: TryFrom<u64>>(&mut self) -> Option<T> {
        T::try_from(hex_value(self.hex_digits()?)?).ok()
    }

    /// Takes a decimal number without a sign.
    pub fn decimal<T: TryFrom<u64>>(&mut self) -> Option<T> {
        self.skip_blanks();
        let mut value: u64 = 0;
        let mut length = 0;
        for digit in self.rest.iter().map_while(|byte| byte.checked_sub(b'0')) {
            if digit > 9 {
                break;
            }
            value = value.checked_mul(10)?.checked_add(u64::from(digit))?;
            length += 1;
        }
        self.rest = &self.rest[length..];
        if length == 0 {
            return None;
        }
        T::try_from(value).ok()
    }

    /// Takes a decimal number, with a minus sign perhaps.
    pub fn signed(&mut self) -> Option<i64> {
        self.skip_blanks();
        match self.take_byte(b'-') {
            None => self.decimal(),
            Some(()) => self
                .rest
                .first()
                .filter(|byte| byte.is_ascii_digit())
                .and_then(|_| {
                    let value: u64 = self.decimal()?;
                    0i64.checked_sub_unsigned(value)
                }),
        }
    }

    /// Takes a signed decimal number as C's `strtol` and `scanf` do: with a plus or minus sign
    /// perhaps, and the nearest that 64 bits can hold where it needs more.
    pub fn c_signed(&mut self) -> Option<i64> {
        let (is_negative, value) = self.c_digits(Base::Decimal)?;
        let value = value.unwrap_or(u64::MAX);
        Some(match is_negative {
            true => 0i64.saturating_sub_unsigned(value),
            false => i64::try_from(value).unwrap_or(i64::MAX),
        })
    }

    /// Takes a signed decimal number as C reads one into an `int`: of what does not fit, the low
    /// bits.
    pub fn c_int(&mut self) -> Option<i32> {
        self.c_signed().map(|number| number as i32)
    }

    /// Takes an unsigned number as C's `strtoul` and `scanf` do: one with a minus sign wraps
    /// around, and one that needs more than 64 bits is the largest.
    pub fn c_unsigned(&mut self, base: Base) -> Option<u64> {
        Some(match self.c_digits(base)? {
            (true, Some(value)) => value.wrapping_neg(),
            (false, Some(value)) => value,
            (_, None) => u64::MAX,
        })
    }

    /// Takes a sign, a prefix and at least one digit; `scanf` takes the prefix alone for 0, and
    /// `strtoul` does not. Tells whether the sign is a minus, and the number without it; none where
    /// it needs more than 64 bits.
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
            (Base::Told, [b'0', b'x' | b'X', behind @ ..])
                if behind.first().is_some_and(u8::is_ascii_hexdigit) =>
            {
                (16, behind)
            }
            (Base::Hexadecimal, _) => (16, rest),
            (Base::Told, [b'0', ..]) => (8, rest),
            (Base::Told | Base::Decimal, _) => (10, rest),
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

/// The base of a number that is read as C's library reads it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Base {
    /// 10.
    Decimal,
    /// 16, with a `0x` in front perhaps (`scanf`).
    Hexadecimal,
    /// The one that a `0x` or `0` in front tells, else 10 (`strtoul`).
    Told,
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

/// A number as C's `atoi` reads one: 0 where there is none.
pub fn atoi(text: &[u8]) -> i32 {
    Fields::new(text).c_int().unwrap_or(0)
}

/// Whether a byte parts fields. Rust's ASCII white space lacks the vertical tab that C's has.
pub fn is_blank(byte: &u8) -> bool {
    matches!(byte, b' ' | b'\t'..=b'\r')
}

/// The value of hexadecimal digits; none where it needs more than 64 bits, or one is no digit.
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

/// The values of hexadecimal digits, and 255 for all other bytes: every row has some sixty.
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
    fn numbers_end_at_the_first_byte_that_is_no_digit() {
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
    fn c_numbers_are_as_scanf_reads_them() {
        // Each was seen in what net-tools 2.10 printed for a row with this number.
        let cases: [(&[u8], Option<i32>); 12] = [
            (b" 12x", Some(12)),
            (b"+3", Some(3)),
            (b"-10", Some(-10)),
            (b"-", None),
            (b"+-1", None),
            (b"x", None),
            (b"", None),
            (b"2147483648", Some(-2_147_483_648)),
            (b"9999999999", Some(1_410_065_407)),
            (b"4294967299", Some(3)),
            (b"99999999999999999999", Some(-1)),
            (b"-99999999999999999999", Some(0)),
        ];
        for (text, value) in cases {
            assert_eq!(Fields::new(text).c_int(), value, "{text:?}");
        }
        let cases: [(&[u8], Option<u64>); 10] = [
            (b"-FFFFFFFFFFFFFFFF", Some(1)),
            (b"-1FFFFFFFFFFFFFFFF", Some(u64::MAX)),
            (b"0x10", Some(16)),
            (b"0XfG", Some(15)),
            (b"0x", Some(0)),
            (b"-2", Some(u64::MAX - 1)),
            (b"1FFFFFFFFFFFFFFFF", Some(u64::MAX)),
            (b"FFFFFFFFFFFFFFFF", Some(u64::MAX)),
            (b"G", None),
            (b"-", None),
        ];
        for (text, value) in cases {
            assert_eq!(
                Fields::new(text).c_unsigned(Base::Hexadecimal),
                value,
                "{text:?}"
            );
        }
        assert_eq!(
            Fields::new(b"4294967296").c_unsigned(Base::Decimal),
            Some(1 << 32)
        );
        assert_eq!(atoi(b"loopback"), 0);
    }

    #[test]
    fn what_does_not_fit_is_no_number() {
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
    fn numbers_of_c_are_those_that_its_library_reads() {
        // What net-tools 2.10 prints for each, before it drops the high bits.
        let signed: [(&[u8], Option<i64>); 9] = [
            (b" 12x", Some(12)),
            (b"+3", Some(3)),
            (b"-5", Some(-5)),
            (b"99999999999999999999", Some(i64::MAX)),
            (b"-99999999999999999999", Some(i64::MIN)),
            (b"0x10", Some(0)),
            (b"x", None),
            (b"-", None),
            (b"- 1", None),
        ];
        for (text, value) in signed {
            assert_eq!(Fields::new(text).c_signed(), value, "{text:?}");
        }
        let unsigned: [(&[u8], Base, Option<u64>); 12] = [
            (b"12", Base::Decimal, Some(12)),
            (b"-5", Base::Decimal, Some(u64::MAX - 4)),
            (b"18446744073709551616", Base::Decimal, Some(u64::MAX)),
            (b"-18446744073709551616", Base::Decimal, Some(u64::MAX)),
            (b"fF", Base::Hexadecimal, Some(255)),
            (b"0x12", Base::Hexadecimal, Some(18)),
            (b"0xg", Base::Hexadecimal, Some(0)),
            (b"g", Base::Hexadecimal, None),
            (b"0x10", Base::Told, Some(16)),
            (b"010", Base::Told, Some(8)),
            (b"09", Base::Told, Some(0)),
            (b"10", Base::Told, Some(10)),
        ];
        for (text, base, value) in unsigned {
            assert_eq!(Fields::new(text).c_unsigned(base), value, "{text:?}");
        }
    }
}
