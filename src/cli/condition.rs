//! Conditions of the flags that choose rows: wanted, or unwanted with a `!` in front.

use crate::request::Filter;

/// A condition, wanted or unwanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition<C> {
    /// Whether it must hold, not fail.
    pub wanted: bool,
    /// What it is about.
    pub condition: C,
}

impl<C> Condition<C> {
    /// Parses a condition, with `!` in front if it is unwanted.
    ///
    /// # Errors
    /// Those of `parse`.
    pub fn read<E>(
        text: &str,
        parse: impl FnOnce(&str) -> Result<C, E>,
    ) -> Result<Condition<C>, E> {
        let text = text.trim();
        let (wanted, text) = match text.strip_prefix('!') {
            Some(text) => (false, text),
            None => (true, text),
        };
        let condition = parse(text)?;
        Ok(Condition { wanted, condition })
    }
}

/// Returns the condition that a flag sets: that one of those that are wanted holds, if there are any,
/// and none of the others.
pub fn all_but<C>(conditions: &[Condition<C>], test: impl Fn(&C) -> Filter) -> Filter {
    let of = |wanted| {
        let conditions = conditions.iter().filter(move |it| it.wanted == wanted);
        conditions.map(|it| test(&it.condition))
    };
    Filter::all_but(of(true), of(false))
}
