//! Comparisons of columns, by their names.

use super::ends;
use super::input::{Operand, Operator, Parsed, Read};
use super::mistake::Mistake;
use crate::cli::columns::{Meant, meant};
use crate::cli::duration;
use crate::report::columns::sockets::{SOCKETS, tells_belonging};
use crate::report::columns::{Column as Described, Cost, Describe};
use crate::report::units::Unit;
use crate::request::{Column, Comparison, Filter, Ports, Side, Subject, Test, User};

/// The most names that an error offers.
const MOST_OFFERED: usize = 4;

/// Returns the columns that a name means: one, or one of either side.
pub fn find(name: &str) -> Vec<Described> {
    let names = match meant(name) {
        Some(Meant::One(column)) => vec![column],
        Some(Meant::Either(columns)) => columns.to_vec(),
        // An end has `src` and `dst`.
        Some(Meant::End(_)) | None => return Vec::new(),
    };
    let columns = SOCKETS.columns().into_iter();
    columns.filter(|it| names.contains(&it.name)).collect()
}

/// Returns the condition that one of some columns compares with what was typed.
pub fn one_of(
    columns: &[Described],
    (comparison, is_negated): Operator,
    operand: &Operand<'_>,
    read: &mut Read,
) -> Parsed<Filter> {
    let conditions = columns.iter().map(|column| {
        let operator = (comparison, false);
        condition(column, operator, operand, read)
    });
    let any = Filter::any(conditions.collect::<Parsed<Vec<_>>>()?);
    Ok(match is_negated {
        true => any.negated(),
        false => any,
    })
}

/// Returns the condition that a column compares with what was typed. Where a test says the same, it is
/// that test, which needs less.
fn condition(
    column: &Described,
    (comparison, is_negated): Operator,
    operand: &Operand<'_>,
    read: &mut Read,
) -> Parsed<Filter> {
    let text = &quantity(column, operand)?;
    let filter = match plain(column.name, comparison, text) {
        Some(filter) => filter,
        None => {
            let number = read.columns;
            read.columns += 1;
            let of = match column.cost {
                _ if tells_belonging(column.name) => Subject::Belonging,
                Cost::Owners => Subject::Owner,
                Cost::Peers => Subject::Peer,
                Cost::Name | Cost::Host => Subject::Name,
                Cost::Timers => Subject::Timers,
                Cost::Internals | Cost::Rates => Subject::Internals,
                Cost::InternalsOrTable => Subject::InternalsOrTable,
                Cost::Nothing | Cost::Details => Subject::Row,
            };
            Filter::from(Test::Column(Column {
                number,
                name: column.name,
                comparison,
                text: text.to_owned(),
                of,
            }))
        }
    };
    Ok(match is_negated {
        true => filter.negated(),
        false => filter,
    })
}

/// Returns what a column compares with: where it holds quantities, the number of them.
fn quantity(column: &Described, operand: &Operand<'_>) -> Parsed<String> {
    let text = operand.text;
    let number = match column.unit {
        Unit::One if column.name.ends_with("_seconds") => {
            let time = duration::parse(text).ok();
            time.map(|time| (time.as_secs_f64() * 100.0).round() / 100.0)
        }
        Unit::One => return Ok(text.to_owned()),
        unit => unit.number(text),
    };
    let wanted = match column.unit {
        Unit::One => duration::WANTED,
        unit => unit.examples(),
    };
    match number {
        Some(number) => Ok(number.to_string()),
        None => Err(Mistake::new(
            operand.at,
            format!(
                "{} cannot be compared with '{text}': expected {wanted}",
                column.name
            ),
        )),
    }
}

/// Returns the test that says the same, if there is one.
fn plain(name: &str, comparison: Comparison, text: &str) -> Option<Filter> {
    let is_glob = text.contains(['*', '?', '[']);
    let service = |side| {
        let is_number = text
            .bytes()
            .all(|it| it.is_ascii_digit() || b".-".contains(&it));
        let ports = Ports::Service(comparison, text.to_owned());
        // Null compares with nothing.
        let known = Test::Port(side, Ports::Range(1, u16::MAX));
        let both = Filter::all([known.into(), Test::Port(side, ports).into()]);
        (!is_number && !is_glob && !text.is_empty()).then_some(both)
    };
    match name {
        "local_port" => return service(Side::Local),
        "foreign_port" => return service(Side::Foreign),
        _ if comparison != Comparison::Equal => return None,
        _ => {}
    }
    Some(Filter::from(match name {
        "pid" => Test::Pid(text.parse().ok()?),
        "inode" => Test::Inode(text.parse().ok().filter(|it| *it > 0)?),
        "uid" => Test::User(User::Id(text.parse().ok()?)),
        "user" if is_glob || text.is_empty() => return None,
        "user" => Test::User(match text.parse() {
            Ok(id) => User::Id(id),
            Err(_) => User::Name(text.to_owned()),
        }),
        _ => return None,
    }))
}

/// Returns the mistake of comparing a column that does not exist.
pub fn unknown(at: usize, name: &str) -> Mistake {
    let mut near: Vec<(usize, &str)> = SOCKETS
        .columns()
        .iter()
        .map(|column| (distance(name, column.name), column.name))
        .collect();
    near.sort();
    let near: Vec<&str> = near
        .into_iter()
        .take(MOST_OFFERED)
        .map(|(_, name)| name)
        .collect();
    let near = near.join(", ");
    Mistake::new(
        at,
        format!("unknown field '{name}'; similar fields: {near}"),
    )
}

/// Returns how many letters differ between a name and what was typed for it; none for a part of it.
fn distance(typed: &str, name: &str) -> usize {
    match typed.len() > 2 && name.contains(typed) {
        true => 0,
        false => strsim::damerau_levenshtein(typed, name),
    }
}

/// Returns the condition that a socket's mark is one: `VALUE[/MASK]`.
pub fn mark(operand: &Operand<'_>) -> Parsed<crate::request::Mark> {
    let (value, mask) = operand
        .text
        .split_once('/')
        .unwrap_or((operand.text, "0xffffffff"));
    let mark = ends::number(value).zip(ends::number(mask));
    let (value, mask) =
        mark.ok_or_else(|| Mistake::new(operand.at, "expected a mark such as 1, 0x1 or 0x1/0xff"))?;
    Ok(crate::request::Mark { value, mask })
}
