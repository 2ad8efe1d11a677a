//! Messages on stderr while the screen is on: they are collected, because they would spoil the
//! table.
//!
//! The descriptor itself leads to a pipe, also for the libraries that look up names; the progress
//! line sees no terminal, and stays away.

use crate::sanitize;
use nix::fcntl::OFlag;
use nix::unistd::{dup2_stderr, pipe2};
use std::fs::File;
use std::io::{self, Read, Write};

/// The most texts that are kept.
const MAX_TEXTS: usize = 50;

/// The collected messages.
#[derive(Debug)]
pub struct Said {
    pipe: File,
    /// Each text once, in the order of its first appearance.
    lines: Vec<String>,
    /// The number of texts that were not kept.
    left_out: u64,
}

impl Said {
    /// Redirects stderr to a pipe. What does not fit into it between two listings is lost, which is
    /// more than anybody would read.
    ///
    /// # Errors
    /// Those of the system.
    pub fn gather() -> io::Result<Said> {
        let (read, write) = pipe2(OFlag::O_CLOEXEC | OFlag::O_NONBLOCK)?;
        dup2_stderr(write)?;
        Ok(Said::from(File::from(read)))
    }

    /// Returns the last line since the previous call, and how many others came.
    pub fn last(&mut self) -> Option<String> {
        let mut bytes = Vec::new();
        // An empty pipe is an error.
        let _ = self.pipe.read_to_end(&mut bytes);
        let mut last = None;
        let mut others = 0;
        for line in bytes.split(|byte| *byte == b'\n') {
            if line.is_empty() {
                continue;
            }
            let line = sanitize::printable(line.to_vec());
            let line = String::from_utf8_lossy(&line).into_owned();
            if !self.lines.contains(&line) {
                match self.lines.len() < MAX_TEXTS {
                    true => self.lines.push(line.clone()),
                    false => self.left_out += 1,
                }
            }
            others += u64::from(last.replace(line).is_some());
        }
        match (last, others) {
            (last, 0) => last,
            (last, others) => last.map(|last| format!("{last} (and {others} more)")),
        }
    }

    /// Prints the messages on stderr, which has been restored.
    pub fn tell(mut self) {
        self.last();
        let mut text = self.lines.join("\n");
        if self.left_out > 0 {
            text.push_str(&format!("\nrnetstat: and {} more lines", self.left_out));
        }
        if !text.is_empty() {
            text.push('\n');
            let _ = io::stderr().lock().write_all(text.as_bytes());
        }
    }
}

impl From<File> for Said {
    fn from(pipe: File) -> Said {
        Said {
            pipe,
            lines: Vec::new(),
            left_out: 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_kept_once_and_the_last_is_shown() {
        let (read, write) = pipe2(OFlag::O_CLOEXEC | OFlag::O_NONBLOCK).expect("a pipe");
        let mut said = Said::from(File::from(read));
        let mut write = File::from(write);
        assert_eq!(said.last(), None);
        write.write_all(b"one\n").expect("written");
        assert_eq!(said.last().as_deref(), Some("one"));
        assert_eq!(said.last(), None);
        write.write_all(b"one\n\x1b[2Jtwo\n").expect("written");
        assert_eq!(said.last().as_deref(), Some("?[2Jtwo (and 1 more)"));
        assert_eq!(said.lines, ["one", "?[2Jtwo"]);
        for number in 0..100 {
            writeln!(write, "{number}").expect("written");
        }
        assert_eq!(said.last().as_deref(), Some("99 (and 99 more)"));
        assert_eq!((said.lines.len(), said.left_out), (MAX_TEXTS, 52));
    }
}
