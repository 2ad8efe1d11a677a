//! The lines below a table's rows.

use crate::report::records::mark::{Changes, Mark};
use crate::report::records::reach;
use crate::tables::Reach;
use std::cmp::Reverse;
use std::collections::HashMap;

/// What the last line tells of a row.
#[derive(Debug, Clone, Copy)]
pub struct Told {
    /// What became of it.
    pub mark: Mark,
    /// Its state, if it has one.
    pub state: Option<&'static str>,
    /// From where it can be reached, if it is a listener.
    pub reach: Option<Reach>,
}

/// Returns the last line: the number of rows, of each state if there is a column with states, and of
/// listeners that are open to the network. `of_namespaces` says whether they may be in other network
/// namespaces than this process.
pub fn of_rows(rows: &[Told], has_states: bool, of_namespaces: bool) -> String {
    let mut states: HashMap<Option<&'static str>, usize> = HashMap::new();
    let here = || rows.iter().filter(|row| row.mark != Mark::Gone);
    let count = here().count();
    let mut summary = format!("{count} {}", row_or_rows(count));
    if has_states {
        for row in here() {
            *states.entry(row.state).or_default() += 1;
        }
    }
    let mut states: Vec<_> = states.into_iter().collect();
    states.sort_by_key(|(state, count)| (Reverse(*count), *state));
    for (index, (state, count)) in states.into_iter().enumerate() {
        let state = state.unwrap_or("without a state");
        summary.push_str(if index == 0 { ": " } else { ", " });
        summary.push_str(&format!("{count} {state}"));
    }
    let reaches = here().filter_map(|row| row.reach);
    if let Some(reaches) = reach::summary(reaches, of_namespaces) {
        summary.push_str(if has_states { "; " } else { ": " });
        summary.push_str(&reaches);
    }
    summary
}

/// The most columns that are named.
const MOST_NAMES: usize = 3;

/// Returns what the last line adds of columns that do not fit, by their titles, with the width in which all
/// do if it can be chosen.
pub fn of_left_out(titles: &[&str], width: Option<usize>) -> Option<String> {
    let columns = match titles {
        [] => return None,
        [title] => format!("{title} does not fit"),
        [titles @ .., last] if titles.len() < MOST_NAMES => {
            format!("{} and {last} do not fit", titles.join(", "))
        }
        _ => format!("{} columns do not fit", titles.len()),
    };
    Some(match width {
        Some(width) => format!("; {columns} (COLUMNS={width} shows all)"),
        None => format!("; {columns}"),
    })
}

/// Returns the last line of groups.
pub fn of_groups(count: usize) -> String {
    format!("{count} {}", if count == 1 { "group" } else { "groups" })
}

/// Returns the line about rows that are not on the page, with what has changed among those below, or
/// `None` if all are.
pub fn of_hidden(above: usize, below: &[Told]) -> Option<String> {
    let count = below.len();
    let mut line = match (above, count) {
        (0, 0) => return None,
        (0, _) => format!("… {count} {} below", row_or_rows(count)),
        (_, 0) => format!("… {above} {} above", row_or_rows(above)),
        (..) => format!("… {above} {} above, {count} below", row_or_rows(above)),
    };
    let mut changes = Changes::default();
    for row in below {
        changes.count(row.mark);
    }
    if changes != Changes::default() {
        line.push_str(&format!(": {changes}"));
    }
    Some(line)
}

fn row_or_rows(rows: usize) -> &'static str {
    if rows == 1 { "row" } else { "rows" }
}
