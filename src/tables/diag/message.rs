//! One socket of the kernel's list (`struct inet_diag_msg`) as a row of /proc/net.

use super::internals::Internals;
use super::layout::{
    EXPIRES, FOREIGN, INODE, LISTEN, LOCAL, PORTS, RECEIVE_QUEUE, RETRANSMITS, SEND_QUEUE, STATE,
    TIMER, USER,
};
use crate::tables::inet::{Family, Protocol, Row};
use crate::tables::netlink::u32_at;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

/// The numbers of timers, in sockets of TCP.
const TIMER_RETRANSMIT: u8 = 1;
const TIMER_KEEPALIVE: u8 = 2;
const TIMER_PROBE: u8 = 4;

/// Milliseconds in a clock tick of /proc.
const TICK: u32 = 10;

/// Returns the row of a message, or `None` if it is too short.
pub fn row(protocol: Protocol, family: Family, message: &[u8]) -> Option<Row> {
    let number = |offset| u32_at(message, offset);
    let byte = |offset: usize| message.get(offset).copied();
    let ports: [u8; 4] = *message.get(PORTS..)?.first_chunk()?;
    let port = |high, low| u16::from_be_bytes([high, low]);
    let [l0, l1, f0, f1] = ports;
    let (state, timer, count) = (byte(STATE)?, byte(TIMER)?, byte(RETRANSMITS)?);
    let (mut retransmits, mut probes) = match timer {
        TIMER_RETRANSMIT => (count, 0),
        TIMER_KEEPALIVE | TIMER_PROBE => (0, count),
        _ => (0, 0),
    };
    let internals = Internals::of(message);
    if let Some(info) = internals.tcp_info() {
        retransmits = info.retransmits().unwrap_or(retransmits);
        probes = info.probes().unwrap_or(probes);
    }
    let is_listener = protocol == Protocol::Tcp && state == LISTEN;
    Some(Row {
        protocol,
        family,
        local: SocketAddr::new(address(family, message, LOCAL)?, port(l0, l1)),
        foreign: SocketAddr::new(address(family, message, FOREIGN)?, port(f0, f1)),
        state,
        send_queue: if is_listener { 0 } else { number(SEND_QUEUE)? },
        receive_queue: number(RECEIVE_QUEUE)?,
        timer,
        timer_ticks: u64::from(number(EXPIRES)? / TICK),
        retransmits: Some(retransmits.into()),
        uid: Some(number(USER)?),
        probes: Some(probes.into()),
        inode: Some(number(INODE)?.into()),
        kernel_address: internals.cookie()?,
        drops: None,
    })
}

fn address(family: Family, message: &[u8], offset: usize) -> Option<IpAddr> {
    let bytes = message.get(offset..)?;
    Some(match family {
        Family::V4 => IpAddr::V4(Ipv4Addr::from(*bytes.first_chunk::<4>()?)),
        Family::V6 => IpAddr::V6(Ipv6Addr::from(*bytes.first_chunk::<16>()?)),
    })
}

#[cfg(test)]
mod tests {
    use super::super::layout::made_up::message;
    use super::*;

    #[test]
    fn a_message_is_a_row() {
        let established = message(1, (1, 2), &[]);
        let row = row(Protocol::Tcp, Family::V4, &established).expect("a row");
        assert_eq!(row.local.to_string(), "10.0.0.1:8080");
        assert_eq!(row.foreign.to_string(), "192.0.2.7:51221");
        assert_eq!((row.receive_queue, row.send_queue), (5, 6));
        assert_eq!((row.timer_ticks, row.uid), (1234, Some(1000)));
        assert_eq!((row.inode, row.kernel_address), (Some(4711), 1 << 32 | 77));
        assert_eq!((row.retransmits, row.probes), (Some(2), Some(0)));
    }

    #[test]
    fn retransmissions_and_probes_are_told_apart() {
        let info = [1, 0, 4, 3, 0, 0, 0, 0];
        let with_info: [(u16, &[u8]); 1] = [(2, &info)];
        for (timer, attributes, expected) in [
            ((0, 9), &[][..], (0, 0)),
            ((1, 2), &[], (2, 0)),
            ((2, 2), &[], (0, 2)),
            ((4, 2), &[], (0, 2)),
            ((4, 2), &with_info, (4, 3)),
        ] {
            let message = message(1, timer, attributes);
            let row = row(Protocol::Tcp, Family::V4, &message).expect("a row");
            let found = (row.retransmits, row.probes);
            assert_eq!(found, (Some(expected.0), Some(expected.1)), "{timer:?}");
        }
    }

    #[test]
    fn a_listener_has_no_send_queue_but_a_limit() {
        let listener = message(LISTEN, (0, 0), &[]);
        let row = row(Protocol::Tcp, Family::V4, &listener).expect("a row");
        assert_eq!((row.receive_queue, row.send_queue), (5, 0));
        assert_eq!(Internals::of(&listener).backlog(), Some(6));
        let connection = message(1, (0, 0), &[]);
        assert_eq!(Internals::of(&connection).backlog(), None);
    }

    #[test]
    fn a_message_that_is_cut_is_no_row() {
        let whole = message(1, (0, 0), &[]);
        for len in 0..whole.len() {
            assert!(
                row(Protocol::Tcp, Family::V4, &whole[..len]).is_none(),
                "{len}"
            );
        }
    }
}
