//! The kernel's notifications of IP sockets that it has destroyed, with their last counters: of those,
//! too, that no list has had (include/uapi/linux/sock_diag.h, `enum sknetlink_groups`).
//!
//! A notification has a socket's ends, its cookie and, of TCP, `struct tcp_info`; not its user and its
//! inode. It comes when a connection closes, but for one that goes to TIME_WAIT: then at that moment, not
//! at its end. No right is needed to hear it.

use super::internals::{Internals, Kept};
use super::message::row;
use super::{INET_DIAG_PROTOCOL, number};
use crate::tables::Net;
use crate::tables::inet::{Family, Protocol, Row};
use crate::tables::netlink::entries;
use rustix::buffer::spare_capacity;
use rustix::io::Errno;
use rustix::net::netlink::{SOCK_DIAG, SocketAddrNetlink};
use rustix::net::sockopt::{set_socket_recv_buffer_size, set_socket_recv_buffer_size_force};
use rustix::net::{
    AddressFamily, RecvFlags, SocketAddrAny, SocketFlags, SocketType, bind, recvfrom, socket_with,
};
use std::io::{self, ErrorKind};
use std::os::fd::OwnedFd;

/// The sockets that have notifications, and their group.
const GROUPS: [(Protocol, Family, u32); 4] = [
    (Protocol::Tcp, Family::V4, 1),
    (Protocol::Udp, Family::V4, 2),
    (Protocol::Tcp, Family::V6, 3),
    (Protocol::Udp, Family::V6, 4),
];

/// How much the kernel keeps until it is read, in bytes: it counts 1 to 2 KiB for each notification.
/// Without `CAP_NET_ADMIN`, net.core.rmem_max may limit it.
const KERNEL_BUFFER: usize = 32 * 1024 * 1024;
/// More than a notification has.
const BUFFER_SIZE: usize = 8 * 1024;
/// The most notifications that are read at a time.
const MOST_AT_A_TIME: usize = 100_000;

/// The kernel's number of a closed connection's state (include/net/tcp_states.h).
pub const CLOSE: u8 = 7;

/// A socket that has been destroyed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Destroyed {
    /// What is known of its row: no user and no inode.
    pub row: Row,
    /// Its internals.
    pub internals: Kept,
}

impl Destroyed {
    /// Returns what a notification tells, or `None` for a socket of another kind.
    pub fn of(message: &[u8]) -> Option<Destroyed> {
        let internals = Internals::of(message);
        let protocol = internals.attribute(INET_DIAG_PROTOCOL)?.first()?;
        let family = match message.first()? {
            2 => Family::V4,
            10 => Family::V6,
            _ => return None,
        };
        let mut kinds = GROUPS.iter().map(|(protocol, ..)| *protocol);
        let protocol = kinds.find(|it| number(*it) == *protocol)?;
        let row = row(protocol, family, message)?;
        Some(Destroyed {
            row: Row {
                uid: None,
                inode: None,
                // The kernel counts one less than there is for the socket itself, which is gone.
                send_queue: match row.send_queue {
                    u32::MAX => 0,
                    queue => queue,
                },
                ..row
            },
            internals: internals.keep(),
        })
    }

    /// Returns whether it has been in a list: as a connection, or bound to a port. A TCP socket without
    /// a foreign end may have been a listener or nothing at all; that is not told.
    pub fn was_listed(&self) -> bool {
        let Row { local, foreign, .. } = &self.row;
        match self.row.protocol {
            Protocol::Tcp => foreign.port() != 0,
            _ => local.port() != 0,
        }
    }
}

/// Hears the notifications of one network namespace, which is there as long as this is.
#[derive(Debug)]
pub struct Ear {
    socket: OwnedFd,
    buffer: Vec<u8>,
}

impl Ear {
    /// Begins to hear of sockets of these kinds in a namespace. `None` if none of them has
    /// notifications.
    ///
    /// # Errors
    /// The kernel lacks notifications, or a sandbox denies them; or the namespace can't be entered.
    pub fn open(net: &Net, kinds: &[(Protocol, Family)]) -> io::Result<Option<Ear>> {
        let wanted = GROUPS.iter().filter(|(protocol, family, _)| {
            let is_it = |kind: &(Protocol, Family)| *kind == (*protocol, *family);
            kinds.iter().any(is_it)
        });
        let groups = wanted.fold(0, |groups, (_, _, group)| groups | 1 << (group - 1));
        if groups == 0 {
            return Ok(None);
        }
        let socket = net.enter(|| Ear::socket(groups))??;
        Ok(Some(Ear {
            socket,
            buffer: Vec::new(),
        }))
    }

    fn socket(groups: u32) -> io::Result<OwnedFd> {
        let socket = socket_with(
            AddressFamily::NETLINK,
            SocketType::RAW,
            SocketFlags::CLOEXEC | SocketFlags::NONBLOCK,
            Some(SOCK_DIAG),
        )?;
        if set_socket_recv_buffer_size_force(&socket, KERNEL_BUFFER).is_err() {
            // As much as is allowed: one that is smaller overflows sooner, and says so.
            let _ = set_socket_recv_buffer_size(&socket, KERNEL_BUFFER);
        }
        bind(&socket, &SocketAddrNetlink::new(0, groups))?;
        Ok(socket)
    }

    /// Hands all notifications that have come to `visit`. Returns whether some were lost before they
    /// could be read.
    ///
    /// # Errors
    /// Nothing can be read.
    pub fn hear(&mut self, mut visit: impl FnMut(Destroyed)) -> io::Result<bool> {
        let mut are_lost = false;
        for _ in 0..MOST_AT_A_TIME {
            self.buffer.clear();
            self.buffer.reserve(BUFFER_SIZE);
            let part = spare_capacity(&mut self.buffer);
            match recvfrom(&self.socket, part, RecvFlags::TRUNC) {
                Ok((_, len, _)) if len > self.buffer.len() => are_lost = true,
                Ok((_, _, from)) if is_kernel(from.as_ref()) => {
                    entries(&self.buffer)
                        .filter_map(Destroyed::of)
                        .filter(Destroyed::was_listed)
                        .for_each(&mut visit);
                }
                Ok(_) | Err(Errno::INTR) => {}
                Err(Errno::NOBUFS) => are_lost = true,
                Err(error) => {
                    let error = io::Error::from(error);
                    return match error.kind() {
                        ErrorKind::WouldBlock => Ok(are_lost),
                        _ => Err(error),
                    };
                }
            }
        }
        Ok(are_lost)
    }
}

/// Returns whether a message comes from the kernel: whoever may administer the network can send one, too.
fn is_kernel(from: Option<&SocketAddrAny>) -> bool {
    let from = from.and_then(|it| SocketAddrNetlink::try_from(it.clone()).ok());
    from.is_some_and(|it| it.pid() == 0)
}

#[cfg(test)]
mod tests {
    use super::super::INET_DIAG_INFO;
    use super::super::layout::SEND_QUEUE;
    use super::super::layout::made_up::message;
    use super::*;
    use proptest::prelude::*;

    /// A notification of a socket of `protocol`.
    fn notification(protocol: u8, info: &[u8]) -> Vec<u8> {
        let attributes = [
            (INET_DIAG_PROTOCOL, &[protocol][..]),
            (INET_DIAG_INFO, info),
        ];
        message(CLOSE, (0, 0), &attributes)
    }

    #[test]
    fn a_notification_has_ends_cookie_and_last_counters() {
        let mut info = vec![0; 280];
        info[120..128].copy_from_slice(&1001_u64.to_ne_bytes());
        info[128..136].copy_from_slice(&5000_u64.to_ne_bytes());
        let destroyed = Destroyed::of(&notification(6, &info)).expect("a socket");
        let row = &destroyed.row;
        assert_eq!((row.protocol, row.family), (Protocol::Tcp, Family::V4));
        assert_eq!(row.local.to_string(), "10.0.0.1:8080");
        assert_eq!(row.foreign.to_string(), "192.0.2.7:51221");
        assert_eq!((row.state, row.uid, row.inode), (CLOSE, None, None));
        let internals = destroyed.internals.internals();
        assert_eq!(internals.cookie(), Some(1 << 32 | 77));
        let tcp = internals.tcp().expect("TCP's");
        assert_eq!(
            (tcp.bytes_acked(), tcp.bytes_received()),
            (Some(1001), Some(5000))
        );
    }

    #[test]
    fn a_socket_that_is_gone_has_nothing_to_send() {
        for (queue, expected) in [(6, 6), (u32::MAX, 0)] {
            let mut message = notification(17, &[]);
            message[SEND_QUEUE..][..4].copy_from_slice(&queue.to_ne_bytes());
            let destroyed = Destroyed::of(&message).expect("a socket");
            assert_eq!(destroyed.row.send_queue, expected);
        }
    }

    #[test]
    fn only_what_a_list_may_have_had_counts() {
        for (protocol, local, foreign, expected) in [
            (6, 8080_u16, 51221_u16, Some(true)),
            (6, 8080, 0, Some(false)),
            (6, 0, 0, Some(false)),
            (17, 5353, 0, Some(true)),
            (17, 0, 0, Some(false)),
            // UDP-Lite has no notifications.
            (136, 5353, 0, None),
        ] {
            let mut bytes = notification(protocol, &[]);
            bytes[4..6].copy_from_slice(&local.to_be_bytes());
            bytes[6..8].copy_from_slice(&foreign.to_be_bytes());
            let found = Destroyed::of(&bytes).map(|it| it.was_listed());
            assert_eq!(found, expected, "{protocol} {local} {foreign}");
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_a_notification_or_none(bytes in any::<Vec<u8>>()) {
            let _ = Destroyed::of(&bytes);
        }
    }
}
