//! The protocols' counters by how much they differ, in net-tools' words.

use super::Layout;
use super::values::Values;
use crate::clock;
use crate::report::classic::statistics::{Number, Sections};
use crate::report::text;
use crate::tables::counter::Mib;
use jiff::Timestamp;

/// The layout of counters.
pub struct Counters {
    since: Timestamp,
    sections: Sections,
    /// The title of the current section.
    section: Vec<u8>,
    /// Whether it has been said that counters of the section are gone.
    tells_gone: bool,
}

impl Counters {
    /// Creates the layout for counters that are compared with those of the time `since`.
    pub fn new(since: Timestamp) -> Counters {
        Counters {
            since,
            sections: Sections::new(true),
            section: Vec::new(),
            tells_gone: false,
        }
    }
}

impl Layout for Counters {
    fn columns(&self) -> &'static [&'static str] {
        &["section", "name", "difference"]
    }

    fn push_titles(&self, out: &mut Vec<u8>) {
        let time = text::time(&clock::local(self.since));
        out.extend_from_slice(format!("Counters since {time}\n").as_bytes());
    }

    fn push_row(&mut self, out: &mut Vec<u8>, values: &mut Values<'_>) -> bool {
        let is_gone = values.text("change").as_deref() == Some(b"removed");
        let digits = values.cell("difference");
        // A new one that has counted nothing is no difference.
        if !is_gone && digits.as_deref() == Some(b"0") {
            return true;
        }
        let section = values.text("section").unwrap_or_default();
        if section != self.section {
            let mib = Mib::called(&section);
            self.sections.push_title(out, &section, mib, true);
            self.section = section;
            self.tells_gone = false;
        }
        if is_gone {
            // Most often, all of the section have gone with a namespace.
            if !std::mem::replace(&mut self.tells_gone, true) {
                out.extend_from_slice(b"    counters are gone\n");
            }
            return true;
        }
        let name = values.text("name").unwrap_or_default();
        let number = Number {
            digits: &digits.unwrap_or(b"-".to_vec()),
            is_zero: false,
        };
        self.sections.push_number(out, &name, number);
        true
    }

    /// A new namespace has all sections again.
    fn push_rest(&mut self, _: &mut Vec<u8>) {
        self.section.clear();
        self.sections = Sections::new(true);
    }

    fn has_front(&self) -> bool {
        false
    }
}
