//! JSON: one document, or one object a line.

use super::Report;
use crate::report::columns::{Column, Record};
use serde::Serializer;
use serde::ser::SerializeMap;
use std::io::{self, Write};

/// One JSON array of objects, an object a line.
pub struct Document<'a> {
    rows: Lines<'a>,
    is_first: bool,
}

impl<'a> Document<'a> {
    /// Creates a document of rows with these columns.
    pub fn new(columns: Vec<Column>, out: &'a mut dyn Write) -> Document<'a> {
        Document {
            rows: Lines::new(columns, out),
            is_first: true,
        }
    }

    /// Writes what stands before a row, or before the end if there is none.
    fn part(&mut self) -> io::Result<()> {
        let is_first = std::mem::replace(&mut self.is_first, false);
        let part: &[u8] = if is_first { b"[\n" } else { b",\n" };
        self.rows.out.write_all(part)
    }
}

impl Report for Document<'_> {
    fn record(&mut self, record: &mut dyn Record) -> io::Result<()> {
        self.part()?;
        self.rows.object(record)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.rows.flush()
    }

    fn end(&mut self) -> io::Result<()> {
        let end: &[u8] = if self.is_first { b"[]\n" } else { b"\n]\n" };
        self.rows.out.write_all(end)
    }
}

/// One JSON object a line (JSON Lines), each as soon as its row is there.
pub struct Lines<'a> {
    columns: Vec<Column>,
    out: &'a mut dyn Write,
    /// The current object.
    line: Vec<u8>,
}

impl<'a> Lines<'a> {
    /// Creates lines for rows with these columns.
    pub fn new(columns: Vec<Column>, out: &'a mut dyn Write) -> Lines<'a> {
        Lines {
            columns,
            out,
            line: Vec::with_capacity(512),
        }
    }

    /// Writes a row's object, without an end of line.
    fn object(&mut self, record: &mut dyn Record) -> io::Result<()> {
        self.line.clear();
        let mut serializer = serde_json::Serializer::new(&mut self.line);
        let mut object = serializer.serialize_map(Some(self.columns.len()))?;
        for (index, column) in self.columns.iter().enumerate() {
            object.serialize_entry(column.name, &record.value(index))?;
        }
        object.end()?;
        self.out.write_all(&self.line)
    }
}

impl Report for Lines<'_> {
    fn record(&mut self, record: &mut dyn Record) -> io::Result<()> {
        self.object(record)?;
        self.out.write_all(b"\n")
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }

    fn end(&mut self) -> io::Result<()> {
        Ok(())
    }
}
