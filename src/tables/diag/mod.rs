//! IP sockets as the kernel's socket diagnostics list them (`man 7 sock_diag`): the rows of
//! /proc/net/tcp and its like, sooner, and with what these lack ([`Internals`]).
//!
//! Both have the same rows in the same order. Three things differ, and are made alike here:
//! - a listener's send queue is its backlog limit, where /proc has 0;
//! - TCP's retransmissions and probes are one number, unless TCP's internals are asked for, which have
//!   both ([`Depth::Timers`]);
//! - a request to a listener, in SYN_RECV, has neither its user nor its retransmissions: see
//!   [`requests`].
//!
//! The kernel also closes a socket that it has listed ([`Destroyer`]).
//!
//! Formats: include/uapi/linux/inet_diag.h, sock_diag.h and tcp.h. Everything is read by offset: a
//! field that the running kernel lacks is `None`.

mod bytecode;
mod destroy;
mod internals;
mod layout;
mod message;
pub mod notifications;
mod requests;
mod table;
mod tcp_info;

pub use bytecode::{Condition, Side};
pub use destroy::{Destroyer, Identity};
pub use internals::{Internals, Kept, Memory};
pub use layout::{LISTEN, SYN_RECV, TIME_WAIT};
pub use table::{Query, Table};
pub use tcp_info::TcpInfo;

/// What messages are made of, for tests.
#[cfg(test)]
pub mod made {
    pub use super::layout::made_up::message;
    pub use super::layout::{COOKIE, INTERFACE, SEND_QUEUE};
}

use super::inet::Protocol;

/// How much the kernel is asked to tell of each socket.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Depth {
    /// What a row of /proc/net has, but for the numbers of retransmissions and of probes.
    #[default]
    Row,
    /// These, too.
    Timers,
    /// Everything.
    Internals,
}

/// The number of the request for sockets of one family and protocol.
const SOCK_DIAG_BY_FAMILY: u16 = 20;
/// The number of the request that closes one socket.
const SOCK_DESTROY: u16 = 21;

/// The length of `struct inet_diag_req_v2`, which both have.
const REQUEST_LEN: usize = 56;

// Attributes of a socket.
const INET_DIAG_INFO: u16 = 2;
const INET_DIAG_CONG: u16 = 4;
const INET_DIAG_TOS: u16 = 5;
const INET_DIAG_TCLASS: u16 = 6;
const INET_DIAG_SKMEMINFO: u16 = 7;
const INET_DIAG_PROTOCOL: u16 = 10;
const INET_DIAG_MARK: u16 = 15;
const INET_DIAG_ULP_INFO: u16 = 19;
const INET_DIAG_CGROUP_ID: u16 = 21;
/// The attribute of a request that holds a filter for the kernel.
const INET_DIAG_REQ_BYTECODE: u16 = 1;

/// Returns the number of an IP protocol.
fn number(protocol: Protocol) -> u8 {
    match protocol {
        Protocol::Tcp => 6,
        Protocol::Udp => 17,
        Protocol::Udplite => 136,
        Protocol::Raw => 255,
    }
}
