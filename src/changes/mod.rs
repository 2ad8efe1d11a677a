//! What has changed between two listings of sockets: which have opened, closed or changed their
//! state.
//!
//! A walk over the sockets feeds a ledger. Its changes are rows of their own, which a second walk
//! hands to the sink that prints them.

mod endings;
mod ledger;
mod sockets;

use crate::clock;
use crate::filter::Surroundings;
use crate::host::Host;
use crate::listing::sockets::{Gap, SocketRows, SocketSink, scope};
use crate::listing::unseen::{self, Unseen};
use crate::listing::{
    self, Closings, Joined, Needs, Outcome, RowKind, Selector, Sink, Sources, Waiting, Warnings,
};
use crate::notice;
use crate::owners::{KeptOwners, Listed};
use crate::request::{Columns, Sockets, TableKind, Test};
use crate::tables::diag::{self, Depth, Internals};
use crate::tables::inet::{self, Family, Protocol};
use crate::tables::{Label, Namespace, Socket};
use endings::Endings;
use jiff::Zoned;
use ledger::{Change, Kind, Ledger};
use sockets::{InetSocket, ReportedSocket, UnixSocket};
use std::collections::HashMap;
use std::io;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Changes of sockets.
pub struct ChangeRows;

/// A change, and the socket as it is now or was last.
#[derive(Debug, Clone)]
pub struct ChangeRow<'a> {
    /// When the change was seen.
    pub time: &'a Zoned,
    /// What happened.
    pub event: SocketEvent,
    /// The socket.
    pub socket: Socket<'a>,
}

/// What happened to a socket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SocketEvent {
    /// It is new.
    Opened,
    /// Its state changed.
    Changed {
        /// net-tools' name of the state before.
        before: Option<&'static str>,
    },
    /// It is gone.
    Closed {
        /// The time for which it was seen, or `None` if no listing had it: the kernel told of its end.
        seen: Option<Duration>,
    },
}

impl SocketEvent {
    /// Returns the word for it.
    pub fn word(self) -> &'static str {
        match self {
            SocketEvent::Opened => "opened",
            SocketEvent::Changed { .. } => "changed",
            SocketEvent::Closed { .. } => "closed",
        }
    }
}

/// A copy of a change of an IP socket.
pub struct Kept {
    time: Zoned,
    event: SocketEvent,
    row: inet::Row,
    internals: Option<diag::Kept>,
}

impl RowKind for ChangeRows {
    type Row<'a> = ChangeRow<'a>;
    type Section<'a> = ();
    type Gap<'a> = ();
    type Kept = Kept;

    /// Copies a change of an IP socket. Others have no names.
    fn keep(change: &ChangeRow<'_>) -> Option<Kept> {
        Some(Kept {
            time: change.time.clone(),
            event: change.event,
            row: change.socket.inet()?.clone(),
            internals: change.socket.internals().map(Internals::keep),
        })
    }

    fn row(kept: &Kept) -> ChangeRow<'_> {
        ChangeRow {
            time: &kept.time,
            event: kept.event,
            socket: Socket::Inet(
                &kept.row,
                kept.internals.as_ref().map(diag::Kept::internals),
            ),
        }
    }
}

/// The previous listing of sockets, with which the next one is compared.
#[derive(Debug)]
pub struct Watcher {
    /// The request without what the state or the owner of a socket decides: both may change.
    request: Sockets,
    inet: Ledger<InetSocket>,
    unix: Ledger<UnixSocket>,
    endings: Endings,
    owners: KeptOwners,
    warnings: Warnings,
    found_any: bool,
    /// Whether the owners of all sockets that were reported could be seen, if they have any. The first
    /// listing in which some could not says so.
    is_whole: bool,
    /// What the namespaces are called: one that is gone is told of once more.
    labels: HashMap<Namespace, Arc<Label>>,
    /// What the filter has to know of them.
    surroundings: HashMap<Namespace, Surroundings>,
}

impl Watcher {
    /// Begins to watch the sockets that `request` asks for.
    pub fn new(request: &Sockets, host: &Host) -> Watcher {
        let owners = KeptOwners::scan(host, scope(request));
        unseen::report_failures(owners.owners(), host);
        unseen::report_denied_like_net_tools(owners.owners(), request);
        Watcher {
            request: Sockets {
                filter: request.filter.loosened(&is_lasting),
                columns: Columns::default(),
                all_owners: false,
                ..request.clone()
            },
            inet: Ledger::default(),
            unix: Ledger::default(),
            endings: Endings::default(),
            owners,
            warnings: Warnings::once(),
            found_any: false,
            is_whole: true,
            labels: HashMap::new(),
            surroundings: HashMap::new(),
        }
    }

    /// Reads the tables that `request` asks for, and hands what has changed since the previous
    /// listing to `sink`: nothing at the first.
    ///
    /// # Errors
    /// Those of the sink.
    pub fn walk(
        &mut self,
        request: &Sockets,
        sources: Sources<'_>,
        sink: &mut dyn Sink<ChangeRows>,
    ) -> io::Result<Outcome> {
        let (now, time) = (Instant::now(), clock::now());
        let Sources {
            host,
            nets,
            names,
            conditions,
            ..
        } = sources;
        let selector = match Selector::new(&request.filter, host, names.patience(), conditions) {
            Ok(selector) => selector,
            Err(why) => {
                notice::say(format_args!("{why}"));
                return Ok(Outcome::Misused);
            }
        };
        // What stays wrong with a table is reported once, not in each listing.
        let sources = Sources {
            host,
            nets,
            names: &mut *names,
            warnings: &mut self.warnings,
            owners: None,
            conditions,
            meter: None,
        };
        self.endings
            .begin(nets, &self.request.tables, sources.warnings);
        for net in nets {
            if let Some(label) = net.label() {
                self.labels.insert(net.namespace(), Arc::clone(label));
            }
            // What can't be read is reported by the walk.
            if let Ok(surroundings) = selector.surroundings(net) {
                self.surroundings.insert(net.namespace(), surroundings);
            }
        }
        let mut ledgers = Ledgers {
            inet: &mut self.inet,
            unix: &mut self.unix,
            unasked: &mut self.endings.unasked,
        };
        let outcome = listing::sockets::walk(&self.request, sources, &mut ledgers)?;
        if outcome == Outcome::Misused {
            return Ok(outcome);
        }
        let owners = &self.owners;
        let mut inet = self.inet.end(now, |inode| owners.is_held(host, inode));
        let unix = self.unix.end(now, |inode| owners.is_held(host, inode));
        let sides = self.request.sides;
        let is_wanted = |it: &InetSocket| it.with(|socket| sides.include(socket));
        self.endings
            .complete(now, &mut self.inet, &mut inet, is_wanted);
        let are_lost = self.endings.closings.report_lost(&mut self.warnings);
        self.renew_owners(host);
        let owners = self.owners.owners();
        let mut report = Report {
            time: &time,
            selector: &selector,
            joined: Joined::new(host, names, Some(owners)),
            waiting: Waiting::default(),
            found_any: false,
            unowned: 0,
            labels: &self.labels,
            surroundings: &self.surroundings,
            sink,
        };
        report.sink.section(&())?;
        report.hand_on(inet)?;
        report.hand_on(unix)?;
        report.sink.end(&mut report.joined)?;
        self.found_any |= report.found_any;
        if report.unowned > 0 && self.is_whole {
            self.is_whole = false;
            let unseen = Unseen {
                peers: 0,
                sockets: report.unowned,
                pids: &[],
                denial_is_reported: true,
            };
            unseen.report(owners, host, &mut self.warnings);
        }
        self.forget_owners();
        let outcome = match are_lost {
            true => outcome.and(Outcome::Incomplete),
            false => outcome,
        };
        Ok(
            match (outcome, self.found_any || request.filter.is_empty()) {
                (Outcome::Done | Outcome::Nothing, true) => Outcome::Done,
                (Outcome::Done | Outcome::Nothing, false) => Outcome::Nothing,
                (outcome, _) => outcome,
            },
        )
    }

    /// Returns whether the owners of all sockets that were reported could be seen, if they have any.
    pub fn is_whole(&self) -> bool {
        self.is_whole
    }

    /// Returns what can be heard of what closes.
    pub fn closings(&self) -> &Closings {
        &self.endings.closings
    }

    /// Hears what has closed, so that the kernel need not remember it.
    pub fn hear(&mut self) {
        self.endings.closings.hear_all();
    }

    /// Searches for the owners of new sockets, and drops those of sockets that are gone.
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

    /// Forgets the owners of sockets that have been reported as closed.
    fn forget_owners(&mut self) {
        let Watcher {
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

/// Returns whether a test is about what a socket keeps as long as it is there, so that it can be made
/// before its changes are known.
fn is_lasting(test: &Test) -> bool {
    matches!(
        test,
        Test::Port(..)
            | Test::Address(..)
            | Test::Host(..)
            | Test::Family(_)
            | Test::Path(..)
            | Test::User(_)
            | Test::Inode(_)
            | Test::Autobound
    )
}

/// Enters the rows of a walk into ledgers.
struct Ledgers<'a> {
    inet: &'a mut Ledger<InetSocket>,
    unix: &'a mut Ledger<UnixSocket>,
    /// The tables that the kernel's diagnostics do not serve.
    unasked: &'a mut Vec<(Protocol, Family)>,
}

impl SocketSink for Ledgers<'_> {}

impl Sink<SocketRows> for Ledgers<'_> {
    fn needs(&self) -> Needs {
        Needs {
            // Cookies, and all that a row of /proc/net has.
            diag: Some(Depth::Timers),
            ..Needs::default()
        }
    }

    fn row(&mut self, socket: &Socket<'_>, joined: &mut Joined<'_>) -> io::Result<()> {
        match socket {
            Socket::Inet(row, internals) => {
                let kind = (row.protocol, row.family);
                if internals.is_none() && !self.unasked.contains(&kind) {
                    self.unasked.push(kind);
                }
                self.inet.see(&(joined.namespace, row));
            }
            Socket::Unix(row) => self.unix.see(&(joined.namespace, *row)),
            // The command line refuses these.
            Socket::Sctp(_) | Socket::Rare(_) => {}
        }
        Ok(())
    }

    fn gap(&mut self, gap: &Gap, joined: &Joined<'_>) -> io::Result<()> {
        let namespace = joined.namespace;
        match *gap {
            Gap::Table(TableKind::Inet(protocol, family), _)
            | Gap::Rest(TableKind::Inet(protocol, family)) => self.inet.keep(|it| {
                (it.namespace, it.row.protocol, it.row.family) == (namespace, protocol, family)
            }),
            Gap::Table(TableKind::Unix, _) | Gap::Rest(TableKind::Unix) => {
                self.unix.keep(|it| it.namespace() == namespace);
            }
            _ => {}
        }
        Ok(())
    }
}

/// Hands the changes of one listing to a sink.
struct Report<'a, 'j> {
    time: &'a Zoned,
    selector: &'a Selector<'a>,
    joined: Joined<'j>,
    waiting: Waiting<ChangeRows>,
    found_any: bool,
    /// The number of changed sockets whose owner can't be seen.
    unowned: usize,
    labels: &'a HashMap<Namespace, Arc<Label>>,
    surroundings: &'a HashMap<Namespace, Surroundings>,
    sink: &'a mut dyn Sink<ChangeRows>,
}

impl Report<'_, '_> {
    /// Hands on the changes from or to a state that fits, of sockets with an owner that fits.
    fn hand_on<S: ReportedSocket>(&mut self, changes: Vec<Change<S>>) -> io::Result<()> {
        for Change { socket, kind } in changes {
            let state = |socket: &S| socket.with(|it| it.state());
            let now = state(&socket);
            let (event, before) = match kind {
                Kind::Opened => (SocketEvent::Opened, now),
                // Only now it is known whether the owner fits.
                Kind::Accepted if self.selector.filter().needs_owners() => {
                    (SocketEvent::Opened, now)
                }
                Kind::Accepted => continue,
                Kind::Closed { seen } => (SocketEvent::Closed { seen }, now),
                Kind::Changed(before) => {
                    let before = state(&before);
                    (SocketEvent::Changed { before }, before)
                }
            };
            let namespace = socket.namespace();
            self.joined.enter(namespace, self.labels.get(&namespace));
            let surroundings = self.surroundings.get(&namespace);
            self.joined.surroundings = surroundings.cloned().unwrap_or_default();
            socket.with(|socket| {
                let mut fits = |state| self.selector.fits(socket, state, &mut self.joined);
                if !(fits(now) || now != before && fits(before)) {
                    return Ok(());
                }
                self.found_any = true;
                self.unowned += usize::from(self.joined.lacks_known_owner(socket));
                let row = ChangeRow {
                    time: self.time,
                    event,
                    socket: socket.clone(),
                };
                self.waiting.hand_on(&row, &mut self.joined, self.sink)
            })?;
        }
        self.waiting.finish(&mut self.joined, self.sink)
    }
}
