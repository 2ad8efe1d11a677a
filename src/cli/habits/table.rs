//! The table: what people type who know other programs, or guess, and what it is here.
//!
//! It is asked only about what can't be used. What net-tools' netstat understands keeps that meaning.

use super::operands as to;

/// Takes what stands behind, and returns the arguments that mean it here, or `None` if it is something
/// else.
pub type Operand = fn(&str) -> Option<Vec<String>>;

/// What is typed.
#[derive(Debug, Clone, Copy)]
pub enum Given {
    /// A short flag.
    Letter(char),
    /// A short flag at the end of its argument, and the word behind.
    LetterAnd(char, Operand),
    /// A short flag, and what is attached to it.
    Attached(char, Operand),
    /// A long flag.
    Flag(&'static [&'static str]),
    /// A long flag, and its value or the word behind.
    FlagAnd(&'static [&'static str], Operand),
    /// A long flag that takes no such value, and the word behind.
    FlagBefore(&'static str, Operand),
    /// One argument with a dash and short flags, among them perhaps `-A`.
    Capitals(Operand),
    /// A word, and the word behind.
    WordAnd(&'static [&'static str], Operand),
    /// A word.
    Word(&'static [&'static str]),
    /// A word that means something, if no other one does.
    OnlyWord(Operand),
    /// A word that means something.
    AnyWord(Operand),
}

/// A habit.
#[derive(Debug, Clone, Copy)]
pub struct Habit {
    /// What is typed.
    pub given: Given,
    /// The flag with which it has this meaning: a letter, or a long one.
    pub beside: Option<&'static str>,
    /// What it is, with `{}` for what was typed.
    pub says: &'static str,
    /// The arguments that mean it here, with `{}` for the operand's, and [`LIVE`].
    pub here: &'static str,
}

const fn habit(given: Given, says: &'static str, here: &'static str) -> Habit {
    Habit {
        given,
        beside: None,
        says,
        here,
    }
}

const fn beside(flag: &'static str, given: Given, says: &'static str, here: &'static str) -> Habit {
    Habit {
        beside: Some(flag),
        ..habit(given, says, here)
    }
}

/// Stands for a table, which is a live screen if it repeats, where no other format is asked for.
pub const LIVE: &str = "{live}";

/// The columns of what ss shows of memory.
const MEMORY: &str = "--format table --columns \
    proto,local_address,local_port,foreign_address,foreign_port,rmem_bytes,wmem_bytes,drops";
const NONE: &str = "unknown flag {}";
const NO_INTERNALS: &str = "-i lists interfaces; TCP internals are --tcp-info";
const TOP: &str = "--top needs a number, as in --count-by remote --top 10; a live screen is -c";
const WORD: &str = "unknown word '{}'";

use Given::{
    AnyWord, Attached, Capitals, Flag, FlagAnd, FlagBefore, Letter, LetterAnd, OnlyWord, Word,
    WordAnd,
};

/// The habits. Of several that fit, the first one counts whose command can be used.
#[rustfmt::skip]
pub const HABITS: &[Habit] = &[
    // Before what could be letters of its name.
    habit(Attached('o', to::attached_format), "-o shows timers and takes no format", "{}"),
    // lsof.
    habit(Attached('i', to::lsof_end), "{} is lsof's syntax", "{} -p"),
    habit(LetterAnd('i', to::lsof_end), "{} is lsof's syntax", "{} -p"),
    habit(Attached('s', to::lsof_states), "{} is lsof's syntax", "{}"),
    beside("n", Letter('P'), "{} (port numbers) is part of -n", ""),
    habit(Letter('P'), "{} is lsof's flag for port numbers", "--numeric-ports"),
    // BSD and macOS.
    habit(LetterAnd('f', to::family), "{} is BSD's flag for a family", "{}"),
    habit(Attached('I', to::behind_equals), "{} is BSD's flag for one interface", "-i --interface {}"),
    habit(LetterAnd('I', to::any), "{} is BSD's flag for one interface", "-i --interface {}"),
    habit(Attached('I', to::any), "{} is BSD's flag for one interface", "-i --interface {}"),
    beside("i", Letter('b'), "{} is BSD's flag for bytes", "-e"),
    habit(
        Letter('L'),
        "{} is BSD's flag for accept queues",
        "-tl --format table --columns proto,local_address,local_port,accept_queue,accept_queue_limit",
    ),
    habit(Attached('N', to::namespace), "{} is ss's flag for a network namespace", "--netns {}"),
    // Windows.
    habit(Word(&["/?", "/h", "/H", "/help", "/HELP"]), "{} is Windows' flag for help", "--help"),
    habit(AnyWord(to::windows_flags), "{} is how Windows' programs take flags", "{}"),
    habit(AnyWord(to::folder), "{} is no socket's path", "{}"),
    habit(Capitals(to::windows_capitals), "{} is how Windows' programs take flags", "{}"),
    habit(Letter('f'), "{} is Windows' flag for full names", "-a -W"),
    beside("kill", Letter('y'), "{} is --yes here", "--yes"),
    beside("close", Letter('y'), "{} is --yes here", "--yes"),
    habit(Letter('b'), "{} is Windows' flag for programs", "-p"),
    habit(Letter('q'), "{} is Windows' flag for all ports in use", "-a"),
    habit(Letter('y'), "{} is Windows' flag for connection templates, which Linux does not have", ""),
    habit(Letter('?'), "{} is Windows' flag for help", "--help"),
    // ss.
    habit(Letter('H'), "{} is ss's flag to leave out the header", "--no-header"),
    habit(Letter('O'), "{} is ss's flag for one line per socket, which is the default here", ""),
    habit(Letter('m'), "{} is ss's and BSD's flag for memory", MEMORY),
    habit(Letter('K'), "{} is ss's flag to close sockets", "--close"),
    habit(Letter('E'), "{} is ss's flag for events", "--changes"),
    habit(LetterAnd('N', to::any), "{} is ss's flag for a network namespace", "--netns {}"),
    beside("t", Letter('i'), NO_INTERNALS, "--tcp-info"),
    habit(LetterAnd('i', to::condition), NO_INTERNALS, "--tcp-info {}"),
    habit(Flag(&["oneline"]), "{} is ss's flag for one line per socket, which is the default here", ""),
    habit(Flag(&["events"]), "{} is ss's flag for events", "--changes"),
    habit(Flag(&["memory", "mem"]), "{} is ss's flag for memory", MEMORY),
    habit(Flag(&["ipv4"]), "{} is ss's flag for IPv4", "-4"),
    habit(Flag(&["ipv6"]), "{} is ss's flag for IPv6", "-6"),
    habit(Flag(&["summary"]), "{} is ss's flag for totals", "-a --count-by proto,state"),
    habit(Flag(&["info"]), "{} is ss's flag for TCP internals", "--tcp-info"),
    habit(Flag(&["processes"]), "{} is ss's flag for programs", "-p"),
    habit(Flag(&["options"]), "{} is ss's flag for timers", "-o"),
    habit(Flag(&["extended"]), "{} is ss's flag for more columns", "-e"),
    habit(FlagAnd(&["family"], to::family), "{} is ss's flag for a family", "{}"),
    habit(FlagAnd(&["query", "socket"], to::lsof_end), "{} is ss's flag for a protocol", "{}"),
    // Formats, as other programs have them.
    habit(Letter('j'), "{} is ip's flag for JSON", "--json"),
    habit(LetterAnd('o', to::format), "-o shows timers and takes no format", "{}"),
    habit(FlagAnd(&["output", "output-format", "fmt"], to::format), NONE, "{}"),
    habit(Flag(&["yaml", "yml", "xml"]), "{} is no format here", "--json"),
    habit(FlagAnd(&["output", "output-format", "fmt"], to::unknown_format), "there is no such format", "--json"),
    habit(Flag(&["csv"]), NONE, "--format csv"),
    habit(Flag(&["ndjson"]), NONE, "--format jsonl"),
    habit(Flag(&["jsonl", "json-lines"]), NONE, "--format jsonl"),
    habit(Flag(&["table", "pretty"]), NONE, "--format table"),
    habit(Flag(&["noheader", "no-headers", "noheaders", "no-heading", "noheadings", ]), NONE, "--no-header"),
    habit(Flag(&["no-color", "no-colour", "nocolor"]), NONE, "--color never"),
    habit(FlagAnd(&["colour"], to::any), NONE, "--color {}"),
    habit(FlagAnd(&["group-by", "groupby", "group", "by"], to::any), NONE, "--count-by {}"),
    habit(FlagAnd(&["order-by", "sort-by", "order"], to::any), NONE, "--sort {}"),
    habit(FlagAnd(&["limit", "head", "max"], to::any), NONE, "--top {}"),
    habit(FlagAnd(&["fields", "cols", "column", "select"], to::any), NONE, "--columns {}"),
    // Again and again.
    habit(FlagAnd(&["watch", "follow", "live", "monitor"], to::number), NONE, "{live} {}"),
    habit(Flag(&["watch", "follow", "live", "monitor"]), NONE, "{live} -c"),
    habit(Flag(&["watch", "follow", "live", "monitor"]), NONE, "-c"),
    habit(Flag(&["top"]), TOP, "{live} -c"),
    habit(FlagAnd(&["interval", "every", "refresh"], to::number), NONE, "{}"),
    habit(Flag(&["repeat"]), NONE, "-c"),
    habit(WordAnd(&["watch", "follow", "live", "top", "monitor"], to::number), WORD, "{live} {}"),
    habit(Word(&["watch", "follow", "live", "top", "monitor"]), WORD, "{live} -c"),
    habit(Attached('c', to::attached_number), "{} is a number of seconds, which stands alone", "{}"),
    // Which rows.
    habit(
        FlagAnd(
            &[
                "program",
                "programs",
                "process-name",
                "command",
                "comm",
                "app",
            ],
            to::program,
        ),
        "{} takes no name",
        "-p --process {}",
    ),
    habit(LetterAnd('p', to::program), "-p takes no name", "-p --process {}"),
    habit(FlagAnd(&["host", "hostname", "addr"], to::any), NONE, "--address {}"),
    habit(FlagAnd(&["host", "hostname", "addr"], to::any), NONE, "{}"),
    habit(FlagAnd(&["remote", "foreign", "dst", "dest", "destination", "peer", "to"], to::any), NONE, "dst {}"),
    habit(FlagAnd(&["local", "src", "source", "from"], to::any), NONE, "src {}"),
    habit(FlagAnd(&["dport", "remote-port", "rport"], to::any), NONE, "--foreign-port {}"),
    habit(FlagAnd(&["sport", "lport"], to::any), NONE, "--local-port {}"),
    beside("kill", FlagAnd(&["ports", "service"], to::any), NONE, "--local-port {}"),
    habit(FlagAnd(&["ports", "service"], to::any), NONE, "--port {}"),
    habit(FlagAnd(&["docker", "containers", "podman"], to::any), NONE, "--container {}"),
    habit(Flag(&["docker", "containers", "podman"]), NONE, "--container *"),
    habit(FlagAnd(&["path", "socket", "unix-path"], to::path), NONE, "{}"),
    habit(FlagAnd(&["filter", "where", "expression"], to::any), NONE, "{}"),
    habit(FlagBefore("kill", to::signal), "a signal is written after =", "{}"),
    beside("kill", OnlyWord(to::either_port), "{} also fits the clients of that port", "{}"),
    habit(FlagBefore("kill", to::target_no_end), "--kill takes no port or name", "--kill {}"),
    habit(FlagAnd(&["kill"], to::target_no_signal), "behind --kill= stands a signal, such as HUP or 9", "--kill {}"),
    habit(FlagAnd(&["stop", "terminate", "term"], to::target), NONE, "--kill {}"),
    habit(LetterAnd('k', to::target), "{} is how fuser kills", "--kill {}"),
    beside("9", Word(&["kill"]), WORD, ""),
    habit(LetterAnd('9', to::target), "{} is kill's flag for a signal", "--kill=KILL {}"),
    habit(WordAnd(&["kill", "stop", "terminate"], to::target), WORD, "--kill {}"),
    habit(FlagBefore("close", to::end), "--close takes no port or name", "--close {}"),
    habit(WordAnd(&["close"], to::end), WORD, "--close {}"),
    habit(Flag(&["stop", "terminate"]), NONE, "--kill"),
    habit(Flag(&["dryrun", "dry", "simulate"]), NONE, "--dry-run"),
    // Checks, moments and namespaces.
    habit(Flag(&["doctor", "diagnose", "health", "diagnostics"]), NONE, "--check"),
    habit(FlagAnd(&["diff", "compare"], to::any), NONE, "--since {}"),
    habit(WordAnd(&["diff", "compare"], to::any), WORD, "--since {}"),
    habit(Flag(&["all-namespaces", "all-netns", "namespaces"]), NONE, "--netns all"),
    habit(FlagAnd(&["namespace", "ns"], to::any), NONE, "--netns {}"),
    habit(Flag(&["established"]), NONE, "--state established"),
    habit(Flag(&["open", "listeners", "servers"]), NONE, "-l"),
    habit(Flag(&["inet4", "v4"]), NONE, "-4"),
    habit(Flag(&["v6"]), NONE, "-6"),
    habit(Flag(&["tcp4"]), NONE, "-t4"),
    habit(Flag(&["tcp6"]), NONE, "-t6"),
    habit(Flag(&["udp4"]), NONE, "-u4"),
    habit(Flag(&["udp6"]), NONE, "-u6"),
    habit(Word(&["tcp4"]), WORD, "-4 tcp"),
    habit(Word(&["udp4"]), WORD, "-4 udp"),
    habit(Flag(&["no-resolve", "no-dns", "nodns", "no-names"]), NONE, "-n"),
    habit(Flag(&["exposed", "public"]), NONE, "--check exposed"),
    // Listings.
    habit(Flag(&["stats", "counters"]), NONE, "-s"),
    habit(Flag(&["routes", "routing"]), NONE, "-r"),
    habit(Word(&["stats", "statistics"]), WORD, "-s"),
    habit(Word(&["route", "routes"]), WORD, "-r"),
    habit(Word(&["interfaces", "link", "links"]), WORD, "-i"),
    habit(Word(&["all"]), WORD, "-a"),
    habit(Word(&["ports", "listeners"]), WORD, "-l"),
    habit(Word(&["json"]), WORD, "--json"),
    habit(Word(&["csv"]), WORD, "--format csv"),
    habit(Word(&["check", "doctor", "diagnose", "health"]), WORD, "--check"),
    habit(Word(&["kill", "stop"]), WORD, "--kill"),
    habit(Word(&["ls", "list", "show"]), WORD, "-a"),
    habit(Word(&["ps"]), WORD, "-a -p"),
    habit(Word(&["help"]), WORD, "--help"),
    habit(Word(&["version"]), WORD, "--version"),
    habit(Word(&["man", "manual"]), WORD, "--man"),
    // With -s, the counters of IP and ICMP come with those of raw sockets.
    beside("s", Word(&["ip", "icmp"]), WORD, "-w"),
    // tcpdump.
    habit(WordAnd(&["port"], to::behind_port), "'{}' is tcpdump's word", "{}"),
    habit(WordAnd(&["host", "net"], to::any), "'{}' is tcpdump's word", "{}"),
    habit(WordAnd(&["host"], to::host), "'{}' is tcpdump's word", "--address {}"),
    habit(LetterAnd('i', to::any), "-i takes no interface", "-i --interface {}"),
    // Words, when nothing else explains them.
    beside("p", AnyWord(to::long_interval), "did you mean :{} (a port) or --pid {}? An interval above an hour is written {}s", "{}"),
    habit(AnyWord(to::long_interval), "did you mean :{} (a port) or --port {}? An interval above an hour is written {}s", "{}"),
    habit(AnyWord(to::misspelled), WORD, "{}"),
    habit(AnyWord(to::letters), "unknown word '{}'; flags begin with -", "{}"),
    habit(AnyWord(to::service), WORD, "{}"),
    habit(AnyWord(to::interface), WORD, "-i --interface {}"),
    habit(AnyWord(to::host), "'{}' is a host name", "--address {}"),
    habit(AnyWord(to::program), "'{}' is not a protocol, a state or an address", "-p --process {}"),
];
