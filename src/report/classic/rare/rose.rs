//! "Active ROSE sockets" and "Kernel ROSE routing table".

use super::{push_text, push_zero_padded, state};
use crate::report::text::{self, Decimal};
use crate::tables::rare::neighbours::Neighbours;
use crate::tables::rare::rose::{Node, Socket};

/// net-tools' names of the states. The kernel has two more, for which net-tools prints what
/// happens to lie in its memory.
const STATES: &[&str] = &["LISTENING", "CONN SENT", "DISC SENT", "ESTABLISHED"];

/// What stands in the place of a socket that could not be read.
pub const PROBLEM: &str = "Problem reading data from /proc/net/rose\n";

/// Adds the title and the header of the sockets.
pub fn push_sockets_title(out: &mut Vec<u8>) {
    out.extend_from_slice(
        b"Active ROSE sockets\n\
          dest_addr   dest_call  src_addr    src_call  dev   lci neigh   state\n",
    );
}

/// Adds a socket's row.
pub fn push_socket(out: &mut Vec<u8>, socket: &Socket<'_>) {
    push_text(out, socket.destination, 10);
    out.extend_from_slice(b"  ");
    push_text(out, socket.destination_call, 9);
    out.extend_from_slice(b"  ");
    push_text(out, socket.source, 10);
    out.extend_from_slice(b"  ");
    push_text(out, socket.source_call, 9);
    out.push(b' ');
    push_text(out, socket.device, 5);
    out.push(b' ');
    text::right(out, Decimal::new(socket.channel).bytes(), 3);
    out.push(b' ');
    text::right(out, Decimal::new(socket.neighbour).bytes(), 5);
    out.extend_from_slice(b"   ");
    out.extend_from_slice(state(STATES, socket.state).as_bytes());
    out.push(b'\n');
}

/// Adds a socket's row with the words that net-tools 2.10 finds in its memory.
pub fn push_crowded_socket(out: &mut Vec<u8>, socket: &Socket<'_>) {
    let crowd = Crowd::new(socket);
    let crowded = Socket {
        destination: crowd.word(DESTINATION),
        destination_call: crowd.word(DESTINATION_CALL),
        source: crowd.word(SOURCE),
        source_call: crowd.word(SOURCE_CALL),
        device: crowd.word(DEVICE),
        ..*socket
    };
    push_socket(out, &crowded);
}

/// The five words of a socket as net-tools 2.10 holds them: side by side in its memory, each in a
/// place of a fixed size that has no byte to spare. A word that fills its place puts its end into
/// the next one.
///
/// All addresses of a kernel do so: their ten digits leave nothing of the destination's address
/// where the source has one.
struct Crowd {
    bytes: [u8; DESTINATION + LONGEST + 1],
}

/// Where each word's place begins.
const DEVICE: usize = 0;
const SOURCE_CALL: usize = DEVICE + 6;
const DESTINATION_CALL: usize = SOURCE_CALL + 9;
const SOURCE: usize = DESTINATION_CALL + 9;
const DESTINATION: usize = SOURCE + 10;
/// How much of a word is kept; the kernel's longest have 15 bytes.
const LONGEST: usize = 64;

impl Crowd {
    fn new(socket: &Socket<'_>) -> Crowd {
        let mut crowd = Crowd {
            bytes: [0; DESTINATION + LONGEST + 1],
        };
        for (start, word) in [
            (DESTINATION, socket.destination),
            (DESTINATION_CALL, socket.destination_call),
            (SOURCE, socket.source),
            (SOURCE_CALL, socket.source_call),
            (DEVICE, socket.device),
        ] {
            let end = start + word.len().min(LONGEST);
            crowd.bytes[start..end].copy_from_slice(&word[..end - start]);
            crowd.bytes[end] = 0;
        }
        crowd
    }

    /// The word that begins at `start`, up to the next end.
    fn word(&self, start: usize) -> &[u8] {
        let rest = self.bytes[start..].split(|byte| *byte == 0);
        rest.take(1).next().unwrap_or_default()
    }
}

/// Adds the title and the header of the routes.
pub fn push_routes_title(out: &mut Vec<u8>) {
    out.extend_from_slice(
        b"Kernel ROSE routing table\n\
          Destination  neigh1 callsign  device  neigh2 callsign  device  neigh3 callsign  device\n",
    );
}

/// Adds a node's row.
pub fn push_node(out: &mut Vec<u8>, node: &Node<'_>, neighbours: &Neighbours) {
    push_text(out, node.address, 10);
    out.extend_from_slice(b"   ");
    for number in node.neighbours() {
        push_zero_padded(out, number, 5);
        out.extend_from_slice(b"  ");
        for neighbour in neighbours.numbered(number) {
            push_text(out, &neighbour.callsign, 10);
            out.extend_from_slice(b"   ");
            push_text(out, &neighbour.device, 4);
        }
    }
    out.push(b'\n');
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each row was printed by net-tools 2.10 for a socket with these words.
    #[test]
    fn words_crowd_each_other_out_as_in_net_tools() {
        let cases = [
            (
                ["12", "DEST-2", "34", "SRC-1", "rose0"],
                "12          DEST-2     34          SRC-1     rose0",
            ),
            (
                ["1234567890", "DEST-2", "0987654321", "SRC-1", "rose0"],
                "            DEST-2     0987654321  SRC-1     rose0",
            ),
            (
                ["12", "123456789", "34", "SRC-1", "rose0"],
                "12          12345678934  34          SRC-1     rose0",
            ),
            (
                ["12", "DEST-2", "34", "123456789", "rose0"],
                "12                     34          123456789 rose0",
            ),
            (
                ["12", "DEST-2", "34", "SRC-1", "abcdefghi"],
                "12          DEST-2     34          ghi       abcdefghi",
            ),
            (
                ["ab", "DEST-2", "ABCDEFGHIJKLM", "SRC-1", "rose0"],
                "KLM         DEST-2     ABCDEFGHIJKLM  SRC-1     rose0",
            ),
        ];
        for (words, expected) in cases {
            let [destination, destination_call, source, source_call, device] =
                words.map(str::as_bytes);
            let mut row = Vec::new();
            push_crowded_socket(
                &mut row,
                &Socket {
                    destination,
                    destination_call,
                    source,
                    source_call,
                    device,
                    channel: 123,
                    neighbour: 7,
                    state: 3,
                    tail: None,
                },
            );
            let row = String::from_utf8(row).expect("text");
            assert_eq!(row, format!("{expected} 123     7   ESTABLISHED\n"));
        }
        let longest = [b'x'; 300];
        let socket = Socket {
            destination: &longest,
            destination_call: &longest,
            source: &longest,
            source_call: &longest,
            device: &longest,
            channel: 0,
            neighbour: 0,
            state: -1,
            tail: None,
        };
        push_crowded_socket(&mut Vec::new(), &socket);
    }
}
