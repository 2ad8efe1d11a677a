//! A command line that can't be used, and how that is said: in three lines at most, what is wrong and
//! what to type instead.

use super::flags::Flags;
use super::habits::{self, Typed};
use crate::similar;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Arg, CommandFactory, Error};
use std::error::Error as _;
use std::ffi::OsString;

/// Where to read on.
const HELP: &str = "Try 'rnetstat --help' or 'man rnetstat'.";

/// The flags that need another.
const NEEDY: [&str; 4] = ["force", "yes", "dry-run", "wait"];

/// A command line that can't be used.
#[derive(Debug)]
pub struct Unusable {
    /// What to say about it: whole lines.
    pub text: String,
    /// Whether net-tools exits as for a failed listing, not as for a misuse.
    pub is_failure: bool,
}

/// Why a command line can't be used with the flags of a saved listing.
#[derive(Debug)]
pub enum UnusableWithSaved {
    /// One of the saved flags does not say which rows are listed: somebody has changed the file.
    Foreign(String),
    /// The saved flags alone can't be used.
    Saved(Unusable),
    /// The flags that are given do not go with the saved ones.
    Together(Unusable),
}

/// Why a command line can't be used.
#[derive(Debug)]
pub struct Refusal {
    /// What is wrong, as clap has it.
    pub error: Error,
    /// Whether net-tools exits as for a failed listing, not as for a misuse.
    pub is_failure: bool,
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Refusal {
        Refusal {
            error,
            is_failure: false,
        }
    }
}

impl Refusal {
    /// Returns what to say when called by net-tools' name: with the usage.
    pub fn into_netstats(self) -> Unusable {
        Unusable {
            text: self.error.format(&mut Flags::command()).to_string(),
            is_failure: self.is_failure,
        }
    }

    /// Returns what to say about these arguments, with the command that was probably meant, if
    /// `can_be_used` finds that one can be used.
    pub fn explained(
        self,
        arguments: &[OsString],
        can_be_used: impl Fn(&mut dyn Iterator<Item = String>) -> bool,
    ) -> Unusable {
        let texts: Option<Vec<&str>> = arguments.iter().map(|it| it.to_str()).collect();
        let typed = texts.and_then(Typed::read);
        let can_be_used = |typed: &Typed| can_be_used(&mut typed.arguments());
        let answer = typed
            .as_ref()
            .and_then(|typed| habits::answer(typed, &can_be_used));
        let text = match answer {
            Some(answer) => format!("error: {answer}\n"),
            None => self.text(typed.as_ref(), &can_be_used),
        };
        Unusable {
            text,
            is_failure: self.is_failure,
        }
    }

    /// Returns clap's error in our words.
    fn text(&self, typed: Option<&Typed>, can_be_used: &impl Fn(&Typed) -> bool) -> String {
        let flag = self.one(ContextKind::InvalidArg).unwrap_or_default();
        let value = self.one(ContextKind::InvalidValue).unwrap_or_default();
        let mut meant = None;
        let wrong = match self.error.kind() {
            _ if flag.is_empty() => self
                .error
                .to_string()
                .trim_start_matches("error: ")
                .to_owned(),
            ErrorKind::UnknownArgument => {
                meant = nearest_flag(&flag).map(|it| (flag.clone(), it));
                format!("there is no flag {flag}")
            }
            ErrorKind::InvalidValue if value.is_empty() => {
                let valid = self.all(ContextKind::ValidValue);
                match valid.is_empty() {
                    true => format!("{} needs a value: {flag}", name(&flag)),
                    false => format!("{flag} needs a value: {}", valid.join(", ")),
                }
            }
            ErrorKind::InvalidValue => {
                let valid = self.all(ContextKind::ValidValue);
                let near = similar::nearest(&value, valid.iter().map(String::as_str));
                meant = near.map(|it| (value.clone(), it.to_owned()));
                let valid = valid.join(", ");
                format!("invalid value '{value}' for '{flag}': {valid} are valid")
            }
            ErrorKind::ValueValidation => {
                let why = self.error.source().map(ToString::to_string);
                let why = why.unwrap_or_default();
                format!("invalid value '{value}' for '{flag}': {why}")
            }
            ErrorKind::TooManyValues => {
                format!("{} takes no value, such as '{value}'", name(&flag))
            }
            ErrorKind::ArgumentConflict => {
                let others = self.all(ContextKind::PriorArg);
                let others: Vec<&str> = others.iter().map(|it| name(it)).collect();
                format!("{} does not go with {}", name(&flag), others.join(" and "))
            }
            ErrorKind::MissingRequiredArgument => {
                let given = typed.and_then(|it| NEEDY.into_iter().find(|name| it.has_flag(name)));
                let needed = flag.trim_matches(['<', '>']).split('|').map(name);
                let needed = needed.collect::<Vec<_>>().join(" or ");
                match given {
                    Some(given) => format!("--{given} goes with {needed}"),
                    None => format!("{needed} is missing"),
                }
            }
            _ => self
                .error
                .to_string()
                .trim_start_matches("error: ")
                .to_owned(),
        };
        let wrong = wrong.trim_end();
        let meant = match (meant, typed) {
            (Some((from, to)), Some(typed)) => {
                let typed = typed.with(&from, &to);
                typed
                    .filter(can_be_used)
                    .map(|it| it.command())
                    .or(Some(to))
            }
            _ => None,
        };
        match meant {
            Some(meant) => format!("error: {wrong}\ndid you mean: {meant}\n{HELP}\n"),
            None if self.error.kind() == ErrorKind::UnknownArgument => {
                format!("error: {wrong}\n{HELP}\n")
            }
            None => format!("error: {wrong}\n"),
        }
    }

    fn one(&self, kind: ContextKind) -> Option<String> {
        self.all(kind).into_iter().next()
    }

    fn all(&self, kind: ContextKind) -> Vec<String> {
        match self.error.get(kind) {
            Some(ContextValue::String(text)) => vec![text.clone()],
            Some(ContextValue::Strings(texts)) => texts.clone(),
            _ => Vec::new(),
        }
    }
}

/// Returns the long flag that was probably meant.
fn nearest_flag(flag: &str) -> Option<String> {
    let typed = flag.strip_prefix("--")?;
    let command = Flags::command();
    let names = command.get_arguments().filter(|it| !it.is_hide_set());
    let near = similar::nearest(typed, names.filter_map(Arg::get_long))?;
    Some(format!("--{near}"))
}

/// Returns a flag without what it takes.
fn name(flag: &str) -> &str {
    flag.split([' ', '[', '=']).next().unwrap_or(flag)
}
