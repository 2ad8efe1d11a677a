//! net-tools' own layouts, to the byte, one file per table.

pub mod group;
pub mod hardware;
pub mod inet;
pub mod interface;
pub mod interface_long;
pub mod masquerade;
pub mod rare;
pub mod route;
pub mod route6;
pub mod sctp;
pub mod statistics;
pub mod unix;

use crate::names::{Names, Transport};
use crate::owners::{Owner, Owners};
use crate::report::text::{self, Decimal};
use crate::request::{Columns, Sides};
use std::net::IpAddr;

/// The longest host name that net-tools holds, in bytes.
const NAME_CUT: usize = 127;
/// The longest service name that net-tools holds, in bytes.
const SERVICE_CUT: usize = 63;
/// How wide "PID/Program name" is, in bytes.
const PROGRAM_WIDTH: usize = 20;
/// How many bytes of "PID/Program name" net-tools shows.
const PROGRAM_CUT: usize = 19;

/// What the rows of sockets are written with.
pub struct Context<'a> {
    /// Which columns they have.
    pub columns: Columns,
    /// Names for their numbers.
    pub names: &'a mut Names,
    /// The owners, where a column shows them.
    pub owners: Option<&'a Owners>,
}

impl Context<'_> {
    fn owner(&self, inode: u64) -> Option<&Owner> {
        self.owners?.of(inode)
    }
}

/// The words in a listing's title for the sockets that it shows.
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
/// net-tools asks for the network's name here.
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

/// A port as a service of `transport`, as a number where it has no name, or `*` where it is none.
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

/// Adds "PID/Program name", or `-` where no owner is known.
fn push_program(out: &mut Vec<u8>, owner: Option<&Owner>) {
    let start = out.len();
    match owner {
        Some(owner) => {
            text::push_decimal(out, owner.pid);
            out.push(b'/');
            out.extend_from_slice(&owner.program);
            out.truncate(out.len().min(start + PROGRAM_CUT));
        }
        None => out.push(b'-'),
    }
    text::pad(out, start, PROGRAM_WIDTH);
}

/// Adds a PID, or `-` where no owner is known: the last column of rnetstat's `-o`.
fn push_pid(out: &mut Vec<u8>, owner: Option<&Owner>) {
    match owner {
        Some(owner) => text::push_decimal(out, owner.pid),
        None => out.push(b'-'),
    }
}
