//! The flags, as clap takes them.

use super::select::Named;
use clap::{ArgAction, Parser};
use std::ffi::OsString;
use std::path::PathBuf;

const ABOUT: &str =
    "Show sockets, their owners, routes and interfaces, as net-tools' netstat does.";

const AFTER_HELP: &str = "\
Words after the flags:
  tcp udp tcp6 udp6 udplite raw unix   only these, as in `rnetstat -ano -p tcp`
  SECONDS                              again that often, as in `rnetstat -t 5`

Long flags may be abbreviated. With none of -t -u -U -w -x -4 -6 -A, sockets of
all kinds are listed.

Unlike net-tools, -o ends each row with the owner's PID, unless -p has shown it.
Called by the name netstat (a symbolic link will do), -o is as in net-tools.

Exit status: 0 done, 1 something could not be listed, 3 unusable arguments.";

const USAGE: &str = "rnetstat [-tuUwx46] [-al] [-noepWvc] [WORD]...
       rnetstat -r [-46] [-neFCvc] [SECONDS]
       rnetstat -s [-tuUwS] [-6] [-c] [WORD]...
       rnetstat -i [-aec] [--delta] [SECONDS]";

/// The command line, taken apart.
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
    term_width = 80,
    next_help_heading = "How to print"
)]
pub struct Flags {
    /// Listeners and connected sockets [default: connected only]
    #[arg(short, long, help_heading = "What to list")]
    pub all: bool,
    /// Listeners only
    #[arg(short, long, help_heading = "What to list")]
    pub listening: bool,
    /// The routing table instead of sockets
    #[arg(short, long, help_heading = "What to list", action = ArgAction::Count)]
    pub route: u8,
    /// Interfaces instead of sockets [-a: all, -e: at length]
    #[arg(short, long, help_heading = "What to list", action = ArgAction::Count)]
    pub interfaces: u8,
    /// With -i, repeated: what has changed, per second
    #[arg(long, help_heading = "What to list")]
    pub delta: bool,
    /// With -r: the forwarding information base [default]
    #[arg(short = 'F', long, help_heading = "What to list")]
    pub fib: bool,
    /// With -r: the route cache
    #[arg(short = 'C', long, help_heading = "What to list")]
    pub cache: bool,
    /// The protocols' counters; -t -u -w -S: only these
    #[arg(short, long, help_heading = "What to list", action = ArgAction::Count)]
    pub statistics: u8,
    /// The system whose tree is at DIR (DIR/proc, DIR/etc)
    #[arg(long, value_name = "DIR", help_heading = "What to list")]
    pub root: Option<PathBuf>,

    /// With -l: read on behind the last listener
    #[arg(long, help_heading = "What to list")]
    pub read_all: bool,

    /// TCP
    #[arg(short, long, help_heading = "Which sockets")]
    pub tcp: bool,
    /// UDP
    #[arg(short, long, help_heading = "Which sockets")]
    pub udp: bool,
    /// UDP-Lite
    #[arg(short = 'U', long, help_heading = "Which sockets")]
    pub udplite: bool,
    /// Raw IP
    #[arg(short = 'w', long, help_heading = "Which sockets")]
    pub raw: bool,
    /// Unix domain sockets
    #[arg(short = 'x', long, help_heading = "Which sockets", action = ArgAction::Append, num_args = 0, default_missing_value = "true")]
    pub unix: Vec<bool>,
    /// IPv4 only [also: --ip]
    #[arg(short = '4', long, alias = "ip", help_heading = "Which sockets", action = ArgAction::Append, num_args = 0, default_missing_value = "true")]
    pub inet: Vec<bool>,
    /// IPv6 only
    #[arg(short = '6', long, help_heading = "Which sockets", action = ArgAction::Append, num_args = 0, default_missing_value = "true")]
    pub inet6: Vec<bool>,
    /// By name: inet,inet6,unix,ax25,ipx,netrom,rose,x25,ddp
    #[arg(short = 'A', long, value_name = "LIST", help_heading = "Which sockets", action = ArgAction::Append, allow_hyphen_values = true, value_parser = Families::read)]
    pub protocol: Vec<Families>,

    /// Numbers instead of names for hosts, ports and users
    #[arg(short, long)]
    pub numeric: bool,
    /// Numbers for hosts
    #[arg(long)]
    pub numeric_hosts: bool,
    /// Numbers for ports
    #[arg(long)]
    pub numeric_ports: bool,
    /// Numbers for users
    #[arg(long)]
    pub numeric_users: bool,
    /// Timers, and the owner's PID as the last column
    #[arg(short = 'o', long)]
    pub timers: bool,
    /// PID and name of the program that owns each socket
    #[arg(short, long)]
    pub programs: bool,
    /// SELinux security context of that program, too
    #[arg(short = 'Z', long)]
    pub context: bool,
    /// More columns; twice with -r: all there are
    #[arg(short, long, action = ArgAction::Count)]
    pub extend: u8,
    /// Addresses and names in full [also: -T, --notrim]
    #[arg(short = 'W', long)]
    pub wide: bool,
    /// The same, under its older name
    #[arg(short = 'T', long, hide = true)]
    pub notrim: bool,
    /// Tell of tables that this system lacks
    #[arg(short, long)]
    pub verbose: bool,
    /// Again every second, until interrupted
    #[arg(short, long)]
    pub continuous: bool,
    /// With -r: numbers for hosts; else nothing, as in net-tools
    #[arg(short = 'N', long)]
    pub symbolic: bool,
    /// This help
    #[arg(short, long, action = ArgAction::Help)]
    pub help: Option<bool>,
    /// The version
    #[arg(short = 'V', long, action = ArgAction::Version)]
    pub version: Option<bool>,

    /// Words after the flags
    #[arg(value_name = "WORD", hide = true)]
    pub words: Vec<OsString>,

    // What net-tools has too: flags that name families, and listings that we can't give yet.
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
    #[arg(short = 'S', long, hide = true)]
    pub sctp: bool,
    #[arg(short = '2', long, hide = true)]
    pub l2cap: bool,
    #[arg(short = 'f', long, hide = true)]
    pub rfcomm: bool,
    #[arg(long, hide = true, action = ArgAction::Append, num_args = 0, default_missing_value = "true")]
    pub bluetooth: Vec<bool>,
    /// net-tools 2.10 accepts it; it changes no listing
    #[arg(short = 'd', hide = true)]
    pub debug: bool,
    #[arg(short, long, hide = true)]
    pub groups: bool,
    #[arg(short = 'M', long, hide = true, action = ArgAction::Count)]
    pub masquerade: u8,
}

/// The address families of one `-A`.
#[derive(Debug, Clone)]
pub struct Families(pub Vec<Named>);

impl Families {
    /// Reads the families that `-A`'s list names.
    ///
    /// # Errors
    /// One of them is unknown.
    pub fn read(list: &str) -> Result<Families, String> {
        let named = |name| {
            Named::from_name(name).ok_or_else(|| format!("Unknown address family `{name}'."))
        };
        list.split(',')
            .map(named)
            .collect::<Result<_, _>>()
            .map(Families)
    }
}
