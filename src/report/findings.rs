//! What checks find, as sentences for people.

use crate::check::{Finding, FindingRow, FindingRows, Severity, Summary};
use crate::listing::{Flow, Joined, Sink};
use crate::namespaces::heading;
use crate::notice::count;
use crate::sanitize;
use crate::tables::Net;
use std::io::{self, Write};

/// The width of the column of severities, with the gap behind it.
const INDENT: usize = 9;

/// Between two pieces of advice.
const GAP: &str = "     ";

/// Writes findings as sentences, and what to do next below each.
pub struct Sentences<'a> {
    out: &'a mut dyn Write,
    /// Whether severities have colours.
    color: bool,
    /// The most characters of a line, if there is a limit.
    width: Option<usize>,
}

impl<'a> Sentences<'a> {
    /// Creates a sink that writes to `out`.
    pub fn new(out: &'a mut dyn Write, color: bool, width: Option<usize>) -> Sentences<'a> {
        Sentences { out, color, width }
    }

    fn write(&mut self, finding: &Finding) -> io::Result<()> {
        let word = finding.severity.word();
        let word = match (self.color, color(finding.severity)) {
            (true, Some(color)) => {
                format!("\x1b[{color}m{word}\x1b[0m{:1$}", "", INDENT - word.len())
            }
            _ => format!("{word:INDENT$}"),
        };
        let mut lines: Vec<String> = finding.message.clone();
        let advice = finding.advice.iter();
        let advice: Vec<_> = advice
            .map(|(verb, what)| format!("{verb}: {what}"))
            .collect();
        lines.extend(self.joined(advice));
        let mut start = word;
        for line in lines {
            for line in wrapped(&line, self.room()) {
                let mut bytes = line.into_bytes();
                sanitize::make_printable(&mut bytes);
                write!(self.out, "{start}")?;
                self.out.write_all(&bytes)?;
                writeln!(self.out)?;
                start = " ".repeat(INDENT);
            }
        }
        Ok(())
    }

    /// Returns pieces of advice on one line if they fit, or else each on a line of its own.
    fn joined(&self, advice: Vec<String>) -> Vec<String> {
        let line = advice.join(GAP);
        match self.room() {
            Some(room) if line.chars().count() > room => advice,
            _ if advice.is_empty() => advice,
            _ => vec![line],
        }
    }

    /// Returns the characters behind the severity.
    fn room(&self) -> Option<usize> {
        self.width.map(|width| width.saturating_sub(INDENT).max(20))
    }
}

/// Returns a sentence in lines that fit.
fn wrapped(text: &str, room: Option<usize>) -> Vec<String> {
    let Some(room) = room.filter(|room| text.chars().count() > *room) else {
        return vec![text.to_owned()];
    };
    let mut lines: Vec<String> = Vec::new();
    for word in text.split(' ') {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= room => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

impl Sink<FindingRows> for Sentences<'_> {
    fn namespace(&mut self, net: &Net) -> io::Result<()> {
        match net.label() {
            Some(label) => writeln!(self.out, "{}", heading(label)),
            None => Ok(()),
        }
    }

    fn row(&mut self, row: &FindingRow<'_>, _: &mut Joined<'_>) -> io::Result<()> {
        match row.finding.severity {
            // The last line tells of these.
            Severity::Ok | Severity::Unknown => Ok(()),
            _ => self.write(row.finding),
        }
    }

    fn section(&mut self, summary: &Summary) -> io::Result<Flow> {
        let checks = count(summary.checks, "check");
        let made = summary.checks.saturating_sub(summary.unmade);
        let found = match summary.findings {
            0 if made == 0 => format!("none of {checks} could run"),
            0 if summary.unmade > 0 => format!("{made} of {checks}, nothing found"),
            0 => format!("{checks}, nothing found"),
            findings => format!("{} of {checks}", count(findings, "finding")),
        };
        let unknown = match summary.unknown.len() {
            0 => String::new(),
            number => format!(
                "; {} could not run: {}",
                count(number, "check"),
                summary.unknown.join(", ")
            ),
        };
        for line in wrapped(&format!("{found}{unknown}"), self.width) {
            writeln!(self.out, "{line}")?;
        }
        Ok(Flow::More)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

fn color(severity: Severity) -> Option<&'static str> {
    match severity {
        Severity::Problem => Some("1;31"),
        Severity::Warning => Some("35"),
        Severity::Info | Severity::Ok | Severity::Unknown => None,
    }
}
