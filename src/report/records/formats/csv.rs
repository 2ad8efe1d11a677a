//! CSV (RFC 4180, but with `\n` alone at the end of a line): a header, then one line a row.

use super::Report;
use crate::report::columns::{Column, Record};
use std::io::{self, Write};

/// Rows as CSV.
pub struct Csv<'a> {
    columns: Vec<Column>,
    /// Whether the header is still to be written.
    lacks_header: bool,
    writer: csv::Writer<&'a mut dyn Write>,
    cell: Vec<u8>,
}

impl<'a> Csv<'a> {
    /// Creates the form of rows with these columns. A header comes first, unless rows have been
    /// written before.
    pub fn new(columns: Vec<Column>, has_header: bool, out: &'a mut dyn Write) -> Csv<'a> {
        Csv {
            columns,
            lacks_header: has_header,
            writer: csv::Writer::from_writer(out),
            cell: Vec::new(),
        }
    }

    /// Writes the header, if it is still to be written.
    fn write_header(&mut self) -> io::Result<()> {
        if !std::mem::take(&mut self.lacks_header) {
            return Ok(());
        }
        let names = self.columns.iter().map(|column| column.name);
        self.writer.write_record(names).map_err(io_error)
    }
}

impl Report for Csv<'_> {
    fn record(&mut self, record: &mut dyn Record) -> io::Result<()> {
        self.write_header()?;
        for index in 0..self.columns.len() {
            self.cell.clear();
            match record.value(index) {
                // A list has no form in CSV; as JSON, nothing of it is lost.
                value if value.is_list() => serde_json::to_writer(&mut self.cell, &value)?,
                value => value.push_cell(&mut self.cell),
            }
            match std::str::from_utf8(&self.cell) {
                Ok(cell) => self.writer.write_field(cell),
                Err(_) => {
                    let cell = String::from_utf8_lossy(&self.cell);
                    self.writer.write_field(cell.as_bytes())
                }
            }
            .map_err(io_error)?;
        }
        self.writer.write_record(None::<&[u8]>).map_err(io_error)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.writer.flush()
    }

    fn end(&mut self) -> io::Result<()> {
        self.write_header()?;
        self.writer.flush()
    }
}

/// Returns the output's error with its kind: the reader may have closed the pipe.
fn io_error(error: csv::Error) -> io::Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        kind => io::Error::other(format!("{kind:?}")),
    }
}
