//! What the text alone says of lines that may be parts of names.
//!
//! It proves nothing: who knows how the kernel writes a row can write one. But he can't see what the
//! other rows are before he binds the name, and most don't try.

use super::Row;
use super::room::{inode_of, room_left};

/// The widths of the numbers before the inode, and how they are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Shape {
    widths: [usize; 6],
    /// Whether the socket's address is hidden by zeros (`kernel.kptr_restrict`).
    is_hidden: bool,
    /// Whether the inode is as wide as the kernel makes it.
    is_padded: bool,
}

impl Shape {
    /// The least width of an inode.
    const INODE_WIDTH: usize = 5;

    fn of(line: &[u8]) -> Shape {
        let mut widths = [0; 6];
        let mut rest = line;
        for width in &mut widths {
            *width = rest.iter().position(|it| *it == b' ').unwrap_or(rest.len());
            rest = rest.get(*width + 1..).unwrap_or_default();
        }
        let blanks = rest.iter().take_while(|it| **it == b' ').count();
        let digits = rest
            .iter()
            .skip(blanks)
            .take_while(|it| it.is_ascii_digit());
        let digits = digits.count();
        let address = &line[..widths[0]];
        Shape {
            widths,
            is_hidden: address.iter().all(|it| matches!(it, b'0' | b':')),
            is_padded: digits > 0 && blanks == Shape::INODE_WIDTH.saturating_sub(digits),
        }
    }

    /// Returns whether the same kernel can have written a row of the shape `other`.
    fn fits(self, other: Shape) -> bool {
        let is_padded = other.is_padded || !self.is_padded;
        (self.widths, self.is_hidden, is_padded) == (other.widths, other.is_hidden, true)
    }
}

/// Lines of one table.
#[derive(Debug, Default)]
pub struct Suspects {
    /// The shape of the first row, which can't be forged.
    shape: Option<Shape>,
    /// How long a line can be that belongs to the name before it.
    room: Option<usize>,
    /// The inodes and the numbers of lines that may belong to a name.
    doubtful: Vec<(u32, u64)>,
    /// The number of the first that is no row, or none of this kernel.
    odd: Option<u64>,
}

impl Suspects {
    /// Looks at the first row.
    pub fn see_first(&mut self, line: &[u8]) {
        if self.shape.is_none() {
            self.shape = Some(Shape::of(line));
        }
    }

    /// Looks at a line that was taken for a row, or can't be read. The lines after it can be `room`
    /// bytes long if they belong to its name.
    pub fn see(&mut self, number: u64, line: &[u8], row: Option<&Row<'_>>, room: Option<usize>) {
        let before = self.room.filter(|most| line.len() <= *most);
        self.room = room_left(before, line).max(room);
        if before.is_none() || self.odd.is_some() {
            return;
        }
        let fits = self.shape.is_none_or(|it| it.fits(Shape::of(line)));
        match row {
            Some(row) if fits => self.doubtful.extend(inode_of(row).map(|it| (it, number))),
            _ => self.odd = Some(number),
        }
    }

    /// Returns the number of the first line that should not be believed: one of another shape, or
    /// with an inode that occurs twice among those that were `seen`, whose order is changed.
    pub fn first(&self, seen: &mut [u32]) -> Option<u64> {
        if self.odd.is_some() || self.doubtful.is_empty() {
            return self.odd;
        }
        seen.sort_unstable();
        let is_twice = |inode: u32| {
            let first = seen.partition_point(|it| *it < inode);
            seen.get(first + 1) == Some(&inode)
        };
        let twice = self.doubtful.iter().find(|(inode, _)| is_twice(*inode));
        twice.map(|(_, number)| *number)
    }
}
