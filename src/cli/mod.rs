//! The command line: flags (clap) become a request. No input or output happens here.

mod abbreviations;
mod about;
mod address_family;
mod addresses;
mod belonging;
mod check;
mod columns;
mod completions;
mod condition;
mod duration;
mod expression;
mod fits;
mod flags;
mod globs;
mod habits;
mod help;
mod kill;
mod manual;
mod moments;
mod names;
mod namespaces;
mod netstat;
mod output;
mod peers;
mod rates;
mod refusal;
mod select;
pub mod stops;
mod watching;
mod words;

use crate::report::columns::sockets::{needs_owners, tells_belonging};
use crate::request::{
    Columns, Filter, Format, Globs, Instead, Interfaces, Masquerade, OutputSpec, Repeat, Request,
    Resolve, RouteDetail, Routes, Sides, Sockets, Table, TableKind, What,
};
use about::AboutFlags;
use address_family::AddressFamily;
use clap::error::ErrorKind;
use clap::{ArgMatches, CommandFactory, Error, FromArgMatches};
use fits::{no_changes, no_delta, one_listing, unfit_output};
use flags::Flags;
use kill::Listing;
use refusal::Refusal;
pub use refusal::Unusable;
use std::ffi::{OsStr, OsString};
use std::path::Path;
use stops::Why;
use words::Words;

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
    let request = request(&flags, &matches, as_netstat)?;
    Ok(Invocation::List(Box::new(request)))
}

/// Parses the command line with the flags of a saved listing, which say which rows are listed.
///
/// # Errors
/// They say anything else, as text, or can't be used.
pub fn parse_with_saved(arguments: &[OsString], saved: &[String]) -> Result<Invocation, String> {
    let arguments = moments::with_saved(arguments, saved)?;
    parse(arguments).map_err(|unusable| unusable.text)
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

fn request(flags: &Flags, matches: &ArgMatches, as_netstat: bool) -> Result<Request, Error> {
    one_listing(flags, as_netstat)?;
    if as_netstat && !flags.netns.is_empty() {
        let text = "unexpected argument '--netns': net-tools 2.10 lacks it";
        return Err(error(ErrorKind::UnknownArgument, text.to_owned()));
    }
    if flags.byte_order.is_some() && flags.root.is_none() {
        let text = "--byte-order needs --root: the byte order of the running system is known";
        return Err(error(ErrorKind::ArgumentConflict, text.to_owned()));
    }
    // Called as netstat, words are ignored silently, as in net-tools.
    let (words, expression) = match as_netstat {
        true => (Words::default(), None),
        false => expression::parse(&flags.words, |word| flags.kill.hint(word))
            .map_err(|text| error(ErrorKind::InvalidValue, text))?,
    };
    let mut output = output(flags)?;
    moments::complete(flags, &mut output);
    let mut filter = flags.filter.filter();
    let is_filtered = !filter.is_empty() || expression.is_some();
    if let Some(expression) = expression {
        if let Some(name) = expression::unresolved(&expression, flags) {
            let text =
                format!("{name} is a name, and -n turns off names: remove -n, or use numbers");
            return Err(error(ErrorKind::ArgumentConflict, text));
        }
        filter = Filter::all([filter, expression]);
    }
    let has_rates = rates::are_wanted(flags, &output, &filter);
    let wants_hosts = names::are_wanted(flags, &output, &filter);
    let hosts = wants_hosts.map_err(|why| error(ErrorKind::ArgumentConflict, why.to_owned()))?;
    let families = families(flags, matches);
    // A filter for a port or a state is meant for all sockets that fit, and so is watching.
    let sides = match (flags.all, flags.listening) {
        (true, _) => Sides::All,
        (false, true) => Sides::Listening,
        (false, false) if is_filtered || flags.watching.changes => Sides::All,
        (false, false) if !flags.globs.interface.is_empty() => Sides::All,
        (false, false) => Sides::Connected,
    };
    let what = match flags.check.is_given() {
        true => {
            let checks = flags.check.checks(flags.watching.time, output.format);
            What::Checks(checks.map_err(|why| error(ErrorKind::InvalidValue, why))?)
        }
        false => what(
            flags,
            &words,
            &families,
            (&filter, sides),
            (&output, has_rates),
            as_netstat,
        ),
    };
    columns::name(&mut output, &what).map_err(|why| error(ErrorKind::InvalidValue, why))?;
    if has_rates {
        if let Some(why) = rates::obstacle(flags, &output, &what) {
            let text = format!("rates {why}");
            return Err(error(ErrorKind::ArgumentConflict, text));
        }
        rates::complete(&mut output);
    }
    let fits = match what {
        What::Sockets(_) => !flags.groups || !words.unix && words.inet.is_empty(),
        What::Statistics(_) => !words.unix,
        _ => !words.unix && words.inet.is_empty(),
    };
    if !fits {
        let text = "a protocol such as tcp works with sockets and --statistics, not with another \
                    listing";
        return Err(error(ErrorKind::ArgumentConflict, text.to_owned()));
    }
    // net-tools prints counters once, whatever the flags say.
    let continuous = flags.continuous && !(as_netstat && matches!(what, What::Statistics(_)));
    let repeat = match flags.continuous && !continuous {
        true => None,
        // The time of --for is that between two looks.
        false if flags.check.is_given() && !continuous && words.interval.is_none() => None,
        false => flags.watching.repeat(continuous, words.interval),
    };
    let repeat = match flags.check.is_given() {
        true => repeat.map(|it| Repeat { time: None, ..it }),
        false => repeat,
    };
    if let Some(why) = moments::obstacle(flags, &output, &what, repeat, has_rates) {
        return Err(error(ErrorKind::ArgumentConflict, why));
    }
    unfit_output(&output, is_filtered, &what, flags)?;
    if flags.watching.changes
        && let Some(why) = no_changes(flags, &what, &output)
    {
        let text = format!("--changes {why}");
        return Err(error(ErrorKind::ArgumentConflict, text));
    }
    if flags.delta
        && let Some(why) = no_delta(&what, repeat)
    {
        let text = format!("--delta {why}");
        return Err(error(ErrorKind::ArgumentConflict, text));
    }
    let action = flags.kill.action(&Listing {
        what: &what,
        filter: &filter,
        output: &output,
        repeats: repeat.is_some(),
        elsewhere: flags.root.is_some(),
    });
    let action = action.map_err(|why| error(ErrorKind::ArgumentConflict, why))?;
    let moment = flags.moments.moment(matches);
    let is_compared = flags.moments.since.is_some();
    // What was before the first listing is no row of the classic format, which begins with totals.
    let needs_look = has_rates || flags.delta && !output.is_classic();
    Ok(Request {
        what,
        resolve: Resolve {
            // Of what has gone, only numbers are known.
            hosts: hosts && !is_compared,
            ports: !flags.numeric && !flags.numeric_ports && !is_compared,
            users: !flags.numeric && !flags.numeric_users && !is_compared,
            timeout: flags.resolve_timeout,
        },
        repeat,
        rates_after: needs_look.then(|| rates::first_interval(repeat)),
        changes: flags.watching.changes,
        moment,
        output,
        action,
        root: flags.root.clone(),
        namespaces: (!flags.netns.is_empty()).then(|| flags.netns.clone()),
        byte_order: flags.byte_order.map(Into::into),
    })
}

/// Returns the form of the output. What net-tools' layout has no columns for is a table.
fn output(flags: &Flags) -> Result<OutputSpec, Error> {
    let mut output = flags.output.spec();
    // A document has an end, and changes have none.
    if flags.watching.changes && output.format == Format::Json {
        output.format = Format::Jsonl;
    }
    let names_columns =
        output.columns.is_some() && output.count_by.is_empty() && !flags.watching.changes;
    let adds_columns = match (flags.tcp_info, flags.peers, names_columns) {
        (true, _, _) => Some("--tcp-info"),
        (false, true, _) => Some("--peers"),
        (false, false, true) => Some("--columns"),
        (false, false, false) => None,
    };
    if let Some(flag) = adds_columns
        && output.format == Format::Classic
        && output.instead.is_none()
    {
        if flags.output.format.is_some() {
            let text = format!(
                "the classic format has fixed columns: with {flag}, use --format table, json, jsonl \
                 or csv"
            );
            return Err(error(ErrorKind::ArgumentConflict, text));
        }
        output.format = Format::Table;
    }
    Ok(output)
}

/// Returns the listing that the flags ask for.
fn what(
    flags: &Flags,
    words: &Words,
    families: &[AddressFamily],
    (filter, sides): (&Filter, Sides),
    (output, has_rates): (&OutputSpec, bool),
    as_netstat: bool,
) -> What {
    if !flags.route.is_empty() {
        return What::Routes(Routes {
            families: select::routes(families),
            fib: flags.fib || !flags.cache,
            cache: flags.cache,
            detail: match flags.extend.len() {
                0 => RouteDetail::Plain,
                1 => RouteDetail::Extended,
                _ => RouteDetail::Full,
            },
            interfaces: flags.globs.interfaces(),
        });
    }
    if !flags.interfaces.is_empty() {
        return What::Interfaces(Interfaces {
            names: flags.globs.interfaces(),
            // One that is named may be down.
            all: flags.all || !flags.globs.interface.is_empty(),
            extended: !flags.extend.is_empty(),
            delta: flags.delta,
            like_net_tools: as_netstat,
        });
    }
    if !flags.statistics.is_empty() {
        let gives_up = as_netstat;
        return What::Statistics(select::statistics(flags, words, families, gives_up));
    }
    if !flags.masquerade.is_empty() {
        return What::Masquerade(Masquerade {
            extended: !flags.extend.is_empty(),
        });
    }
    let acts = flags.kill.acts();
    // The question about an owner needs its name, and changes show owners.
    let programs = flags.programs
        || flags.context
        || acts
        || flags.watching.changes
        || flags.moments.since.is_some()
        || flags.peers && output.instead.is_none();
    let tables = select::sockets(flags, words, families, sides);
    let lists_groups = !tables.is_empty() && tables.iter().all(Table::is_of_groups);
    let is_only_unix = tables.iter().all(|table| table.kind == TableKind::Unix);
    What::Sockets(Box::new(Sockets {
        tables,
        sides,
        filter: match lists_groups {
            true => filter.clone(),
            false => Filter::all([filter.clone(), flags.globs.bound()]),
        },
        interfaces: match lists_groups {
            true => flags.globs.interfaces(),
            false => Globs::default(),
        },
        columns: Columns {
            extended: !flags.extend.is_empty(),
            programs,
            contexts: flags.context,
            timers: flags.timers,
            pid: flags.timers && !programs && !as_netstat,
            wide: flags.wide || flags.notrim,
            sctp_numbers: flags.numeric
                || flags.numeric_hosts
                || flags.numeric_ports
                || flags.numeric_users
                || flags.symbolic,
            namespaces: !flags.netns.is_empty(),
            tcp_info: flags.tcp_info,
            peers: peers::are_shown(flags, output, programs, is_only_unix),
            accept: is_only_unix && flags.root.is_none(),
            rates: has_rates,
            listeners: sides == Sides::Listening || filter.asks_for_listeners(),
        },
        tells_unknown: peers::tell_unknown(flags, output, filter),
        tells_source: flags.verbose,
        whole_tables: flags.read_all,
        all_owners: acts
            || flags.moments.is_given()
            || output.instead == Some(Instead::Pids)
            || output.fields().any(needs_owners)
            || (has_rates || !output.is_classic()) && (programs || flags.timers),
        owners_come_along: flags.moments.is_given() && !flags.programs && !filter.needs_owners(),
        keeps_belonging: (flags.watching.changes || has_rates)
            && output.fields().any(tells_belonging),
        like_net_tools: as_netstat,
    }))
}

/// Returns the address families that were named, in their order and as often.
fn families(flags: &Flags, matches: &ArgMatches) -> Vec<AddressFamily> {
    let mut placed = Vec::new();
    for name in [
        "unix",
        "inet",
        "inet6",
        "ax25",
        "ipx",
        "x25",
        "netrom",
        "rose",
        "ddp",
        "bluetooth",
    ] {
        if let (Some(family), Some(places)) =
            (AddressFamily::from_name(name), matches.indices_of(name))
        {
            placed.extend(places.map(|place| (place, family)));
        }
    }
    let lists = matches.indices_of("protocol").into_iter().flatten();
    for (place, list) in lists.zip(&flags.protocol) {
        placed.extend(list.0.iter().map(|family| (place, *family)));
    }
    placed.sort_by_key(|(place, _)| *place);
    placed.into_iter().map(|(_, family)| family).collect()
}
