//! Families that net-tools knows and we can't list yet: where the kernel keeps their tables, so
//! that we can at least tell whether this system has them.

use crate::host::Host;
use std::io;

/// Families that net-tools knows and we can't list yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rare {
    /// Novell IPX.
    Ipx,
    /// Amateur radio AX.25.
    Ax25,
    /// CCITT X.25.
    X25,
    /// Amateur radio NET/ROM.
    Netrom,
    /// Amateur radio ROSE.
    Rose,
    /// AppleTalk DDP; net-tools knows its routes, but not its sockets.
    Ddp,
    /// Bluetooth L2CAP and RFCOMM; net-tools 2.10 is built without.
    Bluetooth,
}

/// The files of the family's sockets in the `net` folder.
fn socket_files(family: Rare) -> &'static [&'static str] {
    match family {
        Rare::Ipx => &["ipx/socket", "ipx"],
        Rare::Ax25 => &["ax25"],
        Rare::X25 => &["x25"],
        Rare::Netrom => &["nr"],
        Rare::Rose => &["rose"],
        Rare::Ddp | Rare::Bluetooth => &[],
    }
}

/// The files of the family's routes in the `net` folder; none where it does not route.
fn route_files(family: Rare) -> &'static [&'static str] {
    match family {
        Rare::Ipx => &["ipx/route", "ipx_route"],
        Rare::Ax25 => &["ax25_route"],
        Rare::X25 => &["x25/route", "x25_routes"],
        Rare::Netrom => &["nr_nodes", "nr_neigh"],
        Rare::Rose => &["rose_nodes"],
        Rare::Ddp => &["atalk_route"],
        Rare::Bluetooth => &[],
    }
}

/// Whether the system has sockets of this family.
///
/// # Errors
/// It has none, for this reason.
pub fn has_sockets(host: &Host, family: Rare) -> io::Result<()> {
    has_any(host, socket_files(family))
}

/// Whether the system has routes of this family.
///
/// # Errors
/// It has none, for this reason.
pub fn has_routes(host: &Host, family: Rare) -> io::Result<()> {
    has_any(host, route_files(family))
}

/// Whether the system has one of these files.
fn has_any(host: &Host, files: &[&str]) -> io::Result<()> {
    let mut reason = io::Error::from(io::ErrorKind::NotFound);
    for file in files {
        match host.open_net(file) {
            Ok(_) => return Ok(()),
            Err(error) => reason = error,
        }
    }
    Err(reason)
}
