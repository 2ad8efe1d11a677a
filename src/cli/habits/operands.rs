//! What stands behind a flag of another program, or alone, and what it is here.
//!
//! Each function returns the arguments that mean the same, or `None` if it is something else.

use crate::cli::expression::is_host;
use crate::cli::words;
use crate::signal::Signal;
use crate::similar;

/// Services that are programs as well, or nearly: such a word may mean either.
const SERVICES: [&str; 12] = [
    "domain", "ftp", "http", "https", "imap", "ldap", "mysql", "ntp", "smtp", "ssh", "telnet",
    "tftp",
];

/// Words that neither a program nor a host is called: they belong to a condition.
const RESERVED: [&str; 14] = [
    "and",
    "or",
    "not",
    "src",
    "dst",
    "sport",
    "dport",
    "dev",
    "fwmark",
    "cgroup",
    "state",
    "exclude",
    "excl",
    "autobound",
];

fn one(text: impl Into<String>) -> Option<Vec<String>> {
    Some(vec![text.into()])
}

/// Whatever there is.
pub fn any(text: &str) -> Option<Vec<String>> {
    one(text)
}

/// A family of sockets, as BSD's `-f` and ss's `-f` have it.
pub fn family(text: &str) -> Option<Vec<String>> {
    one(match text {
        "inet" | "ipv4" | "ip" => "-4",
        "inet6" | "ipv6" => "-6",
        "unix" | "local" => "-x",
        _ => return None,
    })
}

/// A format, as `-o` of many programs has it.
pub fn format(text: &str) -> Option<Vec<String>> {
    match text {
        "json" => one("--json"),
        "jsonl" | "csv" | "table" => Some(vec!["--format".into(), text.into()]),
        "ndjson" => Some(vec!["--format".into(), "jsonl".into()]),
        "wide" => one("-W"),
        _ => None,
    }
}

/// A number.
pub fn number(text: &str) -> Option<Vec<String>> {
    let is_number = text.bytes().all(|it| it.is_ascii_digit() || it == b'.');
    one(text).filter(|_| is_number && !text.is_empty())
}

/// What `lsof -i` takes: `[4|6][tcp|udp][@HOST][:PORTS]`.
pub fn lsof_end(text: &str) -> Option<Vec<String>> {
    let mut here = Vec::new();
    let mut rest = text;
    for version in ['4', '6'] {
        if let Some(behind) = rest.strip_prefix(version) {
            here.push(format!("-{version}"));
            rest = behind;
        }
    }
    let (protocol, end) = match rest.find(['@', ':']) {
        Some(place) => rest.split_at(place),
        None => (rest, ""),
    };
    match protocol.to_ascii_lowercase().as_str() {
        "" => {}
        protocol @ ("tcp" | "udp") => here.push(protocol.to_owned()),
        _ => return None,
    }
    if !end.is_empty() {
        here.push(end.strip_prefix('@').unwrap_or(end).to_owned());
    }
    (!here.is_empty()).then_some(here)
}

/// What `lsof -s` takes: `PROTOCOL:STATES`.
pub fn lsof_states(text: &str) -> Option<Vec<String>> {
    let (protocol, states) = text.split_once(':')?;
    let protocol = protocol.to_ascii_lowercase();
    let is_known = matches!(protocol.as_str(), "tcp" | "udp") && !states.contains('^');
    let states = states.to_ascii_lowercase();
    is_known.then(|| vec!["--state".to_owned(), states])
}

/// A network namespace that is attached to ss's `-N`: no flags, such as those that may follow here.
pub fn namespace(text: &str) -> Option<Vec<String>> {
    one(text).filter(|_| text.len() > 3)
}

/// The first word of a condition.
pub fn condition(text: &str) -> Option<Vec<String>> {
    one(text).filter(|_| RESERVED.contains(&text))
}

/// The signal of `--kill`.
pub fn signal(text: &str) -> Option<Vec<String>> {
    one(format!("--kill={text}")).filter(|_| text.parse::<Signal>().is_ok())
}

/// Whom to signal: a port, or a program.
pub fn target(text: &str) -> Option<Vec<String>> {
    match text.parse::<u16>() {
        Ok(port) => one(format!(":{port}")),
        // Rather a signal.
        Err(_) if !text.contains(|it: char| it.is_ascii_lowercase()) => None,
        Err(_) => Some(vec!["--process".into(), program(text)?.pop()?]),
    }
}

/// The path of a unix socket, or its end.
pub fn path(text: &str) -> Option<Vec<String>> {
    match text.starts_with(['/', '@']) {
        true => one(text),
        false => one(format!("/*{text}")),
    }
}

/// A host by its name.
pub fn host(text: &str) -> Option<Vec<String>> {
    one(text).filter(|_| is_host(text))
}

/// A word that names a service, and perhaps a program.
pub fn service(text: &str) -> Option<Vec<String>> {
    one(format!(":{text}")).filter(|_| SERVICES.contains(&text))
}

/// A word that can be a program's name, and has no other meaning.
pub fn program(text: &str) -> Option<Vec<String>> {
    let is_part = |it: u8| it.is_ascii_alphanumeric() || b"-_.+*?".contains(&it);
    let begins = text.starts_with(|it: char| it.is_ascii_alphabetic());
    let is_name = begins && text.len() > 1 && text.bytes().all(is_part);
    let has_meaning = RESERVED.contains(&text) || words::NAMES.contains(&text);
    one(text).filter(|_| is_name && !has_meaning && !is_host(text))
}

/// A protocol or a state, badly spelled.
pub fn misspelled(text: &str) -> Option<Vec<String>> {
    const STATES: [&str; 8] = [
        "listen",
        "listening",
        "established",
        "time-wait",
        "close-wait",
        "syn-sent",
        "syn-recv",
        "last-ack",
    ];
    let known = words::NAMES.into_iter().chain(STATES);
    let lower = text.to_ascii_lowercase();
    one(similar::nearest(&lower, known)?).filter(|it| !it.contains(&lower))
}

/// The name of an interface, as Linux gives them.
pub fn interface(text: &str) -> Option<Vec<String>> {
    const KINDS: [&str; 12] = [
        "bond", "br", "docker", "eno", "enp", "ens", "eth", "tap", "tun", "veth", "wg", "wlan",
    ];
    let is_one = |kind: &&str| {
        let number = text.strip_prefix(kind).unwrap_or_default();
        number.starts_with(|it: char| it.is_ascii_digit())
    };
    one(text).filter(|_| text == "lo" || KINDS.iter().any(is_one))
}
