//! Threads that send queries to the name service concurrently.
//!
//! `getnameinfo` and its like have no asynchronous form: they return when they have an answer, which
//! may be never. So each query in progress occupies a thread, and no thread is ever joined: the
//! process ends with `_exit`, whatever they are doing.

use std::collections::VecDeque;
use std::fmt;
use std::io;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Condvar, Mutex};
use std::thread;
use std::time::{Duration, Instant};

/// The most queries in progress at a time, not counting those that hang.
///
/// Measured with 2,000 addresses, named by a server on the same machine after the delay given (two
/// cores, one of them busy with the server): seconds until the last row, and peak memory.
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
/// The five seconds come from queries that were lost because the server's socket buffer was full: on
/// Linux it holds some 270 of them by default, and glibc retries after 5 s. dnsmasq, which many
/// machines and routers run, refuses the 151st concurrent query.
pub const MAX_RUNNING: usize = 128;

/// The most threads in total, including those that hang. Some zones' servers are always down, and
/// should not delay names from servers that are up.
const MAX_THREADS: usize = 256;

/// A query without an answer for this long counts as one that hangs.
const HUNG_AFTER: Duration = Duration::from_millis(500);

/// How long queries may queue before the number of threads is doubled. It starts at one, because
/// files answer faster than a thread starts.
pub const GROW_INTERVAL: Duration = Duration::from_millis(1);

/// The stack size of a thread, in bytes. Name services are third-party libraries, and some use a
/// good deal of stack; what they don't use costs only address space.
const STACK_SIZE: usize = 512 * 1024;

/// Queries that no thread has taken yet.
struct Queue<Q> {
    queries: Mutex<VecDeque<Q>>,
    /// Notified for each query that is added.
    added: Condvar,
}

impl<Q> Queue<Q> {
    fn push(&self, query: Q) {
        // The lock is never poisoned: no thread panics while it holds it.
        if let Ok(mut queries) = self.queries.lock() {
            queries.push_back(query);
            self.added.notify_one();
        }
    }

    /// Removes the next query, and blocks until there is one.
    fn pop(&self) -> Option<Q> {
        let queries = self.queries.lock().ok()?;
        let is_empty = |queries: &mut VecDeque<Q>| queries.is_empty();
        let mut queries = self.added.wait_while(queries, is_empty).ok()?;
        queries.pop_front()
    }
}

/// A pool of threads that answer queries.
pub struct Pool<Q, A> {
    answer: fn(Q) -> A,
    queue: Arc<Queue<Q>>,
    sender: Sender<(Q, A)>,
    receiver: Receiver<(Q, A)>,
    threads: usize,
    max_threads: usize,
    /// When the pool last grew or counted the queries that hang.
    last_growth: Instant,
    /// The number of answers since `last_growth`.
    answered_since: usize,
    unanswered: usize,
}

impl<Q, A> fmt::Debug for Pool<Q, A> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Pool")
            .field("threads", &self.threads)
            .field("unanswered", &self.unanswered)
            .finish_non_exhaustive()
    }
}

impl<Q: Copy + Send + 'static, A: Send + 'static> Pool<Q, A> {
    /// Creates a pool that answers queries with `answer`. It starts no thread before the first
    /// query.
    pub fn new(answer: fn(Q) -> A) -> Pool<Q, A> {
        let (sender, receiver) = channel();
        Pool {
            answer,
            queue: Arc::new(Queue {
                queries: Mutex::new(VecDeque::new()),
                added: Condvar::new(),
            }),
            sender,
            receiver,
            threads: 0,
            max_threads: MAX_THREADS,
            last_growth: Instant::now(),
            answered_since: 0,
            unanswered: 0,
        }
    }

    /// Sends a query. Its answer may come at any time, or never.
    ///
    /// # Errors
    /// If there is no thread and none can be started, so that no answer will come.
    pub fn send(&mut self, query: Q) -> io::Result<()> {
        self.unanswered += 1;
        let result = match self.threads == 0 {
            true => self.start_thread(),
            false => Ok(()),
        };
        self.grow();
        self.queue.push(query);
        match self.threads {
            0 => result,
            _ => Ok(()),
        }
    }

    /// Starts more threads if queries have been queued for a while. Returns whether to call this
    /// again after [`GROW_INTERVAL`].
    pub fn grow(&mut self) -> bool {
        let queued = self.unanswered.saturating_sub(self.threads);
        if queued == 0 || self.threads >= self.max_threads {
            return false;
        }
        let is_full = self.threads >= MAX_RUNNING;
        let interval = if is_full { HUNG_AFTER } else { GROW_INTERVAL };
        if self.last_growth.elapsed() >= interval {
            let wanted = match is_full {
                // A thread that does not hang has answered since, so this many hang.
                true => MAX_RUNNING.saturating_sub(self.answered_since),
                false => self.threads.min(MAX_RUNNING - self.threads),
            };
            self.last_growth = Instant::now();
            self.answered_since = 0;
            for _ in 0..wanted.min(queued).min(self.max_threads - self.threads) {
                // If none can be started, the present ones must suffice.
                let _ = self.start_thread();
            }
        }
        !is_full
    }

    /// Returns the number of queries without an answer.
    pub fn unanswered(&self) -> usize {
        self.unanswered
    }

    /// Returns the next answer and its query, or `None` if none comes within `limit`.
    pub fn next_answer(&mut self, limit: Duration) -> Option<(Q, A)> {
        let answer = match limit {
            Duration::ZERO => self.receiver.try_recv().ok(),
            limit => self.receiver.recv_timeout(limit).ok(),
        }?;
        self.unanswered = self.unanswered.saturating_sub(1);
        self.answered_since += 1;
        Some(answer)
    }

    /// Starts a thread; if that fails, the pool stays at the size it has.
    fn start_thread(&mut self) -> io::Result<()> {
        let answer = self.answer;
        let queue = Arc::clone(&self.queue);
        let sender = self.sender.clone();
        let work = move || {
            while let Some(query) = queue.pop() {
                if sender.send((query, answer(query))).is_err() {
                    return;
                }
            }
        };
        let started = thread::Builder::new().stack_size(STACK_SIZE).spawn(work);
        match started {
            Ok(_detached) => self.threads += 1,
            Err(error) => {
                self.max_threads = self.threads;
                return Err(error);
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Sends all queries and waits for their answers, as a listing does.
    fn answers(pool: &mut Pool<u64, u64>, queries: impl Iterator<Item = u64>) -> Vec<u64> {
        for query in queries {
            pool.send(query).expect("a thread");
        }
        let mut answers = Vec::new();
        let started = Instant::now();
        while pool.unanswered() > 0 && started.elapsed() < Duration::from_secs(20) {
            pool.grow();
            answers.extend(pool.next_answer(GROW_INTERVAL).map(|(_, answer)| answer));
        }
        answers
    }

    #[test]
    fn queries_are_answered_concurrently() {
        let mut pool = Pool::new(|query: u64| {
            thread::sleep(Duration::from_millis(50));
            query * 2
        });
        let started = Instant::now();
        let mut answers = answers(&mut pool, 0..400);
        // In sequence, they would take 20 s.
        assert!(started.elapsed() < Duration::from_secs(5));
        assert!(pool.threads <= MAX_RUNNING, "{pool:?}");
        answers.sort_unstable();
        assert!(answers.into_iter().eq((0..400).map(|it| it * 2)));
    }

    #[test]
    fn queries_that_hang_do_not_delay_others() {
        let mut pool = Pool::new(|query: u64| {
            loop {
                match query {
                    0..200 => thread::park(),
                    query => return query,
                }
            }
        });
        for query in 0..500 {
            pool.send(query).expect("a thread");
        }
        let started = Instant::now();
        let mut answered = 0;
        while answered < 300 && started.elapsed() < Duration::from_secs(20) {
            pool.grow();
            answered += usize::from(pool.next_answer(GROW_INTERVAL).is_some());
        }
        assert_eq!((answered, pool.unanswered()), (300, 200));
        assert!(pool.threads <= MAX_THREADS, "{pool:?}");
    }

    #[test]
    fn threads_are_started_when_needed() {
        let mut pool = Pool::new(|query: u64| query);
        assert_eq!(pool.threads, 0);
        pool.send(1).expect("a thread");
        assert_eq!(pool.threads, 1);
        assert_eq!(pool.next_answer(Duration::from_secs(20)), Some((1, 1)));
        pool.send(2).expect("a thread");
        assert_eq!(pool.threads, 1);
    }
}
