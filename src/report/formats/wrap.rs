//! Texts on several lines.

use tabled::grid::util::string::get_line_width;

/// Parts `text` into lines of `width` characters at most: between words, and within those that are
/// longer. Nothing of it is lost but the blanks at these places.
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
        for character in word.chars() {
            let taken = get_line_width(character.encode_utf8(&mut [0; 4]));
            if column > 0 && column + taken > width {
                wrapped.push('\n');
                column = 0;
            }
            wrapped.push(character);
            column += taken;
        }
    }
    wrapped
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
            ("日本語", 4, "日本\n語"),
            ("日本", 1, "日\n本"),
            ("", 3, ""),
            ("abc", 0, "a\nb\nc"),
        ];
        for (text, width, expected) in cases {
            assert_eq!(wrap(text, width), expected, "{text} {width}");
        }
    }

    proptest! {
        #[test]
        fn nothing_is_lost_and_nothing_runs_over(text in "[a-z0-9:.,é日\u{301} ]{0,60}", width in 2..30usize) {
            let wrapped = wrap(&text, width);
            for line in wrapped.lines() {
                prop_assert!(get_line_width(line) <= width, "{:?}", wrapped);
            }
            let bare = |text: &str| text.replace([' ', '\n'], "");
            prop_assert_eq!(bare(&wrapped), bare(&text));
        }
    }
}
