//! The protocols' counters.

use crate::listing::statistics::{Counter, CounterRows, Section};
use crate::listing::{Flow, Joined, Needs, Sink};
use crate::report::classic::output::push_heading;
use crate::report::classic::statistics::Sections;
use crate::tables::Net;
use std::io::{self, Write};

/// Prints counters.
pub struct ClassicStatistics<'a> {
    sections: Sections,
    line: Vec<u8>,
    out: &'a mut dyn Write,
}

impl<'a> ClassicStatistics<'a> {
    /// Creates a sink that prints to `out`.
    pub fn new(out: &'a mut dyn Write) -> ClassicStatistics<'a> {
        ClassicStatistics {
            sections: Sections::default(),
            line: Vec::with_capacity(128),
            out,
        }
    }
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
        self.sections = Sections::default();
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
        self.out.write_all(&self.line)?;
        Ok(Flow::More)
    }

    fn row(&mut self, counter: &Counter<'_>, _: &mut Joined<'_>) -> io::Result<()> {
        self.line.clear();
        self.sections
            .push_counter(&mut self.line, counter.name, counter.value.wrapped());
        self.out.write_all(&self.line)
    }
}
