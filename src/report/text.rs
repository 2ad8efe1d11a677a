//! Numbers, addresses and padding, written into a buffer that all rows share.

use jiff::Zoned;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Pads the text in `out` from `start` on with blanks on its right, to `width` bytes.
pub fn pad(out: &mut Vec<u8>, start: usize, width: usize) {
    let end = out.len().max(start + width);
    out.resize(end, b' ');
}

/// Adds `text`, padded on its right to `width` bytes.
pub fn left(out: &mut Vec<u8>, text: &[u8], width: usize) {
    let start = out.len();
    out.extend_from_slice(text);
    pad(out, start, width);
}

/// Adds `text`, padded on its left to `width` bytes.
pub fn right(out: &mut Vec<u8>, text: &[u8], width: usize) {
    out.resize(out.len() + width.saturating_sub(text.len()), b' ');
    out.extend_from_slice(text);
}

/// An integer that can be written in decimal.
pub trait Integer {
    /// Returns its absolute value, and whether it is below zero.
    fn parts(self) -> (u64, bool);
}

macro_rules! integers {
    ($($unsigned:ty)*; $($signed:ty)*) => {
        $(impl Integer for $unsigned {
            fn parts(self) -> (u64, bool) {
                (u64::from(self), false)
            }
        })*
        $(impl Integer for $signed {
            fn parts(self) -> (u64, bool) {
                (u64::from(self.unsigned_abs()), self < 0)
            }
        })*
    };
}

integers!(u8 u16 u32 u64; i16 i32 i64);

/// A number's decimal digits, on the stack.
pub struct Decimal {
    bytes: [u8; 20],
    start: usize,
}

impl Decimal {
    /// Returns the digits of `number`.
    pub fn new(number: impl Integer) -> Decimal {
        let (mut rest, is_negative) = number.parts();
        // 20 bytes hold the digits of 64 bits, and those of 63 with a sign.
        let mut decimal = Decimal {
            bytes: [0; 20],
            start: 20,
        };
        loop {
            decimal.start -= 1;
            decimal.bytes[decimal.start] = b'0' + (rest % 10) as u8;
            rest /= 10;
            if rest == 0 {
                break;
            }
        }
        if is_negative {
            decimal.start -= 1;
            decimal.bytes[decimal.start] = b'-';
        }
        decimal
    }

    /// Returns a dash, for an unknown number.
    pub fn dash() -> Decimal {
        let mut bytes = [0; 20];
        bytes[19] = b'-';
        Decimal { bytes, start: 19 }
    }

    /// Returns the digits, after a minus sign if it is negative.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes[self.start..]
    }
}

/// Adds a number in decimal.
pub fn push_decimal(out: &mut Vec<u8>, number: impl Integer) {
    out.extend_from_slice(Decimal::new(number).bytes());
}

/// Adds an address; an IPv4-mapped IPv6 address as the IPv4 address that it means.
pub fn push_address(out: &mut Vec<u8>, address: IpAddr) {
    match address {
        IpAddr::V4(address) => push_ipv4(out, address),
        IpAddr::V6(address) => match address.to_ipv4_mapped() {
            Some(address) => push_ipv4(out, address),
            None => push_ipv6(out, address),
        },
    }
}

/// Adds an IPv4 address.
pub fn push_ipv4(out: &mut Vec<u8>, address: Ipv4Addr) {
    for (index, octet) in address.octets().into_iter().enumerate() {
        if index > 0 {
            out.push(b'.');
        }
        push_decimal(out, octet);
    }
}

/// Adds an IPv6 address as glibc writes it.
///
/// That is RFC 5952, except for addresses whose first six groups, and no more, are zero: their last
/// two groups are written as an IPv4 address (`::192.0.2.1`).
fn push_ipv6(out: &mut Vec<u8>, address: Ipv6Addr) {
    let groups = address.segments();
    let (start, length) = longest_zeros(&groups);
    if (start, length) == (0, 6) {
        let [.., a, b, c, d] = address.octets();
        out.extend_from_slice(b"::");
        return push_ipv4(out, Ipv4Addr::new(a, b, c, d));
    }
    let mut index = 0;
    while index < groups.len() {
        if index == start && length > 1 {
            out.extend_from_slice(b"::");
            index += length;
            continue;
        }
        if index > 0 && out.last() != Some(&b':') {
            out.push(b':');
        }
        push_hex(out, groups[index]);
        index += 1;
    }
}

/// Returns the start and the length of the first longest run of zeros.
fn longest_zeros(groups: &[u16; 8]) -> (usize, usize) {
    let mut longest = (0, 0);
    let mut start = 0;
    for (index, group) in groups.iter().enumerate() {
        if *group != 0 {
            start = index + 1;
        } else if index + 1 - start > longest.1 {
            longest = (start, index + 1 - start);
        }
    }
    longest
}

/// Adds a number in hexadecimal, without leading zeros.
pub fn push_hex(out: &mut Vec<u8>, number: impl Into<u64>) {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let number = number.into();
    let significant = (64 - number.leading_zeros()).div_ceil(4).max(1);
    for place in (0..significant).rev() {
        out.push(DIGITS[(number >> (4 * place) & 0xf) as usize]);
    }
}

/// Returns a time as RFC 3339 has it, with milliseconds and the offset from UTC: always 29 bytes.
pub fn time(time: &Zoned) -> String {
    time.strftime("%Y-%m-%dT%H:%M:%S%.3f%:z").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_have_all_their_digits() {
        for number in [0, 1, 9, 10, 4_294_967_295, u64::MAX] {
            assert_eq!(Decimal::new(number).bytes(), number.to_string().as_bytes());
        }
        for number in [0, -1, -10, i64::MIN, i64::MAX] {
            assert_eq!(Decimal::new(number).bytes(), number.to_string().as_bytes());
        }
    }

    #[test]
    fn addresses_are_written_as_netstat_writes_them() {
        // Each was printed by net-tools 2.10 for a row with this address.
        let cases = [
            ("::", "::"),
            ("::1", "::1"),
            ("::ffff:1.2.3.4", "1.2.3.4"),
            ("::ffff:0.0.0.0", "0.0.0.0"),
            ("::1.2.3.4", "::1.2.3.4"),
            ("2001:db8::1", "2001:db8::1"),
            ("64:ff9b::1.2.3.4", "64:ff9b::102:304"),
            ("1::", "1::"),
            ("1:0:0:2::", "1:0:0:2::"),
            ("1:0:0:2:0:0:0:3", "1:0:0:2::3"),
            ("0:0:1::", "0:0:1::"),
            ("::0.1.0.0", "::0.1.0.0"),
            ("::ffff:ffff:1.2.3.4", "::ffff:ffff:102:304"),
            ("0:1:2:3:4:5:6:7", "0:1:2:3:4:5:6:7"),
            ("1:2:3:4:5:6:7:0", "1:2:3:4:5:6:7:0"),
            ("1:0:2:3:4:5:6:7", "1:0:2:3:4:5:6:7"),
            ("::1:2", "::0.1.0.2"),
            ("::1234", "::1234"),
            (
                "ABCD:EF01:2345:6789:ABCD:EF01:2345:6789",
                "abcd:ef01:2345:6789:abcd:ef01:2345:6789",
            ),
        ];
        for (address, text) in cases {
            let mut out = Vec::new();
            push_address(&mut out, address.parse().expect("an address"));
            assert_eq!(String::from_utf8_lossy(&out), text);
        }
    }

    #[test]
    fn all_group_values_are_written_without_leading_zeros() {
        for group in 0..=u16::MAX {
            let mut out = Vec::new();
            push_hex(&mut out, group);
            assert_eq!(out, format!("{group:x}").into_bytes());
        }
    }
}
