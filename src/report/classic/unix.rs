//! "Active UNIX domain sockets".

use super::{Context, push_owner_title, push_pid, sides};
use crate::report::text;
use crate::request::{Columns, Sides};
use crate::sanitize;
use crate::tables::is_blank;
use crate::tables::unix::{Row, flag_names};

/// The width of the path if the PID follows it, in bytes; a row without a longer one fits 80
/// columns.
const PATH_WIDTH: usize = 14;

/// Adds the title and the header.
pub fn push_title(out: &mut Vec<u8>, columns: Columns, which: Sides) {
    out.extend_from_slice(b"Active UNIX domain sockets ");
    out.extend_from_slice(sides(which));
    push_header(out, columns);
}

/// Adds the header alone.
pub fn push_header(out: &mut Vec<u8>, columns: Columns) {
    out.extend_from_slice(b"Proto RefCnt Flags       Type       State         I-Node   ");
    if columns.programs {
        push_owner_title(out, columns);
        out.push(b' ');
    }
    out.extend_from_slice(b"Path");
    if columns.pid {
        text::left(out, b"", PATH_WIDTH - "Path".len());
        out.extend_from_slice(b" PID");
    }
    out.push(b'\n');
}

/// Adds a socket's row.
pub fn push_row(out: &mut Vec<u8>, context: &mut Context<'_>, row: &Row<'_>) {
    text::left(out, if row.protocol == 0 { b"unix" } else { b"??" }, 5);
    out.push(b' ');
    text::left(out, text::Decimal::new(row.references).bytes(), 6);
    out.push(b' ');
    push_flags(out, row.flags);
    text::left(out, row.kind_name().as_bytes(), 10);
    out.push(b' ');
    text::left(out, row.state_name().unwrap_or_default().as_bytes(), 13);
    out.push(b' ');
    match row.inode {
        Some(inode) => text::left(out, text::Decimal::new(inode).bytes(), 8),
        None => text::left(out, b"-", 8),
    }
    out.push(b' ');
    let owner = row.inode.and_then(|inode| context.owner(inode));
    if context.columns.programs {
        context.push_owner(out, owner);
        out.push(b' ');
    }
    let start = out.len();
    sanitize::push_printable(out, first_word(row.path.unwrap_or_default()));
    if context.columns.pid {
        text::pad(out, start, PATH_WIDTH);
        out.push(b' ');
        push_pid(out, owner);
    }
    out.push(b'\n');
}

/// Returns what net-tools shows of a path: everything up to the first blank.
fn first_word(path: &[u8]) -> &[u8] {
    path.split(is_blank)
        .find(|word| !word.is_empty())
        .unwrap_or_default()
}

fn push_flags(out: &mut Vec<u8>, flags: u32) {
    let start = out.len();
    out.extend_from_slice(b"[ ");
    for name in flag_names(flags) {
        out.extend_from_slice(name.as_bytes());
        out.push(b' ');
    }
    out.push(b']');
    text::pad(out, start, 11);
    out.push(b' ');
}
