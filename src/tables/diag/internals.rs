//! What the kernel tells of a socket beyond its row in /proc/net.

use super::layout::{COOKIE, FIXED_LEN, INTERFACE, LISTEN, SEND_QUEUE, STATE};
use super::{
    INET_DIAG_CGROUP_ID, INET_DIAG_CONG, INET_DIAG_INFO, INET_DIAG_MARK, INET_DIAG_SKMEMINFO,
    INET_DIAG_TCLASS, INET_DIAG_TOS, INET_DIAG_ULP_INFO, Identity, TcpInfo,
};
use crate::tables::inet::Protocol;
use crate::tables::netlink::{attributes, u32_at, u64_at};

/// Attributes within [`INET_DIAG_ULP_INFO`].
const INET_ULP_INFO_NAME: u16 = 1;

/// The name by which MPTCP carries a connection.
const MPTCP: &[u8] = b"mptcp";

/// A socket's message, read on demand: nobody pays for what no column shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Internals<'a>(&'a [u8]);

/// A copy of [`Internals`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept(Box<[u8]>);

/// The memory of a socket, in bytes, and what it has dropped (`sk_meminfo`,
/// include/uapi/linux/sock_diag.h).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Memory<'a>(pub &'a [u8]);

impl<'a> Internals<'a> {
    /// Returns what `message` tells, which may be cut.
    pub fn of(message: &'a [u8]) -> Internals<'a> {
        Internals(message)
    }

    /// Copies it.
    pub fn keep(self) -> Kept {
        Kept(self.0.into())
    }

    /// Returns what identifies the socket as long as the system runs.
    pub fn cookie(self) -> Option<u64> {
        let [low, high] = [COOKIE, COOKIE + 4].map(|offset| u32_at(self.0, offset));
        Some(u64::from(high?) << 32 | u64::from(low?))
    }

    /// Returns what the kernel has to be told of the socket to close it; `protocol` is the socket's.
    pub fn identity(self, protocol: Protocol) -> Option<Identity> {
        Identity::of(self.0, protocol)
    }

    /// Returns the index of the interface that the socket is bound to.
    pub fn bound_interface(self) -> Option<u32> {
        u32_at(self.0, INTERFACE).filter(|it| *it != 0)
    }

    /// Returns the most connections that may wait for a TCP listener to accept them. One more can.
    pub fn backlog(self) -> Option<u32> {
        let is_listener = self.0.get(STATE) == Some(&LISTEN);
        u32_at(self.0, SEND_QUEUE).filter(|_| is_listener)
    }

    /// Returns what TCP knows of the connection; of a listener or a closed connection, nothing.
    pub fn tcp(self) -> Option<TcpInfo<'a>> {
        let is_listener = self.0.get(STATE) == Some(&LISTEN);
        self.tcp_info().filter(|_| !is_listener)
    }

    /// Returns the structure of TCP, which means other things for a listener.
    pub fn tcp_info(self) -> Option<TcpInfo<'a>> {
        self.attribute(INET_DIAG_INFO).map(TcpInfo)
    }

    /// Returns the name of the algorithm that avoids congestion.
    pub fn congestion(self) -> Option<&'a [u8]> {
        self.attribute(INET_DIAG_CONG).map(until_zero)
    }

    /// Returns the memory of the socket.
    pub fn memory(self) -> Option<Memory<'a>> {
        self.attribute(INET_DIAG_SKMEMINFO).map(Memory)
    }

    /// Returns the mark of the socket's packets, which only `CAP_NET_ADMIN` may see.
    pub fn mark(self) -> Option<u32> {
        u32_at(self.attribute(INET_DIAG_MARK)?, 0)
    }

    /// Returns the number of the control group that the socket was made in, of cgroup v2: the inode
    /// number of its folder.
    pub fn cgroup_id(self) -> Option<u64> {
        u64_at(self.attribute(INET_DIAG_CGROUP_ID)?, 0).filter(|it| *it != 0)
    }

    /// Returns the differentiated services code point of the socket's packets (RFC 2474).
    pub fn dscp(self) -> Option<u8> {
        let of_v6 = self.attribute(INET_DIAG_TCLASS);
        let class = of_v6.or_else(|| self.attribute(INET_DIAG_TOS))?;
        class.first().map(|byte| byte >> 2)
    }

    /// Returns the name of the protocol above TCP, such as `tls`, which only `CAP_NET_ADMIN` may see.
    pub fn ulp(self) -> Option<&'a [u8]> {
        let within = self.attribute(INET_DIAG_ULP_INFO)?;
        let (_, name) = attributes(within).find(|(kind, _)| *kind == INET_ULP_INFO_NAME)?;
        Some(until_zero(name))
    }

    /// Returns whether MPTCP carries the connection, or `None` without the right to see it.
    pub fn mptcp(self) -> Option<bool> {
        // A mark is told of whoever has that right.
        match self.ulp() {
            Some(name) => Some(name == MPTCP),
            None => self.mark().map(|_| false),
        }
    }

    /// Returns the value of an attribute.
    pub fn attribute(self, kind: u16) -> Option<&'a [u8]> {
        let mut all = attributes(self.0.get(FIXED_LEN..)?);
        all.find(|(it, _)| *it == kind).map(|(_, value)| value)
    }
}

impl Kept {
    /// Returns what was copied.
    pub fn internals(&self) -> Internals<'_> {
        Internals(&self.0)
    }
}

impl Memory<'_> {
    /// Returns the bytes of what has been received and not been read.
    pub fn received(self) -> Option<u32> {
        self.number(0)
    }

    /// Returns the most of these.
    pub fn receive_limit(self) -> Option<u32> {
        self.number(1)
    }

    /// Returns the bytes of what is to be sent: what the limit counts, which is the queue of a stream
    /// (TCP), and what the network still holds of anything else.
    pub fn sending(self, is_stream: bool) -> Option<u32> {
        self.number(if is_stream { 5 } else { 2 })
    }

    /// Returns the most of these.
    pub fn send_limit(self) -> Option<u32> {
        self.number(3)
    }

    /// Returns the number of packets that the socket has dropped.
    pub fn drops(self) -> Option<u32> {
        self.number(8)
    }

    fn number(self, index: usize) -> Option<u32> {
        u32_at(self.0, 4 * index)
    }
}

fn until_zero(text: &[u8]) -> &[u8] {
    text.split(|byte| *byte == 0).next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::super::layout::made_up::message;
    use super::*;

    #[test]
    fn attributes_are_found_by_their_kind() {
        let memory: Vec<u8> = (0..9_u32).flat_map(u32::to_ne_bytes).collect();
        let ulp = [&[8, 0, 1, 0][..], b"tls\0"].concat();
        let message = message(
            1,
            (0, 0),
            &[
                (INET_DIAG_CONG, b"cubic\0"),
                (INET_DIAG_TOS, &[0xb8]),
                (INET_DIAG_SKMEMINFO, &memory),
                (INET_DIAG_MARK, &7_u32.to_ne_bytes()),
                (INET_DIAG_ULP_INFO | 0x8000, &ulp),
                (INET_DIAG_CGROUP_ID, &9_u64.to_ne_bytes()),
            ],
        );
        let internals = Internals::of(&message);
        assert_eq!(internals.congestion(), Some(&b"cubic"[..]));
        assert_eq!((internals.dscp(), internals.mark()), (Some(46), Some(7)));
        assert_eq!(
            (internals.cgroup_id(), internals.bound_interface()),
            (Some(9), Some(3))
        );
        assert_eq!(
            (internals.ulp(), internals.mptcp()),
            (Some(&b"tls"[..]), Some(false))
        );
        let memory = internals.memory().expect("memory");
        assert_eq!(
            (memory.received(), memory.receive_limit()),
            (Some(0), Some(1))
        );
        assert_eq!(
            (memory.sending(true), memory.sending(false)),
            (Some(5), Some(2))
        );
        assert_eq!((memory.send_limit(), memory.drops()), (Some(3), Some(8)));
        assert_eq!(internals.keep().internals(), internals);
    }

    #[test]
    fn what_is_not_told_is_unknown() {
        let message = message(1, (0, 0), &[(INET_DIAG_SKMEMINFO, &[0; 32])]);
        let internals = Internals::of(&message);
        assert_eq!(
            (internals.ulp(), internals.mptcp(), internals.mark()),
            (None, None, None)
        );
        assert_eq!(internals.memory().expect("memory").drops(), None);
        assert_eq!(Internals::of(&[]).cookie(), None);
    }
}
