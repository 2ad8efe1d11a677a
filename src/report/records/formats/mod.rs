//! The formats, and the table for people: rows of any listing become bytes.

mod buffer;
mod cell;
mod csv;
mod fit;
mod json;
mod page;
mod summary;
mod table;
mod view;
mod wrap;

pub use buffer::{Look, TableBuffer};
pub use csv::Csv;
pub use json::{Document, Lines};
pub use table::Table;
pub use view::{Page, View};
pub use wrap::{cut, wrap};

use super::super::columns::Record;
use std::io;

/// Takes rows, one by one.
pub trait Report {
    /// Takes a row.
    ///
    /// # Errors
    /// Only those of the output, as below.
    fn record(&mut self, record: &mut dyn Record) -> io::Result<()>;

    /// Writes the rows that have been taken, unless the form needs more of them first.
    ///
    /// # Errors
    /// Only those of the output.
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }

    /// Writes what is left to be written behind the last row.
    ///
    /// # Errors
    /// Only those of the output.
    fn end(&mut self) -> io::Result<()>;
}

impl<R: Report + ?Sized> Report for &mut R {
    fn record(&mut self, record: &mut dyn Record) -> io::Result<()> {
        (**self).record(record)
    }

    fn flush(&mut self) -> io::Result<()> {
        (**self).flush()
    }

    fn end(&mut self) -> io::Result<()> {
        (**self).end()
    }
}
