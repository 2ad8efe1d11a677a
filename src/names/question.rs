//! What the name service is asked, and what it answers.

use super::services::{self, ServiceNames};
use super::{hosts, nss, users};
use crate::sanitize;
use std::net::{IpAddr, Ipv4Addr};
use std::path::Path;

/// What the name service can be asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Question {
    /// The name of the host at an address.
    Host(IpAddr),
    /// The name of the network at an address.
    Network(Ipv4Addr),
    /// The name of the user with an ID.
    User(u32),
    /// The names of all services.
    Services,
}

/// What it answers.
#[derive(Debug)]
pub enum Answer {
    /// A name, printable; none where there is none, or it can't be had.
    Name(Option<Box<[u8]>>),
    /// All services.
    Services(ServiceNames),
}

/// Asks the running system's name service, which may take its time.
pub fn ask_system(question: Question) -> Answer {
    let name = match question {
        Question::Host(address) => nss::host_name(address).map(sanitize::printable_host),
        Question::Network(address) => nss::network_name(address).map(sanitize::printable_host),
        Question::User(uid) => users::name_of(uid),
        Question::Services => return Answer::Services(services::names(None)),
    };
    Answer::Name(name.map(Vec::into_boxed_slice))
}

/// Puts those questions first that will hardly hang, so that they are answered even if all others
/// do: addresses in /etc/hosts are, though it is the name service that tells what they are called.
pub fn put_quick_ones_first(questions: &mut [Question]) {
    let in_file = hosts::names_as_written(Path::new("/"));
    questions.sort_by_key(|question| match question {
        Question::Host(address) => !in_file.contains_key(address),
        Question::Network(_) => true,
        Question::User(_) | Question::Services => false,
    });
}
