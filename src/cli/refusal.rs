//! A command line that can't be used, and how that is said: in three lines at most, what is wrong and
//! what to type instead.

use super::filter_flags::MEANT;
use super::flags::Flags;
use super::habits::{self, Typed};
use super::manual::examples;
use crate::similar;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Arg, CommandFactory, Error};
use std::error::Error as _;
use std::ffi::OsString;

/// What every message begins with.
const PREFIX: &str = "rnetstat: ";

/// Where to read on.
const HELP: &str = "Try 'rnetstat --help' or 'man rnetstat'.\n";

/// The flags that need another.
const NEEDY: [&str; 4] = ["force", "yes", "dry-run", "wait"];

/// Flags that need others, by names that are near to no flag or to a wrong one.
const OTHER_NAMES: [(&str, &str); 3] = [("stop", "kill"), ("terminate", "kill"), ("drop", "close")];

/// A command line that can't be used.
#[derive(Debug)]
pub struct Unusable {
    /// What to say about it: whole lines.
    pub text: String,
    /// Whether net-tools exits as for a failed listing, not as for a misuse.
    pub is_failure: bool,
}

/// What is wrong.
struct Wrong {
    what: String,
    /// What was typed, and what was probably meant.
    meant: Option<(String, String)>,
}

impl From<String> for Wrong {
    fn from(what: String) -> Wrong {
        Wrong { what, meant: None }
    }
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
            Some(answer) => format!("{PREFIX}{}\ntry: {}\n", answer.says, answer.command),
            None => self.text(typed.as_ref(), &can_be_used),
        };
        Unusable {
            text,
            is_failure: self.is_failure,
        }
    }

    /// Returns clap's error in our words.
    fn text(&self, typed: Option<&Typed>, can_be_used: &impl Fn(&Typed) -> bool) -> String {
        let Wrong { what, meant } = self.wrong(typed);
        let what = what.trim_end();
        let is_unknown = self.error.kind() == ErrorKind::UnknownArgument;
        let help = match is_unknown || meant.is_some() {
            true => HELP,
            false => "",
        };
        let command = |from: &str, to: &str| {
            let typed = typed?.with(from, to)?;
            can_be_used(&typed).then(|| typed.command())
        };
        match meant {
            Some((from, to)) => match command(&from, &to) {
                Some(command) => format!("{PREFIX}{what}\ntry: {command}\n{help}"),
                None => format!("{PREFIX}{what}\ndid you mean {to}?\n{help}"),
            },
            None => format!("{PREFIX}{what}\n{help}"),
        }
    }

    /// Returns what is wrong with what was `typed`.
    fn wrong(&self, typed: Option<&Typed>) -> Wrong {
        let flag = self.one(ContextKind::InvalidArg).unwrap_or_default();
        let flag = match flag.strip_prefix("--protocol ") {
            Some(value) if typed.is_some_and(|it| !it.has_flag("protocol")) => {
                format!("-A {value}")
            }
            _ => flag,
        };
        let value = self.one(ContextKind::InvalidValue).unwrap_or_default();
        let clap = || {
            let text = self.error.to_string();
            Wrong::from(text.trim_start_matches("error: ").to_owned())
        };
        if flag.is_empty() {
            return clap();
        }
        let valid = self.all(ContextKind::ValidValue);
        match self.error.kind() {
            ErrorKind::UnknownArgument => Wrong {
                what: format!("unknown flag {flag}"),
                meant: nearest_flag(&flag).map(|it| (flag, it)),
            },
            ErrorKind::InvalidValue if value.is_empty() => {
                let name = name(&flag);
                let long = match name {
                    "-A" => "protocol",
                    name => name.trim_start_matches('-'),
                };
                let values = || format!("{name} needs a value: {}", valid.join(", "));
                Wrong::from(match examples::of_flag(long) {
                    Some(example) if valid.is_empty() => {
                        let example = example.replace("--protocol", name);
                        format!("{name} needs a value, as in: {example}")
                    }
                    Some(_) if !valid.is_empty() => values(),
                    _ => format!("{name} needs a value: {flag}"),
                })
            }
            ErrorKind::InvalidValue => {
                let near = similar::nearest(
                    &value.to_ascii_lowercase(),
                    valid.iter().map(String::as_str),
                );
                let meant = near.map(str::to_owned);
                let valid = valid.join(", ");
                Wrong {
                    what: format!("invalid value '{value}' for '{flag}': expected {valid}"),
                    meant: meant.map(|it| (value, it)),
                }
            }
            ErrorKind::ValueValidation => {
                let why = self.error.source().map(ToString::to_string);
                let why = why.unwrap_or_default();
                let meant = why.strip_prefix(MEANT).and_then(|it| it.strip_suffix('?'));
                let why = match meant {
                    Some(_) => String::new(),
                    None => format!(": {why}"),
                };
                let meant = meant.map(str::to_owned);
                Wrong {
                    what: format!("invalid value '{value}' for '{flag}'{why}"),
                    meant: meant.map(|it| (value, it)),
                }
            }
            ErrorKind::TooManyValues => {
                Wrong::from(format!("{} takes no value: remove '{value}'", name(&flag)))
            }
            ErrorKind::ArgumentConflict => {
                let others = self.all(ContextKind::PriorArg);
                let others: Vec<&str> = others.iter().map(|it| name(it)).collect();
                let others = others.join(" and ");
                Wrong::from(format!("{} does not work with {others}", name(&flag)))
            }
            ErrorKind::MissingRequiredArgument => {
                let given = typed.and_then(|it| NEEDY.into_iter().find(|name| it.has_flag(name)));
                let needed = flag.trim_matches(['<', '>']).split('|').map(name);
                let needed = needed.collect::<Vec<_>>().join(" or ");
                Wrong::from(match given {
                    Some(given) => format!("--{given} needs {needed}"),
                    None => format!("{needed} is missing"),
                })
            }
            _ => clap(),
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
    if let Some((_, ours)) = OTHER_NAMES.iter().find(|(it, _)| *it == typed) {
        return Some(format!("--{ours}"));
    }
    let command = Flags::command();
    let names = command.get_arguments().filter(|it| !it.is_hide_set());
    let near = similar::nearest(typed, names.filter_map(Arg::get_long))?;
    Some(format!("--{near}"))
}

/// Returns a flag without what it takes.
fn name(flag: &str) -> &str {
    flag.split([' ', '[', '=']).next().unwrap_or(flag)
}
