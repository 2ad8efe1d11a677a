//! Kinds of network hardware, and how their addresses are written.

use crate::report::text;
use crate::sanitize;
use crate::tables::interface::HARDWARE_ADDRESS;

/// A kind of hardware, by net-tools' name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kind {
    name: &'static str,
    title: &'static str,
    form: Form,
}

/// How an address is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    /// Not at all.
    None,
    /// Not at all, but with a title.
    Blank,
    /// This many bytes in lower-case hexadecimal digits, with this between them.
    Lower(usize, &'static str),
    /// The same in upper case.
    Upper(usize, &'static str),
    /// An amateur radio call sign: six shifted letters and a number.
    CallSign,
    /// A number of 16 bits.
    Number,
    /// Text.
    Text,
    /// Four bytes from the last to the first.
    Irda,
    /// Half a byte for each place, of 64.
    Ash,
}

/// The most bytes of an IrDA address that net-tools writes.
const IRDA_CUT: usize = 11;
/// The number of places of an Ash address.
const ASH_PLACES: usize = 64;
/// The number of bytes of an address that net-tools has no form for.
const UNSPECIFIED: usize = 16;

/// Returns the kind of this number: `ARPHRD_…` (include/uapi/linux/if_arp.h).
pub fn kind(number: u16) -> Kind {
    use Form::{Ash, Blank, CallSign, Irda, Lower, None, Number, Text, Upper};
    let (name, title, form) = match number {
        0 => ("netrom", "AMPR NET/ROM", CallSign),
        1 => ("ether", "Ethernet", Lower(6, ":")),
        3 => ("ax25", "AMPR AX.25", CallSign),
        7 => ("arcnet", "ARCnet", Upper(1, "")),
        15 => ("dlci", "Frame Relay DLCI", Number),
        27 => ("eui64", "Generic EUI-64", Upper(8, ":")),
        256 => ("slip", "Serial Line IP", None),
        257 => ("cslip", "VJ Serial Line IP", None),
        258 => ("slip6", "6-bit Serial Line IP", None),
        259 => ("cslip6", "VJ 6-bit Serial Line IP", None),
        264 => ("adaptive", "Adaptive Serial Line IP", None),
        270 => ("rose", "AMPR ROSE", Lower(5, "")),
        271 => ("x25", "generic X.25", Text),
        512 => ("ppp", "Point-to-Point Protocol", None),
        513 => ("hdlc", "(Cisco)-HDLC", None),
        516 => ("lapb", "LAPB", None),
        768 => ("tunnel", "IPIP Tunnel", Blank),
        770 => ("frad", "Frame Relay Access Device", None),
        772 => ("loop", "Local Loopback", None),
        774 => ("fddi", "Fiber Distributed Data Interface", Upper(6, "-")),
        776 => ("sit", "IPv6-in-IPv4", None),
        780 => ("hippi", "HIPPI", Upper(6, ":")),
        781 => ("ash", "Ash", Ash),
        782 => ("ec", "Econet", None),
        783 => ("irda", "IrLAP", Irda),
        _ => ("unspec", "UNSPEC", Upper(UNSPECIFIED, "-")),
    };
    Kind { name, title, form }
}

impl Kind {
    /// Returns whether the line compresses, so that its counters are shown.
    pub fn is_compressed(&self) -> bool {
        self.name.starts_with("cslip")
    }

    /// Returns net-tools' short name.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// Returns whether its addresses can be written.
    pub fn has_addresses(&self) -> bool {
        !matches!(self.form, Form::None | Form::Blank)
    }

    /// Adds the kind's name and, if it has any, the address.
    pub fn push_named_address(&self, out: &mut Vec<u8>, address: &[u8; HARDWARE_ADDRESS]) {
        out.extend_from_slice(self.name.as_bytes());
        if self.form != Form::None {
            out.push(b' ');
            self.push_address(out, address);
        }
    }

    /// Adds the address, if it has any.
    pub fn push_address(&self, out: &mut Vec<u8>, address: &[u8; HARDWARE_ADDRESS]) {
        let start = out.len();
        match self.form {
            Form::None | Form::Blank => {}
            Form::Lower(count, between) | Form::Upper(count, between) => {
                let mut bytes = [0; UNSPECIFIED];
                bytes[..HARDWARE_ADDRESS].copy_from_slice(address);
                let is_upper = matches!(self.form, Form::Upper(..));
                push_hex_bytes(out, &bytes[..count.min(UNSPECIFIED)], between, is_upper);
            }
            Form::CallSign => push_call_sign(out, address),
            Form::Number => {
                let [first, second, ..] = *address;
                text::push_decimal(out, i16::from_ne_bytes([first, second]));
            }
            Form::Text => {
                let text = address.split(|&byte| byte == 0).next();
                sanitize::push_printable(out, text.unwrap_or_default());
            }
            Form::Irda => {
                for (index, byte) in address[..4].iter().rev().enumerate() {
                    if index > 0 {
                        out.push(b':');
                    }
                    // net-tools takes bytes for signed, and widens them.
                    match byte {
                        0..0x80 => push_hex_bytes(out, &[*byte], "", false),
                        _ => push_hex_bytes(out, &[0xff, 0xff, 0xff, *byte], "", false),
                    }
                }
                out.truncate(start + IRDA_CUT);
            }
            Form::Ash => {
                out.push(b'[');
                for byte in address {
                    let digits = format!("{byte:x}");
                    out.extend(digits.bytes().next());
                }
                out.resize(start + 1 + ASH_PLACES, b'0');
                out.push(b']');
            }
        }
    }

    /// Adds the kind's long name.
    pub fn push_title(&self, out: &mut Vec<u8>) {
        out.push(b'(');
        out.extend_from_slice(self.title.as_bytes());
        out.push(b')');
    }
}

/// Adds bytes in two hexadecimal digits each, with `between` between them.
pub fn push_hex_bytes(out: &mut Vec<u8>, bytes: &[u8], between: &str, is_upper: bool) {
    let digits = match is_upper {
        true => b"0123456789ABCDEF",
        false => b"0123456789abcdef",
    };
    for (index, byte) in bytes.iter().enumerate() {
        if index > 0 {
            out.extend_from_slice(between.as_bytes());
        }
        out.push(digits[usize::from(byte >> 4)]);
        out.push(digits[usize::from(byte & 0xf)]);
    }
}

/// Adds an AX.25 call sign: six letters, each a bit to the left and ended by a blank, and a number
/// of four bits if it is not 0.
fn push_call_sign(out: &mut Vec<u8>, address: &[u8; HARDWARE_ADDRESS]) {
    let [letters @ .., number, _] = address;
    let start = out.len();
    let letters = letters.iter().map(|byte| byte >> 1);
    out.extend(letters.take_while(|letter| !matches!(letter, 0 | b' ')));
    sanitize::make_printable(&mut out[start..]);
    let number = number >> 1 & 0xf;
    if number != 0 {
        out.push(b'-');
        text::push_decimal(out, number);
    }
}
