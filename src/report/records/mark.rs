//! Marks of what has changed since the previous listing.

use std::fmt;

/// What became of a row since the previous listing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// It is unchanged, or there was no listing before.
    Same,
    /// It is new.
    New,
    /// It is gone.
    Gone,
    /// Something about it has changed, such as its state.
    Changed,
}

impl Mark {
    /// Returns its sign.
    pub fn sign(self) -> &'static str {
        match self {
            Mark::Same => "",
            Mark::New => "+",
            Mark::Gone => "-",
            Mark::Changed => "~",
        }
    }

    /// Returns how what has changed so is written (SGR), or `None` if nothing has: bold, red or magenta, which
    /// can be read on black and on white. Green and cyan can't on white.
    pub fn color(self) -> Option<&'static str> {
        match self {
            Mark::Same => None,
            Mark::New => Some("1"),
            Mark::Gone => Some("31"),
            Mark::Changed => Some("1;35"),
        }
    }
}

/// The numbers of rows that have changed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Changes {
    /// New rows.
    pub new: usize,
    /// Rows that are gone.
    pub gone: usize,
    /// Rows of which something has changed.
    pub changed: usize,
}

impl Changes {
    /// Counts a row.
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
