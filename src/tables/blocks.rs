//! A table's file in blocks of whole lines.

use super::ahead::Source;
use memchr::{memchr, memrchr};
use std::io::{self, ErrorKind, Read};

/// How much is gathered in the first block, in bytes, one line more or less: little, so that the
/// first rows come soon and small tables need no more.
const FIRST_BLOCK: usize = 32 * 1024;
/// How much is gathered in each block behind it, in bytes.
const BLOCK: usize = 128 * 1024;
/// The kernel makes this much of a table's text at a time, in bytes; to ask for less of it costs a
/// read more.
const PAGE: usize = 4096;

/// How much is kept of a line that is longer than a whole block, in bytes. The kernel's own lines
/// stay under 300 bytes.
const LONGEST_LINE: usize = 16 * 1024;

/// A file, cut into blocks, each of whole lines with their ends.
#[derive(Debug)]
pub struct Blocks<F> {
    file: F,
    /// About how large the next block is to be, in bytes.
    size: usize,
    /// The start of a line whose end has not been read yet.
    rest: Vec<u8>,
    ended: bool,
    /// Why the file has ended too early; told behind the lines that could be read.
    failure: Option<io::Error>,
}

impl<F: Read + Send + 'static> Source for Blocks<F> {
    fn fill(&mut self, block: &mut Vec<u8>) -> io::Result<()> {
        let size = std::mem::replace(&mut self.size, BLOCK);
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
    /// The blocks of `file`.
    pub fn new(file: F) -> Blocks<F> {
        Blocks {
            file,
            size: FIRST_BLOCK,
            rest: Vec::new(),
            ended: false,
            failure: None,
        }
    }

    /// Reads until less than a page is left of `size`, or the file ends.
    fn read_block(&mut self, block: &mut Vec<u8>, size: usize) {
        let mut filled = block.len();
        block.resize(size.max(filled + PAGE), 0);
        while filled + PAGE <= block.len() && !self.ended {
            filled += self.read(&mut block[filled..]);
        }
        block.truncate(filled);
    }

    /// Cuts the line that `block` is the start of, and passes over the rest of it.
    fn cut_long_line(&mut self, block: &mut Vec<u8>) {
        block.truncate(LONGEST_LINE);
        let mut dropped = vec![0; BLOCK];
        while !self.ended {
            let read = self.read(&mut dropped);
            if let Some(end) = memchr(b'\n', &dropped[..read]) {
                return block.extend_from_slice(&dropped[end..read]);
            }
        }
    }

    /// Reads once; nothing more comes after the end or an error.
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

    /// What these bytes are cut into, as one text, and how many blocks it was.
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

    /// A file that breaks off.
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
    fn what_could_be_read_comes_before_the_error() {
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
    fn a_long_line_is_cut_and_those_around_it_are_whole() {
        let long = [b"first\n", &vec![b'x'; 5 * BLOCK][..], b"\nlast"].concat();
        let cut_short = [b"first\n", &vec![b'x'; LONGEST_LINE][..], b"\nlast\n"].concat();
        assert!(cut(long.clone()).0 == cut_short);
        assert!(cut(long[..6 + 3 * BLOCK].to_vec()).0 == cut_short[..7 + LONGEST_LINE]);
    }
}
