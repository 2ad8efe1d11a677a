//! The lines of a table: the columns that fit, their cells, and the rows that are shown.

use super::buffer::{LOCAL, TableBuffer, TableRow};
use super::cell::{FULL_COLOR, colored, shorter_bar, state_color};
use super::fit::{FittedColumn, GAP, fit, total};
use super::summary::{self, Told};
use super::view::{Page, View};
use super::wrap::{cut, cut_words, widest_piece, wrap};
use crate::report::columns::{Cost, NoOwner, Shrink};
use crate::report::records::mark::Mark;
use crate::report::records::reach;
use crate::tables::Reach;
use tabled::builder::Builder;
use tabled::grid::records::vec_records::Cell;
use tabled::grid::util::string::get_line_width;
use tabled::settings::{Alignment, Modify, Padding, Style, object::Columns};

/// The most characters of a text that is cut, where lines have no end.
const MOST_OF_CUT: usize = 80;

impl TableBuffer {
    /// Returns the names of the columns that are shown.
    pub fn shown_columns(&self) -> Vec<&'static str> {
        let columns = self.fitted_columns().into_iter();
        columns.map(|it| self.columns[it.index].name).collect()
    }

    /// Returns the columns that are shown if there is room.
    fn candidates(&self) -> Vec<FittedColumn> {
        // Columns that are shown instead of others, and those that no row has, take no room.
        let named: Vec<usize> = self.names.iter().flatten().copied().collect();
        let has = |index: usize| self.rows.iter().any(|row| !row.cells[index].is_empty());
        let is_shown = |index: usize| {
            let column = self.columns[index];
            let may_be_empty = column.is_chosen || self.rows.is_empty() && !column.is_for_tables;
            may_be_empty || has(index)
        };
        let indexes =
            (0..self.columns.len()).filter(|index| !named.contains(index) && is_shown(*index));
        indexes.map(|index| self.column(index)).collect()
    }

    /// Returns the columns that fit.
    fn fitted_columns(&self) -> Vec<FittedColumn> {
        let mut columns = self.candidates();
        if let Some(room) = self.look.width {
            // A mark is as wide as other columns' gaps.
            let room = room.saturating_sub(if self.look.is_screen() { GAP } else { 0 });
            if total(columns.iter().map(|it| it.width)) > room {
                for column in &mut columns {
                    column.uncut = self.uncut(column.index);
                }
                fit(&mut columns, room);
            }
        }
        columns
    }

    /// Returns which columns are not among those that fit though flags added them or they say something, and
    /// what shows all.
    fn said_of_left_out(&self, fitted: &[FittedColumn]) -> Option<String> {
        let candidates = self.candidates();
        let left_out = candidates.iter().filter_map(|it| {
            let fits = fitted.iter().any(|fitted| fitted.index == it.index);
            let column = self.columns.get(it.index).filter(|_| !fits)?;
            let is_added = self.words.added.contains(&column.name);
            (is_added || self.says_something(it.index)).then_some(column.title)
        });
        let left_out: Vec<&str> = left_out.collect();
        // A screen is as wide as its terminal.
        let width = total(candidates.iter().map(|it| it.width));
        summary::of_left_out(&left_out, (!self.look.is_screen()).then_some(width))
    }

    /// Returns whether any cell of the column at `index` has more than nothing, or a 0.
    fn says_something(&self, index: usize) -> bool {
        let is_nothing = |cell: &str| ["", "0", NoOwner::NOTHING].contains(&cell);
        let mut cells = self.rows.iter().filter_map(|row| row.cells.get(index));
        cells.any(|cell| !is_nothing(cell))
    }

    /// Returns the column at `index` with the width that it needs.
    fn column(&self, index: usize) -> FittedColumn {
        let column = self.columns[index];
        let cells = self.widths[index];
        let title = self.text_of_title(index);
        let natural = cells.max(title.len());
        FittedColumn {
            index,
            natural,
            cells,
            title: longest_word(title),
            title_word: longest_word(title),
            whole_title: get_line_width(title),
            uncut: natural,
            width: match (column.shrink, self.look.width) {
                (Shrink::Cut, None) => natural.min(MOST_OF_CUT),
                _ => natural,
            },
            shrink: column.shrink,
            drop_before_wrap: column.drop_before_wrap,
            drop_after_wrap: column.drop_after_wrap,
            is_chosen: column.is_chosen,
        }
    }

    /// Returns the title of the column at `index`, which is empty if titles are left out.
    fn text_of_title(&self, index: usize) -> &'static str {
        match self.look.headless {
            true => "",
            false => self.columns[index].title,
        }
    }

    /// Returns how narrow the column at `index` can be without a cut, if anything depends on that.
    fn uncut(&self, index: usize) -> usize {
        let title = longest_word(self.text_of_title(index));
        let widest = match self.columns[index].shrink {
            Shrink::List => longest_word,
            Shrink::Text => widest_piece,
            Shrink::Hard if !self.numbers[index] => widest_piece,
            _ => return self.widths[index].max(title),
        };
        let cells = self.rows.iter().map(|row| widest(&row.cells[index])).max();
        cells.unwrap_or(0).max(title)
    }

    /// Returns a cell as it is shown in a column: in its colour, long texts on several lines.
    fn cell(&self, column: &FittedColumn, row: &TableRow) -> String {
        let cell = match &row.cells[column.index] {
            cell if cell.is_empty() && self.fills_blanks(column.index) => NoOwner::NOTHING,
            cell => cell,
        };
        let is_narrow = column.width < column.natural;
        let text = match column.shrink {
            Shrink::Bar if is_narrow => shorter_bar(cell, column.width),
            Shrink::Cut if is_narrow => cut(cell, column.width),
            Shrink::List if is_narrow && !column.is_chosen => {
                wrap(&cut_words(cell, column.width), column.width)
            }
            _ if is_narrow => wrap(cell, column.width),
            _ => cell.to_owned(),
        };
        match self.color(column.index, row) {
            Some(color) if !cell.is_empty() => colored(color, &text),
            _ => text,
        }
    }

    /// Returns whether a cell of a column has a sign in it if there is no value: an owner who is not there,
    /// or what counted rows share.
    fn fills_blanks(&self, index: usize) -> bool {
        let column = self.columns.get(index);
        let is_of_owners = column.is_some_and(|it| matches!(it.cost, Cost::Owners | Cost::Peers));
        is_of_owners || self.look.of_groups
    }

    /// Returns a row's mark as it is shown.
    fn mark(&self, row: &TableRow) -> String {
        let sign = row.told.mark.sign().to_owned();
        match row.told.mark.color() {
            Some(color) if self.look.color => colored(color, &sign),
            _ => sign,
        }
    }

    /// Returns the colour of a cell, if it has one: that of a state, or of what has changed.
    fn color(&self, index: usize, row: &TableRow) -> Option<&'static str> {
        if !self.look.color {
            return None;
        }
        let mark = match self.look.is_screen() {
            true => row.told.mark,
            false => Mark::Same,
        };
        let is_state = self.state == Some(index);
        let is_local = || {
            self.columns
                .get(index)
                .is_some_and(|it| LOCAL.contains(&it.name))
        };
        match mark {
            Mark::Gone => mark.color(),
            Mark::New if !is_state => mark.color(),
            Mark::Changed if is_state => mark.color(),
            _ if is_state => row.told.state.and_then(state_color),
            _ if row.full == Some(index) => Some(FULL_COLOR),
            _ if row.told.reach == Some(Reach::Network) && is_local() => Some(reach::COLOR),
            _ => None,
        }
    }

    /// Returns the title of a column; bold on a screen with colours.
    fn title(&self, column: &FittedColumn) -> String {
        let title = self.columns[column.index].title;
        let title = match column.width < column.natural {
            true => wrap(title, column.width),
            false => title.to_owned(),
        };
        match self.look.color && self.look.is_screen() {
            true => colored("1", &title),
            false => title,
        }
    }

    /// Returns the last line, in lines that fit.
    fn summary(&self, rows: &[Told], columns: &[FittedColumn]) -> String {
        if self.look.headless {
            return String::new();
        }
        let summary = match self.look.of_groups {
            true => summary::of_groups(rows.iter().filter(|it| it.mark != Mark::Gone).count()),
            false => summary::of_rows(rows, self.state.is_some(), self.words.of_namespaces),
        };
        let left_out = self.said_of_left_out(columns);
        self.wrapped(summary + &left_out.unwrap_or_default())
    }

    fn wrapped(&self, text: String) -> String {
        match self.look.width {
            Some(room) => wrap(&text, room),
            None => text,
        }
    }

    /// Returns the rows that are shown, in their order.
    fn viewed_rows(&self, view: &View, columns: &[FittedColumn]) -> Vec<&TableRow> {
        let is_screen = self.look.is_screen();
        let cells = |row: &'_ TableRow| -> Vec<String> {
            let cells = columns.iter().filter_map(|it| row.cells.get(it.index));
            cells.cloned().collect()
        };
        let is_shown = |row: &&TableRow| {
            let is_here = is_screen || row.told.mark != Mark::Gone;
            is_here && (view.text.is_empty() || view.has(cells(row).iter().map(String::as_str)))
        };
        let mut rows: Vec<&TableRow> = self.rows.iter().filter(is_shown).collect();
        let sort = self
            .columns
            .iter()
            .position(|it| Some(it.name) == view.sort);
        view.arrange(&mut rows, |row| row.values.get(sort?));
        rows
    }

    /// Returns the lines of the table: titles, rows, the number of rows above and below if not all fit,
    /// and the summary. What there is instead if no row is there says what was searched.
    pub fn page(&self, view: &View) -> Page {
        if self.rows.is_empty() {
            if self.look.headless {
                return Page::default();
            }
            let nothing = self.wrapped(self.words.nothing.clone());
            return Page {
                lines: nothing.lines().map(str::to_owned).collect(),
                ..Page::default()
            };
        }
        let columns = self.fitted_columns();
        let rows = self.viewed_rows(view, &columns);
        let told: Vec<Told> = rows.iter().map(|row| row.told).collect();
        let summary = self.summary(&told, &columns);
        let Some(height) = self.look.height else {
            let text = self.table(&columns, &rows).to_string();
            let lines = text.lines().map(str::trim_end).chain(summary.lines());
            return Page {
                lines: lines.map(str::to_owned).collect(),
                first: 0,
                rows: rows.len(),
            };
        };
        let room = height.saturating_sub(summary.lines().count());
        let mut first = view.first.min(rows.len().saturating_sub(1));
        let mut part = self.part(&columns, &rows, first, room);
        // At the end, there are as many rows as fit.
        if first > 0 && part.is_last && part.lines.len() < room.saturating_sub(1) {
            let fuller = first.saturating_sub(room.saturating_sub(1) - part.lines.len());
            let fuller_part = self.part(&columns, &rows, fuller, room);
            if fuller_part.is_last {
                (first, part) = (fuller, fuller_part);
            }
        }
        let below = told.get(first + part.rows..).unwrap_or_default();
        let mut lines = part.lines;
        lines.extend(summary::of_hidden(first, below));
        lines.extend(summary.lines().map(str::to_owned));
        Page {
            lines,
            first,
            rows: part.rows,
        }
    }

    /// Returns the titles and the rows from `first` that fit in `room` lines, of which one is for those
    /// that do not.
    fn part(
        &self,
        columns: &[FittedColumn],
        rows: &[&TableRow],
        first: usize,
        room: usize,
    ) -> Part {
        let from_first = rows.get(first..).unwrap_or_default();
        let most = from_first.get(..room).unwrap_or(from_first);
        let table = self.table(columns, most);
        let heights = table.get_records().iter().map(|row| {
            let lines = row.iter().map(Cell::count_lines).max();
            lines.unwrap_or(1).max(1)
        });
        let ends: Vec<usize> = heights
            .scan(0, |end, height| {
                *end += height;
                Some(*end)
            })
            .collect();
        let is_all = most.len() == rows.len() && ends.last().is_none_or(|end| *end <= room);
        let room = match is_all {
            true => room,
            false => room.saturating_sub(1),
        };
        let shown = ends.iter().take_while(|end| **end <= room).count();
        let height = ends.iter().take(shown).next_back().copied().unwrap_or(0);
        let text = table.to_string();
        let lines = text.lines().take(height).map(|it| it.trim_end().to_owned());
        let titles = usize::from(!self.look.headless);
        let shown = shown.saturating_sub(titles);
        Part {
            lines: lines.collect(),
            rows: shown,
            is_last: first + shown >= rows.len(),
        }
    }

    /// Returns titles and rows as a table.
    fn table(&self, columns: &[FittedColumn], rows: &[&TableRow]) -> tabled::Table {
        let is_screen = self.look.is_screen();
        let mut table = Builder::default();
        // The column of marks keeps its width even if nothing has changed.
        let mark_title = is_screen.then(|| " ".to_owned());
        let titles = columns.iter().map(|column| self.title(column));
        if !self.look.headless {
            table.push_record(mark_title.into_iter().chain(titles));
        }
        for row in rows {
            let mark = is_screen.then(|| self.mark(row));
            let cells = columns.iter().map(|column| self.cell(column, row));
            table.push_record(mark.into_iter().chain(cells));
        }
        let mut table = table.build();
        table.with(Style::empty());
        table.with(Padding::new(0, GAP, 0, 0));
        if is_screen {
            table.with(Modify::new(Columns::one(0)).with(Padding::new(0, 1, 0, 0)));
        }
        for (index, column) in (usize::from(is_screen)..).zip(columns) {
            if self.numbers[column.index] && column.shrink == Shrink::Hard {
                table.with(Modify::new(Columns::one(index)).with(Alignment::right()));
            }
        }
        table
    }
}

/// Some rows that fit.
struct Part {
    lines: Vec<String>,
    rows: usize,
    /// Whether no row follows.
    is_last: bool,
}

fn longest_word(text: &str) -> usize {
    text.split(' ').map(get_line_width).max().unwrap_or(0)
}
