//! Which row is the first on the screen.

use super::keys::Key;
use crate::report::records::formats::Page;

/// Returns the number of rows above the first after a key, from the page that was shown when it was
/// pressed, or `None` if the key does not scroll. What is too many is the table's to limit: it may have
/// other rows by then.
pub fn first_after(key: Key, page: &Page) -> Option<usize> {
    // One row stays in sight.
    let step = page.rows.saturating_sub(1).max(1);
    Some(match key {
        Key::Up | Key::Char('k') => page.first.saturating_sub(1),
        Key::Down | Key::Char('j') => page.first.saturating_add(1),
        Key::PageUp => page.first.saturating_sub(step),
        Key::PageDown => page.first.saturating_add(step),
        Key::Home | Key::Char('g') => 0,
        Key::End | Key::Char('G') => usize::MAX,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_scroll_from_what_is_shown() {
        let page = |first, rows| Page {
            first,
            rows,
            ..Page::default()
        };
        let cases = [
            (Key::Up, page(0, 10), Some(0)),
            (Key::Up, page(5, 10), Some(4)),
            (Key::Down, page(5, 10), Some(6)),
            (Key::PageUp, page(5, 10), Some(0)),
            (Key::PageUp, page(20, 10), Some(11)),
            (Key::PageDown, page(20, 10), Some(29)),
            (Key::PageDown, page(20, 0), Some(21)),
            (Key::Home, page(20, 10), Some(0)),
            (Key::End, page(20, 10), Some(usize::MAX)),
            (Key::Char('x'), page(20, 10), None),
            (Key::Enter, page(20, 10), None),
        ];
        for (key, page, expected) in cases {
            assert_eq!(first_after(key, &page), expected, "{key:?}");
        }
    }
}
