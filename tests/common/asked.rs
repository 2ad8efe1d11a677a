//! rnetstat's question before it does something.

use super::owner::PORT;
use super::running::{Running, Start};
use super::{binary, stdout};
use std::fs::File;
use std::io::{Read, Write};
use std::process::{Command, Stdio};

/// rnetstat on a terminal, its rows on a pipe.
pub struct Asked {
    /// rnetstat.
    pub child: Running,
    terminal: File,
    said: Vec<u8>,
}

impl Asked {
    /// Starts it on [`PORT`] with more flags, and waits for its question. Some keys are typed before.
    pub fn start(flags: &[&str], typed_before: &str) -> Asked {
        let terminal = nix::pty::openpty(None, None).expect("a terminal");
        let mut master = File::from(terminal.master);
        master.write_all(typed_before.as_bytes()).expect("typed");
        let child = Command::new(binary())
            .args(["-n", PORT])
            .args(flags)
            .stdin(terminal.slave.try_clone().expect("copied"))
            .stdout(Stdio::piped())
            .stderr(terminal.slave)
            .start();
        let mut asked = Asked {
            child,
            terminal: master,
            said: Vec::new(),
        };
        while !asked.said.ends_with(b"? [y/N] ") {
            let mut byte = [0];
            asked.terminal.read_exact(&mut byte).expect("a question");
            asked.said.push(byte[0]);
        }
        asked
    }

    /// Types an answer, and waits for the end: status, rows, and what was said, without carriage
    /// returns.
    pub fn answer(mut self, answer: &str) -> (Option<i32>, String, String) {
        self.terminal.write_all(answer.as_bytes()).expect("typed");
        // Reading a terminal that nobody has open any more is an error.
        let _ = self.terminal.read_to_end(&mut self.said);
        let output = self.child.output();
        let said = String::from_utf8_lossy(&self.said).replace('\r', "");
        (output.status.code(), stdout(&output), said)
    }
}
