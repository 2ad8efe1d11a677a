//! Masqueraded connections.

use crate::listing::masquerade::MasqueradeRows;
use crate::listing::{Flow, Joined, Needs, Sink};
use crate::report::classic::{self, ClassicOutput};
use crate::report::columns::masquerade::MASQUERADE;
use crate::request::Masquerade;
use crate::tables::Net;
use crate::tables::masquerade::Row;
use std::io;

/// Prints connections; no title if there are none.
pub struct ClassicMasquerade<'a> {
    request: Masquerade,
    output: ClassicOutput<'a>,
}

impl<'a> ClassicMasquerade<'a> {
    /// Creates a sink that prints to `output`.
    pub fn new(request: Masquerade, output: ClassicOutput<'a>) -> ClassicMasquerade<'a> {
        ClassicMasquerade { request, output }
    }
}

impl Sink<MasqueradeRows> for ClassicMasquerade<'_> {
    fn needs(&self) -> Needs {
        Needs {
            rows: self.output.read_limit(),
            ..Needs::default()
        }
    }

    fn namespace(&mut self, net: &Net) -> io::Result<()> {
        let Some(label) = net.label() else {
            return Ok(());
        };
        self.output.begin_namespace(label)
    }

    fn section(&mut self, _: &()) -> io::Result<Flow> {
        let request = self.request;
        self.output
            .push_title(|line| classic::masquerade::push_title(line, request));
        Ok(Flow::More)
    }

    fn prepare(&mut self, row: &&Row, joined: &mut Joined<'_>) {
        let request = self.request;
        self.output
            .prepare(|line| classic::masquerade::push_row(line, joined.names, row, request));
    }

    fn row(&mut self, row: &&Row, joined: &mut Joined<'_>) -> io::Result<()> {
        self.output.take(&MASQUERADE, row, joined)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.output.flush()
    }

    fn end(&mut self, _: &mut Joined<'_>) -> io::Result<()> {
        self.output.drop_title(0);
        self.output.end()
    }
}
