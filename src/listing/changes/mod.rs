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
use crate::owners::{KeptOwners, Listed, Owners};
use crate::request::{Columns, Filter, OutputSpec, Sockets, TableKind};
use crate::tables::{ReadError, inet, unix};
use jiff::Zoned;
use page::{Page, Told};
use std::collections::HashSet;
use std::io::{self, Write};
use std::ops::ControlFlow;
use std::time::Instant;

/// What one listing of changes leaves for the next.
#[derive(Debug)]
pub struct Past {
    /// The request, for all sockets that the output can come to tell of: what a state or an owner
    /// decides is left to changes.
    rows: Sockets,
    inet: Ledger<inet::Row>,
    unix: Ledger<UnixSocket>,
    owners: KeptOwners,
    said: Said,
    found_any: bool,
}

/// Prints what has changed since `past`; at first, the header alone.
pub fn print(
    request: &Sockets,
    output: &OutputSpec,
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
    let owners = &past.owners;
    let inet = past.inet.end(now, |inode| owners.is_held(host, inode));
    let unix = past.unix.end(now, |inode| owners.is_held(host, inode));
    past.renew_owners(host);
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
    let printed = match output.is_classic() {
        true => page.print(is_first, inet, &unix, out),
        false => page.record(output, is_first, inet, &unix, out),
    };
    if let Err(error) = printed {
        return error.into_outcome();
    }
    past.forget();
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
            said: Said::default(),
            found_any: false,
        }
    }

    /// Enters the tables into the ledgers.
    fn read(&mut self, host: &Host, names: &mut Names) -> Result<Outcome, String> {
        let Past {
            rows,
            inet,
            unix,
            said,
            ..
        } = self;
        let mut outcome = Outcome::Done;
        let mut search = Search::start(rows, host, &super::Past::default())?;
        for table in search.tables(rows) {
            let printed = match table.kind {
                TableKind::Inet(protocol, family) => {
                    let is_of_table =
                        |it: &inet::Row| (it.protocol, it.family) == (protocol, family);
                    match open_inet(&mut search.started, rows, host, protocol, family) {
                        Ok(table) => {
                            let own = own(host, names);
                            let printed = read_inet(table, &mut search, &own, said, inet);
                            if !matches!(printed, Printed::Whole) {
                                inet.keep(is_of_table);
                            }
                            printed
                        }
                        Err(error) => {
                            inet.keep(is_of_table);
                            let path = host.net(inet::file_name(protocol, family));
                            missing(&table, protocol_label(protocol), &path, &error)
                        }
                    }
                }
                TableKind::Unix => match unix::Table::open(host) {
                    Ok(table) => {
                        let printed = read_unix(table, &mut search, said, unix);
                        if !matches!(printed, Printed::Whole) {
                            unix.keep(|_| true);
                        }
                        printed
                    }
                    Err(error) => {
                        unix.keep(|_| true);
                        missing(&table, "AF UNIX", &host.net(unix::FILE_NAME), &error)
                    }
                },
                // The command line sees that nobody names these.
                TableKind::Sctp(..) | TableKind::Rare(_) | TableKind::Groups(_) => Printed::Whole,
            };
            if !matches!(printed, Printed::Whole) {
                outcome = Outcome::Failed;
            }
        }
        Ok(outcome)
    }

    /// Looks for the owners of sockets that are new, and gives up those of sockets that are gone.
    fn renew_owners(&mut self, host: &Host) {
        let new = [self.inet.new_inodes(), self.unix.new_inodes()].concat();
        let gone = self.inet.gone_inodes() | self.unix.gone_inodes();
        let listed = Listed {
            new: &new,
            gone: &gone,
            has: &|inode| self.inet.has_inode(inode) || self.unix.has_inode(inode),
        };
        self.owners.renew(host, &listed);
    }

    /// Forgets the owners of sockets that have been told to be closed.
    fn forget(&mut self) {
        let Past {
            inet, unix, owners, ..
        } = self;
        let gone = inet.gone_inodes() | unix.gone_inodes();
        if !gone.is_empty() {
            owners.forget(&gone, |inode| {
                inet.has_inode(inode) || unix.has_inode(inode)
            });
        }
    }
}

fn read_inet(
    mut rows: inet::Table,
    search: &mut Search<'_>,
    own: &HashSet<u64>,
    said: &mut Said,
    ledger: &mut Ledger<inet::Row>,
) -> Printed {
    loop {
        match rows.next_row() {
            Ok(None) => return Printed::Whole,
            Ok(Some(row)) if row.inode.is_some_and(|inode| own.contains(&inode)) => {}
            Ok(Some(row)) if search.includes(&row, None) => ledger.see(&row),
            Ok(Some(row)) if search.ends_at(&row) => return Printed::Whole,
            Ok(Some(_)) => {}
            Err(error) if said.say_and_go_on(&error).is_break() => return Printed::Partly,
            Err(_) => {}
        }
    }
}

fn read_unix(
    mut rows: unix::Table,
    search: &mut Search<'_>,
    said: &mut Said,
    ledger: &mut Ledger<UnixSocket>,
) -> Printed {
    loop {
        match rows.next_row() {
            Ok(None) => return Printed::Whole,
            Ok(Some(row)) if search.includes_unix(&row, None) => ledger.see(&row),
            Ok(Some(_)) => {}
            Err(error) if said.say_and_go_on(&error).is_break() => return Printed::Partly,
            Err(_) => {}
        }
    }
}

/// What has been said of bad lines: a line that stays is told of once.
#[derive(Debug, Default)]
struct Said(HashSet<String>);

impl Said {
    /// How many texts are remembered; after that, all is said again.
    const MOST: usize = 256;

    /// As for any listing, but once.
    fn say_and_go_on(&mut self, error: &ReadError) -> ControlFlow<()> {
        if let ReadError::Malformed { .. } = error {
            if self.0.len() >= Said::MOST {
                self.0.clear();
            }
            if !self.0.insert(error.to_string()) {
                return ControlFlow::Continue(());
            }
        }
        say_and_go_on(error)
    }
}

/// The changes from or to a state that fits, of sockets with an owner that fits.
fn those_that_fit<S: Told>(
    changes: Vec<Change<S>>,
    filter: &Filter,
    owners: &Owners,
) -> impl Iterator<Item = Change<S>> {
    changes.into_iter().filter_map(|mut change| {
        let before = match &change.kind {
            Kind::Changed(before) => before.state_name(),
            // Only now it can be told whether the owner fits.
            Kind::Accepted if filter.needs_owners() => {
                change.kind = Kind::Opened;
                change.socket.state_name()
            }
            Kind::Accepted => return None,
            Kind::Opened | Kind::Closed { .. } => change.socket.state_name(),
        };
        let state = change.socket.state_name();
        let fits = (filter.includes_state(state) || filter.includes_state(before))
            && filter.includes_owner(owners, change.socket.inode());
        fits.then_some(change)
    })
}
