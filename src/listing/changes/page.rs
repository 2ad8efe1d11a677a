//! The changes of one listing, printed.

use super::super::arranged::Arranged;
use super::super::held::{Form, Held, MOST_HELD, RowWriter, Take};
use super::super::{Outcome, flush_line};
use crate::changes::{Change, Kind, Occurrence, UnixSocket, Watched};
use crate::names::Names;
use crate::notice;
use crate::owners::Owners;
use crate::report::classic::{self, Context};
use crate::report::columns::{self, Record, sockets};
use crate::report::records::pipeline::{Output, Pipeline, Unanswerable, pipeline};
use crate::request::{OutputSpec, Sockets, TableKind};
use crate::tables::inet;
use std::io::{self, Write};

/// A socket whose change can be told.
pub trait Told: Watched {
    /// net-tools' name of its state.
    fn state_name(&self) -> Option<&'static str>;
    /// The inode that it has, or had.
    fn inode(&self) -> Option<u64>;
}

impl Told for inet::Row {
    fn state_name(&self) -> Option<&'static str> {
        inet::Row::state_name(self)
    }

    fn inode(&self) -> Option<u64> {
        self.inode
    }
}

impl Told for UnixSocket {
    fn state_name(&self) -> Option<&'static str> {
        self.row().state_name()
    }

    fn inode(&self) -> Option<u64> {
        self.row().inode
    }
}

fn occurrence<'a, S: Told>(change: &Change<S>, time: &'a str) -> Occurrence<'a> {
    let (word, seen, before) = match &change.kind {
        Kind::Opened | Kind::Accepted => ("opened", None, None),
        Kind::Changed(before) => ("changed", None, before.state_name()),
        Kind::Closed { seen } => ("closed", Some(*seen), None),
    };
    Occurrence {
        time,
        change: word,
        seen,
        before,
    }
}

/// Why changes could not be printed.
pub enum Unprintable {
    Io(io::Error),
    Misused(Unanswerable),
}

impl Unprintable {
    pub fn into_outcome(self) -> io::Result<Outcome> {
        match self {
            Unprintable::Io(error) | Unprintable::Misused(Unanswerable::Io(error)) => Err(error),
            Unprintable::Misused(why) => {
                notice::say(format_args!("{why}"));
                Ok(Outcome::Misused)
            }
        }
    }
}

impl From<io::Error> for Unprintable {
    fn from(error: io::Error) -> Self {
        Unprintable::Io(error)
    }
}

/// What the changes of one listing are printed with.
pub struct Page<'a> {
    pub request: &'a Sockets,
    /// When it was made, as RFC 3339 has it.
    pub time: &'a str,
    pub owners: &'a Owners,
    pub names: &'a mut Names,
}

impl Page<'_> {
    /// Prints changes as net-tools prints rows, with what is told of them in front.
    pub fn print(
        self,
        is_first: bool,
        inet: Vec<Change<inet::Row>>,
        unix: &[Change<UnixSocket>],
        out: &mut dyn Write,
    ) -> Result<(), Unprintable> {
        let mut context = Context {
            columns: self.request.columns,
            names: self.names,
            owners: Some(self.owners),
            contexts: None,
        };
        let mut line = Vec::with_capacity(256);
        if is_first {
            let tables = &self.request.tables;
            let has_inet = tables.iter().any(|it| it.kind.is_internet());
            let has_unix = !self.request.filter.excludes_unix()
                && tables.iter().any(|it| it.kind == TableKind::Unix);
            classic::changes::push_header(&mut line, context.columns, has_inet, has_unix);
            flush_line(&mut line, out)?;
        }
        let mut held = Held::new();
        let mut arranged = Arranged::default();
        let form = ChangeForm { time: self.time };
        for change in &inet {
            let writer = RowWriter {
                line: &mut line,
                context: &mut context,
                arranged: &mut arranged,
                out,
            };
            held.print(change, writer, &form)?;
        }
        let writer = RowWriter {
            line: &mut line,
            context: &mut context,
            arranged: &mut arranged,
            out,
        };
        held.finish(writer, &form)?;
        for change in unix {
            classic::changes::push_occurrence(&mut line, &occurrence(change, self.time));
            classic::unix::push_row(&mut line, &context, &change.socket.row());
            flush_line(&mut line, out)?;
        }
        Ok(())
    }

    /// Hands changes on as records.
    pub fn record(
        self,
        output: &OutputSpec,
        is_first: bool,
        inet: Vec<Change<inet::Row>>,
        unix: &[Change<UnixSocket>],
        out: &mut dyn Write,
    ) -> Result<(), Unprintable> {
        let fields = columns::changes::fields();
        let output = OutputSpec {
            headless: !is_first,
            ..output.clone()
        };
        let Pipeline { mut report, wanted } =
            pipeline(&output, &fields, &[], Output::Stream(out)).map_err(Unprintable::Misused)?;
        let report = &mut *report;
        for part in inet.chunks(MOST_HELD) {
            // As in `held`: all names are asked for before the first is waited for.
            for change in part {
                self.names.begin_row();
                for place in &wanted.places {
                    if columns::changes::is_name(*place) {
                        let row = sockets::Row::Inet(&change.socket);
                        let told = occurrence(change, self.time);
                        changed(told, row, self.names, Some(self.owners)).value(*place);
                    }
                }
                self.names.end_row();
            }
            for change in part {
                let row = sockets::Row::Inet(&change.socket);
                let told = occurrence(change, self.time);
                report.record(&mut changed(told, row, self.names, Some(self.owners)))?;
            }
        }
        for change in unix {
            let row = change.socket.row();
            let told = occurrence(change, self.time);
            report.record(&mut changed(
                told,
                sockets::Row::Unix(&row),
                self.names,
                Some(self.owners),
            ))?;
        }
        Ok(report.end()?)
    }
}

/// How changes of IP sockets are printed.
struct ChangeForm<'a> {
    time: &'a str,
}

impl<'a> Form<Change<inet::Row>, Context<'a>> for ChangeForm<'_> {
    fn push(&self, line: &mut Vec<u8>, context: &mut Context<'a>, change: &Change<inet::Row>) {
        classic::changes::push_occurrence(line, &occurrence(change, self.time));
        classic::inet::push_row(line, context, &change.socket);
    }

    fn hand_fields(
        &self,
        context: &mut Context<'a>,
        change: &Change<inet::Row>,
        take: Take<'_>,
    ) -> io::Result<()> {
        let told = occurrence(change, self.time);
        let row = sockets::Row::Inet(&change.socket);
        take(&mut changed(told, row, context.names, context.owners))
    }
}

fn changed<'a>(
    told: Occurrence<'a>,
    row: sockets::Row<'a>,
    names: &'a mut Names,
    owners: Option<&'a Owners>,
) -> columns::changes::Change<'a> {
    let socket = sockets::Socket { row, names, owners };
    columns::changes::Change { told, socket }
}
