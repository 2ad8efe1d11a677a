//! The question that comes before.

use rustix::termios::{QueueSelector, tcflush};
use std::io::{self, IsTerminal, Write};

/// Whether somebody sits there who can be asked.
pub fn can_ask() -> bool {
    io::stdin().is_terminal() && io::stderr().is_terminal()
}

/// Asks on stderr whether to `do_it`; whether the answer was yes. Nothing but a `y` or `yes` is.
pub fn ask(do_it: &str) -> bool {
    // What has been typed before the question was seen is no answer to it.
    let _ = tcflush(io::stdin(), QueueSelector::IFlush);
    let question = format!("rnetstat: {do_it}? [y/N] ");
    if io::stderr().write_all(question.as_bytes()).is_err() {
        return false;
    }
    let mut answer = String::new();
    let read = io::stdin().read_line(&mut answer);
    if !answer.ends_with('\n') {
        // The end of the input leaves the cursor behind the question.
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
