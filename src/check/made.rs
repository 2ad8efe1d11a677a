//! Made-up sockets, for the checks' unit tests.

use super::testing::{Counters, Files, INTERVAL, System};
use super::{About, Check, Finding, Look, Looks, Moment, Sockets};
use crate::host::Host;
use crate::listing::Joined;
use crate::tables::diag::{Internals, made};
use crate::tables::inet::{Protocol, Row};
use crate::tables::{Net, Socket};
use std::time::{Duration, Instant};

/// A socket of IPv4, or one of IPv6 whose addresses are.
pub struct Made {
    row: Row,
    /// What identifies it.
    pub cookie: u32,
    /// A listener's backlog.
    pub backlog: u32,
    /// The index of the interface that it is bound to, or 0.
    pub device: u32,
    /// What the kernel tells besides, by the number of the attribute; `None` if it is not asked.
    pub attributes: Option<Vec<(u16, Vec<u8>)>>,
}

impl Made {
    /// A TCP socket in this state.
    pub fn tcp(state: u8, local: &str, foreign: &str) -> Made {
        Made {
            row: Row {
                uid: Some(0),
                inode: Some(4711),
                ..Row::made_up(Protocol::Tcp, local, foreign, state)
            },
            cookie: 1,
            backlog: 0,
            device: 0,
            attributes: Some(Vec::new()),
        }
    }

    /// A UDP socket that has dropped so many datagrams.
    pub fn udp(local: &str, drops: u64) -> Made {
        let mut socket = Made::tcp(7, local, "0.0.0.0:0").with(|row| {
            row.protocol = Protocol::Udp;
            row.drops = Some(drops);
        });
        socket.attributes = None;
        socket
    }

    /// The same, with something else in its row.
    pub fn with(mut self, change: impl FnOnce(&mut Row)) -> Made {
        change(&mut self.row);
        self
    }

    /// The same, with an attribute.
    pub fn attribute(mut self, kind: u16, value: Vec<u8>) -> Made {
        self.attributes.get_or_insert_default().push((kind, value));
        self
    }

    /// The same, another socket.
    pub fn numbered(self, cookie: u32) -> Made {
        Made { cookie, ..self }
    }

    /// The same, with this backlog.
    pub fn backlog(self, backlog: u32) -> Made {
        Made { backlog, ..self }
    }

    /// The same, bound to the interface with this index.
    pub fn bound_to(self, device: u32) -> Made {
        Made { device, ..self }
    }

    /// The same, of which /proc tells.
    pub fn of_proc(self) -> Made {
        Made {
            attributes: None,
            ..self
        }
    }

    fn see(&self, check: &mut dyn Check, moment: Moment, joined: &mut Joined<'_>) {
        let Some(attributes) = &self.attributes else {
            return check.see(moment, &Socket::Inet(&self.row, None), joined);
        };
        let attributes: Vec<_> = attributes
            .iter()
            .map(|(kind, it)| (*kind, &it[..]))
            .collect();
        let mut message = made::message(self.row.state, (0, 0), &attributes);
        for (offset, number) in [
            (made::COOKIE, self.cookie),
            (made::SEND_QUEUE, self.backlog),
            (made::INTERFACE, self.device),
        ] {
            message[offset..offset + 4].copy_from_slice(&number.to_ne_bytes());
        }
        let internals = Internals::of(&message);
        check.see(moment, &Socket::Inet(&self.row, Some(internals)), joined);
    }
}

/// Makes a check of a system with these files, in whose looks there are these sockets and counters: of the
/// first and the last, or of the only one.
pub fn concluded(
    about: &About,
    files: Files<'_>,
    looks: &[(&[Made], Counters<'_>)],
) -> Result<Vec<Finding>, String> {
    let system = System::new(files);
    let net = Net::of(&Host::new(Some(system.root.clone())));
    let at = Instant::now();
    let counters = |index: usize, after| {
        let (_, counters) = looks.get(index)?;
        Some(Look::of(at + after, counters))
    };
    let mut seen = Looks {
        net: &net,
        first: counters(0, Duration::ZERO).expect("a look"),
        second: None,
        unread: Vec::new(),
    };
    let mut check = (about.begin)();
    for (index, (sockets, _)) in looks.iter().enumerate() {
        let is_last = index + 1 == looks.len();
        let moment = if is_last { Moment::Last } else { Moment::First };
        if is_last {
            seen.second = counters(1, INTERVAL);
        }
        check.look(moment, &seen);
        if is_last || about.needs.sockets == Sockets::Twice {
            Joined::with_nothing(|joined| {
                for socket in *sockets {
                    socket.see(check.as_mut(), moment, joined);
                }
            });
        }
    }
    check.conclude(&seen)
}
