//! The network namespaces of a system: which there are, what they are called, and through which of
//! their members they are read.
//!
//! A process's namespace is told by the inode number of its /proc/PID/net/dev, which takes no right but
//! to see the process. The number that people know, of /proc/PID/ns/net, takes ptrace access.

mod files;
mod known;
mod label;
mod members;

pub use label::of_process as label_of;
pub use label::own as own_label;

use crate::host::Host;
use crate::limits;
use crate::owners::{HeldNamespace, hidden};
use crate::request::NamespaceName;
use crate::tables::{Label, Net};
use known::{Entry, Known};
use nix::sched::{CloneFlags, setns};
use std::{io, thread};

/// Enters the caller's own network namespace, which takes what entering any other takes.
///
/// # Errors
/// There is no /proc, or it is not permitted (`CAP_SYS_ADMIN`).
pub fn try_entering(host: &Host) -> io::Result<()> {
    let file = host.files().open_magic("proc/self/ns/net")?;
    // Only this thread moves there, and it is where it was.
    let entered = thread::spawn(move || setns(file, CloneFlags::CLONE_NEWNET));
    let joined = entered.join();
    joined.map_or_else(
        |_| Err(io::Error::other("its thread has ended")),
        |entered| entered.map_err(io::Error::from),
    )
}

/// The namespaces that were asked for.
#[derive(Debug, Default)]
pub struct Found {
    /// They, in order: the system's own first, then by name.
    pub nets: Vec<Net>,
    /// Why others may be missing.
    pub notes: Vec<String>,
}

/// Finds the namespaces that `names` ask for. `held` are those that descriptors lead to, as far as they
/// were searched. Of a name that fits nothing, `missing` takes what is wrong.
///
/// # Errors
/// Those of `missing`.
pub fn find(
    names: &[NamespaceName],
    host: &Host,
    held: &[HeldNamespace],
    mut missing: impl FnMut(String) -> Result<(), String>,
) -> Result<Found, String> {
    // Each namespace takes some, while its tables are read.
    limits::allow_many_files();
    let wants_all = names.contains(&NamespaceName::All);
    // A number may be that of a thread's namespace.
    let has_id = |name: &NamespaceName| matches!(name, NamespaceName::Id(_));
    let with_threads = wants_all || names.iter().any(has_id);
    let proc = host.proc();
    let proc = proc.display();
    let pids = names.iter().filter_map(|name| match name {
        NamespaceName::OfProcess(pid) => Some(*pid),
        _ => None,
    });
    let (groups, listed) = members::find(host, with_threads, &pids.collect::<Vec<_>>());
    let mut found = Found::default();
    found
        .notes
        .extend(listed.err().map(|error| format!("{proc}: {error}")));
    if wants_all {
        let hidden = hidden::reasons(host, true);
        let notes = hidden
            .iter()
            .map(|why| format!("network namespaces may be missing: {proc}: {why}"));
        found.notes.extend(notes);
    }
    let mut known = Known::new(host, groups);
    let (files, notes) = files::find(host);
    found.notes.extend(notes.into_iter().filter(|_| wants_all));
    for file in files {
        known.add_file(file);
    }
    for held in held {
        known.add_held(held);
    }
    for name in names {
        known.choose(name).or_else(&mut missing)?;
    }
    let mut chosen = known.into_chosen();
    chosen.sort_by_cached_key(|it| (!it.is_host, it.label.name.clone(), it.label.id));
    add(&mut found, chosen);
    Ok(found)
}

/// Adds those that can be read, and notes about the others.
fn add(found: &mut Found, chosen: Vec<Entry>) {
    let has_unknown = chosen
        .iter()
        .any(|it| it.closed.is_none() && it.label.id.is_none());
    let mut closed: Vec<String> = Vec::new();
    let mut denial = None;
    for entry in chosen {
        if entry.closed.is_some() {
            closed.push(String::from_utf8_lossy(&entry.label.name).into_owned());
            denial = entry.closed;
        } else if entry.lacks_tables() {
            let heading = heading(&entry.label);
            let note = format!("{heading}: its tables are not in this copy");
            found.notes.push(note);
        } else {
            found.nets.push(entry.net.called(entry.label));
        }
    }
    if let Some(error) = denial {
        let names = closed.join(", ");
        let among = match has_unknown {
            // Their numbers take a right that the caller lacks.
            true => "; they may be listed under the name of a process",
            false => "",
        };
        found.notes.push(format!(
            "cannot enter network namespaces without CAP_SYS_ADMIN: {names}: \
             {error}{among}"
        ));
    }
}

/// Returns how people are told of a namespace: its name and number.
pub fn heading(label: &Label) -> String {
    let name = String::from_utf8_lossy(&label.name);
    match label.id {
        Some(id) => format!("Network namespace {name} (net:[{id}])"),
        None => format!("Network namespace {name}"),
    }
}
