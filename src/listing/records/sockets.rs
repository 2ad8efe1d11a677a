//! Sockets as records.

use super::super::held::MOST_HELD;
use super::super::missing::{Printed, SCTP_LABEL, missing, printed_rare, protocol_label};
use super::super::search::{Search, own};
use super::super::sockets::open_inet;
use super::super::{Outcome, Past, rare, say_and_go_on, sctp};
use super::each_row;
use crate::host::Host;
use crate::names::Names;
use crate::owners::Owners;
use crate::report::columns::{self, Record};
use crate::report::records::formats::Report;
use crate::report::records::pipeline::Wanted;
use crate::request::{Sockets, TableKind};
use crate::tables::{self, inet, unix};
use std::collections::{HashSet, VecDeque};
use std::io;

/// Hands on the sockets that `request` asks for.
pub fn record(
    request: &Sockets,
    mut search: Search<'_>,
    wanted: &Wanted,
    host: &Host,
    names: &mut Names,
    past: &mut Past,
    report: &mut dyn Report,
) -> io::Result<Outcome> {
    let owners = search.take_owners();
    let owners = owners.as_ref();
    let mut outcome = Outcome::Done;
    let mut left = wanted.most;
    for table in search.tables(request) {
        if left == 0 {
            break;
        }
        let printed = match table.kind {
            TableKind::Inet(protocol, family) => {
                match open_inet(&mut search.started, request, host, protocol, family) {
                    Ok(rows) => {
                        let mut way = Way {
                            search: &mut search,
                            owners,
                            own: own(host, names),
                            names,
                            wanted: &wanted.places,
                            left: &mut left,
                            report,
                        };
                        way.record_inet(rows)?
                    }
                    Err(error) => {
                        let path = host.net(inet::file_name(protocol, family));
                        missing(&table, protocol_label(protocol), &path, &error)
                    }
                }
            }
            TableKind::Unix => match unix::Table::open(host) {
                Ok(rows) => record_unix(rows, &mut search, owners, names, report)?,
                Err(error) => missing(&table, "AF UNIX", &host.net(unix::FILE_NAME), &error),
            },
            TableKind::Sctp(part, family) => match tables::sctp::Table::open(host, part, family) {
                Ok(rows) => sctp::record(rows, &mut search, owners, names, report)?,
                Err(error) => {
                    let path = host.net(tables::sctp::file_name(part, family));
                    missing(&table, SCTP_LABEL, &path, &error)
                }
            },
            TableKind::Rare(family) => {
                let opened =
                    rare::record_sockets(family, host, &mut search, owners, names, report)?;
                printed_rare(opened, &table, family, host)
            }
            // A listing of their own.
            TableKind::Groups(_) => Printed::Whole,
        };
        if !matches!(printed, Printed::Whole) {
            outcome = Outcome::Failed;
        }
    }
    search.leave(owners, past);
    Ok(outcome.and(search.outcome()))
}

/// What the rows of a table of IP sockets are handed on with.
struct Way<'a, 'b> {
    search: &'a mut Search<'b>,
    owners: Option<&'a Owners>,
    own: HashSet<u64>,
    names: &'a mut Names,
    /// The places of the fields that will be looked at.
    wanted: &'a [usize],
    /// How many rows are still wanted.
    left: &'a mut usize,
    report: &'a mut dyn Report,
}

impl Way<'_, '_> {
    fn record_inet(&mut self, mut rows: inet::Table) -> io::Result<Printed> {
        // As in `held`: names are asked for as rows are read, and rows wait for theirs in order.
        let mut held = VecDeque::new();
        let is_whole = each_row!(rows.next_row(), row => {
            let is_own = row.inode.is_some_and(|inode| self.own.contains(&inode));
            if !is_own && self.search.includes(&row, self.owners) {
                let Some(left) = self.left.checked_sub(1) else {
                    break true;
                };
                *self.left = left;
                if self.has_names(&row) && held.is_empty() {
                    self.record(&row)?;
                    continue;
                }
                held.push_back(row);
                if held.len() > MOST_HELD
                    && let Some(row) = held.pop_front()
                {
                    self.record(&row)?;
                }
            } else if self.search.ends_at(&row) {
                break true;
            }
        });
        for row in held {
            self.record(&row)?;
        }
        Ok(if is_whole {
            Printed::Whole
        } else {
            Printed::Partly
        })
    }

    fn socket<'a>(&'a mut self, row: &'a inet::Row) -> columns::sockets::Socket<'a> {
        columns::sockets::Socket {
            row: columns::sockets::Row::Inet(row),
            names: self.names,
            owners: self.owners,
        }
    }

    /// Asks for the names that the row will be shown with; whether all are known.
    fn has_names(&mut self, row: &inet::Row) -> bool {
        self.names.begin_row();
        for place in self.wanted {
            if columns::sockets::is_name(*place) {
                self.socket(row).value(*place);
            }
        }
        self.names.end_row()
    }

    /// Hands a row on, and waits for its names where need be.
    fn record(&mut self, row: &inet::Row) -> io::Result<()> {
        self.report.record(&mut columns::sockets::Socket {
            row: columns::sockets::Row::Inet(row),
            names: self.names,
            owners: self.owners,
        })
    }
}

fn record_unix(
    mut rows: unix::Table,
    search: &mut Search<'_>,
    owners: Option<&Owners>,
    names: &mut Names,
    report: &mut dyn Report,
) -> io::Result<Printed> {
    let is_whole = each_row!(rows.next_row(), row => {
        if search.includes_unix(&row, owners) {
            report.record(&mut columns::sockets::Socket {
                row: columns::sockets::Row::Unix(&row),
                names,
                owners,
            })?;
        }
    });
    Ok(if is_whole {
        Printed::Whole
    } else {
        Printed::Partly
    })
}
