//! What is said on stderr.

use std::fmt;
use std::io::Write;

/// Says one line on stderr, behind the program's name.
///
/// A stderr that takes nothing is no reason to end: the listing on stdout is what counts.
pub fn say(text: fmt::Arguments<'_>) {
    // In one write, so that lines of several programs don't mix.
    let line = format!("rnetstat: {text}\n");
    let _ = std::io::stderr().lock().write_all(line.as_bytes());
}
