//! What net-tools calls the families that we can't list yet, and says of routes that are missing.

use crate::tables::rare::Rare;

/// net-tools' label of the family's sockets.
pub fn label(family: Rare) -> &'static str {
    match family {
        Rare::Ipx => "AF IPX",
        Rare::Ax25 => "AF AX25",
        Rare::X25 => "AF X25",
        Rare::Netrom => "AF NETROM",
        Rare::Rose => "AF ROSE",
        Rare::Ddp => "AF DDP",
        Rare::Bluetooth => "AF BLUETOOTH",
    }
}

/// What net-tools says where a family's routes are missing.
pub enum MissingRoutes {
    /// On stdout.
    OnStdout(&'static str),
    /// On stderr.
    OnStderr(&'static str),
    /// The family has none.
    Unroutable,
}

/// What net-tools says where this family's routes are missing.
pub fn missing_routes(family: Rare) -> MissingRoutes {
    use MissingRoutes::{OnStderr, OnStdout, Unroutable};
    match family {
        Rare::Ipx => {
            OnStdout("IPX routing not in file /proc/net/ipx/route or /proc/net/ipx_route found.")
        }
        Rare::Ax25 => OnStdout("AX.25 not configured in this system."),
        Rare::X25 => OnStdout("X.25 not configured in this system."),
        Rare::Netrom => OnStdout("NET/ROM not configured in this system."),
        Rare::Rose => OnStderr("ROSE not configured in this system."),
        Rare::Ddp => OnStderr("DDP (AppleTalk) not configured on this system."),
        Rare::Bluetooth => Unroutable,
    }
}
