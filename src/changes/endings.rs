//! What the kernel tells of the ends of IP sockets, brought together with what two listings tell.
//!
//! A socket that both tell of has closed once, with the last counters that the kernel tells. One that
//! only the kernel tells of has lived between two listings. One that is in TIME_WAIT was destroyed when
//! it came there, and closes when a listing lacks it, as ever.

use super::ledger::{Change, Ends, Kind, Ledger, Watched};
use super::sockets::InetSocket;
use crate::listing::{Closings, DELAY, Warnings};
use crate::request::Table;
use crate::tables::diag::notifications::Destroyed;
use crate::tables::inet::{Family, Protocol};
use crate::tables::{Namespace, Net};
use procfs::net::TcpState;
use std::collections::HashMap;
use std::time::Instant;

/// A socket by its cookie, which no other of its namespace ever has.
type Cookie = (Namespace, u64);

/// What has been told of the ends of sockets.
#[derive(Debug, Default)]
pub struct Endings {
    /// What can be heard.
    pub closings: Closings,
    /// What was heard before the current listing began, or of sockets that the one before had.
    early: Vec<(Namespace, Destroyed)>,
    /// Sockets that have closed of which the kernel has yet to tell, and since when.
    untold: HashMap<Cookie, Instant>,
    /// The tables that the kernel's diagnostics do not serve, so that no cookies are known.
    pub unasked: Vec<(Protocol, Family)>,
    has_begun: bool,
}

impl Endings {
    /// Hears what has closed before a listing of `tables` in `nets`.
    pub fn begin(&mut self, nets: &[Net], tables: &[Table], warnings: &mut Warnings) {
        self.closings.listen(nets, tables, warnings);
        self.hear_early();
        self.unasked.clear();
    }

    fn hear_early(&mut self) {
        let early = self.closings.take_all();
        self.early.extend(early);
    }

    /// Completes the `changes` that the listing brought, which `ledger` has at `now`, with what has been
    /// heard. `is_wanted` says which of the sockets that no listing has had are reported.
    pub fn complete(
        &mut self,
        now: Instant,
        ledger: &mut Ledger<InetSocket>,
        changes: &mut Vec<Change<InetSocket>>,
        is_wanted: impl Fn(&InetSocket) -> bool,
    ) {
        let is_first = !std::mem::replace(&mut self.has_begun, true);
        let mut heard = Heard::default();
        let early = std::mem::take(&mut self.early).into_iter();
        early.for_each(|(namespace, it)| heard.add(namespace, it, true));
        for (namespace, destroyed) in self.closings.take_all() {
            heard.add(namespace, destroyed, false);
        }
        self.untold.retain(|cookie, since| {
            heard.take(cookie).is_none() && now.saturating_duration_since(*since) < DELAY
        });
        for change in changes.iter_mut() {
            if !matches!(change.kind, Kind::Closed { .. }) {
                continue;
            }
            let cookie = cookie(&change.socket);
            match heard.take(&cookie) {
                Some(destroyed) => change.socket.last = Some(destroyed.internals),
                None if self.is_told(&change.socket) => {
                    self.untold.insert(cookie, now);
                }
                None => {}
            }
        }
        if heard.is_empty() {
            return;
        }
        for socket in ledger.listed() {
            if let Some(destroyed) = heard.take(&cookie(socket)) {
                // It has closed since it was listed.
                self.early.push((socket.namespace, destroyed));
            } else if is_remnant(socket)
                && let Some(destroyed) = heard.take_by_ends(socket)
            {
                socket.last = Some(destroyed.internals);
            }
        }
        let mut unlisted = Vec::new();
        for (namespace, destroyed, is_early) in heard.into_rest() {
            let kind = (destroyed.row.protocol, destroyed.row.family);
            if !is_early {
                // It may be in TIME_WAIT, which only the next listing tells.
                self.early.push((namespace, destroyed));
            } else if !is_first && !self.unasked.contains(&kind) {
                let socket = InetSocket::destroyed(namespace, destroyed);
                if is_wanted(&socket) {
                    let kind = Kind::Closed { seen: None };
                    unlisted.push(Change { socket, kind });
                }
            }
        }
        changes.splice(0..0, unlisted);
    }

    /// Returns whether the kernel tells of the end of such a socket.
    fn is_told(&self, socket: &InetSocket) -> bool {
        let kind = (socket.row.protocol, socket.row.family);
        let has_notifications = matches!(socket.row.protocol, Protocol::Tcp | Protocol::Udp);
        has_notifications
            && !is_remnant(socket)
            && !self.unasked.contains(&kind)
            && self.closings.can_hear()
    }
}

/// What has been heard, by cookie.
#[derive(Default)]
struct Heard {
    all: Vec<Option<(Namespace, Destroyed, bool)>>,
    by_cookie: HashMap<Cookie, usize>,
    by_ends: HashMap<Ends, usize>,
    left: usize,
}

impl Heard {
    fn add(&mut self, namespace: Namespace, destroyed: Destroyed, is_early: bool) {
        let index = self.all.len();
        let row = &destroyed.row;
        self.by_cookie
            .insert((namespace, row.kernel_address), index);
        let ends = (namespace, row.protocol, row.local, row.foreign);
        self.by_ends.insert(ends, index);
        self.all.push(Some((namespace, destroyed, is_early)));
        self.left += 1;
    }

    fn is_empty(&self) -> bool {
        self.left == 0
    }

    fn take(&mut self, cookie: &Cookie) -> Option<Destroyed> {
        self.take_at(*self.by_cookie.get(cookie)?)
    }

    fn take_by_ends(&mut self, socket: &InetSocket) -> Option<Destroyed> {
        let ends = InetSocket::ends(&socket.row())?;
        self.take_at(*self.by_ends.get(&ends)?)
    }

    fn take_at(&mut self, index: usize) -> Option<Destroyed> {
        let (_, destroyed, _) = self.all.get_mut(index)?.take()?;
        self.left -= 1;
        Some(destroyed)
    }

    fn into_rest(self) -> impl Iterator<Item = (Namespace, Destroyed, bool)> {
        self.all.into_iter().flatten()
    }
}

fn cookie(socket: &InetSocket) -> Cookie {
    (socket.namespace, socket.row.kernel_address)
}

/// Returns whether a socket is what is left of one that has been destroyed.
fn is_remnant(socket: &InetSocket) -> bool {
    let state = TcpState::from_u8(socket.row.state);
    socket.row.protocol == Protocol::Tcp
        && matches!(state, Some(TcpState::TimeWait | TcpState::FinWait2))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tables::diag::made;

    const HERE: Namespace = Namespace(1);
    const ESTABLISHED: u8 = 1;
    const TIME_WAIT: u8 = 6;

    /// A socket with these cookie, foreign port and state, as the kernel tells of its end.
    fn destroyed(cookie: u32, port: u16, state: u8) -> Destroyed {
        let mut message = made::message(state, (0, 0), &[(10, &[6])]);
        message[44..52].copy_from_slice(&u64::from(cookie).to_ne_bytes());
        message[6..8].copy_from_slice(&port.to_be_bytes());
        Destroyed::of(&message).expect("a socket")
    }

    /// What is heard before a listing, its rows, and what is heard after it, by cookie and foreign port.
    type Listing<'a> = (&'a [(u32, u16)], &'a [(u32, u16, u8)], &'a [(u32, u16)]);

    /// What is reported of each of these listings.
    fn told(listings: &[Listing<'_>]) -> Vec<Vec<String>> {
        let mut endings = Endings::default();
        let mut ledger = Ledger::<InetSocket>::default();
        let now = Instant::now();
        let ends = |ends: &[(u32, u16)]| -> Vec<_> {
            let ends = ends.iter();
            ends.map(|(cookie, port)| destroyed(*cookie, *port, 7))
                .collect()
        };
        let listings = listings.iter().map(|(before, rows, after)| {
            endings.closings.tell(HERE, ends(before));
            endings.hear_early();
            for (cookie, port, state) in *rows {
                let mut row = destroyed(*cookie, *port, *state).row;
                row.inode = (*state != TIME_WAIT).then_some((*cookie).into());
                ledger.see(&(HERE, &row));
            }
            let mut changes = ledger.end(now, |_| None);
            endings.closings.tell(HERE, ends(after));
            endings.complete(now, &mut ledger, &mut changes, |_| true);
            let told = changes.iter().map(|change| {
                let what = match change.kind {
                    Kind::Opened => "opened",
                    Kind::Accepted => "accepted",
                    Kind::Changed(_) => "changed",
                    Kind::Closed { .. } => "closed",
                };
                let is_known = change.socket.last.is_some();
                let counters = if is_known { " with its end" } else { "" };
                format!("{} {what}{counters}", change.socket.row.foreign.port())
            });
            told.collect()
        });
        listings.collect()
    }

    #[test]
    fn each_end_is_told_once() {
        type Case<'a> = (&'a str, &'a [Listing<'a>], &'a [&'a [&'a str]]);
        let open = |cookie: u32| (cookie, cookie as u16, ESTABLISHED);
        let cases: [Case<'_>; 6] = [
            (
                "both tell",
                &[
                    (&[], &[open(1)], &[]),
                    (&[(1, 1)], &[], &[]),
                    (&[], &[], &[]),
                ],
                &[&[], &["1 closed with its end"], &[]],
            ),
            (
                "the kernel tells later",
                &[
                    (&[], &[open(1)], &[]),
                    (&[], &[], &[(1, 1)]),
                    (&[], &[], &[]),
                ],
                &[&[], &["1 closed with its end"], &[]],
            ),
            (
                "it closed behind its row",
                &[
                    (&[], &[open(1)], &[(1, 1)]),
                    (&[], &[], &[]),
                    (&[], &[], &[]),
                ],
                &[&[], &["1 closed with its end"], &[]],
            ),
            (
                "it lived between two listings",
                &[
                    (&[(1, 1)], &[], &[]),
                    (&[(2, 2)], &[], &[(3, 3)]),
                    (&[], &[], &[]),
                ],
                &[&[], &["2 closed with its end"], &["3 closed with its end"]],
            ),
            (
                "it comes to TIME_WAIT",
                &[
                    (&[], &[open(1)], &[]),
                    (&[(1, 1)], &[(70, 1, TIME_WAIT)], &[]),
                    (&[], &[(71, 1, TIME_WAIT)], &[]),
                    (&[], &[], &[]),
                ],
                &[&[], &["1 changed"], &[], &["1 closed with its end"]],
            ),
            (
                "in TIME_WAIT it is new",
                &[
                    (&[], &[], &[]),
                    (&[], &[], &[(1, 1)]),
                    (&[], &[(70, 1, TIME_WAIT)], &[]),
                    (&[], &[], &[]),
                ],
                &[&[], &[], &["1 opened"], &["1 closed with its end"]],
            ),
        ];
        for (name, listings, expected) in cases {
            assert_eq!(told(listings), expected, "{name}");
        }
    }
}
