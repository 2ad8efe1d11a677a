//! The network namespaces of a system: which there are, what they are called, and through which of
//! their members they are read.
//!
//! A process's namespace is told by the inode number of its /proc/PID/net/dev, which takes no right but
//! to see the process. The number that people know, of /proc/PID/ns/net, takes ptrace access.

mod files;
mod label;
mod members;

pub use label::of_process as label_of;
pub use label::own as own_label;

use crate::host::Host;
use crate::owners::HeldNamespace;
use crate::owners::hidden;
use crate::request::NamespaceName;
use crate::tables::{Label, Member, Namespace, Net};
use files::NamespaceFile;
use label::Naming;
use members::Group;
use std::io;
use std::path::{Path, PathBuf};

/// The namespaces that were asked for.
#[derive(Debug, Default)]
pub struct Found {
    /// They, in order: the system's own first, then by name.
    pub nets: Vec<Net>,
    /// Why others may be missing.
    pub notes: Vec<String>,
}

/// Finds the namespaces that `names` ask for. `held` are those that descriptors lead to, as far as they
/// were searched.
///
/// # Errors
/// One of the names fits nothing.
pub fn find(names: &[NamespaceName], host: &Host, held: &[HeldNamespace]) -> Result<Found, String> {
    let wants_all = names.contains(&NamespaceName::All);
    let mut found = Found::default();
    let proc = host.proc();
    let proc = proc.display();
    let pids = names.iter().filter_map(|name| match name {
        NamespaceName::OfProcess(pid) => Some(*pid),
        _ => None,
    });
    let (groups, listed) = members::find(host, wants_all, &pids.collect::<Vec<_>>());
    if let Err(error) = listed {
        found.notes.push(format!("{proc}: {error}"));
    }
    if wants_all {
        let hidden = hidden::reasons(host, true);
        let notes = hidden
            .iter()
            .map(|why| format!("network namespaces may be missing: {proc}: {why}"));
        found.notes.extend(notes);
    }
    let mut known = Known::new(host, groups);
    for file in files::find(host) {
        known.add_file(file);
    }
    for held in held {
        known.add_held(held);
    }
    for name in names {
        if let NamespaceName::File(path) = name {
            known.add_path(path)?;
        }
        if !known.choose(name) {
            return Err(missing(name));
        }
    }
    let mut chosen: Vec<Entry> = known
        .entries
        .into_iter()
        .filter(|it| it.is_chosen)
        .collect();
    chosen.sort_by_cached_key(|it| (!it.is_host, it.label.name.clone(), it.label.id));
    let has_unknown = chosen.iter().any(|it| !it.is_file && it.label.id.is_none());
    let mut closed: Vec<String> = Vec::new();
    let mut denial = None;
    for entry in chosen {
        let name = || String::from_utf8_lossy(&entry.label.name).into_owned();
        if entry.is_file
            && let Err(error) = entry.net.enter(|| ())
        {
            closed.push(name());
            denial = Some(error);
        } else if entry.lacks_tables() {
            let heading = heading(&entry.label);
            found
                .notes
                .push(format!("{heading}: its tables have not been copied"));
        } else {
            found.nets.push(entry.net.called(entry.label));
        }
    }
    if let Some(error) = denial {
        let names = closed.join(", ");
        let among = match has_unknown {
            // Their numbers take a right that the caller lacks.
            true => "; they may be among those that are listed after a process",
            false => "",
        };
        found.notes.push(format!(
            "network namespaces that can't be entered, which takes CAP_SYS_ADMIN: {names}: \
             {error}{among}"
        ));
    }
    Ok(found)
}

/// Returns how people are told of a namespace: its name and number.
pub fn heading(label: &Label) -> String {
    let name = String::from_utf8_lossy(&label.name);
    match label.id {
        Some(id) => format!("Network namespace {name} (net:[{id}])"),
        None => format!("Network namespace {name}"),
    }
}

/// Returns what is said if no namespace fits.
fn missing(name: &NamespaceName) -> String {
    match name {
        NamespaceName::All => "no network namespace can be seen".to_owned(),
        NamespaceName::Host => {
            "the system's own network namespace can't be told from others here".to_owned()
        }
        NamespaceName::OfProcess(pid) => format!("no process with the PID {pid} can be seen"),
        NamespaceName::Id(id) => format!("no network namespace net:[{id}] can be seen"),
        NamespaceName::File(path) => format!("{}: no network namespace", path.display()),
        NamespaceName::Called(name) => format!("no network namespace is called '{name}'"),
    }
}

/// The fewest digits of a container's ID that stand for it: fewer may be the start of a name.
const SHORTEST_ID: usize = 4;

/// A namespace.
struct Entry {
    label: Label,
    /// The ID of the container whose processes live in it.
    container: Option<Vec<u8>>,
    net: Net,
    members: Vec<Member>,
    is_host: bool,
    /// Whether it has no member that is known: then it has to be entered.
    is_file: bool,
    is_chosen: bool,
}

impl Entry {
    /// Returns whether it is one of copied files that lack its tables.
    fn lacks_tables(&self) -> bool {
        let is_copied = !self.net.host().is_live();
        is_copied && self.net.open("dev").is_err() && self.net.open("tcp").is_err()
    }

    /// Returns whether it is one that `name` asks for.
    fn fits(&self, name: &NamespaceName) -> bool {
        match name {
            NamespaceName::All => true,
            NamespaceName::Host => self.is_host,
            NamespaceName::OfProcess(pid) => self.members.contains(&Member {
                pid: *pid,
                thread: None,
            }),
            NamespaceName::Id(id) => self.label.id == Some(*id),
            // Its number has been added, and is known by that.
            NamespaceName::File(_) => false,
            NamespaceName::Called(glob) => {
                let begins = |id: &Vec<u8>| {
                    glob.as_str().len() >= SHORTEST_ID && id.starts_with(glob.as_str().as_bytes())
                };
                glob.matches(&String::from_utf8_lossy(&self.label.name))
                    || self.container.as_ref().is_some_and(begins)
            }
        }
    }
}

/// The namespaces that are known.
struct Known<'a> {
    host: &'a Host,
    entries: Vec<Entry>,
}

impl Known<'_> {
    fn new(host: &Host, groups: Vec<Group>) -> Known<'_> {
        let own = Net::of(host);
        let is_system = label::is_of_system(host);
        let mut naming = Naming::new(host);
        let entry = |group: Group| {
            let is_first = group.has(1);
            let is_host = is_system && is_first;
            // The tables of a copy are those of its first process.
            let is_own = match host.is_live() {
                true => own.namespace().0 == group.key,
                false => is_first,
            };
            let named = naming.name(group.id, &group.members, is_host);
            Entry {
                label: named.label,
                container: named.container,
                net: match is_own {
                    true => own.clone(),
                    false => Net::of_members(host, Namespace(group.key), group.members.clone()),
                },
                members: group.members,
                is_host,
                is_file: false,
                is_chosen: false,
            }
        };
        let mut entries: Vec<Entry> = groups.into_iter().map(entry).collect();
        if entries.is_empty() {
            entries.push(Entry {
                label: label::own(host),
                container: None,
                net: own,
                members: Vec::new(),
                is_host: false,
                is_file: false,
                is_chosen: false,
            });
        }
        Known { host, entries }
    }

    /// Marks those that `name` asks for. Returns whether there are any.
    fn choose(&mut self, name: &NamespaceName) -> bool {
        let mut has_any = matches!(name, NamespaceName::File(_));
        for entry in &mut self.entries {
            if entry.fits(name) {
                entry.is_chosen = true;
                has_any = true;
            }
        }
        has_any
    }

    /// Adds the namespace that a file stands for, unless it is known, and its name.
    fn add_file(&mut self, file: NamespaceFile) -> &mut Entry {
        let NamespaceFile {
            file,
            path,
            id,
            name,
        } = file;
        let index = self.entries.iter().position(|it| it.label.id == Some(id));
        let index = index.unwrap_or_else(|| {
            // A key of its own: no folder is known whose number it could be.
            let net = Net::of_file(self.host, Namespace(id), path, file);
            self.entries.push(Entry {
                label: Label {
                    name: label::by_number(id),
                    id: Some(id),
                },
                container: None,
                net,
                members: Vec::new(),
                is_host: false,
                is_file: true,
                is_chosen: false,
            });
            self.entries.len() - 1
        });
        let entry = &mut self.entries[index];
        if let Some(name) = name
            && !entry.is_host
        {
            entry.label.name = name;
        }
        entry
    }

    /// Adds the namespace that a process's descriptor leads to, unless it is known.
    fn add_held(&mut self, held: &HeldNamespace) {
        if self.entries.iter().any(|it| it.label.id == Some(held.id)) {
            return;
        }
        let path = PathBuf::from(format!("proc/{}/fd/{}", held.pid, held.number));
        // It may have been closed meanwhile.
        let Ok(file) = self.host.files().open_magic(&path) else {
            return;
        };
        let path = self.host.files().full_path(path);
        if let Ok(file) = NamespaceFile::of(path, file)
            && file.id == held.id
        {
            self.add_file(file);
        }
    }

    /// Adds and chooses the namespace that the file at `path` stands for.
    ///
    /// # Errors
    /// The file can't be opened, or stands for none.
    fn add_path(&mut self, path: &Path) -> Result<(), String> {
        let open = || -> io::Result<NamespaceFile> {
            // It is the user's own path, which has nothing to do with a root.
            let file = std::fs::File::open(path)?;
            NamespaceFile::of(path.to_owned(), file)
        };
        let file = open().map_err(|error| format!("{}: {error}", path.display()))?;
        self.add_file(file).is_chosen = true;
        Ok(())
    }
}
