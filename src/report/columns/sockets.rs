//! The fields of sockets of all kinds: what a kind of socket lacks is null.

use super::ends::End;
use super::{Cost, Field, Identity, Record, Shrink};
use crate::names::{Names, Transport};
use crate::owners::Owners;
use crate::report::records::value::{Process, Value};
use crate::request::Columns;
use crate::sanitize;
use crate::tables::inet::{self, Protocol};
use crate::tables::unix::{self, flag_names};
use crate::tables::{rare, sctp};
use std::borrow::Cow;

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
    /// An SCTP endpoint's or association's.
    Sctp(&'a sctp::Row<'a>),
    /// A unix socket's.
    Unix(&'a unix::Row<'a>),
    /// That of a socket of a rare family.
    Rare(&'a rare::Socket<'a>),
}

type Get = for<'r, 'a> fn(&'r mut Socket<'a>) -> Value<'r>;

/// The name of the field with all owners.
pub const PROCESSES: &str = "processes";

/// The name of a number.
const fn name(name: &'static str, title: &'static str) -> Field {
    let name = Field::new(name, title);
    name.cost(Cost::Name).shrink(Shrink::Text)
}

/// The fields, and how each is had.
const FIELDS: [(Field, Get); 29] = [
    (Field::new("proto", "Proto").drop_after_wrap(4), |it| {
        Value::word(Some(it.row.protocol()))
    }),
    (Field::new("recv_q", "Recv-Q").drop_before_wrap(4), |it| {
        Value::number(it.row.receive_queue())
    }),
    (Field::new("send_q", "Send-Q").drop_before_wrap(4), |it| {
        Value::number(it.row.send_queue())
    }),
    (
        Field::new("local_address", "Local address")
            .shrink(Shrink::Address)
            .named_by("local_host"),
        |it| it.row.local().address(),
    ),
    (
        Field::new("local_port", "Port").named_by("local_service"),
        |it| Value::number(it.row.local().port()),
    ),
    (name("local_host", "Local host"), |it| {
        it.host(it.row.local())
    }),
    (name("local_service", "Local service"), |it| {
        it.service(it.row.local())
    }),
    (
        Field::new("foreign_address", "Foreign address")
            .shrink(Shrink::Address)
            .drop_after_wrap(1)
            .named_by("foreign_host"),
        |it| it.row.foreign().address(),
    ),
    (
        Field::new("foreign_port", "Port")
            .drop_after_wrap(2)
            .named_by("foreign_service"),
        |it| Value::number(it.row.foreign().port()),
    ),
    (name("foreign_host", "Foreign host"), |it| {
        it.host(it.row.foreign())
    }),
    (name("foreign_service", "Foreign service"), |it| {
        it.service(it.row.foreign())
    }),
    (Field::new("state", "State").drop_after_wrap(3), |it| {
        Value::word(it.row.state_name())
    }),
    (
        Field::new("uid", "UID")
            .drop_before_wrap(6)
            .named_by("user"),
        |it| Value::number(it.row.uid()),
    ),
    (name("user", "User"), |it| it.user()),
    (Field::new("inode", "Inode").drop_before_wrap(7), |it| {
        Value::number(it.row.inode())
    }),
    (Field::new("timer", "Timer").drop_before_wrap(5), |it| {
        Value::word(it.inet().and_then(inet::Row::timer_name))
    }),
    (
        Field::new("timer_seconds", "Seconds").drop_before_wrap(8),
        |it| it.seconds(),
    ),
    (
        Field::new("retransmits", "Retransmits").drop_before_wrap(9),
        |it| Value::number(it.inet().and_then(inet::Row::counted_retransmits)),
    ),
    (Field::new("probes", "Probes").drop_before_wrap(9), |it| {
        Value::number(it.inet().and_then(|row| row.probes))
    }),
    (Field::new("type", "Type").drop_before_wrap(2), |it| {
        Value::word(it.unix().map(unix::Row::kind_name))
    }),
    (Field::new("flags", "Flags").drop_before_wrap(8), |it| {
        it.flags()
    }),
    (
        Field::new("references", "RefCnt").drop_before_wrap(9),
        |it| Value::number(it.unix().map(|row| row.references)),
    ),
    (Field::new("pid", "PID").cost(Cost::Owners), |it| {
        Value::number(it.owner().map(|owner| owner.pid))
    }),
    (
        Field::new("program", "Program")
            .cost(Cost::Owners)
            .shrink(Shrink::Text),
        |it| Value::text(it.owner().map(|owner| &owner.program[..])),
    ),
    (
        Field::new(PROCESSES, "Processes")
            .cost(Cost::Owners)
            .shrink(Shrink::Text),
        |it| it.processes(),
    ),
    (Field::new("path", "Path").shrink(Shrink::Text), |it| {
        it.path()
    }),
    (
        Field::new("local_addresses", "Local addresses")
            .shrink(Shrink::List)
            .drop_before_wrap(3),
        |it| it.row.local().addresses(),
    ),
    (
        Field::new("foreign_addresses", "Foreign addresses")
            .shrink(Shrink::List)
            .drop_before_wrap(3),
        |it| it.row.foreign().addresses(),
    ),
    (Field::new("interface", "Iface").drop_before_wrap(3), |it| {
        it.device()
    }),
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
    usual.extend(["path", "local_addresses", "foreign_addresses", "interface"]);
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
    fallback_key: Some(("foreign_port", "inode")),
    changes: &["state"],
};

/// Whether the field at `place` is a name that has to be looked up.
pub fn is_name(place: usize) -> bool {
    super::takes(&FIELDS, place, Cost::Name)
}

/// Whether the field called `name` tells of a socket's owners.
pub fn tells_owners(name: &str) -> bool {
    let mut fields = FIELDS.iter().map(|(field, _)| field);
    fields.any(|field| field.name == name && field.cost == Cost::Owners)
}

/// The fields of sockets.
pub fn fields() -> Vec<Field> {
    super::definitions(&FIELDS)
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
            Row::Sctp(row) => row.state_name(),
            Row::Unix(row) => row.state_name(),
            Row::Rare(socket) => socket.state_name(),
        }
    }

    /// The inode; none where it is not known, or nobody has the socket any more.
    pub fn inode(&self) -> Option<u64> {
        let inode = match self {
            Row::Inet(row) => row.inode,
            Row::Sctp(row) => Some(row.inode),
            Row::Unix(row) => row.inode,
            Row::Rare(socket) => socket.inode(),
        };
        inode.filter(|inode| *inode != 0)
    }

    fn protocol(&self) -> &'static str {
        match self {
            Row::Inet(row) => row.protocol_name(),
            Row::Sctp(_) => "sctp",
            Row::Unix(_) => "unix",
            Row::Rare(socket) => socket.family_name(),
        }
    }

    fn receive_queue(&self) -> Option<i64> {
        match self {
            Row::Inet(row) => Some(row.receive_queue.into()),
            Row::Sctp(row) => Some(row.association.as_ref()?.receive_queue.into()),
            Row::Unix(_) => None,
            Row::Rare(socket) => socket.receive_queue(),
        }
    }

    fn send_queue(&self) -> Option<i64> {
        match self {
            Row::Inet(row) => Some(row.send_queue.into()),
            Row::Sctp(row) => Some(row.association.as_ref()?.send_queue.into()),
            Row::Unix(_) => None,
            Row::Rare(socket) => socket.send_queue(),
        }
    }

    fn uid(&self) -> Option<u32> {
        match self {
            Row::Inet(row) => row.uid,
            Row::Sctp(row) => Some(row.uid),
            Row::Unix(_) => None,
            Row::Rare(socket) => socket.uid(),
        }
    }
}

impl<'a> Socket<'a> {
    fn inet(&self) -> Option<&'a inet::Row> {
        match self.row {
            Row::Inet(row) => Some(row),
            _ => None,
        }
    }

    fn unix(&self) -> Option<&'a unix::Row<'a>> {
        match self.row {
            Row::Unix(row) => Some(row),
            _ => None,
        }
    }

    fn host(&mut self, end: End<'_>) -> Value<'_> {
        Value::text(end.ip().and_then(|address| self.names.host(address)))
    }

    fn service(&mut self, end: End<'_>) -> Value<'_> {
        let transport = match self.inet().map(|row| row.protocol) {
            // net-tools knows no names of SCTP's ports.
            None => return Value::Null,
            Some(Protocol::Tcp) => Transport::Tcp,
            Some(Protocol::Udp | Protocol::Udplite) => Transport::Udp,
            Some(Protocol::Raw) => Transport::Raw,
        };
        Value::text(
            end.port()
                .and_then(|port| self.names.service(transport, port)),
        )
    }

    fn user(&mut self) -> Value<'_> {
        Value::text(self.row.uid().and_then(|uid| self.names.user(uid)))
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

    fn device(&mut self) -> Value<'_> {
        let device = match self.row {
            Row::Rare(socket) => socket.device(),
            _ => None,
        };
        match device {
            None => Value::Null,
            Some(device) => Value::Text(Cow::Owned(sanitize::printable(device.to_vec()))),
        }
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
