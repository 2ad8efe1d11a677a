//! Closing one socket, whoever holds it (`SOCK_DESTROY`; include/uapi/linux/sock_diag.h).
//!
//! The kernel looks a socket up by its ends and its interface, as if a packet had come for it, and
//! closes what it finds only if that has the cookie, which no other socket ever has. Of sockets that
//! share a port (`SO_REUSEPORT`), it finds one that depends on where the packet comes from.

use super::layout::{EXPIRES, FIXED_LEN, PORTS};
use super::{REQUEST_LEN, SOCK_DESTROY, number};
use crate::tables::Net;
use crate::tables::inet::Protocol;
use crate::tables::netlink::SockDiag;
use std::io;

/// IPv4's number as a family of addresses.
const AF_INET: u8 = 2;
/// Where the ends, the interface and the cookie stand in a request (`struct inet_diag_sockid`).
const ID: usize = 8;
/// Where the foreign port stands there.
const FOREIGN_PORT: usize = ID + 2;

/// A socket as the kernel is told of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    request: [u8; REQUEST_LEN],
}

impl Identity {
    /// Returns the identity of the socket that `message` is about, or `None` if that is cut.
    pub fn of(message: &[u8], protocol: Protocol) -> Option<Identity> {
        // The message has it in the very form that the request takes.
        let id = message.get(PORTS..EXPIRES)?;
        let family = *message.first().filter(|_| message.len() >= FIXED_LEN)?;
        let mut request = [0; REQUEST_LEN];
        request.get_mut(ID..)?.copy_from_slice(id);
        let [first, second, ..] = &mut request;
        (*first, *second) = (family, number(protocol));
        Some(Identity { request })
    }

    /// Returns the same socket, to be looked up as if the packet had come from another port.
    pub fn seen_from(&self, foreign_port: u16) -> Identity {
        let mut seen = self.clone();
        let port = seen.request.get_mut(FOREIGN_PORT..).into_iter().flatten();
        for (to, from) in port.zip(foreign_port.to_be_bytes()) {
            *to = from;
        }
        seen
    }
}

/// What closes sockets in one network namespace.
#[derive(Debug)]
pub struct Destroyer(SockDiag);

impl Destroyer {
    /// Returns what closes the sockets of `net`.
    ///
    /// # Errors
    /// The namespace can't be entered, or the kernel can't be asked there.
    pub fn open(net: &Net) -> io::Result<Destroyer> {
        // The socket stays in the namespace that it was made in.
        Ok(Destroyer(net.enter(SockDiag::open)??))
    }

    /// Closes a socket.
    ///
    /// # Errors
    /// The kernel finds another one, or none (`ENOENT`); closing it takes `CAP_NET_ADMIN` (`EPERM`);
    /// or it can't close such sockets (`EOPNOTSUPP`), as one without `CONFIG_INET_DIAG_DESTROY`.
    pub fn destroy(&mut self, socket: &Identity) -> io::Result<()> {
        self.0.order(SOCK_DESTROY, &socket.request)
    }

    /// Asks to close a TCP socket that cannot exist: its ports and its cookie are 0.
    ///
    /// # Errors
    /// Always, as of [`Destroyer::destroy`]: `ENOENT` if TCP sockets can be closed.
    pub fn closes_tcp(&mut self) -> io::Result<()> {
        let mut request = [0; REQUEST_LEN];
        let [family, protocol, ..] = &mut request;
        (*family, *protocol) = (AF_INET, number(Protocol::Tcp));
        self.destroy(&Identity { request })
    }
}

#[cfg(test)]
mod tests {
    use super::super::Internals;
    use super::super::layout::made_up::message;
    use super::*;

    #[test]
    fn a_request_has_all_that_identifies_a_socket() {
        let message = message(1, (0, 0), &[]);
        let found = Internals::of(&message).identity(Protocol::Udp);
        let found = found.expect("an identity");
        assert_eq!(found.request[..8], [2, 17, 0, 0, 0, 0, 0, 0]);
        assert_eq!(found.request[8..12], [0x1f, 0x90, 0xc8, 0x15]);
        assert_eq!(found.request[12..16], [10, 0, 0, 1]);
        assert_eq!(found.request[28..32], [192, 0, 2, 7]);
        let number = |offset: usize| {
            let bytes = found.request[offset..].first_chunk().expect("a number");
            u32::from_ne_bytes(*bytes)
        };
        assert_eq!([44, 48, 52].map(number), [3, 77, 1]);
        let seen = found.seen_from(0x0102);
        assert_eq!(seen.request[8..12], [0x1f, 0x90, 1, 2]);
        assert_eq!(seen.seen_from(0xc815), found);
    }

    #[test]
    fn a_message_that_is_cut_has_none() {
        let message = message(1, (0, 0), &[]);
        for len in 0..FIXED_LEN {
            assert_eq!(Identity::of(&message[..len], Protocol::Tcp), None, "{len}");
        }
    }
}
