//! Files of the running system that somebody may have put something else in place of: only plain
//! ones of a bounded size are read. A pipe would block, a device might never end, and either would
//! hold up a listing that is only to look nicer with what they say.

use nix::libc;
use std::fmt;
use std::fs::{File, Metadata};
use std::io::{self, Read};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

/// Why a file is not read.
#[derive(Debug)]
pub enum Unread {
    /// It can't be opened or read; it may not exist.
    Failed(io::Error),
    /// It is a pipe, a device or a folder.
    NotPlain,
    /// It has more bytes than this.
    TooLong(u64),
}

impl fmt::Display for Unread {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Unread::Failed(error) => write!(out, "{error}"),
            Unread::NotPlain => out.write_str("not a plain file"),
            Unread::TooLong(most) if most % (1 << 20) == 0 => {
                write!(out, "more than {} MiB", most >> 20)
            }
            Unread::TooLong(most) => write!(out, "more than {most} bytes"),
        }
    }
}

impl From<io::Error> for Unread {
    fn from(error: io::Error) -> Unread {
        Unread::Failed(error)
    }
}

/// Checks that the file at `path`, or what it links to, is a plain one of at most `most` bytes.
///
/// # Errors
/// It is not, or can't be asked.
pub fn check(path: &Path, most: u64) -> Result<(), Unread> {
    fits(&std::fs::metadata(path)?, most)
}

/// Reads such a file.
///
/// # Errors
/// As [`check`], or it can't be read.
pub fn read(path: &Path, most: u64) -> Result<Vec<u8>, Unread> {
    // Opening alone may do something to a device.
    check(path, most)?;
    let file = File::options()
        .read(true)
        .custom_flags(libc::O_NONBLOCK)
        .open(path)?;
    fits(&file.metadata()?, most)?;
    let mut bytes = Vec::new();
    // It may grow meanwhile, or be one of the kernel's, which have no size.
    file.take(most + 1).read_to_end(&mut bytes)?;
    match bytes.len() as u64 > most {
        true => Err(Unread::TooLong(most)),
        false => Ok(bytes),
    }
}

fn fits(file: &Metadata, most: u64) -> Result<(), Unread> {
    match file.is_file() {
        true if file.len() <= most => Ok(()),
        true => Err(Unread::TooLong(most)),
        false => Err(Unread::NotPlain),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use nix::sys::stat::Mode;
    use nix::unistd::mkfifo;

    #[test]
    fn only_plain_files_of_a_bounded_size_are_read() {
        let folder = std::env::temp_dir().join(format!("rnetstat-plain-{}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("a folder");
        std::fs::write(folder.join("file"), b"12345").expect("written");
        std::os::unix::fs::symlink("file", folder.join("link")).expect("linked");
        mkfifo(&folder.join("pipe"), Mode::S_IRWXU).expect("a pipe");
        for (name, most, expected) in [
            ("file", 5, "12345"),
            ("link", 5, "12345"),
            ("file", 4, "more than 4 bytes"),
            ("pipe", 5, "not a plain file"),
            (".", 5, "not a plain file"),
            ("/dev/zero", 5, "not a plain file"),
            ("none", 5, "No such file or directory (os error 2)"),
            // The kernel says that it has no bytes.
            ("/proc/self/maps", 1 << 20, ""),
            ("/proc/self/maps", 1, "more than 1 bytes"),
        ] {
            let path = folder.join(name);
            let found = match read(&path, most) {
                Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
                Err(why) => why.to_string(),
            };
            let is_maps = found.contains("[stack]") && expected.is_empty();
            assert!(is_maps || found == expected, "{name}: {found}");
            assert!(check(&path, most).is_ok() || found == expected, "{name}");
        }
        assert_eq!(Unread::TooLong(1 << 24).to_string(), "more than 16 MiB");
        std::fs::remove_dir_all(&folder).expect("removed");
    }
}
