//! Keys, from the bytes that a terminal sends for them.
//!
//! The sequences are those of DEC's VT220 and xterm ("XTerm Control Sequences", "PC-Style Function
//! Keys").

/// A key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Key {
    /// A character.
    Char(char),
    /// An arrow.
    Up,
    /// An arrow.
    Down,
    /// A page up.
    PageUp,
    /// A page down.
    PageDown,
    /// To the first row.
    Home,
    /// To the last row.
    End,
    /// Return.
    Enter,
    /// Removes the last character.
    Backspace,
    /// Removes all of them (Ctrl-U).
    Clear,
    /// Leaves what is being done.
    Escape,
    /// Draws everything anew (Ctrl-L).
    Redraw,
}

/// The byte that begins a sequence, unless it is a key of its own.
const ESCAPE: u8 = 0x1b;

/// The most bytes of a sequence that are kept: no key has more.
const MOST: usize = 8;

/// The bytes of a key that is not complete yet.
#[derive(Debug, Default)]
pub struct Keys {
    pending: Vec<u8>,
}

impl Keys {
    /// Returns whether bytes have come that may be the start of a key.
    pub fn are_pending(&self) -> bool {
        !self.pending.is_empty()
    }

    /// Takes a byte, and returns the key that it completes.
    pub fn push(&mut self, byte: u8) -> Option<Key> {
        // A second escape is no part of a sequence.
        if byte == ESCAPE && !self.pending.is_empty() {
            self.pending = vec![byte];
            return Some(Key::Escape);
        }
        self.pending.push(byte);
        let key = match self.pending[..] {
            [ESCAPE] | [ESCAPE, b'[' | b'O'] => return None,
            [ESCAPE, b'[' | b'O', .., last] if is_final(last) => match self.pending.len() {
                ..=MOST => sequence(&self.pending),
                _ => None,
            },
            // The rest of a longer one is no key either.
            [ESCAPE, b'[' | b'O', ..] => {
                self.pending.truncate(MOST);
                return None;
            }
            [ESCAPE, ..] => None,
            [byte] if byte < 0x80 => control(byte),
            _ => match str::from_utf8(&self.pending) {
                Ok(text) => text.chars().next().map(Key::Char),
                // The rest of the character follows.
                Err(error) if error.error_len().is_none() => return None,
                Err(_) => None,
            },
        };
        self.pending.clear();
        key
    }

    /// Returns the key that the bytes so far are if no others follow.
    pub fn end(&mut self) -> Option<Key> {
        let is_escape = self.pending == [ESCAPE];
        self.pending.clear();
        is_escape.then_some(Key::Escape)
    }
}

/// Returns whether a byte ends a sequence.
fn is_final(byte: u8) -> bool {
    (0x40..=0x7e).contains(&byte)
}

/// Returns the key of a whole sequence, whatever else is held down.
fn sequence(bytes: &[u8]) -> Option<Key> {
    let (last, start) = bytes.split_last()?;
    let number = start.get(2..).unwrap_or_default();
    let number = number
        .split(|byte| *byte == b';')
        .next()
        .unwrap_or_default();
    Some(match (last, number) {
        (b'A', _) => Key::Up,
        (b'B', _) => Key::Down,
        (b'H', _) | (b'~', b"1" | b"7") => Key::Home,
        (b'F', _) | (b'~', b"4" | b"8") => Key::End,
        (b'~', b"5") => Key::PageUp,
        (b'~', b"6") => Key::PageDown,
        _ => return None,
    })
}

/// Returns the key of a single byte of ASCII.
fn control(byte: u8) -> Option<Key> {
    Some(match byte {
        b'\r' | b'\n' => Key::Enter,
        0x08 | 0x7f => Key::Backspace,
        0x0c => Key::Redraw,
        0x15 => Key::Clear,
        b' '..=b'~' => Key::Char(char::from(byte)),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn bytes_become_keys() {
        let cases: [(&[u8], &[Key]); 19] = [
            (b"q", &[Key::Char('q')]),
            (b" /", &[Key::Char(' '), Key::Char('/')]),
            (b"\x1b[A\x1b[B", &[Key::Up, Key::Down]),
            (b"\x1bOA\x1bOB", &[Key::Up, Key::Down]),
            (b"\x1b[1;5A", &[Key::Up]),
            (b"\x1b[5~\x1b[6~", &[Key::PageUp, Key::PageDown]),
            (
                b"\x1b[H\x1b[F\x1b[1~\x1b[4~",
                &[Key::Home, Key::End, Key::Home, Key::End],
            ),
            (b"\x1b[15~q", &[Key::Char('q')]),
            (b"\x1bxq", &[Key::Char('q')]),
            (b"\x1b[200;200;200;200;200q", &[]),
            (b"\x1b[<35;120;40Mq", &[Key::Char('q')]),
            (b"\x1bO5Aq", &[Key::Up, Key::Char('q')]),
            (b"\x1b\x1b[A", &[Key::Escape, Key::Up]),
            (b"\x1b", &[Key::Escape]),
            (b"\x1b[", &[]),
            ("é日".as_bytes(), &[Key::Char('é'), Key::Char('日')]),
            (b"\xffq", &[Key::Char('q')]),
            (
                b"\r\x7f\x0c\x15",
                &[Key::Enter, Key::Backspace, Key::Redraw, Key::Clear],
            ),
            (b"\x01\x00", &[]),
        ];
        for (bytes, expected) in cases {
            let mut keys = Keys::default();
            let mut found: Vec<Key> = bytes.iter().filter_map(|it| keys.push(*it)).collect();
            found.extend(keys.end());
            assert_eq!(found, expected, "{bytes:?}");
            assert!(!keys.are_pending());
        }
    }

    proptest! {
        #[test]
        fn any_bytes_leave_little_behind(bytes in prop::collection::vec(any::<u8>(), 0..100)) {
            let mut keys = Keys::default();
            for byte in bytes {
                keys.push(byte);
                prop_assert!(keys.pending.len() <= MOST);
            }
        }
    }
}
