//! The command line: flags (clap) become a request. No input or output happens here.

mod abbreviations;
mod about;
mod address_family;
mod addresses;
mod belonging;
mod check;
mod clash;
mod columns;
mod completions;
mod condition;
mod duration;
mod expression;
mod filter_flags;
mod fits;
mod flags;
mod globs;
mod habits;
mod help;
mod help_texts;
mod kill;
mod manual;
mod misread;
mod moment_flags;
mod moments;
mod names;
mod namespaces;
mod netstat;
mod output;
mod peers;
mod rates;
mod refusal;
mod request;
mod select;
mod spelling;
pub mod stops;
mod watching;
mod what;
mod words;

use crate::request::Request;
use about::AboutFlags;
use clap::error::ErrorKind;
use clap::{CommandFactory, Error, FromArgMatches};
use flags::Flags;
use refusal::Refusal;
pub use refusal::{Unusable, UnusableWithSaved};
use std::ffi::{OsStr, OsString};
use std::path::Path;
use stops::Why;

/// What the command line asks for.
#[derive(Debug)]
pub enum Invocation {
    /// A listing.
    List(Box<Request>),
    /// The version, and which of the kernel's interfaces are there.
    Kernel {
        /// The line with the version.
        version: String,
    },
    /// A text about the program.
    Tell {
        /// The text on stdout.
        stdout: String,
        /// The text on stderr, where net-tools prints a part of its help.
        stderr: &'static str,
    },
}

/// Parses the command line, which begins with the program's name.
///
/// # Errors
/// It can't be used.
pub fn parse(arguments: impl IntoIterator<Item = OsString>) -> Result<Invocation, Unusable> {
    let mut arguments = arguments.into_iter();
    let program = arguments.next().unwrap_or_default();
    let arguments: Vec<OsString> = arguments.collect();
    let as_netstat = is_called_netstat(&program);
    understand(program.clone(), arguments.clone()).map_err(|refusal| match as_netstat {
        true => refusal.into_netstats(),
        false => refusal.explained(&arguments, |arguments| {
            let arguments = arguments.map(OsString::from).collect();
            understand(program.clone(), arguments).is_ok()
        }),
    })
}

fn understand(program: OsString, arguments: Vec<OsString>) -> Result<Invocation, Refusal> {
    let as_netstat = is_called_netstat(&program);
    let (arguments, ambiguous) = abbreviations::spell_out(arguments, as_netstat);
    let stops = stops::find(&arguments, as_netstat).into_iter();
    let mut errors = stops.filter(|stop| stop.why != Why::Context);
    if let Some(first) = errors.next()
        && first.is_reached(&program)
    {
        return Err(unusable(first.why, as_netstat));
    }
    let whole = std::iter::once(&program).chain(&arguments);
    let matches = match Flags::command().try_get_matches_from(whole) {
        Ok(matches) => matches,
        Err(error) => return Ok(tell(error, &arguments, as_netstat)?),
    };
    // Only now, because an argument before it may have asked for help.
    if let Some(ambiguous) = ambiguous {
        let candidates = ambiguous.candidates.join("' '--");
        let given = ambiguous.given;
        let text = format!("option '--{given}' is ambiguous; possibilities: '--{candidates}'");
        return Err(error(ErrorKind::UnknownArgument, text).into());
    }
    let flags = Flags::from_arg_matches(&matches)?;
    if let Some(stdout) = about_text(&flags.about) {
        let stderr = "";
        return Ok(Invocation::Tell { stdout, stderr });
    }
    if let Some(stdout) = flags.check.list() {
        let stderr = "";
        return Ok(Invocation::Tell { stdout, stderr });
    }
    let request = request::request(&flags, &matches, as_netstat)?;
    if !as_netstat && let Some(why) = misread::find(&arguments, &flags, &request) {
        return Err(error(ErrorKind::InvalidValue, why.to_owned()).into());
    }
    Ok(Invocation::List(Box::new(request)))
}

/// Parses the command line with the flags of a saved listing, which say which rows are listed.
///
/// # Errors
/// They say anything else, or both can't be used together.
pub fn parse_with_saved(
    arguments: &[OsString],
    saved: &[String],
) -> Result<Invocation, UnusableWithSaved> {
    let program = arguments.get(..1).unwrap_or_default();
    let [alone, both] = [program, arguments].map(|it| moments::with_saved(it, saved));
    let alone = alone.map_err(UnusableWithSaved::Foreign)?;
    let both = both.map_err(UnusableWithSaved::Foreign)?;
    parse(both).map_err(|both| match parse(alone) {
        Ok(_) => UnusableWithSaved::Together(both),
        Err(alone) => UnusableWithSaved::Saved(alone),
    })
}

/// Returns the text about the program that is asked for, or `None` if a listing is.
fn about_text(about: &AboutFlags) -> Option<String> {
    match about.completions {
        Some(shell) => Some(completions::script(shell)),
        None if about.help_all => Some(help::whole()),
        None => about.man.then(manual::text),
    }
}

/// Returns whether the program is called by net-tools' name.
fn is_called_netstat(program: &OsStr) -> bool {
    Path::new(program).file_name() == Some(OsStr::new("netstat"))
}

/// Returns the error for a stop.
fn unusable(why: Why, as_netstat: bool) -> Refusal {
    match why {
        Why::Family(text) => Refusal {
            error: error(ErrorKind::ValueValidation, text),
            is_failure: as_netstat,
        },
        Why::Unknown(flag) => {
            let text = format!("unexpected argument '{flag}': net-tools 2.10 lacks it");
            error(ErrorKind::UnknownArgument, text).into()
        }
        Why::Context => error(ErrorKind::InvalidValue, String::new()).into(),
    }
}

/// Turns clap's errors that are no errors into texts.
fn tell(error: Error, arguments: &[OsString], as_netstat: bool) -> Result<Invocation, Error> {
    let (stdout, stderr) = match (error.kind(), as_netstat) {
        (ErrorKind::DisplayHelp, true) => (netstat::USAGE.to_owned(), netstat::USAGE_FAMILIES),
        (ErrorKind::DisplayVersion, true) => (netstat::VERSION.to_owned(), ""),
        (ErrorKind::DisplayHelp, false) => (help::SHORT.to_owned(), ""),
        (ErrorKind::DisplayVersion, false) if help::is_verbose(arguments) => {
            let version = error.to_string();
            return Ok(Invocation::Kernel { version });
        }
        (ErrorKind::DisplayVersion, false) => (error.to_string(), ""),
        _ => return Err(error),
    };
    Ok(Invocation::Tell { stdout, stderr })
}

fn error(kind: ErrorKind, text: String) -> Error {
    Error::raw(kind, text)
}

/// Returns the error for flags that contradict each other.
fn conflict(text: String) -> Error {
    error(ErrorKind::ArgumentConflict, text)
}
