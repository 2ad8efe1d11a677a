//! Sockets as rows of tables, made of the values of their columns.

use super::values::Values;
use crate::owners::Owner;
use crate::report::records::value::Value;
use crate::tables::inet::{self, Family, Protocol};
use crate::tables::unix;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

/// The columns that rows are made of.
pub const COLUMNS: &[&str] = &[
    "state_before",
    "proto",
    "recv_q",
    "send_q",
    "local_address",
    "local_port",
    "foreign_address",
    "foreign_port",
    "state",
    "uid",
    "inode",
    "timer",
    "timer_seconds",
    "retransmits",
    "probes",
    "type",
    "flags",
    "references",
    "path",
    "pid",
    "processes",
];

/// The state of a raw socket that is connected (include/net/tcp_states.h): `TCP_ESTABLISHED`.
const CONNECTED: u8 = 1;

/// That of any other: `TCP_CLOSE`.
const CLOSED: u8 = 7;

/// A row of a table.
#[derive(Debug, PartialEq, Eq)]
pub enum Rebuilt {
    /// A TCP, UDP, UDP-Lite or raw socket.
    Inet(inet::Row),
    /// A unix domain socket without its path, and the path.
    Unix(unix::Row<'static>, Option<Vec<u8>>),
}

impl Values<'_> {
    /// Returns an end; zeros stand for what it lacks.
    fn end(&mut self, family: Family, address: &str, port: &str) -> SocketAddr {
        let ip = self.address(address);
        let ip = ip.unwrap_or(unspecified(family));
        SocketAddr::new(ip, self.number(port).unwrap_or(0))
    }

    /// Returns the owner that net-tools shows, by the first word of its name, or `None` if there is none or
    /// it is not known.
    pub fn owner(&mut self) -> Option<Owner> {
        let pid = self.number("pid")?;
        let program = match self.get("processes") {
            Value::Processes(processes) => {
                let mut processes = processes.iter();
                processes.find(|it| it.pid == pid).map(|it| it.name.clone())
            }
            _ => None,
        };
        Some(Owner {
            pid,
            thread: pid,
            program: program.unwrap_or_default(),
            comm: Vec::new(),
            executable: None,
            command: Vec::new(),
            belonging: None,
        })
    }

    /// Returns the row, or `None` if it is neither of an IP socket nor of a unix socket.
    pub fn socket(&mut self) -> Option<Rebuilt> {
        let proto = self.text("proto")?;
        match inet::kind_called(&proto) {
            Some(kind) => Some(Rebuilt::Inet(self.inet(kind))),
            None if proto == b"unix" => Some(self.unix()),
            None => None,
        }
    }

    fn inet(&mut self, (protocol, family): (Protocol, Family)) -> inet::Row {
        let mut row = inet::Row {
            protocol,
            family,
            local: self.end(family, "local_address", "local_port"),
            foreign: self.end(family, "foreign_address", "foreign_port"),
            state: CLOSED,
            send_queue: self.number("send_q").unwrap_or(0),
            receive_queue: self.number("recv_q").unwrap_or(0),
            timer: 0,
            timer_ticks: self.hundredths("timer_seconds").unwrap_or(0),
            retransmits: self.number("retransmits"),
            uid: self.number("uid"),
            probes: self.number("probes"),
            inode: self.number("inode"),
            kernel_address: 0,
            drops: None,
        };
        // A socket that nobody can hold has number 0, and the row of one whose line was cut has no user.
        row.inode = row.inode.or(row.uid.map(|_| 0));
        let (state, timer) = (self.text("state"), self.text("timer"));
        let is_called =
            |name: Option<&str>, text: &Option<Vec<u8>>| name.map(str::as_bytes) == text.as_deref();
        row.state = match protocol {
            // It has no name. An IPv4-mapped address is not unspecified.
            Protocol::Raw if row.foreign.ip() == unspecified(family) => CLOSED,
            Protocol::Raw => CONNECTED,
            _ => number_of(|number| {
                row.state = number;
                is_called(row.state_name(), &state)
            }),
        };
        row.timer = match timer {
            // Its number is not saved.
            None => u8::MAX,
            Some(_) => number_of(|number| {
                row.timer = number;
                is_called(row.timer_name(), &timer)
            }),
        };
        row
    }

    fn unix(&mut self) -> Rebuilt {
        let flags = self.text("flags").unwrap_or_default();
        let words = flags.split(|byte| *byte == b' ');
        let flags = [
            unix::FLAG_ACCEPTS,
            unix::FLAG_WAITS_FOR_DATA,
            unix::FLAG_NO_SPACE,
        ];
        let is_set = |flag: &u32| {
            let mut names = unix::flag_names(*flag);
            names.any(|name| words.clone().any(|word| word == name.as_bytes()))
        };
        let flags = flags.into_iter().filter(is_set).sum();
        let mut row = unix::Row {
            references: self.number("references").unwrap_or(0),
            protocol: 0,
            flags,
            kind: 0,
            state: 0,
            inode: self.number("inode"),
            path: None,
            is_cut: false,
        };
        let (state, kind) = (self.text("state"), self.text("type"));
        row.state = number_of(|number| {
            let name = unix::state_name(number, flags);
            name.map(str::as_bytes) == state.as_deref()
        });
        row.kind = u32::from(number_of(|number| {
            row.kind = number.into();
            Some(row.kind_name().as_bytes()) == kind.as_deref()
        }));
        Rebuilt::Unix(row, self.text("path"))
    }
}

fn unspecified(family: Family) -> IpAddr {
    match family {
        Family::V4 => IpAddr::V4(Ipv4Addr::UNSPECIFIED),
        Family::V6 => IpAddr::V6(Ipv6Addr::UNSPECIFIED),
    }
}

/// Returns the first number that has a name, or the greatest if none has.
fn number_of(mut has_name: impl FnMut(u8) -> bool) -> u8 {
    (0..=u8::MAX).find(|it| has_name(*it)).unwrap_or(u8::MAX)
}
