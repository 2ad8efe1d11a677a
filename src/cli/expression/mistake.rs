//! What is wrong with an expression, and where.

use std::fmt;
use winnow::error::ParserError;
use winnow::stream::{Location, Stream};

/// Why a text is no expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistake {
    /// Where, as an offset in the text.
    pub at: usize,
    /// What is wrong, or what is wanted there.
    pub why: String,
    /// Whether that is understood without the text.
    pub is_complete: bool,
}

impl Mistake {
    /// Returns the mistake at `at`.
    pub fn new(at: usize, why: impl Into<String>) -> Mistake {
        Mistake {
            at,
            why: why.into(),
            is_complete: false,
        }
    }

    /// Returns the mistake at `at`, which is understood without the text.
    pub fn complete(at: usize, why: impl Into<String>) -> Mistake {
        Mistake {
            is_complete: true,
            ..Mistake::new(at, why)
        }
    }

    /// Returns the message: what is wrong, and where it is needed the expression, with a mark below the
    /// place.
    pub fn show(&self, text: &str) -> impl fmt::Display {
        if self.is_complete {
            return self.why.clone();
        }
        let before = text.get(..self.at).unwrap_or(text);
        let indent = " ".repeat(before.chars().count());
        // One line, whatever blanks are in it.
        let text = text.replace(['\n', '\t', '\r'], " ");
        format!("{}\n  {text}\n  {indent}^", self.why)
    }
}

impl<I: Stream + Location> ParserError<I> for Mistake {
    type Inner = Mistake;

    fn from_input(input: &I) -> Mistake {
        Mistake::new(input.current_token_start(), String::new())
    }

    fn append(self, _: &I, _: &I::Checkpoint) -> Mistake {
        self
    }

    fn into_inner(self) -> Result<Mistake, Mistake> {
        Ok(self)
    }
}
