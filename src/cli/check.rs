//! The flag that asks what is wrong.

use crate::check::ALL;
use crate::request::{Checks, Format};
use clap::Args;
use std::time::Duration;

/// The time between two looks if none is given: long enough for a rate, short enough to wait for.
const USUAL_INTERVAL: Duration = Duration::from_secs(2);

/// The word that asks for the list of checks.
const LIST: &str = "list";

/// What is wrong.
#[derive(Debug, Args)]
#[command(next_help_heading = "What is wrong")]
pub struct CheckFlags {
    /// Report problems: all checks, or these; list: the names
    #[arg(long, value_name = "LIST", value_delimiter = ',', num_args = 0..=1, default_missing_value = "all")]
    pub check: Vec<String>,
}

impl CheckFlags {
    /// Returns whether checks are asked for.
    pub fn is_given(&self) -> bool {
        !self.check.is_empty()
    }

    /// Returns the list of checks if that is asked for.
    pub fn list(&self) -> Option<String> {
        let is_wanted = self.check.iter().any(|name| name == LIST);
        let width = ALL.iter().map(|about| about.name.len()).max().unwrap_or(0);
        let line =
            |about: &crate::check::About| format!("{:width$}  {}\n", about.name, about.summary);
        is_wanted.then(|| ALL.iter().map(line).collect())
    }

    /// Returns which checks are asked for, with this time between two looks.
    ///
    /// # Errors
    /// One of them does not exist.
    pub fn checks(&self, interval: Option<Duration>, format: Format) -> Result<Checks, String> {
        let all = || ALL.iter().map(|about| about.name);
        let mut names = Vec::new();
        for name in self.check.iter().filter(|name| !name.is_empty()) {
            match all().find(|it| it == name) {
                Some(name) if names.contains(&name) => {}
                Some(name) => names.push(name),
                None if name == "all" => names = all().collect(),
                None => {
                    let known: Vec<_> = all().collect();
                    return Err(format!(
                        "unknown check '{name}'; the checks are {}",
                        known.join(", ")
                    ));
                }
            }
        }
        if names.is_empty() {
            names = all().collect();
        }
        Ok(Checks {
            names,
            interval: interval.unwrap_or(USUAL_INTERVAL),
            with_ok: matches!(format, Format::Json | Format::Jsonl | Format::Csv),
        })
    }
}
