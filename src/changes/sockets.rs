//! The sockets that are watched for changes.

use super::ledger::{Ends, Key, Watched};
use crate::tables::diag;
use crate::tables::diag::notifications::Destroyed;
use crate::tables::inet::{self, Protocol};
use crate::tables::{Namespace, Socket, unix};
use procfs::net::TcpState;

/// An IP socket that is watched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InetSocket {
    /// The network namespace that it belongs to.
    pub namespace: Namespace,
    /// Its row. If the kernel's diagnostics serve, its address is its cookie.
    pub row: inet::Row,
    /// What the kernel told of its end, if it has been destroyed.
    pub last: Option<diag::Kept>,
}

impl InetSocket {
    /// Returns a socket that no listing has had.
    pub fn destroyed(namespace: Namespace, destroyed: Destroyed) -> InetSocket {
        InetSocket {
            namespace,
            row: destroyed.row,
            last: Some(destroyed.internals),
        }
    }
}

impl Watched for InetSocket {
    type Row<'a> = (Namespace, &'a inet::Row);

    fn key(row: &Self::Row<'_>) -> Option<Key> {
        match row.1.inode {
            Some(inode) if inode != 0 => Some(Key::Inode(inode)),
            _ => Self::ends(row).map(Key::Ends),
        }
    }

    fn ends((namespace, row): &Self::Row<'_>) -> Option<Ends> {
        Some((*namespace, row.protocol, row.local, row.foreign))
    }

    fn new((namespace, row): &Self::Row<'_>) -> InetSocket {
        InetSocket {
            namespace: *namespace,
            row: (*row).clone(),
            last: None,
        }
    }

    fn row(&self) -> Self::Row<'_> {
        (self.namespace, &self.row)
    }

    fn renew(&mut self, (_, row): &Self::Row<'_>) {
        let inode = self.row.inode;
        self.row = (*row).clone();
        self.keep_inode(inode);
    }

    fn is_like(&self, (_, row): &Self::Row<'_>) -> bool {
        self.row.state == row.state
    }

    fn can_be_missed(&self) -> bool {
        // Connections have hash chains of their own, with few in each.
        !self.row.is_connection()
    }

    fn awaits_owner(&self) -> bool {
        self.row.protocol == Protocol::Tcp
            && matches!(
                TcpState::from_u8(self.row.state),
                Some(
                    TcpState::SynRecv
                        | TcpState::NewSynRecv
                        | TcpState::Established
                        | TcpState::CloseWait
                )
            )
    }

    fn keep_of(&mut self, before: &InetSocket) {
        self.keep_inode(before.row.inode);
        self.last.clone_from(&before.last);
    }
}

impl InetSocket {
    /// Keeps the inode that it had.
    fn keep_inode(&mut self, inode: Option<u64>) {
        if self.row.inode.is_none_or(|inode| inode == 0) && inode.is_some() {
            self.row.inode = inode;
        }
    }
}

/// A unix domain socket that is watched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnixSocket {
    namespace: Namespace,
    /// Its row, without the path.
    row: unix::Row<'static>,
    path: Option<Box<[u8]>>,
}

impl Watched for UnixSocket {
    type Row<'a> = (Namespace, unix::Row<'a>);

    fn key((_, row): &Self::Row<'_>) -> Option<Key> {
        row.inode.filter(|inode| *inode != 0).map(Key::Inode)
    }

    fn ends(_: &Self::Row<'_>) -> Option<Ends> {
        None
    }

    fn new((namespace, row): &Self::Row<'_>) -> UnixSocket {
        UnixSocket {
            namespace: *namespace,
            path: row.path.map(Box::from),
            row: unix::Row { path: None, ..*row },
        }
    }

    fn row(&self) -> Self::Row<'_> {
        let row = unix::Row {
            path: self.path.as_deref(),
            ..self.row
        };
        (self.namespace, row)
    }

    fn renew(&mut self, (_, row): &Self::Row<'_>) {
        if self.path.as_deref() != row.path {
            self.path = row.path.map(Box::from);
        }
        self.row = unix::Row { path: None, ..*row };
    }

    fn is_like(&self, (_, row): &Self::Row<'_>) -> bool {
        self.row.state_name() == row.state_name()
    }

    fn can_be_missed(&self) -> bool {
        true
    }

    fn awaits_owner(&self) -> bool {
        false
    }

    fn keep_of(&mut self, _: &UnixSocket) {}
}

/// A watched socket whose changes are reported.
pub trait ReportedSocket: Watched {
    /// Returns the network namespace that it belongs to.
    fn namespace(&self) -> Namespace;

    /// Calls `visit` with the socket.
    fn with<R>(&self, visit: impl FnOnce(&Socket<'_>) -> R) -> R;
}

impl ReportedSocket for InetSocket {
    fn namespace(&self) -> Namespace {
        self.namespace
    }

    fn with<R>(&self, visit: impl FnOnce(&Socket<'_>) -> R) -> R {
        let internals = self.last.as_ref().map(diag::Kept::internals);
        visit(&Socket::Inet(&self.row, internals))
    }
}

impl ReportedSocket for UnixSocket {
    fn namespace(&self) -> Namespace {
        self.namespace
    }

    fn with<R>(&self, visit: impl FnOnce(&Socket<'_>) -> R) -> R {
        visit(&Socket::Unix(self.row().1))
    }
}
