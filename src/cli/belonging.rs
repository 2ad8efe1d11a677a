//! The flags that choose rows by where their owners belong.

use super::condition::{Condition, all_but};
use super::help_texts::ROWS;
use crate::request::{Filter, Test};
use clap::Args;
use glob::Pattern;

/// Where owners belong. The heading is that of the other flags that choose rows.
#[derive(Debug, Args)]
#[command(next_help_heading = ROWS)]
pub struct BelongingFlags {
    /// Owner by container: name or ID; !web: all others
    #[arg(long, value_name = "GLOB", allow_hyphen_values = true, value_parser = glob)]
    pub container: Vec<Condition<Pattern>>,
    /// Owner by systemd unit: nginx, 'foo@*'
    #[arg(long, value_name = "GLOB", allow_hyphen_values = true, value_parser = glob)]
    pub unit: Vec<Condition<Pattern>>,
    /// Owner by Kubernetes pod: name or UID
    #[arg(long, value_name = "GLOB", allow_hyphen_values = true, value_parser = glob)]
    pub pod: Vec<Condition<Pattern>>,
    /// Owner by control group: /user.slice/
    #[arg(long, value_name = "PREFIX", allow_hyphen_values = true, value_parser = path)]
    pub cgroup: Vec<Condition<String>>,
}

impl BelongingFlags {
    /// Returns the conditions that the flags ask for.
    pub fn filter(&self) -> Filter {
        Filter::all([
            all_but(&self.container, |it| Test::Container(it.clone()).into()),
            all_but(&self.unit, |it| Test::Unit(it.clone()).into()),
            all_but(&self.pod, |it| Test::Pod(it.clone()).into()),
            all_but(&self.cgroup, |it| Test::OwnerCgroup(it.clone()).into()),
        ])
    }
}

/// Parses a glob, with `!` in front if it is unwanted.
///
/// # Errors
/// It is none.
pub fn glob(text: &str) -> Result<Condition<Pattern>, String> {
    Condition::read(text, |text| match text.is_empty() {
        true => Err("expected a name, with or without wildcards (* and ?)".to_owned()),
        false => Pattern::new(text).map_err(|error| error.to_string()),
    })
}

/// Parses the start of a path, whose `/` may be missing.
fn path(text: &str) -> Result<Condition<String>, String> {
    Condition::read(text, |text| match text.as_bytes().first() {
        None => Err("expected the start of a path, such as /system.slice/".to_owned()),
        Some(b'/') => Ok(text.to_owned()),
        Some(_) => Ok(format!("/{text}")),
    })
}
