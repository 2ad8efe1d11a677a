//! The folder with the tables of a network namespace.

use super::byte_order;
use crate::host::{ByteOrder, Host, Tree};
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
        let path = match host.is_live() {
            true => folder.join(Namespace::FILE),
            // A copied file may be replaced between two listings.
            false => folder.to_owned(),
        };
        let found = host.files().stat(path).ok()?;
        Some(Namespace(found.st_ino))
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
    /// Through any of its members: one may end meanwhile.
    Members(Arc<[Member]>),
    /// Through a file that stands for it, by entering it.
    File(PathBuf, Arc<File>),
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
        Net::new(host, Way::Members(members.into()), namespace)
    }

    /// Returns the namespace that the open file `file` stands for; `path` is its path, for messages.
    pub fn of_file(host: &Host, namespace: Namespace, path: PathBuf, file: File) -> Net {
        Net::new(host, Way::File(path, Arc::new(file)), namespace)
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

    /// Returns whether the kernel's calls can answer about it: it is one of the running system.
    pub fn can_be_asked(&self) -> bool {
        self.host.is_live() && self.host.root().is_none()
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
            Way::Members(members) => Arc::new(self.through(members, |member| {
                self.host.files().open_magic(member.path("ns/net"))
            })?),
            Way::File(_, file) => Arc::clone(file),
        };
        thread::scope(|scope| {
            // Only this thread moves there.
            let entered = thread::Builder::new().spawn_scoped(scope, || {
                setns(&*file, CloneFlags::CLONE_NEWNET)?;
                Ok(call())
            })?;
            let joined = entered.join();
            joined.unwrap_or_else(|_| Err(io::Error::other("the thread in it has died")))
        })
    }

    /// Returns whether no member is left, so that nothing can be read any more.
    pub fn has_gone(&self) -> bool {
        match &self.way {
            Way::Members(members) => members.iter().all(|it| !self.is_member(*it)),
            Way::Folder(_) | Way::File(..) => false,
        }
    }

    /// Returns the path of a table, such as `tcp`, for messages.
    pub fn path(&self, table: impl AsRef<Path>) -> PathBuf {
        let path = match &self.way {
            Way::Folder(folder) => folder.join(table),
            Way::Members(members) => match members.first() {
                Some(member) => member.path("net").join(table),
                None => return table.as_ref().to_owned(),
            },
            Way::File(path, _) => return path.join(table),
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
            Way::Members(members) => self.through(members, |member| {
                let file = files.open(member.path("net").join(table))?;
                match self.is_member(member) {
                    true => Ok(file),
                    // Another process has its PID, or it has moved to another namespace.
                    false => Err(ErrorKind::NotFound.into()),
                }
            }),
            Way::File(..) => self.enter(|| {
                let net = Path::new("proc/thread-self/net");
                Tree::new(None).open(net.join(table))
            })?,
        }
    }

    /// Returns whether the `net` folder has a folder of this name.
    pub fn has_folder(&self, name: &str) -> bool {
        match &self.way {
            Way::Folder(folder) => self.host.files().has_folder(folder.join(name)),
            Way::Members(members) => {
                members
                    .iter()
                    .find(|it| self.is_member(**it))
                    .is_some_and(|it| {
                        let path = it.path("net").join(name);
                        self.host.files().has_folder(path)
                    })
            }
            Way::File(..) => false,
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
        let found = || Namespace::of_folder(&self.host, &member.path("net"));
        !self.host.is_live() || found() == Some(self.namespace)
    }
}
