//! The spellings of states.

/// Other words for some states, of ss, Windows, BSD and people.
const ALIASES: [(&str, &str); 9] = [
    ("estab", "established"),
    ("synrcv", "synrecv"),
    ("synrcvd", "synrecv"),
    ("synreceived", "synrecv"),
    ("tw", "timewait"),
    ("closed", "close"),
    ("unconn", "close"),
    ("unconnected", "close"),
    ("listening", "listen"),
];

/// Returns a state's word in one spelling: in small letters, without dashes and underscores, and the
/// usual one of several.
pub fn spelled(word: &str) -> String {
    let word = word
        .trim()
        .to_ascii_lowercase()
        .replace(['-', '_', ' '], "");
    let alias = ALIASES.iter().find(|(alias, _)| *alias == word);
    alias.map_or(word, |(_, usual)| (*usual).to_owned())
}
