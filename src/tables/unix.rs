//! Unix domain sockets: /proc/net/unix.
//!
//! The kernel writes names as they are, and anyone can bind one that has line feeds in it: lines of
//! the table may be parts of names, made to look like rows. [`truth`] tells them apart.
//!
//! procfs's reader lacks the flags, cuts paths at the first blank, and fails at a path that is not
//! UTF-8. Its `UnixState` is used.

mod diag;
mod internals;
mod room;
mod suspects;
mod truth;

use super::blocks::Manner;
use super::fields::Fields;
use super::{Lines, Net, ReadAhead, ReadError, Reader};
pub use internals::{Internals, InternalsList};
use procfs::net::UnixState;
use std::io;
use truth::{Truth, Verdict};

/// The name of the table's file in the `net` folder.
pub const FILE_NAME: &str = "unix";

/// `__SO_ACCEPTCON`: the socket is listening (include/linux/net.h).
pub const FLAG_ACCEPTS: u32 = 1 << 16;
/// `__SO_WAITDATA`: a reader is waiting for data. Current kernels never show it.
pub const FLAG_WAITS_FOR_DATA: u32 = 1 << 17;
/// `__SO_NOSPACE`: a writer is waiting for space. Current kernels never show it.
pub const FLAG_NO_SPACE: u32 = 1 << 18;

/// A unix domain socket (`man 5 proc`, /proc/net/unix).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Row<'a> {
    /// The number of references to the socket.
    pub references: u32,
    /// The protocol, always 0 on current kernels.
    pub protocol: u32,
    /// The kernel's socket flags, such as [`FLAG_ACCEPTS`].
    pub flags: u32,
    /// The socket type (`man 2 socket`): 1 for stream, 2 for datagram, 5 for sequenced packets.
    pub kind: u32,
    /// The state, such as `SS_UNCONNECTED` (include/uapi/linux/net.h).
    pub state: u8,
    /// The inode number, or `None` if the line lacks it.
    pub inode: Option<u64>,
    /// The address that the socket is bound to: a path, or `@` and an abstract name, in which the
    /// kernel writes zero bytes as `@` too. `None` if the socket is not bound.
    pub path: Option<&'a [u8]>,
    /// Whether the line ends before the inode, in a table that has inodes.
    pub is_cut: bool,
}

impl<'a> Row<'a> {
    /// Parses a line of a table that has a column of inodes or, if `has_inode` is false, lacks it.
    /// Returns `None` if the line ends before the state. Inode and path may be missing.
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
        // A single blank separates the path, which may itself begin and end with blanks.
        let rest = fields.rest();
        let path = rest.strip_prefix(b" ").unwrap_or(rest);
        row.path = (!path.is_empty()).then_some(path);
        Some(row)
    }

    /// Returns whether the socket is listening for connections.
    pub fn is_listener(&self) -> bool {
        is_listener(self.state, self.flags)
    }

    /// Returns net-tools' name for the socket type.
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

    /// Returns net-tools' name for the state, or `None` if the socket is not connected.
    pub fn state_name(&self) -> Option<&'static str> {
        state_name(self.state, self.flags)
    }
}

fn is_listener(state: u8, flags: u32) -> bool {
    flags & FLAG_ACCEPTS != 0 && UnixState::from_u8(state) == Some(UnixState::UNCONNECTED)
}

/// Returns net-tools' name for the state of a socket with these flags, or `None` if it is not
/// connected.
pub fn state_name(state: u8, flags: u32) -> Option<&'static str> {
    Some(match UnixState::from_u8(state) {
        Some(UnixState::UNCONNECTED) if is_listener(state, flags) => "LISTENING",
        Some(UnixState::UNCONNECTED) => return None,
        Some(UnixState::CONNECTING) => "CONNECTING",
        Some(UnixState::CONNECTED) => "CONNECTED",
        Some(UnixState::DISCONNECTING) => "DISCONNECTING",
        None if state == 0 => "FREE",
        None => "UNKNOWN",
    })
}

/// Returns net-tools' name for the state that is written like this.
pub fn state_called(name: &[u8]) -> Option<&'static str> {
    let states = 0..=u8::MAX;
    let names = states.flat_map(|state| [0, FLAG_ACCEPTS].map(|flags| state_name(state, flags)));
    names.flatten().find(|it| it.as_bytes() == name)
}

/// Returns net-tools' names for the flags that it has names for.
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

/// The greatest length of a row, in bytes, with room to spare: a path has up to 108 bytes, each of which
/// may be written as four.
const LONGEST_ROW: usize = 1024;

/// What is said of lines behind the name of a socket that was closed meanwhile.
const UNTOLD: &str =
    "left out: either a socket that is not accepted yet, or part of another socket's name";

/// The open table.
#[derive(Debug)]
pub struct Table {
    lines: Lines,
    has_inode: bool,
    truth: Truth,
}

impl Table {
    /// Opens the table.
    ///
    /// # Errors
    /// Fails if the file can't be opened, as on a kernel without unix domain sockets.
    pub fn open(net: &Net) -> io::Result<Table> {
        let manner = || Manner::of_kernels(LONGEST_ROW, false);
        let lines = Lines::open_in(net, FILE_NAME, ReadAhead::Near, manner)?;
        Ok(Table {
            truth: Truth::new((lines.is_kernels() && net.can_be_asked()).then(|| net.clone())),
            lines,
            has_inode: false,
        })
    }

    /// Returns a warning if nobody can say whether a line is a row.
    pub fn suspicion(&mut self) -> Option<String> {
        let path = self.lines.path().display();
        match self.truth.untold() {
            0 => {}
            1 => return Some(format!("{path}: 1 line {UNTOLD}")),
            lines => return Some(format!("{path}: {lines} lines {UNTOLD}")),
        }
        let line = self.truth.suspect()?;
        Some(format!(
            "{path}: line {line} may be forged: it may be part of the name in the previous line"
        ))
    }
}

impl Reader for Table {
    type Row<'a> = Row<'a>;

    fn next_row(&mut self) -> Result<Option<Row<'_>>, ReadError> {
        if self.lines.number() == 0 && self.lines.advance()? {
            self.has_inode = self.lines.line().windows(5).any(|word| word == b"Inode");
        }
        let has_inode = self.has_inode;
        loop {
            if !self.lines.advance()? {
                let row = self.truth.next_held();
                return Ok(row.and_then(|line| Row::from_line(has_inode, line)));
            }
            let (lines, truth) = (&self.lines, &mut self.truth);
            let line = lines.line();
            let row = Row::from_line(has_inode, line);
            let verdict = truth.judge(lines.number(), line, row.as_ref(), |most| {
                lines.may_precede(most)
            });
            // The rest of the line: a row can't be kept while the next line is read.
            let path = row.and_then(|row| row.path).map(<[u8]>::len);
            let row = row.map(|row| Row { path: None, ..row });
            match verdict {
                Verdict::Part => {}
                Verdict::Row => {
                    let row = row.ok_or_else(|| self.lines.malformed())?;
                    let line = self.lines.line();
                    let path = path.map(|len| &line[line.len() - len..]);
                    return Ok(Some(Row { path, ..row }));
                }
                Verdict::Joined => return Ok(Row::from_line(has_inode, self.truth.joined())),
            }
        }
    }

    fn place(&self) -> String {
        self.lines.place()
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
            // net/unix/af_unix.c, `unix_seq_show`: no blank follows the inode of an unbound socket.
            let name = if path.is_empty() { String::new() } else { format!(" {path}") };
            let line = format!(
                "0000000000000000: {references:08X} {protocol:08X} {flags:08X} {kind:04X} \
                 {state:02X} \
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
        fn arbitrary_bytes_are_parsed_or_rejected(line in any::<Vec<u8>>(), hex in "[0-9A-F: ]{0,120}") {
            for has_inode in [true, false] {
                let _ = Row::from_line(has_inode, &line);
                let _ = Row::from_line(has_inode, hex.as_bytes());
            }
        }
    }

    #[test]
    fn the_path_follows_the_state_in_a_table_without_inodes() {
        let line = b"00000000: 00000002 00000000 00010000 0001 01 /dev/log";
        let row = Row::from_line(false, line).expect("a row");
        assert_eq!((row.inode, row.path), (None, Some(&b"/dev/log"[..])));
        assert!(row.is_listener());
    }
}
