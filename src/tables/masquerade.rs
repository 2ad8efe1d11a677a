//! Masqueraded connections: /proc/net/ip_masquerade of Linux 2.0 and 2.2, which procfs has no reader
//! for. Later kernels have ip_conntrack and nf_conntrack instead, which net-tools does not read.
//!
//! ```text
//! Prc FromIP   FPrt ToIP     TPrt Masq Init-seq  Delta PDelta Expires (free=40957,40958,40960)
//! TCP C0A8010A:0401 C6336407:0050 EE49 00000000      0      0   89912
//! ```
//!
//! Addresses, ports and sequence numbers are hexadecimal numbers, the same on all machines. Lines are padded to 127 bytes. Older
//! kernels lack the PDelta column.

use super::fields::{Base, Fields};
use super::{Lines, Net, ReadAhead, ReadError, Reader};
use memchr::memmem;
use std::io;
use std::net::Ipv4Addr;

/// The name of the table's file in the `net` folder.
pub const FILE_NAME: &str = "ip_masquerade";

/// A protocol whose masqueraded connections net-tools knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Protocol {
    /// TCP.
    Tcp,
    /// UDP.
    Udp,
    /// ICMP, which has no ports.
    Icmp,
    /// GRE.
    Gre,
    /// ESP.
    Esp,
}

impl Protocol {
    const ALL: [Protocol; 5] = [
        Protocol::Tcp,
        Protocol::Udp,
        Protocol::Icmp,
        Protocol::Gre,
        Protocol::Esp,
    ];

    /// Returns its name.
    pub fn name(self) -> &'static str {
        match self {
            Protocol::Tcp => "tcp",
            Protocol::Udp => "udp",
            Protocol::Icmp => "icmp",
            Protocol::Gre => "gre",
            Protocol::Esp => "esp",
        }
    }

    /// Returns the protocol with this name, or `None` if there is none.
    pub fn called(name: &[u8]) -> Option<Protocol> {
        let mut all = Protocol::ALL.into_iter();
        all.find(|it| it.name().as_bytes() == name)
    }

    /// Returns the protocol that the table calls so: in capitals.
    fn from_name(name: &[u8]) -> Option<Protocol> {
        let is_upper = name.iter().all(u8::is_ascii_uppercase);
        Protocol::called(&name.to_ascii_lowercase()).filter(|_| is_upper)
    }
}

/// A masqueraded connection (Linux 2.2, net/ipv4/ip_masq.c, `ip_msqhst_procinfo`).
///
/// A number that overflows its type is truncated to its low bits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The protocol.
    pub protocol: Protocol,
    /// The masqueraded host.
    pub source: Ipv4Addr,
    /// The masqueraded host's port, in host byte order.
    pub source_port: u16,
    /// The remote host.
    pub destination: Ipv4Addr,
    /// The remote host's port, in host byte order.
    pub destination_port: u16,
    /// The local port that replaces the source port, in host byte order.
    pub masquerade_port: u16,
    /// The TCP sequence number after which [`Row::delta`] is added.
    pub initial_sequence: u64,
    /// The offset added to sequence numbers, for packets that masquerading has made longer.
    pub delta: i16,
    /// The previous delta, or `None` if the table lacks the column.
    pub previous_delta: Option<i16>,
    /// The time until the entry expires, in clock ticks (1/100 s).
    pub expires: u64,
}

impl Row {
    /// Parses a line of a table with or without the previous delta.
    pub fn from_line(has_previous_delta: bool, line: &[u8]) -> Option<Row> {
        let mut fields = Fields::new(line);
        let protocol = Protocol::from_name(fields.word()?)?;
        let (source, source_port) = end(&mut fields)?;
        let (destination, destination_port) = end(&mut fields)?;
        let row = Row {
            protocol,
            source,
            source_port,
            destination,
            destination_port,
            masquerade_port: fields.c_unsigned(Base::Hexadecimal)? as u16,
            initial_sequence: fields.c_unsigned(Base::Hexadecimal)?,
            delta: fields.c_signed()? as i16,
            previous_delta: match has_previous_delta {
                true => Some(fields.c_signed()? as i16),
                false => None,
            },
            expires: fields.c_unsigned(Base::Decimal)?,
        };
        // A line with more fields has another layout.
        fields.word().is_none().then_some(row)
    }
}

/// Parses `ADDRESS:PORT`, both hexadecimal and in host byte order.
fn end(fields: &mut Fields<'_>) -> Option<(Ipv4Addr, u16)> {
    let address = fields.c_unsigned(Base::Hexadecimal)? as u32;
    fields.take_byte(b':')?;
    let port = fields.c_unsigned(Base::Hexadecimal)? as u16;
    Some((Ipv4Addr::from_bits(address), port))
}

/// The open table.
#[derive(Debug)]
pub struct Table {
    lines: Lines,
    has_previous_delta: bool,
}

impl Table {
    /// Opens the table.
    ///
    /// # Errors
    /// Fails if the file can't be opened, as on current kernels.
    pub fn open(net: &Net) -> io::Result<Table> {
        Ok(Table {
            lines: Lines::open(net, FILE_NAME, ReadAhead::Near)?,
            has_previous_delta: false,
        })
    }
}

impl Reader for Table {
    type Row<'a> = Row;

    /// Reads the next connection. Blank lines are skipped.
    ///
    /// # Errors
    /// As [`Reader::next_row`], and if the header is missing.
    fn next_row(&mut self) -> Result<Option<Row>, ReadError> {
        if self.lines.number() == 0 {
            if !self.lines.advance()? {
                return Err(self.lines.lacks_header());
            }
            self.has_previous_delta = memmem::find(self.lines.line(), b"PDelta").is_some();
        }
        while self.lines.advance()? {
            let line = self.lines.line();
            if Fields::new(line).word().is_some() {
                return Row::from_line(self.has_previous_delta, line)
                    .map(Some)
                    .ok_or_else(|| self.lines.malformed());
            }
        }
        Ok(None)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn malformed_rows_are_parsed_like_net_tools() {
        let read = |line: &str| Row::from_line(true, line.as_bytes());
        // Each was compared with net-tools 2.10.
        let odd = read(" TCP 1234567890:11170 0x12: ffff -1 fffffffffffffffff 40000 -70000 -5  ");
        let odd = odd.expect("a row");
        assert_eq!(odd.source, Ipv4Addr::new(0x34, 0x56, 0x78, 0x90));
        assert_eq!(odd.destination, Ipv4Addr::new(0, 0, 0, 0x12));
        let ports = [odd.source_port, odd.destination_port, odd.masquerade_port];
        assert_eq!(ports, [0x1170, 0xffff, 0xffff]);
        assert_eq!(odd.initial_sequence, u64::MAX);
        assert_eq!((odd.delta, odd.previous_delta), (-25536, Some(-4464)));
        assert_eq!(odd.expires, u64::MAX - 4);
        for bad in [
            "",
            "tcp 0A000001:1234 C0A80001:0050 F001 12345678 0 0 12345",
            "TCP 0A000001 :1234 C0A80001:0050 F001 12345678 0 0 12345",
            "TCP 0A000001:1234 C0A80001:0050 F001 12345678 0 12345",
            "TCP 0A000001:1234 C0A80001:0050 F001 12345678 0 0 12345 x",
            "TCP 0A000001:1234 C0A80001:0050 F001 12345678 0 0 -",
            "TCP x:1234 C0A80001:0050 F001 12345678 0 0 12345",
        ] {
            assert_eq!(read(bad), None, "{bad}");
        }
    }

    proptest! {
        #[test]
        fn rows_in_the_kernels_formats_are_read_back(
            hosts in any::<[u32; 2]>(),
            ports in any::<[u16; 3]>(),
            (sequence, delta, previous_delta) in any::<(u32, i16, i16)>(),
            has_previous_delta in any::<bool>(),
            expires in any::<u64>(),
        ) {
            let more = if has_previous_delta { format!(" {previous_delta:6}") } else { String::new() };
            let line = format!(
                "UDP {:08X}:{:04X} {:08X}:{:04X} {:04X} {sequence:08X} {delta:6}{more} {expires:7}   ",
                hosts[0], ports[0], hosts[1], ports[1], ports[2],
            );
            let row = Row {
                protocol: Protocol::Udp,
                source: hosts[0].into(),
                source_port: ports[0],
                destination: hosts[1].into(),
                destination_port: ports[1],
                masquerade_port: ports[2],
                initial_sequence: sequence.into(),
                delta,
                previous_delta: has_previous_delta.then_some(previous_delta),
                expires,
            };
            prop_assert_eq!(Row::from_line(has_previous_delta, line.as_bytes()), Some(row));
        }

        #[test]
        fn arbitrary_bytes_are_parsed_or_rejected(line in any::<Vec<u8>>(), words in "TCP( [0-9A-F:x+-]{0,9}){0,10}") {
            for line in [&line, words.as_bytes()] {
                let _ = (Row::from_line(true, line), Row::from_line(false, line));
            }
        }
    }
}
