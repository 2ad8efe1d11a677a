//! net-tools' own layouts, to the byte, one file per table.

pub mod changes;
pub mod differences;
pub mod group;
pub mod hardware;
pub mod inet;
pub mod interface;
pub mod interface_long;
pub mod masquerade;
mod output;
pub mod quirks;
pub mod rare;
pub mod route;
pub mod route6;
pub mod sctp;
pub mod sinks;
pub mod statistics;
pub mod unix;

pub use output::{ClassicOutput, Order};

use crate::listing::Joined;
use crate::names::{Names, Transport};
use crate::owners::facts::{CONTEXT, Facts};
use crate::owners::{Owner, Owners};
use crate::report::text::{self, Decimal};
use crate::request::{Columns, Sides};
use crate::sanitize;
use std::net::IpAddr;

/// The longest host name that net-tools holds, in bytes.
const NAME_CUT: usize = 127;
/// The longest service name that net-tools holds, in bytes.
const SERVICE_CUT: usize = 63;
/// The width of "PID/Program name", in bytes.
const PROGRAM_WIDTH: usize = 20;
/// The bytes of "PID/Program name" that net-tools shows.
const PROGRAM_CUT: usize = 19;
/// The width of "Security Context" in rows, in bytes; its title is one byte narrower.
const CONTEXT_WIDTH: usize = 50;

/// Where the owner of a row is found.
#[derive(Debug, Clone, Copy)]
pub enum OwnersOf<'a> {
    /// By its inode among these, if they were searched for.
    Inodes(Option<&'a Owners>),
    /// It is known: this one, or none.
    Row(Option<&'a Owner>),
}

/// What the rows of sockets are written with.
pub struct Context<'a> {
    /// Which columns they have.
    pub columns: Columns,
    /// The names for their numbers.
    pub names: &'a mut Names,
    /// The owners, if a column shows them.
    pub owners: OwnersOf<'a>,
    /// Further facts about owners.
    pub facts: &'a mut Facts,
}

impl<'a> Context<'a> {
    /// Creates the context of a row.
    pub fn new(columns: Columns, joined: &'a mut Joined<'_>) -> Context<'a> {
        Context {
            columns,
            names: joined.names,
            owners: OwnersOf::Inodes(joined.owners),
            facts: &mut joined.facts,
        }
    }

    fn owner(&self, inode: u64) -> Option<&'a Owner> {
        match self.owners {
            OwnersOf::Inodes(owners) => owners?.of(inode),
            OwnersOf::Row(owner) => owner,
        }
    }

    /// Adds the columns about an owner: "PID/Program name" and "Security Context", with a blank
    /// between them.
    fn push_owner(&mut self, out: &mut Vec<u8>, owner: Option<&Owner>) {
        push_program(out, owner);
        if self.columns.contexts {
            out.push(b' ');
            push_context(out, owner.and_then(|owner| self.facts.of(owner, &CONTEXT)));
        }
    }
}

/// Adds the titles of the columns that tell of an owner.
fn push_owner_title(out: &mut Vec<u8>, columns: Columns) {
    text::left(out, b"PID/Program name", PROGRAM_WIDTH);
    if columns.contexts {
        out.push(b' ');
        text::left(out, b"Security Context", CONTEXT_WIDTH - 1);
    }
}

/// Returns the words in a listing's title for the sockets that it shows.
fn sides(sides: Sides) -> &'static [u8] {
    match sides {
        Sides::All => b"(servers and established)\n",
        Sides::Listening => b"(only servers)\n",
        Sides::Connected => b"(w/o servers)\n",
    }
}

/// Adds a host's name or address, as long as net-tools can hold it.
fn push_host(out: &mut Vec<u8>, names: &mut Names, address: IpAddr) {
    match address {
        // These two are never looked up.
        IpAddr::V4(address) if address.is_unspecified() => text::push_ipv4(out, address),
        IpAddr::V6(address) if address.is_unspecified() && names.resolves_hosts() => {
            out.extend_from_slice(b"[::]");
        }
        _ => match names.host(address) {
            // Longer names are cut for IPv4, and do not count as found for IPv6.
            Some(name) if address.is_ipv4() || name.len() <= NAME_CUT => {
                out.extend_from_slice(&name[..name.len().min(NAME_CUT)]);
            }
            _ => text::push_address(out, address),
        },
    }
}

/// Adds the name or address of a socket's end, or of a cached route's. Of addresses in 0.0.0.0/8
/// net-tools looks up the network's name here.
fn push_end(out: &mut Vec<u8>, names: &mut Names, address: IpAddr) {
    match address {
        IpAddr::V4(address) if address.octets()[0] == 0 && !address.is_unspecified() => {
            match names.network(address) {
                Some(name) => out.extend_from_slice(&name[..name.len().min(NAME_CUT)]),
                None => text::push_ipv4(out, address),
            }
        }
        _ => push_host(out, names, address),
    }
}

/// Returns a port as a service of `transport`, as a number if it has no name, or as `*` if it is 0.
/// `decimal` holds the number.
fn port_text<'a>(
    names: &'a mut Names,
    transport: Option<Transport>,
    port: u16,
    decimal: &'a mut Option<Decimal>,
) -> &'a [u8] {
    if port == 0 {
        return b"*";
    }
    match transport.and_then(|transport| names.service(transport, port)) {
        Some(name) => &name[..name.len().min(SERVICE_CUT)],
        None => decimal.insert(Decimal::new(port)).bytes(),
    }
}

/// Returns a number, or a dash if the line was cut before it.
fn known<N: text::Integer>(number: Option<N>) -> text::Decimal {
    number.map_or_else(text::Decimal::dash, text::Decimal::new)
}

/// Adds the user who made a socket.
fn push_user(out: &mut Vec<u8>, names: &mut Names, uid: Option<u32>) {
    const WIDTH: usize = 10;
    match uid.and_then(|uid| names.user(uid)) {
        Some(name) => text::left(out, name, WIDTH),
        // net-tools prints the number as a signed one.
        None => text::left(out, known(uid.map(|uid| uid as i32)).bytes(), WIDTH),
    }
}

/// Adds "PID/Program name", or `-` if no owner is known.
fn push_program(out: &mut Vec<u8>, owner: Option<&Owner>) {
    let start = out.len();
    match owner {
        Some(owner) => {
            text::push_decimal(out, owner.pid);
            out.push(b'/');
            sanitize::push_printable(out, &owner.program);
            out.truncate(out.len().min(start + PROGRAM_CUT));
        }
        None => out.push(b'-'),
    }
    text::pad(out, start, PROGRAM_WIDTH);
}

/// Adds "Security Context", or `-` if none is known. Of a long one net-tools shows the end.
fn push_context(out: &mut Vec<u8>, context: Option<&[u8]>) {
    let context = sanitize::printable(context.unwrap_or(b"-").to_vec());
    let shown = match context.len() {
        ..CONTEXT_WIDTH => &context[..],
        length => &context[length - (CONTEXT_WIDTH - 2)..],
    };
    text::left(out, shown, CONTEXT_WIDTH);
}

/// Adds a PID, or `-` if no owner is known: the last column of rnetstat's `-o`.
fn push_pid(out: &mut Vec<u8>, owner: Option<&Owner>) {
    match owner {
        Some(owner) => text::push_decimal(out, owner.pid),
        None => out.push(b'-'),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each was printed by net-tools 2.10 for a process with this context.
    #[test]
    fn of_long_contexts_the_end_is_shown() {
        let cases = [
            ("", 0, ""),
            ("a:b", 3, "a:b"),
            (&"z".repeat(49), 49, "z"),
            (&"z".repeat(50), 48, "z"),
            (&format!("a:{}:c", "b".repeat(46)), 48, "b"),
            (&format!("{}:", "a".repeat(60)), 48, "a"),
        ];
        for (context, shown, first) in cases {
            let mut out = Vec::new();
            push_context(&mut out, Some(context.as_bytes()));
            assert_eq!(out.len(), CONTEXT_WIDTH, "{context}");
            let text = String::from_utf8(out).expect("text");
            assert_eq!(text.trim_end().len(), shown, "{context}");
            assert!(
                context.ends_with(text.trim_end()) && text.starts_with(first),
                "{context}"
            );
        }
        let mut out = Vec::new();
        push_context(&mut out, None);
        assert_eq!(out, format!("{:<50}", "-").into_bytes());
    }
}
