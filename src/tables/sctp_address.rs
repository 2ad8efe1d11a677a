//! The addresses of one side of an SCTP association.

use super::fields::{Base, Fields, hex_value};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// The addresses of one side, parsed from the kernel's line on iteration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Addresses<'a> {
    text: &'a [u8],
    /// Whether a `*` marks the primary address.
    has_mark: bool,
}

/// An address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Address<'a> {
    /// The address as written, without its mark.
    pub text: &'a [u8],
    /// The address, or `None` if it can't be parsed.
    pub ip: Option<IpAddr>,
    /// Whether it is not in the kernel's format (`%pI4`, `%pI6`).
    pub is_odd: bool,
}

impl<'a> Addresses<'a> {
    /// Creates the addresses of an endpoint.
    pub fn of_endpoint(text: &'a [u8]) -> Addresses<'a> {
        let has_mark = false;
        Addresses { text, has_mark }
    }

    /// Creates the addresses of one side of an association.
    pub fn of_association(text: &'a [u8]) -> Addresses<'a> {
        let has_mark = true;
        Addresses { text, has_mark }
    }

    /// Returns an iterator over the addresses, in the kernel's order.
    pub fn iter(self) -> impl Iterator<Item = Address<'a>> {
        self.text
            .split(|byte| matches!(byte, b' ' | b'\t'))
            .filter(|word| !word.is_empty())
            .map(move |word| match word.strip_prefix(b"*") {
                Some(text) if self.has_mark => Address::from_text(text),
                _ => Address::from_text(word),
            })
    }
}

impl<'a> Address<'a> {
    fn from_text(text: &'a [u8]) -> Address<'a> {
        let (ip, is_odd) = match text.contains(&b':') {
            true => match groups(text) {
                Some((ip, rest)) => (Some(ip), !rest.is_empty()),
                // net-tools prints uninitialised memory for these.
                None => (parsed(text), true),
            },
            false => match parsed::<Ipv4Addr>(text) {
                Some(ip) => (Some(ip.into()), false),
                None => (dotted(text).map(IpAddr::V4), true),
            },
        };
        Address { text, ip, is_odd }
    }
}

fn parsed<T: std::str::FromStr>(text: &[u8]) -> Option<T> {
    std::str::from_utf8(text).ok()?.parse().ok()
}

/// Parses an IPv6 address of eight groups of digits. Returns it and the rest of the text.
fn groups(text: &[u8]) -> Option<(IpAddr, &[u8])> {
    let mut fields = Fields::new(text);
    let mut groups = [0; 8];
    for (index, group) in groups.iter_mut().enumerate() {
        if index > 0 {
            fields.take_byte(b':')?;
        }
        *group = hex_value(fields.hex_digits_up_to(4)?)? as u16;
    }
    Some((Ipv6Addr::from(groups).into(), fields.rest()))
}

/// Parses an IPv4 address in any of the notations of `man 3 inet_addr`. The kernel writes only dotted
/// quads, but a truncated line can have another notation, which net-tools accepts.
fn dotted(text: &[u8]) -> Option<Ipv4Addr> {
    let mut fields = Fields::new(text);
    let mut bits: u32 = 0;
    for bits_left in [32, 24, 16, 8] {
        fields.rest().first().filter(|byte| byte.is_ascii_digit())?;
        let value = fields.c_unsigned(Base::Prefixed)?;
        if fields.rest().is_empty() {
            let last = u32::try_from(value).ok()?;
            return (value >> bits_left == 0).then(|| Ipv4Addr::from(bits | last));
        }
        fields.take_byte(b'.')?;
        bits |= u32::from(u8::try_from(value).ok()?) << (bits_left - 8);
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn addresses_are_parsed_like_net_tools() {
        // Each was compared with net-tools 2.10, except the last two.
        let cases = [
            ("10.0.0.1", Some("10.0.0.1"), false),
            (
                "2001:0db8:0000:0000:0000:0000:0000:0001",
                Some("2001:db8::1"),
                false,
            ),
            ("1:2:3:4:5:6:7:8", Some("1:2:3:4:5:6:7:8"), false),
            ("1:2:3:4:5:6:7:8:9", Some("1:2:3:4:5:6:7:8"), true),
            ("1:2:3:4:5:6:7:8x", Some("1:2:3:4:5:6:7:8"), true),
            ("10.0.0", Some("10.0.0.0"), true),
            ("1.2.3", Some("1.2.0.3"), true),
            ("1.2", Some("1.0.0.2"), true),
            ("1", Some("0.0.0.1"), true),
            ("0x7f.1", Some("127.0.0.1"), true),
            ("010.0.0.1", Some("8.0.0.1"), true),
            ("4294967295", Some("255.255.255.255"), true),
            ("4294967296", None, true),
            ("1.2.3.256", None, true),
            ("256.1.1.1", None, true),
            ("08.1.1.1", None, true),
            ("1.2.3.", None, true),
            ("1.2.3.4.5", None, true),
            ("1.2.3.4,", None, true),
            ("**1.2.3.4", None, true),
            ("x", None, true),
            // net-tools prints uninitialised memory for these.
            ("fe80::1", Some("fe80::1"), true),
            ("1:2", None, true),
        ];
        for (text, ip, is_odd) in cases {
            let marked = format!("*{text} ");
            let mut addresses = Addresses::of_association(marked.as_bytes()).iter();
            let address = addresses.next().expect("an address");
            assert_eq!(address.text, text.as_bytes());
            let found = address.ip.map(|ip| ip.to_string());
            assert_eq!((found.as_deref(), address.is_odd), (ip, is_odd), "{text}");
            assert_eq!(addresses.next(), None);
        }
        let marked = Addresses::of_endpoint(b"*1.2.3.4").iter().next();
        assert_eq!(marked.and_then(|address| address.ip), None);
    }

    proptest! {
        #[test]
        fn arbitrary_bytes_are_parsed_or_rejected(text in any::<Vec<u8>>(), words in "[0-9a-fx.:* ]{0,60}") {
            for text in [&text, words.as_bytes()] {
                let count = Addresses::of_association(text).iter().count();
                prop_assert!(count <= text.len());
            }
        }
    }
}
