//! Numbers to names: hosts, networks, services and users.
//!
//! The running system is asked through libc, that is through whatever its /etc/nsswitch.conf says,
//! as net-tools asks it, but side by side and no longer than the request allows. Another system
//! (`--root`) is asked through the files in its `etc` folder. Every answer is kept, and printable:
//! names come from strangers.
//!
//! Whoever writes a row asks for names as it goes. Where a name has not come yet, [`Names::host`]
//! and its like wait for it. A listing that would rather go on to its next rows, so that their names
//! are looked up meanwhile, puts [`Names::begin_row`] and [`Names::end_row`] around a row, and
//! writes it again later if it was not complete.

mod files;
mod hosts;
mod lazy;
mod lookups;
mod networks;
mod nss;
mod patience;
mod pool;
mod progress;
mod question;
mod services;
mod users;

pub use services::{Transport, ports_of};
pub use users::uid_of;

use crate::host::Host;
use crate::request::Resolve;
use lazy::LazyNames;
use lookups::Lookups;
use question::Question;
use std::net::{IpAddr, Ipv4Addr};

/// The names of one system, as far as a request wants them.
#[derive(Debug)]
pub struct Names {
    resolve: Resolve,
    source: Source,
}

/// Where the names come from.
#[derive(Debug)]
enum Source {
    /// The running system.
    System(Box<Lookups>),
    /// The files of another one.
    Files(Box<Files>),
}

/// The names in another system's files, read when they are needed.
#[derive(Debug)]
struct Files {
    hosts: LazyNames<IpAddr>,
    networks: LazyNames<Ipv4Addr>,
    services: LazyNames<(Transport, u16)>,
    users: LazyNames<u32>,
}

impl Names {
    /// The names of `host`; nothing is read or asked before it is needed.
    pub fn new(host: &Host, resolve: Resolve) -> Names {
        let source = match host.root() {
            None => Source::System(Box::new(Lookups::new(
                question::ask_system,
                resolve.timeout,
            ))),
            Some(root) => Source::Files(Box::new(Files {
                hosts: LazyNames::new(root, hosts::names),
                networks: LazyNames::new(root, networks::names),
                services: LazyNames::new(root, |root| services::names(Some(root))),
                users: LazyNames::new(root, users::names),
            })),
        };
        Names { resolve, source }
    }

    /// The same names for another listing. Files of another system are read anew; what the running
    /// system has answered is kept, and what it had no name for is asked again after a while.
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

    /// Whether addresses are to be shown as names at all.
    pub fn resolves_hosts(&self) -> bool {
        self.resolve.hosts
    }

    /// The name of the host at `address`; none where it has none or numbers are wanted.
    pub fn host(&mut self, address: IpAddr) -> Option<&[u8]> {
        match &mut self.source {
            _ if !self.resolve.hosts => None,
            Source::System(lookups) => lookups.name(Question::Host(address)),
            Source::Files(files) => files.hosts.name(address),
        }
    }

    /// The name of the network at `address`; none where it has none or numbers are wanted.
    pub fn network(&mut self, address: Ipv4Addr) -> Option<&[u8]> {
        match &mut self.source {
            _ if !self.resolve.hosts => None,
            Source::System(lookups) => lookups.name(Question::Network(address)),
            Source::Files(files) => files.networks.name(address),
        }
    }

    /// The name of the service at `port`; none where it has none or numbers are wanted.
    pub fn service(&mut self, transport: Transport, port: u16) -> Option<&[u8]> {
        match &mut self.source {
            _ if !self.resolve.ports => None,
            Source::System(lookups) => lookups.service(transport, port),
            Source::Files(files) => files.services.name((transport, port)),
        }
    }

    /// The name of the user `uid`; none where there is none or numbers are wanted.
    pub fn user(&mut self, uid: u32) -> Option<&[u8]> {
        match &mut self.source {
            _ if !self.resolve.users => None,
            Source::System(lookups) => lookups.name(Question::User(uid)),
            Source::Files(files) => files.users.name(uid),
        }
    }

    /// Begins a row for which names are asked, but not waited for.
    pub fn begin_row(&mut self) {
        if let Source::System(lookups) = &mut self.source {
            lookups.begin_row();
        }
    }

    /// Ends the row. If it is not complete, names that may still come are missing in it: it should
    /// be written again when there is news, and will be complete some time.
    pub fn end_row(&mut self) -> bool {
        match &mut self.source {
            Source::System(lookups) => lookups.end_row(),
            Source::Files(_) => true,
        }
    }

    /// Whether names have come since this was asked last.
    pub fn have_news(&mut self) -> bool {
        match &mut self.source {
            Source::System(lookups) => lookups.take_answers(),
            Source::Files(_) => false,
        }
    }

    /// Whether the name service is being asked now. Its sockets are ours, and those of a listing.
    pub fn are_asked(&self) -> bool {
        match &self.source {
            Source::System(lookups) => lookups.is_asking(),
            Source::Files(_) => false,
        }
    }

    /// Waits for news, or until what has been asked for has been waited for long enough. On a
    /// terminal, a line on stderr may show the progress from then on.
    pub fn wait(&mut self) {
        if let Source::System(lookups) = &mut self.source {
            lookups.wait();
        }
    }

    /// Takes the line away that shows the progress: to be called before anything else is written.
    pub fn wipe_progress(&mut self) {
        if let Source::System(lookups) = &mut self.source {
            lookups.wipe_progress();
        }
    }

    /// Says on stderr how many of the listing's names have not come in time, if any.
    pub fn say_late(&mut self) {
        if let Source::System(lookups) = &mut self.source {
            lookups.say_late();
        }
    }
}

impl AsMut<Names> for Names {
    fn as_mut(&mut self) -> &mut Names {
        self
    }
}
