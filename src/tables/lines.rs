//! The lines of a table's file, one at a time, without a copy of each.

use super::ahead::Ahead;
use super::blocks::Blocks;
use super::{ReadAhead, ReadError};
use crate::tables::Net;
use memchr::memchr;
use std::fs::File;
use std::io;
use std::ops::Range;
use std::path::PathBuf;

/// The lines of one file.
#[derive(Debug)]
pub struct Lines {
    path: PathBuf,
    blocks: Ahead<Blocks<File>>,
    /// Whole lines, each with its end.
    block: Vec<u8>,
    /// Where the line at hand lies in `block`.
    line: Range<usize>,
    /// Where the line behind it begins there.
    next: usize,
    number: u64,
}

impl Lines {
    /// Opens `table`, a file in the host's `net` folder.
    ///
    /// # Errors
    /// The file can't be opened.
    pub fn open(net: &Net, table: &str, ahead: ReadAhead) -> io::Result<Lines> {
        let depth = match ahead {
            ReadAhead::None => 0,
            ReadAhead::Near | ReadAhead::Aside | ReadAhead::Far => 2,
        };
        Ok(Lines {
            path: net.path(table),
            blocks: Ahead::new(Blocks::new(net.open(table)?), depth),
            block: Vec::new(),
            line: 0..0,
            next: 0,
            number: 0,
        })
    }

    /// Goes on to the next line; false at the end of the file.
    ///
    /// # Errors
    /// The file can't be read on.
    pub fn advance(&mut self) -> Result<bool, ReadError> {
        self.try_advance().map_err(|source| ReadError::Io {
            path: self.path.clone(),
            source,
        })
    }

    /// The same, for one who knows the file.
    ///
    /// # Errors
    /// The file can't be read on.
    pub fn try_advance(&mut self) -> io::Result<bool> {
        if self.is_at_end_of_block() {
            self.blocks.fill(&mut self.block)?;
            self.next = 0;
        }
        let rest = self.block.get(self.next..).unwrap_or_default();
        let Some(length) = memchr(b'\n', rest) else {
            self.line = 0..0;
            return Ok(false);
        };
        self.line = self.next..self.next + length;
        self.next += length + 1;
        self.number += 1;
        Ok(true)
    }

    /// Whether the next line has to be read from the file.
    pub fn is_at_end_of_block(&self) -> bool {
        self.next >= self.block.len()
    }

    /// Whether there is no next line, as far as that is known without a look.
    pub fn is_done(&self) -> bool {
        self.is_at_end_of_block() && self.blocks.is_done()
    }

    /// The next line, as the row that `from_line` makes of it; none at the end of the file.
    ///
    /// # Errors
    /// A line that is no row, or a file that can't be read on.
    pub fn next_row<'a, R>(
        &'a mut self,
        from_line: impl FnOnce(&'a [u8]) -> Option<R>,
    ) -> Result<Option<R>, ReadError> {
        if !self.advance()? {
            return Ok(None);
        }
        let lines = &*self;
        from_line(lines.line())
            .map(Some)
            .ok_or_else(|| lines.malformed())
    }

    /// The line at hand, without its end.
    pub fn line(&self) -> &[u8] {
        &self.block[self.line.clone()]
    }

    /// The number of the line at hand, from 1 on; 0 before the first.
    pub fn number(&self) -> u64 {
        self.number
    }

    /// Where the line at hand stands, for people.
    pub fn place(&self) -> String {
        format!("line {} of {}", self.number, self.path.display())
    }

    /// What is wrong with a file that lacks even the header that it must have.
    pub fn lacks_header(&self) -> ReadError {
        ReadError::Io {
            path: self.path.clone(),
            source: io::Error::new(io::ErrorKind::UnexpectedEof, "the header is missing"),
        }
    }

    /// What is wrong with the line at hand if it is no row.
    pub fn malformed(&self) -> ReadError {
        self.malformed_line(self.number)
    }

    /// What is wrong with the line of this number if it is no row.
    pub fn malformed_line(&self, line: u64) -> ReadError {
        ReadError::Malformed {
            path: self.path.clone(),
            line,
        }
    }
}
