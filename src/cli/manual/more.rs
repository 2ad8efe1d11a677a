//! What the manual says about flags beyond the help, a sentence a line.

/// Returns what applies to all flags of the group with this title.
pub fn of_group(title: &str) -> Option<&'static str> {
    find(GROUPS, title)
}

/// Returns what applies to one flag, by its long name.
pub fn of_flag(long: &str) -> Option<&'static str> {
    find(FLAGS, long)
}

fn find(texts: &[(&str, &'static str)], name: &str) -> Option<&'static str> {
    let found = texts.iter().find(|(it, _)| *it == name);
    found.map(|(_, text)| *text)
}

const GROUPS: &[(&str, &str)] = &[
    (
        "What to list",
        "Without any of these, sockets that are not listening are listed.",
    ),
    (
        "Which sockets",
        "Without a flag that names a protocol, the sockets of all protocols are listed.",
    ),
    (
        "Which rows",
        "These flags choose sockets, in every format.
The parts of a LIST are separated by commas.
A socket must match one part of each flag that you give.
A part with ! in front, such as !22, excludes.
For more than that, see EXPRESSIONS.
With any of these flags, listening sockets are shown without -l or -a, owners are
looked up without -p if the flag needs them, and the exit status is 1 if no socket
matches.
An SCTP socket matches if any of its addresses matches.
AX.25, IPX, NET/ROM, ROSE and X.25 have no ports and no IP addresses, and raw
sockets have no ports, so filters for these never match them.",
    ),
    (
        "In which form",
        "FORMATS explains the formats, and FIELDS the names of the fields.",
    ),
];

const FLAGS: &[(&str, &str)] = &[
    ("route", "These are the routes of IPv4, or with -6 of IPv6."),
    (
        "interfaces",
        "Only interfaces that are up are shown, or with -a all of them.
With -e, the listing has the long form.",
    ),
    (
        "statistics",
        "With -t, -u, -U, -S or -w, only the counters of TCP, UDP, UDP-Lite, SCTP, or IP
and ICMP are shown; with -6, those of IPv6.",
    ),
    (
        "groups",
        "Both IPv4 and IPv6 are shown, or with -4 or -6 only one of them.
The classic format then shows the sockets of that version, too.",
    ),
    (
        "masquerade",
        "Only old kernels have a table of them.
With -e, sequence numbers are shown.",
    ),
    (
        "listening",
        "Of protocols other than TCP, sockets without a foreign address count as
listening.",
    ),
    ("sctp", "These are its endpoints and its associations."),
    (
        "protocol",
        "Each of these also has a long flag, such as --ax25.",
    ),
    ("cache", "Linux has had no cache for IPv4 since 3.6."),
    (
        "read-all",
        "The running kernel lists listening sockets first, so -l stops at the first TCP
socket that does not listen.
After it, there are only rare attempts to connect to port 0, which net-tools shows
as listening.",
    ),
    ("netns", "See NETWORK NAMESPACES."),
    (
        "root",
        "DIR can be the host, seen from a container, or an unpacked archive.
See OTHER SYSTEMS.",
    ),
    (
        "byte-order",
        "Without it, the byte order is found from the files below DIR.
See OTHER SYSTEMS.",
    ),
    (
        "resolve-timeout",
        "This is the total for one listing; 0 means not to wait at all.
Then numbers are shown, and a note on stderr says how many names are missing.
See NAMES.",
    ),
    (
        "timers",
        "With -p, the owner is shown in its own column, and the PID is not repeated.",
    ),
    (
        "tcp-info",
        "It lists TCP only, unless you name another protocol, and prints a table, unless
you name another format.
The other formats have all fields that sock_diag(7) provides.
See Internals of sockets, under FIELDS.",
    ),
    (
        "peers",
        "It implies -p, and prints a table unless you name another format.
See PEERS.",
    ),
    (
        "rates",
        "It lists TCP only, unless you name another protocol, and prints a table, unless
you name another format.
See RATES.",
    ),
    (
        "verbose",
        "In formats other than classic, it also reports whether rows come from /proc or
from sock_diag(7).
With -V, it reports which interfaces of the kernel this machine offers.",
    ),
    (
        "programs",
        "Root sees the owners of all sockets, other users only their own processes.",
    ),
    ("context", "It implies -p, and needs a system with SELinux."),
    (
        "extend",
        "For sockets, these are the user and the inode; for routes, metric, references and
use; for interfaces, the long form; for masqueraded connections, sequence numbers.",
    ),
    (
        "wide",
        "Without it, they are cut to the width of the column.",
    ),
    ("continuous", "See REPEATING."),
    ("check", "See CHECKS, which explains them."),
    (
        "changes",
        "It works with the formats classic, table, json, jsonl and csv.
See CHANGES.",
    ),
    (
        "for",
        "The last listing comes at the end of this time.
You can write it as 500ms, 30s, 1.5m or 2h.",
    ),
    (
        "kill",
        "A SIGNAL is a name such as HUP, SIGHUP or RTMIN+1, or a number.
See STOPPING PROCESSES.",
    ),
    (
        "close",
        "It needs CAP_NET_ADMIN, and a kernel with INET_DIAG_DESTROY.
See CLOSING SOCKETS.",
    ),
    ("yes", "Without a terminal, this flag is required."),
    (
        "wait",
        "It returns as soon as they are gone.
You can write it as 500ms, 30s, 1.5m or 2h.",
    ),
    (
        "force",
        "Only processes that already got the signal, and still have one of the sockets,
are killed.",
    ),
    (
        "dry-run",
        "For each process or socket, stderr says what would happen.",
    ),
    (
        "delta",
        "The classic format starts with the plain counters, the others with rates.
See REPEATING.",
    ),
    (
        "help",
        "Called as netstat, it prints the help of net-tools.",
    ),
    (
        "version",
        "With -v, one line each says whether the program can use these: procfs; the lists of
sockets of sock_diag(7), for all formats but classic; its reports of closed sockets,
for --rates and --changes; closing sockets, for --close; entering network namespaces,
for those of --netns that have no process; and pidfds, for --kill.
Called as netstat, it prints the version of net-tools.",
    ),
    (
        "port",
        "Names are names of services.
!22 matches sockets with other ports, or none.",
    ),
    (
        "address",
        "A network is written ADDRESS/BITS.
IPv4-mapped addresses count as IPv4.
A name is looked up, also with -n, and means all addresses of that host.
!ADDRESS matches if neither end has this address.",
    ),
    ("state", "See STATES."),
    (
        "pid",
        "rnetstat reads only these processes, so other owners of the same sockets are not
shown.",
    ),
    (
        "process",
        "A word such as nginx must be one of these names of the process: the first word of its
title, as in nginx: worker process; the whole title, as -p shows it; the name that ps
-o comm shows; the file name of its executable.
A pattern with *, ? or [abc] must match the whole of one of these names.
If you give the flag several times, one of them must match.",
    ),
    (
        "container",
        "The GLOB must match the name of the container or its ID.
The first four or more digits of the ID are enough.
Write !web to exclude web.
If you give the flag several times, one GLOB must match, and none that excludes.
A socket whose owner runs in no container matches only if something is excluded.
A socket without an owner never matches, nor does one with an owner that is not
visible.
See UNITS, CONTAINERS AND PODS.",
    ),
    (
        "unit",
        "This is a service or scope of the host's systemd; you can leave out .service.
Several of them, and excluding ones such as !web, work as for --container.",
    ),
    (
        "pod",
        "You can write the namespace of the pod in front: NAMESPACE/NAME.
Several of them, and excluding ones such as !web, work as for --container.",
    ),
    (
        "cgroup",
        "The path of the control group must start like this.
Several of them, and excluding ones such as !web, work as for --container.",
    ),
    (
        "names",
        "Without it, JSON, CSV, --count and --pids have no host names.
It does not work with -n.
See NAMES.",
    ),
    (
        "no-header",
        "It applies to the formats classic, table and csv.
See FORMATS.",
    ),
    (
        "interface",
        "With -i, only these interfaces are shown, even if they are down.
With -r, only routes that leave through them; with -g, only their groups.
Otherwise, only sockets that are bound to them, or to an address of their link such as
fe80::1%eth0.
Only a running kernel knows which sockets are bound, so this does not work with --root.
If you give several, one must match; !lo excludes lo.
Without a name after it, --interface is short for --interfaces, as in net-tools.",
    ),
    (
        "counter",
        "The GLOB must match the name of the counter in JSON, such as RetransSegs, or its
section and name, such as TcpRetransSegs; upper and lower case are the same.
Counters without a text in the classic format are shown by name.
The exit status is 1 if no counter is left.",
    ),
    ("nonzero", "The exit status is 1 if no counter is left."),
    ("user", "Unix sockets have no user."),
    (
        "save",
        "- in place of FILE means stdout.
See COMPARING TWO MOMENTS.",
    ),
    (
        "since",
        "- in place of FILE means stdin.
See COMPARING TWO MOMENTS.",
    ),
    ("format", "See FORMATS."),
    (
        "color",
        "auto means: on a terminal, unless NO_COLOR is set or TERM is dumb.",
    ),
    ("sort", "The first field counts most."),
    (
        "count-by",
        "It adds the fields count and share, and prints a table unless you name another
format.
--columns can choose among these fields.",
    ),
    (
        "above",
        "If there are more than N rows, a line on stderr says so, and the exit status is 1.
Otherwise it is 0, even if no row matches.",
    ),
    (
        "below",
        "If there are fewer than N rows, a line on stderr says so, and the exit status is 1.
Otherwise it is 0.",
    ),
    ("pids", "Each PID is printed once."),
    (
        "completions",
        "Put them here: for bash (with bash-completion)
~/.local/share/bash-completion/completions/rnetstat; for zsh a file _rnetstat in a
directory of fpath; for fish ~/.config/fish/completions/rnetstat.fish; for elvish
the end of ~/.config/elvish/rc.elv.
To try them in bash, type: source <(rnetstat --completions bash)",
    ),
    ("man", "To read it, type: rnetstat --man | man -l -"),
];

#[cfg(test)]
mod tests {
    use super::super::group;
    use super::*;
    use crate::cli::flags::Flags;
    use clap::CommandFactory;

    #[test]
    fn every_text_is_about_something_that_exists() {
        let command = Flags::command();
        let shown = || command.get_arguments().filter(|arg| !arg.is_hide_set());
        for (title, _) in GROUPS {
            assert!(shown().any(|arg| group(arg) == *title), "{title}");
        }
        for (long, _) in FLAGS {
            assert!(shown().any(|arg| arg.get_long() == Some(long)), "{long}");
        }
    }
}
