//! The namespaces that processes and threads live in.

use crate::host::{Folder, Host};
use crate::owners::{list_processes, namespace_id, other_threads};
use crate::tables::{Member, Namespace};
use std::collections::HashMap;
use std::io::{self, Read};
use std::path::Path;

/// The most members of a namespace that are kept: enough for one to be left when others have ended.
const MOST_MEMBERS: usize = 32;

/// The most bytes of a copied `ns/net` that are read.
const LONGEST_LINK: u64 = 64;

/// The members of one namespace.
#[derive(Debug)]
pub struct Group {
    /// What tells it from others, as in [`Namespace`]; in copied files, its own inode number.
    pub key: u64,
    /// Its own inode number, if one of the members tells it.
    pub id: Option<u64>,
    /// Some of its members, by ascending PID.
    pub members: Vec<Member>,
    /// The last one that was found, if it is none of these: it may outlive them.
    last: Option<Member>,
}

impl Group {
    /// Returns whether a process lives in it.
    pub fn has(&self, pid: i32) -> bool {
        let process = Member::process(pid);
        self.members.contains(&process)
    }
}

/// Finds the namespaces of all processes and, if `with_threads`, of all their threads. A process that
/// ends meanwhile is passed over. The group of a process among `wanted` has it as a member, however
/// many others it has. Returns an error beside them if not all processes could be listed.
pub fn find(host: &Host, with_threads: bool, wanted: &[i32]) -> (Vec<Group>, io::Result<()>) {
    let mut found = Groups::default();
    let mut pids = Vec::new();
    let listed = list_processes(host, &mut pids);
    for pid in pids {
        let process = Member::process(pid);
        let Some(key) = key(host, process) else {
            continue;
        };
        found.add(key, process, wanted.contains(&pid));
        if !with_threads {
            continue;
        }
        let Ok(folder) = host.process(pid) else {
            continue;
        };
        for thread in other_threads(&folder, pid, host.is_live()).unwrap_or_default() {
            let thread = Member {
                pid,
                thread: Some(thread),
            };
            if let Some(of_thread) = key_of_thread(host, thread)
                && of_thread != key
            {
                found.add(of_thread, thread, false);
            }
        }
    }
    let mut groups = found.groups;
    for group in &mut groups {
        group.members.extend(group.last.take());
        group.id = group.members.iter().find_map(|it| id(host, *it));
    }
    (groups, listed)
}

/// Groups in the order of their first members.
#[derive(Default)]
struct Groups {
    groups: Vec<Group>,
    indexes: HashMap<u64, usize>,
}

impl Groups {
    fn add(&mut self, key: u64, member: Member, is_wanted: bool) {
        let index = *self.indexes.entry(key).or_insert(self.groups.len());
        match self.groups.get_mut(index) {
            Some(group) if is_wanted || group.members.len() < MOST_MEMBERS => {
                group.members.push(member);
            }
            Some(group) => group.last = Some(member),
            None => self.groups.push(Group {
                key,
                id: None,
                members: vec![member],
                last: None,
            }),
        }
    }
}

/// Returns what tells a member's namespace from others.
pub fn key(host: &Host, member: Member) -> Option<u64> {
    match host.is_live() {
        true => Some(Namespace::of_folder(host, &member.path("net"))?.0),
        false => id(host, member),
    }
}

fn key_of_thread(host: &Host, thread: Member) -> Option<u64> {
    // Copied files have no folders of threads worth looking for.
    host.is_live().then(|| key(host, thread))?
}

/// Returns the inode number of a member's namespace, if it may be seen.
pub fn id(host: &Host, member: Member) -> Option<u64> {
    id_of(host, &member.path(""))
}

/// The same, of the process or thread with this folder, as a path in [`Host::files`].
pub fn id_of(host: &Host, folder: &Path) -> Option<u64> {
    let folder = host.files().folder(folder).ok()?;
    if let Ok(link) = folder.read_link("ns/net") {
        return namespace_id(link.as_encoded_bytes());
    }
    match host.is_live() {
        true => None,
        // A copy may hold the text of the link.
        false => namespace_id(text(&folder).ok()?.trim_ascii()),
    }
}

fn text(folder: &Folder<'_>) -> io::Result<Vec<u8>> {
    let mut text = Vec::new();
    let file = folder.open("ns/net")?;
    file.take(LONGEST_LINK).read_to_end(&mut text)?;
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_process_has_a_namespace_with_a_number() {
        let host = Host::new(None);
        let pid = std::process::id().cast_signed();
        let (groups, listed) = find(&host, true, &[pid]);
        assert!(listed.is_ok());
        let own = groups.iter().find(|group| group.has(pid)).expect("a group");
        let process = Member::process(pid);
        assert_eq!(key(&host, process), Some(own.key));
        assert_eq!(own.id, id(&host, process));
        assert!(own.id.is_some());
    }
}
