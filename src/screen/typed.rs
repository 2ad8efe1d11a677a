//! The text that rows are filtered by, while it is typed.

use super::keys::Key;

/// The most characters of it.
const MOST: usize = 200;

/// A text that is being typed, and what it was before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Typed {
    before: String,
}

/// What a key makes of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Typing {
    /// More may follow.
    GoesOn,
    /// It has ended.
    Ended,
}

impl Typed {
    /// Begins with an empty text in the place of `text`.
    pub fn begin(text: &mut String) -> Typed {
        Typed {
            before: std::mem::take(text),
        }
    }

    /// Changes the text by a key.
    pub fn press(&mut self, key: Key, text: &mut String) -> Typing {
        match key {
            Key::Char(character) if text.chars().count() < MOST => text.push(character),
            Key::Backspace if text.is_empty() => return Typing::Ended,
            Key::Backspace => drop(text.pop()),
            Key::Clear => text.clear(),
            Key::Enter => return Typing::Ended,
            Key::Escape => {
                *text = std::mem::take(&mut self.before);
                return Typing::Ended;
            }
            _ => {}
        }
        Typing::GoesOn
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_typed() {
        let a = Key::Char('a');
        let cases: [(&[Key], &str, Typing); 8] = [
            (&[], "", Typing::GoesOn),
            (&[a, Key::Char('q')], "aq", Typing::GoesOn),
            (&[a, a, Key::Backspace], "a", Typing::GoesOn),
            (&[a, Key::Enter], "a", Typing::Ended),
            (&[a, Key::Escape], "old", Typing::Ended),
            (&[a, Key::Clear], "", Typing::GoesOn),
            (&[Key::Backspace], "", Typing::Ended),
            (&[a, Key::Up, a], "aa", Typing::GoesOn),
        ];
        for (keys, expected, ends) in cases {
            let mut text = "old".to_owned();
            let mut typed = Typed::begin(&mut text);
            let mut typing = Typing::GoesOn;
            for key in keys {
                typing = typed.press(*key, &mut text);
            }
            assert_eq!((text.as_str(), typing), (expected, ends), "{keys:?}");
        }
    }
}
