//! Names of interfaces.

use std::fmt;
use std::ops::Deref;

/// The length of the longest name, in bytes (`IFNAMSIZ` without its zero byte).
pub const LONGEST: usize = 15;

/// The name of an interface, stored inline: a row that holds it does not borrow from the table.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct InterfaceName {
    bytes: [u8; LONGEST],
    length: u8,
}

impl InterfaceName {
    /// Creates a name, truncated to the longest that an interface can have.
    pub fn cut(name: &[u8]) -> InterfaceName {
        let length = name.len().min(LONGEST);
        let mut bytes = [0; LONGEST];
        bytes[..length].copy_from_slice(&name[..length]);
        InterfaceName {
            bytes,
            length: length as u8,
        }
    }
}

impl Deref for InterfaceName {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.bytes[..usize::from(self.length)]
    }
}

impl fmt::Debug for InterfaceName {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{:?}", String::from_utf8_lossy(self))
    }
}
