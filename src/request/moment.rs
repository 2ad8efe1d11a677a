//! Two moments: a listing that is saved, and one that is compared with it.

use std::path::{Path, PathBuf};

/// What a listing has to do with another moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moment {
    /// Which of the two moments this is.
    pub when: When,
    /// The file of the other moment, or of this one; `-` for stdout or stdin.
    pub file: PathBuf,
    /// The flags and words that say which rows are listed, in one spelling and in one order.
    pub flags: Vec<String>,
}

impl Moment {
    /// Returns whether it is saved to stdout.
    pub fn is_stdout(&self) -> bool {
        self.when == When::Then && self.file == Path::new("-")
    }
}

/// Which of two moments a listing shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// The first: it is saved.
    Then,
    /// The second: it is compared with a saved one.
    Now,
}
