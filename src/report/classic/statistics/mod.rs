//! The protocols' counters, section by section: `-s`.

mod words;

use crate::report::text::Decimal;
use crate::sanitize::push_printable;
use crate::tables::counter::Mib;
use words::{Counter, Wording, words};

/// Adds what net-tools prints on stdout about address families without counters.
pub fn push_unsupported(out: &mut Vec<u8>, families: &[&str]) {
    out.extend_from_slice(b"netstat: No statistics support for specified address family: ");
    out.extend_from_slice(families.join(",").as_bytes());
    out.push(b'\n');
}

/// A number that is written.
#[derive(Debug, Clone, Copy)]
pub struct Number<'n> {
    /// Its digits.
    pub digits: &'n [u8],
    /// Whether it is 0.
    pub is_zero: bool,
}

/// Writes sections and their counters.
#[derive(Debug, Default)]
pub struct Sections {
    /// Whether counters were asked for by their names: then none is left out for its value, or because
    /// net-tools has no words for it.
    shows_all: bool,
    /// The counters of the current section that have words.
    words: &'static [Counter],
    /// The histogram that was written last, unless a line that belongs to none followed.
    histogram: Option<Histogram>,
}

/// The histograms of ICMP messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Histogram {
    Input,
    Output,
}

impl Sections {
    /// Creates sections, of counters that were asked for by their names if `shows_all` is true.
    pub fn new(shows_all: bool) -> Sections {
        Sections {
            shows_all,
            ..Sections::default()
        }
    }

    /// Begins a section. Its title is left out if the section is.
    pub fn push_title(&mut self, out: &mut Vec<u8>, title: &[u8], mib: Option<Mib>, shown: bool) {
        self.words = mib.map_or(&[], words);
        // A section without words stays as deep as the one before it.
        if mib.is_some() {
            self.histogram = None;
        }
        if shown {
            push_printable(out, title);
            out.extend_from_slice(b":\n");
        }
    }

    /// Adds a counter of the section that was begun last.
    pub fn push_counter(&mut self, out: &mut Vec<u8>, name: &[u8], value: u64) {
        let digits = Decimal::new(value);
        let number = Number {
            digits: digits.bytes(),
            is_zero: value == 0,
        };
        self.push_number(out, name, number);
    }

    /// Adds a counter of the section that was begun last, with a number in the place of its value.
    pub fn push_number(&mut self, out: &mut Vec<u8>, name: &[u8], value: Number<'_>) {
        let is_named = |counter: &&Counter| counter.0.as_bytes() == name;
        let counter = self.words.iter().find(is_named);
        match counter.map(|(_, wording)| *wording) {
            Some(Wording::Always(words)) => self.push_words(out, words, value),
            Some(Wording::Nonzero(words)) if !value.is_zero || self.shows_all => {
                self.push_words(out, words, value);
            }
            Some(Wording::Received(words)) => {
                self.push_message(out, Histogram::Input, words, value);
            }
            Some(Wording::Sent(words)) => self.push_message(out, Histogram::Output, words, value),
            None if !value.is_zero => push_named(out, self.indentation(), name, value),
            Some(Wording::Never) | None if self.shows_all => {
                push_named(out, self.indentation(), name, value);
            }
            Some(Wording::Nonzero(_) | Wording::Never) | None => {}
        }
    }

    fn indentation(&self) -> &'static [u8] {
        match self.histogram {
            Some(_) => b"        ",
            None => b"    ",
        }
    }

    /// Adds a line with a number in the place of its `%`.
    fn push_words(&mut self, out: &mut Vec<u8>, words: &str, value: Number<'_>) {
        self.histogram = None;
        let (before, behind) = words.split_once('%').unwrap_or((words, ""));
        out.extend_from_slice(self.indentation());
        out.extend_from_slice(before.as_bytes());
        out.extend_from_slice(value.digits);
        out.extend_from_slice(behind.as_bytes());
        out.push(b'\n');
    }

    /// Adds a kind of messages to a histogram, which is begun even where there were none.
    fn push_message(
        &mut self,
        out: &mut Vec<u8>,
        histogram: Histogram,
        words: &str,
        value: Number<'_>,
    ) {
        if self.histogram != Some(histogram) {
            out.extend_from_slice(self.indentation());
            out.extend_from_slice(match histogram {
                Histogram::Input => b"ICMP input histogram:\n",
                Histogram::Output => b"ICMP output histogram:\n",
            });
            self.histogram = Some(histogram);
        }
        if !value.is_zero || self.shows_all {
            push_named(out, self.indentation(), words.as_bytes(), value);
        }
    }
}

/// Adds a name and its number.
fn push_named(out: &mut Vec<u8>, indentation: &[u8], name: &[u8], value: Number<'_>) {
    out.extend_from_slice(indentation);
    push_printable(out, name);
    out.extend_from_slice(b": ");
    out.extend_from_slice(value.digits);
    out.push(b'\n');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn histograms_are_set_deeper_and_so_is_what_has_no_words_behind_them() {
        let mut sections = Sections::default();
        let mut out = Vec::new();
        sections.push_title(&mut out, b"Icmp", Some(Mib::Icmp), true);
        for (name, value) in [
            ("InMsgs", 0),
            ("InEchos", 0),
            ("InCsumErrors", 0),
            ("InEchoReps", 1),
            ("OutEchos", 2),
            ("OutEchoReps", 0),
            ("Other", 3),
        ] {
            sections.push_counter(&mut out, name.as_bytes(), value);
        }
        sections.push_title(&mut out, b"IcmpMsg", None, true);
        sections.push_counter(&mut out, b"InType3\x1b", u64::MAX);
        sections.push_title(&mut out, b"Tcp", Some(Mib::Tcp), false);
        sections.push_title(&mut out, b"IpExt", None, true);
        sections.push_counter(&mut out, b"InOctets", 5);
        // Printed by net-tools 2.10 for these, but for the `?`.
        let expected = "Icmp:
    0 ICMP messages received
    ICMP input histogram:
        echo replies: 1
        ICMP output histogram:
        echo requests: 2
        Other: 3
IcmpMsg:
        InType3?: 18446744073709551615
IpExt:
    InOctets: 5
";
        assert_eq!(String::from_utf8_lossy(&out), expected);
    }
}
