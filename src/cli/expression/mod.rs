//! The words behind the flags: protocols, an interval, and an expression in ss's filter language.
//!
//! It is parsed with winnow. No alternative is tried in vain: each word decides what may follow, so that
//! the first mistake is the one to tell of. A word that could be a protocol or an interval, too, is that.
//! `tests/live_filters.rs` holds it against ss.

mod bare;
mod columns;
mod ends;
mod grammar;
mod input;
mod mistake;
mod states;
#[cfg(test)]
mod tests;

use super::flags::Flags;
use super::names::numeric;
use super::words::Words;
use crate::request::{Filter, Subject};
pub use bare::bare_ports;
pub use ends::is_host;
use input::{Input, Read};
use mistake::Mistake;
use std::ffi::OsString;
use winnow::stream::{LocatingSlice, Stateful};

/// Parses the words. Returns those that are no conditions, and the condition, if there is one.
///
/// # Errors
/// A message that shows what is wrong, where, and what is wanted there. `hint` is what to add for a word
/// that means nothing.
pub fn parse(
    words: &[OsString],
    hint: impl FnOnce(&str) -> &'static str,
) -> Result<(Words, Option<Filter>), String> {
    let words: Vec<_> = words.iter().map(|word| word.to_string_lossy()).collect();
    // Wherever the words are cut, they mean the same.
    let text = words.join(" ");
    parse_text(&text).map_err(|mut mistake| {
        let rest = text.get(mistake.at..).unwrap_or_default();
        let word = rest.split_whitespace().next().unwrap_or_default();
        mistake.why.push_str(hint(word));
        mistake.show(&text).to_string()
    })
}

/// Returns a column that an expression compares, and whose names are not looked up.
pub fn unresolved(expression: &Filter, flags: &Flags) -> Option<&'static str> {
    let names = expression.columns().into_iter();
    let mut names = names.filter(|column| column.of == Subject::Name);
    let off = names.find(|column| numeric(column.name, flags).is_some());
    off.map(|column| column.name)
}

fn parse_text(text: &str) -> Result<(Words, Option<Filter>), Mistake> {
    let mut input: Input<'_> = Stateful {
        input: LocatingSlice::new(text),
        state: Read::default(),
    };
    let filter = grammar::command(&mut input)?;
    Ok((input.state.words, filter))
}
