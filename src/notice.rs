//! Messages on stderr.

use std::fmt;
use std::io::Write;

/// Prints one line on stderr, after the program's name.
///
/// A stderr that can't be written is no reason to end: the listing on stdout is what counts.
pub fn say(text: fmt::Arguments<'_>) {
    // In one write, so that lines of several programs don't mix.
    let line = format!("rnetstat: {text}\n");
    let _ = std::io::stderr().lock().write_all(line.as_bytes());
}
