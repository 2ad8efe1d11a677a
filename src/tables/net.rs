//! The folder with the tables of a network namespace.

use super::byte_order;
use crate::host::{ByteOrder, Host, Tree, is_procfs};
use nix::libc;
use nix::sched::{CloneFlags, setns};
use std::fs::File;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;

/// A network namespace, identified by the inode number of a file in its `net` folder: the same through
/// all of its processes, and unique to the namespace. 0 if the file is missing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Namespace(pub u64);

impl Namespace {
    /// The file, which each namespace has. The folder itself has another number for each process.
    const FILE: &str = "dev";

    /// Returns the namespace whose `net` folder this is, as a path in [`Host::files`], or `None` if
    /// that is not there: a process that has ended, but that nobody has waited for, has none.
    pub fn of_folder(host: &Host, folder: &Path) -> Option<Namespace> {
        Namespace::look(host, folder).ok()
    }

    fn look(host: &Host, folder: &Path) -> io::Result<Namespace> {
        let path = match host.is_live() {
            true => folder.join(Namespace::FILE),
            // A copied file may be replaced between two listings.
            false => folder.to_owned(),
        };
        Ok(Namespace(host.files().stat(path)?.st_ino))
    }
}

/// What a network namespace is called.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Label {
    /// Its name, without what controls a terminal.
    pub name: Vec<u8>,
    /// The inode number that `lsns` and `net:[…]` show, if it is known.
    pub id: Option<u64>,
}

/// A process, or one of its threads, that lives in a namespace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Member {
    /// Its PID in the host's `proc`.
    pub pid: i32,
    /// The thread, if it is not the whole process.
    pub thread: Option<i32>,
}

impl Member {
    /// Returns the whole process with this PID.
    pub const fn process(pid: i32) -> Member {
        Member { pid, thread: None }
    }

    /// Returns a path in the member's folder, as a path in [`Host::files`].
    pub fn path(self, file: impl AsRef<Path>) -> PathBuf {
        let folder = match self.thread {
            None => format!("proc/{}", self.pid),
            Some(thread) => format!("proc/{}/task/{thread}", self.pid),
        };
        Path::new(&folder).join(file)
    }
}

/// How the tables of a namespace are reached.
#[derive(Debug, Clone)]
enum Way {
    /// Through a `net` folder, as a path in [`Host::files`].
    Folder(PathBuf),
    /// Through any of its members, one may end meanwhile; or else through a file that stands for it.
    Members(Arc<[Member]>, Option<Door>),
    /// Through a file that stands for it, by entering it.
    File(Door),
}

/// A file that stands for a namespace, through which that can be entered.
#[derive(Debug, Clone)]
pub struct Door {
    /// Its path, as one in [`Host::files`]; for messages only if it is open.
    pub path: PathBuf,
    /// The file, if it can't be found again by its path.
    pub file: Option<Arc<File>>,
}

impl Door {
    fn open(&self, host: &Host) -> io::Result<Arc<File>> {
        match &self.file {
            Some(file) => Ok(Arc::clone(file)),
            None => Ok(Arc::new(host.files().open(&self.path)?)),
        }
    }
}

/// A `net` folder of a `proc` file system, and its namespace.
#[derive(Debug, Clone)]
pub struct Net {
    host: Host,
    way: Way,
    namespace: Namespace,
    /// What it is called, if namespaces are told apart.
    label: Option<Arc<Label>>,
    /// The order in which its tables are read, whatever the host's is.
    read_as: Option<ByteOrder>,
}

impl Net {
    /// Returns the default `net` folder of `host`: on the running system, that of the caller's own
    /// namespace.
    pub fn of(host: &Host) -> Net {
        let folder = host.net_folder();
        let namespace = Namespace::of_folder(host, folder).unwrap_or_default();
        Net::new(host, Way::Folder(folder.to_owned()), namespace)
    }

    /// Returns the `net` folder of the namespace that these processes live in.
    pub fn of_members(host: &Host, namespace: Namespace, members: Vec<Member>) -> Net {
        Net::new(host, Way::Members(members.into(), None), namespace)
    }

    /// Returns the namespace that a file stands for.
    pub fn of_file(host: &Host, namespace: Namespace, door: Door) -> Net {
        Net::new(host, Way::File(door), namespace)
    }

    /// Adds a file that stands for the namespace: all of its members may end.
    pub fn or_through(&mut self, door: Door) {
        if let Way::Members(_, last) = &mut self.way {
            *last = Some(door);
        }
    }

    /// Returns the namespace that a file stands for, which is found out by entering it.
    ///
    /// # Errors
    /// It can't be entered.
    pub fn look_through(host: &Host, door: &Door) -> io::Result<Namespace> {
        let net = Net::of_file(host, Namespace::default(), door.clone());
        net.enter(|| Namespace::look(&Host::new(None), Path::new("proc/thread-self/net")))?
    }

    fn new(host: &Host, way: Way, namespace: Namespace) -> Net {
        Net {
            host: host.clone(),
            way,
            namespace,
            label: None,
            read_as: None,
        }
    }

    /// Returns the same namespace, which is called `label`.
    pub fn called(self, label: Label) -> Net {
        Net {
            label: Some(Arc::new(label)),
            ..self
        }
    }

    /// Returns what it is called, or `None` if namespaces are not told apart.
    pub fn label(&self) -> Option<&Arc<Label>> {
        self.label.as_ref()
    }

    /// Returns the namespace's host.
    pub fn host(&self) -> &Host {
        &self.host
    }

    /// Returns the namespace. It is part of every row's identity.
    pub fn namespace(&self) -> Namespace {
        self.namespace
    }

    /// Returns the order of the bytes in the 32-bit words that addresses are in. A table asks once.
    ///
    /// Addresses are words in igmp, mcfilter, raw, route, rt_cache, tcp, udp, udplite, and IPv6's
    /// raw6, tcp6, udp6, udplite6. All other tables have texts, or numbers in network byte order.
    pub fn byte_order(&self) -> ByteOrder {
        let found = || self.host.byte_order(|| byte_order::find(self));
        self.read_as.unwrap_or_else(found)
    }

    /// Returns the same folder, with words that are read as those of a machine with this order.
    pub fn read_as(&self, order: ByteOrder) -> Net {
        Net {
            read_as: Some(order),
            ..self.clone()
        }
    }

    /// Returns whether it is the one that the caller lives in, or that of a copied system.
    pub fn is_default(&self) -> bool {
        matches!(self.way, Way::Folder(_))
    }

    /// Returns whether the kernel's calls can answer about it: it is one of the running system, whose
    /// tables have not been replaced by others.
    pub fn can_be_asked(&self) -> bool {
        let is_kernels = |folder| self.host.files().open_folder(folder).is_ok_and(is_procfs);
        self.host.is_live()
            && self.host.root().is_none()
            && match &self.way {
                Way::Folder(folder) => is_kernels(folder),
                Way::Members(..) | Way::File(_) => true,
            }
    }

    /// Calls `call` in the namespace. What it opens there, such as a socket, stays in the namespace.
    ///
    /// # Errors
    /// The namespace can't be entered, which takes `CAP_SYS_ADMIN` and access to one of its members;
    /// or it is another system's.
    pub fn enter<R: Send>(&self, call: impl FnOnce() -> R + Send) -> io::Result<R> {
        let file = match &self.way {
            _ if self.host.root().is_some() => return Err(ErrorKind::Unsupported.into()),
            // The running system's is the caller's own, even if there is no /proc.
            Way::Folder(_) => return Ok(call()),
            Way::Members(members, door) => {
                let file = self.through(members, |member| {
                    let file = self.host.files().open_magic(member.path("ns/net"))?;
                    self.only_of(member, file)
                });
                match (file, door) {
                    (Err(_), Some(door)) => door.open(&self.host)?,
                    (file, _) => Arc::new(file?),
                }
            }
            Way::File(door) => door.open(&self.host)?,
        };
        thread::scope(|scope| {
            // Only this thread moves there.
            let entered = thread::Builder::new().spawn_scoped(scope, || {
                setns(&*file, CloneFlags::CLONE_NEWNET)?;
                Ok(call())
            })?;
            let joined = entered.join();
            joined.unwrap_or_else(|_| Err(io::Error::other("its thread has ended")))
        })
    }

    /// Returns whether no member is left, so that nothing can be read any more.
    pub fn has_gone(&self) -> bool {
        matches!(self.way, Way::Members(_, None)) && self.has_no_members()
    }

    /// Returns the path of a table, such as `tcp`, for messages.
    pub fn path(&self, table: impl AsRef<Path>) -> PathBuf {
        let path = match &self.way {
            Way::Folder(folder) => folder.join(table),
            Way::Members(members, _) => match members.first() {
                Some(member) => member.path("net").join(table),
                None => return table.as_ref().to_owned(),
            },
            Way::File(door) if door.file.is_some() => return door.path.join(table),
            Way::File(door) => door.path.join(table),
        };
        self.host.files().full_path(path)
    }

    /// Opens a table, such as `tcp`.
    ///
    /// # Errors
    /// As [`Tree::open`](crate::host::Tree::open).
    pub fn open(&self, table: &str) -> io::Result<File> {
        let files = self.host.files();
        match &self.way {
            Way::Folder(folder) => files.open(folder.join(table)),
            Way::Members(members, door) => {
                let file = self.through(members, |member| {
                    let file = files.open(member.path("net").join(table))?;
                    self.only_of(member, file)
                });
                match door {
                    Some(_) if file.is_err() && self.has_no_members() => self.open_inside(table),
                    _ => file,
                }
            }
            Way::File(_) => self.open_inside(table),
        }
    }

    /// Opens a file below the root that tells of the namespace in which it is opened, such as those in
    /// `proc/sys/net`.
    ///
    /// # Errors
    /// It can't be opened, or the namespace can't be entered.
    pub fn open_setting(&self, path: impl AsRef<Path> + Send) -> io::Result<File> {
        let files = self.host.files();
        match &self.way {
            _ if !self.host.is_live() => files.open(path),
            Way::Folder(_) if self.host.root().is_none() => files.open(path),
            // The kernel answers about the namespace of who asks.
            Way::Folder(_) if !self.is_own() => Err(ErrorKind::Unsupported.into()),
            Way::Folder(_) => files.open(path),
            Way::Members(..) | Way::File(_) => self.enter(|| Tree::new(None).open(path))?,
        }
    }

    /// Returns whether it is the namespace of this process.
    fn is_own(&self) -> bool {
        let own = Namespace::of_folder(&Host::new(None), Path::new("proc/self/net"));
        own == Some(self.namespace)
    }

    /// Enters the namespace to open a table.
    fn open_inside(&self, table: &str) -> io::Result<File> {
        self.enter(|| {
            let net = Path::new("proc/thread-self/net");
            Tree::new(None).open(net.join(table))
        })?
    }

    fn has_no_members(&self) -> bool {
        match &self.way {
            Way::Members(members, _) => members.iter().all(|it| !self.is_member(*it)),
            Way::Folder(_) | Way::File(_) => false,
        }
    }

    /// Returns a file that was opened through a member, unless another process has its PID now, or it
    /// has moved to another namespace.
    fn only_of(&self, member: Member, file: File) -> io::Result<File> {
        match self.is_member(member) {
            true => Ok(file),
            false => Err(ErrorKind::NotFound.into()),
        }
    }

    /// Returns whether the `net` folder has a folder of this name.
    pub fn has_folder(&self, name: &str) -> bool {
        match &self.way {
            Way::Folder(folder) => self.host.files().has_folder(folder.join(name)),
            Way::Members(members, _) => {
                members
                    .iter()
                    .find(|it| self.is_member(**it))
                    .is_some_and(|it| {
                        let path = it.path("net").join(name);
                        self.host.files().has_folder(path)
                    })
            }
            Way::File(_) => false,
        }
    }

    /// Calls `call` with one member after another while they turn out to have ended.
    fn through<R>(
        &self,
        members: &[Member],
        call: impl Fn(Member) -> io::Result<R>,
    ) -> io::Result<R> {
        let mut failure = ErrorKind::NotFound.into();
        for member in members {
            match call(*member) {
                Ok(result) => return Ok(result),
                Err(error) => {
                    if self.is_member(*member) {
                        return Err(error);
                    }
                    failure = error;
                }
            }
        }
        Err(failure)
    }

    /// Returns whether a member is still one. In copied files, it always is.
    fn is_member(&self, member: Member) -> bool {
        if !self.host.is_live() {
            return true;
        }
        match Namespace::look(&self.host, &member.path("net")) {
            Ok(namespace) => namespace == self.namespace,
            // What can't be looked at now, for lack of descriptors perhaps, may still be there.
            Err(error) => !matches!(error.raw_os_error(), Some(libc::ENOENT | libc::ESRCH)),
        }
    }
}
