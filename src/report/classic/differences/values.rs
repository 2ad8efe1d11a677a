//! The values of a row of a comparison, by the names of their columns.

use crate::report::columns::Record;
use crate::report::records::value::Value;
use std::net::{IpAddr, Ipv4Addr};

/// The values of a row.
pub struct Values<'a> {
    record: &'a mut dyn Record,
    /// The names of its columns.
    names: &'a [&'static str],
}

impl<'a> Values<'a> {
    /// Takes the values of `record`, which has columns with these names.
    pub fn of(record: &'a mut dyn Record, names: &'a [&'static str]) -> Values<'a> {
        Values { record, names }
    }

    /// Returns a value: null if there is no such column.
    pub fn get(&mut self, name: &str) -> Value<'_> {
        match self.names.iter().position(|it| *it == name) {
            Some(index) => self.record.value(index),
            None => Value::Null,
        }
    }

    /// Returns a text, or `None` for null.
    pub fn text(&mut self, name: &str) -> Option<Vec<u8>> {
        match self.get(name) {
            Value::Text(text) => Some(text.into_owned()),
            Value::State(name) => Some(name.into()),
            _ => None,
        }
    }

    /// Returns a number, or `None` for null and for one that is out of range.
    pub fn number<N: TryFrom<i128>>(&mut self, name: &str) -> Option<N> {
        match self.get(name) {
            Value::Number(number) => number.try_into().ok(),
            Value::Waiting { waiting, .. } => i128::from(waiting).try_into().ok(),
            _ => None,
        }
    }

    /// Returns an address, or `None` for null. One that was saved is a text.
    pub fn address(&mut self, name: &str) -> Option<IpAddr> {
        match self.get(name) {
            Value::Address(ip) => Some(ip),
            Value::Text(text) => String::from_utf8_lossy(&text).parse().ok(),
            _ => None,
        }
    }

    /// Returns an IPv4 address, or `None` for null and for an IPv6 one.
    pub fn ipv4(&mut self, name: &str) -> Option<Ipv4Addr> {
        match self.address(name)? {
            IpAddr::V4(address) => Some(address),
            IpAddr::V6(_) => None,
        }
    }

    /// Returns a number of hundredths, or `None` for null. In a file that another program has written again,
    /// whole numbers may have no decimals.
    pub fn hundredths(&mut self, name: &str) -> Option<u64> {
        match self.get(name) {
            Value::Hundredths(number) => Some(number),
            Value::Number(number) => u64::try_from(number).ok()?.checked_mul(100),
            _ => None,
        }
    }

    /// Returns a value as a table shows it, or `None` for null.
    pub fn cell(&mut self, name: &str) -> Option<Vec<u8>> {
        let value = self.get(name);
        (value != Value::Null).then(|| {
            let mut cell = Vec::new();
            value.push_cell(&mut cell);
            cell
        })
    }
}
