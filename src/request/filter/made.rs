//! Filters of one test, for tests.

use super::{Filter, Ports, Side, Test};
use glob::Pattern;

/// The ports of an end are among these.
pub fn port(side: Side, first: u16, last: u16) -> Filter {
    Test::Port(side, Ports::Range(first, last)).into()
}

/// An owner has this PID.
pub fn pid(pid: i32) -> Filter {
    Test::Pid(pid).into()
}

/// It is closing.
pub fn closing() -> Filter {
    Test::State(Some("CLOSING")).into()
}

/// An owner's program fits this glob.
pub fn program(glob: &str) -> Filter {
    Test::Program(Pattern::new(glob).expect("a glob")).into()
}
