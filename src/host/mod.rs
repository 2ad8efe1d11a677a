//! The system that is read: `/`, or the folder that `--root` names.

mod byte_order;
mod nsfs;
mod obstacle;
mod procfs;
mod tree;
mod walk;

pub use byte_order::{ByteOrder, KnownOrder};
pub use nsfs::is_network_namespace;
pub use procfs::is_procfs;
pub use tree::{Folder, Tree};

use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// The system whose tables and names are read.
#[derive(Debug, Clone)]
pub struct Host {
    files: Tree,
    net: PathBuf,
    /// Whether `proc` is a mounted procfs, not a folder of plain files.
    is_live: bool,
    byte_order: KnownOrder,
}

impl Host {
    /// Returns the running system, or the one under `root`.
    pub fn new(root: Option<PathBuf>) -> Host {
        let files = Tree::new(root);
        let is_live = files.open_folder(PROC).is_ok_and(is_procfs);
        let net = net_folder(&files, is_live);
        Host {
            files,
            net,
            is_live,
            byte_order: KnownOrder::default(),
        }
    }

    /// Returns this system, whose machine has this order of bytes; with `None`, it is found out.
    pub fn with_byte_order(self, order: Option<ByteOrder>) -> Host {
        let byte_order = KnownOrder::new(order);
        Host { byte_order, ..self }
    }

    /// Returns its machine's order of bytes. `find` finds out that of a machine that is not this one.
    pub fn byte_order(&self, find: impl FnOnce() -> ByteOrder) -> ByteOrder {
        let is_here = self.is_live || self.root().is_none();
        self.byte_order
            .get_or_find(|| if is_here { ByteOrder::NATIVE } else { find() })
    }

    /// Returns its files.
    pub fn files(&self) -> &Tree {
        &self.files
    }

    /// Returns the `net` folder that holds the tables of the default network namespace, as a path in
    /// [`Host::files`].
    pub fn net_folder(&self) -> &Path {
        &self.net
    }

    /// Opens the folder of a process.
    ///
    /// # Errors
    /// It has ended, or its folder can't be opened.
    pub fn process(&self, pid: i32) -> io::Result<Folder<'_>> {
        self.files.folder(format!("{PROC}/{pid}"))
    }

    /// Returns whether a kernel answers, and not files that were copied: then the tables have the
    /// kernel's order, and a process's `fd` folder the size that the kernel reports.
    pub fn is_live(&self) -> bool {
        self.is_live
    }

    /// Returns whether Linux itself answers, which lists the listeners of TCP before its connections.
    /// Others that have such a /proc do not, such as gVisor.
    pub fn is_linux(&self) -> bool {
        let mut version = Vec::new();
        let file = self.files.open(Path::new(PROC).join("version"));
        let read = file.and_then(|it| it.take(VERSION_LIMIT).read_to_end(&mut version));
        self.is_live && read.is_ok() && is_of_linux(&String::from_utf8_lossy(&version))
    }

    /// Returns whether the PIDs in `proc` are those of this process's own PID namespace, so that the
    /// kernel's calls understand them.
    pub fn has_our_pids(&self) -> bool {
        let own = self.files.folder(PROC).and_then(|it| it.read_link("self"));
        self.is_live && own.is_ok_and(|own| own == *std::process::id().to_string())
    }

    /// Returns the folder that has a folder for each process, for messages.
    pub fn proc(&self) -> PathBuf {
        self.files.full_path(PROC)
    }

    /// Returns the root of another system, or `None` for the running one, whose name service knows
    /// more than its files.
    pub fn root(&self) -> Option<&Path> {
        self.files.root()
    }
}

/// The most bytes of `proc/version` that are read.
const VERSION_LIMIT: u64 = 4096;

/// Returns whether a `proc/version` (`man 5 proc`) is Linux's: it says who built the kernel where, and
/// with which compiler. gVisor's has neither, and WSL 1's is Microsoft's.
fn is_of_linux(version: &str) -> bool {
    let builder = version.strip_prefix("Linux version ").and_then(|it| {
        let (release, rest) = it.split_once(" (")?;
        let (builder, _) = rest.split_once(") (")?;
        (!release.contains("gvisor") && !release.ends_with("-Microsoft")).then_some(builder)
    });
    builder.is_some_and(|it| it.contains('@'))
}

/// The folder that has a folder for each process, as a path in [`Host::files`].
pub const PROC: &str = "proc";

/// Returns the `net` folder of the namespace that `proc` describes.
///
/// That is the caller's own if `proc` is the /proc of its own PID namespace, and the first
/// process's otherwise: a container that has its host's tree mounted finds itself in the host's
/// process list, but means the host. In a folder of plain files, it is the first of these that
/// exists.
fn net_folder(files: &Tree, is_live: bool) -> PathBuf {
    let [own, of_self, first] = ["net", "self/net", "1/net"].map(|net| Path::new(PROC).join(net));
    if is_live && !is_ours(files) && files.has_folder(&first) {
        return first;
    }
    let candidates = [&own, &of_self, &first];
    let there = candidates.into_iter().find(|net| files.has_folder(net));
    there.unwrap_or(&own).clone()
}

/// Returns whether `proc` is the same procfs as the one on /proc here.
fn is_ours(files: &Tree) -> bool {
    let device = |files: &Tree| files.stat(PROC).map(|it| it.st_dev).ok();
    files.root().is_none() || device(files) == device(&Tree::new(None))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_running_system_is_read_through_its_own_namespace() {
        for host in [Host::new(None), Host::new(Some(PathBuf::from("/")))] {
            assert_eq!(host.net_folder(), Path::new("proc/net"));
            assert_eq!(host.proc(), Path::new("/proc"));
        }
        assert_eq!(Host::new(None).root(), None);
    }

    #[test]
    fn linux_says_who_built_it() {
        for (version, expected) in [
            (
                "Linux version 6.1.0-18-amd64 (debian-kernel@lists.debian.org) (gcc-12 (Debian \
                 12.2.0-14) 12.2.0, GNU ld (GNU Binutils for Debian) 2.40) #1 SMP",
                true,
            ),
            (
                "Linux version 2.6.32 (a@b) (gcc version 4.4.7) #1 SMP",
                true,
            ),
            (
                "Linux version 4.4.0 #1 SMP Sun Jan 10 15:06:54 PST 2016",
                false,
            ),
            ("Linux version 4.19.0-gvisor (x@y) (gcc) #1 SMP", false),
            (
                "Linux version 4.4.0-19041-Microsoft (Microsoft@Microsoft.com) (gcc version 5.4.0) #1",
                false,
            ),
            ("", false),
        ] {
            assert_eq!(is_of_linux(version), expected, "{version}");
        }
    }

    #[test]
    fn a_folder_whose_self_leads_nowhere_is_read_through_process_1() {
        let root = std::env::temp_dir().join(format!("rnetstat-host-{}", std::process::id()));
        std::fs::create_dir_all(root.join("proc/1/net")).expect("folders");
        std::os::unix::fs::symlink("self/net", root.join("proc/net")).expect("link");
        let host = Host::new(Some(root.clone()));
        std::fs::remove_dir_all(&root).expect("removed");
        assert_eq!(host.net_folder(), Path::new("proc/1/net"));
        assert_eq!(host.root(), Some(root.as_path()));
    }
}
