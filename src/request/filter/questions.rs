//! What others ask of a filter, answered without a socket. Where that can't be certain, the answer is
//! the safe one.

use super::{Column, Device, Filter, Subject, Test, User};
use crate::request::TableKind;
use crate::tables::inet::Family;
use crate::tables::rare::Rare;
use ipnet::IpNet;

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

    /// Returns whether a test asks for what only the kernel's diagnostics tell of unix sockets.
    pub fn asks_of_unix(&self) -> bool {
        self.has(&|test| {
            let Test::Column(column) = test else {
                return false;
            };
            let is_asked = matches!(
                column.of,
                Subject::Peer | Subject::Internals | Subject::InternalsOrTable
            );
            // The table has it of TCP.
            is_asked || column.name == "accept_queue"
        })
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

    /// Returns whether every socket that fits is in a listener's state.
    pub fn asks_for_listeners(&self) -> bool {
        let is_listener = |test: &Test| match test {
            Test::State(Some("LISTEN" | "LISTENING")) => Some(()),
            _ => None,
        };
        self.narrowed_by(&is_listener)
            .is_some_and(|it| !it.is_empty())
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
            (Test::Address(..) | Test::Host(..), _) => !is_internet,
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
}

#[cfg(test)]
mod tests {
    use super::super::made::{closing, pid, port, program};
    use super::*;
    use crate::request::{Comparison, Side};
    use crate::tables::inet::Protocol;
    use glob::Pattern;

    fn column(name: &'static str, of: Subject) -> Filter {
        Filter::from(Test::Column(Column {
            number: 0,
            name,
            comparison: Comparison::Equal,
            text: "x".to_owned(),
            of,
        }))
    }

    #[test]
    fn tables_that_can_not_fit_are_known() {
        let network = |text: &str| {
            let network = text.parse().expect("a network");
            Filter::from(Test::Address(Side::Local, network))
        };
        let path = Filter::from(Test::Path(Side::Local, Pattern::new("*").expect("a glob")));
        let port = || port(Side::Local, 22, 22);
        let kinds = [
            TableKind::Inet(Protocol::Tcp, Family::V4),
            TableKind::Inet(Protocol::Tcp, Family::V6),
            TableKind::Unix,
            TableKind::Rare(Rare::Ipx),
            TableKind::Rare(Rare::Ax25),
        ];
        for (filter, expected) in [
            (Filter::EVERYTHING, [true; 5]),
            (Filter::NOTHING, [false; 5]),
            (port(), [true, true, false, false, false]),
            (port().negated(), [true; 5]),
            (Filter::any([port(), closing()]), [true; 5]),
            (
                Filter::all([port(), closing()]),
                [true, true, false, false, false],
            ),
            (network("10.0.0.0/8"), [true, true, false, false, false]),
            (network("2001:db8::/32"), [false, true, false, false, false]),
            (network("::/0").negated(), [true; 5]),
            (
                Test::Family(Family::V4).into(),
                [true, false, false, false, false],
            ),
            (
                Test::User(User::Id(0)).into(),
                [true, true, false, true, false],
            ),
            (path.clone(), [false, false, true, false, false]),
            (
                Filter::any([path, port()]),
                [true, true, true, false, false],
            ),
        ] {
            assert_eq!(
                kinds.map(|kind| filter.can_fit(kind)),
                expected,
                "{filter:?}"
            );
        }
    }

    #[test]
    fn owners_are_narrowed_only_where_that_is_safe() {
        for (filter, expected) in [
            (pid(7), &[7][..]),
            (Filter::any([pid(7), pid(8)]), &[7, 8]),
            (Filter::all([closing(), pid(7)]), &[7]),
            (Filter::any([closing(), pid(7)]), &[]),
            (pid(7).negated(), &[]),
            (Filter::NOTHING, &[]),
        ] {
            assert_eq!(filter.pids(), expected, "{filter:?}");
        }
        let needs = |filter: &Filter| {
            [
                filter.needs_owners(),
                filter.needs_program_names(),
                filter.needs_belonging(),
                filter.needs_internals(),
            ]
        };
        for (filter, expected) in [
            (closing(), [false; 4]),
            (pid(7).negated(), [true, false, false, false]),
            (
                Filter::any([closing(), program("x")]),
                [true, true, false, false],
            ),
            (
                column("unit", Subject::Belonging),
                [true, false, true, false],
            ),
            (
                column("rtt_us", Subject::Internals),
                [false, false, false, true],
            ),
            (
                Test::Device(Device::Index(1)).into(),
                [false, false, false, true],
            ),
        ] {
            assert_eq!(needs(&filter), expected, "{filter:?}");
        }
    }

    #[test]
    fn parts_that_are_left_out_never_exclude_a_socket() {
        let is_kept = |test: &Test| matches!(test, Test::Port(..));
        let ssh = || port(Side::Local, 22, 22);
        for (filter, loose) in [
            (Filter::all([ssh(), pid(7)]), ssh()),
            (Filter::any([ssh(), pid(7)]), Filter::EVERYTHING),
            (pid(7).negated(), Filter::EVERYTHING),
            (Filter::any([ssh(), pid(7)]).negated(), ssh().negated()),
            (Filter::all([ssh(), pid(7)]).negated(), Filter::EVERYTHING),
        ] {
            assert_eq!(filter.loosened(&is_kept), loose, "{filter:?}");
        }
        assert_eq!(Filter::all([ssh(), closing()]).of_owners(), None);
        assert_eq!(Filter::all([ssh(), pid(7)]).of_owners(), Some(pid(7)));
        let both = Filter::any([pid(7).negated(), ssh()]);
        assert_eq!(both.of_owners(), Some(pid(7).negated()));
    }
}
