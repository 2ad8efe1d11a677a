//! The known name that was probably meant by an unknown one.

/// Returns the name that is nearest to what was typed, if one is near: a letter is wrong, missing, too
/// much or at another's place, and one more in a long word. A name may be cut short.
pub fn nearest<'n>(typed: &str, names: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    let allowed = match typed.chars().count() {
        0..=2 => 0,
        3..=6 => 1,
        _ => 2,
    };
    let near = names.into_iter().map(|name| (distance(typed, name), name));
    let near = near.filter(|(distance, _)| *distance <= allowed);
    near.min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| name)
}

fn distance(typed: &str, name: &str) -> usize {
    let whole = strsim::damerau_levenshtein(typed, name);
    // Of a short one, too little is left.
    match name.get(..typed.len()).filter(|it| it.len() > 3) {
        Some(start) => whole.min(strsim::damerau_levenshtein(typed, start)),
        None => whole,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_name_is_found() {
        let names = ["tcp", "udp", "listen", "established"];
        for (typed, expected) in [
            ("tpc", Some("tcp")),
            ("tcp", Some("tcp")),
            ("listn", Some("listen")),
            ("etsablishde", Some("established")),
            ("establihs", Some("established")),
            ("up", None),
            ("nginx", None),
            ("", None),
        ] {
            assert_eq!(nearest(typed, names), expected, "{typed}");
        }
    }
}
