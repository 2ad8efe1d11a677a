//! What the name files in a system's `etc` folder have in common.

use super::databases::MAX_FILE_SIZE;
use crate::host::Tree;
use crate::notice;
use crate::sanitize::printable;
use crate::tables::is_blank;
use std::io::{ErrorKind, Read};

/// Reads a file of a system.
///
/// A missing file reads as empty. So does one that can't be read, after a warning. Of one that is
/// too long only the whole lines up to [`MAX_FILE_SIZE`] are read, after a warning, too.
pub fn read(system: &Tree, path: &str) -> Vec<u8> {
    let mut text = Vec::new();
    let read = system
        .open(path)
        .and_then(|file| file.take(MAX_FILE_SIZE + 1).read_to_end(&mut text));
    if let Err(error) = read
        && error.kind() != ErrorKind::NotFound
    {
        notice::say(format_args!(
            "{}: {error}",
            system.full_path(path).display()
        ));
    }
    if text.len() as u64 > MAX_FILE_SIZE {
        let line_end = text.iter().rposition(|byte| *byte == b'\n');
        text.truncate(line_end.unwrap_or_default());
        let (path, most) = (system.full_path(path), MAX_FILE_SIZE >> 20);
        notice::say(format_args!(
            "{}: only its first {most} MiB are read",
            path.display()
        ));
    }
    text
}

/// Returns the lines of a file, without comments.
pub fn lines(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    text.split(|&byte| byte == b'\n')
        .filter_map(|line| line.split(|&byte| byte == b'#').next())
}

/// Returns the words of a line.
pub fn words(line: &[u8]) -> impl Iterator<Item = &[u8]> {
    line.split(is_blank).filter(|word| !word.is_empty())
}

/// Parses an unsigned number as C writes it: decimal, octal after `0`, hexadecimal after `0x`.
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

/// Parses an unsigned decimal number.
pub fn decimal(word: &[u8]) -> Option<u32> {
    let digits = std::str::from_utf8(word).ok()?;
    (!digits.starts_with('+')).then(|| digits.parse().ok())?
}

/// Returns `word` without one leading `+`, which glibc allows in numbers.
pub fn without_plus(word: &[u8]) -> &[u8] {
    word.strip_prefix(b"+").unwrap_or(word)
}

/// Returns whether someone who asks for `wanted` means `name`: as the file spells it, or as it is
/// printed.
pub fn is_called(name: &[u8], wanted: &str) -> bool {
    name == wanted.as_bytes() || printable(name.to_vec()) == wanted.as_bytes()
}
