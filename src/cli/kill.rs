//! The flags that signal the owners of what is listed, or close it.

use super::clash::no_sockets;
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
    /// Ports of the expression on either side, which no other condition and no flag limits to one.
    pub either_ports: Option<&'a str>,
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
        self.flag().is_some()
    }

    /// Returns the flag that says what is to be done.
    pub fn flag(&self) -> Option<&'static str> {
        match (&self.kill, self.close) {
            (Some(_), _) => Some("--kill"),
            (None, true) => Some("--close"),
            (None, false) => None,
        }
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
        if let Some(refusal) = no_sockets(action.flag(), listing.what) {
            return Err(refusal);
        }
        if let Some(why) = listing.obstacle(&action) {
            return Err(format!("{} {why}", action.flag()));
        }
        match (&action, listing.either_ports) {
            // Who stops a server has its clients run on.
            (Action::Kill(_), Some(ports)) => Err(format!(
                "{ports} also fits the clients of that port: write --local-port, or sport = {ports}"
            )),
            _ => Ok(Some(action)),
        }
    }
}

impl Listing<'_> {
    /// Returns why nothing may be done with the sockets, or `None` if that is possible.
    fn obstacle(&self, action: &Action) -> Option<&'static str> {
        let OutputSpec {
            count_by,
            top,
            instead,
            ..
        } = self.output;
        Some(if self.elsewhere {
            "does not work with --root: remove one of them"
        } else if self.repeats {
            match action {
                Action::Kill(_) => {
                    "makes one listing: remove -c and the interval; a signal \
                     stands behind a '=', as in --kill=9"
                }
                Action::Close(_) => "makes one listing: remove -c and the interval",
            }
        } else if !count_by.is_empty() || top.is_some() || instead.is_some() {
            "needs to show every row that it acts on: remove --count, --count-by, --pids and \
             --top"
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
