//! What a network namespace is called.

use super::files;
use super::members::{Group, id, id_of, key};
use crate::host::{Host, PROC};
use crate::owners::hidden;
use crate::tables::{Label, Member, Net};
use std::path::Path;

/// What the system's own namespace is called.
const HOST: &[u8] = b"host";

/// Returns the label of the namespace that these members live in.
pub fn of_group(group: &Group, is_host: bool) -> Label {
    let name = match (is_host, group.id, group.members.first()) {
        (true, ..) => HOST.to_vec(),
        (false, Some(id), _) => by_number(id),
        (false, None, Some(member)) => of_member(*member),
        (false, None, None) => b"unknown".to_vec(),
    };
    Label { name, id: group.id }
}

/// Returns the label of a namespace that has no members, but a file.
pub fn of_file(id: u64) -> Label {
    Label {
        name: by_number(id),
        id: Some(id),
    }
}

fn by_number(id: u64) -> Vec<u8> {
    format!("net:[{id}]").into_bytes()
}

/// Returns the label of the namespace whose tables are read if none is asked for.
pub fn own(host: &Host) -> Label {
    // The folder of the process whose `net` folder that is.
    let process = match host.net_folder().parent() {
        Some(folder) if folder != Path::new(PROC) => folder.to_owned(),
        _ => Path::new(PROC).join("self"),
    };
    let first = Member {
        pid: 1,
        thread: None,
    };
    let number = id_of(host, &process);
    let is_first = match host.is_live() {
        true => key(host, first) == Some(Net::of(host).namespace().0),
        false => number.is_some() && id(host, first) == number,
    };
    if is_first && is_of_system(host) {
        let name = HOST.to_vec();
        return Label { name, id: number };
    }
    match number {
        Some(number) => named(host, number),
        None => Label::default(),
    }
}

/// Returns the label of the namespace that a process lives in.
pub fn of_process(host: &Host, pid: i32) -> Label {
    let process = Member { pid, thread: None };
    let first = Member {
        pid: 1,
        thread: None,
    };
    let number = id(host, process);
    let is_first = key(host, process).is_some_and(|it| Some(it) == key(host, first));
    if is_first && is_of_system(host) {
        let name = HOST.to_vec();
        return Label { name, id: number };
    }
    match number {
        Some(number) => named(host, number),
        None => Label {
            name: of_member(process),
            id: None,
        },
    }
}

/// Returns the label of the namespace with this number: its name if it has one, else that number.
fn named(host: &Host, number: u64) -> Label {
    let mut files = files::find(host).into_iter();
    let name = files.find_map(|it| it.name.filter(|_| it.id == number));
    Label {
        name: name.unwrap_or_else(|| by_number(number)),
        id: Some(number),
    }
}

/// Returns the name of a namespace whose number takes a right that the caller lacks.
fn of_member(member: Member) -> Vec<u8> {
    format!("of process {}", member.pid).into_bytes()
}

/// Returns whether the first process in `proc` is the system's, and not a container's.
pub fn is_of_system(host: &Host) -> bool {
    !(host.is_live() && hidden::is_of_inner_namespace(host))
}
