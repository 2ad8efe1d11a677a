//! What the screen shows: a line with the interval and what has changed, the table, messages, and the
//! keys.

use super::controls::{self, Controls};
use super::terminal::Size;
use crate::report::records::formats::{Page, TableBuffer};
use std::time::Duration;
use tabled::grid::util::string::get_char_width;

/// Begins an update, which the terminal shows when it ends, and moves to the first character.
const BEGIN: &str = "\x1b[?2026h\x1b[H";
/// Ends the update.
const END: &str = "\x1b[?2026l";
/// Clears the rest of a line.
const CLEAR_LINE: &str = "\x1b[K";
/// Clears the rest of the screen.
const CLEAR_BELOW: &str = "\x1b[J";

/// The least lines of a terminal on which one is left for the keys.
const LEAST_LINES_WITH_KEYS: usize = 6;

/// What the screen shows.
#[derive(Debug)]
pub struct Frame {
    /// The time between two listings.
    pub interval: Duration,
    /// The time of the listing, as text.
    pub time: String,
    /// The listing, or `None` if there can be none.
    pub buffer: Option<TableBuffer>,
    /// A message.
    pub notice: Option<String>,
}

impl Frame {
    /// Returns the bytes that draw it on a terminal of this size, as the user has chosen, and the page
    /// of the table that is drawn. Keys are shown if there are any.
    pub fn bytes(&mut self, size: Size, controls: &Controls, has_keys: bool) -> (Vec<u8>, Page) {
        let mut lines = vec![self.head(controls)];
        let keys = has_keys && size.lines >= LEAST_LINES_WITH_KEYS;
        let mut page = Page::default();
        if controls.shows_help {
            lines.extend(controls::help(size.columns));
        } else if let Some(buffer) = &mut self.buffer {
            let others = lines.len() + usize::from(self.notice.is_some()) + usize::from(keys);
            buffer.look.width = Some(size.columns);
            buffer.look.height = Some(size.lines.saturating_sub(others));
            page = buffer.page(&controls.view);
            lines.append(&mut page.lines);
        }
        lines.extend(self.notice.clone());
        if keys {
            // At the bottom.
            lines.truncate(size.lines.saturating_sub(1));
            lines.resize(size.lines.saturating_sub(1), String::new());
            lines.push(controls.last_line(size.columns));
        }
        (drawn(&lines, size), page)
    }

    fn head(&self, controls: &Controls) -> String {
        let changes = self
            .buffer
            .as_ref()
            .map(TableBuffer::changes)
            .unwrap_or_default();
        // As few digits as possible, but one after the point.
        let interval = self.interval.as_secs_f64();
        let time = &self.time;
        let status = controls.status();
        format!("Every {interval:?} s   {time}   {changes}{status}")
    }
}

/// Returns the bytes that are drawn while the first listing takes long.
pub fn bytes_before_the_first(size: Size) -> Vec<u8> {
    let waiting = "Waiting for the first listing (Ctrl-C quits)";
    drawn(&[waiting.to_owned()], size)
}

/// Returns the bytes that replace everything on the screen by these lines. Only what is not
/// overwritten is cleared, so that nothing flickers.
fn drawn(lines: &[String], size: Size) -> Vec<u8> {
    let mut out = String::with_capacity(lines.len() * (size.columns + 16));
    out.push_str(BEGIN);
    let count = lines.len().min(size.lines);
    for (place, line) in lines.iter().take(count).enumerate() {
        let width = push_cut(&mut out, line, size.columns);
        // At the right edge it would remove the last character.
        if width < size.columns {
            out.push_str(CLEAR_LINE);
        }
        if place + 1 < size.lines {
            out.push_str("\r\n");
        }
    }
    if count < size.lines {
        out.push_str(CLEAR_BELOW);
    }
    out.push_str(END);
    out.into_bytes()
}

/// Adds a line, cut off after `room` characters, and returns its width. Colours (SGR), which take
/// no room, are kept.
fn push_cut(out: &mut String, line: &str, room: usize) -> usize {
    let mut width = 0;
    // The position up to which a sign still fits that something is missing, and its column.
    let mut cut = (out.len(), 0);
    let mut characters = line.chars();
    while let Some(character) = characters.next() {
        if character == '\x1b' {
            out.push(character);
            for character in characters.by_ref() {
                out.push(character);
                if character == 'm' {
                    break;
                }
            }
            continue;
        }
        if width < room {
            cut = (out.len(), width);
        }
        width += get_char_width(character);
        if width > room {
            out.truncate(cut.0);
            if line.contains('\x1b') {
                out.push_str("\x1b[0m");
            }
            out.push('…');
            return cut.1 + 1;
        }
        out.push(character);
    }
    width
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::columns::{Column, Record, Shrink};
    use crate::report::records::formats::{Look, Report};
    use crate::report::records::mark::Mark;
    use crate::report::records::value::Value;
    use crate::report::records::words::Words;
    use proptest::prelude::*;

    #[test]
    fn lines_are_cut_at_the_edge() {
        let cases = [
            ("abc", 4, "abc", 3),
            ("abcd", 4, "abcd", 4),
            ("abcde", 4, "abc…", 4),
            ("日本語", 6, "日本語", 6),
            ("日本語", 5, "日本…", 5),
            ("日本語", 4, "日…", 3),
            ("\x1b[32mab\x1b[0mcd", 4, "\x1b[32mab\x1b[0mcd", 4),
            ("\x1b[32mabcd\x1b[0m", 3, "\x1b[32mab\x1b[0m…", 3),
            ("", 4, "", 0),
        ];
        for (line, room, expected, width) in cases {
            let mut out = String::new();
            assert_eq!(push_cut(&mut out, line, room), width, "{line:?}");
            assert_eq!(out, expected, "{line:?}");
        }
    }

    /// A row of a mark and a text.
    struct Row(Mark, &'static str);

    impl Record for Row {
        fn value(&mut self, _: usize) -> Value<'_> {
            Value::word(Some(self.1))
        }

        fn mark(&self) -> Mark {
            self.0
        }
    }

    /// Returns a frame of rows of the sign of a mark and a text.
    fn frame(rows: &[(&'static str, &'static str)], notice: Option<&str>) -> Frame {
        let fields = vec![Column::new("path", "Path").shrink(Shrink::Text)];
        let mut buffer = TableBuffer::new(Look::default(), fields, Words::default());
        for (sign, text) in rows {
            let marks = [Mark::Same, Mark::New, Mark::Gone, Mark::Changed];
            let mark = marks.into_iter().find(|mark| mark.sign() == *sign);
            let mut row = Row(mark.expect("a mark"), text);
            buffer.record(&mut row).expect("kept");
        }
        Frame {
            interval: Duration::from_millis(250),
            time: "12:00:00".to_owned(),
            buffer: Some(buffer),
            notice: notice.map(str::to_owned),
        }
    }

    /// Returns the lines that a frame draws.
    fn lines(frame: &mut Frame, columns: usize, lines: usize) -> Vec<String> {
        let size = Size { columns, lines };
        let (bytes, _) = frame.bytes(size, &Controls::default(), false);
        let text = String::from_utf8(bytes).expect("UTF-8");
        for sequence in [BEGIN, END] {
            assert_eq!(text.matches(sequence).count(), 1, "{text:?}");
        }
        let text = text.trim_start_matches(BEGIN).trim_end_matches(END);
        let text = text.trim_end_matches(CLEAR_BELOW).replace(CLEAR_LINE, "");
        text.split("\r\n")
            .filter(|it| !it.is_empty())
            .map(str::to_owned)
            .collect()
    }

    #[test]
    fn a_frame_fits_the_height_and_tells_what_is_below() {
        let rows = [("", "a"), ("+", "b"), ("-", "c"), ("", "d")];
        let head = "Every 0.25 s   12:00:00   +1 -1 ~0";
        let whole = [head, "  Path", "  a", "+ b", "- c", "  d", "3 rows"];
        let found = lines(&mut frame(&rows, None), 80, 7);
        assert_eq!(found, whole);
        let cut = [
            head,
            "  Path",
            "  a",
            "+ b",
            "… 2 rows below: +0 -1 ~0",
            "3 rows",
        ];
        assert_eq!(lines(&mut frame(&rows, None), 80, 6), cut);
        let cut = [head, "  Path", "… 4 rows below: +1 -1 ~0", "3 rows", "hm"];
        assert_eq!(lines(&mut frame(&rows, Some("hm")), 80, 5), cut);
    }

    #[test]
    fn rows_of_several_lines_are_whole_or_below() {
        let rows = [("", "four four four four"), ("", "four four four four")];
        let found = lines(&mut frame(&rows, None), 13, 6);
        let expected = ["Every 0.25 s…", "  Path", "  four four", "  four four"];
        assert_eq!(found[..4], expected);
        assert_eq!(found[4..], ["… 1 row below", "2 rows"]);
    }

    proptest! {
        #[test]
        fn a_frame_never_exceeds_the_terminal(
            count in 0_usize..40,
            columns in 1_usize..100,
            height in 1_usize..30,
            notice in any::<bool>(),
        ) {
            let rows: Vec<_> = (0..count).map(|it| match it % 3 {
                0 => ("+", "a text of some words, and 日本語 too"),
                1 => ("", ""),
                _ => ("-", "/a/path/of/no/words/at/all/but/quite/long/nevertheless"),
            }).collect();
            let mut frame = frame(&rows, notice.then_some("a notice"));
            let found = lines(&mut frame, columns, height);
            prop_assert!(found.len() <= height);
            for line in found {
                let width: usize = line.chars().map(get_char_width).sum();
                prop_assert!(width <= columns, "{line:?}");
            }
        }
    }
}
