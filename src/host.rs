//! The system that is read: `/`, or the folder that `--root` names.

use nix::errno::Errno;
use nix::fcntl::{OFlag, OpenHow, ResolveFlag, openat2};
use nix::libc;
use nix::sys::statfs::{PROC_SUPER_MAGIC, statfs};
use std::fs::File;
use std::io::{self, ErrorKind};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

/// The system whose tables and names are read.
#[derive(Debug, Clone)]
pub struct Host {
    root: Option<PathBuf>,
    proc: PathBuf,
    net: PathBuf,
    /// Whether `proc` is a mounted procfs, not a folder of plain files.
    is_live: bool,
}

impl Host {
    /// Returns the running system, or the one under `root`.
    pub fn new(root: Option<PathBuf>) -> Host {
        let proc = match &root {
            Some(root) => root.join("proc"),
            None => PathBuf::from("/proc"),
        };
        let is_live = statfs(&proc).is_ok_and(|it| it.filesystem_type() == PROC_SUPER_MAGIC);
        let net = net_folder(&proc, is_live);
        Host {
            root,
            proc,
            net,
            is_live,
        }
    }

    /// Returns the `net` folder that holds the tables of the default network namespace.
    pub fn net_folder(&self) -> &Path {
        &self.net
    }

    /// Opens a file about one process, such as `cmdline`.
    ///
    /// # Errors
    /// As [`open_plain`].
    pub fn open_process(&self, pid: i32, file: &str) -> io::Result<File> {
        self.open(&self.proc.join(pid.to_string()).join(file))
    }

    /// Opens a file below the `proc` folder.
    ///
    /// # Errors
    /// As [`open_plain`].
    pub fn open(&self, path: &Path) -> io::Result<File> {
        match self.inside(path) {
            Some((root, inside)) => open_in_root(root, inside),
            None => open_plain(path),
        }
    }

    /// Returns the root and the path below it if no link may lead out of it: in a folder of plain
    /// files.
    fn inside<'a>(&'a self, path: &'a Path) -> Option<(&'a Path, &'a Path)> {
        let root = self.root().filter(|_| !self.is_live)?;
        Some((root, path.strip_prefix(root).ok()?))
    }

    /// Returns whether a path below the `proc` folder is a folder.
    pub fn is_folder(&self, path: &Path) -> bool {
        match self.inside(path) {
            Some((root, inside)) => open_folder_in_root(root, inside).is_ok(),
            None => path.is_dir(),
        }
    }

    /// Returns whether a kernel answers, and not files that were copied: then the tables have the
    /// kernel's order, and a process's `fd` folder the size that the kernel reports.
    pub fn is_live(&self) -> bool {
        self.is_live
    }

    /// Returns the folder that has a folder for each process.
    pub fn proc(&self) -> &Path {
        &self.proc
    }

    /// Returns the root of another system, or `None` for the running one, whose name service knows
    /// more than its files.
    pub fn root(&self) -> Option<&Path> {
        self.root.as_deref()
    }
}

/// Opens a file that a stranger may have made: only a plain file, because a pipe would block and a
/// device might never end.
///
/// # Errors
/// It can't be opened, or it is not a plain file.
fn open_plain(path: &Path) -> io::Result<File> {
    let file = File::options()
        .read(true)
        .custom_flags(libc::O_NONBLOCK)
        .open(path)?;
    must_be_plain(file)
}

/// Returns the file if it is a plain one.
fn must_be_plain(file: File) -> io::Result<File> {
    match file.metadata()?.is_file() {
        true => Ok(file),
        false => Err(io::Error::new(ErrorKind::InvalidInput, "not a plain file")),
    }
}

/// Opens a file of the system under `root`, by a path in it. Links to `/` lead to `root`, as they
/// would for that system.
///
/// # Errors
/// As [`open_plain`].
pub fn open_in_root(root: &Path, path: &Path) -> io::Result<File> {
    match resolve_in_root(root, path, OFlag::O_NONBLOCK)? {
        Some(file) => must_be_plain(file),
        None => open_plain(&root.join(path)),
    }
}

/// Opens a folder of the system under `root`, like [`open_in_root`].
///
/// # Errors
/// It can't be opened, or it is not a folder.
pub fn open_folder_in_root(root: &Path, path: &Path) -> io::Result<File> {
    match resolve_in_root(root, path, OFlag::O_DIRECTORY)? {
        Some(folder) => Ok(folder),
        None => File::options()
            .read(true)
            .custom_flags(libc::O_DIRECTORY)
            .open(root.join(path)),
    }
}

/// Opens `path` under `root`, or returns `None` if the system can't resolve paths under a root: a
/// kernel before 5.6, or a sandbox that lacks the call.
fn resolve_in_root(root: &Path, path: &Path, flags: OFlag) -> io::Result<Option<File>> {
    let folder = File::options()
        .read(true)
        .custom_flags(libc::O_PATH | libc::O_DIRECTORY)
        .open(root)?;
    let how = OpenHow::new()
        .flags(OFlag::O_RDONLY | OFlag::O_CLOEXEC | flags)
        .resolve(ResolveFlag::RESOLVE_IN_ROOT);
    match openat2(&folder, path, how) {
        Ok(file) => Ok(Some(File::from(file))),
        Err(Errno::ENOSYS | Errno::EPERM | Errno::EAGAIN) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// Returns the `net` folder of the namespace that `proc` describes.
///
/// That is the caller's own if `proc` is the /proc of its own PID namespace, and the first
/// process's otherwise: a container that has its host's tree mounted finds itself in the host's
/// process list, but means the host. In a folder of plain files, it is the first of these that
/// exists.
fn net_folder(proc: &Path, is_live: bool) -> PathBuf {
    let [own, of_self, first] = ["net", "self/net", "1/net"].map(|net| proc.join(net));
    if is_live && !is_ours(proc) && first.exists() {
        return first;
    }
    let candidates = [&own, &of_self, &first];
    let there = candidates.into_iter().find(|net| net.exists());
    there.unwrap_or(&own).clone()
}

/// Returns whether `proc` is the same procfs as the one on /proc here.
fn is_ours(proc: &Path) -> bool {
    let device = |path: &Path| std::fs::metadata(path).map(|it| it.dev()).ok();
    proc == Path::new("/proc") || device(proc) == device(Path::new("/proc"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_running_system_is_read_through_its_own_namespace() {
        for host in [Host::new(None), Host::new(Some(PathBuf::from("/")))] {
            assert_eq!(host.net_folder(), Path::new("/proc/net"));
        }
        assert_eq!(Host::new(None).root(), None);
    }

    #[test]
    fn a_folder_whose_self_leads_nowhere_is_read_through_process_1() {
        let root = std::env::temp_dir().join(format!("rnetstat-host-{}", std::process::id()));
        std::fs::create_dir_all(root.join("proc/1/net")).expect("folders");
        std::os::unix::fs::symlink("self/net", root.join("proc/net")).expect("link");
        let host = Host::new(Some(root.clone()));
        std::fs::remove_dir_all(&root).expect("removed");
        assert_eq!(host.net_folder(), root.join("proc/1/net"));
        assert_eq!(host.root(), Some(root.as_path()));
    }
}
