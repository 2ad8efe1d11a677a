//! Numbers to names: hosts, networks, services and users.
//!
//! The running system is asked through libc, that is through whatever its /etc/nsswitch.conf says,
//! as net-tools asks it. Another system (`--root`) is asked through the files in its `etc` folder.
//! Every answer is kept, and printable: names come from strangers.

mod book;
mod files;
mod hosts;
mod networks;
mod nss;
mod numbers;
mod services;
mod users;

pub use numbers::{ports_of, uid_of};
pub use services::Transport;

use crate::host::Host;
use crate::request::Resolve;
use book::Book;
use services::Services;
use std::net::{IpAddr, Ipv4Addr};

/// How many host names are kept from one listing to the next.
const MOST_HOSTS: usize = 10_000;

/// The names of one system, as far as a request wants them.
#[derive(Debug)]
pub struct Names {
    resolve: Resolve,
    hosts: Book<IpAddr>,
    networks: Book<Ipv4Addr>,
    services: Services,
    users: Book<u32>,
}

impl Names {
    /// The names of `host`; nothing is read before it is needed.
    pub fn new(host: &Host, resolve: Resolve) -> Names {
        Names {
            resolve,
            hosts: hosts::book(host),
            networks: networks::book(host),
            services: Services::new(host),
            users: users::book(host),
        }
    }

    /// The same names for another listing: all are asked for anew, but for the running system's
    /// hosts, which a name server would be asked for every time. Those are forgotten when they
    /// have become many.
    pub fn renew(self, host: &Host) -> Names {
        let keeps_hosts = host.root().is_none() && self.hosts.len() < MOST_HOSTS;
        let mut renewed = Names::new(host, self.resolve);
        if keeps_hosts {
            renewed.hosts = self.hosts;
        }
        renewed
    }

    /// Whether addresses are to be shown as names at all.
    pub fn resolves_hosts(&self) -> bool {
        self.resolve.hosts
    }

    /// The name of the host at `address`; none where it has none or numbers are wanted.
    pub fn host(&mut self, address: IpAddr) -> Option<&[u8]> {
        self.resolve.hosts.then(|| self.hosts.name(address))?
    }

    /// The name of the network at `address`; none where it has none or numbers are wanted.
    pub fn network(&mut self, address: Ipv4Addr) -> Option<&[u8]> {
        self.resolve.hosts.then(|| self.networks.name(address))?
    }

    /// The name of the service at `port`; none where it has none or numbers are wanted.
    pub fn service(&mut self, transport: Transport, port: u16) -> Option<&[u8]> {
        self.resolve
            .ports
            .then(|| self.services.name(transport, port))?
    }

    /// The name of the user `uid`; none where there is none or numbers are wanted.
    pub fn user(&mut self, uid: u32) -> Option<&[u8]> {
        self.resolve.users.then(|| self.users.name(uid))?
    }
}
