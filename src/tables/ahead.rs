//! Reads parts of a file ahead of their consumer, in a thread.
//!
//! The kernel generates a table's text while it is read, which takes 0.25 s for 100,000 sockets. The
//! thread reads while the rows of the previous part are printed.

use std::io;
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::sync::{Arc, Mutex};
use std::thread;

/// A producer of parts.
pub trait Source: Send + 'static {
    /// Writes the next part to `part`, which is empty, or leaves it empty at the end.
    ///
    /// # Errors
    /// Fails if nothing more can be read. The source has ended after that.
    fn fill(&mut self, part: &mut Vec<u8>) -> io::Result<()>;

    /// Returns whether neither parts nor an error will follow.
    fn is_done(&self) -> bool;
}

/// A source that may be read ahead.
#[derive(Debug)]
pub struct Ahead<S> {
    /// The source, or `None` once a thread has taken it.
    source: Option<S>,
    thread: Option<Thread>,
    /// The number of parts that the thread may be ahead. 0 for no thread.
    depth: usize,
}

/// The consumer's side of the thread.
#[derive(Debug)]
struct Thread {
    /// The parts that the thread has read. An empty part or an error is the last.
    filled: Receiver<io::Result<Vec<u8>>>,
    /// Consumed parts, for reuse.
    emptied: Sender<Vec<u8>>,
}

impl<S: Source> Ahead<S> {
    /// Creates a reader of `source`. After the first part, a thread reads up to `depth` parts ahead.
    pub fn new(source: S, depth: usize) -> Ahead<S> {
        Ahead {
            source: Some(source),
            thread: None,
            depth,
        }
    }

    /// Starts the thread before the first part is wanted.
    pub fn start(&mut self) {
        if self.depth > 0
            && let Some(source) = self.source.take()
        {
            self.start_thread(source);
        }
    }

    /// Writes the next part to `part`, or leaves it empty at the end.
    ///
    /// # Errors
    /// Fails if nothing more can be read. The source has ended after that.
    pub fn fill(&mut self, part: &mut Vec<u8>) -> io::Result<()> {
        if let Some(thread) = &self.thread {
            let next = thread.filled.recv();
            let next = next.unwrap_or_else(|_| Err(io::Error::other("its reader has ended")));
            let emptied = std::mem::take(part);
            // Fails if the thread has reached the end, which needs no more parts.
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

    /// Returns whether the end is known to be reached, without reading any further.
    pub fn is_done(&self) -> bool {
        self.thread.is_none() && self.source.as_ref().is_none_or(S::is_done)
    }

    /// Hands the source to a thread. Keeps it if the thread can't be started.
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

/// Reads until the end, or until the consumer is dropped.
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

    /// Counts down, and ends as configured.
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
                (0, End::Death) => panic!("as the test intends"),
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
    fn parts_are_in_order_and_an_error_is_returned_once() {
        for (depth, end, failure) in [
            (0, End::Quiet, None),
            (1, End::Quiet, None),
            (200, End::Quiet, None),
            (0, End::Error, Some("broken")),
            (3, End::Error, Some("broken")),
            (3, End::Death, Some("its reader has ended")),
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
