//! The walks: one for each listing.
//!
//! A walk opens the tables in order, skips the rows that the filter excludes, joins owners and
//! names, reports a bad line or a missing table on stderr, and hands typed rows to a [`Sink`]. It
//! does not know which sink it feeds, and a sink opens no file.

mod closings;
mod conditions;
mod elsewhere;
pub mod groups;
pub mod interfaces;
mod joined;
pub mod masquerade;
mod meter;
mod missing;
mod named;
mod peers;
pub mod places;
mod repeats;
pub mod routes;
mod rows;
mod selection;
mod selector;
mod sink;
pub mod sockets;
mod source;
mod started;
pub mod statistics;
pub mod tee;
pub mod unseen;
mod waiting;
mod walk;
mod warnings;

pub use closings::{Closings, DELAY};
pub use conditions::{Conditions, NoConditions};
pub use joined::Joined;
pub use meter::{Meter, Rates};
pub use selector::{Selector, check_names};
pub use sink::{Flow, Needs, RowKind, Sink};
pub use waiting::Waiting;
pub use warnings::Warnings;

use crate::host::Host;
use crate::names::Names;
use crate::owners::Owners;
use crate::tables::Net;

/// How a listing ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Everything that was asked for has been printed.
    Done,
    /// Something that was asked for by name could not be read, or not all of it.
    Failed,
    /// The request asks for something that does not exist.
    Misused,
    /// Everything that could be read has been printed, but owners may be missing that can't be seen.
    Incomplete,
    /// No row fits the filter.
    Nothing,
    /// A check has found something wrong, or a number is not as usual.
    Trouble,
}

impl Outcome {
    /// Returns whether a listing that repeats goes on: rows that fit a filter may come later.
    pub fn may_repeat(self) -> bool {
        matches!(
            self,
            Outcome::Done | Outcome::Incomplete | Outcome::Nothing | Outcome::Trouble
        )
    }

    /// Returns the worse of both, or the first if both are bad.
    pub fn and(self, other: Outcome) -> Outcome {
        let badness = |outcome| match outcome {
            Outcome::Done => 0,
            // What is not known may be what the filter lets through.
            Outcome::Nothing => 1,
            Outcome::Incomplete | Outcome::Trouble => 2,
            Outcome::Failed | Outcome::Misused => 3,
        };
        match badness(other) > badness(self) {
            true => other,
            false => self,
        }
    }
}

/// What a walk reads from.
pub struct Sources<'a> {
    /// The system.
    pub host: &'a Host,
    /// The network namespaces to walk, in this order.
    pub nets: &'a [Net],
    /// The names for addresses, ports and users.
    pub names: &'a mut Names,
    /// What has been reported.
    pub warnings: &'a mut Warnings,
    /// The owners, if they have been searched for already.
    pub owners: Option<Owners>,
    /// The conditions on columns, for a filter that has any.
    pub conditions: &'a dyn Conditions,
    /// What measures TCP connections, if their rates are wanted.
    pub meter: Option<&'a mut Meter>,
}

impl<'a> Sources<'a> {
    /// Returns these sources.
    pub fn new(
        host: &'a Host,
        nets: &'a [Net],
        names: &'a mut Names,
        warnings: &'a mut Warnings,
    ) -> Sources<'a> {
        Sources {
            host,
            nets,
            names,
            warnings,
            owners: None,
            conditions: &NoConditions,
            meter: None,
        }
    }
}
