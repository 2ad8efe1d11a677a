//! Tests of the ledger.

use super::*;
use crate::changes::sockets::{InetSocket, UnixSocket};
use crate::tables::inet::Row;
use crate::tables::unix;

const HERE: Namespace = Namespace(1);
const SYN_RECEIVED: u8 = 3;
const ESTABLISHED: u8 = 1;
const TIME_WAIT: u8 = 6;
const CLOSE_WAIT: u8 = 8;
const LISTEN: u8 = 10;

fn row(foreign: &str, state: u8, inode: u64) -> Row {
    Row {
        inode: Some(inode),
        ..Row::made_up(Protocol::Tcp, "10.0.0.1:80", foreign, state)
    }
}

/// What each of `listings`, a second apart, brings; the rows as foreign port, state and inode.
fn told(listings: &[&[(u16, u8, u64)]]) -> Vec<Vec<String>> {
    let mut ledger = Ledger::<InetSocket>::default();
    let start = Instant::now();
    let listings = (0..).zip(listings).map(|(second, rows)| {
        for (port, state, inode) in *rows {
            ledger.see(&(HERE, &row(&format!("192.0.2.1:{port}"), *state, *inode)));
        }
        let changes = ledger.end(start + Duration::from_secs(second), |_| Some(false));
        let told = changes.into_iter().map(|change| {
            let it = &change.socket.row;
            let what = match change.kind {
                Kind::Opened => "opened".to_owned(),
                Kind::Accepted => "accepted".to_owned(),
                Kind::Changed(before) => format!("changed from {}", before.row.state),
                Kind::Closed { seen } => {
                    format!("closed after {}", seen.unwrap_or_default().as_secs())
                }
            };
            let (port, state) = (it.foreign.port(), it.state);
            format!("{port} {what}: {state}, inode {}", it.inode.unwrap_or(0))
        });
        told.collect()
    });
    listings.collect()
}

#[test]
fn sockets_open_change_and_close_once() {
    let found = told(&[
        &[(0, LISTEN, 10), (1, ESTABLISHED, 11)],
        &[(0, LISTEN, 10), (1, ESTABLISHED, 11), (2, ESTABLISHED, 12)],
        &[(0, LISTEN, 10), (1, CLOSE_WAIT, 11), (2, ESTABLISHED, 12)],
        &[(0, LISTEN, 10), (2, ESTABLISHED, 12)],
        &[(0, LISTEN, 10), (2, ESTABLISHED, 12)],
        &[],
    ]);
    let expected: [&[&str]; 6] = [
        &[],
        &["2 opened: 1, inode 12"],
        &["1 changed from 1: 8, inode 11"],
        &["1 closed after 3: 8, inode 11"],
        &[],
        &[
            "0 closed after 5: 10, inode 10",
            "2 closed after 4: 1, inode 12",
        ],
    ];
    assert_eq!(found, expected);
}

#[test]
fn a_socket_that_loses_or_gains_its_inode_is_the_same() {
    let found = told(&[
        &[],
        &[
            (1, SYN_RECEIVED, 0),
            (2, ESTABLISHED, 0),
            (3, CLOSE_WAIT, 0),
        ],
        &[
            (1, ESTABLISHED, 0),
            (2, ESTABLISHED, 12),
            (3, CLOSE_WAIT, 13),
        ],
        &[(1, ESTABLISHED, 11), (2, TIME_WAIT, 0), (3, CLOSE_WAIT, 13)],
        &[(1, ESTABLISHED, 11), (2, TIME_WAIT, 0), (3, CLOSE_WAIT, 13)],
        &[(1, TIME_WAIT, 0), (3, CLOSE_WAIT, 13)],
        &[(3, CLOSE_WAIT, 13)],
    ]);
    let expected: [&[&str]; 7] = [
        &[],
        &[
            "1 opened: 3, inode 0",
            "2 opened: 1, inode 0",
            "3 opened: 8, inode 0",
        ],
        &[
            "1 changed from 3: 1, inode 0",
            "2 accepted: 1, inode 12",
            "3 accepted: 8, inode 13",
        ],
        // Its inode, by which its owner is known, is kept.
        &["1 accepted: 1, inode 11", "2 changed from 1: 6, inode 12"],
        &[],
        &[
            "2 closed after 4: 6, inode 12",
            "1 changed from 1: 6, inode 11",
        ],
        &["1 closed after 5: 6, inode 11"],
    ];
    assert_eq!(found, expected);
}

/// A part of a table that was handed out while other sockets closed can lack some that are there.
#[test]
fn what_a_listing_may_have_missed_is_closed_if_nobody_has_it_or_the_next_one_lacks_it() {
    let listener = |inode| row("0.0.0.0:0", LISTEN, inode);
    let connection = row("192.0.2.1:1", ESTABLISHED, 30);
    let mut ledger = Ledger::<InetSocket>::default();
    let start = Instant::now();
    let mut second = 0;
    let mut listing = |rows: &[Row], held: &[(u64, bool)]| {
        rows.iter().for_each(|row| ledger.see(&(HERE, row)));
        let is_held = |inode| held.iter().find(|it| it.0 == inode).map(|it| it.1);
        second += 1;
        let changes = ledger.end(start + Duration::from_secs(second), is_held);
        let closed = changes.into_iter().map(|change| match change.kind {
            Kind::Closed { seen } => (
                change.socket.row.inode.unwrap_or(0),
                seen.unwrap_or_default().as_secs(),
            ),
            kind => panic!("{kind:?}"),
        });
        closed.collect::<Vec<_>>()
    };
    let all = [listener(10), listener(20), listener(40), connection];
    assert_eq!(listing(&all, &[]), []);
    // One is held, one is not, of one nobody knows; a connection can't be missed.
    let found = listing(&[], &[(10, true), (20, false), (30, true)]);
    assert_eq!(found, [(20, 1), (30, 1)]);
    // One comes back; the other one was gone when it was missed.
    assert_eq!(listing(&[listener(40)], &[(10, true)]), [(10, 1)]);
    assert_eq!(listing(&[listener(40)], &[]), []);
    assert_eq!(listing(&[], &[(40, true)]), []);
    assert_eq!(listing(&[listener(40)], &[]), []);
}

#[test]
fn new_sockets_with_old_ends_are_new() {
    let found = told(&[
        &[(1, ESTABLISHED, 11), (2, TIME_WAIT, 0)],
        &[(1, ESTABLISHED, 21), (2, ESTABLISHED, 22)],
        // One that has moved while the table was read is listed twice.
        &[(1, ESTABLISHED, 21), (3, TIME_WAIT, 0), (3, TIME_WAIT, 0)],
    ]);
    let expected: [&[&str]; 3] = [
        &[],
        &[
            "1 closed after 1: 1, inode 11",
            "2 closed after 1: 6, inode 0",
            "1 opened: 1, inode 21",
            "2 opened: 1, inode 22",
        ],
        &["2 closed after 1: 1, inode 22", "3 opened: 6, inode 0"],
    ];
    assert_eq!(found, expected);
}

#[test]
fn what_a_listing_could_not_tell_is_still_there() {
    let mut ledger = Ledger::<InetSocket>::default();
    ledger.see(&(HERE, &row("192.0.2.1:1", TIME_WAIT, 0)));
    ledger.see(&(HERE, &row("192.0.2.1:2", ESTABLISHED, 12)));
    let now = Instant::now();
    assert_eq!(ledger.end(now, |_| None), []);
    assert_eq!(ledger.new_inodes(), [12]);
    ledger.keep(|it| it.row.inode == Some(12));
    assert_eq!(ledger.end(now, |_| None).len(), 1);
    assert!(ledger.has_inode(12) && !ledger.has_inode(11));
    assert!(ledger.new_inodes().is_empty());
    assert_eq!(ledger.end(now, |_| None).len(), 1);
    assert!(!ledger.has_inode(12));
}

#[test]
fn nothing_stays_of_sockets_that_are_gone() {
    let mut ledger = Ledger::<InetSocket>::default();
    let now = Instant::now();
    for inode in 1..1000 {
        ledger.see(&(HERE, &row("192.0.2.1:1", ESTABLISHED, inode)));
        ledger.end(now, |_| None);
        ledger.see(&(HERE, &row("192.0.2.1:1", TIME_WAIT, 0)));
        ledger.end(now, |_| None);
        assert!(ledger.has_inode(inode));
    }
    ledger.end(now, |_| None);
    assert_eq!((ledger.entries.len(), ledger.kept_inodes.len()), (0, 0));
}

#[test]
fn unix_sockets_are_known_by_their_inodes() {
    let mut ledger = Ledger::<UnixSocket>::default();
    let mut listing = |lines: &[&[u8]]| {
        for line in lines {
            let row = unix::Row::from_line(true, line).expect("a row");
            ledger.see(&(HERE, row));
        }
        let told = ledger
            .end(Instant::now(), |_| Some(false))
            .into_iter()
            .map(|change| {
                let path = String::from_utf8_lossy(change.socket.row().1.path.unwrap_or_default())
                    .into_owned();
                (path, matches!(change.kind, Kind::Opened))
            });
        told.collect::<Vec<_>>()
    };
    let bound: &[u8] = b"0: 00000002 00000000 00000000 0001 01 4000 /run/s";
    let listens: &[u8] = b"0: 00000002 00000000 00010000 0001 01 4000 /run/s";
    let nobodys: &[u8] = b"0: 00000002 00000000 00000000 0001 01 0";
    assert_eq!(listing(&[]), []);
    assert_eq!(listing(&[bound, nobodys]), [("/run/s".to_owned(), true)]);
    assert_eq!(listing(&[listens, nobodys]), [("/run/s".to_owned(), false)]);
    assert_eq!(listing(&[listens]), []);
    assert_eq!(listing(&[]), [("/run/s".to_owned(), false)]);
}
