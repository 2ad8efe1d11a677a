//! What a listing has shown, to be closed.

use crate::kill::Collect;
use crate::kill::target::Label;
use crate::listing::sockets::{SocketRows, SocketSink};
use crate::listing::{Joined, Needs, Sink};
use crate::tables::diag::{Depth, Identity};
use crate::tables::inet::{self, Protocol};
use crate::tables::{End, Namespace, Net, Socket};
use std::collections::HashSet;
use std::fmt::{self, Write};
use std::io;

/// What no other socket has as long as the system runs: its namespace, and its cookie in there.
pub type Key = (Namespace, u64);

/// A socket that was shown.
#[derive(Debug)]
pub struct Shown {
    /// The index of its network namespace.
    pub net: usize,
    /// What it is called in messages, but for its owners.
    name: String,
    /// The inode, if a process may hold it.
    inode: Option<u64>,
    /// The processes that were seen to hold it, by ascending PID.
    pub holders: Vec<Holder>,
    /// Whether it can be closed.
    pub means: Means,
}

/// A process that holds a socket.
#[derive(Debug)]
pub struct Holder {
    /// Its PID.
    pub pid: i32,
    /// Its PID and name.
    pub label: Label,
}

/// What the kernel can do to a socket.
#[derive(Debug)]
pub enum Means {
    /// It can close it.
    Closes(Handle),
    /// It has not told of it in a way that could not mean another one.
    Unidentified,
    /// It can't close sockets of this kind, by the protocol or the family.
    None(&'static str),
}

/// By what a socket is closed.
#[derive(Debug)]
pub struct Handle {
    /// The protocol.
    pub protocol: Protocol,
    /// Whether it has no foreign end, so that others can have the same ends.
    pub has_one_end: bool,
    /// What it is known by in tables.
    pub key: Key,
    /// What the kernel is told.
    pub identity: Identity,
}

impl Shown {
    fn new(socket: &Socket<'_>, net: usize, joined: &Joined<'_>) -> Shown {
        let protocol = socket.protocol();
        Shown {
            net,
            name: name(socket),
            inode: socket.held_inode(),
            holders: Vec::new(),
            means: match socket.inet() {
                Some(row) if row.protocol != Protocol::Raw => {
                    let handle = Handle::new(row, socket, joined.namespace);
                    handle.map_or(Means::Unidentified, Means::Closes)
                }
                _ => Means::None(protocol),
            },
        }
    }
}

impl Handle {
    fn new(row: &inet::Row, socket: &Socket<'_>, namespace: Namespace) -> Option<Handle> {
        Some(Handle {
            protocol: row.protocol,
            has_one_end: row.foreign.port() == 0,
            key: key(socket, namespace)?,
            identity: socket.internals()?.identity(row.protocol)?,
        })
    }
}

/// Returns the key of a socket, or `None` if the kernel has not told of it.
fn key(socket: &Socket<'_>, namespace: Namespace) -> Option<Key> {
    Some((namespace, socket.internals()?.cookie()?))
}

/// Returns what a socket is called in messages: its protocol and its ends, or its inode.
fn name(socket: &Socket<'_>) -> String {
    let mut name = socket.protocol().to_owned();
    // Writing to a string does not fail.
    let _ = match (socket.local(), socket.foreign()) {
        (End::Ip(local), End::Ip(foreign)) => {
            let is_known = foreign.port() != 0 || !foreign.ip().is_unspecified();
            let foreign = is_known.then(|| format!(" to {foreign}"));
            write!(name, " {local}{}", foreign.unwrap_or_default())
        }
        (End::Several(..), _) => match (socket.local().ip(), socket.local().port()) {
            (Some(ip), port) => write!(name, " {ip} port {}", port.unwrap_or(0)),
            (None, port) => write!(name, " port {}", port.unwrap_or(0)),
        },
        _ => match socket.held_inode() {
            Some(inode) => write!(name, " with inode {inode}"),
            None => Ok(()),
        },
    };
    name
}

impl fmt::Display for Shown {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.name)?;
        let Some((first, others)) = self.holders.split_first() else {
            return Ok(());
        };
        write!(out, " of {}", first.label)?;
        match others.len() {
            0 => Ok(()),
            1 => write!(out, " and 1 other"),
            others => write!(out, " and {others} others"),
        }
    }
}

/// Collects the sockets of a walk and, at its end, their holders.
#[derive(Debug, Default)]
pub struct Collector {
    /// The sockets, in their order.
    pub shown: Vec<Shown>,
    /// The network namespaces that were listed.
    pub nets: Vec<Net>,
}

impl SocketSink for Collector {}

impl Collect for Collector {
    fn is_empty(&self) -> bool {
        self.shown.is_empty()
    }
}

impl Sink<SocketRows> for Collector {
    fn needs(&self) -> Needs {
        Needs {
            // All that rows of /proc have, so that net-tools' layout stays the same.
            diag: Some(Depth::Timers),
            // Why there are no cookies is told then.
            lacks_in_tables: true,
            ..Needs::default()
        }
    }

    fn namespace(&mut self, net: &Net) -> io::Result<()> {
        self.nets.push(net.clone());
        Ok(())
    }

    fn row(&mut self, socket: &Socket<'_>, joined: &mut Joined<'_>) -> io::Result<()> {
        let net = self.nets.len().saturating_sub(1);
        self.shown.push(Shown::new(socket, net, joined));
        Ok(())
    }

    fn end(&mut self, joined: &mut Joined<'_>) -> io::Result<()> {
        let Some(owners) = joined.owners else {
            return Ok(());
        };
        for shown in &mut self.shown {
            let holders = shown.inode.into_iter().flat_map(|it| owners.all_of(it));
            shown.holders = holders
                .map(|(owner, _)| Holder {
                    pid: owner.pid,
                    label: Label::new(owner.pid, &owner.name()),
                })
                .collect();
            shown.holders.sort_by_key(|holder| holder.pid);
            // It may have several descriptors.
            shown.holders.dedup_by_key(|holder| holder.pid);
        }
        Ok(())
    }
}

/// Collects those of some sockets that are still listed.
pub struct Remaining<'a> {
    wanted: &'a HashSet<Key>,
    /// Those that are.
    pub found: HashSet<Key>,
    /// Whether some sockets could not be told apart.
    pub is_vague: bool,
}

impl<'a> Remaining<'a> {
    /// Looks for the sockets `wanted`.
    pub fn of(wanted: &'a HashSet<Key>) -> Remaining<'a> {
        Remaining {
            wanted,
            found: HashSet::new(),
            is_vague: false,
        }
    }
}

impl SocketSink for Remaining<'_> {}

impl Sink<SocketRows> for Remaining<'_> {
    fn needs(&self) -> Needs {
        Needs {
            diag: Some(Depth::Row),
            ..Needs::default()
        }
    }

    fn row(&mut self, socket: &Socket<'_>, joined: &mut Joined<'_>) -> io::Result<()> {
        match key(socket, joined.namespace) {
            Some(key) if self.wanted.contains(&key) => {
                self.found.insert(key);
            }
            Some(_) => {}
            None => {
                let is_raw = |row: &inet::Row| row.protocol == Protocol::Raw;
                self.is_vague |= socket.inet().is_some_and(|row| !is_raw(row));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tables::unix;

    #[test]
    fn sockets_are_called_by_their_ends() {
        let row = |line: &str| {
            let order = crate::host::ByteOrder::Little;
            let (protocol, family) = (Protocol::Udp, inet::Family::V4);
            inet::Row::from_line(protocol, family, order, line.as_bytes()).expect("a row")
        };
        for (ends, expected) in [
            ("0100007F:1E78 00000000:0000", "udp 127.0.0.1:7800"),
            (
                "0100007F:1E78 0200007F:0050",
                "udp 127.0.0.1:7800 to 127.0.0.2:80",
            ),
            (
                "00000000:1E78 0200007F:0000",
                "udp 0.0.0.0:7800 to 127.0.0.2:0",
            ),
        ] {
            let line = format!("0: {ends} 07 00000000:00000000 00:00000000 00000000 0 0 9 2 0 0");
            let row = row(&line);
            assert_eq!(name(&Socket::Inet(&row, None)), expected);
        }
        let line = b"0: 00000002 00000000 00010000 0001 01 4711 /run/x";
        let row = unix::Row::from_line(true, line).expect("a row");
        assert_eq!(name(&Socket::Unix(row)), "unix with inode 4711");
    }

    #[test]
    fn holders_are_named_once() {
        let mut shown = Shown {
            net: 0,
            name: "tcp 10.0.0.1:80".to_owned(),
            inode: Some(7),
            holders: Vec::new(),
            means: Means::Unidentified,
        };
        let mut expected = vec!["tcp 10.0.0.1:80".to_owned()];
        let more = ["", " and 1 other", " and 2 others"];
        expected.extend(more.map(|more| format!("tcp 10.0.0.1:80 of 5/nginx{more}")));
        for (pid, expected) in (5..).zip(expected) {
            assert_eq!(shown.to_string(), expected);
            shown.holders.push(Holder {
                pid,
                label: Label::new(pid, b"nginx"),
            });
        }
    }
}
