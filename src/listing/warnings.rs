//! What walks report on stderr.

use crate::notice;
use crate::tables::ReadError;
use std::collections::HashSet;

/// Reports what is wrong with tables and their lines.
#[derive(Debug, Default)]
pub struct Warnings {
    /// The texts that have been reported, if each is to be reported once.
    reported: Option<HashSet<String>>,
    is_silent: bool,
}

impl Warnings {
    /// The most texts that are remembered; after that, each is reported again.
    const REMEMBERED: usize = 256;

    /// Reports each text once, however often its table is read.
    pub fn once() -> Warnings {
        Warnings {
            reported: Some(HashSet::new()),
            ..Warnings::default()
        }
    }

    /// Reports nothing: another walk has.
    pub fn silent() -> Warnings {
        Warnings {
            is_silent: true,
            ..Warnings::default()
        }
    }

    /// Reports a line that is no row, or a table that can't be read on. The latter is reported
    /// each time.
    pub fn say_bad_line(&mut self, error: &ReadError) {
        match error {
            ReadError::Malformed { .. } => self.say(error.to_string()),
            ReadError::Io { .. } if self.is_silent => {}
            ReadError::Io { .. } => notice::say(format_args!("{error}")),
        }
    }

    /// Reports `text`.
    pub fn say(&mut self, text: String) {
        if self.is_silent {
            return;
        }
        if let Some(reported) = &mut self.reported {
            if reported.contains(&text) {
                return;
            }
            if reported.len() >= Warnings::REMEMBERED {
                reported.clear();
            }
            reported.insert(text.clone());
        }
        notice::say(format_args!("{text}"));
    }
}
