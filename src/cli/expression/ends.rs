//! Addresses and ports, as `src`, `dst`, `sport` and `dport` have them.

use super::input::{Operand, Operator, Parsed, Read};
use super::mistake::Mistake;
use crate::request::{Comparison, Filter, Ports, Side, Test};
use crate::tables::inet::Family;
use glob::Pattern;
use ipnet::IpNet;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// What an address is wanted to be, for messages.
pub const ADDRESS: &str = "an address such as 10.0.0.5, 10.0.0.0/8:443, [2001:db8::5]:443, :443 or \
                           /run/x.sock (an expression does not look up host names)";

/// What a port is wanted to be, for messages.
pub const PORT: &str = "a port such as :443, 443 or :https";

/// Returns the condition that an end is at a host: `[FAMILY:][ADDRESS[/PREFIX]][:PORT]`, or the path of
/// a unix socket.
pub fn host(side: Side, operand: &Operand<'_>, read: &mut Read) -> Parsed<Filter> {
    let text = after_family(operand, read)?;
    let wanted = || Mistake::new(operand.at, format!("expected {ADDRESS}"));
    if let Some(path) = operand.text.strip_prefix("unix:") {
        return self::path(side, operand, path);
    }
    if text.starts_with(['/', '@']) {
        return self::path(side, operand, text);
    }
    let (address, port) = split(text).ok_or_else(wanted)?;
    let address = match is_any(address) {
        true => Filter::EVERYTHING,
        false => {
            let network = network(address).ok_or_else(wanted)?;
            must_be_of(read.family, network, operand.at)?;
            Test::Address(side, network).into()
        }
    };
    let port = match port {
        None => Filter::EVERYTHING,
        Some(port) => compared(side, (Comparison::Equal, false), port).ok_or_else(wanted)?,
    };
    Ok(Filter::all([address, port]))
}

/// Returns the condition that the port of an end compares with one.
pub fn port(
    side: Side,
    operator: Operator,
    operand: &Operand<'_>,
    read: &mut Read,
) -> Parsed<Filter> {
    let text = after_family(operand, read)?;
    let text = text.strip_prefix(':').unwrap_or(text);
    let wanted = || Mistake::new(operand.at, format!("expected {PORT}"));
    compared(side, operator, text).ok_or_else(wanted)
}

/// Takes `inet:` or `inet6:` off the front, which limits the whole expression to that IP version.
fn after_family<'i>(operand: &Operand<'i>, read: &mut Read) -> Parsed<&'i str> {
    let Some((name, rest)) = operand.text.split_once(':') else {
        return Ok(operand.text);
    };
    read.family = Some(match name {
        "inet" => Family::V4,
        "inet6" => Family::V6,
        "link" | "netlink" | "vsock" => {
            let why = format!("rnetstat does not list {name} sockets");
            return Err(Mistake::new(operand.at, why));
        }
        _ => return Ok(operand.text),
    });
    Ok(rest)
}

fn must_be_of(family: Option<Family>, network: IpNet, at: usize) -> Parsed<()> {
    let why = match (family, network) {
        (Some(Family::V4), IpNet::V6(_)) => "expected an IPv4 address: 'inet:'",
        (Some(Family::V6), IpNet::V4(_)) => "expected an IPv6 address: 'inet6:'",
        _ => return Ok(()),
    };
    Err(Mistake::new(
        at,
        format!("{why} applies to the whole expression"),
    ))
}

fn path(side: Side, operand: &Operand<'_>, path: &str) -> Parsed<Filter> {
    let glob = match path {
        "" => "*",
        path => path,
    };
    let glob = Pattern::new(glob).map_err(|error| Mistake::new(operand.at, error.to_string()))?;
    Ok(Test::Path(side, glob).into())
}

/// Splits a host into its address and its port. A colon at the end of an address that is none without
/// it begins a port.
fn split(text: &str) -> Option<(&str, Option<&str>)> {
    if let Some(rest) = text.strip_prefix('[') {
        let (inside, rest) = rest.split_once(']')?;
        return match rest.strip_prefix('/') {
            // The whole of `[ADDRESS]/PREFIX`, whose brackets go later.
            Some(prefix) if !inside.contains('/') => {
                let length = prefix.find(':').unwrap_or(prefix.len());
                let end = text.len() - prefix.len() + length;
                let port = prefix.get(length + 1..);
                Some((text.get(..end)?, port))
            }
            _ => match rest.strip_prefix(':') {
                Some(port) => Some((inside, Some(port))),
                None => rest.is_empty().then_some((inside, None)),
            },
        };
    }
    let is_whole = text.parse::<Ipv6Addr>().is_ok() || text.parse::<IpNet>().is_ok();
    Some(match text.rsplit_once(':').filter(|_| !is_whole) {
        Some((address, port)) => (address, Some(port)),
        None => (text, None),
    })
}

fn is_any(address: &str) -> bool {
    matches!(address, "" | "*" | "any" | "all" | "default")
}

/// Parses an address, perhaps with a prefix. One of IPv4 may end early, and means zeros then.
fn network(text: &str) -> Option<IpNet> {
    let (address, prefix) = match text.split_once('/') {
        Some((address, prefix)) => (address, Some(prefix)),
        None => (text, None),
    };
    let bare = address
        .strip_prefix('[')
        .and_then(|it| it.strip_suffix(']'));
    let address = match bare.unwrap_or(address).parse::<Ipv6Addr>() {
        Ok(address) => IpAddr::V6(address),
        Err(_) => IpAddr::V4(short_address(address)?),
    };
    match prefix {
        None => Some(address.into()),
        Some(prefix) => Some(IpNet::new(address, prefix.parse().ok()?).ok()?.trunc()),
    }
}

fn short_address(text: &str) -> Option<Ipv4Addr> {
    let mut octets = [0; 4];
    let mut places = octets.iter_mut();
    for part in text.split('.') {
        let is_number = !part.is_empty() && part.bytes().all(|it| it.is_ascii_digit());
        *places.next()? = part.parse().ok().filter(|_| is_number)?;
    }
    Some(octets.into())
}

/// Returns the condition that a port compares with one that was typed, or `None` if that is no port.
/// Whatever begins with `*` is any port.
pub fn compared(side: Side, (comparison, is_negated): Operator, text: &str) -> Option<Filter> {
    let ports = if text.is_empty() || text.starts_with('*') {
        Filter::EVERYTHING
    } else if let (Comparison::Equal, Some((first, last))) = (comparison, range(text)) {
        Test::Port(side, Ports::Range(first, last)).into()
    } else if let Some(number) = number(text) {
        let ports = comparison.ports(number);
        ports.map_or(Filter::NOTHING, |ports| Test::Port(side, ports).into())
    } else {
        Test::Port(side, Ports::Service(comparison, service(text)?)).into()
    };
    Some(match is_negated {
        true => ports.negated(),
        false => ports,
    })
}

/// Parses a range of ports, such as `8000-8100`.
pub fn range(text: &str) -> Option<(u16, u16)> {
    let (first, last) = text.split_once('-')?;
    let (first, last) = (first.parse().ok()?, last.parse().ok()?);
    (first <= last).then_some((first, last))
}

/// Parses a number in decimal or, behind `0x`, in hexadecimal digits. What is too large for a port is
/// a number all the same.
pub fn number(text: &str) -> Option<u32> {
    let (digits, radix) = match text.strip_prefix("0x") {
        Some(digits) => (digits, 16),
        None => (text, 10),
    };
    let is_number = !digits.is_empty() && digits.chars().all(|it| it.is_digit(radix));
    is_number.then(|| u32::from_str_radix(digits, radix).unwrap_or(u32::MAX))
}

fn service(text: &str) -> Option<String> {
    let is_part = |it: u8| it.is_ascii_alphanumeric() || b"-_.+".contains(&it);
    let is_address = text.contains('.') && text.starts_with(|it: char| it.is_ascii_digit());
    (text.bytes().all(is_part) && !is_address).then(|| text.to_owned())
}

/// Returns whether a word looks like the name of a host, with a domain.
pub fn is_host(name: &str) -> bool {
    // The last part of `python3.11` is no domain.
    let domain = name.rsplit_once('.').map_or("", |(_, domain)| domain);
    let is_domain = domain.len() > 1 && domain.bytes().all(|it| it.is_ascii_alphabetic());
    let is_part = |it: u8| it.is_ascii_alphanumeric() || b"-.".contains(&it);
    is_domain && name.bytes().all(is_part)
}
