//! A row of the tables of TCP, UDP, UDP-Lite and raw sockets.

use super::super::fields::{Fields, hex_value};
use super::{Family, Protocol};
use crate::host::ByteOrder;
use procfs::net::TcpState;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

/// A socket (`man 5 proc`, /proc/net/tcp).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The protocol of the table.
    pub protocol: Protocol,
    /// The IP version of the table. An IPv6 socket can have IPv4-mapped addresses.
    pub family: Family,
    /// The local address and port, in host byte order.
    pub local: SocketAddr,
    /// The foreign address and port, in host byte order; all zero if there is none.
    pub foreign: SocketAddr,
    /// The state (include/net/tcp_states.h), for all four protocols.
    pub state: u8,
    /// The number of sent bytes that the foreign side has not acknowledged.
    pub send_queue: u32,
    /// The number of received bytes that the process has not read. For a TCP listener, the number
    /// of connections not yet accepted.
    pub receive_queue: u32,
    /// The active timer: 0 none, 1 retransmission, 2 keepalive, 3 TIME_WAIT, 4 zero window probe.
    pub timer: u8,
    /// The time until the timer expires, in clock ticks (USER_HZ, 1/100 s).
    pub timer_ticks: u64,
    /// The number of unanswered retransmissions. This field and those after it are `None` if the
    /// line ends before them.
    pub retransmits: Option<u32>,
    /// The ID of the user who created the socket.
    pub uid: Option<u32>,
    /// The number of unanswered keepalive or zero window probes.
    pub probes: Option<i32>,
    /// The inode number; 0 if no process holds the socket any more.
    pub inode: Option<u64>,
    /// What the kernel writes for its address of the socket, if that has no inode: the same for one
    /// socket, and not for two. 0 if it is hidden.
    pub kernel_address: u64,
    /// The number of datagrams that were dropped at the socket since it was made, or `None` where the
    /// table does not say: TCP's, and lines that end before.
    pub drops: Option<u64>,
}

impl Row {
    /// Parses a line of the table of `protocol` and `family`, of a machine with this order. Returns `None` if it lacks fields that
    /// net-tools needs: it can do without the user and the fields after it for TCP, and without the
    /// retransmissions and the fields after them for the other protocols.
    pub fn from_line(
        protocol: Protocol,
        family: Family,
        order: ByteOrder,
        line: &[u8],
    ) -> Option<Row> {
        let mut fields = Fields::new(line);
        fields.signed()?;
        fields.take_byte(b':')?;
        let mut row = Row {
            protocol,
            family,
            local: socket_address(&mut fields, order)?,
            foreign: socket_address(&mut fields, order)?,
            state: fields.hex()?,
            send_queue: fields.hex()?,
            receive_queue: fields.hex_after(b':')?,
            timer: fields.hex()?,
            timer_ticks: fields.hex_after(b':')?,
            retransmits: fields.hex(),
            uid: None,
            probes: None,
            inode: None,
            kernel_address: 0,
            drops: None,
        };
        if row.retransmits.is_some() {
            row.read_tail(fields);
        } else if protocol == Protocol::Tcp {
            return None;
        }
        Some(row)
    }

    /// Returns whether the row's line ends before its last field.
    pub fn is_cut(&self) -> bool {
        self.inode.is_none()
    }

    /// Returns whether this is a TCP socket that is not listening.
    pub fn is_connection(&self) -> bool {
        self.protocol == Protocol::Tcp && TcpState::from_u8(self.state) != Some(TcpState::Listen)
    }

    /// Returns whether this is a TCP socket that the kernel lists behind all listeners. Before Linux 4.4,
    /// those in SYN_RECV came with their listener.
    pub fn is_behind_listeners(&self) -> bool {
        let state = TcpState::from_u8(self.state);
        let is_before = matches!(state, Some(TcpState::Listen | TcpState::SynRecv));
        self.protocol == Protocol::Tcp && !is_before
    }

    /// Returns whether this is a connection that its listener has not accepted yet. No process holds
    /// it, and any process that holds the listener can accept it.
    pub fn waits_to_be_accepted(&self) -> bool {
        let state = TcpState::from_u8(self.state);
        self.protocol == Protocol::Tcp
            && self.inode == Some(0)
            && matches!(state, Some(TcpState::Established | TcpState::CloseWait))
    }

    /// Parses the fields that a truncated line may lack, up to the first that is missing.
    fn read_tail(&mut self, mut fields: Fields<'_>) -> Option<()> {
        // Some tables print these as signed, others as unsigned.
        self.uid = Some(fields.signed()? as u32);
        self.probes = Some(fields.signed()? as i32);
        let inode = fields.decimal()?;
        self.inode = Some(inode);
        let has_drops = self.protocol != Protocol::Tcp;
        if inode == 0 || has_drops {
            let _references: u64 = fields.decimal()?;
            let address = hex_value(fields.hex_digits()?)?;
            if inode == 0 {
                self.kernel_address = address;
            }
        }
        if has_drops {
            self.drops = fields.decimal();
        }
        Some(())
    }
}

/// Parses `ADDRESS:PORT`, both in hexadecimal: the address as 32-bit words, each in the machine's
/// byte order, and the port as a number.
fn socket_address(fields: &mut Fields<'_>, order: ByteOrder) -> Option<SocketAddr> {
    let address = ip_address(fields.hex_digits()?, order)?;
    Some(SocketAddr::new(address, fields.hex_after(b':')?))
}

fn ip_address(digits: &[u8], order: ByteOrder) -> Option<IpAddr> {
    if digits.len() <= 8 {
        let word = hex_value(digits)? as u32;
        return Some(IpAddr::V4(Ipv4Addr::from(order.bytes(word))));
    }
    if digits.len() != 32 {
        return None;
    }
    let mut bytes = [0; 16];
    for (word, digits) in bytes.chunks_exact_mut(4).zip(digits.chunks_exact(8)) {
        word.copy_from_slice(&order.bytes(hex_value(digits)? as u32));
    }
    Some(IpAddr::V6(Ipv6Addr::from(bytes)))
}

#[cfg(test)]
impl Row {
    /// Returns a row of a socket with these ends, for tests: of user 1000 and inode 4000, and otherwise
    /// with nothing.
    pub fn made_up(protocol: Protocol, local: &str, foreign: &str, state: u8) -> Row {
        let end = |text: &str| -> SocketAddr { text.parse().expect("an end") };
        Row {
            protocol,
            family: match end(local) {
                SocketAddr::V4(_) => Family::V4,
                SocketAddr::V6(_) => Family::V6,
            },
            local: end(local),
            foreign: end(foreign),
            state,
            send_queue: 0,
            receive_queue: 0,
            timer: 0,
            timer_ticks: 0,
            retransmits: Some(0),
            uid: Some(1000),
            probes: Some(0),
            inode: Some(4000),
            kernel_address: 0,
            drops: None,
        }
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use proptest::prelude::*;

    const PROTOCOLS: [Protocol; 4] = [
        Protocol::Tcp,
        Protocol::Udp,
        Protocol::Udplite,
        Protocol::Raw,
    ];

    /// Formats an address like the kernel.
    fn hexadecimal(address: IpAddr, order: ByteOrder) -> String {
        let bytes = match address {
            IpAddr::V4(address) => address.octets().to_vec(),
            IpAddr::V6(address) => address.octets().to_vec(),
        };
        let word = |word: &[u8]| {
            let bytes = [word[0], word[1], word[2], word[3]];
            match order {
                ByteOrder::Little => u32::from_le_bytes(bytes),
                ByteOrder::Big => u32::from_be_bytes(bytes),
            }
        };
        bytes
            .chunks(4)
            .map(|bytes| format!("{:08X}", word(bytes)))
            .collect()
    }

    /// Formats a row like the kernel (net/ipv4/tcp_ipv4.c, `get_tcp4_sock`).
    fn line(row: &Row, order: ByteOrder) -> String {
        let socket = |it: SocketAddr| format!("{}:{:04X}", hexadecimal(it.ip(), order), it.port());
        format!(
            "{:4}: {} {} {:02X} {:08X}:{:08X} {:02X}:{:08X} {:08X} {:5} {:8} {} 1 0000000000000000 {}",
            7,
            socket(row.local),
            socket(row.foreign),
            row.state,
            row.send_queue,
            row.receive_queue,
            row.timer,
            row.timer_ticks,
            row.retransmits.unwrap_or(0),
            row.uid.unwrap_or(0),
            row.probes.unwrap_or(0),
            row.inode.unwrap_or(0),
            row.drops.unwrap_or(20),
        )
    }

    prop_compose! {
        /// Generates a row of any table with any values.
        pub fn any_row()(
            protocol in prop::sample::select(&PROTOCOLS[..]),
            v6 in any::<bool>(),
            hosts in any::<[[u8; 16]; 2]>(),
            ports in any::<[u16; 2]>(),
            (state, timer) in any::<(u8, u8)>(),
            (send_queue, receive_queue, retransmits, uid) in any::<(u32, u32, u32, u32)>(),
            (timer_ticks, inode, probes, drops) in any::<(u64, u64, i32, u32)>(),
        ) -> Row {
            let address = |host: [u8; 16], port| match v6 {
                true => SocketAddr::from((host, port)),
                false => SocketAddr::from(([host[0], host[1], host[2], host[3]], port)),
            };
            Row {
                protocol,
                family: if v6 { Family::V6 } else { Family::V4 },
                local: address(hosts[0], ports[0]),
                foreign: address(hosts[1], ports[1]),
                state, send_queue, receive_queue, timer, timer_ticks,
                retransmits: Some(retransmits),
                uid: Some(uid),
                probes: Some(probes),
                inode: Some(inode),
                kernel_address: 0,
                drops: (protocol != Protocol::Tcp).then_some(drops.into()),
            }
        }
    }

    proptest! {
        #[test]
        fn a_row_in_the_kernels_format_is_read_back(row in any_row()) {
            for order in [ByteOrder::Little, ByteOrder::Big] {
                let line = line(&row, order);
                let read = Row::from_line(row.protocol, row.family, order, line.as_bytes());
                prop_assert_eq!(read.as_ref(), Some(&row));
            }
        }

        #[test]
        fn a_truncated_row_lacks_fields(row in any_row(), cut in 0usize..200) {
            let order = ByteOrder::NATIVE;
            let line = line(&row, order);
            // Cut at a blank: a truncated number can't be told from a smaller one.
            let end = line[..cut.min(line.len())].rfind(' ').unwrap_or(0);
            if let Some(read) = Row::from_line(row.protocol, row.family, order, &line.as_bytes()[..end]) {
                prop_assert_eq!((read.local, read.foreign), (row.local, row.foreign));
                prop_assert_eq!((read.state, read.timer_ticks), (row.state, row.timer_ticks));
                prop_assert!(read.uid.is_none() || read.uid == row.uid);
                prop_assert!(read.probes.is_none() || read.probes == row.probes);
                prop_assert!(read.inode.is_none() || read.inode == row.inode);
                prop_assert!(read.drops.is_none() || read.drops == row.drops);
            }
        }

        #[test]
        fn arbitrary_bytes_are_parsed_or_rejected(line in any::<Vec<u8>>(), hex in "[0-9A-F: ]{0,200}") {
            for protocol in PROTOCOLS {
                let _ = Row::from_line(protocol, Family::V4, ByteOrder::Little, &line);
                let _ = Row::from_line(protocol, Family::V6, ByteOrder::Big, hex.as_bytes());
            }
        }
    }
}
