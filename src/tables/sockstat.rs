//! How many sockets a namespace has of each protocol: /proc/net/sockstat and sockstat6 (`man 5 proc`).
//!
//! The kernel searches one hash table of all namespaces for the rows of one. Two small files tell
//! whether that is worth while.

use super::Net;
use super::inet::{Family, Protocol};
use std::io::Read;

/// The most bytes of a file that are read: it has a few hundred.
const LONGEST_FILE: u64 = 16 << 10;

/// The numbers of sockets of a namespace, as far as they are known.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sockstat {
    v4: String,
    v6: String,
}

impl Sockstat {
    /// Reads both files. What can't be read is not known.
    pub fn read(net: &Net) -> Sockstat {
        let text = |file: &str| {
            let mut text = String::new();
            let opened = net.open(file).ok()?;
            opened.take(LONGEST_FILE).read_to_string(&mut text).ok()?;
            Some(text)
        };
        Sockstat {
            v4: text("sockstat").unwrap_or_default(),
            v6: text("sockstat6").unwrap_or_default(),
        }
    }

    /// Returns whether the namespace has no such socket, for certain.
    pub fn is_empty(&self, protocol: Protocol, family: Family) -> bool {
        let (text, version) = match family {
            Family::V4 => (&self.v4, ""),
            Family::V6 => (&self.v6, "6"),
        };
        let name = match protocol {
            Protocol::Tcp => "TCP",
            Protocol::Udp => "UDP",
            Protocol::Udplite => "UDPLITE",
            Protocol::Raw => "RAW",
        };
        let inuse = count(text, &format!("{name}{version}:"), "inuse");
        match protocol {
            // Those in TIME_WAIT are counted apart, of both IP versions together. One in SYN_RECV has a
            // listener.
            Protocol::Tcp => (inuse, count(&self.v4, "TCP:", "tw")) == (Some(0), Some(0)),
            Protocol::Udp | Protocol::Udplite | Protocol::Raw => inuse == Some(0),
        }
    }
}

/// Returns the number behind `name` in the line that begins with `title` of a file's text, or `None` if the
/// kernel lacks it.
pub fn count(text: &str, title: &str, name: &str) -> Option<u64> {
    let line = text.lines().find_map(|line| line.strip_prefix(title))?;
    let mut words = line.split_ascii_whitespace();
    words.find(|word| *word == name)?;
    words.next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_is_empty_only_if_both_counts_say_so() {
        let v4 = |inuse, tw| {
            format!(
                "sockets: used 5\nTCP: inuse {inuse} orphan 0 tw {tw} alloc 9 mem 0\n\
                 UDP: inuse 1 mem 0\nUDPLITE: inuse 0\nRAW: inuse 0\n"
            )
        };
        let v6 = |inuse| format!("TCP6: inuse {inuse}\nUDP6: inuse 0\nRAW6: inuse 2\n");
        let is_empty = |v4: String, v6: String, protocol, family| {
            Sockstat { v4, v6 }.is_empty(protocol, family)
        };
        use Family::{V4, V6};
        use Protocol::{Raw, Tcp, Udp, Udplite};
        for (found, expected) in [
            (is_empty(v4(0, 0), v6(1), Tcp, V4), true),
            (is_empty(v4(1, 0), v6(1), Tcp, V4), false),
            (is_empty(v4(0, 1), v6(0), Tcp, V4), false),
            (is_empty(v4(1, 0), v6(0), Tcp, V6), true),
            (is_empty(v4(0, 1), v6(0), Tcp, V6), false),
            (is_empty(v4(0, 0), v6(1), Tcp, V6), false),
            (is_empty(v4(0, 0), v6(0), Udp, V4), false),
            (is_empty(v4(0, 0), v6(0), Udp, V6), true),
            (is_empty(v4(0, 0), v6(0), Udplite, V4), true),
            // It is not told.
            (is_empty(v4(0, 0), v6(0), Udplite, V6), false),
            (is_empty(v4(0, 0), v6(0), Raw, V6), false),
            (is_empty("TCP: inuse 0\n".to_owned(), v6(0), Tcp, V4), false),
            (is_empty(String::new(), String::new(), Tcp, V4), false),
        ] {
            assert_eq!(found, expected);
        }
    }
}
