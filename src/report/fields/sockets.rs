//! The fields of sockets, IP and unix alike: what a kind of socket lacks is null.

use super::{Field, Identity, Record};
use crate::names::{Names, Transport};
use crate::owners::Owners;
use crate::report::value::{Process, Value};
use crate::request::Columns;
use crate::sanitize;
use crate::tables::inet::{self, Protocol};
use crate::tables::unix::{self, flag_names};
use std::borrow::Cow;
use std::net::SocketAddr;

/// A socket, and what its fields are made with.
pub struct Socket<'a> {
    /// Its row.
    pub row: Row<'a>,
    /// Names for its numbers.
    pub names: &'a mut Names,
    /// The owners, all of them, if any are wanted.
    pub owners: Option<&'a Owners>,
}

/// The row of a socket.
#[derive(Clone, Copy)]
pub enum Row<'a> {
    /// An IP socket's.
    Inet(&'a inet::Row),
    /// A unix socket's.
    Unix(&'a unix::Row<'a>),
}

type Get = for<'r, 'a> fn(&'r mut Socket<'a>) -> Value<'r>;

/// The name of the field with all owners.
pub const PROCESSES: &str = "processes";

/// The fields, and how each is had.
const FIELDS: [(Field, Get); 26] = [
    (Field::new("proto", "Proto"), |it| {
        Value::word(Some(it.protocol()))
    }),
    (Field::new("recv_q", "Recv-Q").dispensable(4), |it| {
        Value::number(it.inet().map(|row| row.receive_queue))
    }),
    (Field::new("send_q", "Send-Q").dispensable(4), |it| {
        Value::number(it.inet().map(|row| row.send_queue))
    }),
    (
        Field::new("local_address", "Local address").named_by("local_host"),
        |it| address(it.local()),
    ),
    (
        Field::new("local_port", "Port").named_by("local_service"),
        |it| port(it.local()),
    ),
    (Field::new("local_host", "Local host"), |it| {
        it.host(it.local())
    }),
    (Field::new("local_service", "Local service"), |it| {
        it.service(it.local())
    }),
    (
        Field::new("foreign_address", "Foreign address").named_by("foreign_host"),
        |it| address(it.foreign()),
    ),
    (
        Field::new("foreign_port", "Port").named_by("foreign_service"),
        |it| port(it.foreign()),
    ),
    (Field::new("foreign_host", "Foreign host"), |it| {
        it.host(it.foreign())
    }),
    (Field::new("foreign_service", "Foreign service"), |it| {
        it.service(it.foreign())
    }),
    (Field::new("state", "State"), |it| {
        Value::word(it.row.state_name())
    }),
    (
        Field::new("uid", "UID").dispensable(6).named_by("user"),
        |it| Value::number(it.inet().and_then(|row| row.uid)),
    ),
    (Field::new("user", "User"), |it| it.user()),
    (Field::new("inode", "Inode").dispensable(7), |it| {
        Value::number(it.row.inode())
    }),
    (Field::new("timer", "Timer").dispensable(5), |it| {
        Value::word(it.inet().and_then(inet::Row::timer_name))
    }),
    (
        Field::new("timer_seconds", "Seconds").dispensable(8),
        |it| it.seconds(),
    ),
    (
        Field::new("retransmits", "Retransmits").dispensable(9),
        |it| Value::number(it.inet().and_then(inet::Row::counted_retransmits)),
    ),
    (Field::new("probes", "Probes").dispensable(9), |it| {
        Value::number(it.inet().and_then(|row| row.probes))
    }),
    (Field::new("type", "Type").dispensable(2), |it| {
        Value::word(it.unix().map(unix::Row::kind_name))
    }),
    (Field::new("flags", "Flags").dispensable(8), |it| it.flags()),
    (Field::new("references", "RefCnt").dispensable(9), |it| {
        Value::number(it.unix().map(|row| row.references))
    }),
    (Field::new("pid", "PID"), |it| {
        Value::number(it.owner().map(|owner| owner.pid))
    }),
    (Field::new("program", "Program").dispensable(1), |it| {
        Value::text(it.owner().map(|owner| &owner.program[..]))
    }),
    (Field::new(PROCESSES, "Processes"), |it| it.processes()),
    (Field::new("path", "Path"), |it| it.path()),
];

/// The fields that a table has, if there is something in them; `columns` tells what is asked for
/// beyond the rest.
pub fn usual(columns: &Columns) -> Vec<&'static str> {
    let mut usual = vec![
        "proto",
        "recv_q",
        "send_q",
        "local_address",
        "local_host",
        "local_port",
        "local_service",
        "foreign_address",
        "foreign_host",
        "foreign_port",
        "foreign_service",
        "state",
        "type",
    ];
    if columns.extended {
        usual.extend(["uid", "user", "inode", "flags", "references"]);
    }
    if columns.timers {
        usual.extend(["timer", "timer_seconds", "retransmits", "probes"]);
    }
    if columns.programs || columns.pid {
        usual.push(PROCESSES);
    }
    usual.push("path");
    usual
}

/// A connection is told by its two ends, for it loses its inode when it is closed. All else is told
/// by its inode: two may have the same end, or one come where another was.
pub const IDENTITY: Identity = Identity {
    by: &[
        "proto",
        "local_address",
        "local_port",
        "foreign_address",
        "foreign_port",
    ],
    lacking: Some(("foreign_port", "inode")),
    changes: &["state"],
};

/// Whether the field at `place` is a name that has to be looked up.
pub fn is_name(place: usize) -> bool {
    const NAMES: [&str; 5] = [
        "local_host",
        "local_service",
        "foreign_host",
        "foreign_service",
        "user",
    ];
    FIELDS
        .get(place)
        .is_some_and(|(field, _)| NAMES.contains(&field.name))
}

/// The fields of sockets.
pub fn fields() -> Vec<Field> {
    super::names_of(&FIELDS)
}

impl Record for Socket<'_> {
    fn value(&mut self, place: usize) -> Value<'_> {
        match FIELDS.get(place) {
            Some((_, get)) => get(self),
            None => Value::Null,
        }
    }
}

impl Row<'_> {
    /// net-tools' name of the state; none where the socket has none.
    pub fn state_name(&self) -> Option<&'static str> {
        match self {
            Row::Inet(row) => row.state_name(),
            Row::Unix(row) => row.state_name(),
        }
    }

    /// The inode; none where it is not known, or nobody has the socket any more.
    pub fn inode(&self) -> Option<u64> {
        let inode = match self {
            Row::Inet(row) => row.inode,
            Row::Unix(row) => row.inode,
        };
        inode.filter(|inode| *inode != 0)
    }
}

impl<'a> Socket<'a> {
    fn inet(&self) -> Option<&'a inet::Row> {
        match self.row {
            Row::Inet(row) => Some(row),
            Row::Unix(_) => None,
        }
    }

    fn unix(&self) -> Option<&'a unix::Row<'a>> {
        match self.row {
            Row::Inet(_) => None,
            Row::Unix(row) => Some(row),
        }
    }

    fn protocol(&self) -> &'static str {
        self.inet().map_or("unix", inet::Row::protocol_name)
    }

    fn local(&self) -> Option<SocketAddr> {
        self.inet().map(|row| row.local)
    }

    fn foreign(&self) -> Option<SocketAddr> {
        self.inet().map(|row| row.foreign)
    }

    fn host(&mut self, end: Option<SocketAddr>) -> Value<'_> {
        let address = end.map(|end| end.ip()).filter(|it| !it.is_unspecified());
        Value::text(address.and_then(|address| self.names.host(address)))
    }

    fn service(&mut self, end: Option<SocketAddr>) -> Value<'_> {
        let transport = match self.inet().map(|row| row.protocol) {
            None => return Value::Null,
            Some(Protocol::Tcp) => Transport::Tcp,
            Some(Protocol::Udp | Protocol::Udplite) => Transport::Udp,
            Some(Protocol::Raw) => Transport::Raw,
        };
        let port = end.map(|end| end.port()).filter(|port| *port != 0);
        Value::text(port.and_then(|port| self.names.service(transport, port)))
    }

    fn user(&mut self) -> Value<'_> {
        let uid = self.inet().and_then(|row| row.uid);
        Value::text(uid.and_then(|uid| self.names.user(uid)))
    }

    fn seconds(&self) -> Value<'static> {
        match self.inet() {
            Some(row) if row.timer != 0 => Value::Hundredths(row.timer_ticks),
            _ => Value::Null,
        }
    }

    fn flags(&mut self) -> Value<'_> {
        let Some(row) = self.unix() else {
            return Value::Null;
        };
        let names: Vec<&str> = flag_names(row.flags).collect();
        Value::Text(Cow::Owned(names.join(" ").into_bytes()))
    }

    fn path(&mut self) -> Value<'_> {
        match self.unix().and_then(|row| row.path) {
            None => Value::Null,
            Some(path) => Value::Text(Cow::Owned(sanitize::printable(path.to_vec()))),
        }
    }

    fn owner(&self) -> Option<&'a crate::owners::Owner> {
        self.owners?.of(self.row.inode()?)
    }

    /// All owners: none where nobody looked for them, an empty list where there is none.
    fn processes(&mut self) -> Value<'_> {
        let Some(owners) = self.owners else {
            return Value::Null;
        };
        let inode = self.row.inode();
        let all = inode.into_iter().flat_map(|inode| owners.all_of(inode));
        let all = all.map(|(owner, fd)| Process {
            pid: owner.pid,
            name: owner.program.clone(),
            command: owner.command.clone(),
            fd,
        });
        Value::Processes(all.collect())
    }
}

fn address(end: Option<SocketAddr>) -> Value<'static> {
    end.map_or(Value::Null, |end| Value::address(end.ip()))
}

/// A port; null where there is none, which the kernel shows as 0.
fn port(end: Option<SocketAddr>) -> Value<'static> {
    Value::number(end.map(|end| end.port()).filter(|port| *port != 0))
}
