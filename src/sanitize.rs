//! Names that come from processes, sockets and the network, made safe to print.
//!
//! A process can name itself `\x1b[2J`; a terminal must never see it. Each byte that could control
//! a terminal becomes a `?`, so that widths stay as in net-tools. This applies to pipes too: most
//! lead to a terminal in the end.
//!
//! Names are made safe before a column cuts them: a cut can leave the first bytes of a UTF-8
//! character, as net-tools' does, which are harmless to a terminal that reads UTF-8.

/// The replacement of a byte that must not be printed.
const REPLACEMENT: u8 = b'?';

/// Makes `name` safe in place, and keeps its length.
///
/// Replaced are the ASCII control characters, the C1 control characters (U+0080 to U+009F), and
/// bytes 0x80 to 0x9F that are no part of a UTF-8 character, which some terminals take for C1.
pub fn make_printable(name: &mut [u8]) {
    if name.iter().all(|byte| (0x20..0x7f).contains(byte)) {
        return;
    }
    let mut start = 0;
    while start < name.len() {
        let (valid, invalid) = match std::str::from_utf8(&name[start..]) {
            Ok(text) => (text.len(), 0),
            Err(error) => {
                let rest = name.len() - start - error.valid_up_to();
                (error.valid_up_to(), error.error_len().unwrap_or(rest))
            }
        };
        replace_control_characters(&mut name[start..start + valid]);
        for byte in &mut name[start + valid..start + valid + invalid] {
            if (0x80..=0x9f).contains(byte) {
                *byte = REPLACEMENT;
            }
        }
        start += valid + invalid;
    }
}

/// Replaces control characters in bytes that are valid UTF-8.
fn replace_control_characters(text: &mut [u8]) {
    for index in 0..text.len() {
        if text[index].is_ascii_control() {
            text[index] = REPLACEMENT;
        } else if text[index] == 0xc2 && (0x80..=0x9f).contains(&text[index + 1]) {
            text[index..index + 2].fill(REPLACEMENT);
        }
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

/// Returns whether a character turns the direction of writing, so that the text around it is read
/// in another order.
pub fn turns_direction(character: char) -> bool {
    matches!(character,
        '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
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
    fn what_turns_the_direction_is_known() {
        for character in "\u{202e}\u{202a}\u{2066}\u{2069}\u{200f}\u{61c}".chars() {
            assert!(turns_direction(character) && !is_visible(character));
        }
        // Hebrew and Arabic letters turn only themselves; joiners belong to words.
        for character in "a ?\u{5d0}\u{627}\u{200d}\u{2010}\u{301}".chars() {
            assert!(!turns_direction(character));
        }
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
            prop_assert!(!text.chars().any(char::is_control));
            for chunk in safe.utf8_chunks() {
                prop_assert!(!chunk.invalid().iter().any(|byte| (0x80..=0x9f).contains(byte)));
            }
        }
    }
}
