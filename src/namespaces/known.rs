//! The namespaces that are known, and which of them are asked for.

use super::files::{self, NamespaceFile};
use super::label::{self, Naming};
use super::members::Group;
use crate::host::Host;
use crate::owners::HeldNamespace;
use crate::request::NamespaceName;
use crate::tables::{Door, Label, Member, Namespace, Net};
use nix::libc;
use std::fs::File;
use std::io;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The fewest digits of a container's ID that stand for it: fewer may be the start of a name.
const SHORTEST_ID: usize = 4;

/// A namespace.
pub struct Entry {
    /// What it is shown as.
    pub label: Label,
    /// Where its tables are.
    pub net: Net,
    /// Whether it is the system's own.
    pub is_host: bool,
    /// Why it can't be entered, if no member of it is known.
    pub closed: Option<io::Error>,
    /// All its other names, and the IDs of its containers.
    names: Vec<Vec<u8>>,
    ids: Vec<Vec<u8>>,
    members: Vec<Member>,
    is_chosen: bool,
}

impl Entry {
    fn new(label: Label, net: Net) -> Entry {
        Entry {
            label,
            net,
            is_host: false,
            closed: None,
            names: Vec::new(),
            ids: Vec::new(),
            members: Vec::new(),
            is_chosen: false,
        }
    }

    /// Returns whether it is one of copied files that lack its tables.
    pub fn lacks_tables(&self) -> bool {
        let is_copied = self.net.host().root().is_some() && !self.net.host().is_live();
        is_copied && self.net.open("dev").is_err() && self.net.open("tcp").is_err()
    }

    /// Returns whether it is one that `name` asks for.
    fn fits(&self, name: &NamespaceName) -> bool {
        match name {
            NamespaceName::All => true,
            NamespaceName::Host => self.is_host,
            NamespaceName::OfProcess(pid) => self.members.contains(&Member::process(*pid)),
            NamespaceName::Id(id) => self.label.id == Some(*id),
            // It has been chosen when it was added.
            NamespaceName::File(_) => false,
            NamespaceName::Called(glob) => self.is_called(glob.as_str(), |name| glob.matches(name)),
        }
    }

    /// Returns whether it has this name, or one that fits, or a container whose ID begins like it.
    fn is_called(&self, text: &str, fits: impl Fn(&str) -> bool) -> bool {
        let mut names = std::iter::once(&self.label.name).chain(&self.names);
        let is_it = |name: &Vec<u8>| {
            let name = String::from_utf8_lossy(name);
            name == text || fits(&name)
        };
        let begins = |id: &Vec<u8>| text.len() >= SHORTEST_ID && id.starts_with(text.as_bytes());
        names.any(is_it) || self.ids.iter().any(begins)
    }
}

/// The namespaces that are known.
pub struct Known<'a> {
    host: &'a Host,
    entries: Vec<Entry>,
}

impl Known<'_> {
    /// Begins with those that processes live in.
    pub fn new(host: &Host, groups: Vec<Group>) -> Known<'_> {
        let own = Net::of(host);
        let is_system = label::is_of_system(host);
        let mut naming = Naming::new(host);
        let mut entries = Vec::with_capacity(groups.len());
        for group in groups {
            let is_first = group.has(1);
            // The tables of a copy are those of its first process.
            let is_own = match host.is_live() {
                true => own.namespace().0 == group.key,
                false => is_first,
            };
            let is_host = is_system && is_first;
            let named = naming.name(group.id, &group.members, is_host);
            let net = match is_own {
                true => own.clone(),
                false => Net::of_members(host, Namespace(group.key), group.members.clone()),
            };
            entries.push(Entry {
                is_host,
                names: named.names,
                ids: named.ids,
                members: group.members,
                ..Entry::new(named.label, net)
            });
        }
        // A copy may tell of no process which namespace its tables are of.
        let has_own = |it: &Entry| it.net.namespace() == own.namespace();
        if entries.is_empty() || !host.is_live() && !entries.iter().any(has_own) {
            let label = label::own(host);
            let name = match label.name.is_empty() {
                true => b"unknown".to_vec(),
                false => label.name,
            };
            entries.push(Entry::new(Label { name, ..label }, own));
        }
        Known { host, entries }
    }

    /// Marks those that `name` asks for.
    ///
    /// # Errors
    /// There are none.
    pub fn choose(&mut self, name: &NamespaceName) -> Result<(), String> {
        if let NamespaceName::File(path) = name {
            return self.add_path(path);
        }
        // What looks like a number may be a name.
        let text = match name {
            NamespaceName::OfProcess(pid) => pid.to_string(),
            NamespaceName::Id(id) => id.to_string(),
            _ => String::new(),
        };
        let chosen = self.mark(|entry| entry.fits(name))
            || !text.is_empty() && self.mark(|entry| entry.is_called(&text, |_| false));
        match chosen {
            true => Ok(()),
            false => Err(missing(name)),
        }
    }

    fn mark(&mut self, fits: impl Fn(&Entry) -> bool) -> bool {
        let mut has_any = false;
        for entry in self.entries.iter_mut().filter(|it| fits(it)) {
            entry.is_chosen = true;
            has_any = true;
        }
        has_any
    }

    /// Returns those that were chosen.
    pub fn into_chosen(self) -> Vec<Entry> {
        let chosen = self.entries.into_iter().filter(|it| it.is_chosen);
        chosen.collect()
    }

    /// Adds the namespace that a file stands for, unless it is known, and its name.
    pub fn add_file(&mut self, file: NamespaceFile) {
        let door = Door {
            path: file.path,
            file: None,
        };
        let entry = self.entry(file.id, door);
        if let Some(name) = file.name {
            let other = match entry.is_host {
                true => name,
                false => std::mem::replace(&mut entry.label.name, name),
            };
            entry.names.push(other);
        }
    }

    /// Returns the namespace with this number, which can be entered through a file, and adds it unless
    /// it is known.
    fn entry(&mut self, id: u64, door: Door) -> &mut Entry {
        let by_id = self.entries.iter().position(|it| it.label.id == Some(id));
        let index = match by_id {
            Some(index) => index,
            None => {
                // The number of one that is known may be hidden: inside, it has the same key.
                let looked = Net::look_through(self.host, &door);
                let key = looked.as_ref().ok().copied();
                let by_key = |it: &Entry| Some(it.net.namespace()) == key;
                self.entries.iter().position(by_key).unwrap_or_else(|| {
                    let label = Label {
                        name: label::by_number(id),
                        id: Some(id),
                    };
                    let namespace = key.unwrap_or(Namespace(id));
                    let net = Net::of_file(self.host, namespace, door.clone());
                    self.entries.push(Entry {
                        closed: looked.err(),
                        ..Entry::new(label, net)
                    });
                    self.entries.len() - 1
                })
            }
        };
        let entry = &mut self.entries[index];
        entry.label.id = Some(id);
        entry.net.or_through(door);
        entry
    }

    /// Adds the namespace that a process's descriptor leads to, unless it is known.
    pub fn add_held(&mut self, held: &HeldNamespace) {
        if self.entries.iter().any(|it| it.label.id == Some(held.id)) {
            return;
        }
        let path = PathBuf::from(format!("proc/{}/fd/{}", held.pid, held.number));
        // It may have been closed meanwhile.
        let Ok(file) = self.host.files().open_magic(&path) else {
            return;
        };
        if files::id_of(&file).ok() == Some(held.id) {
            let path = self.host.files().full_path(path);
            let file = Some(Arc::new(file));
            self.entry(held.id, Door { path, file });
        }
    }

    /// Adds and chooses the namespace that the file at `path` stands for.
    ///
    /// # Errors
    /// The file can't be opened, or stands for none.
    fn add_path(&mut self, path: &Path) -> Result<(), String> {
        let open = || -> io::Result<(File, u64)> {
            // It is the user's own path, which has nothing to do with a root; but it may be a pipe.
            let file = File::options()
                .read(true)
                .custom_flags(libc::O_NONBLOCK | libc::O_NOCTTY)
                .open(path)?;
            let id = files::id_of(&file)?;
            Ok((file, id))
        };
        let (file, id) = open().map_err(|error| format!("{}: {error}", path.display()))?;
        let door = Door {
            path: path.to_owned(),
            file: Some(Arc::new(file)),
        };
        self.entry(id, door).is_chosen = true;
        Ok(())
    }
}

/// Returns what is said if no namespace fits.
fn missing(name: &NamespaceName) -> String {
    match name {
        NamespaceName::All => "no network namespace is visible".to_owned(),
        NamespaceName::Host => "cannot find the network namespace of the host".to_owned(),
        NamespaceName::OfProcess(pid) => format!("there is no process {pid}, or it is not visible"),
        NamespaceName::Id(id) => {
            format!("there is no network namespace net:[{id}], or it is not visible")
        }
        NamespaceName::File(path) => format!("{}: not a network namespace", path.display()),
        NamespaceName::Called(name) => format!("there is no network namespace '{name}'"),
    }
}
