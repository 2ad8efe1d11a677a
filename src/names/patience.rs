//! How long a listing waits for names.

use std::time::Duration;

/// What counts as an answer at once: files, and caches on this machine or near it, need less.
const AT_ONCE: Duration = Duration::from_millis(20);

/// How long answers that come at once are waited for, in sum, when there is no other time left: as
/// long as they keep coming, but a listing has to end.
const MOST_AT_ONCE: Duration = Duration::from_millis(250);

/// The time that a listing has left to wait for names. Only what it waits is counted: while it
/// reads the kernel's tables, or whoever reads its rows is slow, answers come without a wait.
#[derive(Debug)]
pub struct Patience {
    /// For names that take their time.
    left: Duration,
    /// For those that come at once, when `left` has gone.
    left_at_once: Duration,
    /// How much has been waited since a question or an answer.
    quiet: Duration,
}

impl Patience {
    /// The patience of a listing that waits for `time`.
    pub fn new(time: Duration) -> Patience {
        Patience {
            left: time,
            left_at_once: MOST_AT_ONCE,
            quiet: Duration::ZERO,
        }
    }

    /// How long the next answer may be waited for; zero if none may be any longer.
    pub fn limit(&self) -> Duration {
        match self.left {
            Duration::ZERO => AT_ONCE.saturating_sub(self.quiet).min(self.left_at_once),
            left => left,
        }
    }

    /// Counts a wait.
    pub fn spend(&mut self, waited: Duration) {
        self.quiet += waited;
        match self.left {
            Duration::ZERO => self.left_at_once = self.left_at_once.saturating_sub(waited),
            left => self.left = left.saturating_sub(waited),
        }
    }

    /// Something has been asked or answered.
    pub fn stir(&mut self) {
        self.quiet = Duration::ZERO;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn time_that_has_gone_is_not_waited_again() {
        let mut patience = Patience::new(3 * SECOND);
        assert_eq!(patience.limit(), 3 * SECOND);
        patience.spend(SECOND);
        patience.stir();
        assert_eq!(patience.limit(), 2 * SECOND);
        patience.spend(5 * SECOND);
        assert_eq!(patience.limit(), Duration::ZERO);
    }

    #[test]
    fn answers_that_keep_coming_are_waited_for_but_not_for_ever() {
        let mut patience = Patience::new(Duration::ZERO);
        assert_eq!(patience.limit(), AT_ONCE);
        patience.spend(AT_ONCE);
        assert_eq!(patience.limit(), Duration::ZERO);
        let mut answers = 0;
        loop {
            patience.stir();
            if patience.limit().is_zero() {
                break;
            }
            patience.spend(AT_ONCE / 2);
            answers += 1;
        }
        assert_eq!(answers, 23);
    }
}
