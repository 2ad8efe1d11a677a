//! What of a filter the kernel can test while it lists IP sockets.
//!
//! It knows ports, addresses and states, so what it lists may be more than what fits, never less: every
//! socket that it hands out is tested again.

use crate::request::{Filter, Ports, Side, Test};
use crate::tables::diag::{self, Condition};
use crate::tables::inet::{Family, tcp_state_name};

/// The number of states that the kernel knows, from 1 on (include/net/tcp_states.h).
const STATES: u8 = 12;

/// Which way a condition may differ from the filter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Bound {
    /// It holds for all sockets that fit, and perhaps for others.
    Over,
    /// It holds for no other sockets than those that fit.
    Under,
}

impl Bound {
    fn other(self) -> Bound {
        match self {
            Bound::Over => Bound::Under,
            Bound::Under => Bound::Over,
        }
    }
}

impl Filter {
    /// Returns a condition that holds for every socket of this IP version that fits, or `None` if
    /// nothing is known of their ends.
    pub fn on_ends(&self, family: Family) -> Option<Condition> {
        bound(self, Bound::Over, family)
    }

    /// Returns the states that a TCP socket can have that fits, a bit each, by the kernel's numbers.
    pub fn tcp_states(&self) -> u32 {
        let can_fit = |state: &u8| {
            let name = tcp_state_name(*state);
            let answer = &mut |test: &Test| match test {
                Test::State(wanted) => Some(name == *wanted),
                _ => None,
            };
            self.decide(answer) != Some(false)
        };
        let states = (1..=STATES).filter(can_fit);
        states.fold(0, |bits, state| bits | 1 << state)
    }
}

/// Returns a condition that is a bound of the filter, or `None` if none is known.
fn bound(filter: &Filter, which: Bound, family: Family) -> Option<Condition> {
    let each = |parts: &[Filter]| -> Vec<Option<Condition>> {
        let parts = parts.iter();
        parts.map(|part| bound(part, which, family)).collect()
    };
    match filter {
        Filter::Is(test) => condition(test, family),
        Filter::Not(filter) => {
            let inner = bound(filter, which.other(), family)?;
            Some(Condition::Not(Box::new(inner)))
        }
        Filter::All(parts) => match which {
            // Fewer conditions let more through.
            Bound::Over => some_of(each(parts)).map(Condition::All),
            Bound::Under => all_of(each(parts)).map(Condition::All),
        },
        Filter::Any(parts) => match which {
            Bound::Over => all_of(each(parts)).map(Condition::Any),
            Bound::Under => some_of(each(parts)).map(Condition::Any),
        },
    }
}

fn some_of(parts: Vec<Option<Condition>>) -> Option<Vec<Condition>> {
    let known: Vec<_> = parts.into_iter().flatten().collect();
    (!known.is_empty()).then_some(known)
}

fn all_of(parts: Vec<Option<Condition>>) -> Option<Vec<Condition>> {
    parts.into_iter().collect()
}

/// Returns the condition that is just this test, or `None` if the kernel can't test it.
fn condition(test: &Test, family: Family) -> Option<Condition> {
    let side = |side: &Side| match side {
        Side::Local => diag::Side::Local,
        Side::Foreign => diag::Side::Foreign,
    };
    match test {
        Test::Port(end, Ports::Range(first, last)) => {
            Some(Condition::Port(side(end), *first, *last))
        }
        Test::Address(end, network) => Some(Condition::Network(side(end), *network)),
        Test::Family(wanted) if *wanted == family => Some(Condition::All(Vec::new())),
        Test::Family(_) => Some(Condition::Any(Vec::new())),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn port(number: u16) -> Filter {
        Test::Port(Side::Local, Ports::Range(number, number)).into()
    }

    fn inode() -> Filter {
        Test::Inode(1).into()
    }

    fn state(name: &'static str) -> Filter {
        Test::State(Some(name)).into()
    }

    #[test]
    fn the_kernel_is_asked_for_no_less_than_what_fits() {
        let of = |number: u16| Condition::Port(diag::Side::Local, number, number);
        let not = |condition| Condition::Not(Box::new(condition));
        let both = |one: Filter, other: Filter| Filter::all([one, other]);
        let either = |one: Filter, other: Filter| Filter::any([one, other]);
        for (filter, expected) in [
            (Filter::EVERYTHING, None),
            (port(1), Some(of(1))),
            (both(port(1), inode()), Some(Condition::All(vec![of(1)]))),
            (either(port(1), inode()), None),
            (
                either(port(1), port(2)),
                Some(Condition::Any(vec![of(1), of(2)])),
            ),
            (port(1).negated(), Some(not(of(1)))),
            // Not both: it may have the port and another inode.
            (both(port(1), inode()).negated(), None),
            (
                either(port(1), inode()).negated(),
                Some(not(Condition::Any(vec![of(1)]))),
            ),
            (inode().negated(), None),
            (Filter::NOTHING, Some(Condition::Any(Vec::new()))),
        ] {
            assert_eq!(filter.on_ends(Family::V4), expected, "{filter:?}");
        }
        let six: Filter = Test::Family(Family::V6).into();
        assert_eq!(six.on_ends(Family::V4), Some(Condition::Any(Vec::new())));
        assert_eq!(six.on_ends(Family::V6), Some(Condition::All(Vec::new())));
    }

    #[test]
    fn states_are_those_that_can_fit() {
        let all = Filter::EVERYTHING.tcp_states();
        let listen = 1 << diag::LISTEN;
        assert_eq!(state("LISTEN").tcp_states(), listen);
        assert_eq!(state("LISTEN").negated().tcp_states(), all & !listen);
        assert_eq!(Filter::all([state("LISTEN"), inode()]).tcp_states(), listen);
        assert_eq!(Filter::any([state("LISTEN"), inode()]).tcp_states(), all);
        assert_eq!(state("CONNECTED").tcp_states(), 0);
        assert_eq!(Filter::all([inode(), port(1)]).tcp_states(), all);
    }
}
