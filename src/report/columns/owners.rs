//! The columns of what is known of sockets' owners, beyond their names.

use super::{Column, Cost, Extra, Get, NoOwner, Shrink};
use crate::listing::Joined;
use crate::listing::sockets::SocketRows;
use crate::owners::facts::{
    CGROUP, COMM, CONTAINER, CONTAINER_ID, CONTAINER_RUNTIME, CONTEXT, EXECUTABLE,
    EXECUTABLE_DELETED, PARENT, POD, POD_UID, PROXIED, SLICE, START_TIME, UNIT, YES,
};
use crate::owners::{Owner, is_docker_proxy};
use crate::report::records::value::{Process, Value};
use crate::tables::Socket;
use crate::tables::diag::Internals;

/// The name of the column with the command lines of all owners.
pub const COMMANDS: &str = "commands";

/// Returns the description of a fact about owners.
const fn fact(name: &'static str, title: &'static str) -> Column {
    let fact = Column::new(name, title).cost(Cost::Owners);
    fact.shrink(Shrink::Text).on_request()
}

/// The columns, and how the value of each is got.
pub const COLUMNS: &[(Column, Get<SocketRows>)] = &[
    (fact("command", "Command"), |socket, joined| {
        match joined.owner(socket) {
            Some(owner) if !owner.command.is_empty() => Value::Text((&owner.command[..]).into()),
            _ => Value::Null,
        }
    }),
    (
        Column::new(COMMANDS, "Command")
            .cost(Cost::Owners)
            .for_tables()
            .shrink(Shrink::Cut)
            .abridged()
            .drop_before_wrap(1),
        |socket, joined| commands(socket, joined),
    ),
    (fact("context", "Security context"), |socket, joined| {
        Value::text(joined.fact(socket, &CONTEXT))
    }),
    (fact("comm", "Comm"), |socket, joined| {
        Value::text(joined.fact(socket, &COMM))
    }),
    (fact("exe", "Executable"), |socket, joined| {
        Value::text(joined.fact(socket, &EXECUTABLE))
    }),
    (
        Column::new("exe_deleted", "Deleted")
            .cost(Cost::Owners)
            .on_request(),
        |socket, joined| {
            let fact = joined.fact(socket, &EXECUTABLE_DELETED);
            fact.map_or(Value::Null, |text| Value::Bool(text == YES))
        },
    ),
    (fact("start_time", "Started"), |socket, joined| {
        Value::text(joined.fact(socket, &START_TIME))
    }),
    (
        Column::new("parent_pid", "Parent")
            .cost(Cost::Owners)
            .on_request(),
        |socket, joined| {
            let digits = joined
                .fact(socket, &PARENT)
                .and_then(|it| str::from_utf8(it).ok());
            Value::number(digits.and_then(|it| it.parse::<i32>().ok()))
        },
    ),
    (
        fact("cgroup", "Control group").extra(Extra::TcpInfo),
        |socket, joined| cgroup(socket, joined),
    ),
    (
        fact("unit", "Unit").for_tables().drop_before_wrap(9),
        |socket, joined| Value::text(joined.fact(socket, &UNIT)),
    ),
    (fact("slice", "Slice"), |socket, joined| {
        Value::text(joined.fact(socket, &SLICE))
    }),
    (
        fact("container", "Container")
            .for_tables()
            .drop_before_wrap(5),
        |socket, joined| Value::text(joined.fact(socket, &CONTAINER)),
    ),
    (fact("container_id", "Container ID"), |socket, joined| {
        Value::text(joined.fact(socket, &CONTAINER_ID))
    }),
    (fact("container_runtime", "Runtime"), |socket, joined| {
        Value::text(joined.fact(socket, &CONTAINER_RUNTIME))
    }),
    (fact("pod", "Pod"), |socket, joined| {
        Value::text(joined.fact(socket, &POD))
    }),
    (fact("pod_uid", "Pod UID"), |socket, joined| {
        Value::text(joined.fact(socket, &POD_UID))
    }),
    (
        fact("proxied_container", "Proxied container").for_tables(),
        |socket, joined| match joined.owner(socket) {
            // Others need not be remembered as none.
            Some(owner) if is_docker_proxy(owner) => Value::text(joined.fact(socket, &PROXIED)),
            _ => Value::Null,
        },
    ),
];

/// Returns the path of the owner's control group, or the number of the one that the socket was made in.
fn cgroup<'r>(socket: &'r Socket<'_>, joined: &'r mut Joined<'_>) -> Value<'r> {
    if joined.owner(socket).is_some() {
        return Value::text(joined.fact(socket, &CGROUP));
    }
    let id = socket.internals().and_then(Internals::cgroup_id);
    id.map_or(Value::Null, |id| {
        Value::Text(id.to_string().into_bytes().into())
    })
}

/// Returns why nobody owns a socket, or `None` if somebody does or nobody was looked for.
pub fn no_owner(socket: &Socket<'_>, joined: &Joined<'_>) -> Option<NoOwner> {
    if joined.owners.is_none() || joined.owner(socket).is_some() {
        return None;
    }
    Some(match (known_owners(socket, joined), socket.held_inode()) {
        (None, _) => NoOwner::Unknown,
        (Some(_), None) => NoOwner::Kernel,
        (Some(_), Some(_)) => NoOwner::Nobody,
    })
}

/// Returns all owners: null if they are not known, an empty list if there is none.
pub fn processes(socket: &Socket<'_>, joined: &Joined<'_>) -> Value<'static> {
    match known_owners(socket, joined) {
        Some(owners) => Value::Processes(owners.map(as_process).collect()),
        None => Value::Null,
    }
}

/// Returns the command lines of all owners, each once, likewise.
fn commands<'r>(socket: &Socket<'_>, joined: &'r Joined<'_>) -> Value<'r> {
    let Some(owners) = known_owners(socket, joined) else {
        return Value::Null;
    };
    let mut commands: Vec<&[u8]> = Vec::new();
    for (owner, _) in owners {
        let command = &owner.command[..];
        if !command.is_empty() && !commands.contains(&command) {
            commands.push(command);
        }
    }
    let commands = commands.into_iter().map(|it| Value::Text(it.into()));
    Value::List(commands.collect())
}

/// Returns all owners, each with its descriptors, or `None` if they are not known.
fn known_owners<'r>(
    socket: &Socket<'_>,
    joined: &'r Joined<'_>,
) -> Option<impl Iterator<Item = (&'r Owner, u32)>> {
    // One that no listing has had may have belonged to anybody.
    let is_unknown = socket.inet().is_some_and(|row| row.inode.is_none());
    let owners = joined.owners.filter(|_| !is_unknown);
    let owners = owners.filter(|_| !joined.lacks_known_owner(socket))?;
    let inode = socket.held_inode();
    Some(inode.into_iter().flat_map(|inode| owners.all_of(inode)))
}

/// Returns an owner with one descriptor.
pub fn as_process((owner, fd): (&Owner, u32)) -> Process {
    Process {
        pid: owner.pid,
        name: owner.short_name().into_owned(),
        command: owner.command.clone(),
        fd,
    }
}
