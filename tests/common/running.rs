//! Child processes that end with the test, however it ends.

use std::io::{BufRead, BufReader, Lines};
use std::ops::{Deref, DerefMut};
use std::process::{Child, ChildStdout, Command, Output, Stdio};

/// A child process. It is killed and reaped when this is dropped.
pub struct Running(Option<Child>);

/// Starts child processes.
pub trait Start {
    /// Starts the program.
    fn start(&mut self) -> Running;
}

impl Start for Command {
    fn start(&mut self) -> Running {
        Running(Some(self.spawn().expect("starts")))
    }
}

impl Running {
    /// Waits for the end, and returns what was written to the pipes that are left.
    pub fn output(mut self) -> Output {
        let child = self.0.take().expect("a child until it is dropped");
        child.wait_with_output().expect("ends")
    }
}

impl Deref for Running {
    type Target = Child;

    fn deref(&self) -> &Child {
        self.0.as_ref().expect("a child until it is dropped")
    }
}

impl DerefMut for Running {
    fn deref_mut(&mut self) -> &mut Child {
        self.0.as_mut().expect("a child until it is dropped")
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if let Some(child) = &mut self.0 {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

/// A child process whose output is read line by line, as it comes.
pub struct Reading {
    _child: Running,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Reading {
    /// Starts the program.
    pub fn start(command: &mut Command) -> Reading {
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).start();
        let lines = BufReader::new(child.stdout.take().expect("its stdout")).lines();
        Reading {
            _child: child,
            lines,
        }
    }

    /// Returns the next line.
    pub fn line(&mut self) -> String {
        self.lines.next().expect("a line").expect("read")
    }
}
