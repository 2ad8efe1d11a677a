//! The line that tells on a terminal how far the lookups are.

use std::io::{self, IsTerminal, Write};
use std::time::Duration;

/// How long a wait is that needs no line.
const SHORT: Duration = Duration::from_millis(500);

/// How often the line is written anew.
pub const TICK: Duration = Duration::from_millis(100);

/// A line on stderr that is there while rows are waited for; none where stderr is no terminal.
#[derive(Debug)]
pub struct Progress {
    /// How much has been waited since the last row.
    waited: Duration,
    /// After how much it is written next.
    next: Duration,
    /// How long the line is that is shown, in bytes.
    length: usize,
}

impl Progress {
    /// No line yet.
    pub fn new() -> Progress {
        Progress {
            waited: Duration::ZERO,
            next: SHORT,
            length: 0,
        }
    }

    /// Counts a wait, and shows how many questions have been answered if it has become long.
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

    /// Takes the line away, because rows come.
    pub fn wipe(&mut self) {
        if self.length > 0 {
            // In blanks, which every terminal understands.
            write(&format!("\r{:1$}\r", "", self.length));
        }
        *self = Progress::new();
    }
}

fn write(text: &str) {
    // Nobody has to see it.
    let _ = io::stderr().lock().write_all(text.as_bytes());
}
