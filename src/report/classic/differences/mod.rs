//! How a listing differs from a saved one, in net-tools' layouts: rows with what happened in front, counters
//! by how much they differ.
//!
//! A saved row is the values of its columns. What net-tools' rows are written from is made of these again.

mod counters;
mod groups;
mod interfaces;
mod masquerade;
mod routes;
mod socket_rows;
mod sockets;
mod values;

use super::ClassicOutput;
use super::changes::{self, Front};
use super::output::push_heading;
use crate::clock;
use crate::host::Host;
use crate::names::Names;
use crate::report::columns::{NAMESPACE, Record};
use crate::report::records::formats::Report;
use crate::report::text;
use crate::request::{Request, Resolve, What};
use crate::tables::Label;
use jiff::Timestamp;
use std::cell::Cell;
use std::io;
use values::Values;

/// How the rows of a listing are written.
trait Layout {
    /// The columns that they are written from.
    fn columns(&self) -> &'static [&'static str];

    /// Adds what stands above the rows.
    fn push_titles(&self, out: &mut Vec<u8>);

    /// Returns what a row that has changed was before, if what happened stands in front of rows.
    fn before(&self, _: &mut Values<'_>) -> Option<Vec<u8>> {
        None
    }

    /// Adds a row, and returns whether the layout has a place for it.
    fn push_row(&mut self, out: &mut Vec<u8>, values: &mut Values<'_>) -> bool;

    /// Adds what is left of the rows that are written together: others follow, or none.
    fn push_rest(&mut self, _: &mut Vec<u8>) {}

    /// Returns whether what happened stands in front of rows.
    fn has_front(&self) -> bool {
        true
    }
}

/// Prints the rows of a comparison in the layout of their listing.
pub struct Differences<'a> {
    layout: Box<dyn Layout + 'a>,
    /// The names of the columns of rows.
    columns: Vec<&'static str>,
    /// The time of the current listing, in which the changes were seen.
    time: String,
    has_titles: bool,
    /// The network namespace of the rows, if there is a heading for each.
    namespace: Option<Label>,
    /// A row.
    row: Vec<u8>,
}

/// The column with what happened.
const CHANGE: &str = "change";

impl<'a> Differences<'a> {
    /// Creates the format for the rows of a listing that is compared with one of the time `since`.
    pub fn new(request: &'a Request, host: &'a Host, since: Timestamp) -> Differences<'a> {
        // Of what has gone, only numbers are known.
        let names = Names::new(host, Resolve::NUMBERS);
        let layout: Box<dyn Layout + 'a> = match &request.what {
            What::Sockets(it) if it.lists_groups() => Box::new(groups::Groups { names }),
            What::Sockets(it) => Box::new(sockets::Sockets::new(it, host, names)),
            What::Routes(it) => Box::new(routes::Routes { request: it, names }),
            What::Interfaces(_) => Box::new(interfaces::Interfaces::new(since)),
            What::Masquerade(it) => Box::new(masquerade::Connections {
                request: *it,
                names,
            }),
            // The command line refuses to compare findings.
            What::Statistics(_) | What::Checks(_) => Box::new(counters::Counters::new(since)),
        };
        let mut columns = vec![CHANGE];
        if request.namespaces.is_some() {
            columns.extend(NAMESPACE.map(|column| column.name));
        }
        columns.extend(layout.columns());
        Differences {
            layout,
            columns,
            time: text::time(&clock::now()),
            has_titles: true,
            namespace: None,
            row: Vec::new(),
        }
    }

    /// Returns the names of the columns that are needed of rows, in their order.
    pub fn columns(&self) -> Vec<String> {
        self.columns.iter().map(|it| (*it).to_owned()).collect()
    }

    /// Lets it print to `output`. The number of rows that the layout has no place for is added to `left_out`.
    pub fn printed_on(
        self,
        output: ClassicOutput<'a>,
        left_out: &'a Cell<usize>,
    ) -> DifferencePrinter<'a> {
        DifferencePrinter {
            format: self,
            output,
            left_out,
        }
    }
}

/// Prints rows with the columns of [`Differences`].
pub struct DifferencePrinter<'a> {
    format: Differences<'a>,
    output: ClassicOutput<'a>,
    left_out: &'a Cell<usize>,
}

impl DifferencePrinter<'_> {
    fn push_titles(&mut self) -> io::Result<()> {
        let format = &mut self.format;
        match std::mem::take(&mut format.has_titles) {
            true => self
                .output
                .write_title(|line| format.layout.push_titles(line)),
            false => Ok(()),
        }
    }
}

/// Returns the former values of a row that has changed, each behind the title of its column.
fn before<const N: usize>(values: [(&str, Option<Vec<u8>>); N]) -> Option<Vec<u8>> {
    let known = values.into_iter().filter_map(|(title, value)| {
        let value = value?;
        Some([title.as_bytes(), &value].join(&b'='))
    });
    let known: Vec<_> = known.collect();
    (!known.is_empty()).then(|| known.join(&b','))
}

/// Returns the network namespace that a row is of, if its listing has headings for them.
fn namespace(values: &mut Values<'_>) -> Option<Label> {
    let [name, id] = NAMESPACE.map(|column| column.name);
    let name = values.text(name)?;
    let id = values.number(id);
    Some(Label { name, id })
}

impl Report for DifferencePrinter<'_> {
    fn record(&mut self, record: &mut dyn Record) -> io::Result<()> {
        self.push_titles()?;
        let Differences {
            layout,
            columns,
            time,
            namespace: current,
            row,
            ..
        } = &mut self.format;
        let mut values = Values::of(record, columns);
        let namespace = namespace(&mut values);
        if let Some(label) = &namespace
            && namespace != *current
        {
            self.output.write(|line| layout.push_rest(line))?;
            self.output.write_title(|line| push_heading(line, label))?;
            *current = namespace;
        }
        row.clear();
        if layout.has_front() {
            let change = values.text(CHANGE).unwrap_or_default();
            let before = layout.before(&mut values);
            let front = Front {
                time: time.as_bytes(),
                change: &change,
                // Nobody watched it.
                seen: None,
                before: before.as_deref(),
            };
            changes::push_front(row, &front);
        }
        match layout.push_row(row, &mut values) {
            true => self.output.write(|line| line.extend_from_slice(row)),
            false => {
                self.left_out.set(self.left_out.get() + 1);
                Ok(())
            }
        }
    }

    fn end(&mut self) -> io::Result<()> {
        self.push_titles()?;
        let layout = &mut self.format.layout;
        self.output.write(|line| layout.push_rest(line))?;
        self.output.end()
    }
}
