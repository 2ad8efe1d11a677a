//! What the kernel says: one file per table, each handing out typed rows one at a time.
//!
//! The procfs crate's readers collect a whole table and give all of it up at the first bad line;
//! these read line by line into one buffer and go on behind a line that they can't parse.

mod fields;
pub mod inet;
pub mod rare;
pub mod route;
pub mod route6;
pub mod unix;

use std::fmt;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

/// The largest line that is held in memory, in bytes; what a line has beyond it is dropped.
/// The kernel's own lines stay under 300 bytes.
const LONGEST_LINE: u64 = 16 * 1024;

/// What is asked of a seq file in one read, in bytes. The kernel answers with a page at most, but
/// other files (an unpacked archive) fill it.
const READ_SIZE: usize = 64 * 1024;

/// Why a row could not be had.
#[derive(Debug)]
pub enum ReadError {
    /// The table can't be read any further.
    Io {
        /// The table's file.
        path: PathBuf,
        /// What the kernel said.
        source: io::Error,
    },
    /// One line is not a row of this table; the lines behind it can still be read.
    Malformed {
        /// The table's file.
        path: PathBuf,
        /// The line's number, the header being line 1.
        line: u64,
    },
}

impl fmt::Display for ReadError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ReadError::Io { path, source } => write!(out, "{}: {source}", path.display()),
            ReadError::Malformed { path, line } => {
                write!(out, "warning, got bogus line {line} of {}", path.display())
            }
        }
    }
}

impl std::error::Error for ReadError {}

/// The lines of a table's file, read through one buffer that every line shares.
#[derive(Debug)]
struct Lines {
    path: PathBuf,
    reader: BufReader<File>,
    line: Vec<u8>,
    number: u64,
}

impl Lines {
    /// Opens the file at `path`.
    fn open(path: &Path) -> io::Result<Lines> {
        let file = File::open(path)?;
        Ok(Lines {
            path: path.to_owned(),
            reader: BufReader::with_capacity(READ_SIZE, file),
            line: Vec::with_capacity(256),
            number: 0,
        })
    }

    /// Reads the next line, without its end; false at the end of the file.
    fn advance(&mut self) -> Result<bool, ReadError> {
        self.line.clear();
        let read = (&mut self.reader)
            .take(LONGEST_LINE)
            .read_until(b'\n', &mut self.line)
            .and_then(|read| self.finish_line().map(|()| read))
            .map_err(|source| ReadError::Io {
                path: self.path.clone(),
                source,
            })?;
        self.number += 1;
        Ok(read > 0)
    }

    /// Takes the line's end off, or passes over what a too long line still has.
    fn finish_line(&mut self) -> io::Result<()> {
        if self.line.last() == Some(&b'\n') {
            self.line.pop();
        } else if self.line.len() as u64 == LONGEST_LINE {
            self.reader.skip_until(b'\n')?;
        }
        Ok(())
    }

    fn malformed(&self) -> ReadError {
        ReadError::Malformed {
            path: self.path.clone(),
            line: self.number,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    #[test]
    fn a_line_without_end_is_cut_and_the_next_one_is_whole() {
        let path = std::env::temp_dir().join(format!("rnetstat-lines-{}", std::process::id()));
        let mut file = File::create(&path).expect("a temporary file");
        file.write_all(&vec![b'x'; 3 * LONGEST_LINE as usize])
            .expect("written");
        file.write_all(b"\n\nlast").expect("written");
        let mut lines = Lines::open(&path).expect("opened");
        let mut seen = Vec::new();
        while lines.advance().expect("read") {
            seen.push((lines.number, lines.line.len()));
        }
        std::fs::remove_file(&path).expect("removed");
        assert_eq!(seen, [(1, LONGEST_LINE as usize), (2, 0), (3, 4)]);
    }
}
