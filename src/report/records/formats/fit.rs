//! The widths of a table's columns, and which of them are left out so that it fits.

use crate::report::columns::Shrink;

/// The blanks between two columns.
pub const GAP: usize = 2;

/// The least width of a text, and at last of an address: a PID and a comma or a slash fit.
const NARROWEST: usize = 9;
/// The least width of an address before columns are left out: the longest of IPv4 fits.
const ADDRESS: usize = 15;
/// The least width of a text that is cut.
const CUT: usize = 16;
/// The width of a share without its bar.
const SHARE: usize = 7;

/// A column that is made to fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FittedColumn {
    /// Its index among the table's columns.
    pub index: usize,
    /// The width of its widest cell or its title.
    pub natural: usize,
    /// The width of its widest cell.
    pub cells: usize,
    /// The least width that its title needs.
    pub title: usize,
    /// The width of the longest word of its title.
    pub title_word: usize,
    /// The width of its title on one line.
    pub whole_title: usize,
    /// Its width if everything is wrapped that can be without a cut; of lists, between their items.
    pub uncut: usize,
    /// Its width.
    pub width: usize,
    /// How it shrinks.
    pub shrink: Shrink,
    /// When it is left out, before anything but lists and bars has less room; see
    /// [`Column::drop_before_wrap`](crate::report::columns::Column::drop_before_wrap).
    pub drop_before_wrap: u8,
    /// When it is left out if wrapping is not enough; see
    /// [`Column::drop_after_wrap`](crate::report::columns::Column::drop_after_wrap).
    pub drop_after_wrap: u8,
    /// Whether it was asked for, so that it is left out after all others.
    pub is_chosen: bool,
}

/// Returns how narrow a step may make a column, or `None` if it leaves it as it is.
type Step = fn(&FittedColumn) -> Option<usize>;

/// Returns the index of the column that is left out next, or `None` if all stay.
type LeftOut = fn(&[FittedColumn]) -> Option<usize>;

/// What is done if there is no room, one stage after the other: the steps that make columns
/// narrower, in turn, and the column that is left out if that was not enough, again and again.
const STAGES: [(&[Step], LeftOut); 4] = [
    (&[cut, list, bar], |columns| {
        highest(columns, |it| it.drop_before_wrap)
    }),
    (
        &[title, uncut_text, text, address, cut_list, cut_words],
        |columns| highest(columns, |it| it.drop_after_wrap),
    ),
    (&[shrinkable, uncut_hard], |columns| {
        columns.iter().rposition(|it| !it.is_chosen)
    }),
    (&[softer, anything], |columns| columns.len().checked_sub(1)),
];

fn cut(column: &FittedColumn) -> Option<usize> {
    (column.shrink == Shrink::Cut).then_some(CUT)
}

fn list(column: &FittedColumn) -> Option<usize> {
    (column.shrink == Shrink::List).then_some(column.uncut)
}

fn bar(column: &FittedColumn) -> Option<usize> {
    (column.shrink == Shrink::Bar).then_some(SHARE)
}

fn title(column: &FittedColumn) -> Option<usize> {
    Some(column.cells.max(column.title))
}

fn uncut_text(column: &FittedColumn) -> Option<usize> {
    text(column).map(|least| least.max(column.uncut))
}

fn text(column: &FittedColumn) -> Option<usize> {
    let least = column.title.max(NARROWEST);
    (column.shrink == Shrink::Text).then_some(least)
}

fn address(column: &FittedColumn) -> Option<usize> {
    (column.shrink == Shrink::Address).then_some(ADDRESS)
}

fn cut_list(column: &FittedColumn) -> Option<usize> {
    (column.shrink == Shrink::List).then_some(ADDRESS)
}

/// A list that was not asked for yields before a column is left out: its words are cut.
fn cut_words(column: &FittedColumn) -> Option<usize> {
    (column.shrink == Shrink::List && !column.is_chosen).then_some(NARROWEST)
}

fn shrinkable(column: &FittedColumn) -> Option<usize> {
    let least = column.title.max(NARROWEST);
    (column.shrink != Shrink::Hard).then_some(least)
}

fn softer(column: &FittedColumn) -> Option<usize> {
    (column.shrink != Shrink::Hard).then_some(NARROWEST)
}

fn uncut_hard(column: &FittedColumn) -> Option<usize> {
    (column.shrink == Shrink::Hard).then_some(column.uncut)
}

fn anything(_: &FittedColumn) -> Option<usize> {
    Some(1)
}

/// Leaves columns out and sets the widths of the others, so that lines have at most `room`
/// characters.
///
/// In this order: texts that may be cut are; lists are wrapped between their items, and bars become shorter; columns are left
/// out that can be spared; titles are wrapped, then texts, then addresses as long as those of IPv4
/// are whole; columns are left out that yield; all that is soft becomes narrower still; further
/// columns are left out that were not asked for, from the last to the first; all is cut. What was
/// asked for is left out only where there is not one character for each.
pub fn fit(columns: &mut Vec<FittedColumn>, room: usize) {
    for (stage, (_, left_out)) in STAGES.iter().enumerate() {
        loop {
            // Titles are wrapped only where that saves a column.
            for wraps_titles in [false, true] {
                for column in &mut *columns {
                    column.width = column.natural;
                    column.title = match wraps_titles {
                        true => column.title_word,
                        false => column.whole_title,
                    };
                }
                for step in STAGES[..=stage].iter().flat_map(|(steps, _)| *steps) {
                    narrow(columns, room, step);
                }
                if fits(columns, room) {
                    return;
                }
            }
            match left_out(columns).filter(|_| columns.len() > 1) {
                Some(index) => drop(columns.remove(index)),
                None => break,
            }
        }
    }
}

/// Returns the index of the column with the highest `rank`, if any has one: the last of equals,
/// which is looked at least.
fn highest(columns: &[FittedColumn], rank: fn(&FittedColumn) -> u8) -> Option<usize> {
    let highest = columns.iter().map(rank).max().filter(|it| *it > 0)?;
    columns.iter().rposition(|it| rank(it) == highest)
}

fn fits(columns: &[FittedColumn], room: usize) -> bool {
    total(columns.iter().map(|column| column.width)) <= room
}

/// Returns the width of a line of columns.
pub fn total(widths: impl Iterator<Item = usize>) -> usize {
    widths
        .map(|width| width + GAP)
        .sum::<usize>()
        .saturating_sub(GAP)
}

/// Makes the widest of some columns narrower until lines fit or each has its `least` width. Columns
/// without one stay as they are.
fn narrow(columns: &mut [FittedColumn], room: usize, least: &Step) {
    let capped = |column: &FittedColumn, cap: usize| match least(column) {
        Some(least) => column.width.min(cap.max(least)),
        None => column.width,
    };
    let widest = columns.iter().map(|it| it.width).max().unwrap_or(0);
    let mut caps = (1..=widest).rev();
    let cap = caps
        .find(|cap| total(columns.iter().map(|it| capped(it, *cap))) <= room)
        .unwrap_or(1);
    for column in columns {
        column.width = capped(column, cap);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::columns::Shrink::{Address, Bar, Hard, List, Text};
    use proptest::prelude::*;

    fn column(index: usize, natural: usize, shrink: Shrink, ranks: (u8, u8)) -> FittedColumn {
        FittedColumn {
            index,
            natural,
            cells: natural,
            title: 7,
            title_word: 7,
            whole_title: 7,
            uncut: natural.min(13),
            width: natural,
            shrink,
            drop_before_wrap: ranks.0,
            drop_after_wrap: ranks.1,
            is_chosen: false,
        }
    }

    fn fitted(columns: &[FittedColumn], room: usize) -> Vec<(usize, usize)> {
        let mut columns = columns.to_vec();
        fit(&mut columns, room);
        columns.iter().map(|it| (it.index, it.width)).collect()
    }

    #[test]
    fn what_matters_least_goes_first() {
        let columns = [
            column(0, 5, Hard, (0, 4)),
            column(1, 6, Hard, (4, 0)),
            column(2, 39, Address, (0, 0)),
            column(3, 39, Address, (0, 1)),
            column(4, 11, Hard, (0, 3)),
            column(5, 60, Text, (0, 0)),
            column(6, 40, List, (3, 0)),
        ];
        let cases: [(usize, &[(usize, usize)]); 15] = [
            (
                212,
                &[(0, 5), (1, 6), (2, 39), (3, 39), (4, 11), (5, 60), (6, 40)],
            ),
            (
                185,
                &[(0, 5), (1, 6), (2, 39), (3, 39), (4, 11), (5, 60), (6, 13)],
            ),
            (184, &[(0, 5), (2, 39), (3, 39), (4, 11), (5, 60), (6, 20)]),
            (162, &[(0, 5), (2, 39), (3, 39), (4, 11), (5, 60)]),
            (120, &[(0, 5), (2, 39), (3, 39), (4, 11), (5, 18)]),
            (80, &[(0, 5), (2, 23), (3, 23), (4, 11), (5, 9)]),
            (63, &[(0, 5), (2, 15), (3, 15), (4, 11), (5, 9)]),
            (62, &[(2, 18), (3, 18), (4, 11), (5, 9)]),
            (56, &[(2, 15), (3, 15), (4, 11), (5, 9)]),
            (55, &[(2, 21), (3, 21), (5, 9)]),
            (43, &[(2, 15), (3, 15), (5, 9)]),
            (42, &[(2, 31), (5, 9)]),
            (20, &[(2, 9), (5, 9)]),
            (19, &[(2, 19)]),
            (3, &[(2, 3)]),
        ];
        for (room, expected) in cases {
            assert_eq!(fitted(&columns, room), expected, "{room}");
        }
        assert_eq!(fitted(&columns[..1], 0), [(0, 1)]);
        assert_eq!(fitted(&[], 10), []);
    }

    #[test]
    fn what_was_asked_for_stays() {
        let chosen = |index, natural, shrink| FittedColumn {
            is_chosen: true,
            ..column(index, natural, shrink, (0, 0))
        };
        // A state, a program, a count and a share.
        let tally = [
            FittedColumn {
                uncut: 11,
                ..chosen(0, 11, Hard)
            },
            chosen(1, 75, Text),
            chosen(2, 5, Hard),
            column(3, 28, Bar, (0, 0)),
        ];
        let cases: [(usize, &[(usize, usize)]); 7] = [
            (125, &[(0, 11), (1, 75), (2, 5), (3, 28)]),
            (110, &[(0, 11), (1, 75), (2, 5), (3, 13)]),
            (80, &[(0, 11), (1, 51), (2, 5), (3, 7)]),
            (38, &[(0, 11), (1, 9), (2, 5), (3, 7)]),
            (37, &[(0, 11), (1, 17), (2, 5)]),
            (12, &[(0, 2), (1, 2), (2, 2)]),
            (6, &[(0, 2), (1, 2)]),
        ];
        for (room, expected) in cases {
            assert_eq!(fitted(&tally, room), expected, "{room}");
        }
    }

    #[test]
    fn titles_and_texts_are_wrapped_before_they_are_cut() {
        let columns = [
            FittedColumn {
                cells: 7,
                ..column(0, 15, Address, (0, 0))
            },
            FittedColumn {
                uncut: 12,
                ..column(1, 13, Text, (0, 0))
            },
            FittedColumn {
                uncut: 10,
                ..column(2, 30, Text, (0, 0))
            },
        ];
        let cases: [(usize, &[(usize, usize)]); 5] = [
            (62, &[(0, 15), (1, 13), (2, 30)]),
            (54, &[(0, 7), (1, 13), (2, 30)]),
            (46, &[(0, 7), (1, 13), (2, 22)]),
            (33, &[(0, 7), (1, 12), (2, 10)]),
            (32, &[(0, 7), (1, 11), (2, 10)]),
        ];
        for (room, expected) in cases {
            assert_eq!(fitted(&columns, room), expected, "{room}");
        }
    }

    fn any_column() -> impl Strategy<Value = FittedColumn> {
        let shrink = prop_oneof![Just(Hard), Just(Text), Just(Address), Just(List), Just(Bar)];
        let widths = (1..100usize, 0..100usize, 0..100usize, 0..100usize);
        (widths, shrink, 0..4u8, 0..4u8, any::<bool>()).prop_map(
            |(
                (natural, cells, title, uncut),
                shrink,
                drop_before_wrap,
                drop_after_wrap,
                is_chosen,
            )| FittedColumn {
                cells,
                title: title.min(natural),
                title_word: title.min(natural),
                whole_title: natural,
                uncut: uncut.min(natural),
                is_chosen,
                ..column(0, natural, shrink, (drop_before_wrap, drop_after_wrap))
            },
        )
    }

    proptest! {
        #[test]
        fn all_fits_and_nothing_is_wider_than_it_wants(
            mut columns in prop::collection::vec(any_column(), 1..12), room in 1..300usize,
        ) {
            fit(&mut columns, room);
            prop_assert!(!columns.is_empty());
            prop_assert!(fits(&columns, room));
            for column in &columns {
                prop_assert!((1..=column.natural).contains(&column.width));
            }
        }
    }
}
