//! net-tools' names for the numeric fields of a row.

use super::{Family, Protocol, Row};
use procfs::net::{TcpState, UdpState};

impl Row {
    /// Returns net-tools' name for the protocol and IP version.
    pub fn protocol_name(&self) -> &'static str {
        kind_name(self.protocol, self.family)
    }

    /// Returns net-tools' name for the state. `None` for raw sockets and for UDP sockets without a
    /// foreign address, which have no state.
    pub fn state_name(&self) -> Option<&'static str> {
        match self.protocol {
            Protocol::Tcp => tcp_state_name(self.state),
            Protocol::Udp | Protocol::Udplite => match UdpState::from_u8(self.state) {
                Some(UdpState::Established) => Some("ESTABLISHED"),
                Some(UdpState::Close) => None,
                None => Some("UNKNOWN"),
            },
            Protocol::Raw => None,
        }
    }

    /// Returns net-tools' name for the active timer, or `None` if it has no name for the number.
    pub fn timer_name(&self) -> Option<&'static str> {
        Some(match (self.timer, self.protocol == Protocol::Tcp) {
            (0, _) => "off",
            (1, true) => "on",
            (2, true) => "keepalive",
            (3, true) => "timewait",
            (4, true) => "probe",
            (1, false) => "on1",
            (2, false) => "on2",
            _ => return None,
        })
    }

    /// Returns the number of retransmissions. 0 for UDP, which never retransmits, whatever the
    /// kernel's field says.
    pub fn counted_retransmits(&self) -> Option<u32> {
        match self.protocol {
            Protocol::Udp | Protocol::Udplite => Some(0),
            Protocol::Tcp | Protocol::Raw => self.retransmits,
        }
    }
}

/// Returns net-tools' name for a protocol and an IP version.
fn kind_name(protocol: Protocol, family: Family) -> &'static str {
    match (protocol, family) {
        (Protocol::Tcp, Family::V4) => "tcp",
        (Protocol::Tcp, Family::V6) => "tcp6",
        (Protocol::Udp, Family::V4) => "udp",
        (Protocol::Udp, Family::V6) => "udp6",
        (Protocol::Udplite, Family::V4) => "udpl",
        (Protocol::Udplite, Family::V6) => "udpl6",
        (Protocol::Raw, Family::V4) => "raw",
        (Protocol::Raw, Family::V6) => "raw6",
    }
}

/// Returns the protocol and the IP version that have this name.
pub fn kind_called(name: &[u8]) -> Option<(Protocol, Family)> {
    let protocols = [
        Protocol::Tcp,
        Protocol::Udp,
        Protocol::Udplite,
        Protocol::Raw,
    ];
    let kinds = protocols.map(|protocol| [Family::V4, Family::V6].map(|it| (protocol, it)));
    let mut kinds = kinds.into_iter().flatten();
    kinds.find(|(protocol, family)| kind_name(*protocol, *family).as_bytes() == name)
}

/// Returns net-tools' name for the TCP state that is written like this.
pub fn tcp_state_called(name: &[u8]) -> Option<&'static str> {
    let mut names = (1..=u8::MAX).filter_map(tcp_state_name);
    names.find(|it| it.as_bytes() == name)
}

/// Returns net-tools' name for a TCP state (include/net/tcp_states.h), or `None` for 0.
///
/// net-tools reads out of bounds for numbers that it has no name for. They are `UNKNOWN` here, as in
/// its manual.
pub fn tcp_state_name(number: u8) -> Option<&'static str> {
    Some(match TcpState::from_u8(number) {
        Some(TcpState::Established) => "ESTABLISHED",
        Some(TcpState::SynSent) => "SYN_SENT",
        Some(TcpState::SynRecv) => "SYN_RECV",
        Some(TcpState::FinWait1) => "FIN_WAIT1",
        Some(TcpState::FinWait2) => "FIN_WAIT2",
        Some(TcpState::TimeWait) => "TIME_WAIT",
        Some(TcpState::Close) => "CLOSE",
        Some(TcpState::CloseWait) => "CLOSE_WAIT",
        Some(TcpState::LastAck) => "LAST_ACK",
        Some(TcpState::Listen) => "LISTEN",
        Some(TcpState::Closing) => "CLOSING",
        None if number == 0 => return None,
        Some(TcpState::NewSynRecv) | None => "UNKNOWN",
    })
}
