//! The time of day in the local time zone.
//!
//! The zone's file is read here and not by jiff, which would wait for a pipe that `TZ` names and
//! read a device for ever.

use crate::notice;
use crate::plain_file::{self, Unread};
use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};
use std::ffi::OsString;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

/// The zone where `TZ` is not set.
const USUAL: &str = "/etc/localtime";

/// The folders of zones where `TZDIR` is not set; the others are for systems without the first.
const FOLDERS: [&str; 3] = [
    "/usr/share/zoneinfo",
    "/usr/share/lib/zoneinfo",
    "/etc/zoneinfo",
];

/// Zones that need no file.
const UTC: [&str; 4] = ["", "UTC", "GMT", "Etc/UTC"];

/// The most bytes of a zone's file. The longest have some thousand.
const MAX_FILE_SIZE: u64 = 1 << 20;

/// Returns the time now, as [`local`] does.
pub fn now() -> Zoned {
    local(Timestamp::now())
}

/// Returns a time in the local zone. The zone is found out once; if it can't be, a note says so, and
/// times are in UTC.
pub fn local(time: Timestamp) -> Zoned {
    static ZONE: OnceLock<TimeZone> = OnceLock::new();
    let zone = ZONE.get_or_init(|| {
        let [zone, folder] = ["TZ", "TZDIR"].map(std::env::var_os);
        find(zone, folder).unwrap_or_else(|why| {
            notice::say(format_args!("{why}: times are in UTC"));
            TimeZone::UTC
        })
    });
    time.to_zoned(zone.clone())
}

/// Returns the zone that `TZ` names (`man 3 tzset`): by a rule such as `CET-1CEST,M3.5.0,M10.5.0/3`,
/// by a file's path, or by a path in the folder that `TZDIR` names.
///
/// # Errors
/// Why there is none, as text.
fn find(zone: Option<OsString>, folder: Option<OsString>) -> Result<TimeZone, String> {
    let Some(zone) = zone else {
        let path = Path::new(USUAL);
        return match read(path) {
            Err(Unread::Failed(error)) if error.kind() == ErrorKind::NotFound => Ok(TimeZone::UTC),
            Err(why) => Err(format!("{USUAL}: {why}")),
            Ok(bytes) => parse(path, &bytes),
        };
    };
    let text = zone.to_string_lossy();
    let name = text.strip_prefix(':').unwrap_or(&text);
    if UTC.contains(&name) {
        return Ok(TimeZone::UTC);
    }
    if let Ok(rule) = TimeZone::posix(&text) {
        return Ok(rule);
    }
    let folders = folder.map_or_else(
        || FOLDERS.map(PathBuf::from).to_vec(),
        |folder| vec![PathBuf::from(folder)],
    );
    for folder in folders {
        // An absolute path replaces the folder.
        let path = folder.join(name);
        match read(&path) {
            Err(Unread::Failed(error)) if error.kind() == ErrorKind::NotFound => {}
            Err(why) => return Err(format!("TZ: {}: {why}", path.display())),
            Ok(bytes) => return parse(&path, &bytes),
        }
    }
    Err(format!("TZ: there is no time zone '{name}'"))
}

fn read(path: &Path) -> Result<Vec<u8>, Unread> {
    plain_file::read(path, MAX_FILE_SIZE)
}

/// Parses a zone's file (`man 5 tzfile`).
fn parse(path: &Path, bytes: &[u8]) -> Result<TimeZone, String> {
    TimeZone::tzif("local", bytes).map_err(|_| format!("{}: not a time zone", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use nix::sys::stat::Mode;
    use nix::unistd::mkfifo;

    /// A zone's file that has nothing but the rule `rule`.
    fn zone_file(rule: &str) -> Vec<u8> {
        let header = |magic: &[u8]| [magic, &[0; 15 + 16], &[0, 0, 0, 1], &[0, 0, 0, 4]].concat();
        let types = [0, 0, 0, 0, 0, 0, b'U', b'T', b'C', 0];
        let part = [header(b"TZif2"), types.to_vec()].concat();
        let rule = format!("\n{rule}\n").into_bytes();
        [part.clone(), part, rule].concat()
    }

    #[test]
    fn a_zone_is_a_rule_or_a_plain_file() {
        let folder = std::env::temp_dir().join(format!("rnetstat-clock-{}", std::process::id()));
        std::fs::create_dir_all(folder.join("Far")).expect("folders");
        std::fs::write(folder.join("Far/East"), zone_file("EST-9")).expect("written");
        std::fs::write(folder.join("other"), "other").expect("written");
        std::fs::write(folder.join("long"), vec![0; 1 << 21]).expect("written");
        mkfifo(&folder.join("pipe"), Mode::S_IRWXU).expect("a pipe");
        let text = folder.display().to_string();
        let absolute = |name: &str| format!("{text}/{name}");
        for (zone, expected) in [
            ("Far/East".to_owned(), Ok("+09:00")),
            (":Far/East".to_owned(), Ok("+09:00")),
            (absolute("Far/East"), Ok("+09:00")),
            (format!(":{}", absolute("Far/East")), Ok("+09:00")),
            ("EST5".to_owned(), Ok("-05:00")),
            ("<+03>-3".to_owned(), Ok("+03:00")),
            (String::new(), Ok("+00:00")),
            (":".to_owned(), Ok("+00:00")),
            ("UTC".to_owned(), Ok("+00:00")),
            (
                "far/east".to_owned(),
                Err("TZ: there is no time zone 'far/east'"),
            ),
            ("pipe".to_owned(), Err("/pipe: not a plain file")),
            (absolute("pipe"), Err("/pipe: not a plain file")),
            (
                format!(":{}", absolute("pipe")),
                Err("/pipe: not a plain file"),
            ),
            (
                "/dev/zero".to_owned(),
                Err("TZ: /dev/zero: not a plain file"),
            ),
            (
                ":/dev/zero".to_owned(),
                Err("TZ: /dev/zero: not a plain file"),
            ),
            ("long".to_owned(), Err("/long: more than 1 MiB")),
            ("other".to_owned(), Err("/other: not a time zone")),
            ("Far".to_owned(), Err("/Far: not a plain file")),
        ] {
            let found = find(Some(zone.clone().into()), Some(folder.clone().into()));
            let found = found.map(|zone| {
                let time = Timestamp::UNIX_EPOCH.to_zoned(zone);
                time.strftime("%:z").to_string()
            });
            match (&found, expected) {
                (Ok(offset), Ok(expected)) => assert_eq!(offset, expected, "{zone}"),
                (Err(why), Err(end)) => assert!(why.ends_with(end), "{zone}: {why}"),
                _ => panic!("{zone}: {found:?}"),
            }
        }
        let in_pipe = find(Some("Far/East".into()), Some(folder.join("pipe").into()));
        let why = in_pipe.expect_err("no folder");
        assert!(why.contains("/pipe/Far/East: Not a directory"), "{why}");
        std::fs::remove_dir_all(&folder).expect("removed");
    }
}
