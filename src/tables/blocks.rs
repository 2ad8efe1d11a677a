//! Reads a table's file in blocks of whole lines.

use super::ahead::Source;
use memchr::{memchr, memrchr};
use nix::unistd::{SysconfVar, sysconf};
use std::io::{self, ErrorKind, Read};

/// The approximate size of the first block, in bytes. It is small, for the first rows to be printed
/// soon and for small tables to need little memory.
const FIRST_BLOCK_SIZE: usize = 32 * 1024;
/// The approximate size of every other block, in bytes.
const BLOCK_SIZE: usize = 128 * 1024;
/// The amount of text that the kernel generates at a time where its pages are as small as most are, in
/// bytes. Smaller reads take more system calls.
const PAGE_SIZE: usize = 4096;
/// The size of the first reads of a file that is read row by row, in bytes: one or two rows.
const FIRST_READ_SIZE: usize = 256;
/// The number of reads of one size before the next are twice as large.
const READS_OF_A_SIZE: u32 = 16;

/// The length to which a line longer than a block is truncated, in bytes. The kernel's own lines are
/// shorter than 300 bytes.
const MAX_LINE_LEN: usize = 16 * 1024;

/// How a file is read.
#[derive(Debug, Clone, Copy, Default)]
pub struct Manner {
    /// A read of up to this many bytes that is less than was asked for shows that the file has ended.
    /// 0 if only a read of 0 bytes does.
    pub last_read: usize,
    /// Whether the first reads are of a few rows, because not many may be wanted: the kernel searches
    /// on for as many as it is asked for.
    pub by_row: bool,
}

impl Manner {
    /// Returns how to read a file of the kernel's whose rows have at most `longest` bytes.
    ///
    /// The kernel fills a page with whole rows for each read, and returns less than it is asked for if
    /// the next row has no room in the page, or if there is none (fs/seq_file.c, `seq_read_iter`). So
    /// a read that leaves room for any row is the last one, and the read that would return 0 is spared:
    /// in a table of TCP it searches all of a large hash table again.
    pub fn of_kernels(longest: usize, by_row: bool) -> Manner {
        Manner {
            last_read: page_size().saturating_sub(longest),
            by_row,
        }
    }
}

/// Returns the size of the kernel's pages, in bytes.
fn page_size() -> usize {
    let size = sysconf(SysconfVar::PAGE_SIZE).ok().flatten();
    size.and_then(|size| size.try_into().ok()).unwrap_or(0)
}

/// A file in blocks of whole lines, including their line feeds.
#[derive(Debug)]
pub struct Blocks<F> {
    file: F,
    manner: Manner,
    /// The size of the next read while they are small, and the number of reads of that size.
    small: (usize, u32),
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
                None if block.len() < MAX_LINE_LEN => {}
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
    pub fn new(file: F, manner: Manner) -> Blocks<F> {
        let first = match manner.by_row {
            true => FIRST_READ_SIZE,
            false => PAGE_SIZE,
        };
        Blocks {
            file,
            manner,
            small: (first, 0),
            size: FIRST_BLOCK_SIZE,
            rest: Vec::new(),
            ended: false,
            failure: None,
        }
    }

    /// Reads until less than a page is left of `size`, or the end of the file; but only once while reads
    /// are small.
    fn read_block(&mut self, block: &mut Vec<u8>, size: usize) {
        let mut filled = block.len();
        if let Some(size) = self.next_small_size() {
            block.resize(filled + size, 0);
            filled += self.read(&mut block[filled..]);
            return block.truncate(filled);
        }
        block.resize(size.max(filled + PAGE_SIZE), 0);
        while filled + PAGE_SIZE <= block.len() && !self.ended {
            filled += self.read(&mut block[filled..]);
        }
        block.truncate(filled);
    }

    /// Returns the size of the next read, or `None` if it is not small.
    fn next_small_size(&mut self) -> Option<usize> {
        let (size, reads) = self.small;
        if size >= PAGE_SIZE {
            return None;
        }
        self.small = match reads + 1 {
            READS_OF_A_SIZE => (size * 2, 0),
            reads => (size, reads),
        };
        Some(size)
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
                Ok(read) if read > 0 => {
                    self.ended = read < buffer.len() && read <= self.manner.last_read;
                    return read;
                }
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
        cut_in(Manner::default(), io::Cursor::new(bytes))
    }

    fn cut_in(manner: Manner, file: impl Read + Send + 'static) -> (Vec<u8>, usize) {
        let mut blocks = Blocks::new(file, manner);
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
        let mut blocks = Blocks::new(Broken(b"one\ntwo\nthr"), Manner::default());
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

    /// A file of the kernel's, with rows of 100 bytes: one page for each read. It must not be read
    /// behind its end.
    struct Paged {
        rows: usize,
        left_of_row: Vec<u8>,
        has_ended: bool,
    }

    impl Read for Paged {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            assert!(!self.has_ended, "one read too many");
            let mut page = std::mem::take(&mut self.left_of_row);
            while self.rows > 0 && page.len() < buffer.len() && page.len() + 100 <= PAGE_SIZE {
                page.extend_from_slice(&[&[b'x'; 99][..], b"\n"].concat());
                self.rows -= 1;
            }
            let read = page.len().min(buffer.len());
            buffer[..read].copy_from_slice(&page[..read]);
            self.left_of_row = page.split_off(read);
            self.has_ended = self.rows == 0 && read < buffer.len() && read <= PAGE_SIZE - 512;
            Ok(read)
        }
    }

    #[test]
    fn a_file_of_the_kernels_is_not_read_behind_its_end() {
        for rows in (0..90).chain([399, 400, 401, 5000]) {
            for by_row in [false, true] {
                let file = Paged {
                    rows,
                    left_of_row: Vec::new(),
                    has_ended: false,
                };
                let manner = Manner {
                    last_read: PAGE_SIZE - 512,
                    by_row,
                };
                let (text, _) = cut_in(manner, file);
                assert_eq!(text.len(), rows * 100, "{by_row}");
            }
        }
    }

    #[test]
    fn a_file_is_read_by_row_at_first_only() {
        let manner = Manner {
            by_row: true,
            ..Manner::default()
        };
        let text: Vec<u8> = (0..12000)
            .flat_map(|it| format!("row {it}\n").into_bytes())
            .collect();
        let (read, count) = cut_in(manner, io::Cursor::new(text.clone()));
        assert!(read == text);
        assert!((64..70).contains(&count), "{count}");
        let long = vec![b'x'; 3 * MAX_LINE_LEN];
        let (read, _) = cut_in(manner, io::Cursor::new(long));
        assert_eq!(read.len(), MAX_LINE_LEN + 1);
    }

    #[test]
    fn only_long_lines_are_truncated() {
        let long = [b"first\n", &vec![b'x'; 5 * BLOCK_SIZE][..], b"\nlast"].concat();
        let cut_short = [b"first\n", &vec![b'x'; MAX_LINE_LEN][..], b"\nlast\n"].concat();
        assert!(cut(long.clone()).0 == cut_short);
        assert!(cut(long[..6 + 3 * BLOCK_SIZE].to_vec()).0 == cut_short[..7 + MAX_LINE_LEN]);
    }
}
