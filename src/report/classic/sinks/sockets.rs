//! Sockets of all kinds, and the groups among them.

use crate::listing::groups::GroupRows;
use crate::listing::sockets::{Gap, SocketRows, SocketSink};
use crate::listing::{Flow, Joined, Needs, Sink};
use crate::report::classic::{self, ClassicOutput, Context, rare};
use crate::report::columns::groups::GROUPS;
use crate::report::columns::sockets::SOCKETS;
use crate::report::columns::{Column, Cost, Describe};
use crate::request::{Sockets, TableKind};
use crate::tables::diag::Depth;
use crate::tables::{Net, Socket, group};
use std::io;

/// Prints sockets.
pub struct ClassicSockets<'a> {
    request: &'a Sockets,
    output: ClassicOutput<'a>,
    has_internet_title: bool,
    has_groups_title: bool,
    /// Where the title of the current section begins.
    title: usize,
    /// A table that was asked for by name and is missing. net-tools still prints the other IP
    /// version's, and ends there.
    missing: Option<TableKind>,
    is_empty: bool,
}

impl<'a> ClassicSockets<'a> {
    /// Creates a sink that prints to `output`.
    pub fn new(request: &'a Sockets, output: ClassicOutput<'a>) -> ClassicSockets<'a> {
        ClassicSockets {
            request,
            output,
            has_internet_title: false,
            has_groups_title: false,
            title: 0,
            missing: None,
            is_empty: true,
        }
    }

    /// Returns whether no row has come.
    pub fn is_empty(&self) -> bool {
        self.is_empty
    }

    fn is_sorted_by(&self, is_so: impl Fn(&Column) -> bool) -> bool {
        let mut keys = self.output.sorted_by().peekable();
        // Most listings are not sorted.
        if keys.peek().is_none() {
            return false;
        }
        let columns = SOCKETS.columns();
        keys.any(|index| columns.get(index).is_some_and(&is_so))
    }

    fn begin(&mut self, kind: TableKind) -> io::Result<Flow> {
        if self.missing.is_some_and(|it| !it.is_sibling_of(kind)) {
            return Ok(Flow::Enough);
        }
        let (columns, sides) = (self.request.columns, self.request.sides);
        let has_title = match kind {
            TableKind::Inet(..) | TableKind::Sctp(..) => &mut self.has_internet_title,
            TableKind::Groups(_) => &mut self.has_groups_title,
            TableKind::Unix | TableKind::Rare(_) => &mut false,
        };
        let begins = !std::mem::replace(has_title, true);
        if begins {
            self.output.end_section()?;
        }
        if !self.output.wants_more() {
            return Ok(Flow::Enough);
        }
        if begins {
            self.title = self.output.push_title(|line| match kind {
                TableKind::Inet(..) | TableKind::Sctp(..) => {
                    classic::inet::push_title(line, columns, sides);
                }
                TableKind::Groups(_) => classic::group::push_title(line),
                TableKind::Unix => classic::unix::push_title(line, columns, sides),
                TableKind::Rare(family) => rare::push_sockets_title(line, family, columns),
            });
        }
        Ok(Flow::More)
    }
}

impl Sink<SocketRows> for ClassicSockets<'_> {
    fn needs(&self) -> Needs {
        let (depth, lacks_in_tables) = self.output.sorted_depth();
        let shown = match self.request.columns.timers {
            true => Depth::Timers,
            false => Depth::Row,
        };
        // net-tools' own listings are read from /proc alone.
        let is_ours = !self.request.filter.is_empty() || depth == Depth::Internals;
        Needs {
            diag: is_ours.then(|| depth.max(shown)),
            lacks_in_tables,
            peers: self.is_sorted_by(|column| column.cost == Cost::Peers),
            unix: self.is_sorted_by(|column| column.is_of_unix),
            rows: self.output.read_limit(),
            users: self.request.columns.extended,
            like_net_tools: self.request.like_net_tools,
            repeats: true,
            // It has no filters.
            net_tools_status: self.request.filter.is_empty(),
            excuses_owners: !self.request.filter.needs_owners(),
            ..Needs::default()
        }
    }

    fn namespace(&mut self, net: &Net) -> io::Result<()> {
        let Some(label) = net.label() else {
            return Ok(());
        };
        self.has_internet_title = false;
        self.has_groups_title = false;
        self.missing = None;
        self.output.begin_namespace(label)
    }

    fn section(&mut self, kind: &TableKind) -> io::Result<Flow> {
        self.begin(*kind)
    }

    fn prepare(&mut self, socket: &Socket<'_>, joined: &mut Joined<'_>) {
        let mut context = Context::new(self.request.columns, joined);
        let like_net_tools = self.request.like_net_tools;
        self.output.prepare(|line| match socket {
            Socket::Inet(row, _) => classic::inet::push_row(line, &mut context, row),
            Socket::Sctp(row) => classic::sctp::push_row(line, &mut context, row),
            Socket::Unix(row) => classic::unix::push_row(line, &mut context, row),
            Socket::Rare(socket) => rare::push_socket(line, &mut context, socket, like_net_tools),
        });
    }

    fn row(&mut self, socket: &Socket<'_>, joined: &mut Joined<'_>) -> io::Result<()> {
        self.is_empty = false;
        self.output.take(&SOCKETS, socket, joined)
    }

    fn gap(&mut self, gap: &Gap, _: &Joined<'_>) -> io::Result<()> {
        match *gap {
            Gap::Table(kind, is_missing) => {
                if is_missing {
                    self.missing = Some(kind);
                }
                if matches!(kind, TableKind::Rare(_)) {
                    self.output.drop_title(self.title);
                }
            }
            Gap::Rest(_) => {}
            // It has no place among rows that are sorted.
            Gap::Line(family, layout) if !self.output.has_order() => {
                let problem = rare::problem(family, layout);
                self.output
                    .write(|line| line.extend_from_slice(problem.as_bytes()))?;
            }
            Gap::Line(..) => {}
        }
        Ok(())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.output.flush()
    }

    fn end(&mut self, _: &mut Joined<'_>) -> io::Result<()> {
        self.output.end()
    }
}

impl Sink<GroupRows> for ClassicSockets<'_> {
    fn section(&mut self, kind: &TableKind) -> io::Result<Flow> {
        self.begin(*kind)
    }

    fn prepare(&mut self, group: &group::Row<'_>, joined: &mut Joined<'_>) {
        self.output
            .prepare(|line| classic::group::push_row(line, joined.names, group));
    }

    fn row(&mut self, group: &group::Row<'_>, joined: &mut Joined<'_>) -> io::Result<()> {
        self.is_empty = false;
        self.output.take(&GROUPS, group, joined)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.output.flush()
    }
}

impl SocketSink for ClassicSockets<'_> {
    fn groups(&mut self) -> Option<&mut dyn Sink<GroupRows>> {
        Some(self)
    }
}
