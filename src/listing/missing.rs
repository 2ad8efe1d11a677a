//! Tables that can't be read: what is reported, and what it means for the listing.
//!
//! The rule: a table that was asked for by name and is missing makes the listing fail. net-tools
//! ends there, once it has printed the same protocol's table of the other IP version, and so does
//! the classic layout. Every other format goes on to the next table and says so.

use super::rows::Extent;
use super::{Needs, Outcome, Warnings};
use crate::request::{IfMissing, Table, TableKind};
use crate::tables::inet::Protocol;
use crate::tables::rare::{self, Rare};
use crate::tables::{Net, group, inet, sctp, unix};
use std::io::{self, ErrorKind};
use std::path::PathBuf;

/// How much of a table has been handed on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Read {
    /// All of it; a table that nobody asked for by name counts as empty if it is missing.
    Whole,
    /// The same, but some lines are not rows.
    Flawed,
    /// Not all rows could be read.
    Part,
    /// Nothing, though it was asked for by name.
    Missing,
}

impl Read {
    /// Returns what the table contributes to a listing's outcome.
    pub fn outcome(self) -> Outcome {
        match self {
            Read::Whole => Outcome::Done,
            Read::Flawed => Outcome::Incomplete,
            Read::Part | Read::Missing => Outcome::Failed,
        }
    }
}

/// Reports a table that can't be opened, if anybody wants to know. To net-tools, one that may not be
/// read is missing, unless it is of a rare family.
pub fn report(
    net: &Net,
    table: &Table,
    error: &io::Error,
    needs: Needs,
    warnings: &mut Warnings,
) -> Read {
    let label = label(table.kind);
    if table.kind == TableKind::Rare(Rare::Bluetooth) {
        warnings.say(format!("feature `{label}' not supported, as in net-tools"));
        return unprinted(table, Read::Part);
    }
    let path = path(net, table.kind);
    let path = path.display();
    // A file that does not exist is no surprise; another reason is.
    if error.kind() != ErrorKind::NotFound {
        warnings.say(format!("`{label}': {path}: {error}"));
        let is_denied = error.kind() == ErrorKind::PermissionDenied;
        let is_missed = match table.kind {
            TableKind::Rare(_) => true,
            _ => !(is_denied && needs.net_tools_status),
        };
        return match is_missed {
            true => unprinted(table, Read::Part),
            false => unprinted(table, Read::Whole),
        };
    }
    if table.missing != IfMissing::Ignored {
        warnings.say(format!(
            "no support for `{label}' on this system: {path}: {error}"
        ));
    }
    unprinted(table, Read::Whole)
}

/// Returns how much of a table has been read whose reading ended like this. To net-tools, an empty
/// file is a table without rows, and a line that is no row is none that counts.
pub fn read(table: &Table, extent: Extent, needs: Needs) -> Read {
    match extent {
        Extent::Whole => Read::Whole,
        Extent::Flawed if needs.net_tools_status => Read::Whole,
        Extent::Flawed => Read::Flawed,
        Extent::Blank if needs.net_tools_status && !is_asked_for_by_name(table) => Read::Whole,
        Extent::Part | Extent::Blank => Read::Part,
    }
}

/// Reports that there is no table of sockets at all, and returns true, unless only those are missing
/// that were asked for: a system may well lack IPv6.
pub fn report_none(net: &Net, warnings: &mut Warnings) -> bool {
    let usual = ["tcp", "udp", "raw", "tcp6", unix::FILE_NAME];
    let is_missing = usual.iter().all(|table| net.open(table).is_err());
    if is_missing {
        let folder = net.path("");
        let folder = folder.display();
        warnings.say(format!("no socket tables in {folder}"));
    }
    is_missing
}

/// Returns whether a table was asked for by name. `-g` names no table of groups.
fn is_asked_for_by_name(table: &Table) -> bool {
    table.missing == IfMissing::Fatal && !matches!(table.kind, TableKind::Groups(_))
}

/// Says that the listing goes on without a table that was asked for by name.
pub fn report_going_on(kind: TableKind, warnings: &mut Warnings) {
    warnings.say(format!(
        "`{}' is left out: listing the other tables",
        label(kind)
    ));
}

/// Returns how a table that was not printed counts: as missing if it was asked for by name.
fn unprinted(table: &Table, otherwise: Read) -> Read {
    match table.missing {
        IfMissing::Fatal => Read::Missing,
        IfMissing::Ignored | IfMissing::Noted => otherwise,
    }
}

/// Returns net-tools' label of a table.
fn label(kind: TableKind) -> &'static str {
    match kind {
        TableKind::Inet(Protocol::Tcp, _) => "AF INET (tcp)",
        TableKind::Inet(Protocol::Udp, _) => "AF INET (udp)",
        TableKind::Inet(Protocol::Udplite, _) => "AF INET (udplite)",
        TableKind::Inet(Protocol::Raw, _) => "AF INET (raw)",
        TableKind::Sctp(..) => "AF INET (sctp)",
        TableKind::Groups(_) => "AF INET (igmp)",
        TableKind::Unix => "AF UNIX",
        TableKind::Rare(family) => family.label(),
    }
}

/// Returns the path of a table's file.
fn path(net: &Net, kind: TableKind) -> PathBuf {
    match kind {
        TableKind::Inet(protocol, family) => net.path(inet::file_name(protocol, family)),
        TableKind::Sctp(part, family) => net.path(sctp::file_name(part, family)),
        TableKind::Groups(family) => net.path(group::file_name(family)),
        TableKind::Unix => net.path(unix::FILE_NAME),
        TableKind::Rare(family) => net.path(rare::sockets_file(family)),
    }
}
