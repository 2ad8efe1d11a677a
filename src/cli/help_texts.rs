//! The texts of the help that are about no single flag.

/// The heading of the flags that choose a listing.
pub const LISTINGS: &str = "What to list [default: sockets that are not listening]";
/// The heading of the flags that choose kinds of sockets.
pub const WHICH: &str = "Which sockets [default: all protocols]";
/// The heading of the flags that choose rows by what they hold.
pub const ROWS: &str = "Which rows (lists: a,b,c)";

/// What the program does.
pub const ABOUT: &str = "\
Show network sockets, their owners, routes, interfaces and counters.";

/// How it is called.
pub const USAGE: &str = "\
rnetstat [-altuUSwx46] [-noepZWc] [WORD]...   sockets
       rnetstat -r [-46] [-neFCc]                    routes
       rnetstat -i [-aec] [--delta] [SECONDS]        interfaces
       rnetstat -s [-6tuUSw] | -g [-46n] | -M [-en]  counters, groups, ...
       rnetstat --changes [FLAG]... [WORD]...        what opens and closes
       rnetstat --check [NAME,...]                   what is wrong
       rnetstat --kill[=SIGNAL] FLAG...              stop processes
       rnetstat --close FLAG...                      close sockets";

/// What follows the list of all flags.
pub const AFTER_ALL: &str = "\
Words after the flags:
  tcp udp tcp6 udp6 udplite raw unix   Only this protocol: rnetstat -ano tcp
  SECONDS                              Repeat at this interval: rnetstat -t 5
  EXPRESSION                           Choose sockets as in ss:
           rnetstat -tn state established '( dport = :443 or rtt_us > 50000 )'

Long flags can be abbreviated. The parts of a LIST are separated by commas:
--port 80,8000-8100. A socket must match one part of each flag that you give.
With a flag of \"Which rows\" or an expression, listening sockets are shown
without -l.

Unlike in net-tools, -o ends each row with the owner's PID, unless -p shows it.
Called by the name netstat, for example through a symbolic link, rnetstat prints
what net-tools prints.

Exit status: 0 done; 1 no socket matches the flags of \"Which rows\" or the
expression, or something could not be listed or done; 3 the command line is
wrong.";
