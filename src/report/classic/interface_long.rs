//! "Kernel Interface table" in its long form (`-e`): a paragraph for each interface.

use super::hardware;
use crate::listing::interfaces::Interface;
use crate::report::text;
use crate::sanitize;
use crate::tables::interface::{
    Counters, FLAG_AUTO_PORT, FLAG_BROADCAST, FLAG_POINT_TO_POINT, FLAG_PORT, Inet, Map,
    RareAddress, RareFamily, inet6,
};
use std::net::{IpAddr, Ipv4Addr};

/// Begins each line but the first.
const INDENT: &[u8] = b"        ";
/// Replaces an address that is not known.
const NONE_SET: &[u8] = b"[NONE SET]";

/// The names of the flags, in their order (include/uapi/linux/if.h).
const FLAGS: &[(u16, &str)] = &[
    (0x1, "UP"),
    (0x2, "BROADCAST"),
    (0x4, "DEBUG"),
    (0x8, "LOOPBACK"),
    (0x10, "POINTOPOINT"),
    (0x20, "NOTRAILERS"),
    (0x40, "RUNNING"),
    (0x80, "NOARP"),
    (0x100, "PROMISC"),
    (0x200, "ALLMULTI"),
    (0x800, "SLAVE"),
    (0x400, "MASTER"),
    (0x1000, "MULTICAST"),
    (0x8000, "DYNAMIC"),
];

/// The names of the bits of an IPv6 address's scope (include/net/ipv6.h), in their order.
const SCOPES: &[(u8, &str)] = &[
    (0x80, "compat"),
    (0x20, "link"),
    (0x40, "site"),
    (0x10, "host"),
];

/// The connectors of a device, by their numbers (`IF_PORT_…`, include/uapi/linux/netdevice.h); for
/// others, net-tools prints random memory.
const PORTS: [&str; 7] = [
    "unknown",
    "10base2",
    "10baseT",
    "AUI",
    "100baseT",
    "100baseTX",
    "100baseFX",
];

/// The units of bytes, each 1024 times the one before.
const UNITS: [&str; 7] = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];

/// Adds an interface's paragraph, and an empty line. What is not known is left out, but for the
/// flags and the MTU, which are `-` then.
pub fn push_paragraph(out: &mut Vec<u8>, interface: &Interface<'_>) {
    let details = interface.details;
    push_head(out, interface);
    if let Some(inet) = &details.inet {
        push_inet(out, inet, interface.link.flags.unwrap_or_default());
    }
    for row in interface.inet6 {
        push_inet6(out, row);
    }
    for (family, address) in interface.rare {
        push_rare(out, *family, *address);
    }
    let mut is_compressed = false;
    if let Some(hardware) = details.hardware {
        out.extend_from_slice(INDENT);
        let kind = hardware::kind(hardware.kind);
        is_compressed = kind.is_compressed();
        kind.push_named_address(out, &hardware.address);
        out.extend_from_slice(b"  ");
        if let Some(length) = details.queue_length.filter(|length| *length != -1) {
            push_number(out, "txqueuelen ", length);
            out.extend_from_slice(b"  ");
        }
        kind.push_title(out);
        out.push(b'\n');
    }
    let port = details.map.map_or(0, |map| map.port);
    push_port(out, port, interface.link.flags.unwrap_or_default());
    if let Some(counters) = interface.counters {
        push_counters(out, counters, is_compressed);
    }
    if let Some(map) = &details.map {
        push_map(out, map);
    }
    out.push(b'\n');
}

/// Adds the first line.
fn push_head(out: &mut Vec<u8>, interface: &Interface<'_>) {
    sanitize::push_printable(out, interface.name.bytes());
    out.extend_from_slice(b": flags=");
    match interface.link.flags {
        None => out.push(b'-'),
        // net-tools has them signed, and where there are none it does not close the list.
        Some(0) => out.extend_from_slice(b"0<"),
        Some(flags) => {
            text::push_decimal(out, flags as i16);
            push_list(out, flags, FLAGS);
        }
    }
    out.extend_from_slice(b"  mtu ");
    match interface.link.mtu {
        None => out.push(b'-'),
        Some(mtu) => text::push_decimal(out, mtu),
    }
    let slip = interface.details.slip;
    if slip.outfill != 0 || slip.keepalive != 0 {
        push_number(out, "  outfill ", slip.outfill);
        push_number(out, "  keepalive ", slip.keepalive);
    }
    out.push(b'\n');
}

/// Adds the names of the bits that are set, if any is, as `<A,B>`.
fn push_list<T>(out: &mut Vec<u8>, bits: T, names: &[(T, &str)])
where
    T: Copy + std::ops::BitAnd<Output = T> + PartialEq + Default,
{
    let mut before = b'<';
    for (bit, name) in names {
        if bits & *bit != T::default() {
            out.push(before);
            out.extend_from_slice(name.as_bytes());
            before = b',';
        }
    }
    if before != b'<' {
        out.push(b'>');
    }
}

fn push_inet(out: &mut Vec<u8>, inet: &Inet, flags: u16) {
    let mut push = |label: &[u8], address: Option<Ipv4Addr>| {
        out.extend_from_slice(label);
        match address {
            Some(address) => text::push_ipv4(out, address),
            None => out.extend_from_slice(NONE_SET),
        }
    };
    push(b"        inet ", Some(inet.address));
    push(b"  netmask ", inet.mask);
    if flags & FLAG_BROADCAST != 0 {
        push(b"  broadcast ", inet.broadcast);
    }
    if flags & FLAG_POINT_TO_POINT != 0 {
        push(b"  destination ", inet.destination);
    }
    out.push(b'\n');
}

fn push_inet6(out: &mut Vec<u8>, row: &inet6::Row) {
    out.extend_from_slice(INDENT);
    out.extend_from_slice(b"inet6 ");
    text::push_address(out, IpAddr::V6(row.address));
    push_number(out, "  prefixlen ", row.prefix_length);
    out.extend_from_slice(b"  scopeid 0x");
    text::push_hex(out, row.scope);
    // None of the bits that keep it from being global; the lowest four have no names.
    match row.scope {
        0x00 => out.extend_from_slice(b"<global>"),
        0x80 => out.extend_from_slice(b"<compat,global>"),
        scope => push_list(out, scope & !0x0f, SCOPES),
    }
    out.push(b'\n');
}

fn push_rare(out: &mut Vec<u8>, family: RareFamily, address: RareAddress) {
    out.extend_from_slice(INDENT);
    out.extend_from_slice(match family {
        RareFamily::Ipx(3) => b"ipx Ethernet-II   ",
        RareFamily::Ipx(1) => b"ipx Ethernet-SNAP ",
        RareFamily::Ipx(4) => b"ipx Ethernet802.2 ",
        RareFamily::Ipx(_) => b"ipx Ethernet802.3 ",
        RareFamily::Ddp => b"ddp ",
        RareFamily::Econet => b"ec ",
    });
    match (family, address) {
        (_, None) => out.extend_from_slice(NONE_SET),
        (RareFamily::Ipx(_), Some([_, _, rest @ ..])) => {
            let (network, node) = rest[..10].split_at(4);
            let is_set = |bytes: &[u8]| bytes.iter().any(|&byte| byte != 0);
            if is_set(network) {
                hardware::push_hex_bytes(out, network, "", true);
            }
            if is_set(network) && is_set(node) {
                out.push(b':');
            }
            if is_set(node) {
                hardware::push_hex_bytes(out, node, "", true);
            }
        }
        (RareFamily::Ddp, Some([_, _, high, low, node, ..])) => {
            text::push_decimal(out, u16::from_be_bytes([high, low]));
            out.push(b'/');
            text::push_decimal(out, node);
        }
        (RareFamily::Econet, Some([_, _, _, station, network, ..])) => {
            text::push_decimal(out, network);
            out.push(b'.');
            text::push_decimal(out, station);
        }
    }
    out.push(b'\n');
}

fn push_counters(out: &mut Vec<u8>, counters: &Counters, is_compressed: bool) {
    let Counters { received, sent, .. } = counters;
    push_number(out, "        RX packets ", received.packets);
    push_bytes(out, received.bytes);
    if is_compressed {
        push_number(out, "        RX compressed:", received.compressed);
        out.push(b'\n');
    }
    push_number(out, "        RX errors ", received.errors);
    push_number(out, "  dropped ", received.dropped);
    push_number(out, "  overruns ", received.overruns);
    push_number(out, "  frame ", received.frame);
    push_number(out, "\n        TX packets ", sent.packets);
    push_bytes(out, sent.bytes);
    if is_compressed {
        push_number(out, "        TX compressed ", sent.compressed);
        out.push(b'\n');
    }
    push_number(out, "        TX errors ", sent.errors);
    push_number(out, "  dropped ", sent.dropped);
    push_number(out, " overruns ", sent.overruns);
    push_number(out, "  carrier ", sent.carrier);
    push_number(out, "  collisions ", sent.collisions);
    out.push(b'\n');
}

/// Adds bytes as a number, and in a larger unit.
fn push_bytes(out: &mut Vec<u8>, bytes: u64) {
    push_number(out, "  bytes ", bytes);
    // A whole unit still stands in the smaller one: 1024.0 B.
    let unit = (1..UNITS.len())
        .take_while(|unit| bytes > 1 << (10 * unit))
        .count();
    let tenths = match unit {
        // 64 bits don't hold ten times as much; net-tools cuts the unit's tenth to a whole number.
        6 => bytes / ((1 << 60) / 10),
        // Nor is it needed: less than an EiB, ten times, is below 2^64.
        _ => (bytes * 10) >> (10 * unit),
    };
    push_number(out, " (", tenths / 10);
    push_number(out, ".", tenths % 10);
    out.push(b' ');
    out.extend_from_slice(UNITS[unit].as_bytes());
    out.extend_from_slice(b")\n");
}

/// Adds the socket that the cable is in, where the driver knows it.
fn push_port(out: &mut Vec<u8>, port: u8, flags: u16) {
    if flags & FLAG_PORT == 0 {
        return;
    }
    out.extend_from_slice(b"        media ");
    let name = PORTS.get(usize::from(port)).unwrap_or(&PORTS[0]);
    out.extend_from_slice(name.as_bytes());
    if flags & FLAG_AUTO_PORT != 0 {
        out.extend_from_slice(b"autoselect");
    }
    out.push(b'\n');
}

/// Adds what the driver reports about its device, if it reports anything.
fn push_map(out: &mut Vec<u8>, map: &Map) {
    // Below this, drivers keep numbers of their own in it.
    let has_base = map.base_address >= 0x100;
    if map.interrupt == 0 && map.memory_start == 0 && map.dma == 0 && !has_base {
        return;
    }
    out.extend_from_slice(b"        device ");
    if map.interrupt != 0 {
        push_number(out, "interrupt ", map.interrupt);
        out.extend_from_slice(b"  ");
    }
    if has_base {
        out.extend_from_slice(b"base 0x");
        text::push_hex(out, map.base_address);
        out.extend_from_slice(b"  ");
    }
    if map.memory_start != 0 {
        out.extend_from_slice(b"memory 0x");
        text::push_hex(out, map.memory_start);
        out.push(b'-');
        text::push_hex(out, map.memory_end);
        out.extend_from_slice(b"  ");
    }
    if map.dma != 0 {
        out.extend_from_slice(b"  dma 0x");
        text::push_hex(out, map.dma);
    }
    out.push(b'\n');
}

fn push_number(out: &mut Vec<u8>, label: &str, number: impl text::Integer) {
    out.extend_from_slice(label.as_bytes());
    text::push_decimal(out, number);
}
