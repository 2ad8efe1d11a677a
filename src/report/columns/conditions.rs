//! Conditions on columns: how the value of a column compares with what was typed.

use super::{Describe, Listing};
use crate::listing::sockets::SocketRows;
use crate::listing::{Conditions, Joined, Outcome};
use crate::notice;
use crate::report::records::value::{Process, Value};
use crate::request::{Column, Comparison, Filter};
use crate::tables::Socket;
use crate::tables::diag::{Internals, TIME_WAIT};
use glob::Pattern;
use ipnet::IpNet;
use std::borrow::Cow;
use std::cell::RefCell;
use std::cmp::Ordering;
use std::net::IpAddr;

/// The conditions of one filter.
#[derive(Default)]
pub struct ColumnConditions {
    listing: Option<&'static Listing<SocketRows>>,
    /// For each comparison of the filter, by its number, the column's index and what was typed.
    typed: Vec<Option<(usize, Typed)>>,
    /// A column and a text that is nothing that the column can be compared with.
    misfit: RefCell<Option<(&'static str, String)>>,
}

impl ColumnConditions {
    /// Returns the conditions of `filter` on the columns of `listing`.
    pub fn new(filter: &Filter, listing: &'static Listing<SocketRows>) -> ColumnConditions {
        let compared = filter.columns();
        if compared.is_empty() {
            return ColumnConditions::default();
        }
        let columns = listing.columns();
        let mut typed = Vec::new();
        for column in compared {
            let index = columns.iter().position(|it| it.name == column.name);
            typed.resize_with(column.number, || None);
            typed.push(index.map(|index| (index, Typed::new(&column.text))));
        }
        ColumnConditions {
            listing: Some(listing),
            typed,
            misfit: RefCell::default(),
        }
    }

    /// Reports a comparison that can't hold, whatever the rows are like, and returns what that means for
    /// the listing. It shows in the rows alone: that of a column of numbers with a word.
    pub fn end(&self) -> Outcome {
        match self.misfit.take() {
            None => Outcome::Done,
            Some((column, text)) => {
                notice::say(format_args!(
                    "{column} cannot be compared with '{text}': it holds numbers, addresses, or yes and no"
                ));
                Outcome::Failed
            }
        }
    }
}

impl Conditions for ColumnConditions {
    fn hold(&self, column: &Column, socket: &Socket<'_>, joined: &mut Joined<'_>) -> Option<bool> {
        let (index, typed) = self.typed.get(column.number)?.as_ref()?;
        let value = self.listing?.value(*index, socket, joined);
        if column.takes_rights() && value == Value::Null && is_withheld(socket) {
            return None;
        }
        // Nothing is known of such a comparison, whatever is said of it: not even that it does not hold.
        if !typed.can_be_like(&value) {
            let misfit = || (column.name, column.text.clone());
            self.misfit.borrow_mut().get_or_insert_with(misfit);
            return None;
        }
        Some(typed.compares(column.comparison, &value))
    }
}

/// Returns whether the kernel does not tell the caller what takes rights. Of a connection that is over, it tells
/// nobody.
fn is_withheld(socket: &Socket<'_>) -> bool {
    let is_over = socket.inet().is_some_and(|row| row.state == TIME_WAIT);
    let tells = |it: Internals<'_>| it.mark().is_some();
    !is_over && !socket.internals().is_some_and(tells)
}

/// A text that was typed, as everything that it can mean.
#[derive(Debug)]
struct Typed {
    text: String,
    glob: Option<Pattern>,
    /// In hundredths, as the finest numbers are.
    number: Option<i128>,
    network: Option<IpNet>,
    is_so: Option<bool>,
}

impl Typed {
    fn new(text: &str) -> Typed {
        Typed {
            glob: Pattern::new(text).ok(),
            number: hundredths(text),
            network: network(text),
            is_so: match text {
                "yes" | "true" => Some(true),
                "no" | "false" => Some(false),
                _ => None,
            },
            text: text.to_owned(),
        }
    }

    /// Returns whether the text is something that such a value can be.
    fn can_be_like(&self, value: &Value<'_>) -> bool {
        match value {
            Value::Number(_) | Value::Hundredths(_) | Value::Waiting { .. } => {
                self.number.is_some()
            }
            Value::Bool(_) => self.is_so.is_some(),
            Value::Address(_) => self.network.is_some() || self.text.contains(['*', '?', '[']),
            _ => true,
        }
    }

    /// Returns whether a value compares like this with the text. Null compares with nothing.
    fn compares(&self, comparison: Comparison, value: &Value<'_>) -> bool {
        match value {
            Value::Null => false,
            Value::Number(number) => is(comparison, self.order(number.checked_mul(100))),
            Value::Waiting { waiting, .. } => is(
                comparison,
                self.order(i128::from(*waiting).checked_mul(100)),
            ),
            Value::Hundredths(number) => is(comparison, self.order(Some((*number).into()))),
            Value::Bool(is_so) => comparison == Comparison::Equal && self.is_so == Some(*is_so),
            Value::Address(address) => self.address(comparison, *address),
            Value::Text(text) => self.text(comparison, text),
            Value::State(name) => self.text(comparison, name.as_bytes()),
            Value::List(values) => values.iter().any(|it| self.compares(comparison, it)),
            Value::Object(fields) => fields.iter().any(|(_, it)| self.compares(comparison, it)),
            Value::Processes(processes) => {
                let compares = |process: &Process| {
                    let name = Value::Text(Cow::Borrowed(&process.name));
                    let pid = Value::Number(process.pid.into());
                    self.compares(comparison, &name) || self.compares(comparison, &pid)
                };
                processes.iter().any(compares)
            }
        }
    }

    fn order(&self, number: Option<i128>) -> Option<Ordering> {
        Some(number?.cmp(&self.number?))
    }

    fn address(&self, comparison: Comparison, address: IpAddr) -> bool {
        match self.network {
            Some(network) if comparison == Comparison::Equal => network.contains(&address),
            Some(network) if network.prefix_len() == network.max_prefix_len() => {
                is(comparison, Some(address.cmp(&network.addr())))
            }
            Some(_) => false,
            None => self.text(comparison, address.to_string().as_bytes()),
        }
    }

    fn text(&self, comparison: Comparison, text: &[u8]) -> bool {
        let order = text.cmp(self.text.as_bytes());
        let fits = || {
            let glob = self.glob.as_ref();
            glob.is_some_and(|glob| glob.matches(&String::from_utf8_lossy(text)))
        };
        is(comparison, Some(order)) || comparison == Comparison::Equal && fits()
    }
}

/// Returns whether two values of this order compare like this; those without an order don't.
fn is(comparison: Comparison, order: Option<Ordering>) -> bool {
    order.is_some_and(|order| match comparison {
        Comparison::Equal => order.is_eq(),
        Comparison::Less => order.is_lt(),
        Comparison::AtMost => order.is_le(),
        Comparison::Greater => order.is_gt(),
        Comparison::AtLeast => order.is_ge(),
    })
}

/// Parses a number with at most two decimals that count.
fn hundredths(text: &str) -> Option<i128> {
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let is_digits = |text: &str| text.bytes().all(|it| it.is_ascii_digit());
    if !is_digits(part) || part.len() > 2 || part.is_empty() && text.ends_with('.') {
        return None;
    }
    let negative = whole.starts_with('-');
    let whole: i128 = whole.parse().ok()?;
    let part: i128 = format!("{part:0<2}").parse().ok()?;
    whole.checked_mul(100)?.checked_add(match negative {
        true => -part,
        false => part,
    })
}

/// Parses an address, perhaps in brackets, or a network.
fn network(text: &str) -> Option<IpNet> {
    let bare = text.strip_prefix('[').and_then(|it| it.strip_suffix(']'));
    let bare = bare.unwrap_or(text);
    match bare.parse::<IpAddr>() {
        Ok(address) => Some(address.to_canonical().into()),
        Err(_) => bare.parse().ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Comparison::{AtLeast, AtMost, Equal, Greater, Less};

    #[test]
    fn values_compare_as_what_they_are() {
        let address = |text: &str| Value::address(text.parse().expect("an address"));
        let text = |text: &'static str| Value::word(Some(text));
        let process = Process {
            pid: 7,
            name: b"sshd".to_vec(),
            command: Vec::new(),
            fd: 3,
        };
        let cases = [
            (Value::Number(9), Less, "10", true),
            (Value::Number(10), Less, "10", false),
            (Value::Number(10), AtMost, "10", true),
            (Value::Number(10), Equal, "10.0", true),
            (Value::Number(-1), Greater, "-1.5", true),
            (Value::Number(10), AtLeast, "ten", false),
            (Value::Number(10), Equal, "1*", false),
            (Value::Hundredths(1205), Greater, "12", true),
            (Value::Hundredths(1205), Equal, "12.05", true),
            (Value::Hundredths(1200), Equal, "12", true),
            (Value::Null, Equal, "", false),
            (Value::Null, Less, "1", false),
            (Value::Bool(true), Equal, "yes", true),
            (Value::Bool(true), Equal, "true", true),
            (Value::Bool(false), Equal, "no", true),
            (Value::Bool(false), Equal, "yes", false),
            (address("10.1.2.3"), Equal, "10.0.0.0/8", true),
            (address("::ffff:10.1.2.3"), Equal, "10.1.2.3", true),
            (address("10.1.2.3"), Equal, "::/0", false),
            (address("2001:db8::1"), Equal, "[2001:db8::1]", true),
            (address("2001:db8::1"), Equal, "2001:*", true),
            (address("10.0.0.1"), Less, "10.0.0.2", true),
            (address("10.0.0.1"), Less, "10.0.0.0/8", false),
            (text("nginx-1"), Equal, "nginx*", true),
            (text("Nginx"), Equal, "nginx*", false),
            (text("[kworker]"), Equal, "[kworker]", true),
            (text("b"), Greater, "a", true),
            (text("a/b"), Equal, "a*", true),
            (Value::State("LISTEN"), Equal, "LIS*", true),
            (
                Value::List(vec![address("::1"), text("x")]),
                Equal,
                "x",
                true,
            ),
            (Value::List(Vec::new()), Equal, "x", false),
            (
                Value::Processes(vec![process.clone()].into()),
                Equal,
                "ssh?",
                true,
            ),
            (Value::Processes(vec![process].into()), Equal, "7", true),
        ];
        for (value, comparison, typed, expected) in cases {
            let found = Typed::new(typed).compares(comparison, &value);
            assert_eq!(found, expected, "{value:?} {comparison:?} {typed}");
        }
    }
}
