//! Ends without a word in front, such as `:8080`, `10.0.0.0/8`, `[::1]:80` or `/run/x.sock`: either side
//! of a socket is there.
//!
//! Several that follow each other are one condition, as several flags are: ports widen each other, so do
//! addresses and so do paths, and a port and an address narrow each other.

use super::ends;
use super::input::{Input, Operand, Parsed, is_at_end, operand};
use super::mistake::Mistake;
use crate::request::{Comparison, Filter, Side};
use ipnet::IpNet;
use std::net::{IpAddr, Ipv4Addr};
use winnow::stream::Stream;

/// The loopback networks, which the name `localhost` means everywhere (RFC 6761).
const LOCALHOST: (&str, [&str; 2]) = ("localhost", ["127.0.0.0/8", "::1"]);

/// The most letters of a word that could be flags of a program of Windows, as `/ano` and `/help`.
const MOST_FLAGS: usize = 5;

/// Where a socket is, on either side.
#[derive(Debug)]
pub struct End {
    kind: Kind,
    filter: Filter,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Port,
    Address,
    Path,
}

/// Takes an end, if one comes next.
///
/// # Errors
/// It looks like one, and is none.
pub fn next(input: &mut Input<'_>) -> Parsed<Option<End>> {
    if is_at_end(input)? {
        return Ok(None);
    }
    let start = input.checkpoint();
    // What can't begin an operand can't begin an end.
    if let Ok(operand) = operand(input, "an end")
        && let Some(kind) = kind(operand.text)
    {
        let filter = match kind {
            Kind::Port => {
                input.state.words.either_ports = Some(operand.text.to_owned());
                ports(&operand)?
            }
            Kind::Address | Kind::Path => either(&operand, input)?,
        };
        return Ok(Some(End { kind, filter }));
    }
    input.reset(&start);
    Ok(None)
}

/// Returns the condition that a socket is at these ends, of which there is one at least.
pub fn joined(ends: Vec<End>) -> Filter {
    let of = |kind| {
        let ends = ends.iter().filter(move |it| it.kind == kind);
        Filter::all_but(ends.map(|it| it.filter.clone()), [])
    };
    let has = |kind| ends.iter().any(|it| it.kind == kind);
    let ip = Filter::all([of(Kind::Port), of(Kind::Address)]);
    match (has(Kind::Port) || has(Kind::Address), has(Kind::Path)) {
        // No socket has both.
        (true, true) => Filter::any([ip, of(Kind::Path)]),
        (true, false) => ip,
        (false, _) => of(Kind::Path),
    }
}

/// Returns what a word looks like, or `None` if it is no end.
fn kind(text: &str) -> Option<Kind> {
    let is_whole = text.parse::<IpAddr>().is_ok() || text.parse::<IpNet>().is_ok();
    if is_whole || text.starts_with('[') || is_localhost(text) {
        return Some(Kind::Address);
    }
    if text.starts_with(['/', '@']) && text.len() > 1 {
        return (!is_windows(text)).then_some(Kind::Path);
    }
    let (address, port) = match text.rsplit_once(':') {
        Some((address, port)) => (address, Some(port)),
        None => (text, None),
    };
    if matches!(address, "" | "*") && port.is_some() {
        return Some(Kind::Port);
    }
    // A number with one point is an interval, and `10/8` a network.
    let is_numeric = address
        .bytes()
        .all(|it| it.is_ascii_digit() || b"./".contains(&it));
    let points = address.matches('.').count();
    let is_address = is_numeric && (points > 1 || address.contains('/'));
    let is_ipv6 = address.matches(':').count() > 1 && address.parse::<IpAddr>().is_ok();
    (is_address || is_ipv6).then_some(Kind::Address)
}

/// Returns whether a word is how programs of Windows take flags: no socket is right below the root.
fn is_windows(text: &str) -> bool {
    let letters = text.strip_prefix('/').unwrap_or_default();
    let is_flags = letters.bytes().all(|it| it.is_ascii_alphabetic());
    letters == "?" || is_flags && (1..=MOST_FLAGS).contains(&letters.len())
}

/// Returns the ports of a word that asks for them on either side, such as `:8080` or `*:http`.
pub fn bare_ports(text: &str) -> Option<&str> {
    let ports = text.strip_prefix('*').unwrap_or(text).strip_prefix(':')?;
    let is_part = |it: u8| it.is_ascii_alphanumeric() || b"-_,.".contains(&it);
    (!ports.is_empty() && ports.bytes().all(is_part)).then_some(ports)
}

fn is_localhost(text: &str) -> bool {
    let name = text.split_once(':').map_or(text, |(name, _)| name);
    name.eq_ignore_ascii_case(LOCALHOST.0)
}

/// Returns the condition that either port is among these: a list with commas, without the blanks.
fn ports(operand: &Operand<'_>) -> Parsed<Filter> {
    let wanted = |text: &str| {
        let why = format!("'{text}' is not a port: expected :8080, :8000-8100, :80,443 or :https");
        Mistake::new(operand.at, why)
    };
    let list = operand.text.trim_start_matches('*').trim_start_matches(':');
    let mut any = Vec::new();
    for text in list.split(',') {
        let is_number = text.bytes().all(|it| it.is_ascii_digit() || it == b'-');
        let is_port = text.parse().is_ok_and(|port: u16| port > 0) || ends::range(text).is_some();
        if is_number && !is_port || text.starts_with('*') {
            return Err(wanted(operand.text));
        }
        for side in Side::BOTH {
            let port = ends::compared(side, (Comparison::Equal, false), text);
            any.push(port.ok_or_else(|| wanted(operand.text))?);
        }
    }
    Ok(Filter::any(any))
}

/// Returns the condition that either side is there.
fn either(operand: &Operand<'_>, input: &mut Input<'_>) -> Parsed<Filter> {
    if is_localhost(operand.text) {
        let port = operand.text.get(LOCALHOST.0.len()..).unwrap_or_default();
        let networks = LOCALHOST.1.map(|it| format!("[{it}]{port}"));
        let networks = networks.iter().map(|text| {
            let at = operand.at;
            sides(&Operand { at, text }, input)
        });
        return Ok(Filter::any(networks.collect::<Parsed<Vec<_>>>()?));
    }
    // `10.0.0` is a short address to ss, and a mistake to everybody else.
    let address = operand.text.split([':', '/']).next().unwrap_or_default();
    let is_short = address.contains('.') && address.parse::<Ipv4Addr>().is_err();
    if is_short && !operand.text.starts_with(['/', '@', '[']) && !operand.text.contains('/') {
        let why = format!(
            "'{}' is not an address: expected 10.0.0.5, 10.0.0.0/8, 10.0.0.5:443 or [::1]:443",
            operand.text
        );
        return Err(Mistake::new(operand.at, why));
    }
    sides(operand, input)
}

fn sides(operand: &Operand<'_>, input: &mut Input<'_>) -> Parsed<Filter> {
    let [local, foreign] = Side::BOTH.map(|side| ends::host(side, operand, &mut input.state));
    Ok(Filter::any([local?, foreign?]))
}
