//! The flags that net-tools lacks: which rows, in which form.

use super::belonging::BelongingFlags;
use super::expression;
use crate::request::{
    Color, Comparison, Filter, Format, Instead, OutputSpec, Ports, Side, SortKey, Test, User,
};
use crate::similar;
use clap::{Args, ValueEnum};
use glob::Pattern;
use ipnet::IpNet;
use std::net::{IpAddr, Ipv4Addr};

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

/// Which rows.
#[derive(Debug, Args)]
#[command(next_help_heading = "Which rows (lists: a,b,c)")]
pub struct FilterFlags {
    /// Local or foreign ports: 80, 8000-8100, http
    #[arg(long, value_name = "LIST", value_delimiter = ',', allow_hyphen_values = true, value_parser = ports)]
    pub port: Vec<Ports>,
    /// Local ports
    #[arg(long, value_name = "LIST", value_delimiter = ',', allow_hyphen_values = true, value_parser = ports)]
    pub local_port: Vec<Ports>,
    /// Foreign ports
    #[arg(long, value_name = "LIST", value_delimiter = ',', allow_hyphen_values = true, value_parser = ports)]
    pub foreign_port: Vec<Ports>,
    /// Local or foreign addresses: ::1, 10.0.0.0/8
    #[arg(long, value_name = "LIST", value_delimiter = ',', allow_hyphen_values = true, value_parser = network)]
    pub address: Vec<IpNet>,
    /// Local addresses
    #[arg(long, value_name = "LIST", value_delimiter = ',', allow_hyphen_values = true, value_parser = network)]
    pub local_address: Vec<IpNet>,
    /// Foreign addresses
    #[arg(long, value_name = "LIST", value_delimiter = ',', allow_hyphen_values = true, value_parser = network)]
    pub foreign_address: Vec<IpNet>,
    /// States: listen,time_wait; !listen: all but it
    #[arg(long, value_name = "LIST", value_delimiter = ',', allow_hyphen_values = true, value_parser = state)]
    pub state: Vec<State>,
    /// PIDs of owners
    #[arg(long, value_name = "LIST", value_delimiter = ',', allow_hyphen_values = true, value_parser = pid)]
    pub pid: Vec<i32>,
    /// Owners by program, comm or executable: 'nginx*'
    #[arg(long, value_name = "GLOB", allow_hyphen_values = true, value_parser = program)]
    pub process: Vec<Pattern>,
    #[command(flatten)]
    pub belonging: BelongingFlags,
    /// Users, by name or number
    #[arg(long, value_name = "LIST", value_delimiter = ',', allow_hyphen_values = true, value_parser = user)]
    pub user: Vec<User>,
    /// Inodes
    #[arg(long, value_name = "LIST", value_delimiter = ',', allow_hyphen_values = true, value_parser = inode)]
    pub inode: Vec<u64>,
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

    /// Returns the filter that the flags ask for.
    pub fn filter(&self) -> Filter {
        let port = |side| move |ports: &Ports| Test::Port(side, ports.clone()).into();
        let network = |side| move |network: &IpNet| Filter::network(side, *network);
        let states = |wanted| {
            let states = self.state.iter().filter(move |it| it.wanted == wanted);
            let names = states.flat_map(|state| &state.names);
            names.map(|name| Test::State(Some(*name)).into())
        };
        let [local, foreign] = Side::BOTH;
        Filter::all([
            one_of(&self.port, |it| {
                Filter::any([port(local)(it), port(foreign)(it)])
            }),
            one_of(&self.local_port, port(local)),
            one_of(&self.foreign_port, port(foreign)),
            one_of(&self.address, |it| {
                Filter::any([network(local)(it), network(foreign)(it)])
            }),
            one_of(&self.local_address, network(local)),
            one_of(&self.foreign_address, network(foreign)),
            Filter::all_but(states(true), states(false)),
            one_of(&self.pid, |pid| Test::Pid(*pid).into()),
            one_of(&self.process, |glob| Test::Program(glob.clone()).into()),
            self.belonging.filter(),
            one_of(&self.user, |user| Test::User(user.clone()).into()),
            one_of(&self.inode, |inode| Test::Inode(*inode).into()),
        ])
    }
}

/// Returns the condition that a flag sets: that one of its values fits, if it has any.
fn one_of<V>(values: &[V], condition: impl Fn(&V) -> Filter) -> Filter {
    Filter::all_but(values.iter().map(condition), [])
}

/// In which form.
#[derive(Debug, Args)]
#[command(next_help_heading = "In which form")]
pub struct OutputFlags {
    /// classic [default], table, json, jsonl or csv
    #[arg(long, value_name = "FORMAT", hide_possible_values = true)]
    pub format: Option<FormatName>,
    /// The same as --format json
    #[arg(long, conflicts_with = "format")]
    pub json: bool,
    /// Colours in a table: auto [default], always or never
    #[arg(long, value_name = "WHEN", hide_possible_values = true)]
    pub color: Option<ColorName>,
    /// These columns, in this order (not classic)
    #[arg(long, value_name = "LIST", value_delimiter = ',')]
    pub columns: Vec<String>,
    /// Sorted by these columns; -COLUMN for descending
    #[arg(long, value_name = "LIST", value_delimiter = ',', allow_hyphen_values = true, value_parser = sort_key)]
    pub sort: Vec<SortKey>,
    /// How many rows share these columns, largest first
    #[arg(long, value_name = "LIST", value_delimiter = ',')]
    pub count_by: Vec<String>,
    /// The first N rows only
    #[arg(long, value_name = "N", allow_hyphen_values = true, value_parser = top)]
    pub top: Option<usize>,
    /// The number of rows only
    #[arg(long, conflicts_with_all = ["pids", "count_by", "columns", "sort", "top"])]
    pub count: bool,
    /// The owners' PIDs only, one a line
    #[arg(long, conflicts_with_all = ["count_by", "columns", "sort", "top"])]
    pub pids: bool,
}

impl OutputFlags {
    /// Returns the form that the flags ask for.
    pub fn spec(&self) -> OutputSpec {
        OutputSpec {
            format: match self.format {
                _ if self.json => Format::Json,
                None | Some(FormatName::Classic) => Format::Classic,
                Some(FormatName::Table) => Format::Table,
                Some(FormatName::Json) => Format::Json,
                Some(FormatName::Jsonl) => Format::Jsonl,
                Some(FormatName::Csv) => Format::Csv,
            },
            color: match self.color {
                None | Some(ColorName::Auto) => Color::Auto,
                Some(ColorName::Always) => Color::Always,
                Some(ColorName::Never) => Color::Never,
            },
            columns: (!self.columns.is_empty()).then(|| self.columns.clone()),
            sort: self.sort.clone(),
            count_by: self.count_by.clone(),
            top: self.top,
            instead: match (self.count, self.pids) {
                (true, _) => Some(Instead::Count),
                (false, true) => Some(Instead::Pids),
                (false, false) => None,
            },
            headless: false,
        }
    }
}

/// The formats, by the flag's values.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum FormatName {
    Classic,
    Table,
    Json,
    Jsonl,
    Csv,
}

/// When there are colours, by the flag's values.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum ColorName {
    Auto,
    Always,
    Never,
}

/// A state, wanted or unwanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct State {
    /// Its names: IP and unix sockets have different words for a listener.
    names: Vec<&'static str>,
    wanted: bool,
}

fn ports(text: &str) -> Result<Ports, String> {
    const WANTED: &str = "a number from 1 to 65535, a range like 8000-8100, or a service's name is \
                          wanted";
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

/// Parses an address or a network. A network of IPv4-mapped addresses is the IPv4 network that it
/// means.
fn network(text: &str) -> Result<IpNet, String> {
    let wanted = || "an address or a network like 10.0.0.0/8 or 2001:db8::/32 is wanted".to_owned();
    let text = text.trim();
    let network: IpNet = match text.parse::<IpAddr>() {
        Ok(address) => address.into(),
        Err(_) => text.parse().map_err(|_| wanted())?,
    };
    if let IpNet::V6(v6) = network
        && v6.prefix_len() >= 96
        && let Some(address) = v6.addr().to_ipv4_mapped()
    {
        return v4_network(address, v6.prefix_len() - 96).ok_or_else(wanted);
    }
    Ok(network)
}

fn v4_network(address: Ipv4Addr, prefix: u8) -> Option<IpNet> {
    IpNet::new(address.into(), prefix).ok()
}

/// Parses a state, with `!` in front if it is unwanted.
fn state(text: &str) -> Result<State, String> {
    let text = text.trim();
    let (wanted, name) = match text.strip_prefix('!') {
        Some(name) => (false, name),
        None => (true, text),
    };
    let name = expression::spelled(name);
    let names = STATES.into_iter();
    // A listener's words are two spellings of one.
    let names: Vec<_> = names.filter(|it| expression::spelled(it) == name).collect();
    match names.is_empty() {
        true => {
            let states = STATES.map(str::to_lowercase);
            let near = similar::nearest(&name, states.iter().map(String::as_str));
            Err(match near {
                Some(near) => format!("did you mean {near}?"),
                None => format!("the states are {}", states.join(", ")),
            })
        }
        false => Ok(State { names, wanted }),
    }
}

fn pid(text: &str) -> Result<i32, String> {
    let pid = text.trim().parse().ok().filter(|pid| *pid > 0);
    pid.ok_or_else(|| format!("a number from 1 to {} is wanted", i32::MAX))
}

fn program(text: &str) -> Result<Pattern, String> {
    Pattern::new(text).map_err(|error| error.to_string())
}

fn user(text: &str) -> Result<User, String> {
    let text = text.trim();
    match text.parse() {
        Ok(id) => Ok(User::Id(id)),
        Err(_) if text.is_empty() || text.starts_with('-') => {
            Err("a user's name or number is wanted".to_owned())
        }
        Err(_) => Ok(User::Name(text.to_owned())),
    }
}

fn inode(text: &str) -> Result<u64, String> {
    let wanted = |_| format!("a number up to {} is wanted", u64::MAX);
    text.trim().parse().map_err(wanted)
}

fn top(text: &str) -> Result<usize, &'static str> {
    let top = text.parse().ok().filter(|top| *top > 0);
    top.ok_or("a number of rows above 0 is wanted")
}

fn sort_key(text: &str) -> Result<SortKey, String> {
    let (descending, field) = match text.strip_prefix('-') {
        Some(field) => (true, field),
        None => (false, text),
    };
    match field.is_empty() {
        true => Err("a column's name is wanted".to_owned()),
        false => Ok(SortKey {
            column: field.to_owned(),
            descending,
        }),
    }
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
            ("", Err("wanted")),
        ];
        for (text, expected) in cases {
            match (ports(text), expected) {
                (Err(error), Err(expected)) => assert!(error.contains(expected), "{text}: {error}"),
                (found, expected) => assert_eq!(found.ok(), expected.ok(), "{text}"),
            }
        }
    }

    #[test]
    fn networks_mean_what_they_say() {
        let cases = [
            ("10.0.0.1", Some("10.0.0.1/32")),
            ("10.0.0.0/8", Some("10.0.0.0/8")),
            ("::1", Some("::1/128")),
            ("::ffff:10.0.0.1", Some("10.0.0.1/32")),
            ("::ffff:10.0.0.0/104", Some("10.0.0.0/8")),
            ("::ffff:0:0/90", Some("::ffff:0.0.0.0/90")),
            ("2001:db8::/32", Some("2001:db8::/32")),
            ("10.0.0.0/33", None),
            ("10.0.0", None),
            ("localhost", None),
            ("", None),
        ];
        for (text, expected) in cases {
            let found = network(text).ok();
            assert_eq!(
                found,
                expected.map(|it| it.parse().expect("a network")),
                "{text}"
            );
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
            let found = state(text).ok();
            let found = found.as_ref().map(|it| (&it.names[..], it.wanted));
            assert_eq!(found, expected, "{text}");
        }
    }
}
