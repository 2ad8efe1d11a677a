//! Which sockets are listed.

use super::belonging::{Belonging, fits_all};
use glob::Pattern;
use ipnet::IpNet;

/// The conditions that sockets have to fit: at least one of each kind.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Ports of either end.
    pub ports: Vec<Ports>,
    /// Ports of the local end.
    pub local_ports: Vec<Ports>,
    /// Ports of the foreign end.
    pub foreign_ports: Vec<Ports>,
    /// Networks of either end. A network that means IPv4 is IPv4's, mapped or not.
    pub addresses: Vec<IpNet>,
    /// Networks of the local end.
    pub local_addresses: Vec<IpNet>,
    /// Networks of the foreign end.
    pub foreign_addresses: Vec<IpNet>,
    /// States, by net-tools' names.
    pub states: Vec<&'static str>,
    /// States that are left out.
    pub no_states: Vec<&'static str>,
    /// PIDs of owners.
    pub pids: Vec<i32>,
    /// Globs for the names of owners' programs.
    pub programs: Vec<Pattern>,
    /// Where owners belong.
    pub belonging: Belonging,
    /// Users.
    pub users: Vec<User>,
    /// Inodes.
    pub inodes: Vec<u64>,
}

impl Filter {
    /// Returns whether every socket fits.
    pub fn is_empty(&self) -> bool {
        *self == Filter::default()
    }

    /// Returns whether no unix socket can fit: they have neither ports nor IP addresses nor a user.
    pub fn excludes_unix(&self) -> bool {
        self.names_ends() || !self.users.is_empty()
    }

    /// Returns whether only sockets with ports or IP addresses can fit.
    pub fn names_ends(&self) -> bool {
        let ports = [&self.ports, &self.local_ports, &self.foreign_ports];
        let addresses = [
            &self.addresses,
            &self.local_addresses,
            &self.foreign_addresses,
        ];
        ports.iter().any(|it| !it.is_empty()) || addresses.iter().any(|it| !it.is_empty())
    }

    /// Returns whether it says whose sockets are meant: by an address, a port, a program, a PID, a
    /// user, or where its owner belongs. A condition that fits everything does not.
    pub fn tells_whom(&self) -> bool {
        let ports = [&self.ports, &self.local_ports, &self.foreign_ports];
        let addresses = [
            &self.addresses,
            &self.local_addresses,
            &self.foreign_addresses,
        ];
        !(self.pids.is_empty() && self.users.is_empty())
            || !self.programs.is_empty() && !self.programs.iter().any(fits_all)
            || self.belonging.tells_whom()
            || ports.iter().any(|it| !it.is_empty() && !are_all(it))
            || addresses.iter().any(|it| {
                let networks = IpNet::aggregate(it);
                !it.is_empty() && !networks.iter().any(|it| it.prefix_len() == 0)
            })
    }

    /// Returns whether owners decide what fits.
    pub fn needs_owners(&self) -> bool {
        !(self.pids.is_empty() && self.programs.is_empty() && self.belonging.is_empty())
    }
}

/// Some ports.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ports {
    /// From the first to the last.
    Range(u16, u16),
    /// The ports of a service, by its name.
    Service(String),
}

/// A user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum User {
    /// By ID.
    Id(u32),
    /// By name.
    Name(String),
}

/// Returns whether these are all ports.
fn are_all(ports: &[Ports]) -> bool {
    let mut ranges: Vec<_> = ports
        .iter()
        .filter_map(|it| match it {
            Ports::Range(first, last) => Some((u32::from(*first), u32::from(*last))),
            Ports::Service(_) => None,
        })
        .collect();
    ranges.sort_unstable();
    let up_to = ranges.into_iter().fold(0, |up_to, (first, last)| {
        if first <= up_to + 1 {
            up_to.max(last)
        } else {
            up_to
        }
    });
    up_to == u32::from(u16::MAX)
}
