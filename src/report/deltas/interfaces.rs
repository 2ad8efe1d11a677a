//! The rates of interfaces.

use crate::listing::interfaces::{Interface, InterfaceRows, Section};
use crate::listing::{Flow, Joined, Needs, RowKind, Sink};
use crate::tables::interface::{Counters, Name};
use crate::tables::{Namespace, Net};
use std::collections::{BTreeMap, HashMap};
use std::convert::Infallible;
use std::io;
use std::time::{Duration, Instant};

/// Rates of interfaces.
pub struct InterfaceRates;

/// An interface, now and in the previous listing.
#[derive(Debug, Clone, Copy)]
pub struct InterfaceRate<'a> {
    /// Its name.
    pub name: &'a Name,
    /// Its counters before, if they are known.
    pub before: Option<&'a Counters>,
    /// Its counters now, if they are known.
    pub now: Option<&'a Counters>,
    /// The time between the two, or `None` in the first listing of a namespace.
    pub elapsed: Option<Duration>,
}

impl RowKind for InterfaceRates {
    type Row<'a> = InterfaceRate<'a>;
    type Section<'a> = ();
    type Gap<'a> = ();
    type Kept = Infallible;

    /// Keeps nothing: interfaces have no names to look up.
    fn keep(_: &InterfaceRate<'_>) -> Option<Infallible> {
        None
    }

    fn row(kept: &Infallible) -> InterfaceRate<'_> {
        match *kept {}
    }
}

/// The counters of the previous listing, by namespace.
pub type Past = HashMap<Namespace, Snapshot>;

/// The counters of interfaces at one time.
#[derive(Debug)]
pub struct Snapshot {
    at: Instant,
    counters: BTreeMap<Name, Counters>,
}

/// Hands on the rates of interfaces.
pub struct InterfaceDeltas<'a> {
    past: &'a mut Past,
    namespace: Namespace,
    before: Option<Snapshot>,
    /// The time since then.
    elapsed: Option<Duration>,
    next: &'a mut dyn Sink<InterfaceRates>,
}

impl<'a> InterfaceDeltas<'a> {
    /// Creates a sink that compares interfaces with those in `past`, where it leaves these.
    pub fn new(past: &'a mut Past, next: &'a mut dyn Sink<InterfaceRates>) -> InterfaceDeltas<'a> {
        InterfaceDeltas {
            past,
            namespace: Namespace::default(),
            before: None,
            elapsed: None,
            next,
        }
    }
}

impl Sink<InterfaceRows> for InterfaceDeltas<'_> {
    fn needs(&self) -> Needs {
        self.next.needs()
    }

    fn namespace(&mut self, net: &Net) -> io::Result<()> {
        self.namespace = net.namespace();
        self.before = self.past.remove(&self.namespace);
        self.elapsed = None;
        self.next.namespace(net)
    }

    fn section(&mut self, section: &Section<'_>) -> io::Result<Flow> {
        let before = self.before.as_ref();
        self.elapsed = before.map(|it| section.at.duration_since(it.at));
        let counters = section.interfaces.iter();
        let counters = counters.filter_map(|it| Some((it.name, it.counters?)));
        let now = Snapshot {
            at: section.at,
            counters: counters.collect(),
        };
        self.past.insert(self.namespace, now);
        self.next.section(&())
    }

    fn row(&mut self, row: &Interface<'_>, joined: &mut Joined<'_>) -> io::Result<()> {
        let before = self.before.as_ref();
        let rate = InterfaceRate {
            before: before.and_then(|it| it.counters.get(row.name)),
            name: row.name,
            now: row.counters,
            elapsed: self.elapsed,
        };
        self.next.row(&rate, joined)
    }

    fn gap(&mut self, gap: &(), joined: &Joined<'_>) -> io::Result<()> {
        self.next.gap(gap, joined)
    }

    fn end(&mut self, joined: &mut Joined<'_>) -> io::Result<()> {
        self.next.end(joined)
    }
}
