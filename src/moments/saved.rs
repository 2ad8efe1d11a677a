//! A saved listing is read: its header, then its rows, one by one. Somebody may have cut or changed it.

use super::header::{Header, Trailer};
use crate::report::columns::owners::COMMANDS;
use crate::report::columns::sockets::PROCESSES;
use crate::report::moments::SavedRow;
use crate::report::records::value::{Process, Value};
use crate::sanitize;
use serde_json::{Map, Value as Json};
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

/// The most bytes of a line. A socket that a thousand processes hold has some hundred thousand.
const LINE_LIMIT: u64 = 64 << 20;

/// A saved listing whose header has been read.
pub struct Saved {
    /// What it says of itself.
    pub header: Header,
    file: PathBuf,
    lines: Box<dyn BufRead>,
    /// The number of the last line that was read.
    line: u64,
    rows: u64,
}

/// A row: its values by the names of their columns.
#[derive(Debug)]
pub struct JsonRow(Map<String, Json>);

/// What stands on a line.
#[derive(Debug)]
pub enum Line {
    /// A row.
    Row(JsonRow),
    /// The end; whether everything could be read when the listing was made.
    End {
        /// Whether it could.
        is_whole: bool,
    },
}

impl Saved {
    /// Opens a file, or stdin if it is called `-`, and reads the header.
    ///
    /// # Errors
    /// It can't be read, or is no saved listing, as text.
    pub fn open(file: &Path) -> Result<Saved, String> {
        let lines: Box<dyn BufRead> = match file == Path::new("-") {
            true => Box::new(io::stdin().lock()),
            false => {
                let opened = File::open(file);
                let opened = opened.map_err(|error| format!("{}: {error}", file.display()))?;
                Box::new(BufReader::new(opened))
            }
        };
        Saved::read(file.to_owned(), lines)
    }

    fn read(file: PathBuf, mut lines: Box<dyn BufRead>) -> Result<Saved, String> {
        let header = match read_line(&mut lines) {
            Ok(line) => Header::parse(line.as_deref().unwrap_or_default()),
            Err(why) => Err(why),
        };
        let header = header.map_err(|why| at(&file, 1, &why))?;
        Ok(Saved {
            header,
            file,
            lines,
            line: 1,
            rows: 0,
        })
    }

    /// Returns what stands on the next line.
    ///
    /// # Errors
    /// It is neither a row nor the end, as text with file and line.
    pub fn next_line(&mut self) -> Result<Line, String> {
        self.line += 1;
        let parsed = read_line(&mut self.lines).and_then(|line| {
            let line = line.ok_or("the last line is missing: the file is incomplete")?;
            serde_json::from_slice::<Map<String, Json>>(&line).map_err(|_| match self.rows {
                0 => "not a row".to_owned(),
                rows => format!("not a row (after {rows} rows)"),
            })
        });
        let row = parsed.map_err(|why| at(&self.file, self.line, &why))?;
        match Trailer::of(&row) {
            Some(end) if end.rows == self.rows => match read_line(&mut self.lines) {
                Ok(None) => Ok(Line::End {
                    is_whole: end.is_whole,
                }),
                Ok(Some(_)) => Err(at(
                    &self.file,
                    self.line + 1,
                    "the listing ends before this line",
                )),
                Err(why) => Err(at(&self.file, self.line + 1, &why)),
            },
            Some(end) => {
                let why = format!(
                    "the file should have {} rows, but has {}",
                    end.rows, self.rows
                );
                Err(at(&self.file, self.line, &why))
            }
            None => {
                self.rows += 1;
                Ok(Line::Row(JsonRow(row)))
            }
        }
    }
}

/// Returns the next line, or `None` at the end.
fn read_line(lines: &mut Box<dyn BufRead>) -> Result<Option<Vec<u8>>, String> {
    let mut line = Vec::new();
    let read = lines.take(LINE_LIMIT).read_until(b'\n', &mut line);
    read.map_err(|error| error.to_string())?;
    if line.len() as u64 == LINE_LIMIT {
        return Err("line too long".to_owned());
    }
    Ok((!line.is_empty()).then_some(line))
}

fn at(file: &Path, line: u64, why: &str) -> String {
    format!("{}:{line}: {why}", file.display())
}

impl SavedRow for JsonRow {
    fn take(&mut self, name: &str) -> Value<'static> {
        match name {
            // Tables have both, so the processes stay.
            COMMANDS => commands(self.0.get(PROCESSES)),
            PROCESSES => self.0.get(name).cloned().map_or(Value::Null, value),
            _ => self.0.remove(name).map_or(Value::Null, value),
        }
    }
}

/// Returns the command lines of saved processes, each once: null if they are not known.
fn commands(processes: Option<&Json>) -> Value<'static> {
    let Some(processes) = processes.and_then(Json::as_array) else {
        return Value::Null;
    };
    let mut commands: Vec<Vec<u8>> = Vec::new();
    for Process { command, .. } in processes.iter().filter_map(process) {
        if !command.is_empty() && !commands.contains(&command) {
            commands.push(command);
        }
    }
    let commands = commands.into_iter().map(|it| Value::Text(it.into()));
    Value::List(commands.collect())
}

/// Returns the value that is written as this JSON.
fn value(json: Json) -> Value<'static> {
    match json {
        Json::Null => Value::Null,
        Json::Bool(is_so) => Value::Bool(is_so),
        Json::Number(number) => match (number.as_i64(), number.as_u64(), number.as_f64()) {
            (Some(number), ..) => Value::Number(number.into()),
            (_, Some(number), _) => Value::Number(number.into()),
            (_, _, Some(number)) => Value::Hundredths((number * 100.0).round() as u64),
            _ => Value::Null,
        },
        // Whoever wrote the file may want to control a terminal.
        Json::String(text) => Value::Text(sanitize::without_controls(text.into_bytes()).into()),
        Json::Array(items) => match items.iter().map(process).collect::<Option<Vec<_>>>() {
            Some(processes) if !processes.is_empty() => Value::Processes(processes.into()),
            _ => Value::List(items.into_iter().map(value).collect()),
        },
        Json::Object(fields) => {
            let fields = fields.into_iter();
            Value::Object(fields.map(|(name, it)| (name, value(it))).collect())
        }
    }
}

/// Returns the process that is written as this JSON, if it is one.
fn process(json: &Json) -> Option<Process> {
    let text = |name: &str| {
        let text = json.get(name)?.as_str()?;
        Some(sanitize::without_controls(text.as_bytes().to_vec()))
    };
    Some(Process {
        pid: json.get("pid")?.as_i64()?.try_into().ok()?,
        name: text("name")?,
        command: text("command")?,
        fd: json.get("fd")?.as_u64()?.try_into().ok()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::io::Cursor;

    const HEADER: &str =
        r#"{"rnetstat_listing":1,"time":"2026-11-28T12:00:00Z","listing":"sockets","flags":[]}"#;

    /// What is read of a file: the number of its rows and whether it is whole, or what is wrong.
    fn read(bytes: Vec<u8>) -> Result<(u64, bool), String> {
        let mut saved = Saved::read(PathBuf::from("f"), Box::new(Cursor::new(bytes)))?;
        loop {
            if let Line::End { is_whole } = saved.next_line()? {
                return Ok((saved.rows, is_whole));
            }
        }
    }

    #[test]
    fn what_is_wrong_with_a_file_is_said_with_its_line() {
        let end = r#"{"rows":1,"whole":true}"#;
        let row = r#"{"proto":"tcp"}"#;
        for (lines, expected) in [
            (&[HEADER, row, end][..], Ok((1, true))),
            (&[HEADER, r#"{"rows":0,"whole":false}"#], Ok((0, false))),
            (&[], Err("f:1: not a listing")),
            (&[row, end], Err("f:1: not a listing")),
            (&[HEADER], Err("f:2: the last line is missing")),
            (&[HEADER, row], Err("f:3: the last line is missing")),
            (
                &[HEADER, row, row, end],
                Err("f:4: the file should have 1 rows, but has 2"),
            ),
            (
                &[HEADER, row, end, HEADER, row, end],
                Err("f:4: the listing ends before this line"),
            ),
            (&[HEADER, row, end, "\n"], Err("f:4: the listing ends")),
            (&[HEADER, "{\"proto\":"], Err("f:2: not a row")),
            (&[HEADER, "7", end], Err("f:2: not a row")),
            (&[HEADER, row, "", end], Err("f:3: not a row (after 1")),
        ] {
            let bytes = lines.join("\n").into_bytes();
            match (read(bytes), expected) {
                (Err(found), Err(expected)) => {
                    assert!(found.starts_with(expected), "{lines:?}: {found}");
                }
                (found, expected) => {
                    assert_eq!(found.ok(), expected.ok(), "{lines:?}");
                }
            }
        }
    }

    #[test]
    fn values_are_read_as_they_were_written() {
        let process = Process {
            pid: 7,
            name: b"a".to_vec(),
            command: b"a b".to_vec(),
            fd: 3,
        };
        for written in [
            Value::Null,
            Value::Bool(true),
            Value::Number(-5),
            Value::Number(u64::MAX.into()),
            Value::Hundredths(1205),
            Value::Text(b"a\"b".to_vec().into()),
            Value::Processes(vec![process].into()),
            Value::List(Vec::new()),
        ] {
            let json = serde_json::to_value(&written).expect("JSON");
            assert_eq!(value(json), written);
        }
        let text = value(Json::String("\u{1b}[2Jx".to_owned()));
        assert!(matches!(text, Value::Text(text) if !text.contains(&0x1b)));
    }

    #[test]
    fn commands_are_those_of_the_processes() {
        for (row, expected) in [
            (r#"{"processes":null}"#, Value::Null),
            ("{}", Value::Null),
            (r#"{"processes":[]}"#, Value::List(Vec::new())),
            (
                r#"{"processes":[{"pid":7,"name":"a","command":"a b","fd":3},
                    {"pid":8,"name":"a","command":"a b","fd":3},
                    {"pid":9,"name":"k","command":"","fd":3}]}"#,
                Value::List(vec![Value::Text(b"a b".into())]),
            ),
        ] {
            let mut row = JsonRow(serde_json::from_str(row).expect("JSON"));
            let processes = row.take(PROCESSES);
            assert_eq!(row.take(COMMANDS), expected);
            assert_eq!(processes == Value::Null, expected == Value::Null);
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_or_not(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = read(bytes.clone());
            let _ = read([HEADER.as_bytes(), b"\n", &bytes].concat());
        }
    }
}
