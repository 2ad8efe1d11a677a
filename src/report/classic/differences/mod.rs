//! How sockets differ from saved ones, in the layout of changes.
//!
//! A saved row is the values of its columns. What net-tools' rows are written from is made of these again.

mod rows;

use super::changes::{self, Front};
use super::{ClassicOutput, Context, OwnersOf, inet, unix};
use crate::clock;
use crate::host::Host;
use crate::listing::Joined;
use crate::names::Names;
use crate::owners::Owner;
use crate::report::columns::Record;
use crate::report::records::formats::Report;
use crate::report::text;
use crate::request::{Resolve, Sockets};
use crate::tables;
use rows::{Rebuilt, Values};
use std::cell::Cell;
use std::io;

pub use rows::COLUMNS;

/// Prints rows with [`COLUMNS`] as net-tools prints sockets, with what happened in front.
pub struct DifferencePrinter<'a> {
    request: &'a Sockets,
    host: &'a Host,
    names: Names,
    /// The time of the current listing, in which the changes were seen.
    time: String,
    has_header: bool,
    /// The number of rows that net-tools' layouts of IP and unix sockets have no place for.
    left_out: &'a Cell<usize>,
    output: ClassicOutput<'a>,
}

impl<'a> DifferencePrinter<'a> {
    /// Creates the format, which prints to `output`.
    pub fn new(
        request: &'a Sockets,
        host: &'a Host,
        left_out: &'a Cell<usize>,
        output: ClassicOutput<'a>,
    ) -> DifferencePrinter<'a> {
        DifferencePrinter {
            request,
            host,
            // Of what has gone, only numbers are known.
            names: Names::new(host, Resolve::NUMBERS),
            time: text::time(&clock::now()),
            has_header: true,
            left_out,
            output,
        }
    }

    fn push_header(&mut self) -> io::Result<()> {
        let request = self.request;
        match std::mem::take(&mut self.has_header) {
            true => self
                .output
                .write_title(|line| changes::push_header(line, request)),
            false => Ok(()),
        }
    }
}

impl Report for DifferencePrinter<'_> {
    fn record(&mut self, record: &mut dyn Record) -> io::Result<()> {
        self.push_header()?;
        let mut values = Values::of(record);
        let (change, before) = (values.text("change"), values.text("state_before"));
        let owner = values.owner();
        let Some(row) = values.row() else {
            self.left_out.set(self.left_out.get() + 1);
            return Ok(());
        };
        let front = Front {
            time: self.time.as_bytes(),
            change: change.as_deref().unwrap_or_default(),
            // Nobody watched it.
            seen: None,
            before: before.as_deref(),
        };
        let mut joined = Joined::new(self.host, &mut self.names, None);
        let mut context = context(self.request, &mut joined, owner.as_ref());
        self.output.write(|line| {
            changes::push_front(line, &front);
            match &row {
                Rebuilt::Inet(row) => inet::push_row(line, &mut context, row),
                Rebuilt::Unix(row, path) => {
                    let path = path.as_deref();
                    unix::push_row(line, &mut context, &tables::unix::Row { path, ..*row });
                }
            }
        })
    }

    fn end(&mut self) -> io::Result<()> {
        self.push_header()?;
        self.output.end()
    }
}

fn context<'a>(
    request: &Sockets,
    joined: &'a mut Joined<'_>,
    owner: Option<&'a Owner>,
) -> Context<'a> {
    Context {
        owners: OwnersOf::Row(owner),
        ..Context::new(request.columns, joined)
    }
}
