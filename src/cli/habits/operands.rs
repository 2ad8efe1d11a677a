//! What stands behind a flag of another program, or alone, and what it is here.
//!
//! Each function returns the arguments that mean the same, or `None` if it is something else.

use crate::cli::duration::is_rather_a_port;
use crate::cli::expression::{bare_ports, is_host};
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

/// A port, by its number or its service's name.
pub fn behind_port(text: &str) -> Option<Vec<String>> {
    let is_one = number(text).is_some() || SERVICES.contains(&text);
    is_one.then(|| vec![format!(":{text}")])
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
        "tcp" => here.push("-t".to_owned()),
        "udp" => here.push("-u".to_owned()),
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

/// What stands behind a `=`.
pub fn behind_equals(text: &str) -> Option<Vec<String>> {
    one(text.strip_prefix('=')?)
}

/// A format that is attached to `-o`.
pub fn attached_format(text: &str) -> Option<Vec<String>> {
    format(text.strip_prefix('=').unwrap_or(text))
}

/// A format that there is not.
pub fn unknown_format(text: &str) -> Option<Vec<String>> {
    let known = ["yaml", "yml", "xml", "toml", "text"];
    known.contains(&text).then(Vec::new)
}

/// A number that is attached to `-c`.
pub fn attached_number(text: &str) -> Option<Vec<String>> {
    number(text.strip_prefix('=').unwrap_or(text))
}

/// Short flags as Windows' netstat has them, behind a `/`.
pub fn windows_flags(text: &str) -> Option<Vec<String>> {
    from_windows(&text.strip_prefix('/')?.to_ascii_lowercase())
}

/// A folder below the root, where no socket is.
pub fn folder(text: &str) -> Option<Vec<String>> {
    let name = text.strip_prefix('/')?;
    let is_name = !name.is_empty() && name.bytes().all(|it| it.is_ascii_alphabetic());
    one(format!("{text}/*")).filter(|_| is_name)
}

/// Short flags as Windows' netstat has them, in capitals.
pub fn windows_capitals(text: &str) -> Option<Vec<String>> {
    let is_meant = text.len() > 1 && text.bytes().all(|it| it.is_ascii_uppercase());
    // Those of ss are in capitals, too, but not these.
    let is_meant = is_meant && text.contains(['A', 'B']);
    is_meant.then(|| from_windows(&text.to_ascii_lowercase()))?
}

/// Returns what the letters of Windows' netstat are here.
fn from_windows(letters: &str) -> Option<Vec<String>> {
    let flags = letters.chars().map(|letter| match letter {
        'a' | 'e' | 'n' | 'o' | 'p' | 'r' | 's' => Some(letter),
        'b' => Some('p'),
        'f' => Some('W'),
        'q' => Some('a'),
        _ => None,
    });
    let flags = flags.collect::<Option<Vec<_>>>()?;
    (!flags.is_empty()).then(|| flags.iter().map(|it| format!("-{it}")).collect())
}

/// Short flags without their dash: those that people give together.
pub fn letters(text: &str) -> Option<Vec<String>> {
    const USUAL: &str = "tulpnaoexwc46";
    let mut seen = String::new();
    let is_new = |letter| {
        let is_new = USUAL.contains(letter) && !seen.contains(letter);
        seen.push(letter);
        is_new
    };
    let is_cluster = text.chars().all(is_new) && text.len() > 1;
    let has_meaning = RESERVED.contains(&text) || words::NAMES.contains(&text);
    let is_meant = text.contains(['n', 't', 'u']) && !has_meaning;
    one(format!("-{text}")).filter(|_| is_cluster && is_meant)
}

/// A number above an hour's seconds: a port.
pub fn long_interval(text: &str) -> Option<Vec<String>> {
    one(format!(":{text}")).filter(|_| is_rather_a_port(text))
}

/// Ports on either side, of which a process that is to be stopped has the local one.
pub fn either_port(text: &str) -> Option<Vec<String>> {
    let ports = bare_ports(text)?;
    Some(vec!["--local-port".into(), ports.to_owned()])
}

/// The signal of `--kill`.
pub fn signal(text: &str) -> Option<Vec<String>> {
    one(format!("--kill={text}")).filter(|_| text.parse::<Signal>().is_ok())
}

/// Whom to signal: a local port, whose other end would be the clients, or a program.
pub fn target(text: &str) -> Option<Vec<String>> {
    match port(text) {
        Some((protocol, port)) => {
            let protocol = protocol.map(str::to_owned);
            let port = ["--local-port".to_owned(), port.to_owned()];
            Some(protocol.into_iter().chain(port).collect())
        }
        None => named(text),
    }
}

/// Whom to signal, where ports on either side may stand, which are conditions.
pub fn target_no_end(text: &str) -> Option<Vec<String>> {
    target(text).filter(|_| bare_ports(text).is_none())
}

/// Whom to signal, where a signal's number may stand.
pub fn target_no_signal(text: &str) -> Option<Vec<String>> {
    // The numbers that are a little too large are rather meant as signals.
    const LOWEST_PORT: u16 = 80;
    let is_signal = match text.parse::<u16>() {
        Ok(number) => number < LOWEST_PORT,
        Err(_) => text.parse::<Signal>().is_ok(),
    };
    target_no_end(text).filter(|_| !is_signal)
}

/// What to close: an end of a connection, or those of a program.
pub fn end(text: &str) -> Option<Vec<String>> {
    match port(text) {
        Some((protocol, port)) => {
            let protocol = protocol.map(str::to_owned);
            Some(protocol.into_iter().chain([format!(":{port}")]).collect())
        }
        None => named(text),
    }
}

/// The owner of sockets by its name, not a signal by its.
fn named(text: &str) -> Option<Vec<String>> {
    let is_signal = !text.contains(|it: char| it.is_ascii_lowercase());
    let name = program(text).filter(|_| !is_signal)?.pop()?;
    Some(vec!["--process".into(), name])
}

/// Returns the flag of the protocol, if there is one, and the ports of `8080`, `:8080`, `tcp:8080` and
/// `8080/tcp`.
fn port(text: &str) -> Option<(Option<&'static str>, &str)> {
    const PROTOCOLS: [(&str, &str, &str); 2] = [("tcp:", "/tcp", "-t"), ("udp:", "/udp", "-u")];
    let mut protocols = PROTOCOLS.into_iter();
    let named = protocols.find_map(|(before, behind, flag)| {
        let port = text.strip_prefix(before).or(text.strip_suffix(behind))?;
        Some((Some(flag), port))
    });
    let (protocol, port) = named.unwrap_or((None, text.strip_prefix(':').unwrap_or(text)));
    let is_number = !port.is_empty()
        && port
            .bytes()
            .all(|it| it.is_ascii_digit() || b",-".contains(&it));
    (is_number || bare_ports(text).is_some()).then_some((protocol, port))
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
