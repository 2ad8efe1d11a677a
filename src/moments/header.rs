//! The first line of a saved listing, which says what is saved, and the last one, which says that
//! nothing is missing.

use crate::host::Host;
use crate::request::What;
use jiff::Timestamp;
use serde_json::{Map, Value, json};
use std::io::Read;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

/// The version of the format that this program writes and reads.
const VERSION: u64 = 1;

/// The name of the version, by which a saved listing is known.
const MARK: &str = "rnetstat_listing";

/// The most bytes of a file that names a system, or a run of it.
const NAME_LIMIT: u64 = 4096;

/// What a saved listing says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// When the listing was made.
    pub time: Timestamp,
    /// The name of the system, if it can be read.
    pub host: Option<String>,
    /// The number of the system's run (`man 4 random`, boot_id), if it can be read.
    pub boot_id: Option<String>,
    /// The inode number of the network namespace of the program, if that is of the running system.
    pub netns: Option<u64>,
    /// What is listed.
    pub listing: String,
    /// The flags and words that say which rows.
    pub flags: Vec<String>,
}

impl Header {
    /// Returns the header of a listing of `host` that is made now.
    pub fn new(host: &Host, what: &What, flags: &[String]) -> Header {
        let name = ["proc/sys/kernel/hostname", "etc/hostname"];
        Header {
            time: Timestamp::now(),
            host: name.into_iter().find_map(|path| read(host, path)),
            boot_id: read(host, "proc/sys/kernel/random/boot_id"),
            netns: own_namespace(host),
            listing: listing(what).to_owned(),
            flags: flags.to_vec(),
        }
    }

    /// Returns its line, without the end.
    pub fn to_line(&self) -> String {
        json!({
            MARK: VERSION,
            "time": self.time.to_string(),
            "host": self.host,
            "boot_id": self.boot_id,
            "netns": self.netns,
            "listing": self.listing,
            "flags": self.flags,
        })
        .to_string()
    }

    /// Parses its line.
    ///
    /// # Errors
    /// Why that is none, as text.
    pub fn parse(line: &[u8]) -> Result<Header, String> {
        let none = || "not a listing saved by --save".to_owned();
        let header: Map<String, Value> = serde_json::from_slice(line).map_err(|_| none())?;
        match header.get(MARK) {
            Some(version) if version.as_u64() == Some(VERSION) => {}
            Some(version) => {
                return Err(format!(
                    "saved in format {version}, but this rnetstat reads format {VERSION}"
                ));
            }
            None => return Err(none()),
        }
        let text = |name: &str| header.get(name).and_then(Value::as_str).map(str::to_owned);
        let flags = header.get("flags").and_then(Value::as_array);
        let flags = flags.map(|flags| {
            let flags = flags.iter().map(|flag| flag.as_str().map(str::to_owned));
            flags.collect::<Option<Vec<_>>>()
        });
        Ok(Header {
            time: text("time")
                .and_then(|time| time.parse().ok())
                .ok_or("the header has no time")?,
            host: text("host"),
            boot_id: text("boot_id"),
            netns: header.get("netns").and_then(Value::as_u64),
            listing: text("listing").ok_or("the header does not say what is listed")?,
            flags: flags.flatten().ok_or("the header has no flags")?,
        })
    }

    /// Returns whether both are of the same run of the same system. What is known of one alone may be
    /// anything for the other. A system can get another name while it runs, and so can its namespaces.
    pub fn is_of_same_run(&self, other: &Header) -> bool {
        self.boot_id == other.boot_id
            && (self.host == other.host
                || self.boot_id.is_some() && self.netns_differs(other).is_some())
    }

    /// Returns whether the namespaces of the program differ, or `None` if that is not known.
    pub fn netns_differs(&self, other: &Header) -> Option<bool> {
        let both = self.netns.zip(other.netns);
        both.map(|(one, other)| one != other)
    }
}

/// The last line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Trailer {
    /// The number of rows before it.
    pub rows: u64,
    /// Whether everything could be read when the listing was made.
    pub is_whole: bool,
}

impl Trailer {
    /// Returns its line, without the end.
    pub fn to_line(self) -> String {
        json!({ "rows": self.rows, "whole": self.is_whole }).to_string()
    }

    /// Returns what a line says if it is a trailer. No row has such fields.
    pub fn of(line: &Map<String, Value>) -> Option<Trailer> {
        Some(Trailer {
            rows: line.get("rows")?.as_u64()?,
            is_whole: line.get("whole")?.as_bool()?,
        })
    }
}

/// Returns the word for a listing.
fn listing(what: &What) -> &'static str {
    match what {
        What::Sockets(sockets) if sockets.lists_groups() => "groups",
        What::Sockets(_) => "sockets",
        What::Routes(_) => "routes",
        What::Interfaces(_) => "interfaces",
        What::Statistics(_) => "statistics",
        What::Masquerade(_) => "masquerade",
        What::Checks(_) => "checks",
    }
}

/// Returns the number of the network namespace in which this process is, for the running system.
fn own_namespace(host: &Host) -> Option<u64> {
    if !host.is_live() {
        return None;
    }
    let file = host.files().open_magic("proc/self/ns/net").ok()?;
    Some(file.metadata().ok()?.ino())
}

/// Returns the first line of a file of `host`.
fn read(host: &Host, path: &str) -> Option<String> {
    let mut text = Vec::new();
    let file = host.files().open(Path::new(path)).ok()?;
    file.take(NAME_LIMIT).read_to_end(&mut text).ok()?;
    let text = String::from_utf8_lossy(&text);
    let line = text.lines().next().unwrap_or_default().trim();
    (!line.is_empty()).then(|| line.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(host: Option<&str>, boot_id: Option<&str>) -> Header {
        Header {
            time: Timestamp::UNIX_EPOCH,
            host: host.map(str::to_owned),
            boot_id: boot_id.map(str::to_owned),
            netns: None,
            listing: "sockets".to_owned(),
            flags: vec!["--tcp".to_owned(), "--port=80".to_owned()],
        }
    }

    #[test]
    fn a_header_is_read_as_it_was_written() {
        for header in [header(Some("a\"b"), Some("1")), header(None, None)] {
            let line = header.to_line();
            assert_eq!(Header::parse(line.as_bytes()), Ok(header));
        }
    }

    #[test]
    fn what_is_no_header_is_not_taken_for_one() {
        for (line, expected) in [
            ("", "not a listing saved by --save"),
            ("[]", "not a listing saved by --save"),
            ("{}", "not a listing saved by --save"),
            (r#"{"proto":"tcp"}"#, "not a listing saved by --save"),
            ("{\"rnetstat_listing\":1", "not a listing saved by --save"),
            (r#"{"rnetstat_listing":2}"#, "reads format 1"),
            (r#"{"rnetstat_listing":"x"}"#, "reads format 1"),
            (r#"{"rnetstat_listing":1}"#, "no time"),
            (
                r#"{"rnetstat_listing":1,"time":"yesterday","listing":"sockets","flags":[]}"#,
                "no time",
            ),
            (
                r#"{"rnetstat_listing":1,"time":"2026-11-28T12:00:00Z","flags":[]}"#,
                "what is listed",
            ),
            (
                r#"{"rnetstat_listing":1,"time":"2026-11-28T12:00:00Z","listing":"routes","flags":[7]}"#,
                "no flags",
            ),
        ] {
            let found = Header::parse(line.as_bytes()).expect_err(line);
            assert!(found.contains(expected), "{line}: {found}");
        }
    }

    #[test]
    fn a_run_is_told_from_others_where_it_is_known() {
        let here = header(Some("a"), Some("1"));
        for (host, boot_id, expected) in [
            (Some("a"), Some("1"), true),
            (Some("a"), Some("2"), false),
            (Some("b"), Some("1"), false),
            (Some("a"), None, false),
            (None, Some("1"), false),
            (None, None, false),
        ] {
            let other = header(host, boot_id);
            assert_eq!(here.is_of_same_run(&other), expected, "{other:?}");
            assert_eq!(other.is_of_same_run(&here), expected, "{other:?}");
        }
        assert!(header(None, None).is_of_same_run(&header(None, None)));
        // Its name alone has changed.
        let in_4 = |host| Header {
            netns: Some(4),
            ..header(Some(host), Some("1"))
        };
        assert!(in_4("a").is_of_same_run(&in_4("b")));
        assert_eq!(in_4("a").netns_differs(&in_4("b")), Some(false));
        assert_eq!(in_4("a").netns_differs(&here), None);
    }
}
