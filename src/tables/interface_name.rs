//! Names of interfaces.

use std::fmt;
use std::ops::Deref;

/// The longest name, in bytes (`IFNAMSIZ` less its zero byte).
pub const LONGEST: usize = 15;

/// The name of an interface, as the kernel knows it. It lies in the row itself, so that a row can be
/// kept while the reader goes on.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct InterfaceName {
    bytes: [u8; LONGEST],
    length: u8,
}

impl InterfaceName {
    /// The name, or as much of it as an interface's can have.
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
