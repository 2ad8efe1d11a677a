//! The flags, as clap parses them.

use super::about::AboutFlags;
use super::address_family::AddressFamily;
use super::check::CheckFlags;
use super::globs::GlobFlags;
use super::kill::KillFlags;
use super::namespaces;
use super::output::{FilterFlags, OutputFlags};
use super::watching::WatchFlags;
use super::words;
use crate::host::ByteOrder;
use crate::request::NamespaceName;
use clap::{ArgAction, Parser, ValueEnum};
use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

const ABOUT: &str = "\
Show sockets, their owners, routes, interfaces and counters, as net-tools'
netstat does.";

const AFTER_HELP: &str = "\
Words after the flags:
  tcp udp tcp6 udp6 udplite raw unix   only these, as in `rnetstat -ano -p tcp`
  SECONDS                              again that often, as in `rnetstat -t 5`
  EXPRESSION                           which rows, in the words of ss, as in
           `rnetstat -tn state established '( dport = :443 or rtt_us > 50000 )'`

Long flags may be abbreviated. Lists have commas: --port 80,8000-8100. Flags of
one kind widen each other, flags of different kinds narrow each other. With a
flag of \"Which rows\", or an expression, listeners are shown without -l.

Unlike net-tools, -o ends each row with the owner's PID, unless -p has shown it.
Called by the name netstat (a symbolic link will do), -o is as in net-tools.

Exit status: 0 done; 1 something could not be listed, no row was let through by
the flags of \"Which rows\" or an expression, or --kill or --close could not do
all that it was to; 3 unusable arguments.";

const USAGE: &str = "\
rnetstat [-altuUSwx46] [-noepZWc] [WORD]...   sockets
       rnetstat -r [-46] [-neFCc]                    routes
       rnetstat -i [-aec] [--delta] [SECONDS]        interfaces
       rnetstat -s [-6tuUSw] | -g [-46n] | -M [-en]  counters, groups, ...
       rnetstat --changes [FLAG]... [WORD]...        what opens and closes
       rnetstat --kill[=SIGNAL] FLAG...              freeing a port
       rnetstat --close FLAG...                      closing its sockets alone";

const LISTINGS: &str = "What to list [default: sockets, without listeners]";
const WHICH: &str = "Which of them [default: all kinds]";
/// The heading of the flags that choose what is printed of each row.
pub const PRINT: &str = "How to print";

/// The parsed command line.
#[derive(Debug, Parser)]
#[command(
    name = "rnetstat",
    version,
    about = ABOUT,
    after_help = AFTER_HELP,
    override_usage = USAGE,
    args_override_self = true,
    disable_help_flag = true,
    disable_version_flag = true,
    term_width = 80
)]
pub struct Flags {
    /// Routes
    #[arg(short, long, action = ArgAction::Append, num_args = 0, default_missing_value = "true", help_heading = LISTINGS)]
    pub route: Vec<bool>,
    /// Interfaces and their counters; with -e at length
    #[arg(short, long, action = ArgAction::Append, num_args = 0, default_missing_value = "true", help_heading = LISTINGS)]
    pub interfaces: Vec<bool>,
    /// The protocols' counters
    #[arg(short, long, action = ArgAction::Append, num_args = 0, default_missing_value = "true", help_heading = LISTINGS)]
    pub statistics: Vec<bool>,
    /// Multicast groups
    #[arg(short, long, help_heading = LISTINGS)]
    pub groups: bool,
    /// Masqueraded connections
    #[arg(short = 'M', long, action = ArgAction::Append, num_args = 0, default_missing_value = "true", help_heading = LISTINGS)]
    pub masquerade: Vec<bool>,

    /// Listeners too; with -i, interfaces that are down too
    #[arg(short, long, help_heading = WHICH)]
    pub all: bool,
    /// Listeners only
    #[arg(short, long, help_heading = WHICH)]
    pub listening: bool,
    /// TCP
    #[arg(short, long, help_heading = WHICH)]
    pub tcp: bool,
    /// UDP
    #[arg(short, long, help_heading = WHICH)]
    pub udp: bool,
    /// UDP-Lite
    #[arg(short = 'U', long, help_heading = WHICH)]
    pub udplite: bool,
    /// SCTP
    #[arg(short = 'S', long, help_heading = WHICH)]
    pub sctp: bool,
    /// Raw IP; with -s, IP and ICMP
    #[arg(short = 'w', long, help_heading = WHICH)]
    pub raw: bool,
    /// Unix domain sockets
    #[arg(short = 'x', long, action = ArgAction::Append, num_args = 0, default_missing_value = "true", help_heading = WHICH)]
    pub unix: Vec<bool>,
    /// IPv4 only [also: --ip]
    #[arg(short = '4', long, alias = "ip", action = ArgAction::Append, num_args = 0, default_missing_value = "true", help_heading = WHICH)]
    pub inet: Vec<bool>,
    /// IPv6 only
    #[arg(short = '6', long, action = ArgAction::Append, num_args = 0, default_missing_value = "true", help_heading = WHICH)]
    pub inet6: Vec<bool>,
    /// Named: inet,inet6,unix,ax25,ipx,netrom,rose,x25,ddp
    #[arg(short = 'A', long, value_name = "LIST", action = ArgAction::Append, allow_hyphen_values = true, value_parser = Families::read, help_heading = WHICH)]
    pub protocol: Vec<Families>,
    /// With -r: the forwarding information base [default]
    #[arg(short = 'F', long, help_heading = WHICH)]
    pub fib: bool,
    /// With -r: the route cache
    #[arg(short = 'C', long, help_heading = WHICH)]
    pub cache: bool,
    /// With -l: read on behind the last listener
    #[arg(long, help_heading = WHICH)]
    pub read_all: bool,
    /// The system whose tree is at DIR (DIR/proc, DIR/etc)
    #[arg(long, value_name = "DIR", help_heading = WHICH)]
    pub root: Option<PathBuf>,
    /// Network namespaces: all, host, names, PIDs, files
    #[arg(long, value_name = "LIST", value_delimiter = ',', allow_hyphen_values = true, value_parser = namespaces::namespace, help_heading = WHICH)]
    pub netns: Vec<NamespaceName>,
    /// With --root: that of DIR's machine, big or little
    #[arg(long, value_name = "ORDER", hide_possible_values = true, help_heading = WHICH)]
    pub byte_order: Option<Order>,

    /// Numbers instead of names for hosts, ports and users
    #[arg(short, long, help_heading = PRINT)]
    pub numeric: bool,
    /// Numbers for hosts
    #[arg(long, help_heading = PRINT)]
    pub numeric_hosts: bool,
    /// Numbers for ports
    #[arg(long, help_heading = PRINT)]
    pub numeric_ports: bool,
    /// Numbers for users
    #[arg(long, help_heading = PRINT)]
    pub numeric_users: bool,
    /// Names of hosts in JSON and CSV too
    #[arg(long, help_heading = PRINT)]
    pub names: bool,
    /// Wait no longer for names [default: 3]; 0: not at all
    #[arg(long, value_name = "SECONDS", value_parser = words::seconds, allow_hyphen_values = true, default_value = "3", hide_default_value = true)]
    pub resolve_timeout: Duration,
    /// Timers, and the owner's PID as the last column
    #[arg(short = 'o', long, help_heading = PRINT)]
    pub timers: bool,
    /// PID and name of the program that owns each socket
    #[arg(short, long, help_heading = PRINT)]
    pub programs: bool,
    /// TCP's internals: round-trip times, windows, bytes, queues
    #[arg(long, help_heading = PRINT)]
    pub tcp_info: bool,
    /// Who is at the other end of each socket; with -p
    #[arg(long, help_heading = PRINT)]
    pub peers: bool,
    /// Bytes per second of TCP connections (UDP counts none)
    #[arg(long, help_heading = PRINT)]
    pub rates: bool,
    /// SELinux security context of that program, too
    #[arg(short = 'Z', long, help_heading = PRINT)]
    pub context: bool,
    /// More columns; twice with -r: all there are
    #[arg(short, long, action = ArgAction::Append, num_args = 0, default_missing_value = "true", help_heading = PRINT)]
    pub extend: Vec<bool>,
    /// Addresses and names in full [also: -T, --notrim]
    #[arg(short = 'W', long, help_heading = PRINT)]
    pub wide: bool,
    /// The same, under its older name
    #[arg(short = 'T', long, hide = true)]
    pub notrim: bool,
    /// Again every second, until interrupted
    #[arg(short, long, help_heading = PRINT)]
    pub continuous: bool,
    /// With -i or -s, repeated: what has risen, per second
    #[arg(long, help_heading = PRINT)]
    pub delta: bool,
    /// With -r: numbers for hosts; else nothing, as in net-tools
    #[arg(short = 'N', long, help_heading = PRINT)]
    pub symbolic: bool,
    /// Tell of tables that this system lacks
    #[arg(short, long, help_heading = PRINT)]
    pub verbose: bool,
    /// This help
    #[arg(short, long, action = ArgAction::Help, help_heading = PRINT)]
    pub help: Option<bool>,
    /// The version
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
