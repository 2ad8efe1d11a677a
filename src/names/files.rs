//! What the files in another system's `etc` folder have in common.

use crate::notice;
use std::io::ErrorKind;
use std::path::Path;

/// Reads a file; one that is missing is an empty one, and so, with a warning, is one that can't
/// be read.
pub fn read(path: &Path) -> Vec<u8> {
    std::fs::read(path).unwrap_or_else(|error| {
        if error.kind() != ErrorKind::NotFound {
            notice::say(format_args!("{}: {error}", path.display()));
        }
        Vec::new()
    })
}

/// The lines of a file, without their comments.
pub fn lines(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    text.split(|&byte| byte == b'\n')
        .filter_map(|line| line.split(|&byte| byte == b'#').next())
}

/// The words of a line.
pub fn words(line: &[u8]) -> impl Iterator<Item = &[u8]> {
    line.split(u8::is_ascii_whitespace)
        .filter(|word| !word.is_empty())
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
