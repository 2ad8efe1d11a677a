//! Whether a socket fits the filter: first by its row, then by its owners.

use super::{Conditions, Joined};
use crate::filter::Surroundings;
use crate::host::Host;
use crate::names::{addresses_of, ports_of, uid_of};
use crate::owners::Owner;
use crate::request::{Cgroup, Column, Device, Filter, Ports, Subject, Test, User};
use crate::tables::{Net, Socket, port_range, sysctl};
use std::time::Duration;

/// A filter that can be held against sockets.
pub struct Selector<'a> {
    /// The filter, with numbers in place of names.
    filter: Filter,
    conditions: &'a dyn Conditions,
}

/// What of a socket's owners counts.
#[derive(Clone, Copy)]
enum Owned<'o> {
    /// They have not been looked at.
    Unseen,
    /// It has this one.
    By(&'o Owner),
    /// It has none.
    ByNobody,
}

impl<'a> Selector<'a> {
    /// Returns the selector of `filter` on `host`. `conditions` are those of its columns; `patience` is
    /// how long the addresses of a host's name are waited for.
    ///
    /// # Errors
    /// The filter names a service, a host, a user or a control group that does not exist.
    pub fn new(
        filter: &Filter,
        host: &Host,
        patience: Duration,
        conditions: &'a dyn Conditions,
    ) -> Result<Selector<'a>, String> {
        Ok(Selector {
            filter: in_numbers(filter, host, patience)?,
            conditions,
        })
    }

    /// Returns the filter, with numbers in place of names.
    pub fn filter(&self) -> &Filter {
        &self.filter
    }

    /// Returns what the filter has to know of a namespace.
    ///
    /// # Errors
    /// Why it can't be read.
    pub fn surroundings(&self, net: &Net) -> Result<Surroundings, String> {
        if !self.filter.has(&|test| *test == Test::Autobound) {
            return Ok(Surroundings::default());
        }
        match port_range::read(net) {
            Ok(range) => Ok(Surroundings {
                port_range: Some(range),
                ..Surroundings::default()
            }),
            Err(error) => Err(format!(
                "the range of local ports is unknown: {}: {error}",
                sysctl::path(net.host(), port_range::SETTING).display()
            )),
        }
    }

    /// Returns whether a socket fits, or `None` if its owners decide.
    pub fn by_row(&self, socket: &Socket<'_>, joined: &mut Joined<'_>) -> Option<bool> {
        self.decide(socket, socket.state(), Owned::Unseen, joined)
    }

    /// Returns whether a socket fits, as if it had this state.
    pub fn fits(
        &self,
        socket: &Socket<'_>,
        state: Option<&'static str>,
        joined: &mut Joined<'_>,
    ) -> bool {
        let by_row = self.decide(socket, state, Owned::Unseen, joined);
        by_row.unwrap_or_else(|| self.by_owners(socket, state, joined))
    }

    /// Returns whether a socket fits, as if it had this state, with one of its owners, which decide.
    /// One whose owner can't be seen does not.
    pub fn by_owners(
        &self,
        socket: &Socket<'_>,
        state: Option<&'static str>,
        joined: &mut Joined<'_>,
    ) -> bool {
        let (owners, inode) = (joined.owners, socket.inode());
        let mut is_owned = false;
        for (owner, _) in owners
            .into_iter()
            .zip(inode)
            .flat_map(|(it, inode)| it.all_of(inode))
        {
            is_owned = true;
            if self.decide(socket, state, Owned::By(owner), joined) == Some(true) {
                return true;
            }
        }
        !is_owned
            && !joined.lacks_known_owner(socket)
            && self.decide(socket, state, Owned::ByNobody, joined) == Some(true)
    }

    /// Returns whether a socket fits with this owner.
    pub fn by_owner<'j>(
        &self,
        socket: &Socket<'_>,
        owner: &'j Owner,
        joined: &mut Joined<'j>,
    ) -> bool {
        self.decide(socket, socket.state(), Owned::By(owner), joined) == Some(true)
    }

    fn decide<'j>(
        &self,
        socket: &Socket<'_>,
        state: Option<&'static str>,
        owned: Owned<'j>,
        joined: &mut Joined<'j>,
    ) -> Option<bool> {
        self.filter.decide(&mut |test| match (test, owned) {
            (Test::Column(column), _) => self.column(column, socket, owned, joined),
            (Test::Device(Device::Name(name)), _) => {
                is_bound_to(socket, joined, |bound| bound == name.as_bytes())
            }
            (Test::Device(Device::Glob(glob)), _) => is_bound_to(socket, joined, |bound| {
                glob.matches(&String::from_utf8_lossy(bound))
            }),
            (test, Owned::By(owner)) if test.is_of_owner() => test.holds_for_owner(owner),
            (test, _) => test.holds_for(socket, state, &joined.surroundings),
        })
    }

    fn column<'j>(
        &self,
        column: &Column,
        socket: &Socket<'_>,
        owned: Owned<'j>,
        joined: &mut Joined<'j>,
    ) -> Option<bool> {
        let is_of_owner = matches!(column.of, Subject::Owner | Subject::Belonging);
        match owned {
            Owned::Unseen if is_of_owner => None,
            Owned::By(owner) if is_of_owner => {
                if column.of == Subject::Belonging && owner.belonging.is_none() {
                    return None;
                }
                joined.about(socket, owner, |joined| {
                    self.conditions.hold(column, socket, joined)
                })
            }
            _ if column.of == Subject::Peer && joined.lacks_known_peer(socket) => None,
            _ if column.of == Subject::Name => loop {
                joined.names.begin_row();
                let holds = self.conditions.hold(column, socket, joined);
                if joined.names.end_row() {
                    return holds;
                }
                joined.names.wait();
            },
            _ => self.conditions.hold(column, socket, joined),
        }
    }
}

/// Returns whether a socket is bound to an interface whose name fits, or `None` if that is not known.
fn is_bound_to(
    socket: &Socket<'_>,
    joined: &mut Joined<'_>,
    fits: impl FnOnce(&[u8]) -> bool,
) -> Option<bool> {
    if socket.inet().is_none() {
        return Some(false);
    }
    if joined.surroundings.lacks_interface {
        return None;
    }
    let index = socket.internals()?.bound_interface();
    let bound = index.and_then(|index| joined.interface_name(index));
    Some(bound.is_some_and(fits))
}

/// Returns the number of the control group at `path`, which may lack the mount's own path.
fn cgroup_id(host: &Host, path: &str) -> Option<u64> {
    if let Ok(id) = path.parse() {
        return Some(id);
    }
    let path = path.trim_start_matches('/');
    let mounts = ["", "sys/fs/cgroup/", "sys/fs/cgroup/unified/"];
    let paths = mounts.iter().map(|mount| format!("{mount}{path}"));
    // A folder elsewhere may have such a path, too.
    let mut groups = paths.filter(|path| path.starts_with("sys/fs/cgroup"));
    let group = groups.find_map(|path| host.files().stat(path).ok())?;
    Some(group.st_ino)
}

/// Looks up the names in a filter.
///
/// # Errors
/// Those of [`Selector::new`].
pub fn check_names(filter: &Filter, host: &Host, patience: Duration) -> Result<(), String> {
    in_numbers(filter, host, patience).map(|_| ())
}

/// Returns the filter with numbers in place of the names of services, hosts, users and control groups.
fn in_numbers(filter: &Filter, host: &Host, patience: Duration) -> Result<Filter, String> {
    filter.try_replace(&mut |test| match test {
        Test::Port(side, Ports::Service(comparison, name)) => {
            let found = ports_of(host, name);
            if found.is_empty() {
                return Err(format!(
                    "there is no service '{name}': expected a service, a number from 1 to 65535 or a range such as 8000-8100"
                ));
            }
            let ports = found
                .into_iter()
                .filter_map(|it| comparison.ports(it.into()));
            Ok(Filter::any(ports.map(|it| Test::Port(*side, it).into())))
        }
        Test::Host(side, name) => {
            let addresses = addresses_of(host, name, patience)?.into_iter();
            let addresses = addresses.map(|it| Filter::network(*side, it.into()));
            Ok(Filter::any(addresses))
        }
        Test::User(User::Name(name)) => match uid_of(host, name) {
            Some(uid) => Ok(Test::User(User::Id(uid)).into()),
            None => Err(format!("there is no user '{name}'")),
        },
        Test::Cgroup(Cgroup::Path(path)) => match cgroup_id(host, path) {
            Some(id) => Ok(Test::Cgroup(Cgroup::Id(id)).into()),
            None => Err(format!("there is no control group (v2) '{path}'")),
        },
        test => Ok(test.clone().into()),
    })
}
