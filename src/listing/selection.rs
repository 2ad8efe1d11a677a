//! Which sockets a listing selects, and the owners that decide it.

use super::Outcome;
use crate::host::Host;
use crate::names::{ports_of, uid_of};
use crate::notice::{self, count};
use crate::owners::{Access, Owners, Scope};
use crate::request::{Columns, Filter, Ports, Sides, Sockets, Table, TableKind, User};
use crate::tables::rare::Rare;
use crate::tables::{Socket, inet};
use nix::unistd::geteuid;
use std::io;

/// The sockets that a request selects.
pub struct Selection<'a> {
    request: &'a Sockets,
    /// The filter, with numbers in place of names.
    filter: Filter,
    ends_with_listeners: bool,
    found_any: bool,
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
            ends_with_listeners: ends_with_listeners(request, host),
            found_any: false,
        })
    }

    /// Scans for the owners, or returns `None` if the request needs none.
    pub fn find_owners(&self, host: &Host) -> Option<Owners> {
        if !self.request.wants_owners() {
            return None;
        }
        let owners = Owners::scan(host, &scope(self.request));
        warn_incomplete_owners(&owners, host, self.request);
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
    pub fn includes(&mut self, socket: &Socket<'_>, owners: Option<&Owners>) -> bool {
        let has_owner = |owners: &Owners| self.filter.includes_owner(owners, socket.inode());
        let fits = self.request.sides.include(socket)
            && self.filter.includes(socket)
            && owners.is_none_or(has_owner);
        self.found_any |= fits;
        fits
    }

    /// Returns whether all sockets fit.
    pub fn is_unfiltered(&self) -> bool {
        self.filter.is_empty()
    }

    /// Returns whether no row behind this one can fit.
    pub fn ends_at(&self, socket: &Socket<'_>) -> bool {
        self.ends_with_listeners && socket.inet().is_some_and(inet::Row::is_connection)
    }

    /// Returns the outcome: with a filter, a listing without a row is a failure.
    pub fn outcome(&self) -> Outcome {
        match self.found_any || self.filter.is_empty() {
            true => Outcome::Done,
            false => Outcome::Nothing,
        }
    }
}

/// Returns whether a listing is done with a table of TCP at its first connection. A kernel lists
/// all listeners before (net/ipv4/tcp_ipv4.c, `tcp_get_idx`), copied files may not.
pub fn ends_with_listeners(request: &Sockets, host: &Host) -> bool {
    request.sides == Sides::Listening && host.is_live() && !request.whole_tables
}

/// Returns which owners have to be searched for.
pub fn scope(request: &Sockets) -> Scope {
    let pids = &request.filter.pids;
    Scope {
        all: request.wants_all_owners(),
        pids: (!pids.is_empty()).then(|| pids.clone()),
        names: !request.filter.programs.is_empty(),
    }
}

/// Reports on stderr that not all owners can be seen.
pub fn warn_incomplete_owners(owners: &Owners, host: &Host, request: &Sockets) {
    let unread = owners.unread();
    let proc = host.proc();
    let proc = proc.display();
    let error = io::Error::from_raw_os_error;
    if unread.unlisted != 0 {
        let error = error(unread.unlisted);
        notice::say(format_args!(
            "not all owners could be found: {proc}: {error}"
        ));
    }
    if unread.failed > 0 {
        let (processes, error) = (count(unread.failed, "process"), error(unread.errno));
        notice::say(format_args!(
            "not all owners could be found: {proc}: {processes} could not be read: {error}"
        ));
    }
    let flag = match request.columns {
        Columns { programs: true, .. } => "-p",
        Columns { timers: true, .. } => "-o",
        _ => "owners",
    };
    match owners.access() {
        Access::Whole => {}
        Access::None => notice::say(format_args!(
            "(No info could be read for \"{flag}\": geteuid()={} but you should be root.)",
            geteuid()
        )),
        Access::Partial => notice::say_lines(
            "rnetstat: (Not all processes could be identified, non-owned process info\n \
             will not be shown, you would have to be root to see it all.)\n",
        ),
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
