//! Tables that can't be read: what is said of them, and what that makes of the listing.

use super::rare::{self, Extent};
use crate::host::Host;
use crate::notice;
use crate::report::classic;
use crate::request::{IfMissing, Table};
use crate::tables::inet;
use crate::tables::rare::Rare;
use std::io::{self, ErrorKind};
use std::path::Path;

/// How much of a table has been printed.
pub enum Printed {
    Whole,
    /// Not all rows could be read.
    Partly,
    /// None, though the table was asked for by name.
    Missing,
}

/// How much of a rare family's table has been printed; where it can't be had, that is said.
pub fn printed_rare(
    opened: io::Result<Extent>,
    table: &Table,
    family: Rare,
    host: &Host,
) -> Printed {
    let label = classic::rare::label(family);
    match opened {
        Ok(Extent::Whole) => Printed::Whole,
        Ok(Extent::Part) => Printed::Partly,
        Err(_) if family == Rare::Bluetooth => {
            notice::say(format_args!(
                "feature `{label}' not supported: net-tools lacks it, too"
            ));
            unprinted(table, Printed::Partly)
        }
        Err(error) => {
            let path = host.net(rare::sockets_file(family));
            match error.kind() {
                // Unlike the tables of other families, one that is closed to us counts.
                ErrorKind::PermissionDenied => unread(table, label, &path, &error),
                _ => missing(table, label, &path, &error),
            }
        }
    }
}

/// How a table that was not printed counts: as missing if it was asked for by name.
fn unprinted(table: &Table, otherwise: Printed) -> Printed {
    match table.missing {
        IfMissing::Fatal => Printed::Missing,
        IfMissing::Ignored | IfMissing::Noted => otherwise,
    }
}

/// Says that a table can't be read.
fn unread(table: &Table, label: &str, path: &Path, error: &io::Error) -> Printed {
    notice::say(format_args!("`{label}': {}: {error}", path.display()));
    unprinted(table, Printed::Partly)
}

/// Says that the system lacks a table, where anybody wants to know.
pub fn missing(table: &Table, label: &str, path: &Path, error: &io::Error) -> Printed {
    // Nobody misses a file that isn't there; another reason is worth a word.
    if !matches!(
        error.kind(),
        ErrorKind::NotFound | ErrorKind::PermissionDenied
    ) {
        return unread(table, label, path, error);
    }
    let path = path.display();
    if table.missing != IfMissing::Ignored {
        notice::say(format_args!(
            "no support for `{label}' on this system: {path}: {error}"
        ));
    }
    unprinted(table, Printed::Whole)
}

/// net-tools' label of SCTP's tables.
pub const SCTP_LABEL: &str = "AF INET (sctp)";

/// net-tools' label of a protocol's tables.
pub fn protocol_label(protocol: inet::Protocol) -> &'static str {
    match protocol {
        inet::Protocol::Tcp => "AF INET (tcp)",
        inet::Protocol::Udp => "AF INET (udp)",
        inet::Protocol::Udplite => "AF INET (udplite)",
        inet::Protocol::Raw => "AF INET (raw)",
    }
}
