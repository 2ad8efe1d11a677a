//! How long a listing waits for names.

use std::time::Duration;

/// An answer within this time is a quick one. Files, and caches on this machine or near it, need
/// less.
const QUICK: Duration = Duration::from_millis(20);

/// How long quick answers are waited for in total once the rest of the time is spent. It goes on as
/// long as they keep coming, but a listing has to end.
const QUICK_TOTAL: Duration = Duration::from_millis(250);

/// The time that a listing has left to wait for names.
///
/// Only waits are counted. Answers that come while the listing reads the kernel's tables, or while
/// the reader of its rows is slow, cost nothing.
#[derive(Debug)]
pub struct WaitBudget {
    /// The time left for any answer.
    left: Duration,
    /// The time left for quick answers after `left` is spent.
    quick_left: Duration,
    /// The time waited since the last query or answer.
    idle: Duration,
}

impl WaitBudget {
    /// Creates the budget of a listing that waits for `time`.
    pub fn new(time: Duration) -> WaitBudget {
        WaitBudget {
            left: time,
            quick_left: QUICK_TOTAL,
            idle: Duration::ZERO,
        }
    }

    /// Returns how long the next answer may be waited for. Zero ends the wait.
    pub fn limit(&self) -> Duration {
        match self.left {
            Duration::ZERO => QUICK.saturating_sub(self.idle).min(self.quick_left),
            left => left,
        }
    }

    /// Subtracts a wait.
    pub fn spend(&mut self, waited: Duration) {
        self.idle += waited;
        match self.left {
            Duration::ZERO => self.quick_left = self.quick_left.saturating_sub(waited),
            left => self.left = left.saturating_sub(waited),
        }
    }

    /// Records that a query was sent or an answer came.
    pub fn reset_idle(&mut self) {
        self.idle = Duration::ZERO;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn time_is_spent_once() {
        let mut budget = WaitBudget::new(3 * SECOND);
        assert_eq!(budget.limit(), 3 * SECOND);
        budget.spend(SECOND);
        budget.reset_idle();
        assert_eq!(budget.limit(), 2 * SECOND);
        budget.spend(5 * SECOND);
        assert_eq!(budget.limit(), Duration::ZERO);
    }

    #[test]
    fn quick_answers_are_waited_for_but_not_for_ever() {
        let mut budget = WaitBudget::new(Duration::ZERO);
        assert_eq!(budget.limit(), QUICK);
        budget.spend(QUICK);
        assert_eq!(budget.limit(), Duration::ZERO);
        let mut answers = 0;
        loop {
            budget.reset_idle();
            if budget.limit().is_zero() {
                break;
            }
            budget.spend(QUICK / 2);
            answers += 1;
        }
        assert_eq!(answers, 23);
    }
}
