//! Listings of what has changed since the listing before.

mod page;

use super::missing::{Printed, missing, protocol_label};
use super::search::{Search, own};
use super::sockets::{open_inet, say_what_was_closed};
use super::{Outcome, say_and_go_on};
use crate::changes::{Change, Kind, Ledger, UnixSocket};
use crate::host::Host;
use crate::names::Names;
use crate::notice;
use crate::owners::{KeptOwners, Owners};
use crate::request::{Answer, Columns, Filter, Missing, Sockets, Table, TableKind};
use crate::tables::{inet, unix};
use jiff::Zoned;
use page::{Page, Told};
use std::collections::HashSet;
use std::io::{self, Write};
use std::time::Instant;

/// What one listing of changes leaves for the next.
#[derive(Debug)]
pub struct Past {
    /// The request, for all sockets that the answer can come to tell of: what a state or an owner
    /// decides is left to changes.
    rows: Sockets,
    inet: Ledger<inet::Row>,
    unix: Ledger<UnixSocket>,
    owners: KeptOwners,
    found_any: bool,
}

/// Prints what has changed since `past`; at first, the header alone.
pub fn print(
    request: &Sockets,
    answer: &Answer,
    host: &Host,
    names: &mut Names,
    past: &mut Option<Box<Past>>,
    out: &mut dyn Write,
) -> io::Result<Outcome> {
    let is_first = past.is_none();
    let past = past.get_or_insert_with(|| Box::new(Past::new(request, host)));
    let (now, time) = (Instant::now(), Zoned::now());
    let time = time.strftime("%Y-%m-%dT%H:%M:%S%.3f%:z").to_string();
    let outcome = match past.read(host, names) {
        Ok(outcome) => outcome,
        Err(why) => {
            notice::say(format_args!("{why}"));
            return Ok(Outcome::Misused);
        }
    };
    let inet = past.inet.end(now);
    let unix = past.unix.end(now);
    let gone = gone(&inet).chain(gone(&unix)).collect();
    if !is_first {
        past.renew_owners(&gone, host);
    }
    let filter = &request.filter;
    let owners = past.owners.owners();
    let inet: Vec<_> = those_that_fit(inet, filter, owners).collect();
    let unix: Vec<_> = those_that_fit(unix, filter, owners).collect();
    past.found_any |= !(inet.is_empty() && unix.is_empty());
    let page = Page {
        request,
        time: &time,
        owners,
        names,
    };
    let printed = match answer.is_classic() {
        true => page.print(is_first, inet, &unix, out),
        false => page.record(answer, is_first, inet, &unix, out),
    };
    if let Err(error) = printed {
        return error.into_outcome();
    }
    if !gone.is_empty() {
        past.forget();
    }
    Ok(match past.found_any || filter.is_empty() {
        true => outcome,
        false => outcome.and(Outcome::Nothing),
    })
}

impl Past {
    fn new(request: &Sockets, host: &Host) -> Past {
        let rows = Sockets {
            filter: Filter {
                states: Vec::new(),
                no_states: Vec::new(),
                pids: Vec::new(),
                programs: Vec::new(),
                ..request.filter.clone()
            },
            columns: Columns::default(),
            all_owners: false,
            ..request.clone()
        };
        let pids = &request.filter.pids;
        let owners = KeptOwners::scan(host, (!pids.is_empty()).then(|| pids.clone()));
        say_what_was_closed(owners.owners(), host, request);
        Past {
            rows,
            inet: Ledger::default(),
            unix: Ledger::default(),
            owners,
            found_any: false,
        }
    }

    /// Enters the tables into the ledgers.
    fn read(&mut self, host: &Host, names: &mut Names) -> Result<Outcome, String> {
        let mut outcome = Outcome::Done;
        let mut search = Search::start(&self.rows, host, &super::Past::default())?;
        for table in search.tables(&self.rows) {
            let printed = match table.kind {
                TableKind::Inet(protocol, family) => {
                    let printed =
                        read_inet(&table, &mut search, &self.rows, host, names, &mut self.inet);
                    if !matches!(printed, Printed::Whole) {
                        let is_of_table =
                            |row: &inet::Row| row.protocol == protocol && row.family == family;
                        self.inet.keep(is_of_table);
                    }
                    printed
                }
                TableKind::Unix => {
                    let printed = read_unix(&table, &mut search, host, &mut self.unix);
                    if !matches!(printed, Printed::Whole) {
                        self.unix.keep(|_| true);
                    }
                    printed
                }
                TableKind::Sctp(..) | TableKind::Rare(_) | TableKind::Groups(_) => {
                    unwatched(&table)
                }
            };
            if !matches!(printed, Printed::Whole) {
                outcome = Outcome::Failed;
            }
        }
        Ok(outcome)
    }

    /// Looks for the owners of sockets that are new, if there are any, and gives up those of the
    /// sockets that are `gone`.
    fn renew_owners(&mut self, gone: &HashSet<u64>, host: &Host) {
        let new = [self.inet.new_inodes(), self.unix.new_inodes()].concat();
        let is_listed = |inode| self.inet.has_inode(inode) || self.unix.has_inode(inode);
        if !(gone.is_empty() && new.is_empty()) {
            self.owners.close(gone, is_listed);
        }
        if !new.is_empty() {
            self.owners.find(host, &new);
        }
    }

    /// Forgets the owners of sockets that have been told to be closed.
    fn forget(&mut self) {
        let Past {
            inet, unix, owners, ..
        } = self;
        owners.forget(|inode| inet.has_inode(inode) || unix.has_inode(inode));
    }
}

fn read_inet(
    table: &Table,
    search: &mut Search<'_>,
    request: &Sockets,
    host: &Host,
    names: &mut Names,
    ledger: &mut Ledger<inet::Row>,
) -> Printed {
    let TableKind::Inet(protocol, family) = table.kind else {
        return Printed::Whole;
    };
    let mut rows = match open_inet(&mut search.started, request, host, protocol, family) {
        Ok(rows) => rows,
        Err(error) => {
            let path = host.net(inet::file_name(protocol, family));
            return missing(table, protocol_label(protocol), &path, &error);
        }
    };
    let own = own(host, names);
    loop {
        match rows.next_row() {
            Ok(None) => return Printed::Whole,
            Ok(Some(row)) if row.inode.is_some_and(|inode| own.contains(&inode)) => {}
            Ok(Some(row)) if search.includes(&row, None) => ledger.see(&row),
            Ok(Some(row)) if search.ends_at(&row) => return Printed::Whole,
            Ok(Some(_)) => {}
            Err(error) if say_and_go_on(&error).is_break() => return Printed::Partly,
            Err(_) => {}
        }
    }
}

fn read_unix(
    table: &Table,
    search: &mut Search<'_>,
    host: &Host,
    ledger: &mut Ledger<UnixSocket>,
) -> Printed {
    let mut rows = match unix::Table::open(host) {
        Ok(rows) => rows,
        Err(error) => return missing(table, "AF UNIX", &host.net(unix::FILE_NAME), &error),
    };
    loop {
        match rows.next_row() {
            Ok(None) => return Printed::Whole,
            Ok(Some(row)) if search.includes_unix(&row, None) => ledger.see(&row),
            Ok(Some(_)) => {}
            Err(error) if say_and_go_on(&error).is_break() => return Printed::Partly,
            Err(_) => {}
        }
    }
}

/// Says that a kind of sockets is not watched, where it was asked for by name.
fn unwatched(table: &Table) -> Printed {
    if table.missing != Missing::Fatal {
        return Printed::Whole;
    }
    notice::say(format_args!(
        "only TCP, UDP, UDP-Lite, raw and unix sockets can be watched for changes"
    ));
    Printed::Missing
}

/// The inodes of sockets that have closed, or are nobody's any more.
fn gone<S: Told>(changes: &[Change<S>]) -> impl Iterator<Item = u64> {
    changes
        .iter()
        .filter(|change| !matches!(change.kind, Kind::Opened))
        .filter_map(|change| change.socket.inode())
}

/// The changes from or to a state that fits, of sockets with an owner that fits.
fn those_that_fit<S: Told>(
    changes: Vec<Change<S>>,
    filter: &Filter,
    owners: &Owners,
) -> impl Iterator<Item = Change<S>> {
    changes.into_iter().filter(|change| {
        let before = match &change.kind {
            Kind::Changed(before) => before.state_name(),
            Kind::Opened | Kind::Closed { .. } => change.socket.state_name(),
        };
        (filter.includes_state(change.socket.state_name()) || filter.includes_state(before))
            && filter.includes_owner(owners, change.socket.inode())
    })
}
