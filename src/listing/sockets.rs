//! A listing of sockets.

use super::arranged::{Arranged, Page};
use super::held::{Form, Held, RowWriter, Take};
use super::missing::{Printed, SCTP_LABEL, missing, printed_rare, protocol_label};
use super::search::{Search, own};
use super::{Outcome, Past, flush_line, groups, say_and_go_on, say_cut, sctp};
use crate::host::Host;
use crate::names::Names;
use crate::notice;
use crate::owners::{Access, Contexts, Owners, Scope};
use crate::report::classic::{self, Context};
use crate::report::columns;
use crate::request::{Columns, Sides, Sockets, Table, TableKind};
use crate::tables::rare::Rare;
use crate::tables::{self, ReadAhead, group, inet, unix};
use nix::unistd::geteuid;
use std::collections::HashSet;
use std::io::{self, Write};

/// Prints the sockets that `request` asks for.
pub fn print(
    request: &Sockets,
    arranged: Arranged,
    host: &Host,
    names: &mut Names,
    past: &mut Past,
    out: &mut dyn Write,
) -> io::Result<Outcome> {
    let columns = request.columns;
    let mut search = match Search::start(request, host, past) {
        Ok(search) => search,
        Err(why) => {
            notice::say(format_args!("{why}"));
            return Ok(Outcome::Misused);
        }
    };
    let owners = search.take_owners();
    let contexts = owners
        .as_ref()
        .filter(|_| columns.contexts)
        .map(|owners| Contexts::read(host, owners.pids()));
    let tables = search.tables(request);
    let mut listing = Listing {
        request,
        host,
        context: Context {
            columns,
            names,
            owners: owners.as_ref(),
            contexts: contexts.as_ref(),
        },
        search,
        own: HashSet::new(),
        held: Held::new(),
        arranged,
        line: Vec::with_capacity(256),
        out,
    };
    let mut titled = false;
    let mut groups_titled = false;
    let mut outcome = Outcome::Done;
    let mut missing = None;
    for table in &tables {
        // net-tools still prints IPv6's table of a protocol whose IPv4 table is missing.
        if missing.is_some_and(|missing: TableKind| !missing.is_sibling_of(table.kind)) {
            break;
        }
        let begins = match table.kind {
            TableKind::Inet(..) | TableKind::Sctp(..) => !titled,
            TableKind::Groups(_) => !groups_titled,
            TableKind::Unix | TableKind::Rare(_) => true,
        };
        if begins {
            listing.end_section()?;
        }
        if !listing.arranged.wants_more() {
            break;
        }
        if table.kind.is_internet() && !titled {
            classic::inet::push_title(&mut listing.line, columns, request.sides);
            titled = true;
        }
        if matches!(table.kind, TableKind::Groups(_)) && !groups_titled {
            classic::group::push_title(&mut listing.line);
            groups_titled = true;
        }
        match listing.print_table(table)? {
            Printed::Whole => {}
            Printed::Partly => outcome = Outcome::Failed,
            Printed::Missing => {
                outcome = Outcome::Failed;
                missing = Some(table.kind);
            }
        }
    }
    listing.end_section()?;
    flush_line(&mut listing.line, listing.out)?;
    listing.search.leave(owners.as_ref(), past);
    Ok(outcome.and(listing.search.outcome()))
}

/// Whether a listing is done with a table of TCP at its first connection: a kernel lists all
/// listeners before (net/ipv4/tcp_ipv4.c, `tcp_get_idx`), copied files may not.
pub fn ends_with_listeners(request: &Sockets, host: &Host) -> bool {
    request.sides == Sides::Listening && host.is_live() && !request.whole_tables
}

/// How far to read ahead in a table that may not be read to its end.
fn read_ahead(
    request: &Sockets,
    host: &Host,
    protocol: inet::Protocol,
    otherwise: ReadAhead,
) -> ReadAhead {
    match protocol {
        inet::Protocol::Tcp if ends_with_listeners(request, host) => ReadAhead::None,
        _ => otherwise,
    }
}

/// Opens all tables of IP sockets, and starts to read them: as far ahead as memory allows if they
/// have to wait for the owners.
pub fn start_all(request: &Sockets, host: &Host, waits: bool) -> Vec<(TableKind, inet::Table)> {
    let mut started = Vec::with_capacity(request.tables.len());
    for Table { kind, .. } in &request.tables {
        let TableKind::Inet(protocol, family) = *kind else {
            continue;
        };
        let ahead = match (waits, started.is_empty()) {
            (true, _) => ReadAhead::Far,
            (false, true) => ReadAhead::Near,
            (false, false) => ReadAhead::Aside,
        };
        let ahead = read_ahead(request, host, protocol, ahead);
        if let Ok(mut table) = inet::Table::open(host, protocol, family, ahead)
            // One that can't be read is opened again in its turn, and then said to be so.
            && table.start().is_ok()
        {
            started.push((*kind, table));
        }
    }
    started
}

/// The table of `protocol` and `family`: one that is being read already, or else a new one.
///
/// # Errors
/// The file can't be opened.
pub fn open_inet(
    started: &mut Vec<(TableKind, inet::Table)>,
    request: &Sockets,
    host: &Host,
    protocol: inet::Protocol,
    family: inet::Family,
) -> io::Result<inet::Table> {
    let kind = TableKind::Inet(protocol, family);
    if let Some(place) = started.iter().position(|(started, _)| *started == kind) {
        return Ok(started.swap_remove(place).1);
    }
    let ahead = read_ahead(request, host, protocol, ReadAhead::Near);
    inet::Table::open(host, protocol, family, ahead)
}

/// Scans for owners, and says where we have no right to see them all.
pub fn find_owners(host: &Host, request: &Sockets, scope: &Scope) -> Owners {
    let owners = Owners::scan(host, scope);
    say_what_was_closed(&owners, host, request);
    owners
}

/// Says where we have no right to see all owners.
pub fn say_what_was_closed(owners: &Owners, host: &Host, request: &Sockets) {
    if let Some(error) = owners.failure() {
        let proc = host.proc().display();
        notice::say(format_args!(
            "not all owners could be found: {proc}: {error}"
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
        Access::Partial => notice::say(format_args!(
            "(Not all processes could be identified, non-owned process info\n \
             will not be shown, you would have to be root to see it all.)"
        )),
    }
}

/// The rows of IP sockets.
struct InetForm;

impl<'a> Form<inet::Row, Context<'a>> for InetForm {
    fn push(&self, line: &mut Vec<u8>, context: &mut Context<'a>, row: &inet::Row) {
        classic::inet::push_row(line, context, row);
    }

    fn hand_fields(
        &self,
        context: &mut Context<'a>,
        row: &inet::Row,
        take: Take<'_>,
    ) -> io::Result<()> {
        take(&mut columns::sockets::Socket {
            row: columns::sockets::Row::Inet(row),
            names: context.names,
            owners: context.owners,
        })
    }
}

/// What the tables of one listing share.
struct Listing<'a> {
    request: &'a Sockets,
    host: &'a Host,
    context: Context<'a>,
    search: Search<'a>,
    /// Sockets of ours, which are not listed: names that have not come in time are still looked up.
    own: HashSet<u64>,
    /// Rows of IP sockets that wait for names.
    held: Held<inet::Row>,
    /// How rows are sorted and cut off.
    arranged: Arranged,
    /// The bytes of the row at hand, and before it of a title that has no row yet.
    line: Vec<u8>,
    out: &'a mut dyn Write,
}

impl Listing<'_> {
    fn print_table(&mut self, table: &Table) -> io::Result<Printed> {
        // Rows of IP sockets can wait together with those of the next table, but before other rows.
        // And no table is begun while names are looked up that may still come in time: the sockets
        // for that would be in it.
        let is_inet = matches!(table.kind, TableKind::Inet(..));
        if !is_inet || self.context.names.are_asked() {
            self.finish_inet()?;
        }
        match table.kind {
            TableKind::Inet(protocol, family) => {
                let started = &mut self.search.started;
                match open_inet(started, self.request, self.host, protocol, family) {
                    Ok(rows) => self.print_inet(rows),
                    Err(error) => {
                        let path = self.host.net(inet::file_name(protocol, family));
                        Ok(missing(table, protocol_label(protocol), &path, &error))
                    }
                }
            }
            TableKind::Sctp(part, family) => {
                match tables::sctp::Table::open(self.host, part, family) {
                    Ok(rows) => {
                        let mut page = Page {
                            line: &mut self.line,
                            arranged: &mut self.arranged,
                            out: self.out,
                        };
                        sctp::print(rows, &mut self.search, &mut self.context, &mut page)
                    }
                    Err(error) => {
                        let path = self.host.net(tables::sctp::file_name(part, family));
                        Ok(missing(table, SCTP_LABEL, &path, &error))
                    }
                }
            }
            TableKind::Groups(family) => match group::Table::open(self.host, family) {
                Ok(rows) => {
                    let mut page = Page {
                        line: &mut self.line,
                        arranged: &mut self.arranged,
                        out: self.out,
                    };
                    groups::print(rows, self.context.names, &mut page)
                }
                Err(error) => {
                    let path = self.host.net(group::file_name(family));
                    Ok(missing(table, "AF INET (igmp)", &path, &error))
                }
            },
            TableKind::Unix => {
                classic::unix::push_title(&mut self.line, self.context.columns, self.request.sides);
                match unix::Table::open(self.host) {
                    Ok(rows) => self.print_unix(rows),
                    Err(error) => {
                        let path = self.host.net(unix::FILE_NAME);
                        Ok(missing(table, "AF UNIX", &path, &error))
                    }
                }
            }
            TableKind::Rare(family) => self.print_rare(table, family),
        }
    }

    fn print_inet(&mut self, mut rows: inet::Table) -> io::Result<Printed> {
        self.own = own(self.host, self.context.names);
        loop {
            match rows.next_row() {
                Ok(None) => return Ok(Printed::Whole),
                Ok(Some(row)) if self.is_own(&row) => {}
                Ok(Some(row)) if self.search.includes(&row, self.context.owners) => {
                    if !self.arranged.admits() {
                        return Ok(Printed::Whole);
                    }
                    if row.is_cut() {
                        say_cut(&rows.place());
                    }
                    let writer = RowWriter {
                        line: &mut self.line,
                        context: &mut self.context,
                        arranged: &mut self.arranged,
                        out: self.out,
                    };
                    self.held.print(&row, writer, &InetForm)?;
                }
                Ok(Some(row)) if self.search.ends_at(&row) => return Ok(Printed::Whole),
                Ok(Some(_)) => {}
                Err(error) if say_and_go_on(&error).is_break() => return Ok(Printed::Partly),
                Err(_) => {}
            }
        }
    }

    fn is_own(&self, row: &inet::Row) -> bool {
        !self.own.is_empty() && row.inode.is_some_and(|inode| self.own.contains(&inode))
    }

    /// Prints the rows of IP sockets that still wait for names.
    fn finish_inet(&mut self) -> io::Result<()> {
        let writer = RowWriter {
            line: &mut self.line,
            context: &mut self.context,
            arranged: &mut self.arranged,
            out: self.out,
        };
        self.held.finish(writer, &InetForm)
    }

    /// Prints the rows that still wait, for names or for others that are sorted with them.
    fn end_section(&mut self) -> io::Result<()> {
        self.finish_inet()?;
        self.arranged.end_section(self.out)
    }

    fn print_unix(&mut self, mut rows: unix::Table) -> io::Result<Printed> {
        loop {
            match rows.next_row() {
                Ok(None) => return Ok(Printed::Whole),
                Ok(Some(row)) if self.search.includes_unix(&row, self.context.owners) => {
                    if !self.arranged.admits() {
                        return Ok(Printed::Whole);
                    }
                    let line = &mut self.line;
                    self.arranged.make_ready(line, self.out)?;
                    classic::unix::push_row(line, &self.context, &row);
                    let mut record = columns::sockets::Socket {
                        row: columns::sockets::Row::Unix(&row),
                        names: self.context.names,
                        owners: self.context.owners,
                    };
                    self.arranged.hand_on(line, &mut record, self.out)?;
                    if row.inode.is_none() && rows.has_inodes() {
                        say_cut(&rows.place());
                    }
                }
                Ok(Some(_)) => {}
                Err(error) if say_and_go_on(&error).is_break() => return Ok(Printed::Partly),
                Err(_) => {}
            }
        }
    }

    fn print_rare(&mut self, table: &Table, family: Rare) -> io::Result<Printed> {
        let mut page = Page {
            line: &mut self.line,
            arranged: &mut self.arranged,
            out: self.out,
        };
        let opened = page.print_sockets(
            family,
            self.request,
            self.host,
            &mut self.search,
            &mut self.context,
        )?;
        Ok(printed_rare(opened, table, family, self.host))
    }
}
