//! What is done with the sockets that are listed.

use crate::signal::Signal;
use std::time::Duration;

/// What is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// The owners are signalled.
    Kill(Kill),
    /// The sockets are closed.
    Close(Close),
}

impl Action {
    /// Returns the flag that asks for it.
    pub fn flag(&self) -> &'static str {
        match self {
            Action::Kill(_) => "--kill",
            Action::Close(_) => "--close",
        }
    }

    /// Returns whether the user is asked.
    pub fn asks(&self) -> bool {
        let (ask, dry_run) = match self {
            Action::Kill(it) => (it.ask, it.dry_run),
            Action::Close(it) => (it.ask, it.dry_run),
        };
        ask && !dry_run
    }
}

/// The owners are signalled (`--kill`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kill {
    /// The signal.
    pub signal: Signal,
    /// Whether the user has to confirm on the terminal; without a terminal, nothing is signalled
    /// then.
    pub ask: bool,
    /// How long to wait for the sockets to close, or `None` for not at all.
    pub wait: Option<Duration>,
    /// Whether processes that hold a socket after that are killed.
    pub force: bool,
    /// Whether nothing is asked or signalled, and what would be done is reported.
    pub dry_run: bool,
}

/// The sockets are closed, and their owners live on (`--close`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Close {
    /// Whether the user has to confirm on the terminal; without a terminal, nothing is closed then.
    pub ask: bool,
    /// How long to wait for the sockets to leave the tables, or `None` for not at all.
    pub wait: Option<Duration>,
    /// Whether nothing is asked or closed, and what would be done is reported.
    pub dry_run: bool,
}
