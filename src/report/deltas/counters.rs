//! The rates of the protocols' counters.

use super::Rise;
use crate::listing::statistics::{Counter, CounterRows};
use crate::listing::{Joined, Needs, RowKind, Sink};
use crate::report::rates;
use crate::tables::{Namespace, Net};
use std::collections::HashMap;
use std::convert::Infallible;
use std::io;
use std::time::{Duration, Instant};

/// Rates of counters.
pub struct CounterRates;

/// A counter, and its rise since the previous listing.
#[derive(Debug, Clone, Copy)]
pub struct CounterRate<'a> {
    /// The counter.
    pub counter: Counter<'a>,
    /// Its rise, or `None` in the first listing of a namespace.
    pub rise: Option<Rise>,
}

impl RowKind for CounterRates {
    type Row<'a> = CounterRate<'a>;
    type Section<'a> = ();
    type Gap<'a> = Infallible;
    type Kept = Infallible;

    /// Keeps nothing: counters have no names to look up.
    fn keep(_: &CounterRate<'_>) -> Option<Infallible> {
        None
    }

    fn row(kept: &Infallible) -> CounterRate<'_> {
        match *kept {}
    }
}

/// The counters of the previous listing, by namespace.
pub type Past = HashMap<Namespace, Snapshot>;

/// Counters at one time, by their sections and names.
#[derive(Debug)]
pub struct Snapshot {
    at: Instant,
    values: HashMap<(Vec<u8>, Vec<u8>), u64>,
}

impl Snapshot {
    fn now() -> Snapshot {
        Snapshot {
            at: Instant::now(),
            values: HashMap::new(),
        }
    }
}

/// Compares the counters of a listing with those of the previous one.
#[derive(Debug)]
pub struct Comparison<'a> {
    past: &'a mut Past,
    /// The current namespace, its counters in the previous listing, and so far in this one.
    current: Option<(Namespace, Option<Snapshot>, Snapshot)>,
}

impl<'a> Comparison<'a> {
    /// Begins a listing that is compared with `past`, and leaves its own counters there.
    pub fn new(past: &'a mut Past) -> Comparison<'a> {
        Comparison {
            past,
            current: None,
        }
    }

    /// Begins a namespace, whose counters are read next. Returns the time since its previous listing, or
    /// `None` if this is the first.
    pub fn begin(&mut self, namespace: Namespace) -> Option<Duration> {
        self.end();
        let before = self.past.remove(&namespace);
        let now = Snapshot::now();
        let elapsed = before.as_ref().map(|it| now.at.duration_since(it.at));
        self.current = Some((namespace, before, now));
        elapsed
    }

    /// Takes a counter, and returns its rise, or `None` in the first listing of a namespace.
    pub fn rise(&mut self, counter: &Counter<'_>) -> Option<Rise> {
        let (_, before, now) = self.current.as_mut()?;
        let key = (counter.section.to_vec(), counter.name.to_vec());
        let value = counter.value.wrapped();
        let rise = before.as_ref().map(|before| Rise {
            change: before
                .values
                .get(&key)
                .and_then(|it| rates::growth(*it, value)),
            elapsed: now.at.duration_since(before.at),
        });
        now.values.insert(key, value);
        rise
    }

    /// Ends a namespace.
    pub fn end(&mut self) {
        if let Some((namespace, _, now)) = self.current.take() {
            self.past.insert(namespace, now);
        }
    }
}

/// Hands on the rates of counters.
pub struct CounterDeltas<'a> {
    comparison: Comparison<'a>,
    /// Whether those that have not risen are left out.
    only_risen: bool,
    next: &'a mut dyn Sink<CounterRates>,
}

impl<'a> CounterDeltas<'a> {
    /// Creates a sink that compares counters with those in `past`, where it leaves these.
    pub fn new(
        past: &'a mut Past,
        only_risen: bool,
        next: &'a mut dyn Sink<CounterRates>,
    ) -> CounterDeltas<'a> {
        CounterDeltas {
            comparison: Comparison::new(past),
            only_risen,
            next,
        }
    }
}

impl Sink<CounterRows> for CounterDeltas<'_> {
    fn needs(&self) -> Needs {
        self.next.needs()
    }

    fn namespace(&mut self, net: &Net) -> io::Result<()> {
        self.comparison.begin(net.namespace());
        self.next.namespace(net)
    }

    fn row(&mut self, counter: &Counter<'_>, joined: &mut Joined<'_>) -> io::Result<()> {
        let rise = self.comparison.rise(counter);
        let has_risen = rise.and_then(|it| it.change).is_some_and(|it| it > 0);
        if self.only_risen && !has_risen {
            return Ok(());
        }
        let row = CounterRate {
            counter: *counter,
            rise,
        };
        self.next.row(&row, joined)
    }

    fn end(&mut self, joined: &mut Joined<'_>) -> io::Result<()> {
        self.comparison.end();
        self.next.end(joined)
    }
}
