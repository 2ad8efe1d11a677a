//! Which sockets a listing selects, and the owners that decide it.

use super::elsewhere;
use super::source::Source;
use super::unseen::{self, Unseen};
use super::walk::Walk;
use super::{Joined, Needs, Outcome};
use crate::host::Host;
use crate::names::{ports_of, uid_of};
use crate::notice;
use crate::owners::{Owners, Scope};
use crate::request::{Filter, Ports, Sides, Sockets, Table, TableKind, User};
use crate::tables::Socket;
use crate::tables::diag::{Depth, LISTEN, Query};
use crate::tables::inet::{Family, Protocol, Until};
use crate::tables::rare::Rare;

/// The sockets that a request selects.
pub struct Selection<'a> {
    request: &'a Sockets,
    /// The filter, with numbers in place of names.
    filter: Filter,
    ends_with_listeners: bool,
    found_any: bool,
    /// The number of sockets that fit, or would with a certain owner, but whose owner can't be seen.
    unowned: usize,
}

impl<'a> Selection<'a> {
    /// Returns the selection of `request` on `host`.
    ///
    /// # Errors
    /// The filter names a service or a user that does not exist.
    pub fn new(request: &'a Sockets, host: &Host) -> Result<Selection<'a>, String> {
        Ok(Selection {
            request,
            filter: in_numbers(&request.filter, host)?,
            ends_with_listeners: request.sides == Sides::Listening
                && !request.whole_tables
                && host.is_linux(),
            found_any: false,
            unowned: 0,
        })
    }

    /// Returns the owners that were found already, or scans for them, or returns `None` if the request
    /// needs none.
    pub fn find_owners(&self, host: &Host, found: Option<Owners>, needs: Needs) -> Option<Owners> {
        if !self.request.wants_owners() {
            return None;
        }
        let owners = found.unwrap_or_else(|| Owners::scan(host, &scope(self.request)));
        unseen::report_failures(&owners, host);
        if needs.net_tools_status {
            unseen::report_denied_like_net_tools(&owners, self.request);
        }
        Some(owners)
    }

    /// Returns the tables that can have sockets that fit. Groups have no filter: if they are asked
    /// for besides, that is reported.
    pub fn tables(&self) -> Vec<Table> {
        let can_fit = |table: &&Table| match table.kind {
            _ if self.filter.is_empty() => true,
            TableKind::Inet(..) | TableKind::Sctp(..) => true,
            TableKind::Unix => !self.filter.excludes_unix(),
            TableKind::Rare(Rare::Ipx) => !self.filter.names_ends(),
            TableKind::Rare(_) => !self.filter.excludes_unix(),
            TableKind::Groups(_) => false,
        };
        if !self.filter.is_empty() && self.request.lists_groups_among_sockets() {
            notice::say(format_args!(
                "groups are not filtered: they are left out beside sockets that are"
            ));
        }
        self.request
            .tables
            .iter()
            .filter(can_fit)
            .copied()
            .collect()
    }

    /// Returns whether a socket fits.
    pub fn includes(&mut self, socket: &Socket<'_>, joined: &Joined<'_>) -> bool {
        if !(self.request.sides.include(socket) && self.filter.includes(socket)) {
            return false;
        }
        if let Some(owners) = joined.owners {
            // Where only some processes were searched, most sockets are others'.
            let is_unowned = self.filter.pids.is_empty() && joined.lacks_known_owner(socket);
            self.unowned += usize::from(is_unowned);
            if !self.filter.includes_owner(owners, socket.inode()) {
                return false;
            }
        }
        self.found_any = true;
        true
    }

    /// Reports owners that can't be seen, at the end of a listing, and returns its outcome: with a
    /// filter, a listing without a row is a failure.
    pub fn end(&self, walk: &mut Walk<'_>, needs: Needs) -> Outcome {
        let Joined { host, owners, .. } = walk.joined;
        // A process that is asked for by its PID has no row here if it lives elsewhere.
        if host.is_live() && (!self.found_any || !self.filter.pids.is_empty()) {
            elsewhere::report(&self.filter, owners, walk.nets(), host, walk.warnings);
        }
        let is_classic = needs.net_tools_status;
        let unseen = Unseen {
            sockets: self.unowned,
            pids: &self.filter.pids,
            denial_is_reported: is_classic,
        };
        let is_whole = owners.is_none_or(|owners| !unseen.report(owners, host, walk.warnings));
        match self.found_any || self.filter.is_empty() {
            _ if !is_whole && !is_classic => Outcome::Incomplete,
            true => Outcome::Done,
            false => Outcome::Nothing,
        }
    }

    /// Returns whether all sockets fit.
    pub fn is_unfiltered(&self) -> bool {
        self.filter.is_empty()
    }

    /// Returns the request that this is the selection of.
    pub fn request(&self) -> &'a Sockets {
        self.request
    }

    /// Returns how a table of IP sockets is read.
    pub fn source(&self, protocol: Protocol, family: Family, needs: Needs) -> Source {
        let lists_listeners = self.request.sides == Sides::Listening && protocol == Protocol::Tcp;
        let query = needs.diag.map(|depth| Query {
            depth,
            completes_requests: needs.users
                || depth >= Depth::Timers
                || !self.filter.users.is_empty(),
            states: match (self.request.sides, protocol) {
                (Sides::Listening, Protocol::Tcp) => 1 << LISTEN,
                (Sides::Connected, Protocol::Tcp) => !(1 << LISTEN),
                _ => u32::MAX,
            },
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
    let pids = &request.filter.pids;
    Scope {
        all: request.wants_all_owners(),
        pids: (!pids.is_empty()).then(|| pids.clone()),
        names: !request.filter.programs.is_empty(),
        belonging: request.keeps_belonging || !request.filter.belonging.is_empty(),
    }
}

/// Returns the filter with numbers in place of the names of services and users.
fn in_numbers(filter: &Filter, host: &Host) -> Result<Filter, String> {
    let mut filter = filter.clone();
    for ports in [
        &mut filter.ports,
        &mut filter.local_ports,
        &mut filter.foreign_ports,
    ] {
        let mut known = Vec::with_capacity(ports.len());
        for port in ports.drain(..) {
            match port {
                Ports::Range(..) => known.push(port),
                Ports::Service(name) => {
                    let found = ports_of(host, &name);
                    if found.is_empty() {
                        return Err(format!(
                            "no service is called '{name}', and it is neither a number from 1 to \
                             65535 nor a range like 8000-8100"
                        ));
                    }
                    known.extend(found.into_iter().map(|port| Ports::Range(port, port)));
                }
            }
        }
        *ports = known;
    }
    for user in &mut filter.users {
        if let User::Name(name) = user {
            let uid = uid_of(host, name).ok_or_else(|| format!("no user is called '{name}'"))?;
            *user = User::Id(uid);
        }
    }
    Ok(filter)
}
