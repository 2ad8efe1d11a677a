//! Interfaces by how much their counters differ, in the layout of rates.

use super::Layout;
use super::values::Values;
use crate::clock;
use crate::report::classic::interface::TITLE;
use crate::report::{rates, text};
use crate::tables::interface::Name;
use jiff::Timestamp;

/// The columns of counters, in each direction.
const COUNTERS: [[&str; 4]; 2] = [
    ["rx_packets", "rx_bytes", "rx_errors", "rx_dropped"],
    ["tx_packets", "tx_bytes", "tx_errors", "tx_dropped"],
];

/// The layout of interfaces.
pub struct Interfaces {
    since: Timestamp,
    /// The interface whose values come.
    current: Option<Differing>,
}

/// What differs of an interface.
struct Differing {
    name: Name,
    /// By how much its counters differ, in the order of [`COUNTERS`]: 0 for those that do not, and a dash for
    /// those that can't be compared.
    counters: [[Vec<u8>; 4]; 2],
    /// Whether any of these differs.
    has_counted: bool,
    /// What the layout has no column for, in words.
    others: Vec<String>,
}

impl Interfaces {
    /// Creates the layout for interfaces that are compared with those of the time `since`.
    pub fn new(since: Timestamp) -> Interfaces {
        Interfaces {
            since,
            current: None,
        }
    }
}

impl Layout for Interfaces {
    fn columns(&self) -> &'static [&'static str] {
        &[
            "interface",
            "counter",
            "value_before",
            "value",
            "difference",
        ]
    }

    fn push_titles(&self, out: &mut Vec<u8>) {
        let title = TITLE.strip_suffix(b"\n").unwrap_or(TITLE);
        out.extend_from_slice(title);
        let time = text::time(&clock::local(self.since));
        out.extend_from_slice(format!(", since {time}\n").as_bytes());
        rates::push_header(out);
    }

    fn push_row(&mut self, out: &mut Vec<u8>, values: &mut Values<'_>) -> bool {
        let name = values.text("interface").unwrap_or_default();
        let Some(name) = Name::new(&name) else {
            return false;
        };
        if self.current.as_ref().is_some_and(|it| it.name != name) {
            self.push_rest(out);
        }
        let current = self.current.get_or_insert_with(|| Differing::new(name));
        match values.text("change").as_deref() {
            Some(b"changed") => current.take(values),
            // Each of its values is new, or gone.
            Some(b"added") => current.tell("new"),
            _ => current.tell("gone"),
        }
        true
    }

    fn push_rest(&mut self, out: &mut Vec<u8>) {
        if let Some(it) = self.current.take() {
            it.push(out);
        }
    }

    fn has_front(&self) -> bool {
        false
    }
}

impl Differing {
    fn new(name: Name) -> Differing {
        Differing {
            name,
            counters: COUNTERS.map(|it| it.map(|_| b"0".to_vec())),
            has_counted: false,
            others: Vec::new(),
        }
    }

    /// Says of all of it what each of its values says.
    fn tell(&mut self, what: &str) {
        if self.others.last().is_none_or(|it| it != what) {
            self.others.push(what.to_owned());
        }
    }

    fn take(&mut self, values: &mut Values<'_>) {
        let counter = values.text("counter").unwrap_or_default();
        let cells = COUNTERS
            .iter()
            .flatten()
            .zip(self.counters.iter_mut().flatten());
        let mut cells = cells.filter(|(name, _)| name.as_bytes() == counter);
        if let Some((_, cell)) = cells.next() {
            *cell = values.cell("difference").unwrap_or(b"-".to_vec());
            self.has_counted = true;
            return;
        }
        let [now, before, difference] = ["value", "value_before", "difference"].map(|name| {
            let cell = values.cell(name).unwrap_or(b"-".to_vec());
            String::from_utf8_lossy(&cell).into_owned()
        });
        self.others.push(match &counter[..] {
            b"mtu" => format!("MTU {now}, was {before}"),
            b"flags" => format!("flags {now}, were {before}"),
            name if difference.starts_with(['-', '0']) => {
                format!("{} {difference}", String::from_utf8_lossy(name))
            }
            name => format!("{} +{difference}", String::from_utf8_lossy(name)),
        });
    }

    fn push(&self, out: &mut Vec<u8>) {
        if self.has_counted {
            let push = |out: &mut Vec<u8>, cell: &Vec<u8>| out.extend_from_slice(cell);
            rates::push_cells(out, &self.name, &self.counters, push);
        }
        for other in &self.others {
            rates::push_reason(out, &self.name, other);
        }
    }
}
