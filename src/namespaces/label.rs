//! What network namespaces are called: `host`, by `ip netns`, after the container or the unit of their
//! processes, or else by their numbers. No daemon is asked.

use super::files;
use super::members::{id, id_of, key};
use crate::host::{Host, PROC};
use crate::owners::cgroup;
use crate::owners::containers::Containers;
use crate::owners::hidden;
use crate::tables::{Label, Member, Net};
use std::path::{Path, PathBuf};

/// What the system's own namespace is called.
const HOST: &[u8] = b"host";

/// The most members of a namespace of which is asked where they belong.
const MOST_ASKED: usize = 16;

/// What a namespace is called.
#[derive(Debug, Default)]
pub struct Named {
    /// What it is shown as.
    pub label: Label,
    /// Its other names: those of all containers in it.
    pub names: Vec<Vec<u8>>,
    /// The IDs of these containers.
    pub ids: Vec<Vec<u8>>,
}

/// Names namespaces.
pub struct Naming<'a> {
    host: &'a Host,
    containers: Containers,
}

impl<'a> Naming<'a> {
    /// Names the namespaces of `host`.
    pub fn new(host: &'a Host) -> Naming<'a> {
        Naming {
            host,
            containers: Containers::default(),
        }
    }

    /// Names the namespace with this number, if it is known, that these members live in.
    pub fn name(&mut self, number: Option<u64>, members: &[Member], is_host: bool) -> Named {
        let label = |name: Vec<u8>| Named {
            label: Label { name, id: number },
            ..Named::default()
        };
        if is_host {
            return label(HOST.to_vec());
        }
        let folders = members.iter().map(|it| it.path(""));
        if let Some(named) = self.after_members(number, folders.take(MOST_ASKED)) {
            return named;
        }
        label(match (number, members.first()) {
            (Some(number), _) => by_number(number),
            // The number takes a right that the caller lacks.
            (None, Some(member)) => of_member(*member),
            (None, None) => b"unknown".to_vec(),
        })
    }

    /// Names a namespace after the container, or else the unit, of the processes with these folders.
    fn after_members(
        &mut self,
        number: Option<u64>,
        folders: impl Iterator<Item = PathBuf>,
    ) -> Option<Named> {
        let mut unit = None;
        let mut named = Named::default();
        for folder in folders {
            // What can't be read names nothing.
            let place = self.host.files().folder(folder);
            let place = place.and_then(|it| cgroup::read(&it));
            let Ok(place) = place else { continue };
            let Some(container) = place.container else {
                unit = unit.or(place.unit);
                continue;
            };
            if named.ids.contains(&container.id) {
                continue;
            }
            let names = self.containers.names(self.host.files(), &container);
            named.names.push(names.name.clone().unwrap_or_else(|| {
                let runtime = container.runtime.or(names.runtime).unwrap_or("container");
                [runtime.as_bytes(), b" ", container.short_id()].concat()
            }));
            named.ids.push(container.id);
        }
        let name = named.names.first().cloned().or(unit)?;
        named.label = Label { name, id: number };
        Some(named)
    }
}

/// Returns the name of a namespace of which only its number is known.
pub fn by_number(number: u64) -> Vec<u8> {
    format!("net:[{number}]").into_bytes()
}

/// Returns the label of the namespace whose tables are read if none is asked for.
pub fn own(host: &Host) -> Label {
    // The folder of the process whose `net` folder that is.
    let process = match host.net_folder().parent() {
        Some(folder) if folder != Path::new(PROC) => folder.to_owned(),
        _ => Path::new(PROC).join("self"),
    };
    let number = id_of(host, &process);
    let is_first = match host.is_live() {
        true => key(host, FIRST) == Some(Net::of(host).namespace().0),
        false => number.is_some() && id(host, FIRST) == number,
    };
    one(host, number, process, is_first)
}

/// Returns the label of the namespace that a process lives in.
pub fn of_process(host: &Host, pid: i32) -> Label {
    let process = Member::process(pid);
    let number = id(host, process);
    let is_first = key(host, process).is_some_and(|it| Some(it) == key(host, FIRST));
    let label = one(host, number, process.path(""), is_first);
    match label.name.is_empty() {
        true => Label {
            name: of_member(process),
            ..label
        },
        false => label,
    }
}

/// Returns the name of a namespace of which only a member is known.
fn of_member(member: Member) -> Vec<u8> {
    match member.thread {
        Some(thread) => format!("of thread {thread}").into_bytes(),
        None => format!("of process {}", member.pid).into_bytes(),
    }
}

/// The system's first process.
const FIRST: Member = Member::process(1);

/// Returns the label of one namespace, of which a process with this folder is a member; `is_first` is
/// whether the first process is, too. It has no name if nothing is known of it.
fn one(host: &Host, number: Option<u64>, process: PathBuf, is_first: bool) -> Label {
    let mut naming = Naming::new(host);
    if is_first && is_of_system(host) {
        return naming.name(number, &[], true).label;
    }
    let (files, _) = files::find(host);
    let mut files = files.into_iter();
    let name = files.find_map(|it| it.name.filter(|_| Some(it.id) == number));
    if let Some(name) = name {
        return Label { name, id: number };
    }
    let after = naming.after_members(number, [process].into_iter());
    after.map_or_else(
        || Label {
            name: number.map(by_number).unwrap_or_default(),
            id: number,
        },
        |named| named.label,
    )
}

/// Returns whether the first process in `proc` is the system's, and not a container's.
pub fn is_of_system(host: &Host) -> bool {
    !(host.is_live() && hidden::is_of_inner_namespace(host))
}
