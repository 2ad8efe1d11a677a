//! The neighbours of NET/ROM and ROSE, to which the tables of routes refer by number.

use super::Table;
use super::circuit::column;
use crate::tables::Net;
use crate::tables::ReadError;
use crate::tables::fields::atoi;
use std::collections::HashMap;
use std::io;

/// A station within reach (net/netrom/nr_route.c, `nr_neigh_show`, and net/rose/rose_route.c,
/// `rose_neigh_show`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Neighbour {
    /// The station.
    pub callsign: Vec<u8>,
    /// The interface to it, cut to its column.
    pub device: Vec<u8>,
}

impl Neighbour {
    /// Parses the number of a neighbour, and the neighbour.
    fn from_line(line: &[u8], device_width: usize) -> Option<(i32, Neighbour)> {
        let neighbour = Neighbour {
            callsign: column(line, 6, 9)?.to_vec(),
            device: column(line, 16, device_width)?.to_vec(),
        };
        Some((atoi(line), neighbour))
    }
}

/// All neighbours of a family.
#[derive(Debug, Default)]
pub struct Neighbours {
    by_number: HashMap<i32, Vec<Neighbour>>,
}

impl Neighbours {
    /// Reads the family's table, the first of `files` in the `net` folder, in which the interfaces'
    /// column is `device_width` bytes wide. Bad lines, and errors that end the table early, go to
    /// `say`.
    ///
    /// # Errors
    /// The file can't be opened.
    pub fn read(
        net: &Net,
        files: &[&str],
        device_width: usize,
        mut say: impl FnMut(&ReadError),
    ) -> io::Result<Neighbours> {
        let mut table = Table::open(net, files)?;
        let mut by_number: HashMap<i32, Vec<Neighbour>> = HashMap::new();
        loop {
            match table.next_row(|line| Neighbour::from_line(line, device_width)) {
                Ok(Some((number, neighbour))) => {
                    by_number.entry(number).or_default().push(neighbour);
                }
                Ok(None) => return Ok(Neighbours { by_number }),
                Err(error) => {
                    say(&error);
                    if let ReadError::Io { .. } = error {
                        return Ok(Neighbours { by_number });
                    }
                }
            }
        }
    }

    /// Returns the neighbours with this number, in the order of the table: one, on a real kernel.
    pub fn numbered(&self, number: i32) -> &[Neighbour] {
        self.by_number.get(&number).map_or(&[], Vec::as_slice)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_neighbour_is_read_by_its_columns() {
        let read = |line: &str| {
            let read = Neighbour::from_line(line.as_bytes(), 4);
            let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("text");
            read.map(|(number, it)| (number, text(it.callsign), text(it.device)))
        };
        let cases = [
            (
                "00012 NEIGH-1   ax0   192    0",
                Some((12, "NEIGH-1  ", "ax0 ")),
            ),
            ("00001 NEIGH-1   axdevice0", Some((1, "NEIGH-1  ", "axde"))),
            ("00001 NEIGH-1   ax", Some((1, "NEIGH-1  ", "ax"))),
            ("x0001 NEIGH-1   ax0 ", Some((0, "NEIGH-1  ", "ax0 "))),
            ("00001 NEIGH-1", None),
            ("", None),
        ];
        for (line, expected) in cases {
            let expected =
                expected.map(|(n, call, device)| (n, call.to_owned(), device.to_owned()));
            assert_eq!(read(line), expected, "{line:?}");
        }
    }
}
