//! What is to be done to the owners of the sockets that are listed.

use crate::signal::Signal;
use std::time::Duration;

/// Owners are to be signalled (`--kill`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kill {
    /// With this signal.
    pub signal: Signal,
    /// Only if whoever sits at the terminal says so; without a terminal, not at all.
    pub ask: bool,
    /// How long to wait for the sockets to go; none for not even to look.
    pub wait: Option<Duration>,
    /// Whether those that hold one then are killed.
    pub force: bool,
    /// Nobody is asked or signalled: only what would be done is told.
    pub dry_run: bool,
}
