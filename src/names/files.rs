//! What the files in another system's `etc` folder have in common.

use crate::tables::is_blank;
use crate::{host, notice};
use std::io::{ErrorKind, Read};
use std::path::Path;

/// How much of a file is read, in bytes: far more than any system's has.
const LARGEST_FILE: u64 = 64 << 20;

/// Reads the file at `path` of the system under `root`. One that is missing is an empty one, and
/// so, with a warning, is one that can't be read.
pub fn read(root: &Path, path: &str) -> Vec<u8> {
    let mut text = Vec::new();
    let read = host::open_in_root(root, Path::new(path))
        .and_then(|file| file.take(LARGEST_FILE).read_to_end(&mut text));
    if let Err(error) = read
        && error.kind() != ErrorKind::NotFound
    {
        notice::say(format_args!("{}: {error}", root.join(path).display()));
    }
    text
}

/// The lines of a file, without their comments.
pub fn lines(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    text.split(|&byte| byte == b'\n')
        .filter_map(|line| line.split(|&byte| byte == b'#').next())
}

/// The words of a line.
pub fn words(line: &[u8]) -> impl Iterator<Item = &[u8]> {
    line.split(is_blank).filter(|word| !word.is_empty())
}

/// An unsigned number as C writes it: decimal, octal after `0`, hexadecimal after `0x`.
pub fn c_number(word: &[u8]) -> Option<u32> {
    let word = std::str::from_utf8(word).ok()?;
    let (digits, radix) = match word.as_bytes() {
        [b'0', b'x' | b'X', ..] => (&word[2..], 16),
        [b'0', _, ..] => (&word[1..], 8),
        _ => (word, 10),
    };
    if !digits.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return None;
    }
    u32::from_str_radix(digits, radix).ok()
}

/// An unsigned decimal number.
pub fn decimal(word: &[u8]) -> Option<u32> {
    let digits = std::str::from_utf8(word).ok()?;
    (!digits.starts_with('+')).then(|| digits.parse().ok())?
}
