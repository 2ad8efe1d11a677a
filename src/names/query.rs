//! What the name service is asked, and what it answers.

use super::databases::Database;
use super::services::{self, ServiceNames};
use super::{hosts, nss, users};
use crate::host::Tree;
use crate::sanitize::printable_host;
use std::net::{IpAddr, Ipv4Addr};

/// A question to the name service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Query {
    /// The name of the host at an address.
    Host(IpAddr),
    /// The name of the network at an address.
    Network(Ipv4Addr),
    /// The name of the user with an ID.
    User(u32),
    /// The names of all services.
    Services,
}

impl Query {
    /// Returns whether the running system can be asked at all; for `before_note` see
    /// [`Database::is_usable`].
    pub fn can_be_asked(self, before_note: &mut dyn FnMut()) -> bool {
        match self {
            Query::Host(_) => Database::Hosts.is_usable(before_note),
            Query::Network(_) => Database::Networks.is_usable(before_note),
            Query::User(_) => Database::Users.is_usable(before_note),
            Query::Services => {
                // One without the other is something; both are looked at.
                let has_services = Database::Services.is_usable(before_note);
                Database::Protocols.is_usable(before_note) || has_services
            }
        }
    }

    /// Returns the answer without any name.
    pub fn no_name(self) -> Answer {
        match self {
            Query::Services => Answer::Services(ServiceNames::new()),
            Query::Host(_) | Query::Network(_) | Query::User(_) => Answer::Name(None),
        }
    }
}

/// The name service's answer.
#[derive(Debug)]
pub enum Answer {
    /// A printable name, or `None` if there is none or the lookup failed.
    Name(Option<Box<[u8]>>),
    /// The names of all services.
    Services(ServiceNames),
}

/// Asks the running system's name service, and blocks until it answers, which may be never.
pub fn ask_system(query: Query) -> Answer {
    let name = match query {
        Query::Host(address) => nss::host_name(address).map(printable_host),
        Query::Network(address) => nss::network_name(address).map(printable_host),
        Query::User(uid) => users::name_of(uid),
        Query::Services => return Answer::Services(services::names(&Tree::new(None))),
    };
    Answer::Name(name.map(Vec::into_boxed_slice))
}

/// Moves the queries to the front that are unlikely to hang, so that they are answered even if all
/// others do. Addresses in /etc/hosts count as such, although the name service decides what they
/// are called.
pub fn sort_quick_first(queries: &mut [Query]) {
    let in_file = hosts::names_as_written(&Tree::new(None));
    queries.sort_by_key(|query| match query {
        Query::Host(address) => !in_file.contains_key(address),
        Query::Network(_) => true,
        Query::User(_) | Query::Services => false,
    });
}
