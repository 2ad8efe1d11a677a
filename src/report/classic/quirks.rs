//! net-tools' blind spots: what it gets wrong and rnetstat imitates, but only where it runs as
//! `netstat`, so that a script sees no difference. Each was seen by running netstat 2.10 in a chroot
//! on a made-up `/proc`; the run is named with it.
//!
//! Two more have to be where the kernel's files are read:
//!
//! - `netstat -A x25` takes the folder `/proc/net/x25` of Linux 2.6 and later for a table without
//!   rows: `listing::sockets`, which hands out no rows then.
//! - `netstat -s` ends a file at its first bad line, and the listing at its first missing file,
//!   without failing: `tables::counter::BadLine` and `request::Statistics::gives_up`.

use super::rare::rose::push_socket;
use crate::tables::interface::{Counters, Name};
use crate::tables::rare::rose::Socket;

/// Returns the counters that net-tools sees. `netstat -i` with an interface whose name has 15 bytes,
/// the most that the kernel allows: it stumbles over the end of the name and sees no counter behind
/// it.
pub fn seen_counters(name: &Name, counters: Option<Counters>) -> Option<Counters> {
    match counters {
        Some(_) if name.is_longest() && !name.is_alias() => Some(Counters::default()),
        counters => counters,
    }
}

/// Adds the row of a ROSE socket with the words that net-tools finds in its memory. `netstat -A rose`
/// with an address of ten digits.
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

/// The five words of a ROSE socket as net-tools 2.10 holds them: side by side in its memory, each
/// in a field of a fixed size without a spare byte. A word that fills its field ends in the next
/// one.
///
/// All addresses of a kernel do so: their ten digits leave nothing of the destination's address if
/// there is a source.
struct Crowd {
    bytes: [u8; DESTINATION + LONGEST + 1],
}

/// The offset at which each word begins.
const DEVICE: usize = 0;
const SOURCE_CALL: usize = DEVICE + 6;
const DESTINATION_CALL: usize = SOURCE_CALL + 9;
const SOURCE: usize = DESTINATION_CALL + 9;
const DESTINATION: usize = SOURCE + 10;
/// The most bytes of a word that are kept; the kernel's longest have 15.
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

    /// Returns the word that begins at `start`, up to the next end.
    fn word(&self, start: usize) -> &[u8] {
        let rest = self.bytes[start..].split(|byte| *byte == 0);
        rest.take(1).next().unwrap_or_default()
    }
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
