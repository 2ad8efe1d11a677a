//! The protocols' counters.

use crate::listing::statistics::{Counter, CounterRows, Section};
use crate::listing::{Flow, Joined, Needs, Sink};
use crate::report::classic::output::push_heading;
use crate::report::classic::statistics::{Number, Sections};
use crate::report::deltas::Rise;
use crate::report::deltas::counters::{Comparison, Past};
use crate::report::rates;
use crate::request::Statistics;
use crate::tables::Net;
use std::io::{self, Write};

/// Prints counters.
pub struct ClassicStatistics<'a> {
    request: &'a Statistics,
    sections: Sections,
    /// What the counters are compared with, if rates are shown.
    comparison: Option<Comparison<'a>>,
    /// Whether the current namespace's rates are shown, not its totals.
    shows_rates: bool,
    /// A title that is written with the first counter below it: of counters that were chosen, some may
    /// have no words.
    title: Vec<u8>,
    line: Vec<u8>,
    /// The digits of the current rate.
    digits: Vec<u8>,
    out: &'a mut dyn Write,
}

impl<'a> ClassicStatistics<'a> {
    /// Creates a sink that prints to `out`. With rates, it compares counters with those in `past`, where it
    /// leaves these.
    pub fn new(
        request: &'a Statistics,
        past: &'a mut Past,
        out: &'a mut dyn Write,
    ) -> ClassicStatistics<'a> {
        ClassicStatistics {
            request,
            sections: sections(request, false),
            comparison: request.delta.then(|| Comparison::new(past)),
            shows_rates: false,
            title: Vec::new(),
            line: Vec::with_capacity(128),
            digits: Vec::new(),
            out,
        }
    }

    /// Adds how fast a counter has risen, if it has.
    fn push_rise(&mut self, name: &[u8], Rise { change, elapsed }: Rise) {
        let Some(change) = change.filter(|change| *change > 0) else {
            return;
        };
        self.digits.clear();
        rates::push_rate(&mut self.digits, change, elapsed);
        let number = Number {
            digits: &self.digits,
            is_zero: false,
        };
        self.sections.push_number(&mut self.line, name, number);
    }
}

/// Returns the sections of a listing. What has risen is shown, whatever net-tools says of it.
fn sections(request: &Statistics, shows_rates: bool) -> Sections {
    Sections::new(shows_rates || !request.counters.wanted.is_empty())
}

impl Sink<CounterRows> for ClassicStatistics<'_> {
    fn needs(&self) -> Needs {
        Needs {
            net_tools_status: true,
            ..Needs::default()
        }
    }

    fn namespace(&mut self, net: &Net) -> io::Result<()> {
        let comparison = self.comparison.as_mut();
        let elapsed = comparison.and_then(|it| it.begin(net.namespace()));
        self.shows_rates = elapsed.is_some();
        self.line.clear();
        self.title.clear();
        if let Some(label) = net.label() {
            push_heading(&mut self.line, label);
        }
        if let Some(elapsed) = elapsed {
            let title = format!(
                "Counters per second over the last {:.2} s\n",
                elapsed.as_secs_f64()
            );
            self.line.extend_from_slice(title.as_bytes());
        }
        if !self.line.is_empty() {
            self.sections = sections(self.request, self.shows_rates);
        }
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
        match self.request.chooses() || self.shows_rates {
            true => self.title.clone_from(&self.line),
            false => self.out.write_all(&self.line)?,
        }
        Ok(Flow::More)
    }

    fn row(&mut self, counter: &Counter<'_>, _: &mut Joined<'_>) -> io::Result<()> {
        self.line.clear();
        let value = counter.value.wrapped();
        let rise = self.comparison.as_mut().and_then(|it| it.rise(counter));
        match rise {
            Some(rise) => self.push_rise(counter.name, rise),
            None if self.request.nonzero && value == 0 => {}
            None => self
                .sections
                .push_counter(&mut self.line, counter.name, value),
        }
        if !self.line.is_empty() {
            self.out.write_all(&self.title)?;
            self.title.clear();
        }
        self.out.write_all(&self.line)
    }

    fn end(&mut self, _: &mut Joined<'_>) -> io::Result<()> {
        if let Some(comparison) = &mut self.comparison {
            comparison.end();
        }
        Ok(())
    }
}
