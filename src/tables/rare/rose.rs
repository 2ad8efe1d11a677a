//! Amateur radio ROSE: sockets in /proc/net/rose, routes in /proc/net/rose_nodes, which refers to
//! each node's neighbours by the numbers in /proc/net/rose_neigh. procfs has no reader.

use super::circuit::{column, skip_numbers, skip_pair};
use crate::tables::fields::{Base, Fields, atoi};

/// The table of sockets, in the `net` folder.
pub const SOCKETS: &[&str] = &["rose"];
/// The table of nodes, in the `net` folder.
pub const NODES: &[&str] = &["rose_nodes"];
/// The table of neighbours, in the `net` folder.
pub const NEIGHBOURS: &[&str] = &["rose_neigh"];
/// The width of an interface in the table of neighbours, as far as net-tools reads it, in bytes.
pub const NEIGHBOUR_DEVICE: usize = 5;

/// One socket (net/rose/af_rose.c, `rose_info_show`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Socket<'a> {
    /// The foreign address, ten digits, or `*`.
    pub destination: &'a [u8],
    /// The foreign station, or `*`.
    pub destination_call: &'a [u8],
    /// The local address.
    pub source: &'a [u8],
    /// The local station.
    pub source_call: &'a [u8],
    /// The interface, or `???`.
    pub device: &'a [u8],
    /// The logical channel. The kernel writes it in hexadecimal, and net-tools parses it as
    /// decimal: a line whose channel has a letter is no row.
    pub channel: i32,
    /// The neighbour's number.
    pub neighbour: i32,
    /// The kernel's number of the state (`ROSE_STATE_0` and its like, include/net/rose.h).
    pub state: i32,
    /// The fields that net-tools does not show, or `None` if the line ends before them.
    pub tail: Option<Tail>,
}

/// The end of a socket's line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tail {
    /// Bytes that wait to be sent.
    pub send_queue: i32,
    /// Bytes that the process has not read.
    pub receive_queue: i32,
    /// The socket's inode.
    pub inode: Option<u64>,
}

impl Tail {
    /// Parses the fields after the state.
    fn read(fields: &mut Fields<'_>) -> Option<Tail> {
        // V(S), V(R), V(A), and six timers, the last one with its limit.
        skip_numbers(fields, 8)?;
        skip_pair(fields, Base::Decimal)?;
        Some(Tail {
            send_queue: fields.c_int()?,
            receive_queue: fields.c_int()?,
            inode: fields.c_unsigned(Base::Decimal),
        })
    }
}

impl<'a> Socket<'a> {
    /// Parses a line.
    pub fn from_line(line: &'a [u8]) -> Option<Socket<'a>> {
        let mut fields = Fields::new(line);
        Some(Socket {
            destination: fields.word()?,
            destination_call: fields.word()?,
            source: fields.word()?,
            source_call: fields.word()?,
            device: fields.word()?,
            channel: fields.c_int()?,
            neighbour: fields.c_int()?,
            state: fields.c_int()?,
            tail: Tail::read(&mut fields),
        })
    }
}

/// One node (net/rose/rose_route.c, `rose_node_show`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node<'a> {
    /// The node's address, ten digits.
    pub address: &'a [u8],
    /// The number of neighbours according to the line.
    count: usize,
    /// The column of the first neighbour, and everything after it.
    neighbours: &'a [u8],
}

impl<'a> Node<'a> {
    /// Parses a line.
    pub fn from_line(line: &'a [u8]) -> Option<Node<'a>> {
        Some(Node {
            address: column(line, 0, 10)?,
            count: usize::try_from(atoi(column(line, 16, 1).filter(|it| !it.is_empty())?)).ok()?,
            neighbours: line.get(18..).unwrap_or_default(),
        })
    }

    /// Returns the numbers of the neighbours on the way to it, the best one first; 0 is the node
    /// itself. Each takes six bytes.
    pub fn neighbours(&self) -> impl Iterator<Item = i32> {
        let columns = self.neighbours.chunks(6);
        columns
            .map(|column| atoi(&column[..column.len().min(5)]))
            .take(self.count)
    }

    /// Returns whether the line ends before the last neighbour.
    pub fn is_cut(&self) -> bool {
        self.neighbours().count() < self.count
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_channel_with_a_letter_is_no_channel() {
        let channel = |channel: &str| {
            let line = format!(
                "1234567890 DEST-2    0987654321 SRC-1     rose0 {channel} 00007  3  1  2  3"
            );
            Socket::from_line(line.as_bytes()).map(|row| (row.channel, row.neighbour, row.state))
        };
        assert_eq!(channel("123"), Some((123, 7, 3)));
        assert_eq!(channel("01F"), None);
        assert_eq!(channel("FAB"), None);
    }

    #[test]
    fn the_end_of_a_line_may_be_missing() {
        let tail = |tail: &str| {
            let line = format!("1234567890 DEST-2 * SRC-1 rose0 123 00007  3{tail}");
            let row = Socket::from_line(line.as_bytes()).expect("a row");
            row.tail
                .map(|it| (it.send_queue, it.receive_queue, it.inode))
        };
        let whole = "  1  2  3   1   2   3   4   5   6/007    10    20 1234";
        assert_eq!(tail(whole), Some((10, 20, Some(1234))));
        assert_eq!(tail(&whole[..whole.len() - 5]), Some((10, 20, None)));
        assert_eq!(tail(&whole[..whole.len() - 9]), None);
        assert_eq!(tail(""), None);
    }

    #[test]
    fn nodes_tell_as_many_neighbours_as_they_say() {
        let cases: [(&[u8], &[i32], bool); 7] = [
            (b"1234567890 0010 1 00001", &[1], false),
            (b"1234567890 0010 2 00001 00012", &[1, 12], false),
            (b"1234567890 0010 1 00001 00012", &[1], false),
            (b"1234567890 0010 1 loopback", &[0], false),
            (b"1234567890 0010 0", &[], false),
            (b"1234567890 0010 x 00001", &[], false),
            (b"1234567890 0010 3 00001", &[1], true),
        ];
        for (line, expected, is_cut) in cases {
            let node = Node::from_line(line).expect("a node");
            assert_eq!(node.neighbours().collect::<Vec<_>>(), expected, "{line:?}");
            assert_eq!(node.is_cut(), is_cut, "{line:?}");
        }
        assert_eq!(Node::from_line(b"1234567890 0010 "), None);
        assert_eq!(Node::from_line(b""), None);
    }

    proptest! {
        #[test]
        fn any_bytes_come_to_an_end(line in any::<Vec<u8>>(), words in "([0-9a-f]{0,10} ){0,12}") {
            for line in [&line[..], words.as_bytes()] {
                let _ = Socket::from_line(line);
                if let Some(node) = Node::from_line(line) {
                    prop_assert!(node.neighbours().count() < 10);
                }
            }
        }
    }
}
