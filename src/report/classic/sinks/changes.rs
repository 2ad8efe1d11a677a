//! Changes of sockets.

use crate::changes::{ChangeRow, ChangeRows};
use crate::listing::{Flow, Joined, Sink};
use crate::report::classic::{self, ClassicOutput, Context};
use crate::report::columns::changes::ChangeColumns;
use crate::request::Sockets;
use crate::tables::Socket;
use std::io;

/// Prints changes as net-tools prints sockets, with what happened in front.
pub struct ChangePrinter<'a> {
    request: &'a Sockets,
    has_header: bool,
    output: ClassicOutput<'a>,
}

impl<'a> ChangePrinter<'a> {
    /// Creates a sink that prints to `output`, below a header if it is the first listing.
    pub fn new(
        request: &'a Sockets,
        is_first: bool,
        output: ClassicOutput<'a>,
    ) -> ChangePrinter<'a> {
        ChangePrinter {
            request,
            has_header: is_first,
            output,
        }
    }
}

impl Sink<ChangeRows> for ChangePrinter<'_> {
    fn section(&mut self, _: &()) -> io::Result<Flow> {
        if self.has_header {
            let request = self.request;
            self.output
                .write_title(|line| classic::changes::push_headers(line, request))?;
        }
        Ok(Flow::More)
    }

    fn prepare(&mut self, change: &ChangeRow<'_>, joined: &mut Joined<'_>) {
        let mut context = Context::new(self.request.columns, joined);
        self.output.prepare(|line| {
            classic::changes::push_event(line, change);
            match &change.socket {
                Socket::Inet(row, _) => classic::inet::push_row(line, &mut context, row),
                Socket::Unix(row) => classic::unix::push_row(line, &mut context, row),
                // The command line refuses these.
                Socket::Sctp(_) | Socket::Rare(_) => {}
            }
        });
    }

    fn row(&mut self, change: &ChangeRow<'_>, joined: &mut Joined<'_>) -> io::Result<()> {
        self.output.take(&ChangeColumns, change, joined)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.output.flush()
    }

    fn end(&mut self, _: &mut Joined<'_>) -> io::Result<()> {
        self.output.end()
    }
}
