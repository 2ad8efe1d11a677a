//! Connections that the other side has ended, and that their program does not close.

use super::{
    About, Check, Finding, Looks, Moment, Needs, Severity, Sockets, TwoLooks, Whose, named, source,
};
use crate::listing::Joined;
use crate::tables::Socket;
use std::collections::BTreeMap;

/// The kernel's number of the state (include/net/tcp_states.h).
const CLOSE_WAIT: u8 = 8;

/// A program closes a connection as soon as it has read its end. More than this many at one process are no
/// chance; a busy server has a handful at any moment.
const MANY: u64 = 100;

/// How long, in milliseconds, nothing has come for the oldest of them: a program that is just slow takes
/// seconds, and one that never closes takes for ever. A minute is the time that RFC 1122 (4.2.2.13) calls
/// long for an end that is not answered.
const LONG: u32 = 60_000;

pub const ABOUT: About = About {
    name: "close_wait",
    summary: "connections that the peer has closed, but the program has not",
    needs: Needs {
        two_looks: TwoLooks::No,
        sockets: Sockets::Once,
    },
    begin: || Box::new(CloseWait::default()),
};

/// The sockets in CLOSE_WAIT of each process.
#[derive(Debug, Default)]
struct CloseWait {
    of: BTreeMap<Option<i32>, Held>,
}

#[derive(Debug, Default)]
struct Held {
    whose: Option<Whose>,
    count: u64,
    source: &'static str,
    /// The longest time in milliseconds since one of them has received anything, if that is known.
    oldest: Option<u32>,
}

impl Check for CloseWait {
    fn see(&mut self, moment: Moment, socket: &Socket<'_>, joined: &mut Joined<'_>) {
        let is_it = socket.is_tcp() && socket.inet().is_some_and(|row| row.state == CLOSE_WAIT);
        // One without an inode waits to be accepted: that is another check's.
        if moment == Moment::First || !is_it || socket.held_inode().is_none() {
            return;
        }
        let pid = joined.owner(socket).map(|owner| owner.pid);
        let held = self.of.entry(pid).or_default();
        if held.count == 0 {
            held.whose = Whose::of(socket, joined);
            held.source = source(socket);
        }
        held.count += 1;
        let idle = socket
            .internals()
            .and_then(|it| it.tcp()?.last_receive_ms());
        held.oldest = held.oldest.max(idle);
    }

    fn conclude(&mut self, _: &Looks<'_>) -> Result<Vec<Finding>, String> {
        let many = self.of.values().filter(|it| it.count >= MANY);
        let long = many.filter(|it| it.oldest.is_none_or(|it| it >= LONG));
        Ok(long.map(Held::finding).collect())
    }
}

impl Held {
    fn finding(&self) -> Finding {
        let since = match self.oldest {
            Some(oldest) => format!(", the oldest idle for {}", super::text::duration(oldest)),
            None => String::new(),
        };
        let sentence = format!(
            "{} holds {} sockets in CLOSE_WAIT{since}: it does not close connections after the \
             peer has closed them.",
            named(self.whose.as_ref()),
            super::text::count(self.count.into()),
        );
        let look = match &self.whose {
            Some(it) => format!("rnetstat -t --state close_wait --pid {}", it.pid),
            None => "rnetstat -tp --state close_wait".to_owned(),
        };
        // How long they have been there is not known from /proc: they may go in a moment.
        let severity = match self.oldest {
            Some(_) => Severity::Warning,
            None => Severity::Info,
        };
        let finding = Finding::new(severity, sentence)
            .from("close_wait", self.count, self.source)
            .of(self.whose.clone())
            .advise("Look", look);
        match self.oldest {
            Some(oldest) => finding.from("last_receive_ms", oldest, "sock_diag"),
            None => finding,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::made::{Made, concluded};

    /// Connections in this state, from whose other sides nothing has come for so long.
    fn connections(state: u8, number: u64, silent_ms: u32) -> Vec<Made> {
        let connection = || {
            let mut info = vec![0; 104];
            info[52..56].copy_from_slice(&silent_ms.to_ne_bytes());
            Made::tcp(state, "10.0.0.1:80", "10.0.0.2:5000").attribute(2, info)
        };
        (0..number).map(|_| connection()).collect()
    }

    #[test]
    fn many_that_are_old_are_a_warning() {
        for (sockets, expected) in [
            (connections(CLOSE_WAIT, MANY, LONG), 1),
            (connections(CLOSE_WAIT, MANY - 1, LONG), 0),
            (connections(CLOSE_WAIT, MANY, LONG - 1), 0),
            (connections(1, MANY, LONG), 0),
        ] {
            let found = concluded(&ABOUT, &[], &[(&sockets, &[])]);
            assert_eq!(found.expect("made").len(), expected);
        }
    }
}
