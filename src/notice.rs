//! What is said on stderr.

use std::fmt;
use std::io::Write;

/// Says one line on stderr, behind the program's name.
///
/// A stderr that takes nothing is no reason to end: the listing on stdout is what counts.
pub fn say(text: fmt::Arguments<'_>) {
    let _ = writeln!(std::io::stderr().lock(), "rnetstat: {text}");
}
