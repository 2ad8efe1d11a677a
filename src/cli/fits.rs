//! Which flags fit which listing, and each other.

use super::flags::Flags;
use super::{error, peers};
use crate::request::{Format, IfMissing, Instead, OutputSpec, Repeat, Table, TableKind, What};
use clap::Error;
use clap::error::ErrorKind;

/// Checks that at most one listing is asked for. `--groups` yields to any other, as in net-tools,
/// which accepts no other one twice.
pub fn one_listing(flags: &Flags, as_netstat: bool) -> Result<(), Error> {
    let mut first = None;
    for (given, name) in [
        (&flags.route, "--route"),
        (&flags.interfaces, "--interfaces"),
        (&flags.statistics, "--statistics"),
        (&flags.masquerade, "--masquerade"),
    ] {
        if given.is_empty() {
            continue;
        }
        if as_netstat && given.len() > 1 {
            let text = format!("the argument '{name}' cannot be used twice");
            return Err(error(ErrorKind::ArgumentConflict, text));
        }
        if let Some(first) = first.replace(name) {
            let text = match as_netstat {
                true => format!("the argument '{first}' cannot be used with '{name}'"),
                false => format!("{first} and {name} are two listings: use one of them at a time"),
            };
            return Err(error(ErrorKind::ArgumentConflict, text));
        }
    }
    let narrows = [
        (flags.groups, "--groups"),
        (flags.all, "--all"),
        (flags.listening, "--listening"),
        (flags.tcp, "--tcp"),
        (flags.udp, "--udp"),
        (flags.udplite, "--udplite"),
        (flags.sctp, "--sctp"),
        (flags.raw, "--raw"),
        (!flags.unix.is_empty(), "--unix"),
        (!flags.inet.is_empty(), "--inet"),
        (!flags.inet6.is_empty(), "--inet6"),
    ];
    let narrows = narrows.into_iter().find(|(is_given, _)| *is_given);
    if let Some(flag) = first.or(narrows.map(|(_, flag)| flag))
        && flags.check.is_given()
    {
        let text = format!("--check looks at everything: remove {flag}");
        return Err(error(ErrorKind::ArgumentConflict, text));
    }
    Ok(())
}

/// Returns the flag that asks for a listing.
pub fn listing(what: &What) -> &'static str {
    match what {
        What::Routes(_) => "--route",
        What::Interfaces(_) => "--interfaces",
        What::Statistics(_) => "--statistics",
        What::Masquerade(_) => "--masquerade",
        What::Checks(_) => "--check",
        What::Sockets(it) if it.lists_groups() => "--groups",
        What::Sockets(_) => "sockets",
    }
}

/// Checks that the flags that net-tools lacks fit the listing.
pub fn unfit_output(
    output: &OutputSpec,
    is_filtered: bool,
    what: &What,
    flags: &Flags,
) -> Result<(), Error> {
    let delta = flags.delta;
    let is_sockets = matches!(what, What::Sockets(sockets) if !sockets.lists_groups());
    let mixes = matches!(what, What::Sockets(sockets) if sockets.lists_groups_among_sockets());
    let is_sorted_by_none = match what {
        What::Statistics(_) => true,
        What::Routes(routes) => routes.has_rare(),
        _ => false,
    };
    let of_sockets = [
        (flags.tcp_info, "--tcp-info"),
        (flags.peers, "--peers"),
        (is_filtered, flags.filter.first().unwrap_or("an expression")),
        (output.instead == Some(Instead::Pids), "--pids"),
    ];
    let of_sockets = of_sockets.into_iter().find(|(is_given, _)| *is_given);
    if let Some((_, flag)) = of_sockets
        && !is_sockets
    {
        let listing = listing(what);
        let text = format!("{flag} works with sockets, not with {listing}: remove one of them");
        return Err(error(ErrorKind::ArgumentConflict, text));
    }
    let usual = output.usual_count;
    let text = if usual.is_limited() && output.instead != Some(Instead::Count) {
        "--above and --below need --count"
    } else if matches!((usual.least, usual.most), (Some(least), Some(most)) if least > most) {
        "--below is greater than --above, so every count gives exit status 1: swap the two numbers"
    } else if !flags.globs.interface.is_empty()
        && matches!(
            what,
            What::Statistics(_) | What::Masquerade(_) | What::Checks(_)
        )
    {
        "--interface works with sockets, -i, -r and -g only: remove it"
    } else if flags.globs.asks_for_counters() && !matches!(what, What::Statistics(_)) {
        "--counter and --nonzero need -s"
    } else if output.headless && output.is_classic() && matches!(what, What::Statistics(_)) {
        "the classic format of -s cannot be read without its titles: with --no-header, add \
         --format table or csv"
    } else if output.is_classic() && output.columns.is_some() {
        "the classic format has fixed columns: with --columns, use --format table, json, jsonl or csv, \
         or --count-by"
    } else if output.is_classic() && output.sorts_or_limits() && is_sorted_by_none {
        "the classic format of counters and of rare families' routes has a fixed order: with --sort or \
         --top, add --format table"
    } else if output.is_classic() && output.sorts_or_limits() && mixes {
        "groups and sockets have different fields: with --sort or --top, list one of them at a time"
    } else if delta && output.is_classic() && output.sorts_or_limits() {
        "the classic format of --delta has a fixed order: with --sort or --top, use --format table, \
         json, jsonl or csv"
    } else if delta && output.needs_all_rows() {
        "--delta does not work with --count or --count-by: it shows rates"
    } else if !output.is_classic() && mixes {
        "groups and sockets are two listings: in this format, list one of them at a time"
    } else {
        return Ok(());
    };
    Err(error(ErrorKind::ArgumentConflict, text.to_owned()))
}

/// Returns why a request can't show rates, or `None` if it can.
pub fn no_delta(what: &What, repeat: Option<Repeat>) -> Option<&'static str> {
    match (what, repeat) {
        (What::Interfaces(it), _) if it.extended => Some("does not work with -e"),
        (What::Interfaces(_) | What::Statistics(_), Some(_)) => None,
        (What::Interfaces(_) | What::Statistics(_), None) => {
            Some("needs -c or an interval, such as 2")
        }
        _ => Some("works with -i and -s only"),
    }
}

/// Returns why changes can't be shown like this, or `None` if they can.
pub fn no_changes(flags: &Flags, what: &What, output: &OutputSpec) -> Option<&'static str> {
    let is_sockets = matches!(what, What::Sockets(it) if it.lists_sockets_only());
    let is_watched = |table: &Table| {
        let has_no_ledger = matches!(table.kind, TableKind::Sctp(..) | TableKind::Rare(_));
        !(has_no_ledger && table.missing == IfMissing::Fatal)
    };
    if !is_sockets {
        Some("works with sockets only")
    } else if matches!(what, What::Sockets(it) if !it.tables.iter().all(is_watched)) {
        Some("works with TCP, UDP, UDP-Lite, raw and unix sockets only")
    } else if !output.sort.is_empty() || output.top.is_some() || output.needs_all_rows() {
        Some("prints changes as they happen: remove --sort, --top, --count, --count-by and --pids")
    } else if output.format == Format::Table && output.columns.is_some() {
        Some("has fixed columns in a table: with --columns, use --json or --format csv")
    } else if matches!(what, What::Sockets(it) if it.filter.needs_internals()) {
        Some("does not work with dev, fwmark, cgroup or an internal field such as rtt_us")
    } else if matches!(what, What::Sockets(it) if peers::are_asked_for(flags, output, &it.filter)) {
        Some("does not show peers")
    } else if flags.context {
        Some("does not work with -Z")
    } else {
        None
    }
}
