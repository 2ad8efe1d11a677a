//! What is done to the owners of the sockets that are listed.

use crate::signal::Signal;
use std::time::Duration;

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
