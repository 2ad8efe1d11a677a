//! What a process is called: by its command line, by the kernel, and by its executable.
//!
//! procfs's `Process::cmdline` reads all of a command line, drops empty arguments, and fails if it is
//! not UTF-8.

use super::descriptors::has_gone;
use crate::host::Folder;
use crate::sanitize;
use std::io::{self, Read};
use std::os::unix::ffi::OsStringExt;

/// The most that is read of a command line for the program's name, in bytes, as in net-tools. The
/// name is at the start, and an argument list can be megabytes long.
pub const PROGRAM_LIMIT: usize = 511;

/// The most that is read of a command line if the command is wanted too, in bytes.
pub const COMMAND_LIMIT: usize = 4096;

/// The most that is read of the kernel's name, in bytes. It has 15, some of the kernel's own
/// processes up to 63.
const COMM_LIMIT: usize = 64;

/// What the kernel writes behind the path of an executable that was deleted.
const DELETED: &[u8] = b" (deleted)";

/// Returns what the kernel calls a process, without what controls a terminal, or `None` if that is
/// not known.
pub fn comm(process: &Folder<'_>) -> Option<Vec<u8>> {
    let mut comm = read(process, "comm", COMM_LIMIT + 1).ok()??;
    // A newline ends it; others in it are its own.
    comm.pop_if(|byte| *byte == b'\n');
    Some(sanitize::without_controls(comm))
}

/// The executable of a process.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Executable {
    /// Its path when the process was started, in the process's root, without what controls a
    /// terminal.
    pub path: Vec<u8>,
    /// Whether it has been deleted since.
    pub is_deleted: bool,
}

/// Returns a process's executable, or `None` if it can't be seen: a process of the kernel's has none.
pub fn executable(process: &Folder<'_>) -> Option<Executable> {
    let path = process.read_link("exe").ok()?.into_vec();
    let (path, is_deleted) = match path.strip_suffix(DELETED) {
        Some(path) => (path.to_vec(), true),
        None => (path, false),
    };
    Some(Executable {
        path: sanitize::without_controls(path),
        is_deleted,
    })
}

/// Returns the first `limit` bytes of a process's file, such as `cmdline`, or `None` if it is not
/// there: the process has ended.
///
/// # Errors
/// It can't be read.
pub fn read(process: &Folder<'_>, path: &str, limit: usize) -> io::Result<Option<Vec<u8>>> {
    let mut bytes = Vec::with_capacity(limit);
    let read = process
        .open(path)
        .and_then(|file| file.take(limit as u64).read_to_end(&mut bytes));
    match read {
        Ok(_) => Ok(Some(bytes)),
        Err(error) if has_gone(&error) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Returns a command line with blanks between its arguments, and nothing that controls a terminal.
pub fn command_in(command_line: &[u8]) -> Vec<u8> {
    let end = command_line.iter().rposition(|&byte| byte != 0);
    let mut command = command_line[..end.map_or(0, |end| end + 1)].to_vec();
    for byte in &mut command {
        if *byte == 0 {
            *byte = b' ';
        }
    }
    sanitize::without_controls(command)
}

/// Returns the program's name, without what controls a terminal, from the start of a command line
/// (`man 5 proc`, /proc/PID/cmdline).
pub fn program_in(command_line: &[u8]) -> Vec<u8> {
    let start = command_line.get(..PROGRAM_LIMIT).unwrap_or(command_line);
    let first = start.split(|&byte| byte == 0).next().unwrap_or(&[]);
    // Only an absolute path is reduced to its last part: `nginx: worker /etc/x` is a title.
    let name = match first.first() {
        Some(b'/') => last_part(first),
        _ => first,
    };
    sanitize::without_controls(name.to_vec())
}

/// Returns the first word of a program's name, without the colon that processes that retitle
/// themselves put behind it; the name itself if there is no such word.
pub fn first_word(name: &[u8]) -> &[u8] {
    let word = name.split(|&byte| byte == b' ').next().unwrap_or(name);
    let word = word.strip_suffix(b":").unwrap_or(word);
    if word.is_empty() { name } else { word }
}

/// Returns the last part of a path.
pub fn last_part(path: &[u8]) -> &[u8] {
    path.rsplit(|&byte| byte == b'/').next().unwrap_or(&[])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_is_named_by_the_first_word_of_its_command_line() {
        let cases: [(&[u8], &[u8]); 8] = [
            (b"/usr/sbin/sshd\0-D\0", b"sshd"),
            (
                b"nginx: master process /usr/sbin/nginx\0",
                b"nginx: master process /usr/sbin/nginx",
            ),
            (b"/usr/bin/python3 /opt/y.py --a=b/c\0", b"c"),
            (b"a/b\0", b"a/b"),
            (b"/\0", b""),
            (b"\0\0x", b""),
            (b"", b""),
            (b"\x1b]0;owned\x07", b"?]0;owned?"),
        ];
        for (command_line, program) in cases {
            assert_eq!(program_in(command_line), program, "{command_line:?}");
        }
    }

    #[test]
    fn workers_share_the_first_word() {
        let cases: [(&[u8], &[u8]); 9] = [
            (b"a:b c", b"a:b"),
            (b"nginx: worker process", b"nginx"),
            (b"sshd: /usr/sbin/sshd -D", b"sshd"),
            (b"postgres: 14/main: walwriter", b"postgres"),
            (b"uwsgi worker 1", b"uwsgi"),
            (b"python3", b"python3"),
            (b" odd", b" odd"),
            (b": odd", b": odd"),
            (b"", b""),
        ];
        for (name, word) in cases {
            assert_eq!(first_word(name), word, "{name:?}");
        }
    }
}
