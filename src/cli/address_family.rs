//! Address families by name.

use crate::tables::rare::Rare;

/// An address family, as the flags and `-A` name it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AddressFamily {
    Inet,
    Inet6,
    Unix,
    Rare(Rare),
    /// Known to net-tools, by this name, and without sockets or routes.
    Barren(&'static str),
}

impl AddressFamily {
    /// Returns the family that one word of `-A`'s list names.
    pub fn from_name(name: &str) -> Option<AddressFamily> {
        Some(match name {
            "inet" | "ip" | "tcpip" => AddressFamily::Inet,
            "inet6" | "ip6" => AddressFamily::Inet6,
            "unix" => AddressFamily::Unix,
            "ipx" => AddressFamily::Rare(Rare::Ipx),
            "ax25" => AddressFamily::Rare(Rare::Ax25),
            "x25" => AddressFamily::Rare(Rare::X25),
            "netrom" => AddressFamily::Rare(Rare::Netrom),
            "rose" => AddressFamily::Rare(Rare::Rose),
            "ddp" | "appletalk" => AddressFamily::Rare(Rare::Ddp),
            "bluetooth" => AddressFamily::Rare(Rare::Bluetooth),
            "ash" => AddressFamily::Barren("ash"),
            "econet" => AddressFamily::Barren("ec"),
            _ => return None,
        })
    }

    /// Returns net-tools' name of the family.
    pub fn name(self) -> &'static str {
        match self {
            AddressFamily::Inet => "inet",
            AddressFamily::Inet6 => "inet6",
            AddressFamily::Unix => "unix",
            AddressFamily::Rare(Rare::Ipx) => "ipx",
            AddressFamily::Rare(Rare::Ax25) => "ax25",
            AddressFamily::Rare(Rare::X25) => "x25",
            AddressFamily::Rare(Rare::Netrom) => "netrom",
            AddressFamily::Rare(Rare::Rose) => "rose",
            AddressFamily::Rare(Rare::Ddp) => "ddp",
            AddressFamily::Rare(Rare::Bluetooth) => "bluetooth",
            AddressFamily::Barren(name) => name,
        }
    }
}
