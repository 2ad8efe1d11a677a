//! Interface names, and the order in which net-tools lists them.

use crate::tables::interface_name::LONGEST;
use std::cmp::Ordering;
use std::fmt;

/// An interface's name, or that of one of its addresses (`eth0:1`): bytes of any kind but zeros.
///
/// Names are in natural order: interfaces by what stands before the digits at their end, then by
/// the number that these are, then by all bytes; then aliases of one interface by their number.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Name {
    /// The name, filled up with zeros; there is one at least.
    bytes: [u8; LONGEST + 1],
}

impl Name {
    /// Returns the name, or `None` if it is empty, too long, or has a zero byte.
    pub fn new(bytes: &[u8]) -> Option<Name> {
        if bytes.is_empty() || bytes.contains(&0) {
            return None;
        }
        let mut name = Name {
            bytes: [0; LONGEST + 1],
        };
        name.bytes[..LONGEST]
            .get_mut(..bytes.len())?
            .copy_from_slice(bytes);
        Some(name)
    }

    /// Returns the name that a field of an `ifreq` holds, up to its first zero byte.
    pub fn from_field(field: &[u8; LONGEST + 1]) -> Option<Name> {
        field.split(|&byte| byte == 0).next().and_then(Name::new)
    }

    /// Returns the name as a field of an `ifreq`.
    pub fn field(&self) -> [u8; LONGEST + 1] {
        self.bytes
    }

    /// Returns the name's bytes.
    pub fn bytes(&self) -> &[u8] {
        let zeros = self.bytes.iter().rev().take_while(|&&byte| byte == 0);
        &self.bytes[..self.bytes.len() - zeros.count()]
    }

    /// Returns whether it is as long as a name can be.
    pub fn is_longest(&self) -> bool {
        self.bytes[LONGEST - 1] != 0
    }

    /// Returns whether it is the name of an address (`eth0:1`), not of an interface.
    pub fn is_alias(&self) -> bool {
        self.bytes.contains(&b':')
    }

    /// What the order goes by: the interface's stem and number, the interface, the alias's number.
    /// An interface itself comes where its alias -1 would.
    fn key(&self) -> (&[u8], i32, &[u8], i32) {
        let name = self.bytes();
        let (interface, alias) = match split_number(name) {
            (before, Some(number)) if before.ends_with(b":") => {
                (&before[..before.len() - 1], number)
            }
            _ => (name, -1),
        };
        let (stem, number) = split_number(interface);
        (stem, number.unwrap_or(0), interface, alias)
    }
}

/// What stands before the digits at the end, and the number that these are, if there are any, cut
/// to 32 bits as net-tools cuts it.
fn split_number(name: &[u8]) -> (&[u8], Option<i32>) {
    let digits = name.iter().rev().take_while(|byte| byte.is_ascii_digit());
    let (stem, digits) = name.split_at(name.len() - digits.count());
    let number = digits.iter().fold(0u32, |number, digit| {
        number
            .wrapping_mul(10)
            .wrapping_add(u32::from(digit - b'0'))
    });
    (stem, (!digits.is_empty()).then_some(number as i32))
}

impl Ord for Name {
    fn cmp(&self, other: &Name) -> Ordering {
        self.key()
            .cmp(&other.key())
            .then_with(|| self.bytes.cmp(&other.bytes))
    }
}

impl PartialOrd for Name {
    fn partial_cmp(&self, other: &Name) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Debug for Name {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}", self.bytes().escape_ascii())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sorts_to(ordered: &[&str]) {
        let name = |name: &&str| Name::new(name.as_bytes()).expect("a name");
        let names: Vec<Name> = ordered.iter().map(name).collect();
        let mut sorted = names.clone();
        sorted.reverse();
        sorted.sort_unstable();
        assert_eq!(sorted, names);
    }

    #[test]
    fn names_have_net_tools_order() {
        // As net-tools 2.10 listed interfaces and addresses of these names.
        sorts_to(&[
            "1",
            "1:1",
            ":",
            "eth",
            "eth:1",
            "eth0:2147483648",
            "eth0",
            "eth0:0",
            "eth0:01",
            "eth0:1",
            "eth0:2",
            "eth0:10",
            "eth00",
            "eth00:1",
            "eth1",
            "eth1:1",
            "eth2",
            "eth2:5",
            "eth10",
            "eth10:1",
            "eth0-",
            "eth0.5",
            "eth0.5:1",
            "eth0:",
            "eth0:1:2",
            "eth0:1:10",
            "eth0:a",
            "eth0:foo",
            "eth0:foo2",
            "eth0:foo10",
            "eth0a",
        ]);
        sorts_to(&[
            "4294967296",
            "9",
            "10",
            "99999999998",
            "WLAN0",
            "a2",
            "a10b2",
            "a10b10",
            "br-1",
            "br-9",
            "br-10",
            "br_1",
            "e",
            "eth2147483648",
            "eth999999999999",
            "eth4294967295",
            "eth",
            "eth4294967296",
            "eth001",
            "eth01",
            "eth1",
            "eth02",
            "eth2",
            "eth10",
            "eth-1",
            "eth1.5",
            "eth1.10",
            "eth1.5a",
            "eth2a",
            "x",
            "x0",
            "x00",
            "x-",
            "~",
            "\u{e9}",
        ]);
    }

    #[test]
    fn a_name_is_one_that_the_kernel_has_room_for() {
        for bad in [&b""[..], b"sixteen-bytes-no", b"ze\0ro", &[b'x'; 300]] {
            assert_eq!(Name::new(bad), None);
        }
        let name = Name::new(b"fifteen-bytes-x").expect("a name");
        assert!(name.is_longest() && !name.is_alias());
        assert_eq!(Name::from_field(&name.field()), Some(name));
        let alias = Name::from_field(b"eth0:1\0\0garbage\0").expect("a name");
        assert!(alias.is_alias() && !alias.is_longest());
        assert_eq!(alias.bytes(), b"eth0:1");
        assert_eq!(Name::from_field(&[0; 16]), None);
    }
}
