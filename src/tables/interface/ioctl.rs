//! What the running kernel reports about an interface, by ioctl on a socket of any kind (`man 7
//! netdevice`). nix can call ioctl, but has none of these calls.

use super::{
    Details, HARDWARE_ADDRESS, Hardware, Inet, Link, LinkError, Map, Name, RareAddress, RareFamily,
    SlipTimers,
};
use crate::tables::Net;
use nix::errno::Errno;
use nix::libc;
use nix::sys::socket::{AddressFamily, SockFlag, SockType, socket};
use std::cell::Cell;
use std::io;
use std::mem::size_of;
use std::net::Ipv4Addr;
use std::os::fd::{AsRawFd, OwnedFd};

/// The size of a name in an `ifreq` (include/uapi/linux/if.h).
const NAME_SIZE: usize = libc::IFNAMSIZ;
/// The size of the union in an `ifreq`.
const VALUE_SIZE: usize = size_of::<libc::ifreq>() - NAME_SIZE;
/// The most interface addresses that are read: far more than any system has.
const MOST_ADDRESSES: usize = 1 << 20;

/// An `ifreq` as bytes: every member of its union consists of these.
#[repr(C)]
#[derive(Clone, Copy)]
struct Request {
    name: [u8; NAME_SIZE],
    value: [u8; VALUE_SIZE],
}

/// The calls. Those by number are SLIP's own: SIOCGKEEPALIVE and SIOCGOUTFILL
/// (include/uapi/linux/if_slip.h).
mod call {
    use super::Request;
    use nix::libc;

    nix::ioctl_readwrite_bad!(flags, libc::SIOCGIFFLAGS, Request);
    nix::ioctl_readwrite_bad!(mtu, libc::SIOCGIFMTU, Request);
    nix::ioctl_readwrite_bad!(hardware, libc::SIOCGIFHWADDR, Request);
    nix::ioctl_readwrite_bad!(map, libc::SIOCGIFMAP, Request);
    nix::ioctl_readwrite_bad!(queue_length, libc::SIOCGIFTXQLEN, Request);
    nix::ioctl_readwrite_bad!(address, libc::SIOCGIFADDR, Request);
    nix::ioctl_readwrite_bad!(destination, libc::SIOCGIFDSTADDR, Request);
    nix::ioctl_readwrite_bad!(broadcast, libc::SIOCGIFBRDADDR, Request);
    nix::ioctl_readwrite_bad!(mask, libc::SIOCGIFNETMASK, Request);
    nix::ioctl_readwrite_bad!(keepalive, 0x89f1, Request);
    nix::ioctl_readwrite_bad!(outfill, 0x89f3, Request);
    nix::ioctl_readwrite_bad!(addresses, libc::SIOCGIFCONF, libc::ifconf);
}

/// One of the calls that fill a [`Request`].
type Call = unsafe fn(libc::c_int, *mut Request) -> nix::Result<libc::c_int>;

/// The sockets for queries.
#[derive(Debug)]
pub struct Kernel {
    socket: OwnedFd,
    /// Sockets for the addresses of rare families that this system has.
    rare: Vec<(RareFamily, OwnedFd)>,
    /// The last query that failed for another reason than that there is no answer.
    failure: Cell<Option<Errno>>,
}

impl Kernel {
    /// Opens the sockets in a namespace; those for rare families only if they are needed.
    ///
    /// # Errors
    /// No socket can be opened, or the namespace can't be entered.
    pub fn new(net: &Net, with_rare: bool) -> io::Result<Kernel> {
        Ok(net.enter(|| Kernel::open(net, with_rare))??)
    }

    fn open(net: &Net, with_rare: bool) -> nix::Result<Kernel> {
        let families = [
            AddressFamily::Inet,
            AddressFamily::Inet6,
            AddressFamily::Unix,
        ];
        let mut opened = Err(Errno::EAFNOSUPPORT);
        let mut failure = None;
        for family in families {
            opened = open_socket(family);
            match opened {
                Ok(_) => break,
                Err(Errno::EAFNOSUPPORT) => {}
                // A socket of another family answers less.
                Err(error) => failure = Some(error),
            }
        }
        Ok(Kernel {
            socket: opened?,
            rare: match with_rare {
                true => rare_sockets(net),
                false => Vec::new(),
            },
            failure: Cell::new(failure),
        })
    }

    /// Returns the last query's error since this was asked, unless it says that there is no answer.
    pub fn take_failure(&self) -> Option<Errno> {
        self.failure.take()
    }

    /// Returns the names of all IPv4 addresses: those of their interfaces, or aliases.
    ///
    /// # Errors
    /// The kernel refuses.
    pub fn names(&self) -> nix::Result<Vec<Name>> {
        let mut room = 64;
        loop {
            let answers = self.addresses(room)?;
            // A full buffer may not hold them all.
            if answers.len() < room || room >= MOST_ADDRESSES {
                let names = answers.iter().filter_map(|it| Name::from_field(&it.name));
                return Ok(names.collect());
            }
            room *= 4;
        }
    }

    /// Returns the interface's flags and MTU.
    ///
    /// # Errors
    /// There is no such interface, or the kernel does not report its flags.
    pub fn link(&self, name: &Name) -> Result<Link, LinkError> {
        let flags = self.ask(call::flags, name).map_err(|error| match error {
            Errno::ENODEV => LinkError::Gone,
            error => LinkError::Refused(error),
        })?;
        Ok(Link {
            flags: number(&flags.value).map(u16::from_ne_bytes),
            // If it is unknown, net-tools has 0.
            mtu: Some(self.ask_number(call::mtu, name).unwrap_or(0)),
        })
    }

    /// Returns the interface's hardware and addresses.
    pub fn details(&self, name: &Name) -> Details {
        // If it is unknown, net-tools has one without a kind.
        let hardware = self
            .answer(call::hardware, name)
            .and_then(|it| hardware(&it.value));
        let hardware = hardware.unwrap_or(Hardware::UNKNOWN);
        let map = self.answer(call::map, name).and_then(|it| map(&it.value));
        let mut slip = SlipTimers::default();
        if hardware.is_slip() {
            slip.outfill = self.ask_number(call::outfill, name).unwrap_or(0);
            slip.keepalive = self.ask_number(call::keepalive, name).unwrap_or(0);
        }
        Details {
            hardware: Some(hardware),
            queue_length: self.ask_number(call::queue_length, name),
            map: Some(map.unwrap_or_default()),
            inet: self.ask_inet(call::address, name).map(|address| Inet {
                address,
                mask: self.ask_inet(call::mask, name),
                broadcast: self.ask_inet(call::broadcast, name),
                destination: self.ask_inet(call::destination, name),
            }),
            slip,
        }
    }

    /// Returns the addresses in rare families.
    pub fn rare_addresses(&self, name: &Name) -> Vec<(RareFamily, RareAddress)> {
        let ask = |(family, socket): &(RareFamily, OwnedFd)| {
            let mut request = request(name);
            if let (RareFamily::Ipx(frame_type), Some(place)) = (family, request.value.get_mut(14))
            {
                *place = *frame_type;
            }
            let answer = call(socket, call::address, request).ok()?;
            let (number, address) = answer.value.split_first_chunk()?;
            let is_of_family = u16::from_ne_bytes(*number) == address_family(*family) as u16;
            Some((
                *family,
                is_of_family
                    .then(|| address.first_chunk().copied())
                    .flatten(),
            ))
        };
        self.rare.iter().filter_map(ask).collect()
    }

    fn ask(&self, what: Call, name: &Name) -> nix::Result<Request> {
        call(&self.socket, what, request(name))
    }

    /// Returns the answer to a query, or `None` if there is none.
    fn answer(&self, what: Call, name: &Name) -> Option<Request> {
        self.ask(what, name)
            .inspect_err(|error| match error {
                // It is gone, has no such address, or its driver does not know.
                Errno::ENODEV
                | Errno::ENXIO
                | Errno::EADDRNOTAVAIL
                | Errno::EOPNOTSUPP
                | Errno::ENOTTY
                | Errno::EINVAL => {}
                error => self.failure.set(Some(*error)),
            })
            .ok()
    }

    fn ask_number(&self, what: Call, name: &Name) -> Option<i32> {
        let answer = self.answer(what, name)?;
        number(&answer.value).map(i32::from_ne_bytes)
    }

    /// Queries a `sockaddr_in`.
    fn ask_inet(&self, what: Call, name: &Name) -> Option<Ipv4Addr> {
        let answer = self.answer(what, name)?;
        let (family, rest) = answer.value.split_first_chunk()?;
        let (_port, rest) = rest.split_first_chunk::<2>()?;
        let is_inet = u16::from_ne_bytes(*family) == libc::AF_INET as u16;
        is_inet
            .then(|| number::<4>(rest).map(Ipv4Addr::from))
            .flatten()
    }

    /// Queries at most `room` addresses.
    fn addresses(&self, room: usize) -> nix::Result<Vec<Request>> {
        let empty = Request {
            name: [0; NAME_SIZE],
            value: [0; VALUE_SIZE],
        };
        let mut answers = vec![empty; room];
        let mut asked = libc::ifconf {
            ifc_len: size_of_val(answers.as_slice()) as libc::c_int,
            ifc_ifcu: libc::__c_anonymous_ifc_ifcu {
                ifcu_buf: answers.as_mut_ptr().cast(),
            },
        };
        // SAFETY: the kernel writes whole `ifreq`s, of the size of ours, to the buffer, no more
        // bytes than `ifc_len` says, and how many these were to `asked`; both live through the call.
        unsafe { call::addresses(self.socket.as_raw_fd(), &raw mut asked) }?;
        let written = usize::try_from(asked.ifc_len).unwrap_or(0);
        answers.truncate(written / size_of::<Request>());
        Ok(answers)
    }
}

/// Returns a datagram socket.
fn open_socket(family: AddressFamily) -> nix::Result<OwnedFd> {
    socket(family, SockType::Datagram, SockFlag::SOCK_CLOEXEC, None)
}

/// Returns sockets for the rare families that the system has, in net-tools' order. They are
/// searched for in /proc first, because opening a socket could load the family's module.
fn rare_sockets(net: &Net) -> Vec<(RareFamily, OwnedFd)> {
    let ipx = net.path("ipx");
    let appletalk = net.path("appletalk");
    let econet = net.host().proc().join("sys/net/econet");
    [
        // Ethernet II, SNAP, 802.2 and 802.3.
        (RareFamily::Ipx(3), &ipx),
        (RareFamily::Ipx(1), &ipx),
        (RareFamily::Ipx(4), &ipx),
        (RareFamily::Ipx(2), &ipx),
        (RareFamily::Ddp, &appletalk),
        (RareFamily::Econet, &econet),
    ]
    .into_iter()
    .filter(|(_, sign)| sign.exists())
    .filter_map(|(family, _)| Some((family, open_socket(address_family(family)).ok()?)))
    .collect()
}

fn address_family(family: RareFamily) -> AddressFamily {
    match family {
        RareFamily::Ipx(_) => AddressFamily::Ipx,
        RareFamily::Ddp => AddressFamily::AppleTalk,
        RareFamily::Econet => AddressFamily::Econet,
    }
}

/// Returns a request about an interface.
fn request(name: &Name) -> Request {
    Request {
        name: name.field(),
        value: [0; VALUE_SIZE],
    }
}

/// Lets the kernel fill a request.
fn call(socket: &OwnedFd, what: Call, mut request: Request) -> nix::Result<Request> {
    // SAFETY: all of these calls read and write one `ifreq`, which has the size of a `Request` and
    // may hold any bytes; it lives through the call, and the socket is open.
    unsafe { what(socket.as_raw_fd(), &raw mut request) }?;
    Ok(request)
}

/// Returns the first bytes of a value.
fn number<const SIZE: usize>(value: &[u8]) -> Option<[u8; SIZE]> {
    value.first_chunk().copied()
}

/// Returns a `sockaddr` with a hardware address.
fn hardware(value: &[u8]) -> Option<Hardware> {
    let (kind, address) = value.split_first_chunk()?;
    Some(Hardware {
        kind: u16::from_ne_bytes(*kind),
        address: number::<HARDWARE_ADDRESS>(address)?,
    })
}

/// Returns an `ifmap`.
// Where a long has 32 bits, it is converted.
#[allow(clippy::useless_conversion)]
fn map(value: &[u8]) -> Option<Map> {
    let (start, rest) = value.split_first_chunk()?;
    let (end, rest) = rest.split_first_chunk()?;
    let (base, rest) = rest.split_first_chunk()?;
    let [interrupt, dma, port] = number(rest)?;
    Some(Map {
        memory_start: libc::c_ulong::from_ne_bytes(*start).into(),
        memory_end: libc::c_ulong::from_ne_bytes(*end).into(),
        base_address: u16::from_ne_bytes(*base),
        interrupt,
        dma,
        port,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kernel_knows_its_loopback() {
        let kernel = Kernel::new(&Net::of(&crate::host::Host::new(None)), true).expect("sockets");
        let name = Name::new(b"lo").expect("a name");
        let link = kernel.link(&name).expect("the loopback interface");
        // IFF_LOOPBACK.
        assert!(link.flags.is_some_and(|flags| flags & 8 != 0));
        assert!(link.mtu.is_some_and(|mtu| mtu > 0));
        let details = kernel.details(&name);
        let loopback = Hardware {
            kind: 772,
            address: [0; HARDWARE_ADDRESS],
        };
        assert_eq!(details.hardware, Some(loopback));
        assert_eq!(details.map, Some(Map::default()));
        let nowhere = Name::new(b"no-such-device").expect("a name");
        assert_eq!(kernel.link(&nowhere), Err(LinkError::Gone));
        assert!(kernel.names().is_ok());
    }

    #[test]
    fn an_ifmap_is_read_field_by_field() {
        let mut value = Vec::new();
        value.extend_from_slice(&libc::c_ulong::to_ne_bytes(0xd0000));
        value.extend_from_slice(&libc::c_ulong::to_ne_bytes(0xdffff));
        value.extend_from_slice(&u16::to_ne_bytes(0x300));
        value.extend_from_slice(&[5, 3, 1]);
        let expected = Map {
            memory_start: 0xd0000,
            memory_end: 0xdffff,
            base_address: 0x300,
            interrupt: 5,
            dma: 3,
            port: 1,
        };
        assert_eq!(map(&value), Some(expected));
        assert_eq!(map(&value[..value.len() - 2]), None);
    }
}
