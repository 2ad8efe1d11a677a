//! What is joined to a row on demand, so that nobody pays for what no column shows.

use super::peers::Peers;
use super::{Meter, Rates, Selector};
use crate::filter::Surroundings;
use crate::host::Host;
use crate::names::Names;
use crate::namespaces;
use crate::owners::facts::{Fact, Facts};
use crate::owners::{Owner, Owners};
#[cfg(test)]
use crate::request::Resolve;
use crate::tables::interface::InterfaceNames;
use crate::tables::{Label, Namespace, Net, Socket};
use std::cell::Cell;
use std::sync::Arc;

/// The names, owners and namespace of the rows of one listing.
pub struct Joined<'a> {
    /// The system.
    pub host: &'a Host,
    /// The names for addresses, ports and users.
    pub names: &'a mut Names,
    /// The owners of sockets, or `None` if the listing needs none.
    pub owners: Option<&'a Owners>,
    /// The other ends of sockets, if the listing needs them.
    pub peers: Option<Peers<'a>>,
    /// Facts about owners, read when a column first shows them.
    pub facts: Facts,
    /// The network namespace of the current row.
    pub namespace: Namespace,
    /// The folder of its tables.
    net: Option<&'a Net>,
    /// The names of its interfaces, once somebody has asked.
    interfaces: Option<InterfaceNames>,
    /// What the filter has to know of that.
    pub surroundings: Surroundings,
    /// What selects the rows, or `None` if all are listed.
    pub selector: Option<&'a Selector<'a>>,
    /// What measures TCP connections, if their rates are wanted.
    pub meter: Option<&'a mut Meter>,
    /// What that is called, once somebody has asked or if it was asked for.
    label: Option<Arc<Label>>,
    /// The inode that was last looked up, and its owner: that of a row is asked for several times.
    last: Cell<(u64, Option<&'a Owner>)>,
}

impl<'a> Joined<'a> {
    /// Joins `names` and `owners` to the rows of `host`.
    pub fn new(host: &'a Host, names: &'a mut Names, owners: Option<&'a Owners>) -> Joined<'a> {
        Joined {
            host,
            names,
            owners,
            peers: None,
            facts: Facts::new(host),
            namespace: Namespace::default(),
            net: None,
            interfaces: None,
            surroundings: Surroundings::default(),
            selector: None,
            meter: None,
            label: None,
            last: Cell::new((0, None)),
        }
    }

    /// Goes on with the rows of another namespace.
    pub fn enter_net(&mut self, net: &'a Net) {
        self.enter(net.namespace(), net.label());
        self.net = Some(net);
        self.interfaces = None;
    }

    /// Returns the name of the interface with this index in the current row's namespace, or `None` if
    /// it has gone or can't be known.
    pub fn interface_name(&mut self, index: u32) -> Option<&[u8]> {
        self.interface_names()?.of_index(index)
    }

    /// Returns the names of the interfaces in the current row's namespace.
    pub fn interface_names(&mut self) -> Option<&InterfaceNames> {
        let net = self.net?;
        let names = || InterfaceNames::of(net);
        Some(self.interfaces.get_or_insert_with(names))
    }

    /// Goes on with the rows of another namespace, which is called `label` if namespaces are told apart.
    pub fn enter(&mut self, namespace: Namespace, label: Option<&Arc<Label>>) {
        self.namespace = namespace;
        self.label = label.cloned();
    }

    /// Returns what the current row's namespace is called.
    pub fn label(&mut self) -> &Label {
        let host = self.host;
        self.label
            .get_or_insert_with(|| Arc::new(namespaces::own_label(host)))
    }

    /// Returns the socket's owner with the lowest PID.
    pub fn owner(&self, socket: &Socket<'_>) -> Option<&'a Owner> {
        let (owners, inode) = (self.owners?, socket.held_inode()?);
        let (last, owner) = self.last.get();
        if last == inode {
            return owner;
        }
        let owner = owners.of(inode);
        self.last.set((inode, owner));
        owner
    }

    /// Calls `call` with `owner` as the socket's owner: of several, each may be the one that fits.
    pub fn about<R>(
        &mut self,
        socket: &Socket<'_>,
        owner: &'a Owner,
        call: impl FnOnce(&mut Joined<'a>) -> R,
    ) -> R {
        let before = self.last.get();
        self.last
            .set((socket.held_inode().unwrap_or(0), Some(owner)));
        let result = call(self);
        self.last.set(before);
        result
    }

    /// Goes on with other owners, and returns those before.
    pub fn exchange_owners(&mut self, owners: Option<&'a Owners>) -> Option<&'a Owners> {
        self.last.set((0, None));
        std::mem::replace(&mut self.owners, owners)
    }

    /// Returns how fast a TCP connection of the current namespace is, or `None` if that is not known.
    pub fn rates(&self, socket: &Socket<'_>) -> Option<Rates> {
        self.meter.as_ref()?.rates(self.namespace, socket)
    }

    /// Returns whether the socket fits with this owner.
    pub fn fits_with(&mut self, socket: &Socket<'_>, owner: &'a Owner) -> bool {
        let selector = self.selector;
        selector.is_none_or(|selector| selector.by_owner(socket, owner, self))
    }

    /// Returns whether a process may hold the socket, but none was seen to, because not all processes
    /// could be searched.
    pub fn lacks_known_owner(&self, socket: &Socket<'_>) -> bool {
        let is_held = socket.held_inode().is_some() && self.owner(socket).is_none();
        is_held && self.owners.is_some_and(|it| !it.are_all(self.host))
    }

    /// Returns a fact about the socket's owner with the lowest PID, or `None` if it is not known.
    pub fn fact(&mut self, socket: &Socket<'_>, fact: &Fact) -> Option<&[u8]> {
        let owner = self.owner(socket)?;
        self.facts.of(owner, fact)
    }

    /// Calls `test` with nothing to join.
    #[cfg(test)]
    pub fn with_nothing<R>(test: impl FnOnce(&mut Joined<'_>) -> R) -> R {
        let host = Host::new(None);
        let mut names = Names::new(&host, Resolve::NUMBERS);
        test(&mut Joined::new(&host, &mut names, None))
    }
}
