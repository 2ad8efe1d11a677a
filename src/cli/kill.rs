//! The flags that signal the owners of what is listed.

use super::words;
use crate::request::{Filter, Kill, OutputSpec, What};
use crate::signal::Signal;
use clap::Args;
use std::time::Duration;

/// What becomes of the owners.
#[derive(Debug, Args)]
#[command(next_help_heading = "Freeing a port")]
pub struct KillFlags {
    /// Signal the owners of the rows [default: TERM]
    #[arg(long, value_name = "SIGNAL", num_args = 0..=1, require_equals = true, default_missing_value = "TERM", value_parser = signal)]
    pub kill: Option<Signal>,
    /// Don't ask
    #[arg(long, requires = "kill")]
    pub yes: bool,
    /// Then wait so long for the sockets to go
    #[arg(long, value_name = "SECONDS", value_parser = words::seconds, allow_hyphen_values = true, requires = "kill")]
    pub wait: Option<Duration>,
    /// And KILL what still holds them then
    #[arg(long, requires = "wait")]
    pub force: bool,
    /// Say what would be done, and don't
    #[arg(long, requires = "kill")]
    pub dry_run: bool,
}

fn signal(text: &str) -> Result<Signal, String> {
    text.parse()
}

/// The rest of the request, as far as it decides whether any process can be signalled.
pub struct Listing<'a> {
    /// Which tables.
    pub what: &'a What,
    /// Which sockets of them.
    pub filter: &'a Filter,
    /// In which form.
    pub output: &'a OutputSpec,
    /// Whether it is repeated.
    pub repeats: bool,
    /// Whether another system is studied.
    pub elsewhere: bool,
}

impl KillFlags {
    /// Returns what to add to an error about a word that may have been meant as the signal.
    pub fn hint(&self, word: &str) -> &'static str {
        match self.kill.is_some() && signal(word).is_ok() {
            true => "; a signal stands behind a '=', as in --kill=HUP",
            false => "",
        }
    }

    /// Returns what is to be done to the owners, if anything.
    ///
    /// # Errors
    /// It can't be done with such a listing.
    pub fn kill(&self, listing: &Listing<'_>) -> Result<Option<Kill>, String> {
        let Some(signal) = self.kill else {
            return Ok(None);
        };
        if let Some(why) = listing.obstacle() {
            return Err(format!("'--kill' {why}"));
        }
        Ok(Some(Kill {
            signal,
            ask: !self.yes,
            wait: self.wait,
            force: self.force,
            dry_run: self.dry_run,
        }))
    }
}

impl Listing<'_> {
    /// Returns why no process may be signalled, or `None` if that is possible.
    fn obstacle(&self) -> Option<&'static str> {
        let is_of_sockets = match self.what {
            What::Sockets(it) => !it.lists_groups() && !it.lists_groups_among_sockets(),
            _ => false,
        };
        let OutputSpec {
            count_by,
            top,
            instead,
            ..
        } = self.output;
        Some(if !is_of_sockets {
            "goes with sockets, not with another listing"
        } else if self.elsewhere {
            "goes with the running system, not with --root"
        } else if self.repeats {
            "goes with one listing, not with -c or a number of seconds; a signal stands behind a \
             '=', as in --kill=9"
        } else if !count_by.is_empty() || top.is_some() || instead.is_some() {
            "needs to show every row whose owner it signals: it does not go with --count, \
             --count-by, --pids or --top"
        } else if !(self.filter.excludes_unix() || self.filter.needs_owners()) {
            "needs to be told whom: by a port, an address, a process, a container or another place \
             where it belongs, a user or a PID (a state or an inode alone is not enough)"
        } else if !self.filter.tells_whom() {
            "needs to be told whom: what is asked for lets everything through"
        } else {
            return None;
        })
    }
}
