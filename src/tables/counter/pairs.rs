//! Counters in pairs of lines, names followed by values: /proc/net/snmp and /proc/net/netstat.

use super::{BadLine, Count, File, Row, number, until_zero};
use crate::tables::{Lines, Net, ReadAhead, ReadError, Reader, is_blank};
use memchr::memchr;
use std::io;
use std::ops::Range;

/// An open file of pairs.
#[derive(Debug)]
pub struct Pairs {
    /// The current line is that with the values, while a pair is being read.
    lines: Lines,
    file: File,
    bad_line: BadLine,
    /// The line with the names, including its title.
    header: Vec<u8>,
    /// The number of that line.
    header_number: u64,
    /// The length of its title, in bytes.
    title: usize,
    /// Whether its values have not been read yet.
    is_waiting: bool,
    /// The start of the next name in `header`, while a pair is being read.
    next_name: Option<usize>,
    /// The start of the next value in the current line.
    next_value: usize,
    /// Whether the pair has a name without a value, or the reverse.
    is_partly_bad: bool,
    /// Whether the rest of the file is ignored.
    has_given_up: bool,
}

impl Pairs {
    /// Opens `file`.
    ///
    /// # Errors
    /// Fails if the file can't be opened.
    pub fn open(net: &Net, file: File, bad_line: BadLine) -> io::Result<Pairs> {
        Ok(Pairs {
            lines: Lines::open(net, file.name(), ReadAhead::None)?,
            file,
            bad_line,
            header: Vec::new(),
            header_number: 0,
            title: 0,
            is_waiting: false,
            next_name: None,
            next_value: 0,
            is_partly_bad: false,
            has_given_up: false,
        })
    }

    /// Moves to the next pair. Returns `false` at the end of the file.
    fn advance(&mut self) -> Result<bool, ReadError> {
        let gives_up = self.bad_line == BadLine::CostsTheRest;
        loop {
            if self.has_given_up || !self.lines.advance()? {
                return match std::mem::take(&mut self.is_waiting) {
                    true => Err(self.lines.malformed_line(self.header_number)),
                    false => Ok(false),
                };
            }
            let line = until_zero(self.lines.line());
            if self.lines.line().is_empty() && !(gives_up && self.is_waiting) {
                continue;
            }
            let Some(title) = memchr(b':', line) else {
                self.has_given_up = gives_up;
                self.is_waiting &= !gives_up;
                return Err(self.lines.malformed());
            };
            let has_its_title = line[..title] == self.header[..self.title];
            match (self.is_waiting, kind(&line[title + 1..])) {
                (true, kind) if gives_up || has_its_title && kind != Kind::Names => {
                    self.is_waiting = false;
                    self.next_value = title + 1;
                    return Ok(true);
                }
                (_, Kind::Values) if !gives_up => return Err(self.lines.malformed()),
                (false, _) => self.wait_for_values(title),
                (true, _) => {
                    let without_values = self.lines.malformed_line(self.header_number);
                    self.wait_for_values(title);
                    return Err(without_values);
                }
            }
        }
    }

    /// Takes the current line as one of names. Its title is `title` bytes long.
    fn wait_for_values(&mut self, title: usize) {
        self.header.clear();
        self.header.extend_from_slice(until_zero(self.lines.line()));
        self.header_number = self.lines.number();
        self.title = title;
        self.is_waiting = true;
    }

    /// Returns the range of the next name at or after `start` that has a value, and the value.
    fn next_counter(&mut self, start: usize) -> Option<(Range<usize>, Count)> {
        let mut name = start..start;
        let line = until_zero(self.lines.line());
        loop {
            let values = &line[self.next_value..];
            name = match next_name(&self.header, name.end) {
                Some(name) => name,
                None => {
                    self.is_partly_bad |= !values.iter().all(is_blank);
                    return None;
                }
            };
            let value = match self.bad_line {
                BadLine::CostsItself => number::take_whole(values),
                BadLine::CostsTheRest => number::take(values),
            };
            if let Some((value, length)) = value {
                self.next_value += length;
                return Some((name, value));
            }
            self.is_partly_bad = true;
            match self.bad_line {
                BadLine::CostsTheRest => return Some((name, Count::ZERO)),
                BadLine::CostsItself => self.next_value += word_end(values),
            }
        }
    }
}

impl Reader for Pairs {
    type Row<'a> = Row<'a>;

    fn next_row(&mut self) -> Result<Option<Row<'_>>, ReadError> {
        if let Some(start) = self.next_name {
            if let Some((name, value)) = self.next_counter(start) {
                self.next_name = Some(name.end);
                let name = &self.header[name];
                return Ok(Some(Row::Counter { name, value }));
            }
            self.next_name = None;
            if std::mem::take(&mut self.is_partly_bad) {
                return Err(self.lines.malformed());
            }
        }
        if !self.advance()? {
            return Ok(None);
        }
        self.next_name = Some(self.title + 1);
        let title = &self.header[..self.title];
        Ok(Some(Row::section(self.file, title)))
    }
}

/// The contents of a line after its title.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Nothing,
    /// Words that are not numbers.
    Names,
    /// Numbers, possibly among other words.
    Values,
}

fn kind(text: &[u8]) -> Kind {
    let words = || text.split(is_blank).filter(|word| !word.is_empty());
    if words().any(|word| number::take_whole(word).is_some()) {
        return Kind::Values;
    }
    match words().next() {
        Some(_) => Kind::Names,
        None => Kind::Nothing,
    }
}

/// Returns the range of the next name in `header` at or after `start`. Only spaces and tabs separate
/// names.
fn next_name(header: &[u8], start: usize) -> Option<Range<usize>> {
    let separates = |byte: &u8| matches!(byte, b' ' | b'\t');
    let rest = &header[start..];
    let first = start + rest.iter().position(|byte| !separates(byte))?;
    let length = header[first..].iter().position(separates);
    Some(first..length.map_or(header.len(), |length| first + length))
}

/// Returns the index of the end of the first word of `text`, after any blanks.
fn word_end(text: &[u8]) -> usize {
    let blanks = text.iter().take_while(|byte| is_blank(byte)).count();
    let word = text[blanks..].iter().take_while(|byte| !is_blank(byte));
    blanks + word.count()
}
