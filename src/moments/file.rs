//! The file that a listing is saved to. It has either all of it or what it had before.

use memchr::memchr_iter;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::os::fd::AsFd;
use std::path::{Path, PathBuf};

/// A file that is being written.
pub struct Target {
    out: BufWriter<File>,
    /// The unfinished file and the place that it moves to, or `None` if it is written in its place: a
    /// pipe or a device.
    moves: Option<(PathBuf, PathBuf)>,
    lines: u64,
    /// The first error. What comes after it is not written.
    failed: Option<io::Error>,
}

impl Target {
    /// Creates the file.
    ///
    /// # Errors
    /// It can't be created.
    pub fn create(path: &Path) -> io::Result<Target> {
        let is_special = fs::metadata(path).is_ok_and(|it| !it.is_file());
        if is_special {
            let file = File::options().write(true).open(path)?;
            return Ok(Target::new(file, None));
        }
        // What a link leads to is written, not the link.
        let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        let name = path.file_name().ok_or(io::ErrorKind::InvalidInput)?;
        let mut name = name.to_owned();
        name.push(format!(".{}", std::process::id()));
        let unfinished = path.with_file_name(name);
        let mut options = File::options();
        let file = options.write(true).create_new(true).open(&unfinished)?;
        if let Ok(before) = fs::metadata(&path) {
            // As if it had been written in its place.
            let _ = file.set_permissions(before.permissions());
        }
        Ok(Target::new(file, Some((unfinished, path))))
    }

    /// Returns stdout.
    ///
    /// # Errors
    /// No more files can be open.
    pub fn stdout() -> io::Result<Target> {
        let stdout = io::stdout().as_fd().try_clone_to_owned()?;
        Ok(Target::new(File::from(stdout), None))
    }

    fn new(file: File, moves: Option<(PathBuf, PathBuf)>) -> Target {
        Target {
            out: BufWriter::new(file),
            moves,
            lines: 0,
            failed: None,
        }
    }

    /// Returns the number of lines that have been written.
    pub fn lines(&self) -> u64 {
        self.lines
    }

    /// Writes what is left, and puts the file in its place.
    ///
    /// # Errors
    /// Something could not be written: the file is as it was before.
    pub fn finish(mut self) -> io::Result<()> {
        if let Some(error) = self.failed.take() {
            return Err(error);
        }
        self.out.flush()?;
        if let Some((unfinished, path)) = &self.moves {
            self.out.get_ref().sync_all()?;
            fs::rename(unfinished, path)?;
            self.moves = None;
        }
        Ok(())
    }
}

impl Drop for Target {
    fn drop(&mut self) {
        if let Some((unfinished, _)) = &self.moves {
            let _ = fs::remove_file(unfinished);
        }
    }
}

/// Never fails: the listing that is shown beside goes on; see [`Target::finish`].
impl Write for Target {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.failed.is_none() {
            self.lines += memchr_iter(b'\n', bytes).count() as u64;
            self.failed = self.out.write_all(bytes).err();
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::symlink;

    #[test]
    fn a_file_is_replaced_when_it_is_whole() {
        let folder = std::env::temp_dir().join(format!("rnetstat-save-{}", std::process::id()));
        fs::create_dir_all(&folder).expect("a folder");
        let [file, link] = ["file", "link"].map(|name| folder.join(name));
        symlink("file", &link).expect("linked");
        let names = || fs::read_dir(&folder).expect("read").count();
        fs::write(&file, "before").expect("written");
        for (path, finishes, expected) in [
            (&file, false, "before"),
            (&link, true, "a\nb\n"),
            (&file, true, "a\nb\n"),
        ] {
            let mut target = Target::create(path).expect("created");
            target.write_all(b"a\nb\n").expect("written");
            assert_eq!(target.lines(), 2);
            match finishes {
                true => target.finish().expect("finished"),
                false => drop(target),
            }
            assert_eq!(fs::read_to_string(&file).expect("read"), expected);
            assert_eq!(names(), 2);
        }
        assert!(fs::symlink_metadata(&link).expect("there").is_symlink());
        fs::remove_dir_all(&folder).expect("removed");
    }

    #[test]
    fn a_full_device_fails_at_the_end() {
        let mut target = Target::create(Path::new("/dev/full")).expect("opened");
        let long = vec![b'x'; 100_000];
        target.write_all(&long).expect("taken");
        target.write_all(&long).expect("taken");
        assert!(target.finish().is_err());
    }
}
