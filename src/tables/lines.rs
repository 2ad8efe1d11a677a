//! Reads the lines of a table's file one at a time, without copying them.

use super::ahead::Ahead;
use super::blocks::{Blocks, Manner};
use super::{Net, ReadAhead, ReadError};
use crate::host::is_procfs;
use memchr::memchr;
use std::fs::File;
use std::io::{self, ErrorKind};
use std::ops::Range;
use std::path::{Path, PathBuf};

/// A reader of lines.
#[derive(Debug)]
pub struct Lines {
    path: PathBuf,
    blocks: Ahead<Blocks<File>>,
    /// Whole lines, including their line feeds.
    block: Vec<u8>,
    /// The range of the current line in `block`.
    line: Range<usize>,
    /// The start of the next line in `block`.
    next: usize,
    number: u64,
    /// Whether the file has at least one line, because the kernel writes a header.
    has_header: bool,
    is_kernels: bool,
}

impl Lines {
    /// Opens `table`, a file in the `net` folder whose first line is a header, or that is never
    /// without rows.
    ///
    /// # Errors
    /// Fails if the file can't be opened. If it is empty, reading it fails with
    /// [`ErrorKind::UnexpectedEof`].
    pub fn open(net: &Net, table: &str, ahead: ReadAhead) -> io::Result<Lines> {
        Ok(Lines {
            has_header: true,
            ..Lines::open_headless(net, table, ahead)?
        })
    }

    /// Opens `table` like [`Lines::open`], to be read in the manner that `manner` returns if the file is
    /// the kernel's.
    ///
    /// # Errors
    /// As [`Lines::open`].
    pub fn open_in(
        net: &Net,
        table: &str,
        ahead: ReadAhead,
        manner: impl FnOnce() -> Manner,
    ) -> io::Result<Lines> {
        Ok(Lines {
            has_header: true,
            ..Lines::open_with(net, table, ahead, manner)?
        })
    }

    /// Opens `table`, a file in the `net` folder that is empty if it has no rows.
    ///
    /// # Errors
    /// Fails if the file can't be opened.
    pub fn open_headless(net: &Net, table: &str, ahead: ReadAhead) -> io::Result<Lines> {
        Lines::open_with(net, table, ahead, Manner::default)
    }

    fn open_with(
        net: &Net,
        table: &str,
        ahead: ReadAhead,
        manner: impl FnOnce() -> Manner,
    ) -> io::Result<Lines> {
        let depth = match ahead {
            ReadAhead::None => 0,
            ReadAhead::Near | ReadAhead::Aside | ReadAhead::Far => 2,
        };
        let file = net.open(table)?;
        let is_kernels = net.host().is_live() && is_procfs(&file);
        let manner = match is_kernels {
            true => manner(),
            false => Manner::default(),
        };
        Ok(Lines {
            path: net.path(table),
            is_kernels,
            blocks: Ahead::new(Blocks::new(file, manner), depth),
            block: Vec::new(),
            line: 0..0,
            next: 0,
            number: 0,
            has_header: false,
        })
    }

    /// Returns whether the file is the kernel's, and not a copy.
    pub fn is_kernels(&self) -> bool {
        self.is_kernels
    }

    /// Moves to the next line. Returns `false` at the end of the file.
    ///
    /// # Errors
    /// Fails if the file can't be read any further.
    pub fn advance(&mut self) -> Result<bool, ReadError> {
        self.try_advance().map_err(|source| ReadError::Io {
            path: self.path.clone(),
            source,
        })
    }

    /// Like [`Lines::advance`], with an error that does not name the file.
    ///
    /// # Errors
    /// Fails if the file can't be read any further.
    pub fn try_advance(&mut self) -> io::Result<bool> {
        if self.is_at_end_of_block() {
            self.blocks.fill(&mut self.block)?;
            self.next = 0;
        }
        let rest = self.block.get(self.next..).unwrap_or_default();
        let Some(length) = memchr(b'\n', rest) else {
            self.line = 0..0;
            return match self.has_header && self.number == 0 {
                true => Err(blank()),
                false => Ok(false),
            };
        };
        self.line = self.next..self.next + length;
        self.next += length + 1;
        self.number += 1;
        Ok(true)
    }

    /// Returns whether the next line has to be read from the file.
    pub fn is_at_end_of_block(&self) -> bool {
        self.next >= self.block.len()
    }

    /// Returns whether the end of the file is known to be reached, without reading any further.
    pub fn is_done(&self) -> bool {
        self.is_at_end_of_block() && self.blocks.is_done()
    }

    /// Reads the next line and parses it with `from_line`. Returns `None` at the end of the file.
    ///
    /// # Errors
    /// Fails if the line is not a row, or the file can't be read any further.
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

    /// Returns the current line, without its line feed.
    pub fn line(&self) -> &[u8] {
        &self.block[self.line.clone()]
    }

    /// Returns whether the next line may be `most` bytes long or shorter. It is not read for that.
    pub fn may_precede(&self, most: usize) -> bool {
        match self.block.get(self.next..) {
            None | Some([]) => !self.blocks.is_done(),
            Some(rest) => memchr(b'\n', &rest[..rest.len().min(most + 1)]).is_some(),
        }
    }

    /// Returns the path of the file, for messages.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Returns the number of the current line, counted from 1, or 0 before the first.
    pub fn number(&self) -> u64 {
        self.number
    }

    /// Returns the number and file of the current line, for messages.
    pub fn place(&self) -> String {
        format!("line {} of {}", self.number, self.path.display())
    }

    /// Returns the error for a file without the required header.
    pub fn lacks_header(&self) -> ReadError {
        ReadError::Io {
            path: self.path.clone(),
            source: io::Error::new(ErrorKind::UnexpectedEof, "the header is missing"),
        }
    }

    /// Returns the error for an empty file.
    pub fn blank(&self) -> ReadError {
        ReadError::Io {
            path: self.path.clone(),
            source: blank(),
        }
    }

    /// Returns the error for a current line that is not a row.
    pub fn malformed(&self) -> ReadError {
        self.malformed_line(self.number)
    }

    /// Returns the error for line number `line` if it is not a row.
    pub fn malformed_line(&self, line: u64) -> ReadError {
        ReadError::Malformed {
            path: self.path.clone(),
            line,
        }
    }
}

/// Returns the error of an empty file. Whoever copies as many bytes as `stat` reports makes one of any
/// file of /proc: it reports 0.
fn blank() -> io::Error {
    io::Error::new(
        ErrorKind::UnexpectedEof,
        "empty, without a header (files in /proc have size 0, and some tools then copy nothing)",
    )
}
