//! The file that a listing is saved to. It has either all of it or what it had before.

use crate::notice;
use memchr::memchr_iter;
use nix::libc::O_TMPFILE;
use rustix::fs::{AtFlags, CWD, linkat};
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::os::fd::{AsFd, AsRawFd};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, fchown};
use std::path::{Path, PathBuf};

/// The mode of a new file: it has the command lines of all users.
const MODE: u32 = 0o600;

/// A file that is being written.
pub struct Target {
    out: BufWriter<File>,
    /// What the file becomes, or `None` if it is written in its place: a pipe or a device.
    becomes: Option<Place>,
    lines: u64,
    /// The first error. What comes after it is not written.
    failed: Option<io::Error>,
}

impl Target {
    /// Creates the file.
    ///
    /// # Errors
    /// It can't be created; the error names the folder if that is why.
    pub fn create(path: &Path) -> io::Result<Target> {
        let is_special = fs::metadata(path).is_ok_and(|it| !it.is_file());
        if is_special {
            let file = File::options().write(true).open(path)?;
            return Ok(Target::new(file, None));
        }
        let mut place = Place::new(path)?;
        let file = match place.create_nameless() {
            Some(file) => file,
            None => place.create_named()?,
        };
        Ok(Target::new(file, Some(place)))
    }

    /// Returns stdout.
    ///
    /// # Errors
    /// No more files can be open.
    pub fn stdout() -> io::Result<Target> {
        let stdout = io::stdout().as_fd().try_clone_to_owned()?;
        Ok(Target::new(File::from(stdout), None))
    }

    fn new(file: File, becomes: Option<Place>) -> Target {
        Target {
            out: BufWriter::new(file),
            becomes,
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
        match self.becomes.take() {
            Some(place) => place.take(self.out.get_ref()),
            None => Ok(()),
        }
    }
}

/// Where a file belongs that is not finished yet.
struct Place {
    path: PathBuf,
    /// The name of the file until then. It is in use for a moment only if the file can do without one.
    unfinished: PathBuf,
    has_name: bool,
}

impl Place {
    /// Finds the place of a file at `path`.
    fn new(path: &Path) -> io::Result<Place> {
        // What a link leads to is written, not the link.
        let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        let name = path.file_name().ok_or(io::ErrorKind::InvalidInput)?;
        let mut name = name.to_owned();
        name.push(format!(".{}", std::process::id()));
        Ok(Place {
            unfinished: path.with_file_name(name),
            path,
            has_name: false,
        })
    }

    /// Creates a file without a name, of which nothing is left if the process is ended. Some file
    /// systems have none.
    fn create_nameless(&self) -> Option<File> {
        let mut options = File::options();
        options.write(true).mode(MODE).custom_flags(O_TMPFILE);
        let file = options.open(self.folder()).ok()?;
        // Without /proc, it would never get a name.
        fs::metadata(descriptor(&file)).is_ok().then_some(file)
    }

    /// Creates a file with a name.
    fn create_named(&mut self) -> io::Result<File> {
        let mut options = File::options();
        options.write(true).mode(MODE).create_new(true);
        let file = options.open(&self.unfinished).map_err(|error| {
            let folder = self.folder().display();
            let why = format!("no file can be created in the folder {folder}: {error}");
            io::Error::new(error.kind(), why)
        })?;
        self.has_name = true;
        Ok(file)
    }

    fn folder(&self) -> &Path {
        match self.path.parent() {
            Some(folder) if folder != Path::new("") => folder,
            _ => Path::new("."),
        }
    }

    /// Puts the file there.
    fn take(mut self, file: &File) -> io::Result<()> {
        self.keep_owner(file)?;
        file.sync_all()?;
        if !self.has_name {
            match link(file, &self.path) {
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                done => return done,
            }
            link(file, &self.unfinished)?;
            self.has_name = true;
        }
        fs::rename(&self.unfinished, &self.path)?;
        self.has_name = false;
        Ok(())
    }

    /// Gives the file the owner and mode of the one that it replaces, as if it had been written in its
    /// place.
    fn keep_owner(&self, file: &File) -> io::Result<()> {
        let Ok(before) = fs::metadata(&self.path) else {
            return Ok(());
        };
        let now = file.metadata()?;
        let is_same = (before.uid(), before.gid()) == (now.uid(), now.gid());
        let kept = match is_same {
            true => Ok(()),
            false => fchown(file, Some(before.uid()), Some(before.gid())),
        };
        // A group's rights are not for another group.
        let kept = kept.and_then(|()| file.set_permissions(before.permissions()));
        if let Err(error) = kept {
            let file = self.path.display();
            notice::say(format_args!(
                "{file}: its owner and mode can't be kept ({error}): only you can read it now"
            ));
        }
        Ok(())
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if self.has_name {
            let _ = fs::remove_file(&self.unfinished);
        }
    }
}

/// Returns a path to an open file (`man 5 proc_pid_fd`).
fn descriptor(file: &File) -> String {
    format!("/proc/self/fd/{}", file.as_raw_fd())
}

/// Gives a file without a name the name `path` (`man 2 open`, O_TMPFILE).
fn link(file: &File, path: &Path) -> io::Result<()> {
    let flags = AtFlags::SYMLINK_FOLLOW;
    Ok(linkat(CWD, descriptor(file), CWD, path, flags)?)
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
    fn an_unfinished_file_with_a_name_becomes_the_file_too() {
        let folder = std::env::temp_dir().join(format!("rnetstat-named-{}", std::process::id()));
        fs::create_dir_all(&folder).expect("a folder");
        let file = folder.join("file");
        let names = || fs::read_dir(&folder).expect("read").count();
        for (finishes, expected) in [(false, 0), (true, 1), (true, 1)] {
            let mut place = Place::new(&file).expect("a name");
            let unfinished = place.create_named().expect("created");
            assert_eq!(unfinished.metadata().expect("there").mode() & 0o777, MODE);
            let mut target = Target::new(unfinished, Some(place));
            target.write_all(b"a").expect("written");
            match finishes {
                true => target.finish().expect("finished"),
                false => drop(target),
            }
            assert_eq!(names(), expected);
        }
        assert_eq!(fs::read(&file).expect("read"), b"a");
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
