//! The files of a system. Everything that the program reads of a system under `--root` is opened
//! here, and nowhere else.
//!
//! Somebody else may have made that system: a link in it must lead to nothing outside, however often
//! it changes meanwhile.

use super::procfs::is_procfs;
use super::walk;
use nix::errno::Errno;
use nix::fcntl::{AT_FDCWD, AtFlags, OFlag, OpenHow, ResolveFlag, openat, openat2, readlinkat};
use nix::sys::stat::{FileStat, Mode, fstat, fstatat};
use std::ffi::OsString;
use std::fs::File;
use std::io::{self, ErrorKind};
use std::os::fd::{AsFd, OwnedFd};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;

/// How often a path is resolved anew if folders are renamed meanwhile: each time, the kernel can't
/// tell whether it has left the root.
const TRIES: u32 = 64;

/// The files of the running system, or of the one under a root. Paths in it have no `/` in front.
#[derive(Debug, Clone)]
pub struct Tree {
    /// `None` for the running system.
    root: Option<Root>,
}

#[derive(Debug, Clone)]
struct Root {
    path: PathBuf,
    /// The folder, or why it can't be opened.
    folder: Result<Arc<File>, Errno>,
}

impl Tree {
    /// Returns the files of the running system, or of the one under `root`.
    pub fn new(root: Option<PathBuf>) -> Tree {
        let open = |path: PathBuf| {
            let folder = openat(AT_FDCWD, &path, FOLDER | BARE | ALWAYS, Mode::empty());
            Root {
                folder: folder.map(|folder| Arc::new(File::from(folder))),
                path,
            }
        };
        Tree {
            root: root.map(open),
        }
    }

    /// Returns the root of another system, or `None` for the running one.
    pub fn root(&self) -> Option<&Path> {
        self.root.as_ref().map(|root| root.path.as_path())
    }

    /// Returns a path in the tree as this process sees it, for messages.
    pub fn full_path(&self, path: impl AsRef<Path>) -> PathBuf {
        self.root().unwrap_or(Path::new("/")).join(path)
    }

    /// Opens a file to read it: only a plain one, because a pipe would block and a device might never
    /// end.
    ///
    /// # Errors
    /// It can't be opened, or it is not a plain file.
    pub fn open(&self, path: impl AsRef<Path>) -> io::Result<File> {
        let path = path.as_ref();
        if self.root.is_some() {
            // Opening a device may do something already: a stranger's file is looked at before.
            must_be_plain(self.resolve(path, BARE)?)?;
        }
        must_be_plain(self.resolve(path, OFlag::O_NONBLOCK | OFlag::O_NOCTTY)?)
    }

    /// Opens a folder to list it.
    ///
    /// # Errors
    /// It can't be opened, or it is not a folder.
    pub fn open_folder(&self, path: impl AsRef<Path>) -> io::Result<File> {
        self.resolve(path.as_ref(), FOLDER)
    }

    /// Opens a folder to open files in it: those of one process, even if its PID is given to another
    /// meanwhile.
    ///
    /// # Errors
    /// As [`Tree::open_folder`].
    pub fn folder(&self, path: impl AsRef<Path>) -> io::Result<Folder<'_>> {
        let path = path.as_ref();
        let folder = self.resolve(path, FOLDER | BARE)?;
        // The kernel's own links all lead within its tables, other than those that `BENEATH` refuses.
        let is_kernels = self.root.is_none() || is_procfs(&folder);
        Ok(match is_kernels {
            true => Folder::Opened(folder),
            false => Folder::Below(self, path.to_owned()),
        })
    }

    /// Opens what a link of the kernel's stands for, such as a namespace: it leads past all names.
    /// Those of another system's lead nowhere.
    ///
    /// # Errors
    /// It can't be opened, or the files are another system's.
    pub fn open_magic(&self, path: impl AsRef<Path>) -> io::Result<File> {
        match self.root {
            None => self.resolve(path.as_ref(), OFlag::O_NONBLOCK | OFlag::O_NOCTTY),
            Some(_) => Err(ErrorKind::Unsupported.into()),
        }
    }

    /// Returns what is known of a file or folder, or of what it links to.
    ///
    /// # Errors
    /// It does not exist, or can't be reached.
    pub fn stat(&self, path: impl AsRef<Path>) -> io::Result<FileStat> {
        Ok(fstat(self.resolve(path.as_ref(), BARE)?)?)
    }

    /// Returns whether a path leads to a folder.
    pub fn has_folder(&self, path: impl AsRef<Path>) -> bool {
        self.resolve(path.as_ref(), FOLDER | BARE).is_ok()
    }

    fn resolve(&self, path: &Path, flags: OFlag) -> io::Result<File> {
        let Some(root) = &self.root else {
            let path = Path::new("/").join(path);
            return open_at(AT_FDCWD, &path, flags);
        };
        let folder = root.folder.as_deref().map_err(|errno| *errno)?;
        Ok(File::from(resolve_in(folder, path, flags | ALWAYS)?))
    }
}

/// A folder of a system, such as a process's.
#[derive(Debug)]
pub enum Folder<'a> {
    /// One that no stranger can put links into.
    Opened(File),
    /// The path of one that may have changed when the next file in it is opened.
    Below(&'a Tree, PathBuf),
}

impl Folder<'_> {
    /// Opens a file in it, like [`Tree::open`].
    ///
    /// # Errors
    /// As [`Tree::open`].
    pub fn open(&self, path: impl AsRef<Path>) -> io::Result<File> {
        match self {
            // The kernel's own: neither a pipe nor a device.
            Folder::Opened(folder) => open_at(folder, path.as_ref(), BENEATH),
            Folder::Below(tree, folder) => tree.open(folder.join(path)),
        }
    }

    /// Opens a folder in it, like [`Tree::open_folder`].
    ///
    /// # Errors
    /// As [`Tree::open_folder`].
    pub fn open_folder(&self, path: impl AsRef<Path>) -> io::Result<File> {
        match self {
            Folder::Opened(folder) => open_at(folder, path.as_ref(), BENEATH | FOLDER),
            Folder::Below(tree, folder) => tree.open_folder(folder.join(path)),
        }
    }

    /// Returns what is known of a file or folder in it.
    ///
    /// # Errors
    /// As [`Tree::stat`].
    pub fn stat(&self, path: impl AsRef<Path>) -> io::Result<FileStat> {
        match self {
            Folder::Opened(folder) => Ok(fstatat(
                folder,
                path.as_ref(),
                AtFlags::AT_SYMLINK_NOFOLLOW,
            )?),
            Folder::Below(tree, folder) => tree.stat(folder.join(path)),
        }
    }

    /// Returns where a link in it leads, without going there. `path` may have folders in front.
    ///
    /// # Errors
    /// It is missing, no link, or access is denied.
    pub fn read_link(&self, path: &str) -> io::Result<OsString> {
        Ok(match self {
            Folder::Opened(folder) => readlinkat(folder, path)?,
            Folder::Below(tree, folder) => {
                let path = folder.join(path);
                let name = path.file_name().unwrap_or_default();
                let folder = path.parent().unwrap_or(Path::new(""));
                readlinkat(tree.open_folder(folder)?, name)?
            }
        })
    }
}

/// The flags of a folder.
const FOLDER: OFlag = OFlag::O_DIRECTORY;
/// The flags of what is opened only to know or to go on from.
const BARE: OFlag = OFlag::O_PATH;
/// The flags of a file in a folder of the kernel's: what stands last in its path may be no link,
/// because those lead anywhere.
const BENEATH: OFlag = OFlag::O_NOFOLLOW;
const ALWAYS: OFlag = OFlag::O_CLOEXEC.union(OFlag::O_RDONLY);

fn open_at(folder: impl AsFd, path: &Path, flags: OFlag) -> io::Result<File> {
    loop {
        match openat(folder.as_fd(), path, flags | ALWAYS, Mode::empty()) {
            Ok(file) => return Ok(File::from(file)),
            Err(Errno::EINTR) => {}
            Err(error) => return Err(error.into()),
        }
    }
}

/// Opens `path` under `root`, and nothing else. Links to `/` lead to `root`, as they would for that
/// system.
fn resolve_in(root: &File, path: &Path, flags: OFlag) -> nix::Result<OwnedFd> {
    let how = OpenHow::new()
        .flags(flags)
        // Magic links are those of procfs that lead past all names, such as `cwd`.
        .resolve(ResolveFlag::RESOLVE_IN_ROOT | ResolveFlag::RESOLVE_NO_MAGICLINKS);
    for _ in 0..TRIES {
        match openat2(root, path, how) {
            // A kernel before 5.6, or a sandbox that does not know the call.
            Err(Errno::ENOSYS | Errno::EPERM) => return walk::open(root, path, flags),
            Err(Errno::EAGAIN | Errno::EINTR) => thread::yield_now(),
            result => return result,
        }
    }
    Err(Errno::EAGAIN)
}

/// Returns the file if it is a plain one.
fn must_be_plain(file: File) -> io::Result<File> {
    match file.metadata()?.is_file() {
        true => Ok(file),
        false => Err(io::Error::new(ErrorKind::InvalidInput, "not a plain file")),
    }
}

#[cfg(test)]
mod tests;
