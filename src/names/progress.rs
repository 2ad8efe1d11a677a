//! The progress of lookups, on a terminal.

use std::io::{self, IsTerminal, Write};
use std::time::Duration;

/// A wait up to this long shows no progress.
const DELAY: Duration = Duration::from_millis(500);

/// How often the line is updated.
pub const TICK: Duration = Duration::from_millis(100);

/// A line on stderr that is shown while rows wait for names, if stderr is a terminal.
#[derive(Debug)]
pub struct Progress {
    /// The time waited since the last row.
    waited: Duration,
    /// The value of `waited` at which the line is written next.
    next: Duration,
    /// The length of the line on the screen, in bytes; 0 if there is none.
    length: usize,
}

impl Progress {
    /// Creates a progress that shows nothing yet.
    pub fn new() -> Progress {
        Progress {
            waited: Duration::ZERO,
            next: DELAY,
            length: 0,
        }
    }

    /// Adds a wait, and shows how many queries are answered if rows have waited for long.
    pub fn wait(&mut self, waited: Duration, answered: u64, asked: u64) {
        self.waited += waited;
        if self.waited < self.next {
            return;
        }
        self.next = self.waited + TICK;
        if io::stderr().is_terminal() {
            let line = format!("\rrnetstat: {answered} of {asked} names");
            self.length = line.len() - 1;
            write(&line);
        }
    }

    /// Clears the line, so that rows can be written.
    pub fn clear(&mut self) {
        if self.length > 0 {
            // With blanks, because every terminal understands them.
            write(&format!("\r{:1$}\r", "", self.length));
        }
        *self = Progress::new();
    }
}

fn write(text: &str) {
    // The progress is not worth failing for.
    let _ = io::stderr().lock().write_all(text.as_bytes());
}
