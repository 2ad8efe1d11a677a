//! How often interfaces have lost and found their carrier, as rtnetlink tells (`man 7 rtnetlink`,
//! include/uapi/linux/if_link.h). /sys tells it, too, but of the namespace that it was mounted in.

use super::Name;
use crate::tables::Net;
use crate::tables::netlink::{SockDiag, attributes, u32_at};
use std::io::{self, ErrorKind};

/// The request for all interfaces, `RTM_GETLINK` (include/uapi/linux/rtnetlink.h).
const GET_LINK: u16 = 18;

/// The length of `struct ifinfomsg`.
const HEADER_LEN: usize = 16;

// Attributes of an interface.
const IFLA_IFNAME: u16 = 3;
const IFLA_LINKINFO: u16 = 18;
const IFLA_CARRIER_CHANGES: u16 = 35;

/// An interface's carrier.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Carrier {
    /// The interface.
    pub name: Name,
    /// Whether it is made by software alone: a driver's kind is told of such only.
    pub is_virtual: bool,
    /// How often the carrier was lost or found.
    pub changes: u32,
}

impl Carrier {
    /// Reads an interface's message, or returns `None` if it tells nothing of the carrier.
    fn of(message: &[u8]) -> Option<Carrier> {
        let (mut name, mut is_virtual, mut changes) = (None, false, None);
        for (kind, value) in attributes(message.get(HEADER_LEN..)?) {
            match kind {
                IFLA_IFNAME => name = Name::new(value.strip_suffix(b"\0").unwrap_or(value)),
                IFLA_LINKINFO => is_virtual = true,
                IFLA_CARRIER_CHANGES => changes = u32_at(value, 0),
                _ => {}
            }
        }
        Some(Carrier {
            name: name?,
            is_virtual,
            changes: changes?,
        })
    }
}

/// Asks the kernel for the carriers of all interfaces of a namespace.
///
/// # Errors
/// The kernel can't be asked, or its list has gaps.
pub fn carriers(net: &Net) -> io::Result<Vec<Carrier>> {
    if !net.can_be_asked() {
        return Err(ErrorKind::Unsupported.into());
    }
    net.enter(|| {
        let mut carriers = Vec::new();
        let mut kernel = SockDiag::open_route()?;
        kernel.list(GET_LINK, &[0; HEADER_LEN], |message| {
            carriers.extend(Carrier::of(message));
        })?;
        Ok(carriers)
    })?
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn attribute(kind: u16, value: &[u8]) -> Vec<u8> {
        let len = 4 + value.len();
        let mut bytes = (len as u16).to_ne_bytes().to_vec();
        bytes.extend(kind.to_ne_bytes());
        bytes.extend(value);
        bytes.resize(len.next_multiple_of(4), 0);
        bytes
    }

    #[test]
    fn a_message_is_read() {
        let name = attribute(IFLA_IFNAME, b"eth0\0");
        let changes = attribute(IFLA_CARRIER_CHANGES, &7_u32.to_ne_bytes());
        // Nested attributes have a flag.
        let kind = attribute(IFLA_LINKINFO | 0x8000, &attribute(1, b"veth\0"));
        let of = |parts: &[&[u8]]| Carrier::of(&[&[0; HEADER_LEN][..], &parts.concat()].concat());
        let carrier = |is_virtual| Carrier {
            name: Name::new(b"eth0").expect("a name"),
            is_virtual,
            changes: 7,
        };
        assert_eq!(of(&[&name, &changes]), Some(carrier(false)));
        assert_eq!(of(&[&changes, &kind, &name]), Some(carrier(true)));
        assert_eq!(of(&[&name]), None);
        assert_eq!(of(&[&changes]), None);
    }

    proptest! {
        #[test]
        fn arbitrary_bytes_are_read_or_rejected(message in any::<Vec<u8>>()) {
            let _ = Carrier::of(&message);
        }
    }
}
