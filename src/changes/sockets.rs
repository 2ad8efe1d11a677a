//! The sockets that are watched for changes.

use super::{Ends, Key, Watched};
use crate::tables::inet::{self, Protocol};
use crate::tables::unix;
use procfs::net::TcpState;

impl Watched for inet::Row {
    type Row<'a> = inet::Row;

    fn key(row: &inet::Row) -> Option<Key> {
        Some(match row.inode {
            Some(inode) if inode != 0 => Key::Inode(inode),
            _ => Key::Ends((row.protocol, row.local, row.foreign)),
        })
    }

    fn ends(row: &inet::Row) -> Option<Ends> {
        Some((row.protocol, row.local, row.foreign))
    }

    fn new(row: &inet::Row) -> inet::Row {
        row.clone()
    }

    fn row(&self) -> inet::Row {
        self.clone()
    }

    fn renew(&mut self, row: &inet::Row) {
        let inode = self.inode;
        *self = row.clone();
        self.keep_inode(inode);
    }

    fn is_like(&self, row: &inet::Row) -> bool {
        self.state == row.state
    }

    fn can_be_missed(&self) -> bool {
        // Connections have hash chains of their own, with few in each.
        !self.is_connection()
    }

    fn awaits_owner(&self) -> bool {
        self.protocol == Protocol::Tcp
            && matches!(
                TcpState::from_u8(self.state),
                Some(
                    TcpState::SynRecv
                        | TcpState::NewSynRecv
                        | TcpState::Established
                        | TcpState::CloseWait
                )
            )
    }

    fn keep_inode(&mut self, inode: Option<u64>) {
        if self.inode.is_none_or(|inode| inode == 0) && inode.is_some() {
            self.inode = inode;
        }
    }
}

/// A unix socket that is watched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnixSocket {
    /// Its row, without the path.
    row: unix::Row<'static>,
    path: Option<Box<[u8]>>,
}

impl Watched for UnixSocket {
    type Row<'a> = unix::Row<'a>;

    fn key(row: &unix::Row<'_>) -> Option<Key> {
        row.inode.filter(|inode| *inode != 0).map(Key::Inode)
    }

    fn ends(_: &unix::Row<'_>) -> Option<Ends> {
        None
    }

    fn new(row: &unix::Row<'_>) -> UnixSocket {
        UnixSocket {
            path: row.path.map(Box::from),
            row: unix::Row { path: None, ..*row },
        }
    }

    fn row(&self) -> unix::Row<'_> {
        unix::Row {
            path: self.path.as_deref(),
            ..self.row
        }
    }

    fn renew(&mut self, row: &unix::Row<'_>) {
        if self.path.as_deref() != row.path {
            self.path = row.path.map(Box::from);
        }
        self.row = unix::Row { path: None, ..*row };
    }

    fn is_like(&self, row: &unix::Row<'_>) -> bool {
        self.row.state_name() == row.state_name()
    }

    fn can_be_missed(&self) -> bool {
        true
    }

    fn awaits_owner(&self) -> bool {
        false
    }

    fn keep_inode(&mut self, _: Option<u64>) {}
}
