//! Reads a table's file in blocks of whole lines.

use super::ahead::Source;
use memchr::{memchr, memrchr};
use std::io::{self, ErrorKind, Read};

/// The approximate size of the first block, in bytes. It is small, for the first rows to be printed
/// soon and for small tables to need little memory.
const FIRST_BLOCK_SIZE: usize = 32 * 1024;
/// The approximate size of every other block, in bytes.
const BLOCK_SIZE: usize = 128 * 1024;
/// The amount of text that the kernel generates at a time, in bytes. Smaller reads take more system
/// calls.
const PAGE_SIZE: usize = 4096;

/// The length to which a line longer than a block is truncated, in bytes. The kernel's own lines are
/// shorter than 300 bytes.
const MAX_LINE_LEN: usize = 16 * 1024;

/// A file in blocks of whole lines, including their line feeds.
#[derive(Debug)]
pub struct Blocks<F> {
    file: F,
    /// The approximate size of the next block, in bytes.
    size: usize,
    /// The start of the next block: a line whose end has not been read yet.
    rest: Vec<u8>,
    ended: bool,
    /// The error that ended the file early. It is returned after the lines before it.
    failure: Option<io::Error>,
}

impl<F: Read + Send + 'static> Source for Blocks<F> {
    fn fill(&mut self, block: &mut Vec<u8>) -> io::Result<()> {
        let size = std::mem::replace(&mut self.size, BLOCK_SIZE);
        block.append(&mut self.rest);
        while !self.ended {
            self.read_block(block, size);
            if self.ended {
                break;
            }
            match memrchr(b'\n', block) {
                Some(last) => {
                    self.rest.extend_from_slice(&block[last + 1..]);
                    block.truncate(last + 1);
                    return Ok(());
                }
                None => self.cut_long_line(block),
            }
        }
        if block.is_empty() {
            return self.failure.take().map_or(Ok(()), Err);
        }
        if block.last() != Some(&b'\n') {
            block.push(b'\n');
        }
        Ok(())
    }

    fn is_done(&self) -> bool {
        self.ended && self.failure.is_none()
    }
}

impl<F: Read> Blocks<F> {
    /// Creates a reader of `file`.
    pub fn new(file: F) -> Blocks<F> {
        Blocks {
            file,
            size: FIRST_BLOCK_SIZE,
            rest: Vec::new(),
            ended: false,
            failure: None,
        }
    }

    /// Reads until less than a page is left of `size`, or the end of the file.
    fn read_block(&mut self, block: &mut Vec<u8>, size: usize) {
        let mut filled = block.len();
        block.resize(size.max(filled + PAGE_SIZE), 0);
        while filled + PAGE_SIZE <= block.len() && !self.ended {
            filled += self.read(&mut block[filled..]);
        }
        block.truncate(filled);
    }

    /// Truncates the line in `block`, and skips the rest of it.
    fn cut_long_line(&mut self, block: &mut Vec<u8>) {
        block.truncate(MAX_LINE_LEN);
        let mut dropped = vec![0; BLOCK_SIZE];
        while !self.ended {
            let read = self.read(&mut dropped);
            if let Some(end) = memchr(b'\n', &dropped[..read]) {
                return block.extend_from_slice(&dropped[end..read]);
            }
        }
    }

    /// Reads once. Returns 0 at the end of the file and on errors, which end it.
    fn read(&mut self, buffer: &mut [u8]) -> usize {
        loop {
            match self.file.read(buffer) {
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(error) => self.failure = Some(error),
                Ok(read) if read > 0 => return read,
                Ok(_) => {}
            }
            self.ended = true;
            return 0;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Reads `bytes` in blocks. Returns their text and number.
    fn cut(bytes: Vec<u8>) -> (Vec<u8>, usize) {
        let mut blocks = Blocks::new(io::Cursor::new(bytes));
        let (mut text, mut count, mut block) = (Vec::new(), 0, Vec::new());
        loop {
            block.clear();
            blocks.fill(&mut block).expect("read");
            if block.is_empty() {
                return (text, count);
            }
            assert_eq!(block.last(), Some(&b'\n'));
            text.extend_from_slice(&block);
            count += 1;
        }
    }

    #[test]
    fn blocks_are_whole_lines_and_together_the_file() {
        let row = |number: usize| format!("{number} {}\n", "x".repeat(number % 300));
        let text: Vec<u8> = (0..3000).flat_map(|it| row(it).into_bytes()).collect();
        let (read, count) = cut(text.clone());
        assert!(read == text);
        assert!(count > 3, "{count}");
        assert_eq!(cut(Vec::new()), (Vec::new(), 0));
        assert_eq!(cut(b"\n".to_vec()), (b"\n".to_vec(), 1));
        assert_eq!(cut(b"no end".to_vec()), (b"no end\n".to_vec(), 1));
    }

    /// A file that can't be read to its end.
    struct Broken(&'static [u8]);

    impl Read for Broken {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            match self.0.read(buffer)? {
                0 => Err(io::Error::other("broken")),
                read => Ok(read),
            }
        }
    }

    #[test]
    fn lines_before_an_error_are_returned_first() {
        let mut blocks = Blocks::new(Broken(b"one\ntwo\nthr"));
        let mut block = Vec::new();
        blocks.fill(&mut block).expect("lines");
        assert_eq!(block, b"one\ntwo\nthr\n");
        assert!(!blocks.is_done());
        block.clear();
        assert!(blocks.fill(&mut block).is_err());
        assert!(blocks.is_done());
        blocks.fill(&mut block).expect("the end");
        assert_eq!(block, b"");
    }

    #[test]
    fn only_long_lines_are_truncated() {
        let long = [b"first\n", &vec![b'x'; 5 * BLOCK_SIZE][..], b"\nlast"].concat();
        let cut_short = [b"first\n", &vec![b'x'; MAX_LINE_LEN][..], b"\nlast\n"].concat();
        assert!(cut(long.clone()).0 == cut_short);
        assert!(cut(long[..6 + 3 * BLOCK_SIZE].to_vec()).0 == cut_short[..7 + MAX_LINE_LEN]);
    }
}
