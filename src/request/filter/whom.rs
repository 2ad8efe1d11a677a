//! Whether a filter says whose sockets are meant: nobody is signalled without.

use super::{Comparison, Filter, Ports, Side, Test};
use glob::Pattern;
use ipnet::IpNet;

/// The columns that say whose a socket is.
const TELLING: [&str; 19] = [
    "cookie",
    "local_address",
    "local_port",
    "local_host",
    "local_service",
    "foreign_address",
    "foreign_port",
    "foreign_host",
    "foreign_service",
    "user",
    "pid",
    "program",
    "comm",
    "exe",
    "container",
    "container_id",
    "unit",
    "pod",
    "cgroup",
];

impl Filter {
    /// Returns the only test if nothing else but negations narrow it.
    fn only_test(&self) -> Option<&Test> {
        match self {
            Filter::Is(test) => Some(test),
            Filter::All(parts) => {
                let mut parts = parts.iter().filter(|it| !matches!(it, Filter::Not(_)));
                let test = parts.next()?.only_test();
                test.filter(|_| parts.next().is_none())
            }
            Filter::Any(_) | Filter::Not(_) => None,
        }
    }

    /// Returns whether it says whose sockets are meant: by an address, a port, a program, a PID, a
    /// user, or where its owner belongs. A condition that fits everything does not, nor one that says
    /// whose are not meant.
    pub fn tells_whom(&self) -> bool {
        match self {
            Filter::All(parts) => parts.iter().any(Filter::tells_whom),
            Filter::Any(parts) => parts.iter().all(Filter::tells_whom) && !fit_all(parts),
            Filter::Not(_) => false,
            Filter::Is(test) => test.tells_whom(),
        }
    }
}

impl Test {
    /// Returns whether it says whose sockets are meant.
    fn tells_whom(&self) -> bool {
        match self {
            Test::Port(_, Ports::Range(first, last)) => !(*first <= 1 && *last == u16::MAX),
            Test::Address(_, network) => network.prefix_len() > 0,
            Test::Program(glob) | Test::Container(glob) | Test::Unit(glob) | Test::Pod(glob) => {
                !fits_all(glob)
            }
            Test::OwnerCgroup(start) => start != "/",
            Test::Port(_, Ports::Service(..))
            | Test::Host(..)
            | Test::Pid(_)
            | Test::User(_)
            | Test::Cgroup(_) => true,
            Test::Column(column) => {
                let text = Pattern::new(&column.text);
                column.comparison == Comparison::Equal
                    && TELLING.contains(&column.name)
                    && text.is_ok_and(|glob| !fits_all(&glob))
                    && !column.text.ends_with("/0")
            }
            Test::Family(_)
            | Test::State(_)
            | Test::Path(..)
            | Test::Device(_)
            | Test::Mark(_)
            | Test::Autobound
            | Test::Inode(_) => false,
        }
    }
}

/// Returns whether conditions that each fit some ports or addresses of one end fit all of them
/// together.
fn fit_all(parts: &[Filter]) -> bool {
    Side::BOTH.into_iter().any(|side| {
        let tests = || parts.iter().filter_map(Filter::only_test);
        let ports = tests().filter_map(|test| match test {
            Test::Port(of, Ports::Range(first, last)) if *of == side => Some((*first, *last)),
            _ => None,
        });
        let networks = tests().filter_map(|test| match test {
            Test::Address(of, network) if *of == side => Some(*network),
            _ => None,
        });
        let networks = IpNet::aggregate(&networks.collect());
        are_all(ports.collect()) || networks.iter().any(|it| it.prefix_len() == 0)
    })
}

/// Returns whether these are all ports.
fn are_all(mut ranges: Vec<(u16, u16)>) -> bool {
    ranges.sort_unstable();
    let up_to = ranges.into_iter().fold(0, |up_to: u32, (first, last)| {
        match u32::from(first) <= up_to + 1 {
            true => up_to.max(last.into()),
            false => up_to,
        }
    });
    up_to == u32::from(u16::MAX)
}

/// Returns whether every name fits a glob.
fn fits_all(glob: &Pattern) -> bool {
    let text = glob.as_str();
    text.contains('*') && text.bytes().all(|byte| b"*?".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::super::made::{closing, pid, port, program};
    use super::*;
    use crate::request::{Column, Subject};

    fn column(name: &'static str, comparison: Comparison, text: &str) -> Filter {
        Filter::from(Test::Column(Column {
            number: 0,
            name,
            comparison,
            text: text.to_owned(),
            of: Subject::Row,
        }))
    }

    #[test]
    fn a_filter_tells_whom_or_not() {
        use Comparison::{Equal, Greater};
        use Side::{Foreign, Local};
        let name = |text| column("program", Equal, text);
        for (filter, expected) in [
            (Filter::EVERYTHING, false),
            (closing(), false),
            (port(Local, 22, 22), true),
            (port(Local, 22, 22).negated(), false),
            (port(Local, 0, 65535), false),
            (Filter::all([closing(), port(Local, 22, 22)]), true),
            (Filter::any([closing(), port(Local, 22, 22)]), false),
            (
                Filter::any([port(Local, 1, 99), port(Local, 100, 65535)]),
                false,
            ),
            (
                Filter::any([port(Local, 1, 99), port(Foreign, 100, 65535)]),
                true,
            ),
            (Filter::any([pid(1), program("x*")]), true),
            (Filter::any([pid(1), program("*")]), false),
            (
                Filter::network(Foreign, "0.0.0.0/0".parse().expect("one")),
                false,
            ),
            (
                Filter::any(
                    ["0.0.0.0/1", "128.0.0.0/1"]
                        .map(|it| Filter::network(Foreign, it.parse().expect("one"))),
                ),
                false,
            ),
            (name("nginx*"), true),
            (name("*"), false),
            (name("nginx").negated(), false),
            (column("recv_q", Equal, "5"), false),
            (column("pid", Greater, "5"), false),
        ] {
            assert_eq!(filter.tells_whom(), expected, "{filter:?}");
        }
    }
}
