//! What net-tools 2.10 prints about itself, for scripts that look for it when rnetstat is called by
//! its name.

/// `netstat --help`, on stdout.
pub const USAGE: &str = include_str!("netstat_usage.txt");

/// `netstat --help`, on stderr.
pub const USAGE_FAMILIES: &str = "    inet (DARPA Internet) inet6 (IPv6) ax25 (AMPR AX.25) \n    \
     netrom (AMPR NET/ROM) rose (AMPR ROSE) ipx (Novell IPX) \n    \
     ddp (Appletalk DDP) x25 (CCITT X.25) \n";

/// `netstat --version`.
pub const VERSION: &str = include_str!("netstat_version.txt");
