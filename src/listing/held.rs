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

use super::arranged::Arranged;
use super::flush_line;
use crate::names::Names;
use crate::report::columns::Record;
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
pub struct RowWriter<'a, C> {
    /// The row at hand, and before it what belongs before it: a title.
    pub line: &'a mut Vec<u8>,
    /// What the report needs, names at least.
    pub context: &'a mut C,
    /// Where whole rows go, arranged.
    pub arranged: &'a mut Arranged,
    /// And from there.
    pub out: &'a mut dyn Write,
}

/// Takes a row's fields.
pub type Take<'a> = &'a mut dyn FnMut(&mut dyn Record) -> io::Result<()>;

/// A kind of rows, as they are printed with a context `C`.
pub trait Form<R, C> {
    /// Adds a row to a line.
    fn push(&self, line: &mut Vec<u8>, context: &mut C, row: &R);

    /// Hands the row's fields to `take`.
    ///
    /// # Errors
    /// Those of `take`.
    fn hand_fields(&self, context: &mut C, row: &R, take: Take<'_>) -> io::Result<()>;
}

impl<C: AsMut<Names>> RowWriter<'_, C> {
    /// Writes a row behind what stands in the line; whether it is complete. If not, it is taken
    /// away again.
    fn write<R>(&mut self, row: &R, form: &impl Form<R, C>) -> bool {
        let start = self.line.len();
        self.context.as_mut().begin_row();
        form.push(self.line, self.context, row);
        let is_complete = self.context.as_mut().end_row();
        if !is_complete {
            self.line.truncate(start);
        }
        is_complete
    }

    /// Hands on the row that stands in the line.
    fn hand_on<R>(&mut self, row: &R, form: &impl Form<R, C>) -> io::Result<()> {
        if !self.arranged.is_on() {
            return flush_line(self.line, self.out);
        }
        let (line, arranged, out) = (&mut *self.line, &mut *self.arranged, &mut *self.out);
        form.hand_fields(self.context, row, &mut |record| {
            arranged.hand_on(line, record, out)
        })
    }
}

impl<R: Clone> Held<R> {
    /// None yet.
    pub fn new() -> Held<R> {
        Held {
            rows: VecDeque::new(),
        }
    }

    /// Prints `row` in its `form`, behind those that are held; or holds it back.
    ///
    /// # Errors
    /// Those of the writer's `out`.
    pub fn print<C: AsMut<Names>>(
        &mut self,
        row: &R,
        mut writer: RowWriter<'_, C>,
        form: &impl Form<R, C>,
    ) -> io::Result<()> {
        writer.arranged.make_ready(writer.line, writer.out)?;
        let start = writer.line.len();
        let is_complete = writer.write(row, form);
        if is_complete && self.rows.is_empty() {
            return writer.hand_on(row, form);
        }
        writer.line.truncate(start);
        self.rows.push_back(row.clone());
        if self.rows.len() > MOST_HELD {
            self.print_first(&mut writer, form)?;
        }
        if writer.context.as_mut().have_news() {
            self.print_complete(&mut writer, form)?;
        }
        Ok(())
    }

    /// Prints all rows that are held, and waits for their names where need be.
    ///
    /// # Errors
    /// Those of the writer's `out`.
    pub fn finish<C: AsMut<Names>>(
        &mut self,
        mut writer: RowWriter<'_, C>,
        form: &impl Form<R, C>,
    ) -> io::Result<()> {
        while !self.rows.is_empty() {
            self.print_first(&mut writer, form)?;
        }
        Ok(())
    }

    /// Prints the first row as soon as it is complete, and waits until then.
    fn print_first<C: AsMut<Names>>(
        &mut self,
        writer: &mut RowWriter<'_, C>,
        form: &impl Form<R, C>,
    ) -> io::Result<()> {
        let before = self.rows.len();
        self.print_complete(writer, form)?;
        while self.rows.len() == before {
            // What is known must be seen, before the wait.
            flush_line(writer.line, writer.out)?;
            writer.out.flush()?;
            writer.context.as_mut().wait();
            self.print_complete(writer, form)?;
        }
        Ok(())
    }

    /// Prints rows up to the first that is not complete.
    fn print_complete<C: AsMut<Names>>(
        &mut self,
        writer: &mut RowWriter<'_, C>,
        form: &impl Form<R, C>,
    ) -> io::Result<()> {
        while let Some(row) = self.rows.front() {
            if !writer.write(row, form) {
                break;
            }
            writer.context.as_mut().wipe_progress();
            writer.hand_on(row, form)?;
            self.rows.pop_front();
        }
        Ok(())
    }
}
