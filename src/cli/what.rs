//! Which listing the flags ask for, and which sockets, routes or counters of it.

use super::address_family::AddressFamily;
use super::flags::Flags;
use super::words::Words;
use super::{peers, select};
use crate::report::columns::sockets::{needs_owners, tells_belonging};
use crate::request::{
    Columns, Filter, Globs, Instead, Interfaces, Masquerade, OutputSpec, RouteDetail, Routes,
    Sides, Sockets, Table, TableKind, What,
};
use clap::ArgMatches;

/// What was asked for, as far as it is known before the listing.
pub struct Asked<'a> {
    /// The flags.
    pub flags: &'a Flags,
    /// The words behind them.
    pub words: &'a Words,
    /// The address families, in the order in which they were named.
    pub families: &'a [AddressFamily],
    /// Which rows.
    pub filter: &'a Filter,
    /// Whether a flag or an expression says which.
    pub is_filtered: bool,
    /// In which form.
    pub output: &'a OutputSpec,
    /// Whether rates are shown.
    pub has_rates: bool,
    /// Whether the program is called by net-tools' name.
    pub as_netstat: bool,
}

impl Asked<'_> {
    /// Returns the listing, unless checks are asked for.
    pub fn what(&self) -> What {
        let flags = self.flags;
        if !flags.route.is_empty() {
            What::Routes(self.routes())
        } else if !flags.interfaces.is_empty() {
            What::Interfaces(self.interfaces())
        } else if !flags.statistics.is_empty() {
            let gives_up = self.as_netstat;
            What::Statistics(select::statistics(
                flags,
                self.words,
                self.families,
                gives_up,
            ))
        } else if !flags.masquerade.is_empty() {
            What::Masquerade(Masquerade {
                extended: !flags.extend.is_empty(),
            })
        } else {
            What::Sockets(Box::new(self.sockets()))
        }
    }

    fn routes(&self) -> Routes {
        let flags = self.flags;
        Routes {
            families: select::routes(self.families),
            fib: flags.fib || !flags.cache,
            cache: flags.cache,
            detail: match flags.extend.len() {
                0 => RouteDetail::Plain,
                1 => RouteDetail::Extended,
                _ => RouteDetail::Full,
            },
            interfaces: flags.globs.interfaces(),
        }
    }

    fn interfaces(&self) -> Interfaces {
        let flags = self.flags;
        Interfaces {
            names: flags.globs.interfaces(),
            // One that is named may be down.
            all: flags.all || !flags.globs.interface.is_empty(),
            extended: !flags.extend.is_empty(),
            delta: flags.delta,
            like_net_tools: self.as_netstat,
        }
    }

    /// Returns whether servers are listed, and the others. A filter for a port or a state is meant for all
    /// sockets that fit, and so is watching.
    fn sides(&self) -> Sides {
        let flags = self.flags;
        let selects = self.is_filtered || !flags.globs.interface.is_empty();
        match (flags.all, flags.listening) {
            (true, _) => Sides::All,
            (false, true) => Sides::Listening,
            (false, false) if selects || flags.watching.changes => Sides::All,
            (false, false) => Sides::Connected,
        }
    }

    /// Returns whether owners are shown: the question about one needs its name, and changes show them.
    fn shows_programs(&self) -> bool {
        let flags = self.flags;
        flags.programs
            || flags.context
            || flags.kill.acts()
            || flags.watching.changes
            || flags.moments.since.is_some()
            || flags.peers && self.output.instead.is_none()
    }

    fn sockets(&self) -> Sockets {
        let Asked {
            flags,
            filter,
            output,
            ..
        } = *self;
        let sides = self.sides();
        let tables = select::sockets(
            flags,
            self.words,
            self.families,
            (sides, output.is_classic()),
        );
        let lists_groups = !tables.is_empty() && tables.iter().all(Table::is_of_groups);
        Sockets {
            sides,
            filter: match lists_groups {
                true => filter.clone(),
                false => Filter::all([filter.clone(), flags.globs.bound()]),
            },
            interfaces: match lists_groups {
                true => flags.globs.interfaces(),
                false => Globs::default(),
            },
            columns: self.columns(&tables, sides),
            tables,
            tells_unknown: peers::tell_unknown(flags, output, filter),
            tells_source: flags.verbose,
            whole_tables: flags.read_all,
            all_owners: self.needs_all_owners(),
            owners_come_along: flags.moments.is_given()
                && !flags.programs
                && !filter.needs_owners(),
            keeps_belonging: (flags.watching.changes || self.has_rates)
                && output.fields().any(tells_belonging),
            like_net_tools: self.as_netstat,
        }
    }

    /// Returns whether all owners of each socket are searched for, not only the first.
    fn needs_all_owners(&self) -> bool {
        let (flags, output) = (self.flags, self.output);
        let is_ours = self.has_rates || !output.is_classic();
        flags.kill.acts()
            || flags.moments.is_given()
            || output.instead == Some(Instead::Pids)
            || output.fields().any(needs_owners)
            || is_ours && (self.shows_programs() || flags.timers)
    }

    fn columns(&self, tables: &[Table], sides: Sides) -> Columns {
        let flags = self.flags;
        let programs = self.shows_programs();
        let is_only_unix = tables.iter().all(|table| table.kind == TableKind::Unix);
        Columns {
            extended: !flags.extend.is_empty(),
            programs,
            contexts: flags.context,
            timers: flags.timers,
            pid: flags.timers && !programs && !self.as_netstat,
            wide: flags.wide || flags.notrim,
            sctp_numbers: flags.numeric
                || flags.numeric_hosts
                || flags.numeric_ports
                || flags.numeric_users
                || flags.symbolic,
            namespaces: !flags.netns.is_empty(),
            tcp_info: flags.tcp_info,
            peers: peers::are_shown(flags, self.output, programs, is_only_unix),
            accept: is_only_unix && flags.root.is_none(),
            rates: self.has_rates,
            listeners: sides == Sides::Listening || self.filter.asks_for_listeners(),
        }
    }
}

/// Returns the address families that were named, in their order and as often.
pub fn families(flags: &Flags, matches: &ArgMatches) -> Vec<AddressFamily> {
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
