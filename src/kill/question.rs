//! The question before the signals.

use rustix::termios::{QueueSelector, tcflush};
use std::io::{self, IsTerminal, Write};

/// Returns whether there is a terminal to ask on.
pub fn can_ask() -> bool {
    io::stdin().is_terminal() && io::stderr().is_terminal()
}

/// Asks on stderr whether to `do_it`. Returns true only for the answers `y` and `yes`.
pub fn ask(do_it: &str) -> bool {
    // What was typed before the question is not an answer to it.
    let _ = tcflush(io::stdin(), QueueSelector::IFlush);
    let question = format!("rnetstat: {do_it}? [y/N] ");
    if io::stderr().write_all(question.as_bytes()).is_err() {
        return false;
    }
    let mut answer = String::new();
    let read = io::stdin().read_line(&mut answer);
    if !answer.ends_with('\n') {
        // At the end of the input, the cursor stays behind the question.
        let _ = io::stderr().write_all(b"\n");
    }
    read.is_ok() && is_yes(&answer)
}

fn is_yes(answer: &str) -> bool {
    let answer = answer.trim().to_ascii_lowercase();
    ["y", "yes"].contains(&answer.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_but_a_yes_is_yes() {
        for (answer, expected) in [
            ("y\n", true),
            (" Yes \r\n", true),
            ("Y", true),
            ("\n", false),
            ("", false),
            ("n\n", false),
            ("yy\n", false),
            ("yes please\n", false),
        ] {
            assert_eq!(is_yes(answer), expected, "{answer:?}");
        }
    }
}
