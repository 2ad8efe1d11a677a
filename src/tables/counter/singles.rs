//! Counters with a line each, a name and a value: /proc/net/sctp/snmp and /proc/net/snmp6.

use super::{BadLine, Count, File, Row, number, until_zero};
use crate::tables::fields::Fields;
use crate::tables::{Lines, Net, ReadAhead, ReadError, Reader, is_blank};
use memchr::{memchr, memmem};
use std::io;
use std::ops::Range;

/// The most bytes of a line that net-tools reads at a time. It takes the rest for another line. The
/// kernel's own lines are shorter than 50 bytes.
const MAX_PIECE_LEN: usize = 1023;

/// An open file of single counters.
#[derive(Debug)]
pub struct Singles {
    lines: Lines,
    file: File,
    bad_line: BadLine,
    /// The start of the next piece of the current line.
    next_piece: usize,
    /// The title of the current section, empty before the first.
    title: Vec<u8>,
    /// The first counter of a section whose title has just been returned: the range of its name in
    /// the line, and its value.
    first: Option<(Range<usize>, Count)>,
    /// Whether the last counter lacked a number, which has not been reported yet.
    is_bad: bool,
}

impl Singles {
    /// Opens `file`.
    ///
    /// # Errors
    /// Fails if the file can't be opened.
    pub fn open(net: &Net, file: File, bad_line: BadLine) -> io::Result<Singles> {
        Ok(Singles {
            lines: Lines::open(net, file.name(), ReadAhead::None)?,
            file,
            bad_line,
            next_piece: usize::MAX,
            title: Vec::new(),
            first: None,
            is_bad: false,
        })
    }

    /// Moves to the next piece of a line that is not blank. Returns its range in the line, or `None`
    /// at the end of the file.
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
            let end = line.len().min(start + MAX_PIECE_LEN);
            self.next_piece = end;
            if !line[start..end].iter().all(is_blank) {
                return Ok(Some(start..end));
            }
        }
    }

    /// Returns the range of the name in a line, and the value, or `None` for the value if it is not a
    /// number but counts as 0.
    fn counter(&self, line: &[u8]) -> Option<(Range<usize>, Option<Count>)> {
        let line = until_zero(line);
        let (name, values) = match self.file {
            File::Sctp => {
                // Only a space or tab separates the name from the value. The name may be empty.
                let end = line.iter().position(|byte| matches!(byte, b' ' | b'\t'))?;
                (0..end, &line[end..])
            }
            _ => {
                let mut fields = Fields::new(line);
                let length = fields.word()?.len();
                let end = line.len() - fields.rest().len();
                (end - length..end, fields.rest())
            }
        };
        let number = match self.bad_line {
            BadLine::CostsItself => number::take_whole(values),
            BadLine::CostsTheRest => number::take(values),
        };
        let is_counter = number.is_some() || self.counts_as_zero(values);
        is_counter.then(|| (name, number.map(|(value, _)| value)))
    }

    /// Returns whether words that are not numbers count as 0, as in SCTP's file for net-tools.
    fn counts_as_zero(&self, values: &[u8]) -> bool {
        self.bad_line == BadLine::CostsTheRest
            && self.file == File::Sctp
            && !values.iter().all(|byte| matches!(byte, b' ' | b'\t'))
    }
}

impl Reader for Singles {
    type Row<'a> = Row<'a>;

    fn next_row(&mut self) -> Result<Option<Row<'_>>, ReadError> {
        if self.file == File::Sctp && self.title.is_empty() {
            self.title.extend_from_slice(b"Sctp");
            return Ok(Some(Row::section(self.file, &self.title)));
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
                (name, value.unwrap_or(Count::ZERO))
            }
        };
        let text = &self.lines.line()[name.clone()];
        if self.file == File::Snmp6 && !is_in_section(text, &self.title) {
            self.title.clear();
            self.title.extend_from_slice(section(text));
            self.first = Some((name, value));
            return Ok(Some(Row::section(self.file, &self.title)));
        }
        Ok(Some(Row::Counter { name: text, value }))
    }
}

/// Returns the section of a name in /proc/net/snmp6: its start up to the first `6`, such as
/// `UdpLite6`.
fn section(name: &[u8]) -> &[u8] {
    match memchr(b'6', name) {
        Some(last) => &name[..=last],
        None => name,
    }
}

/// Returns whether a name belongs to the section with this title, which is empty before the first
/// section. net-tools accepts names that contain the title anywhere.
fn is_in_section(name: &[u8], title: &[u8]) -> bool {
    !title.is_empty() && memmem::find(name, title).is_some()
}
