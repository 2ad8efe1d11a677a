//! Network interfaces: their counters (/proc/net/dev), their IPv6 addresses (/proc/net/if_inet6)
//! and what else the kernel reports about them, by ioctl or, for another system, in the files of
//! its `sys` folder.
//!
//! The procfs crate reads /proc/net/dev too, but loses the order, gives up at the first bad line
//! and lacks the columns of old kernels; it has no reader of if_inet6.

pub mod dev;
mod index;
pub mod inet6;
mod ioctl;
pub mod links;
mod name;
mod sysfs;

pub use index::InterfaceNames;
pub use name::Name;

use super::ReadError;
use crate::tables::Net;
use ioctl::Kernel;
use std::fmt;
use std::io;
use std::net::Ipv4Addr;
use std::path::PathBuf;
use sysfs::Files;

/// `IFF_UP`: the interface is up (include/uapi/linux/if.h, as those below).
pub const FLAG_UP: u16 = 0x1;
/// `IFF_BROADCAST`: there is a broadcast address.
pub const FLAG_BROADCAST: u16 = 0x2;
/// `IFF_POINTOPOINT`: there is one peer.
pub const FLAG_POINT_TO_POINT: u16 = 0x10;
/// `IFF_PORTSEL`: the driver knows which connector the cable is in.
pub const FLAG_PORT: u16 = 0x2000;
/// `IFF_AUTOMEDIA`: the driver chooses it.
pub const FLAG_AUTO_PORT: u16 = 0x4000;
/// `IFF_RUNNING`: packets can be sent now.
pub const FLAG_RUNNING: u16 = 0x40;

/// The bytes of a hardware address that net-tools takes from the kernel, which has up to 32 and
/// returns 14.
pub const HARDWARE_ADDRESS: usize = 8;

/// The counters of an interface since its creation (`man 5 proc`, /proc/net/dev). Those that the
/// kernel lacks are 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counters {
    /// Received traffic.
    pub received: Received,
    /// Sent traffic.
    pub sent: Sent,
    /// Whether one of them is below zero, as on the oldest kernels, whose counters are signed: those
    /// above `i64::MAX` are by 2^64 too large.
    pub is_signed: bool,
}

impl Counters {
    /// Returns one of them, with its sign.
    pub fn signed(&self, counter: u64) -> i128 {
        match self.is_signed {
            true => i128::from(counter as i64),
            false => i128::from(counter),
        }
    }
}

/// Received traffic.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Received {
    /// Bytes; old kernels don't count them.
    pub bytes: u64,
    /// Packets.
    pub packets: u64,
    /// Bad packets.
    pub errors: u64,
    /// Packets dropped for lack of space.
    pub dropped: u64,
    /// Packets lost in the device's own buffer.
    pub overruns: u64,
    /// Packets with framing errors.
    pub frame: u64,
    /// Compressed packets, as of SLIP.
    pub compressed: u64,
    /// Multicast packets.
    pub multicast: u64,
}

/// Sent traffic.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Sent {
    /// Bytes; old kernels don't count them.
    pub bytes: u64,
    /// Packets.
    pub packets: u64,
    /// Packets that could not be sent.
    pub errors: u64,
    /// Packets dropped for lack of space.
    pub dropped: u64,
    /// Packets lost in the device's own buffer.
    pub overruns: u64,
    /// Collisions.
    pub collisions: u64,
    /// Packets that failed because the carrier was lost.
    pub carrier: u64,
    /// Compressed packets, as of SLIP.
    pub compressed: u64,
}

/// The hardware and its address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hardware {
    /// `ARPHRD_…` (include/uapi/linux/if_arp.h).
    pub kind: u16,
    /// The address, filled up with zeros.
    pub address: [u8; HARDWARE_ADDRESS],
}

/// The kinds of SLIP: plain, compressed, both with 6 bits, and adaptive.
const SLIP_KINDS: [u16; 5] = [256, 257, 258, 259, 264];

impl Hardware {
    /// Unknown hardware.
    pub const UNKNOWN: Hardware = Hardware {
        kind: u16::MAX,
        address: [0; HARDWARE_ADDRESS],
    };

    /// Returns whether it is a serial line that speaks SLIP.
    pub fn is_slip(&self) -> bool {
        SLIP_KINDS.contains(&self.kind)
    }
}

/// What a driver reports about its device (`man 7 netdevice`, SIOCGIFMAP): 0 if it reports nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Map {
    /// The start of its shared memory.
    pub memory_start: u64,
    /// The end of its shared memory.
    pub memory_end: u64,
    /// Its input/output port.
    pub base_address: u16,
    /// Its interrupt.
    pub interrupt: u8,
    /// Its DMA channel.
    pub dma: u8,
    /// The connector that the cable is in (`IF_PORT_…`, include/uapi/linux/netdevice.h).
    pub port: u8,
}

/// An interface's IPv4 address. An interface can have more of them, under names of their own or
/// unknown to ioctl.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Inet {
    /// The address.
    pub address: Ipv4Addr,
    /// The netmask.
    pub mask: Option<Ipv4Addr>,
    /// The broadcast address.
    pub broadcast: Option<Ipv4Addr>,
    /// The peer's address.
    pub destination: Option<Ipv4Addr>,
}

/// A family of addresses that the kernel had once or rarely has, and that ioctl reports.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RareFamily {
    /// Novell IPX, by the number of its frame type (include/uapi/linux/ipx.h); until Linux 4.18.
    Ipx(u8),
    /// AppleTalk DDP.
    Ddp,
    /// Acorn Econet; until Linux 3.4.
    Econet,
}

/// A socket address of such a family: the bytes after the family's number, in network byte order,
/// or `None` if the kernel knows the interface but no address.
pub type RareAddress = Option<[u8; 14]>;

/// An interface's flags and MTU, as far as they are known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Link {
    /// `IFF_…`.
    pub flags: Option<u16>,
    /// The largest packet, in bytes.
    pub mtu: Option<i32>,
}

/// How long a serial line may be silent, in seconds; 0 for ever, or if that is not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SlipTimers {
    /// Until an empty packet is sent.
    pub outfill: i32,
    /// Until the line is closed.
    pub keepalive: i32,
}

/// An interface's hardware and addresses, as far as they are known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Details {
    /// The hardware.
    pub hardware: Option<Hardware>,
    /// The most packets that can wait to be sent.
    pub queue_length: Option<i32>,
    /// What the driver reports.
    pub map: Option<Map>,
    /// The IPv4 address.
    pub inet: Option<Inet>,
    /// SLIP's timers, in seconds.
    pub slip: SlipTimers,
}

/// Why an interface can't be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkError {
    /// It does not exist, or no longer.
    Gone,
    /// The kernel refuses.
    Refused(nix::errno::Errno),
}

impl fmt::Display for LinkError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            LinkError::Gone => out.write_str("Device not found"),
            LinkError::Refused(error) => out.write_str(error.desc()),
        }
    }
}

/// The source of a system's interfaces.
#[derive(Debug)]
pub enum Source {
    /// The running kernel.
    Kernel(Kernel),
    /// The files of another system, which have less.
    Files(Files),
    /// None: the namespace can't be entered. Only the tables tell something.
    Nothing,
}

impl Source {
    /// Returns the source for the system of `net`: the running kernel is queried only about itself.
    /// Addresses in rare families are read only if they are needed.
    ///
    /// # Errors
    /// The kernel can't be queried.
    pub fn new(net: &Net, with_rare: bool) -> io::Result<Source> {
        Ok(match net.host().root() {
            None => Source::Kernel(Kernel::new(net, with_rare)?),
            Some(_) => Source::Files(Files::new(net.host().files())),
        })
    }

    /// Returns the names of interfaces that this source knows; others may be in /proc/net/dev. The
    /// kernel reports those with an IPv4 address.
    ///
    /// # Errors
    /// They can't be read.
    pub fn names(&self) -> Result<Vec<Name>, ReadError> {
        match self {
            Source::Kernel(kernel) => kernel.names().map_err(|error| ReadError::Io {
                path: PathBuf::from("SIOCGIFCONF"),
                source: error.into(),
            }),
            Source::Nothing => Ok(Vec::new()),
            Source::Files(files) => files.names().map_err(|error| ReadError::Io {
                path: files.folder(),
                source: io::Error::new(
                    error.kind(),
                    format!("{error}; flags, MTU and hardware are unknown"),
                ),
            }),
        }
    }

    /// Returns the interface's flags and MTU.
    ///
    /// # Errors
    /// There is no such interface, or the kernel does not report its flags.
    pub fn link(&self, name: &Name) -> Result<Link, LinkError> {
        match self {
            Source::Kernel(kernel) => kernel.link(name),
            Source::Files(files) => Ok(files.link(name)),
            Source::Nothing => Ok(Link::default()),
        }
    }

    /// Returns the interface's hardware and addresses.
    pub fn details(&self, name: &Name) -> Details {
        match self {
            Source::Kernel(kernel) => kernel.details(name),
            Source::Files(files) => files.details(name),
            Source::Nothing => Details::default(),
        }
    }

    /// Returns why the last query failed since this was asked, unless there is simply no answer.
    pub fn take_failure(&self) -> Option<io::Error> {
        match self {
            Source::Kernel(kernel) => kernel.take_failure().map(io::Error::from),
            Source::Files(_) | Source::Nothing => None,
        }
    }

    /// Returns the addresses that it has in rare families, in net-tools' order, and only of those
    /// that the system has.
    pub fn rare_addresses(&self, name: &Name) -> Vec<(RareFamily, RareAddress)> {
        match self {
            Source::Kernel(kernel) => kernel.rare_addresses(name),
            Source::Files(_) | Source::Nothing => Vec::new(),
        }
    }
}
