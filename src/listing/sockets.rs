//! The walk of sockets of all kinds, and of the groups that net-tools lists among them.

use super::groups::{self, GroupRows};
use super::missing::{self, Read};
use super::named;
use super::peers::{Lookups, Peers};
use super::repeats::Repeats;
use super::rows::{CUT, Event, Extent, Step};
use super::selection::Selection;
use super::started::Started;
use super::waiting::resolver_sockets;
use super::walk::Walk;
use super::{Flow, Needs, Outcome, RowKind, Selector, Sink, Sources, Waiting};
use crate::notice;
use crate::owners::Owners;
use crate::request::{Sockets, Table, TableKind};
use crate::tables::diag::{self, Depth, Internals};
use crate::tables::inet::Protocol;
use crate::tables::rare::{Rare, ax25, x25};
use crate::tables::{Net, Reach, ReadAhead, Socket, SocketTable, inet, rare, sctp, unix};
use std::collections::HashSet;
use std::io::{self, ErrorKind};

pub use super::selection::scope;

/// Sockets of all kinds.
pub struct SocketRows;

impl RowKind for SocketRows {
    type Row<'a> = Socket<'a>;
    type Section<'a> = TableKind;
    type Gap<'a> = Gap;
    type Kept = (inet::Row, Option<diag::Kept>);

    /// Copies an IP socket. Others have no names, or few.
    fn keep(row: &Socket<'_>) -> Option<Self::Kept> {
        let internals = row.internals().map(Internals::keep);
        Some((row.inet()?.clone(), internals))
    }

    fn row((row, internals): &Self::Kept) -> Socket<'_> {
        Socket::Inet(row, internals.as_ref().map(diag::Kept::internals))
    }

    fn reach(row: &Socket<'_>) -> Option<Reach> {
        Reach::of(row)
    }
}

/// What is missing from a listing of sockets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gap {
    /// A table that can't be opened; whether it was asked for by name.
    Table(TableKind, bool),
    /// The rest of a table.
    Rest(TableKind),
    /// A socket of a rare family whose line can't be read. AX.25's table has two layouts.
    Line(Rare, Option<ax25::Layout>),
}

/// A sink for sockets, and perhaps for groups.
pub trait SocketSink: Sink<SocketRows> {
    /// Returns the sink for the groups among the sockets, or `None` if they have no place there.
    fn groups(&mut self) -> Option<&mut dyn Sink<GroupRows>> {
        None
    }
}

/// Walks the sockets that `request` asks for.
///
/// # Errors
/// Those of the sink.
pub fn walk(
    request: &Sockets,
    mut sources: Sources<'_>,
    sink: &mut dyn SocketSink,
) -> io::Result<Outcome> {
    let (host, patience) = (sources.host, sources.names.patience());
    let selector = match Selector::new(&request.filter, host, patience, sources.conditions) {
        Ok(selector) => selector,
        Err(why) => {
            notice::say(format_args!("{why}"));
            return Ok(Outcome::Misused);
        }
    };
    let selection = Selection::new(request, &selector, host);
    // The kernel writes the tables' text while owners are looked for.
    let mut needs = selection.needs(sink.needs());
    let mut meter = sources.meter.take();
    if let Some(meter) = &mut meter {
        needs.diag = needs.diag.max(Some(Depth::Timers));
        // One that comes to a state that fits has not opened there.
        needs.all_states = true;
        meter.begin(
            sources.nets,
            &selection.tables_of(Protocol::Tcp),
            sources.warnings,
        );
    }
    let owners_before = meter.as_mut().and_then(|it| it.take_owners());
    let mut started = Started::new(sources.nets, needs);
    started.keep_up(&selection, 0);
    let found = sources.owners.take();
    let owners = selection.find_owners(host, found, needs);
    let others = selection.find_peer_owners(host, needs);
    let looks_up = needs.peers || needs.unix;
    let lookups = looks_up.then(|| Lookups::make(sources.nets, &selection.tables(), needs));
    let sources = Sources {
        meter: meter.as_deref_mut(),
        ..sources
    };
    let mut walk = Walk::new(sources, owners.as_ref(), needs.rows);
    walk.joined.selector = Some(&selector);
    walk.joined.peers = lookups.as_ref().map(|lookups| Peers {
        lookups,
        owners: others.as_ref().or(owners.as_ref()).filter(|_| needs.peers),
    });
    let mut sockets = SocketWalk {
        needs,
        selection,
        started,
        owners_before: owners_before.as_ref(),
        waiting: Waiting::default(),
        own: HashSet::new(),
        lacking: None,
        has_any_table: false,
    };
    let before = walk.limit;
    let outcome = walk.each_net(|net, walk| {
        sink.namespace(net)?;
        named::report_absent(request.interfaces.names(), net, walk);
        let outcome = sockets.walk_net(net, walk, sink)?;
        sockets.waiting.finish(&mut walk.joined, sink)?;
        Ok(outcome)
    })?;
    sink.end(&mut walk.joined)?;
    let mut outcome = outcome.and(sockets.selection.end(&mut walk, needs));
    outcome = named::outcome(&request.interfaces, outcome, before, &walk);
    if let Some(meter) = &mut walk.joined.meter
        && meter.closings.report_lost(walk.warnings)
    {
        outcome = outcome.and(Outcome::Incomplete);
    }
    if let Some(meter) = meter {
        meter.keep_owners(owners);
    }
    Ok(outcome)
}

/// What the tables of one listing share.
struct SocketWalk<'a> {
    needs: Needs,
    selection: Selection<'a>,
    started: Started<'a>,
    /// The owners of the listing before, if what has closed since is listed.
    owners_before: Option<&'a Owners>,
    /// IP sockets that wait for names.
    waiting: Waiting<SocketRows>,
    /// This process's sockets to the name service. They are not listed: names that have not come
    /// in time are still looked up.
    own: HashSet<u64>,
    /// What to say of the current table's sockets if their internals are missed.
    lacking: Option<String>,
    /// Whether a table was there, or it was reported why not.
    has_any_table: bool,
}

impl<'a> SocketWalk<'a> {
    fn walk_net(
        &mut self,
        net: &Net,
        walk: &mut Walk<'a>,
        sink: &mut dyn SocketSink,
    ) -> io::Result<Outcome> {
        let mut outcome = Outcome::Done;
        let mut missing: Option<TableKind> = None;
        self.started.keep_up_with(&self.selection, net);
        outcome = outcome.and(self.selection.enter(net, walk));
        let tables = self.selection.tables();
        for table in &tables {
            if walk.limit.is_reached() {
                break;
            }
            // IP sockets can wait together with those of the next table, but before other rows.
            match table.kind {
                TableKind::Inet(..) => self.waiting.begin_table(&mut walk.joined, sink)?,
                _ => self.waiting.finish(&mut walk.joined, sink)?,
            }
            if sink.section(&table.kind)? == Flow::Enough {
                break;
            }
            if let Some(before) = missing.take_if(|it| !it.is_sibling_of(table.kind)) {
                missing::report_going_on(before, walk.warnings);
            }
            let read = self.walk_table(net, table, walk, sink)?;
            outcome = outcome.and(read.outcome());
            if read == Read::Missing {
                missing = Some(table.kind);
            }
        }
        let lacks_all = !self.has_any_table
            && !tables.is_empty()
            && !walk.limit.is_reached()
            && !net.has_gone();
        if lacks_all && missing::report_none(net, walk.warnings) && !self.needs.net_tools_status {
            outcome = Outcome::Failed;
        }
        Ok(outcome)
    }

    fn walk_table(
        &mut self,
        net: &Net,
        table: &Table,
        walk: &mut Walk<'a>,
        sink: &mut dyn SocketSink,
    ) -> io::Result<Read> {
        if let TableKind::Groups(family) = table.kind {
            let Some(groups) = sink.groups() else {
                return Ok(Read::Whole);
            };
            self.has_any_table = true;
            let read = groups::walk_table(
                self.selection.request(),
                net,
                table,
                family,
                self.needs,
                walk,
                groups,
            )?;
            if read == Read::Missing {
                sink.gap(&Gap::Table(table.kind, true), &walk.joined)?;
            }
            return Ok(read);
        }
        // net-tools takes the folder that newer kernels have for a table without rows.
        if table.kind == TableKind::Rare(Rare::X25)
            && self.needs.like_net_tools
            && x25::has_folder(net)
        {
            return Ok(Read::Whole);
        }
        if let TableKind::Inet(protocol, family) = table.kind
            && self.started.is_empty(net, protocol, family)
            && walk.joined.meter.is_none()
        {
            self.has_any_table = true;
            return Ok(Read::Whole);
        }
        match self.open(net, table.kind, walk) {
            Ok(rows) => {
                self.has_any_table = true;
                begin_look(net, &rows, table, walk);
                let read = self.read_table(rows, table, walk, sink)?;
                self.walk_closed(walk, sink)?;
                Ok(read)
            }
            // All of its processes have ended meanwhile.
            Err(_) if net.has_gone() => Ok(Read::Whole),
            Err(error) => {
                let read = missing::report(net, table, &error, self.needs, walk.warnings);
                self.has_any_table |= error.kind() != ErrorKind::NotFound || read == Read::Missing;
                sink.gap(&Gap::Table(table.kind, read == Read::Missing), &walk.joined)?;
                Ok(read)
            }
        }
    }

    fn read_table(
        &mut self,
        mut rows: SocketTable,
        table: &Table,
        walk: &mut Walk<'_>,
        sink: &mut dyn SocketSink,
    ) -> io::Result<Read> {
        let kind = table.kind;
        if matches!(rows, SocketTable::Inet(..) | SocketTable::Diag(..)) {
            self.own = resolver_sockets(walk.joined.names);
        }
        let mut repeats = (!self.needs.repeats).then(Repeats::new);
        let SocketWalk {
            needs,
            selection,
            waiting,
            own,
            lacking,
            ..
        } = self;
        let mut lacks = false;
        let extent = walk.read(&mut rows, waiting, sink, |event, taker| {
            let socket = match event {
                Event::Row(socket) => socket,
                Event::BadLine(rows) => {
                    // What can't be read fits no filter.
                    if let (true, TableKind::Rare(family)) = (selection.is_unfiltered(), kind) {
                        let gap = Gap::Line(family, rows.ax25_layout());
                        taker.sink.gap(&gap, taker.joined)?;
                    }
                    return Ok(Step::Next);
                }
            };
            if !own.is_empty() && socket.inode().is_some_and(|it| own.contains(&it)) {
                return Ok(Step::Next);
            }
            if repeats.as_mut().is_some_and(|it| it.has(&socket)) {
                return Ok(Step::Next);
            }
            if let Some(meter) = &mut taker.joined.meter {
                meter.see(&socket);
            }
            lacks |= lacking.is_some() && selection.tests_internals();
            if !selection.includes(&socket, taker.joined) {
                return Ok(Step::Next);
            }
            lacks |= lacking.is_some();
            Ok(taker.take(&socket)?.warn(warning(&socket, *needs)))
        })?;
        if matches!(extent, Extent::Part | Extent::Blank) {
            sink.gap(&Gap::Rest(kind), &walk.joined)?;
        }
        let read = missing::read(table, extent, self.needs);
        let lacking = self.lacking.take().filter(|_| lacks);
        let flaws = [lacking, rows.suspicion()];
        let mut flaws = flaws.into_iter().flatten().peekable();
        if flaws.peek().is_none() {
            return Ok(read);
        }
        flaws.for_each(|flaw| walk.warnings.say(flaw));
        Ok(match read {
            Read::Whole if !self.needs.net_tools_status => Read::Flawed,
            read => read,
        })
    }

    /// Hands on the connections of the table that was read which have closed since the look before.
    fn walk_closed(&mut self, walk: &mut Walk<'a>, sink: &mut dyn SocketSink) -> io::Result<()> {
        let closed = walk.joined.meter.as_mut().map(|it| it.end_table());
        let closed = closed.unwrap_or_default();
        if closed.is_empty() {
            return Ok(());
        }
        let SocketWalk {
            selection, waiting, ..
        } = self;
        let joined = &mut walk.joined;
        waiting.finish(joined, sink)?;
        let owners = joined.exchange_owners(self.owners_before);
        for closed in &closed {
            let socket = Socket::Inet(&closed.row, Some(closed.internals.internals()));
            if selection.includes(&socket, joined) && walk.limit.count() {
                waiting.hand_on(&socket, joined, sink)?;
            }
        }
        waiting.finish(joined, sink)?;
        joined.exchange_owners(owners);
        Ok(())
    }

    /// Opens a table of sockets, or returns the one that is being read already.
    ///
    /// # Errors
    /// The file can't be opened.
    fn open(&mut self, net: &Net, kind: TableKind, walk: &mut Walk<'_>) -> io::Result<SocketTable> {
        Ok(match kind {
            TableKind::Inet(protocol, family) => {
                let source = self.selection.source(protocol, family, self.needs);
                let table = match self.started.take(net, kind) {
                    Some(table) => table,
                    None => source.open(net, ReadAhead::Near)?,
                };
                let (table, why) = source.answered(net, table)?;
                if self.needs.diag.is_some() && self.selection.request().tells_source {
                    walk.warnings.say(source.told(&table, why.as_ref()));
                }
                let is_asked = matches!(table, SocketTable::Diag(_));
                let lacks = self.needs.lacks_in_tables && !is_asked;
                self.lacking = lacks.then(|| source.lacking(why.as_ref()));
                table
            }
            TableKind::Sctp(part, family) => {
                SocketTable::Sctp(sctp::Table::open(net, part, family)?)
            }
            TableKind::Unix => {
                let table = unix::Table::open(net)?;
                let tells = self.selection.request().tells_unknown;
                let peers = walk.joined.peers.filter(|_| tells);
                self.lacking = peers.and_then(|it| it.lookups.unknown_unix(net));
                SocketTable::Unix(table)
            }
            TableKind::Rare(family) => SocketTable::Rare(rare::Sockets::open(net, family)?),
            TableKind::Groups(_) => return Err(ErrorKind::InvalidInput.into()),
        })
    }
}

/// Tells the meter that a table of TCP is read, if the kernel's diagnostics serve.
fn begin_look(net: &Net, rows: &SocketTable, table: &Table, walk: &mut Walk<'_>) {
    if let Some(meter) = &mut walk.joined.meter
        && let (SocketTable::Diag(rows), TableKind::Inet(Protocol::Tcp, family)) =
            (rows, table.kind)
        && let Some(at) = rows.asked_at()
    {
        meter.begin_table(net.namespace(), family, at);
    }
}

/// Returns the warning about a row that lacks something or is odd.
fn warning(socket: &Socket<'_>, needs: Needs) -> Option<String> {
    match socket {
        Socket::Inet(row, _) => row.is_cut().then(|| CUT.to_owned()),
        Socket::Unix(row) => row.is_cut.then(|| CUT.to_owned()),
        Socket::Sctp(row) => row.oddity().map(|oddity| format!(": {oddity}")),
        Socket::Rare(rare::Socket::Ipx(row)) => {
            (needs.users && row.uid.is_none()).then(|| CUT.to_owned())
        }
        Socket::Rare(_) => None,
    }
}
