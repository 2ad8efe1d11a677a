//! CSV (RFC 4180, but with `\n` alone at the end of a line): a header, then one line a row.

use super::Report;
use crate::report::columns::{Field, Record};
use std::io::{self, Write};

/// Rows as CSV.
pub struct Csv<'a> {
    columns: usize,
    writer: csv::Writer<&'a mut dyn Write>,
    cell: Vec<u8>,
}

impl<'a> Csv<'a> {
    /// A header for these fields, unless rows have been written before; rows follow.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn new(fields: &[Field], has_header: bool, out: &'a mut dyn Write) -> io::Result<Csv<'a>> {
        let mut writer = csv::Writer::from_writer(out);
        if has_header {
            let names = fields.iter().map(|field| field.name);
            writer.write_record(names).map_err(io_error)?;
        }
        Ok(Csv {
            columns: fields.len(),
            writer,
            cell: Vec::new(),
        })
    }
}

impl Report for Csv<'_> {
    fn record(&mut self, record: &mut dyn Record) -> io::Result<()> {
        for place in 0..self.columns {
            self.cell.clear();
            match record.value(place) {
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

    fn end(&mut self) -> io::Result<()> {
        self.writer.flush()
    }
}

/// The output's error, of the kind that it has: whoever reads may just have had enough.
fn io_error(error: csv::Error) -> io::Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        kind => io::Error::other(format!("{kind:?}")),
    }
}
