//! `--save` and `--since`: two moments.

use super::fits::{Fit, LEAVE_ONE_OUT, OTHER_FORMATS, clash, listing};
use super::flags::{Flags, LISTINGS, ROWS, WHICH};
use crate::request::{Moment, OutputSpec, What, When};
use clap::{ArgMatches, Args, CommandFactory, parser::ValueSource};
use std::ffi::OsString;
use std::path::PathBuf;

/// The headings of the flags that say which rows are listed.
const SELECTING: [&str; 3] = [LISTINGS, WHICH, ROWS];

/// A flag under these headings that changes no row but how it is found.
const READ_ALL: &str = "read_all";

/// The same without a heading, for families that few systems have.
const RARE: [&str; 6] = ["ax25", "ipx", "x25", "netrom", "rose", "ddp"];

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

    /// Returns what the listing has to do with another moment.
    pub fn moment(&self, matches: &ArgMatches) -> Option<Moment> {
        let (when, file) = match (&self.save, &self.since) {
            (Some(file), _) => (When::Then, file),
            (None, Some(file)) => (When::Now, file),
            (None, None) => return None,
        };
        Some(Moment {
            when,
            file: file.clone(),
            flags: selecting(matches),
        })
    }
}

/// Completes the form of a comparison: a table, unless another format is named.
pub fn complete(flags: &Flags, output: &mut OutputSpec) {
    if flags.moments.since.is_some() {
        flags.output.prefer_table(output);
    }
}

/// Returns why a listing can't be saved or compared, or `None` if it can.
pub fn obstacle(fit: &Fit<'_>) -> Option<String> {
    let Fit {
        flags,
        what,
        output,
        ..
    } = fit;
    let MomentFlags { save, since } = &flags.moments;
    let flag = match (save, since) {
        (Some(_), _) => "--save",
        (None, Some(_)) => "--since",
        (None, None) => return None,
    };
    let in_classic = since.is_some() && output.is_classic();
    let (mixes, is_of_sockets) = match what {
        What::Sockets(it) => (it.lists_groups_among_sockets(), it.lists_sockets_only()),
        _ => (false, false),
    };
    let (other, instead) = if flags.watching.changes {
        ("--changes", LEAVE_ONE_OUT)
    } else if fit.has_rates {
        ("--rates or a column with a rate", LEAVE_ONE_OUT)
    } else if fit.repeat.is_some() {
        let instead = "leave these out, it is for one listing";
        ("-c or a number of seconds", instead)
    } else if let Some(action) = flags.kill.flag() {
        (action, LEAVE_ONE_OUT)
    } else if flags.check.is_given() {
        ("--check", LEAVE_ONE_OUT)
    } else if mixes {
        ("--groups among sockets", "ask for one listing at a time")
    } else if save.is_some() && output.top.is_some() {
        ("--top", "leave --top out, all rows are saved")
    } else if in_classic && !is_of_sockets {
        let other = format!("{} in the classic format", listing(what));
        return Some(clash(flag, &other, OTHER_FORMATS));
    } else if in_classic && flags.context {
        ("-Z in the classic format", OTHER_FORMATS)
    } else {
        return None;
    };
    Some(clash(flag, other, instead))
}

/// Returns the flags and words that say which rows are listed, in one spelling and order.
fn selecting(matches: &ArgMatches) -> Vec<String> {
    let command = Flags::command();
    let mut selecting = Vec::new();
    for arg in command.get_arguments() {
        let id = arg.get_id().as_str();
        let given = matches.value_source(id) == Some(ValueSource::CommandLine);
        if !given || !is_selecting(arg) {
            continue;
        }
        let values = matches.get_raw(id).into_iter().flatten();
        let values: Vec<_> = values.map(|it| it.to_string_lossy()).collect();
        let long = arg.get_long().unwrap_or(id);
        match takes_value(arg) {
            true => selecting.push(format!("--{long}={}", values.join(","))),
            false => selecting.push(format!("--{long}")),
        }
    }
    let words = matches.get_raw("words").into_iter().flatten();
    selecting.extend(words.map(|word| word.to_string_lossy().into_owned()));
    selecting
}

fn takes_value(arg: &clap::Arg) -> bool {
    arg.get_action().takes_values() && arg.get_num_args().is_none_or(|it| it.takes_values())
}

fn is_selecting(arg: &clap::Arg) -> bool {
    let id = arg.get_id().as_str();
    let heading = arg.get_help_heading().unwrap_or_default();
    let is_among = SELECTING.contains(&heading);
    is_among && id != READ_ALL || RARE.contains(&id)
}

/// Returns the command line with the flags of a saved listing in front.
///
/// # Errors
/// One of them is not one that says which rows are listed: somebody has changed the file.
pub fn with_saved(arguments: &[OsString], saved: &[String]) -> Result<Vec<OsString>, String> {
    let command = Flags::command();
    let is_known = |flag: &str| {
        let (long, value) = match flag.split_once('=') {
            Some((long, _)) => (long, true),
            None => (flag, false),
        };
        let arg = command
            .get_arguments()
            .find(|arg| arg.get_long() == Some(long));
        arg.is_some_and(|arg| is_selecting(arg) && takes_value(arg) == value)
    };
    for flag in saved {
        let is_right = match flag.strip_prefix("--") {
            Some(flag) => is_known(flag),
            None => !flag.starts_with('-'),
        };
        if !is_right {
            return Err(format!(
                "unexpected '{flag}': only flags that choose rows can be saved"
            ));
        }
    }
    let (program, given) = arguments.split_first().unzip();
    let program = program.cloned().into_iter();
    let given = given.unwrap_or_default().iter().cloned();
    let (flags, words): (Vec<&String>, Vec<&String>) =
        saved.iter().partition(|it| it.starts_with("--"));
    let [flags, words] = [flags, words].map(|all| all.into_iter().map(OsString::from));
    Ok(program.chain(flags).chain(given).chain(words).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flags_of(arguments: &str) -> Vec<String> {
        let arguments = std::iter::once("rnetstat").chain(arguments.split_whitespace());
        let matches = Flags::command()
            .try_get_matches_from(arguments)
            .expect("usable");
        selecting(&matches)
    }

    #[test]
    fn flags_that_select_rows_have_one_spelling() {
        for (arguments, expected) in [
            ("", ""),
            ("-tan", "--all --tcp"),
            ("-n -a --tcp -p -e -W", "--all --tcp"),
            ("-rn -ee", "--route"),
            ("-s -t --format json", "--statistics --tcp"),
            ("--port 80,443 --root / -t", "--tcp --port=80,443"),
            (
                "-A inet,unix --state !listen",
                "--protocol=inet,unix --state=!listen",
            ),
            ("-t dport = :443", "--tcp dport = :443"),
            ("--ax25", "--ax25"),
        ] {
            assert_eq!(flags_of(arguments).join(" "), expected, "{arguments}");
        }
    }

    #[test]
    fn saved_flags_are_taken_only_if_they_select_rows() {
        let arguments = ["rnetstat", "--since", "f"].map(OsString::from);
        let joined = |saved: &[&str]| {
            let saved: Vec<_> = saved.iter().map(|it| (*it).to_owned()).collect();
            let joined = with_saved(&arguments, &saved)?;
            Ok::<_, String>(joined.join(&OsString::from(" ")))
        };
        let found = joined(&["--tcp", "--port=80", "dport", "=", ":1"]);
        let expected = "rnetstat --tcp --port=80 --since f dport = :1";
        assert_eq!(found, Ok(OsString::from(expected)));
        for wrong in [
            "--kill", "--kill=9", "--save=x", "--root=/", "-t", "--", "--tcp=1", "--port",
        ] {
            assert!(joined(&[wrong]).is_err(), "{wrong}");
        }
    }
}
