//! Flags that do not go together, in words: both are named, and what to type instead.

use crate::request::{Instead, OutputSpec, What};

/// What to type instead of two flags of which either will do.
pub const LEAVE_ONE_OUT: &str = "remove one of them";

/// What to type in place of the classic format.
pub const OTHER_FORMATS: &str = "type --format table, json, jsonl or csv";

/// Returns the refusal of two flags together.
pub fn clash(one: &str, other: &str, instead: &str) -> String {
    format!("{one} does not work with {other}: {instead}")
}

/// Returns the refusal of a flag about sockets, or `None` if sockets are listed and nothing else.
pub fn no_sockets(flag: &str, what: &What) -> Option<String> {
    let other = match what {
        What::Sockets(it) if it.lists_sockets_only() => return None,
        // They come among sockets.
        What::Sockets(_) => "--groups",
        _ => listing(what),
    };
    let text = format!("{flag} works with sockets, not with {other}: {LEAVE_ONE_OUT}");
    Some(text)
}

/// Returns the flag that asks for a listing.
pub fn listing(what: &What) -> &'static str {
    match what {
        What::Routes(_) => "--route",
        What::Interfaces(_) => "--interfaces",
        What::Statistics(_) => "--statistics",
        What::Masquerade(_) => "--masquerade",
        What::Checks(_) => "--check",
        What::Sockets(it) if it.lists_groups() => "--groups",
        What::Sockets(_) => "sockets",
    }
}

/// Returns the first of the flags that is given.
pub fn first<'f>(flags: impl IntoIterator<Item = (bool, &'f str)>) -> Option<&'f str> {
    let given = flags.into_iter().find(|(is_given, _)| *is_given);
    given.map(|(_, flag)| flag)
}

/// Returns the flag that asks for something else than rows.
pub fn counting(output: &OutputSpec) -> Option<&'static str> {
    first([
        (!output.count_by.is_empty(), "--count-by"),
        (output.instead == Some(Instead::Count), "--count"),
        (output.instead == Some(Instead::Pids), "--pids"),
    ])
}
