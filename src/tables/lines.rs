//! The lines of a table's file, one at a time, without a copy of each.

use super::blocks::Blocks;
use super::{ReadAhead, ReadError};
use crate::host::Host;
use memchr::memchr;
use std::io;
use std::ops::Range;
use std::path::PathBuf;

/// The lines of one file.
#[derive(Debug)]
pub struct Lines {
    path: PathBuf,
    blocks: Blocks,
    /// Whole lines, each with its end.
    block: Vec<u8>,
    /// Where the line at hand lies in `block`.
    line: Range<usize>,
    number: u64,
}

impl Lines {
    /// Opens `table`, a file in the host's `net` folder.
    ///
    /// # Errors
    /// The file can't be opened.
    pub fn open(host: &Host, table: &str, ahead: ReadAhead) -> io::Result<Lines> {
        let blocks = match ahead {
            ReadAhead::None => 0,
            ReadAhead::Near => 2,
            // 5 MB, the text of 33,000 sockets.
            ReadAhead::Far => 40,
        };
        Ok(Lines {
            path: host.net(table),
            blocks: Blocks::new(host.open_net(table)?, blocks),
            block: Vec::new(),
            line: 0..0,
            number: 0,
        })
    }

    /// Reads the file's first block, and lets a thread read on, unless it has been done.
    ///
    /// # Errors
    /// The file can't be read.
    pub fn start(&mut self) -> Result<(), ReadError> {
        match self.number {
            0 if self.block.is_empty() => self.fill(),
            _ => Ok(()),
        }
    }

    fn fill(&mut self) -> Result<(), ReadError> {
        let filled = self.blocks.fill(&mut self.block);
        filled.map_err(|source| ReadError::Io {
            path: self.path.clone(),
            source,
        })
    }

    /// Goes on to the next line; false at the end of the file.
    ///
    /// # Errors
    /// The file can't be read on.
    pub fn advance(&mut self) -> Result<bool, ReadError> {
        let mut start = self.line.end + usize::from(self.number > 0);
        if start >= self.block.len() {
            self.fill()?;
            start = 0;
        }
        let rest = &self.block[start..];
        let Some(length) = memchr(b'\n', rest) else {
            self.line = start..start;
            return Ok(false);
        };
        self.line = start..start + length;
        self.number += 1;
        Ok(true)
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

    /// What is wrong with the line at hand if it is no row.
    pub fn malformed(&self) -> ReadError {
        ReadError::Malformed {
            path: self.path.clone(),
            line: self.number,
        }
    }
}
