//! Signals and their names.

use nix::libc::{SIGRTMAX, SIGRTMIN};
use nix::sys::signal;
use std::fmt;
use std::str::FromStr;

/// Second names of signals (`man 7 signal`).
const SYNONYMS: [(&str, &str); 3] = [("CLD", "CHLD"), ("IOT", "ABRT"), ("POLL", "IO")];

/// A signal, by its number: from 1 to the last real-time signal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Signal(i32);

impl Signal {
    /// The signal that asks a process to end.
    pub const TERM: Signal = Signal(signal::SIGTERM as i32);
    /// The signal that ends a process in any case.
    pub const KILL: Signal = Signal(signal::SIGKILL as i32);
    /// The signal that continues a stopped process.
    pub const CONT: Signal = Signal(signal::SIGCONT as i32);

    /// Returns its number.
    pub fn number(self) -> i32 {
        self.0
    }
}

impl FromStr for Signal {
    type Err = String;

    /// Parses a number, or a name with or without SIG, in any case; real-time signals are called
    /// RTMIN, RTMIN+1, … or RTMAX, RTMAX-1, …
    fn from_str(text: &str) -> Result<Signal, String> {
        if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
            return match text.parse() {
                Ok(0) => Err(
                    "0 is not a signal: use --dry-run to see which processes would get \
                              one"
                    .to_owned(),
                ),
                Ok(number) if number <= SIGRTMAX() => Ok(Signal(number)),
                _ => Err(format!("the last signal is {}", SIGRTMAX())),
            };
        }
        let name = text.to_ascii_uppercase();
        let name = name.strip_prefix("SIG").unwrap_or(&name);
        let number = real_time(name).or_else(|| {
            let synonym = SYNONYMS.iter().find(|(other, _)| *other == name);
            let name = synonym.map_or(name, |(_, usual)| usual);
            let signal = signal::Signal::from_str(&format!("SIG{name}"));
            signal.ok().map(|signal| signal as i32)
        });
        number.map(Signal).ok_or_else(|| {
            let last = SIGRTMAX();
            format!("expected a signal's name (TERM, HUP, RTMIN+1) or a number up to {last}")
        })
    }
}

/// Returns the number of a real-time signal, by its name without SIG.
fn real_time(name: &str) -> Option<i32> {
    let distance = |text: &str, sign: char| match text {
        "" => Some(0),
        _ => text.strip_prefix(sign)?.parse::<u8>().ok().map(i32::from),
    };
    let number = match (name.strip_prefix("RTMIN"), name.strip_prefix("RTMAX")) {
        (Some(rest), _) => SIGRTMIN() + distance(rest, '+')?,
        (_, Some(rest)) => SIGRTMAX() - distance(rest, '-')?,
        (None, None) => return None,
    };
    (SIGRTMIN()..=SIGRTMAX())
        .contains(&number)
        .then_some(number)
}

impl fmt::Display for Signal {
    /// Writes its name without SIG, or its number where it has none.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Ok(signal) = signal::Signal::try_from(self.0) {
            let name = signal.as_str();
            return out.write_str(name.strip_prefix("SIG").unwrap_or(name));
        }
        match self.0 - SIGRTMIN() {
            0 => out.write_str("RTMIN"),
            above @ 1.. => write!(out, "RTMIN+{above}"),
            // The C library keeps these for itself.
            _ => write!(out, "signal {}", self.0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn signals_have_names_and_numbers() {
        let cases = [
            ("TERM", Ok("TERM")),
            ("sigterm", Ok("TERM")),
            ("SigHup", Ok("HUP")),
            ("9", Ok("KILL")),
            ("015", Ok("TERM")),
            ("iot", Ok("ABRT")),
            ("SIGCLD", Ok("CHLD")),
            ("29", Ok("IO")),
            ("poll", Ok("IO")),
            ("RTMIN", Ok("RTMIN")),
            ("sigrtmin+3", Ok("RTMIN+3")),
            ("34", Ok("RTMIN")),
            ("32", Ok("signal 32")),
            ("64", Ok("RTMIN+30")),
            ("RTMAX", Ok("RTMIN+30")),
            ("RTMAX-30", Ok("RTMIN")),
            ("0", Err("--dry-run")),
            ("65", Err("signal is 64")),
            ("99999999999", Err("signal is 64")),
            ("RTMIN+31", Err("expected")),
            ("RTMAX-31", Err("expected")),
            ("RTMIN-1", Err("expected")),
            ("RTMIN+", Err("expected")),
            ("-9", Err("expected")),
            ("+9", Err("expected")),
            ("SIG", Err("expected")),
            ("SIGSIGTERM", Err("expected")),
            ("BOGUS", Err("expected")),
            ("", Err("expected")),
        ];
        for (text, expected) in cases {
            match (text.parse::<Signal>(), expected) {
                (Ok(signal), Ok(name)) => assert_eq!(signal.to_string(), name, "{text}"),
                (Err(error), Err(part)) => assert!(error.contains(part), "{text}: {error}"),
                (found, _) => panic!("{text}: {found:?}"),
            }
        }
    }

    #[test]
    fn what_is_written_is_read_as_the_same_signal() {
        for number in (1..=31).chain(SIGRTMIN()..=SIGRTMAX()) {
            let signal = Signal(number);
            assert_eq!(signal.to_string().parse(), Ok(signal));
        }
    }

    proptest! {
        #[test]
        fn any_text_is_a_signal_or_none(text in any::<String>()) {
            let number = text.parse().map(Signal::number);
            prop_assert!(number.is_err() || (1..=SIGRTMAX()).contains(&number.unwrap_or(0)));
        }
    }
}
