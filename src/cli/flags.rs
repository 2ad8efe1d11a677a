//! The flags, as clap parses them.

use super::about::AboutFlags;
use super::address_family::AddressFamily;
use super::check::CheckFlags;
use super::duration;
use super::filter_flags::FilterFlags;
use super::globs::GlobFlags;
use super::help::{ABOUT, AFTER_ALL, USAGE};
use super::kill::KillFlags;
use super::moments::MomentFlags;
use super::namespaces;
use super::output::OutputFlags;
use super::watching::WatchFlags;
use crate::host::ByteOrder;
use crate::request::NamespaceName;
use clap::{ArgAction, Parser, ValueEnum};
use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

/// The heading of the flags that choose a listing.
pub const LISTINGS: &str = "What to list [default: sockets that are not listening]";
/// The heading of the flags that choose kinds of sockets.
pub const WHICH: &str = "Which sockets [default: all protocols]";
/// The heading of the flags that choose rows by what they hold.
pub const ROWS: &str = "Which rows (lists: a,b,c)";
const WHERE: &str = "Where to look [default: this namespace of this system]";
const NAMES: &str = "Names of hosts, ports and users [default: looked up]";
/// The heading of the flags that choose what is printed of each row.
pub const PRINT: &str = "How to print";

/// The parsed command line.
#[derive(Debug, Parser)]
#[command(
    name = "rnetstat",
    version,
    about = ABOUT,
    after_help = AFTER_ALL,
    override_usage = USAGE,
    args_override_self = true,
    disable_help_flag = true,
    disable_version_flag = true,
    term_width = 80
)]
pub struct Flags {
    /// Show the routing table
    #[arg(short, long, action = ArgAction::Append, num_args = 0, default_missing_value = "true", help_heading = LISTINGS)]
    pub route: Vec<bool>,
    /// Show the network interfaces and their counters
    #[arg(short, long, action = ArgAction::Append, num_args = 0, default_missing_value = "true", help_heading = LISTINGS)]
    pub interfaces: Vec<bool>,
    /// Show the counters of the protocols
    #[arg(short, long, action = ArgAction::Append, num_args = 0, default_missing_value = "true", help_heading = LISTINGS)]
    pub statistics: Vec<bool>,
    /// Show the multicast groups
    #[arg(short, long, help_heading = LISTINGS)]
    pub groups: bool,
    /// Show masqueraded connections
    #[arg(short = 'M', long, action = ArgAction::Append, num_args = 0, default_missing_value = "true", help_heading = LISTINGS)]
    pub masquerade: Vec<bool>,

    /// Include listening sockets; with -i, down interfaces
    #[arg(short, long, help_heading = WHICH)]
    pub all: bool,
    /// Show only listening sockets
    #[arg(short, long, help_heading = WHICH)]
    pub listening: bool,
    /// Show TCP sockets
    #[arg(short, long, help_heading = WHICH)]
    pub tcp: bool,
    /// Show UDP sockets
    #[arg(short, long, help_heading = WHICH)]
    pub udp: bool,
    /// Show UDP-Lite sockets
    #[arg(short = 'U', long, help_heading = WHICH)]
    pub udplite: bool,
    /// Show SCTP sockets
    #[arg(short = 'S', long, help_heading = WHICH)]
    pub sctp: bool,
    /// Show raw IP sockets; with -s, IP and ICMP
    #[arg(short = 'w', long, help_heading = WHICH)]
    pub raw: bool,
    /// Show unix domain sockets
    #[arg(short = 'x', long, action = ArgAction::Append, num_args = 0, default_missing_value = "true", help_heading = WHICH)]
    pub unix: Vec<bool>,
    /// Show only IPv4 [also: --ip]
    #[arg(short = '4', long, alias = "ip", action = ArgAction::Append, num_args = 0, default_missing_value = "true", help_heading = WHICH)]
    pub inet: Vec<bool>,
    /// Show only IPv6
    #[arg(short = '6', long, action = ArgAction::Append, num_args = 0, default_missing_value = "true", help_heading = WHICH)]
    pub inet6: Vec<bool>,
    /// Show inet,inet6,unix,ax25,ipx,netrom,rose,x25,ddp
    #[arg(short = 'A', long, value_name = "LIST", action = ArgAction::Append, allow_hyphen_values = true, value_parser = Families::read, help_heading = WHICH)]
    pub protocol: Vec<Families>,
    /// With -r: show the forwarding information base [default]
    #[arg(short = 'F', long, help_heading = LISTINGS)]
    pub fib: bool,
    /// With -r: show the route cache
    #[arg(short = 'C', long, help_heading = LISTINGS)]
    pub cache: bool,
    /// With -l: read on after the last listening socket
    #[arg(long, help_heading = WHICH)]
    pub read_all: bool,
    /// Show the system with files in DIR/proc and DIR/etc
    #[arg(long, value_name = "DIR", help_heading = WHERE)]
    pub root: Option<PathBuf>,
    /// Show network namespaces: all, host, names, PIDs
    #[arg(long, value_name = "LIST", value_delimiter = ',', allow_hyphen_values = true, value_parser = namespaces::namespace, help_heading = WHERE)]
    pub netns: Vec<NamespaceName>,
    /// With --root: its machine's byte order, big or little
    #[arg(long, value_name = "ORDER", hide_possible_values = true, ignore_case = true, help_heading = WHERE)]
    pub byte_order: Option<Order>,

    /// Show numbers instead of names
    #[arg(short, long, help_heading = NAMES)]
    pub numeric: bool,
    /// Show numbers for hosts
    #[arg(long, help_heading = NAMES)]
    pub numeric_hosts: bool,
    /// Show numbers for ports
    #[arg(long, help_heading = NAMES)]
    pub numeric_ports: bool,
    /// Show numbers for users
    #[arg(long, help_heading = NAMES)]
    pub numeric_users: bool,
    /// Look up host names for JSON and CSV, too
    #[arg(long, help_heading = NAMES)]
    pub names: bool,
    /// Wait at most this long for names [default: 3]
    #[arg(long, value_name = "TIME", value_parser = duration::parse, allow_hyphen_values = true, default_value = "3", hide_default_value = true, help_heading = NAMES)]
    pub resolve_timeout: Duration,
    /// Show timers, and the owner's PID in the last column
    #[arg(short = 'o', long, help_heading = PRINT)]
    pub timers: bool,
    /// Show the PID and name of the program that owns each socket
    #[arg(short, long, help_heading = PRINT)]
    pub programs: bool,
    /// Show TCP internals: round-trip time, window, bytes, queues
    #[arg(long, help_heading = PRINT)]
    pub tcp_info: bool,
    /// Show the process at the other end of each socket
    #[arg(long, help_heading = PRINT)]
    pub peers: bool,
    /// Show the bytes per second of TCP connections
    #[arg(long, help_heading = PRINT)]
    pub rates: bool,
    /// Show the SELinux security context of the owner
    #[arg(short = 'Z', long, help_heading = PRINT)]
    pub context: bool,
    /// Show more columns; with -r, -ee shows all of them
    #[arg(short, long, action = ArgAction::Append, num_args = 0, default_missing_value = "true", help_heading = PRINT)]
    pub extend: Vec<bool>,
    /// Do not cut addresses, names, commands [also: -T, --notrim]
    #[arg(short = 'W', long, help_heading = PRINT)]
    pub wide: bool,
    /// The same, under its older name
    #[arg(short = 'T', long, hide = true)]
    pub notrim: bool,
    /// Repeat every second until interrupted
    #[arg(short, long, help_heading = PRINT)]
    pub continuous: bool,
    /// With -i or -s and an interval: show the change per second
    #[arg(long, help_heading = PRINT)]
    pub delta: bool,
    /// With -r: show numbers for hosts; no effect otherwise
    #[arg(short = 'N', long, help_heading = PRINT)]
    pub symbolic: bool,
    /// Report tables that this system does not have
    #[arg(short, long, help_heading = PRINT)]
    pub verbose: bool,
    /// Show a short help
    #[arg(short, long, action = ArgAction::Help, help_heading = PRINT)]
    pub help: Option<bool>,
    /// Show the version; with -v, what the kernel offers
    #[arg(short = 'V', long, action = ArgAction::Version, help_heading = PRINT)]
    pub version: Option<bool>,

    #[command(flatten)]
    pub filter: FilterFlags,

    #[command(flatten)]
    pub globs: GlobFlags,

    #[command(flatten)]
    pub output: OutputFlags,

    #[command(flatten)]
    pub watching: WatchFlags,

    #[command(flatten)]
    pub moments: MomentFlags,

    #[command(flatten)]
    pub check: CheckFlags,

    #[command(flatten)]
    pub kill: KillFlags,

    #[command(flatten)]
    pub about: AboutFlags,

    /// Words after the flags
    #[arg(value_name = "WORD", hide = true)]
    pub words: Vec<OsString>,

    // What net-tools has too, and is rarely used.
    #[arg(long, hide = true, action = ArgAction::Append, num_args = 0, default_missing_value = "true")]
    pub ax25: Vec<bool>,
    #[arg(long, hide = true, action = ArgAction::Append, num_args = 0, default_missing_value = "true")]
    pub ipx: Vec<bool>,
    #[arg(long, hide = true, action = ArgAction::Append, num_args = 0, default_missing_value = "true")]
    pub x25: Vec<bool>,
    #[arg(long, hide = true, action = ArgAction::Append, num_args = 0, default_missing_value = "true")]
    pub netrom: Vec<bool>,
    #[arg(long, hide = true, action = ArgAction::Append, num_args = 0, default_missing_value = "true")]
    pub rose: Vec<bool>,
    #[arg(long, alias = "appletalk", hide = true, action = ArgAction::Append, num_args = 0, default_missing_value = "true")]
    pub ddp: Vec<bool>,
    /// net-tools 2.10 accepts it and forgets it
    #[arg(long, hide = true)]
    pub tcpip: bool,
    #[arg(short = '2', long, hide = true)]
    pub l2cap: bool,
    #[arg(short = 'f', long, hide = true)]
    pub rfcomm: bool,
    #[arg(long, hide = true, action = ArgAction::Append, num_args = 0, default_missing_value = "true")]
    pub bluetooth: Vec<bool>,
    /// net-tools 2.10 accepts it; it changes no listing
    #[arg(short = 'd', hide = true)]
    pub debug: bool,
}

/// The orders of bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Order {
    Big,
    Little,
}

impl From<Order> for ByteOrder {
    fn from(order: Order) -> ByteOrder {
        match order {
            Order::Big => ByteOrder::Big,
            Order::Little => ByteOrder::Little,
        }
    }
}

/// The address families of one `-A`.
#[derive(Debug, Clone)]
pub struct Families(pub Vec<AddressFamily>);

impl Families {
    /// Parses a list of `-A`.
    ///
    /// # Errors
    /// One of them is unknown.
    pub fn read(list: &str) -> Result<Families, String> {
        let named = |name| {
            AddressFamily::from_name(name)
                .ok_or_else(|| format!("Unknown address family `{name}'."))
        };
        list.split(',')
            .map(named)
            .collect::<Result<_, _>>()
            .map(Families)
    }
}
