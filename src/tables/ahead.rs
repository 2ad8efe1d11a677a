//! Parts of a file that a thread reads, or makes of what it reads, before they are asked for.
//!
//! The kernel makes a table's text while it is read: 0.25 s for 100,000 sockets. A thread keeps it
//! busy while the rows of the part before are written.

use std::io;
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::sync::{Arc, Mutex};
use std::thread;

/// Something that comes in parts.
pub trait Source: Send + 'static {
    /// Puts the next part into `part`, which is empty, or leaves it empty at the end.
    ///
    /// # Errors
    /// It can't go on; after that it has ended.
    fn fill(&mut self, part: &mut Vec<u8>) -> io::Result<()>;

    /// Whether there is nothing more to come, neither parts nor an error.
    fn is_done(&self) -> bool;
}

/// The parts of a source.
#[derive(Debug)]
pub struct Ahead<S> {
    /// The source, as long as no thread has it; none when all has been had.
    source: Option<S>,
    thread: Option<Thread>,
    /// How many parts a thread may be ahead; with 0 there is none.
    depth: usize,
}

/// The near end of a thread that reads ahead.
#[derive(Debug)]
struct Thread {
    /// What it has read; an empty part or an error is the last one.
    filled: Receiver<io::Result<Vec<u8>>>,
    /// Parts that it can fill again.
    emptied: Sender<Vec<u8>>,
}

impl<S: Source> Ahead<S> {
    /// The parts of `source`. Behind the first one, up to `depth` are read by a thread before they
    /// are asked for.
    pub fn new(source: S, depth: usize) -> Ahead<S> {
        Ahead {
            source: Some(source),
            thread: None,
            depth,
        }
    }

    /// Puts the next part into `part`, or nothing at the end.
    ///
    /// # Errors
    /// The source can't go on; after that it has ended.
    pub fn fill(&mut self, part: &mut Vec<u8>) -> io::Result<()> {
        if let Some(thread) = &self.thread {
            let next = thread.filled.recv();
            let next = next.unwrap_or_else(|_| Err(io::Error::other("its reader has died")));
            let emptied = std::mem::take(part);
            // A thread that has reached the end needs no part.
            let _ = thread.emptied.send(emptied);
            if next.as_ref().map_or(true, Vec::is_empty) {
                self.thread = None;
            }
            *part = next?;
            return Ok(());
        }
        part.clear();
        let Some(mut source) = self.source.take() else {
            return Ok(());
        };
        let filled = source.fill(part);
        match source.is_done() || self.depth == 0 {
            true => self.source = Some(source),
            false => self.start_thread(source),
        }
        filled
    }

    /// Whether there is nothing more to come, as far as that is known without a look.
    pub fn is_done(&self) -> bool {
        self.thread.is_none() && self.source.as_ref().is_none_or(S::is_done)
    }

    /// Lets a thread read on; where none can be started, the source stays here.
    fn start_thread(&mut self, source: S) {
        let (send_filled, filled) = sync_channel(self.depth);
        let (emptied, receive_emptied) = channel();
        let handed_over = Arc::new(Mutex::new(Some(source)));
        let taken = Arc::clone(&handed_over);
        let started = thread::Builder::new().spawn(move || {
            let source = taken.lock().ok().and_then(|mut source| source.take());
            if let Some(source) = source {
                read_on(source, &send_filled, &receive_emptied);
            }
        });
        match started {
            Ok(_) => self.thread = Some(Thread { filled, emptied }),
            Err(_) => self.source = handed_over.lock().ok().and_then(|mut source| source.take()),
        }
    }
}

/// Reads to the end, or until nobody wants the parts any more.
fn read_on(
    mut source: impl Source,
    filled: &SyncSender<io::Result<Vec<u8>>>,
    emptied: &Receiver<Vec<u8>>,
) {
    loop {
        let mut part = emptied.try_recv().unwrap_or_default();
        part.clear();
        let read = source.fill(&mut part).map(|()| part);
        let is_last = read.as_ref().map_or(true, Vec::is_empty);
        if filled.send(read).is_err() || is_last {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Counts down, and fails or dies at the end.
    struct Countdown {
        left: u8,
        end: End,
    }

    #[derive(Clone, Copy)]
    enum End {
        Quiet,
        Error,
        Death,
    }

    impl Source for Countdown {
        fn fill(&mut self, part: &mut Vec<u8>) -> io::Result<()> {
            assert!(part.is_empty());
            match (self.left, self.end) {
                (0, End::Quiet) => return Ok(()),
                (0, End::Error) => {
                    self.end = End::Quiet;
                    return Err(io::Error::other("broken"));
                }
                (0, End::Death) => panic!("dies, as the test means it to"),
                (left, _) => part.push(left),
            }
            self.left -= 1;
            Ok(())
        }

        fn is_done(&self) -> bool {
            self.left == 0 && matches!(self.end, End::Quiet)
        }
    }

    #[test]
    fn all_parts_come_in_order_and_a_bad_end_is_told_once() {
        for (depth, end, failure) in [
            (0, End::Quiet, None),
            (1, End::Quiet, None),
            (200, End::Quiet, None),
            (0, End::Error, Some("broken")),
            (3, End::Error, Some("broken")),
            (3, End::Death, Some("its reader has died")),
        ] {
            let mut parts = Ahead::new(Countdown { left: 100, end }, depth);
            let mut part = Vec::new();
            for expected in (1..=100).rev() {
                assert!(!parts.is_done());
                parts.fill(&mut part).expect("a part");
                assert_eq!(part, [expected]);
            }
            if let Some(failure) = failure {
                let error = parts.fill(&mut part).expect_err("a bad end");
                assert_eq!(error.to_string(), failure);
            }
            for _ in 0..2 {
                parts.fill(&mut part).expect("the end");
                assert!(part.is_empty());
                assert!(parts.is_done());
            }
        }
    }
}
