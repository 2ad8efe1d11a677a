//! Whether the other ends of sockets are shown: if they are asked for, or beside owners.

use super::flags::Flags;
use crate::report::columns::sockets::{is_of_unix, needs_peers};
use crate::request::{Filter, Format, OutputSpec, Subject};

/// Returns whether other ends are asked for.
pub fn are_asked_for(flags: &Flags, output: &OutputSpec, filter: &Filter) -> bool {
    flags.peers || output.fields().any(needs_peers) || filter.has_column_of(Subject::Peer)
}

/// Returns whether the formats have other ends. JSON has them with owners, and so has a table of unix
/// sockets, each of which says little without its other end. CSV has not, lest the columns of scripts
/// move.
pub fn are_shown(flags: &Flags, output: &OutputSpec, programs: bool, is_only_unix: bool) -> bool {
    let come_along = match output.format {
        Format::Json | Format::Jsonl => programs || flags.timers,
        // Only a running kernel knows them.
        Format::Table => programs && is_only_unix && flags.root.is_none(),
        Format::Classic | Format::Csv => false,
    };
    let acts = flags.kill.acts() || flags.watching.changes;
    flags.peers || come_along && !acts
}

/// Returns whether it is told what is not known of other ends, and of unix sockets' internals.
pub fn tell_unknown(flags: &Flags, output: &OutputSpec, filter: &Filter) -> bool {
    let are_named = output.fields().any(is_of_unix) || filter.asks_of_unix();
    flags.peers || flags.tcp_info || are_named
}
