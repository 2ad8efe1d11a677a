//! Numbers to names: hosts, networks, services and users.
//!
//! The running system is asked through libc, that is through whatever its /etc/nsswitch.conf says,
//! as net-tools asks it. Another system (`--root`) is asked through the files in its `etc` folder.
//! Every answer is kept, and printable: names come from strangers.

mod files;
mod hosts;
mod networks;
mod nss;
mod services;
mod users;

pub use services::Transport;

use crate::host::Host;
use crate::request::Resolve;
use std::net::{IpAddr, Ipv4Addr};

/// The names of one system, as far as a request wants them.
#[derive(Debug)]
pub struct Names {
    resolve: Resolve,
    hosts: hosts::Hosts,
    networks: networks::Networks,
    services: services::Services,
    users: users::Users,
}

impl Names {
    /// The names of `host`; nothing is read before it is needed.
    pub fn new(host: &Host, resolve: Resolve) -> Names {
        Names {
            resolve,
            hosts: hosts::Hosts::new(host),
            networks: networks::Networks::new(host),
            services: services::Services::new(host),
            users: users::Users::new(host),
        }
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
