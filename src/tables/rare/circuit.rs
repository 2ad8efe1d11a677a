//! What the tables of AX.25, NET/ROM and X.25 sockets have in common.

use crate::tables::fields::{Base, Fields};

/// A socket of a family whose connections are numbered on both ways.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Circuit<'a> {
    /// The foreign address; `*` where there is none.
    pub destination: &'a [u8],
    /// The local address.
    pub source: &'a [u8],
    /// The interface, `???` where there is none.
    pub device: &'a [u8],
    /// The kernel's number of the state, which each family has its own names for.
    pub state: i32,
    /// The number that the next frame is sent with: V(S).
    pub send_number: i32,
    /// The number that the next frame is expected to have: V(R).
    pub receive_number: i32,
    /// Bytes that wait to be sent.
    pub send_queue: i32,
    /// Bytes that the process has not read.
    pub receive_queue: i32,
    /// The socket's inode, which net-tools does not show, or `None` if the line ends before it.
    pub inode: Option<u64>,
}

impl<'a> Circuit<'a> {
    /// Returns a socket with these addresses, whose state and numbers come next in `fields`; its
    /// queues are empty as yet.
    pub fn read(
        destination: &'a [u8],
        source: &'a [u8],
        device: &'a [u8],
        fields: &mut Fields<'_>,
    ) -> Option<Circuit<'a>> {
        Some(Circuit {
            destination,
            source,
            device,
            state: fields.c_int()?,
            send_number: fields.c_int()?,
            receive_number: fields.c_int()?,
            send_queue: 0,
            receive_queue: 0,
            inode: None,
        })
    }

    /// Returns the same socket with the queues that come next in `fields`, and the inode behind
    /// them.
    pub fn with_queues(mut self, fields: &mut Fields<'_>) -> Option<Circuit<'a>> {
        self.send_queue = fields.c_int()?;
        self.receive_queue = fields.c_int()?;
        self.inode = fields.c_unsigned(Base::Decimal);
        Some(self)
    }
}

/// Returns the bytes of a column that always stands in the same place, or `None` if the line ends
/// before it.
pub fn column(line: &[u8], start: usize, width: usize) -> Option<&[u8]> {
    let rest = line.get(start..)?;
    Some(&rest[..rest.len().min(width)])
}

/// Passes over `count` numbers.
pub fn skip_numbers(fields: &mut Fields<'_>, count: usize) -> Option<()> {
    (0..count).try_for_each(|_| fields.c_int().map(drop))
}

/// Passes over two numbers in `base` with a slash between them.
pub fn skip_pair(fields: &mut Fields<'_>, base: Base) -> Option<()> {
    fields.c_unsigned(base)?;
    fields.take_byte(b'/')?;
    fields.c_unsigned(base).map(drop)
}
