//! Network interfaces: their counters (/proc/net/dev), their IPv6 addresses (/proc/net/if_inet6)
//! and all else that the kernel tells of them, by ioctl or, of another system, by the files in its
//! `sys` folder.
//!
//! The procfs crate reads /proc/net/dev too, but gives it up at the first bad line and does not
//! know the columns of old kernels; it has no reader of if_inet6.

pub mod dev;
pub mod inet6;
mod ioctl;
mod name;
mod sysfs;

pub use name::Name;

use super::ReadError;
use crate::tables::Net;
use ioctl::Kernel;
use std::fmt;
use std::io;
use std::net::Ipv4Addr;
use std::path::PathBuf;
use sysfs::Files;

/// `IFF_UP`: somebody has switched the interface on (include/uapi/linux/if.h, as those below).
pub const FLAG_UP: u16 = 0x1;
/// `IFF_BROADCAST`: there is a broadcast address.
pub const FLAG_BROADCAST: u16 = 0x2;
/// `IFF_POINTOPOINT`: there is one other end.
pub const FLAG_POINT_TO_POINT: u16 = 0x10;
/// `IFF_PORTSEL`: the driver knows which of its sockets the cable is in.
pub const FLAG_PORT: u16 = 0x2000;
/// `IFF_AUTOMEDIA`: and chooses it.
pub const FLAG_AUTO_PORT: u16 = 0x4000;
/// `IFF_RUNNING`: it could carry packets now.
pub const FLAG_RUNNING: u16 = 0x40;

/// How many bytes of a hardware address net-tools takes from the kernel, which has up to 32 and
/// hands out 14.
pub const HARDWARE_ADDRESS: usize = 8;

/// What an interface has carried since it was made (`man 5 proc`, /proc/net/dev). Counters that
/// the kernel does not tell are 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counters {
    /// What came in.
    pub received: Received,
    /// What went out.
    pub sent: Sent,
}

/// What came in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Received {
    /// Bytes; kernels of long ago do not count them.
    pub bytes: u64,
    /// Packets.
    pub packets: u64,
    /// Packets that were bad.
    pub errors: u64,
    /// Packets that there was no room for.
    pub dropped: u64,
    /// Packets lost in the device's own buffer.
    pub overruns: u64,
    /// Packets with framing errors.
    pub frame: u64,
    /// Packets that were compressed, as SLIP's can be.
    pub compressed: u64,
    /// Multicast packets.
    pub multicast: u64,
}

/// What went out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Sent {
    /// Bytes; kernels of long ago do not count them.
    pub bytes: u64,
    /// Packets.
    pub packets: u64,
    /// Packets that could not be sent.
    pub errors: u64,
    /// Packets that there was no room for.
    pub dropped: u64,
    /// Packets lost in the device's own buffer.
    pub overruns: u64,
    /// Collisions.
    pub collisions: u64,
    /// Packets that the carrier was lost for.
    pub carrier: u64,
    /// Packets that were compressed, as SLIP's can be.
    pub compressed: u64,
}

/// What the hardware is and how it is addressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hardware {
    /// `ARPHRD_…` (include/uapi/linux/if_arp.h).
    pub kind: u16,
    /// The address, filled up with zeros.
    pub address: [u8; HARDWARE_ADDRESS],
}

/// The kinds of SLIP: plain, compressed, both with 6 bits, and what decides itself.
const SLIP_KINDS: [u16; 5] = [256, 257, 258, 259, 264];

impl Hardware {
    /// What nothing is known of.
    pub const UNKNOWN: Hardware = Hardware {
        kind: u16::MAX,
        address: [0; HARDWARE_ADDRESS],
    };

    /// Whether it is a serial line that speaks SLIP.
    pub fn is_slip(&self) -> bool {
        SLIP_KINDS.contains(&self.kind)
    }
}

/// What a driver says of its device (`man 7 netdevice`, SIOCGIFMAP): 0 where it has nothing to say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Map {
    /// Where its shared memory begins.
    pub memory_start: u64,
    /// Where its shared memory ends.
    pub memory_end: u64,
    /// Its input/output port.
    pub base_address: u16,
    /// Its interrupt.
    pub interrupt: u8,
    /// Its DMA channel.
    pub dma: u8,
    /// Which of its sockets the cable is in (`IF_PORT_…`, include/uapi/linux/netdevice.h).
    pub port: u8,
}

/// An interface's IPv4 address and what belongs to it; an interface can have more of them, under
/// names of their own or unknown to ioctl.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Inet {
    /// The address.
    pub address: Ipv4Addr,
    /// Which bits of it are the network's.
    pub mask: Option<Ipv4Addr>,
    /// Where packets for all hosts of the network go.
    pub broadcast: Option<Ipv4Addr>,
    /// The address at the other end.
    pub destination: Option<Ipv4Addr>,
}

/// A family of addresses that the kernel had once or has in few systems, and that ioctl tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RareFamily {
    /// Novell IPX, by the number of its frame type (include/uapi/linux/ipx.h); until Linux 4.18.
    Ipx(u8),
    /// AppleTalk DDP.
    Ddp,
    /// Acorn Econet; until Linux 3.4.
    Econet,
}

/// A socket address of such a family: what stands behind the family's number, in network byte
/// order; none where the kernel knows the interface but no address.
pub type RareAddress = Option<[u8; 14]>;

/// What an interface is, as far as it is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Link {
    /// `IFF_…`.
    pub flags: Option<u16>,
    /// The largest packet, in bytes.
    pub mtu: Option<i32>,
}

/// How long a serial line is silent before it is kept awake, in seconds; 0 for never, and where it
/// is not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SlipTimers {
    /// Until an empty packet is sent.
    pub outfill: i32,
    /// Until the line is given up.
    pub keepalive: i32,
}

/// What else an interface is, as far as it is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Details {
    /// The hardware.
    pub hardware: Option<Hardware>,
    /// How many packets can wait to be sent.
    pub queue_length: Option<i32>,
    /// What the driver says.
    pub map: Option<Map>,
    /// The IPv4 address.
    pub inet: Option<Inet>,
    /// SLIP's timers, in seconds.
    pub slip: SlipTimers,
}

/// Why an interface has no row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkError {
    /// It is not there, or no more.
    Gone,
    /// The kernel does not tell.
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

/// Who knows the interfaces of a system.
#[derive(Debug)]
pub enum Source {
    /// The running kernel.
    Kernel(Kernel),
    /// The files of another system, which know less.
    Files(Files),
}

impl Source {
    /// The one who knows those of `host`: the running kernel is asked for nobody else's. Addresses
    /// in rare families are only told where that is wanted.
    ///
    /// # Errors
    /// The kernel can't be asked.
    pub fn new(net: &Net, with_rare: bool) -> io::Result<Source> {
        Ok(match net.host().root() {
            None => Source::Kernel(Kernel::new(net, with_rare)?),
            Some(root) => Source::Files(Files::new(root)),
        })
    }

    /// The names under which interfaces are known here; other interfaces can be found in
    /// /proc/net/dev. The kernel tells those that have an IPv4 address.
    ///
    /// # Errors
    /// They are not told.
    pub fn names(&self) -> Result<Vec<Name>, ReadError> {
        match self {
            Source::Kernel(kernel) => kernel.names().map_err(|error| ReadError::Io {
                path: PathBuf::from("SIOCGIFCONF"),
                source: error.into(),
            }),
            Source::Files(files) => files.names().map_err(|error| ReadError::Io {
                path: files.folder(),
                source: io::Error::new(
                    error.kind(),
                    format!("{error}; flags, MTU and hardware are not known"),
                ),
            }),
        }
    }

    /// What the interface is.
    ///
    /// # Errors
    /// There is none of this name, or the kernel does not even tell its flags.
    pub fn link(&self, name: &Name) -> Result<Link, LinkError> {
        match self {
            Source::Kernel(kernel) => kernel.link(name),
            Source::Files(files) => Ok(files.link(name)),
        }
    }

    /// What else it is.
    pub fn details(&self, name: &Name) -> Details {
        match self {
            Source::Kernel(kernel) => kernel.details(name),
            Source::Files(files) => files.details(name),
        }
    }

    /// The addresses that it has in rare families, in net-tools' order, and only of those that the
    /// system has.
    pub fn rare_addresses(&self, name: &Name) -> Vec<(RareFamily, RareAddress)> {
        match self {
            Source::Kernel(kernel) => kernel.rare_addresses(name),
            Source::Files(_) => Vec::new(),
        }
    }
}
