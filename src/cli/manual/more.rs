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
        "Without any of these, sockets are listed, without listeners.",
    ),
    (
        "Which of them",
        "Without a flag that names a kind, sockets of all kinds are listed.",
    ),
    (
        "Which rows",
        "These flags choose among sockets, in every format.
A LIST has commas between its parts.
Of one flag, any part must fit; of different flags, all.
For more than that, see EXPRESSIONS.
With any of these flags, listeners are shown without -l or -a, owners are
found without -p where that takes them, and the exit status is 1 if nothing fits.",
    ),
    (
        "In which form",
        "The columns are known by the names in parentheses under COLUMNS.
In the classic format, --sort and --top go below each title and over all rows;
its columns are fixed.",
    ),
];

const FLAGS: &[(&str, &str)] = &[
    ("route", "IPv4's, or with -6 IPv6's."),
    ("interfaces", "Those that are up, or with -a all."),
    (
        "statistics",
        "With -t, -u, -U, -S or -w only those of TCP, UDP, UDP-Lite, SCTP, or IP and
ICMP; with -6 IPv6's.",
    ),
    (
        "groups",
        "IPv4's and IPv6's, or with -4 or -6 those of one version.",
    ),
    ("masquerade", "Few kernels have a table of them."),
    (
        "listening",
        "Of other protocols than TCP, sockets without a foreign address are listeners.",
    ),
    ("sctp", "Its endpoints and associations."),
    (
        "protocol",
        "All of these have long flags, too, such as --ax25.",
    ),
    ("cache", "Linux has had none for IPv4 since 3.6."),
    (
        "read-all",
        "The running kernel lists those that listen first, so that -l stops at the
first TCP socket that does not.
Behind it there are but rare attempts to connect to port 0, which net-tools
takes for servers.",
    ),
    (
        "netns",
        "A list of: all; host, the system's own; names of ip netns, of containers and of
units, or globs over these; PIDs; net:[NUMBER]; paths of files.
Classic output has a line above each, other formats have columns.",
    ),
    (
        "root",
        "This may be a host's, seen from a container, or an unpacked archive.
Neither the running kernel nor a name server is asked.",
    ),
    (
        "byte-order",
        "The kernel writes IPv4 addresses, and the quarters of IPv6 addresses, as
numbers of its machine.
Without this, DIR tells what its machine was: by netmasks, multicast groups and
loopback addresses in its tables, by proc/version and proc/cpuinfo, by a program.
If these disagree, a note on stderr says so.",
    ),
    (
        "resolve-timeout",
        "In all, a listing waits so long.
What has not come then is shown as a number, and a note on stderr says how many
these are.",
    ),
    ("timers", "With -p, there is no such last column."),
    (
        "tcp-info",
        "A table unless another format is named, of TCP unless another protocol is.
Formats that are no table have all columns that sock_diag(7) fills.
Where the kernel does not answer, these are null and the exit status is 1.",
    ),
    (
        "peers",
        "A table unless another format is named.
The other end is a socket of this host: of unix sockets, the one that the kernel
tells of; of TCP and UDP, the one with the ends swapped, in the namespaces that are
listed.
JSON has peer_inode, peer_pid, peer_program and peer_path with -p and -o as well, and
so has a table of unix sockets alone with -p.",
    ),
    (
        "rates",
        "From the counters of sock_diag(7), so that this needs no privilege: what was
received, and what was sent and acknowledged, between two looks.
The first listing comes after a first look and an interval, of a second unless it
is given.
A table unless another format is named, of TCP unless another protocol is: others
have no such counters.
See RATES.",
    ),
    (
        "verbose",
        "In formats other than classic, also whether rows come from /proc or from
sock_diag(7).",
    ),
    (
        "programs",
        "Root sees them for all sockets, others only for those of their own processes.",
    ),
    (
        "context",
        "This is -p, too, and takes a system with SELinux.",
    ),
    (
        "extend",
        "Of sockets, the user and the inode; of routes, metric, references and use; of
interfaces, the long form; of masqueraded connections, sequence numbers.",
    ),
    ("wide", "Otherwise they are cut to their columns."),
    ("continuous", "See REPEATING."),
    ("check", "See CHECKS, which has their names."),
    ("changes", "In the classic format, as JSON lines or as CSV."),
    (
        "for",
        "The last listing is made when they are over.
They may have a fraction.",
    ),
    (
        "kill",
        "A SIGNAL has a name like HUP, SIGHUP or RTMIN+1, or a number.
See FREEING A PORT.",
    ),
    (
        "close",
        "It takes CAP_NET_ADMIN, and a kernel with INET_DIAG_DESTROY.
See CLOSING SOCKETS.",
    ),
    ("yes", "Without a terminal, this has to be given."),
    (
        "wait",
        "It ends as soon as they have gone.
The SECONDS may have a fraction.",
    ),
    (
        "force",
        "Only those that have been signalled, and that hold one of the sockets still.",
    ),
    ("dry-run", "For each process or socket, on stderr."),
    ("delta", "It takes -c or a number of seconds."),
    ("help", "As netstat, net-tools' own."),
    ("version", "As netstat, net-tools' own."),
    ("port", "Names are those of services."),
    (
        "address",
        "A network is ADDRESS/BITS.
IPv4 addresses that are mapped into IPv6 are IPv4's.",
    ),
    ("state", "See STATES."),
    (
        "pid",
        "Only these processes are looked at: others that share a socket with them are
not seen.",
    ),
    (
        "process",
        "One of three names must fit: the program's, as -p shows it; what the kernel
calls the process, as ps -o comm shows it; and its executable's, without the folder.
* is any text, ? any character, [abc] any of these; the whole name must fit.
It can be given several times, and then any must fit.",
    ),
    (
        "container",
        "The GLOB has to fit the container's name or its ID, of which it can be the start,
with four digits or more.
It can be given several times, and then any must fit, of those with a ! in front
none.
A socket that nobody holds does not fit in any case, one whose owner is in no
container does fit what has a !.",
    ),
    (
        "unit",
        "This is a service or scope of the host's systemd; .service can be left out.
For the rest, see --container.",
    ),
    (
        "pod",
        "A name can have its namespace in front: NAMESPACE/NAME.
For the rest, see --container.",
    ),
    (
        "cgroup",
        "The path of the control group has to begin like this.
For the rest, see --container.",
    ),
    ("user", "Unix sockets have none."),
    (
        "format",
        "classic is net-tools' layout.
table is for people: it fits the terminal, and its last line counts rows by
state.
json is one array of objects, jsonl has an object a line, csv a header.",
    ),
    ("color", "See NO_COLOR under ENVIRONMENT."),
    ("sort", "The first column counts most."),
    (
        "count-by",
        "This adds the columns count and share, and makes a table unless --format says
otherwise.",
    ),
    ("pids", "Each is printed once."),
    (
        "completions",
        "For bash, try: source <(rnetstat --completions bash)",
    ),
    ("man", "Try: rnetstat --man | man -l -"),
];

#[cfg(test)]
mod tests {
    use super::super::group;
    use super::*;
    use crate::cli::flags::Flags;
    use clap::CommandFactory;

    #[test]
    fn all_that_is_told_of_is_there() {
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
