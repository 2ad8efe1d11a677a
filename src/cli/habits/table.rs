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
    /// A word.
    Word(&'static [&'static str]),
    /// A word that means something.
    AnyWord(Operand),
}

/// A habit.
#[derive(Debug, Clone, Copy)]
pub struct Habit {
    /// What is typed.
    pub given: Given,
    /// The short flag with which it has this meaning.
    pub beside: Option<char>,
    /// What it is, with `{}` for what was typed.
    pub says: &'static str,
    /// The arguments that mean it here, with `{}` for the operand's.
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

const fn beside(letter: char, given: Given, says: &'static str, here: &'static str) -> Habit {
    Habit {
        beside: Some(letter),
        ..habit(given, says, here)
    }
}

const NONE: &str = "unknown flag {}";
const NO_INTERNALS: &str = "-i lists interfaces; TCP internals are --tcp-info";
const WORD: &str = "unknown word '{}'";

use Given::{AnyWord, Attached, Flag, FlagAnd, FlagBefore, Letter, LetterAnd, Word};

/// The habits. Of several that fit, the first one counts whose command can be used.
#[rustfmt::skip]
pub const HABITS: &[Habit] = &[
    // lsof.
    habit(Attached('i', to::lsof_end), "{} is lsof's syntax", "-p {}"),
    habit(LetterAnd('i', to::lsof_end), "{} is lsof's syntax", "-p {}"),
    habit(Attached('s', to::lsof_states), "{} is lsof's syntax", "{}"),
    beside('n', Letter('P'), "{} is lsof's flag for port numbers, which -n shows", ""),
    habit(Letter('P'), "{} is lsof's flag for port numbers", "--numeric-ports"),
    // BSD and macOS.
    habit(LetterAnd('f', to::family), "{} is BSD's flag for a family", "{}"),
    habit(LetterAnd('I', to::any), "{} is BSD's flag for one interface", "-i --interface {}"),
    habit(Attached('I', to::any), "{} is BSD's flag for one interface", "-i --interface {}"),
    beside('i', Letter('b'), "{} is BSD's flag for bytes", "-e"),
    habit(
        Letter('L'),
        "{} is BSD's flag for accept queues",
        "-tl --format table --columns proto,local_address,local_port,accept_queue,accept_queue_limit",
    ),
    // Before what could be a letter of its name.
    habit(Attached('N', to::namespace), "{} is ss's flag for a network namespace", "--netns {}"),
    // Windows.
    habit(Letter('b'), "{} is Windows' flag for programs", "-p"),
    habit(Letter('q'), "{} is Windows' flag for all ports in use", "-a"),
    habit(Letter('y'), "{} is Windows' flag for connection templates, which Linux does not have", ""),
    habit(Letter('?'), "{} is Windows' flag for help", "--help"),
    habit(Word(&["/?"]), "{} is Windows' flag for help", "--help"),
    // ss.
    habit(Letter('H'), "{} is ss's flag to leave out the header", "--no-header"),
    habit(Letter('O'), "{} is ss's flag for one line per socket, which is the default here", ""),
    habit(
        Letter('m'),
        "{} is ss's flag for memory",
        "--format table --columns \
         proto,local_address,local_port,foreign_address,foreign_port,rmem_bytes,wmem_bytes,drops",
    ),
    habit(Letter('K'), "{} is ss's flag to close sockets", "--close"),
    habit(Letter('E'), "{} is ss's flag for events", "--changes"),
    habit(LetterAnd('N', to::any), "{} is ss's flag for a network namespace", "--netns {}"),
    beside('t', Letter('i'), NO_INTERNALS, "--tcp-info"),
    habit(LetterAnd('i', to::condition), NO_INTERNALS, "--tcp-info {}"),
    habit(Flag(&["oneline"]), "{} is ss's flag for one line per socket, which is the default here", ""),
    habit(Flag(&["events"]), "{} is ss's flag for events", "--changes"),
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
    habit(Flag(&["csv"]), NONE, "--format csv"),
    habit(Flag(&["ndjson"]), NONE, "--format jsonl"),
    habit(Flag(&["jsonl", "json-lines"]), NONE, "--format jsonl"),
    habit(Flag(&["table", "pretty"]), NONE, "--format table"),
    habit(Flag(&["noheader", "no-headers", "noheaders", "no-heading", "noheadings", ]), NONE, "--no-header"),
    habit(Flag(&["no-color", "no-colour", "nocolor"]), NONE, "--color never"),
    habit(FlagAnd(&["colour"], to::any), NONE, "--color {}"),
    habit(FlagAnd(&["group-by", "groupby", "group"], to::any), NONE, "--count-by {}"),
    habit(FlagAnd(&["order-by", "sort-by", "order"], to::any), NONE, "--sort {}"),
    habit(FlagAnd(&["limit", "head", "max"], to::any), NONE, "--top {}"),
    habit(FlagAnd(&["fields", "cols", "column"], to::any), NONE, "--columns {}"),
    // Again and again.
    habit(FlagAnd(&["watch", "follow", "interval", "every", "refresh"], to::number), NONE, "{}"),
    habit(Flag(&["watch", "follow", "live", "repeat", "monitor"]), NONE, "-c"),
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
        "{} does not choose a program",
        "-p --process {}",
    ),
    habit(LetterAnd('p', to::program), "-p takes no name", "-p --process {}"),
    habit(FlagAnd(&["host", "hostname", "addr"], to::any), NONE, "--address {}"),
    habit(FlagAnd(&["host", "hostname", "addr"], to::any), NONE, "{}"),
    habit(FlagAnd(&["remote", "foreign", "dst", "dest", "destination", "peer", "to"], to::any), NONE, "dst {}"),
    habit(FlagAnd(&["local", "src", "source", "from"], to::any), NONE, "src {}"),
    habit(FlagAnd(&["dport", "remote-port", "rport"], to::any), NONE, "--foreign-port {}"),
    habit(FlagAnd(&["sport", "lport"], to::any), NONE, "--local-port {}"),
    habit(FlagAnd(&["ports", "service"], to::any), NONE, "--port {}"),
    habit(FlagAnd(&["docker", "containers", "podman"], to::any), NONE, "--container {}"),
    habit(Flag(&["docker", "containers", "podman"]), NONE, "--container *"),
    habit(FlagAnd(&["path", "socket", "unix-path"], to::path), NONE, "{}"),
    habit(FlagAnd(&["filter", "where", "expression"], to::any), NONE, "{}"),
    habit(FlagBefore("kill", to::signal), "a signal is written after =", "{}"),
    habit(FlagBefore("kill", to::target), "--kill takes no port or name", "--kill {}"),
    habit(FlagBefore("close", to::target), "--close takes no port or name", "--close {}"),
    habit(Flag(&["established"]), NONE, "--state established"),
    habit(Flag(&["open", "listeners", "servers"]), NONE, "-l"),
    habit(Flag(&["ipv4", "inet4", "v4"]), NONE, "-4"),
    habit(Flag(&["ipv6", "v6"]), NONE, "-6"),
    habit(Flag(&["tcp4"]), NONE, "-t4"),
    habit(Flag(&["tcp6"]), NONE, "-t6"),
    habit(Flag(&["udp4"]), NONE, "-u4"),
    habit(Flag(&["udp6"]), NONE, "-u6"),
    habit(Word(&["tcp4"]), WORD, "-4 tcp"),
    habit(Word(&["udp4"]), WORD, "-4 udp"),
    habit(Flag(&["no-resolve", "no-dns", "nodns", "no-names"]), NONE, "-n"),
    habit(Flag(&["exposed", "public"]), NONE, "--check exposed"),
    // Listings.
    habit(Flag(&["stats", "counters", "summary"]), NONE, "-s"),
    habit(Flag(&["routes", "routing"]), NONE, "-r"),
    habit(Word(&["stats", "statistics"]), WORD, "-s"),
    habit(Word(&["route", "routes"]), WORD, "-r"),
    habit(Word(&["interfaces", "link", "links"]), WORD, "-i"),
    habit(Word(&["all"]), WORD, "-a"),
    habit(Word(&["ports", "listeners"]), WORD, "-l"),
    habit(Word(&["json"]), WORD, "--json"),
    habit(Word(&["csv"]), WORD, "--format csv"),
    habit(Word(&["watch"]), WORD, "-c"),
    habit(Word(&["check"]), WORD, "--check"),
    habit(Word(&["kill"]), WORD, "--kill"),
    habit(Word(&["help"]), WORD, "--help"),
    habit(Word(&["version"]), WORD, "--version"),
    habit(Word(&["man", "manual"]), WORD, "--man"),
    // With -s, the counters of IP and ICMP come with those of raw sockets.
    beside('s', Word(&["ip", "icmp"]), WORD, "-w"),
    habit(LetterAnd('i', to::any), "-i takes no interface", "-i --interface {}"),
    // Words, when nothing else explains them.
    habit(AnyWord(to::misspelled), WORD, "{}"),
    habit(AnyWord(to::service), WORD, "{}"),
    habit(AnyWord(to::interface), WORD, "-i --interface {}"),
    habit(AnyWord(to::host), "'{}' is a host name", "--address {}"),
    habit(AnyWord(to::program), "'{}' is not a protocol, a state or an address", "-p --process {}"),
];
