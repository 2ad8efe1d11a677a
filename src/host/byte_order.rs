//! The order in which a machine keeps the bytes of a number. The kernel writes an IPv4 address, and
//! each quarter of an IPv6 address, as a number of its machine: 127.0.0.1 is `0100007F` on most, and
//! `7F000001` on s390x or sparc.

use std::sync::{Arc, OnceLock};

/// An order of bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ByteOrder {
    /// The lowest byte first.
    Little,
    /// The highest byte first.
    Big,
}

impl ByteOrder {
    /// The order of the machine that the program runs on.
    pub const NATIVE: ByteOrder = match cfg!(target_endian = "big") {
        true => ByteOrder::Big,
        false => ByteOrder::Little,
    };

    /// Returns the bytes of a word in the memory of a machine with this order.
    #[inline]
    pub const fn bytes(self, word: u32) -> [u8; 4] {
        match self {
            ByteOrder::Little => word.to_le_bytes(),
            ByteOrder::Big => word.to_be_bytes(),
        }
    }

    /// Returns the order's name.
    pub fn name(self) -> &'static str {
        match self {
            ByteOrder::Little => "little",
            ByteOrder::Big => "big",
        }
    }
}

/// A system's order, once it is known. All clones share it.
#[derive(Debug, Clone, Default)]
pub struct KnownOrder(Arc<OnceLock<ByteOrder>>);

impl KnownOrder {
    /// Returns an order that is known from the start, or one that is yet to be found.
    pub fn new(order: Option<ByteOrder>) -> KnownOrder {
        let known = OnceLock::new();
        if let Some(order) = order {
            let _ = known.set(order);
        }
        KnownOrder(Arc::new(known))
    }

    /// Returns the order, from `find` if it is not known yet.
    pub fn get_or_find(&self, find: impl FnOnce() -> ByteOrder) -> ByteOrder {
        *self.0.get_or_init(find)
    }
}
