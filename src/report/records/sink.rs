//! Hands the rows of a walk, as records, to a report.

use super::formats::Report;
use super::pipeline::ReadPlan;
use crate::listing::groups::GroupRows;
use crate::listing::sockets::{SocketRows, SocketSink};
use crate::listing::{Joined, Needs, RowKind, Sink};
use crate::report::columns::{Cost, Describe, Listing, RowRecord};
use crate::request::OutputSpec;
use crate::tables::diag::Depth;
use std::io;

/// A sink for rows that are written in every format but net-tools' layout.
pub struct RecordSink<'a, D> {
    listing: &'a D,
    /// The indexes of the columns that are read and hold a name.
    names: Vec<usize>,
    /// Whether people are told why nobody owns a row.
    is_for_people: bool,
    needs: Needs,
    report: Box<dyn Report + 'a>,
}

impl<'a, D> RecordSink<'a, D> {
    /// Creates a sink that hands rows to `report`, which reads what `plan` says.
    pub fn new<L: RowKind>(
        listing: &'a D,
        plan: ReadPlan,
        report: Box<dyn Report + 'a>,
    ) -> RecordSink<'a, D>
    where
        D: Describe<L>,
    {
        let columns = listing.columns();
        let read = plan
            .columns
            .iter()
            .filter_map(|index| Some((*index, columns.get(*index)?)));
        let needs = Needs {
            rows: plan.rows,
            users: read.clone().any(|(_, column)| column.name == "uid"),
            peers: read.clone().any(|(_, column)| column.cost == Cost::Peers),
            unix: read.clone().any(|(_, column)| column.is_of_unix),
            details: read.clone().any(|(_, column)| column.cost == Cost::Details),
            diag: read
                .clone()
                .map(|(_, column)| column.depth())
                .max()
                .or(Some(Depth::Row)),
            lacks_in_tables: read
                .clone()
                .any(|(_, column)| matches!(column.cost, Cost::Internals | Cost::Rates)),
            ..Needs::default()
        };
        let names = read.filter(|(_, column)| column.is_name());
        RecordSink {
            listing,
            names: names.map(|(index, _)| index).collect(),
            is_for_people: false,
            needs,
            report,
        }
    }

    /// Tells people why nobody owns a row, if `output` is for them.
    pub fn for_people(self, output: &OutputSpec) -> RecordSink<'a, D> {
        RecordSink {
            is_for_people: output.is_table(),
            ..self
        }
    }

    /// Ends a listing that has no rows.
    ///
    /// # Errors
    /// Those of the output.
    pub fn end_report(&mut self) -> io::Result<()> {
        self.report.end()
    }
}

impl<L: RowKind, D: Describe<L>> Sink<L> for RecordSink<'_, D> {
    fn needs(&self) -> Needs {
        self.needs
    }

    fn prepare(&mut self, row: &L::Row<'_>, joined: &mut Joined<'_>) {
        if joined.names.resolves_any() {
            for index in &self.names {
                self.listing.value(*index, row, joined);
            }
        }
    }

    fn row(&mut self, row: &L::Row<'_>, joined: &mut Joined<'_>) -> io::Result<()> {
        self.report.record(&mut RowRecord {
            listing: self.listing,
            row,
            joined,
            is_for_people: self.is_for_people,
        })
    }

    fn flush(&mut self) -> io::Result<()> {
        self.report.flush()
    }

    fn end(&mut self, _: &mut Joined<'_>) -> io::Result<()> {
        self.report.end()
    }
}

/// Groups have columns of their own, so they have no place among sockets.
impl SocketSink for RecordSink<'_, Listing<SocketRows>> {
    fn groups(&mut self) -> Option<&mut dyn Sink<GroupRows>> {
        None
    }
}
