//! The names of the running system: what it has been asked, what it has answered, and what has
//! been waited for long enough.
//!
//! All of this is in the hands of the thread that writes the rows. It gathers questions for names
//! that it meets for the first time, hands them to the [`Pool`] when it has nothing better to do
//! than to wait, and takes the answers that have come, so that a name that is known costs one look
//! into a table.

use super::patience::Patience;
use super::pool::{MOST_WORKERS, Pool, STALL};
use super::progress::{Progress, TICK};
use super::question::{self, Answer, Question};
use super::services::{self, ServiceNames, Transport};
use crate::notice;
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::mem;
use std::time::{Duration, Instant};

/// How many names are kept from one listing to the next that were in none of the last one's rows.
const MOST_UNSEEN: usize = 10_000;

/// When a name that does not exist is asked for again, by a listing that repeats. Name servers keep
/// a "no" for some minutes, and one that was down is soon up again; a question per minute and
/// address is no load for either.
const ASK_AGAIN: Duration = Duration::from_secs(60);

/// What is known of one name.
#[derive(Debug)]
enum State {
    Named(Box<[u8]>),
    /// There was none when it was asked for last.
    Nameless(Instant),
    Asked {
        /// The question's number.
        number: u64,
        /// Whether it has been counted as late.
        is_counted: bool,
    },
}

#[derive(Debug)]
struct Known {
    state: State,
    /// The listing that had it in a row last.
    listing: u64,
}

/// The names of the running system.
#[derive(Debug)]
pub struct Lookups {
    ask: fn(Question) -> Answer,
    pool: Pool<Question, Answer>,
    names: HashMap<Question, Known>,
    services: Option<ServiceNames>,
    /// What is to be asked.
    unsent: Vec<Question>,
    /// The number of the last question.
    last_number: u64,
    /// Questions up to this number have been waited for long enough.
    late_through: u64,
    /// Whether rows without all names are written again later.
    holds_rows: bool,
    /// Whether a name has been wanted that may still come.
    is_lacking: bool,
    /// How long a listing waits for names.
    timeout: Duration,
    patience: Patience,
    progress: Progress,
    listing: u64,
    listing_began: Instant,
    counts: Counts,
}

/// How far a listing is with its names.
#[derive(Debug, Default)]
struct Counts {
    asked: u64,
    answered: u64,
    /// How many were shown as numbers because they had not come.
    late: u64,
}

impl Lookups {
    /// Names that `ask` finds; none is waited for longer than `timeout`. No thread is started
    /// before something is asked.
    pub fn new(ask: fn(Question) -> Answer, timeout: Duration) -> Lookups {
        Lookups {
            ask,
            pool: Pool::new(ask),
            names: HashMap::new(),
            services: None,
            unsent: Vec::new(),
            last_number: 0,
            late_through: 0,
            holds_rows: false,
            is_lacking: false,
            timeout,
            patience: Patience::new(timeout),
            progress: Progress::new(),
            listing: 0,
            listing_began: Instant::now(),
            counts: Counts::default(),
        }
    }

    /// The answer to `question`, waited for unless rows are held back; none where there is none.
    pub fn name(&mut self, question: Question) -> Option<&[u8]> {
        if !self.holds_rows {
            loop {
                self.is_lacking = false;
                self.look(question);
                if !self.is_lacking {
                    break;
                }
                self.wait();
            }
            self.progress.wipe();
        }
        self.look(question)
    }

    /// The name of the service at `port`, likewise.
    pub fn service(&mut self, transport: Transport, port: u16) -> Option<&[u8]> {
        if self.services.is_none() {
            self.name(Question::Services);
        }
        let names = self.services.as_ref()?;
        names.get(&(transport, port)).map(Vec::as_slice)
    }

    /// What is known now. What isn't is to be asked, and lacking if it may still come.
    fn look(&mut self, question: Question) -> Option<&[u8]> {
        let known = match self.names.entry(question) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(place) => {
                self.unsent.push(question);
                self.last_number += 1;
                self.counts.asked += u64::from(question != Question::Services);
                place.insert(Known {
                    state: State::Asked {
                        number: self.last_number,
                        is_counted: false,
                    },
                    listing: self.listing,
                })
            }
        };
        known.listing = self.listing;
        match &mut known.state {
            State::Named(name) => return Some(name),
            State::Nameless(since) => {
                if self.listing_began.saturating_duration_since(*since) > ASK_AGAIN {
                    *since = self.listing_began;
                    self.unsent.push(question);
                }
            }
            State::Asked { number, .. } if *number > self.late_through => self.is_lacking = true,
            State::Asked { is_counted, .. } => {
                self.counts.late += u64::from(!mem::replace(is_counted, true));
            }
        }
        None
    }

    /// Begins a row that will be written again if a name in it is lacking.
    pub fn begin_row(&mut self) {
        self.holds_rows = true;
        self.is_lacking = false;
    }

    /// Ends such a row; whether it lacks no name.
    pub fn end_row(&mut self) -> bool {
        self.holds_rows = false;
        !self.is_lacking
    }

    /// Asks what is to be asked. Services that are in files, as they almost always are, are read
    /// here, while threads ask for all else.
    fn send(&mut self) {
        let mut are_services_here = false;
        if self.unsent.len() > MOST_WORKERS {
            // Not all can be asked for at once.
            question::put_quick_ones_first(&mut self.unsent);
        }
        for question in self.unsent.drain(..) {
            if question == Question::Services && services::are_in_files() {
                are_services_here = true;
                continue;
            }
            self.patience.stir();
            if let Err(error) = self.pool.ask(question) {
                if self.late_through < u64::MAX {
                    notice::say(format_args!("names can't be looked up: {error}"));
                }
                self.late_through = u64::MAX;
            }
        }
        if are_services_here {
            self.settle(Question::Services, (self.ask)(Question::Services));
        }
    }

    /// Whether the name service is being asked: it may have sockets then, which are ours.
    pub fn is_asking(&self) -> bool {
        self.pool.open() > 0
    }

    /// Takes the answers that have come; whether there are any.
    pub fn take_answers(&mut self) -> bool {
        let mut any = false;
        while let Some((question, answer)) = self.pool.next_answer(Duration::ZERO) {
            self.settle(question, answer);
            any = true;
        }
        any
    }

    /// Waits until an answer comes; or, when that has been long enough, no longer for any that has
    /// been asked for.
    pub fn wait(&mut self) {
        let knew_services = self.services.is_some();
        self.send();
        if self.take_answers() || self.services.is_some() != knew_services {
            return;
        }
        loop {
            let limit = self.patience.limit();
            if limit.is_zero() {
                self.late_through = self.late_through.max(self.last_number);
                return;
            }
            let tick = match self.pool.grow() {
                true => STALL,
                false => TICK,
            };
            let started = Instant::now();
            let answer = self.pool.next_answer(limit.min(tick));
            let waited = started.elapsed();
            self.patience.spend(waited);
            self.progress
                .wait(waited, self.counts.answered, self.counts.asked);
            if let Some((question, answer)) = answer {
                self.settle(question, answer);
                self.take_answers();
                return;
            }
        }
    }

    /// Takes the line away that shows the progress, because rows come.
    pub fn wipe_progress(&mut self) {
        self.progress.wipe();
    }

    fn settle(&mut self, question: Question, answer: Answer) {
        self.patience.stir();
        let state = match answer {
            Answer::Name(Some(name)) => State::Named(name),
            Answer::Name(None) => State::Nameless(Instant::now()),
            Answer::Services(table) => {
                self.services = Some(table);
                State::Named(Box::default())
            }
        };
        if let Some(known) = self.names.get_mut(&question) {
            let is_first = matches!(known.state, State::Asked { .. });
            self.counts.answered += u64::from(is_first && question != Question::Services);
            known.state = state;
        }
    }

    /// Says how many names have not come in time, if any.
    pub fn say_late(&mut self) {
        let Counts { asked, late, .. } = self.counts;
        if late == 0 {
            return;
        }
        let asked = asked.max(late);
        match self.timeout.as_secs_f64() {
            0.0 => notice::say(format_args!(
                "{late} of {asked} names were not there at once, and are shown as numbers"
            )),
            seconds => notice::say(format_args!(
                "{late} of {asked} names did not come within {seconds} s, and are shown as numbers"
            )),
        }
    }

    /// Gets ready for another listing. What is known stays so, but for names that no row has had
    /// for a while. Where names of the last listing are still waited for in vain, this one does not
    /// wait: the name server is slow, and they can be shown once they have come.
    pub fn renew(&mut self) {
        self.take_answers();
        let listing = self.listing;
        let is_asked = |known: &Known| matches!(known.state, State::Asked { .. });
        if self.names.len() > MOST_UNSEEN {
            self.names
                .retain(|_, known| known.listing == listing || is_asked(known));
        }
        let is_behind = self.names.values().any(is_asked);
        self.patience = Patience::new(match is_behind {
            true => Duration::ZERO,
            false => self.timeout,
        });
        self.listing += 1;
        self.listing_began = Instant::now();
        self.counts = Counts::default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::thread;

    const LONG: Duration = Duration::from_secs(20);

    /// Users below 100 have a name at once, those from 1000 on after 1.5 s; others have none.
    fn ask(question: Question) -> Answer {
        let Question::User(uid) = question else {
            return Answer::Services(ServiceNames::new());
        };
        if uid >= 1000 {
            thread::sleep(Duration::from_millis(1500));
        }
        let name = format!("user{uid}").into_bytes().into_boxed_slice();
        Answer::Name((!(100..1000).contains(&uid)).then_some(name))
    }

    fn user(lookups: &mut Lookups, uid: u32) -> Option<String> {
        let name = lookups.name(Question::User(uid))?;
        Some(String::from_utf8_lossy(name).into_owned())
    }

    /// A row with one name; whether it is complete, and the name.
    fn row(lookups: &mut Lookups, uid: u32) -> (bool, Option<String>) {
        lookups.begin_row();
        let name = user(lookups, uid);
        (lookups.end_row(), name)
    }

    #[test]
    fn whoever_holds_no_rows_back_gets_all_names() {
        let mut lookups = Lookups::new(ask, LONG);
        assert_eq!(user(&mut lookups, 7).as_deref(), Some("user7"));
        assert_eq!(user(&mut lookups, 500), None);
        assert_eq!(user(&mut lookups, 1000).as_deref(), Some("user1000"));
        assert_eq!(lookups.service(Transport::Tcp, 80), None);
        assert_eq!(lookups.counts.asked, 3);
        assert_eq!(lookups.counts.late, 0);
    }

    #[test]
    fn rows_are_complete_when_their_names_have_come() {
        let mut lookups = Lookups::new(ask, LONG);
        assert_eq!(row(&mut lookups, 1000), (false, None));
        assert!(!lookups.is_asking(), "asked before there is time");
        lookups.wait();
        assert_eq!(row(&mut lookups, 1000), (true, Some("user1000".to_owned())));
        assert!(!lookups.is_asking());
    }

    #[test]
    fn a_late_name_is_shown_once_it_has_come_and_nothing_is_asked_twice() {
        let mut lookups = Lookups::new(ask, Duration::from_millis(300));
        assert_eq!(row(&mut lookups, 500), (false, None));
        assert_eq!(row(&mut lookups, 1000), (false, None));
        while !row(&mut lookups, 1000).0 {
            lookups.wait();
        }
        assert_eq!(row(&mut lookups, 500), (true, None));
        assert_eq!((lookups.counts.asked, lookups.counts.late), (2, 1));
        lookups.renew();
        assert_eq!(row(&mut lookups, 1000), (true, None));
        assert_eq!(lookups.counts.late, 0, "told again");
        let started = Instant::now();
        while row(&mut lookups, 1000).1.is_none() && started.elapsed() < LONG {
            thread::sleep(Duration::from_millis(5));
            lookups.renew();
        }
        assert_eq!(row(&mut lookups, 1000), (true, Some("user1000".to_owned())));
        assert_eq!(row(&mut lookups, 500), (true, None));
        assert!(lookups.unsent.is_empty());
        assert_eq!(lookups.last_number, 2);
    }

    #[test]
    fn a_missing_name_is_asked_again_after_a_while() {
        let mut lookups = Lookups::new(ask, LONG);
        assert_eq!(user(&mut lookups, 500), None);
        lookups.renew();
        lookups.listing_began += ASK_AGAIN / 2;
        assert_eq!(row(&mut lookups, 500), (true, None));
        assert!(lookups.unsent.is_empty());
        lookups.listing_began += ASK_AGAIN;
        assert_eq!(row(&mut lookups, 500), (true, None));
        assert_eq!(lookups.unsent, [Question::User(500)]);
    }
}
