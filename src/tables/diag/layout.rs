//! Where the fields of a socket's message stand (`struct inet_diag_msg`, include/uapi/linux/inet_diag.h), and
//! the states that it can have.

/// The length of the message, which the attributes follow.
pub const FIXED_LEN: usize = 72;

/// The state of a TCP listener (include/net/tcp_states.h).
pub const LISTEN: u8 = 10;
/// The state of a connection that is over.
pub const TIME_WAIT: u8 = 6;
/// The state of a request to a listener.
pub const SYN_RECV: u8 = 3;

/// The kernel's number of IPv4, which has one byte here.
pub const AF_INET: u8 = 2;
/// That of IPv6.
pub const AF_INET6: u8 = 10;

// The offsets of fields, in bytes.
/// The state.
pub const STATE: usize = 1;
/// The timer.
pub const TIMER: usize = 2;
/// The retransmissions or probes.
pub const RETRANSMITS: usize = 3;
/// The local and the foreign port, in network byte order.
pub const PORTS: usize = 4;
/// The local address.
pub const LOCAL: usize = 8;
/// The foreign address.
pub const FOREIGN: usize = 24;
/// The index of the interface.
pub const INTERFACE: usize = 40;
/// The cookie: its lower half first.
pub const COOKIE: usize = 44;
/// The time until the timer expires, in milliseconds.
pub const EXPIRES: usize = 52;
/// The receive queue.
pub const RECEIVE_QUEUE: usize = 56;
/// The send queue, or a listener's backlog.
pub const SEND_QUEUE: usize = 60;
/// The user.
pub const USER: usize = 64;
/// The inode.
pub const INODE: usize = 68;

#[cfg(test)]
pub mod made_up {
    /// A message of the kernel, with these attributes.
    pub fn message(state: u8, timer: (u8, u8), attributes: &[(u16, &[u8])]) -> Vec<u8> {
        let mut message = vec![2, state, timer.0, timer.1];
        message.extend_from_slice(&[0x1f, 0x90, 0xc8, 0x15]);
        for address in [[10, 0, 0, 1], [192, 0, 2, 7]] {
            message.extend_from_slice(&address);
            message.extend_from_slice(&[0; 12]);
        }
        // Interface, cookie, expiry, queues, user, inode.
        for number in [3_u32, 77, 1, 12_345, 5, 6, 1000, 4711] {
            message.extend_from_slice(&number.to_ne_bytes());
        }
        for (kind, value) in attributes {
            let len = u16::try_from(value.len() + 4).expect("a short value");
            message.extend_from_slice(&len.to_ne_bytes());
            message.extend_from_slice(&kind.to_ne_bytes());
            message.extend_from_slice(value);
            message.resize(message.len().next_multiple_of(4), 0);
        }
        message
    }
}
