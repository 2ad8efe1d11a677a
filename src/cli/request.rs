//! Flags and words become a request, part by part.

use super::clash::{OTHER_FORMATS, clash};
use super::fits::{Fit, one_listing};
use super::flags::Flags;
use super::kill::Listing;
use super::what::{Asked, families};
use super::words::Words;
use super::{columns, conflict, error, expression, moments, names, rates};
use crate::request::{Filter, Format, OutputSpec, Repeat, Request, Resolve, What};
use clap::error::ErrorKind;
use clap::{ArgMatches, Error};

/// Returns what the flags ask for.
///
/// # Errors
/// They contradict each other, or a word among them is not understood.
pub fn request(flags: &Flags, matches: &ArgMatches, as_netstat: bool) -> Result<Request, Error> {
    one_listing(flags, as_netstat)?;
    fit_elsewhere(flags, as_netstat)?;
    let (words, expression) = words(flags, as_netstat)?;
    let is_filtered = !flags.filter.filter().is_empty() || expression.is_some();
    let filter = filter(flags, expression)?;
    let mut output = form(flags)?;
    let has_rates = rates::are_wanted(flags, &output, &filter);
    let hosts = names::are_wanted(flags, &output, &filter);
    let hosts = hosts.map_err(conflict)?;
    let what = what(&Asked {
        flags,
        words: &words,
        families: &families(flags, matches),
        filter: &filter,
        is_filtered,
        output: &output,
        has_rates,
        as_netstat,
    })?;
    columns::name(&mut output, &what).map_err(|why| error(ErrorKind::InvalidValue, why))?;
    if has_rates {
        if let Some(why) = rates::obstacle(flags, &output, &what) {
            return Err(conflict(why));
        }
        rates::complete(flags, &mut output);
    }
    fit_words(flags, &words, &what)?;
    let repeat = repeat(flags, &words, &what, as_netstat);
    let fit = Fit {
        flags,
        is_filtered,
        what: &what,
        output: &output,
        repeat,
        has_rates,
    };
    fit.check()?;
    let action = flags.kill.action(&Listing {
        what: &what,
        filter: &filter,
        output: &output,
        repeats: repeat.is_some(),
        elsewhere: flags.root.is_some(),
        either_ports: either_ports(flags, &words, &filter),
    });
    // What was before the first listing is no row of the classic format, which begins with totals.
    let needs_look = has_rates || flags.delta && !output.is_classic();
    Ok(Request {
        what,
        resolve: resolve(flags, hosts),
        repeat,
        rates_after: needs_look.then(|| rates::first_interval(repeat)),
        changes: flags.watching.changes,
        moment: moments::moment(&flags.moments, matches),
        output,
        action: action.map_err(conflict)?,
        root: flags.root.clone(),
        namespaces: (!flags.netns.is_empty()).then(|| flags.netns.clone()),
        byte_order: flags.byte_order.map(Into::into),
    })
}

/// Returns the ports of the expression on either side, unless something else limits the sockets to one side
/// or to an owner.
fn either_ports<'w>(flags: &Flags, words: &'w Words, filter: &Filter) -> Option<&'w str> {
    let is_of_listeners = flags.listening && !flags.all || filter.asks_for_listeners();
    let is_limited = is_of_listeners || filter.needs_owners() || flags.filter.has_port_of_a_side();
    words.either_ports.as_deref().filter(|_| !is_limited)
}

/// Checks the flags about other places than the system around.
fn fit_elsewhere(flags: &Flags, as_netstat: bool) -> Result<(), Error> {
    if as_netstat && !flags.netns.is_empty() {
        let text = "unexpected argument '--netns': net-tools 2.10 lacks it";
        return Err(error(ErrorKind::UnknownArgument, text.to_owned()));
    }
    if flags.byte_order.is_some() && flags.root.is_none() {
        let text = "--byte-order needs --root: add --root, or remove --byte-order";
        return Err(conflict(text.to_owned()));
    }
    Ok(())
}

/// Returns what the words behind the flags say, and the expression among them. Called as netstat, words
/// are ignored silently, as in net-tools.
fn words(flags: &Flags, as_netstat: bool) -> Result<(Words, Option<Filter>), Error> {
    if as_netstat {
        return Ok((Words::default(), None));
    }
    let parsed = expression::parse(&flags.words, |word| flags.kill.hint(word));
    parsed.map_err(|text| error(ErrorKind::InvalidValue, text))
}

/// Returns which rows the flags and the expression ask for.
fn filter(flags: &Flags, expression: Option<Filter>) -> Result<Filter, Error> {
    let filter = flags.filter.filter();
    let Some(expression) = expression else {
        return Ok(filter);
    };
    if let Some(name) = expression::unresolved(&expression, flags) {
        let text = format!(
            "{name} is a name, which -n and its like leave alone: type a number, or leave them out"
        );
        return Err(conflict(text));
    }
    Ok(Filter::all([filter, expression]))
}

/// Returns the listing, or the checks.
fn what(asked: &Asked<'_>) -> Result<What, Error> {
    let flags = asked.flags;
    if !flags.check.is_given() {
        return Ok(asked.what());
    }
    let checks = flags.check.checks(flags.watching.time, asked.output.format);
    let checks = checks.map_err(|why| error(ErrorKind::InvalidValue, why))?;
    Ok(What::Checks(checks))
}

/// Checks that the protocols among the words fit the listing.
fn fit_words(flags: &Flags, words: &Words, what: &What) -> Result<(), Error> {
    let fits = match what {
        What::Sockets(_) => !flags.groups || !words.unix && words.inet.is_empty(),
        What::Statistics(_) => !words.unix,
        _ => !words.unix && words.inet.is_empty(),
    };
    if fits {
        return Ok(());
    }
    let text = "a protocol among the words works with sockets and (but for unix) with \
                --statistics, not with another listing";
    Err(conflict(text.to_owned()))
}

/// Returns how the listing is repeated, or `None` if it is not.
fn repeat(flags: &Flags, words: &Words, what: &What, as_netstat: bool) -> Option<Repeat> {
    // net-tools prints counters once, whatever the flags say.
    let is_once = as_netstat && matches!(what, What::Statistics(_));
    if flags.continuous && is_once {
        return None;
    }
    let repeat = |continuous| flags.watching.repeat(continuous, words.interval);
    match flags.check.is_given() {
        // The time of --for is that between two looks.
        true if !flags.continuous && words.interval.is_none() => None,
        true => repeat(flags.continuous).map(|it| Repeat { time: None, ..it }),
        false => repeat(flags.continuous),
    }
}

/// Returns which numbers are shown as names. Of what has gone since a listing was saved, only numbers are
/// known.
fn resolve(flags: &Flags, hosts: bool) -> Resolve {
    let is_compared = flags.moments.since.is_some();
    let is_numeric = flags.numeric || is_compared;
    Resolve {
        hosts: hosts && !is_compared,
        ports: !is_numeric && !flags.numeric_ports,
        users: !is_numeric && !flags.numeric_users,
        timeout: flags.resolve_timeout,
    }
}

/// Returns the form of the output. What net-tools' layout has no columns for is a table.
fn form(flags: &Flags) -> Result<OutputSpec, Error> {
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
    if let Some(flag) = adds_columns {
        if flags.output.insists_on_classic(&output) {
            return Err(conflict(clash(flag, "--format classic", OTHER_FORMATS)));
        }
        flags.output.prefer_table(&mut output);
    }
    if flags.moments.since.is_some() {
        flags.output.prefer_table(&mut output);
    }
    Ok(output)
}
