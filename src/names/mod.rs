//! Names for numbers: hosts, networks, services and users; and the numbers of names.
//!
//! The running system's names come from libc, that is from whatever /etc/nsswitch.conf says, as in
//! net-tools, but they are looked up concurrently and for a limited time. Another system's names
//! (`--root`) come from the files in its `etc` folder. Every name is kept once it is known, and is
//! printable: names come from strangers.
//!
//! [`Names::host`] and its siblings wait for a name that has not come yet. A listing that would
//! rather go on, so that the names of its next rows are looked up meanwhile, defers a row: it calls
//! [`Names::begin_row`] before and [`Names::end_row`] after it, and writes an incomplete row again
//! later.

mod addresses;
mod databases;
mod files;
mod hosts;
mod lazy;
mod lookups;
mod networks;
mod nss;
mod pool;
mod progress;
mod query;
mod services;
mod users;
mod wait_budget;

pub use addresses::addresses_of;
pub use services::{Transport, ports_of};
pub use users::uid_of;

use crate::host::Host;
use crate::request::Resolve;
use lazy::LazyNames;
use lookups::Lookups;
use query::Query;
use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;

/// The names of one system.
#[derive(Debug)]
pub struct Names {
    resolve: Resolve,
    source: Source,
}

/// The source of names.
#[derive(Debug)]
enum Source {
    /// The running system's name service.
    System(Box<Lookups>),
    /// The files of another system.
    Files(Box<Files>),
}

/// The names in another system's files.
#[derive(Debug)]
struct Files {
    hosts: LazyNames<IpAddr>,
    networks: LazyNames<Ipv4Addr>,
    services: LazyNames<(Transport, u16)>,
    users: LazyNames<u32>,
}

impl Names {
    /// Creates the names of `host`, for the kinds of numbers that `resolve` selects. Nothing is read
    /// or queried before the first lookup.
    pub fn new(host: &Host, resolve: Resolve) -> Names {
        let system = host.files();
        let source = match system.root() {
            None => Source::System(Box::new(Lookups::new(query::ask_system, resolve.timeout))),
            Some(_) => Source::Files(Box::new(Files {
                hosts: LazyNames::new(system, hosts::names),
                networks: LazyNames::new(system, networks::names),
                services: LazyNames::new(system, services::names),
                users: LazyNames::new(system, users::names),
            })),
        };
        Names { resolve, source }
    }

    /// Returns the same names for another listing. Another system's files are read anew. The running
    /// system's names are kept, and those that were not found are queried again after a while.
    pub fn renew(self, host: &Host) -> Names {
        match self.source {
            Source::Files(_) => Names::new(host, self.resolve),
            Source::System(mut lookups) => {
                lookups.renew();
                Names {
                    resolve: self.resolve,
                    source: Source::System(lookups),
                }
            }
        }
    }

    /// Returns how long a listing waits for names.
    pub fn patience(&self) -> Duration {
        self.resolve.timeout
    }

    /// Returns whether addresses are shown as names at all.
    pub fn resolves_hosts(&self) -> bool {
        self.resolve.hosts
    }

    /// Returns whether any numbers are shown as names.
    pub fn resolves_any(&self) -> bool {
        self.resolve.hosts || self.resolve.ports || self.resolve.users
    }

    /// Returns the name of the host at `address`, or `None` if it has none or numbers are wanted.
    pub fn host(&mut self, address: IpAddr) -> Option<&[u8]> {
        match &mut self.source {
            _ if !self.resolve.hosts => None,
            Source::System(lookups) => lookups.name(Query::Host(address)),
            Source::Files(files) => files.hosts.name(address),
        }
    }

    /// Returns the name of the network at `address`, or `None` if it has none or numbers are wanted.
    pub fn network(&mut self, address: Ipv4Addr) -> Option<&[u8]> {
        match &mut self.source {
            _ if !self.resolve.hosts => None,
            Source::System(lookups) => lookups.name(Query::Network(address)),
            Source::Files(files) => files.networks.name(address),
        }
    }

    /// Returns the name of the service at `port`, or `None` if it has none or numbers are wanted.
    pub fn service(&mut self, transport: Transport, port: u16) -> Option<&[u8]> {
        match &mut self.source {
            _ if !self.resolve.ports => None,
            Source::System(lookups) => lookups.service(transport, port),
            Source::Files(files) => files.services.name((transport, port)),
        }
    }

    /// Returns the name of the user `uid`, or `None` if there is none or numbers are wanted.
    pub fn user(&mut self, uid: u32) -> Option<&[u8]> {
        match &mut self.source {
            _ if !self.resolve.users => None,
            Source::System(lookups) => lookups.name(Query::User(uid)),
            Source::Files(files) => files.users.name(uid),
        }
    }

    /// Begins a deferred row: until it ends, lookups don't wait.
    pub fn begin_row(&mut self) {
        if let Source::System(lookups) = &mut self.source {
            lookups.begin_row();
        }
    }

    /// Ends a deferred row, and returns whether it is complete. An incomplete row lacks names that
    /// may still come. It should be written again after [`Names::has_new_names`] or [`Names::wait`], and
    /// is complete after finitely many of them.
    pub fn end_row(&mut self) -> bool {
        match &mut self.source {
            Source::System(lookups) => lookups.end_row(),
            Source::Files(_) => true,
        }
    }

    /// Returns whether names have come since the last call. Does not wait.
    pub fn has_new_names(&mut self) -> bool {
        match &mut self.source {
            Source::System(lookups) => lookups.take_answers(),
            Source::Files(_) => false,
        }
    }

    /// Returns whether queries to the name service are in progress. It may then have sockets open in
    /// this process, which a listing would show.
    pub fn is_querying(&self) -> bool {
        match &self.source {
            Source::System(lookups) => lookups.is_querying(),
            Source::Files(_) => false,
        }
    }

    /// Waits until a name comes, or the time for those that were looked up is spent. On a terminal,
    /// this may show a line with the progress on stderr.
    pub fn wait(&mut self) {
        if let Source::System(lookups) = &mut self.source {
            lookups.wait();
        }
    }

    /// Clears the line with the progress. Must be called before anything else is written.
    pub fn clear_progress(&mut self) {
        if let Source::System(lookups) = &mut self.source {
            lookups.clear_progress();
        }
    }

    /// Warns on stderr if names of the listing did not come in time.
    pub fn warn_late(&mut self) {
        if let Source::System(lookups) = &mut self.source {
            lookups.warn_late();
        }
    }
}

impl AsMut<Names> for Names {
    fn as_mut(&mut self) -> &mut Names {
        self
    }
}
