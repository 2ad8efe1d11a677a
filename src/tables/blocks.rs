//! A table's file in blocks of whole lines, read ahead on a thread of its own where it is large.
//!
//! The kernel makes a table's text while it is read: 0.25 s for 100,000 sockets. A thread keeps it
//! busy while the rows of the block before are written.

use memchr::{memchr, memrchr};
use std::fs::File;
use std::io::{self, ErrorKind, Read};
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::sync::{Arc, Mutex};
use std::thread;

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

/// A file, cut into blocks.
#[derive(Debug)]
struct Cutter<F> {
    file: F,
    /// The start of a line whose end has not been read yet.
    rest: Vec<u8>,
    ended: bool,
    /// Why the file has ended too early; told behind the lines that could be read.
    failure: Option<io::Error>,
}

impl<F: Read> Cutter<F> {
    fn new(file: F) -> Cutter<F> {
        Cutter {
            file,
            rest: Vec::new(),
            ended: false,
            failure: None,
        }
    }

    /// Fills `block` with about `size` bytes of whole lines, each with its end; leaves it empty at
    /// the end of the file.
    fn fill(&mut self, block: &mut Vec<u8>, size: usize) -> io::Result<()> {
        block.clear();
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

    /// Whether there is nothing more to come, neither lines nor an error.
    fn is_done(&self) -> bool {
        self.ended && self.failure.is_none()
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

/// The blocks of one file.
#[derive(Debug)]
pub struct Blocks {
    /// The file, as long as no thread has it.
    cutter: Option<Cutter<File>>,
    thread: Option<Thread>,
    /// How many blocks a thread may be ahead; with 0 there is none.
    ahead: usize,
}

/// The near end of a thread that reads ahead.
#[derive(Debug)]
struct Thread {
    /// What it has read; nothing more comes once it has reached the end.
    filled: Receiver<io::Result<Vec<u8>>>,
    /// Blocks that it can fill again.
    emptied: Sender<Vec<u8>>,
}

impl Blocks {
    /// The blocks of `file`. Behind the first one, up to `ahead` are read by a thread before they
    /// are asked for.
    pub fn new(file: File, ahead: usize) -> Blocks {
        Blocks {
            cutter: Some(Cutter::new(file)),
            thread: None,
            ahead,
        }
    }

    /// Puts the next lines into `block`, each with its end, or nothing at the end of the file.
    ///
    /// # Errors
    /// The file can't be read on; after that it has ended.
    pub fn fill(&mut self, block: &mut Vec<u8>) -> io::Result<()> {
        if let Some(thread) = &self.thread {
            let next = thread.filled.recv().unwrap_or_else(|_| Ok(Vec::new()));
            let emptied = std::mem::take(block);
            // A thread that has reached the end needs no block.
            let _ = thread.emptied.send(emptied);
            *block = next?;
            return Ok(());
        }
        block.clear();
        let Some(mut cutter) = self.cutter.take() else {
            return Ok(());
        };
        cutter.fill(block, FIRST_BLOCK)?;
        match cutter.is_done() || self.ahead == 0 {
            true => self.cutter = Some(cutter),
            false => self.start_thread(cutter),
        }
        Ok(())
    }

    /// Lets a thread read on; where none can be started, the file stays here.
    fn start_thread(&mut self, cutter: Cutter<File>) {
        let (send_filled, filled) = sync_channel(self.ahead);
        let (emptied, receive_emptied) = channel();
        let handed_over = Arc::new(Mutex::new(Some(cutter)));
        let taken = Arc::clone(&handed_over);
        let started = thread::Builder::new().spawn(move || {
            let cutter = taken.lock().ok().and_then(|mut cutter| cutter.take());
            if let Some(cutter) = cutter {
                read_on(cutter, &send_filled, &receive_emptied);
            }
        });
        match started {
            Ok(_) => self.thread = Some(Thread { filled, emptied }),
            Err(_) => self.cutter = handed_over.lock().ok().and_then(|mut cutter| cutter.take()),
        }
    }
}

/// Reads to the end of the file, or until nobody wants its blocks any more.
fn read_on(
    mut cutter: Cutter<File>,
    filled: &SyncSender<io::Result<Vec<u8>>>,
    emptied: &Receiver<Vec<u8>>,
) {
    while !cutter.is_done() {
        let mut block = emptied.try_recv().unwrap_or_default();
        let read = cutter.fill(&mut block, BLOCK);
        let failed = read.is_err();
        if filled.send(read.map(|()| block)).is_err() || failed {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    /// What a file of these bytes is cut into, as one text, and how many blocks it was.
    fn cut(bytes: &[u8], ahead: usize) -> (Vec<u8>, usize) {
        let name = format!(
            "rnetstat-blocks-{}-{ahead}-{}",
            std::process::id(),
            bytes.len()
        );
        let path = std::env::temp_dir().join(name);
        let mut file = File::create(&path).expect("a temporary file");
        file.write_all(bytes).expect("written");
        let mut blocks = Blocks::new(File::open(&path).expect("opened"), ahead);
        std::fs::remove_file(&path).expect("removed");
        let (mut text, mut count, mut block) = (Vec::new(), 0, Vec::new());
        loop {
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
    fn a_file_is_the_same_whoever_reads_it() {
        let row = |number: usize| format!("{number} {}\n", "x".repeat(number % 300));
        let text: String = (0..3000).map(row).collect();
        for ahead in [0, 1, 7] {
            let (read, count) = cut(text.as_bytes(), ahead);
            assert!(read == text.as_bytes());
            assert!(count > 3, "{count}");
        }
        assert_eq!(cut(b"", 4), (Vec::new(), 0));
        assert_eq!(cut(b"\n", 4), (b"\n".to_vec(), 1));
        assert_eq!(cut(b"no end", 4), (b"no end\n".to_vec(), 1));
    }

    /// A file that breaks off.
    struct Broken<'a>(&'a [u8]);

    impl Read for Broken<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            match self.0.read(buffer)? {
                0 => Err(io::Error::other("broken")),
                read => Ok(read),
            }
        }
    }

    #[test]
    fn what_could_be_read_comes_before_the_error() {
        let mut cutter = Cutter::new(Broken(b"one\ntwo\nthr"));
        let mut block = Vec::new();
        cutter.fill(&mut block, FIRST_BLOCK).expect("lines");
        assert_eq!(block, b"one\ntwo\nthr\n");
        assert!(!cutter.is_done());
        assert!(cutter.fill(&mut block, BLOCK).is_err());
        assert!(cutter.is_done());
        cutter.fill(&mut block, BLOCK).expect("the end");
        assert_eq!(block, b"");
    }

    #[test]
    fn a_long_line_is_cut_and_those_around_it_are_whole() {
        let long = [b"first\n", &vec![b'x'; 5 * BLOCK][..], b"\nlast"].concat();
        let cut_short = [b"first\n", &vec![b'x'; LONGEST_LINE][..], b"\nlast\n"].concat();
        for ahead in [0, 2] {
            assert!(cut(&long, ahead).0 == cut_short);
            assert!(cut(&long[..6 + 3 * BLOCK], ahead).0 == cut_short[..7 + LONGEST_LINE]);
        }
    }
}
