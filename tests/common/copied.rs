//! The program as another user runs it.

use super::binary;
use super::owner::wait_until;
use std::fs;
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Command, Output};

/// A copy of the program in a place that other users can run it from: the folder, which goes with this.
pub struct Copied(pub PathBuf);

impl Copied {
    /// A copy for the test `name`.
    pub fn new(name: &str) -> Copied {
        let folder = format!("rnetstat-{name}-{}", std::process::id());
        let folder = std::env::temp_dir().join(folder);
        fs::create_dir_all(&folder).expect("made");
        let program = folder.join("rnetstat");
        fs::copy(binary(), &program).expect("copied");
        // A child of another test may have the file open for a moment, as a copy of this process.
        wait_until("program that runs", || {
            Command::new(&program).arg("--version").output().is_ok()
        });
        Copied(folder)
    }

    /// Runs it as a user whom nobody else is.
    pub fn run(&self, flags: &[&str]) -> Output {
        self.command(flags).output().expect("runs")
    }

    /// How that is done.
    pub fn command(&self, flags: &[&str]) -> Command {
        let mut command = Command::new(self.0.join("rnetstat"));
        command.args(flags).uid(54321).gid(54321).current_dir("/");
        command
    }
}

impl Drop for Copied {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}
