//! The words and numbers of one line of a /proc table, taken from the front.

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
}
