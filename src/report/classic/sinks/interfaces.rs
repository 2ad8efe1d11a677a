//! Interfaces: their totals, or their rates since the previous listing (`--delta`).

use crate::listing::interfaces::{Counted, Entry, Interface, InterfaceRows, Section};
use crate::listing::{Flow, Joined, Needs, Sink};
use crate::report::classic::{ClassicOutput, interface, interface_long, quirks};
use crate::report::columns::interfaces::INTERFACES;
use crate::report::rates;
use crate::request::Interfaces;
use crate::tables::interface::{Counters, Name};
use crate::tables::{Namespace, Net};
use std::collections::HashMap;
use std::io;
use std::time::{Duration, Instant};

/// What a listing of interfaces leaves for the next one.
#[derive(Debug, Default)]
pub struct Past {
    /// Whether the title has been printed: net-tools prints it once.
    has_title: bool,
    /// The counters of the previous listing, by namespace.
    counted: HashMap<Namespace, Snapshot>,
}

/// The counters of interfaces at one time.
#[derive(Debug)]
struct Snapshot {
    at: Instant,
    /// The interfaces with counters in the order of their names, and whether each was listed.
    interfaces: Vec<(Entry, bool)>,
}

impl Snapshot {
    fn counters(&self, name: &Name) -> Option<&Counters> {
        let index = self
            .interfaces
            .binary_search_by_key(name, |(entry, _)| entry.name);
        let (entry, _) = self.interfaces.get(index.ok()?)?;
        entry.counters.as_ref()
    }
}

/// Adds a row for each interface that is gone.
fn push_gone<'a>(line: &mut Vec<u8>, gone: impl Iterator<Item = &'a Name>) {
    for name in gone {
        rates::push_reason(line, name, "gone");
    }
}

/// Prints interfaces.
pub struct ClassicInterfaces<'a> {
    request: &'a Interfaces,
    output: ClassicOutput<'a>,
    past: &'a mut Past,
    /// The previous listing and the time since then, if rates are shown.
    rates: Option<(Snapshot, Duration)>,
    /// The current listing, if the next one shows rates.
    now: Option<Snapshot>,
    /// Interfaces that were listed before and are gone, the last by name first.
    gone: Vec<Name>,
    /// The namespace whose interfaces these are.
    namespace: Namespace,
}

impl<'a> ClassicInterfaces<'a> {
    /// Creates a sink that prints to `output`, and leaves in `past` what the next listing needs.
    pub fn new(
        request: &'a Interfaces,
        past: &'a mut Past,
        output: ClassicOutput<'a>,
    ) -> ClassicInterfaces<'a> {
        ClassicInterfaces {
            request,
            output,
            past,
            rates: None,
            now: None,
            gone: Vec::new(),
            namespace: Namespace::default(),
        }
    }

    /// Ends the listing of a namespace, and keeps what its next one needs.
    fn end_namespace(&mut self) -> io::Result<()> {
        let gone = std::mem::take(&mut self.gone);
        self.output
            .push_text(|line| push_gone(line, gone.iter().rev()));
        let before = self.rates.take().map(|(before, _)| before);
        if let Some(kept) = self.now.take().or(before) {
            self.past.counted.insert(self.namespace, kept);
        }
        self.output.end()
    }

    fn push_title(&mut self) {
        if !std::mem::replace(&mut self.past.has_title, true) {
            self.output
                .push_title(|line| line.extend_from_slice(interface::TITLE));
        }
    }

    fn push_totals(&mut self, row: &Interface<'_>) {
        let counters = match self.request.like_net_tools {
            true => quirks::seen_counters(row.name, row.counters.copied()),
            false => row.counters.copied(),
        };
        let row = Interface {
            counters: counters.as_ref(),
            ..*row
        };
        let is_long = self.request.extended;
        self.output.prepare(|line| match is_long {
            true => interface_long::push_paragraph(line, &row),
            false => interface::push_row(line, row.name, row.link, row.counters),
        });
    }
}

impl Sink<InterfaceRows> for ClassicInterfaces<'_> {
    fn needs(&self) -> Needs {
        Needs {
            rows: self.output.read_limit(),
            details: self.request.extended || self.output.has_order(),
            rare_addresses: self.request.extended,
            net_tools_status: true,
            ..Needs::default()
        }
    }

    fn namespace(&mut self, net: &Net) -> io::Result<()> {
        self.end_namespace()?;
        self.namespace = net.namespace();
        if let Some(label) = net.label() {
            // Rates have a title of their own.
            let shows_rates = self.past.counted.contains_key(&self.namespace);
            self.past.has_title = self.request.delta && shows_rates;
            self.output.begin_namespace(label)?;
        }
        Ok(())
    }

    fn section(&mut self, section: &Section<'_>) -> io::Result<Flow> {
        self.push_title();
        let before = self.past.counted.remove(&self.namespace);
        let before = before.filter(|_| self.request.delta);
        if self.request.delta && section.counted != Counted::Missing {
            let counted = section.interfaces.iter();
            let counted = counted.filter(|entry| entry.counters.is_some());
            self.now = Some(Snapshot {
                at: section.at,
                interfaces: counted.map(|entry| (*entry, false)).collect(),
            });
        }
        self.rates = before.map(|before| {
            let elapsed = section.at.duration_since(before.at);
            (before, elapsed)
        });
        if let (Some((before, _)), Counted::Whole) = (&self.rates, section.counted) {
            let is_there = |name: &Name| {
                let found = section
                    .interfaces
                    .binary_search_by_key(name, |entry| entry.name);
                found.is_ok()
            };
            let listed = before.interfaces.iter().rev().filter(|(_, listed)| *listed);
            let listed = listed.map(|(entry, _)| entry.name);
            self.gone = listed.filter(|name| !is_there(name)).collect();
        }
        let elapsed = self.rates.as_ref().map(|(_, elapsed)| *elapsed);
        let is_long = self.request.extended;
        self.output.push_title(|line| match elapsed {
            Some(elapsed) => rates::push_title(line, elapsed),
            None if is_long => {}
            None => interface::push_header(line),
        });
        Ok(Flow::More)
    }

    fn prepare(&mut self, row: &Interface<'_>, _: &mut Joined<'_>) {
        let Some((before, elapsed)) = &self.rates else {
            return self.push_totals(row);
        };
        let (name, elapsed) = (row.name, *elapsed);
        let before = before.counters(name);
        let gone = self.gone.iter().rev().take_while(|gone| *gone < name);
        self.output.prepare(|line| {
            push_gone(line, gone);
            match (before, row.counters) {
                (_, None) => rates::push_reason(line, name, "no statistics available"),
                (None, Some(_)) => rates::push_reason(line, name, "new"),
                (Some(before), Some(now)) => rates::push_row(line, name, before, now, elapsed),
            }
        });
    }

    fn row(&mut self, row: &Interface<'_>, joined: &mut Joined<'_>) -> io::Result<()> {
        while self.gone.pop_if(|gone| *gone < *row.name).is_some() {}
        if let Some(now) = &mut self.now
            && let Ok(index) = now
                .interfaces
                .binary_search_by_key(row.name, |(entry, _)| entry.name)
            && let Some((_, is_listed)) = now.interfaces.get_mut(index)
        {
            *is_listed = true;
        }
        self.output.take(&INTERFACES, row, joined)
    }

    fn gap(&mut self, _: &(), _: &Joined<'_>) -> io::Result<()> {
        self.push_title();
        Ok(())
    }

    fn end(&mut self, _: &mut Joined<'_>) -> io::Result<()> {
        self.end_namespace()
    }
}
