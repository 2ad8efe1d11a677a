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
            let text = format!("the argument '{first}' cannot be used with '{name}'");
            return Err(error(ErrorKind::ArgumentConflict, text));
        }
    }
    let chooses = first.is_some()
        || flags.groups
        || flags.all
        || flags.listening
        || flags.tcp
        || flags.udp
        || flags.udplite
        || flags.sctp
        || flags.raw
        || !(flags.unix.is_empty() && flags.inet.is_empty() && flags.inet6.is_empty());
    if chooses && flags.check.is_given() {
        let text = "'--check' looks at everything: it goes without flags that say what to list";
        return Err(error(ErrorKind::ArgumentConflict, text.to_owned()));
    }
    Ok(())
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
    let usual = output.usual_count;
    let text = if usual.is_limited() && output.instead != Some(Instead::Count) {
        "'--above' and '--below' go with --count"
    } else if matches!((usual.least, usual.most), (Some(least), Some(most)) if least > most) {
        "'--below' is greater than '--above': no count is neither"
    } else if flags.tcp_info && !is_sockets {
        "'--tcp-info' goes with sockets"
    } else if flags.peers && !is_sockets {
        "'--peers' goes with sockets"
    } else if is_filtered && !is_sockets {
        "the flags under \"Which rows\" go with sockets, and so do expressions"
    } else if !flags.globs.interface.is_empty()
        && matches!(
            what,
            What::Statistics(_) | What::Masquerade(_) | What::Checks(_)
        )
    {
        "'--interface' goes with sockets, -i, -r and -g"
    } else if flags.globs.asks_for_counters() && !matches!(what, What::Statistics(_)) {
        "'--counter' and '--nonzero' go with -s"
    } else if output.instead == Some(Instead::Pids) && !is_sockets {
        "'--pids' goes with sockets"
    } else if output.headless && output.is_classic() && matches!(what, What::Statistics(_)) {
        "the classic format of counters says what each belongs to in its titles: '--no-header' goes \
         with --format table or csv"
    } else if output.is_classic() && output.columns.is_some() {
        "the classic format has columns of its own: '--columns' goes with --format table, json, \
         jsonl or csv, or with --count-by"
    } else if output.is_classic() && output.sorts_or_limits() && is_sorted_by_none {
        "--sort and --top don't go with the classic format of counters and of rare families' routes"
    } else if output.is_classic() && output.sorts_or_limits() && mixes {
        "groups and sockets have different columns: --sort and --top want one listing at a time"
    } else if delta && output.is_classic() && output.sorts_or_limits() {
        "the classic format has rates in an order of its own: with '--delta', --sort and --top go \
         with --format table, json, jsonl or csv"
    } else if delta && output.needs_all_rows() {
        "'--delta' shows rates, which are not counted: it goes without --count and --count-by"
    } else if !output.is_classic() && mixes {
        "groups and sockets are two listings: ask for one listing at a time"
    } else {
        return Ok(());
    };
    Err(error(ErrorKind::ArgumentConflict, text.to_owned()))
}

/// Returns why a request can't show rates, or `None` if it can.
pub fn no_delta(what: &What, repeat: Option<Repeat>) -> Option<&'static str> {
    match (what, repeat) {
        (What::Interfaces(it), _) if it.extended => Some("it has no long form (-e)"),
        (What::Interfaces(_) | What::Statistics(_), Some(_)) => None,
        (What::Interfaces(_) | What::Statistics(_), None) => {
            Some("it needs -c or a number of seconds")
        }
        _ => Some("it goes with -i and -s"),
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
        Some("goes with sockets")
    } else if matches!(what, What::Sockets(it) if !it.tables.iter().all(is_watched)) {
        Some("goes with TCP, UDP, UDP-Lite, raw and unix sockets")
    } else if !output.sort.is_empty() || output.top.is_some() || output.needs_all_rows() {
        Some("tells of rows as they come: they can't be sorted, counted or cut off")
    } else if output.format == Format::Table && output.columns.is_some() {
        Some("has columns of its own in a table: '--columns' goes with --json or --format csv")
    } else if matches!(what, What::Sockets(it) if it.filter.needs_internals()) {
        Some("does not go with dev, fwmark, cgroup or a column of the kernel's diagnostics")
    } else if matches!(what, What::Sockets(it) if peers::are_asked_for(flags, output, &it.filter)) {
        Some("does not tell of other ends")
    } else if flags.context {
        Some("does not go with -Z")
    } else {
        None
    }
}
