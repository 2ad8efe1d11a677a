//! Counters in a line each, a name and a value: /proc/net/sctp/snmp and /proc/net/snmp6.

use super::{BadLine, Found, number, until_zero};
use crate::tables::Net;
use crate::tables::fields::Fields;
use crate::tables::{Lines, ReadAhead, ReadError, is_blank};
use memchr::{memchr, memmem};
use std::io;
use std::ops::Range;

/// How many bytes of a line net-tools reads at a time: what is behind them is another line to it.
/// The kernel's own lines stay under 50.
const PIECE: usize = 1023;

/// The counters of one file.
#[derive(Debug)]
pub struct Singles {
    lines: Lines,
    bad_line: BadLine,
    sections: Sections,
    /// Where the next piece of the line at hand starts.
    next_piece: usize,
    /// The title of the section at hand; empty before the first.
    title: Vec<u8>,
    /// A counter whose section has just been told: where its name lies in the line, and its value.
    first: Option<(Range<usize>, u64)>,
    /// Whether what was told last has no number, and the line is still to be called bad.
    is_bad: bool,
}

/// What sections a file has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sections {
    /// One, of this title.
    One(&'static str),
    /// Those that the names tell, by what they start with.
    Named,
}

impl Singles {
    /// Opens the file of this name, whose counters are all SCTP's.
    ///
    /// # Errors
    /// It can't be opened.
    pub fn open_sctp(net: &Net, file: &str, bad_line: BadLine) -> io::Result<Singles> {
        Singles::open(net, file, bad_line, Sections::One("Sctp"))
    }

    /// Opens the file of this name, where each counter's name tells its section.
    ///
    /// # Errors
    /// It can't be opened.
    pub fn open_snmp6(net: &Net, file: &str, bad_line: BadLine) -> io::Result<Singles> {
        Singles::open(net, file, bad_line, Sections::Named)
    }

    fn open(net: &Net, file: &str, bad_line: BadLine, sections: Sections) -> io::Result<Singles> {
        Ok(Singles {
            lines: Lines::open(net, file, ReadAhead::None)?,
            bad_line,
            sections,
            next_piece: usize::MAX,
            title: Vec::new(),
            first: None,
            is_bad: false,
        })
    }

    /// What the file says next, none at its end.
    ///
    /// # Errors
    /// As [`super::Table::next_row`].
    pub fn find_next(&mut self) -> Result<Option<Found<'_>>, ReadError> {
        if let (Sections::One(title), true) = (self.sections, self.title.is_empty()) {
            self.title.extend_from_slice(title.as_bytes());
            return Ok(Some(Found::Section(&self.title)));
        }
        if std::mem::take(&mut self.is_bad) {
            return Err(self.lines.malformed());
        }
        let (name, value) = match self.first.take() {
            Some(counter) => counter,
            None => {
                let Some(piece) = self.advance()? else {
                    return Ok(None);
                };
                let counter = self.counter(&self.lines.line()[piece.clone()]);
                let (name, value) = counter.ok_or_else(|| self.lines.malformed())?;
                self.is_bad = value.is_none();
                let name = piece.start + name.start..piece.start + name.end;
                (name, value.unwrap_or(0))
            }
        };
        let text = &self.lines.line()[name.clone()];
        if self.sections == Sections::Named && !is_in_section(text, &self.title) {
            self.title.clear();
            self.title.extend_from_slice(section(text));
            self.first = Some((name, value));
            return Ok(Some(Found::Section(&self.title)));
        }
        Ok(Some(Found::Counter(text, value)))
    }

    /// Goes on to the next piece of a line that is not all blank; none at the end of the file.
    fn advance(&mut self) -> Result<Option<Range<usize>>, ReadError> {
        loop {
            if self.next_piece >= self.lines.line().len() {
                if !self.lines.advance()? {
                    return Ok(None);
                }
                self.next_piece = 0;
            }
            let line = self.lines.line();
            let start = self.next_piece;
            let end = line.len().min(start + PIECE);
            self.next_piece = end;
            if !line[start..end].iter().all(is_blank) {
                return Ok(Some(start..end));
            }
        }
    }

    /// Where the name lies in a line, and the value; none in place of one that is no number and
    /// still is a counter, of 0.
    fn counter(&self, line: &[u8]) -> Option<(Range<usize>, Option<u64>)> {
        let line = until_zero(line);
        let (name, values) = match self.sections {
            Sections::Named => {
                let mut fields = Fields::new(line);
                let length = fields.word()?.len();
                let end = line.len() - fields.rest().len();
                (end - length..end, fields.rest())
            }
            // Only blanks and tabs part the name from the value, and nothing need stand before
            // them.
            Sections::One(_) => {
                let end = line.iter().position(|byte| matches!(byte, b' ' | b'\t'))?;
                (0..end, &line[end..])
            }
        };
        let number = match self.bad_line {
            BadLine::CostsItself => number::take_whole(values),
            BadLine::CostsTheRest => number::take(values),
        };
        let is_counter = number.is_some() || self.counts_as_zero(values);
        is_counter.then(|| (name, number.map(|(value, _)| value)))
    }

    /// Whether what is no number counts as 0, as any word does in SCTP's file to net-tools.
    fn counts_as_zero(&self, values: &[u8]) -> bool {
        self.bad_line == BadLine::CostsTheRest
            && matches!(self.sections, Sections::One(_))
            && !values.iter().all(|byte| matches!(byte, b' ' | b'\t'))
    }
}

/// The section that a name of /proc/net/snmp6 tells: all up to the first `6`, as in `UdpLite6`.
fn section(name: &[u8]) -> &[u8] {
    match memchr(b'6', name) {
        Some(last) => &name[..=last],
        None => name,
    }
}

/// Whether a name belongs to the section at hand: net-tools is content to find the title anywhere
/// in it. There is none before the first section.
fn is_in_section(name: &[u8], title: &[u8]) -> bool {
    !title.is_empty() && memmem::find(name, title).is_some()
}
