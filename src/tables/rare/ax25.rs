//! Amateur radio AX.25: sockets in /proc/net/ax25, routes in /proc/net/ax25_route.

use super::circuit::{Circuit, column, skip_numbers, skip_pair};
use crate::tables::Net;
use crate::tables::fields::{Base, Fields, atoi};
use crate::tables::{Lines, ReadAhead, ReadError};
use std::io;

/// The table of sockets, in the `net` folder.
pub const SOCKETS: &str = "ax25";
/// The table of routes, in the `net` folder.
pub const ROUTES: &[&str] = &["ax25_route"];

/// What the header of the old table of sockets begins with; the new one has no header.
const OLD_HEADER: &[u8] = b"dest_addr";

/// The two layouts that the table of sockets has had.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layout {
    /// That of kernels before 2.6: columns in fixed places.
    Old,
    /// That of today: words with a blank between each two.
    New,
}

/// Reads a socket (net/ax25/af_ax25.c, `ax25_info_show`). The queues are 0 where no process has
/// the socket, for which the kernel prints stars.
fn socket(layout: Layout, line: &[u8]) -> Option<Circuit<'_>> {
    match layout {
        Layout::Old => old_socket(line),
        Layout::New => new_socket(line),
    }
}

fn old_socket(line: &[u8]) -> Option<Circuit<'_>> {
    let destination = column(line, 0, 9)?;
    let source = column(line, 10, 9)?;
    let mut fields = Fields::new(line.get(20..)?);
    let device = fields.word()?;
    let circuit = Circuit::read(destination, source, device, &mut fields)?;
    // V(A), five timers, and what the connection is like.
    let mut skip = || {
        skip_numbers(&mut fields, 1)?;
        (0..5).try_for_each(|_| skip_pair(&mut fields, Base::Decimal))?;
        skip_numbers(&mut fields, 3)
    };
    match skip() {
        Some(()) => with_queues(circuit, fields),
        None => Some(circuit),
    }
}

fn new_socket(line: &[u8]) -> Option<Circuit<'_>> {
    // A number that identifies the socket, the device, the addresses, then numbers.
    let mut words = line.splitn(5, |byte| *byte == b' ');
    let _magic = words.next()?;
    let device = words.next()?;
    let source = words.next()?;
    let destination = words.next()?;
    // Behind the destination stand the stations that repeat for it, with commas.
    let destination = destination.split(|byte| *byte == b',').next()?;
    let mut fields = Fields::new(words.next()?);
    let circuit = Circuit::read(destination, source, device, &mut fields)?;
    match skip_numbers(&mut fields, 14) {
        Some(()) => with_queues(circuit, fields),
        None => Some(circuit),
    }
}

/// Returns the socket with its queues, which a line has both or none of.
fn with_queues<'a>(circuit: Circuit<'a>, mut fields: Fields<'_>) -> Option<Circuit<'a>> {
    match fields.clone().c_int() {
        Some(_) => circuit.with_queues(&mut fields),
        None => Some(circuit),
    }
}

/// The table of sockets, opened.
#[derive(Debug)]
pub struct Sockets {
    lines: Lines,
    layout: Layout,
}

impl Sockets {
    /// Opens the table.
    ///
    /// # Errors
    /// The file can't be opened: the kernel may lack AX.25.
    pub fn open(net: &Net) -> io::Result<Sockets> {
        Ok(Sockets {
            lines: Lines::open_headless(net, SOCKETS, ReadAhead::None)?,
            layout: Layout::New,
        })
    }

    /// Which layout the table has, as far as it has been read.
    pub fn layout(&self) -> Layout {
        self.layout
    }

    /// Returns where the current socket stands.
    pub fn place(&self) -> String {
        self.lines.place()
    }

    /// Returns the next socket, or `None` at the table's end.
    ///
    /// # Errors
    /// A line that is no row (more rows may follow), or a file that can't be read on.
    pub fn next_row(&mut self) -> Result<Option<Circuit<'_>>, ReadError> {
        let is_first = self.lines.number() == 0;
        if !self.lines.advance()? {
            return Ok(None);
        }
        if is_first && self.lines.line().starts_with(OLD_HEADER) {
            self.layout = Layout::Old;
            if !self.lines.advance()? {
                return Ok(None);
            }
        }
        socket(self.layout, self.lines.line())
            .map(Some)
            .ok_or_else(|| self.lines.malformed())
    }
}

/// One route (net/ax25/ax25_route.c, `ax25_rt_seq_show`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route<'a> {
    /// The station that the route leads to, `*` or `default` for all.
    pub destination: &'a [u8],
    /// The interface, as far as its column goes.
    pub device: &'a [u8],
    /// How often the route has been used, which the kernel has not reported since 2.2.
    pub uses: i32,
}

impl<'a> Route<'a> {
    /// Parses a line.
    pub fn from_line(line: &'a [u8]) -> Option<Route<'a>> {
        const DEVICE_WIDTH: usize = 4;
        Some(Route {
            destination: column(line, 0, 9)?,
            device: column(line, 10, DEVICE_WIDTH).filter(|it| it.len() == DEVICE_WIDTH)?,
            uses: line.get(15..).map_or(0, atoi),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const NUMBERS: &str = "7 10 11 12 13 14 15 16 17 18 19 20 21 22";

    fn circuit<'a>(destination: &'a str, source: &'a str, device: &'a str) -> Circuit<'a> {
        Circuit {
            destination: destination.as_bytes(),
            source: source.as_bytes(),
            device: device.as_bytes(),
            state: 3,
            send_number: 1,
            receive_number: 2,
            send_queue: 100,
            receive_queue: 200,
            inode: Some(5),
        }
    }

    #[test]
    fn a_row_has_both_queues_or_none() {
        let row = |tail: &str| {
            let line = format!("ffff8881 ax0 SRC-1 DEST-2,DIGI-1*,DIGI-2 3 1 2 {tail}");
            socket(Layout::New, line.as_bytes()).map(|row| (row.send_queue, row.receive_queue))
        };
        assert_eq!(row(&format!("{NUMBERS} 100 200 1234")), Some((100, 200)));
        assert_eq!(row(&format!("{NUMBERS} * * *")), Some((0, 0)));
        assert_eq!(row("7 10"), Some((0, 0)));
        assert_eq!(row(&format!("{NUMBERS} 100")), None);
        let old = |tail: &str| {
            let line = format!("DEST-2    SRC-1     ax0   3  1  2  7 1/2 3/4 5/6 7/8 9/10 {tail}");
            socket(Layout::Old, line.as_bytes()).map(|row| (row.send_queue, row.receive_queue))
        };
        assert_eq!(old("11 12 13 100 200 1234"), Some((100, 200)));
        assert_eq!(old("11 12"), Some((0, 0)));
        assert_eq!(old("11 12 13 100"), None);
    }

    #[test]
    fn lines_that_end_before_the_state_are_no_rows() {
        for line in ["", "m", "m d s", "m d s e", "m d s e 3 1", "m  d s e 3 1 2"] {
            assert_eq!(socket(Layout::New, line.as_bytes()), None, "{line:?}");
        }
        for line in [
            "",
            "DEST-2",
            "DEST-2    SRC-1",
            "DEST-2    SRC-1     ax0 3 1",
        ] {
            assert_eq!(socket(Layout::Old, line.as_bytes()), None, "{line:?}");
        }
    }

    #[test]
    fn a_route_is_read_by_its_columns() {
        let route = |line: &'static str| Route::from_line(line.as_bytes());
        let expected = Route {
            destination: b"DEST-1   ",
            device: b"axde",
            uses: 0,
        };
        assert_eq!(route("DEST-1    axdevice0   vc DIGI-1"), Some(expected));
        assert_eq!(route("default   ax0    77").map(|it| it.uses), Some(77));
        assert_eq!(route("DEST-1    ax"), None);
        assert_eq!(route(""), None);
    }

    proptest! {
        #[test]
        fn a_row_in_the_kernels_format_is_read_back(
            destination in "[A-Z0-9]{1,6}-[0-9]", source in "[A-Z0-9]{1,6}-[0-9]", device in "[a-z0-9]{1,15}",
        ) {
            let line = format!("00001234 {device} {source} {destination} 3 1 2 {NUMBERS} 100 200 5");
            let row = circuit(&destination, &source, &device);
            prop_assert_eq!(socket(Layout::New, line.as_bytes()), Some(row));
        }

        #[test]
        fn any_bytes_come_to_an_end(line in any::<Vec<u8>>(), words in "([0-9a-z/]{0,4} ){0,30}") {
            for line in [&line[..], words.as_bytes()] {
                let _ = socket(Layout::New, line);
                let _ = socket(Layout::Old, line);
                let _ = Route::from_line(line);
            }
        }
    }
}
