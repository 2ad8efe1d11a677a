//! The columns of sockets of all kinds: what a kind of socket lacks is null.

use super::{
    Column, Cost, Get, Identity, Listing, Shrink, ends, internals, owners, peers, printable, rates,
};
use crate::listing::sockets::SocketRows;
use crate::names::{Names, Transport};
use crate::owners::facts::{
    CGROUP, CONTAINER, CONTAINER_ID, CONTAINER_RUNTIME, CONTEXT, POD, POD_UID, PROXIED, SLICE, UNIT,
};
use crate::report::records::value::Value;
use crate::request::Columns;
use crate::tables::inet::{self, Protocol};
use crate::tables::unix::{self, flag_names};
use crate::tables::{End, Socket};
use std::borrow::Cow;

/// The name of the column with all owners.
pub const PROCESSES: &str = "processes";

/// The listing of sockets.
pub const SOCKETS: Listing<SocketRows> = Listing {
    columns: &[
        COLUMNS,
        owners::COLUMNS,
        internals::COLUMNS,
        peers::COLUMNS,
        rates::COLUMNS,
    ],
    usual,
    identity: IDENTITY,
    no_owner: owners::no_owner,
};

/// Returns the description of a number's name.
const fn name(name: &'static str, title: &'static str) -> Column {
    let name = Column::new(name, title);
    name.cost(Cost::Name).shrink(Shrink::Text)
}

/// Returns the description of an address's name.
const fn host_name(name: &'static str, title: &'static str) -> Column {
    let name = Column::new(name, title);
    name.cost(Cost::Host).shrink(Shrink::Text)
}

/// The columns, and how the value of each is got.
const COLUMNS: &[(Column, Get<SocketRows>)] = &[
    (
        Column::new("proto", "Proto").drop_after_wrap(4),
        |socket, _| Value::word(Some(socket.protocol())),
    ),
    (
        Column::new("recv_q", "Recv-Q").drop_before_wrap(4),
        |socket, _| Value::number(socket.receive_queue()),
    ),
    (
        Column::new("send_q", "Send-Q").drop_before_wrap(4),
        |socket, _| Value::number(socket.send_queue()),
    ),
    (
        Column::new("local_address", "Local address")
            .shrink(Shrink::Address)
            .named_by("local_host"),
        |socket, _| ends::address(socket.local()),
    ),
    (
        Column::new("local_port", "Port").named_by("local_service"),
        |socket, _| Value::number(socket.local().port()),
    ),
    (host_name("local_host", "Local host"), |socket, joined| {
        host(socket.local(), joined.names)
    }),
    (name("local_service", "Local service"), |socket, joined| {
        service(socket, socket.local(), joined.names)
    }),
    (
        Column::new("foreign_address", "Foreign address")
            .shrink(Shrink::Address)
            .drop_after_wrap(1)
            .named_by("foreign_host"),
        |socket, _| ends::address(socket.foreign()),
    ),
    (
        Column::new("foreign_port", "Port")
            .drop_after_wrap(2)
            .named_by("foreign_service"),
        |socket, _| Value::number(socket.foreign().port()),
    ),
    (
        host_name("foreign_host", "Foreign host"),
        |socket, joined| host(socket.foreign(), joined.names),
    ),
    (
        name("foreign_service", "Foreign service"),
        |socket, joined| service(socket, socket.foreign(), joined.names),
    ),
    (
        Column::new("state", "State").drop_after_wrap(3),
        |socket, _| Value::state(socket.state()),
    ),
    (
        Column::new("uid", "UID")
            .drop_before_wrap(6)
            .named_by("user"),
        |socket, _| Value::number(socket.uid()),
    ),
    (name("user", "User"), |socket, joined| {
        Value::text(socket.uid().and_then(|uid| joined.names.user(uid)))
    }),
    (
        Column::new("inode", "Inode").drop_before_wrap(7),
        |socket, _| Value::number(socket.held_inode()),
    ),
    (
        Column::new("timer", "Timer").drop_before_wrap(5),
        |socket, _| Value::word(socket.inet().and_then(inet::Row::timer_name)),
    ),
    (
        Column::new("timer_seconds", "Seconds").drop_before_wrap(8),
        |socket, _| match socket.inet() {
            Some(row) if row.timer != 0 => Value::Hundredths(row.timer_ticks),
            _ => Value::Null,
        },
    ),
    (
        Column::new("retransmits", "Retransmits")
            .cost(Cost::Timers)
            .drop_before_wrap(9),
        |socket, _| Value::number(socket.inet().and_then(inet::Row::counted_retransmits)),
    ),
    (
        Column::new("probes", "Probes")
            .cost(Cost::Timers)
            .drop_before_wrap(9),
        |socket, _| Value::number(socket.inet().and_then(|row| row.probes)),
    ),
    (
        Column::new("type", "Type").drop_before_wrap(2),
        |socket, _| Value::word(socket.unix().map(unix::Row::kind_name)),
    ),
    (
        Column::new("flags", "Flags").drop_before_wrap(8),
        |socket, _| flags(socket),
    ),
    (
        Column::new("references", "RefCnt").drop_before_wrap(9),
        |socket, _| Value::number(socket.unix().map(|row| row.references)),
    ),
    (
        Column::new("pid", "PID").cost(Cost::Owners),
        |socket, joined| Value::number(joined.owner(socket).map(|owner| owner.pid)),
    ),
    (
        Column::new("program", "Program")
            .cost(Cost::Owners)
            .shrink(Shrink::Text),
        |socket, joined| {
            joined
                .owner(socket)
                .map_or(Value::Null, |it| Value::Text(it.short_name()))
        },
    ),
    (
        Column::new(PROCESSES, "Processes")
            .cost(Cost::Owners)
            .shrink(Shrink::List)
            .abridged(),
        |socket, joined| owners::processes(socket, joined),
    ),
    (
        Column::new("path", "Path").shrink(Shrink::Text),
        |socket, _| {
            let path = socket.unix().and_then(|row| row.path);
            path.map_or(Value::Null, printable)
        },
    ),
    (
        Column::new("local_addresses", "Local addresses")
            .shrink(Shrink::List)
            .drop_before_wrap(3),
        |socket, _| ends::addresses(socket.local()),
    ),
    (
        Column::new("foreign_addresses", "Foreign addresses")
            .shrink(Shrink::List)
            .drop_before_wrap(3),
        |socket, _| ends::addresses(socket.foreign()),
    ),
    (
        Column::new("interface", "Iface").drop_before_wrap(3),
        |socket, _| socket.device().map_or(Value::Null, printable),
    ),
];

/// Returns the columns that a table has, unless no row has a value for them.
fn usual(columns: &Columns) -> Vec<&'static str> {
    let mut usual = vec![
        "proto",
        "recv_q",
        "send_q",
        "local_address",
        "local_host",
        "local_port",
        "local_service",
    ];
    if !columns.listeners {
        usual.extend([
            "foreign_address",
            "foreign_host",
            "foreign_port",
            "foreign_service",
        ]);
    }
    usual.extend(["state", "type"]);
    if columns.extended {
        usual.extend(["uid", "user", "inode", "flags", "references"]);
    } else if columns.programs {
        usual.extend(["uid", "user"]);
    }
    if columns.timers {
        usual.extend(["timer", "timer_seconds", "retransmits", "probes"]);
    }
    if columns.tcp_info {
        usual.extend(internals::USUAL);
    } else if columns.accept {
        usual.push(internals::ACCEPT);
    }
    if columns.rates {
        usual.extend(rates::USUAL);
    }
    if columns.programs || columns.pid {
        usual.push(PROCESSES);
    }
    if columns.peers {
        usual.push(peers::PEER);
    }
    if columns.programs {
        usual.push(PROXIED.key);
        usual.push(match columns.namespaces {
            true => CONTAINER.key,
            false => UNIT.key,
        });
    }
    if columns.contexts {
        usual.push(CONTEXT.key);
    }
    usual.push(match columns.peers {
        true => peers::PATHS,
        false => "path",
    });
    usual.push("local_addresses");
    if !columns.listeners {
        usual.push("foreign_addresses");
    }
    usual.push("interface");
    // Behind all others, because it may be long where there is no edge to cut it at.
    if columns.programs {
        usual.push(owners::COMMANDS);
    }
    usual
}

/// The least width of a table with users that nobody asked for, in characters.
const LEAST_WITH_USERS: usize = 80;

/// Leaves out of the columns of a table what it would leave out of `width` characters anyway: the kernel
/// and the system are not asked for it.
pub fn leave_out_narrowly(usual: &mut Vec<&'static str>, columns: &Columns, width: Option<usize>) {
    if !columns.extended && width.is_some_and(|width| width < LEAST_WITH_USERS) {
        usual.retain(|name| !["uid", "user"].contains(name));
    }
}

/// A connection is identified by its two ends, because it loses its inode when it is closed. All
/// other sockets are by their inode: two may have the same end, or one may replace another.
const IDENTITY: Identity = Identity {
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

/// Returns whether the column called `name` needs the owners of sockets.
pub fn needs_owners(name: &str) -> bool {
    is_any(name, |column| {
        matches!(column.cost, Cost::Owners | Cost::Peers)
    })
}

/// Returns whether the column called `name` tells of other ends of sockets.
pub fn needs_peers(name: &str) -> bool {
    is_any(name, |column| column.cost == Cost::Peers)
}

/// Returns whether the kernel has to be asked for the column called `name` of unix sockets.
pub fn is_of_unix(name: &str) -> bool {
    is_any(name, |column| column.is_of_unix)
}

fn is_any(name: &str, is_so: impl Fn(&Column) -> bool) -> bool {
    let columns = SOCKETS.columns.iter().flat_map(|group| group.iter());
    let mut columns = columns.map(|(column, _)| column);
    columns.any(|column| column.name == name && is_so(column))
}

/// Returns whether the column called `name` tells where owners belong.
pub fn tells_belonging(name: &str) -> bool {
    let facts = [
        &CGROUP,
        &UNIT,
        &SLICE,
        &CONTAINER,
        &CONTAINER_ID,
        &CONTAINER_RUNTIME,
        &POD,
        &POD_UID,
    ];
    facts.iter().any(|fact| fact.key == name)
}

fn host<'r>(end: End<'_>, names: &'r mut Names) -> Value<'r> {
    Value::text(end.ip().and_then(|address| names.host(address)))
}

fn service<'r>(socket: &Socket<'_>, end: End<'_>, names: &'r mut Names) -> Value<'r> {
    let transport = match socket.inet().map(|row| row.protocol) {
        // net-tools knows no names of SCTP's ports.
        None => return Value::Null,
        Some(Protocol::Tcp) => Transport::Tcp,
        Some(Protocol::Udp | Protocol::Udplite) => Transport::Udp,
        Some(Protocol::Raw) => Transport::Raw,
    };
    Value::text(end.port().and_then(|port| names.service(transport, port)))
}

fn flags(socket: &Socket<'_>) -> Value<'static> {
    let Some(row) = socket.unix() else {
        return Value::Null;
    };
    let names: Vec<&str> = flag_names(row.flags).collect();
    Value::Text(Cow::Owned(names.join(" ").into_bytes()))
}
