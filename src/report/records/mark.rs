//! What became of a row since the previous listing.

use std::fmt;

/// What became of a row since the listing before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// It is as it was, or there was no listing before.
    Same,
    /// It was not there.
    New,
    /// It is there no more.
    Gone,
    /// It is there still, and something about it is new: its state, for one.
    Changed,
}

impl Mark {
    /// How it is shown.
    pub fn sign(self) -> &'static str {
        match self {
            Mark::Same => "",
            Mark::New => "+",
            Mark::Gone => "-",
            Mark::Changed => "~",
        }
    }

    /// Returns the colour of what has changed so (SGR), or `None` if nothing has.
    pub fn color(self) -> Option<&'static str> {
        match self {
            Mark::Same => None,
            Mark::New => Some("32"),
            Mark::Gone => Some("2"),
            Mark::Changed => Some("1;33"),
        }
    }
}

/// How many rows are not as they were.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Changes {
    /// Were not there.
    pub new: usize,
    /// Are there no more.
    pub gone: usize,
    /// Are there with something else about them.
    pub changed: usize,
}

impl Changes {
    /// Counts one more.
    pub fn count(&mut self, mark: Mark) {
        match mark {
            Mark::New => self.new += 1,
            Mark::Gone => self.gone += 1,
            Mark::Changed => self.changed += 1,
            Mark::Same => {}
        }
    }
}

impl fmt::Display for Changes {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Changes { new, gone, changed } = self;
        write!(out, "+{new} -{gone} ~{changed}")
    }
}
