//! How wide a table's columns are, and which of them are left out, so that it fits.

use crate::report::fields::Softness;

/// How many blanks part two columns.
pub const GAP: usize = 2;

/// How narrow a text becomes before addresses do, in characters.
const TEXT: usize = 10;
/// How narrow an address becomes before columns are left out: the longest of IPv4 fits.
const ADDRESS: usize = 15;
/// How narrow both become before that: a title's longest word fits.
const NARROWEST: usize = 9;

/// A column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    /// The place of its field.
    pub place: usize,
    /// How wide its widest cell is, its title included.
    pub natural: usize,
    /// How wide it is to be.
    pub width: usize,
    /// What can be done with it.
    pub softness: Softness,
    /// How wide the longest item of a list is.
    pub item: usize,
    /// When it is left out, before anything but lists is wrapped; the highest first, 0 for never.
    pub dispensable: u8,
    /// When it is left out where wrapping is not enough; the highest first. Those with 0 follow,
    /// from the last to the first.
    pub yields: u8,
}

/// Leaves columns out and sets the widths of the others, so that lines have `room` characters.
///
/// In this order: lists are wrapped between their items; columns are left out that can be spared;
/// texts are wrapped, then addresses, then both more narrowly; further columns are left out.
pub fn fit(columns: &mut Vec<Column>, room: usize) {
    loop {
        shrink_lists(columns, room);
        if fits(columns, room) {
            return;
        }
        if !leave_out(columns, |column| column.dispensable) {
            break;
        }
    }
    loop {
        shrink_all(columns, room);
        if fits(columns, room) {
            return;
        }
        if leave_out(columns, |column| column.yields) {
            continue;
        }
        match &mut columns[..] {
            [] => return,
            [only] => {
                only.width = room.max(1);
                return;
            }
            _ => drop(columns.pop()),
        }
    }
}

/// Leaves out the column that has the highest `rank`; false if none has one, or it is the only one.
fn leave_out(columns: &mut Vec<Column>, rank: fn(&Column) -> u8) -> bool {
    if columns.len() < 2 {
        return false;
    }
    match columns.iter().map(rank).max() {
        None | Some(0) => false,
        Some(highest) => {
            // The last of equals, as it is the least looked at.
            let last = columns.iter().rposition(|it| rank(it) == highest);
            last.map(|place| columns.remove(place)).is_some()
        }
    }
}

fn fits(columns: &[Column], room: usize) -> bool {
    total(columns.iter().map(|column| column.width)) <= room
}

/// How wide a line of columns is.
fn total(widths: impl Iterator<Item = usize>) -> usize {
    widths
        .map(|width| width + GAP)
        .sum::<usize>()
        .saturating_sub(GAP)
}

fn shrink_lists(columns: &mut [Column], room: usize) {
    for column in &mut *columns {
        column.width = column.natural;
    }
    shrink(columns, room, |column| match column.softness {
        Softness::List => Some(column.item),
        _ => None,
    });
}

fn shrink_all(columns: &mut [Column], room: usize) {
    shrink_lists(columns, room);
    let text =
        |column: &Column| matches!(column.softness, Softness::Text | Softness::Bar).then_some(TEXT);
    let address = |column: &Column| match column.softness {
        Softness::Address | Softness::List => Some(ADDRESS),
        _ => None,
    };
    let soft = |column: &Column| (column.softness != Softness::Hard).then_some(NARROWEST);
    shrink(columns, room, text);
    shrink(columns, room, address);
    shrink(columns, room, soft);
}

/// Makes the widest of some columns narrower, until lines fit or each is as narrow as `least` says;
/// it says nothing of those that stay as they are.
fn shrink(columns: &mut [Column], room: usize, least: impl Fn(&Column) -> Option<usize>) {
    let capped = |column: &Column, cap: usize| match least(column) {
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
    use crate::report::fields::Softness::{Address, Hard, List, Text};
    use proptest::prelude::*;

    fn column(place: usize, natural: usize, softness: Softness, ranks: (u8, u8)) -> Column {
        Column {
            place,
            natural,
            width: natural,
            softness,
            item: 13,
            dispensable: ranks.0,
            yields: ranks.1,
        }
    }

    fn fitted(columns: &[Column], room: usize) -> Vec<(usize, usize)> {
        let mut columns = columns.to_vec();
        fit(&mut columns, room);
        columns.iter().map(|it| (it.place, it.width)).collect()
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
        let cases: [(usize, &[(usize, usize)]); 13] = [
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
            (80, &[(0, 5), (2, 23), (3, 23), (4, 11), (5, 10)]),
            (51, &[(0, 5), (2, 9), (3, 9), (4, 11), (5, 9)]),
            (50, &[(2, 11), (3, 11), (4, 11), (5, 10)]),
            (47, &[(2, 10), (3, 10), (4, 11), (5, 10)]),
            (40, &[(2, 13), (3, 13), (5, 10)]),
            (20, &[(2, 9), (5, 9)]),
            (10, &[(2, 10)]),
            (3, &[(2, 3)]),
        ];
        for (room, expected) in cases {
            assert_eq!(fitted(&columns, room), expected, "{room}");
        }
        assert_eq!(fitted(&columns[..1], 0), [(0, 1)]);
        assert_eq!(fitted(&[], 10), []);
    }

    fn any_column() -> impl Strategy<Value = Column> {
        let softness = prop_oneof![Just(Hard), Just(Text), Just(Address), Just(List)];
        (1..100usize, softness, 0..4u8, 0..4u8).prop_map(
            |(natural, softness, dispensable, yields)| {
                column(0, natural, softness, (dispensable, yields))
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
                prop_assert!(column.width >= 1);
            }
        }
    }
}
