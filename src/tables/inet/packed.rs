//! A compact encoding of rows, each as its differences from the previous row.
//!
//! A row is 23 words of 32 bits, in the order of [`words`]. Its record is a bit mask of the words that
//! differ from the previous row's, followed by these words, all in native byte order: 16 to 28 bytes
//! where the kernel's text has 150.

use super::{Family, Protocol, Row};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

/// The number of words of a row.
const WORDS: usize = 23;

/// The largest size of a record, in bytes.
pub const MAX_RECORD_LEN: usize = 4 * (1 + WORDS);

/// The mask of a line that is not a row.
const MALFORMED: u32 = 1 << 31;

// Bits for the kinds of addresses and for the optional fields that are present.
const LOCAL_IS_V6: u32 = 1;
const FOREIGN_IS_V6: u32 = 1 << 1;
const HAS_RETRANSMITS: u32 = 1 << 2;
const HAS_UID: u32 = 1 << 3;
const HAS_PROBES: u32 = 1 << 4;
const HAS_INODE: u32 = 1 << 5;
const HAS_DROPS: u32 = 1 << 6;

/// Encodes rows.
#[derive(Debug)]
pub struct Packer {
    before: [u32; WORDS],
}

impl Packer {
    /// Creates a packer for the rows of one table.
    pub fn new() -> Packer {
        Packer { before: [0; WORDS] }
    }

    /// Appends `row` to `packed`.
    pub fn push(&mut self, row: &Row, packed: &mut Vec<u8>) {
        let words = words(row);
        let mut buffer = [0; MAX_RECORD_LEN];
        let mut differing = 0;
        let mut length = 4;
        for (index, (word, before)) in words.iter().zip(&self.before).enumerate() {
            if word != before {
                differing |= 1 << index;
                buffer[length..length + 4].copy_from_slice(&word.to_ne_bytes());
                length += 4;
            }
        }
        buffer[..4].copy_from_slice(&u32::to_ne_bytes(differing));
        packed.extend_from_slice(&buffer[..length]);
        self.before = words;
    }

    /// Appends the record of a line that is not a row to `packed`.
    pub fn push_malformed(packed: &mut Vec<u8>) {
        packed.extend_from_slice(&MALFORMED.to_ne_bytes());
    }
}

/// A decoded line.
#[derive(Debug, PartialEq, Eq)]
pub enum Record {
    /// A row.
    Row(Row),
    /// Not a row.
    Malformed,
}

/// Decodes the records of a [`Packer`], in the same order.
#[derive(Debug)]
pub struct Unpacker {
    protocol: Protocol,
    family: Family,
    before: [u32; WORDS],
}

impl Unpacker {
    /// Creates an unpacker for the rows of the table of `protocol` and `family`.
    pub fn new(protocol: Protocol, family: Family) -> Unpacker {
        Unpacker {
            protocol,
            family,
            before: [0; WORDS],
        }
    }

    /// Takes the first record off `packed`, or returns `None` if that is empty.
    pub fn take(&mut self, packed: &mut &[u8]) -> Option<Record> {
        let mut differing = take_word(packed)?;
        if differing == MALFORMED {
            return Some(Record::Malformed);
        }
        while differing != 0 {
            let index = differing.trailing_zeros() as usize;
            *self.before.get_mut(index)? = take_word(packed)?;
            differing &= differing - 1;
        }
        Some(Record::Row(self.row()))
    }

    /// Builds a row from its words.
    fn row(&self) -> Row {
        let [l0, l1, l2, l3, f0, f1, f2, f3, ports, small, rest @ ..] = self.before;
        let [
            send_queue,
            receive_queue,
            ticks,
            more_ticks,
            retransmits,
            uid,
            probes,
            inode,
            more_inode,
            kernel_address,
            more_address,
            drops,
            more_drops,
        ] = rest;
        let [state, timer, has, _] = small.to_ne_bytes();
        let has = |part| u32::from(has) & part != 0;
        let address = |words, is_v6, port| SocketAddr::new(ip_address(words, has(is_v6)), port);
        Row {
            protocol: self.protocol,
            family: self.family,
            local: address([l0, l1, l2, l3], LOCAL_IS_V6, (ports >> 16) as u16),
            foreign: address([f0, f1, f2, f3], FOREIGN_IS_V6, ports as u16),
            state,
            send_queue,
            receive_queue,
            timer,
            timer_ticks: joined(ticks, more_ticks),
            retransmits: has(HAS_RETRANSMITS).then_some(retransmits),
            uid: has(HAS_UID).then_some(uid),
            probes: has(HAS_PROBES).then_some(probes as i32),
            inode: has(HAS_INODE).then_some(joined(inode, more_inode)),
            kernel_address: joined(kernel_address, more_address),
            drops: has(HAS_DROPS).then_some(joined(drops, more_drops)),
        }
    }
}

fn take_word(packed: &mut &[u8]) -> Option<u32> {
    let (word, rest) = packed.split_first_chunk()?;
    *packed = rest;
    Some(u32::from_ne_bytes(*word))
}

/// Returns the words of a row. Missing fields are 0.
fn words(row: &Row) -> [u32; WORDS] {
    let [l0, l1, l2, l3] = ip_words(row.local.ip());
    let [f0, f1, f2, f3] = ip_words(row.foreign.ip());
    let bit = |bit, is_set| if is_set { bit } else { 0 };
    let has = bit(LOCAL_IS_V6, row.local.is_ipv6())
        | bit(FOREIGN_IS_V6, row.foreign.is_ipv6())
        | bit(HAS_RETRANSMITS, row.retransmits.is_some())
        | bit(HAS_UID, row.uid.is_some())
        | bit(HAS_PROBES, row.probes.is_some())
        | bit(HAS_INODE, row.inode.is_some())
        | bit(HAS_DROPS, row.drops.is_some());
    let inode = row.inode.unwrap_or(0);
    let drops = row.drops.unwrap_or(0);
    [
        l0,
        l1,
        l2,
        l3,
        f0,
        f1,
        f2,
        f3,
        u32::from(row.local.port()) << 16 | u32::from(row.foreign.port()),
        u32::from_ne_bytes([row.state, row.timer, has as u8, 0]),
        row.send_queue,
        row.receive_queue,
        row.timer_ticks as u32,
        (row.timer_ticks >> 32) as u32,
        row.retransmits.unwrap_or(0),
        row.uid.unwrap_or(0),
        row.probes.unwrap_or(0) as u32,
        inode as u32,
        (inode >> 32) as u32,
        row.kernel_address as u32,
        (row.kernel_address >> 32) as u32,
        drops as u32,
        (drops >> 32) as u32,
    ]
}

fn joined(low: u32, high: u32) -> u64 {
    u64::from(high) << 32 | u64::from(low)
}

fn ip_words(address: IpAddr) -> [u32; 4] {
    match address {
        IpAddr::V4(address) => [address.to_bits(), 0, 0, 0],
        IpAddr::V6(address) => {
            let bits = address.to_bits();
            [96, 64, 32, 0].map(|shift| (bits >> shift) as u32)
        }
    }
}

fn ip_address(words: [u32; 4], is_v6: bool) -> IpAddr {
    match is_v6 {
        false => IpAddr::V4(Ipv4Addr::from_bits(words[0])),
        true => {
            let join = |bits, word| bits << 32 | u128::from(word);
            IpAddr::V6(Ipv6Addr::from_bits(words.into_iter().fold(0, join)))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::row::tests::any_row;
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn rows_are_unpacked_as_they_were_packed(
            rows in prop::collection::vec((any_row(), 0u8..64), 1..20),
        ) {
            let table = (Protocol::Udp, Family::V6);
            let mut packer = Packer::new();
            let mut packed = Vec::new();
            let mut expected = Vec::new();
            for (mut row, lacks) in rows {
                (row.protocol, row.family) = table;
                if lacks & 1 != 0 {
                    row.inode = None;
                }
                if lacks & 2 != 0 {
                    (row.uid, row.probes, row.inode) = (None, None, None);
                }
                if row.inode == Some(0) {
                    row.kernel_address = u64::from(lacks) << 30;
                }
                if lacks & 4 != 0 {
                    row.retransmits = None;
                }
                // Most rows share most fields with the previous row.
                if lacks & 8 != 0
                    && let Some(Record::Row(before)) = expected.last()
                {
                    row = Row { local: row.local, ..before.clone() };
                }
                let start = packed.len();
                packer.push(&row, &mut packed);
                prop_assert!(packed.len() - start <= MAX_RECORD_LEN);
                expected.push(Record::Row(row));
                if lacks & 16 != 0 {
                    Packer::push_malformed(&mut packed);
                    expected.push(Record::Malformed);
                }
            }
            let mut unpacker = Unpacker::new(table.0, table.1);
            let mut rest = &packed[..];
            let unpacked: Vec<_> = std::iter::from_fn(|| unpacker.take(&mut rest)).collect();
            prop_assert_eq!(unpacked, expected);
        }
    }
}
