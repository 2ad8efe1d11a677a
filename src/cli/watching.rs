//! The flags that net-tools lacks, for listings that repeat.

use super::duration;
use crate::request::Repeat;
use clap::Args;
use std::time::Duration;

/// The interval if none is given.
pub const USUAL_INTERVAL: Duration = Duration::from_secs(1);

/// How often, and how much of each.
#[derive(Debug, Args)]
#[command(next_help_heading = "Repeating (each implies -c)")]
pub struct WatchFlags {
    /// Show only sockets that opened, closed or changed state
    #[arg(long)]
    pub changes: bool,
    /// Stop after TIME
    #[arg(long = "for", value_name = "TIME", value_parser = duration::parse, allow_hyphen_values = true)]
    pub time: Option<Duration>,
    /// Stop after N listings
    #[arg(long, value_name = "N", value_parser = times, allow_hyphen_values = true)]
    pub times: Option<u64>,
}

impl WatchFlags {
    /// Returns how the listing is repeated, or `None` if it is not. `is_continuous` says whether
    /// another flag asks for that; `interval` is the time between two listings, if given.
    pub fn repeat(&self, is_continuous: bool, interval: Option<Duration>) -> Option<Repeat> {
        let is_implied = self.changes || self.time.is_some() || self.times.is_some();
        let repeats = is_continuous || is_implied || interval.is_some();
        repeats.then(|| Repeat {
            interval: interval.unwrap_or(USUAL_INTERVAL),
            time: self.time,
            times: self.times,
        })
    }
}

fn times(text: &str) -> Result<u64, &'static str> {
    let times = text.parse().ok().filter(|times| *times > 0);
    times.ok_or("expected a number above 0")
}
