//! CSV (RFC 4180, but with `\n` alone at the end of a line): a header, then one line a row.
//!
//! Cells that need quotes are written by the csv crate. Most need none, and to hand them all to it took more than half
//! of the time of a listing.

use super::Report;
use crate::report::columns::{Column, Record};
use csv::{QuoteStyle, WriterBuilder};
use memchr::memchr3;
use std::io::{self, Write};

/// The bytes that are collected before they are written.
const WRITE_SIZE: usize = 32 * 1024;

/// Rows as CSV.
pub struct Csv<'a> {
    columns: Vec<Column>,
    /// Whether the header is still to be written.
    lacks_header: bool,
    /// Lines that are still to be written.
    lines: Vec<u8>,
    out: &'a mut dyn Write,
}

impl<'a> Csv<'a> {
    /// Creates the form of rows with these columns. A header comes first, unless rows have been
    /// written before.
    pub fn new(columns: Vec<Column>, has_header: bool, out: &'a mut dyn Write) -> Csv<'a> {
        Csv {
            columns,
            lacks_header: has_header,
            lines: Vec::new(),
            out,
        }
    }

    /// Writes the header, if it is still to be written.
    fn write_header(&mut self) {
        if std::mem::take(&mut self.lacks_header) {
            let start = self.lines.len();
            for (index, column) in self.columns.iter().enumerate() {
                if index > 0 {
                    self.lines.push(b',');
                }
                self.lines.extend_from_slice(column.name.as_bytes());
            }
            end_line(&mut self.lines, start);
        }
    }

    fn write_lines(&mut self) -> io::Result<()> {
        self.out.write_all(&self.lines)?;
        self.lines.clear();
        Ok(())
    }
}

impl Report for Csv<'_> {
    fn record(&mut self, record: &mut dyn Record) -> io::Result<()> {
        self.write_header();
        let start = self.lines.len();
        for index in 0..self.columns.len() {
            if index > 0 {
                self.lines.push(b',');
            }
            let cell = self.lines.len();
            match record.value(index) {
                // A list has no form in CSV; as JSON, nothing of it is lost.
                value if value.is_list() => serde_json::to_writer(&mut self.lines, &value)?,
                value => {
                    value.push_cell(&mut self.lines);
                    if value.is_number() {
                        continue;
                    }
                }
            }
            finish_cell(&mut self.lines, cell)?;
        }
        end_line(&mut self.lines, start);
        match self.lines.len() >= WRITE_SIZE {
            true => self.write_lines(),
            false => Ok(()),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        self.write_lines()?;
        self.out.flush()
    }

    fn end(&mut self) -> io::Result<()> {
        self.write_header();
        self.flush()
    }
}

/// Makes the cell that begins at `start` UTF-8, and puts quotes around it if it needs them.
fn finish_cell(lines: &mut Vec<u8>, start: usize) -> io::Result<()> {
    let cell = lines.get(start..).unwrap_or_default();
    let is_plain =
        cell.is_ascii() && memchr3(b'"', b',', b'\n', cell).is_none() && !cell.contains(&b'\r');
    if is_plain {
        return Ok(());
    }
    let text = String::from_utf8_lossy(cell).into_owned();
    lines.truncate(start);
    let mut quoter = WriterBuilder::new()
        .quote_style(QuoteStyle::Necessary)
        .from_writer(&mut *lines);
    quoter.write_record([text]).map_err(io_error)?;
    quoter.flush()?;
    drop(quoter);
    // The end of the record.
    lines.pop();
    Ok(())
}

/// Ends the line that begins at `start`. One with nothing but one empty cell has quotes, as in the csv crate: it
/// would be no line.
fn end_line(lines: &mut Vec<u8>, start: usize) {
    if lines.len() == start {
        lines.extend_from_slice(b"\"\"");
    }
    lines.push(b'\n');
}

/// Returns the error of writing a record.
fn io_error(error: csv::Error) -> io::Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        kind => io::Error::other(format!("{kind:?}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::records::stages::Kept;
    use crate::report::records::value::Value;
    use proptest::prelude::*;

    /// What is written of rows of texts.
    fn written(rows: &[Vec<String>], width: usize) -> Vec<u8> {
        let columns = vec![Column::new("name", ""); width];
        let mut out = Vec::new();
        let mut csv = Csv::new(columns, false, &mut out);
        for row in rows {
            let values = row
                .iter()
                .map(|it| Value::Text(it.clone().into_bytes().into()));
            csv.record(&mut Kept::of(values.collect::<Vec<_>>()))
                .expect("written");
        }
        csv.end().expect("written");
        drop(csv);
        out
    }

    proptest! {
        #[test]
        fn rows_are_as_the_csv_crate_writes_them(
            rows in prop::collection::vec(prop::collection::vec("[a-z \",\r\n\u{e4}]{0,4}", 3), 0..5),
            width in 1..=3_usize,
        ) {
            let rows: Vec<_> = rows.into_iter().map(|row| row[..width].to_vec()).collect();
            let mut writer = csv::Writer::from_writer(Vec::new());
            for row in &rows {
                writer.write_record(row).expect("written");
            }
            let expected = writer.into_inner().expect("written");
            prop_assert_eq!(written(&rows, width), expected);
        }
    }
}
