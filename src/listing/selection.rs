//! Which sockets a listing selects, and the owners that decide it.

use super::elsewhere;
use super::named;
use super::peers::Peers;
use super::source::Source;
use super::unseen::{self, Unseen};
use super::walk::Walk;
use super::{Joined, Needs, Outcome, Selector, Warnings};
use crate::filter::Surroundings;
use crate::host::Host;
use crate::notice::{self, count};
use crate::owners::{Owners, Scope};
use crate::request::{Filter, Sides, Sockets, Subject, Table, TableKind, Test};
use crate::tables::diag::{Depth, LISTEN, Query};
use crate::tables::inet::{Family, Protocol, Until};
use crate::tables::{Net, Socket};

/// The sockets that a request selects.
pub struct Selection<'a> {
    request: &'a Sockets,
    selector: &'a Selector<'a>,
    /// The only processes that are searched for owners; empty if all are.
    pids: Vec<i32>,
    ends_with_listeners: bool,
    found_any: bool,
    /// The number of sockets that fit, or would with a certain owner, but whose owner can't be seen.
    unowned: usize,
    /// Whether the filter tests marks.
    tests_marks: bool,
    /// The number of sockets that may fit, but whose mark is not told.
    unmarked: usize,
    /// The number of sockets that fit, but whose other end's owner can't be seen.
    unmet: usize,
}

impl<'a> Selection<'a> {
    /// Returns the selection of `request` on `host`, whose filter `selector` has.
    pub fn new(request: &'a Sockets, selector: &'a Selector<'a>, host: &Host) -> Selection<'a> {
        Selection {
            request,
            selector,
            pids: request.filter.pids(),
            ends_with_listeners: request.sides == Sides::Listening
                && !request.whole_tables
                && host.is_linux(),
            found_any: false,
            unowned: 0,
            tests_marks: selector.filter().has(&|test| match test {
                Test::Mark(_) => true,
                Test::Column(column) => column.takes_rights(),
                _ => false,
            }),
            unmarked: 0,
            unmet: 0,
        }
    }

    fn filter(&self) -> &'a Filter {
        self.selector.filter()
    }

    /// Returns what the sink needs, with what the filter does.
    pub fn needs(&self, sink: Needs) -> Needs {
        let filter = self.filter();
        let depth = if filter.needs_internals() {
            Some(Depth::Internals)
        } else if filter.has_column_of(Subject::InternalsOrTable) {
            sink.diag.map(|_| Depth::Internals)
        } else if filter.has_column_of(Subject::Timers) {
            sink.diag.map(|_| Depth::Timers)
        } else {
            None
        };
        Needs {
            diag: sink.diag.max(depth),
            lacks_in_tables: sink.lacks_in_tables || filter.needs_internals(),
            peers: sink.peers || filter.has_column_of(Subject::Peer),
            unix: sink.unix || filter.asks_of_unix(),
            ..sink
        }
    }

    /// Returns whether a socket is missed whose internals are not known, even if it is not listed.
    pub fn tests_internals(&self) -> bool {
        self.filter().needs_internals() || self.filter().has_column_of(Subject::Peer)
    }

    /// Goes on with the sockets of another namespace: learns what the filter has to know of it. What
    /// can't be read is reported, and fits nothing.
    pub fn enter(&self, net: &Net, walk: &mut Walk<'_>) -> Outcome {
        let mut outcome = Outcome::Done;
        match self.selector.surroundings(net) {
            Ok(surroundings) => walk.joined.surroundings = surroundings,
            Err(why) => {
                walk.warnings.say(why);
                walk.joined.surroundings = Surroundings::default();
                outcome = Outcome::Incomplete;
            }
        }
        if named::report_absent(self.filter().devices().into_iter(), net, walk) {
            walk.joined.surroundings.lacks_interface = true;
            outcome = Outcome::Failed;
        }
        outcome
    }

    /// Returns the owners that were found already, or scans for them, or returns `None` if the request
    /// needs none.
    pub fn find_owners(&self, host: &Host, found: Option<Owners>, needs: Needs) -> Option<Owners> {
        if !self.request.wants_owners() {
            return None;
        }
        let owners = found.unwrap_or_else(|| Owners::scan(host, &scope(self.request)));
        if self.request.owners_come_along {
            return Some(owners);
        }
        unseen::report_failures(&owners, host);
        if needs.net_tools_status {
            unseen::report_denied_like_net_tools(&owners, self.request);
        }
        Some(owners)
    }

    /// Returns the owners of all sockets, if those that were found are not.
    pub fn find_peer_owners(&self, host: &Host, needs: Needs) -> Option<Owners> {
        let scope = scope(self.request);
        let are_all = !needs.peers || scope.pids.is_none();
        (!are_all).then(|| {
            let owners = Owners::scan(
                host,
                &Scope {
                    pids: None,
                    ..scope
                },
            );
            unseen::report_failures(&owners, host);
            owners
        })
    }

    /// Returns the tables that can have sockets that fit. Groups have no filter: if they are asked
    /// for besides, that is reported.
    pub fn tables(&self) -> Vec<Table> {
        if !self.filter().is_empty() && self.request.lists_groups_among_sockets() {
            notice::say(format_args!(
                "multicast groups are not listed: filters do not apply to them"
            ));
        }
        self.request
            .tables
            .iter()
            .filter(|table| self.can_fit(table.kind))
            .copied()
            .collect()
    }

    /// Returns whether a table of this kind may have a row that fits.
    pub fn can_fit(&self, kind: TableKind) -> bool {
        let filter = self.filter();
        match kind {
            _ if filter.is_empty() => true,
            TableKind::Groups(_) => false,
            kind => filter.can_fit(kind),
        }
    }

    /// Returns the tables of a protocol that can have sockets that fit.
    pub fn tables_of(&self, protocol: Protocol) -> Vec<Table> {
        let is_of = |table: &&Table| match table.kind {
            TableKind::Inet(it, _) => it == protocol && self.filter().can_fit(table.kind),
            _ => false,
        };
        self.request.tables.iter().filter(is_of).copied().collect()
    }

    /// Returns whether a socket fits.
    pub fn includes(&mut self, socket: &Socket<'_>, joined: &mut Joined<'_>) -> bool {
        if !self.request.sides.include(socket) {
            return false;
        }
        let by_row = self.selector.by_row(socket, joined);
        if by_row == Some(false) {
            return false;
        }
        if joined.owners.is_some() && !self.request.owners_come_along {
            // Where only some processes were searched, most sockets are others'.
            let is_unowned = self.pids.is_empty() && joined.lacks_known_owner(socket);
            self.unowned += usize::from(is_unowned);
        }
        let fits = by_row.unwrap_or_else(|| {
            let state = socket.state();
            self.selector.by_owners(socket, state, joined)
        });
        let lacks_mark = || socket.internals().is_some_and(|it| it.mark().is_none());
        if !fits && by_row.is_none() && self.tests_marks && lacks_mark() {
            self.unmarked += 1;
        }
        let asks_of_peer = fits || by_row.is_none() && self.filter().has_column_of(Subject::Peer);
        self.unmet += usize::from(asks_of_peer && joined.lacks_known_peer(socket));
        self.found_any |= fits;
        fits
    }

    /// Reports owners that can't be seen, at the end of a listing, and returns its outcome: with a
    /// filter, a listing without a row is a failure.
    pub fn end(&self, walk: &mut Walk<'_>, needs: Needs) -> Outcome {
        let Joined { host, owners, .. } = walk.joined;
        // A process that is asked for by its PID has no row here if it lives elsewhere.
        if host.is_live() && (!self.found_any || !self.pids.is_empty()) {
            elsewhere::report(self.filter(), owners, walk.nets(), host, walk.warnings);
        }
        let is_classic = needs.net_tools_status;
        let unseen = Unseen {
            sockets: self.unowned,
            peers: 0,
            pids: &self.pids,
            denial_is_reported: is_classic,
        };
        let mut is_whole = owners.is_none_or(|owners| !unseen.report(owners, host, walk.warnings));
        if let Some(peers) = walk.joined.peers.filter(|_| self.request.tells_unknown) {
            is_whole &= self.report_unmet(peers, host, walk.warnings);
        }
        if self.unmarked > 0 {
            let sockets = count(self.unmarked, "socket");
            let why = "reading mark, mptcp and ulp needs CAP_NET_ADMIN";
            walk.warnings.say(format!(
                "the filter could not be applied to {sockets}: {why}"
            ));
            return Outcome::Incomplete;
        }
        match self.found_any || self.filter().is_empty() {
            _ if !is_whole && !needs.excuses_owners => Outcome::Incomplete,
            true => Outcome::Done,
            false => Outcome::Nothing,
        }
    }

    /// Reports why other ends may not be known, and returns whether they are.
    fn report_unmet(&self, peers: Peers<'_>, host: &Host, warnings: &mut Warnings) -> bool {
        let unseen = Unseen {
            sockets: 0,
            peers: self.unmet,
            pids: &[],
            denial_is_reported: false,
        };
        let flaws = peers.lookups.flaws();
        for flaw in flaws {
            warnings.say(format!("some peers could not be found: {flaw}"));
        }
        let owners = peers.owners.filter(|_| self.unmet > 0);
        flaws.is_empty() && owners.is_none_or(|owners| !unseen.report(owners, host, warnings))
    }

    /// Returns whether all sockets fit.
    pub fn is_unfiltered(&self) -> bool {
        self.filter().is_empty()
    }

    /// Returns the request that this is the selection of.
    pub fn request(&self) -> &'a Sockets {
        self.request
    }

    /// Returns which states the kernel has to list, a bit each.
    fn states(&self, protocol: Protocol, needs: Needs) -> u32 {
        if protocol != Protocol::Tcp || needs.all_states {
            return u32::MAX;
        }
        let of_sides = match self.request.sides {
            Sides::Listening => 1 << LISTEN,
            Sides::Connected => !(1 << LISTEN),
            Sides::All => u32::MAX,
        };
        of_sides & self.filter().tcp_states()
    }

    /// Returns how a table of IP sockets is read.
    pub fn source(&self, protocol: Protocol, family: Family, needs: Needs) -> Source {
        let lists_listeners = self.request.sides == Sides::Listening && protocol == Protocol::Tcp;
        let query = needs.diag.map(|depth| Query {
            depth,
            completes_requests: needs.users
                || depth >= Depth::Timers
                || self.filter().needs_users(),
            states: self.states(protocol, needs),
            // A raw socket has the number of its IP protocol in the port's place.
            bytecode: Some(self.filter())
                .filter(|_| protocol != Protocol::Raw)
                .and_then(|filter| filter.on_ends(family)?.bytecode())
                .unwrap_or_default(),
            ..Query::new(protocol, family)
        });
        Source {
            protocol,
            family,
            // Linux lists all listeners before the first connection (net/ipv4/tcp_ipv4.c,
            // `tcp_get_idx`); copied files may not, and other systems do not.
            until: match lists_listeners && self.ends_with_listeners {
                true => Until::FirstConnection,
                false => Until::End,
            },
            query,
        }
    }
}

/// Returns which owners have to be searched for.
pub fn scope(request: &Sockets) -> Scope {
    let pids = request.filter.pids();
    Scope {
        all: request.wants_all_owners(),
        pids: (!pids.is_empty()).then_some(pids),
        names: request.filter.needs_program_names(),
        belonging: request.keeps_belonging || request.filter.needs_belonging(),
    }
}
