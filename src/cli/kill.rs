//! The flags that signal the owners of what is listed, or close it.

use super::duration;
use crate::request::{Action, Close, Filter, Kill, OutputSpec, What};
use crate::signal::Signal;
use clap::Args;
use std::time::Duration;

/// The flags of which one at most says what is done.
const ACTION: &str = "action";

/// What becomes of the sockets and their owners.
#[derive(Debug, Args)]
#[command(next_help_heading = "Stopping processes and closing sockets")]
pub struct KillFlags {
    /// Send a signal to the owners [default: TERM]
    #[arg(long, value_name = "SIGNAL", num_args = 0..=1, require_equals = true, default_missing_value = "TERM", value_parser = signal, group = ACTION)]
    pub kill: Option<Signal>,
    /// Close the TCP and UDP sockets, but keep their owners
    #[arg(long, group = ACTION)]
    pub close: bool,
    /// Do not ask
    #[arg(long, requires = ACTION)]
    pub yes: bool,
    /// Then wait up to TIME for the sockets to go away
    #[arg(long, value_name = "TIME", value_parser = duration::parse, allow_hyphen_values = true, requires = ACTION)]
    pub wait: Option<Duration>,
    /// Then send KILL to processes that still have them
    #[arg(long, requires = "wait", conflicts_with = "close")]
    pub force: bool,
    /// Only say what would be done
    #[arg(long, requires = ACTION)]
    pub dry_run: bool,
}

fn signal(text: &str) -> Result<Signal, String> {
    text.parse()
}

/// The rest of the request, as far as it decides whether anything can be done.
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
            true => "; write a signal after '=', as in --kill=HUP",
            false => "",
        }
    }

    /// Returns whether anything is to be done.
    pub fn acts(&self) -> bool {
        self.kill.is_some() || self.close
    }

    /// Returns what is to be done with the sockets, if anything.
    ///
    /// # Errors
    /// It can't be done with such a listing.
    pub fn action(&self, listing: &Listing<'_>) -> Result<Option<Action>, String> {
        let &KillFlags {
            yes, wait, dry_run, ..
        } = self;
        let action = match self.kill {
            Some(signal) => Action::Kill(Kill {
                signal,
                ask: !yes,
                wait,
                force: self.force,
                dry_run,
            }),
            None if self.close => Action::Close(Close {
                ask: !yes,
                wait,
                dry_run,
            }),
            None => return Ok(None),
        };
        match listing.obstacle(&action) {
            Some(why) => Err(format!("{} {why}", action.flag())),
            None => Ok(Some(action)),
        }
    }
}

impl Listing<'_> {
    /// Returns why nothing may be done with the sockets, or `None` if that is possible.
    fn obstacle(&self, action: &Action) -> Option<&'static str> {
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
            match self.what {
                What::Routes(_) => "works with sockets, not with --route",
                What::Interfaces(_) => "works with sockets, not with --interfaces",
                What::Statistics(_) => "works with sockets, not with --statistics",
                What::Masquerade(_) => "works with sockets, not with --masquerade",
                What::Checks(_) => "works with sockets, not with --check",
                What::Sockets(_) => "works with sockets, not with --groups",
            }
        } else if self.elsewhere {
            "works with the running system, not with --root"
        } else if self.repeats {
            match action {
                Action::Kill(_) => {
                    "works with one listing: remove -c, the interval, --for, --times or --changes (or write a signal as in --kill=9)"
                }
                Action::Close(_) => {
                    "works with one listing: remove -c, the interval, --for, --times or --changes"
                }
            }
        } else if !count_by.is_empty() || top.is_some() || instead.is_some() {
            "must show every row that it acts on: remove --count, --count-by, --pids and --top"
        } else if !(self.filter.excludes_unix()
            || self.filter.needs_owners()
            || self.filter.tells_whom())
        {
            "needs a filter such as --local-port, --address, --process, --container, --user or \
             --pid (--state or --inode alone is not enough)"
        } else if !self.filter.tells_whom() {
            "needs a narrower filter: this one matches too many sockets"
        } else {
            return None;
        })
    }
}
