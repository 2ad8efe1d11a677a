//! Messages on stderr.

use crate::sanitize;
use std::fmt;
use std::io::Write;

/// Prints one line on stderr, after the program's name. What it quotes may come from strangers: all
/// of it is made printable.
///
/// A stderr that can't be written is no reason to end: the listing on stdout is what counts.
pub fn say(text: fmt::Arguments<'_>) {
    let mut line = text.to_string().into_bytes();
    sanitize::make_printable(&mut line);
    write(&[b"rnetstat: ", &line[..], b"\n"].concat());
}

/// Prints a text on stderr as it is, but with its lines made printable.
pub fn say_lines(text: &str) {
    let mut bytes = text.to_owned().into_bytes();
    for line in bytes.split_mut(|byte| *byte == b'\n') {
        sanitize::make_printable(line);
    }
    write(&bytes);
}

/// Returns a number of things, as text.
pub fn count(number: usize, thing: &str) -> String {
    match number {
        1 => format!("1 {thing}"),
        _ if thing.ends_with('s') => format!("{number} {thing}es"),
        _ => format!("{number} {thing}s"),
    }
}

fn write(text: &[u8]) {
    // In one write, so that lines of several programs don't mix.
    let _ = std::io::stderr().lock().write_all(text);
}
