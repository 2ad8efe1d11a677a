//! Texts that do not fit: on several lines, or cut.

use std::iter;
use tabled::grid::util::string::get_line_width;

/// Splits `text` into lines of at most `width` characters: between words; in longer words, after
/// commas and before slashes; and anywhere in what is still longer. Only blanks at these places are
/// lost.
pub fn wrap(text: &str, width: usize) -> String {
    let mut wrapped = String::with_capacity(text.len() + text.len() / width.max(1));
    let mut column = 0;
    for word in text.split(' ') {
        if column > 0 && column + 1 + get_line_width(word) <= width {
            wrapped.push(' ');
            column += 1;
        } else if column > 0 {
            wrapped.push('\n');
            column = 0;
        }
        for piece in pieces(word) {
            if column > 0 && column + get_line_width(piece) > width {
                wrapped.push('\n');
                column = 0;
            }
            for character in piece.chars() {
                let taken = get_line_width(character.encode_utf8(&mut [0; 4]));
                if column > 0 && column + taken > width {
                    wrapped.push('\n');
                    column = 0;
                }
                wrapped.push(character);
                column += taken;
            }
        }
    }
    wrapped
}

/// Returns as much of `text` as fits in `width` characters, with a sign at its end that more follows if
/// there is room for one.
pub fn cut(text: &str, width: usize) -> String {
    if get_line_width(text) <= width {
        return text.to_owned();
    }
    if width == 0 {
        return String::new();
    }
    let mut taken = 0;
    let end = text.char_indices().find(|(_, character)| {
        taken += get_line_width(character.encode_utf8(&mut [0; 4]));
        taken >= width
    });
    let kept = end.and_then(|(end, _)| text.get(..end)).unwrap_or(text);
    format!("{}…", kept.trim_end())
}

/// Returns `text` with each word cut that has more than `width` characters.
pub fn cut_words(text: &str, width: usize) -> String {
    let words: Vec<String> = text.split(' ').map(|word| cut(word, width)).collect();
    words.join(" ")
}

/// Returns the width of the widest part of `text` among those that are cut last.
pub fn widest_piece(text: &str) -> usize {
    let pieces = text.split(' ').flat_map(pieces);
    pieces.map(get_line_width).max().unwrap_or(0)
}

/// What a word is parted into before it is cut.
fn pieces(word: &str) -> impl Iterator<Item = &str> {
    let mut rest = word;
    iter::from_fn(move || {
        let mut next = rest.char_indices().skip(1).zip(rest.chars());
        let end = next.find(|((_, next), last)| *last == ',' || *next == '/');
        let end = end.map_or(rest.len(), |((end, _), _)| end);
        let piece;
        (piece, rest) = rest.split_at_checked(end)?;
        (!piece.is_empty()).then_some(piece)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn lines_end_between_words_where_they_can() {
        let cases = [
            ("a b c", 5, "a b c"),
            ("ab cd ef", 5, "ab cd\nef"),
            ("10.0.0.1, 10.1.0.1", 9, "10.0.0.1,\n10.1.0.1"),
            ("2001:db8::1:2:3", 8, "2001:db8\n::1:2:3"),
            ("a longword b", 4, "a\nlong\nword\nb"),
            ("10719/python3, 7/sh", 12, "10719\n/python3,\n7/sh"),
            ("10719/python3", 13, "10719/python3"),
            (
                "1/nginx: master /usr/sbin/nginx",
                9,
                "1/nginx:\nmaster\n/usr/sbin\n/nginx",
            ),
            ("a/bc,de//f", 4, "a\n/bc,\nde/\n/f"),
            ("7/longname", 4, "7\n/lon\ngnam\ne"),
            ("2001:db8::1/64", 12, "2001:db8::1\n/64"),
            ("日本語", 4, "日本\n語"),
            ("日本", 1, "日\n本"),
            ("", 3, ""),
            ("abc", 0, "a\nb\nc"),
        ];
        for (text, width, expected) in cases {
            assert_eq!(wrap(text, width), expected, "{text} {width}");
        }
    }

    #[test]
    fn what_is_cut_ends_with_a_sign() {
        let cases = [
            ("python3 -m http.server", 22, "python3 -m http.server"),
            ("python3 -m http.server", 21, "python3 -m http.serv…"),
            ("python3 -m http.server", 9, "python3…"),
            ("日本語", 6, "日本語"),
            ("日本語", 5, "日本…"),
            ("日本語", 4, "日…"),
            ("e\u{301}e\u{301}e\u{301}", 3, "e\u{301}e\u{301}e\u{301}"),
            ("e\u{301}e\u{301}e\u{301}", 2, "e\u{301}…"),
            ("ab", 1, "…"),
            ("ab", 0, ""),
            ("漢字漢字", 5, "漢字…"),
            ("", 0, ""),
        ];
        for (text, width, expected) in cases {
            assert_eq!(cut(text, width), expected, "{text} {width}");
        }
    }

    proptest! {
        #[test]
        fn what_is_cut_fits(text in "[a-z é日\u{301}]{0,30}", width in 1..30usize) {
            prop_assert!(get_line_width(&cut(&text, width)) <= width);
        }

        #[test]
        fn nothing_is_lost_and_nothing_runs_over(text in "[a-z0-9:.,/é日\u{301} ]{0,60}", width in 2..30usize) {
            let wrapped = wrap(&text, width);
            for line in wrapped.lines() {
                prop_assert!(get_line_width(line) <= width, "{:?}", wrapped);
            }
            let bare = |text: &str| text.replace([' ', '\n'], "");
            prop_assert_eq!(bare(&wrapped), bare(&text));
        }
    }
}
