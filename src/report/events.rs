//! Changes of sockets as a table for people: a line an event, as it comes, as wide as the terminal.
//!
//! How wide the widest cell will be is not known, so columns have widths of their own, and what does not fit
//! is cut with an ellipsis. An address is cut before its port.

use super::columns::changes::ChangeColumns;
use super::columns::sockets::PROCESSES;
use super::columns::{Column, Describe};
use super::records::formats::cut;
use super::records::mark::Mark;
use super::records::reach::is_of_all;
use super::records::value::Value;
use crate::changes::{ChangeRow, ChangeRows, SocketEvent};
use crate::listing::{Flow, Joined, Sink};
use crate::sanitize;
use std::io::{self, Write};
use tabled::grid::util::string::get_line_width;

/// What stands for what does not fit.
const ELLIPSIS: &str = "…";

/// The widths of the columns in front, with the blanks behind them: time, mark, protocol.
const FRONT: usize = 9 + 2 + 6;

/// The widths of the columns that have no fixed one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Widths {
    address: usize,
    state: usize,
    /// The most characters of an owner, which is the last cell, and the only one that is not padded.
    owner: usize,
}

impl Widths {
    /// Returns the widths for a line of so many characters, or of any number.
    fn of(room: Option<usize>) -> Widths {
        let Some(room) = room else {
            return Widths {
                address: 23,
                state: 24,
                owner: usize::MAX,
            };
        };
        // The state before takes as much again.
        let state = if room >= 110 { 24 } else { 11 };
        let left = room.saturating_sub(FRONT + 3 + state);
        let address = left.saturating_sub((left / 5).max(9)) / 2;
        Widths {
            address,
            state,
            owner: left.saturating_sub(2 * address),
        }
    }
}

/// Prints changes, a line each.
pub struct Events<'a> {
    /// The width of a line, or `None` for any.
    room: Option<usize>,
    color: bool,
    has_header: bool,
    /// Whether it is said which network namespace a socket is in.
    tells_namespace: bool,
    cells: Cells,
    line: String,
    out: &'a mut dyn Write,
}

impl<'a> Events<'a> {
    /// Creates a sink that prints lines of at most `room` characters to `out`, below a header if it is
    /// wanted.
    pub fn new(
        (room, color): (Option<usize>, bool),
        has_header: bool,
        tells_namespace: bool,
        out: &'a mut dyn Write,
    ) -> Events<'a> {
        Events {
            room,
            color,
            has_header,
            tells_namespace,
            cells: Cells::new(&ChangeColumns.columns()),
            line: String::new(),
            out,
        }
    }

    fn header(&self) -> String {
        let widths = Widths::of(self.room);
        let cells = [
            padded("Local address", widths.address, self.room),
            padded("Foreign address", widths.address, self.room),
            padded("State", widths.state, self.room),
        ];
        let line = format!("Time       Proto {} Owner", cells.join(" "));
        self.fitted(line)
    }

    /// Returns a line that is no longer than there is room, with its end.
    fn fitted(&self, line: String) -> String {
        let line = match self.room {
            Some(room) => cut(&line, room),
            None => line,
        };
        format!("{}\n", line.trim_end())
    }
}

impl Sink<ChangeRows> for Events<'_> {
    fn section(&mut self, _: &()) -> io::Result<Flow> {
        if std::mem::take(&mut self.has_header) {
            self.out.write_all(self.header().as_bytes())?;
        }
        Ok(Flow::More)
    }

    fn prepare(&mut self, change: &ChangeRow<'_>, joined: &mut Joined<'_>) {
        let widths = Widths::of(self.room);
        let mark = match change.event {
            SocketEvent::Opened => Mark::New,
            SocketEvent::Changed { .. } => Mark::Changed,
            SocketEvent::Closed { .. } => Mark::Gone,
        };
        let proto = self.cells.text("proto", change, joined);
        let local = match self.cells.end("local", change, joined) {
            None => cut_if(
                &self.cells.text("path", change, joined),
                widths.address,
                self.room,
            ),
            Some((host, port)) => end(&host, &port, widths.address, self.room),
        };
        let foreign = match self.cells.end("foreign", change, joined) {
            None => String::new(),
            Some((host, port)) => end(&host, &port, widths.address, self.room),
        };
        let mut owner = self.cells.text(PROCESSES, change, joined);
        if owner.is_empty() {
            owner.push('-');
        }
        if self.tells_namespace {
            let label = String::from_utf8_lossy(&joined.label().name).into_owned();
            owner = format!("{owner} in {label}");
        }
        let line = format!(
            "{} {} {} {} {} {} {}",
            change.time.strftime("%H:%M:%S"),
            mark.sign(),
            padded(&proto, 5, self.room),
            padded(&local, widths.address, self.room),
            padded(&foreign, widths.address, self.room),
            padded(&state(change, widths.state), widths.state, self.room),
            cut_if(&owner, widths.owner, self.room),
        );
        let line = self.fitted(line);
        self.line = match mark.color().filter(|_| self.color) {
            Some(color) => format!("\x1b[{color}m{}\x1b[0m\n", line.trim_end()),
            None => line,
        };
    }

    fn row(&mut self, _: &ChangeRow<'_>, _: &mut Joined<'_>) -> io::Result<()> {
        self.out.write_all(self.line.as_bytes())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// The values of changes as texts.
struct Cells {
    /// The names of the columns, in their order.
    names: Vec<&'static str>,
}

impl Cells {
    fn new(columns: &[Column]) -> Cells {
        Cells {
            names: columns.iter().map(|column| column.name).collect(),
        }
    }

    /// Returns the value of the column called `name`.
    fn value<'r>(
        &self,
        name: &str,
        change: &'r ChangeRow<'_>,
        joined: &'r mut Joined<'_>,
    ) -> Value<'r> {
        let index = self.names.iter().position(|it| *it == name);
        index.map_or(Value::Null, |it| ChangeColumns.value(it, change, joined))
    }

    /// Returns the same as a text; empty for null.
    fn text(&self, name: &str, change: &ChangeRow<'_>, joined: &mut Joined<'_>) -> String {
        let mut cell = Vec::new();
        self.value(name, change, joined).push_cell(&mut cell);
        sanitize::make_printable(&mut cell);
        String::from_utf8_lossy(&cell).into_owned()
    }

    /// Returns the address and the port of an end, by their names where these are known, or `None` if it
    /// has no address.
    fn end(
        &self,
        side: &str,
        change: &ChangeRow<'_>,
        joined: &mut Joined<'_>,
    ) -> Option<(String, String)> {
        let is_any = is_of_all(&self.value(&format!("{side}_address"), change, joined));
        let mut text = |what: &str| self.text(&format!("{side}_{what}"), change, joined);
        let address = Some(text("address")).filter(|it| !it.is_empty())?;
        let host = match is_any {
            true => "*".to_owned(),
            false => Some(text("host"))
                .filter(|it| !it.is_empty())
                .unwrap_or(address),
        };
        let port = Some(text("service")).filter(|it| !it.is_empty());
        let port = port.unwrap_or_else(|| text("port"));
        let port = if port.is_empty() {
            "*".to_owned()
        } else {
            port
        };
        Some((host, port))
    }
}

/// Returns the state of a socket, behind the one before if there is one and room for both.
fn state(change: &ChangeRow<'_>, width: usize) -> String {
    let now = change.socket.state().unwrap_or_default();
    if let SocketEvent::Changed { before } = change.event {
        let both = format!("{} → {now}", before.unwrap_or("-"));
        if get_line_width(&both) <= width {
            return both;
        }
    }
    now.to_owned()
}

/// Returns an end, whose host is cut if there is no room.
fn end(host: &str, port: &str, width: usize, room: Option<usize>) -> String {
    let host = match host.contains(':') {
        true => format!("[{host}]"),
        false => host.to_owned(),
    };
    let for_host = width.saturating_sub(get_line_width(port) + 1);
    let host = match room {
        // Addresses of one network begin alike.
        Some(_) if host.starts_with('[') => cut_within(&host, for_host),
        _ => cut_if(&host, for_host, room),
    };
    let end = format!("{host}:{port}");
    cut_if(&end, width, room)
}

/// Cuts a text if lines have a width.
fn cut_if(text: &str, width: usize, room: Option<usize>) -> String {
    match room {
        Some(_) => cut(text, width),
        None => text.to_owned(),
    }
}

/// Returns an address of at most so many characters, of which both ends are left.
fn cut_within(address: &str, width: usize) -> String {
    let length = address.chars().count();
    if length <= width || width < 3 {
        return cut(address, width);
    }
    let front = width / 2;
    let behind = width - front - 1;
    let start = address.chars().take(front);
    let end = address.chars().skip(length - behind);
    start.chain(ELLIPSIS.chars()).chain(end).collect()
}

/// Returns a text with blanks behind it, cut if lines have a width.
fn padded(text: &str, width: usize, room: Option<usize>) -> String {
    let text = cut_if(text, width, room);
    let blanks = width.saturating_sub(get_line_width(&text));
    text + &" ".repeat(blanks)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_fill_a_line() {
        for (room, address, state, owner) in [
            (Some(80), 20, 11, 9),
            (Some(100), 28, 11, 13),
            (Some(132), 35, 24, 18),
            (Some(40), 0, 11, 9),
        ] {
            let expected = Widths {
                address,
                state,
                owner,
            };
            assert_eq!(Widths::of(room), expected, "{room:?}");
            let sum = FRONT + 3 + 2 * address + state + owner;
            assert!(Some(sum) == room, "{room:?} {sum}");
        }
        assert_eq!(Widths::of(None).owner, usize::MAX);
    }

    #[test]
    fn what_does_not_fit_is_cut_before_the_port() {
        for (host, port, width, expected) in [
            ("10.0.0.1", "443", 20, "10.0.0.1:443"),
            ("*", "*", 20, "*:*"),
            ("::1", "80", 20, "[::1]:80"),
            ("2001:db8:1:2:3:4:5:6", "50000", 20, "[2001:d…4:5:6]:50000"),
            ("host.example.org", "https", 16, "host.exam…:https"),
            ("host.example.org", "https", 4, ":ht…"),
        ] {
            let found = end(host, port, width, Some(80));
            assert_eq!(found, expected);
            assert!(get_line_width(&found) <= width);
        }
        assert_eq!(end("::1", "80", 1, None), "[::1]:80");
    }
}
