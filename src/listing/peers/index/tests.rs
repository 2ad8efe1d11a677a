use super::*;
use Protocol::{Tcp, Udp};

const ESTABLISHED: u8 = 1;
const CLOSE_WAIT: u8 = 8;
/// The state of a datagram socket that is not connected.
const CLOSE: u8 = 7;

fn row(protocol: Protocol, ends: &str, state: u8, inode: u64) -> Row {
    let (local, foreign) = ends.split_once(' ').expect("two ends");
    Row {
        inode: Some(inode),
        ..Row::made_up(protocol, local, foreign, state)
    }
}

/// Sockets by their place, protocol, ends, state and inode.
type Sockets<'a> = &'a [(Place, Protocol, &'a str, u8, u64)];

/// The inodes of the first socket's other end, and of what its owners hold; none if it has no end.
fn peer_of_first(sockets: Sockets<'_>) -> Option<(Option<u64>, Option<u64>)> {
    let mut index = Index::default();
    for (place, protocol, ends, state, inode) in sockets {
        index.add(*place, &row(*protocol, ends, *state, *inode));
    }
    index.finish();
    let (place, protocol, ends, state, inode) = sockets.first().expect("a socket");
    let peer = index.peer(*place, &row(*protocol, ends, *state, *inode))?;
    Some((peer.inode, peer.held_inode))
}

#[test]
fn the_ends_of_one_connection_are_swapped() {
    let both = |inode| Some((Some(inode), Some(inode)));
    let gone = Some((None, None));
    let v4 = "127.0.0.1:40000 127.0.0.1:80";
    let swapped = "127.0.0.1:80 127.0.0.1:40000";
    let mapped = "[::ffff:127.0.0.1]:80 [::ffff:127.0.0.1]:40000";
    let cases: [(&str, Sockets<'_>, _); 12] = [
        (
            "IPv4",
            &[
                (0, Tcp, v4, ESTABLISHED, 1),
                (0, Tcp, swapped, ESTABLISHED, 2),
            ],
            both(2),
        ),
        (
            "a dual-stack server",
            &[
                (0, Tcp, v4, ESTABLISHED, 1),
                (0, Tcp, mapped, ESTABLISHED, 2),
            ],
            both(2),
        ),
        (
            "its client",
            &[
                (0, Tcp, mapped, ESTABLISHED, 1),
                (0, Tcp, v4, ESTABLISHED, 2),
            ],
            both(2),
        ),
        (
            "IPv6",
            &[
                (0, Tcp, "[::1]:1 [::1]:2", ESTABLISHED, 1),
                (0, Tcp, "[::1]:2 [::1]:1", CLOSE_WAIT, 2),
            ],
            both(2),
        ),
        (
            "a connection with itself",
            &[(0, Tcp, "127.0.0.1:9 127.0.0.1:9", ESTABLISHED, 1)],
            both(1),
        ),
        ("another host", &[(0, Tcp, v4, ESTABLISHED, 1)], None),
        (
            "another protocol",
            &[
                (0, Tcp, v4, ESTABLISHED, 1),
                (0, Udp, swapped, ESTABLISHED, 2),
            ],
            None,
        ),
        (
            "a closed one",
            &[(0, Tcp, v4, CLOSE_WAIT, 1), (0, Tcp, swapped, 5, 0)],
            gone,
        ),
        (
            "one that is over",
            &[
                (0, Tcp, v4, TIME_WAIT, 0),
                (0, Tcp, swapped, ESTABLISHED, 2),
            ],
            None,
        ),
        (
            "a listener",
            &[
                (0, Tcp, "0.0.0.0:80 0.0.0.0:0", LISTEN, 1),
                (0, Tcp, v4, ESTABLISHED, 2),
            ],
            None,
        ),
        (
            "one that was listed twice, the first time as a request",
            &[
                (0, Tcp, v4, ESTABLISHED, 1),
                (0, Tcp, swapped, SYN_RECV, 0),
                (0, Tcp, swapped, ESTABLISHED, 2),
                (0, Tcp, swapped, ESTABLISHED, 2),
            ],
            both(2),
        ),
        (
            "two with the same ends, on two interfaces",
            &[
                (0, Tcp, v4, ESTABLISHED, 1),
                (0, Tcp, swapped, ESTABLISHED, 2),
                (0, Tcp, swapped, ESTABLISHED, 3),
            ],
            None,
        ),
    ];
    for (case, sockets, expected) in cases {
        assert_eq!(peer_of_first(sockets), expected, "{case}");
    }
}

#[test]
fn who_has_not_been_accepted_is_at_its_listener() {
    let client = (0, Tcp, "127.0.0.1:40000 127.0.0.1:80", ESTABLISHED, 1);
    let waiting = (0, Tcp, "127.0.0.1:80 127.0.0.1:40000", ESTABLISHED, 0);
    let request = (0, Tcp, "127.0.0.1:80 127.0.0.1:40000", SYN_RECV, 0);
    let exact = (0, Tcp, "127.0.0.1:80 0.0.0.0:0", LISTEN, 5);
    let any = (0, Tcp, "0.0.0.0:80 0.0.0.0:0", LISTEN, 6);
    let both = (0, Tcp, "[::]:80 [::]:0", LISTEN, 7);
    let other = (0, Tcp, "0.0.0.0:81 0.0.0.0:0", LISTEN, 8);
    let away = (1, Tcp, "0.0.0.0:80 0.0.0.0:0", LISTEN, 9);
    let cases: [(Sockets<'_>, _); 7] = [
        (&[client, waiting, exact, any, both], Some(5)),
        (&[client, request, exact], Some(5)),
        (&[client, waiting, any, both, away], Some(6)),
        (&[client, waiting, both, other, away], Some(7)),
        (&[client, waiting, other, away], None),
        // Several processes listen at one port, each with a socket of its own.
        (
            &[
                client,
                waiting,
                any,
                (0, Tcp, "0.0.0.0:80 0.0.0.0:0", LISTEN, 10),
            ],
            None,
        ),
        (&[client, waiting, any, any], Some(6)),
    ];
    for (sockets, listener) in cases {
        assert_eq!(
            peer_of_first(sockets),
            Some((None, listener)),
            "{sockets:?}"
        );
    }
    // The other way round, it is a connection like any other.
    assert_eq!(
        peer_of_first(&[waiting, client, any]),
        Some((Some(1), Some(1)))
    );
}

#[test]
fn a_peer_in_another_namespace_must_be_the_only_one() {
    let here = |place, inode| (place, Tcp, "10.0.0.1:40000 10.0.0.2:80", ESTABLISHED, inode);
    let there = |place, inode| (place, Tcp, "10.0.0.2:80 10.0.0.1:40000", ESTABLISHED, inode);
    let both = |inode| Some((Some(inode), Some(inode)));
    let cases: [(&str, Sockets<'_>, _); 6] = [
        ("in one other", &[here(0, 1), there(1, 2)], both(2)),
        (
            "one in the same is preferred",
            &[here(1, 1), there(0, 2), there(1, 3)],
            both(3),
        ),
        (
            "in two others",
            &[here(0, 1), there(1, 2), there(2, 3)],
            None,
        ),
        (
            "two could be its other end",
            &[here(0, 1), there(1, 2), here(2, 3)],
            None,
        ),
        (
            "loopback is of one namespace",
            &[
                (0, Tcp, "127.0.0.1:1 127.0.0.1:2", ESTABLISHED, 1),
                (1, Tcp, "127.0.0.1:2 127.0.0.1:1", ESTABLISHED, 2),
            ],
            None,
        ),
        (
            "one that waits is at the listener of its own namespace",
            &[
                here(0, 1),
                there(1, 0),
                (1, Tcp, "0.0.0.0:80 0.0.0.0:0", LISTEN, 5),
                (0, Tcp, "0.0.0.0:80 0.0.0.0:0", LISTEN, 6),
            ],
            Some((None, Some(5))),
        ),
    ];
    for (case, sockets, expected) in cases {
        assert_eq!(peer_of_first(sockets), expected, "{case}");
    }
}

#[test]
fn a_datagram_socket_may_serve_many() {
    let client = (0, Udp, "127.0.0.1:40000 127.0.0.1:53", ESTABLISHED, 1);
    let at = |place, ends, inode| (place, Udp, ends, CLOSE, inode);
    let exact = at(0, "127.0.0.1:53 0.0.0.0:0", 2);
    let any = at(0, "0.0.0.0:53 0.0.0.0:0", 3);
    let both_versions = at(0, "[::]:53 [::]:0", 4);
    let connected = (0, Udp, "127.0.0.1:53 127.0.0.1:40000", ESTABLISHED, 5);
    let own = (0, Udp, "10.0.0.1:40000 10.0.0.1:53", ESTABLISHED, 1);
    let far = (0, Udp, "10.0.0.1:40000 192.0.2.1:53", ESTABLISHED, 1);
    let v6 = (0, Udp, "[::1]:40000 [::1]:53", ESTABLISHED, 1);
    let cases: [(&str, Sockets<'_>, Option<u64>); 11] = [
        ("its own", &[client, exact, any, connected], Some(5)),
        ("at that address", &[client, exact, any], Some(2)),
        ("at any address", &[client, any, both_versions], Some(3)),
        ("of both versions", &[client, both_versions], Some(4)),
        ("IPv6", &[v6, any, both_versions], Some(4)),
        ("not of IPv4", &[v6, any], None),
        (
            "two at once",
            &[client, any, at(0, "0.0.0.0:53 0.0.0.0:0", 6)],
            None,
        ),
        ("at an address of this host", &[own, any], Some(3)),
        ("another host's", &[far, any, both_versions], None),
        (
            "another namespace's",
            &[client, at(1, "127.0.0.1:53 0.0.0.0:0", 7)],
            None,
        ),
        ("the server itself has none", &[any, client], None),
    ];
    for (case, sockets, expected) in cases {
        let found = peer_of_first(sockets).and_then(|(inode, _)| inode);
        assert_eq!(found, expected, "{case}");
    }
}

/// A copied system may say anything.
#[test]
fn inodes_that_no_socket_has_are_not_known() {
    for inode in [u32::MAX.into(), 1 << 32, u64::MAX] {
        let sockets = [
            (0, Tcp, "127.0.0.1:1 127.0.0.1:2", ESTABLISHED, 1),
            (0, Tcp, "127.0.0.1:2 127.0.0.1:1", ESTABLISHED, inode),
        ];
        assert_eq!(peer_of_first(&sockets), None, "{inode}");
    }
}

#[test]
fn a_socket_takes_16_bytes() {
    assert_eq!(size_of::<Entry>(), 16);
}
