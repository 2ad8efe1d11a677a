//! Counters in pairs of lines, names above and values below: /proc/net/snmp and
//! /proc/net/netstat.

use super::{BadLine, Found, number, until_zero};
use crate::tables::Net;
use crate::tables::{Lines, ReadAhead, ReadError, is_blank};
use memchr::memchr;
use std::io;
use std::ops::Range;

/// The counters of one file.
#[derive(Debug)]
pub struct Pairs {
    /// At the line with the values, once there is a pair.
    lines: Lines,
    bad_line: BadLine,
    /// The line with the names.
    header: Vec<u8>,
    /// Its number.
    header_number: u64,
    /// How long its title is.
    title: usize,
    /// Whether its values are still to come.
    is_waiting: bool,
    /// Where the next name starts, while a pair is being read.
    names: Option<usize>,
    /// Where the next value starts.
    values: usize,
    /// Whether the pair has something that is no counter.
    is_partly_bad: bool,
    /// Whether nothing more is read.
    has_given_up: bool,
}

impl Pairs {
    /// Opens the file of this name.
    ///
    /// # Errors
    /// It can't be opened.
    pub fn open(net: &Net, file: &str, bad_line: BadLine) -> io::Result<Pairs> {
        Ok(Pairs {
            lines: Lines::open(net, file, ReadAhead::None)?,
            bad_line,
            header: Vec::new(),
            header_number: 0,
            title: 0,
            is_waiting: false,
            names: None,
            values: 0,
            is_partly_bad: false,
            has_given_up: false,
        })
    }

    /// What the file says next, none at its end.
    ///
    /// # Errors
    /// As [`super::Table::next_row`].
    pub fn find_next(&mut self) -> Result<Option<Found<'_>>, ReadError> {
        if let Some(start) = self.names {
            if let Some((name, value)) = self.next_counter(start) {
                self.names = Some(name.end);
                return Ok(Some(Found::Counter(&self.header[name], value)));
            }
            self.names = None;
            if std::mem::take(&mut self.is_partly_bad) {
                return Err(self.lines.malformed());
            }
        }
        if !self.advance()? {
            return Ok(None);
        }
        self.names = Some(self.title + 1);
        Ok(Some(Found::Section(&self.header[..self.title])))
    }

    /// Goes on to the next pair; false at the end of the file.
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
                    self.values = title + 1;
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

    /// Takes the line at hand for one with names; its title is `title` bytes long.
    fn wait_for_values(&mut self, title: usize) {
        self.header.clear();
        self.header.extend_from_slice(until_zero(self.lines.line()));
        self.header_number = self.lines.number();
        self.title = title;
        self.is_waiting = true;
    }

    /// The next name, from `start` on, that has a number, and its number.
    fn next_counter(&mut self, start: usize) -> Option<(Range<usize>, u64)> {
        let mut name = start..start;
        let line = until_zero(self.lines.line());
        loop {
            let values = &line[self.values..];
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
                self.values += length;
                return Some((name, value));
            }
            self.is_partly_bad = true;
            match self.bad_line {
                BadLine::CostsTheRest => return Some((name, 0)),
                BadLine::CostsItself => self.values += word_end(values),
            }
        }
    }
}

/// What a line has behind its title.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Nothing,
    /// Words, none of which is a number.
    Names,
    /// Numbers, perhaps among other words.
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

/// The next name in `header`, from `start` on. Only blanks and tabs part names.
fn next_name(header: &[u8], start: usize) -> Option<Range<usize>> {
    let parts = |byte: &u8| matches!(byte, b' ' | b'\t');
    let rest = &header[start..];
    let first = start + rest.iter().position(|byte| !parts(byte))?;
    let length = header[first..].iter().position(parts);
    Some(first..length.map_or(header.len(), |length| first + length))
}

/// Where the first word of `text` ends, behind blanks.
fn word_end(text: &[u8]) -> usize {
    let blanks = text.iter().take_while(|byte| is_blank(byte)).count();
    let word = text[blanks..].iter().take_while(|byte| !is_blank(byte));
    blanks + word.count()
}
