//! What counters have risen by since the previous listing, per second, as rows of their own: `--delta` in
//! every format but net-tools' layout of interfaces, which `classic` has.
//!
//! A sink here takes the rows of a walk, compares each with the one that the previous listing had, and hands
//! on what comes of it.

pub mod counters;
pub mod interfaces;

use std::time::Duration;

/// What listings with rates leave for the next one.
#[derive(Debug, Default)]
pub struct Past {
    /// The counters of interfaces.
    pub interfaces: interfaces::Past,
    /// The protocols' counters.
    pub counters: counters::Past,
}

/// By how much a counter has risen, and in which time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rise {
    /// How much it has grown, or `None` if that is not known: it was not there before, or has fallen.
    pub change: Option<u64>,
    /// The time.
    pub elapsed: Duration,
}
