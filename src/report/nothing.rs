//! What a table says that has no rows: what was searched.

use super::text;
use crate::clock;
use crate::listing::Outcome;
use crate::report::records::formats::wrap;
use crate::request::{
    Device, Filter, Ports, Request, Side, Sides, Sockets, Table, TableKind, Test, User, What,
};
use crate::tables::inet::{Family, Protocol, tcp_state_called};
use crate::tables::unix;
use crate::terminal;
use ipnet::IpNet;
use jiff::Timestamp;
use std::io::{self, Write};

/// The most kinds of sockets that are named; of more, it is just sockets.
const MOST_KINDS: usize = 3;

/// Returns what a listing without a row says: what was searched.
pub fn sentence(request: &Request) -> String {
    match &request.what {
        What::Sockets(sockets) if sockets.lists_groups() => "no multicast group".to_owned(),
        What::Sockets(sockets) => format!("no {}", searched(sockets)),
        What::Routes(_) => "no route".to_owned(),
        What::Interfaces(interfaces) if interfaces.all => "no interface".to_owned(),
        What::Interfaces(_) => "no interface is up".to_owned(),
        What::Statistics(it) if it.delta => "no counter rose".to_owned(),
        What::Statistics(_) => "no counter".to_owned(),
        What::Masquerade(_) => "no masqueraded connection".to_owned(),
        What::Checks(_) => "nothing found".to_owned(),
    }
}

/// Returns what a comparison without a row says.
pub fn unchanged(since: Timestamp) -> String {
    let time = text::time(&clock::local(since));
    format!("nothing has changed since {time}")
}

/// What stands behind a sentence if rows may be missing.
const UNREAD: &str = "; not everything could be read";

/// Adds to a sentence that rows may be missing, if the listing that ended with `outcome` could not read
/// all.
pub fn qualified(mut sentence: String, outcome: Outcome) -> String {
    if matches!(outcome, Outcome::Failed | Outcome::Incomplete) {
        sentence.push_str(UNREAD);
    }
    sentence
}

/// Returns a sentence in lines that fit the terminal.
pub fn wrapped(sentence: String) -> String {
    match terminal::width() {
        Some(width) => wrap(&sentence, width),
        None => sentence,
    }
}

/// Notes whether anything has been written.
pub struct Noted<'a> {
    out: &'a mut dyn Write,
    /// Whether nothing has been written so far.
    pub is_empty: bool,
}

impl<'a> Noted<'a> {
    /// Writes to `out`.
    pub fn new(out: &'a mut dyn Write) -> Noted<'a> {
        Noted {
            out,
            is_empty: true,
        }
    }
}

impl Write for Noted<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.is_empty &= bytes.is_empty();
        self.out.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// Returns the kind of sockets that were searched, and what they had to be like.
fn searched(sockets: &Sockets) -> String {
    let noun = match sockets.sides {
        Sides::Listening => "listener",
        Sides::Connected => "connection",
        Sides::All => "socket",
    };
    let noun = match kinds(sockets) {
        Some(kinds) => format!("{kinds} {noun}"),
        None => noun.to_owned(),
    };
    match conditions(sockets) {
        Some(conditions) if conditions.is_empty() => noun,
        Some(conditions) => format!("{noun} {}", conditions.join(" ")),
        None => format!("{noun} matches the filter"),
    }
}

/// Returns the names of the kinds of sockets, or `None` if they are many.
fn kinds(sockets: &Sockets) -> Option<String> {
    let fitting = |kind: &TableKind| sockets.filter.can_fit(*kind);
    let tables = sockets.tables.iter().map(|table| table.kind);
    let tables: Vec<TableKind> = tables.filter(fitting).collect();
    let mut names: Vec<&str> = Vec::new();
    for kind in &tables {
        let name = match kind {
            TableKind::Inet(Protocol::Tcp, _) => "TCP",
            TableKind::Inet(Protocol::Udp, _) => "UDP",
            TableKind::Inet(Protocol::Udplite, _) => "UDP-Lite",
            TableKind::Inet(Protocol::Raw, _) => "raw",
            TableKind::Sctp(..) => "SCTP",
            TableKind::Unix => "unix",
            TableKind::Groups(_) | TableKind::Rare(_) => return None,
        };
        if !names.contains(&name) {
            names.push(name);
        }
    }
    if names.is_empty() || names.len() > MOST_KINDS {
        return None;
    }
    let names = either(names);
    let family = |kind: &TableKind| match kind {
        TableKind::Inet(_, family) | TableKind::Sctp(_, family) => Some(*family),
        _ => None,
    };
    let first = tables.first().and_then(family);
    let is_one = tables.iter().all(|kind| family(kind) == first);
    Some(match first.filter(|_| is_one) {
        Some(Family::V4) => format!("IPv4 {names}"),
        Some(Family::V6) => format!("IPv6 {names}"),
        None => names,
    })
}

/// Returns what a filter asks for, or `None` if there are no short words for it.
fn conditions(sockets: &Sockets) -> Option<Vec<String>> {
    let condition = |filter| condition(filter, &sockets.tables);
    match &sockets.filter {
        Filter::All(parts) => parts.iter().map(condition).collect(),
        filter => Some(vec![condition(filter)?]),
    }
}

/// Returns whether a row of one of the tables can be in this state.
fn has_state(tables: &[Table], state: &str) -> bool {
    tables.iter().any(|table| match table.kind {
        TableKind::Inet(..) => tcp_state_called(state.as_bytes()).is_some(),
        TableKind::Unix => unix::state_called(state.as_bytes()).is_some(),
        TableKind::Sctp(..) | TableKind::Groups(_) | TableKind::Rare(_) => true,
    })
}

/// Returns the words for one test, or for several of one kind of which one must hold, of rows of these tables.
fn condition(filter: &Filter, tables: &[Table]) -> Option<String> {
    let one = std::slice::from_ref(filter);
    let parts = match filter {
        Filter::Any(parts) => parts,
        _ => one,
    };
    let mut verb = None;
    let mut sides = Vec::new();
    let mut values: Vec<String> = Vec::new();
    for part in parts {
        let Filter::Is(test) = part else {
            return None;
        };
        let (found, side, value) = words(test)?;
        if *verb.get_or_insert(found) != found {
            return None;
        }
        sides.extend(side.filter(|side| !sides.contains(side)));
        if !values.contains(&value) {
            values.push(value);
        }
    }
    // Words such as `established` stand for TCP's state and that of unix sockets.
    let is_of_state = parts
        .iter()
        .all(|part| matches!(part, Filter::Is(Test::State(Some(_)))));
    if is_of_state && values.iter().any(|it| has_state(tables, it)) {
        values.retain(|it| has_state(tables, it));
    }
    let (before, after) = verb?;
    let side = match sides[..] {
        [Side::Local] => "local ",
        [Side::Foreign] => "foreign ",
        _ => "",
    };
    Some(format!("{before} {side}{after}{}", either(values)))
}

/// Returns the words before and behind the side that a test asks for, the side, and the value.
fn words(test: &Test) -> Option<((&'static str, &'static str), Option<Side>, String)> {
    let (words, value) = match test {
        Test::State(state) => (("in", ""), state.unwrap_or("no state").to_owned()),
        Test::Port(side, Ports::Range(first, last)) => {
            let value = match first == last {
                true => first.to_string(),
                false => format!("{first}-{last}"),
            };
            return Some((("with", "port "), Some(*side), value));
        }
        Test::Address(side, network) => {
            return Some((("with", "address "), Some(*side), address(network)));
        }
        Test::Path(side, path) => return Some((("with", "path "), Some(*side), path.to_string())),
        Test::Device(Device::Name(name)) => (("bound to", ""), name.clone()),
        Test::User(User::Id(id)) => (("of", "user "), id.to_string()),
        Test::User(User::Name(name)) => (("of", "user "), name.clone()),
        Test::Inode(inode) => (("with", "inode "), inode.to_string()),
        Test::Pid(pid) => (("of", "process "), pid.to_string()),
        Test::Program(name) => (("of", "program "), name.to_string()),
        Test::Container(name) => (("of", "container "), name.to_string()),
        Test::Unit(name) => (("of", "unit "), name.to_string()),
        Test::Pod(name) => (("of", "pod "), name.to_string()),
        _ => return None,
    };
    Some((words, None, value))
}

/// Returns a network, or an address alone.
fn address(network: &IpNet) -> String {
    match network.prefix_len() == network.max_prefix_len() {
        true => network.addr().to_string(),
        false => network.to_string(),
    }
}

/// Returns some words with `or` before the last.
fn either<S: AsRef<str>>(words: Vec<S>) -> String {
    let words: Vec<&str> = words.iter().map(AsRef::as_ref).collect();
    match words.split_last() {
        Some((last, [])) => (*last).to_owned(),
        Some((last, others)) => format!("{} or {last}", others.join(", ")),
        None => String::new(),
    }
}
