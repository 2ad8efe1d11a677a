//! The protocols' counters.

use crate::listing::statistics::{Counter, CounterRows, Section};
use crate::listing::{Flow, Joined, Needs, Sink};
use crate::report::classic::output::push_heading;
use crate::report::classic::statistics::Sections;
use crate::request::Statistics;
use crate::tables::Net;
use std::io::{self, Write};

/// Prints counters.
pub struct ClassicStatistics<'a> {
    request: &'a Statistics,
    sections: Sections,
    /// A title that is written with the first counter below it: of counters that were chosen, some may
    /// have no words.
    title: Vec<u8>,
    line: Vec<u8>,
    out: &'a mut dyn Write,
}

impl<'a> ClassicStatistics<'a> {
    /// Creates a sink that prints to `out`.
    pub fn new(request: &'a Statistics, out: &'a mut dyn Write) -> ClassicStatistics<'a> {
        ClassicStatistics {
            request,
            sections: sections(request),
            title: Vec::new(),
            line: Vec::with_capacity(128),
            out,
        }
    }
}

fn sections(request: &Statistics) -> Sections {
    Sections::new(!request.counters.wanted.is_empty())
}

impl Sink<CounterRows> for ClassicStatistics<'_> {
    fn needs(&self) -> Needs {
        Needs {
            net_tools_status: true,
            ..Needs::default()
        }
    }

    fn namespace(&mut self, net: &Net) -> io::Result<()> {
        let Some(label) = net.label() else {
            return Ok(());
        };
        self.sections = sections(self.request);
        self.line.clear();
        push_heading(&mut self.line, label);
        self.out.write_all(&self.line)
    }

    fn section(&mut self, section: &Section<'_>) -> io::Result<Flow> {
        self.line.clear();
        let Section {
            title,
            mib,
            is_shown,
        } = *section;
        self.sections
            .push_title(&mut self.line, title, mib, is_shown);
        match self.request.chooses() {
            true => self.title.clone_from(&self.line),
            false => self.out.write_all(&self.line)?,
        }
        Ok(Flow::More)
    }

    fn row(&mut self, counter: &Counter<'_>, _: &mut Joined<'_>) -> io::Result<()> {
        self.line.clear();
        self.sections
            .push_counter(&mut self.line, counter.name, counter.value.wrapped());
        if !self.line.is_empty() {
            self.out.write_all(&self.title)?;
            self.title.clear();
        }
        self.out.write_all(&self.line)
    }
}
