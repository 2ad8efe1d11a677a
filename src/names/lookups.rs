//! The names of the running system: a cache in front of the name service.
//!
//! All of it belongs to the thread that writes the rows. It collects a query for each name that it
//! meets for the first time, hands them to the [`Pool`] when all it could do is wait, and stores the
//! answers that have come. A name that is known costs one look into a hash table.

use super::pool::{GROW_INTERVAL, MAX_RUNNING, Pool};
use super::progress::{Progress, TICK};
use super::query::{self, Answer, Query};
use super::services::{self, ServiceNames, Transport};
use super::wait_budget::WaitBudget;
use crate::notice;
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::mem;
use std::time::{Duration, Instant};

/// A cache with more names than this is reduced to those of the last listing.
const MAX_CACHED: usize = 10_000;

/// How long after a name was not found a repeated listing queries it again. Name servers cache the
/// absence of a name for some minutes, and one that was down is soon up again; a query per minute
/// and address is no load for either.
const RETRY_AFTER: Duration = Duration::from_secs(60);

/// The state of a name in the cache.
#[derive(Debug)]
enum State {
    Found(Box<[u8]>),
    /// There was none at this time.
    NotFound(Instant),
    /// Its query has not been answered yet.
    Pending {
        /// The number of the query.
        number: u64,
        /// Whether it is counted as late.
        is_counted: bool,
    },
}

#[derive(Debug)]
struct Cached {
    state: State,
    /// The number of the last listing that had it in a row.
    listing: u64,
}

/// The names of the running system.
#[derive(Debug)]
pub struct Lookups {
    answer: fn(Query) -> Answer,
    pool: Pool<Query, Answer>,
    names: HashMap<Query, Cached>,
    services: Option<ServiceNames>,
    /// Queries for the pool.
    unsent: Vec<Query>,
    /// The number of the last query, sent or not.
    last_query: u64,
    /// Queries up to this number are not waited for any longer.
    late_through: u64,
    /// Whether the present row can be written again later, so that nothing waits for its names.
    defers_row: bool,
    /// Whether a name was looked up that may still come.
    is_incomplete: bool,
    /// How long a listing waits for names.
    timeout: Duration,
    budget: WaitBudget,
    progress: Progress,
    /// The number of the listing.
    listing: u64,
    listing_start: Instant,
    counts: Counts,
}

/// How many names a listing has looked up.
#[derive(Debug, Default)]
struct Counts {
    queried: u64,
    answered: u64,
    /// Names that did not come in time, and are shown as numbers.
    late: u64,
}

impl Lookups {
    /// Creates an empty cache that fills itself with what `answer` returns. A listing waits no
    /// longer than `timeout` for names. No thread is started before the first query.
    pub fn new(answer: fn(Query) -> Answer, timeout: Duration) -> Lookups {
        Lookups {
            answer,
            pool: Pool::new(answer),
            names: HashMap::new(),
            services: None,
            unsent: Vec::new(),
            last_query: 0,
            late_through: 0,
            defers_row: false,
            is_incomplete: false,
            timeout,
            budget: WaitBudget::new(timeout),
            progress: Progress::new(),
            listing: 0,
            listing_start: Instant::now(),
            counts: Counts::default(),
        }
    }

    /// Returns the name that answers `query`, or `None` if there is none or it is late. Waits for it
    /// unless the row is deferred.
    pub fn name(&mut self, query: Query) -> Option<&[u8]> {
        if !self.defers_row {
            loop {
                self.is_incomplete = false;
                self.cached(query);
                if !self.is_incomplete {
                    break;
                }
                self.wait();
            }
            self.progress.clear();
        }
        self.cached(query)
    }

    /// Returns the name of the service at `port`, as [`Lookups::name`] does.
    pub fn service(&mut self, transport: Transport, port: u16) -> Option<&[u8]> {
        if self.services.is_none() {
            self.name(Query::Services);
        }
        let names = self.services.as_ref()?;
        names.get(&(transport, port)).map(Vec::as_slice)
    }

    /// Returns the name if it is in the cache. Otherwise a query is prepared, and the row is
    /// incomplete if the name may still come.
    fn cached(&mut self, query: Query) -> Option<&[u8]> {
        let cached = match self.names.entry(query) {
            Entry::Occupied(cached) => cached.into_mut(),
            Entry::Vacant(vacant) => {
                self.unsent.push(query);
                self.last_query += 1;
                self.counts.queried += u64::from(query != Query::Services);
                vacant.insert(Cached {
                    state: State::Pending {
                        number: self.last_query,
                        is_counted: false,
                    },
                    listing: self.listing,
                })
            }
        };
        cached.listing = self.listing;
        match &mut cached.state {
            State::Found(name) => return Some(name),
            State::NotFound(since) => {
                if self.listing_start.saturating_duration_since(*since) > RETRY_AFTER {
                    *since = self.listing_start;
                    self.unsent.push(query);
                }
            }
            State::Pending { number, .. } if *number > self.late_through => {
                self.is_incomplete = true;
            }
            State::Pending { is_counted, .. } => {
                self.counts.late += u64::from(!mem::replace(is_counted, true));
            }
        }
        None
    }

    /// Begins a row that is written again later if it is incomplete.
    pub fn begin_row(&mut self) {
        self.defers_row = true;
        self.is_incomplete = false;
    }

    /// Ends such a row, and returns whether it is complete.
    pub fn end_row(&mut self) -> bool {
        self.defers_row = false;
        !self.is_incomplete
    }

    /// Sends the queries that were prepared. Services that are in files, as they almost always are,
    /// are read here, while threads do the rest. Returns whether any of them is answered.
    fn send(&mut self) -> bool {
        let mut reads_services = false;
        let mut clear = || self.progress.clear();
        let cannot = |query: &mut Query| !query.can_be_asked(&mut clear);
        let passed_over: Vec<Query> = self.unsent.extract_if(.., cannot).collect();
        for query in &passed_over {
            self.store(*query, query.no_name());
        }
        if self.unsent.len() > MAX_RUNNING {
            // Some of them will have to wait for the others.
            query::sort_quick_first(&mut self.unsent);
        }
        for query in self.unsent.drain(..) {
            if query == Query::Services && services::are_in_files() {
                reads_services = true;
                continue;
            }
            self.budget.reset_idle();
            if let Err(error) = self.pool.send(query) {
                if self.late_through < u64::MAX {
                    notice::say(format_args!("cannot look up names: {error}"));
                }
                self.late_through = u64::MAX;
            }
        }
        if reads_services {
            self.store(Query::Services, (self.answer)(Query::Services));
        }
        reads_services || !passed_over.is_empty()
    }

    /// Returns whether queries are in progress. The name service may then have sockets open, in this
    /// process.
    pub fn is_querying(&self) -> bool {
        self.pool.unanswered() > 0
    }

    /// Stores the answers that have come, and returns whether there were any.
    pub fn take_answers(&mut self) -> bool {
        let mut any = false;
        while let Some((query, answer)) = self.pool.next_answer(Duration::ZERO) {
            self.store(query, answer);
            any = true;
        }
        any
    }

    /// Waits for the next answer. Once the listing's time is spent, it gives up on all names that
    /// are still pending instead.
    pub fn wait(&mut self) {
        let is_any_answered = self.send();
        if self.take_answers() || is_any_answered {
            return;
        }
        loop {
            let limit = self.budget.limit();
            if limit.is_zero() {
                self.late_through = self.late_through.max(self.last_query);
                return;
            }
            let tick = match self.pool.grow() {
                true => GROW_INTERVAL,
                false => TICK,
            };
            let started = Instant::now();
            let answer = self.pool.next_answer(limit.min(tick));
            let waited = started.elapsed();
            self.budget.spend(waited);
            self.progress
                .wait(waited, self.counts.answered, self.counts.queried);
            if let Some((query, answer)) = answer {
                self.store(query, answer);
                self.take_answers();
                return;
            }
        }
    }

    /// Clears the line that shows the progress, so that rows can be written.
    pub fn clear_progress(&mut self) {
        self.progress.clear();
    }

    /// Stores an answer.
    fn store(&mut self, query: Query, answer: Answer) {
        self.budget.reset_idle();
        let state = match answer {
            Answer::Name(Some(name)) => State::Found(name),
            Answer::Name(None) => State::NotFound(Instant::now()),
            Answer::Services(names) => {
                self.services = Some(names);
                State::Found(Box::default())
            }
        };
        if let Some(cached) = self.names.get_mut(&query) {
            let is_first = matches!(cached.state, State::Pending { .. });
            self.counts.answered += u64::from(is_first && query != Query::Services);
            cached.state = state;
        }
    }

    /// Warns on stderr if names did not come in time.
    pub fn warn_late(&mut self) {
        let Counts { queried, late, .. } = self.counts;
        if late == 0 {
            return;
        }
        let queried = queried.max(late);
        match self.timeout.as_secs_f64() {
            0.0 => notice::say(format_args!(
                "{late} of {queried} names were not available at once: showing numbers instead"
            )),
            seconds => notice::say(format_args!(
                "{late} of {queried} names took longer than {seconds} s: showing numbers instead"
            )),
        }
    }

    /// Prepares for another listing.
    ///
    /// The cache is kept, except for old names if it is large. If names of the last listing are
    /// still pending, the next one does not wait: the name server is slow, and they can be shown
    /// when they come.
    pub fn renew(&mut self) {
        self.take_answers();
        let listing = self.listing;
        let is_pending = |cached: &Cached| matches!(cached.state, State::Pending { .. });
        if self.names.len() > MAX_CACHED {
            self.names
                .retain(|_, cached| cached.listing == listing || is_pending(cached));
        }
        let is_behind = self.names.values().any(is_pending);
        self.budget = WaitBudget::new(match is_behind {
            true => Duration::ZERO,
            false => self.timeout,
        });
        self.listing += 1;
        self.listing_start = Instant::now();
        self.counts = Counts::default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::thread;

    const LONG: Duration = Duration::from_secs(20);

    /// Names users below 100 at once, and users from 1000 on after 1.5 s; others have no name.
    fn answer(query: Query) -> Answer {
        let Query::User(uid) = query else {
            return Answer::Services(ServiceNames::new());
        };
        if uid >= 1000 {
            thread::sleep(Duration::from_millis(1500));
        }
        let name = format!("user{uid}").into_bytes().into_boxed_slice();
        Answer::Name((!(100..1000).contains(&uid)).then_some(name))
    }

    fn user(lookups: &mut Lookups, uid: u32) -> Option<String> {
        let name = lookups.name(Query::User(uid))?;
        Some(String::from_utf8_lossy(name).into_owned())
    }

    /// Looks up the name in a deferred row. Returns whether the row is complete, and the name.
    fn row(lookups: &mut Lookups, uid: u32) -> (bool, Option<String>) {
        lookups.begin_row();
        let name = user(lookups, uid);
        (lookups.end_row(), name)
    }

    #[test]
    fn names_outside_of_deferred_rows_are_waited_for() {
        let mut lookups = Lookups::new(answer, LONG);
        assert_eq!(user(&mut lookups, 7).as_deref(), Some("user7"));
        assert_eq!(user(&mut lookups, 500), None);
        assert_eq!(user(&mut lookups, 1000).as_deref(), Some("user1000"));
        assert_eq!(lookups.service(Transport::Tcp, 80), None);
        assert_eq!(lookups.counts.queried, 3);
        assert_eq!(lookups.counts.late, 0);
    }

    #[test]
    fn rows_are_complete_when_their_names_have_come() {
        let mut lookups = Lookups::new(answer, LONG);
        assert_eq!(row(&mut lookups, 1000), (false, None));
        assert!(!lookups.is_querying(), "sent before the wait");
        lookups.wait();
        assert_eq!(row(&mut lookups, 1000), (true, Some("user1000".to_owned())));
        assert!(!lookups.is_querying());
    }

    #[test]
    fn a_late_name_is_shown_when_it_comes_and_nothing_is_queried_twice() {
        let mut lookups = Lookups::new(answer, Duration::from_millis(300));
        assert_eq!(row(&mut lookups, 500), (false, None));
        assert_eq!(row(&mut lookups, 1000), (false, None));
        while !row(&mut lookups, 1000).0 {
            lookups.wait();
        }
        assert_eq!(row(&mut lookups, 500), (true, None));
        assert_eq!((lookups.counts.queried, lookups.counts.late), (2, 1));
        lookups.renew();
        assert_eq!(row(&mut lookups, 1000), (true, None));
        assert_eq!(lookups.counts.late, 0, "counted again");
        let started = Instant::now();
        while row(&mut lookups, 1000).1.is_none() && started.elapsed() < LONG {
            thread::sleep(Duration::from_millis(5));
            lookups.renew();
        }
        assert_eq!(row(&mut lookups, 1000), (true, Some("user1000".to_owned())));
        assert_eq!(row(&mut lookups, 500), (true, None));
        assert!(lookups.unsent.is_empty());
        assert_eq!(lookups.last_query, 2);
    }

    #[test]
    fn a_missing_name_is_queried_again_after_a_while() {
        let mut lookups = Lookups::new(answer, LONG);
        assert_eq!(user(&mut lookups, 500), None);
        lookups.renew();
        lookups.listing_start += RETRY_AFTER / 2;
        assert_eq!(row(&mut lookups, 500), (true, None));
        assert!(lookups.unsent.is_empty());
        lookups.listing_start += RETRY_AFTER;
        assert_eq!(row(&mut lookups, 500), (true, None));
        assert_eq!(lookups.unsent, [Query::User(500)]);
    }
}
