//! The table for people, as wide as the terminal.

use super::Report;
use super::buffer::{Look, TableBuffer};
use crate::report::columns::{Column, Record};
use crate::report::records::words::Words;
use std::io::{self, Write};

/// Rows as a table. They are kept until the last one has come: only then the widths of the columns
/// are known.
pub struct Table<'a> {
    buffer: TableBuffer,
    out: &'a mut dyn Write,
}

impl<'a> Table<'a> {
    /// Creates a table of rows with these columns, which says `words`.
    pub fn new(
        look: Look,
        columns: Vec<Column>,
        words: Words,
        out: &'a mut dyn Write,
    ) -> Table<'a> {
        let buffer = TableBuffer::new(look, columns, words);
        Table { buffer, out }
    }
}

impl Report for Table<'_> {
    fn record(&mut self, record: &mut dyn Record) -> io::Result<()> {
        self.buffer.record(record)
    }

    fn end(&mut self) -> io::Result<()> {
        self.buffer.write(self.out)
    }
}
