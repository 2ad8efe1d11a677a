//! What others ask of a filter, answered without a socket. Where that can't be certain, the answer is
//! the safe one.

use super::{Column, Comparison, Device, Filter, Ports, Side, Subject, Test, User};
use crate::request::TableKind;
use crate::tables::inet::Family;
use crate::tables::rare::Rare;
use glob::Pattern;
use ipnet::IpNet;

/// The columns that say whose a socket is.
const TELLING: [&str; 18] = [
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
    /// Returns whether a table of this kind may have a socket that fits.
    pub fn can_fit(&self, kind: TableKind) -> bool {
        self.decide(&mut |test| test.of_kind(kind)) != Some(false)
    }

    /// Returns whether no unix socket can fit.
    pub fn excludes_unix(&self) -> bool {
        !self.can_fit(TableKind::Unix)
    }

    /// Returns whether a test asks for an owner.
    pub fn needs_owners(&self) -> bool {
        self.has(&Test::is_of_owner)
    }

    /// Returns whether a test asks for all names of an owner's program.
    pub fn needs_program_names(&self) -> bool {
        self.has(&|test| matches!(test, Test::Program(_)))
    }

    /// Returns whether a test asks where an owner belongs.
    pub fn needs_belonging(&self) -> bool {
        self.has(&|test| match test {
            Test::Container(_) | Test::Unit(_) | Test::Pod(_) | Test::OwnerCgroup(_) => true,
            Test::Column(column) => column.of == Subject::Belonging,
            _ => false,
        })
    }

    /// Returns whether a test asks for what only the kernel's diagnostics tell of IP sockets.
    pub fn needs_internals(&self) -> bool {
        self.has(&|test| match test {
            Test::Device(_) | Test::Mark(_) | Test::Cgroup(_) => true,
            Test::Column(column) => column.of == Subject::Internals,
            _ => false,
        })
    }

    /// Returns whether a test asks for a column about this.
    pub fn has_column_of(&self, subject: Subject) -> bool {
        self.has(&|test| matches!(test, Test::Column(column) if column.of == subject))
    }

    /// Returns whether a test asks for the user of a socket.
    pub fn needs_users(&self) -> bool {
        self.has(&|test| match test {
            Test::User(_) => true,
            Test::Column(column) => matches!(column.name, "uid" | "user"),
            _ => false,
        })
    }

    /// Returns whether a test is one of those.
    pub fn has(&self, is_it: &impl Fn(&Test) -> bool) -> bool {
        match self {
            Filter::All(parts) | Filter::Any(parts) => parts.iter().any(|part| part.has(is_it)),
            Filter::Not(filter) => filter.has(is_it),
            Filter::Is(test) => is_it(test),
        }
    }

    /// Returns the comparisons of columns, in the order of their numbers.
    pub fn columns(&self) -> Vec<&Column> {
        let mut columns = Vec::new();
        self.each(&mut |test| {
            if let Test::Column(column) = test {
                columns.push(column);
            }
        });
        columns.sort_by_key(|column| column.number);
        columns
    }

    /// Returns the names of interfaces that tests ask for.
    pub fn devices(&self) -> Vec<&str> {
        let mut names = Vec::new();
        self.each(&mut |test| {
            if let Test::Device(Device::Name(name)) = test {
                names.push(name.as_str());
            }
        });
        names
    }

    /// Calls `visit` with every test.
    fn each<'a>(&'a self, visit: &mut impl FnMut(&'a Test)) {
        match self {
            Filter::All(parts) | Filter::Any(parts) => {
                parts.iter().for_each(|part| part.each(visit));
            }
            Filter::Not(filter) => filter.each(visit),
            Filter::Is(test) => visit(test),
        }
    }

    /// Returns the PIDs of which every owner that fits has one; empty if there are none.
    pub fn pids(&self) -> Vec<i32> {
        let pid = |test: &Test| match test {
            Test::Pid(pid) => Some(*pid),
            _ => None,
        };
        self.narrowed_by(&pid).unwrap_or_default()
    }

    /// Returns the users of which every socket that fits belongs to one; empty if there are none.
    pub fn users(&self) -> Vec<User> {
        let user = |test: &Test| match test {
            Test::User(user) => Some(user.clone()),
            _ => None,
        };
        self.narrowed_by(&user).unwrap_or_default()
    }

    /// Returns the values of which every socket that fits has one, or `None` if it may have others.
    fn narrowed_by<T>(&self, value: &impl Fn(&Test) -> Option<T>) -> Option<Vec<T>> {
        match self {
            Filter::All(parts) => parts.iter().find_map(|part| part.narrowed_by(value)),
            Filter::Any(parts) => {
                let parts = parts.iter().map(|part| part.narrowed_by(value));
                Some(
                    parts
                        .collect::<Option<Vec<_>>>()?
                        .into_iter()
                        .flatten()
                        .collect(),
                )
            }
            Filter::Not(_) => None,
            Filter::Is(test) => Some(vec![value(test)?]),
        }
    }

    /// Returns the condition that holds at least where this one does, and has only the tests that
    /// `is_kept` keeps.
    pub fn loosened(&self, is_kept: &impl Fn(&Test) -> bool) -> Filter {
        self.without(is_kept, true)
    }

    /// Replaces all tests but some by `holds`, or by its opposite where that is negated.
    fn without(&self, is_kept: &impl Fn(&Test) -> bool, holds: bool) -> Filter {
        match self {
            Filter::All(parts) => Filter::all(parts.iter().map(|it| it.without(is_kept, holds))),
            Filter::Any(parts) => Filter::any(parts.iter().map(|it| it.without(is_kept, holds))),
            Filter::Not(filter) => filter.without(is_kept, !holds).negated(),
            Filter::Is(test) if is_kept(test) => test.clone().into(),
            Filter::Is(_) if holds => Filter::EVERYTHING,
            Filter::Is(_) => Filter::NOTHING,
        }
    }

    /// Returns what the condition says of owners alone, or `None` if it says nothing.
    pub fn of_owners(&self) -> Option<Filter> {
        let of_owners = |parts: &[Filter]| -> Vec<Filter> {
            parts.iter().filter_map(Filter::of_owners).collect()
        };
        match self {
            Filter::All(parts) => Some(of_owners(parts))
                .filter(|it| !it.is_empty())
                .map(Filter::all),
            Filter::Any(parts) => Some(of_owners(parts))
                .filter(|it| !it.is_empty())
                .map(Filter::any),
            Filter::Not(filter) => filter.of_owners().map(Filter::negated),
            Filter::Is(test) => test.is_of_owner().then(|| self.clone()),
        }
    }

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
    /// Returns whether an owner decides it.
    pub fn is_of_owner(&self) -> bool {
        match self {
            Test::Pid(_)
            | Test::Program(_)
            | Test::Container(_)
            | Test::Unit(_)
            | Test::Pod(_)
            | Test::OwnerCgroup(_) => true,
            Test::Column(column) => matches!(column.of, Subject::Owner | Subject::Belonging),
            _ => false,
        }
    }

    /// Returns whether it holds for every row of a table of this kind, or for none.
    fn of_kind(&self, kind: TableKind) -> Option<bool> {
        let is_internet = kind.is_internet();
        let fits_none = match (self, kind) {
            (Test::Port(..) | Test::Autobound, _) => !is_internet,
            (Test::Device(_) | Test::Mark(_) | Test::Cgroup(_), kind) => {
                !matches!(kind, TableKind::Inet(..))
            }
            // IPv6's sockets may have IPv4-mapped addresses, but not the other way round.
            (Test::Address(_, IpNet::V6(_)), TableKind::Inet(_, Family::V4)) => true,
            (Test::Address(..), _) => !is_internet,
            (Test::Family(wanted), TableKind::Inet(_, family)) => return Some(family == *wanted),
            // One table has both.
            (Test::Family(_), TableKind::Sctp(..)) => false,
            (Test::Family(_), _) => true,
            (Test::Path(..), kind) => kind != TableKind::Unix,
            (Test::User(_), kind) => !is_internet && kind != TableKind::Rare(Rare::Ipx),
            _ => false,
        };
        fits_none.then_some(false)
    }

    fn tells_whom(&self) -> bool {
        match self {
            Test::Port(_, Ports::Range(first, last)) => !(*first <= 1 && *last == u16::MAX),
            Test::Address(_, network) => network.prefix_len() > 0,
            Test::Program(glob) | Test::Container(glob) | Test::Unit(glob) | Test::Pod(glob) => {
                !fits_all(glob)
            }
            Test::OwnerCgroup(start) => start != "/",
            Test::Port(_, Ports::Service(..)) | Test::Pid(_) | Test::User(_) => true,
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
            | Test::Cgroup(_)
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
