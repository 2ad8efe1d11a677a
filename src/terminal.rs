//! The terminal, if stdout is one.

use crate::request::Color;
use std::env;
use std::io::{self, IsTerminal};

/// Returns the width of the terminal in characters, or what COLUMNS says; `None` if stdout is no
/// terminal and COLUMNS is not set.
pub fn width() -> Option<usize> {
    let says = env::var("COLUMNS").ok().and_then(|it| it.parse().ok());
    let is = || rustix::termios::tcgetwinsize(io::stdout()).ok();
    says.or_else(|| is().map(|size| usize::from(size.ws_col)))
        .filter(|width| *width > 0)
}

/// Returns whether stdout is a terminal that can be drawn on, unless it says otherwise.
pub fn can_be_drawn_on() -> bool {
    env::var_os("TERM").is_none_or(|kind| kind != "dumb") && io::stdout().is_terminal()
}

/// Returns whether somebody reads what is printed on stdout.
pub fn is_read() -> bool {
    io::stdout().is_terminal()
}

/// Returns whether a table has colours.
pub fn colors(color: Color) -> bool {
    match color {
        Color::Always => true,
        Color::Never => false,
        // https://no-color.org: any value that is not empty.
        Color::Auto => can_be_drawn_on() && env::var_os("NO_COLOR").is_none_or(|it| it.is_empty()),
    }
}
