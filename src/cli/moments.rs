//! What a saved listing keeps of the command line, and a comparison takes from it.

use super::flags::Flags;
use super::help_texts::{LISTINGS, ROWS, WHICH};
use super::moment_flags::MomentFlags;
use crate::request::{Moment, When};
use clap::{ArgMatches, CommandFactory, parser::ValueSource};
use std::ffi::{OsStr, OsString};
use std::path::{self, Path};

/// The headings of the flags that say which rows are listed.
const SELECTING: [&str; 3] = [LISTINGS, WHICH, ROWS];

/// A flag under these headings that changes no row but how it is found.
const READ_ALL: &str = "read_all";

/// Flags without these headings that choose rows all the same: families that few systems have, and the
/// namespaces, without which everything in another one would seem to be closed.
const OTHERS: [&str; 7] = ["ax25", "ipx", "x25", "netrom", "rose", "ddp", NETNS];

const NETNS: &str = "netns";

/// Returns what the listing has to do with another moment.
pub fn moment(flags: &MomentFlags, matches: &ArgMatches) -> Option<Moment> {
    let (when, file) = match (&flags.save, &flags.since) {
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
        let values = values.map(|value| match id {
            NETNS => absolute(value),
            _ => value.to_string_lossy().into_owned(),
        });
        let values: Vec<_> = values.collect();
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

/// Returns a namespace's name; a path as it is called from every folder.
fn absolute(name: &OsStr) -> String {
    let path = Path::new(name);
    let is_relative = path.is_relative() && path.components().count() > 1;
    let path = match is_relative {
        true => path::absolute(path).unwrap_or(path.to_owned()),
        false => path.to_owned(),
    };
    path.to_string_lossy().into_owned()
}

fn takes_value(arg: &clap::Arg) -> bool {
    arg.get_action().takes_values() && arg.get_num_args().is_none_or(|it| it.takes_values())
}

fn is_selecting(arg: &clap::Arg) -> bool {
    let id = arg.get_id().as_str();
    let heading = arg.get_help_heading().unwrap_or_default();
    let is_among = SELECTING.contains(&heading);
    is_among && id != READ_ALL || OTHERS.contains(&id)
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
            ("-i --netns web,host", "--interfaces --netns=web,host"),
            (
                "-i --netns /run/netns/web",
                "--interfaces --netns=/run/netns/web",
            ),
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
