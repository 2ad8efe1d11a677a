//! Rows that are held back until the names in them are known.
//!
//! A row is written as soon as it is read, which tells what names it needs. If all of them are
//! known, its bytes go out. If not, they are dropped, and the row itself is kept, typed as it is,
//! and written again when its names have come or have been waited for long enough. Rows behind it
//! are kept too, so that the order stays. So nothing but this file knows that names take time:
//! reports write rows, and names are there or not.
//!
//! No more than a window of rows is kept. It is wide, because only what is in it is looked up side
//! by side, and many rows may have few addresses; a row takes some hundred bytes. The name service
//! is asked when the window is full, or all has been read: its sockets are ours, and a table that
//! is read while they are open would have them. (One with more rows than the window holds may.)

use super::flush_line;
use crate::names::Names;
use std::collections::VecDeque;
use std::io::{self, Write};

/// How many rows are held back at most: 2.2 MB of sockets.
pub const MOST_HELD: usize = 16 * 1024;

/// Rows of one kind, in their order.
#[derive(Debug)]
pub struct Held<R> {
    rows: VecDeque<R>,
}

/// What rows are written with.
pub struct Sheet<'a, C> {
    /// The row at hand, and before it what belongs before it: a title.
    pub line: &'a mut Vec<u8>,
    /// What the report needs, names at least.
    pub context: &'a mut C,
    /// Where whole rows go.
    pub out: &'a mut dyn Write,
}

impl<C: AsMut<Names>> Sheet<'_, C> {
    /// Writes a row behind what stands in the line; whether it is complete. If not, it is taken
    /// away again.
    fn write<R>(&mut self, row: &R, write: impl Fn(&mut Vec<u8>, &mut C, &R)) -> bool {
        let start = self.line.len();
        self.context.as_mut().begin_row();
        write(self.line, self.context, row);
        let is_complete = self.context.as_mut().end_row();
        if !is_complete {
            self.line.truncate(start);
        }
        is_complete
    }
}

impl<R: Clone> Held<R> {
    /// None yet.
    pub fn new() -> Held<R> {
        Held {
            rows: VecDeque::new(),
        }
    }

    /// Prints `row` with `write`, behind those that are held; or holds it back.
    ///
    /// # Errors
    /// Those of the sheet's `out`.
    pub fn print<C: AsMut<Names>>(
        &mut self,
        row: &R,
        mut sheet: Sheet<'_, C>,
        write: impl Fn(&mut Vec<u8>, &mut C, &R),
    ) -> io::Result<()> {
        let start = sheet.line.len();
        let is_complete = sheet.write(row, &write);
        if is_complete && self.rows.is_empty() {
            return flush_line(sheet.line, sheet.out);
        }
        sheet.line.truncate(start);
        self.rows.push_back(row.clone());
        if self.rows.len() > MOST_HELD {
            self.print_first(&mut sheet, &write)?;
        }
        if sheet.context.as_mut().have_news() {
            self.print_complete(&mut sheet, &write)?;
        }
        Ok(())
    }

    /// Prints all rows that are held, and waits for their names where need be.
    ///
    /// # Errors
    /// Those of the sheet's `out`.
    pub fn finish<C: AsMut<Names>>(
        &mut self,
        mut sheet: Sheet<'_, C>,
        write: impl Fn(&mut Vec<u8>, &mut C, &R),
    ) -> io::Result<()> {
        while !self.rows.is_empty() {
            self.print_first(&mut sheet, &write)?;
        }
        Ok(())
    }

    /// Prints the first row as soon as it is complete, and waits until then.
    fn print_first<C: AsMut<Names>>(
        &mut self,
        sheet: &mut Sheet<'_, C>,
        write: &impl Fn(&mut Vec<u8>, &mut C, &R),
    ) -> io::Result<()> {
        let before = self.rows.len();
        self.print_complete(sheet, write)?;
        while self.rows.len() == before {
            // What is known must be seen, before the wait.
            flush_line(sheet.line, sheet.out)?;
            sheet.out.flush()?;
            sheet.context.as_mut().wait();
            self.print_complete(sheet, write)?;
        }
        Ok(())
    }

    /// Prints rows up to the first that is not complete.
    fn print_complete<C: AsMut<Names>>(
        &mut self,
        sheet: &mut Sheet<'_, C>,
        write: &impl Fn(&mut Vec<u8>, &mut C, &R),
    ) -> io::Result<()> {
        while let Some(row) = self.rows.front() {
            if !sheet.write(row, write) {
                break;
            }
            sheet.context.as_mut().wipe_progress();
            flush_line(sheet.line, sheet.out)?;
            self.rows.pop_front();
        }
        Ok(())
    }
}
