//! How much room a name leaves for lines behind its first, and the number that tells a socket.

use super::Row;

/// The length of the longest name, in bytes (`sun_path`, include/uapi/linux/un.h).
const NAME_MAX: usize = 108;

/// Returns how long a line can be that belongs to a name which begins with `name`.
pub fn room_after(name: &[u8]) -> Option<usize> {
    NAME_MAX.checked_sub(name.len() + 1)
}

/// Returns how long another line can be if `line` belongs to a name that has this much room.
pub fn room_left(room: Option<usize>, line: &[u8]) -> Option<usize> {
    room?.checked_sub(line.len() + 1)
}

/// Returns the inode by which a row's socket is known. The kernel's own have 32 bits.
pub fn inode_of(row: &Row<'_>) -> Option<u32> {
    let inode = u32::try_from(row.inode?).ok();
    inode.filter(|inode| *inode != 0)
}
