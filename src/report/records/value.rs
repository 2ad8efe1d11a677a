//! The values of columns, for formats and tables.

use crate::report::text;
use serde::ser::{Error, Serialize, SerializeStruct, Serializer};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::io;
use std::net::IpAddr;

/// A value: comparable, so that rows can be sorted and counted by it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Value<'a> {
    /// Unknown, or not applicable to such a row.
    Null,
    /// A whole number.
    Number(i128),
    /// A number of hundredths.
    Hundredths(u64),
    /// Yes or no.
    Bool(bool),
    /// An address; an IPv4-mapped IPv6 address is shown as the IPv4 address that it means.
    Address(IpAddr),
    /// A text without control characters, perhaps not UTF-8.
    Text(Cow<'a, [u8]>),
    /// A socket's state, by net-tools' name.
    State(&'static str),
    /// How many wait for something, and the most that may, if that is known.
    Waiting {
        /// The number.
        waiting: u32,
        /// The most.
        limit: Option<u32>,
    },
    /// Several values of one kind.
    List(Vec<Value<'a>>),
    /// Several values, each with a name.
    Object(Vec<(String, Value<'a>)>),
    /// Processes, each with one descriptor.
    Processes(Cow<'a, [Process]>),
}

/// A process that holds a socket.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Process {
    /// Its PID.
    pub pid: i32,
    /// Its program's name.
    pub name: Vec<u8>,
    /// Its command line, with blanks between the arguments.
    pub command: Vec<u8>,
    /// The number of the descriptor by which it holds the socket.
    pub fd: u32,
}

impl<'a> Value<'a> {
    /// Returns a number, or null.
    pub fn number(number: Option<impl Into<i128>>) -> Value<'a> {
        number.map_or(Value::Null, |number| Value::Number(number.into()))
    }

    /// Returns a text, or null.
    pub fn text(text: Option<&'a [u8]>) -> Value<'a> {
        text.map_or(Value::Null, |text| Value::Text(Cow::Borrowed(text)))
    }

    /// Returns a fixed word, or null.
    pub fn word(word: Option<&'static str>) -> Value<'a> {
        Value::text(word.map(str::as_bytes))
    }

    /// Returns a state, or null.
    pub fn state(name: Option<&'static str>) -> Value<'a> {
        name.map_or(Value::Null, Value::State)
    }

    /// Returns an address.
    pub fn address(address: IpAddr) -> Value<'a> {
        Value::Address(address.to_canonical())
    }

    /// Returns the same value, borrowed from this one.
    pub fn borrowed(&self) -> Value<'_> {
        match self {
            Value::Null => Value::Null,
            Value::Number(number) => Value::Number(*number),
            Value::Hundredths(number) => Value::Hundredths(*number),
            Value::Bool(is_so) => Value::Bool(*is_so),
            Value::Address(address) => Value::Address(*address),
            Value::Text(text) => Value::Text(Cow::Borrowed(text)),
            Value::State(name) => Value::State(name),
            Value::Waiting { waiting, limit } => Value::Waiting {
                waiting: *waiting,
                limit: *limit,
            },
            Value::List(values) => Value::List(values.iter().map(Value::borrowed).collect()),
            Value::Object(fields) => {
                let fields = fields
                    .iter()
                    .map(|(name, it)| (name.clone(), it.borrowed()));
                Value::Object(fields.collect())
            }
            Value::Processes(processes) => Value::Processes(Cow::Borrowed(processes)),
        }
    }

    /// Returns the same value, with everything it borrows copied.
    pub fn into_owned(self) -> Value<'static> {
        match self {
            Value::Null => Value::Null,
            Value::Number(number) => Value::Number(number),
            Value::Hundredths(number) => Value::Hundredths(number),
            Value::Bool(is_so) => Value::Bool(is_so),
            Value::Address(address) => Value::Address(address),
            Value::Text(text) => Value::Text(Cow::Owned(text.into_owned())),
            Value::State(name) => Value::State(name),
            Value::Waiting { waiting, limit } => Value::Waiting { waiting, limit },
            Value::List(values) => Value::List(values.into_iter().map(Value::into_owned).collect()),
            Value::Object(fields) => {
                let fields = fields.into_iter().map(|(name, it)| (name, it.into_owned()));
                Value::Object(fields.collect())
            }
            Value::Processes(processes) => Value::Processes(Cow::Owned(processes.into_owned())),
        }
    }

    /// Returns whether it stands in a column of numbers.
    pub fn is_number(&self) -> bool {
        matches!(
            self,
            Value::Null | Value::Number(_) | Value::Hundredths(_) | Value::Waiting { .. }
        )
    }

    /// Returns whether more wait than should. A listener takes one more than its limit.
    pub fn is_full(&self) -> bool {
        matches!(self, Value::Waiting { waiting, limit: Some(limit) } if waiting > limit)
    }

    /// Returns whether it holds several things, for which CSV has no form.
    pub fn is_list(&self) -> bool {
        matches!(
            self,
            Value::List(_) | Value::Object(_) | Value::Processes(_)
        )
    }

    /// Adds bytes that tell the value from all others, and end where no longer value goes on.
    ///
    /// # Errors
    /// None: it writes to memory.
    pub fn push_key(&self, out: &mut Vec<u8>) -> io::Result<()> {
        out.push(match self {
            Value::Null => b'0',
            Value::Number(_) => b'n',
            Value::Hundredths(_) => b'h',
            Value::Bool(_) => b'b',
            Value::Address(_) => b'a',
            Value::Text(_) | Value::State(_) => b't',
            Value::Waiting { .. } => b'w',
            Value::Processes(_) | Value::List(_) | Value::Object(_) => b'l',
        });
        match self {
            // A cell does not show everything.
            Value::Processes(_) | Value::List(_) | Value::Object(_) => {
                serde_json::to_writer(&mut *out, self)?
            }
            _ => self.push_cell(out),
        }
        // No text contains one.
        out.push(0);
        Ok(())
    }

    /// Adds the value as one cell of a table: nothing for null, `PID/NAME` for each process.
    pub fn push_cell(&self, out: &mut Vec<u8>) {
        match self {
            Value::Null => {}
            Value::Number(number) => match (u64::try_from(*number), i64::try_from(*number)) {
                (Ok(number), _) => text::push_decimal(out, number),
                (_, Ok(number)) => text::push_decimal(out, number),
                _ => out.extend_from_slice(number.to_string().as_bytes()),
            },
            Value::Hundredths(number) => {
                text::push_decimal(out, number / 100);
                out.extend_from_slice(&[
                    b'.',
                    b'0' + (number / 10 % 10) as u8,
                    b'0' + (number % 10) as u8,
                ]);
            }
            Value::Bool(true) => out.extend_from_slice(b"yes"),
            Value::Bool(false) => out.extend_from_slice(b"no"),
            Value::Address(address) => text::push_address(out, *address),
            Value::Text(text) => out.extend_from_slice(text),
            Value::State(name) => out.extend_from_slice(name.as_bytes()),
            Value::Waiting { waiting, limit } => {
                text::push_decimal(out, *waiting);
                if let Some(limit) = limit {
                    out.push(b'/');
                    text::push_decimal(out, *limit);
                }
            }
            Value::List(values) => {
                for (index, value) in values.iter().enumerate() {
                    if index > 0 {
                        out.extend_from_slice(b", ");
                    }
                    value.push_cell(out);
                }
            }
            Value::Object(fields) => {
                for (index, (name, value)) in fields.iter().enumerate() {
                    if index > 0 {
                        out.extend_from_slice(b", ");
                    }
                    out.extend_from_slice(name.as_bytes());
                    out.push(b'=');
                    value.push_cell(out);
                }
            }
            Value::Processes(processes) => {
                let mut before = None;
                for process in processes.iter() {
                    if before == Some(process.pid) {
                        continue;
                    }
                    if before.replace(process.pid).is_some() {
                        out.extend_from_slice(b", ");
                    }
                    text::push_decimal(out, process.pid);
                    out.push(b'/');
                    out.extend_from_slice(&process.name);
                }
            }
        }
    }
}

impl Serialize for Value<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Value::Null => serializer.serialize_none(),
            Value::Number(number) => serializer.serialize_i128(*number),
            // A float has these digits, and is written with no others.
            Value::Hundredths(number) if *number < 1_000_000_000_000_000 => {
                serializer.serialize_f64(*number as f64 / 100.0)
            }
            Value::Hundredths(_) => {
                let mut digits = Vec::with_capacity(24);
                self.push_cell(&mut digits);
                let digits = String::from_utf8_lossy(&digits).into_owned();
                let number = RawValue::from_string(digits).map_err(S::Error::custom)?;
                number.serialize(serializer)
            }
            Value::Bool(is_so) => serializer.serialize_bool(*is_so),
            Value::Address(_) | Value::Waiting { .. } => {
                let mut text = Vec::with_capacity(40);
                self.push_cell(&mut text);
                serializer.serialize_str(&String::from_utf8_lossy(&text))
            }
            Value::Text(text) => serializer.serialize_str(&String::from_utf8_lossy(text)),
            Value::State(name) => serializer.serialize_str(name),
            Value::List(values) => serializer.collect_seq(values.iter()),
            Value::Object(fields) => {
                serializer.collect_map(fields.iter().map(|(name, value)| (name, value)))
            }
            Value::Processes(processes) => serializer.collect_seq(processes.iter()),
        }
    }
}

impl Serialize for Process {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut process = serializer.serialize_struct("Process", 4)?;
        process.serialize_field("pid", &self.pid)?;
        process.serialize_field("name", &String::from_utf8_lossy(&self.name))?;
        process.serialize_field("command", &String::from_utf8_lossy(&self.command))?;
        process.serialize_field("fd", &self.fd)?;
        process.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn hundredths_are_the_same_number_in_json_and_in_cells(number in any::<u64>(), shift in 0..64) {
            let value = Value::Hundredths(number >> shift);
            let json = serde_json::to_string(&value).expect("JSON");
            let mut cell = Vec::new();
            value.push_cell(&mut cell);
            let cell = String::from_utf8(cell).expect("text");
            let (whole, part) = json.split_once('.').expect("a point");
            prop_assert_eq!(format!("{whole}.{part:0<2}"), cell);
        }
    }

    #[test]
    fn values_are_json_and_cells() {
        let process = |pid, fd| Process {
            pid,
            name: b"a\xffb".to_vec(),
            command: b"a \"b\"".to_vec(),
            fd,
        };
        let address = |text: &str| Value::address(text.parse().expect("an address"));
        let cases = [
            (Value::Null, "null", ""),
            (
                Value::Number(u64::MAX.into()),
                "18446744073709551615",
                "18446744073709551615",
            ),
            (Value::Number(-1), "-1", "-1"),
            (Value::Hundredths(1205), "12.05", "12.05"),
            (Value::Hundredths(0), "0.0", "0.00"),
            (
                Value::Hundredths(999_999_999_999_999),
                "9999999999999.99",
                "9999999999999.99",
            ),
            (
                Value::Hundredths(u64::MAX),
                "184467440737095516.15",
                "184467440737095516.15",
            ),
            (address("::ffff:192.0.2.1"), r#""192.0.2.1""#, "192.0.2.1"),
            (address("2001:db8::1"), r#""2001:db8::1""#, "2001:db8::1"),
            (Value::Bool(true), "true", "yes"),
            (Value::Bool(false), "false", "no"),
            (Value::word(Some("a\"b")), r#""a\"b""#, "a\"b"),
            (
                Value::List(vec![
                    address("192.0.2.1"),
                    Value::word(Some("x\"")),
                    Value::Null,
                ]),
                r#"["192.0.2.1","x\"",null]"#,
                "192.0.2.1, x\", ",
            ),
            (Value::List(Vec::new()), "[]", ""),
            (
                Value::Processes(vec![process(1, 3), process(1, 4), process(2, 3)].into()),
                r#"[{"pid":1,"name":"a�b","command":"a \"b\"","fd":3},{"pid":1,"name":"a�b","command":"a \"b\"","fd":4},{"pid":2,"name":"a�b","command":"a \"b\"","fd":3}]"#,
                "1/a�b, 2/a�b",
            ),
        ];
        for (value, json, cell) in cases {
            assert_eq!(serde_json::to_string(&value).expect("JSON"), json);
            let mut found = Vec::new();
            value.push_cell(&mut found);
            assert_eq!(String::from_utf8_lossy(&found), cell);
        }
    }
}
