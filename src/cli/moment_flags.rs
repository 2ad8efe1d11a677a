//! `--save` and `--since`: two moments.

use clap::Args;
use std::path::PathBuf;

/// Two moments.
#[derive(Debug, Args)]
#[command(next_help_heading = "Two moments")]
pub struct MomentFlags {
    /// Save the listing to FILE, for --since
    #[arg(long, value_name = "FILE", conflicts_with = "since")]
    pub save: Option<PathBuf>,
    /// Show what has changed since the listing in FILE
    #[arg(long, value_name = "FILE")]
    pub since: Option<PathBuf>,
}

impl MomentFlags {
    /// Returns whether there is another moment.
    pub fn is_given(&self) -> bool {
        self.save.is_some() || self.since.is_some()
    }
}
