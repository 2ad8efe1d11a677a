//! The flags that say which rows are listed, and how their values are read.

use super::addresses::Place;
use super::belonging::BelongingFlags;
use super::condition::{Condition, all_but};
use super::help_texts::ROWS;
use super::spelling::spelled;
use crate::request::{Comparison, Filter, Ports, Side, Test, User};
use crate::similar;
use crate::tables::inet::Family;
use clap::Args;
use glob::Pattern;

/// net-tools' names of the states of sockets.
pub const STATES: [&str; 21] = [
    "ESTABLISHED",
    "SYN_SENT",
    "SYN_RECV",
    "FIN_WAIT1",
    "FIN_WAIT2",
    "TIME_WAIT",
    "CLOSE",
    "CLOSE_WAIT",
    "LAST_ACK",
    "LISTEN",
    "CLOSING",
    "UNKNOWN",
    "FREE",
    "LISTENING",
    "CONNECTING",
    "CONNECTED",
    "DISCONNECTING",
    // Of the rare families, with net-tools' blanks as in fields.
    "CONN_SENT",
    "SABM_SENT",
    "DISC_SENT",
    "RECOVERY",
];

/// The states of TCP that people ask for.
const USUAL_STATES: &str = "established, listen, time_wait, close_wait, syn_sent, syn_recv, fin_wait1, \
                            fin_wait2 and last_ack";

/// What stands before a word that was probably meant, and a question mark, in an error about a value.
pub const MEANT: &str = "did you mean ";

/// Which rows.
#[derive(Debug, Args)]
#[command(next_help_heading = ROWS)]
pub struct FilterFlags {
    /// Local or foreign port: 80, 8000-8100, http, !22
    #[arg(long, value_name = "LIST", value_delimiter = ',', allow_hyphen_values = true, value_parser = |text: &str| Condition::read(text, ports))]
    pub port: Vec<Condition<Ports>>,
    /// Local port
    #[arg(long, value_name = "LIST", value_delimiter = ',', allow_hyphen_values = true, value_parser = |text: &str| Condition::read(text, ports))]
    pub local_port: Vec<Condition<Ports>>,
    /// Foreign port
    #[arg(long, value_name = "LIST", value_delimiter = ',', allow_hyphen_values = true, value_parser = |text: &str| Condition::read(text, ports))]
    pub foreign_port: Vec<Condition<Ports>>,
    /// Local or foreign address: ::1, 10.0.0.0/8
    #[arg(long, value_name = "LIST", value_delimiter = ',', allow_hyphen_values = true, value_parser = Place::read)]
    pub address: Vec<Condition<Place>>,
    /// Local address; '*': bound to all addresses
    #[arg(long, value_name = "LIST", value_delimiter = ',', allow_hyphen_values = true, value_parser = Place::read)]
    pub local_address: Vec<Condition<Place>>,
    /// Foreign address
    #[arg(long, value_name = "LIST", value_delimiter = ',', allow_hyphen_values = true, value_parser = Place::read)]
    pub foreign_address: Vec<Condition<Place>>,
    /// State: listen,time_wait; !listen for all others
    #[arg(long, value_name = "LIST", value_delimiter = ',', allow_hyphen_values = true, value_parser = |text: &str| Condition::read(text, state))]
    pub state: Vec<Condition<State>>,
    /// PID of an owner
    #[arg(long, value_name = "LIST", value_delimiter = ',', allow_hyphen_values = true, value_parser = |text: &str| Condition::read(text, pid))]
    pub pid: Vec<Condition<i32>>,
    /// Owner by program or executable: nginx, 'py*'
    #[arg(long, value_name = "GLOB", allow_hyphen_values = true, value_parser = |text: &str| Condition::read(text, program))]
    pub process: Vec<Condition<Pattern>>,
    #[command(flatten)]
    pub belonging: BelongingFlags,
    /// User who created the socket: name or number
    #[arg(long, value_name = "LIST", value_delimiter = ',', allow_hyphen_values = true, value_parser = |text: &str| Condition::read(text, user))]
    pub user: Vec<Condition<User>>,
    /// Inode of the socket
    #[arg(long, value_name = "LIST", value_delimiter = ',', allow_hyphen_values = true, value_parser = |text: &str| Condition::read(text, inode))]
    pub inode: Vec<Condition<u64>>,
}

impl FilterFlags {
    /// Returns the first of the flags that is given, if any.
    pub fn first(&self) -> Option<&'static str> {
        let flags = [
            ("--port", self.port.is_empty()),
            ("--local-port", self.local_port.is_empty()),
            ("--foreign-port", self.foreign_port.is_empty()),
            ("--address", self.address.is_empty()),
            ("--local-address", self.local_address.is_empty()),
            ("--foreign-address", self.foreign_address.is_empty()),
            ("--state", self.state.is_empty()),
            ("--pid", self.pid.is_empty()),
            ("--process", self.process.is_empty()),
            ("--container", self.belonging.container.is_empty()),
            ("--unit", self.belonging.unit.is_empty()),
            ("--pod", self.belonging.pod.is_empty()),
            ("--cgroup", self.belonging.cgroup.is_empty()),
            ("--user", self.user.is_empty()),
            ("--inode", self.inode.is_empty()),
        ];
        let given = flags.into_iter().find(|(_, is_empty)| !is_empty);
        given.map(|(name, _)| name)
    }

    /// Returns whether a port of one side is asked for.
    pub fn has_port_of_a_side(&self) -> bool {
        !(self.local_port.is_empty() && self.foreign_port.is_empty())
    }

    /// Returns the filter that the flags ask for.
    pub fn filter(&self) -> Filter {
        let port = |side, ports: &Ports| Filter::from(Test::Port(side, ports.clone()));
        let [local, foreign] = Side::BOTH;
        Filter::all([
            of_internet(&self.port, |it| {
                Filter::any(Side::BOTH.map(|side| port(side, it)))
            }),
            of_internet(&self.local_port, |it| port(local, it)),
            of_internet(&self.foreign_port, |it| port(foreign, it)),
            of_internet(&self.address, Place::filter_either),
            of_internet(&self.local_address, |it| it.filter(local)),
            of_internet(&self.foreign_address, |it| it.filter(foreign)),
            all_but(&self.state, State::filter),
            all_but(&self.pid, |pid| Test::Pid(*pid).into()),
            all_but(&self.process, |glob| Test::Program(glob.clone()).into()),
            self.belonging.filter(),
            all_but(&self.user, |user| Test::User(user.clone()).into()),
            all_but(&self.inode, |inode| Test::Inode(*inode).into()),
        ])
    }
}

/// Returns the condition that a flag about addresses or ports sets, which sockets without any don't
/// fit, whether they are wanted or not.
fn of_internet<C>(conditions: &[Condition<C>], test: impl Fn(&C) -> Filter) -> Filter {
    let has_ends = match conditions.iter().all(|it| it.wanted) {
        true => Filter::EVERYTHING,
        false => Filter::any([Family::V4, Family::V6].map(|it| Test::Family(it).into())),
    };
    Filter::all([all_but(conditions, test), has_ends])
}

/// A state, by its names: IP and unix sockets have different words for a listener.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct State(Vec<&'static str>);

impl State {
    /// Returns the condition that a socket is in it.
    fn filter(&self) -> Filter {
        Filter::any(self.0.iter().map(|name| Test::State(Some(*name)).into()))
    }
}

fn ports(text: &str) -> Result<Ports, String> {
    const WANTED: &str = "expected a number from 1 to 65535, a range like 8000-8100, or a \
                          service's name";
    let text = text.trim();
    // Services can be called 9pfs or 3com-tsmux, but not 80-.
    let is_number = text.bytes().all(|it| it.is_ascii_digit() || it == b'-');
    let port = |text: &str| text.parse().ok().filter(|port| *port > 0);
    let range = match text.split_once('-') {
        Some((first, last)) if is_number => port(first).zip(port(last)),
        _ => port(text).map(|port: u16| (port, port)),
    };
    match range {
        Some((first, last)) if first <= last => Ok(Ports::Range(first, last)),
        Some(_) => Err("the range is empty: its first port is above its last".to_owned()),
        None if is_number || text.starts_with('-') => Err(WANTED.to_owned()),
        None => Ok(Ports::Service(Comparison::Equal, text.to_owned())),
    }
}

fn state(name: &str) -> Result<State, String> {
    let name = spelled(name);
    let names = STATES.into_iter();
    // A listener's words are two spellings of one.
    let names: Vec<_> = names.filter(|it| spelled(it) == name).collect();
    match names.is_empty() {
        true => {
            let states = STATES.map(str::to_lowercase);
            let near = similar::nearest(&name, states.iter().map(String::as_str));
            Err(match near {
                Some(near) => format!("{MEANT}{near}?"),
                None => format!("{USUAL_STATES} are usual; 'man rnetstat' lists all"),
            })
        }
        false => Ok(State(names)),
    }
}

fn pid(text: &str) -> Result<i32, String> {
    let pid = text.trim().parse().ok().filter(|pid| *pid > 0);
    pid.ok_or_else(|| format!("expected a number from 1 to {}", i32::MAX))
}

fn program(text: &str) -> Result<Pattern, String> {
    Pattern::new(text).map_err(|error| error.to_string())
}

fn user(text: &str) -> Result<User, String> {
    let text = text.trim();
    match text.parse() {
        Ok(id) => Ok(User::Id(id)),
        Err(_) if text.is_empty() || text.starts_with('-') => {
            Err("expected the name or number of a user".to_owned())
        }
        Err(_) => Ok(User::Name(text.to_owned())),
    }
}

fn inode(text: &str) -> Result<u64, String> {
    let wanted = |_| format!("expected a number up to {}", u64::MAX);
    text.trim().parse().map_err(wanted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ports_are_numbers_ranges_or_services() {
        let service = |name: &str| Ports::Service(Comparison::Equal, name.to_owned());
        let cases = [
            ("80", Ok(Ports::Range(80, 80))),
            (" 80", Ok(Ports::Range(80, 80))),
            ("8000-8100", Ok(Ports::Range(8000, 8100))),
            ("https", Ok(service("https"))),
            ("iso-tsap", Ok(service("iso-tsap"))),
            ("0", Err("1 to 65535")),
            ("65536", Err("1 to 65535")),
            ("8100-8000", Err("above")),
            ("1-99999", Err("65535")),
            ("80-", Err("65535")),
            ("-80", Err("65535")),
            ("-t", Err("65535")),
            ("9pfs", Ok(service("9pfs"))),
            ("", Err("expected")),
        ];
        for (text, expected) in cases {
            match (ports(text), expected) {
                (Err(error), Err(expected)) => assert!(error.contains(expected), "{text}: {error}"),
                (found, expected) => assert_eq!(found.ok(), expected.ok(), "{text}"),
            }
        }
    }

    #[test]
    fn states_have_net_tools_names_in_any_case() {
        type Meant<'a> = Option<(&'a [&'a str], bool)>;
        let cases: [(&str, Meant<'_>); 16] = [
            ("established", Some((&["ESTABLISHED"], true))),
            ("Time-Wait", Some((&["TIME_WAIT"], true))),
            ("!LISTEN", Some((&["LISTEN", "LISTENING"], false))),
            ("fin_wait1", Some((&["FIN_WAIT1"], true))),
            ("FIN_WAIT_1", Some((&["FIN_WAIT1"], true))),
            ("timewait", Some((&["TIME_WAIT"], true))),
            ("!tw", Some((&["TIME_WAIT"], false))),
            ("estab", Some((&["ESTABLISHED"], true))),
            ("synrecv", Some((&["SYN_RECV"], true))),
            ("SYN_RECEIVED", Some((&["SYN_RECV"], true))),
            ("syn-rcv", Some((&["SYN_RECV"], true))),
            ("closed", Some((&["CLOSE"], true))),
            ("disc sent", Some((&["DISC_SENT"], true))),
            ("open", None),
            ("!", None),
            ("", None),
        ];
        for (text, expected) in cases {
            let found = Condition::read(text, state).ok();
            let found = found.as_ref().map(|it| (&it.condition.0[..], it.wanted));
            assert_eq!(found, expected, "{text}");
        }
    }
}
