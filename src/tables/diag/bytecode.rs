//! Conditions that the kernel tests while it lists IP sockets (`INET_DIAG_REQ_BYTECODE`,
//! include/uapi/linux/inet_diag.h).
//!
//! A program is a row of steps. Each tests one thing, and says how many bytes on the next step is: if
//! the test holds (`yes`, always the step behind), and if not (`no`). A socket is listed if the way
//! through the steps ends just behind the last; a `no` of 4 bytes more ends it as unfit.

use super::layout::{AF_INET, AF_INET6};
use ipnet::IpNet;
use std::net::IpAddr;

/// A condition on the ends of a socket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Condition {
    /// The end has a port from the first to the last, in host byte order. A socket without a foreign
    /// end has port 0 there.
    Port(Side, u16, u16),
    /// The end's address is in the network. IPv4's are found in IPv4-mapped addresses, too.
    Network(Side, IpNet),
    /// All of these hold.
    All(Vec<Condition>),
    /// One of these holds.
    Any(Vec<Condition>),
    /// This does not hold.
    Not(Box<Condition>),
}

/// An end of a socket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// The local one.
    Local,
    /// The foreign one.
    Foreign,
}

// The kinds of steps.
const NOP: u8 = 0;
const JMP: u8 = 1;
const S_GE: u8 = 2;
const S_LE: u8 = 3;
const D_GE: u8 = 4;
const D_LE: u8 = 5;
const S_COND: u8 = 7;
const D_COND: u8 = 8;

/// The length of a step without operands (`struct inet_diag_bc_op`).
const STEP: usize = 4;
/// The port of an address that may have any.
const ANY_PORT: i32 = -1;

/// The longest program that is handed to the kernel, in bytes. Jumps have 16 bits.
const MOST: usize = 32 * 1024;

impl Condition {
    /// Returns the program for the kernel, or `None` if it would be too long.
    pub fn bytecode(&self) -> Option<Vec<u8>> {
        let program = self.compile();
        (program.len() <= MOST).then_some(program)
    }

    /// Returns a program that ends behind its last step if the condition holds, and 4 bytes further if
    /// not.
    fn compile(&self) -> Vec<u8> {
        match self {
            Condition::Port(side, first, last) => {
                let (above, below) = match side {
                    Side::Local => (S_GE, S_LE),
                    Side::Foreign => (D_GE, D_LE),
                };
                let test = |kind, port: u16| {
                    let mut operand = [0; STEP];
                    operand[2..].copy_from_slice(&port.to_ne_bytes());
                    step(kind, &operand)
                };
                both(test(above, *first), &test(below, *last))
            }
            Condition::Network(side, network) => step(
                match side {
                    Side::Local => S_COND,
                    Side::Foreign => D_COND,
                },
                &host(*network),
            ),
            Condition::All(conditions) => conditions
                .iter()
                .map(Condition::compile)
                .reduce(|one, other| both(one, &other))
                .unwrap_or_else(|| step(NOP, &[])),
            Condition::Any(conditions) => conditions
                .iter()
                .map(Condition::compile)
                .reduce(|one, other| either(one, &other))
                .unwrap_or_else(|| negated(step(NOP, &[]))),
            Condition::Not(condition) => negated(condition.compile()),
        }
    }
}

/// Returns a step that goes on behind it or, if its test fails, 4 bytes further.
fn step(kind: u8, operand: &[u8]) -> Vec<u8> {
    let len = STEP + operand.len();
    let mut step = vec![kind, len as u8];
    step.extend_from_slice(&((len + STEP) as u16).to_ne_bytes());
    step.extend_from_slice(operand);
    step
}

/// Returns a step that goes on `distance` bytes from its start.
fn jump(distance: usize) -> [u8; STEP] {
    let [low, high] = (distance as u16).to_ne_bytes();
    [JMP, STEP as u8, low, high]
}

/// Returns `struct inet_diag_hostcond` for a network.
fn host(network: IpNet) -> Vec<u8> {
    let family = match network {
        IpNet::V4(_) => AF_INET,
        IpNet::V6(_) => AF_INET6,
    };
    let mut host = vec![family, network.prefix_len(), 0, 0];
    host.extend_from_slice(&ANY_PORT.to_ne_bytes());
    match network.network() {
        IpAddr::V4(address) => host.extend_from_slice(&address.octets()),
        IpAddr::V6(address) => host.extend_from_slice(&address.octets()),
    }
    host
}

/// Returns a program that holds if both do: where the first fails, the way goes on behind the second.
fn both(mut one: Vec<u8>, other: &[u8]) -> Vec<u8> {
    let end = one.len();
    let mut at = 0;
    while let Some(&[_, len, low, high]) = one.get(at..).and_then(<[u8]>::first_chunk) {
        let no = usize::from(u16::from_ne_bytes([low, high]));
        if at + no == end + STEP
            && let Some(place) = one.get_mut(at + 2..at + 4)
        {
            place.copy_from_slice(&((no + other.len()) as u16).to_ne_bytes());
        }
        at += usize::from(len).max(STEP);
    }
    one.extend_from_slice(other);
    one
}

/// Returns a program that holds if one does: where the first fails, it goes on behind the jump.
fn either(mut one: Vec<u8>, other: &[u8]) -> Vec<u8> {
    one.extend_from_slice(&jump(STEP + other.len()));
    one.extend_from_slice(other);
    one
}

/// Returns a program that holds if this one does not.
fn negated(mut program: Vec<u8>) -> Vec<u8> {
    program.extend_from_slice(&jump(2 * STEP));
    program
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::net::SocketAddr;

    impl Condition {
        /// Whether it holds, as its documentation says.
        fn holds(&self, local: SocketAddr, foreign: SocketAddr) -> bool {
            let end = |side: &Side| match side {
                Side::Local => local,
                Side::Foreign => foreign,
            };
            match self {
                Condition::Port(side, first, last) => (*first..=*last).contains(&end(side).port()),
                Condition::Network(side, network) => {
                    let ip = end(side).ip();
                    network.contains(&ip) || network.contains(&ip.to_canonical())
                }
                Condition::All(all) => all.iter().all(|it| it.holds(local, foreign)),
                Condition::Any(any) => any.iter().any(|it| it.holds(local, foreign)),
                Condition::Not(it) => !it.holds(local, foreign),
            }
        }
    }

    /// Runs a program, as the header of the kernel describes it. Fails at one that the kernel would
    /// refuse: with a step that does not lie in it, or without an end.
    fn run(program: &[u8], local: SocketAddr, foreign: SocketAddr) -> bool {
        let mut at = 0;
        while at < program.len() {
            let [kind, yes, low, high] = *program[at..].first_chunk().expect("a step");
            let operand = &program[at + STEP..];
            let port = || u16::from_ne_bytes([operand[2], operand[3]]);
            let network = |end: SocketAddr| {
                let (family, prefix) = (operand[0], operand[1]);
                let matches = |address: &[u8]| {
                    let bits = |bytes: &[u8]| {
                        let bit = |index: usize| bytes[index / 8] >> (7 - index % 8) & 1;
                        (0..usize::from(prefix)).map(bit).collect::<Vec<_>>()
                    };
                    bits(address) == bits(&operand[8..8 + address.len()])
                };
                match (end.ip(), family) {
                    (IpAddr::V4(ip), AF_INET) => matches(&ip.octets()),
                    (IpAddr::V6(ip), AF_INET6) => matches(&ip.octets()),
                    (IpAddr::V6(ip), AF_INET) => {
                        ip.to_ipv4_mapped().is_some_and(|ip| matches(&ip.octets()))
                    }
                    _ => false,
                }
            };
            let holds = match kind {
                NOP => true,
                JMP => false,
                S_GE => local.port() >= port(),
                S_LE => local.port() <= port(),
                D_GE => foreign.port() >= port(),
                D_LE => foreign.port() <= port(),
                S_COND => network(local),
                D_COND => network(foreign),
                _ => panic!("no such step"),
            };
            let no = usize::from(u16::from_ne_bytes([low, high]));
            assert!(no >= STEP && yes as usize >= STEP, "a way back");
            at += if holds { usize::from(yes) } else { no };
        }
        assert!(at == program.len() || at == program.len() + STEP, "beyond");
        at == program.len()
    }

    fn end() -> impl Strategy<Value = SocketAddr> {
        let address = prop::sample::select(vec![
            "10.0.0.1",
            "10.1.2.3",
            "192.0.2.7",
            "0.0.0.0",
            "::",
            "::1",
            "2001:db8::5",
            "::ffff:10.0.0.1",
        ]);
        let port = prop::sample::select(vec![0_u16, 22, 80, 443, 40_000, 65_535]);
        (address, port)
            .prop_map(|(address, port)| SocketAddr::new(address.parse().expect("an address"), port))
    }

    fn condition() -> impl Strategy<Value = Condition> {
        let side = || prop::sample::select(vec![Side::Local, Side::Foreign]);
        let port = || prop::sample::select(vec![0_u16, 22, 80, 443, 65_535]);
        let network = prop::sample::select(vec![
            "10.0.0.0/8",
            "10.0.0.1/32",
            "0.0.0.0/0",
            "::/0",
            "2001:db8::/32",
            "::1/128",
        ]);
        let ports = (side(), port(), port())
            .prop_map(|(side, one, other)| Condition::Port(side, one, other));
        let networks = (side(), network).prop_map(|(side, network)| {
            Condition::Network(side, network.parse().expect("a network"))
        });
        prop_oneof![ports, networks].prop_recursive(4, 24, 4, |inner| {
            let several = || prop::collection::vec(inner.clone(), 0..4);
            prop_oneof![
                several().prop_map(Condition::All),
                several().prop_map(Condition::Any),
                inner.clone().prop_map(|it| Condition::Not(Box::new(it))),
            ]
        })
    }

    proptest! {
        #[test]
        fn a_program_holds_when_its_condition_does(
            condition in condition(), local in end(), foreign in end(),
        ) {
            let program = condition.bytecode().expect("a short program");
            prop_assert_eq!(run(&program, local, foreign), condition.holds(local, foreign));
        }
    }

    #[test]
    fn a_program_that_is_too_long_is_none() {
        let port = Condition::Port(Side::Local, 1, 2);
        assert!(Condition::Any(vec![port.clone(); 100]).bytecode().is_some());
        assert!(Condition::Any(vec![port; 10_000]).bytecode().is_none());
    }
}
