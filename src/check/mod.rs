//! `--check`: what is wrong with this machine's network, and how one knows.
//!
//! Each check has a file: what it looks at, its rule, and what it says. The rules' limits are constants
//! with their reason. A check speaks of what was read only: what can't be read is said to be unknown.
//! Counts since the boot give information at most, for nobody knows when they rose.

mod accept_queue;
mod close_wait;
mod conntrack;
mod ephemeral_ports;
mod exposed;
mod finding;
mod interfaces;
mod look;
#[cfg(test)]
mod made;
mod memory;
mod neighbours;
mod open_files;
mod orphans;
mod path_mtu;
mod resets;
mod retransmissions;
mod routes;
mod stuck_queues;
mod syn_backlog;
mod syn_sent;
mod tally;
#[cfg(test)]
mod testing;
pub mod text;
mod udp_drops;
mod walk;
mod whose;

pub use finding::{Evidence, Finding, Severity};
pub use look::{Counter, Look, Looks, Unread};
pub use walk::{FindingRow, FindingRows, Summary, walk};
pub use whose::{Whose, named};

use crate::listing::Joined;
use crate::tables::Socket;

/// What a check needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Needs {
    /// Two looks, some time apart.
    pub two_looks: TwoLooks,
    /// The sockets, by [`Check::see`].
    pub sockets: Sockets,
}

/// Whether a check needs two looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TwoLooks {
    /// One is enough.
    No,
    /// It has a state to look at, and a rate if the system moves.
    IfLive,
    /// It has nothing but a rate, and can't be made of a copied system.
    Must,
}

/// Which sockets a check sees.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sockets {
    /// None.
    None,
    /// Those of the last look.
    Once,
    /// Those of both looks.
    Twice,
}

/// A moment at which sockets are seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// The first of two looks. Owners are not known.
    First,
    /// The last look.
    Last,
}

/// A check, as it is known before it is made.
#[derive(Debug, Clone, Copy)]
pub struct About {
    /// Its name on the command line.
    pub name: &'static str,
    /// What it looks for, in a line.
    pub summary: &'static str,
    /// What it needs.
    pub needs: Needs,
    /// Begins it for one network namespace.
    pub begin: fn() -> Box<dyn Check>,
}

/// A check that is being made of one network namespace.
pub trait Check {
    /// Reads the tables that the check alone needs: at the last look, and at the first of two. What can't be
    /// read is kept for [`Check::conclude`].
    fn look(&mut self, _moment: Moment, _looks: &Looks<'_>) {}

    /// Sees a socket. What is kept of sockets must be little: there may be hundreds of thousands.
    fn see(&mut self, _moment: Moment, _socket: &Socket<'_>, _joined: &mut Joined<'_>) {}

    /// Says what is wrong, after the last look: nothing if all is well. If only a part could be made, the
    /// other is a [`Finding::unknown`] among them.
    ///
    /// # Errors
    /// Why no part of it could be made: a part of a sentence.
    fn conclude(&mut self, looks: &Looks<'_>) -> Result<Vec<Finding>, String>;
}

/// All checks, in the order in which they are made.
pub const ALL: &[About] = &[
    accept_queue::ABOUT,
    close_wait::ABOUT,
    ephemeral_ports::ABOUT,
    syn_backlog::ABOUT,
    syn_sent::ABOUT,
    retransmissions::ABOUT,
    stuck_queues::ABOUT,
    udp_drops::ABOUT,
    memory::ABOUT,
    orphans::ABOUT,
    conntrack::ABOUT,
    interfaces::ABOUT,
    neighbours::ABOUT,
    open_files::ABOUT,
    path_mtu::ABOUT,
    resets::ABOUT,
    routes::ABOUT,
    exposed::ABOUT,
];

/// Returns where a socket was read, for [`Evidence`].
fn source(socket: &Socket<'_>) -> &'static str {
    match socket.internals() {
        Some(_) => "sock_diag",
        None => "proc/net",
    }
}

/// Returns the check with this name.
pub fn named_check(name: &str) -> Option<&'static About> {
    ALL.iter().find(|about| about.name == name)
}
