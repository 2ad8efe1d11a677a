//! One walk that feeds two sinks.

use super::groups::GroupRows;
use super::sockets::{Gap, SocketRows, SocketSink};
use super::{Flow, Joined, Needs, Sink};
use crate::request::TableKind;
use crate::tables::{Net, Socket};
use std::io;

/// Hands every row to two sinks. The first decides which names are waited for and when it is enough;
/// net-tools' status has to do for both, and IP sockets are told of as much as either takes.
pub struct Tee<'a> {
    first: &'a mut dyn SocketSink,
    second: &'a mut dyn SocketSink,
}

impl<'a> Tee<'a> {
    /// Creates a sink that feeds both.
    pub fn new(first: &'a mut dyn SocketSink, second: &'a mut dyn SocketSink) -> Tee<'a> {
        Tee { first, second }
    }
}

impl Sink<SocketRows> for Tee<'_> {
    fn needs(&self) -> Needs {
        let [first, second] = [self.first.needs(), self.second.needs()];
        Needs {
            net_tools_status: first.net_tools_status && second.net_tools_status,
            excuses_owners: first.excuses_owners && second.excuses_owners,
            users: first.users || second.users,
            diag: first.diag.max(second.diag),
            lacks_in_tables: first.lacks_in_tables || second.lacks_in_tables,
            ..first
        }
    }

    fn namespace(&mut self, net: &Net) -> io::Result<()> {
        self.first.namespace(net)?;
        self.second.namespace(net)
    }

    fn section(&mut self, section: &TableKind) -> io::Result<Flow> {
        self.second.section(section)?;
        self.first.section(section)
    }

    fn prepare(&mut self, socket: &Socket<'_>, joined: &mut Joined<'_>) {
        self.first.prepare(socket, joined);
    }

    fn row(&mut self, socket: &Socket<'_>, joined: &mut Joined<'_>) -> io::Result<()> {
        self.first.row(socket, joined)?;
        self.second.row(socket, joined)
    }

    fn gap(&mut self, gap: &Gap, joined: &Joined<'_>) -> io::Result<()> {
        self.first.gap(gap, joined)?;
        self.second.gap(gap, joined)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.first.flush()
    }

    fn end(&mut self, joined: &mut Joined<'_>) -> io::Result<()> {
        self.first.end(joined)?;
        self.second.end(joined)
    }
}

impl SocketSink for Tee<'_> {
    fn groups(&mut self) -> Option<&mut dyn Sink<GroupRows>> {
        self.first.groups()
    }
}
