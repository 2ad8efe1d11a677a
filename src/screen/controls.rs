//! What the user does to the screen with keys.

use super::keys::Key;
use super::scroll;
use super::typed::{Typed, Typing};
use crate::report::records::formats::{Page, View, wrap};

/// The keys, as the last line shows them, and what each does, for the help.
const KEYS: [(&str, &str, &str); 7] = [
    ("q", "quit", "Quit. Ctrl-C does the same."),
    ("h", "help", "Show or hide this help."),
    ("space", PAUSE, "Pause, or continue. Changes stay marked."),
    (
        "/",
        "filter",
        "Show only rows with a text: type it, then Enter. Esc removes it.",
    ),
    (
        "s",
        "sort",
        "Sort by the next column; after the last, not at all.",
    ),
    ("r", "reverse", "Reverse the order."),
    (
        "↑↓",
        "scroll",
        "Scroll by a row. PgUp, PgDn: by a page. Home, End: to either end.",
    ),
];

/// The name of the key that stops listings, or lets them go on.
const PAUSE: &str = "pause";

/// The first of the keys that a narrow last line leaves out, from the last but one on: how to quit, how to
/// get help and how to scroll stay.
const FIRST_LEFT_OUT: usize = 2;

/// The blanks and the key before what it does, in the help.
const BEFORE_WHAT: usize = 9;

/// What stands before rows that have changed.
const MARKS: &str = "Marks: + is new, - is gone, ~ has changed.";

/// What the user has chosen.
#[derive(Debug, Default)]
pub struct Controls {
    /// Which rows are shown.
    pub view: View,
    /// Whether listings are paused.
    pub is_paused: bool,
    /// Whether the help is shown instead of the table.
    pub shows_help: bool,
    typed: Option<Typed>,
}

/// What follows from a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// Nothing.
    None,
    /// The screen shows something else.
    Redraw,
    /// Listings are paused, or go on.
    Pause,
    /// The program ends.
    Quit,
}

impl Controls {
    /// Does what a key is for, with the page that is shown and the names of its columns.
    pub fn press(
        &mut self,
        key: Key,
        page: &Page,
        columns: impl FnOnce() -> Vec<&'static str>,
    ) -> Effect {
        if key == Key::Redraw {
            return Effect::Redraw;
        }
        if let Some(typed) = &mut self.typed {
            if typed.press(key, &mut self.view.text) == Typing::Ended {
                self.typed = None;
            }
            self.view.first = 0;
            return Effect::Redraw;
        }
        // What can't be seen does not change.
        if self.shows_help && !matches!(key, Key::Char('h' | '?' | 'q' | 'Q') | Key::Escape) {
            return Effect::None;
        }
        if let Some(first) = scroll::first_after(key, page) {
            self.view.first = first;
            return Effect::Redraw;
        }
        match key {
            Key::Char('q' | 'Q') => return Effect::Quit,
            Key::Char(' ') => {
                self.is_paused = !self.is_paused;
                return Effect::Pause;
            }
            Key::Char('/') => self.typed = Some(Typed::begin(&mut self.view.text)),
            Key::Char('s') => {
                self.view.sort_by_next(&columns());
                self.view.first = 0;
            }
            Key::Char('r') => {
                self.view.reversed = !self.view.reversed;
                self.view.first = 0;
            }
            Key::Char('h' | '?') => self.shows_help = !self.shows_help,
            Key::Escape if self.shows_help => self.shows_help = false,
            Key::Escape => self.view.text.clear(),
            _ => return Effect::None,
        }
        Effect::Redraw
    }

    /// Returns what the first line says of the choices.
    pub fn status(&self) -> String {
        let mut status = String::new();
        if self.is_paused {
            status.push_str("   paused");
        }
        if self.typed.is_none() && !self.view.text.is_empty() {
            status.push_str(&format!("   filter: \"{}\"", self.view.text));
        }
        if let Some(column) = self.view.sort {
            status.push_str(&format!("   by {}", column.replace('_', " ")));
        }
        if self.view.reversed {
            status.push_str("   reversed");
        }
        status
    }

    /// Returns the last line, of at most `width` characters if that is enough: the keys, or the text that
    /// is typed.
    pub fn last_line(&self, width: usize) -> String {
        if self.typed.is_some() {
            return format!("/{}▏", self.view.text);
        }
        let mut keys = Vec::from(KEYS.map(|(key, name, _)| match name {
            PAUSE if self.is_paused => format!("{key} go on"),
            name => format!("{key} {name}"),
        }));
        let wide = keys.join("   ");
        if wide.chars().count() <= width {
            return wide;
        }
        loop {
            let line = keys.join("  ");
            let last = keys.len().saturating_sub(2);
            if line.chars().count() <= width || last < FIRST_LEFT_OUT {
                return line;
            }
            keys.remove(last);
        }
    }
}

/// Returns the lines of the help, of at most `width` characters if these are enough for words.
pub fn help(width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for (key, _, what) in KEYS {
        let what = wrap(what, width.saturating_sub(BEFORE_WHAT));
        for (index, line) in what.lines().enumerate() {
            let key = if index == 0 { key } else { "" };
            lines.push(format!("  {key:<6} {line}"));
        }
    }
    lines.push(String::new());
    let marks = wrap(MARKS, width.saturating_sub(2));
    lines.extend(marks.lines().map(|line| format!("  {line}")));
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_key_does_what_it_says() {
        let page = Page {
            first: 3,
            rows: 5,
            ..Page::default()
        };
        let cases: [(&[Key], Effect, &str); 18] = [
            (&[Key::Char('q')], Effect::Quit, ""),
            (&[Key::Char(' ')], Effect::Pause, "   paused"),
            (&[Key::Char(' '), Key::Char(' ')], Effect::Pause, ""),
            (&[Key::Char('s')], Effect::Redraw, "   by local port"),
            (
                &[Key::Char('s'), Key::Char('s'), Key::Char('s')],
                Effect::Redraw,
                "",
            ),
            (&[Key::Char('r')], Effect::Redraw, "   reversed"),
            // It is typed, and no key.
            (&[Key::Char('/'), Key::Char('q')], Effect::Redraw, ""),
            (
                &[Key::Char('/'), Key::Char('q'), Key::Enter],
                Effect::Redraw,
                "   filter: \"q\"",
            ),
            (
                &[Key::Char('/'), Key::Char('q'), Key::Enter, Key::Escape],
                Effect::Redraw,
                "",
            ),
            (
                &[Key::Char('/'), Key::Escape, Key::Char('q')],
                Effect::Quit,
                "",
            ),
            (&[Key::Char('x')], Effect::None, ""),
            (&[Key::Redraw], Effect::Redraw, ""),
            // The help hides what they would do.
            (&[Key::Char('h'), Key::Char('s')], Effect::None, ""),
            (&[Key::Char('h'), Key::Char(' ')], Effect::None, ""),
            (&[Key::Char('h'), Key::Char('/')], Effect::None, ""),
            (&[Key::Char('h'), Key::Down], Effect::None, ""),
            (&[Key::Char('?'), Key::Char('q')], Effect::Quit, ""),
            (
                &[Key::Char('h'), Key::Escape, Key::Char('r')],
                Effect::Redraw,
                "   reversed",
            ),
        ];
        for (keys, expected, status) in cases {
            let mut controls = Controls::default();
            let mut effect = Effect::None;
            for key in keys {
                effect = controls.press(*key, &page, || vec!["local_port", "state"]);
            }
            assert_eq!(effect, expected, "{keys:?}");
            assert_eq!(controls.status(), status, "{keys:?}");
        }
    }

    #[test]
    fn the_last_line_shows_every_key() {
        for width in [80, 70] {
            let line = Controls::default().last_line(width);
            for (key, name, _) in KEYS {
                assert!(line.contains(&format!("{key} {name}")), "{line}");
            }
            assert!(line.chars().count() <= width, "{line}");
        }
        for width in [80, 60, 50, 30] {
            let help = help(width);
            assert!(
                help.iter().all(|it| it.chars().count() <= width),
                "{help:#?}"
            );
            let words = help
                .join(" ")
                .split_whitespace()
                .collect::<Vec<_>>()
                .join(" ");
            for (_, _, what) in KEYS {
                assert!(words.contains(what), "{words}");
            }
        }
    }

    #[test]
    fn a_narrow_last_line_leaves_whole_keys_out() {
        for (width, expected) in [
            (
                60,
                "q quit  h help  space pause  / filter  s sort  ↑↓ scroll",
            ),
            (50, "q quit  h help  space pause  / filter  ↑↓ scroll"),
            (30, "q quit  h help  ↑↓ scroll"),
            (5, "q quit  h help  ↑↓ scroll"),
        ] {
            assert_eq!(Controls::default().last_line(width), expected);
        }
    }
}
