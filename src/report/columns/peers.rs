//! The columns of the other ends of sockets: which socket is there, and whose it is.

use super::owners::as_process;
use super::{Column, Cost, Extra, Get, Shrink, printable};
use crate::listing::sockets::SocketRows;
use crate::report::records::value::Value;

/// The name of the column with all owners at the other end.
pub const PEER: &str = "peer";

/// The name of the column with the path of either end.
pub const PATHS: &str = "paths";

/// What a table puts before the path of the other end.
const TO: &[u8] = b"-> ";

/// Returns the description of something at the other end.
const fn of_peer(name: &'static str, title: &'static str) -> Column {
    let column = Column::new(name, title).cost(Cost::Peers).of_unix();
    column.on_request().extra(Extra::Peers)
}

/// Returns the description of the same as tables show it.
const fn shown(name: &'static str, title: &'static str) -> Column {
    let column = Column::new(name, title).cost(Cost::Peers).of_unix();
    column.for_tables().shrink(Shrink::Text)
}

/// The columns, and how the value of each is got.
pub const COLUMNS: &[(Column, Get<SocketRows>)] = &[
    (
        shown(PEER, "Peer").shrink(Shrink::List).abridged(),
        |socket, joined| {
            let owners = joined.peer_owners(socket).map(as_process);
            Value::Processes(owners.collect())
        },
    ),
    (of_peer("peer_inode", "Peer inode"), |socket, joined| {
        Value::number(joined.peer(socket).and_then(|it| it.inode))
    }),
    (of_peer("peer_pid", "Peer PID"), |socket, joined| {
        Value::number(joined.peer_owner(socket).map(|owner| owner.pid))
    }),
    (
        of_peer("peer_program", "Peer program").shrink(Shrink::Text),
        |socket, joined| {
            let owner = joined.peer_owner(socket);
            owner.map_or(Value::Null, |it| Value::Text(it.short_name()))
        },
    ),
    (
        of_peer("peer_path", "Peer path").shrink(Shrink::Text),
        |socket, joined| joined.peer_path(socket).map_or(Value::Null, printable),
    ),
    (shown(PATHS, "Path"), |socket, joined| {
        match socket.unix().and_then(|row| row.path) {
            Some(path) => printable(path),
            None => match joined.peer_path(socket) {
                Some(path) => printable(&[TO, path].concat()),
                None => Value::Null,
            },
        }
    }),
];
