//! Unix domain sockets: /proc/net/unix.
//!
//! Our own reader, because procfs's has no flags and collects the whole table.

use super::fields::Fields;
use super::{Lines, ReadAhead, ReadError};
use crate::tables::Net;
use procfs::net::UnixState;
use std::io;

/// The table's file in the `net` folder.
pub const FILE_NAME: &str = "unix";

/// `__SO_ACCEPTCON`: the socket listens (include/linux/net.h).
pub const FLAG_ACCEPTS: u32 = 1 << 16;
/// `__SO_WAITDATA`: a reader waits for data. Kernels of today never show it.
pub const FLAG_WAITS_FOR_DATA: u32 = 1 << 17;
/// `__SO_NOSPACE`: a writer waits for space. Kernels of today never show it.
pub const FLAG_NO_SPACE: u32 = 1 << 18;

/// One unix socket, as the kernel tells of it (`man 5 proc`, /proc/net/unix).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Row<'a> {
    /// How many hold the socket.
    pub references: u32,
    /// The protocol, always 0 on kernels of today.
    pub protocol: u32,
    /// The kernel's socket flags: [`FLAG_ACCEPTS`] and its like.
    pub flags: u32,
    /// The kind of socket (`man 2 socket`): 1 stream, 2 datagram, 5 sequenced packets.
    pub kind: u32,
    /// The kernel's number of the state (`SS_UNCONNECTED` and its like, include/uapi/linux/net.h).
    pub state: u8,
    /// The socket's inode; none where the line has none.
    pub inode: Option<u64>,
    /// The name that the socket is bound to, as bytes: a path, or `@` and an abstract name, in
    /// which the kernel writes zero bytes as `@` too. None where it is bound to nothing.
    pub path: Option<&'a [u8]>,
    /// Whether the line ends before an inode that the table has.
    pub is_cut: bool,
}

impl<'a> Row<'a> {
    /// Reads a row from a line; `has_inode` tells whether the table has that column. None where
    /// the line ends before the state; one that ends before the inode has none, and no path.
    pub fn from_line(has_inode: bool, line: &'a [u8]) -> Option<Row<'a>> {
        let mut fields = Fields::new(line);
        fields.hex_digits()?;
        fields.take_byte(b':')?;
        let mut row = Row {
            references: fields.hex()?,
            protocol: fields.hex()?,
            flags: fields.hex()?,
            kind: fields.hex()?,
            state: fields.hex()?,
            inode: None,
            path: None,
            is_cut: false,
        };
        if has_inode {
            row.inode = fields.decimal();
            if row.inode.is_none() {
                row.is_cut = true;
                return Some(row);
            }
        }
        // One blank parts the inode from the path, which can begin and end with blanks itself.
        let rest = fields.rest();
        let path = rest.strip_prefix(b" ").unwrap_or(rest);
        row.path = (!path.is_empty()).then_some(path);
        Some(row)
    }

    /// Whether the socket waits for connections.
    pub fn is_listener(&self) -> bool {
        self.flags & FLAG_ACCEPTS != 0
            && UnixState::from_u8(self.state) == Some(UnixState::UNCONNECTED)
    }

    /// net-tools' name of the kind of socket.
    pub fn kind_name(&self) -> &'static str {
        match self.kind {
            1 => "STREAM",
            2 => "DGRAM",
            3 => "RAW",
            4 => "RDM",
            5 => "SEQPACKET",
            _ => "UNKNOWN",
        }
    }

    /// net-tools' name of the state; none where the socket is not connected.
    pub fn state_name(&self) -> Option<&'static str> {
        Some(match UnixState::from_u8(self.state) {
            Some(UnixState::UNCONNECTED) if self.is_listener() => "LISTENING",
            Some(UnixState::UNCONNECTED) => return None,
            Some(UnixState::CONNECTING) => "CONNECTING",
            Some(UnixState::CONNECTED) => "CONNECTED",
            Some(UnixState::DISCONNECTING) => "DISCONNECTING",
            None if self.state == 0 => "FREE",
            None => "UNKNOWN",
        })
    }
}

/// net-tools' names of those socket flags that it has names for.
pub fn flag_names(flags: u32) -> impl Iterator<Item = &'static str> {
    let named = [
        (FLAG_ACCEPTS, "ACC"),
        (FLAG_WAITS_FOR_DATA, "W"),
        (FLAG_NO_SPACE, "N"),
    ];
    named
        .into_iter()
        .filter(move |(flag, _)| flags & flag != 0)
        .map(|(_, name)| name)
}

/// /proc/net/unix, opened.
#[derive(Debug)]
pub struct Table {
    lines: Lines,
    has_inode: bool,
}

impl Table {
    /// Opens the table.
    ///
    /// # Errors
    /// The file can't be opened: the kernel may lack unix sockets.
    pub fn open(net: &Net) -> io::Result<Table> {
        Ok(Table {
            lines: Lines::open(net, FILE_NAME, ReadAhead::Near)?,
            has_inode: false,
        })
    }

    /// Where the row that was read last stands, for people.
    pub fn place(&self) -> String {
        self.lines.place()
    }

    /// The next socket, none at the table's end.
    ///
    /// # Errors
    /// A line that is no row (more rows may follow), or a file that can't be read on.
    pub fn next_row(&mut self) -> Result<Option<Row<'_>>, ReadError> {
        if self.lines.number() == 0 {
            if !self.lines.advance()? {
                return Ok(None);
            }
            self.has_inode = self.lines.line().windows(5).any(|word| word == b"Inode");
        }
        let has_inode = self.has_inode;
        self.lines.next_row(|line| Row::from_line(has_inode, line))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_row_in_the_kernels_format_is_read_back(
            (references, protocol, flags, kind) in any::<(u32, u32, u32, u32)>(),
            (state, inode) in any::<(u8, u64)>(),
            path in "[^\n]{0,40}",
        ) {
            // net/unix/af_unix.c, `unix_seq_show`: a socket without a name has no blank behind it.
            let name = if path.is_empty() { String::new() } else { format!(" {path}") };
            let line = format!(
                "0000000000000000: {references:08X} {protocol:08X} {flags:08X} {kind:04X} {state:02X} \
                 {inode:5}{name}"
            );
            let row = Row {
                references, protocol, flags, kind, state,
                inode: Some(inode),
                path: (!path.is_empty()).then_some(path.as_bytes()),
                is_cut: false,
            };
            prop_assert_eq!(Row::from_line(true, line.as_bytes()), Some(row));
        }

        #[test]
        fn any_bytes_come_to_an_end(line in any::<Vec<u8>>(), hex in "[0-9A-F: ]{0,120}") {
            for has_inode in [true, false] {
                let _ = Row::from_line(has_inode, &line);
                let _ = Row::from_line(has_inode, hex.as_bytes());
            }
        }
    }

    #[test]
    fn a_table_without_inodes_has_the_path_in_their_place() {
        let line = b"00000000: 00000002 00000000 00010000 0001 01 /dev/log";
        let row = Row::from_line(false, line).expect("a row");
        assert_eq!((row.inode, row.path), (None, Some(&b"/dev/log"[..])));
        assert!(row.is_listener());
    }
}
