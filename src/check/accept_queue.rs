//! Listeners that do not accept their connections as fast as they come.

use super::text::{count, rise};
use super::{
    About, Check, Finding, Looks, Moment, Needs, Severity, Sockets, TwoLooks, Whose, named,
};
use crate::listing::Joined;
use crate::tables::Socket;
use crate::tables::diag::LISTEN;

/// From this share of the backlog on, in percent, a burst of connections is likely to be lost.
const NEARLY_FULL: u64 = 80;

/// Backlogs below this are filled by a few connections at once, which says nothing.
const SMALL_BACKLOG: u32 = 8;

/// The kernel's limit of all backlogs.
const SOMAXCONN: &str = "net/core/somaxconn";

pub const ABOUT: About = About {
    name: "accept_queue",
    summary: "listening sockets with an accept queue that is full or nearly full",
    needs: Needs {
        two_looks: TwoLooks::IfLive,
        sockets: Sockets::Once,
    },
    begin: || Box::new(AcceptQueue::default()),
};

/// The listeners with long queues.
#[derive(Debug, Default)]
struct AcceptQueue {
    long: Vec<Queue>,
    /// Whether a listener's backlog is not known.
    lacks_backlog: bool,
}

#[derive(Debug)]
struct Queue {
    address: String,
    port: u16,
    waiting: u32,
    backlog: u32,
    whose: Option<Whose>,
}

impl Check for AcceptQueue {
    fn see(&mut self, moment: Moment, socket: &Socket<'_>, joined: &mut Joined<'_>) {
        let Some(row) = socket.inet().filter(|row| row.state == LISTEN) else {
            return;
        };
        if moment == Moment::First || !socket.is_tcp() {
            return;
        }
        let Some(backlog) = socket.internals().and_then(|it| it.backlog()) else {
            self.lacks_backlog = true;
            return;
        };
        let waiting = row.receive_queue;
        let is_full = waiting > backlog;
        let is_long = u64::from(waiting) * 100 >= u64::from(backlog) * NEARLY_FULL;
        if is_full || is_long && backlog >= SMALL_BACKLOG {
            self.long.push(Queue {
                address: row.local.to_string(),
                port: row.local.port(),
                waiting,
                backlog,
                whose: Whose::of(socket, joined),
            });
        }
    }

    fn conclude(&mut self, looks: &Looks<'_>) -> Result<Vec<Finding>, String> {
        let overflows = looks.counter("TcpExt", "ListenOverflows");
        let drops = looks.counter("TcpExt", "ListenDrops");
        let rising = overflows.as_ref().filter(|it| it.rises().is_some());
        let mut findings: Vec<Finding> = Vec::new();
        for queue in &self.long {
            let mut finding = queue.finding(looks);
            if let (Some(counter), Some(interval)) = (rising, looks.interval())
                && queue.waiting > queue.backlog
            {
                let dropped = format!(
                    "New connections are being dropped: {}.",
                    rise(counter, interval)
                );
                finding = finding.and(dropped).from_rise(counter);
            }
            findings.push(finding);
        }
        let has_full = self.long.iter().any(|queue| queue.waiting > queue.backlog);
        match (rising, looks.interval()) {
            // The queue was full between the looks, and nobody knows whose.
            (Some(counter), Some(interval)) if !has_full => {
                let sentence = format!(
                    "New connections are being dropped, because the accept queue of a listening socket is full at times: {}.",
                    rise(counter, interval)
                );
                findings.push(
                    Finding::new(Severity::Problem, sentence)
                        .from_rise(counter)
                        .advise(
                            "Look",
                            "rnetstat -tl --tcp-info --sort -accept_queue".to_owned(),
                        ),
                );
            }
            (Some(_), _) => {}
            (None, _) => findings.extend(
                [overflows, drops]
                    .into_iter()
                    .flatten()
                    .find(|counter| counter.total > 0)
                    .map(|counter| {
                        looks.since_boot(&counter, "connections were dropped at listening sockets")
                    }),
            ),
        }
        if self.lacks_backlog {
            let why = "only sock_diag shows the limits of accept queues";
            findings.push(Finding::unknown(why));
        }
        Ok(findings)
    }
}

impl Queue {
    fn finding(&self, looks: &Looks<'_>) -> Finding {
        let is_full = self.waiting > self.backlog;
        let (severity, word) = match is_full {
            true => (Severity::Problem, "full"),
            false => (Severity::Warning, "nearly full"),
        };
        let waiting = match self.waiting {
            1 => "1 connection waits".to_owned(),
            waiting => format!("{} connections wait", count(waiting.into())),
        };
        let sentence = format!(
            "The accept queue of {} on {} is {word}: {waiting}, and its limit is {}.",
            named(self.whose.as_ref()),
            self.address,
            count(self.backlog.into()),
        );
        let raise = format!("the program's backlog, {}", looks.present(SOMAXCONN));
        let look = format!("rnetstat -tl --local-port {} --tcp-info", self.port);
        Finding::new(severity, sentence)
            .from("accept_queue", self.waiting, "sock_diag")
            .from("accept_queue_limit", self.backlog, "sock_diag")
            .of(self.whose.clone())
            .advise("Look", look)
            .advise("Raise", raise)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::made::{Made, concluded};
    use crate::check::testing::Counters;

    fn listener(waiting: u32, backlog: u32) -> Made {
        let listener = Made::tcp(LISTEN, "0.0.0.0:8080", "0.0.0.0:0").backlog(backlog);
        listener.with(|row| row.receive_queue = waiting)
    }

    /// What the check says of a listener, while a counter goes from 4 to `last`.
    fn found(socket: Made, last: i128) -> Vec<Finding> {
        let counters = |number| [("TcpExt", "ListenOverflows", number)];
        let (first, last): (Counters<'_>, Counters<'_>) = (&counters(4), &counters(last));
        concluded(&ABOUT, &[], &[(&[], first), (&[socket], last)]).expect("made")
    }

    #[test]
    fn a_queue_is_full_when_one_more_than_the_backlog_waits() {
        for (waiting, backlog, expected) in [
            (0, 128, Severity::Info),
            (102, 128, Severity::Info),
            (103, 128, Severity::Warning),
            (128, 128, Severity::Warning),
            (129, 128, Severity::Problem),
            // One or two connections fill a small one for a moment.
            (4, 5, Severity::Info),
            (1, 0, Severity::Problem),
        ] {
            let found = found(listener(waiting, backlog), 4);
            assert_eq!(found[0].severity, expected, "{waiting} {backlog}");
        }
    }

    #[test]
    fn who_drops_is_said_if_it_is_known() {
        let full = found(listener(129, 128), 41);
        assert_eq!(
            full[0].message[1],
            "New connections are being dropped: ListenOverflows rose by 37 in 2.0 s."
        );
        let unknown = found(listener(0, 128), 41);
        assert_eq!(unknown[0].severity, Severity::Problem);
    }

    #[test]
    fn a_backlog_that_is_not_told_is_unknown() {
        let found = found(listener(0, 128).of_proc(), 4);
        assert!(found.iter().any(|it| it.severity == Severity::Unknown));
    }
}
