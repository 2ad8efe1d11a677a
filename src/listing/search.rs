//! The sockets that a request asks for: its filter, and the owners that it takes to tell.

use super::shown::Notes;
use super::sockets::{ends_with_listeners, find_owners, start_all};
use super::{Outcome, Past};
use crate::host::Host;
use crate::names::{Names, ports_of, uid_of};
use crate::notice;
use crate::owners::{Owners, Scope, own_sockets};
use crate::request::{Filter, Ports, Sockets, Table, TableKind, User};
use crate::tables::rare::{Rare, Socket};
use crate::tables::{inet, sctp, unix};
use std::collections::HashSet;

/// A search for sockets.
pub struct Search<'a> {
    request: &'a Sockets,
    /// The filter, with numbers in the place of names.
    filter: Filter,
    owners: Option<Owners>,
    /// The tables that are being read already.
    pub started: Vec<(TableKind, inet::Table)>,
    ends_with_listeners: bool,
    found_any: bool,
    /// What is found, where that is to be told.
    notes: Option<Notes>,
}

impl<'a> Search<'a> {
    /// Begins to read the tables, and looks for owners where they are wanted.
    ///
    /// # Errors
    /// The filter names a service or a user that there is not.
    pub fn start(request: &'a Sockets, host: &Host, past: &Past) -> Result<Search<'a>, String> {
        let filter = in_numbers(&request.filter, host)?;
        let wants_owners = request.wants_owners();
        // The kernel makes the tables' text while owners are looked for, or other tables printed.
        let started = start_all(request, host, wants_owners);
        let scope = Scope {
            all: request.wants_all_owners(),
            pids: (!filter.pids.is_empty()).then(|| filter.pids.clone()),
        };
        Ok(Search {
            request,
            owners: wants_owners.then(|| find_owners(host, request, &scope)),
            filter,
            started,
            ends_with_listeners: ends_with_listeners(request, host),
            found_any: false,
            notes: past.shown.is_some().then(Notes::default),
        })
    }

    /// The owners, if they are wanted; they are handed out once.
    pub fn take_owners(&mut self) -> Option<Owners> {
        self.owners.take()
    }

    /// The tables that can have sockets that fit. Where groups are asked for besides, it is said
    /// that there is no filter for them.
    pub fn tables(&self, request: &Sockets) -> Vec<Table> {
        let can_fit = |table: &&Table| match table.kind {
            _ if self.filter.is_empty() => true,
            TableKind::Inet(..) | TableKind::Sctp(..) => true,
            TableKind::Unix => !self.filter.excludes_unix(),
            TableKind::Rare(Rare::Ipx) => !self.filter.names_ends(),
            TableKind::Rare(_) => !self.filter.excludes_unix(),
            TableKind::Groups(_) => false,
        };
        if !self.filter.is_empty() && request.lists_groups_among_sockets() {
            notice::say(format_args!(
                "groups are not filtered: they are left out beside sockets that are"
            ));
        }
        request.tables.iter().filter(can_fit).copied().collect()
    }

    /// Whether an IP socket fits; `owners` are those that were handed out.
    pub fn includes(&mut self, row: &inet::Row, owners: Option<&Owners>) -> bool {
        let fits = self.request.sides.include(row)
            && self.filter.includes(row)
            && self.has_fitting_owner(row.inode, owners);
        self.note(fits, row.inode);
        if fits && let Some(notes) = &mut self.notes {
            notes.unaccepted += usize::from(row.waits_to_be_accepted());
        }
        fits
    }

    /// Whether a unix socket fits; `owners` are those that were handed out.
    pub fn includes_unix(&mut self, row: &unix::Row<'_>, owners: Option<&Owners>) -> bool {
        let fits = self.request.sides.include_unix(row)
            && self.filter.includes_unix(row)
            && self.has_fitting_owner(row.inode, owners);
        self.note(fits, row.inode);
        fits
    }

    /// Whether an SCTP endpoint or association fits; `owners` are those that were handed out.
    pub fn includes_sctp(&mut self, row: &sctp::Row<'_>, owners: Option<&Owners>) -> bool {
        let fits =
            self.filter.includes_sctp(row) && self.has_fitting_owner(Some(row.inode), owners);
        self.note(fits, Some(row.inode));
        fits
    }

    /// Whether a socket of a rare family fits; `owners` are those that were handed out.
    pub fn includes_rare(&mut self, socket: &Socket<'_>, owners: Option<&Owners>) -> bool {
        let fits = self.request.sides.include_rare(socket)
            && self.filter.includes_rare(socket)
            && self.has_fitting_owner(socket.inode(), owners);
        self.note(fits, socket.inode());
        fits
    }

    /// Whether all sockets fit.
    pub fn is_unfiltered(&self) -> bool {
        self.filter.is_empty()
    }

    fn note(&mut self, fits: bool, inode: Option<u64>) {
        self.found_any |= fits;
        if fits && let Some(notes) = &mut self.notes {
            notes.add(inode);
        }
    }

    /// Leaves what was found, and who of `owners` holds it, where that is wanted.
    pub fn leave(&self, owners: Option<&Owners>, past: &mut Past) {
        if let (Some(notes), Some(owners)) = (&self.notes, owners) {
            past.shown = Some(notes.look_up(owners, &self.filter));
        }
    }

    fn has_fitting_owner(&self, inode: Option<u64>, owners: Option<&Owners>) -> bool {
        owners.is_none_or(|owners| self.filter.includes_owner(owners, inode))
    }

    /// Whether none of the rows behind this one can fit.
    pub fn ends_at(&self, row: &inet::Row) -> bool {
        self.ends_with_listeners && row.is_connection()
    }

    /// What the search came to: with a filter, it has failed if nothing was found.
    pub fn outcome(&self) -> Outcome {
        match self.found_any || self.filter.is_empty() {
            true => Outcome::Done,
            false => Outcome::Nothing,
        }
    }
}

/// Our own sockets, through which names are being asked for: they are not listed.
pub fn own(host: &Host, names: &mut Names) -> HashSet<u64> {
    match names.are_asked() {
        true => own_sockets(host),
        false => HashSet::new(),
    }
}

/// The filter, with numbers in the place of services' and users' names.
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
