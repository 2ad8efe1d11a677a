//! Threads that answer questions side by side, for as long as an answer takes.
//!
//! The name service can be asked in no other way: `getnameinfo` and its like return when they have
//! an answer, which may be never. So each question has a thread to itself, and no thread is ever
//! waited for: the process ends with `_exit`, whatever they are at.

use std::collections::VecDeque;
use std::fmt;
use std::io;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Condvar, Mutex};
use std::thread;
use std::time::{Duration, Instant};

/// The most questions that a name server has from us at a time, but for those that hang.
///
/// Measured: 2,000 addresses, named by a server on the same machine after the time given (two cores,
/// of which the server takes one); seconds until the last row, and peak memory:
///
/// | threads | 0.5 ms | 20 ms | 100 ms | peak    |
/// | ------- | ------ | ----- | ------ | ------- |
/// | 16      | 0.45   | 3.19  | 13.2   | 4.2 MB  |
/// | 32      | 0.36   | 1.64  | 6.69   | 4.5 MB  |
/// | 64      | 0.26   | 1.01  | 3.45   | 5.2 MB  |
/// | 128     | 0.24   | 0.61  | 1.81   | 6.5 MB  |
/// | 256     | 5.1    | 0.33  | 0.94   | 9.2 MB  |
/// | 512     | 5.2    | 5.28  | 5.38   | 14.6 MB |
///
/// The five seconds are questions that were lost because the server's socket had no room for them: a
/// Linux socket holds some 270 of them unless told otherwise, and glibc asks again after 5 s. dnsmasq,
/// which many a machine and router has, refuses the 151st question.
pub const MOST_WORKERS: usize = 128;

/// The most threads in all, those that hang among them. Some zones' servers are always down, and
/// should not keep names waiting whose servers are not.
const MOST_WITH_HUNG: usize = 256;

/// How long a question has no answer that counts as one that hangs.
const HUNG: Duration = Duration::from_millis(500);

/// How long questions lie before the number of threads is doubled: it begins with one, because files
/// answer faster than a thread starts.
pub const STALL: Duration = Duration::from_millis(1);

/// A thread's stack, in bytes. Name services are libraries of strangers, and some use a good deal of
/// it; what isn't used costs address space only.
const STACK: usize = 512 * 1024;

/// Questions that no thread has taken yet.
struct Queue<Q> {
    questions: Mutex<VecDeque<Q>>,
    has_more: Condvar,
}

impl<Q> Queue<Q> {
    fn put(&self, question: Q) {
        // No thread panics while it has the lock.
        if let Ok(mut questions) = self.questions.lock() {
            questions.push_back(question);
            self.has_more.notify_one();
        }
    }

    /// The next question, waited for as long as it takes.
    fn take(&self) -> Option<Q> {
        let questions = self.questions.lock().ok()?;
        let is_empty = |questions: &mut VecDeque<Q>| questions.is_empty();
        let mut questions = self.has_more.wait_while(questions, is_empty).ok()?;
        questions.pop_front()
    }
}

/// Threads that answer questions of one kind.
pub struct Pool<Q, A> {
    answer: fn(Q) -> A,
    queue: Arc<Queue<Q>>,
    answered: Sender<(Q, A)>,
    answers: Receiver<(Q, A)>,
    workers: usize,
    most_workers: usize,
    /// When a thread was started last, or the number of those that hang was looked at.
    grown: Instant,
    /// How many answers have come since.
    answered_since: usize,
    /// How many questions have no answer yet.
    open: usize,
}

impl<Q, A> fmt::Debug for Pool<Q, A> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Pool { workers, open, .. } = self;
        write!(out, "Pool({workers} threads, {open} questions)")
    }
}

impl<Q: Copy + Send + 'static, A: Send + 'static> Pool<Q, A> {
    /// A pool that answers with what `answer` returns. It has no thread before it is asked.
    pub fn new(answer: fn(Q) -> A) -> Pool<Q, A> {
        let (answered, answers) = channel();
        Pool {
            answer,
            queue: Arc::new(Queue {
                questions: Mutex::new(VecDeque::new()),
                has_more: Condvar::new(),
            }),
            answered,
            answers,
            workers: 0,
            most_workers: MOST_WITH_HUNG,
            grown: Instant::now(),
            answered_since: 0,
            open: 0,
        }
    }

    /// Asks a question; its answer comes some time, or never.
    ///
    /// # Errors
    /// No thread can be started, so that no answer will come.
    pub fn ask(&mut self, question: Q) -> io::Result<()> {
        self.open += 1;
        let result = match self.workers == 0 {
            true => self.start_one(),
            false => Ok(()),
        };
        self.grow();
        self.queue.put(question);
        match self.workers {
            0 => result,
            _ => Ok(()),
        }
    }

    /// Starts more threads if questions have been lying for a while; to be called often while they
    /// are waited for. Whether that may soon have to be done again.
    pub fn grow(&mut self) -> bool {
        let lying = self.open.saturating_sub(self.workers);
        if lying == 0 || self.workers >= self.most_workers {
            return false;
        }
        let is_full = self.workers >= MOST_WORKERS;
        let pause = if is_full { HUNG } else { STALL };
        if self.grown.elapsed() >= pause {
            let room = match is_full {
                // Any other thread than these would have answered since.
                true => MOST_WORKERS.saturating_sub(self.answered_since),
                false => self.workers.min(MOST_WORKERS - self.workers),
            };
            self.grown = Instant::now();
            self.answered_since = 0;
            for _ in 0..room.min(lying).min(self.most_workers - self.workers) {
                // Those that are there must do.
                let _ = self.start_one();
            }
        }
        !is_full
    }

    /// How many questions have no answer yet.
    pub fn open(&self) -> usize {
        self.open
    }

    /// The next answer, waited for as long as `limit`.
    pub fn next_answer(&mut self, limit: Duration) -> Option<(Q, A)> {
        let answer = match limit {
            Duration::ZERO => self.answers.try_recv().ok(),
            limit => self.answers.recv_timeout(limit).ok(),
        }?;
        self.open = self.open.saturating_sub(1);
        self.answered_since += 1;
        Some(answer)
    }

    fn start_one(&mut self) -> io::Result<()> {
        let answer = self.answer;
        let queue = Arc::clone(&self.queue);
        let answered = self.answered.clone();
        let work = move || {
            while let Some(question) = queue.take() {
                if answered.send((question, answer(question))).is_err() {
                    return;
                }
            }
        };
        let started = thread::Builder::new().stack_size(STACK).spawn(work);
        match started {
            Ok(_detached) => self.workers += 1,
            Err(error) => {
                self.most_workers = self.workers;
                return Err(error);
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Asks and waits for all answers, as a listing does.
    fn answers(pool: &mut Pool<u64, u64>, questions: impl Iterator<Item = u64>) -> Vec<u64> {
        for question in questions {
            pool.ask(question).expect("a thread");
        }
        let mut answers = Vec::new();
        let started = Instant::now();
        while pool.open() > 0 && started.elapsed() < Duration::from_secs(20) {
            pool.grow();
            answers.extend(pool.next_answer(STALL).map(|(_, answer)| answer));
        }
        answers
    }

    #[test]
    fn questions_are_answered_side_by_side() {
        let mut pool = Pool::new(|question: u64| {
            thread::sleep(Duration::from_millis(50));
            question * 2
        });
        let started = Instant::now();
        let mut answers = answers(&mut pool, 0..400);
        // One after the other, they would take 20 s.
        assert!(started.elapsed() < Duration::from_secs(5));
        assert!(pool.workers <= MOST_WORKERS, "{pool:?}");
        answers.sort_unstable();
        assert!(answers.into_iter().eq((0..400).map(|it| it * 2)));
    }

    #[test]
    fn questions_that_hang_do_not_keep_others_waiting() {
        let mut pool = Pool::new(|question: u64| {
            loop {
                match question {
                    0..200 => thread::park(),
                    question => return question,
                }
            }
        });
        for question in 0..500 {
            pool.ask(question).expect("a thread");
        }
        let started = Instant::now();
        let mut answered = 0;
        while answered < 300 && started.elapsed() < Duration::from_secs(20) {
            pool.grow();
            answered += usize::from(pool.next_answer(STALL).is_some());
        }
        assert_eq!((answered, pool.open()), (300, 200));
        assert!(pool.workers <= MOST_WITH_HUNG, "{pool:?}");
    }

    #[test]
    fn no_thread_is_started_before_it_is_needed() {
        let mut pool = Pool::new(|question: u64| question);
        assert_eq!(pool.workers, 0);
        pool.ask(1).expect("a thread");
        assert_eq!(pool.workers, 1);
        assert_eq!(pool.next_answer(Duration::from_secs(20)), Some((1, 1)));
        pool.ask(2).expect("a thread");
        assert_eq!(pool.workers, 1);
    }
}
