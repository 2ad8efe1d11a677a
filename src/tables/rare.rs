//! Families that net-tools knows and we can't list yet: where the kernel keeps their tables, so
//! that we can at least tell whether this system has them.

use crate::host::Host;
use crate::request::Rare;
use std::fs::File;
use std::io;

/// The tables of routes of one family.
pub struct Routes {
    /// The files in the `net` folder; one is enough.
    pub files: &'static [&'static str],
    /// What net-tools says where there are none.
    pub missing: &'static str,
    /// Whether it says so on stdout.
    pub on_stdout: bool,
}

/// net-tools' label of the family's sockets.
pub fn label(family: Rare) -> &'static str {
    match family {
        Rare::Sctp => "AF INET (sctp)",
        Rare::Ipx => "AF IPX",
        Rare::Ax25 => "AF AX25",
        Rare::X25 => "AF X25",
        Rare::Netrom => "AF NETROM",
        Rare::Rose => "AF ROSE",
        Rare::Ddp => "AF DDP",
        Rare::Bluetooth => "AF BLUETOOTH",
    }
}

/// The files of the family's sockets in the `net` folder.
fn socket_files(family: Rare) -> &'static [&'static str] {
    match family {
        Rare::Sctp => &["sctp/eps", "sctp/assocs"],
        Rare::Ipx => &["ipx/socket", "ipx"],
        Rare::Ax25 => &["ax25"],
        Rare::X25 => &["x25"],
        Rare::Netrom => &["nr"],
        Rare::Rose => &["rose"],
        Rare::Ddp | Rare::Bluetooth => &[],
    }
}

/// The family's routes; none where it does not route.
pub fn routes(family: Rare) -> Option<Routes> {
    let (files, missing, on_stdout): (&[&str], _, _) = match family {
        Rare::Ipx => (
            &["ipx/route", "ipx_route"],
            "IPX routing not in file /proc/net/ipx/route or /proc/net/ipx_route found.",
            true,
        ),
        Rare::Ax25 => (
            &["ax25_route"],
            "AX.25 not configured in this system.",
            true,
        ),
        Rare::X25 => (
            &["x25/route", "x25_routes"],
            "X.25 not configured in this system.",
            true,
        ),
        Rare::Netrom => (
            &["nr_nodes", "nr_neigh"],
            "NET/ROM not configured in this system.",
            true,
        ),
        Rare::Rose => (
            &["rose_nodes"],
            "ROSE not configured in this system.",
            false,
        ),
        Rare::Ddp => (
            &["atalk_route"],
            "DDP (AppleTalk) not configured on this system.",
            false,
        ),
        Rare::Sctp | Rare::Bluetooth => return None,
    };
    Some(Routes {
        files,
        missing,
        on_stdout,
    })
}

/// Whether the system has sockets of this family.
///
/// # Errors
/// It has none, for this reason.
pub fn has_sockets(host: &Host, family: Rare) -> io::Result<()> {
    has_any(host, socket_files(family))
}

/// Whether the system has one of these files.
///
/// # Errors
/// It has none, for this reason.
pub fn has_any(host: &Host, files: &[&str]) -> io::Result<()> {
    let mut reason = io::Error::from(io::ErrorKind::Unsupported);
    for file in files {
        match File::open(host.net(file)) {
            Ok(_) => return Ok(()),
            Err(error) => reason = error,
        }
    }
    Err(reason)
}
