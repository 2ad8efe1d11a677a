//! Names that come from processes, sockets and the network, made safe to print.
//!
//! A process can name itself `\x1b[2J`; a terminal must never see it. Each byte that could control
//! a terminal, or of a character that only changes how others are shown, becomes a `?`, so that
//! widths stay as in net-tools. This applies to pipes too: most lead to a terminal in the end.
//! JSON and CSV are for programs: there, only what controls a terminal is replaced.
//!
//! Names are made safe before a column cuts them: a cut can leave the first bytes of a UTF-8
//! character, as net-tools' does, which are harmless to a terminal that reads UTF-8.

/// The replacement of a byte that must not be printed.
const REPLACEMENT: u8 = b'?';

/// The characters of the general category Cf ("format") in Unicode 16.0: they have no shape, or
/// change the shape or the direction of others. Between them, U+2028 and U+2029 (Zl and Zp) part
/// lines and paragraphs.
const FORMAT: [(char, char); 21] = [
    ('\u{ad}', '\u{ad}'),
    ('\u{600}', '\u{605}'),
    ('\u{61c}', '\u{61c}'),
    ('\u{6dd}', '\u{6dd}'),
    ('\u{70f}', '\u{70f}'),
    ('\u{890}', '\u{891}'),
    ('\u{8e2}', '\u{8e2}'),
    ('\u{180e}', '\u{180e}'),
    ('\u{200b}', '\u{200f}'),
    ('\u{2028}', '\u{202e}'),
    ('\u{2060}', '\u{2064}'),
    ('\u{2066}', '\u{206f}'),
    ('\u{feff}', '\u{feff}'),
    ('\u{fff9}', '\u{fffb}'),
    ('\u{110bd}', '\u{110bd}'),
    ('\u{110cd}', '\u{110cd}'),
    ('\u{13430}', '\u{1343f}'),
    ('\u{1bca0}', '\u{1bca3}'),
    ('\u{1d173}', '\u{1d17a}'),
    ('\u{e0001}', '\u{e0001}'),
    ('\u{e0020}', '\u{e007f}'),
];

fn is_format(character: char) -> bool {
    let is_in = |(first, last): &(char, char)| (*first..=*last).contains(&character);
    FORMAT.iter().any(is_in)
}

/// Makes `name` safe in place, and keeps its length.
///
/// Replaced are the ASCII control characters, the C1 control characters (U+0080 to U+009F),
/// characters of [`FORMAT`], and bytes 0x80 to 0x9F that are no part of a UTF-8 character, which
/// some terminals take for C1.
pub fn make_printable(name: &mut [u8]) {
    replace(name, |it| it.is_control() || is_format(it));
}

/// Returns the text without what controls a terminal, for programs, which may need the rest as it
/// is.
pub fn without_controls(mut text: Vec<u8>) -> Vec<u8> {
    replace(&mut text, char::is_control);
    text
}

/// Replaces each byte of the characters that are `unwanted`, and lone bytes that could be C1
/// control characters.
fn replace(name: &mut [u8], unwanted: impl Fn(char) -> bool) {
    if name.iter().all(|byte| (0x20..0x7f).contains(byte)) {
        return;
    }
    let mut places = Vec::new();
    let mut start = 0;
    for chunk in name.utf8_chunks() {
        let characters = chunk.valid().char_indices();
        for (index, character) in characters.filter(|(_, it)| unwanted(*it)) {
            places.push(start + index..start + index + character.len_utf8());
        }
        start += chunk.valid().len();
        for byte in chunk.invalid() {
            if (0x80..=0x9f).contains(byte) {
                places.push(start..start + 1);
            }
            start += 1;
        }
    }
    for place in places {
        name[place].fill(REPLACEMENT);
    }
}

/// Returns the name, made safe.
pub fn printable(mut name: Vec<u8>) -> Vec<u8> {
    make_printable(&mut name);
    name
}

/// Returns the name of a host or a network, made safe and with the same length.
///
/// Blanks are replaced too, which would make two columns of one, bytes that are not UTF-8, and
/// every character that can't be seen by itself, such as those that turn the direction of writing.
/// What stays are ASCII's graphic characters, of which names from a name server have only letters,
/// digits, `-`, `.` and `_`, and the visible ones of all others.
pub fn printable_host(name: Vec<u8>) -> Vec<u8> {
    if name.iter().all(u8::is_ascii_graphic) {
        return name;
    }
    let mut safe = Vec::with_capacity(name.len());
    for chunk in name.utf8_chunks() {
        for character in chunk.valid().chars() {
            match is_visible(character) {
                true => safe.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes()),
                false => safe.resize(safe.len() + character.len_utf8(), REPLACEMENT),
            }
        }
        safe.resize(safe.len() + chunk.invalid().len(), REPLACEMENT);
    }
    safe
}

/// Returns whether a character can be seen, according to the tables by which Rust escapes
/// characters in `{:?}`.
fn is_visible(character: char) -> bool {
    match character.is_ascii() {
        true => character.is_ascii_graphic(),
        false => character.escape_debug().len() == 1,
    }
}

/// Adds `name`, made safe, to `out`.
pub fn push_printable(out: &mut Vec<u8>, name: &[u8]) {
    let start = out.len();
    out.extend_from_slice(name);
    make_printable(&mut out[start..]);
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_steers_a_terminal_is_replaced_and_all_else_stays() {
        let cases: [(&[u8], &[u8]); 9] = [
            (b"nginx: master", b"nginx: master"),
            (b"\x1b[31mred\x7f\n\t", b"?[31mred???"),
            ("日本é".as_bytes(), "日本é".as_bytes()),
            ("a\u{9b}31m".as_bytes(), b"a??31m"),
            ("a\u{a0}".as_bytes(), "a\u{a0}".as_bytes()),
            (b"lone \x9b and \xff", b"lone ? and \xff"),
            (b"cut \xe6\x97", b"cut \xe6?"),
            (b"\xff\x1b\xff\x1b", b"\xff?\xff?"),
            (b"", b""),
        ];
        for (name, expected) in cases {
            let mut printed = Vec::new();
            push_printable(&mut printed, name);
            assert_eq!(printed, expected, "{name:?}");
        }
    }

    #[test]
    fn a_host_has_a_name_that_can_be_seen() {
        let cases: [(&[u8], &[u8]); 11] = [
            (b"a-1.b_c.example.", b"a-1.b_c.example."),
            (b"[odd]/$(name)", b"[odd]/$(name)"),
            (b"two words\t", b"two?words?"),
            (b"\x1b[31mred\x7f", b"?[31mred?"),
            ("k\u{fc}che.local".as_bytes(), "k\u{fc}che.local".as_bytes()),
            ("日本.example".as_bytes(), "日本.example".as_bytes()),
            ("a\u{202e}b\u{200b}".as_bytes(), b"a???b???"),
            ("a\u{a0}\u{3000}".as_bytes(), b"a?????"),
            ("a\u{9b}31m".as_bytes(), b"a??31m"),
            (b"lone \x9b and \xff", b"lone???and??"),
            (b"cut \xe6\x97", b"cut???"),
        ];
        for (name, expected) in cases {
            let printed = printable_host(name.to_vec());
            assert_eq!(printed, expected, "{:?}", String::from_utf8_lossy(&printed));
        }
    }

    #[test]
    fn what_only_changes_how_others_are_shown_is_replaced() {
        for (name, expected) in [
            ("a\u{202e}fdp.exe", "a???fdp.exe"),
            ("\u{2066}\u{2069}\u{61c}", "????????"),
            ("ro\u{200b}ot\u{feff}", "ro???ot???"),
            ("soft\u{ad}hyphen", "soft??hyphen"),
            ("a\u{2028}b\u{2029}c", "a???b???c"),
            ("tag\u{e0041}", "tag????"),
            // Hebrew and Arabic letters turn only themselves; accents belong to their letters.
            (
                "\u{5d0}\u{627}\u{2010}e\u{301}",
                "\u{5d0}\u{627}\u{2010}e\u{301}",
            ),
        ] {
            let found = printable(name.as_bytes().to_vec());
            assert_eq!(String::from_utf8_lossy(&found), expected, "{name:?}");
            let host = printable_host(name.as_bytes().to_vec());
            assert_eq!(host.len(), found.len(), "{name:?}");
            let kept = without_controls(name.as_bytes().to_vec());
            assert_eq!(kept, name.as_bytes(), "{name:?}");
        }
        assert_eq!(without_controls(b"a\x1b\xc2\x9b\x9b".to_vec()), b"a????");
        // Rust can't show them either.
        for (first, last) in FORMAT {
            assert!((first..=last).all(|it| !is_visible(it)), "{first:?}");
        }
        assert!(FORMAT.is_sorted_by(|before, after| before.1 < after.0));
    }

    proptest! {
        #[test]
        fn a_host_name_is_printable_by_any_rule(name in any::<Vec<u8>>()) {
            let safe = printable_host(name.clone());
            prop_assert_eq!(safe.len(), name.len());
            prop_assert_eq!(&printable(safe.clone()), &safe);
            prop_assert!(safe.iter().all(|byte| !byte.is_ascii_whitespace()));
        }

        #[test]
        fn nothing_that_steers_is_left_and_the_length_stays(name in any::<Vec<u8>>()) {
            let safe = printable(name.clone());
            prop_assert_eq!(safe.len(), name.len());
            prop_assert!(!safe.iter().any(u8::is_ascii_control));
            let text = String::from_utf8_lossy(&safe);
            prop_assert!(!text.chars().any(|it| it.is_control() || is_format(it)));
            for chunk in safe.utf8_chunks() {
                prop_assert!(!chunk.invalid().iter().any(|byte| (0x80..=0x9f).contains(byte)));
            }
        }
    }
}
