//! What the files of another system tell of an interface: those in sys/class/net, as far as they
//! are there (Documentation/ABI/testing/sysfs-class-net).

use super::{Details, FLAG_RUNNING, FLAG_UP, HARDWARE_ADDRESS, Hardware, Link, Name};
use crate::host::Tree;
use crate::notice;
use rustix::fs::Dir;
use std::ffi::OsStr;
use std::fmt::Display;
use std::io::{self, ErrorKind, Read};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

/// The folder that has a folder for each interface.
const FOLDER: &str = "sys/class/net";
/// How much of a file is read, in bytes; the kernel's have a line.
const LONGEST_FILE: u64 = 4096;

/// The files of another system.
#[derive(Debug)]
pub struct Files {
    tree: Tree,
}

impl Files {
    /// Returns those of a system.
    pub fn new(tree: &Tree) -> Files {
        Files { tree: tree.clone() }
    }

    /// Returns the folder of all interfaces.
    pub fn folder(&self) -> PathBuf {
        self.tree.full_path(FOLDER)
    }

    /// Returns the interfaces that have a folder.
    ///
    /// # Errors
    /// The folder of all can't be read.
    pub fn names(&self) -> io::Result<Vec<Name>> {
        let folder = self.tree.open_folder(FOLDER)?;
        let mut names = Vec::new();
        for entry in Dir::read_from(folder)? {
            let name = Name::new(entry?.file_name().to_bytes());
            // Besides interfaces, there can be files, such as `bonding_masters`.
            names.extend(name.filter(|name| self.read(name, "type").is_some()));
        }
        Ok(names)
    }

    /// What the interface is.
    pub fn link(&self, name: &Name) -> Link {
        Link {
            flags: self.flags(name),
            mtu: self.number(name, "mtu"),
        }
    }

    /// What else the interface is.
    pub fn details(&self, name: &Name) -> Details {
        let kind = self.number(name, "type");
        Details {
            hardware: kind.map(|kind| Hardware {
                kind,
                address: self.address(name).unwrap_or_default(),
            }),
            queue_length: self.number(name, "tx_queue_len"),
            ..Details::default()
        }
    }

    /// Returns the flags as ioctl reports them: in the file, whether the interface is running is not
    /// among them.
    fn flags(&self, name: &Name) -> Option<u16> {
        let text = self.read(name, "flags")?;
        let digits = text.strip_prefix("0x").unwrap_or(&text);
        let Ok(flags) = u32::from_str_radix(digits, 16) else {
            self.say(name, "flags", "not a number");
            return None;
        };
        // The kernel's newer flags have no room in an `ifreq`.
        let flags = flags as u16 & !FLAG_RUNNING;
        let is_up = flags & FLAG_UP != 0;
        Some(match self.read(name, "operstate").as_deref() {
            // What has no state of its own works as soon as it is up.
            Some("up" | "unknown") if is_up => flags | FLAG_RUNNING,
            _ => flags,
        })
    }

    /// Returns the hardware address: bytes in hexadecimal digits, with colons between them.
    fn address(&self, name: &Name) -> Option<[u8; HARDWARE_ADDRESS]> {
        let text = self.read(name, "address")?;
        let mut address = [0; HARDWARE_ADDRESS];
        if text.is_empty() {
            return Some(address);
        }
        let bytes: Result<Vec<u8>, _> = text
            .split(':')
            .map(|digits| u8::from_str_radix(digits, 16))
            .collect();
        let Ok(bytes) = bytes else {
            self.say(name, "address", "not a hardware address");
            return None;
        };
        for (byte, read) in address.iter_mut().zip(bytes) {
            *byte = read;
        }
        Some(address)
    }

    /// Returns a decimal number.
    fn number<T: FromStr>(&self, name: &Name, file: &str) -> Option<T> {
        let number = self.read(name, file)?.parse().ok();
        if number.is_none() {
            self.say(name, file, "not a number");
        }
        number
    }

    /// Returns the text of a file in the interface's folder, without blanks around it. Returns
    /// `None` if it is missing; where it can't be read, that is said.
    fn read(&self, name: &Name, file: &str) -> Option<String> {
        let path = path(name, file)?;
        let mut text = Vec::new();
        let read = self
            .tree
            .open(path)
            .and_then(|file| file.take(LONGEST_FILE).read_to_end(&mut text));
        match read {
            Ok(_) => Some(String::from_utf8_lossy(text.trim_ascii()).into_owned()),
            Err(error) => {
                if !matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) {
                    self.say(name, file, error);
                }
                None
            }
        }
    }

    fn say(&self, name: &Name, file: &str, what: impl Display) {
        let folder = self.folder();
        notice::say(format_args!("{}/{name:?}/{file}: {what}", folder.display()));
    }
}

/// Returns the path of a file in the interface's folder, in the root, or `None` if the name is no
/// folder's.
fn path(name: &Name, file: &str) -> Option<PathBuf> {
    let name = name.bytes();
    if name.contains(&b'/') || name == b"." || name == b".." {
        return None;
    }
    let name = OsStr::from_bytes(name);
    Some(Path::new(FOLDER).join(name).join(file))
}
